"""Takes a config, gives what is wrong with it as a compiler would, or the schema that editors check it by.

Next: briefing/cli/changes.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli import own_templates
from briefing.cli.words import note, plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.errors import ConfigError

CHECK_EXAMPLES = "Examples: briefing config check --config config.yaml | briefing config check --json"
SCHEMA_EXAMPLES = "Example: briefing config schema > config.schema.json"

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.", show_default=True)]


def check(
    *,
    config: ConfigOption = Path("config.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list, one object a mistake.")] = False,
) -> int:
    """Says what is wrong with a config, each mistake with its line, a caret, and what would be right."""
    from briefing.config.load import check_config, load_config
    from briefing.render.templates import check_syntax, load_templates
    from briefing.wiring import read_masthead

    errors = check_config(config)
    if as_json:
        say(json.dumps([_fields(error) for error in errors], ensure_ascii=False, indent=2))
    else:
        _list(errors, config)
    if errors:
        return 2
    loaded = load_config(config)
    check_syntax(load_templates(loaded.templates))
    read_masthead(loaded)
    strangers = own_templates.tell_strangers(loaded.templates)
    good = f"{config}: good; {plural(len(loaded.sources), 'source')}, {plural(len(loaded.topics), 'topic')}"
    (note if as_json else say)(good)
    return 1 if strangers else 0


def schema(
    *,
    into: Annotated[
        Path | None, typer.Option("--into", help="Renew the table of keys in this page of Markdown instead.")
    ] = None,
) -> int:
    """Prints the JSON Schema of config.yaml, by which editors complete keys and underline mistakes."""
    from briefing.config.published import schema_text, with_key_table

    if into is None:
        say(schema_text().rstrip("\n"))
        return 0
    try:
        into.write_text(with_key_table(into.read_text("utf-8")), "utf-8")
    except (OSError, ValueError) as error:
        note(f"briefing: {into}: {error}")
        return 2
    return 0


def _list(errors: Sequence[ConfigError], config: Path) -> None:
    from briefing.config.shown import show_error

    try:
        text = config.read_bytes().decode(errors="replace")
    except OSError:
        text = ""
    for error in errors:
        note(show_error(error, text))
    if len(errors) > 1:
        note(plural(len(errors), "mistake"))


def _fields(error: ConfigError) -> dict[str, object]:
    return {"file": error.path, "line": error.line, "column": error.column, "message": error.message}

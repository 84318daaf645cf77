"""Takes a list of feeds in OPML, gives a config that reads them; or the other way round.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, plural, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.source import Source

app = typer.Typer(help="Look after the list of sources.", no_args_is_help=True, rich_markup_mode=None)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
_CONFIG = Path("config.yaml")


@app.command("import", epilog="Example: briefing sources import subscriptions.opml")
def import_list(file: Path, *, config: ConfigOption = _CONFIG) -> int:
    """Puts the feeds of an OPML list under sources: of the config, below those that are there; each feed once."""
    from briefing.collect.addresses import shared_spelling
    from briefing.collect.encoding import decode
    from briefing.collect.opml import label_of, parse_opml
    from briefing.config.edit import add_feeds
    from briefing.config.load import load_config
    from briefing.model.source import Source, SourceKind

    known = {shared_spelling(source.location) for source in load_config(config).sources}
    try:
        text = decode(file.read_bytes())
    except OSError as error:
        note(f"briefing: {file} cannot be read: {error.strerror}")
        return 2
    listed = parse_opml(text, source=Source(kind=SourceKind.OPML, location=str(file)), name=file.name)
    new = {shared_spelling(feed.location): feed for feed in reversed(listed)}
    added = [feed for key, feed in reversed(new.items()) if key not in known]
    if added:
        before = config.read_bytes().decode("utf-8-sig")
        feeds = [(feed.location, label_of(feed)) for feed in added]
        _replace(config, add_feeds(before, feeds, name=config.name))
    there = len(listed) - len(added)
    say(f"{config}: {plural(len(added), 'feed')} added" + (f", {there} there already" if there else ""))
    return 0


@app.command(epilog="Examples: briefing sources export > subscriptions.opml | briefing sources export --out feeds.opml")
def export(
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Where to (standard output).")] = None,
    config: ConfigOption = _CONFIG,
) -> int:
    """Writes the feeds of the config, and those of its lists in files, as OPML for another feed reader."""
    from briefing.collect.opml import write_opml
    from briefing.config.load import load_config

    loaded = load_config(config)
    text = write_opml(_feeds(loaded.sources), title=loaded.briefing.name)
    if out is None:
        sys.stdout.write(text)
        return 0
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        note(f"briefing: {out} cannot be written: {error.strerror}")
        return 2
    return 0


def _feeds(sources: Sequence[Source]) -> list[Source]:
    from briefing.collect.encoding import decode
    from briefing.collect.opml import parse_opml
    from briefing.errors import SourceError
    from briefing.model.source import SourceKind

    feeds: list[Source] = []
    for source in sources:
        if source.kind is SourceKind.FEED:
            feeds.append(source)
        elif source.kind is SourceKind.OPML and "://" not in source.location:
            path = Path(source.location)
            try:
                feeds += parse_opml(decode(path.read_bytes()), source=source, name=path.name)
            except OSError as error:
                note(f"{path.name} is left out: it cannot be opened ({error.strerror})")
            except SourceError as error:
                note(f"{path.name} is left out: it {error.reason}")
    return feeds


def _replace(config: Path, text: str) -> None:
    """Puts a config in the place of another at once, so that a running house never reads half of one.

    Raises:
        ConfigError: the new one would not be read; then the old one stays.
    """
    from briefing.config.load import load_config

    target = config.resolve()  # a link stays a link
    beside = target.with_name(f".{target.name}.new")
    beside.write_bytes(text.encode())
    try:
        shutil.copymode(target, beside)
        load_config(beside)
        os.replace(beside, target)  # noqa: PTH105 - Path.replace says the same and hides that it is atomic
    finally:
        beside.unlink(missing_ok=True)

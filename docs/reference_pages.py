"""Takes the program as it is, gives the pages of docs/reference/: commands, metrics, HTTP API and JSON shapes.

It stands beside the pages that it writes: it is no part of the program and needs nothing but the program. `make docs`
runs it, and a test compares what it gives with what is kept. (The table of the config's keys is made by `briefing
config schema --into`, because the command line prints the same.)

Next: the end of the walk. docs/index.md is where readers begin.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import typer

from briefing.cli.commands import app as commands
from briefing.model.article import Article
from briefing.model.delivery import Balance
from briefing.model.lines import article_line
from briefing.model.run import Run, Vitals
from briefing.services.bounces import Outcome
from briefing.web.api import FAULTS, Api, api_app
from briefing.web.metrics import HouseCollector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.metrics_core import Metric

FOLDER = Path(__file__).parent / "reference"
SCHEMA = "edition.schema.json"
_MADE = "<!-- Made by `make docs` from the code: change it there. -->\n\n"


def pages() -> dict[str, str]:
    """Every file of the folder by its name."""
    return {
        "commands.md": _MADE + "\n".join(_commands()),
        "metrics.md": _MADE + "\n".join(_metrics()),
        "http-api.md": _MADE + "\n".join(_http_api()),
        "json.md": _MADE + "\n".join(_json_shapes()),
        SCHEMA: _edition_schema(),
    }


def write() -> None:
    """Puts all of them in their place."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def leaves(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Each command that does something, by its words behind `briefing`, in the order of the help."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "What each command takes. Exit status: 0, it is done; 1, it is done, and something that is listed is worth a"
    yield "look; 2, it could not be done, and one line says why.\n"
    for words, command in leaves(typer.main.get_command(commands)):
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
        usage = " ".join([f"briefing {words}", *(_argument(p) for p in arguments)])
        yield f"## briefing {words}\n"
        yield f"{_one_line(command.help)}\n"
        yield f"    {usage}{' [OPTIONS]' if options else ''}\n"
        if command.params:
            yield "| argument or option | takes | means |"
            yield "|---|---|---|"
            yield from (_row(f"`{_argument(p)}`", _kind(p), _cell(p.help or "")) for p in arguments)
            yield from (_row(", ".join(f"`{o}`" for o in p.opts), _kind(p), _meaning(p)) for p in options)
            yield ""
        if command.epilog:
            yield _examples(command.epilog)


def _argument(parameter: Any) -> str:
    name = (parameter.metavar or parameter.name).upper().strip("[]")
    name += "…" if parameter.nargs == -1 else ""
    return name if parameter.required else f"[{name}]"


def _kind(parameter: Any) -> str:
    kind: Any = parameter.type_descriptor.annotation
    if getattr(parameter, "is_flag", False):
        return ""
    if get_origin(kind) is list:
        (kind,) = get_args(kind)
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if hasattr(kind, "__members__"):
        return ", ".join(f"`{member.value}`" for member in kind)
    return {"str": "text", "int": "number", "Path": "path"}[kind.__name__]


def _meaning(parameter: Any) -> str:
    usual = parameter.default
    usual = getattr(usual, "value", usual)
    says = _cell(parameter.help or "")
    if parameter.required:
        return f"{says} Must be given."
    return f"{says} Otherwise `{usual}`." if usual not in (None, False, "") and not parameter.is_flag else says


def _examples(epilog: str) -> str:
    lines = re.sub(r"^Examples?: ", "", " ".join(epilog.split()))
    # Several stand in one line of the help, parted by " | ", where one of them may be a pipe itself.
    parts = re.split(r" \| (?=briefing |… )", lines) if not _is_pipe(lines) else [lines]
    return "\n".join(["```text", *parts, "```\n"])


def _is_pipe(line: str) -> bool:
    return re.search(r"\| briefing (summarise|group)", line) is not None


def _metrics() -> Iterator[str]:
    yield "# Metrics\n"
    yield "What `/metrics` tells, in the order of a scrape. [How to read them](../operating.md#metrics), with rules"
    yield "that wake somebody, stands in the guide.\n"
    yield "| name | kind | labels | tells |"
    yield "|---|---|---|---|"
    for family in _families():
        names = sorted({name for sample in family.samples for name in sample.labels})
        labels = ", ".join(f"`{name}`" for name in names)
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        yield _row(f"`{family.name}{suffix}`", family.type, labels, _cell(family.documentation))
    yield ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _AMorning:
    """Stands in for a lookout that has seen one of everything, so that every family has a sample."""

    started_at: datetime = datetime(2026, 11, 22, 6, tzinfo=UTC)
    sent: int = 1
    letters: Mapping[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))

    def beat_at(self) -> datetime:
        return self.started_at

    def vitals(self) -> Vitals:
        now = self.started_at
        run = Run(edition=now.date(), started_at=now, finished_at=now, seconds={"collect": 1.0})
        return Vitals(
            looked_at=now,
            balances=(Balance(edition=date(2026, 11, 22), audience=0),),
            jobs={"deliver": 0},
            failing={"a source": now},
            next_due_at=now,
            last_run=run,
        )


def _families() -> list[Metric]:
    lookout: Any = _AMorning()
    return list(HouseCollector(lookout).collect())


def _http_api() -> Iterator[str]:
    nobody: Any = None  # a description asks nobody anything
    told = api_app(Api(desk=nobody, personal=nobody, clock=nobody)).openapi()
    yield "# HTTP API\n"
    yield f"{told['info']['summary']} A running program describes the same at `/api/openapi.json` (OpenAPI"
    yield f"{told['openapi']}). How to open it, and what webhooks post, stands in [the guide](../api.md).\n"
    yield "Any of them may also answer with a [Fault](#fault):\n"
    yield "| status | says |"
    yield "|---|---|"
    yield from (_row(str(status), _cell(fault["description"])) for status, fault in FAULTS.items())
    yield ""
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield from _operation(method, path, operation)
    yield "## Shapes\n"
    for name, shape in told["components"]["schemas"].items():
        if name in {"HTTPValidationError", "ValidationError"}:
            continue
        yield f"### {name}\n"
        if shape.get("description"):
            yield f"{_one_line(shape['description'])}\n"
        if "properties" not in shape:
            yield f"One of {_type(shape)}.\n"
            continue
        yield "| field | type | must be there | means |"
        yield "|---|---|---|---|"
        for label, value in shape["properties"].items():
            needed = "yes" if label in shape.get("required", ()) else ""
            yield _row(f"`{label}`", _type(value), needed, _cell(value.get("description", "")))
        yield ""


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {method.upper()} /api{path}\n"
    yield f"{_one_line(operation['description'])}\n"
    rows = [
        _row(f"`{p['name']}`", p["in"], _type(p["schema"]), "yes" if p["required"] else "")
        for p in operation.get("parameters", ())
    ]
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        rows.append(_row("body", f"`{kind}`", _type(body.get("schema", {})), "yes"))
    if rows:
        yield "| takes | in | type | must be there |"
        yield "|---|---|---|---|"
        yield from rows
        yield ""
    yield "| answers | with | |"
    yield "|---|---|---|"
    for status, answer in sorted(operation["responses"].items()):
        says = answer["description"].replace("Successful Response", "Done")
        if says != FAULTS.get(int(status), {}).get("description"):
            shapes = [_type(body.get("schema", {})) for body in answer.get("content", {}).values()]
            yield _row(str(status), ", ".join(dict.fromkeys(shapes)), _cell(says))
    yield ""


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    for way in ("anyOf", "oneOf", "allOf"):
        if way in schema:
            return " or ".join(_type(choice) for choice in schema[way])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = schema.get("type", "any")
    kinds = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{kinds} ({schema['format']})" if "format" in schema else kinds


#: What no schema says of an article line; the fields themselves are those that the program writes.
ARTICLE_FIELDS = {
    "id": "stable for the same text from the same place",
    "file": "the saved file it came from",
    "title": "the headline",
    "text": "the body, paragraphs with a line break between",
    "excerpt": "the publisher's own short text",
    "language": "ISO 639-1",
    "url": "its address",
    "source": "the outlet as a reader would call it",
    "country": "the outlet's home, ISO 3166-1 alpha-2",
    "categories": "what the publisher filed it under",
    "published_at": "RFC 3339 with the publisher's own offset, or a bare date",
    "published_after": "with the next: the interval that an age such as “2 days ago” stands for",
    "published_before": "see above; both or neither",
    "authors": "who wrote it",
    "image": "the address of its picture",
    "truncated": "whether the text stops before the article does",
    "confidence": "0 to 1, how sure the extraction is; null where the publisher handed the text over in a feed",
    "captured_at": "when the page was saved",
    "captured_assumed": "whether that is a guess from the file",
}
STAGE_FIELDS = {
    "summary": "`{text, method, spans}`, by `briefing summarise`; spans are pairs of code points in `text`, or "
    "in `excerpt` when the method is `publisher`",
    "story": "a text that is the same for every member, by `briefing group`, as are all below",
    "duplicate_of": "the id of the article that it repeats, or null",
    "region": "`{code, name, area}`: ISO 3166-1 alpha-2, or EU, UN, NATO, 001",
    "theme": "`{code, name}`: the top level of the IPTC Media Topics",
    "topics": "names of the config's topics",
    "muted": "whether one of them is muted",
    "templated": "whether it is a page made from a form",
}


def _json_shapes() -> Iterator[str]:
    yield "# JSON\n"
    yield "Unknown is always `null`, never invented. Times are RFC 3339 with an offset, or a bare date.\n"
    yield "## Article lines\n"
    yield "One object a line, as `briefing extract` prints them and `summarise` and `group` take them. A line that you"
    yield "make yourself needs `id`, and `title` or `text`.\n"
    yield "| field | holds |"
    yield "|---|---|"
    yield from (_row(f"`{name}`", ARTICLE_FIELDS[name]) for name in article_line(Article(id="1", title="T")))
    yield from (_row(f"`{name}`", meaning) for name, meaning in STAGE_FIELDS.items())
    yield "\n## edition.json\n"
    yield f"What `briefing build` writes and `--json` prints: [{SCHEMA}]({SCHEMA}), JSON Schema, draft 2020-12. The"
    yield "same flattened; `[]` is each member of a list.\n"
    yield "| path | type | means |"
    yield "|---|---|---|"
    schema = json.loads(_edition_schema())
    for name, value in schema["properties"].items():
        yield from _flat(name, value)
    for name, value in schema["$defs"].items():
        yield f"\n### {name} in edition.json\n"
        yield "| path | type | means |"
        yield "|---|---|---|"
        yield from _flat("", value)
    yield "\n## config.yaml\n"
    yield "[config.schema.json](../config.schema.json) has every key, [the table](../config.md#every-key) for people.\n"


def _flat(path: str, value: Mapping[str, Any]) -> Iterator[str]:
    inner = next((c for c in value.get("anyOf", ()) if "properties" in c), value)
    if path and "properties" not in inner:
        yield _row(f"`{path}`", _schema_type(value), _cell(value.get("description", "")))
    for name, deeper in inner.get("properties", {}).items():
        yield from _flat(f"{path}.{name}" if path else name, deeper)
    if "properties" in value.get("items", {}):
        yield from _flat(f"{path}[]", value["items"])


def _schema_type(value: Mapping[str, Any]) -> str:
    return re.sub(r"\[(\w+)\]\(#\w+\)", r"[\1](#\1-in-editionjson)", _type(value))


def _edition_schema() -> str:
    return (files("briefing") / "schema" / SCHEMA).read_text(encoding="utf-8")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split()).replace("<", "&lt;")


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "&#124;")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    write()

"""Takes the program as it is, gives the pages of docs/reference/: commands, metrics, HTTP API and JSON shapes.

It stands beside the pages that it writes: it is no part of the program and needs nothing but the program. `make docs`
runs it, and a test compares what it gives with what is kept. (The table of the config's keys is made by `briefing
config schema --into`, because the command line prints the same.)

Next: the end of the walk. docs/index.md is where readers begin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import typer

from briefing.cli.commands import app as commands
from briefing.model.delivery import Balance
from briefing.model.run import Run, Vitals
from briefing.services.bounces import Outcome
from briefing.web.metrics import HouseCollector
from docs.cells import cell, one_line, row
from docs.shape_pages import SCHEMA, edition_schema, http_api, json_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.metrics_core import Metric

FOLDER = Path(__file__).parent / "reference"
_MADE = "<!-- Made by `make docs` from the code: change it there. -->\n\n"


def pages() -> dict[str, str]:
    """Every file of the folder by its name."""
    return {
        "commands.md": _MADE + "\n".join(_commands()),
        "metrics.md": _MADE + "\n".join(_metrics()),
        "http-api.md": _MADE + "\n".join(http_api()),
        "json.md": _MADE + "\n".join(json_shapes()),
        SCHEMA: edition_schema(),
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
        yield f"{one_line(command.help)}\n"
        yield f"    {usage}{' [OPTIONS]' if options else ''}\n"
        if command.params:
            yield "| argument or option | takes | means |"
            yield "|---|---|---|"
            yield from (row(f"`{_argument(p)}`", _kind(p), cell(p.help or "")) for p in arguments)
            yield from (row(", ".join(f"`{o}`" for o in p.opts), _kind(p), _meaning(p)) for p in options)
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
    says = cell(parameter.help or "")
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
        yield row(f"`{family.name}{suffix}`", family.type, labels, cell(family.documentation))
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


if __name__ == "__main__":
    write()

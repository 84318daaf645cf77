"""Takes the program's commands, gives its page of the manual: `man briefing`. Run by `make docs`, never by a command.

Next: the end of the walk. docs/briefing.1 is what it gives, and what the wheel puts under share/man.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from briefing import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_AFTER = r"""
.SH "EXIT STATUS"
.TP
.B 0
Done.
.TP
.B 1
Done, with problems worth a look; they are listed.
.TP
.B 2
It could not be done; one line says why.
.SH FILES
.TP
.I config.yaml
What you want: sources, topics, readers, the hour.
.B briefing init
writes one.
.TP
.I out/
The edition of today, and the mails that transport
.B outbox
writes.
.TP
.I var/briefing.db
Readers, what they were sent, what was told, unless the config names another database.
.SH "SEE ALSO"
.BR sendmail (8),
.BR systemd.service (5)
"""


def manual_page(app: typer.Typer, *, changed_on: date) -> str:
    """The page, in the language of man(7), so that the manual cannot fall behind the program.

    Args:
        changed_on: when it last said something else.
    """
    top = typer.main.get_command(app)
    context = typer.Context(top, info_name="briefing")
    assert isinstance(top, typer.core.TyperGroup)
    lines = [
        f'.TH BRIEFING 1 {changed_on} "briefing {__version__}" "User Commands"',
        ".SH NAME",
        r"briefing \- a self\-hosted daily news briefing by email",
        ".SH SYNOPSIS",
        r".B briefing",
        r"\fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGS\fR]",
        ".SH DESCRIPTION",
        _prose(top.help or ""),
        ".SH OPTIONS",
        *_parameters(top, context),
        ".SH COMMANDS",
        *_commands(top, context),
    ]
    return "\n".join(lines) + _AFTER


def _commands(group: typer.core.TyperGroup, context: typer.Context) -> Iterator[str]:
    """Every command, those of a group after its name, in the order of `--help`."""
    for name in group.list_commands(context):
        command = group.commands[name]
        own = typer.Context(command, info_name=name, parent=context)
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, own)
        elif isinstance(command, typer.core.TyperCommand):
            yield from _told(command, own)


def _told(command: typer.core.TyperCommand, context: typer.Context) -> Iterator[str]:
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield f'.SS "{_plain(usage)}"'
    yield _prose(command.help or "")
    yield from _parameters(command, context)
    examples = _examples(command.epilog or "")
    if examples:
        yield from (".PP", "Example:" if len(examples) == 1 else "Examples:", ".PP", ".RS 4", ".nf")
        yield from map(_line, examples)
        yield from (".fi", ".RE")


def _parameters(command: typer.core.TyperCommand | typer.core.TyperGroup, context: typer.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and parameter.name != "help":
            yield from (".TP", rf"\fB{_plain(record[0])}\fR", _prose(record[1]))


def _examples(epilog: str) -> list[str]:
    """The lines after "Example:", and each of "Examples:", between which stands a bar as well."""
    kind, _, text = " ".join(epilog.split()).partition(": ")
    return re.split(r" \| (?=briefing|…)", text) if kind == "Examples" else [text] if text else []


def _prose(text: str) -> str:
    """A paragraph; `names of commands` become bold."""
    return re.sub("`(.+?)`", r"\\fB\1\\fR", _line(" ".join(text.split())))


def _line(text: str) -> str:
    """A line of text that is no request, though it begins with a full stop."""
    return r"\&" * text.startswith((".", "'")) + _plain(text)


def _plain(text: str) -> str:
    """What stands for itself: a minus can be copied to a shell, and letters beyond ASCII need no setting of groff's."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace('"', r"\(dq").replace("'", r"\(aq")
    return re.sub(r"[^\x00-\x7f]", lambda found: rf"\[u{ord(found[0]):04X}]", escaped)


def renew(page: Path, app: typer.Typer, *, today: date) -> None:
    """Writes the page anew where it says something else by now; else it keeps its date."""
    old = page.read_text("utf-8") if page.exists() else ""
    said = re.match(r"\.TH \S+ 1 (\S+)", old)
    if said is None or manual_page(app, changed_on=type(today).fromisoformat(said[1])) != old:
        page.write_text(manual_page(app, changed_on=today), "utf-8")


if __name__ == "__main__":
    from briefing.cli.commands import app as _app
    from briefing.engines.clock import SystemClock

    renew(Path(sys.argv[1]), _app, today=SystemClock().now().date())

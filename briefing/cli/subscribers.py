"""Takes words about readers, gives changes to the list, or the list.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, plural, say

if TYPE_CHECKING:
    from briefing.services.subscribe import ImportReport, ReaderList

app = typer.Typer(help="Look after the list of readers.", no_args_is_help=True, rich_markup_mode=None)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
ConfirmedOption = Annotated[bool, typer.Option("--confirmed", help="The owner of the address has agreed.")]
_CONFIG = Path("config.yaml")


@app.command(
    epilog="Example: briefing subscribers add ada@example.org --name 'Ada' --timezone Europe/Paris --confirmed"
)
def add(
    email: str,
    *,
    name: Annotated[str, typer.Option(help="How to greet them.")] = "",
    language: Annotated[str, typer.Option(help="Of their mail's frame: fr, en, de …")] = "",
    languages: Annotated[str, typer.Option(help="Of the stories they read: fr;en (all).")] = "",
    timezone: Annotated[str, typer.Option(help="Europe/Paris (the briefing's).")] = "",
    topics: Annotated[str, typer.Option(help="Topics of the config they follow: Energy;Space.")] = "",
    at: Annotated[str, typer.Option(help="When they want it: 06:30 (the briefing's hour).")] = "",
    days: Annotated[str, typer.Option(help="On which days: mon;wed;fri (the briefing's).")] = "",
    confirmed: ConfirmedOption = False,
    config: ConfigOption = _CONFIG,
) -> int:
    """Puts a reader on the list, or changes what they chose."""
    cells = {
        "email": email,
        "name": name,
        "language": language,
        "languages": languages,
        "timezone": timezone,
        "topics": topics,
        "at": at,
        "days": days,
    }
    reader = _open(config).add(cells, confirmed=confirmed)
    say(f"{reader.email}: {reader.status.value}")
    return 0


@app.command(epilog="Example: briefing subscribers remove ada@example.org")
def remove(email: str, *, config: ConfigOption = _CONFIG) -> int:
    """Unsubscribes a reader; they stay on the list so that no import brings them back."""
    reader = _open(config).remove(email)
    say(f"{reader.email}: {reader.status.value}")
    return 0


@app.command("list", epilog="Example: briefing subscribers list")
def list_readers(*, config: ConfigOption = _CONFIG) -> int:
    """Shows everyone on the list, one line each."""
    readers = _open(config).store.list_subscribers()
    for reader in readers:
        choices = [reader.timezone, reader.language, *reader.topics]
        say("  ".join([f"{reader.status.value:12}", reader.email, *(c for c in choices if c)]))
    note(plural(len(readers), "reader"))
    return 0


@app.command("import", epilog="Example: briefing subscribers import readers.csv --confirmed")
def import_readers(file: Path, *, confirmed: ConfirmedOption = False, config: ConfigOption = _CONFIG) -> int:
    """Brings readers in from a CSV file: all of them, or none when a line is wrong."""
    return tell_import(import_file(_open(config), file, confirmed=confirmed), file)


@app.command(epilog="Example: briefing subscribers export > readers.csv")
def export(*, config: ConfigOption = _CONFIG) -> int:
    """Prints the list as CSV that `import` takes back."""
    sys.stdout.write(_open(config).export_csv())
    return 0


@app.command(epilog="Example: briefing subscribers show ada@example.org")
def show(email: str, *, config: ConfigOption = _CONFIG) -> int:
    """Shows what one reader chose."""
    reader = _open(config).store.find_subscriber(email)
    if reader is None:
        note(f"{email} is not on the list; `briefing subscribers list` shows who is")
        return 2
    for key in ("email", "name", "status", "language", "languages", "timezone", "topics", "at", "days", "created_at"):
        value = getattr(reader, key)
        say(f"{key:10}  {', '.join(map(str, value)) if isinstance(value, tuple) else value or '-'}")
    return 0


def import_file(readers: ReaderList, file: Path, *, confirmed: bool) -> ImportReport:
    """Reads a CSV file into the list.

    Raises:
        typer.BadParameter: the file cannot be read as text.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read as UTF-8 text: {error}") from error
    return readers.import_csv(text, confirmed=confirmed)


def tell_import(report: ImportReport, file: Path) -> int:
    """Prints what an import did, or each line that kept it from doing anything."""
    for problem in report.problems:
        note(f"{file}:{problem.line}: {problem.message}")
    if report.problems:
        note("nothing was imported; correct the lines above and import again")
        return 2
    away = f", {report.kept_away} stay away as they wished" if report.kept_away else ""
    note(f"{plural(report.added, 'reader')} added, {report.changed} changed, {report.unchanged} as before{away}")
    return 0


def _open(config: Path) -> ReaderList:
    from briefing.config.load import load_config
    from briefing.wiring import open_readers

    return open_readers(load_config(config))

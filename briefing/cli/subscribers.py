"""Takes words about readers, gives changes to the list, or the list.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, plural, say
from briefing.errors import SubscriberError

if TYPE_CHECKING:
    from briefing.model.subscriber import Subscriber
    from briefing.services.desk import Desk
    from briefing.services.subscribe import ImportReport, ReaderList
    from briefing.wiring import Office

app = typer.Typer(help="Look after the list of readers.", no_args_is_help=True, rich_markup_mode=None)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
ConfirmedOption = Annotated[bool, typer.Option("--confirmed", help="The owner of the address has agreed.")]
_CONFIG = Path("config.yaml")
#: Shown of one reader; --json gives all.
MOST_DELIVERIES = 10


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
    sections: Annotated[str, typer.Option(help="Keys of sections they want: europe;asia (all).")] = "",
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
        "sections": sections,
        "at": at,
        "days": days,
    }
    reader = _open(config).desk.readers.add(cells, confirmed=confirmed)
    say(f"{reader.email}: {reader.status.value}")
    return 0


@app.command(epilog="Example: briefing subscribers remove ada@example.org")
def remove(email: str, *, config: ConfigOption = _CONFIG) -> int:
    """Unsubscribes a reader; they stay on the list so that no import brings them back."""
    desk = _open(config).desk
    after = desk.unsubscribe(_listed(desk, email))
    say(f"{after.email}: {after.status.value}")
    return 0


@app.command("list", epilog="Example: briefing subscribers list")
def list_readers(*, config: ConfigOption = _CONFIG) -> int:
    """Shows everyone on the list, one line each."""
    readers = _open(config).desk.readers.store.list_subscribers()
    for reader in readers:
        choices = [reader.timezone, reader.language, *reader.topics]
        say("  ".join([f"{reader.status.value:12}", reader.email, *(c for c in choices if c)]))
    note(plural(len(readers), "reader"))
    return 0


@app.command("import", epilog="Example: briefing subscribers import readers.csv --confirmed")
def import_readers(
    file: Path,
    *,
    confirmed: ConfirmedOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; nothing is changed.")] = False,
    config: ConfigOption = _CONFIG,
) -> int:
    """Brings readers in from a CSV file, of listmonk or Mailchimp too: all of them, or none when a line is wrong."""
    report = import_file(_open(config).desk.readers, file, confirmed=confirmed, dry_run=dry_run)
    status = tell_import(report, file)
    if dry_run and not report.problems:
        note("that is what would happen; nothing was changed")
    return status


@app.command(epilog="Example: briefing subscribers export > readers.csv")
def export(*, config: ConfigOption = _CONFIG) -> int:
    """Prints the list as CSV that `import` takes back."""
    sys.stdout.writelines(_open(config).desk.readers.csv_lines())
    return 0


@app.command(epilog="Examples: briefing subscribers show ada@example.org | … --json > everything.json")
def show(
    email: Annotated[str, typer.Argument(help="Their address, or the id that stands in the log.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that is kept about them, as JSON.")] = False,
    config: ConfigOption = _CONFIG,
) -> int:
    """Shows what one reader chose, what they were sent and what came back."""
    office = _open(config)
    reader = office.desk.find(email) or _listed(office.desk, email)
    everything = office.personal.export(reader)
    if as_json:
        say(json.dumps(everything, ensure_ascii=False, indent=2))
        return 0
    pause = office.desk.pause_of(reader)
    for key, value in {**everything["subscriber"], "paused_until": str(pause or "")}.items():
        say(f"{key:12}  {', '.join(value) if isinstance(value, list) and value else value or '-'}")
    tally = everything["bounces"]
    say(f"{'bounces':12}  {tally['soft'] if tally else '-'}")
    for row in everything["deliveries"][:MOST_DELIVERIES]:
        say(f"{row['edition']:12}  {row['status']}  {row['detail'] or ''}".rstrip())
    return 0


@app.command(epilog="Example: briefing subscribers pause ada@example.org --until 2026-12-01")
def pause(
    email: str,
    *,
    until: Annotated[str, typer.Option(help="The first day they want the briefing again: 2026-12-01.")],
    config: ConfigOption = _CONFIG,
) -> int:
    """Holds a reader's editions until a day, for a year at most; `resume` ends it sooner."""
    desk = _open(config).desk
    after = desk.pause(_listed(desk, email), until=until)
    say(f"{after.email}: {after.status.value}, paused until {after.paused_until}")
    return 0


@app.command(epilog="Example: briefing subscribers resume ada@example.org")
def resume(email: str, *, config: ConfigOption = _CONFIG) -> int:
    """Ends a reader's pause; today's edition follows at once when its hour has passed and it is not too late for it."""
    desk = _open(config).desk
    after = desk.resume(_listed(desk, email))
    say(f"{after.email}: {after.status.value}, not paused")
    return 0


@app.command(epilog="Example: briefing subscribers suppress ada@example.org --reason 'asked by phone'")
def suppress(
    email: str,
    *,
    reason: Annotated[str, typer.Option(help="Why nothing is sent to them any more.")] = "manual",
    config: ConfigOption = _CONFIG,
) -> int:
    """Has nothing sent to an address any more, whatever is imported."""
    desk = _open(config).desk
    after = desk.suppress(_listed(desk, email), reason=reason)
    say(f"{after.email}: {after.status.value} ({after.reason})")
    return 0


@app.command(epilog="Example: briefing subscribers release ada@example.org --confirmed")
def release(email: str, *, confirmed: ConfirmedOption = False, config: ConfigOption = _CONFIG) -> int:
    """Ends a suppression and forgets the bounces; without --confirmed they are unconfirmed and get no mail."""
    desk = _open(config).desk
    after = desk.release(_listed(desk, email), confirmed=confirmed)
    say(f"{after.email}: {after.status.value}")
    return 0


@app.command(epilog="Example: briefing subscribers erase ada@example.org --yes")
def erase(
    email: str,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigOption = _CONFIG,
) -> int:
    """Forgets a reader for good; only an import can bring them back, because nothing remembers them."""
    office = _open(config)
    reader = _listed(office.desk, email)
    if not yes and not (sys.stdin.isatty() and typer.confirm(f"Forget everything about {reader.email}?")):
        note("nothing was erased; --yes says that you mean it")
        return 2
    office.personal.erase(reader)
    say("erased; the editions' books keep their rows under an id of nobody")
    return 0


@app.command("new-key", epilog="Examples: briefing subscribers new-key | briefing subscribers new-key --forget-old")
def new_key(
    *,
    forget_old: Annotated[
        bool, typer.Option("--forget-old", help="Instead, close every link that an older key opens.")
    ] = False,
    config: ConfigOption = _CONFIG,
) -> int:
    """Signs readers' links with a new key from now on; links in mails that are out keep working."""
    from briefing.config.load import load_config
    from briefing.wiring import open_keys

    keys = open_keys(load_config(config))
    if forget_old:
        say(f"{plural(keys.forget_old(), 'older key')} forgotten; their links open nothing any more")
        return 0
    keys.rotate()
    say(f"new links are signed with a new key; {plural(len(keys.signing_keys()) - 1, 'older key')} still open theirs")
    note("a `briefing serve` that is running signs with the old one until it is started again")
    return 0


def import_file(readers: ReaderList, file: Path, *, confirmed: bool, dry_run: bool = False) -> ImportReport:
    """Reads a CSV file into the list.

    Raises:
        typer.BadParameter: the file cannot be read as text.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read as UTF-8 text: {error}") from error
    return readers.import_csv(text, confirmed=confirmed, dry_run=dry_run)


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


def _listed(desk: Desk, email: str) -> Subscriber:
    """The reader with this address.

    Raises:
        SubscriberError: nobody on the list has it.
    """
    reader = desk.find_address(email)
    if reader is None:
        raise SubscriberError(f"{email} is not on the list; `briefing subscribers list` shows who is")
    return reader


def _open(config: Path) -> Office:
    from briefing.config.load import load_config
    from briefing.wiring import open_office

    return open_office(load_config(config))

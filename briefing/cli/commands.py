"""Takes the words of a command line, gives calls of the services: every command of the program.

Next: briefing/cli/stages.py, the commands that are Unix filters.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from briefing import __version__
from briefing.cli import (
    backups,
    beginning,
    bounces,
    changes,
    configs,
    doctor,
    own_templates,
    replaying,
    runs,
    sources,
    stages,
    subscribers,
    timing,
    worker,
)
from briefing.cli.words import list_problems, note, parse_moment, plural, progress, say, unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.services.filing import Watcher
    from briefing.services.newsroom import Newsroom
    from briefing.services.send import SendReport
    from briefing.wiring import House

app = typer.Typer(
    name="briefing",
    help="A self-hosted daily news briefing: your sources, each story told once, one good email every morning.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(subscribers.app, name="subscribers")
app.add_typer(sources.app, name="sources")
app.add_typer(bounces.app, name="bounces")
app.add_typer(own_templates.app, name="templates")
config_app = typer.Typer(help="Look after config.yaml.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(config_app, name="config")
config_app.command("check", epilog=configs.CHECK_EXAMPLES)(configs.check)
config_app.command("schema", epilog=configs.SCHEMA_EXAMPLES)(configs.schema)
config_app.command("diff", epilog=changes.DIFF_EXAMPLES)(changes.diff)
app.command("worker", epilog=worker.WORKER_EXAMPLES)(worker.worker)
app.command("schedule", epilog=timing.SCHEDULE_EXAMPLES)(timing.schedule)
app.command("doctor", epilog=doctor.DOCTOR_EXAMPLES)(doctor.doctor)
app.command("extract", epilog=stages.EXTRACT_EXAMPLES)(stages.extract)
app.command("summarise", epilog=stages.SUMMARISE_EXAMPLES)(stages.summarise)
app.command("group", epilog=stages.GROUP_EXAMPLES)(stages.group)
app.command("init", epilog=beginning.EXAMPLES)(beginning.init)
app.command("replay", epilog=replaying.EXAMPLES)(replaying.replay)
app.command("runs", epilog=runs.EXAMPLES)(runs.runs)
app.command("backup", epilog=backups.BACKUP_EXAMPLES)(backups.backup)
app.command("restore", epilog=backups.RESTORE_EXAMPLE)(backups.restore)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.", show_default=True)]
OutOption = Annotated[Path, typer.Option("--out", help="Folder for the edition's files.")]
_CONFIG, _OUT = Path("config.yaml"), Path("out")
NowOption = Annotated[str | None, typer.Option("--now", help="Pretend it is this moment (RFC 3339 with an offset).")]

LogOption = Annotated[Literal["logfmt", "json"], typer.Option("--log", help="One line an event, on standard error.")]


@app.callback(invoke_without_command=True)
def _top(*, version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        say(f"briefing {__version__}")
        raise typer.Exit


@app.command(epilog="Example: briefing build --config config.yaml --now 2026-11-22T06:40:00+01:00 --json")
def build(
    *,
    config: ConfigOption = _CONFIG,
    out: OutOption = _OUT,
    now: NowOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print edition.json.")] = False,
) -> int:
    """Collects, composes and renders today's edition; writes edition.json, .html, .txt and .eml."""
    with progress() as watch:
        built = _newsroom(config, out, now, watch, builds_now=True).build()
    edition, counts = built.printed.edition, built.printed.edition.counts
    if json:
        say(built.files["edition.json"].decode().rstrip("\n"))
    list_problems((*edition.problems, *built.problems))
    if not edition.stories:
        note(built.nothing_to_send)
        return 1
    told = plural(counts.told + counts.brief, "story", "stories")
    note(f"{told} from {plural(counts.articles, 'article')} in {built.folder}/: edition.html, .txt, .eml, .json")
    return 1 if edition.problems or built.problems else 0


@app.command(epilog="Examples: briefing send --dry-run | briefing send --all | briefing send --test me@example.org")
def send(
    *,
    config: ConfigOption = _CONFIG,
    out: OutOption = _OUT,
    now: NowOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would get what; nothing is sent.")] = False,
    everyone: Annotated[bool, typer.Option("--all", help="Send to everyone, whatever the hour.")] = False,
    test: Annotated[str | None, typer.Option("--test", help="Send one copy to this address; record nothing.")] = None,
) -> int:
    """Delivers today's edition to everyone whose hour has come, and prints the ledger's balance."""
    with progress() as watch:
        house = _open(config, out, now, watch, builds_now=True)
        if test:
            house.morning.send_test(test)
            say(f"one copy for {test} went to {house.morning.destination}; the ledger is untouched")
            return 0
        status = _bring_readers_in(house)
        if dry_run:
            for day, reader, segment in house.morning.rehearse(everyone=everyone):
                say(f"{day}  {reader.email}  ({segment})")
            return status
        reports = house.morning.send_all() if everyone else house.morning.send_due()
    return max(status, _tell_sent(house, reports))


def _bring_readers_in(house: House) -> int:
    """Imports the readers that the config names; a bad file does not keep those on the list from their mail."""
    if house.morning.config.readers is None:
        return 0
    file = Path(house.morning.config.readers)
    try:
        return min(1, subscribers.tell_import(subscribers.import_file(house.readers, file, confirmed=True), file))
    except typer.BadParameter as error:
        note(error.format_message())
        return 1


def _tell_sent(house: House, reports: Sequence[SendReport]) -> int:
    """Prints what a sending run did, edition by edition."""
    if not reports:
        say("nobody's hour has come; `briefing send --all` sends whatever the hour")
    for report in reports:
        balance = report.balance
        counts = ", ".join(f"{n} {status.value}" for status, n in sorted(balance.counts.items()) if n) or "none"
        books = "the books balance" if balance.is_balanced else "THE BOOKS DO NOT BALANCE"
        say(f"edition {balance.edition}: {plural(balance.audience, 'reader')}: {counts}; {books}")
    sent = sum(report.sent for report in reports)
    if sent:
        say(f"{plural(sent, 'mail')} went to {house.morning.destination}")
    elif reports:
        say("nothing was sent now: nobody is left who may get one")
    found = (*house.morning.problems, *(problem for report in reports for problem in report.problems))
    list_problems(found)
    return 1 if found else 0


@app.command(epilog="Example: briefing serve --config /etc/briefing/config.yaml")
def serve(*, config: ConfigOption = _CONFIG, out: OutOption = _OUT, log: LogOption = "logfmt") -> int:
    """Runs the daily schedule and the readers' pages until it is told to stop (Ctrl-C, SIGTERM)."""
    from briefing.cli.living import LivingHouse
    from briefing.cli.logs import LogStyle, configure_logs
    from briefing.cli.serving import serve_until_stopped

    configure_logs(LogStyle(log))
    house = _open(config, out, None, unwatched, makes_apart=True)
    _bring_readers_in(house)
    return serve_until_stopped(LivingHouse(path=config, out=out, house=house))


@app.command(epilog="Example: briefing preview --port 8026")
def preview(
    *,
    config: ConfigOption = _CONFIG,
    out: OutOption = _OUT,
    now: NowOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; others may then look on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8026,
) -> int:
    """Shows the exact bytes that would be sent on a local page that follows every edit of config and templates."""
    from briefing.cli.previewing import preview_until_stopped

    moment = parse_moment(now, option="--now")
    return preview_until_stopped(config, out=out, moment=moment, host=host, port=port)


def _open(
    config: Path, out: Path, now: str | None, watch: Watcher, *, builds_now: bool = False, makes_apart: bool = False
) -> House:
    """Everything a command needs, from what stands on the command line."""
    from briefing.config.load import load_config
    from briefing.wiring import open_house

    loaded = load_config(config)
    moment = parse_moment(now, option="--now")
    house = open_house(loaded, out=out, now=moment, watch=watch, builds_now=builds_now, makes_apart=makes_apart)
    own_templates.tell_strangers(loaded.templates)
    return house


def _newsroom(config: Path, out: Path, now: str | None, watch: Watcher, *, builds_now: bool = False) -> Newsroom:
    """The same for commands that make an edition and send none."""
    from briefing.config.load import load_config
    from briefing.wiring import open_newsroom

    loaded = load_config(config)
    moment = parse_moment(now, option="--now")
    newsroom = open_newsroom(loaded, out=out, now=moment, watch=watch, builds_now=builds_now)
    own_templates.tell_strangers(loaded.templates)
    return newsroom

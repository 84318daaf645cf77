"""Takes the wish to know how the sources are, an address or a list of feeds; gives lines, a config, a list.

Next: briefing/cli/doctor.py.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import list_problems, note, parse_moment, plural, progress, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from briefing.model.source import Source
    from briefing.model.visit import FirstLook
    from briefing.services.sources import SourceHealth

app = typer.Typer(help="Look after the sources.", no_args_is_help=True, rich_markup_mode=None)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
_CONFIG = Path("config.yaml")
#: Titles in a first look.
_TITLES = 3


@app.command(epilog="Examples: briefing sources check | briefing sources check --json | jq '.[] | select(.error)'")
def check(
    *,
    config: ConfigOption = _CONFIG,
    now: Annotated[
        str | None, typer.Option("--now", help="Pretend it is this moment (RFC 3339 with an offset).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
) -> int:
    """Reads every source that may be asked by now, and says how each is; 1 when one fails."""
    from briefing.config.load import load_config
    from briefing.wiring import open_source_desk

    desk = open_source_desk(load_config(config), now=parse_moment(now, option="--now"))
    with progress() as watch:
        watch("collect", 0, 0)
        found = desk.check()
    if as_json:
        say(json.dumps([_fields(health) for health in found.sources], ensure_ascii=False, indent=2))
    else:
        for health in found.sources:
            say(_line(health, desk.clock.now()))
    list_problems(found.notices)
    return 1 if any(health.error for health in found.sources) else 0


def _line(health: SourceHealth, now: datetime) -> str:
    parts = [plural(health.articles, "article")]
    if health.newest_at is not None:
        parts.append(f"newest {_age(health.newest_at, now)}")
    if health.read_at is not None:
        parts.append(f"read {_moment(health.read_at)}")
    if health.next_at is not None:
        parts.append(f"next {_moment(health.next_at)}")
    state = "failing" if health.error else "well"
    since = f" since {_moment(health.failing_since)}" if health.failing_since else ""
    error = f"; failing{since}: {health.error}" if health.error else ""
    return f"{state:8}  {health.name}: {', '.join(parts)}{error}"


def _age(at: datetime, now: datetime) -> str:
    hours = max(0, int((now - at).total_seconds() // 3600))
    return f"{hours} h old" if hours < 48 else f"{hours // 24} days old"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _fields(health: SourceHealth) -> dict[str, object]:
    from briefing.model.lines import stamp

    return {
        "name": health.name,
        "articles": health.articles,
        "newest_at": stamp(health.newest_at and health.newest_at.astimezone(UTC)),
        "read_at": stamp(health.read_at and health.read_at.astimezone(UTC)),
        "next_at": stamp(health.next_at and health.next_at.astimezone(UTC)),
        "failing_since": stamp(health.failing_since and health.failing_since.astimezone(UTC)),
        "error": health.error,
    }


@app.command(
    epilog="Examples: briefing sources add https://harbour.example | "
    "briefing sources add harbour.example/feed --name Harbour --dry-run"
)
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, or any site: its feed is looked for.")],
    *,
    name: Annotated[str | None, typer.Option("--name", help="What readers see (as it calls itself).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look; leave the config as it is.")] = False,
    config: ConfigOption = _CONFIG,
) -> int:
    """Looks what an address gives, shows it, and puts it under sources: of the config, whose comments stay."""
    from briefing.config.load import load_config
    from briefing.wiring import open_source_desk

    loaded, address = load_config(config), url if "://" in url else f"https://{url}"
    if _is_known(loaded.sources, address):
        return _refuse(f"{config} reads this address already")
    if "@" in address.partition("://")[2].partition("/")[0]:
        return _refuse("a password has no place in an address; add the feed yourself, with username: and password:")
    desk = open_source_desk(loaded)
    seen = desk.look(address)
    for line in _shown(seen, desk.clock.now()):
        say(line)
    if _is_known(loaded.sources, seen.source.location):
        return _refuse(f"{config} reads it already")
    if dry_run:
        return 0
    _add(config, seen.source, name)
    desk.keep(seen)
    say(f"{config}: added; the next edition tells of it")
    return 0


def _is_known(sources: Sequence[Source], address: str) -> bool:
    from briefing.collect.addresses import shared_spelling

    listed = [*sources, *_feeds(sources)]
    return shared_spelling(address) in {shared_spelling(source.location) for source in listed}


def _refuse(reason: str) -> int:
    note(f"briefing: {reason}")
    return 2


def _add(config: Path, source: Source, name: str | None) -> None:
    from briefing.config.edit import add_feeds

    before = config.read_bytes().decode("utf-8-sig")
    _replace(config, add_feeds(before, [(source.location, name)], name=config.name, key=source.kind.value))


def _shown(seen: FirstLook, now: datetime) -> list[str]:
    from briefing.collect.shown import shown_address
    from briefing.model.source import SourceKind

    is_feed = seen.source.kind is SourceKind.FEED
    kind = "feed" if is_feed else "a page without a feed, read as a list of its articles:"
    dates = [_at(article.published.latest) for article in seen.articles if article.published.latest is not None]
    newest = f", newest {_age(max(dates), now)}" if dates else ", none with a date" if seen.articles else ""
    titles = [_printable(article.title) for article in seen.articles if article.title]
    return [
        f"{_printable(seen.name)}: {plural(len(seen.articles), 'article')}{newest}",
        f"  {kind} {shown_address(seen.source.location)}",
        *(f"  - {title}" for title in titles[:_TITLES]),
    ]


def _at(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time.min, UTC)


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


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
        return _refuse(f"{file} cannot be read: {error.strerror}")
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
        return _refuse(f"{out} cannot be written: {error.strerror}")
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
    """Puts a text in the place of a config at once; the one before stays beside it, as with every edit of ours.

    Raises:
        ConfigError: the new one would not be read; then the old one stays.
    """
    from briefing.wiring import open_config_desk

    desk = open_config_desk(config)
    desk.write(desk.propose(lambda _: text))

"""Takes the wish to know how the sources are, gives a line for each.

Next: briefing/cli/doctor.py.
"""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import list_problems, parse_moment, plural, progress, say

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.services.sources import SourceHealth

app = typer.Typer(help="Look after the sources.", no_args_is_help=True, rich_markup_mode=None)


@app.command(epilog="Examples: briefing sources check | briefing sources check --json | jq '.[] | select(.error)'")
def check(
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="Your config file.")] = Path("config.yaml"),
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

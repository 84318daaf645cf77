"""Takes the words after `briefing schedule`, gives when who will get what, and why then.

Next: briefing/cli/errands.py.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, parse_day, parse_moment, plural, say
from briefing.model.subscriber import SubscriberStatus

if TYPE_CHECKING:
    from briefing.services.explain import Forecast, Prospect

SCHEDULE_EXAMPLES = (
    "Examples: briefing schedule --explain | briefing schedule --explain 2026-12-25 | "
    "briefing schedule --reader ada@example.org | briefing schedule --confirm-clock"
)
#: Zones say nothing of earlier dates, and calendars end with the year 9999.
_EARLIEST, _LATEST = date(1970, 1, 2), date(9999, 1, 1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def schedule(
    *,
    day: Annotated[str | None, typer.Argument(metavar="[DATE]", help="Explain that date alone.")] = None,
    config: Annotated[Path, typer.Option("--config", "-c", help="Your config file.")] = Path("config.yaml"),
    now: Annotated[str | None, typer.Option("--now", help="Pretend it is this moment.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="The next 14 runs of each group of readers.")] = False,
    reader: Annotated[str | None, typer.Option("--reader", help="Explain one reader, by address.")] = None,
    confirm_clock: Annotated[
        bool, typer.Option("--confirm-clock", help="Say that the clock is right although it leapt.")
    ] = False,
) -> int:
    """Says when the mail goes out: the next run of each group of readers, by their clock and in UTC."""
    from briefing.config.load import load_config
    from briefing.services.explain import RUNS
    from briefing.wiring import confirm_clock as confirm
    from briefing.wiring import open_forecast

    loaded = load_config(config)
    if confirm_clock:
        say(f"noted: it is {confirm(loaded):%Y-%m-%d %H:%M} UTC; `briefing serve` goes on at its next look")
        return 0
    forecast = open_forecast(loaded, now=parse_moment(now, option="--now"))
    if reader is not None:
        return _explain_reader(forecast, reader)
    if day is not None:
        return _explain_day(forecast, _parse_day(day))
    found = forecast.prospects(runs=RUNS if explain else 1)
    for prospect in found:
        _tell(prospect, in_full=explain)
    if not found:
        _note_nobody()
    for reason, count in forecast.absent().items():
        say(f"not written to: {plural(count, 'reader')} {reason}")
    return 0


def _note_nobody() -> None:
    note("nobody is confirmed; add readers with `briefing subscribers add ADDRESS --confirmed`")


def _tell(prospect: Prospect, *, in_full: bool) -> None:
    days = "daily" if len(prospect.days) == len(_WEEKDAYS) else " ".join(_WEEKDAYS[day] for day in prospect.days)
    say(f"{prospect.zone}  {prospect.at:%H:%M}  {days or 'never'}  {plural(prospect.readers, 'reader')}")
    if prospect.remark:
        say(f"  ! {prospect.remark}")
    for run in prospect.runs:
        unusual = f"  ({run.note})" if run.note else ""
        say(f"  {run.local:%a %Y-%m-%d %H:%M}  =  {run.due_at:%a %H:%M} UTC{unusual}")
    if in_full:
        say(f"  after an outage until now: {prospect.after_outage}")


def _explain_day(forecast: Forecast, day: date) -> int:
    found = forecast.on(day)
    if not found:
        _note_nobody()
    for prospect, why in found:
        head = f"{prospect.zone}  {prospect.at:%H:%M}  {plural(prospect.readers, 'reader')}"
        for run in prospect.runs:
            unusual = f"  ({run.note})" if run.note else ""
            say(f"{head}: {run.local:%a %Y-%m-%d %H:%M}  =  {run.due_at:%a %Y-%m-%d %H:%M} UTC{unusual}")
        if why:
            say(f"{head}: none, {why}")
    return 0


def _explain_reader(forecast: Forecast, address: str) -> int:
    found = forecast.store.find_subscriber(address)
    if found is None:
        note(f"{address} is not on the list")
        return 1
    say(f"{found.email}: {found.status.value}{f' ({found.reason})' if found.reason else ''}")
    if found.status is SubscriberStatus.CONFIRMED:
        _tell(forecast.of(found), in_full=True)
    else:
        say("  nothing is due: only confirmed readers are written to")
    for row in forecast.ledger.deliveries_of(found.id, limit=7):
        say(f"  edition {row.edition}: {row.status.value}{f', {row.detail}' if row.detail else ''}")
    return 0


def _parse_day(text: str) -> date:
    day = parse_day(text)
    if not _EARLIEST <= day <= _LATEST:
        raise typer.BadParameter(
            f"{day} is too far away; name one between {_EARLIEST} and {_LATEST}", param_hint="DATE"
        )
    return day

"""Takes what was measured and simulated, gives the tables and the chart of docs/scale.md, and puts them into it.

    python -m benchmarks.scale.paper               # tables and chart, from docs/units.json and docs/scale.json
    python -m benchmarks.scale.paper --simulate    # …after letting the mornings happen again, two minutes

Next: docs/scale.md.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from textwrap import fill as fill_lines
from typing import TYPE_CHECKING

from benchmarks.scale import grouped, mornings, plan
from benchmarks.scale.crowds import clock_of, crowds_of_the_world
from benchmarks.scale.drawing import Panel, draw_panels
from benchmarks.scale.plan import Assumed
from benchmarks.scale.units import MEANING, load_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.scale.mornings import Seen
    from benchmarks.scale.units import Units

DOCS = Path(__file__).parents[2] / "docs"
PAGE, CHART = DOCS / "scale.md", DOCS / "scale.svg"
#: Crowds of fewer readers are not listed.
_LARGE = 250_000


def main(words: list[str] | None = None) -> int:
    """Rewrites the page and its chart."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.paper")
    parser.add_argument("--simulate", action="store_true")
    units, assumed = load_units(), Assumed()
    if parser.parse_args(words).simulate:
        seen = tuple(mornings.see(name, one) for name, one in mornings.scenarios(units, assumed).items())
        mornings.FILE.write_text(mornings.told(seen), "utf-8")
    seen = mornings.load_seen()
    PAGE.write_text(fill(PAGE.read_text("utf-8"), tables(units, assumed, seen)), "utf-8")
    CHART.write_text(chart(seen), "utf-8")
    return 0


def fill(page: str, written: Mapping[str, str]) -> str:
    """The page with each table between its markers.

    Raises:
        KeyError: a marker names no table.
    """
    pattern = re.compile(r"(<!-- (?!end)(\w+) -->\n)(?:(?!<!-- end).*\n)*(<!-- end -->)")
    return pattern.sub(lambda found: f"{found[1]}{written[found[2]]}\n{found[3]}", page)


def tables(units: Units, assumed: Assumed, seen: Sequence[Seen]) -> dict[str, str]:
    """By the names of their markers."""
    return {
        "answer": _answer(units, assumed, seen),
        "machine": f"Measured on: {units.machine}.",
        "units": _units(units),
        "ceilings": _ceilings(units, assumed),
        "sending": _sending(units, assumed),
        "work": _work(units, assumed),
        "rows": _rows(units, assumed),
        "cost": _cost(units, assumed),
        "mornings": _mornings(seen),
        "zones": _zones(units, assumed, seen),
        "grouping": _grouping(units, assumed),
        "assumed": _assumed(assumed),
    }


def chart(seen: Sequence[Seen]) -> str:
    """Mails a second over two mornings."""
    panels = [
        Panel(title=f"{each.name}: mails a second", values=each.rates)
        for each in seen
        if each.name in {mornings.CALM, mornings.TROUBLED}
    ]
    label = "Mails a second over a day, in UTC, on a calm morning and on a bad one"
    return draw_panels(panels, ticks=mornings.hours(), label=label)


def _answer(units: Units, assumed: Assumed, seen: Sequence[Seen]) -> str:
    need, build_s = plan.sending(units, assumed), plan.build_seconds(units, assumed)
    calm, bad = (next(each for each in seen if each.name == name) for name in (mornings.CALM, mornings.TROUBLED))
    kept = sum(row.gigabytes for row in plan.rows(units, assumed))
    wire = assumed.readers * units.bytes["mail"] / 1e9
    busy_min = 60 * plan.machine_hours(units, assumed)
    return _bullets(
        f"**Sending is the easy part.** The largest crowd, {need.crowd.readers:,} readers at one moment, is served"
        f" within {assumed.on_time_s / 60:.0f} minutes by {need.workers} workers on {need.worker_cores:.1f} cores and a"
        f" PostgreSQL on {need.database_cores:.1f}, if the relay takes {need.rate:,.0f} mails a second,"
        f" {need.gbit:.1f} Gbit/s. A million mails keep a machine of {assumed.cores} cores busy for"
        f" {busy_min:.0f} minutes.",
        f"**The first to give way is making the edition**: an hour's news, a window of"
        f" {plan.in_window(assumed):,.0f} articles and {assumed.segments:,} segments take one core"
        f" {build_s / 60:.0f} minutes, and there are ten. What has to change is"
        " [below](#what-must-change-for-a-million-articles-a-day); none of it has been tried.",
        f"A day is {wire:,.0f} GB of mail on the wire; what is kept comes to {kept:,.0f} GB.",
        f"Simulated, the largest crowd is served {calm.largest_min:.0f} minutes after seven, by arithmetic"
        f" {calm.planned_min:.0f}. On a bad morning, with the relay away for an hour, {bad.late:.0%} of the day's mails"
        f" are more than 15 minutes late and {bad.very_late:.0%} more than an hour; {bad.missed:,} are missed, and at"
        f" most {bad.perhaps_twice} arrive twice.",
    )


def _bullets(*told: str) -> str:
    return "\n".join(
        fill_lines(f"- {text}", 120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for text in told
    )


def _units(units: Units) -> str:
    rows = [(meaning, _seconds(units.seconds[name])) for name, meaning in MEANING.items()]
    rows += [
        (f"stories found and filed in {one.headlines:,} headlines, {one.peak_mb:,.0f} MB", _seconds(one.seconds))
        for one in units.grouping
    ]
    sizes = (
        ("a mail on the wire", units.bytes["mail"]),
        ("a segment's edition, kept", units.bytes["edition"]),
        ("PostgreSQL's log for a mail", units.bytes["log bytes"]),
    )
    rows += [(what, f"{size:,.0f} B") for what, size in sizes]
    rows += [("commits for a mail", f"{units.bytes['commits']:.2f}")]
    return _table(("what", "costs"), rows)


def _ceilings(units: Units, assumed: Assumed) -> str:
    rows = [
        (one.what, f"{_round(one.reaches)} {one.of}", _round(one.planned), f"{one.reaches / one.planned:,.2g}")
        for one in plan.ceilings(units, assumed)
    ]
    return _table(("what", "reaches", "planned", "ratio"), rows)


def _sending(units: Units, assumed: Assumed) -> str:
    rows = []
    for readers in (100_000, 1_000_000, assumed.readers):
        need = plan.sending(units, Assumed(readers=readers))
        figures = (f"{need.crowd.readers:,}", f"{need.rate:,.0f}", f"{need.workers}", f"{need.worker_cores:.2f}")
        rows.append((f"{readers:,}", *figures, f"{need.database_cores:.2f}", f"{need.gbit:.2f}"))
    head = ("readers", "largest crowd", "mails/s", "workers", "cores of workers", "…of PostgreSQL", "Gbit/s")
    return _table(head, rows)


def _work(units: Units, assumed: Assumed) -> str:
    rows = [
        (one.what + (f" ({one.note})" if one.note else ""), _round(one.times), _seconds(one.each_s), _number(one.hours))
        for one in plan.work(units, assumed)
    ]
    return _table(("a day", "times", "each", "hours of a core"), rows)


def _rows(units: Units, assumed: Assumed) -> str:
    rows = [
        (
            *(f"`{kept.table}`", _round(kept.a_day), f"{kept.days:,.0f}"),
            *(_round(kept.rows), f"{kept.row_bytes:,.0f}", _number(kept.gigabytes)),
        )
        for kept in plan.rows(units, assumed)
    ]
    return _table(("table", "rows a day", "days kept", "rows", "bytes each", "GB"), rows)


def _cost(units: Units, assumed: Assumed) -> str:
    need, hours = plan.sending(units, assumed), plan.machine_hours(units, assumed)
    machines = -(-(need.worker_cores + need.database_cores) // assumed.cores)
    kept = machines * plan.DAY_H / (assumed.readers / 1e6)
    price = assumed.price
    rows = (
        ("machines that run only while they send", f"{hours:.2f}", f"{hours * price:.2f} €"),
        (f"{machines:.0f} machines, sized for the largest crowd, kept all day", f"{kept:.2f}", f"{kept * price:.2f} €"),
    )
    return _table(("a million mails", "machine-hours", f"at {price:.2f} € an hour"), rows)


def _mornings(seen: Sequence[Seen]) -> str:
    rows = [
        (
            *(one.name, str(one.workers), f"{one.planned_min:.0f}", f"{one.largest_min:.0f}", f"{one.late:.1%}"),
            *(f"{one.very_late:.1%}", f"{one.missed:,}", f"{one.rate:,}", f"{one.most_waiting:,}", f"{one.use:.0%}"),
            one.bottleneck,
        )
        for one in seen
    ]
    head = ("morning", "workers", "largest crowd served after, planned", "…simulated", "late > 15 min", "> 60 min")
    return _table((*head, "missed", "mails/s at most", "jobs waiting", "use", "pace set by"), rows)


def _zones(units: Units, assumed: Assumed, seen: Sequence[Seen]) -> str:
    calm, bad = (next(each for each in seen if each.name == name) for name in (mornings.CALM, mornings.TROUBLED))
    crowds = crowds_of_the_world(assumed.readers)
    planned = plan.ends(crowds, plan.costs(units, assumed), workers=calm.workers)
    rows = [
        (
            *(crowd.zone, clock_of(crowd.due_s), f"{crowd.readers:,}", f"{(end - crowd.due_s) / 60:.0f}"),
            *(f"{calm.ends[place]:.0f}", f"{bad.ends[place]:.0f}"),
        )
        for place, (crowd, end) in enumerate(zip(crowds, planned, strict=True))
        if crowd.readers >= _LARGE
    ]
    return _table(("seven o'clock in", "UTC", "readers", "min, planned", mornings.CALM, mornings.TROUBLED), rows)


def _grouping(units: Units, assumed: Assumed) -> str:
    window = plan.in_window(assumed)
    few, many = units.grouping[-2:]
    minutes = grouped.grouping_seconds(units.grouping, window) / 60
    return fill_lines(
        f"From {few.headlines:,} to {many.headlines:,} headlines the seconds grow with the power"
        f" {grouped.growth(units.grouping):.2f} of their number. If that goes on thirty times further, which nobody"
        f" knows, the {window:,.0f} articles of {assumed.window_h} hours take one core {minutes:,.0f} minutes and"
        f" {grouped.grouping_gigabytes(units.grouping, window):,.0f} GB, {assumed.visits} times a day. All of a build"
        f" is {plan.build_seconds(units, assumed) / 60:,.0f} minutes; it begins ten minutes before it is due, and is"
        " ended after 45.",
        120,
    )


def _assumed(assumed: Assumed) -> str:
    rows = (
        ("readers, spread over the zones as the world's people are, all at seven", f"{assumed.readers:,}"),
        ("sources, each asked once an hour", f"{assumed.sources:,}"),
        ("new articles a day; the page is read as well for half of them", f"{assumed.articles:,}"),
        ("segments", f"{assumed.segments:,}"),
        ("what a relay takes for a mail, on one of a worker's four connections", f"{1000 * assumed.answer_s:.0f} ms"),
        ("share of a processor that is planned with", f"{assumed.load:.0%}"),
        ("a machine", f"{assumed.cores} cores, {assumed.price:.2f} € an hour"),
        ("PostgreSQL's machine", f"{assumed.database_cores} cores"),
        ("books and articles are kept", f"{assumed.ledger_days} days"),
    )
    return _table(("assumed", ""), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _seconds(seconds: float) -> str:
    if seconds >= 60:
        return f"{seconds / 60:,.0f} min"
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{1000 * seconds:.3g} ms" if seconds >= 1e-4 else f"{1e6 * seconds:.0f} µs"


def _round(number: float) -> str:
    return f"{float(f'{number:.2g}'):,.0f}"


def _number(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


if __name__ == "__main__":
    sys.exit(main())

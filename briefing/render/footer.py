"""Takes what was and was not read, gives `Footer`: the truth about the edition, and who sends it why.

Next: briefing/render/sheet.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from briefing.model.edition import SourceState
from briefing.render.clean import clean, cut

if TYPE_CHECKING:
    from briefing.model.edition import Edition, SourceReport
    from briefing.model.settings import Sender
    from briefing.render.words import Words

#: Readers are told who is missing; why stands in edition.json and the preview, in the words of servers and files.
_NAMES, _NAME_CHARS, _IMPRINT_CHARS = 40, 60, 400
#: The stage whose problems are no outlet's fault: a language model was asked about their articles.
_GENERATION = "summarise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """Sets the small print; "" for a line that this edition does not need.

    Attributes:
        sources: how many were read.
        unread: those that were not, and since when.
        problems: those that were read in part only, and whether a language model left summaries unwritten.
        built: when, in the frame's zone.
        report: those four in one paragraph, spaced as the language wants it.
        imprint: lines as the operator broke them.
    """

    sources: str
    unread: str
    problems: str
    built: str
    report: str
    why: str
    imprint: tuple[str, ...]


def footer_of(edition: Edition, *, name: str, sender: Sender, words: Words) -> Footer:
    """Words the footer. A source that failed is named once, even when it left a problem as well."""
    failed = tuple(report for report in edition.sources if report.state is SourceState.FAILED)
    imprint = (sender.imprint or "")[:_IMPRINT_CHARS].splitlines()
    sources = _sources(len(edition.sources), len(failed), words)
    missing = _names([_missing(report, edition, words) for report in failed], words)
    unread = words.say("Not readable: {names}.", names=missing) if missing else ""
    problems = _problems(edition, {report.name for report in failed}, words)
    built = _built(edition, words)
    return Footer(
        sources=sources,
        unread=unread,
        problems=problems,
        built=built,
        report=words.prose(sources, unread, problems, built),
        why=words.say("You receive {name} because you asked for it.", name=name),
        imprint=tuple(line for line in map(clean, imprint) if line),
    )


def _sources(asked: int, failed: int, words: Words) -> str:
    if not asked:
        return ""
    if not failed:
        return words.count("{n} source read.", "All {n} sources read.", asked)
    return words.say("{read} of {all} sources read.", read=words.number(asked - failed), all=words.number(asked))


def _missing(report: SourceReport, edition: Edition, words: Words) -> str:
    name = _named(report.name)
    since = report.since.astimezone(ZoneInfo(edition.timezone)).date() if report.since else edition.date
    if since >= edition.date:
        return name
    return words.say("{name} (since {date})", name=name, date=words.day(since, today=edition.date))


def _problems(edition: Edition, failed: set[str], words: Words) -> str:
    names = _names(_incomplete(edition, failed), words)
    incomplete = words.say("Incomplete: {names}.", names=names) if names else ""
    if all(problem.stage != _GENERATION for problem in edition.problems):
        return incomplete
    unwritten = words.say(
        "Not every summary could be written by a language model; the outlets’ own sentences stand in their place."
    )
    return words.prose(incomplete, unwritten)


def _incomplete(edition: Edition, failed: set[str]) -> list[str]:
    """Sources that left a problem although they were read; by name, never by file or address."""
    ours = (problem for problem in edition.problems if problem.stage != _GENERATION)
    named = [problem.source for problem in ours if problem.source and problem.source not in failed]
    return list(dict.fromkeys(_named(source) for source in named))


def _named(source: str) -> str:
    return cut(clean(source), _NAME_CHARS)


def _names(names: list[str], words: Words) -> str:
    shown, left = words.list(names[:_NAMES]), len(names) - _NAMES
    return words.count("{names} and {n} more", "{names} and {n} more", left, names=shown) if left > 0 else shown


def _built(edition: Edition, words: Words) -> str:
    time, zone = words.clock(edition.built_at, timezone=edition.timezone), words.zone(edition.timezone)
    day = edition.built_at.astimezone(ZoneInfo(edition.timezone)).date()
    if day == edition.date:
        return words.say("Put together at {time} ({zone}).", time=time, zone=zone)
    date = words.day(day, today=edition.date)
    return words.say("Put together on {date} at {time} ({zone}).", date=date, time=time, zone=zone)

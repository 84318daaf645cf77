"""Takes two configs' builders, gives what an edit changes in today's edition, before anybody gets a mail.

Both build the same moment from the same articles and the same memory; nothing is recorded, no model is asked.

Next: briefing/cli/changes.py, which puts it in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from briefing.compose.changes import Changes, Made, find_changes
from briefing.model.source import Collected, as_read
from briefing.services.reach import NOBODY, Reach, Side, count_reached

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from briefing.model.edition import Problem, SourceReport
    from briefing.model.settings import Config
    from briefing.model.source import Source
    from briefing.ports import Clock, Collector, SubscriberStore
    from briefing.services.build import Builder

#: Keys that decide which stories an edition tells, and where.
CHOOSING = frozenset(
    {
        *("briefing.language", "briefing.timezone", "briefing.window", "briefing.max_stories"),
        *("topics", "sections", "sources", "fetch", "vectors"),
    }
)
#: Keys that decide how it tells them.
TELLING = frozenset({"briefing.name", "summary", "look", "templates"})
#: Fields of `Config` that no edit of a briefing changes: where the file is, and the memory that both share.
_ELSEWHERE = frozenset({"path", "database"})
_KEYS = {"readers": "subscribers", "keep_ledger": "keep"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Carries what an edit changes.

    Attributes:
        choosing: keys that differ and decide which stories are told where.
        telling: keys that differ and decide how they are told.
        other: keys that differ and do not touch the edition.
        emptied: titles of sections that had stories and have none any more; of sections of another kind, none.
        reach: how many readers get another edition.
        problems: of both builds, each once.
    """

    date: date
    changes: Changes
    choosing: tuple[str, ...]
    telling: tuple[str, ...]
    other: tuple[str, ...]
    problems: tuple[Problem, ...]
    emptied: tuple[str, ...] = ()
    reach: Reach = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Builds today's edition under the config in use and under an edited one. Both share a memory.

    Attributes:
        readers: None when nobody is to be counted.
    """

    used: Builder
    edited: Builder
    clock: Clock
    readers: SubscriberStore | None = None

    def run(self) -> Compared:
        """Makes both editions for the readers who chose nothing, and compares them.

        What both configs read, they read once: a feed asked twice may answer twice. Nothing is recorded but
        vectors and what sources gave.
        """
        now = self.clock.now()
        one, other = self.used.config, self.edited.config
        shared = frozenset(map(as_read, one.sources)) & frozenset(map(as_read, other.sources))
        first = _Reading(self.used.collector, shared if one.fetch == other.fetch else ())
        second = _Reading(self.edited.collector, shared if one.fetch == other.fetch else (), shelf=first.shelf)
        old, new = _side(self.used, first, now=now), _side(self.edited, second, now=now)
        before, after = _made(old, first), _made(new, second)
        keys = differing_keys(one, other)
        return Compared(
            date=after.edition.date,
            changes=find_changes(before, after),
            choosing=tuple(key for key in keys if key in CHOOSING),
            telling=tuple(key for key in keys if key in TELLING),
            other=tuple(key for key in keys if key not in CHOOSING | TELLING),
            problems=tuple(dict.fromkeys((*before.edition.problems, *after.edition.problems))),
            emptied=_emptied(before, after) if one.sections.by is other.sections.by else (),
            reach=count_reached(self.readers.crowds(), old, new) if self.readers is not None else NOBODY,
        )


def differing_keys(one: Config, other: Config) -> tuple[str, ...]:
    """The keys of config.yaml in which two configs differ, in the order of `Config`; `briefing` key by key.

    Where something stands in the file, where the file itself is, and its database are no difference.
    """
    here, there = _by_key(one), _by_key(other)
    return tuple(key for key in here if here[key] != there[key])


def _by_key(config: Config) -> dict[str, Any]:
    found = {_KEYS.get(f.name, f.name): _without_lines(getattr(config, f.name)) for f in fields(config)}
    rule = found.pop("briefing")
    keyed = {f"briefing.{f.name}": getattr(rule, f.name) for f in fields(rule)} | found
    keyed["keep"] = (config.keep_ledger, keyed.pop("keep_articles"))
    keyed["subscribers"] = (config.readers, keyed.pop("signup"))
    # One key of `web` travels with the sender, whose links it makes.
    keyed["web"] = (config.web, config.mail.sender.public_url)
    keyed["mail"] = replace(config.mail, sender=replace(config.mail.sender, public_url=None))
    return {key: value for key, value in keyed.items() if key not in _ELSEWHERE}


def _without_lines(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_without_lines, value))
    if is_dataclass(value) and not isinstance(value, type) and any(f.name == "line" for f in fields(value)):
        return replace(value, line=0)
    return value


def _side(builder: Builder, reading: _Reading, *, now: datetime) -> Side:
    """Builds as `briefing build` does, without a trace."""
    silent = replace(builder, collector=reading, source_log=Unlogged(), generator=None)
    return Side(builder=silent, gathered=silent.gather(now=now), now=now)


def _made(side: Side, reading: _Reading) -> Made:
    return Made(
        edition=side.default(),
        stories=side.gathered.stories,
        read=frozenset(reading.ids),
        muted=frozenset(topic.name for topic in side.builder.config.topics if topic.mute),
    )


def _emptied(before: Made, after: Made) -> tuple[str, ...]:
    left = {section.key for section in after.edition.sections}
    return tuple(section.title for section in before.edition.sections if section.key not in left)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads what one config alone names, and lays what both name on a shelf for the other. A `ports.Collector`."""

    collector: Collector
    shared: Collection[Source]
    shelf: list[Collected] = field(default_factory=list, kw_only=True)
    ids: set[str] = field(default_factory=set, kw_only=True)

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port; what both configs name comes first."""
        common = [source for source in sources if as_read(source) in self.shared]
        own = [source for source in sources if as_read(source) not in self.shared]
        if not self.shelf and common:
            self.shelf.append(self.collector.collect(common, now=now))
        parts = [*self.shelf, *([self.collector.collect(own, now=now)] if own else [])]
        articles = {a.id: a for part in reversed(parts) for a in reversed(part.articles)}  # the first of one id stays
        self.ids.update(articles)
        return Collected(
            articles=tuple(reversed(articles.values())),
            reports=tuple(report for part in parts for report in part.reports),
            problems=tuple(problem for part in parts for problem in part.problems),
        )


class Unlogged:
    """Hears how the sources are and forgets it. A `ports.SourceLog`."""

    def failing_since(self) -> Mapping[str, datetime]:
        """Since when is of no matter to a comparison."""
        return {}

    def log_sources(self, reports: Iterable[SourceReport], *, now: datetime) -> None:
        """Nothing is recorded."""

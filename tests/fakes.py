"""Takes nothing, gives an honest in-memory fake of each port; the contract tests hold them to what the real ones do."""

from __future__ import annotations

import json
import math
import zlib
from array import array
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from briefing.deliver.replies import parse_reply
from briefing.errors import BounceError, ConfigChangedError, SourceError, StoreError, TransportError, WriterError
from briefing.model.announcement import Announcement
from briefing.model.article import Article
from briefing.model.backup import Backup, Replacement
from briefing.model.delivery import Answer, AnswerKind, Balance, Delivery, DeliveryStatus
from briefing.model.edition import DEFAULT_SEGMENT, SourceReport, SourceState
from briefing.model.job import Backlog
from briefing.model.letter import MOST_BYTES
from briefing.model.picture import Picture, PictureSize
from briefing.model.run import Queue, Run
from briefing.model.source import Collected
from briefing.model.story import REMEMBERED
from briefing.model.subscriber import Crowd, Habit, SubscriberStatus, habit_of
from briefing.model.visit import FirstLook, HostNote, Stock, Visit
from briefing.store.articles import latest_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from briefing.errors import DeliveryError
    from briefing.model.archived import ArchivedEdition
    from briefing.model.delivery import Envelope
    from briefing.model.job import Batch, JobQueue, Shard
    from briefing.model.letter import Letter, Tally
    from briefing.model.limits import Limit
    from briefing.model.prepared import Kept
    from briefing.model.source import Source
    from briefing.model.story import Told
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Books


@dataclass
class FixedClock:
    """Stands still until it is moved; is its own stopwatch.

    Attributes:
        leapt: what was added to `moment` by setting the clock rather than by time that passed.
    """

    moment: datetime
    leapt: timedelta = timedelta(0)
    synchronised: bool = False

    def now(self) -> datetime:
        return self.moment

    def seconds(self) -> float:
        return (self.moment - self.leapt).timestamp()

    def is_synchronised(self) -> bool:
        return self.synchronised

    def move(self, **by: float) -> None:
        """Moves on by so many `minutes`, `hours` and so on."""
        self.moment += timedelta(**by)

    def leap(self, **by: float) -> None:
        """Is set by somebody: forth or back, while no time passes."""
        self.moment += timedelta(**by)
        self.leapt += timedelta(**by)


@dataclass
class MemoryLookLog:
    """Keeps the last look in a field."""

    look: datetime | None = None
    confirmed: datetime | None = None

    def last_look(self) -> datetime | None:
        return self.look

    def note_look(self, at: datetime) -> None:
        self.look = at

    def confirmed_at(self) -> datetime | None:
        return self.confirmed

    def confirm(self, at: datetime) -> None:
        self.confirmed = at

    def clear_confirmation(self) -> None:
        self.confirmed = None


@dataclass
class FakeTransport:
    """Keeps what it is handed, and answers as it was told to.

    `script` maps a recipient to what happens at each attempt, in order; None means taken. A refused reader is the
    only one concerned; a fault of the transport ends the delivery, but for an uncertain one: then the server never
    answered, may have `taken_anyway`, and the next message goes over a new connection. A reason that begins with an
    enhanced status gives the answer that status. `closed` is raised when the connection is opened.
    """

    script: dict[str, list[DeliveryError | None]] = field(default_factory=dict)
    closed: DeliveryError | None = None
    taken_anyway: bool = True
    taken: list[Envelope] = field(default_factory=list)
    opened: int = 0
    is_open: bool = False

    def __enter__(self) -> FakeTransport:
        if self.closed is not None:
            raise self.closed
        self.opened += 1
        self.is_open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.is_open = False

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        assert self.is_open, "a transport is used in a with block"
        for envelope in envelopes:
            if not books.start([envelope]):
                continue
            attempts = self.script.get(envelope.recipient)
            error = attempts.pop(0) if attempts else None
            if error is None or (error.uncertain and self.taken_anyway):
                self.taken.append(envelope)
            books.settle([_answer(envelope, error)])
            if isinstance(error, TransportError) and not error.uncertain:
                raise error

    @property
    def recipients(self) -> list[str]:
        return [envelope.recipient for envelope in self.taken]


def _answer(envelope: Envelope, error: DeliveryError | None) -> Answer:
    if error is None:
        return Answer(envelope=envelope, kind=AnswerKind.TAKEN, code=250)
    if error.code is None and isinstance(error, TransportError):
        kind = AnswerKind.UNHEARD if error.uncertain else AnswerKind.UNSENT
        return Answer(envelope=envelope, kind=kind, words=error.reason)
    code = error.code or (451 if error.transient else 550)
    return parse_reply(code, error.reason).answer(envelope)


@dataclass
class MemorySubscribers:
    """Keeps readers in a dict, which remembers the order they came in."""

    readers: dict[str, Subscriber] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    change: int = 0

    def list_subscribers(self, *, status: SubscriberStatus | None = None) -> tuple[Subscriber, ...]:
        return tuple(self.each_subscriber(status=status))

    def each_subscriber(self, *, status: SubscriberStatus | None = None) -> Iterator[Subscriber]:
        yield from (reader for reader in tuple(self.readers.values()) if status in {None, reader.status})

    def crowds(self, habits: Iterable[Habit] | None = None, *, since: int = 0) -> tuple[Crowd, ...]:
        nobody = {"id": "", "email": "", "name": None, "created_at": None, "asked_at": None, "reason": None}
        wanted = None if habits is None else set(habits)
        everyone = self.each_subscriber(status=SubscriberStatus.CONFIRMED)
        changed = [reader for reader in everyone if not since or self.changes[reader.id] > since]
        confirmed = [reader for reader in changed if wanted is None or habit_of(reader) in wanted]
        counts = Counter(replace(reader, **nobody) for reader in confirmed)  # type: ignore[arg-type]  # as named above
        return tuple(Crowd(example=example, count=counts[example]) for example in sorted(counts, key=repr))

    def habits(self) -> tuple[Habit, ...]:
        return tuple({habit_of(reader): None for reader in self.each_subscriber(status=SubscriberStatus.CONFIRMED)})

    def last_change(self) -> int:
        return self.change

    def find_subscriber(self, email: str) -> Subscriber | None:
        same = (reader for reader in self.readers.values() if reader.email.casefold() == email.casefold())
        return next(same, None)

    def find_by_id(self, subscriber: str) -> Subscriber | None:
        return self.readers.get(subscriber)

    def save_subscriber(self, subscriber: Subscriber) -> None:
        self.save_subscribers((subscriber,))

    def save_subscribers(self, subscribers: Iterable[Subscriber]) -> None:
        fresh = {reader.id: reader for reader in subscribers}
        after = self.readers | fresh
        if len({reader.email.casefold() for reader in after.values()}) < len(after):
            raise StoreError("two entries want the same name")
        self.readers = after
        self.change += 1
        self.changes |= dict.fromkeys(fresh, self.change)

    def change_subscribers(self, changes: Iterable[tuple[Subscriber | None, Subscriber]]) -> frozenset[str]:
        still = [after for seen, after in changes if seen is None or self._has(seen)]
        self.save_subscribers(still)
        return frozenset(reader.id for reader in still)

    def _has(self, seen: Subscriber) -> bool:
        return seen.id in self.readers and self.readers[seen.id].status is seen.status

    def erase_subscriber(self, subscriber: str) -> None:
        self.readers.pop(subscriber, None)
        self.change += 1

    def forget_pauses(self, *, before: date) -> int:
        over = [r for r in self.readers.values() if r.paused_until is not None and r.paused_until < before]
        if over:
            self.save_subscribers(replace(reader, paused_until=None) for reader in over)
        return len(over)

    def erase_unanswered(self, *, asked_before: datetime) -> tuple[Subscriber, ...]:
        waiting = self.each_subscriber(status=SubscriberStatus.UNCONFIRMED)
        erased = tuple(r for r in waiting if r.asked_at is not None and r.asked_at < asked_before)
        for reader in erased:
            self.erase_subscriber(reader.id)
        return erased


@dataclass
class MemoryLedger:
    """Keeps the books in two dicts, beside the list of readers whose books they are."""

    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    deliveries: dict[tuple[date, str], Delivery] = field(default_factory=dict)
    audiences: dict[date, int] = field(default_factory=dict)

    def plan(self, edition: date, subscribers: Iterable[str], *, now: datetime) -> int:
        fresh = [reader for reader in dict.fromkeys(subscribers) if (edition, reader) not in self.deliveries]
        for reader in fresh:
            self.deliveries[edition, reader] = Delivery(edition=edition, subscriber=reader, updated_at=now)
        if fresh:
            self.audiences[edition] = self.audiences.get(edition, 0) + len(fresh)
        return len(fresh)

    def plan_habits(self, edition: date, habits: Iterable[Habit], *, now: datetime) -> int:
        return self.plan(edition, self._having(habits), now=now)

    def plan_missed(
        self, edition: date, habits: Iterable[Habit], *, joined_before: datetime, reason: str, now: datetime
    ) -> int:
        having = [self.store.readers[reader] for reader in self._having(habits)]
        known = [r.id for r in having if r.created_at is None or r.created_at < joined_before]
        missed = [reader for reader in known if (edition, reader) not in self.deliveries]
        added = self.plan(edition, missed, now=now)
        for reader in missed:
            row = replace(self.deliveries[edition, reader], status=DeliveryStatus.MISSED, detail=reason)
            self.deliveries[edition, reader] = row
        return added

    def lacks(self, edition: date, habits: Iterable[Habit], *, since: int = 0) -> bool:
        changed = [reader for reader in self._having(habits) if self.store.changes[reader] > since or not since]
        return any((edition, reader) not in self.deliveries for reader in changed)

    def take(
        self,
        edition: date,
        decide: Callable[[Delivery, Subscriber | None], Delivery | None],
        *,
        most: int,
        now: datetime,
        after: tuple[int, str] | None = None,
        within: tuple[str, str] | None = None,
    ) -> tuple[tuple[Delivery, Subscriber | None], ...]:
        first, last = within or ("", "\U0010ffff")
        found = sorted((row for row in self.rows(edition) if first < row.subscriber <= last), key=lambda row: row.place)
        ripe = [r for r in found if r.status not in _SETTLED and (r.retry_at is None or r.retry_at <= now)]
        rows = [row for row in ripe if after is None or row.place > after]
        rows = [row for row in rows if row.place[0] == rows[0].place[0]][:most]
        pairs = []
        for row in rows:
            reader = self.store.find_by_id(row.subscriber)
            pairs.append((decide(row, reader) or row, reader))
        self.deliveries |= {(row.edition, row.subscriber): row for row, _ in pairs}
        return tuple(pairs)

    def has_waiting(self, edition: date, *, now: datetime, silent_since: datetime) -> bool:
        idle = {DeliveryStatus.PENDING, DeliveryStatus.DEFERRED}
        held = {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}
        ripe = [row for row in self.rows(edition) if row.retry_at is None or row.retry_at <= now]
        return any(
            row.status in idle or (row.status in held and (row.updated_at is None or row.updated_at <= silent_since))
            for row in ripe
        )

    def closed_habits(
        self, edition: date, *, now: datetime, since: tuple[datetime, int] | None = None
    ) -> frozenset[tuple[DeliveryStatus, Habit | None]]:
        rows = self.rows(edition, DeliveryStatus.UNCERTAIN, DeliveryStatus.MISSED)
        ripe = [row for row in rows if row.retry_at is None or row.retry_at <= now]
        if since is not None:
            stirred = [row for row in ripe if (at := row.retry_at or row.updated_at) is not None and at >= since[0]]
            ripe = stirred + [row for row in ripe if self.store.changes.get(row.subscriber, 0) > since[1]]
        readers = {row.subscriber: self.store.find_by_id(row.subscriber) for row in ripe}
        return frozenset(
            (row.status, habit_of(reader) if (reader := readers[row.subscriber]) else None) for row in ripe
        )

    def left(self, edition: date, *, within: tuple[str, str]) -> tuple[Delivery, ...]:
        closed = {*_SETTLED, DeliveryStatus.UNCERTAIN, DeliveryStatus.MISSED}
        return tuple(
            row for row in self.rows(edition) if within[0] < row.subscriber <= within[1] and row.status not in closed
        )

    def record(self, rows: Iterable[Delivery], *, started: Iterable[Delivery] = ()) -> frozenset[str]:
        written = {(row.edition, row.subscriber): row for row in rows}
        if not written.keys() <= self.deliveries.keys():
            raise StoreError("never planned")
        self.deliveries |= written
        held = [row for row in started if self._is_held(row)]
        ours = [row for row in held if self._is_confirmed(row)]
        self.deliveries |= {(row.edition, row.subscriber): row for row in ours}
        for row in (row for row in held if row not in ours):
            was = self.deliveries[row.edition, row.subscriber].status
            status = DeliveryStatus.UNCERTAIN if was is DeliveryStatus.INFLIGHT else DeliveryStatus.SUPPRESSED
            key = row.edition, row.subscriber
            self.deliveries[key] = replace(self.deliveries[key], status=status, owner=None, updated_at=row.updated_at)
        return frozenset(row.subscriber for row in ours)

    def rows(self, edition: date, *statuses: DeliveryStatus) -> tuple[Delivery, ...]:
        found = [row for (day, _), row in sorted(self.deliveries.items()) if day == edition]
        return tuple(row for row in found if not statuses or row.status in statuses)

    def deliveries_of(self, subscriber: str, *, limit: int) -> tuple[Delivery, ...]:
        theirs = [row for (_, reader), row in self.deliveries.items() if reader == subscriber]
        return tuple(sorted(theirs, key=lambda row: row.edition, reverse=True)[:limit])

    def sent_since(self, moment: datetime) -> int:
        sent = [row for row in self.deliveries.values() if row.status is DeliveryStatus.SENT and row.updated_at]
        return sum(row.updated_at >= moment for row in sent if row.updated_at)

    def unfinished(self) -> tuple[date, ...]:
        open_ones = {
            DeliveryStatus.PENDING,
            DeliveryStatus.CLAIMED,
            DeliveryStatus.INFLIGHT,
            DeliveryStatus.DEFERRED,
        }
        return tuple(sorted({row.edition for row in self.deliveries.values() if row.status in open_ones}))

    def balance(self, edition: date) -> Balance:
        counts = Counter(row.status for row in self.rows(edition))
        in_order = {status: counts[status] for status in DeliveryStatus if counts[status]}
        return Balance(edition=edition, audience=self.audiences.get(edition, 0), counts=in_order)

    def prune(self, *, before: date) -> int:
        old = [key for key in self.deliveries if key[0] < before]
        for key in old:
            del self.deliveries[key]
        self.audiences = {day: count for day, count in self.audiences.items() if day >= before}
        return len(old)

    def _having(self, habits: Iterable[Habit]) -> list[str]:
        wanted = set(habits)
        confirmed = self.store.each_subscriber(status=SubscriberStatus.CONFIRMED)
        return [r.id for r in confirmed if habit_of(r) in wanted]

    def _is_confirmed(self, row: Delivery) -> bool:
        reader = self.store.find_by_id(row.subscriber)
        return reader is not None and reader.status is SubscriberStatus.CONFIRMED

    def _is_held(self, row: Delivery) -> bool:
        known = self.deliveries.get((row.edition, row.subscriber))
        held = {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}
        return known is not None and known.owner == row.owner and known.status in held


_SETTLED = frozenset({DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED})


@dataclass
class MemoryHeldRows:
    """Holds rows of books in memory back."""

    ledger: MemoryLedger

    def hold_open(self, days: Iterable[date], *, reason: str, until: datetime, now: datetime) -> Mapping[date, int]:
        doubtful, in_time = {DeliveryStatus.INFLIGHT, DeliveryStatus.UNCERTAIN}, set(days)
        unsettled = {key: row for key, row in self.ledger.deliveries.items() if row.status not in _SETTLED}
        held = {k: r for k, r in unsettled.items() if r.status is not DeliveryStatus.MISSED or r.edition in in_time}
        for key, row in held.items():
            status = DeliveryStatus.UNCERTAIN if row.status in doubtful else DeliveryStatus.MISSED
            changed = replace(row, status=status, detail=reason, retry_at=until, owner=None, updated_at=now)
            self.ledger.deliveries[key] = changed
        return Counter(day for day, _ in held)

    def let_go(self, edition: date, *, beyond: datetime, now: datetime) -> int:
        rows = [row for row in self.ledger.rows(edition) if row.status not in _SETTLED and row.retry_at]
        held = [row for row in rows if row.retry_at is not None and row.retry_at > beyond]
        for row in held:
            self.ledger.deliveries[edition, row.subscriber] = replace(row, retry_at=None, updated_at=now)
        return len(held)


@dataclass
class MemoryBackups:
    """Makes backups that say what they are told, of a database that is told of restores.

    Attributes:
        found: what is in the database.
        in_use: somebody else has it open.
        restored: backups that took its place.
    """

    found: Backup
    files: dict[PurePath, Backup] = field(default_factory=dict)
    in_use: bool = False
    restored: list[PurePath] = field(default_factory=list)
    stem: str = "briefing"
    suffix: str = ".db"

    def make(self, file: PurePath, *, now: datetime) -> Backup:
        if file in self.files:
            raise StoreError(f"{file} is there already")
        self.files[file] = replace(self.found, file=file, taken_at=now)
        return self.files[file]

    def examine(self, file: PurePath) -> Backup:
        if file not in self.files:
            raise StoreError(f"{file} cannot be read")
        return self.files[file]

    @contextmanager
    def replacing(self, file: PurePath, *, now: datetime) -> Iterator[Replacement]:
        if self.in_use:
            raise StoreError("is in use")
        yield Replacement(url="memory", aside=PurePath(f"old-{now:%Y-%m-%d}"))
        self.restored.append(file)

    def kept(self, folder: PurePath) -> tuple[str, ...]:
        return tuple(sorted(file.name for file in self.files if file.parent == folder))

    def forget(self, file: PurePath) -> None:
        if self.files.pop(file, None) is None:
            raise StoreError(f"{file} cannot be deleted")


@dataclass
class MemoryEditionMemory:
    """Keeps what was told in a dict: (edition, segment, article id) → what was told."""

    rows: dict[tuple[date, str, str], Told] = field(default_factory=dict)

    @property
    def told(self) -> set[tuple[date, str, str]]:
        """Which edition told which segment which article."""
        return set(self.rows)

    def told_articles(self, *, since: date) -> tuple[Article, ...]:
        newest = max((day for day, _, _ in self.rows), default=since)
        first = max(since, newest - REMEMBERED)
        return tuple(dict.fromkeys(told.article for (day, _, _), told in self.rows.items() if day >= first))

    def told_before(self, edition: date, segment: str) -> tuple[Told, ...]:
        first: dict[tuple[str, str, Article], Told] = {}
        for (day, whom, article), told in sorted(self.rows.items(), key=lambda row: row[0]):
            if whom == segment and day < edition:
                known = told.article if day >= edition - REMEMBERED else Article(id=article)
                first.setdefault((told.thread, article, known), replace(told, article=known))
        return tuple(first[key] for key in sorted(first, key=lambda key: key[:2]))

    def told_on(self, edition: date, segment: str) -> tuple[Told, ...]:
        found = [told for (day, whom, _), told in self.rows.items() if (day, whom) == (edition, segment)]
        return tuple(sorted(found, key=lambda told: (told.thread, told.article.id)))

    def remember(self, edition: date, segment: str, told_now: Iterable[Told]) -> None:
        for told in told_now:
            self.rows.setdefault((edition, segment, told.article.id), told)


@dataclass
class MemoryPreparedEditions:
    """Keeps prepared editions in a dict: (edition, segment)."""

    rows: dict[tuple[date, str], Kept] = field(default_factory=dict)

    def put(self, kept: Kept, *, since: datetime) -> None:
        there = self.rows.get((kept.date, kept.segment))
        is_good = there is not None and since < there.made_at <= kept.made_at and there.recipe == kept.recipe
        if there is None or not (there.is_out or is_good):
            self.rows[kept.date, kept.segment] = kept

    def find(self, day: date, segment: str) -> Kept | None:
        return self.rows.get((day, segment))

    def mark_out(self, day: date, segment: str) -> None:
        if there := self.rows.get((day, segment)):
            self.rows[day, segment] = replace(there, is_out=True)

    def prune(self, *, before: date) -> int:
        old = [key for key in self.rows if key[0] < before]
        for key in old:
            del self.rows[key]
        return len(old)


@dataclass
class MemoryArchive:
    """Keeps pages in a dict: (edition, segment) → what the list says of it, and its page."""

    pages: dict[tuple[date, str], tuple[ArchivedEdition, str]] = field(default_factory=dict)

    def keep(self, edition: ArchivedEdition, html: str) -> None:
        self.pages.setdefault((edition.date, edition.segment), (edition, html))

    def find_page(self, day: date, segment: str) -> str | None:
        _, html = self.pages.get((day, segment), (None, None))
        return html

    def list_editions(self, segment: str, *, limit: int) -> tuple[ArchivedEdition, ...]:
        newest = sorted(self.pages, reverse=True)
        return tuple(self.pages[key][0] for key in newest if key[1] == segment)[:limit]

    def prune(self, *, before: date) -> int:
        old = [key for key in self.pages if key[0] < before]
        for key in old:
            del self.pages[key]
        return len(old)


@dataclass
class MemorySourceLog:
    """Keeps failing sources in a dict."""

    since: dict[str, datetime] = field(default_factory=dict)

    def failing_since(self) -> Mapping[str, datetime]:
        return dict(self.since)

    def log_sources(self, reports: Iterable[SourceReport], *, now: datetime) -> None:
        failing = {report.name: report.since or now for report in reports if report.state is SourceState.FAILED}
        kept = {name: self.since.get(name, since) for name, since in failing.items()}
        self.since.clear()
        self.since.update(kept)


@dataclass
class MemoryVisits:
    """Keeps visits and notes of hosts in dicts."""

    visits: dict[str, Visit] = field(default_factory=dict)
    hosts: dict[str, HostNote] = field(default_factory=dict)

    def load_visits(self, keys: Iterable[str]) -> Mapping[str, Visit]:
        return {key: self.visits[key] for key in keys if key in self.visits}

    def save_visits(self, visits: Iterable[Visit]) -> None:
        self.visits |= {visit.key: visit for visit in visits}

    def load_hosts(self) -> Mapping[str, HostNote]:
        return dict(self.hosts)

    def save_hosts(self, notes: Iterable[HostNote]) -> None:
        self.hosts |= {note.host: note for note in notes}

    def prune(self, *, before: datetime) -> int:
        def is_old(note: HostNote) -> bool:
            known = [moment for moment in (note.paused_until, note.robots_at) if moment]
            return all(moment < before for moment in known)

        self.hosts = {host: note for host, note in self.hosts.items() if not is_old(note)}
        kept = {key: v for key, v in self.visits.items() if v.asked_at is None or v.asked_at >= before}
        gone, self.visits = len(self.visits) - len(kept), kept
        return gone


@dataclass
class MemoryArticles:
    """Keeps articles in a dict: feed and id → the article, its place, when it was carried, when it came out."""

    kept: dict[tuple[str, str], tuple[Article, int, datetime, datetime]] = field(default_factory=dict)
    first_at: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def save_articles(self, feed: str, articles: Iterable[Article], *, now: datetime) -> None:
        for place, article in enumerate(articles):
            self.first_at.setdefault((feed, article.id), now)
            at = latest_moment(article, now)
            if (feed, article.id) in self.kept and article.published.latest is None:
                at = self.kept[feed, article.id][-1]
            self.kept[feed, article.id] = (article, place, now, at)

    def load_articles(self, feed: str, *, carried_at: datetime | None, since: datetime) -> tuple[Article, ...]:
        found = [
            (-seen_at.timestamp(), place, article)
            for (key, _), (article, place, seen_at, at) in self.kept.items()
            if key == feed and (at >= since or (carried_at is not None and seen_at >= carried_at))
        ]
        return tuple(article for _, _, article in sorted(found, key=lambda each: (*each[:2], each[2].id)))

    def load_day(self, feed: str, *, since: datetime, before: datetime) -> tuple[Article, ...]:
        found = [
            (-seen_at.timestamp(), place, article)
            for (key, article_id), (article, place, seen_at, at) in self.kept.items()
            if key == feed and at >= since and self.first_at[key, article_id] <= before
        ]
        return tuple(article for _, _, article in sorted(found, key=lambda each: (*each[:2], each[2].id)))

    def stock(self, feeds: Iterable[str]) -> Mapping[str, Stock]:
        newest: dict[str, list[datetime]] = {}
        for (feed, _), (_, _, _, at) in self.kept.items():
            newest.setdefault(feed, []).append(at)
        return {
            feed: Stock(articles=len(newest[feed]), newest_at=max(newest[feed])) for feed in feeds if feed in newest
        }

    def days(self, feeds: Iterable[str], *, since: datetime) -> Mapping[str, Mapping[date, int]]:
        found: dict[str, dict[date, int]] = {}
        for (feed, _), (_, _, _, at) in self.kept.items():
            if feed in set(feeds) and at >= since:
                days = found.setdefault(feed, {})
                days[at.astimezone(UTC).date()] = days.get(at.astimezone(UTC).date(), 0) + 1
        return found

    def prune(self, *, before: datetime) -> int:
        kept = {key: row for key, row in self.kept.items() if row[2] >= before}
        gone, self.kept = len(self.kept) - len(kept), kept
        return gone


@dataclass
class MemoryVectors:
    """Keeps vectors in a dict, as coarse as the real cache does."""

    vectors: dict[str, Sequence[float]] = field(default_factory=dict)
    clock: FixedClock = field(default_factory=lambda: FixedClock(datetime(2026, 11, 23, 7, tzinfo=UTC)))
    used: dict[str, date] = field(default_factory=dict)

    def load_vectors(self, keys: Iterable[str]) -> Mapping[str, Sequence[float]]:
        found = {key: self.vectors[key] for key in dict.fromkeys(keys) if key in self.vectors}
        self.used.update({key: max(self.used[key], self._today()) for key in found})
        return found

    def save_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        for key, vector in vectors.items():
            self.vectors.setdefault(key, array("f", vector))
            self.used.setdefault(key, self._today())

    def prune(self, *, before: date) -> int:
        unused = [key for key, day in self.used.items() if day < before]
        for key in unused:
            del self.vectors[key], self.used[key]
        return len(unused)

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()


@dataclass
class MemoryGeneratedTexts:
    """Keeps answers in a dict."""

    texts: dict[str, str] = field(default_factory=dict)

    def load_texts(self, keys: Iterable[str]) -> Mapping[str, str]:
        return {key: self.texts[key] for key in dict.fromkeys(keys) if key in self.texts}

    def save_texts(self, texts: Mapping[str, str]) -> None:
        for key, text in texts.items():
            self.texts.setdefault(key, text)


@dataclass
class FakeWriter:
    """Answers as it was told to, the last answer for ever; an error is raised. Keeps what it was asked."""

    answers: list[str | WriterError] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def write(self, instructions: str, material: str) -> str:
        self.asked.append((instructions, material))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, WriterError):
            raise answer
        return answer.strip()


@dataclass
class MemoryRequests:
    """Keeps who asked for what in a list."""

    asked: list[tuple[str, str, datetime]] = field(default_factory=list)

    def admit(self, limits: Sequence[Limit], *, now: datetime) -> bool:
        if any(self._count(limit, now) >= limit.most for limit in limits):
            return False
        self.asked += [(limit.kind, limit.subject, now) for limit in limits]
        return True

    def withdraw(self, limits: Sequence[Limit], *, at: datetime) -> None:
        for limit in limits:
            self.asked.remove((limit.kind, limit.subject, at))

    def wait(self, limit: Limit, *, now: datetime) -> timedelta | None:
        counted = self._counted(limit, now)
        return None if len(counted) < limit.most else counted[-limit.most] + limit.within - now

    def _count(self, limit: Limit, now: datetime) -> int:
        return len(self._counted(limit, now))

    def _counted(self, limit: Limit, now: datetime) -> list[datetime]:
        theirs = (limit.kind, limit.subject)
        return sorted(at for kind, subject, at in self.asked if (kind, subject) == theirs and at > now - limit.within)


@dataclass(frozen=True)
class MemoryKeys:
    """Has a key that everybody knows."""

    key: bytes = bytes(range(32))

    def signing_key(self) -> bytes:
        return self.key

    def signing_keys(self) -> tuple[bytes, ...]:
        return (self.key,)


@dataclass(frozen=True)
class PlainSigner:
    """Makes tokens a person can read: right in every way but the secret."""

    def sign(self, subscriber: str, purpose: str) -> str:
        check = zlib.crc32(f"{purpose} {subscriber}".encode())
        return f"{subscriber.encode().hex()}.{check:08x}"

    def read(self, token: str, purpose: str) -> str | None:
        try:
            subscriber = bytes.fromhex(token.partition(".")[0]).decode()
        except ValueError:
            return None
        return subscriber if self.sign(subscriber, purpose) == token else None


@dataclass
class FakeCollector:
    """Gives what it was handed, and remembers when it was asked."""

    collected: Collected = field(default_factory=Collected)
    asked: list[datetime] = field(default_factory=list)

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        self.asked.append(now)
        return self.collected


@dataclass
class FakeScout:
    """Has seen a few addresses."""

    seen: dict[str, FirstLook] = field(default_factory=dict)

    def look(self, url: str, *, now: datetime) -> FirstLook:
        if url not in self.seen:
            raise SourceError(url, "announces no feed and holds no article")
        return self.seen[url]


@dataclass
class FakePictureDesk:
    """Has pictures of so many bytes by address, and keeps what it was asked for.

    Attributes:
        too_narrow: addresses whose picture can only be shown small.
    """

    bytes_by_address: dict[str, int] = field(default_factory=dict)
    too_narrow: frozenset[str] = frozenset()
    asked: list[dict[str, PictureSize]] = field(default_factory=list)

    def find_pictures(self, wanted: Mapping[str, PictureSize], *, now: datetime) -> Mapping[str, Picture]:
        self.asked.append(dict(wanted))
        return {address: self._picture(address, size) for address, size in wanted.items() if self._has(address, size)}

    def _has(self, address: str, size: PictureSize) -> bool:
        is_wide = address not in self.too_narrow or size is PictureSize.SMALL
        return address in self.bytes_by_address and is_wide

    def _picture(self, address: str, size: PictureSize) -> Picture:
        content = f"{size.name} {address} ".encode().ljust(self.bytes_by_address[address], b".")
        kind = "image/png" if size is PictureSize.LOGO else "image/jpeg"
        return Picture(content=content, kind=kind, width=size.value[0], height=size.value[1])


@dataclass
class FakeDetector:
    """Takes every text for the same language."""

    language: str | None = "en"
    asked: list[str] = field(default_factory=list)

    def detect(self, text: str) -> str | None:
        self.asked.append(text)
        return self.language


@dataclass
class FakeEncoder:
    """Places texts by their words alone, so that texts with the same words point the same way.

    As long as the real vectors are, because the model of themes was fitted on those.
    """

    dimensions: int = 512
    encoded: list[str] = field(default_factory=list)
    prepared: int = 0

    def prepare(self) -> None:
        self.prepared += 1

    def encode(self, texts: Sequence[str]) -> tuple[Sequence[float], ...]:
        self.encoded += texts
        return tuple(map(self._place, texts))

    def _place(self, text: str) -> list[float]:
        counts = [0.0] * self.dimensions
        for word in text.casefold().split():
            counts[zlib.crc32(word.encode(errors="replace")) % self.dimensions] += 1
        length = math.hypot(*counts) or 1
        return [count / length for count in counts]


@dataclass
class MemoryShelf:
    """Keeps the files of each segment in a dict, below a folder that is nowhere."""

    folder: PurePath = field(default_factory=lambda: PurePath("out"))
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def put(self, segment: str, files: Mapping[str, bytes]) -> PurePath:
        self.files.setdefault(segment, {}).update(files)
        return self.folder if segment == DEFAULT_SEGMENT else self.folder / "segments" / segment


@dataclass
class MemoryConfig:
    """Keeps a config and what stood there before each change: the change, and the text it made."""

    stands: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def text(self) -> str:
        return self.stands

    def replace(self, text: str, *, instead_of: str) -> None:
        self._expect(instead_of)
        self.steps.append((instead_of, text))
        self.stands = text

    def previous(self) -> str | None:
        return self.steps[-1][0] if self.steps and self.steps[-1][1] == self.stands else None

    def undo(self, *, instead_of: str) -> None:
        self._expect(instead_of)
        if self.previous() is None:
            raise ConfigChangedError("config.yaml was not changed here last")
        self.stands = self.steps.pop()[0]

    def _expect(self, text: str) -> None:
        if text != self.stands:
            raise ConfigChangedError("config.yaml was changed meanwhile")


@dataclass
class MemoryDirectory:
    """Looks through the readers and the books that other fakes keep."""

    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    def page(
        self, *, text: str = "", status: SubscriberStatus | None = None, after: int = 0, limit: int
    ) -> tuple[tuple[Subscriber, ...], int | None]:
        numbered = enumerate(self.store.readers.values(), start=1)
        wanted = text.casefold()
        found = [
            (number, reader)
            for number, reader in numbered
            if number > after
            and status in {None, reader.status}
            and (wanted in reader.email.casefold() or wanted in (reader.name or "").casefold())
        ]
        following = found[limit - 1][0] if len(found) > limit else None
        return tuple(reader for _, reader in found[:limit]), following

    def editions(self, *, limit: int) -> tuple[date, ...]:
        return tuple(sorted(self.ledger.audiences, reverse=True)[:limit])


@dataclass
class MemoryAnnouncements:
    """Keeps the queue in a dict by number."""

    waiting: dict[int, Announcement] = field(default_factory=dict)
    last: int = 0

    def put(self, addresses: Iterable[str], event: str, *, now: datetime) -> None:
        for address in addresses:
            self.last += 1
            self.waiting[self.last] = Announcement(number=self.last, address=address, event=event, retry_at=now)

    def take(self, *, most: int, now: datetime, until: datetime) -> tuple[Announcement, ...]:
        due = [row for row in self.waiting.values() if row.retry_at <= now][:most]
        for row in due:
            self.waiting[row.number] = replace(row, retry_at=until)
        return tuple(due)

    def done(self, number: int) -> None:
        self.waiting.pop(number, None)

    def put_off(self, number: int, *, attempts: int, retry_at: datetime) -> None:
        if number in self.waiting:
            self.waiting[number] = replace(self.waiting[number], attempts=attempts, retry_at=retry_at)

    def hold(self, address: str, *, until: datetime) -> None:
        for number, row in self.waiting.items():
            if row.address == address and row.retry_at < until:
                self.waiting[number] = replace(row, retry_at=until)

    def about(self, subscriber: str) -> tuple[Announcement, ...]:
        named = [row for row in self.waiting.values() if json.loads(row.event)["subscriber"]["id"] == subscriber]
        return tuple(named)

    def forget(self, subscriber: str) -> int:
        named = self.about(subscriber)
        for row in named:
            del self.waiting[row.number]
        return len(named)


@dataclass
class FakeMessenger:
    """Keeps what is posted, and fails as it was told to: `script` maps an address to what happens, in order."""

    script: dict[str, list[DeliveryError | None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    posted: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> None:
        self.asked.append(address)
        attempts = self.script.get(address)
        error = attempts.pop(0) if attempts else None
        if error is not None:
            raise error
        self.posted.append((address, body, dict(headers)))


@dataclass
class MemoryRuns:
    """Keeps run reports in a dict. `broken` is raised instead."""

    runs: dict[date, Run] = field(default_factory=dict)
    broken: StoreError | None = None

    def save_run(self, run: Run) -> None:
        self._check()
        self.runs[run.edition] = run

    def find_run(self, edition: date) -> Run | None:
        self._check()
        return self.runs.get(edition)

    def list_runs(self, *, limit: int) -> tuple[Run, ...]:
        self._check()
        return tuple(self.runs[day] for day in sorted(self.runs, reverse=True)[:limit])

    def prune(self, *, before: date) -> int:
        old = [day for day in self.runs if day < before]
        for day in old:
            del self.runs[day]
        return len(old)

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken


@dataclass
class MemoryAlarms:
    """Keeps what was told in a dict: (kind, subject) → edition."""

    told: dict[tuple[str, str], date] = field(default_factory=dict)

    def claim(self, kind: str, subject: str, *, edition: date) -> bool:
        if (kind, subject) in self.told:
            return False
        self.told[kind, subject] = edition
        return True

    def withdraw(self, kind: str, subject: str) -> None:
        self.told.pop((kind, subject), None)

    def prune(self, *, before: date) -> int:
        old = [key for key, edition in self.told.items() if edition < before]
        for key in old:
            del self.told[key]
        return len(old)


@dataclass
class FakePinger:
    """Keeps what it was told, or fails with the next of `script`."""

    script: list[DeliveryError | None] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)

    def ping(self, address: str, *, reason: str = "") -> None:
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.heard.append((address, reason))


@dataclass
class MemoryRequestNotes:
    """Keeps when something was asked for."""

    asked: list[datetime] = field(default_factory=list)

    def prune(self, *, before: datetime) -> int:
        kept = [moment for moment in self.asked if moment >= before]
        gone = len(self.asked) - len(kept)
        self.asked = kept
        return gone


@dataclass
class MemoryMailbox:
    """Keeps letters in a dict, and remembers which are done and which are left for a person.

    `broken` is raised when it is opened; `fails_after` letters it can be read no more.
    """

    letters: dict[str, Letter] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    broken: BounceError | None = None
    fails_after: int | None = None

    def __enter__(self) -> MemoryMailbox:
        if self.broken is not None:
            raise self.broken
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def unread(self, *, most: int) -> Iterator[Letter]:
        waiting = [letter for key, letter in self.letters.items() if key not in {*self.done, *self.aside}]
        for number, letter in enumerate(sorted(waiting, key=lambda one: (one.received_at, one.key))[:most]):
            if number == self.fails_after:
                raise BounceError("the line went dead")
            yield replace(letter, content=letter.content[:MOST_BYTES])

    def mark_done(self, key: str) -> None:
        if key in self.letters and key not in self.done:
            self.done.append(key)

    def set_aside(self, key: str) -> None:
        if key in self.letters and key not in self.aside:
            self.aside.append(key)


@dataclass
class MemoryBounces:
    """Keeps tallies in a dict."""

    kept: dict[str, Tally] = field(default_factory=dict)

    def find(self, subscriber: str) -> Tally | None:
        return self.kept.get(subscriber)

    def change(self, subscriber: str, decide: Callable[[Tally | None], Tally | None]) -> Tally | None:
        after = decide(self.kept.get(subscriber))
        if after is None:
            self.kept.pop(subscriber, None)
        else:
            self.kept[subscriber] = after
        return after

    def tallies(self) -> Iterator[Tally]:
        yield from (self.kept[subscriber] for subscriber in sorted(self.kept))


@dataclass
class MemoryRates:
    """Keeps what was drawn in a list: limit, moment, how many."""

    drawn: list[tuple[str, datetime, int]] = field(default_factory=list)

    def draw(self, key: str, *, wanted: int, most: int, span: timedelta, now: datetime) -> tuple[int, datetime]:
        recent = [(at, count) for name, at, count in self.drawn if name == key and at > now - span]
        granted = max(0, min(wanted, most - sum(count for _, count in recent)))
        if granted:
            self.drawn.append((key, now, granted))
        return granted, min((at for at, _ in recent), default=now) + span


@dataclass
class MemoryGauges:
    """Counts what other fakes keep."""

    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    bounces: MemoryBounces = field(default_factory=MemoryBounces)
    jobs: dict[str, int] = field(default_factory=dict)

    def readers_by_status(self) -> Mapping[SubscriberStatus, int]:
        counts = Counter(reader.status for reader in self.store.readers.values())
        return {status: counts[status] for status in SubscriberStatus if counts[status]}

    def queue(self) -> Queue:
        words = (
            DeliveryStatus.PENDING,
            DeliveryStatus.CLAIMED,
            DeliveryStatus.INFLIGHT,
            DeliveryStatus.DEFERRED,
        )
        rows = [row for row in self.ledger.deliveries.values() if row.status in words]
        return Queue(length=len(rows), oldest_at=min((r.updated_at for r in rows if r.updated_at), default=None))

    def jobs_waiting(self) -> Mapping[str, int]:
        return self.jobs

    def bouncing(self) -> int:
        return len(self.bounces.kept)


@dataclass(frozen=True)
class PlainPath:
    """Makes return paths a person can read: right in every way but the secret."""

    address: str = "bounces@mail.example"

    def address_for(self, subscriber: str) -> str:
        local, _, domain = self.address.partition("@")
        return f"{local}+{PlainSigner().sign(subscriber, 'verp').replace('.', '-')}@{domain}"

    def reader_of(self, address: str) -> str | None:
        token = address.partition("@")[0].rpartition("+")[2]
        return PlainSigner().read(token.replace("-", "."), "verp")


@dataclass
class MemoryWorkforce:
    """Keeps parts of work in a list: [queue, part, work, whether somebody began it]."""

    jobs: list[tuple[JobQueue, Shard | Batch, str, bool]] = field(default_factory=list)

    def hand_out(self, queue: JobQueue, parts: Sequence[Shard | Batch], *, work: str) -> None:
        self.jobs += [(queue, part, work, False) for part in parts]

    def backlog(self, work: str) -> Backlog:
        begun = [is_begun for _, _, name, is_begun in self.jobs if name == work]
        return Backlog(waiting=len(begun) - sum(begun), under_way=sum(begun))

    def withdraw(self, work: str) -> None:
        self.jobs = [job for job in self.jobs if job[3] or job[2] != work]

    def begin(self) -> tuple[JobQueue, Shard | Batch]:
        """What a worker does first: the oldest that nobody has."""
        place = next(place for place, job in enumerate(self.jobs) if not job[3])
        queue, part, work, _ = self.jobs[place]
        self.jobs[place] = queue, part, work, True
        return queue, part

    def finish(self) -> None:
        """What a worker does last: the oldest that is begun goes."""
        del self.jobs[next(place for place, job in enumerate(self.jobs) if job[3])]


@dataclass
class MemoryGatherings:
    """Keeps gatherings in a dict."""

    rows: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)

    def put(self, key: str, packed: bytes, *, now: datetime) -> None:
        self.rows = {kept: row for kept, row in self.rows.items() if row[0] >= now - timedelta(hours=3)}
        self.rows[key] = now, packed

    def find(self, key: str) -> bytes | None:
        return self.rows[key][1] if key in self.rows else None

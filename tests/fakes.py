"""Takes nothing, gives an honest in-memory fake of each port; the contract tests hold them to what the real ones do."""

from __future__ import annotations

import math
import zlib
from array import array
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from briefing.errors import StoreError, WriterError
from briefing.model.article import Article
from briefing.model.delivery import Balance, Delivery, DeliveryStatus
from briefing.model.edition import DEFAULT_SEGMENT, SourceReport, SourceState
from briefing.model.picture import Picture, PictureSize
from briefing.model.source import Collected
from briefing.model.story import REMEMBERED, told_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from briefing.errors import DeliveryError
    from briefing.model.archived import ArchivedEdition
    from briefing.model.delivery import Envelope
    from briefing.model.source import Source
    from briefing.model.story import Story, Told
    from briefing.model.subscriber import Subscriber, SubscriberStatus


@dataclass
class FixedClock:
    """Stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        """Moves on by so many `minutes`, `hours` and so on."""
        self.moment += timedelta(**by)


@dataclass
class FakeTransport:
    """Keeps what it is handed, and fails as it was told to.

    `script` maps a recipient to what happens at each attempt, in order: an error is raised, None means taken; an
    uncertain error may have `taken_anyway`. `closed` is raised when the connection is opened.
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

    def send(self, envelope: Envelope) -> None:
        assert self.is_open, "a transport is used in a with block"
        attempts = self.script.get(envelope.recipient)
        error = attempts.pop(0) if attempts else None
        if error is None or (error.uncertain and self.taken_anyway):
            self.taken.append(envelope)
        if error is not None:
            raise error

    @property
    def recipients(self) -> list[str]:
        return [envelope.recipient for envelope in self.taken]


@dataclass
class MemorySubscribers:
    """Keeps readers in a dict, which remembers the order they came in."""

    readers: dict[str, Subscriber] = field(default_factory=dict)

    def list_subscribers(self, *, status: SubscriberStatus | None = None) -> tuple[Subscriber, ...]:
        return tuple(reader for reader in self.readers.values() if status in {None, reader.status})

    def find_subscriber(self, email: str) -> Subscriber | None:
        same = (reader for reader in self.readers.values() if reader.email.casefold() == email.casefold())
        return next(same, None)

    def find_by_id(self, subscriber: str) -> Subscriber | None:
        return self.readers.get(subscriber)

    def save_subscriber(self, subscriber: Subscriber) -> None:
        self.save_subscribers((subscriber,))

    def save_subscribers(self, subscribers: Iterable[Subscriber]) -> None:
        after = self.readers | {reader.id: reader for reader in subscribers}
        if len({reader.email.casefold() for reader in after.values()}) < len(after):
            raise StoreError("two entries want the same name")
        self.readers = after


@dataclass
class MemoryLedger:
    """Keeps the books in two dicts."""

    deliveries: dict[tuple[date, str], Delivery] = field(default_factory=dict)
    audiences: dict[date, int] = field(default_factory=dict)

    def plan(self, edition: date, subscribers: Iterable[str], *, now: datetime) -> int:
        fresh = [reader for reader in dict.fromkeys(subscribers) if (edition, reader) not in self.deliveries]
        for reader in fresh:
            self.deliveries[edition, reader] = Delivery(edition=edition, subscriber=reader, updated_at=now)
        if fresh:
            self.audiences[edition] = self.audiences.get(edition, 0) + len(fresh)
        return len(fresh)

    def rows(self, edition: date, *statuses: DeliveryStatus) -> tuple[Delivery, ...]:
        found = [row for (day, _), row in sorted(self.deliveries.items()) if day == edition]
        return tuple(row for row in found if not statuses or row.status in statuses)

    def advance(self, before: Delivery, after: Delivery) -> bool:
        row = self.deliveries.get((before.edition, before.subscriber))
        if row is None or _state(row) != _state(before):
            return False
        self.deliveries[after.edition, after.subscriber] = after
        return True

    def record(self, delivery: Delivery) -> None:
        if (delivery.edition, delivery.subscriber) not in self.deliveries:
            raise StoreError("never planned")
        self.deliveries[delivery.edition, delivery.subscriber] = delivery

    def unfinished(self) -> tuple[date, ...]:
        open_ones = {
            DeliveryStatus.PENDING,
            DeliveryStatus.CLAIMED,
            DeliveryStatus.INFLIGHT,
            DeliveryStatus.DEFERRED,
        }
        return tuple(sorted({row.edition for row in self.deliveries.values() if row.status in open_ones}))

    def balance(self, edition: date) -> Balance:
        statuses = [row.status for row in self.rows(edition)]
        counts = {status: statuses.count(status) for status in DeliveryStatus if status in statuses}
        return Balance(edition=edition, audience=self.audiences.get(edition, 0), counts=counts)


def _state(row: Delivery) -> tuple[DeliveryStatus, int, datetime | None]:
    return row.status, row.attempts, row.updated_at


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

    def remember(self, edition: date, segment: str, stories: Iterable[Story]) -> None:
        for story in stories:
            for told in told_of(story, edition=edition):
                self.rows.setdefault((edition, segment, told.article.id), told)


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
        for report in reports:
            if report.state is SourceState.FAILED:
                self.since.setdefault(report.name, now)
            else:
                self.since.pop(report.name, None)


@dataclass
class MemoryVectors:
    """Keeps vectors in a dict, as coarse as the real cache does."""

    vectors: dict[str, Sequence[float]] = field(default_factory=dict)

    def load_vectors(self, keys: Iterable[str]) -> Mapping[str, Sequence[float]]:
        return {key: self.vectors[key] for key in dict.fromkeys(keys) if key in self.vectors}

    def save_vectors(self, vectors: Mapping[str, Sequence[float]]) -> None:
        for key, vector in vectors.items():
            self.vectors.setdefault(key, array("f", vector))


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


@dataclass(frozen=True)
class MemoryKeys:
    """Has a key that everybody knows."""

    key: bytes = bytes(range(32))

    def signing_key(self) -> bytes:
        return self.key


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

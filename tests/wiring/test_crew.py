"""Two senders of one edition, in processes of their own, before a relay that counts."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from benchmarks.delivery.house import NOW, bench_config, invent_readers
from briefing.deliver.outbox import OutboxTransport
from briefing.deliver.smtp import SmtpTransport
from briefing.engines.clock import StoppedClock
from briefing.model.delivery import DeliveryStatus, Share
from briefing.model.mail_rules import SmtpLimits
from briefing.model.settings import Config
from briefing.model.source import Source, SourceKind
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.ports import Crew
from briefing.services.delivery_rules import LEASE
from briefing.services.filing import unwatched
from briefing.services.morning import Morning
from briefing.services.parallel import cores
from briefing.services.segments import default_segment
from briefing.services.send import SendReport
from briefing.wiring import open_house
from briefing.wiring.crew import PATIENCE_S, SpawnedCrew, make_crew
from tests.cli.test_living import wait_until
from tests.cli.test_stages import PAGE
from tests.services.house import FakeHouse, confirmed
from tests.wiring.relay import BusyRelay

pytestmark = pytest.mark.slow

#: Enough for a second process to be there in time.
READERS = 500
#: Four connections, half of them for each sender.
CONNECTIONS = 4


@dataclass
class Listening:
    """A crew that says what each of its members did."""

    crew: Crew
    shares: list[Share] = field(default_factory=list)

    @contextmanager
    def at_work(
        self, edition: date, *, waiting: int, on_time: bool, is_stopped: Callable[[], bool]
    ) -> Iterator[Sequence[Share]]:
        with self.crew.at_work(edition, waiting=waiting, on_time=on_time, is_stopped=is_stopped) as shares:
            yield shares
        self.shares += shares


@dataclass
class Post:
    """A briefing with many readers and a crew."""

    folder: Path
    relay: BusyRelay
    most_alone: int = 10
    patience_s: float = PATIENCE_S

    def __post_init__(self) -> None:
        (self.folder / "news").mkdir()
        (self.folder / "news/harbour.html").write_text(PAGE)
        news = Source(kind=SourceKind.FOLDER, location=str(self.folder / "news"), captured_now=True)
        self.config = replace(bench_config(self.folder, port=self.relay.port), sources=(news,))
        invent_readers(self.config.database, READERS)

    def open(self, *, now: datetime = NOW, is_stopped: Callable[[], bool] = lambda: False) -> Morning:
        """The program, as it is at that moment."""
        self.house = open_house(self.config, out=self.folder / "out", now=now, watch=unwatched)
        room = self.house.morning.mailroom
        assert isinstance(room.transport, SmtpTransport)
        crew = SpawnedCrew(
            config=self.config,
            out=self.folder / "out",
            transport=room.transport,
            clock=StoppedClock(now),
            recipe=self.house.morning.editions.recipe,
            most_alone=self.most_alone,
            patience_s=self.patience_s,
        )
        self.crew = Listening(crew)
        return replace(self.house.morning, mailroom=replace(room, crew=self.crew, is_stopped=is_stopped))

    def send(self, **ways: Any) -> SendReport:
        """Sends to everyone once."""
        (report,) = self.open(**ways).send_all()
        self.house.close()
        return report

    def add(self, *names: str, **choices: Any) -> None:
        readers = [
            Subscriber(id=name, email=f"{name}@readers.example", status=SubscriberStatus.CONFIRMED, **choices)
            for name in names
        ]
        self.open().mailroom.store.save_subscribers(readers)
        self.house.close()


@pytest.fixture
def relay() -> Iterator[BusyRelay]:
    # The caller's connections, and one more.
    relay = BusyRelay(company=CONNECTIONS // 2 + 1)
    with relay.listening():
        yield relay


@pytest.fixture
def post(tmp_path: Path, relay: BusyRelay) -> Post:
    return Post(tmp_path, relay)


def everyone() -> set[str]:
    return {f"reader{number}@readers.example" for number in range(1, READERS + 1)}


def test_two_senders_share_the_readers_and_the_connections(post: Post, relay: BusyRelay) -> None:
    report = post.send()
    (share,) = post.crew.shares
    assert 0 < share.sent < READERS
    assert (report.sent, report.problems, share.problems) == (READERS, (), ())
    assert Counter(relay.recipients) == Counter(everyone())
    assert report.balance.counts == {DeliveryStatus.SENT: READERS}
    assert report.balance.is_balanced
    assert CONNECTIONS // 2 < relay.most_open <= CONNECTIONS
    assert [child for child in multiprocessing.active_children() if child.name == "mate"] == []


def test_a_short_list_is_sent_alone(tmp_path: Path) -> None:
    relay = BusyRelay(delay_s=0)
    with relay.listening():
        report = Post(tmp_path, relay, most_alone=READERS).send()
    assert (report.sent, relay.most_open <= CONNECTIONS, Counter(relay.recipients)) == (
        READERS,
        True,
        Counter(everyone()),
    )


def kill_the_mate(relay: BusyRelay, how: signal.Signals = signal.SIGKILL) -> None:
    """Once it has sent something: its connections come after the caller's."""
    wait_until(lambda: any(number > CONNECTIONS // 2 for _, _, number in relay.accepted))
    (mate,) = [child for child in multiprocessing.active_children() if child.name == "mate"]
    os.kill(mate.pid or 0, how)


@pytest.mark.slow
def test_of_a_mate_that_is_killed_nothing_is_lost_and_little_comes_twice(post: Post, relay: BusyRelay) -> None:
    killer = Thread(target=kill_the_mate, args=(relay,))
    killer.start()
    report = post.send()
    killer.join()
    died = "a sender in a process of its own died; what it had in hand is sent by the next run"
    assert [problem.message for problem in report.problems].count(died) == 1
    assert report.balance.is_balanced
    left = READERS - report.balance.counts[DeliveryStatus.SENT]
    assert 0 < left <= 200
    rest = post.send(now=NOW + LEASE + timedelta(seconds=1))
    assert (rest.sent, rest.balance.counts) == (left, {DeliveryStatus.SENT: READERS})
    copies = Counter(relay.recipients)
    assert set(copies) == everyone()
    assert copies.total() - READERS <= CONNECTIONS // 2
    assert len({name for _, name, _ in relay.accepted}) == READERS


@pytest.mark.slow
def test_a_mate_that_hangs_is_given_up_and_the_next_run_sends_its_rest(post: Post, relay: BusyRelay) -> None:
    post.patience_s = 1.0
    freezer = Thread(target=kill_the_mate, args=(relay, signal.SIGSTOP))
    freezer.start()
    began = time.monotonic()
    report = post.send()
    assert time.monotonic() - began < 30
    freezer.join()
    assert [problem.message.partition(";")[0] for problem in report.problems][:1] == [
        "a sender in a process of its own died"
    ]
    rest = post.send(now=NOW + LEASE + timedelta(seconds=1))
    assert rest.balance.counts == {DeliveryStatus.SENT: READERS}


@pytest.mark.slow
def test_a_stop_stops_both_and_the_next_run_sends_the_rest(post: Post, relay: BusyRelay) -> None:
    asked: list[float] = []

    def is_stopped() -> bool:
        if any(number > CONNECTIONS // 2 for _, _, number in relay.accepted):
            asked.append(time.monotonic())
        return bool(asked)

    report = post.send(is_stopped=is_stopped)
    assert time.monotonic() - asked[0] < 8
    (share,) = post.crew.shares
    assert (share.problems, report.problems) == ((), ())
    assert 0 < report.sent < READERS
    assert report.balance.counts == {DeliveryStatus.PENDING: READERS - report.sent, DeliveryStatus.SENT: report.sent}
    rest = post.send()
    assert (rest.sent, Counter(relay.recipients)) == (READERS - report.sent, Counter(everyone()))


@pytest.mark.slow
def test_who_waits_for_news_is_left_by_the_mate_and_counted_by_the_caller(post: Post, relay: BusyRelay) -> None:
    waiting = [f"{number:x}0" for number in range(16)]
    post.add(*waiting, languages=("fr",))
    report = post.send()
    (share,) = post.crew.shares
    assert (share.problems, report.sent) == ((), READERS)
    (told,) = [problem.message for problem in report.problems]
    assert (told.startswith("16 readers of "), "wait for news" in told) == (True, True)
    assert report.balance.counts == {DeliveryStatus.PENDING: 16, DeliveryStatus.SENT: READERS}
    assert Counter(relay.recipients) == Counter(everyone())


@pytest.mark.slow
def test_a_mate_that_is_turned_away_says_so_once_and_the_caller_sends_all(post: Post, relay: BusyRelay) -> None:
    relay.most = CONNECTIONS // 2
    report = post.send()
    (share,) = post.crew.shares
    assert (share.sent, len(share.problems)) == (0, 1)
    assert "too many connections from you" in share.problems[0].message
    assert sum("too many connections" in problem.message for problem in report.problems) == 1
    rest = () if report.sent == READERS else (post.send(),)
    assert report.sent + sum(one.sent for one in rest) == READERS
    assert Counter(relay.recipients) == Counter(everyone())


def crew_of(config: Config, tmp_path: Path, **limits: Any) -> SpawnedCrew | None:
    assert config.mail.smtp is not None
    server = replace(config.mail.smtp, limits=SmtpLimits(**limits))
    return make_crew(config, tmp_path, SmtpTransport(server), StoppedClock(NOW), recipe="r1")


@pytest.mark.parametrize(
    "limits",
    [
        {"connections": 4, "per_minute": 600},
        {"connections": 4, "per_hour": 9_000},
        {"connections": 4, "per_domain": {"gmail.example": 20}},
        {"connections": 1},
    ],
    ids=["a pace a minute", "a pace an hour", "a pace for a domain", "nothing to share"],
)
def test_where_a_pace_is_kept_or_nothing_can_be_shared_there_is_no_crew(tmp_path: Path, limits: dict[str, Any]) -> None:
    config = bench_config(tmp_path, port=25)
    assert crew_of(config, tmp_path, **limits) is None
    assert (crew_of(config, tmp_path, connections=2) is not None) == (cores() > 1)


def test_nobody_helps_with_files(tmp_path: Path) -> None:
    transport = OutboxTransport(tmp_path)
    assert make_crew(bench_config(tmp_path, port=25), tmp_path, transport, StoppedClock(NOW), recipe="r1") is None


# What a mate does, without a process


def test_a_mate_begins_in_the_middle_and_comes_to_the_others_last() -> None:
    fake = FakeHouse()
    fake.store.readers.clear()
    fake.store.save_subscribers([confirmed(name) for name in ("1a", "7f", "80", "fe")])
    day = NOW.date()
    fake.ledger.plan(day, fake.store.readers, now=NOW)
    fake.morning.editions.make(day, [default_segment(fake.config)], is_stopped=lambda: False)
    share = fake.morning.join(day, begins_at="8", on_time=False)
    assert (share.sent, share.problems) == (4, ())
    assert [one.partition("@")[0] for one in fake.transport.recipients] == ["80", "fe", "1a", "7f"]


def test_a_mate_leaves_readers_alone_whose_edition_nobody_made() -> None:
    fake = FakeHouse()
    fake.ledger.plan(NOW.date(), fake.store.readers, now=NOW)
    share = fake.morning.join(NOW.date(), begins_at="8", on_time=False)
    assert share == Share()
    assert {row.status for row in fake.ledger.rows(NOW.date())} == {DeliveryStatus.PENDING}
    assert fake.collector.asked == []


def test_a_mate_joins_nobody_who_was_not_planned() -> None:
    fake = FakeHouse()
    assert fake.morning.join(NOW.date(), begins_at="8", on_time=False) == Share()
    assert fake.ledger.deliveries == {}

"""An edition that workers send is looked at as a whole now and then; in between, only who was changed is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import Crowd, Subscriber, SubscriberStatus
from briefing.services.attention import Attention
from briefing.services.schedule import TICK_S, WHOLE_LOOK
from briefing.services.send import SendReport
from tests.fakes import FixedClock, MemoryLedger, MemorySubscribers
from tests.services.timetables import make_timetable

SEVEN = datetime(2026, 11, 23, 7, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
TICK = timedelta(seconds=TICK_S)
LOOKS = int(WHOLE_LOOK / TICK)


def reader(name: str, at: time | None = None) -> Subscriber:
    return Subscriber(id=name, email=f"{name}@example.org", status=SubscriberStatus.CONFIRMED, at=at)


@dataclass
class Queue:
    """A timetable whose editions are left to workers, none of whom works unless told to.

    Attributes:
        looks: of each tick "whole", or how many changed readers it looked at.
    """

    clock: FixedClock = field(default_factory=lambda: FixedClock(SEVEN))
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    attention: Attention = field(default_factory=Attention)
    looks: list[str | int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.store)
        self.store.save_subscribers([reader("a"), reader("b")])

    def send(self, day: date, crowds: tuple[Crowd, ...]) -> SendReport:
        self.looks.append("whole")
        self.ledger.plan_habits(day, [crowd.habit for crowd in crowds], now=self.clock.now())
        return SendReport(edition=day, sent=0, balance=self.ledger.balance(day))

    def follow(self, day: date, crowds: tuple[Crowd, ...], since: int) -> None:
        assert since > 0
        self.looks.append(sum(crowd.count for crowd in crowds))
        self.ledger.plan_habits(day, [crowd.habit for crowd in crowds], now=self.clock.now())

    def tick(self, times: int = 1) -> list[SendReport]:
        reports: list[SendReport] = []
        for _ in range(times):
            timetable = make_timetable(
                self.store, self.ledger, self.clock, self.send, follow=self.follow, attention=self.attention
            )
            reports += timetable.tick()
            self.clock.moment += TICK
        return reports

    def work(self) -> None:
        """What workers do, at once."""
        rows = self.ledger.rows(MONDAY)
        self.ledger.record([replace(row, status=DeliveryStatus.SENT) for row in rows])


def test_it_is_looked_at_as_a_whole_every_five_minutes() -> None:
    queue = Queue()
    queue.tick(2 * LOOKS + 1)
    assert queue.looks == ["whole", *[0] * (LOOKS - 1), "whole", *[0] * (LOOKS - 1), "whole"]


def test_who_joins_meanwhile_is_planned_by_the_next_look_and_looked_at_alone() -> None:
    queue = Queue()
    queue.tick(2)
    queue.store.save_subscriber(reader("c"))
    queue.tick(2)
    assert queue.looks == ["whole", 0, 1, 0]
    assert len(queue.ledger.rows(MONDAY)) == 3


def test_who_chooses_anew_meanwhile_is_looked_at_again_though_planned() -> None:
    queue = Queue()
    queue.tick(2)
    queue.store.save_subscriber(replace(reader("a"), topics=("Sea",)))
    queue.tick(2)
    assert queue.looks == ["whole", 0, 1, 0]


def test_readers_of_a_later_hour_get_a_whole_look_when_it_comes() -> None:
    queue = Queue()
    queue.store.save_subscriber(reader("late", time(7, 1)))
    queue.tick(5)
    assert queue.looks == ["whole", 0, 0, "whole", 0]
    assert {row.subscriber for row in queue.ledger.rows(MONDAY)} == {"a", "b", "late"}


def test_when_the_last_copy_is_out_the_books_are_told_once() -> None:
    queue = Queue()
    queue.tick(2)
    queue.work()
    (told,) = queue.tick(4)
    assert told.balance.counts == {DeliveryStatus.SENT: 2}
    assert queue.looks == ["whole", 0, "whole", 0, 0, 0]


def test_the_books_of_an_edition_that_nobody_is_due_for_any_more_are_told_as_well() -> None:
    queue = Queue()
    queue.tick(2)
    queue.clock.moment = SEVEN + timedelta(hours=7)
    queue.tick()
    queue.work()
    (told,) = queue.tick(3)
    assert told.balance.counts == {DeliveryStatus.SENT: 2}


def test_who_does_it_themselves_looks_at_everything_as_ever() -> None:
    queue = Queue()
    timetable = make_timetable(queue.store, queue.ledger, queue.clock, queue.send, attention=queue.attention)
    for _ in range(3):
        timetable.tick()
    assert queue.looks == ["whole"] * 3


def test_a_window_that_closes_between_two_whole_looks_leaves_the_rest_to_the_workers() -> None:
    queue = Queue(clock=FixedClock(SEVEN + timedelta(hours=6) - 2 * TICK))
    queue.tick(4)
    assert queue.looks == ["whole", 0, 0, 0]

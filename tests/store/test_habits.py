from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus, habit_of
from briefing.store.habits import habit_of_word, habit_word
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemoryLedger, MemorySubscribers

if TYPE_CHECKING:
    from briefing.ports import Ledger, SubscriberStore

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
CLOSED = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
TOKYO, EARLY = Habit(timezone="Asia/Tokyo"), Habit(at=time(5, 30), days=(0, 4))
HABITS = st.builds(
    Habit,
    timezone=st.none() | st.text(max_size=20),
    at=st.none() | st.times(),
    days=st.none() | st.lists(st.integers(0, 6), unique=True).map(lambda days: tuple(sorted(days))),
    paused_until=st.none() | st.dates(),
)


@dataclass(frozen=True)
class Office:
    """The list of readers and the books about them."""

    store: SubscriberStore
    ledger: Ledger

    def enter(self, name: str, habit: Habit = Habit(), **choices: Any) -> Subscriber:  # noqa: B008, it is frozen
        """Puts a confirmed reader on the list, or changes one."""
        known: dict[str, Any] = {"status": SubscriberStatus.CONFIRMED, "created_at": CLOSED - timedelta(days=9)}
        times = {"timezone": habit.timezone, "at": habit.at, "days": habit.days, "paused_until": habit.paused_until}
        reader = Subscriber(**{"id": name, "email": f"{name}@readers.example", **known, **times, **choices})
        self.store.save_subscriber(reader)
        return reader

    def miss(self, *habits: Habit) -> int:
        return self.ledger.plan_missed(MONDAY, habits, joined_before=CLOSED, reason="not running", now=NOW)

    def rows(self) -> dict[str, DeliveryStatus]:
        return {row.subscriber: row.status for row in self.ledger.rows(MONDAY)}


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param != "fake":
        engine = request.getfixturevalue(f"{request.param}_engine")
        return Office(SqlSubscribers(engine), SqlLedger(engine))
    store = MemorySubscribers()
    return Office(store, MemoryLedger(store))


@given(HABITS)
def test_a_habit_comes_back_from_its_word(habit: Habit) -> None:
    assert habit_of_word(habit_word(habit)) == habit


@given(HABITS, HABITS)
def test_two_habits_have_one_word_only_if_they_are_one(one: Habit, other: Habit) -> None:
    assert (habit_word(one) == habit_word(other)) == (one == other)


def test_each_habit_of_confirmed_readers_is_told_once(office: Office) -> None:
    assert office.store.habits() == ()
    for name, habit in (("ada", TOKYO), ("ben", EARLY), ("cleo", TOKYO), ("dov", Habit())):
        office.enter(name, habit)
    office.enter("eva", Habit(timezone="Europe/Rome"), status=SubscriberStatus.UNCONFIRMED)
    habits = office.store.habits()
    assert (len(habits), set(habits)) == (3, {TOKYO, EARLY, Habit()})


def test_a_habit_that_nobody_has_any_more_is_gone(office: Office) -> None:
    office.enter("ada", TOKYO)
    office.enter("ada", EARLY)
    office.enter("ben", Habit(), status=SubscriberStatus.UNSUBSCRIBED)
    assert office.store.habits() == (EARLY,)


def test_every_change_to_the_list_has_a_greater_number_than_the_one_before(office: Office) -> None:
    seen = [office.store.last_change()]

    def note() -> None:
        seen.append(office.store.last_change())

    ada = office.enter("ada")
    note()
    office.store.save_subscribers([replace(ada, name="Ada"), Subscriber(id="b", email="b@readers.example")])
    note()
    gone = replace(ada, status=SubscriberStatus.UNSUBSCRIBED)
    assert office.store.change_subscribers([(ada, gone)])
    note()
    office.store.erase_subscriber("b")
    note()
    assert seen == sorted(set(seen))
    assert office.store.last_change() == seen[-1]


def test_crowds_are_narrowed_to_those_who_have_one_of_the_habits(office: Office) -> None:
    for name, habit, language in (
        ("ada", TOKYO, "fr"),
        ("ben", EARLY, None),
        ("cleo", TOKYO, None),
        ("dov", TOKYO, None),
    ):
        office.enter(name, habit, language=language)
    found = office.store.crowds([TOKYO, TOKYO])
    assert sorted((crowd.example.language or "", crowd.count) for crowd in found) == [("", 2), ("fr", 1)]
    assert {crowd.habit for crowd in found} == {TOKYO}
    assert office.store.crowds([Habit()]) == office.store.crowds([]) == ()
    assert sum(crowd.count for crowd in office.store.crowds()) == 4


def test_only_who_changed_since_is_looked_at(office: Office) -> None:
    office.enter("ada")
    planned = office.store.last_change()
    assert office.ledger.lacks(MONDAY, [Habit()])
    assert not office.ledger.lacks(MONDAY, [Habit()], since=planned)
    office.enter("ben", TOKYO)
    assert not office.ledger.lacks(MONDAY, [Habit()], since=planned)
    assert office.ledger.lacks(MONDAY, [TOKYO], since=planned)
    assert office.ledger.lacks(MONDAY, [Habit(), TOKYO], since=planned)
    office.ledger.plan_habits(MONDAY, [TOKYO], now=NOW)
    assert not office.ledger.lacks(MONDAY, [TOKYO], since=planned)


def test_a_reader_who_moves_to_a_habit_is_lacking_there(office: Office) -> None:
    office.enter("ada", TOKYO)
    seen = office.store.last_change()
    office.enter("ada", EARLY)
    assert office.ledger.lacks(MONDAY, [EARLY], since=seen)
    assert not office.ledger.lacks(MONDAY, [TOKYO], since=seen)


def test_who_missed_an_edition_has_a_closed_row_with_the_reason(office: Office) -> None:
    office.enter("ada")
    office.enter("ben", TOKYO)
    assert office.miss(Habit()) == 1
    row = Delivery(edition=MONDAY, subscriber="ada", status=DeliveryStatus.MISSED, detail="not running", updated_at=NOW)
    assert office.ledger.rows(MONDAY) == (row,)
    assert (office.ledger.balance(MONDAY).audience, office.ledger.balance(MONDAY).is_balanced) == (1, True)


def test_who_has_a_row_keeps_it_and_nobody_misses_an_edition_twice(office: Office) -> None:
    office.enter("ada")
    office.ledger.plan(MONDAY, ["ada"], now=NOW)
    office.enter("ben")
    assert (office.miss(Habit(), Habit()), office.miss(Habit())) == (1, 0)
    assert office.rows() == {"ada": DeliveryStatus.PENDING, "ben": DeliveryStatus.MISSED}
    assert office.ledger.balance(MONDAY).audience == 2


@pytest.mark.parametrize(
    ("joined", "misses"),
    [(None, True), (CLOSED - timedelta(seconds=1), True), (CLOSED, False), (CLOSED + timedelta(seconds=1), False)],
    ids=["nobody knows when", "in time", "when it closed", "later"],
)
def test_nobody_misses_an_edition_that_was_over_when_they_joined(
    office: Office, joined: datetime | None, misses: bool
) -> None:
    office.enter("ada", created_at=joined)
    assert office.miss(Habit()) == int(misses)


@pytest.mark.parametrize("status", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
def test_who_is_not_confirmed_misses_nothing(office: Office, status: SubscriberStatus) -> None:
    office.enter("ben", TOKYO)
    since = office.store.last_change()
    reader = office.enter("ada", status=status)
    assert office.miss(habit_of(reader)) == 0
    assert not office.ledger.lacks(MONDAY, [habit_of(reader)])
    assert not office.ledger.lacks(MONDAY, [habit_of(reader)], since=since)
    assert office.store.crowds([habit_of(reader)]) == ()


def test_crowds_of_those_who_were_changed_since_hold_nobody_else(office: Office) -> None:
    office.enter("a", timezone="Asia/Tokyo")
    since = office.store.last_change()
    office.enter("b", timezone="Asia/Tokyo")
    office.enter("c")
    assert sum(crowd.count for crowd in office.store.crowds(since=since)) == 2
    assert [crowd.count for crowd in office.store.crowds([TOKYO], since=since)] == [1]
    assert office.store.crowds([TOKYO], since=office.store.last_change()) == ()

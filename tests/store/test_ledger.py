from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread, get_ident
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from briefing.errors import StoreError
from briefing.model.delivery import Delivery, DeliveryStatus
from briefing.model.subscriber import Habit, Subscriber, SubscriberStatus
from briefing.store.database import open_database, writing
from briefing.store.gauges import SqlGauges
from briefing.store.ledger import SqlLedger, plan_habits
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import MemoryLedger, MemorySubscribers

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import Ledger, SubscriberStore

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
NOW = datetime(2026, 11, 23, 7, 0, 0, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=3)
#: Databases write a whole second in fewer letters, and some compare letters.
EVEN = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """The list of readers and the books about them."""

    store: SubscriberStore
    ledger: Ledger

    def enter(self, *names: str, **choices: Any) -> None:
        """Puts confirmed readers on the list."""
        for name in names:
            reader = Subscriber(id=name, email=f"{name}@example.org", status=SubscriberStatus.CONFIRMED)
            self.store.save_subscriber(replace(reader, **choices))

    def plan(self, *names: str) -> None:
        """Puts them on the list and into the books."""
        self.enter(*names)
        self.ledger.plan(MONDAY, names, now=NOW)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def office(request: pytest.FixtureRequest) -> Office:
    if request.param != "fake":
        engine = request.getfixturevalue(f"{request.param}_engine")
        return Office(SqlSubscribers(engine), SqlLedger(engine))
    store = MemorySubscribers()
    return Office(store, MemoryLedger(store))


@pytest.fixture
def ledger(office: Office) -> Ledger:
    return office.ledger


def claim(row: Delivery, reader: Subscriber | None) -> Delivery:
    return replace(row, status=DeliveryStatus.CLAIMED, owner="me", updated_at=LATER)


def leave(row: Delivery, reader: Subscriber | None) -> None:
    """Only looks."""


def begun(row: Delivery) -> Delivery:
    return replace(row, status=DeliveryStatus.INFLIGHT, message_id="<x@y>", attempts=row.attempts + 1)


def row_of(ledger: Ledger, reader: str, edition: date = MONDAY) -> Delivery:
    (row,) = [row for row in ledger.rows(edition) if row.subscriber == reader]
    return row


def test_planning_adds_a_pending_row_for_each_reader_once(ledger: Ledger) -> None:
    assert ledger.plan(MONDAY, ["b", "a", "b"], now=NOW) == 2
    pending = [Delivery(edition=MONDAY, subscriber=reader, updated_at=NOW) for reader in "ab"]
    assert list(ledger.rows(MONDAY)) == pending


def test_planning_again_adds_only_who_is_new_and_changes_no_row(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    sent = replace(row_of(ledger, "a"), status=DeliveryStatus.SENT)
    ledger.record([sent])
    assert ledger.plan(MONDAY, ["a", "b"], now=LATER) == 1
    assert ledger.plan(MONDAY, ["a", "b"], now=LATER) == 0
    assert row_of(ledger, "a") == sent
    assert ledger.balance(MONDAY).audience == 2


def test_editions_do_not_touch_each_other(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    ledger.plan(TUESDAY, ["a", "b"], now=NOW)
    ledger.record([replace(row_of(ledger, "a"), status=DeliveryStatus.SENT)])
    assert row_of(ledger, "a", TUESDAY).status is DeliveryStatus.PENDING
    monday, tuesday = ledger.balance(MONDAY), ledger.balance(TUESDAY)
    assert (monday.audience, monday.counts) == (1, {DeliveryStatus.SENT: 1})
    assert (tuesday.audience, tuesday.counts) == (2, {DeliveryStatus.PENDING: 2})


def test_rows_can_be_narrowed_to_statuses(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a", "b", "c"], now=NOW)
    ledger.record([replace(row_of(ledger, "b"), status=DeliveryStatus.SENT)])
    ledger.record([replace(row_of(ledger, "c"), status=DeliveryStatus.FAILED)])
    found = ledger.rows(MONDAY, DeliveryStatus.SENT, DeliveryStatus.FAILED)
    assert [row.subscriber for row in found] == ["b", "c"]


def test_a_recorded_row_comes_back_whole(ledger: Ledger) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    row = Delivery(
        edition=MONDAY,
        subscriber="a",
        status=DeliveryStatus.DEFERRED,
        message_id="<x@example.org>",
        attempts=2,
        detail="450 später",
        retry_at=LATER,
        updated_at=NOW,
    )
    ledger.record([row])
    assert ledger.rows(MONDAY) == (row,)


def test_nothing_is_recorded_for_a_reader_who_was_never_planned(ledger: Ledger) -> None:
    with pytest.raises(StoreError, match="never planned"):
        ledger.record([Delivery(edition=MONDAY, subscriber="a")])
    assert ledger.rows(MONDAY) == ()


def test_habits_plan_the_confirmed_readers_who_have_them(office: Office) -> None:
    office.enter("a", "b", timezone="Europe/Paris", at=time(7), days=(0, 4))
    office.enter("c", timezone="Europe/Paris")
    office.enter("d", status=SubscriberStatus.UNCONFIRMED)
    office.enter("e")
    paris = Habit(timezone="Europe/Paris", at=time(7), days=(0, 4))
    assert office.ledger.lacks(MONDAY, [paris])
    assert office.ledger.plan_habits(MONDAY, [paris, Habit(), paris], now=NOW) == 3
    assert not office.ledger.lacks(MONDAY, [paris, Habit()])
    assert [row.subscriber for row in office.ledger.rows(MONDAY)] == ["a", "b", "e"]
    assert office.ledger.rows(MONDAY)[0] == Delivery(edition=MONDAY, subscriber="a", updated_at=NOW)
    office.enter("f")
    assert office.ledger.lacks(MONDAY, [Habit()])
    assert office.ledger.lacks(MONDAY, [paris, Habit()])
    assert not office.ledger.lacks(MONDAY, [paris])
    assert office.ledger.plan_habits(MONDAY, [Habit(), paris], now=LATER) == 1
    assert office.ledger.balance(MONDAY).audience == 4
    assert office.ledger.balance(MONDAY).is_balanced


def test_a_row_is_planned_for_those_alone_who_were_changed_since(engine: Engine) -> None:
    store, ledger = SqlSubscribers(engine), SqlLedger(engine)
    office = Office(store, ledger)
    office.enter("a")
    since = store.last_change()
    office.enter("b")
    with writing(engine) as connection:
        assert plan_habits(connection, MONDAY, [Habit()], now=NOW, since=since) == 1
    assert [row.subscriber for row in ledger.rows(MONDAY)] == ["b"]
    with writing(engine) as connection:
        assert plan_habits(connection, MONDAY, [Habit()], now=NOW) == 1
    assert ledger.balance(MONDAY).audience == 2


def test_a_habit_is_every_part_of_it(office: Office) -> None:
    office.enter("a", timezone="Asia/Tokyo", at=time(6, 30), days=(1,))
    near = [
        Habit(timezone="Asia/Tokyo", at=time(6, 30)),
        Habit(timezone="Asia/Tokyo", days=(1,)),
        Habit(at=time(6, 30), days=(1,)),
        Habit(timezone="Asia/Tokyo", at=time(6, 30), days=(1, 2)),
        Habit(timezone="Asia/Tokyo", at=time(6, 30), days=()),
    ]
    assert not office.ledger.lacks(MONDAY, near)
    assert office.ledger.plan_habits(MONDAY, near, now=NOW) == 0


def test_rows_are_taken_with_their_readers_the_tried_ones_last(office: Office) -> None:
    office.plan("a", "b", "c")
    office.ledger.record([replace(row_of(office.ledger, "a"), attempts=1, status=DeliveryStatus.DEFERRED)])
    office.ledger.plan(MONDAY, ["gone"], now=NOW)
    fresh = office.ledger.take(MONDAY, claim, most=10, now=NOW)
    assert [row.subscriber for row, _ in fresh] == ["b", "c", "gone"]
    taken = (*fresh, *office.ledger.take(MONDAY, claim, most=10, now=NOW, after=fresh[-1][0].place))
    assert [row.subscriber for row, _ in taken] == ["b", "c", "gone", "a"]
    assert [reader and reader.email for _, reader in taken] == ["b@example.org", "c@example.org", None, "a@example.org"]
    assert {row for row, _ in taken} == set(office.ledger.rows(MONDAY))
    assert {row.owner for row, _ in taken} == {"me"}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {
            "name": "Ada",
            "language": "fr",
            "languages": ("fr", "en"),
            "timezone": "Asia/Tokyo",
            "topics": ("Sea", "Sky"),
            "sections": ("europe",),
            "at": time(6, 30),
            "days": (0, 4),
            "paused_until": TUESDAY,
            "reason": "said so",
            "created_at": NOW,
        },
        {"days": ()},
    ],
    ids=["nothing chosen", "everything chosen", "no day"],
)
def test_a_row_comes_with_all_that_its_reader_chose(office: Office, chosen: dict[str, Any]) -> None:
    office.enter("a", **chosen)
    office.ledger.plan(MONDAY, ["a"], now=NOW)
    ((_, reader),) = office.ledger.take(MONDAY, leave, most=9, now=NOW)
    assert reader is not None
    assert reader == office.store.find_by_id("a")


def test_rows_that_are_left_stay_as_they_were(office: Office) -> None:
    office.plan("a")
    before = office.ledger.rows(MONDAY)
    ((row, _),) = office.ledger.take(MONDAY, leave, most=10, now=NOW)
    assert ((row,), office.ledger.rows(MONDAY)) == (before, before)


@pytest.mark.parametrize("status", DeliveryStatus)
def test_an_edition_waits_for_a_sender_while_a_row_is_idle_or_its_sender_silent(
    ledger: Ledger, status: DeliveryStatus
) -> None:
    ledger.plan(MONDAY, ["a"], now=NOW)
    ledger.record([replace(row_of(ledger, "a"), status=status, updated_at=NOW)])
    ledger.plan(TUESDAY, ["b"], now=NOW)
    idle, held = {DeliveryStatus.PENDING, DeliveryStatus.DEFERRED}, {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}
    before = NOW - timedelta(microseconds=1)
    assert ledger.has_waiting(MONDAY, now=NOW, silent_since=before) == (status in idle)
    assert ledger.has_waiting(MONDAY, now=LATER, silent_since=NOW) == (status in idle | held)
    ledger.record([replace(row_of(ledger, "a"), updated_at=None)])
    assert ledger.has_waiting(MONDAY, now=NOW, silent_since=before) == (status in idle | held)
    ledger.record([replace(row_of(ledger, "a"), retry_at=LATER)])
    assert not ledger.has_waiting(MONDAY, now=NOW, silent_since=NOW)
    assert ledger.has_waiting(MONDAY, now=LATER, silent_since=NOW) == (status in idle | held)


@pytest.mark.parametrize("status", DeliveryStatus)
def test_of_rows_that_are_over_it_is_told_what_their_readers_want(office: Office, status: DeliveryStatus) -> None:
    office.plan("a", "b")
    office.enter("c", timezone="Asia/Tokyo")
    office.ledger.plan(MONDAY, ["c", "gone"], now=NOW)
    office.ledger.record([replace(row, status=status) for row in office.ledger.rows(MONDAY)])
    found = office.ledger.closed_habits(MONDAY, now=NOW)
    is_over = status in {DeliveryStatus.MISSED, DeliveryStatus.UNCERTAIN}
    assert found == ({(status, Habit()), (status, Habit(timezone="Asia/Tokyo")), (status, None)} if is_over else set())
    assert office.ledger.closed_habits(TUESDAY, now=NOW) == set()


def test_of_rows_that_are_over_only_what_is_new_since_a_look_is_told(office: Office) -> None:
    names = "abcde"
    for number, name in enumerate(names):
        office.enter(name, timezone=f"Etc/GMT+{number}")
    office.ledger.plan(MONDAY, names, now=NOW)
    missed = [replace(row, status=DeliveryStatus.MISSED, updated_at=NOW) for row in office.ledger.rows(MONDAY)]
    office.ledger.record(missed)
    look, change = NOW + timedelta(seconds=1), office.store.last_change()

    def told(now: datetime = LATER) -> str:
        found = office.ledger.closed_habits(MONDAY, now=now, since=(look, change))
        assert {status for status, _ in found} <= {DeliveryStatus.MISSED, DeliveryStatus.UNCERTAIN}
        return "".join(sorted(names[int((habit.timezone or "")[-1])] for _, habit in found if habit))

    assert told() == ""
    office.ledger.record([replace(missed[0], updated_at=look)])
    assert told() == "a"
    office.ledger.record([replace(missed[1], status=DeliveryStatus.UNCERTAIN, retry_at=LATER)])
    assert (told(LATER - timedelta(seconds=1)), told()) == ("a", "ab")
    office.enter("c", timezone="Etc/GMT+2", at=time(9))
    office.ledger.record([replace(missed[3], status=DeliveryStatus.SENT, updated_at=LATER)])
    office.enter("d", timezone="Etc/GMT+3", at=time(9))
    office.ledger.record([replace(missed[4], retry_at=NOW)])
    assert told() == "abc"


def test_rows_come_in_portions_each_after_the_last(office: Office) -> None:
    office.plan(*"0Abcd")  # whatever an id begins with
    portions, after = [], None
    while taken := office.ledger.take(MONDAY, leave, most=2, now=NOW, after=after):
        portions.append([row.subscriber for row, _ in taken])
        after = taken[-1][0].place
    assert portions == [["0", "A"], ["b", "c"], ["d"]]


@pytest.mark.parametrize("status", DeliveryStatus)
def test_settled_rows_do_not_come_again(office: Office, status: DeliveryStatus) -> None:
    office.plan("a")
    office.ledger.record([replace(row_of(office.ledger, "a"), status=status)])
    settled = {DeliveryStatus.SENT, DeliveryStatus.FAILED, DeliveryStatus.SUPPRESSED}
    assert bool(office.ledger.take(MONDAY, leave, most=9, now=NOW)) == (status not in settled)


def test_a_row_that_waits_does_not_come_before_its_time(office: Office) -> None:
    office.plan("a")
    office.ledger.record([replace(row_of(office.ledger, "a"), status=DeliveryStatus.DEFERRED, retry_at=LATER)])
    assert office.ledger.take(MONDAY, leave, most=9, now=LATER - timedelta(microseconds=1)) == ()
    assert len(office.ledger.take(MONDAY, leave, most=9, now=LATER)) == 1


def test_a_sender_with_a_stretch_of_readers_looks_at_nobody_else(office: Office) -> None:
    office.plan(*"abcdef")
    office.ledger.record([replace(row_of(office.ledger, "c"), status=DeliveryStatus.DEFERRED, attempts=1)])
    stretch = ("b", "e")  # after the one, up to the other
    fresh = office.ledger.take(MONDAY, leave, most=9, now=NOW, within=stretch)
    assert [row.subscriber for row, _ in fresh] == ["d", "e"]
    tried = office.ledger.take(MONDAY, leave, most=9, now=NOW, within=stretch, after=fresh[-1][0].place)
    assert [row.subscriber for row, _ in tried] == ["c"]


@pytest.mark.parametrize("status", DeliveryStatus)
def test_what_is_left_of_a_stretch_is_what_a_sender_still_has_to_see_to(office: Office, status: DeliveryStatus) -> None:
    for edition in (MONDAY, TUESDAY):
        office.ledger.plan(edition, "abcd", now=NOW)
    row = replace(row_of(office.ledger, "c"), status=status)
    office.ledger.record([row])
    left = office.ledger.left(MONDAY, within=("a", "c"))
    waits = {DeliveryStatus.PENDING, DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT, DeliveryStatus.DEFERRED}
    assert set(left) == {row_of(office.ledger, "b"), *([row] if status in waits else [])}


def test_a_row_starts_for_its_owner_only(office: Office) -> None:
    office.plan("a", "b")
    taken = [row for row, _ in office.ledger.take(MONDAY, claim, most=9, now=NOW)]
    stolen = replace(taken[1], owner="another")
    office.ledger.record([stolen])
    assert office.ledger.record((), started=map(begun, taken)) == {"a"}
    assert office.ledger.rows(MONDAY) == (begun(taken[0]), stolen)


def test_answers_and_starts_are_written_in_one_step(office: Office) -> None:
    office.plan("a", "b")
    first, second = (row for row, _ in office.ledger.take(MONDAY, claim, most=9, now=NOW))
    sent = replace(first, status=DeliveryStatus.SENT, owner=None)
    assert office.ledger.record([sent], started=[begun(second)]) == {"b"}
    assert office.ledger.rows(MONDAY) == (sent, begun(second))


@pytest.mark.parametrize("how", ["unsubscribed", "erased"])
def test_who_left_after_being_taken_is_not_started_but_closed(office: Office, how: str) -> None:
    office.plan("a", "b")
    taken = [row for row, _ in office.ledger.take(MONDAY, claim, most=9, now=NOW)]
    taken = [replace(row, updated_at=EVEN) for row in taken]
    if how == "erased":
        office.store.erase_subscriber("a")
    else:
        office.enter("a", status=SubscriberStatus.UNSUBSCRIBED)
    assert office.ledger.record((), started=map(begun, taken)) == {"b"}
    assert row_of(office.ledger, "b").status is DeliveryStatus.INFLIGHT
    if how == "unsubscribed":
        closed = row_of(office.ledger, "a")
        assert (closed.status, closed.owner, closed.attempts) == (DeliveryStatus.SUPPRESSED, None, 0)
        assert closed.updated_at == EVEN


def test_of_two_editions_only_the_one_that_was_to_start_is_closed(office: Office) -> None:
    office.plan("a", "b")
    office.ledger.plan(TUESDAY, ["a", "b"], now=NOW)
    taken = [row for row, _ in office.ledger.take(MONDAY, claim, most=9, now=NOW)]
    tomorrow = [row for row, _ in office.ledger.take(TUESDAY, claim, most=9, now=NOW)]
    office.enter("a", status=SubscriberStatus.UNSUBSCRIBED)
    assert office.ledger.record((), started=map(begun, taken)) == {"b"}
    assert office.ledger.rows(TUESDAY) == tuple(tomorrow)
    assert row_of(office.ledger, "a").status is DeliveryStatus.SUPPRESSED
    # Of the next one the reader who stayed is started, wherever their row of today has come to.
    office.ledger.record([replace(row_of(office.ledger, "b"), status=DeliveryStatus.SENT, owner=None)])
    assert office.ledger.record((), started=map(begun, tomorrow)) == {"b"}
    assert row_of(office.ledger, "b", TUESDAY).status is DeliveryStatus.INFLIGHT


@pytest.mark.parametrize("status", DeliveryStatus)
def test_only_a_row_that_was_taken_is_started(office: Office, status: DeliveryStatus) -> None:
    office.plan("a")
    row = replace(row_of(office.ledger, "a"), status=status, owner="me")
    office.ledger.record([row])
    is_taken = status in {DeliveryStatus.CLAIMED, DeliveryStatus.INFLIGHT}
    assert office.ledger.record((), started=[begun(row)]) == ({"a"} if is_taken else frozenset())


def test_who_left_while_their_message_was_in_doubt_stays_in_doubt(office: Office) -> None:
    office.plan("a")
    ((row, _),) = office.ledger.take(
        MONDAY, lambda row, _: replace(row, status=DeliveryStatus.INFLIGHT, owner="me"), most=9, now=NOW
    )
    office.enter("a", status=SubscriberStatus.SUPPRESSED)
    assert office.ledger.record((), started=[begun(row)]) == frozenset()
    assert row_of(office.ledger, "a").status is DeliveryStatus.UNCERTAIN


def test_a_readers_rows_come_newest_first(office: Office) -> None:
    for edition in (MONDAY, TUESDAY):
        office.ledger.plan(edition, ["a", "b"], now=NOW)
    assert [row.edition for row in office.ledger.deliveries_of("a", limit=9)] == [TUESDAY, MONDAY]
    assert [row.edition for row in office.ledger.deliveries_of("a", limit=1)] == [TUESDAY]
    assert {row.subscriber for row in office.ledger.deliveries_of("a", limit=9)} == {"a"}


def test_what_was_sent_lately_is_counted(office: Office) -> None:
    office.ledger.plan(MONDAY, ["a", "b", "c"], now=NOW)
    a, b, c = office.ledger.rows(MONDAY)
    office.ledger.record(
        [
            replace(a, status=DeliveryStatus.SENT, updated_at=NOW),
            replace(b, status=DeliveryStatus.SENT, updated_at=LATER),
            replace(c, status=DeliveryStatus.FAILED, updated_at=LATER),
        ]
    )
    assert [office.ledger.sent_since(moment) for moment in (NOW, LATER, LATER + timedelta(seconds=1))] == [2, 1, 0]
    office.ledger.record([replace(row, updated_at=EVEN) for row in office.ledger.rows(MONDAY)])
    assert [office.ledger.sent_since(moment) for moment in (NOW, EVEN, EVEN + timedelta(microseconds=1))] == [2, 2, 0]


def test_old_books_are_forgotten_whole(office: Office) -> None:
    for edition in (MONDAY, TUESDAY):
        office.ledger.plan(edition, ["a", "b"], now=NOW)
    assert office.ledger.prune(before=TUESDAY) == 2
    assert (office.ledger.rows(MONDAY), office.ledger.balance(MONDAY).audience) == ((), 0)
    assert office.ledger.balance(TUESDAY).audience == 2
    assert office.ledger.prune(before=TUESDAY) == 0


def test_of_old_months_nothing_stays_and_of_the_last_one_what_is_new_enough(office: Office) -> None:
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1), MONDAY, date(2026, 12, 1)]
    for number, edition in enumerate(days, start=1):
        office.ledger.plan(edition, [f"r{reader}" for reader in range(number)], now=NOW)
    assert office.ledger.prune(before=MONDAY) == 1 + 2 + 3 + 4
    assert [office.ledger.balance(day).audience for day in days] == [0, 0, 0, 0, 5, 6]
    assert [len(office.ledger.rows(day)) for day in days] == [0, 0, 0, 0, 5, 6]
    assert office.ledger.prune(before=MONDAY) == 0
    assert office.ledger.plan(days[0], ["a"], now=LATER) == 1


def test_the_balance_counts_every_status_and_balances(ledger: Ledger) -> None:
    readers = [f"r{number}" for number in range(len(DeliveryStatus))]
    ledger.plan(MONDAY, readers, now=NOW)
    for row, status in zip(ledger.rows(MONDAY), DeliveryStatus, strict=True):
        ledger.record([replace(row, status=status)])
    balance = ledger.balance(MONDAY)
    assert balance.counts == dict.fromkeys(DeliveryStatus, 1)
    assert balance.is_balanced


def test_an_edition_nobody_planned_has_an_empty_balance(ledger: Ledger) -> None:
    balance = ledger.balance(MONDAY)
    assert (balance.audience, balance.counts, balance.is_balanced) == (0, {}, True)


def test_an_edition_is_unfinished_while_a_sender_has_something_to_do(ledger: Ledger) -> None:
    ledger.plan(TUESDAY, ["a"], now=NOW)
    ledger.plan(MONDAY, ["a"], now=NOW)
    row = row_of(ledger, "a")
    found = {}
    for status in DeliveryStatus:
        ledger.record([replace(row, status=status)])
        found[status.value] = ledger.unfinished()
    waiting = {status for status, days in found.items() if days == (MONDAY, TUESDAY)}
    assert waiting == {"pending", "claimed", "inflight", "deferred"}
    assert all(days == (TUESDAY,) for status, days in found.items() if status not in waiting)


def test_a_row_lost_from_the_database_shows_in_the_balance(engine: Engine) -> None:
    ledger = SqlLedger(engine)
    ledger.plan(MONDAY, ["a", "b"], now=NOW)
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM deliveries WHERE subscriber = 'b'"))
    assert not ledger.balance(MONDAY).is_balanced


def test_what_was_recorded_is_there_for_the_next_program(url: str, engine: Engine) -> None:
    ledger = SqlLedger(engine)
    ledger.plan(MONDAY, ["a"], now=NOW)
    other = open_database(url)
    assert SqlLedger(other).rows(MONDAY) == ledger.rows(MONDAY)
    other.dispose()


def test_four_senders_at_once_take_each_row_once(url: str, engine: Engine) -> None:
    readers = [f"r{number:03}" for number in range(60)]
    office = Office(SqlSubscribers(engine), SqlLedger(engine))
    office.plan(*readers)
    start, taken = Barrier(4), list[str]()

    def take_all() -> None:
        own = open_database(url)
        ledger, name = SqlLedger(own), str(get_ident())
        start.wait(timeout=30)

        def claim_if_free(row: Delivery, _: Subscriber | None) -> Delivery | None:
            free = row.status is DeliveryStatus.PENDING
            return replace(row, status=DeliveryStatus.CLAIMED, owner=name) if free else None

        after = None
        while rows := ledger.take(MONDAY, claim_if_free, most=7, now=NOW, after=after):
            after = rows[-1][0].place
            ours = ledger.record((), started=[begun(row) for row, _ in rows if row.owner == name and not row.attempts])
            taken.extend(ours)
        own.dispose()

    senders = [Thread(target=take_all) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(taken) == readers


def test_two_planners_at_once_count_each_reader_once(url: str, engine: Engine) -> None:
    start = Barrier(2)

    def plan() -> None:
        own = open_database(url)
        start.wait(timeout=30)
        for last in range(1, 20):
            SqlLedger(own).plan(MONDAY, [f"r{number}" for number in range(last)], now=NOW)
        own.dispose()

    planners = [Thread(target=plan) for _ in range(2)]
    for planner in planners:
        planner.start()
    for planner in planners:
        planner.join()
    balance = SqlLedger(engine).balance(MONDAY)
    assert (balance.audience, balance.counts) == (19, {DeliveryStatus.PENDING: 19})


def plans_of(engine: Engine, of: str) -> list[str]:
    """Collects, from now on, the first step of how SQLite goes about each statement with that word."""
    plans: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if of in statement:
            steps = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.append(next(iter(steps))[-1])

    event.listen(engine, "before_cursor_execute", explain)
    return plans


def test_who_changed_since_a_look_is_found_without_looking_at_the_others(sqlite_engine: Engine) -> None:
    plans = plans_of(sqlite_engine, "EXISTS")
    Office(SqlSubscribers(sqlite_engine), SqlLedger(sqlite_engine)).enter("a", "b")
    assert SqlLedger(sqlite_engine).lacks(MONDAY, [Habit(), Habit(timezone="Asia/Tokyo")], since=1)
    assert not SqlLedger(sqlite_engine).lacks(MONDAY, [Habit(timezone="Asia/Tokyo")], since=1)
    assert not SqlLedger(sqlite_engine).lacks(MONDAY, [Habit()], since=2)
    assert len(plans) == 3
    assert all("subscribers_by_change" in plan for plan in plans), plans


def test_what_is_new_of_rows_that_wait_or_are_over_is_a_range_of_an_index(sqlite_engine: Engine) -> None:
    steps: list[str] = []

    def explain(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps.extend(row[-1] for row in asked if row[-1].startswith("SEARCH"))

    event.listen(sqlite_engine, "before_cursor_execute", explain)
    SqlLedger(sqlite_engine).has_waiting(MONDAY, now=NOW, silent_since=NOW)
    SqlLedger(sqlite_engine).closed_habits(MONDAY, now=NOW, since=(NOW, 7))
    reader = "SEARCH subscribers USING INDEX sqlite_autoindex_subscribers_1 (id=?) LEFT-JOIN"
    assert [step for step in steps if step != reader] == [
        "SEARCH deliveries USING INDEX deliveries_unfinished (edition=? AND retry_at=?)",
        "SEARCH deliveries USING INDEX deliveries_unfinished (edition=? AND retry_at<?)",
        "SEARCH deliveries USING INDEX deliveries_closed (edition=? AND retry_at=? AND updated_at>?)",
        "SEARCH deliveries USING INDEX deliveries_closed (edition=? AND retry_at>? AND retry_at<?)",
        "SEARCH subscribers USING INDEX subscribers_by_change (change>?)",
        "SEARCH deliveries USING PRIMARY KEY (edition=? AND subscriber=?)",
    ]


def test_unfinished_editions_and_the_queue_are_found_by_an_index_of_those_rows_alone(sqlite_engine: Engine) -> None:
    plans = plans_of(sqlite_engine, "min(deliveries")
    SqlLedger(sqlite_engine).plan(MONDAY, ["a"], now=NOW)
    assert SqlLedger(sqlite_engine).unfinished() == (MONDAY,)
    assert SqlGauges(sqlite_engine).queue().length == 1
    assert len(plans) == 3
    assert all("deliveries_unfinished" in plan for plan in plans), plans

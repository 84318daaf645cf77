"""Nobody gets an edition twice because a database was restored, and nobody gets one of the days in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

import pytest
from sqlalchemy import Engine

from briefing.errors import StoreError
from briefing.model.backup import Backup
from briefing.model.delivery import Delivery, DeliveryStatus, OnUncertain
from briefing.model.settings import Schedule
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.ports import HeldRows, Ledger, LookLog, SubscriberStore
from briefing.services.clock_guard import ClockGuard
from briefing.services.delivery_run import Mailing
from briefing.services.restore import Records, Restored, RestoreDesk, keep_off, leavers_in, let_go
from briefing.services.schedule import Timetable
from briefing.services.send import Mailroom, SendReport
from briefing.store.held import SqlHeldRows
from briefing.store.ledger import SqlLedger
from briefing.store.looks import SqlLookLog
from briefing.store.subscribers import SqlSubscribers
from tests.fakes import (
    FakeTransport,
    FixedClock,
    MemoryBackups,
    MemoryHeldRows,
    MemoryLedger,
    MemoryLookLog,
    MemorySubscribers,
)
from tests.services.house import confirmed, mailroom
from tests.services.timetables import copy_for, sending
from tests.sqlite import new_sqlite

pytestmark = pytest.mark.slow

FILE = PurePath("backups/briefing-2026-11-16-040000Z.db")
#: When the backup was made, and when it is restored: a Monday and the next.
TAKEN = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
LAST_MONDAY = date(2026, 11, 16)
Status = DeliveryStatus


@dataclass
class Scene:
    """A briefing in UTC, whose backup is about to be restored."""

    store: SubscriberStore
    ledger: Ledger
    held: HeldRows
    looks: LookLog
    transport: FakeTransport = field(default_factory=FakeTransport)
    clock: FixedClock = field(default_factory=lambda: FixedClock(NINE))
    schedule: Schedule = field(default_factory=Schedule)
    taken_at: datetime | None = TAKEN
    leavers: tuple[Subscriber, ...] | None = ()
    on_uncertain: OnUncertain = OnUncertain.RESEND

    def __post_init__(self) -> None:
        self.backups = MemoryBackups(Backup(file=FILE, schema="0008"))
        self.backups.files[FILE] = Backup(file=FILE, schema="0008", taken_at=self.taken_at)
        self.store.save_subscribers([confirmed("ada"), confirmed("ben")])
        self.looks.note_look(TAKEN)

    @property
    def desk(self) -> RestoreDesk:
        return RestoreDesk(
            backups=self.backups,
            clock=self.clock,
            schedule=self.schedule,
            default_zone="UTC",
            open_records=self.open,
            find_leavers=lambda: self.leavers,
        )

    @contextmanager
    def open(self, url: str) -> Iterator[Records]:
        yield Records(
            store=self.store, ledger=self.ledger, held=self.held, looks=self.looks, newest_delivery=lambda: None
        )

    def restore(self) -> Restored:
        return self.desk.restore(FILE)

    def tick(self) -> tuple[SendReport, ...]:
        """What `serve` does after it was started again."""
        return self._timetable.tick()

    def send_all(self) -> None:
        """What `send --all` does."""
        day = self.clock.now().date()
        let_go(self.held, [day], now=self.clock.now())
        mailing = Mailing(edition=day, compose_message=partial(copy_for, day))
        self._room.send_edition(mailing, [crowd.habit for crowd in self.store.crowds()])

    @property
    def _timetable(self) -> Timetable:
        guard = ClockGuard(clock=self.clock, stopwatch=self.clock, log=self.looks)
        return sending(self._room, schedule=self.schedule, guard=guard)

    @property
    def _room(self) -> Mailroom:
        room = mailroom(self.store, self.ledger, self.transport, self.clock)
        return replace(room, on_uncertain=self.on_uncertain)

    def put(self, edition: date, name: str, status: DeliveryStatus, **fields: Any) -> None:
        """A row as the backup has it."""
        self.ledger.plan(edition, [name], now=TAKEN)
        row = Delivery(edition=edition, subscriber=name, status=status, updated_at=TAKEN, **fields)
        self.ledger.record([row])

    def statuses(self, edition: date) -> dict[str, str]:
        return {row.subscriber: row.status.value for row in self.ledger.rows(edition)}


@pytest.fixture(params=["fake", "real"])
def scene(request: pytest.FixtureRequest) -> Scene:
    if request.param == "real":
        engine: Engine = request.getfixturevalue("engine")
        return Scene(SqlSubscribers(engine), SqlLedger(engine), SqlHeldRows(engine), SqlLookLog(engine))
    store = MemorySubscribers()
    ledger = MemoryLedger(store)
    return Scene(store, ledger, MemoryHeldRows(ledger), MemoryLookLog())


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = new_sqlite(tmp_path_factory.mktemp("var") / "briefing.db")
    yield engine
    engine.dispose()


def watch_a_day(scene: Scene, *, hours: int = 24) -> None:
    for _ in range(hours * 2):
        scene.tick()
        scene.clock.move(minutes=30)


def test_whoever_had_this_mornings_mail_does_not_get_it_again(scene: Scene) -> None:
    restored = scene.restore()
    assert (restored.settled.today, restored.settled.taken_at) == (2, TAKEN)
    watch_a_day(scene, hours=21)
    assert scene.transport.recipients == []
    assert scene.statuses(MONDAY) == {"ada": "missed", "ben": "missed"}


def test_tomorrow_everybody_gets_tomorrows_edition_once(scene: Scene) -> None:
    scene.restore()
    watch_a_day(scene, hours=36)
    assert sorted(scene.transport.recipients) == ["ada@readers.example", "ben@readers.example"]
    assert set(scene.statuses(date(2026, 11, 24)).values()) == {"sent"}


def test_no_edition_of_the_days_between_goes_out_and_the_books_say_why(scene: Scene) -> None:
    restored = scene.restore()
    days = [LAST_MONDAY + timedelta(days=number) for number in range(7)]
    assert restored.settled.earlier == 14
    for day in days:
        (first, _) = scene.ledger.rows(day)
        assert first.status is Status.MISSED
        assert first.detail == (
            "the database was restored from a backup of 16 Nov 2026 04:00 UTC: it may have been sent already"
        )
        assert scene.ledger.balance(day).is_balanced
    assert all(report.sent == 0 for report in scene.tick())


def test_a_person_may_have_todays_edition_sent_anyway(scene: Scene) -> None:
    scene.restore()
    scene.tick()
    scene.send_all()
    assert scene.statuses(MONDAY) == {"ada": "sent", "ben": "sent"}
    scene.send_all()
    watch_a_day(scene, hours=12)
    assert len(scene.transport.recipients) == 2


def test_who_stands_in_the_backup_as_sent_is_not_held_and_not_sent_by_all(scene: Scene) -> None:
    scene.backups.files[FILE] = replace(scene.backups.files[FILE], taken_at=NINE - timedelta(hours=1))
    scene.looks.note_look(NINE - timedelta(hours=1))
    scene.put(MONDAY, "ada", Status.SENT)
    assert scene.restore().settled.today == 1
    scene.send_all()
    assert scene.transport.recipients == ["ben@readers.example"]


@pytest.mark.parametrize("on_uncertain", list(OnUncertain))
@pytest.mark.parametrize("edition", [MONDAY, LAST_MONDAY], ids=["of today", "of last week"])
@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        (Status.PENDING, "missed"),
        (Status.CLAIMED, "missed"),
        (Status.DEFERRED, "missed"),
        (Status.INFLIGHT, "uncertain"),
        (Status.UNCERTAIN, "uncertain"),
        (Status.SENT, "sent"),
        (Status.FAILED, "failed"),
        (Status.SUPPRESSED, "suppressed"),
        (Status.MISSED, "missed"),
    ],
)
def test_a_message_on_its_way_when_the_backup_was_made_is_not_sent_unasked(
    scene: Scene, status: DeliveryStatus, becomes: str, edition: date, on_uncertain: OnUncertain
) -> None:
    scene.on_uncertain = on_uncertain
    scene.put(edition, "ada", status, owner="run 1", attempts=1)
    scene.restore()
    assert scene.statuses(edition)["ada"] == becomes
    watch_a_day(scene, hours=5)
    assert "ada@readers.example" not in scene.transport.recipients
    assert scene.statuses(edition)["ada"] == becomes


def test_the_rest_of_today_is_sent_on_time(scene: Scene) -> None:
    scene.store.save_subscriber(confirmed("eve", at=time(19, 0)))
    scene.restore()
    watch_a_day(scene, hours=12)
    assert scene.transport.recipients == ["eve@readers.example"]


def test_a_reader_who_moves_their_hour_after_the_restore_does_not_get_today_again(scene: Scene) -> None:
    scene.restore()
    scene.clock.move(hours=5)
    scene.store.save_subscriber(confirmed("ada", at=time(15, 0)))
    watch_a_day(scene, hours=6)
    assert scene.transport.recipients == []


def test_a_reader_who_moves_their_hour_after_todays_was_over_does_not_get_today_again(scene: Scene) -> None:
    scene.clock.move(hours=5)  # past one o'clock, when the window of seven has closed
    assert scene.restore().settled.today == 2
    scene.store.save_subscriber(confirmed("ada", at=time(20, 0)))
    watch_a_day(scene, hours=9)
    assert scene.transport.recipients == []
    assert scene.statuses(MONDAY) == {"ada": "missed", "ben": "missed"}


def test_a_window_of_days_is_held_as_well(scene: Scene) -> None:
    scene.schedule = replace(scene.schedule, late_window=timedelta(days=3), days=(5,))
    scene.restore()
    watch_a_day(scene)
    assert scene.transport.recipients == []
    assert scene.statuses(date(2026, 11, 21)) == {"ada": "missed", "ben": "missed"}


def test_a_backup_of_an_unknown_hour_is_as_old_as_its_last_look(scene: Scene) -> None:
    scene.backups.files[FILE] = replace(scene.backups.files[FILE], taken_at=None)
    assert scene.restore().settled.taken_at == TAKEN
    assert set(scene.statuses(LAST_MONDAY)) == {"ada", "ben"}


def test_a_backup_of_years_ago_does_not_fill_the_books_of_years(scene: Scene) -> None:
    old = TAKEN - timedelta(days=900)
    scene.backups.files[FILE] = replace(scene.backups.files[FILE], taken_at=old)
    scene.looks.note_look(old)
    assert scene.restore().settled.earlier <= 2 * 31


def test_the_clock_that_was_last_looked_at_in_the_backup_is_no_reason_to_wait(scene: Scene) -> None:
    scene.restore()
    assert scene.looks.last_look() == NINE
    scene.tick()


# Who said no


def test_who_said_no_in_the_replaced_database_stays_off(scene: Scene) -> None:
    scene.leavers = (
        replace(confirmed("ada"), status=SubscriberStatus.SUPPRESSED, reason="complaint"),
        replace(confirmed("new id"), email="BEN@readers.example", status=SubscriberStatus.UNSUBSCRIBED),
        replace(confirmed("stranger"), status=SubscriberStatus.UNSUBSCRIBED),
    )
    restored = scene.restore()
    assert (restored.settled.kept_off, restored.knows_leavers, restored.settled.today) == (2, True, 0)
    ada, ben = scene.store.find_by_id("ada"), scene.store.find_by_id("ben")
    assert ada is not None
    assert ben is not None
    assert (ada.status, ada.reason, ben.status) == (
        SubscriberStatus.SUPPRESSED,
        "complaint",
        SubscriberStatus.UNSUBSCRIBED,
    )
    assert scene.store.find_by_id("stranger") is None
    scene.send_all()
    assert scene.transport.recipients == []


def test_a_no_in_the_backup_is_never_undone(scene: Scene) -> None:
    scene.store.save_subscriber(replace(confirmed("ada"), status=SubscriberStatus.SUPPRESSED, reason="hard bounce"))
    assert keep_off(scene.store, [replace(confirmed("ada"), status=SubscriberStatus.UNSUBSCRIBED)]) == 0
    (ada,) = leavers_in(scene.store)
    assert (ada.id, ada.reason) == ("ada", "hard bounce")


def test_a_replaced_database_that_cannot_be_asked_is_told_apart(scene: Scene) -> None:
    scene.leavers = None
    assert not scene.restore().knows_leavers


# What stands in the way


def test_a_file_that_is_no_backup_stops_it_before_anything_is_touched(scene: Scene) -> None:
    with pytest.raises(StoreError):
        scene.desk.restore(PurePath("shopping.txt"))
    assert (scene.backups.restored, scene.statuses(MONDAY)) == ([], {})


def test_a_database_in_use_stops_it(scene: Scene) -> None:
    scene.backups.in_use = True
    with pytest.raises(StoreError, match="in use"):
        scene.restore()
    assert scene.statuses(MONDAY) == {}


def test_the_backup_takes_its_place_and_the_old_one_is_named(scene: Scene) -> None:
    assert scene.restore().aside == PurePath("old-2026-11-23")
    assert scene.backups.restored == [FILE]


# What the fake and the real one have in common


def test_only_what_is_held_is_let_go(scene: Scene) -> None:
    soon = NINE + timedelta(minutes=60)
    scene.put(MONDAY, "ada", Status.DEFERRED, attempts=1, retry_at=soon)
    scene.put(LAST_MONDAY, "ada", Status.PENDING)
    assert scene.held.let_go(MONDAY, beyond=NINE + timedelta(days=1), now=NINE) == 0
    until = NINE + timedelta(days=31)
    assert scene.held.hold_open([], reason="why", until=until, now=NINE) == {MONDAY: 1, LAST_MONDAY: 1}
    assert scene.held.hold_open([], reason="why", until=until, now=NINE) == {}
    (row,) = scene.ledger.rows(MONDAY)
    assert (row.detail, row.retry_at, row.updated_at, row.owner, row.attempts) == ("why", until, NINE, None, 1)
    assert scene.held.let_go(MONDAY, beyond=NINE + timedelta(days=1), now=NINE) == 1
    assert scene.ledger.rows(MONDAY) == (replace(row, retry_at=None),)
    assert scene.ledger.rows(LAST_MONDAY)[0].retry_at == until


def test_a_missed_copy_is_held_while_there_is_time_for_it(scene: Scene) -> None:
    scene.put(MONDAY, "ada", Status.MISSED)
    scene.put(LAST_MONDAY, "ada", Status.MISSED, detail="off")
    assert scene.held.hold_open([MONDAY], reason="why", until=NINE, now=NINE) == {MONDAY: 1}
    assert (scene.ledger.rows(MONDAY)[0].detail, scene.ledger.rows(LAST_MONDAY)[0].detail) == ("why", "off")


def test_a_doubt_that_is_held_again_is_still_held(scene: Scene) -> None:
    scene.put(MONDAY, "ada", Status.INFLIGHT)
    for _ in range(2):
        assert scene.held.hold_open([], reason="why", until=NINE, now=NINE) == {MONDAY: 1}
    assert scene.statuses(MONDAY) == {"ada": "uncertain"}

"""A backup gets a name that tells its time; only old ones of the same briefing make room for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePath

import pytest

from briefing.errors import StoreError
from briefing.model.backup import Backup
from briefing.model.checkup import PlaceSeen
from briefing.ports import Backups
from briefing.services.backup import BackupDesk
from briefing.store.database import open_database
from briefing.store.sqlite_backups import SqliteBackups
from tests.fakes import FixedClock, MemoryBackups

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=timezone(timedelta(hours=1)))
FOLDER = PurePath("post/backups")


@dataclass
class Disk:
    """Knows which paths are folders."""

    folders: set[PurePath] = field(default_factory=set)

    def place(self, path: PurePath) -> PlaceSeen:
        return PlaceSeen(exists=path in self.folders, is_folder=path in self.folders)


@dataclass
class Room:
    """A desk with everything around it."""

    backups: MemoryBackups = field(default_factory=lambda: MemoryBackups(Backup(file=PurePath("-"), schema="0008")))
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    disk: Disk = field(default_factory=Disk)

    @property
    def desk(self) -> BackupDesk:
        outside = (PurePath("post/my.yaml"),)
        return BackupDesk(
            backups=self.backups,
            premises=self.disk,  # type: ignore[arg-type]  # only folders are asked for
            clock=self.clock,
            folder=FOLDER,
            outside=outside,
        )

    def nights(self, number: int, **options: int) -> None:
        for _ in range(number):
            self.desk.make(**options)  # type: ignore[arg-type]
            self.clock.move(days=1)

    def names(self) -> list[str]:
        return [file.name for file in sorted(self.backups.files)]


def test_the_default_name_tells_whose_backup_it_is_and_when_by_utc() -> None:
    report = Room().desk.make()
    assert report.backup.file == FOLDER / "briefing-2026-11-23-030000Z.db"
    assert report.pruned == ()


def test_what_is_not_in_it_is_named() -> None:
    assert Room().desk.make().outside == (PurePath("post/my.yaml"),)


def test_a_file_keeps_the_name_it_was_given_and_a_folder_gets_the_default_one() -> None:
    room = Room(disk=Disk({PurePath("mnt/usb")}))
    assert room.desk.make(PurePath("mnt/move.db")).backup.file == PurePath("mnt/move.db")
    assert room.desk.make(PurePath("mnt/usb")).backup.file == PurePath("mnt/usb/briefing-2026-11-23-030000Z.db")


def test_the_newest_so_many_are_kept() -> None:
    room = Room()
    room.nights(5, keep=3)
    assert room.names() == [f"briefing-2026-11-{day}-030000Z.db" for day in (25, 26, 27)]


def test_all_are_kept_unless_a_number_is_named() -> None:
    room = Room()
    room.nights(4)
    assert len(room.names()) == 4


def test_keeping_one_keeps_the_one_that_was_just_made_even_by_a_clock_that_was_set_back() -> None:
    room = Room()
    room.nights(2)
    room.clock.move(days=-30)
    assert room.desk.make(keep=1).backup.file in room.backups.files
    assert room.names() == ["briefing-2026-10-26-030000Z.db"]


@pytest.mark.parametrize(
    "name",
    [
        "other-2026-11-20-030000Z.db",
        "briefing-before-the-move.db",
        "briefing-2026-11-20-030000Z.db.gz",
        "briefing-2026-11-20.db",
        "briefing.db",
        "my-briefing-2026-11-20-030000Z.db",
    ],
)
def test_files_with_any_other_name_are_never_deleted(name: str) -> None:
    room = Room()
    room.backups.make(FOLDER / name, now=NOW)
    room.nights(3, keep=1)
    assert name in room.names()


def test_pruning_and_a_name_of_ones_own_do_not_go_together() -> None:
    room = Room()
    with pytest.raises(StoreError, match="--keep goes by the default names"):
        room.desk.make(PurePath("mnt/move.db"), keep=3)
    assert room.names() == []


def test_nothing_is_deleted_when_the_new_one_cannot_be_made() -> None:
    room = Room()
    room.nights(2)
    room.clock.move(days=-1)  # its name is taken
    with pytest.raises(StoreError):
        room.desk.make(keep=1)
    assert len(room.names()) == 2


# What the fake and the real ones have in common


@pytest.fixture(params=["fake", "real"])
def backups(request: pytest.FixtureRequest, tmp_path: Path) -> Backups:
    if request.param == "fake":
        return MemoryBackups(Backup(file=PurePath("-"), schema="0008"))
    open_database(f"sqlite:///{tmp_path}/briefing.db").dispose()
    return SqliteBackups(tmp_path / "briefing.db")


def test_what_was_made_can_be_examined_listed_and_deleted(backups: Backups, tmp_path: Path) -> None:
    file = tmp_path / "b" / "one.db"
    made = backups.make(file, now=NOW)
    assert (made.file, made.taken_at) == (file, NOW.astimezone(UTC))
    assert backups.examine(file) == made
    assert backups.kept(file.parent) == ("one.db",)
    backups.forget(file)
    assert backups.kept(file.parent) == ()
    for action in (backups.examine, backups.forget):
        with pytest.raises(StoreError):
            action(file)


def test_nothing_is_written_over(backups: Backups, tmp_path: Path) -> None:
    backups.make(tmp_path / "b" / "one.db", now=NOW)
    with pytest.raises(StoreError, match="is there already"):
        backups.make(tmp_path / "b" / "one.db", now=NOW)


def test_the_old_one_is_named_by_the_day_it_was_replaced(backups: Backups, tmp_path: Path) -> None:
    backups.make(tmp_path / "b" / "one.db", now=NOW)
    with backups.replacing(tmp_path / "b" / "one.db", now=NOW) as place:
        assert place.aside is not None
        assert "2026-11-23" in place.aside.name
    assert (backups.stem, backups.suffix) == ("briefing", ".db")

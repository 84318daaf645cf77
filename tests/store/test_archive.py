from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from briefing.model.archived import ArchivedEdition
from briefing.store.archive import SqlArchive
from briefing.store.database import open_database, reading
from tests.fakes import MemoryArchive

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import Archive

SUNDAY, MONDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)
PAGE = '<!doctype html><html lang="fr"><body>Ärger im Hafen \N{WATER WAVE} 字\n</body></html>'


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def archive(request: pytest.FixtureRequest) -> Archive:
    return (
        MemoryArchive() if request.param == "fake" else SqlArchive(request.getfixturevalue(f"{request.param}_engine"))
    )


def sent(day: date = SUNDAY, segment: str = "default", **fields: Any) -> ArchivedEdition:
    fields.setdefault("title", "Ferries return · A wind farm begins")
    fields.setdefault("language", "en")
    fields.setdefault("built_at", datetime(2026, 11, 22, 6, 40, tzinfo=UTC))
    return ArchivedEdition(date=day, segment=segment, **fields)


def test_a_page_comes_back_to_the_last_character(archive: Archive) -> None:
    archive.keep(sent(), PAGE)
    assert archive.find_page(SUNDAY, "default") == PAGE


def test_what_the_list_says_comes_back_whole(archive: Archive) -> None:
    edition = sent(segment="fr-1", title="Un été", preheader="Le port · La grève", language="pt-BR")
    archive.keep(edition, PAGE)
    assert archive.list_editions("fr-1", limit=9) == (edition,)


def test_an_instant_of_another_zone_comes_back_as_the_same_instant(archive: Archive) -> None:
    there = datetime(2026, 11, 22, 8, 40, 1, tzinfo=timezone(timedelta(hours=2)))
    archive.keep(sent(built_at=there), PAGE)
    assert [edition.built_at for edition in archive.list_editions("default", limit=1)] == [there]


def test_the_first_page_of_an_edition_stays(archive: Archive) -> None:
    archive.keep(sent(title="as sent"), "first")
    archive.keep(sent(title="built again"), "second")
    assert archive.find_page(SUNDAY, "default") == "first"
    assert [edition.title for edition in archive.list_editions("default", limit=9)] == ["as sent"]


@pytest.mark.parametrize(
    ("day", "segment"), [(MONDAY, "default"), (SUNDAY, "fr-1"), (SUNDAY, ""), (SUNDAY, "DEFAULT"), (date.min, "' OR 1")]
)
def test_what_was_not_sent_has_no_page(archive: Archive, day: date, segment: str) -> None:
    archive.keep(sent(), PAGE)
    assert archive.find_page(day, segment) is None


def test_a_list_is_of_one_segment_newest_first_and_no_longer_than_asked(archive: Archive) -> None:
    for day in (MONDAY, SUNDAY, TUESDAY):
        archive.keep(sent(day), PAGE)
        archive.keep(sent(day, "fr-1"), PAGE)
    assert [edition.date for edition in archive.list_editions("default", limit=9)] == [TUESDAY, MONDAY, SUNDAY]
    assert [edition.date for edition in archive.list_editions("fr-1", limit=2)] == [TUESDAY, MONDAY]
    assert archive.list_editions("nobody", limit=9) == ()


def test_what_is_older_than_a_date_can_be_forgotten(archive: Archive) -> None:
    for day in (SUNDAY, MONDAY, TUESDAY):
        archive.keep(sent(day), PAGE)
        archive.keep(sent(day, "fr-1"), PAGE)
    assert (archive.prune(before=MONDAY), archive.prune(before=MONDAY)) == (2, 0)
    assert [archive.find_page(day, "fr-1") for day in (SUNDAY, MONDAY)] == [None, PAGE]


def test_a_page_takes_a_quarter_of_its_length(engine: Engine) -> None:
    words = random.Random(7).choices(
        ["harbour", "strike", "river", "ministry", "vote", "winter", "bridge", "ferry", "court"], k=9999
    )
    page = "".join(
        f'<p style="margin:0;font:13px/1.5 sans-serif">{" ".join(words[n : n + 30])}</p>' for n in range(300)
    )
    SqlArchive(engine).keep(sent(), page)
    with reading(engine) as connection:
        assert int(connection.scalar(text("SELECT length(html) FROM archive")) or 0) < len(page) / 4


def test_a_list_is_read_along_the_key(sqlite_engine: Engine) -> None:
    wanted = "SELECT title FROM archive WHERE segment = 'default' ORDER BY edition DESC LIMIT 366"
    with reading(sqlite_engine) as connection:
        steps = [row[-1] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {wanted}"))]
    assert [("SEARCH" in step, "TEMP B-TREE" in step) for step in steps] == [(True, False)]


def test_of_several_senders_at_once_one_is_first(url: str, engine: Engine) -> None:
    start = Barrier(4)

    def keep(name: str) -> None:
        own = open_database(url)
        start.wait(timeout=30)
        SqlArchive(own).keep(sent(title=name), f"page of {name}")
        own.dispose()

    senders = [Thread(target=keep, args=(name,)) for name in "abcd"]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    (kept,) = SqlArchive(engine).list_editions("default", limit=9)
    assert SqlArchive(engine).find_page(SUNDAY, "default") == f"page of {kept.title}"

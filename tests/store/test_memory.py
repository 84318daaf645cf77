from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from briefing.model.article import Article, Published
from briefing.model.story import REMEMBERED, REMEMBERED_CHARS, Told, told_by
from briefing.store.database import open_database, reading
from briefing.store.memory import SqlEditionMemory
from briefing.store.schema import snapshots
from tests.fakes import MemoryEditionMemory
from tests.make import NOW, article, story
from tests.store.released import make_released

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import EditionMemory

SUNDAY, MONDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)
RIVER = article("The river rises", id="river", url="https://post.example/river")
BRIDGE = article("The bridge is shut", id="bridge", published=Published(at=SUNDAY))


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def memory(request: pytest.FixtureRequest) -> EditionMemory:
    return (
        MemoryEditionMemory()
        if request.param == "fake"
        else SqlEditionMemory(request.getfixturevalue(f"{request.param}_engine"))
    )


def ids(told: tuple[Told, ...]) -> list[str]:
    return [piece.article.id for piece in told]


def test_what_was_told_comes_back_with_its_words_and_the_day_its_thread_began(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER, id="s1")], edition=SUNDAY))
    memory.remember(MONDAY, "default", told_by([story(BRIDGE, id="s2", thread="s1", day=2)], edition=MONDAY))
    assert memory.told_before(TUESDAY, "default") == (
        Told(article=BRIDGE, thread="s1", since=SUNDAY),
        Told(article=RIVER, thread="s1", since=SUNDAY),
    )


def test_what_one_edition_told_is_known_by_its_date_and_segment(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER, id="s")], edition=SUNDAY))
    memory.remember(MONDAY, "default", told_by([story(RIVER, BRIDGE, id="t", thread="s", day=2)], edition=MONDAY))
    memory.remember(MONDAY, "fr-1", told_by([story(RIVER, id="s")], edition=MONDAY))
    found = memory.told_on(MONDAY, "default")
    assert [(told.article.id, told.article.title, told.thread, told.since) for told in found] == [
        ("bridge", BRIDGE.title, "s", SUNDAY),
        ("river", RIVER.title, "s", SUNDAY),
    ]
    assert ids(memory.told_on(SUNDAY, "default")) == ["river"]
    assert memory.told_on(TUESDAY, "default") == ()


def test_a_story_that_goes_on_with_none_begins_a_thread_of_its_own(memory: EditionMemory) -> None:
    memory.remember(
        SUNDAY,
        "default",
        told_by([story(RIVER, BRIDGE, id="s1"), story(article("Snow", id="snow"), id="s3")], edition=SUNDAY),
    )
    threads = {told.article.id: told.thread for told in memory.told_before(MONDAY, "default")}
    assert threads == {"river": "s1", "bridge": "s1", "snow": "s3"}


def test_copies_are_remembered_with_the_voices(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER, copied_by=(BRIDGE,))], edition=SUNDAY))
    assert sorted(ids(memory.told_before(MONDAY, "default"))) == ["bridge", "river"]


def test_an_edition_built_again_does_not_see_itself_or_what_came_after(memory: EditionMemory) -> None:
    memory.remember(MONDAY, "default", told_by([story(RIVER)], edition=MONDAY))
    memory.remember(TUESDAY, "default", told_by([story(BRIDGE)], edition=TUESDAY))
    assert memory.told_before(MONDAY, "default") == ()


def test_segments_remember_apart_and_share_the_texts(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER)], edition=SUNDAY))
    memory.remember(SUNDAY, "en-1", told_by([story(RIVER)], edition=SUNDAY))
    assert memory.told_before(MONDAY, "fr") == ()
    assert memory.told_articles(since=SUNDAY) == (RIVER,)


def test_remembering_again_or_nothing_changes_nothing(memory: EditionMemory) -> None:
    for _ in range(2):
        memory.remember(SUNDAY, "default", told_by([story(RIVER, copied_by=(RIVER,))], edition=SUNDAY))
    memory.remember(SUNDAY, "default", told_by([], edition=SUNDAY))
    assert ids(memory.told_before(MONDAY, "default")) == ["river"]
    assert len(memory.told_articles(since=SUNDAY)) == 1


def test_a_page_that_was_rewritten_is_remembered_in_both_forms(memory: EditionMemory) -> None:
    later = replace(RIVER, text="The river fell at night.")
    memory.remember(SUNDAY, "default", told_by([story(RIVER, id="s1")], edition=SUNDAY))
    memory.remember(MONDAY, "default", told_by([story(later, id="s1", day=2)], edition=MONDAY))
    assert {told.article.text for told in memory.told_before(TUESDAY, "default")} == {RIVER.text, later.text}


def test_only_what_comparing_needs_is_kept(memory: EditionMemory) -> None:
    long = article("Long", id="long", text="x" * 9_000, excerpt="y", authors=("Ada",), file="a.html", image="i.png")
    teaser = article("Teaser", id="teaser", text="", excerpt="In short.", language=None, source=None)
    memory.remember(SUNDAY, "default", told_by([story(long), story(teaser)], edition=SUNDAY))
    kept = {told.article.id: told.article for told in memory.told_before(MONDAY, "default")}
    assert kept["long"] == replace(long, text="x" * REMEMBERED_CHARS, excerpt=None, authors=(), file=None, image=None)
    assert kept["teaser"] == replace(teaser, text="In short.", excerpt=None)


@pytest.mark.parametrize(
    "odd",
    [
        Article(id="bare"),
        Article(id="title", title="Only this"),
        Article(id="text", text="\ud83d a lone half, a nul \x00 and a 字"),
        Article(id="span", title="t", published=Published(after=NOW - timedelta(hours=2), before=NOW)),
        Article(id="instant", title="t", published=Published(at=NOW)),
    ],
    ids=lambda odd: odd.id,
)
def test_odd_articles_come_back_as_they_were(memory: EditionMemory, odd: Article) -> None:
    memory.remember(SUNDAY, "default", told_by([story(odd)], edition=SUNDAY))
    assert [told.article for told in memory.told_before(MONDAY, "default")] == [odd]
    assert memory.told_articles(since=SUNDAY) == (odd,)


def test_after_two_weeks_only_the_id_is_left(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER, id="s1")], edition=SUNDAY))
    last = SUNDAY + REMEMBERED
    assert [told.article for told in memory.told_before(last, "default")] == [RIVER]
    (told,) = memory.told_before(last + timedelta(days=1), "default")
    assert told == Told(article=Article(id="river"), thread="s1", since=SUNDAY)


def test_texts_told_to_somebody_are_found_by_date(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER)], edition=SUNDAY))
    memory.remember(TUESDAY, "fr", told_by([story(BRIDGE)], edition=TUESDAY))
    assert {a.id for a in memory.told_articles(since=SUNDAY)} == {"river", "bridge"}
    assert memory.told_articles(since=MONDAY) == (BRIDGE,)
    memory.remember(MONDAY, "default", told_by([story(RIVER)], edition=MONDAY))
    assert {a.id for a in memory.told_articles(since=MONDAY)} == {"river", "bridge"}


def test_a_late_edition_of_an_earlier_day_makes_no_text_older(memory: EditionMemory) -> None:
    memory.remember(TUESDAY, "default", told_by([story(RIVER)], edition=TUESDAY))
    memory.remember(SUNDAY, "fr", told_by([story(RIVER)], edition=SUNDAY))
    assert memory.told_articles(since=TUESDAY) == (RIVER,)


def test_texts_that_nobody_will_compare_with_are_forgotten(memory: EditionMemory) -> None:
    memory.remember(SUNDAY, "default", told_by([story(RIVER)], edition=SUNDAY))
    memory.remember(
        SUNDAY + REMEMBERED + timedelta(days=1),
        "default",
        told_by([story(BRIDGE)], edition=SUNDAY + REMEMBERED + timedelta(days=1)),
    )
    assert memory.told_articles(since=SUNDAY) == (BRIDGE,)


def test_the_database_does_not_grow_with_texts(engine: Engine) -> None:
    memory = SqlEditionMemory(engine)
    for day in range(40):
        memory.remember(
            SUNDAY + timedelta(days=day),
            "default",
            told_by([story(article(f"Day {day}"))], edition=SUNDAY + timedelta(days=day)),
        )
    with reading(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(snapshots)) == REMEMBERED.days + 1


def test_what_an_older_version_recorded_is_still_known(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "var" / "briefing.db"
    make_released(file, "0002")
    with closing(sqlite3.connect(file)) as older:  # beside the river of Sunday
        older.execute("INSERT INTO told VALUES ('2026-11-23', 'default', 'river'), ('2026-11-23', 'default', 'bridge')")
        older.commit()
    engine = open_database(sqlite_url)
    assert SqlEditionMemory(engine).told_before(TUESDAY, "default") == (
        Told(article=Article(id="bridge"), thread="bridge", since=MONDAY),
        Told(article=Article(id="river"), thread="river", since=SUNDAY),
    )
    assert SqlEditionMemory(engine).told_articles(since=SUNDAY) == ()
    engine.dispose()

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from briefing.model.article import Article
from briefing.model.story import Told
from briefing.services.prepared import PreparedEdition, pack, unpack, unpack_for_copies
from tests import make
from tests.services.house import EVERYONE, FakeHouse

TODAY = make.NOW.date()
text = st.text(max_size=40)


def printed() -> PreparedEdition:
    return FakeHouse().press().prepare(EVERYONE)


def test_a_kept_edition_makes_the_same_copies() -> None:
    edition = printed()
    assert edition.message is not None
    assert edition.page is not None
    assert len(edition.told) == 4
    assert unpack(pack(edition)) == edition


@given(said=st.tuples(text, text, text, st.none() | text), title=text, words=text)
def test_whatever_it_says_comes_back(said: tuple[str, str, str, str | None], title: str, words: str) -> None:
    silence, held, pageless, page = said
    told = (Told(article=Article(id="a", title=title, text=words), thread="t", since=date(2026, 11, 20)),)
    edition = PreparedEdition(
        date=TODAY, segment="en-1", silence=silence, held=held, pageless=pageless, page=page, told=told
    )
    assert unpack(pack(edition)) == edition


def test_an_edition_of_a_thousand_stories_takes_little_room() -> None:
    edition = printed()
    assert edition.message is not None
    long = replace(edition, told=edition.told * 300)
    assert len(pack(edition)) < 30_000
    assert len(pack(long)) < 60_000


def test_who_makes_copies_holds_nothing_that_is_only_published() -> None:
    edition = printed()
    slim = unpack_for_copies(pack(edition))
    assert slim == replace(edition, page=None, archived=None, told=())
    assert slim.message == edition.message

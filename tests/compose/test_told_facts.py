from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from briefing.compose import told_facts
from briefing.compose.told_facts import Known, Traits, known_of
from briefing.model.article import Article, Published
from tests.make import NOW, article

YESTERDAY = Published(at=NOW - timedelta(days=1))  # a Saturday
TOLD = article(
    "Landslide buries part of Ornay",
    text="A landslide buried 40 houses in Ornay on Friday and killed 12 people, Governor Ada Keller said. It rained "
    "for three days. Nearly 63.4 per cent of the 3,950 residents fled to Roussillon. The damage is put at $560 "
    "million. A slope of 3400 metres gave way. Talks are set for Sunday.",
    published=YESTERDAY,
)


def traits(sentence: str, *told: Article, **fields: Any) -> Traits | None:
    return Known(told or (TOLD,)).traits_of(sentence, article("Today", **fields))


def facts(sentence: str, **fields: Any) -> tuple[int, int, int]:
    found = traits(sentence, **fields)
    assert found is not None
    return found.figures, found.names, len(found.events)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Rescuers say a total of twelve bodies lie there.", (0, 0, 0)),  # twelve is 12
        ("Rescuers now speak of 29 victims in all.", (1, 0, 0)),
        ("Rescuers now speak of seven victims in all.", (0, 0, 0)),
        ("Rescuers now say that seven children died.", (1, 0, 0)),
        ("They waited seven hours in the rain.", (0, 0, 0)),
        ("About 4,000 people live in that place.", (0, 0, 0)),  # 3,950, rounded
        ("More than 3,000 people live in that place.", (0, 0, 0)),
        ("Some 52 houses and people were counted there.", (0, 0, 0)),  # 40 and 12
        ("Thousands of people live there, hundreds fled.", (0, 0, 0)),
        ("Two thousand people live there, it is said.", (1, 0, 0)),
        ("Some 63 in a hundred have left their homes.", (0, 0, 0)),
        ("Exactly 4,100 people live in that place.", (1, 0, 0)),
        ("About 4,017 people live in that place.", (1, 0, 0)),  # nobody rounds so
        ("In Ornay, 3,950 people wait in the rain.", (0, 0, 0)),
        ("There are 11,000 goats on the hill.", (1, 0, 0)),
        ("Some 63 per cent have left their homes.", (0, 0, 0)),
        ("In all 64 per cent have left their homes.", (1, 0, 0)),
        ("A share of 63.4 has left already.", (0, 0, 0)),
        ("The hill is 11,000 feet high there.", (0, 0, 0)),  # 3400 metres
        ("It will cost €480 million to repair.", (0, 0, 0)),  # in another currency
        ("It will cost $680 million to repair.", (1, 0, 0)),
        ("The first bus left for the town at 14:35.", (1, 0, 0)),
        ("The mayor thanked Martina Quispe and Peru.", (0, 2, 0)),
        ("The mayor thanked Keller and her staff.", (0, 0, 0)),
        ("They sleep in a school in Rosellón tonight.", (0, 0, 0)),  # Roussillon
        ("The manager was arrested there at night.", (0, 0, 1)),
        ("Nobody was killed elsewhere that night.", (0, 0, 0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_new_in_a_sentence_is_counted(sentence: str, expected: tuple[int, ...]) -> None:
    assert facts(sentence) == expected


def test_facts_are_known_across_languages() -> None:
    assert facts("Zwölf Menschen starben in Ornay, sagte Keller.", language="de") == (0, 0, 0)
    assert facts("29 Menschen starben in Ornay.", language="de") == (1, 0, 0)


@pytest.mark.parametrize(
    "sentence",
    [
        "It rained for three days.",
        "The damage is put at $560 million. A slope of 3400 metres gave way there.",  # but for a word
        "Ornay",
        "A landslide buried 40 houses in Ornay on Friday and killed 12 people, Governor Keller said.",
    ],
)
def test_a_told_sentence_has_no_traits(sentence: str) -> None:
    assert traits(sentence) is None


def test_a_told_sentence_with_another_figure_or_name_has() -> None:
    assert (
        facts("A landslide buried 40 houses in Ornay on Friday and killed 14 people, Governor Ada Keller said.")[0] == 1
    )
    assert (
        facts("A landslide buried 40 houses in Ornay on Friday and killed 12 people, Governor Leo Brandt said.")[1] == 1
    )


@pytest.mark.parametrize(
    ("sentence", "later", "fresh"),
    [
        ("The mayor spoke on Sunday.", True, True),
        ("The mayor spoke on Saturday.", True, False),  # the told article came out then and tells of Friday
        ("The mayor spoke on Friday.", False, False),
        ("The mayor spoke yesterday.", True, False),
        ("The mayor spoke.", False, False),
    ],
)
def test_a_day_after_the_last_telling_is_later_or_fresh(sentence: str, later: bool, fresh: bool) -> None:
    found = traits(sentence)
    assert found is not None
    assert (found.is_later, found.is_fresh) == (later, fresh)


def test_what_came_out_at_night_was_written_of_the_day_before() -> None:
    evening, night = (datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (20, 3))
    for at, later in ((evening, False), (night, True)):
        found = traits("The mayor spoke on Saturday.", article("Old", text="It rains.", published=Published(at=at)))
        assert found is not None
        assert (found.is_later, found.is_fresh) == (later, False)


def test_what_goes_on_is_lasting_and_what_names_no_day_undated() -> None:
    found = traits("Families are still waiting.", text="Families are still waiting.")
    assert found is not None
    assert (found.is_lasting, found.is_undated) == (True, True)
    found = traits("Families went home.", text="Families went home. It is Sunday.")
    assert found is not None
    assert (found.is_lasting, found.is_undated) == (False, False)


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("Seven people were killed and not twelve.", "en", True),
        ("Sieben Menschen starben statt zwölf.", "de", True),
        ("Seven people were killed and not thirty.", "en", False),
        ("They sent 40 tents instead of 3,950 blankets.", "en", False),  # 40 was told as well
        ("Seven people were killed.", "en", False),
    ],
)
def test_another_figure_in_place_of_a_told_one_sets_it_right(sentence: str, language: str, expected: bool) -> None:
    assert Known([TOLD]).is_set_right(sentence, language) is expected


def test_without_dates_any_day_is_fresh() -> None:
    undated = article("Old", text="It rains.", published=Published())
    found = traits("The mayor spoke on Tuesday.", undated)
    assert found is not None
    assert found.is_fresh


def test_the_part_of_new_words_is_measured_in_one_language_only() -> None:
    english, german = traits("Bulldozers dig."), traits("Bagger graben.", language="de")
    assert english is not None
    assert german is not None
    assert (english.unseen, german.unseen) == (1.0, 0.5)


def test_a_correction_that_was_told_is_remembered() -> None:
    assert not Known([TOLD]).took_back
    assert Known([article("Old", text="The Post retracts its report.")]).took_back


def test_of_very_many_articles_the_newest_count() -> None:
    many = [
        article(f"Day {n}", text=f"In all {100 + n} are missing.", published=Published(at=date(2026, 11, 1)))
        for n in range(told_facts.MOST_TOLD)
    ]
    newest = article("Newest", text="In all 777 are missing.", published=YESTERDAY)
    oldest = article("Oldest", text="In all 999 are missing.", published=Published())
    known = Known([oldest, *many, newest])
    found = [known.traits_of(f"They are {toll} now.", TOLD) for toll in (777, 999)]
    assert [traits and traits.figures for traits in found] == [0, 1]


def test_the_same_told_articles_are_looked_at_once() -> None:
    assert known_of((TOLD,)) is known_of((TOLD,))

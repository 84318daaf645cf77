from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.novelty import PHRASE_CHARS, News, body_of, find_news
from briefing.model.article import Article, Published
from tests.make import NOW, article

YESTERDAY = Published(at=NOW - timedelta(days=1))  # a Saturday
FERRY = article(
    "Ferry sinks off Marindel",
    text="A ferry with 187 people sank off Marindel on Saturday, killing nine. The Reina Altamira had left Lucenda in "
    "a gale. Its captain, Rodel Sinag, is missing. The minister is under pressure. The crew is on strike. The owner "
    "stands trial for another wreck.",
    published=YESTERDAY,
)


def news_of(text: str, title: str = "More on the ferry", *told: Article, **fields: Any) -> News | None:
    return find_news([article(title, text=text, **fields)], told or (FERRY,), languages=("en",))


def phrase_of(text: str, title: str = "More on the ferry", **fields: Any) -> str | None:
    news = news_of(text, title, **fields)
    return news.novelty.text if news else None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("The toll rose to 23. Nine had died before.", "The toll rose to 23."),
        ("Divers from Norway and Peru search the wreck.", "Divers from Norway and Peru search the wreck."),
        ("The minister resigned.", "The minister resigned."),
        ("The court acquitted him.", "The court acquitted him."),
        ("The strike is over.", "The strike is over."),
        ("Divers raised the bell of the ship on Sunday.", "Divers raised the bell of the ship on Sunday."),
    ],
)
def test_a_development_is_told_in_its_own_words(text: str, phrase: str) -> None:
    assert phrase_of(text) == phrase


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nine people lost their lives when the ferry went down in heavy seas on Saturday.", "en"),
        ("What went wrong off Marindel? The ferry should never have sailed in such a gale.", "en"),
        ("The captain of the Reina Altamira has not been seen since the ship went down.", "en"),
        ("Some 190 people were on board the ferry.", "en"),
        ("Beim Untergang der Fähre vor Marindel starben neun Menschen, 187 waren an Bord.", "de"),
        ("Le ferry, parti de Lucenda, transportait 187 personnes ; neuf sont mortes.", "fr"),
        ("", "en"),
    ],
)
def test_the_same_in_other_words_is_no_news(text: str, language: str) -> None:
    assert news_of(text, "Marindel", language=language) is None


def test_a_bare_headline_can_bring_the_news() -> None:
    news = news_of("", "Captain of the Reina Altamira arrested with 14 others")
    assert news is not None
    assert news.novelty.text == "Captain of the Reina Altamira arrested with 14 others"


def test_a_teaser_that_breaks_off_can_too() -> None:
    news = news_of("", "Ferry", excerpt="Divers from Norway found 31 more bodies in the wreck on Sunday …")
    assert news is not None
    assert news.novelty.text.startswith("Divers from Norway found 31 more bodies")


@pytest.mark.parametrize(
    ("title", "text", "phrase"),
    [
        (
            "Correction: the ferry",
            "Correction: we gave the wrong port. The ferry left Romblo, not Lucenda, in a gale.",
            "The ferry left Romblo, not Lucenda, in a gale.",
        ),
        (
            "Toll of ferry lowered",
            "The coast guard revised the toll down. Seven died instead of nine.",
            "Seven died instead of nine.",
        ),
        (
            "La Gazette retire son article",
            "Nous retirons l'article publié samedi. Le capitaine n'était pas à bord.",
            "Nous retirons l'article publié samedi.",
        ),
    ],
)
def test_a_correction_is_always_told(title: str, text: str, phrase: str) -> None:
    language = "fr" if "retirons" in text else "en"
    news = news_of(text, title, language=language)
    assert news is not None
    assert (news.is_correction, news.novelty.text) == (True, phrase)


def test_a_correction_comes_before_other_news() -> None:
    corrects = article("Correction: the ferry", text="Correction: the ferry left Romblo, not Lucenda.", source="A")
    plain = article("Ferry: 23 dead", text="The toll rose to 23, Norway and Peru sent 400 divers.", source="B")
    news = find_news([plain, corrects], [FERRY])
    assert news is not None
    assert news.is_correction


def test_a_correction_that_was_told_does_not_come_back() -> None:
    corrects = article("Correction: the ferry", text="Correction: the ferry left Romblo, not Lucenda.")
    assert find_news([corrects], [FERRY, corrects]) is None
    again = article("Ferry", source="Third", text="The ferry had left Romblo, and the report was corrected.")
    assert find_news([again], [FERRY, corrects]) is None


LONG = (
    "Relatives of the people who were on the ferry have been waiting for days, in a gymnasium near the harbour, for a "
    "list of names, when the coast guard said that 23 bodies were found by divers from Norway, among them a child."
)
ENDLESS = "Divers from Norway searched " + "and searched " * 20 + "and found 31 more bodies."


@pytest.mark.parametrize("text", [LONG, ENDLESS, ENDLESS.replace(" ", "\u00a0")], ids=["clauses", "none", "one word"])
def test_a_long_sentence_gives_a_phrase_that_fits(text: str) -> None:
    phrase = phrase_of(text)
    assert phrase is not None
    assert 0 < len(phrase) <= PHRASE_CHARS
    assert phrase in text


def test_the_clause_with_the_news_is_the_phrase() -> None:
    phrase = phrase_of(LONG)
    assert phrase is not None
    assert "23 bodies were found by divers from Norway" in phrase


def test_a_sentence_that_was_told_gives_no_clause() -> None:
    text = FERRY.text.split(". ")[0] + ", among them 14 children, the coast guard said, and a bus driver from the port."
    phrase = phrase_of(f"{text} {'x ' * 30}.")
    assert phrase is not None
    assert "14 children" in phrase


def test_news_is_told_in_the_languages_asked_for() -> None:
    german = article("Fähre", text="Taucher fanden 31 Tote, 400 Helfer und 77 Boote.", language="de", source="A")
    english = article("Ferry", text="Now 31 are dead.", source="B")
    for languages, told_by in ((("en",), english), (("de",), german), ((), german)):
        news = find_news([english, german], [FERRY], languages=languages)
        assert news is not None
        assert news.novelty.article == told_by.id


def test_whole_quotations_are_told_before_halves() -> None:
    text = 'Ada said: "They found 31 bodies. They found 32 boats. We are all so very tired here." Divers found 33 nets.'
    assert phrase_of(text) is not None


SENTENCES = st.sampled_from(
    [
        *("The toll rose to 23.", "The minister resigned.", "It rained.", "Divers from Norway came on Sunday.", LONG),
        *("Correction: nine died, not ten.", "Why did it sink?", "“It is over”, Ada Keller said.", ENDLESS),
        *FERRY.text.split(" The "),
    ]
)
ARTICLES = st.lists(
    st.builds(
        article,
        st.sampled_from(["Ferry", "Ferry sinks off Marindel", "Correction: ferry", "Minister resigns over ferry"]),
        text=st.lists(SENTENCES, max_size=6).map(" ".join) | st.text(max_size=80),
        source=st.sampled_from("ABCD"),
        language=st.sampled_from(["en", "de", None]),
        excerpt=st.none() | SENTENCES,
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda a: a.id,
)


@given(ARTICLES, ARTICLES, st.randoms())
def test_a_phrase_is_verbatim_and_no_order_changes_it(today: list[Article], told: list[Article], random: Any) -> None:
    news = find_news(today, told, languages=("en",))
    shuffled = [random.sample(some, len(some)) for some in (today, told)]
    assert find_news(*shuffled, languages=("en",)) == news
    if news is not None:
        novelty = news.novelty
        (source,) = (a for a in today if a.id == novelty.article)
        assert body_of(source)[novelty.start : novelty.end] == novelty.text
        assert 0 < len(novelty.text) <= PHRASE_CHARS


@given(ARTICLES, ARTICLES)
def test_a_copy_of_a_told_article_brings_nothing_back(told: list[Article], others: list[Article]) -> None:
    copies = [article(a.title, text=a.text, excerpt=a.excerpt, language=a.language, source="Copy") for a in told]
    before = [article(a.title, text=body_of(a), language=a.language, source=a.source) for a in told]
    assert find_news(copies, [*before, *others]) is None

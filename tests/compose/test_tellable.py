"""What may be told, and what is page furniture, heading, dateline or half a line."""

from __future__ import annotations

import pytest

from briefing.compose.tellable import every_sentence, is_whole, tellable_sentences


def told(text: str, language: str | None = "en") -> list[str]:
    return [s.text for s in tellable_sentences(text, language)]


@pytest.mark.parametrize(
    "furniture",
    [
        "We use cookies to improve your experience.",
        "This article is free to read thanks to our subscribers.",
        "Support independent journalism for £1 a week.",
        "Get 50% off your first order with the code NEWS50.",
        "Last updated on 3 March 2026 at 10:14 GMT.",
        "Image caption, the mayor at the quay.",
        "Mis à jour le 3 mars 2026 à 10 h 14.",
        "Bonne nouvelle pour nos lecteurs, le supplément revient.",
        "Abonnez-vous à notre lettre du matin.",
        "Lesen Sie auch den Bericht von gestern.",
        "Read more about the storm here.",
    ],
)
def test_furniture_of_the_page_is_not_told(furniture: str) -> None:
    assert told(f"The port reopened on Tuesday. {furniture} Ferries sail again.") == [
        "The port reopened on Tuesday.",
        "Ferries sail again.",
    ]
    assert not is_whole(furniture)


@pytest.mark.parametrize(
    "news",
    [
        "Readers of the old papers queued at the kiosk.",
        "The minister had already read the report on cookies and bread.",
        "The lira fell by 5 % in a day.",
        "Photographers waited outside the court.",
    ],
)
def test_news_that_only_sounds_like_furniture_is_told(news: str) -> None:
    assert told(news) == [news]


@pytest.mark.parametrize(
    "dateline",
    [
        "МОСКВА, 12 мар - РИА Новости. ",
        "МОСКВА, 12 марта. /ТАСС/. ",
        "НЬЮ-ЙОРК, 5 ноября. /Корр. ТАСС/. ",
        "Москва. 12 марта. INTERFAX.RU - ",
        "КИЕВ, 12 мар – РИА Новости, Иван Петров. ",
        "САНКТ-ПЕТЕРБУРГ, 5 ноября 2026 г. - ",
        "НЬЮ-ЙОРК, 5 ноября. ",
    ],
)
def test_a_russian_dateline_is_left_out_although_it_has_full_stops(dateline: str) -> None:
    news = "Паром снова вышел в море после одиннадцати дней простоя. Грузовики ждали на дороге."
    first, second = tellable_sentences(dateline + news, "ru")
    assert (first.text, first.start, first.number) == (news.partition(". ")[0] + ".", len(dateline), 0)
    assert (second.text, second.number) == ("Грузовики ждали на дороге.", 1)


@pytest.mark.parametrize(
    "text",
    [
        "Москва, 12 марта и 5 апреля ждут паром. Его ремонтируют.",
        "Паром, 12 метров длиной, вышел в море. Его ремонтировали.",
    ],
)
def test_what_only_begins_like_a_russian_dateline_stays(text: str) -> None:
    assert tellable_sentences(text, "ru")[0].start == 0


@pytest.mark.parametrize(
    "dateline",
    [
        "Dresden (dpa) - ",
        "Hamburg/Kiel (dpa/lno) – ",
        "LYON (AFP) — ",
        "ROME, May 3 -- ",
        "(Reuters) - ",
        "新华社广州4月2日电(记者李明)",
    ],
)
def test_a_dateline_is_left_out(dateline: str) -> None:
    news = "The port reopened on Tuesday after two days of storm."
    (found,) = tellable_sentences(dateline + news, "en")
    assert (found.text, found.start) == (news, len(dateline))


def test_wrapped_prose_is_read_across_its_lines() -> None:
    text = (
        "The mayor of Lunde announced on Monday that\nshe would resign after the report on the\n"
        "fire. The\ncouncil meets on Friday."
    )
    found = tellable_sentences(text, "en")
    assert [s.text for s in found] == [
        "The mayor of Lunde announced on Monday that she would resign after the report on the fire.",
        "The council meets on Friday.",
    ]
    assert " ".join(text[found[0].start : found[0].end].split()) == found[0].text


def test_headings_are_not_glued_to_the_paragraph_below() -> None:
    text = "A heading\nThe mayor resigned.\nAnother heading\nThe council meets on Friday."
    assert told(text) == ["The mayor resigned.", "The council meets on Friday."]


def test_a_sentence_knows_how_it_stands_to_quotations() -> None:
    text = (
        'She came. "We leave. It is over and nobody will ever come back to this quay',
        'again," she said. He left "now.',
    )
    found = tellable_sentences(" ".join(text) + " " + "x" * 400 + ".", "en")
    marks = {s.text[:8]: (s.quoted, s.balanced) for s in found}
    assert marks["She came"] == (False, True)
    assert marks["He left "] == (True, False)


def test_only_as_many_as_are_wanted_are_looked_for() -> None:
    assert len(tellable_sentences("One is here. Two is there. Three is gone.", "en", most=2)) == 2


def test_every_sentence_says_where_a_paragraph_begins() -> None:
    found = list(every_sentence("One. Two.\nThree.\u2028Four.", "en"))
    assert [(s.text, s.number, s.leads) for s in found] == [
        ("One.", 0, True),
        ("Two.", 1, False),
        ("Three.", 2, True),
        ("Four.", 3, True),
    ]

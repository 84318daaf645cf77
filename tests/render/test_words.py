from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest

from briefing.errors import RenderError
from briefing.model.article import Published
from briefing.model.edition import Section, SectionKind
from briefing.model.story import Area, Region, Theme
from briefing.render.templates import Templates
from briefing.render.words import Words, direction_of, words_in
from tests.make import story

NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
LANGUAGES = ("de", "es", "fr", "it", "nl", "pt")
ROOT = Path(__file__).parents[2]


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def ago(**delta: float) -> Published:
    return Published(at=NOW - timedelta(**delta))


def between(**ends: timedelta) -> Published:
    return Published(after=NOW - ends["oldest"], before=NOW - ends["newest"])


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("published", "french", "english"),
    [
        pytest.param(Published(), "", "", id="nobody knows"),
        pytest.param(ago(seconds=30), "à l’instant", "just now", id="half a minute"),
        pytest.param(ago(seconds=-30), "à l’instant", "just now", id="a clock that runs ahead"),
        pytest.param(ago(minutes=1), "il y a 1 min", "1 min ago", id="one minute"),
        pytest.param(ago(minutes=59.9), "il y a 59 min", "59 min ago", id="a minute is a full one"),
        pytest.param(ago(hours=3.9), "il y a 3 h", "3 hr ago", id="an hour is a full one"),
        pytest.param(ago(hours=23.9), "il y a 23 h", "23 hr ago", id="the last hour of a day"),
        pytest.param(ago(hours=26), "il y a 1 jour", "1 day ago", id="a day and two hours"),
        pytest.param(ago(days=6.5), "il y a 6 jours", "6 days ago", id="six days"),
        pytest.param(ago(days=8), "14 novembre", "14 November", id="after a week the date"),
        pytest.param(ago(days=400), "18 octobre 2025", "18 October 2025", id="another year"),
        pytest.param(Published(at=date(2026, 11, 21)), "21 novembre", "21 November", id="a bare date stays one"),
        pytest.param(between(oldest=4 * HOUR, newest=3 * HOUR), "il y a 3 h", "3 hr ago", id="some time in an hour"),
        pytest.param(between(oldest=3 * DAY, newest=2 * DAY), "il y a 2 jours", "2 days ago", id="some time in a day"),
        pytest.param(
            between(oldest=26 * HOUR, newest=2 * HOUR), "il y a 1 jour", "1 day ago", id="no finer than it is wide"
        ),
        pytest.param(between(oldest=21 * DAY, newest=14 * DAY), "il y a 2 semaines", "2 weeks ago", id="a week"),
        pytest.param(between(oldest=90 * DAY, newest=60 * DAY), "il y a 2 mois", "2 months ago", id="a month"),
        pytest.param(between(oldest=1000 * DAY, newest=800 * DAY), "il y a 2 ans", "2 years ago", id="years"),
    ],
)
def test_an_age_is_no_more_precise_than_what_is_known(
    published: Published, french: str, english: str, templates: Templates
) -> None:
    assert plain(words_in("fr", templates).age(published, now=NOW)) == french
    assert plain(words_in("en", templates).age(published, now=NOW)) == english


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Sunday 22 November 2026"),
        ("en-US", "Sunday November 22, 2026"),
        ("fr", "dimanche 22 novembre 2026"),
        ("de", "Sonntag, 22. November 2026"),
        ("es", "domingo, 22 de noviembre de 2026"),
        ("it", "domenica 22 novembre 2026"),
        ("pt", "domingo, 22 de novembro de 2026"),
        ("nl", "zondag 22 november 2026"),
    ],
)
def test_the_date_is_written_as_the_language_writes_it(language: str, written: str, templates: Templates) -> None:
    assert words_in(language, templates).full_date(date(2026, 11, 22)) == written


@pytest.mark.parametrize(
    ("language", "zone", "written"),
    [
        ("fr", "Europe/Paris", "7 h 40 (Paris)"),
        ("en", "Europe/Paris", "07:40 (Paris)"),
        ("de", "America/New_York", "1:40 (New York)"),
        ("it", "Europe/Paris", "7:40 (Parigi)"),
        ("en", "UTC", "06:40 (UTC)"),
        ("en", "Etc/GMT+3", "03:40 (GMT+3)"),
    ],
)
def test_a_time_of_day_is_local_and_says_where(language: str, zone: str, written: str, templates: Templates) -> None:
    words = words_in(language, templates)
    assert plain(f"{words.clock(NOW, timezone=zone)} ({words.zone(zone)})") == written


@pytest.mark.parametrize(
    ("code", "name", "french"),
    [
        ("UA", "Ukraine", "Ukraine"),
        ("EU", "European Union", "Union européenne"),
        ("UN", "United Nations", "Nations Unies"),
        ("NATO", "NATO", "OTAN"),
        ("001", "World", "Monde"),
        ("HK", "Hong Kong", "Hong Kong"),
        ("XQ", "Somewhere New", "Somewhere New"),
    ],
)
def test_a_place_is_named_by_its_code(code: str, name: str, french: str, templates: Templates) -> None:
    assert words_in("fr", templates).place(Region(code=code, name=name, area=Area.WORLD)) == french


@pytest.mark.parametrize(
    ("key", "kind", "title", "german"),
    [
        ("middle-east", SectionKind.REGION, "Middle East", "Naher Osten"),
        ("labour", SectionKind.THEME, "Labour", "Arbeit"),
        ("chess", SectionKind.THEME, "Chess", "Chess"),
        ("Energie", SectionKind.TOPIC, "Energie", "Energie"),
        ("europe", SectionKind.TOPIC, "europe", "europe"),
        ("other", SectionKind.REGION, "Other", "Weitere Meldungen"),
    ],
)
def test_a_section_is_headed_in_the_frames_language(
    key: str, kind: SectionKind, title: str, german: str, templates: Templates
) -> None:
    codes = {"labour": "medtop:09000000", "chess": "medtop:99000000"}
    told = story(theme=Theme(code=codes[key], name=key)) if key in codes else story()
    section = Section(key=key, title=title, kind=kind, stories=(told,))
    assert words_in("de", templates).section_title(section) == german


def test_a_theme_is_one_word_and_an_unknown_one_keeps_its_name(templates: Templates) -> None:
    words = words_in("nl", templates)
    assert words.theme(Theme(code="medtop:07000000", name="health")) == "gezondheid"
    assert words.theme(Theme(code="medtop:77000000", name="chess")) == "chess"


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [("en", 1, "1 story"), ("en", 0, "0 stories"), ("fr", 0, "0 sujet"), ("fr", 1234, "1 234 sujets")],
)
def test_the_plural_is_the_languages_own(language: str, n: int, said: str, templates: Templates) -> None:
    assert plain(words_in(language, templates).count("{n} story", "{n} stories", n)) == said


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("fr", "fr"), ("fr-CA", "fr"), ("pt_BR", "pt"), ("de-XX", "de"), ("sv", "en"), ("", "en"), ("en-!!", "en")],
)
def test_a_frame_without_a_catalogue_is_english_and_says_so(asked: str, spoken: str, templates: Templates) -> None:
    words = words_in(asked, templates)
    assert (words.language, words.direction) == (spoken, "ltr")


def test_arabic_hebrew_persian_and_urdu_run_the_other_way() -> None:
    assert [direction_of(tag) for tag in ("ar", "he", "fa-IR", "ur", "fr", "", None)] == ["rtl"] * 4 + ["ltr"] * 3


def catalogue(language: str, templates: Templates) -> dict[object, str]:
    compiled = GNUTranslations(BytesIO(dict(templates.catalogues)[language]))
    return {key: text for key, text in compiled._catalog.items() if key}  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_catalogue_says_everything_with_the_same_values(language: str, templates: Templates) -> None:
    french, this = catalogue("fr", templates), catalogue(language, templates)
    assert set(this) == set(french)
    for key, text in this.items():
        msgid = key[0] if isinstance(key, tuple) else str(key)
        assert set(re.findall(r"\{\w+\}", text)) <= set(re.findall(r"\{\w+\}", msgid)), text
        assert text.strip() == text != ""


def test_every_sentence_of_code_and_templates_is_in_the_catalogues(templates: Templates) -> None:
    known = {key[0] if isinstance(key, tuple) else key for key in catalogue("fr", templates)}
    known = {str(key).rpartition("\x04")[2] for key in known}
    sources = [*(ROOT / "briefing/render").glob("*.py"), *(ROOT / "templates").glob("*.j2")]
    said = [
        text
        for path in sources
        for text in re.findall(r'(?:\bsay|\.count|\b_list)\(\s*"([^"]+)"', path.read_text("utf-8"))
    ]
    assert len(said) > 20
    assert [text for text in said if text not in known] == []


def test_a_translation_that_asks_for_a_value_nobody_gives_is_named(templates: Templates) -> None:
    words = words_in("fr", templates)
    broken = Words(language="xx", locale=words.locale, translations=words.translations)
    with pytest.raises(RenderError, match=r"xx\.po.*jour"):
        broken.say("day {n}", m=1)

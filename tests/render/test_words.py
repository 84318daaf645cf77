from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from briefing.errors import RenderError
from briefing.model.article import Published
from briefing.model.edition import Section, SectionKind
from briefing.model.story import Area, Region, Theme
from briefing.render.templates import Templates, load_templates
from briefing.render.words import Words, capitalised, direction_of, words_in
from tests.make import story

NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)


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
        ("pl", "niedziela, 22 listopada 2026"),
        ("ar", "الأحد، 22 نوفمبر 2026"),
        ("ar-EG", "الأحد، 22 نوفمبر 2026"),
        ("hi", "रविवार, 22 नवंबर 2026"),
        ("ja", "2026年11月22日日曜日"),
        ("zh", "2026年11月22日星期日"),
        ("zh-TW", "2026年11月22日星期日"),
    ],
)
def test_the_date_is_written_as_the_language_writes_it(language: str, written: str, templates: Templates) -> None:
    assert words_in(language, templates).full_date(date(2026, 11, 22)) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", ("mercredi 1er avril 2026", "1er avril", "1er avril 2026")),
        ("fr-CH", ("mercredi, 1er avril 2026", "1er avril", "1er avril 2026")),
        ("pt", ("quarta-feira, 1º de abril de 2026", "1º de abril", "1º de abril de 2026")),
        ("pt-BR", ("quarta-feira, 1º de abril de 2026", "1º de abril", "1º de abril de 2026")),
        ("pt-PT", ("quarta-feira, 1 de abril de 2026", "1 de abril", "1 de abril de 2026")),
        ("it", ("mercoledì 1 aprile 2026", "1 aprile", "1 aprile 2026")),
        ("en", ("Wednesday 1 April 2026", "1 April", "1 April 2026")),
        ("zh", ("2026年4月1日星期三", "4月1日", "2026年4月1日")),
    ],
)
def test_the_first_of_a_month_is_written_as_the_language_writes_it(
    language: str, written: tuple[str, str, str], templates: Templates
) -> None:
    words, first = words_in(language, templates), date(2026, 4, 1)
    days = (words.day(first, today=today) for today in (NOW.date(), date(2027, 1, 1)))
    assert (words.full_date(first), *days) == written


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ("il y a 5 min", "il y a 3 h", "il y a 2 jours", "14 novembre")),
        ("de", ("vor 5 Min.", "vor 3 Std.", "vor 2 Tagen", "14. November")),
        ("es", ("hace 5 min", "hace 3 h", "hace 2 días", "14 de noviembre")),
        ("it", ("5 min fa", "3 h fa", "2 giorni fa", "14 novembre")),
        ("pt", ("há 5 min.", "há 3 h", "há 2 dias", "14 de novembro")),
        ("nl", ("5 min. geleden", "3 uur geleden", "2 dagen geleden", "14 november")),
        ("pl", ("5 min temu", "3 godz. temu", "2 dni temu", "14 listopada")),
        ("ar", ("قبل 5 دقائق", "قبل 3 ساعات", "قبل يومين", "14 نوفمبر")),
        ("hi", ("5 मिनट पहले", "3 घंटे पहले", "2 दिन पहले", "14 नवंबर")),
        ("ja", ("5分前", "3時間前", "2日前", "11月14日")),
        ("zh", ("5分钟前", "3小时前", "2天前", "11月14日")),
    ],
)
def test_an_age_reads_as_in_a_newspaper_of_the_language(
    language: str, said: tuple[str, ...], templates: Templates
) -> None:
    published = (ago(minutes=5), ago(hours=3), ago(days=2), ago(days=8))
    assert tuple(plain(words_in(language, templates).age(one, now=NOW)) for one in published) == said


@pytest.mark.parametrize(
    ("language", "zone", "written"),
    [
        ("fr", "Europe/Paris", "7 h 40 (Paris)"),
        ("en", "Europe/Paris", "07:40 (Paris)"),
        ("de", "America/New_York", "1:40 (New York)"),
        ("it", "Europe/Paris", "7:40 (Parigi)"),
        ("pt", "Europe/Paris", "7h40 (Paris)"),
        ("pl", "Europe/Paris", "7:40 (Paryż)"),
        ("ar", "Europe/Paris", "07:40 (باريس)"),
        ("hi", "Europe/Paris", "07:40 (पेरिस)"),
        ("ja", "Europe/Paris", "7時40分 (パリ)"),
        ("zh", "Europe/Paris", "07:40 (巴黎)"),
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
    ("language", "names"),
    [
        ("en", ("United States", "United Kingdom", "United Nations")),
        ("de", ("USA", "Großbritannien", "Vereinte Nationen")),
        ("pl", ("USA", "Wielka Brytania", "ONZ")),
        ("hi", ("अमेरिका", "ब्रिटेन", "संयुक्त राष्ट्र")),
        ("ja", ("米国", "英国", "国連")),
        ("zh", ("美国", "英国", "联合国")),
    ],
)
def test_a_place_has_the_name_that_newspapers_print(
    language: str, names: tuple[str, ...], templates: Templates
) -> None:
    words = words_in(language, templates)
    assert tuple(words.place(Region(code=code, name=code, area=Area.WORLD)) for code in ("US", "GB", "UN")) == names


def test_a_catalogue_without_the_shorter_name_leaves_the_countrys_own(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "sv.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', "utf-8"
    )
    words = words_in("sv", load_templates(tmp_path))
    assert words.place(Region(code="US", name="United States", area=Area.NORTH_AMERICA)) == "USA"
    assert words.place(Region(code="GB", name="United Kingdom", area=Area.EUROPE)) == "Storbritannien"


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
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("pt_BR", "pt"),
        ("pt-PT", "pt"),
        ("de-XX", "de"),
        ("zh-CN", "zh"),
        ("zh-Hant", "zh"),
        ("sv", "en"),
        ("en", "en"),
        ("en-US", "en"),
        ("", "en"),
        ("en-!!", "en"),
    ],
)
def test_a_frame_without_a_catalogue_is_english_and_says_so(asked: str, spoken: str, templates: Templates) -> None:
    words = words_in(asked, templates)
    assert (words.language, words.direction) == (spoken, "ltr")


def test_a_country_has_its_own_dates_and_places(templates: Templates) -> None:
    zones = [words_in(tag, templates).zone("America/New_York") for tag in ("pt", "pt-BR", "pt-PT")]
    assert zones == ["Nova York", "Nova York", "Nova Iorque"]


@pytest.mark.parametrize("asked", ["zh-Hant", "zh-TW", "zh_HK"])
def test_a_frame_asked_for_in_traditional_chinese_never_mixes_the_scripts(asked: str, templates: Templates) -> None:
    words, simplified = words_in(asked, templates), words_in("zh", templates)
    assert (words.language, words.locale) == (simplified.language, simplified.locale)
    assert words.age(ago(hours=3), now=NOW) == "3小时前"
    assert words.zone("America/New_York") == "纽约"


def test_a_frame_in_traditional_chinese_may_be_brought_along(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "zh_Hant.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "just now"\nmsgstr "剛剛"\n', "utf-8"
    )
    for tag in ("zh-Hant", "zh-TW", "zh-HK"):
        words = words_in(tag, load_templates(tmp_path))
        assert (words.language, words.say("just now"), words.age(ago(hours=3), now=NOW)) == (
            "zh-Hant",
            "剛剛",
            "3小時前",
        )
    assert words_in("zh", load_templates(tmp_path)).say("just now") == "刚刚"


@pytest.mark.parametrize(
    ("language", "listed", "paragraph"),
    [
        ("en", "Ekho, Bild und Funk, NHK", "Eins. Zwei."),
        ("fr", "Ekho, Bild und Funk, NHK", "Eins. Zwei."),
        ("pl", "Ekho, Bild und Funk, NHK", "Eins. Zwei."),
        ("hi", "Ekho, Bild und Funk, NHK", "Eins. Zwei."),
        ("ar", "Ekho\u200f، Bild und Funk\u200f، NHK", "Eins. Zwei."),
        ("ja", "Ekho、Bild und Funk、NHK", "Eins.Zwei."),
        ("zh", "Ekho、Bild und Funk、NHK", "Eins.Zwei."),
    ],
)
def test_names_and_sentences_are_strung_together_as_the_language_does(
    language: str, listed: str, paragraph: str, templates: Templates
) -> None:
    words = words_in(language, templates)
    assert words.list(["Ekho", "Bild und Funk", "NHK"]) == listed
    assert (words.list(["Ekho"]), words.list([])) == ("Ekho", "")
    assert words.prose("Eins.", "", "Zwei.") == paragraph
    assert words.prose("", "") == ""


@pytest.mark.parametrize(
    ("text", "large"),
    [
        ("niedziela", "Niedziela"),
        ("świat", "Świat"),
        ("ǆep", "ǅep"),
        ("ქართული", "ქართული"),
        ("العالم", "العالم"),
        ("विश्व", "विश्व"),
        ("世界", "世界"),
        ("3. dzień", "3. dzień"),
        ("", ""),
    ],
)
def test_a_first_letter_is_large_where_the_script_has_large_ones(text: str, large: str) -> None:
    assert capitalised(text) == large


def test_arabic_hebrew_persian_and_urdu_run_the_other_way() -> None:
    assert [direction_of(tag) for tag in ("ar", "he", "fa-IR", "ur", "fr", "", None)] == ["rtl"] * 4 + ["ltr"] * 3


def test_a_translation_that_asks_for_a_value_nobody_gives_is_named(templates: Templates) -> None:
    words = words_in("fr", templates)
    broken = Words(language="xx", locale=words.locale, translations=words.translations)
    with pytest.raises(RenderError, match=r"xx\.po.*jour"):
        broken.say("day {n}", m=1)

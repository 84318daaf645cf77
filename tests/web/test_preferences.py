from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine

from briefing.model.edition import SectionKind
from briefing.model.settings import Schedule, SectionPlan, Topic
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.preferences import FIELDS, WrongFieldsError, fill_in, offer_of, read_preferences
from tests.make import NOW
from tests.web.browser import Answer
from tests.web.site import OPEN, Site

Form = dict[str, list[str]]
TOPICS = (Topic(name="Rivers"), Topic(name='Chess & "Go"'), Topic(name="Gossip", mute=True))
CONFIG = replace(OPEN, topics=TOPICS, schedule=Schedule(at=time(7), days=(0, 1, 2, 3, 4)))


TODAY = NOW.date()


@pytest.fixture
def site(engine: Engine) -> Site:
    return Site(engine, config=CONFIG)


def filled(page: Answer) -> Form:
    """What a browser would post, were the button pressed without touching anything."""
    form: Form = {}
    for tag in re.findall(r"<input [^>]*>", page.text):
        values = {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', tag)}
        if values["type"] != "checkbox" or " checked" in tag:
            form.setdefault(values["name"], []).append(values["value"])
    for name, options in re.findall(r'<select id="\w+" name="(\w+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        form[name] = [unescape(value) for value in re.findall(r'value="([^"]*)"[^>]* selected', options)]
    return form


CHOSEN: dict[str, Any] = {
    "language": "de",
    "languages": ("de", "sv"),
    "timezone": "Asia/Kathmandu",
    "topics": ("Rivers",),
    "sections": ("europe", "other"),
    "at": time(5, 45),
    "days": (5, 6),
    "paused_until": TODAY + timedelta(days=8),
    "name": "Mina",
}


@pytest.mark.parametrize("chosen", [{}, CHOSEN, {"timezone": "Asia/Calcutta"}], ids=["nothing", "all", "an old name"])
def test_a_form_that_nobody_touched_changes_nothing(site: Site, chosen: dict[str, Any]) -> None:
    mina = site.put("mina", **chosen)
    before = site.dump()
    page = site.get(site.link(mina, "p"))
    assert page.status == 200
    saved = site.post(site.link(mina, "p"), filled(page))
    assert (saved.status, 'role="status"' in saved.text) == (200, True)
    assert site.dump() == before
    assert site.told == []


def test_everything_that_is_chosen_is_kept(site: Site) -> None:
    mina = site.put("mina", topics=("Rivers",), languages=("fr",))
    form = {
        "language": "ja",
        "languages": ["pt", "ar"],
        "timezone": "America/Argentina/Buenos_Aires",
        "at": "18:05",
        "days": ["6", "0"],
        "topics": ['Chess & "Go"'],
        "sections": ["asia", "world"],
    }
    saved = site.post(site.link(mina, "p"), form)
    assert site.store.find_by_id("mina") == replace(
        mina,
        language="ja",
        languages=("ar", "pt"),
        timezone="America/Argentina/Buenos_Aires",
        at=time(18, 5),
        days=(0, 6),
        topics=('Chess & "Go"',),
        sections=("asia", "world"),
    )
    assert '<html lang="ja"' in saved.text
    assert site.told == [("changed", "mina@readers.example")]


def test_what_is_unticked_is_taken_back(site: Site) -> None:
    mina = site.put("mina", **CHOSEN)
    form = filled(site.get(site.link(mina, "p")))
    for field in ("topics", "languages"):
        del form[field]
    form |= {"sections": list(site.readers.sections), "days": list("01234"), "at": ["07:00"], "language": ["en"]}
    form["paused_until"] = [""]
    site.post(site.link(mina, "p"), form | {"timezone": ["Europe/Paris"]})
    assert site.store.find_by_id("mina") == Subscriber(
        id="mina", email=mina.email, name="Mina", status=SubscriberStatus.CONFIRMED
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", ["25:00"]),
        ("at", ["soon"]),
        ("at", []),
        ("at", ["07:00", "08:00"]),
        ("at", ["07:00<script>"]),
        ("timezone", ["Europe/Viena"]),
        ("language", ["sv"]),
        ("languages", ["de", "klingon"]),
        ("days", []),
        ("days", ["7"]),
        ("days", ["monday"]),
        ("paused_until", ["soon"]),
        ("paused_until", ["2026-11-21"]),
        ("paused_until", ["2027-11-24"]),
        ("paused_until", ["2026-12-01", "2026-12-02"]),
        ("paused_until", ["2026-12-01<script>"]),
        ("topics", ["Gossip"]),
        ("sections", []),
        ("sections", ["atlantis"]),
    ],
)
def test_one_wrong_field_keeps_all_from_being_saved_and_what_was_typed_stays(
    site: Site, field: str, value: list[str]
) -> None:
    mina = site.put("mina", **CHOSEN)
    before = site.dump()
    form = filled(site.get(site.link(mina, "p"))) | {"topics": ['Chess & "Go"'], "sections": ["asia"]} | {field: value}
    page = site.post(site.link(mina, "p"), form)
    assert page.status == 422
    assert re.findall(r'class="error" id="(\w+)-error"', page.text) == [field]
    assert f'aria-describedby="{field}-error"' in page.text
    assert site.dump() == before
    again = filled(page)
    if field != "topics":
        assert again["topics"] == ['Chess & "Go"']
    if field == "at" and value == ["25:00"]:
        assert again["at"] == value


def test_seconds_that_a_browser_adds_to_a_time_are_no_fault(site: Site) -> None:
    mina = site.put("mina")
    form = filled(site.get(site.link(mina, "p"))) | {"at": ["06:30:00"]}
    assert site.post(site.link(mina, "p"), form).status == 200
    kept = site.store.find_by_id("mina")
    assert kept is not None
    assert kept.at == time(6, 30)


def test_choosing_neither_confirms_nor_brings_back(site: Site) -> None:
    asked = site.put("asked", SubscriberStatus.UNCONFIRMED)
    form = filled(site.get(site.link(asked, "p"))) | {
        "at": ["05:00"],
        "status": ["confirmed"],
        "email": ["x@y.example"],
    }
    assert site.post(site.link(asked, "p"), form).status == 200
    kept = site.store.find_by_id("asked")
    assert kept == replace(asked, at=time(5))
    for status in (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED):
        away = site.put(status.value, status)
        answers = {site.get(site.link(away, "p")).status, site.post(site.link(away, "p"), form).status}
        assert answers == {404}
        assert site.store.find_by_id(status.value) == away


def test_a_no_that_comes_while_choices_are_saved_stands(site: Site) -> None:
    mina = site.put("mina")
    seen = site.store.find_by_id("mina")
    assert seen is not None
    site.post(site.link(mina, "u"))
    assert site.store.change_subscribers([(seen, replace(seen, at=time(5)))]) == frozenset()
    assert site.status("mina") == "unsubscribed"


def test_bad_links_get_one_answer(site: Site) -> None:
    mina = site.put("mina")
    bad = ["/p/forged", site.link(mina, "p")[:-1], "/p" + site.link(mina, "u")[2:], "/p" + site.link(mina, "c")[2:]]
    bad.append(f"/p/{site.signer.sign('gone', 'preferences')}")
    answers = [site.get(path) for path in bad] + [site.post(path, {"at": "05:00"}) for path in bad]
    assert {(answer.status, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_the_form_offers_topics_that_are_not_muted_and_every_section(site: Site) -> None:
    page = site.get(site.link(site.put("mina"), "p")).text
    assert "Gossip" not in page
    assert "Chess &amp; &#34;Go&#34;" in page
    assert page.count('name="sections"') == 9
    assert page.count('name="sections"') == len(re.findall(r'name="sections"[^>]* checked', page))
    assert "Middle East" in page
    assert "Other stories" in page


@pytest.mark.parametrize(
    ("by", "language", "words"),
    [
        (SectionKind.REGION, "fr", ["Moyen-Orient", "Autres sujets"]),
        (SectionKind.THEME, "fr", ["Économie", "Météo"]),
        (SectionKind.TOPIC, "de", ["Rivers", "Weitere Meldungen"]),
    ],
)
def test_sections_are_called_what_the_edition_calls_them(
    engine: Engine, by: SectionKind, language: str, words: list[str]
) -> None:
    site = Site(engine, config=replace(CONFIG, sections=SectionPlan(by=by)))
    page = site.get(site.link(site.put("mina", language=language), "p")).text
    assert [word for word in words if f">{word}</span>" not in page] == []


def test_without_topics_there_is_no_empty_field(engine: Engine) -> None:
    site = Site(engine, config=replace(CONFIG, topics=()))
    assert 'name="topics"' not in site.get(site.link(site.put("mina"), "p")).text


def test_a_form_without_anything_names_every_field_that_needs_something() -> None:
    offer = offer_of(CONFIG, frames=("fr",))
    with pytest.raises(WrongFieldsError) as caught:
        read_preferences({}, Subscriber(id="mina", email="mina@example.org"), offer, today=TODAY)
    assert caught.value.fields == frozenset(FIELDS) - {"languages", "topics", "paused_until"}


def test_a_language_without_a_catalogue_may_be_kept_by_who_has_it() -> None:
    offer = offer_of(CONFIG, frames=("fr",))
    reader = Subscriber(id="mina", email="mina@example.org", language="sv")
    assert read_preferences(fill_in(reader, offer, today=TODAY), reader, offer, today=TODAY) == reader


# Pauses


def test_a_pause_is_kept_shown_back_and_told(site: Site) -> None:
    mina = site.put("mina")
    page = site.get(site.link(mina, "p"))
    assert 'type="date" dir="ltr" min="2026-11-22" max="2027-11-23" value=""' in page.text
    assert "Delivery is paused" not in page.text
    saved = site.post(site.link(mina, "p"), filled(page) | {"paused_until": ["2026-12-01"]})
    assert site.store.find_by_id("mina") == replace(mina, paused_until=date(2026, 12, 1))
    for shown in (saved, site.get(site.link(mina, "p"))):
        assert (shown.status, filled(shown)["paused_until"]) == (200, ["2026-12-01"])
        assert "Delivery is paused and resumes on Tuesday 1 December 2026." in shown.text
    ended = site.post(site.link(mina, "p"), filled(saved) | {"paused_until": [""]})
    assert "Delivery is paused" not in ended.text
    assert site.store.find_by_id("mina") == mina
    assert site.told == [("changed", mina.email)] * 2


def test_a_pause_is_told_in_the_readers_language(site: Site) -> None:
    mina = site.put("mina", language="fr", paused_until=date(2026, 12, 1))
    assert "reprendra le mardi 1er décembre 2026." in unescape(site.get(site.link(mina, "p")).text)


@pytest.mark.parametrize(
    ("zone", "until", "is_shown"),
    [
        ("Pacific/Kiritimati", date(2026, 11, 23), False),
        ("Europe/Paris", date(2026, 11, 23), True),
        ("Europe/Paris", date(2026, 11, 22), False),
        ("Pacific/Pago_Pago", date(2026, 11, 22), True),
        ("Europe/Paris", date(2020, 1, 1), False),
    ],
)
def test_a_pause_is_over_when_its_day_begins_where_the_reader_lives(
    site: Site, zone: str, until: date, is_shown: bool
) -> None:
    site.clock.moment = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    mina = site.put("mina", timezone=zone, paused_until=until)
    page = site.get(site.link(mina, "p"))
    assert (filled(page)["paused_until"], "Delivery is paused" in page.text) == ([f"{until}" * is_shown], is_shown)
    site.post(site.link(mina, "p"), filled(page))
    kept = site.store.find_by_id("mina")
    assert kept is not None
    assert kept.paused_until == (until if is_shown else None)


def test_today_is_no_pause_and_a_year_is_the_longest(site: Site) -> None:
    mina = site.put("mina")
    form = filled(site.get(site.link(mina, "p")))
    assert site.post(site.link(mina, "p"), form | {"paused_until": ["2026-11-22"]}).status == 200
    assert site.store.find_by_id("mina") == mina
    assert site.post(site.link(mina, "p"), form | {"paused_until": ["2027-11-23"]}).status == 200
    assert site.store.find_by_id("mina") == replace(mina, paused_until=date(2027, 11, 23))


def test_a_form_left_open_past_the_end_of_the_pause_is_still_taken(site: Site) -> None:
    mina = site.put("mina", paused_until=date(2026, 11, 23))
    form = filled(site.get(site.link(mina, "p"))) | {"at": ["05:00"]}
    site.later(days=3)
    assert site.post(site.link(mina, "p"), form).status == 200
    assert site.store.find_by_id("mina") == replace(mina, at=time(5), paused_until=None)


def test_a_form_without_the_field_leaves_the_pause(site: Site) -> None:
    mina = site.put("mina", paused_until=date(2026, 12, 1))
    form = filled(site.get(site.link(mina, "p")))
    del form["paused_until"]
    assert site.post(site.link(mina, "p"), form).status == 200
    assert site.store.find_by_id("mina") == mina


def test_no_link_changes_a_pause_by_being_followed(site: Site) -> None:
    mina = site.put("mina")
    before = site.dump()
    site.get(site.link(mina, "p") + "?paused_until=2026-12-01")
    assert site.dump() == before

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from html import unescape
from typing import Any

import pytest
from sqlalchemy import Engine

from briefing.model.edition import SectionKind
from briefing.model.settings import Schedule, SectionPlan, Topic
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.preferences import FIELDS, WrongFieldsError, fill_in, offer_of, read_preferences
from briefing.store.database import open_database
from tests.web.browser import Answer
from tests.web.site import OPEN, Site

Form = dict[str, list[str]]
TOPICS = (Topic(name="Rivers"), Topic(name='Chess & "Go"'), Topic(name="Gossip", mute=True))
CONFIG = replace(OPEN, topics=TOPICS, schedule=Schedule(at=time(7), days=(0, 1, 2, 3, 4)))


@pytest.fixture
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('site')}/briefing.db")
    yield engine
    engine.dispose()


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
        read_preferences({}, Subscriber(id="mina", email="mina@example.org"), offer)
    assert caught.value.fields == frozenset(FIELDS) - {"languages", "topics"}


def test_a_language_without_a_catalogue_may_be_kept_by_who_has_it() -> None:
    offer = offer_of(CONFIG, frames=("fr",))
    reader = Subscriber(id="mina", email="mina@example.org", language="sv")
    assert read_preferences(fill_in(reader, offer), reader, offer) == reader

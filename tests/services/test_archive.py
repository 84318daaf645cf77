from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from briefing.errors import NothingToSendError
from briefing.model.article import Article
from briefing.model.settings import Config, Look, WebRule
from briefing.render.links import ARCHIVE_URL
from briefing.render.mjml import RenderedEdition
from briefing.render.templates import load_templates
from briefing.services.archive import ArchiveLinks, PastEditions, archived
from briefing.services.segments import segment_of
from tests import make
from tests.fakes import FakeCollector, PlainSigner
from tests.services.house import CONFIG, FERRY, FROMAGE, SENDER, WIND, FakeHouse, collected, confirmed, without_the_link

TODAY = date(2026, 11, 22)
OFFLINE = replace(CONFIG, mail=replace(CONFIG.mail, sender=replace(SENDER, public_url=None)))
PUBLIC = replace(CONFIG, web=WebRule(archive="public"))


def rendered(subject: str, preheader: str = "") -> RenderedEdition:
    return RenderedEdition(subject=subject, preheader=preheader, html="", text="")


# What the list says.


@pytest.mark.parametrize(
    ("language", "logo", "subject", "title"),
    [
        ("en", None, "The Morning Post: Ferries return · A lamp is lit", "Ferries return · A lamp is lit"),
        ("fr", None, "The Morning Post\N{NO-BREAK SPACE}: Les bacs reviennent", "Les bacs reviennent"),
        ("en", "The Post", "The Post: Ferries return", "Ferries return"),
        ("en", None, "Another name: Ferries return", "Another name: Ferries return"),
        ("en", None, "The Morning Post, Sunday 22 November 2026", "The Morning Post, Sunday 22 November 2026"),
    ],
    ids=["English", "French", "a name in the masthead", "a name we do not know", "nothing told"],
)
def test_a_title_is_the_subject_without_the_name(language: str, logo: str | None, subject: str, title: str) -> None:
    edition = make.edition(language=language)
    assert archived(edition, rendered(subject), look=Look(logo=logo), templates=load_templates()).title == title


def test_no_headline_is_told_twice() -> None:
    mail = rendered("The Morning Post: One · Two", "Two · Three · Four")
    assert archived(make.edition(), mail, look=Look(), templates=load_templates()).preheader == "Three · Four"


# Links in the mail.


def test_a_reader_finds_this_edition_and_the_earlier_ones() -> None:
    links = FakeHouse().copies().links_of(confirmed("ada"))
    sign = PlainSigner().sign
    assert links.archive == f"https://post.example/e/{sign('ada 2026-11-22 default', 'archive')}"
    assert links.editions == f"https://post.example/editions/{sign('ada', 'editions')}"


def test_readers_with_choices_are_led_to_the_edition_of_those_choices() -> None:
    reader = confirmed("ada", languages=("fr",))
    for config in (CONFIG, PUBLIC):
        link = FakeHouse(config=config).copies().links_of(reader).archive
        opens = PlainSigner().read(str(link).removeprefix("https://post.example/e/"), "archive")
        assert opens == f"ada 2026-11-22 {segment_of(reader, config).key}"


def test_everybodys_archive_is_linked_without_a_token() -> None:
    links = FakeHouse(config=PUBLIC).copies().links_of(confirmed("ada"))
    assert (links.archive, links.editions) == (
        "https://post.example/archive/2026-11-22",
        "https://post.example/archive",
    )


def test_without_a_public_address_there_is_nothing_to_link_to() -> None:
    links = FakeHouse(config=OFFLINE).copies().links_of(confirmed("ada"))
    assert (links.archive, links.editions) == (None, None)


def test_the_links_of_a_sample_open_nothing_and_are_the_same_on_every_machine() -> None:
    _, files = default_files(FakeHouse())
    for address in ("e/sample", "editions/sample"):
        assert f"https://post.example/{address}" in files["edition.html"].decode()


def default_files(house: FakeHouse) -> tuple[str, dict[str, bytes]]:
    house.newsroom.build()
    return "default", house.shelf.files["default"]


def test_where_readers_alone_may_read_there_is_nothing_for_everybody() -> None:
    house = FakeHouse()
    house.morning.send_all()
    links = ArchiveLinks(config=CONFIG, signer=PlainSigner())
    past = PastEditions(archive=house.archive, store=house.store, links=links, list_id="post.mail.example")
    assert (past.public_list(), past.public_page("2026-11-22")) == (None, None)


# What is kept, and when.


def kept(house: FakeHouse) -> dict[tuple[date, str], str]:
    return {key: html for key, (_, html) in house.archive.pages.items()}


def is_told(article: Article, page: str) -> bool:
    """Whether a page has the headline, whatever spaces its typography wants."""
    return str(article.title) in " ".join(page.split())


@pytest.mark.parametrize("config", [CONFIG, PUBLIC, OFFLINE], ids=["private", "public", "offline"])
def test_a_sent_edition_is_kept_with_its_stories_and_nobodys_links(config: Config) -> None:
    house = FakeHouse(config=config)
    house.morning.send_all()
    (page,) = kept(house).values()
    assert is_told(FERRY, page)
    assert ARCHIVE_URL not in page
    assert "/u/" not in page
    assert not [name for name in house.store.readers if PlainSigner().sign(name, "unsubscribe") in page]
    (listed,) = house.archive.list_editions("default", limit=9)
    assert (listed.date, listed.language, listed.built_at) == (TODAY, "en", house.clock.now())
    assert not listed.title.startswith("The Morning Post")


def test_each_segment_that_was_served_is_kept() -> None:
    house = FakeHouse()
    french = confirmed("ada", languages=("fr",))
    house.store.save_subscribers([french, confirmed("cleo", languages=("it",))])
    house.morning.send_all()
    own = segment_of(french, CONFIG).key
    assert set(kept(house)) == {(TODAY, "default"), (TODAY, own)}
    assert is_told(FROMAGE, kept(house)[TODAY, own])
    assert not is_told(WIND, kept(house)[TODAY, own])


def test_building_previewing_and_test_copies_keep_nothing() -> None:
    house = FakeHouse()
    house.newsroom.build()
    house.morning.send_test("me@desk.example")
    assert kept(house) == {}


def test_an_edition_that_nobody_got_is_not_kept() -> None:
    for house in (FakeHouse(templates=without_the_link(load_templates())), FakeHouse(config=CONFIG)):
        house.store.readers = house.store.readers if house.templates != load_templates() else {}
        house.morning.send_all()
        assert kept(house) == {}
    silent = FakeHouse(collector=FakeCollector(collected()))
    with pytest.raises(NothingToSendError):
        silent.morning.send_all()
    assert kept(silent) == {}


def test_the_page_stays_as_first_sent_when_somebody_joins_later() -> None:
    house = FakeHouse()
    house.morning.send_all()
    first = kept(house)
    house.clock.moment += timedelta(minutes=90)
    house.collector.collected = collected(WIND)
    house.store.save_subscriber(confirmed("cleo"))
    house.morning.send_all()
    assert house.transport.recipients[-1] == "cleo@readers.example"
    assert kept(house) == first


def test_a_page_that_cannot_be_made_costs_the_mail_its_link_and_nothing_else() -> None:
    house = FakeHouse()
    broken = "{% if is_page %}{{ nothing.at.all }}{% endif %}"
    sources = tuple((n, broken + text if n == "edition.mjml.j2" else text) for n, text in house.templates.sources)
    house.templates = replace(house.templates, sources=sources)
    (report,) = house.morning.send_all()
    assert report.sent == 2
    assert [problem.stage for problem in report.problems] == ["render"]
    assert kept(house) == {}
    assert not [copy for copy in house.transport.taken if b"/e/" in copy.message]

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest
from starlette.applications import Starlette

from briefing.model.settings import Config, Look
from briefing.model.subscriber import SubscriberStatus
from briefing.render.templates import Templates, load_templates
from briefing.render.words import words_in
from briefing.services.archive import ArchiveLinks, PastEditions
from briefing.services.subscribe import UNSUBSCRIBE, ReaderList
from briefing.web.archive_pages import ArchivePages
from briefing.web.pages import Stationery
from briefing.web.reader_pages import ReaderPages, reader_app
from tests.fakes import FixedClock, MemoryArchive, MemorySubscribers, PlainSigner
from tests.make import NOW
from tests.services.house import CONFIG, confirmed
from tests.web.browser import Answer, ask

ONE_CLICK = b"List-Unsubscribe=One-Click"


@dataclass
class Site:
    """The readers' pages of a list with two people on it."""

    language: str = "en"
    name: str = "The Morning Post"
    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    templates: Templates = field(default_factory=load_templates)
    config: Config = CONFIG

    def __post_init__(self) -> None:
        self.store.save_subscribers([confirmed("ada"), confirmed("ben")])

    @property
    def app(self) -> Starlette:
        readers = ReaderList(store=self.store, signer=PlainSigner(), clock=FixedClock(NOW), new_id=lambda: "new")
        stationery = Stationery(name=self.name, look=Look(), words=words_in(self.language, self.templates))
        links = ArchiveLinks(config=self.config, signer=PlainSigner())
        past = PastEditions(archive=MemoryArchive(), store=self.store, links=links, list_id="post.mail.example")
        archive = ArchivePages(name=self.name, look=Look(), templates=self.templates, past=past)
        return reader_app(ReaderPages(stationery=stationery, readers=readers), archive)

    def link(self, name: str = "ada", purpose: str = UNSUBSCRIBE) -> str:
        return f"/u/{PlainSigner().sign(name, purpose)}"

    def post(self, path: str, body: bytes = b"") -> Answer:
        return ask(self.app, path, method="POST", body=body, host="post.example")

    @property
    def statuses(self) -> list[str]:
        return [reader.status.value for reader in self.store.list_subscribers()]


def test_looking_at_the_link_changes_nothing() -> None:
    site = Site()
    for method in ("GET", "HEAD", "GET"):
        assert ask(site.app, site.link(), method=method).status == 200
    assert site.statuses == ["confirmed", "confirmed"]


@pytest.mark.parametrize("body", [ONE_CLICK, b"", b"anything=else"], ids=["one click", "the button", "other"])
def test_a_post_unsubscribes_its_reader_and_nobody_else(body: bytes) -> None:
    site = Site()
    assert site.post(site.link(), body).status == 200
    assert site.statuses == ["unsubscribed", "confirmed"]


def test_a_post_may_come_as_often_as_it_likes() -> None:
    site = Site()
    answers = [site.post(site.link(), ONE_CLICK) for _ in range(3)]
    assert {(answer.status, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert site.statuses == ["unsubscribed", "confirmed"]


@pytest.mark.parametrize(
    "path",
    ["/u/forged", "/u/616461.00000000", Site().link("nobody"), Site().link("ada", "confirm"), Site().link()[:-1]],
    ids=["nonsense", "wrong check", "stranger", "another purpose", "cut"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forged_token_gets_the_same_answer_and_changes_nothing(path: str, method: str) -> None:
    site = Site()
    forged = ask(site.app, path, method=method, body=ONE_CLICK)
    assert site.statuses == ["confirmed", "confirmed"]
    assert forged == ask(site.app, site.link(), method=method, body=ONE_CLICK)


def test_who_was_suppressed_stays_so() -> None:
    site = Site()
    site.store.save_subscriber(replace(confirmed("ada"), status=SubscriberStatus.SUPPRESSED))
    site.post(site.link(), ONE_CLICK)
    assert site.statuses[0] == "suppressed"


def test_the_page_has_one_button_that_posts_back_to_itself() -> None:
    page = ask(Site().app, Site().link()).text
    assert re.findall(r"<form[^>]*>", page) == ['<form method="post">']
    assert page.count("<button") == 1
    assert "<button" not in Site().post(Site().link()).text


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "nl", "pt"])
def test_the_page_speaks_the_briefings_language(language: str) -> None:
    pages = [ask(Site(language).app, Site().link()).text, Site(language).post(Site().link()).text]
    assert all(f'<html lang="{language}"' in page for page in pages)
    assert ["stop receiving" in pages[0], "Done:" in pages[1]] == [language == "en"] * 2


@pytest.mark.parametrize(
    ("language", "frame"),
    [("ar", 'lang="ar" dir="rtl"'), ("fr", 'lang="fr" dir="ltr"'), ("xx", 'lang="en" dir="ltr"')],
    ids=["right to left", "left to right", "no catalogue, so English"],
)
def test_the_page_runs_as_its_language_does(language: str, frame: str) -> None:
    shipped = load_templates()
    ours = replace(shipped, catalogues=(*shipped.catalogues, ("ar", dict(shipped.catalogues)["fr"])))
    site = Site(language, templates=ours)
    pages = [ask(site.app, site.link()), site.post(site.link()), ask(site.app, "/nowhere")]
    assert [f"<html {frame}>" in page.text for page in pages] == [True] * 3


def test_the_pages_load_nothing_set_no_cookie_and_escape_the_name() -> None:
    page = ask(Site(name="<i>Post</i> & Co").app, Site().link())
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers
    assert "&lt;i&gt;Post&lt;/i&gt; &amp; Co" in page.text
    assert not re.search(r"<(script|link|img|iframe)|https?://", page.text)


def test_the_service_says_that_it_lives() -> None:
    answer = ask(Site().app, "/healthz")
    assert (answer.status, answer.text) == (200, "ok")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/", "GET", 404), ("/u/", "GET", 404), ("/u/x", "PUT", 405), ("/healthz/", "GET", 404), ("/e/x", "POST", 405)],
)
def test_there_is_nothing_else(path: str, method: str, status: int) -> None:
    assert ask(Site().app, path, method=method).status == status


def test_what_is_not_there_is_said_in_the_briefings_language_and_look() -> None:
    page = ask(Site().app, "/nowhere")
    assert "<h1>There is no such page.</h1>" in page.text
    assert "--accent: #8c1d2c" in page.text
    assert (page.headers["cache-control"], page.headers["x-robots-tag"]) == ("private, no-store", "noindex")

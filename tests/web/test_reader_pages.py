from __future__ import annotations

import re
from dataclasses import replace

import pytest

from briefing.model.settings import BriefingRule
from briefing.model.subscriber import SubscriberStatus
from briefing.render.templates import Templates
from tests.web.browser import Answer, ask
from tests.web.site import OPEN, shipped
from tests.web.site import Site as WholeSite

ONE_CLICK = b"List-Unsubscribe=One-Click"
BOUNDARY = b"--x\r\nContent-Disposition: form-data; name="


class Site(WholeSite):
    """The readers' pages of a list with two people on it."""

    def __init__(
        self, language: str = "en", *, name: str = "The Morning Post", templates: Templates | None = None
    ) -> None:
        briefing = BriefingRule(name=name, language=language, timezone="Europe/Paris")
        super().__init__(config=replace(OPEN, briefing=briefing), templates=templates or shipped())
        self.put("ada")
        self.put("ben")

    def path(self, name: str = "ada", purpose: str = "unsubscribe") -> str:
        return f"/u/{self.signer.sign(name, purpose)}"

    def send(self, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded") -> Answer:
        return ask(self.app, path, method="POST", body=body, host="post.example", headers={"content-type": kind})

    @property
    def statuses(self) -> list[str]:
        return [reader.status.value for reader in self.store.list_subscribers()]


def test_looking_at_the_link_changes_nothing() -> None:
    site = Site()
    for method in ("GET", "HEAD", "GET"):
        assert ask(site.app, site.path(), method=method).status == 200
    assert site.statuses == ["confirmed", "confirmed"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (b"leave=1", "application/x-www-form-urlencoded"),
        (b"", ""),
        (b"anything=else", "text/plain"),
        (BOUNDARY + b'"List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n', "multipart/form-data; boundary=x"),
        (b"no parts at all", "multipart/form-data; boundary=x"),
        (b"no boundary", "multipart/form-data"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
    ],
    ids=["one click", "button", "empty", "other", "one click in parts", "no parts", "no boundary", "no UTF-8"],
)
def test_a_post_unsubscribes_its_reader_and_nobody_else(body: bytes, kind: str) -> None:
    site = Site()
    answer = site.send(site.path(), body, kind)
    assert (answer.status, "location" in answer.headers) == (200, False)
    assert site.statuses == ["unsubscribed", "confirmed"]


def test_a_post_may_come_as_often_as_it_likes() -> None:
    site = Site()
    answers = [site.send(site.path(), ONE_CLICK) for _ in range(3)]
    assert {(answer.status, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert site.statuses == ["unsubscribed", "confirmed"]


@pytest.mark.parametrize(
    "path",
    [
        "/u/forged",
        "/u/YWRh.AAAAAAAAAAAAAAAAAAAAAA",
        Site().path("nobody"),
        Site().path("ada", "confirm"),
        Site().path()[:-1],
    ],
    ids=["nonsense", "wrong check", "stranger", "another purpose", "cut"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forged_token_gets_the_same_answer_and_changes_nothing(path: str, method: str) -> None:
    site = Site()
    forged = ask(site.app, path, method=method, body=ONE_CLICK)
    assert site.statuses == ["confirmed", "confirmed"]
    assert forged == ask(site.app, site.path(), method=method, body=ONE_CLICK)


def test_who_was_suppressed_stays_so() -> None:
    site = Site()
    site.put("ada", SubscriberStatus.SUPPRESSED)
    site.send(site.path(), ONE_CLICK)
    assert site.statuses[0] == "suppressed"


def test_the_page_has_one_button_that_posts_back_to_itself() -> None:
    page = ask(Site().app, Site().path()).text
    assert re.findall(r"<form[^>]*>", page) == ['<form method="post">']
    assert page.count("<button") == 1
    assert re.findall(r"<button[^>]*>Undo", Site().send(Site().path()).text) == [
        '<button type="submit" name="undo" value="1">Undo'
    ]


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "nl", "pt"])
def test_the_page_speaks_the_briefings_language(language: str) -> None:
    pages = [ask(Site(language).app, Site().path()).text, Site(language).send(Site().path()).text]
    assert all(f'<html lang="{language}"' in page for page in pages)
    assert ["stop receiving" in pages[0], "Done:" in pages[1]] == [language == "en"] * 2


@pytest.mark.parametrize(
    ("language", "frame"),
    [("ar", 'lang="ar" dir="rtl"'), ("fr", 'lang="fr" dir="ltr"'), ("xx", 'lang="en" dir="ltr"')],
    ids=["right to left", "left to right", "no catalogue, so English"],
)
def test_the_page_runs_as_its_language_does(language: str, frame: str) -> None:
    ours = shipped()
    site = Site(language, templates=replace(ours, catalogues=(*ours.catalogues, ("ar", dict(ours.catalogues)["fr"]))))
    pages = [ask(site.app, site.path()), site.send(site.path()), ask(site.app, "/nowhere")]
    assert [f"<html {frame}>" in page.text for page in pages] == [True] * 3


def test_the_pages_load_nothing_set_no_cookie_and_escape_the_name() -> None:
    page = ask(Site(name="<i>Post</i> & Co").app, Site().path())
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers
    assert "&lt;i&gt;Post&lt;/i&gt; &amp; Co" in page.text
    assert not re.search(r"<(script|link|img|iframe)|https?://", page.text)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/", "GET", 404), ("/u/", "GET", 404), ("/u/x", "PUT", 405), ("/e/x", "POST", 405)],
)
def test_there_is_nothing_else(path: str, method: str, status: int) -> None:
    assert ask(Site().app, path, method=method).status == status


def test_what_is_not_there_is_said_in_the_briefings_language_and_look() -> None:
    page = ask(Site().app, "/nowhere")
    assert "<h1>There is no such page.</h1>" in page.text
    assert "--accent: #8c1d2c" in page.text
    assert (page.headers["cache-control"], page.headers["x-robots-tag"]) == ("private, no-store", "noindex")


# The way back


def test_whoever_left_by_mistake_is_asked_and_not_simply_put_back() -> None:
    site = Site()
    site.send(site.path(), ONE_CLICK)
    answer = site.send(site.path(), b"undo=1")
    assert "<h1>Almost done: please look into your mailbox.</h1>" in answer.text
    assert site.statuses == ["unconfirmed", "confirmed"]
    assert site.transport.recipients == ["ada@readers.example"]
    assert site.post(site.link_in_mail()).status == 200
    assert site.statuses == ["confirmed", "confirmed"]
    assert [event for event, _ in site.told] == ["unsubscribed", "subscribed", "confirmed"]


@pytest.mark.parametrize("status", [SubscriberStatus.CONFIRMED, SubscriberStatus.SUPPRESSED])
def test_undo_is_for_readers_who_left_and_nobody_else(status: SubscriberStatus) -> None:
    site = Site()
    site.put("ada", status)
    site.send(site.path(), b"undo=1")
    assert (site.statuses[0], site.transport.taken) == (status.value, [])


def test_undo_writes_one_mail_a_day_however_often_it_is_pressed() -> None:
    site = Site()
    site.send(site.path(), ONE_CLICK)
    answers = {site.send(site.path(), b"undo=1").content for _ in range(5)}
    assert (len(answers), len(site.transport.taken)) == (1, 1)
    site.later(days=1)
    site.send(site.path(), b"undo=1")
    assert len(site.transport.taken) == 2


def test_undo_with_a_forged_token_gets_the_same_answer_and_does_nothing() -> None:
    site = Site()
    site.send(site.path(), ONE_CLICK)
    forged = site.send("/u/forged", b"undo=1")
    assert (site.statuses[0], site.transport.taken) == ("unsubscribed", [])
    assert forged == site.send(site.path(), b"undo=1")


def test_a_body_longer_than_any_form_is_refused_and_is_no_no() -> None:
    site = Site()
    assert site.send(site.path(), b"x" * 20_000).status == 413
    assert site.statuses == ["confirmed", "confirmed"]


# Languages


@pytest.mark.parametrize(
    ("path", "accepted", "spoken"),
    [
        ("", "", "en"),
        ("", "fr-CH, de;q=0.9", "fr"),
        ("", "tlh, de;q=0.5, es;q=0.7", "es"),
        ("", "de;q=0, xx;q=nonsense, nl;q=7, pl", "pl"),
        ("", "PT-br", "pt"),
        ("?lang=ja", "fr", "ja"),
        ("?lang=xx", "fr", "fr"),
        ("?lang=%3Cscript%3E", "", "en"),
    ],
)
def test_a_stranger_is_spoken_to_in_a_language_of_theirs(path: str, accepted: str, spoken: str) -> None:
    page = Site().get(f"/nowhere{path}", accept_language=accepted)
    assert f'<html lang="{spoken}"' in page.text


def test_a_reader_is_spoken_to_in_the_language_they_chose() -> None:
    site = Site()
    cleo = site.put("cleo", language="ar")
    assert '<html lang="ar" dir="rtl">' in site.get(site.link(cleo, "u"), accept_language="fr").text
    assert '<html lang="de"' in site.get(site.link(cleo, "u") + "?lang=de").text

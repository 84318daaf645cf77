"""Sends a morning and follows the links in its mail, as readers do."""

from __future__ import annotations

import re
import socket
from email import message_from_bytes, policy
from http.client import HTTPConnection
from pathlib import Path

import feedparser
import pytest
from starlette.applications import Starlette

from briefing.cli.lasting import answering
from briefing.cli.serving import public_pages
from briefing.config.load import load_config
from briefing.services.filing import unwatched
from briefing.wiring import open_house
from tests.cli.conftest import CONFIG, NOW, Terminal
from tests.web.browser import ask

BASE = "https://post.example"
HEADLINES = ("Ferries return to the strait after nine days", "A lighthouse in Cornwall is lit again")


def send(briefing: Terminal, archive: str) -> tuple[str, Starlette]:
    """Sends the morning to one reader; the text of their mail, and the pages its links lead to."""
    web = f'web: {{public_url: "{BASE}", archive: {archive}}}\n'
    (briefing.folder / "config.yaml").write_text(CONFIG + web, "utf-8")
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    assert briefing("send", "--all", "--now", NOW).status == 0
    (mail,) = (briefing.folder / "out/outbox").glob("*.eml")
    body = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    house = open_house(load_config(Path("config.yaml")), out=briefing.folder / "out", watch=unwatched)
    return str(body.get_content()), public_pages(house)


def link(text: str, pattern: str) -> str:
    (found,) = set(re.findall(rf"{BASE}({pattern})(?![^\s])", text))
    return str(found)


def test_the_links_in_a_sent_mail_open_the_edition_and_the_list(briefing: Terminal) -> None:
    text, app = send(briefing, "private")
    edition, editions = link(text, r"/e/[\w.-]+"), link(text, r"/editions/[\w.-]+")
    page = ask(app, edition)
    assert page.status == 200
    said = " ".join(page.text.split())  # typography has spaces of its own
    assert [headline in said for headline in HEADLINES] == [True, True]
    assert "/editions/" not in page.text
    assert "briefing.invalid" not in page.text
    assert f'href="{BASE}{edition}"' in ask(app, editions).text
    (entry,) = feedparser.parse(ask(app, f"{editions}/feed.atom").content).entries
    assert (entry.link, entry.updated) == (BASE + edition, "2026-11-22T05:40:00Z")
    assert ask(app, "/archive").status == 404


def test_where_everybody_may_read_the_mail_links_to_the_page_of_the_day(briefing: Terminal) -> None:
    text, app = send(briefing, "public")
    assert "/e/" not in text
    page = ask(app, link(text, r"/archive/2026-11-22"))
    assert page.status == 200
    assert "noindex" not in page.text
    assert f'href="{BASE}/archive"' in page.text
    assert ask(app, "/archive").text.count("/archive/2026-11-22") == 1


def test_sending_again_leaves_the_page_as_it_was(briefing: Terminal) -> None:
    text, app = send(briefing, "private")
    before = ask(app, link(text, r"/e/[\w.-]+")).content
    feed = briefing.folder / "news/harbour.xml"
    feed.write_text(feed.read_text("utf-8").replace("Ferries return", "Ferries never return"), "utf-8")
    briefing("subscribers", "add", "ben@readers.example", "--confirmed")
    briefing("send", "--all", "--now", NOW)
    assert len(list((briefing.folder / "out/outbox").glob("*.eml"))) == 2
    assert ask(app, link(text, r"/e/[\w.-]+")).content == before


def test_head_tells_what_get_would_send(briefing: Terminal) -> None:
    text, app = send(briefing, "public")
    paths = [link(text, r"/archive/2026-11-22"), "/archive", "/archive/feed.atom", "/nowhere"]
    with socket.create_server(("127.0.0.1", 0)) as listening, answering(app, listening):
        for path in paths:
            (status, length, body), (headed, said, nothing) = (
                over_http(listening.getsockname()[1], method, path) for method in ("GET", "HEAD")
            )
            assert (headed, said, nothing) == (status, length, b"")
            assert length == str(len(body))


def over_http(port: int, method: str, path: str) -> tuple[int, str | None, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    answer = connection.getresponse()
    found = (answer.status, answer.getheader("content-length"), answer.read())
    connection.close()
    return found


@pytest.mark.parametrize("command", [("build",), ("send", "--test", "me@desk.example"), ("send", "--all", "--dry-run")])
def test_only_sending_keeps_anything(briefing: Terminal, command: tuple[str, ...]) -> None:
    text, app = send(briefing, "public")
    assert "/archive/2026-11-22" in text
    briefing(*command, "--now", NOW.replace("22T", "23T"))
    assert ask(app, "/archive/2026-11-23").status == 404

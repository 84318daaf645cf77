"""Changes a config on the disk through the preview's forms, and puts it back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from structlog.testing import capture_logs

from briefing.cli.previewing import Looker, make_rehearsal, make_tuning
from briefing.web.preview import Backstage, preview_app
from briefing.wiring.preview import Studio
from tests.cli.conftest import CONFIG, FEED, NOW
from tests.collect.samples import item, rss
from tests.collect.servers import MovingServer
from tests.collect.test_rounds import Outlet
from tests.web.browser import Answer, ask
from tests.web.stage import ORIGIN, TOKEN

pytestmark = pytest.mark.slow

TOPICS = """\
topics:   # what people come to change
  - name: Ferries   # since the storm
    keywords: [ferry, ferries]
    boost: 1.5      # a little more
"""


@dataclass
class Desk:
    """A preview of a config on the disk."""

    file: Path
    looker: Looker

    def __post_init__(self) -> None:
        rehearsal = self.looker.rehearsal
        self.app = preview_app(
            Backstage(rehearsal=rehearsal, token=TOKEN, tuning=make_tuning(self.looker.studio, rehearsal))
        )
        self.looker.look()

    def get(self, path: str) -> Answer:
        return ask(self.app, path)

    def post(self, path: str, **fields: str) -> Answer:
        body = urlencode({"token": TOKEN, **fields}).encode()
        headers = {"origin": ORIGIN, "content-length": str(len(body))}
        return ask(self.app, path, method="POST", body=body, headers=headers)

    def write(self, proposed: Answer) -> Answer:
        """Presses the button below what was proposed."""
        (key,) = re.findall(r'action="/write">.*?name="key" value="(\w+)"', proposed.text)
        return self.post("/write", key=key)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/harbour.xml").write_text(FEED)
    file = tmp_path / "config.yaml"
    file.write_text(CONFIG + "fetch: {allow_private: true}\n" + TOPICS)
    studio = Studio(path=file, out=tmp_path / "out", moment=datetime.fromisoformat(NOW))
    return Desk(file, Looker(studio, make_rehearsal(studio)))


LIGHT = {"name": "Light", "keywords": "lighthouse, lens", "description": "", "boost": "2"}


def test_a_topic_is_shown_in_the_file_and_in_the_edition_before_it_is_written(desk: Desk) -> None:
    before = desk.file.read_text()
    shown = desk.post("/topics/save", topic="", **LIGHT)
    assert (shown.status, desk.file.read_text()) == (200, before)
    assert "+    keywords: [lighthouse, lens]" in shown.text
    assert "now matches Light" in unescape(shown.text)
    assert desk.write(shown).headers["location"] == "/topics?told=written"
    written = desk.file.read_text()
    assert written.startswith(before)
    assert "# since the storm" in written
    assert desk.looker.look()
    page = desk.get("/topics?told=written").text
    assert re.search(r"<strong>Light</strong> <span class=\"count\">1 story today", page)


def test_an_undone_change_leaves_the_file_as_it_was(desk: Desk) -> None:
    before = desk.file.read_text()
    desk.write(desk.post("/topics/save", topic="Ferries", name="Ferries", keywords="ferry", boost="1", mute="yes"))
    assert "mute: true" in desk.file.read_text()
    assert 'id="undo"' in desk.get("/topics").text
    assert desk.post("/undo").headers["location"] == "/topics?told=undone"
    assert desk.file.read_text() == before
    assert 'id="undo"' not in desk.get("/topics").text
    assert desk.post("/undo").status == 409


@pytest.mark.parametrize(("wish", "words"), [("more", "boost: 1.5"), ("less", "boost: 0.5"), ("mute", "mute: true")])
def test_a_story_becomes_a_topic(desk: Desk, wish: str, words: str) -> None:
    story = re.findall(r'name="story" value="(\w+)"', desk.get("/").text)[-1]
    shown = desk.post("/topics/wish", story=story, wish=wish)
    assert words in shown.text
    assert desk.write(shown).status == 303
    assert words in desk.file.read_text()


def test_a_muted_story_is_seen_to_leave(desk: Desk) -> None:
    shown = desk.post("/topics/save", topic="Ferries", name="Ferries", keywords="ferry, ferries", mute="yes")
    assert "0 added, 1 dropped" in shown.text
    assert "now muted by Ferries" in shown.text


def test_a_topic_is_taken_out(desk: Desk) -> None:
    desk.write(desk.post("/topics/remove", topic="Ferries"))
    assert "Ferries" not in desk.file.read_text()


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/topics/save", {"topic": "", "name": "Ferries", "keywords": "x"}, "is a topic already"),
        ("/topics/save", {"topic": "Gone", "name": "Gone", "keywords": "x"}, 'there is no "Gone"'),
        ("/topics/save", {"topic": "", "name": "", "keywords": "x"}, "a topic has a name"),
        ("/topics/save", {"topic": "", "name": "X", "keywords": " , "}, "keywords or a description"),
        ("/topics/save", {"topic": "", "name": "X", "keywords": "x", "boost": "1e999"}, "boost is a number"),
        ("/topics/save", {"topic": "", "name": "X", "keywords": "x", "boost": "999"}, "boost"),
        ("/topics/remove", {"topic": "Gone"}, 'there is no "Gone"'),
        ("/topics/wish", {"story": "gone", "wish": "more"}, "the story is not there any more"),
        ("/topics/wish", {"story": "", "wish": "burn"}, "the story is not there any more"),
        ("/sources/add", {"key": "../config.yaml"}, "look at it again"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    desk: Desk, path: str, fields: dict[str, str], words: str
) -> None:
    before = desk.file.read_text()
    answer = desk.post(path, **fields)
    assert words in unescape(answer.text)
    assert 'action="/write"' not in answer.text
    assert desk.file.read_text() == before


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd"])
def test_only_what_was_shown_can_be_written(desk: Desk, key: str) -> None:
    before = desk.file.read_text()
    answer = desk.post("/write", key=key)
    assert (answer.status, "not open any more" in answer.text) == (409, True)
    assert desk.file.read_text() == before


def test_a_change_is_not_written_over_somebody_elses(desk: Desk) -> None:
    shown = desk.post("/topics/save", topic="", **LIGHT)
    theirs = desk.file.read_text() + "# theirs\n"
    desk.file.write_text(theirs)
    assert desk.write(shown).status == 409
    assert desk.file.read_text() == theirs


@pytest.mark.parametrize(
    ("asked", "count"), [("keywords=lighthouse", 1), ("keywords=ferry,lighthouse", 2), ("keywords=", 0), ("", 0)]
)
def test_a_topic_is_counted_while_it_is_written(desk: Desk, asked: str, count: int) -> None:
    assert f'"count":{count}' in desk.get(f"/topics/count?{asked}").text


def test_a_source_is_looked_at_and_then_added(desk: Desk) -> None:
    front = "<html><head><link rel=alternate type='application/rss+xml' href=/f.xml></head><p>Hello</p></html>"
    feed = rss(item("Ferry sails"), item("A bridge opens", "b"))
    with MovingServer({"/robots.txt": Outlet(body=""), "/": Outlet(body=front), "/f.xml": Outlet(body=feed)}) as server:
        seen = desk.post("/sources/look", address=server.url + "/")
        assert all(words in seen.text for words in ("Harbour Post", "A bridge opens", f"{server.url}/f.xml"))
        (key,) = re.findall(r'action="/sources/add".*?name="key" value="(\w+)"', seen.text)
        shown = desk.post("/sources/add", key=key)
        assert f'+  - {{feed: "{server.url}/f.xml", name: Harbour Post}}' in unescape(shown.text)
        desk.write(shown)
        assert len(server.requests) == 3
    assert f"{server.url}/f.xml" in desk.file.read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:22/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "ftp://news.example/feed",
        "gopher://127.0.0.1:70/",
        "javascript:alert(1)",
        "//127.0.0.1/feed",
        "https://",
        "config.yaml",
    ],
)
def test_no_source_leads_into_the_house(desk: Desk, address: str) -> None:
    desk.file.write_text(CONFIG)
    desk.looker.look()
    before = desk.file.read_text()
    with capture_logs() as logs:
        answer = desk.post("/sources/look", address=address)
    assert (answer.status, 'action="/sources/add"' in answer.text) == (400, False)
    assert [line["event"] for line in logs] == ["source refused"]
    assert desk.file.read_text() == before

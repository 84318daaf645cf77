from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import pytest
from starlette.applications import Starlette

from briefing.errors import BriefingError, ConfigError, RenderError
from briefing.model.edition import Problem
from briefing.services.newsroom import Built
from briefing.web.preview import preview_app
from tests.fakes import FakeCollector, MemoryRuns
from tests.services.house import FERRY, FakeHouse, collected, without_the_link
from tests.web.browser import ask


@dataclass
class Workbench:
    """A preview over a briefing of fakes, whose config or templates a test may break."""

    house: FakeHouse = field(default_factory=FakeHouse)
    broken: BriefingError | None = None
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        self.app = preview_app(self.build, MemoryRuns())

    def build(self) -> Built:
        if self.broken:
            raise self.broken
        return self.house.newsroom.build()


def test_the_page_shows_the_mail_with_its_size_hashes_and_reasons() -> None:
    bench = Workbench()
    page = ask(bench.app, "/")
    files = bench.house.shelf.files["default"]
    assert page.status == 200
    for name in ("edition.html", "edition.txt"):
        assert hashlib.sha256(files[name]).hexdigest() in page.text
    assert f"{len(files['edition.html']):,} bytes" in page.text
    assert "nothing to complain of" in page.text
    assert all(story.why in page.text for story in bench.build().printed.edition.stories)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("edition.html", "text/html; charset=utf-8"),
        ("edition.txt", "text/plain; charset=utf-8"),
        ("edition.eml", "message/rfc822"),
        ("edition.json", "application/json"),
    ],
)
def test_a_file_is_served_byte_for_byte(name: str, kind: str) -> None:
    bench = Workbench()
    ask(bench.app, "/")
    answer = ask(bench.app, f"/{name}")
    assert (answer.status, answer.content) == (200, bench.house.shelf.files["default"][name])
    assert answer.headers["content-type"].startswith(kind)
    assert "sandbox" in answer.headers["content-security-policy"]


def test_what_is_shown_is_what_the_message_carries() -> None:
    bench = Workbench()
    ask(bench.app, "/")
    mail = message_from_bytes(ask(bench.app, "/edition.eml").content, policy=policy.default)
    parts = [part.get_payload(decode=True) for part in mail.iter_parts()]
    shown = [ask(bench.app, name).content for name in ("/edition.txt", "/edition.html")]
    assert [hashlib.sha256(_lines(part)).hexdigest() for part in parts] == [
        hashlib.sha256(_lines(part)).hexdigest() for part in shown
    ]


def _lines(content: object) -> bytes:
    """A part as it was before mail gave it its line ends."""
    assert isinstance(content, bytes)
    return content.replace(b"\r\n", b"\n").rstrip(b"\n")


@pytest.mark.parametrize(
    "error",
    [
        ConfigError("config.yaml", 'sections.by: "regoin" is not one of region', line=12, column=3),
        RenderError("footer.mjml.j2", "unexpected end of <template>", line=4),
    ],
    ids=["config", "template"],
)
def test_a_broken_edit_is_shown_above_the_last_good_edition(error: BriefingError) -> None:
    bench = Workbench()
    ask(bench.app, "/")
    good = ask(bench.app, "/edition.html").content
    bench.broken = error
    page = ask(bench.app, "/")
    assert page.status == 500
    assert _escaped(str(error)) in page.text
    assert "Below stands the last edition that could be made." in page.text
    assert ask(bench.app, "/edition.html").content == good
    bench.broken = None
    assert ask(bench.app, "/").status == 200


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")


def test_a_config_that_was_never_good_is_shown_alone() -> None:
    bench = Workbench(broken=ConfigError("config.yaml", "mail: is missing", line=1, column=1))
    page = ask(bench.app, "/")
    assert (page.status, "config.yaml:1:1: mail: is missing" in page.text) == (500, True)
    assert "last edition" not in page.text
    assert ask(bench.app, "/edition.html").status == 404


def test_a_mistake_of_ours_is_not_hidden() -> None:
    def build() -> Built:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(preview_app(build, MemoryRuns()), "/")


def test_the_edition_is_made_anew_at_every_reload() -> None:
    bench = Workbench()
    ask(bench.app, "/")
    bench.house.clock.move(minutes=61)
    bench.house.collector.collected = collected(FERRY)
    assert "1 told" in ask(bench.app, "/").text


def test_a_file_nobody_made_is_not_found() -> None:
    bench = Workbench()
    assert ask(bench.app, "/edition.html").status == 404
    ask(bench.app, "/")
    assert [ask(bench.app, path).status for path in ("/config.yaml", "/edition.exe")] == [404, 404]


@pytest.mark.parametrize("host", ["evil.example", "testserver", "127.0.0.1.evil.example", "192.0.2.7:8026", ""])
def test_a_foreign_host_is_refused(host: str) -> None:
    bench = Workbench()
    assert ask(bench.app, "/", host=host).status == 400
    assert bench.house.collector.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1:8026", "localhost:8026", "localhost"])
def test_this_machine_is_answered(host: str) -> None:
    assert ask(Workbench().app, "/", host=host).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_preview_can_only_be_looked_at(method: str) -> None:
    assert ask(Workbench().app, "/", method=method).status == 405


def test_what_would_hold_the_mail_back_is_shown() -> None:
    bench = Workbench()
    bench.house.templates = without_the_link(bench.house.templates)
    assert "does not show the link that unsubscribes" in ask(bench.app, "/").text


def test_problems_are_listed_and_everything_is_escaped() -> None:
    trouble = Problem(stage="collect", source="<b>Post</b>", message="answered <script>")
    bench = Workbench(house=FakeHouse(collector=FakeCollector(collected(FERRY, problems=(trouble,)))))
    page = ask(bench.app, "/")
    assert "&lt;b&gt;Post&lt;/b&gt;: answered &lt;script&gt;" in page.text
    assert "<script" not in page.text


def test_pages_load_nothing_and_are_never_kept() -> None:
    headers = ask(Workbench().app, "/").headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert "set-cookie" not in headers


def test_edition_json_is_the_same_as_the_shelfs() -> None:
    bench = Workbench()
    ask(bench.app, "/")
    assert json.loads(ask(bench.app, "/edition.json").content)["edition"]["name"] == "The Morning Post"

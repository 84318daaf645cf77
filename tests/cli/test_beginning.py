from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.config.load import load_config
from briefing.model.source import SourceKind
from briefing.wiring import open_first_look

if TYPE_CHECKING:
    import pytest
    from pytest_httpserver import HTTPServer

    from tests.cli.conftest import Terminal

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Quay</title><link>https://quay.example/</link>
<item><title>Ferries return</title><link>https://quay.example/ferries</link>
<pubDate>Sat, 21 Nov 2026 18:00:00 GMT</pubDate><description>Ferries crossed the strait again.</description></item>
</channel></rss>"""


def test_without_answers_a_first_edition_can_be_made_at_once(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Paris")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    ran = terminal("init", "--yes")
    assert (ran.status, ran.out.splitlines()[0].startswith("config.yaml is written with sample news")) == (0, True)
    rule = load_config(terminal.folder / "config.yaml").briefing
    assert (rule.name, rule.language, rule.timezone) == ("Morning Briefing", "fr", "Europe/Paris")
    assert len([*(terminal.folder / "seeds").iterdir()]) > 20
    assert terminal("config", "check").out == "config.yaml: good; 1 source, 0 topics\n"
    assert (terminal.folder / "config.schema.json").read_text().startswith("{")


def test_five_answers_make_a_config_and_a_wrong_one_is_asked_again(terminal: Terminal) -> None:
    answers = "My Post\nxx\nfr\nEurope/Pari\nEurope/Paris\nclimate, Kenya: no\n\n"
    ran = terminal("init", stdin=answers)
    assert ran.status == 0
    assert '"xx" is not a language' in ran.err
    assert 'did you mean "Europe/Paris"?' in ran.err
    config = load_config(terminal.folder / "config.yaml")
    assert (config.briefing.name, config.briefing.language, config.briefing.timezone) == (
        *("My Post", "fr"),
        "Europe/Paris",
    )
    assert [topic.name for topic in config.topics] == ["climate", "Kenya: no"]


def test_an_address_that_cannot_be_read_is_written_down_and_said(terminal: Terminal) -> None:
    ran = terminal("init", stdin="\n\n\n\nhttp://127.0.0.1:1/news\n")
    assert ran.status == 0
    assert "! http://127.0.0.1:1/news: " in ran.err
    (source,) = load_config(terminal.folder / "config.yaml").sources
    assert source.location == "http://127.0.0.1:1/news"
    assert not (terminal.folder / "seeds").exists()


def test_nothing_is_overwritten(terminal: Terminal) -> None:
    (terminal.folder / "config.yaml").write_text("mine: 1\n")
    (terminal.folder / "seeds").mkdir()
    for words in (("init",), ("init", "--yes"), ("init", "--demo")):
        ran = terminal(*words)
        assert (ran.status, "is there already, and stays as it is" in ran.err) == (2, True)
    assert (terminal.folder / "config.yaml").read_text() == "mine: 1\n"
    schema = terminal.folder / "config.schema.json"
    schema.write_text("mine")
    assert terminal("init", "--yes", "--config", "other.yaml").status == 0
    assert schema.read_text() == "mine"


def test_who_leaves_in_the_middle_leaves_nothing_behind(terminal: Terminal) -> None:
    ran = terminal("init", stdin="My Post\n")
    assert (ran.status, "nothing is written; --yes asks nothing" in ran.err) == (2, True)
    assert [*terminal.folder.iterdir()] == []


def test_the_demo_needs_no_clone(terminal: Terminal) -> None:
    assert terminal("init", "--demo", "--config", "demo/config.yaml").status == 0
    assert terminal("config", "check", "--config", "demo/config.yaml").out.startswith(
        "demo/config.yaml: good; 1 source"
    )
    assert (terminal.folder / "demo/docs/sample-readers.csv").exists()


def test_a_site_is_written_down_as_the_feed_that_it_announces(httpserver: HTTPServer) -> None:
    page = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body>Quay</body></html>'
    )
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/feed.xml").respond_with_data(FEED, content_type="application/rss+xml")
    for address in (httpserver.url_for("/"), httpserver.url_for("/feed.xml")):
        with open_first_look(allow_private=True) as look:
            found = look(address)
        assert (found.kind, found.location) == (SourceKind.FEED, httpserver.url_for("/feed.xml"))
        assert (found.name, found.articles, found.error) == ("The Quay", 1, None)


def test_a_site_that_gives_nothing_says_why(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("gone", status=410)
    with open_first_look(allow_private=True) as look:
        found = look(httpserver.url_for("/"))
    assert (found.kind, found.location, found.articles) == (SourceKind.PAGE, httpserver.url_for("/"), 0)
    assert found.error

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from briefing.collect.collector import SourceCollector
from briefing.collect.discovery import COMMON_PATHS
from briefing.collect.documents import Documents
from briefing.model.edition import Problem, SourceReport, SourceState
from briefing.model.settings import FetchRule
from briefing.model.source import Collected, Source, SourceKind
from tests.collect.samples import NOW, PARAGRAPHS, item, page, rss
from tests.collect.servers import CannedServer, answer
from tests.fakes import MemoryArticles, MemoryVisits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULE = FetchRule(allow_private=True, timeout=1.0, gap=0.0)
NO_ROBOTS = {"/robots.txt": answer(status="404 Not Found")}
READ, EMPTY, FAILED = SourceState.READ, SourceState.EMPTY, SourceState.FAILED


@pytest.fixture
def server() -> Iterator[CannedServer]:
    with CannedServer({"/feed": answer(rss(item("From the feed"))), **NO_ROBOTS}) as running:
        yield running


def collect(*sources: Source) -> Collected:
    return collector().collect(sources, now=NOW)


def collector(**told: Any) -> SourceCollector:
    told = {"visits": MemoryVisits(), "articles": MemoryArticles(), "window": timedelta(hours=36), **told}
    return SourceCollector(rule=RULE, documents=Documents(), **told)


def feed(url: str, name: str | None = None, country: str | None = None) -> Source:
    return Source(kind=SourceKind.FEED, location=url, name=name, country=country)


class TestFeeds:
    def test_articles_carry_the_reports_name_the_sources_country_and_no_file(self, server: CannedServer) -> None:
        collected = collect(feed(server.url + "/feed", country="DK"))
        (article,) = collected.articles
        assert (article.source, article.country, article.file) == ("Harbour Post", "DK", None)
        assert collected.reports == (SourceReport(name="Harbour Post", state=READ, articles=1),)
        assert collected.problems == ()

    def test_the_configured_name_goes_before_the_feeds_own(self, server: CannedServer) -> None:
        collected = collect(feed(server.url + "/feed", name="My ferry news"))
        assert collected.articles[0].source == collected.reports[0].name == "My ferry news"

    def test_a_feed_without_entries_is_empty_and_no_problem(self, server: CannedServer) -> None:
        server.answers["/feed"] = answer(rss())
        collected = collect(feed(server.url + "/feed"))
        assert collected.reports == (SourceReport(name="Harbour Post", state=EMPTY),)
        assert collected.problems == ()

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            ("<html><title>Just a moment</title><p>Checking your browser", "is a web page, not a feed"),
            (
                page(head='<link rel="alternate" type="application/rss+xml" href="/feed">'),
                "is a web page, not a feed; it announces",
            ),
            ("Just words.", "is plain text, not a feed"),
            ("Subject: S\nFrom: a@b.example\nDate: x\n\nText", "is a mail, not a feed"),
            ("", "is empty"),
        ],
        ids=["challenge", "front page", "words", "mail", "nothing"],
    )
    def test_what_is_no_feed_is_a_failed_source(self, server: CannedServer, body: str, reason: str) -> None:
        server.answers["/feed"] = answer(body)
        collected = collect(feed(server.url + "/feed?token=s3cret"), feed(server.url + "/feed"))
        assert collected.problems[-1].message.startswith(reason)
        assert {report.state for report in collected.reports} == {FAILED}
        assert "s3cret" not in repr(collected)

    def test_the_servers_charset_is_used(self, server: CannedServer) -> None:
        body = b"Plain Notes\n" + rss(item("Paraît")).replace(' encoding="UTF-8"', "").encode("cp1250")
        server.answers["/feed"] = answer(body, Content_Type="text/xml; charset=windows-1250")
        assert collect(feed(server.url + "/feed")).articles[0].title == "Paraît"

    def test_one_bad_source_costs_the_others_nothing_and_order_is_kept(self, server: CannedServer) -> None:
        server.answers |= {"/404": answer(status="404 Not Found"), "/b": answer(rss(item("B", "b"), title="B Post"))}
        collected = collect(feed(server.url + "/b"), feed(server.url + "/404", name="Gone"), feed(server.url + "/feed"))
        assert [article.title for article in collected.articles] == ["B", "From the feed"]
        assert [(r.name, r.state) for r in collected.reports] == [
            ("B Post", READ),
            ("Gone", FAILED),
            ("Harbour Post", READ),
        ]
        assert collected.problems == (Problem(stage="collect", source="Gone", message="answered 404 Not Found"),)

    def test_an_article_in_two_feeds_is_collected_once_and_counted_for_one_name(self, server: CannedServer) -> None:
        server.answers["/again"] = server.answers["/feed"]
        collected = collect(feed(server.url + "/feed"), feed(server.url + "/again"))
        assert len(collected.articles) == 1
        assert collected.reports == (SourceReport(name="Harbour Post", state=READ, articles=2),)

    def test_two_feeds_of_one_host_that_say_no_name_stay_two(self, server: CannedServer) -> None:
        for section in ("sport", "arts"):
            server.answers[f"/{section}.xml?key=s3cret"] = answer(rss(item(section, section), title=""))
        collected = collect(*(feed(f"{server.url}/{section}.xml?key=s3cret") for section in ("sport", "arts")))
        assert [report.name for report in collected.reports] == ["127.0.0.1/sport", "127.0.0.1/arts"]
        assert [article.source for article in collected.articles] == ["127.0.0.1/sport", "127.0.0.1/arts"]

    def test_the_same_sources_give_the_same_result(self, server: CannedServer) -> None:
        sources = (feed(server.url + "/feed"), feed(server.url + "/nowhere", name="Silent"))
        assert collect(*sources) == collect(*sources)


def asked_for(server: CannedServer) -> list[str]:
    """The paths, without the one that every page asks for first."""
    paths = [request.split()[1] for request in server.requests]
    return [path for path in paths if path != "/robots.txt"]


NOTHING_COMMON = {f"/{path}": answer(status="404 Not Found") for path in COMMON_PATHS}
FRONT_PAGE = "".join(
    f'<div><h2><a href="/2026/{n}?utm_source=home">The ferry sails again, day {n}</a></h2><time datetime="2026-11-{n}">'
    f"</time><p>A borrowed ramp ends day {n} of the waiting.</p><img src='/i/{n}.jpg'></div>"
    for n in range(10, 16)
)


class TestPages:
    def test_a_site_that_announces_no_feed_has_the_common_places_tried(self, server: CannedServer) -> None:
        answers = {"/": answer(page()), **NOTHING_COMMON, "/rss": answer(page()), "/atom.xml": server.answers["/feed"]}
        server.answers |= answers
        collected = collect(Source(kind=SourceKind.PAGE, location=server.url + "/"))
        assert [article.title for article in collected.articles] == ["From the feed"]

    @pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests", "503 Service Unavailable"])
    def test_a_server_that_would_rather_not_be_asked_is_asked_no_further(
        self, server: CannedServer, status: str
    ) -> None:
        server.answers |= {"/": answer(page()), **NOTHING_COMMON, "/feed": answer(status=status)}
        collect(Source(kind=SourceKind.PAGE, location=server.url + "/"))
        assert asked_for(server) == ["/", "/feed"]

    def test_no_more_than_five_places_are_tried(self, server: CannedServer) -> None:
        server.answers |= {"/news": answer(page()), **NOTHING_COMMON}
        collect(Source(kind=SourceKind.PAGE, location=server.url + "/news"))
        assert len(asked_for(server)) == 1 + len(COMMON_PATHS) <= 6

    def test_the_front_page_of_a_site_without_a_feed_is_read_by_its_headlines(self, server: CannedServer) -> None:
        menu = '<nav><a href="/a">All the news of the coast</a></nav>'
        menu += '<footer><a href="/b">What we think of it all</a></footer>'
        elsewhere = '<a href="https://other.example/1">Something else on another site</a>'
        server.answers |= {"/": answer(page(body=menu + FRONT_PAGE + elsewhere)), **NOTHING_COMMON}
        collected = collect(Source(kind=SourceKind.PAGE, location=server.url + "/", name="Harbour"))
        first, *others = collected.articles
        assert (first.title, first.source, first.language) == ("The ferry sails again, day 10", "Harbour", "en")
        assert (first.url, first.image) == (f"{server.url}/2026/10?utm_source=home", f"{server.url}/i/10.jpg")
        assert first.excerpt == "A borrowed ramp ends day 10 of the waiting."
        assert str(first.published.at) == "2026-11-10"
        assert len(others) == 5

    def test_a_few_links_beside_an_article_make_no_listing(self, server: CannedServer) -> None:
        related = "".join(f'<p><a href="/r/{n}">Another story of the harbour, part {n}</a></p>' for n in range(4))
        text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
        server.answers |= {"/a": answer(page(body=text + related)), **NOTHING_COMMON}
        collected = collect(Source(kind=SourceKind.PAGE, location=server.url + "/a"))
        assert [article.title for article in collected.articles] == ["Ferry sails again"]

    def test_a_site_that_announces_its_feed_is_read_through_it(self, server: CannedServer) -> None:
        server.answers["/"] = answer(page(head='<link rel="alternate" type="application/rss+xml" href="/feed">'))
        collected = collect(Source(kind=SourceKind.PAGE, location=server.url + "/"))
        assert [article.title for article in collected.articles] == ["From the feed"]

    @pytest.mark.parametrize("head", ["", '<link rel="alternate" type="application/rss+xml" href="/404">'])
    def test_a_page_without_a_working_feed_is_read_itself(self, server: CannedServer, head: str) -> None:
        server.answers |= {"/": answer(page(head=head)), **NOTHING_COMMON, "/404": answer(status="404 Not Found")}
        collected = collect(Source(kind=SourceKind.PAGE, location=server.url + "/", name="Harbour"))
        assert [(article.title, article.source) for article in collected.articles] == [("Ferry sails again", "Harbour")]

    def test_a_page_with_nothing_to_read_says_so(self, server: CannedServer) -> None:
        server.answers |= {"/": answer("<html><body><a href='/x'>x</a></body></html>"), **NOTHING_COMMON}
        collected = collect(Source(kind=SourceKind.PAGE, location=server.url + "/"))
        assert collected.problems[0].message.startswith("announces no feed and holds no article")


class TestLists:
    def test_a_list_from_a_file_is_opened_and_each_feed_reported(self, server: CannedServer, tmp_path: Path) -> None:
        outlines = "".join(f"<outline text='Label {n}' xmlUrl='{server.url}/{n}'/>" for n in ("feed", "404"))
        (tmp_path / "l.opml").write_text(f"<opml version='2.0'><body>{outlines}</body></opml>", encoding="utf-8")
        server.answers["/404"] = answer(status="404 Not Found")
        collected = collect(Source(kind=SourceKind.OPML, location=str(tmp_path / "l.opml"), country="DK"))
        assert [(r.name, r.state) for r in collected.reports] == [("Harbour Post", READ), ("Label 404", FAILED)]
        assert collected.articles[0].country == "DK"

    def test_a_list_from_an_address_is_fetched(self, server: CannedServer) -> None:
        server.answers["/feed"] = answer(rss(item(), title=""))
        server.answers["/l"] = answer(
            "<opml><body><outline text='Label' xmlUrl='{BASE}/feed'/></body></opml>".replace("{BASE}", server.url)
        )
        collected = collect(Source(kind=SourceKind.OPML, location=server.url + "/l"))
        assert [report.name for report in collected.reports] == ["Label"]

    def test_a_list_that_cannot_be_opened_is_a_failed_source_without_its_path(self, tmp_path: Path) -> None:
        collected = collect(Source(kind=SourceKind.OPML, location=str(tmp_path / "l.opml")))
        assert collected.reports[0].name == "l.opml"
        assert "cannot be opened" in collected.problems[0].message
        assert str(tmp_path) not in repr(collected)


class TestFolders:
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        (tmp_path / "saved").mkdir()
        return Source(kind=SourceKind.FOLDER, location=str(tmp_path / "saved"), country="DK", captured_now=True)

    def test_each_outlet_in_it_has_a_report_and_broken_files_are_named(self, source: Source, tmp_path: Path) -> None:
        site = '<meta property="og:site_name" content="Harbour Post">'
        (tmp_path / "saved" / "a.html").write_text(page(head=site), encoding="utf-8")
        (tmp_path / "saved" / "b.html").write_text(page(title="Nobody's page"), encoding="utf-8")
        (tmp_path / "saved" / "c.html").write_bytes(b"")
        (tmp_path / "saved" / "d.png").write_bytes(b"\x89PNG")
        collected = collect(source)
        assert [(r.name, r.state, r.articles) for r in collected.reports] == [
            ("saved", READ, 1),
            ("Harbour Post", READ, 1),
        ]
        assert collected.reports[0].error == "c.html is empty; save the page again (and 1 more)"
        assert [(p.source, p.file) for p in collected.problems] == [("saved", "c.html"), ("saved", "d.png")]
        assert [(a.source, a.country) for a in collected.articles] == [("Harbour Post", "DK"), (None, "DK")]

    def test_the_configured_name_is_the_outlet_of_pages_that_name_none(self, source: Source, tmp_path: Path) -> None:
        (tmp_path / "saved" / "b.html").write_text(page(), encoding="utf-8")
        collected = collect(replace(source, name="Clippings"))
        assert collected.articles[0].source == collected.reports[0].name == "Clippings"

    def test_an_empty_folder_is_an_empty_source(self, source: Source) -> None:
        assert collect(source).reports == (SourceReport(name="saved", state=EMPTY),)

    def test_a_missing_folder_is_a_failed_source(self, source: Source) -> None:
        collected = collect(replace(source, location=source.location + "-not"))
        assert collected.reports[0].state is FAILED
        assert collected.problems[0].source == "saved-not"

    def test_no_source_at_all_gives_nothing(self) -> None:
        assert collect() == Collected()

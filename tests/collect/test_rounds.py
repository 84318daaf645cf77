"""Lets a collector live through hours and days with servers that remember what they were asked."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from briefing.collect.collector import SourceCollector
from briefing.collect.documents import Documents
from briefing.model.edition import SourceState
from briefing.model.settings import FetchRule
from briefing.model.source import Collected, Source, SourceKind
from tests.collect.samples import NOW, PARAGRAPHS, item, page, rss
from tests.collect.servers import MovingServer, answer
from tests.fakes import MemoryArticles, MemoryVisits

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = rss(item("Ferry sails"), item("Bridge opens", "b"))


RULE = FetchRule(allow_private=True, timeout=1.5, gap=0.0)


@dataclass
class Desk:
    """A collector that lives on, restarted before every reading."""

    visits: MemoryVisits = field(default_factory=MemoryVisits)
    articles: MemoryArticles = field(default_factory=MemoryArticles)
    rule: FetchRule = RULE

    def read(self, *sources: Source, after: timedelta = timedelta(0)) -> Collected:
        collector = SourceCollector(
            rule=self.rule,
            documents=Documents(),
            visits=self.visits,
            articles=self.articles,
            window=timedelta(hours=36),
        )
        return collector.collect(sources, now=NOW + after)


@dataclass
class Outlet:
    """A server's word for each moment: what it answers, and with which headers."""

    body: str | bytes = FEED
    status: str = "200 OK"
    headers: dict[str, Any] = field(default_factory=lambda: {"ETag": 'W/"a;1"', "Last_Modified": "a while ago"})
    remembers: bool = True

    def __call__(self, connection: socket.socket, request: str) -> None:
        is_known = self.remembers and 'If-None-Match: W/"a;1"' in request
        if is_known and self.status == "200 OK":
            connection.sendall(answer(status="304 Not Modified", **self.headers))
        else:
            connection.sendall(answer(self.body, status=self.status, **self.headers))


HEADLINES = (
    "Ferry sails for the islands again",
    "Council votes on the new bridge tonight",
    "Storks return to the marsh in March",
    "Bakers raise the price of rye bread",
    "Divers find a second hull in the harbour",
    "Orchestra plays its first concert on ice",
    "Railway to run every half hour from June",
)
LISTING = (
    "<html><body>"
    + "".join(f"<div><h3><a href='/{n}'>{headline}</a></h3></div>" for n, headline in enumerate(HEADLINES))
    + "</body></html>"
)


def feed(url: str, **told: Any) -> Source:
    return Source(kind=SourceKind.FEED, location=url, **told)


def titles(collected: Collected) -> list[str]:
    return [article.title for article in collected.articles]


def test_within_the_hour_nothing_is_asked_and_afterwards_it_is_asked_whether_there_is_news() -> None:
    desk = Desk()
    with MovingServer({"/f": Outlet()}) as server:
        first = desk.read(feed(server.url + "/f"))
        again = desk.read(feed(server.url + "/f"), after=HOUR - timedelta(seconds=1))
        assert len(server.requests) == 1
        later = desk.read(feed(server.url + "/f"), after=1.2 * HOUR)
    assert len(server.requests) == 2
    assert 'If-None-Match: W/"a;1"\r\n' in server.requests[1]
    assert "If-Modified-Since: a while ago\r\n" in server.requests[1]
    assert titles(first) == ["Ferry sails", "Bridge opens"]
    assert first == replace(again, visits=first.visits) == replace(later, visits=first.visits)


def test_what_a_feed_no_longer_carries_is_told_as_long_as_it_is_news() -> None:
    desk, outlet = Desk(), Outlet(remembers=False)
    with MovingServer({"/f": outlet}) as server:
        desk.read(feed(server.url + "/f"))
        outlet.body = rss(item("Council votes", "c"))
        assert titles(desk.read(feed(server.url + "/f"), after=2 * HOUR)) == [
            "Council votes",
            "Ferry sails",
            "Bridge opens",
        ]
        assert titles(desk.read(feed(server.url + "/f"), after=9 * DAY)) == ["Council votes"]


def test_a_server_that_says_not_modified_for_ever_is_read_in_full_once_a_week() -> None:
    desk, outlet = Desk(), Outlet()
    with MovingServer({"/f": outlet}) as server:
        for day in range(15):
            desk.read(feed(server.url + "/f"), after=day * DAY)
    assert [number for number, request in enumerate(server.requests) if "If-None-Match" not in request] == [0, 7, 14]


@pytest.mark.parametrize("value", ["7200", "Sun, 22 Nov 2026 07:00:00 GMT"], ids=["seconds", "date"])
def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_all_its_feeds(value: str) -> None:
    desk, busy = Desk(), Outlet(status="429 Slow", headers={"Retry_After": value})
    with MovingServer({"/a": busy, "/b": Outlet()}) as server:
        first = desk.read(feed(server.url + "/a", name="A"), feed(server.url + "/b", name="B"))
        assert len(server.requests) == 1
        assert [report.state for report in first.reports] == [SourceState.FAILED] * 2
        assert "its host wants to be left alone until" in str(first.reports[1].error)
        desk.read(feed(server.url + "/b", name="B"), after=timedelta(minutes=5))
        assert len(server.requests) == 1
        desk.read(feed(server.url + "/b", name="B"), after=3 * HOUR)
        assert len(server.requests) == 2


def test_a_failing_feed_is_named_with_its_reason_each_time_and_its_articles_stay() -> None:
    desk, outlet = Desk(), Outlet()
    with MovingServer({"/f": outlet}) as server:
        source = feed(server.url + "/f")
        desk.read(source)
        outlet.status = "500 Oops"
        for after in (2 * HOUR, 2.5 * HOUR, 4 * HOUR):
            collected = desk.read(source, after=after)
            (report,) = collected.reports
            assert (report.name, report.state, report.articles) == ("Harbour Post", SourceState.FAILED, 2)
            assert (report.error, report.since) == ("answered 500 Oops", NOW + 2 * HOUR)
            assert titles(collected) == ["Ferry sails", "Bridge opens"]
        assert collected.visits[0].failing_since == NOW + 2 * HOUR


def test_what_is_gone_is_asked_once() -> None:
    desk, gone = Desk(), Outlet(status="410 Gone")
    with MovingServer({"/f": gone}) as server:
        for day in range(3):
            collected = desk.read(feed(server.url + "/f"), after=day * DAY)
    assert len(server.requests) == 1
    assert collected.reports[0].error == "answered 410 Gone"


def test_a_feed_that_moves_for_good_is_told_once_it_is_sure_and_asked_there() -> None:
    desk = Desk()
    moved = Outlet(status="301 Moved", headers={"Location": "/new?key=hush"})
    with MovingServer({"/old": moved, "/new": Outlet(remembers=False)}) as server:
        source = feed(server.url + "/old", name="Quay")
        assert desk.read(source).problems == ()
        (told,) = desk.read(source, after=2 * HOUR).problems
        desk.read(source, after=4 * HOUR)
    assert told.message == f"Quay has moved for good to {server.url}/new?…; write the new address in the config"
    assert told.source is None
    assert [request.split(" ")[1] for request in server.requests] == [
        *("/old", "/new?key=hush", "/old", "/new?key=hush", "/new?key=hush")
    ]


def test_a_list_of_feeds_is_known_while_it_may_not_be_asked() -> None:
    desk = Desk()
    with MovingServer({"/f": Outlet()}) as server:
        listed = f"<opml><body><outline text='Label' xmlUrl='{server.url}/f'/></body></opml>"
        server.behaviours["/l"] = Outlet(body=listed, headers={})
        source = Source(kind=SourceKind.OPML, location=server.url + "/l")
        first, again = desk.read(source), desk.read(source, after=HOUR / 2)
        assert len(server.requests) == 2
        server.behaviours["/l"] = Outlet(status="500 Oops")
        later = desk.read(source, after=2 * HOUR)
    assert titles(first) == titles(again) == titles(later) == ["Ferry sails", "Bridge opens"]
    assert [report.state for report in later.reports] == [SourceState.FAILED, SourceState.READ]


def test_a_program_that_dies_while_it_asks_does_not_ask_again_at_once() -> None:
    class Dying(Documents):
        def examine(self, saved: object) -> Any:
            raise KeyboardInterrupt

    desk = Desk()
    with MovingServer({"/f": Outlet()}) as server:
        collector = SourceCollector(
            rule=desk.rule, documents=Dying(), visits=desk.visits, articles=desk.articles, window=36 * HOUR
        )
        with pytest.raises(KeyboardInterrupt):
            collector.collect([feed(server.url + "/f")], now=NOW)
        desk.read(feed(server.url + "/f"), after=HOUR / 2)
        assert len(server.requests) == 1
        assert titles(desk.read(feed(server.url + "/f"), after=2 * HOUR)) == ["Ferry sails", "Bridge opens"]


def test_an_address_on_two_lists_is_asked_once() -> None:
    desk = Desk()
    with MovingServer({"/f": Outlet()}) as server:
        collected = desk.read(feed(server.url + "/f", name="One"), feed(server.url + "/f", name="Two"))
    assert len(server.requests) == 1
    assert [(report.name, report.articles) for report in collected.reports] == [("One", 2), ("Two", 2)]


@pytest.mark.parametrize("is_listed_first", [True, False])
def test_an_address_in_the_config_and_on_a_list_in_a_file_is_asked_once(tmp_path: Path, is_listed_first: bool) -> None:
    desk, file = Desk(), tmp_path / "l.opml"
    with MovingServer({"/f": Outlet()}) as server:
        file.write_text(f"<opml><body><outline text='Two' xmlUrl='{server.url}/f'/></body></opml>")
        sources = [Source(kind=SourceKind.OPML, location=str(file)), feed(server.url + "/f", name="One")]
        collected = desk.read(*(sources if is_listed_first else reversed(sources)))
        assert len(server.requests) == 1
    assert titles(collected) == ["Ferry sails", "Bridge opens"]
    assert {report.error for report in collected.reports} == {None}


@pytest.mark.parametrize("status", ["200 OK", "500 Oops"])
def test_an_address_that_a_list_names_after_it_was_read_is_told_as_it_was_read(status: str) -> None:
    desk = Desk()
    with MovingServer({"/f": Outlet(status=status)}) as server:

        def late(connection: socket.socket, _request: str) -> None:
            time.sleep(0.4)
            body = f"<opml><body><outline text='Two' xmlUrl='{server.url}/f'/></body></opml>"
            connection.sendall(answer(body))

        with MovingServer({"/l": late}, host="127.0.0.2") as other:
            listed = Source(kind=SourceKind.OPML, location=other.url + "/l")
            collected = desk.read(feed(server.url + "/f", name="One"), listed)
    assert len(server.requests) == 1
    assert len({(visit.asked_at, visit.read_at, visit.error) for visit in collected.visits}) == 1
    assert {report.state for report in collected.reports} == {
        SourceState.READ if status == "200 OK" else SourceState.FAILED
    }


class TestPagesWithAndWithoutFeeds:
    def test_the_common_places_are_tried_once_for_a_page_that_lists_its_articles(self) -> None:
        desk = Desk()
        with MovingServer({"/robots.txt": Outlet(body=""), "/": Outlet(body=LISTING, remembers=False)}) as server:
            source = Source(kind=SourceKind.PAGE, location=server.url + "/")
            first, later = desk.read(source), desk.read(source, after=2 * HOUR)
        paths = [request.split()[1] for request in server.requests]
        assert titles(first) == titles(later) == [*HEADLINES]
        assert paths.count("/") == 2
        assert [paths.count(path) for path in ("/feed", "/rss", "/atom.xml", "/index.xml", "/feed.json")] == [1] * 5

    def test_a_feed_that_is_announced_and_does_not_answer_is_named_where_the_page_lists_nothing(self) -> None:
        announcing = "<html><head><link rel=alternate type='application/rss+xml' href=/f></head><p>Hello</p></html>"
        broken = Outlet(status="500 Oops", headers={})
        with MovingServer({"/robots.txt": Outlet(body=""), "/": Outlet(body=announcing), "/f": broken}) as server:
            collected = Desk().read(Source(kind=SourceKind.PAGE, location=server.url + "/"))
        assert collected.reports[0].error == "holds no article, and of the feed it announces is said: answered 500 Oops"

    def test_a_feed_that_is_announced_again_after_a_pause_is_asked_without_the_pages_validators(self) -> None:
        announcing = LISTING.replace("<body>", "<link rel=alternate type='application/rss+xml' href=/f><body>")
        broken, front = Outlet(status="500 Oops", headers={}), Outlet(body=announcing, remembers=False)
        desk = Desk()
        with MovingServer({"/robots.txt": Outlet(body=""), "/": front, "/f": Outlet(remembers=False)}) as server:
            source = Source(kind=SourceKind.PAGE, location=server.url + "/")
            assert titles(desk.read(source)) == ["Ferry sails", "Bridge opens"]
            server.behaviours["/f"] = broken
            assert titles(desk.read(source, after=8 * DAY))[:2] == [*HEADLINES[:2]]
            server.behaviours["/f"] = Outlet(remembers=False)
            del server.requests[:]
            desk.read(source, after=8 * DAY + 2 * HOUR)
        (asked,) = [request for request in server.requests if request.startswith("GET /f ")]
        assert "If-" not in asked


class TestRobots:
    def test_a_page_is_left_alone_when_robots_txt_says_so_and_a_feed_is_not(self) -> None:
        desk = Desk()
        robots = Outlet(body="User-agent: briefing\nDisallow: /private*\n")
        with MovingServer({"/robots.txt": robots, "/private": Outlet(body=page()), "/private.xml": Outlet()}) as server:
            sources = (
                Source(kind=SourceKind.PAGE, location=server.url + "/private"),
                feed(server.url + "/private.xml"),
            )
            collected = desk.read(*sources)
            desk.read(*sources, after=2 * HOUR)
            assert sum("GET /robots.txt" in request for request in server.requests) == 1
            desk.read(*sources, after=25 * HOUR)
            assert sum("GET /robots.txt" in request for request in server.requests) == 2
        assert not any("GET /private " in request for request in server.requests)
        assert collected.reports[0].error == "its robots.txt asks programs not to read this page"
        assert titles(collected) == ["Ferry sails", "Bridge opens"]

    @pytest.mark.parametrize(
        ("robots", "is_read"),
        [
            (Outlet(status="404 Not Found"), True),
            (Outlet(status="403 Forbidden"), True),
            (Outlet(status="500 Oops"), False),
            (Outlet(body=b"\xff\xfe\x00nonsense"), True),
        ],
        ids=["none", "forbidden", "broken", "noise"],
    )
    def test_without_a_robots_txt_that_says_otherwise_a_page_is_read(self, robots: Outlet, is_read: bool) -> None:
        with MovingServer({"/robots.txt": robots, "/p": Outlet(body=page())}) as server:
            collected = Desk().read(Source(kind=SourceKind.PAGE, location=server.url + "/p"))
        assert bool(collected.articles) is is_read
        assert is_read or "robots.txt could not be read" in str(collected.reports[0].error)


class TestPassingFaults:
    def test_what_passes_in_a_moment_is_tried_again(self) -> None:
        answers = [answer(status="502 Bad Gateway"), b"", answer(FEED)]
        with MovingServer({"/f": lambda connection, _: connection.sendall(answers.pop(0))}) as server:
            assert titles(Desk().read(feed(server.url + "/f"))) == ["Ferry sails", "Bridge opens"]
        assert len(server.requests) == 3

    @pytest.mark.parametrize(("status", "tries"), [("504 Late", 3), ("500 Oops", 1), ("404 Gone", 1), ("429 Slow", 1)])
    def test_nothing_else_is_and_not_for_ever(self, status: str, tries: int) -> None:
        with MovingServer({"/f": Outlet(status=status)}) as server:
            collected = Desk().read(feed(server.url + "/f"))
        assert len(server.requests) == tries
        assert collected.reports[0].error == f"answered {status}"


class TestCredentials:
    def test_a_feed_that_moved_to_another_host_is_not_told_the_old_ones_password(self) -> None:
        desk = Desk()
        with MovingServer({"/new": Outlet(remembers=False)}, host="127.0.0.2") as other:
            moved = Outlet(status="308 Moved", headers={"Location": other.url + "/new"})
            with MovingServer({"/old": moved}) as server:
                source = feed(server.url + "/old", username="ada", password="hush", headers=(("X-Key", "k"),))
                for hours in (0, 2, 4):
                    desk.read(source, after=hours * HOUR)
        assert all("Authorization: Basic" in request and "X-Key: k" in request for request in server.requests)
        assert len(other.requests) == 3
        assert not any("Authorization" in request or "X-Key" in request for request in other.requests)

    def test_a_proxy_is_asked_in_the_sources_place(self) -> None:
        with MovingServer({"http://quay.example/f": Outlet()}) as proxy:
            collected = Desk(rule=FetchRule(timeout=1.5)).read(feed("http://quay.example/f", proxy=proxy.url))
        assert titles(collected) == ["Ferry sails", "Bridge opens"]

    def test_a_proxy_that_is_not_there_is_named_as_such_and_its_password_is_not(self) -> None:
        collected = Desk().read(feed("http://quay.example/f", proxy="http://ada:hush@127.0.0.1:1"))
        assert collected.reports[0].error == "its proxy could not be reached"
        assert "hush" not in repr(collected)


def test_two_requests_to_one_host_are_a_moment_apart() -> None:
    at: list[datetime] = []

    def note(connection: socket.socket, request: str) -> None:
        at.append(datetime.now().astimezone())  # noqa: TID251 - the server's own watch
        Outlet()(connection, request)

    with MovingServer({"/a": note, "/b": note, "/c": note}) as server:
        desk = Desk(rule=FetchRule(allow_private=True, gap=0.4))
        desk.read(*(feed(f"{server.url}/{path}") for path in "abc"))
    assert at[1] - at[0] >= timedelta(seconds=0.4)
    assert at[2] - at[1] >= timedelta(seconds=0.4)


def test_an_answer_without_a_body_is_a_failure_of_the_source() -> None:
    with MovingServer({"/f": Outlet(body="")}) as server:
        collected = Desk().read(feed(server.url + "/f"))
    assert collected.reports[0].error == "is empty; save the page again"


def excerpts(server: MovingServer, *numbers: int) -> str:
    return rss(
        *(
            item(f"Ferry {n}", link=f"{server.url}/{n}", guid=f"{server.url}/{n}", description=f"Sails {n}.")
            for n in numbers
        )
    )


def asked_pages(server: MovingServer) -> list[str]:
    paths = (request.split()[1] for request in server.requests)
    return [path for path in paths if path[1:].isdigit()]


def test_entries_of_excerpts_are_read_from_their_pages_once_where_the_config_asks_for_it() -> None:
    desk, pages = Desk(), {f"/{n}": Outlet(body=page(title=f"Ferry {n}")) for n in (1, 2)}
    with MovingServer({"/robots.txt": Outlet(body=""), **pages}) as server:
        outlet = server.behaviours["/f"] = Outlet(body=excerpts(server, 1), remembers=False)
        assert desk.read(feed(server.url + "/f")).articles[0].text == ""
        source = feed(server.url + "/f", full_text=True)
        for hours, carried in ((2, (1,)), (4, (2, 1)), (6, (2, 1))):
            outlet.body = excerpts(server, *carried)
            told = desk.read(source, after=hours * HOUR).articles
            assert [article.text for article in told] == ["\n".join(PARAGRAPHS)] * len(carried)
    assert asked_pages(server) == ["/1", "/2"]


def test_a_page_that_programs_are_asked_not_to_read_is_left_alone() -> None:
    desk = Desk()
    robots = Outlet(body="User-agent: *\nDisallow: /1")
    with MovingServer({"/robots.txt": robots, "/1": Outlet(body=page())}) as server:
        server.behaviours["/f"] = Outlet(body=excerpts(server, 1))
        (article,) = desk.read(feed(server.url + "/f", full_text=True)).articles
    assert (article.text, article.excerpt, article.truncated) == ("", "Sails 1.", True)
    assert asked_pages(server) == []


def test_the_feeds_secrets_are_not_told_to_its_pages() -> None:
    desk = Desk()
    with MovingServer({"/robots.txt": Outlet(body=""), "/1": Outlet(body=page())}) as server:
        server.behaviours["/f"] = Outlet(body=excerpts(server, 1))
        desk.read(feed(server.url + "/f", full_text=True, headers=(("X-Key", "hush"),), username="u", password="p"))
    by_path = {request.split()[1]: request for request in server.requests}
    assert "X-Key: hush" in by_path["/f"]
    assert not [word for word in ("hush", "Authorization") if word in by_path["/1"] + by_path["/robots.txt"]]

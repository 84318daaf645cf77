from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from briefing.collect.collector import SourceCollector
from briefing.collect.documents import Documents
from briefing.collect.scouting import SourceScout
from briefing.errors import SourceError
from briefing.model.settings import FetchRule
from briefing.model.source import SourceKind
from briefing.model.visit import FirstLook
from briefing.ports import Scout
from tests.collect.samples import NOW, item, page, rss
from tests.collect.servers import MovingServer
from tests.collect.test_rounds import HEADLINES, LISTING, Outlet
from tests.fakes import FakeScout, MemoryArticles, MemoryVisits

RULE = FetchRule(allow_private=True, timeout=1.5, gap=0.0)
FEED = rss(item("Ferry sails"), item("Bridge opens", "b"))
ANNOUNCING = "<html><head><link rel=alternate type='application/rss+xml' href=/f.xml></head><p>Hello</p></html>"
ALL = "User-agent: *\nDisallow: /\n"


def scout_with(visits: MemoryVisits | None = None) -> SourceScout:
    return SourceScout(rule=RULE, documents=Documents(), visits=visits or MemoryVisits())


def look(path: str = "/", robots: str = "", **told: str | Outlet) -> tuple[FirstLook | str, list[str]]:
    """What was seen, its address without the server's, or the reason against it; and what was asked for."""
    answers = {f"/{name.replace('_', '.')}".replace("/front", "/"): body for name, body in told.items()}
    outlets: dict[str, Any] = {p: b if isinstance(b, Outlet) else Outlet(body=b) for p, b in answers.items()}
    with MovingServer({"/robots.txt": Outlet(body=robots), **outlets}) as server:
        try:
            seen: FirstLook | str = scout_with().look(server.url + path, now=NOW)
        except SourceError as error:
            seen = error.reason
    if isinstance(seen, FirstLook):
        seen = replace(seen, source=replace(seen.source, location=seen.source.location.removeprefix(server.url)))
    return seen, [request.split()[1] for request in server.requests]


@pytest.mark.parametrize(
    ("answers", "path", "asked"),
    [
        ({"f_xml": FEED}, "/f.xml", ["/f.xml"]),
        ({"front": ANNOUNCING, "f_xml": FEED}, "/", ["/", "/robots.txt", "/f.xml"]),
        ({"front": page(), "rss": FEED}, "/", ["/", "/robots.txt", "/feed", "/rss"]),
    ],
    ids=["itself", "announced", "in a common place"],
)
def test_a_feed_is_found_with_as_few_requests_as_can_be(answers: dict[str, str], path: str, asked: list[str]) -> None:
    seen, requests = look(path, **answers)
    assert isinstance(seen, FirstLook)
    assert (seen.source.kind, seen.source.location, seen.name) == (SourceKind.FEED, asked[-1], "Harbour Post")
    assert [article.title for article in seen.articles] == ["Ferry sails", "Bridge opens"]
    assert requests == asked


def test_a_site_without_a_feed_is_seen_as_its_list_of_articles() -> None:
    seen, requests = look(front=LISTING)
    assert isinstance(seen, FirstLook)
    assert (seen.source.kind, seen.source.location, seen.name) == (SourceKind.PAGE, "/", "127.0.0.1")
    assert [article.title for article in seen.articles] == [*HEADLINES]
    assert len(requests) == 7


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"front": page()}, "is one article, and announces no feed"),
        ({"front": "<html><p>Hello"}, "announces no feed and holds no article"),
        ({"front": Outlet(status="403 Forbidden")}, "answered 403 Forbidden"),
        ({"front": LISTING, "robots": ALL}, "its robots.txt asks programs not to read this page"),
    ],
    ids=["article", "nothing", "forbidden", "robots"],
)
def test_what_cannot_be_read_every_day_is_refused_with_the_reason(answers: dict[str, Any], reason: str) -> None:
    seen, _ = look(**answers)
    assert isinstance(seen, str)
    assert seen.startswith(reason)


def test_a_feed_that_a_person_names_is_read_whatever_robots_txt_says_of_pages() -> None:
    seen, requests = look("/f.xml", robots=ALL, f_xml=FEED)
    assert isinstance(seen, FirstLook)
    assert requests == ["/f.xml"]


def test_what_was_seen_and_kept_is_not_asked_for_again_within_the_hour() -> None:
    visits, articles = MemoryVisits(), MemoryArticles()
    with MovingServer({"/robots.txt": Outlet(body=""), "/": Outlet(body=ANNOUNCING), "/f.xml": Outlet(body=FEED)}) as s:
        seen = scout_with(visits).look(s.url + "/", now=NOW)
        articles.save_articles(seen.visit.key, seen.articles, now=NOW)
        visits.save_visits([seen.visit])
        collector = SourceCollector(
            rule=RULE, documents=Documents(), visits=visits, articles=articles, window=NOW - NOW.replace(hour=0)
        )
        collected = collector.collect([seen.source], now=NOW)
    assert [article.title for article in collected.articles] == ["Ferry sails", "Bridge opens"]
    assert [report.name for report in collected.reports] == ["Harbour Post"]
    assert len(s.requests) == 3


def test_what_a_host_asked_for_is_kept_to_and_remembered() -> None:
    visits = MemoryVisits()
    with MovingServer({"/": Outlet(status="429 Slow", headers={"Retry_After": "7200"})}) as server:
        for _ in range(2):
            with pytest.raises(SourceError, match=r"answered 429|wants to be left alone"):
                scout_with(visits).look(server.url + "/", now=NOW)
    assert len(server.requests) == 1


@pytest.mark.parametrize("make", [FakeScout, lambda _: scout_with()], ids=["fake", "real"])
def test_every_scout_sees_the_feed_and_refuses_what_is_nothing(make: Callable[[dict[str, FirstLook]], Scout]) -> None:
    with MovingServer({"/f.xml": Outlet(body=FEED)}) as server:
        known = scout_with().look(server.url + "/f.xml", now=NOW)
        scout = make({server.url + "/f.xml": known})
        assert scout.look(server.url + "/f.xml", now=NOW) == known
        with pytest.raises(SourceError):
            scout.look(server.url + "/nothing", now=NOW)

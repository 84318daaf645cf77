from __future__ import annotations

import pytest

from briefing.collect.opml import parse_opml
from briefing.errors import ParseError
from briefing.model.source import Source, SourceKind

LIST = Source(
    kind=SourceKind.OPML,
    location="/lists/feeds.opml",
    country="DK",
    weight=2.0,
    headers=(("X", "1"),),
    password="p",
    line=7,
)


def opml(body: str, head: str = '<?xml version="1.0"?>') -> str:
    return f'{head}<opml version="2.0"><head><title>L</title></head><body>{body}</body></opml>'


def feeds(text: str) -> tuple[Source, ...]:
    return parse_opml(text, source=LIST, name="feeds.opml")


def test_each_outline_is_a_feed_with_its_text_as_name_and_the_lists_settings() -> None:
    folded = '<outline text="North"><outline text="Harbour &amp;amp; Post" xmlUrl="https://a.example/f"/></outline>'
    (feed,) = feeds(opml(folded))
    assert (feed.kind, feed.location, feed.name) == (SourceKind.FEED, "https://a.example/f", "Harbour & Post")
    assert (feed.country, feed.weight, feed.line) == ("DK", 2.0, 7)


def test_the_lists_secrets_do_not_go_to_its_feeds() -> None:
    (feed,) = feeds(opml('<outline text="A" xmlUrl="https://a.example/f"/>'))
    assert (feed.headers, feed.username, feed.password) == ((), None, None)


def test_order_is_kept_and_a_repeated_address_is_one_feed() -> None:
    lines = "".join(f'<outline title="T{n}" xmlurl="https://a.example/{n}"/>' for n in (2, 1, 2))
    assert [(feed.name, feed.location) for feed in feeds(opml(lines))] == [
        ("T2", "https://a.example/2"),
        ("T1", "https://a.example/1"),
    ]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:x", "feed", ""])
def test_only_web_addresses_are_feeds(address: str) -> None:
    with pytest.raises(ParseError, match="holds no feed"):
        feeds(opml(f'<outline text="A" xmlUrl="{address}"/>'))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<opml><body>", r"is not well-formed OPML \(line 1: .*\); export it again"),
        ("<html><body/></html>", "holds no feed"),
        ("", "is not well-formed OPML"),
    ],
    ids=["cut", "another format", "empty"],
)
def test_what_is_no_list_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        feeds(text)


def test_a_list_cannot_declare_entities() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "https://a.example/f">]>'
    with pytest.raises(ParseError, match="declares entities of its own"):
        feeds(opml('<outline text="&a;" xmlUrl="&a;"/>', head))

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.collect.opml import known_feeds, label_of, parse_opml, write_opml
from briefing.collect.text import plain_line
from briefing.errors import ParseError
from briefing.model.source import Source, SourceKind
from briefing.model.visit import Visit, visit_key
from tests.fakes import MemoryVisits

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


@pytest.mark.parametrize(
    "text",
    [
        opml('<outline text="Bread & soup" xmlUrl="https://a.example/f?a=1&b=2"/>'),
        '<opml><body><outline text="Bread &amp; soup" xmlUrl="https://a.example/f?a=1&amp;b=2"/>',
        'Warning: x\n<opml><body><outline><outline text="Bread &amp; soup" xmlUrl="https://a.example/f?a=1&amp;b=2"></body>',
    ],
    ids=["bare ampersand", "cut off", "crossed"],
)
def test_the_feeds_of_a_broken_list_are_found(text: str) -> None:
    (feed,) = feeds(text)
    assert (feed.name, feed.location) == ("Bread & soup", "https://a.example/f?a=1&b=2")


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 99)), min_size=1, max_size=4, unique_by=lambda f: f[1]))
def test_a_list_that_was_written_reads_as_it_was(listed: list[tuple[str, int]]) -> None:
    named = [(plain_line(name) or None, f"https://a.example/?f={number}&x=é") for name, number in listed]
    sources = [replace(LIST, kind=SourceKind.FEED, name=name, location=address) for name, address in named]
    read = feeds(write_opml(sources, title="<News>"))
    assert [(label_of(feed), feed.location) for feed in read] == [
        (name, address.replace("é", "%C3%A9")) for name, address in named
    ]


def test_a_list_cannot_declare_entities() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "https://a.example/f">]>'
    with pytest.raises(ParseError, match="declares entities of its own"):
        feeds(opml('<outline text="&a;" xmlUrl="&a;"/>', head))


def test_feeds_on_lists_are_known_without_asking_anybody(tmp_path: Path) -> None:
    (tmp_path / "good.opml").write_text(opml('<outline text="A" xmlUrl="https://a.example/f"/>'))
    (tmp_path / "empty.opml").write_text(opml(""))
    files = [replace(LIST, location=str(tmp_path / name)) for name in ("good.opml", "empty.opml", "none.opml")]
    read, unread = (replace(LIST, location=f"https://lists.example/{name}") for name in ("read", "unread"))
    listed = opml('<outline text="B" xmlUrl="https://b.example/f"/>').encode()
    visits = MemoryVisits({visit_key(read): Visit(key=visit_key(read), listed=listed)})
    feed = Source(kind=SourceKind.FEED, location="https://c.example/f")
    found = known_feeds([*files, read, unread, feed], visits)
    assert {source.location: [one.location for one in feeds] for source, feeds in found.items()} == {
        str(tmp_path / "good.opml"): ["https://a.example/f"],
        "https://lists.example/read": ["https://b.example/f"],
    }

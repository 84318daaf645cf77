"""Holds the reader of feeds to feedparser, entry by entry, on sound feeds; and to its own time on all others."""

from __future__ import annotations

import json
import time
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings

from briefing.collect.documents import Documents
from briefing.errors import ParseError
from tests.collect.samples import FEED_URL, item, rss, saved
from tests.collect.test_feed_ways import feeds

DAY = "Thu, 19 Nov 2026 08:30:00 +0100"
THREE = "".join(item(f"A{n}", link=f"https://harbour.example/{n}", guid=f"g{n}") for n in range(3))
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
    + "".join(
        f"<entry><title>A{n}</title><id>t:{n}</id><link href='https://harbour.example/{n}'/>"
        f"<published>2026-11-{10 + n}T08:30:00Z</published><content type='html'>&lt;p&gt;B&lt;/p&gt;</content></entry>"
        for n in range(3)
    )
    + "</feed>"
)
PLAIN = rss(THREE).partition("?>")[2]
SOUND = {
    "utf-8": rss(THREE).encode(),
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + PLAIN.encode("utf-16")[2:],
    "latin-1": b'<?xml version="1.0" encoding="ISO-8859-1"?>' + PLAIN.replace("A1", "Né").encode("latin-1"),
    "koi8-r": b'<?xml version="1.0" encoding="koi8-r"?>' + PLAIN.replace("A1", "Заголовок").encode("koi8-r"),
    "big5": b'<?xml version="1.0" encoding="big5"?>' + PLAIN.replace("A1", "新聞標題").encode("big5"),
    "atom": ATOM.encode(),
    "sections": rss(THREE.replace("A1", "<![CDATA[A & B]]>")).encode(),
    "numeric entities": rss(THREE.replace("A1", "A &#233; &#x2014; B")).encode(),
    "many": rss(*(item(f"A{n}", link=f"https://harbour.example/{n}", guid=f"g{n}") for n in range(300))).encode(),
    "zones": rss(THREE.replace("+0100", "EST")).encode(),
    "two-digit year": rss(THREE.replace("19 Nov 2026", "19 Nov 26")).encode(),
}


def as_feedparser_reads(content: bytes) -> list[tuple[str, str, datetime | None]]:
    found: Any = feedparser.parse(content, sanitize_html=False, response_headers={"content-location": FEED_URL})
    return [
        (
            " ".join(entry.get("title", "").split()),
            entry.get("link", ""),
            datetime.fromtimestamp(timegm(entry.published_parsed), UTC) if entry.get("published_parsed") else None,
        )
        for entry in found.entries
    ]


def as_we_read(content: bytes) -> list[tuple[str, str, datetime | None]]:
    articles = Documents().examine(saved(content, url=FEED_URL)).articles
    times = [article.published.at for article in articles]
    return [
        (article.title, article.url or "", at.astimezone(UTC) if isinstance(at, datetime) else None)
        for article, at in zip(articles, times, strict=True)
    ]


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND)
def test_a_sound_feed_gives_what_feedparser_gives(content: bytes) -> None:
    found = as_we_read(content)
    assert found == as_feedparser_reads(content)
    assert len(found) >= 3


@settings(deadline=None, max_examples=60)
@given(feeds())
def test_as_many_entries_with_the_same_links_as_feedparser_whatever_stands_in_them(xml: str) -> None:
    found: Any = feedparser.parse(xml.encode(), sanitize_html=False, response_headers={"content-location": FEED_URL})
    first = {entry.get("id") or entry.get("link", ""): entry.get("link", "") for entry in reversed(found.entries)}
    # Of two entries with one id, we tell the first.
    assert {link for _, link, _ in as_we_read(xml.encode())} == set(first.values())


BROKEN = {
    "mismatched tags": (rss(THREE.replace("A1</title>", "A1</titel>")).encode(), {"A0", "A2"}),
    "open section": (rss(THREE + "<item><title><![CDATA[x</title></item>").encode(), {"A0", "A1", "A2"}),
    "zero byte": (rss(THREE).encode().replace(b"A1", b"A\x001"), {"A0", "A1", "A2"}),
    "cut in a letter": (rss(THREE).encode()[:-150] + "é".encode()[:1], {"A0", "A1"}),
    "two feeds": (rss(THREE).encode() * 2, {"A0", "A1", "A2"}),
    "json": (
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [{"id": n, "url": f"https://harbour.example/{n}", "title": f"A{n}"} for n in range(3)],
            }
        ).encode(),
        {"A0", "A1", "A2"},
    ),
    "ten megabytes of one entry": (
        rss(THREE + item("Long", "l").replace("</item>", f"<content>{'x' * 10_000_000}</content></item>")).encode(),
        {"A0", "A1", "A2", "Long"},
    ),
}


@pytest.mark.parametrize(("content", "titles"), BROKEN.values(), ids=BROKEN)
def test_a_broken_feed_gives_what_can_be_told_from_it_in_time(content: bytes, titles: set[str]) -> None:
    began = time.monotonic()
    found = {title for title, _, _ in as_we_read(content)}
    assert found >= titles
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("content", [b"", b" \n", b"\x00" * 99, b"<?xml version='1.0'?><a/>", b"{}"])
def test_what_is_no_feed_is_refused_in_one_line_that_names_no_address(content: bytes) -> None:
    with pytest.raises(ParseError) as told:
        Documents().examine(saved(content, url=FEED_URL + "?token=s3cret"))
    assert "\n" not in str(told.value)
    assert "s3cret" not in str(told.value)

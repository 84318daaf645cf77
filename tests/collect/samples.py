"""Builds invented documents for the tests of the collect room."""

from __future__ import annotations

from datetime import UTC, datetime

from briefing.model.source import SavedFile

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
FEED_URL = "https://harbour.example/feed.xml"

#: Three invented paragraphs, long enough to be an article.
PARAGRAPHS = (
    "The ferry to Lindholm sailed again on Thursday morning, eleven days after a storm had torn its ramp off the quay.",
    "Forty lorries had slept on the road to the harbour. Their drivers were given soup by the sailing club, which keeps"
    " a kitchen for regattas and had never before needed it in November.",
    "The new ramp is borrowed from a shipyard further up the coast. It is two metres too short, so a crane lifts the"
    " last cars aboard, and the crossing takes ten minutes longer than before.",
)


def saved(
    content: bytes | str, *, name: str = "saved", url: str | None = None, captured_at: datetime = NOW
) -> SavedFile:
    raw = content.encode() if isinstance(content, str) else content
    return SavedFile(name=name, content=raw, captured_at=captured_at, url=url)


def rss(*items: str, title: str = "Harbour Post", head: str = "") -> str:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {spaces} {media}><channel><title>{title}</title>'
        f"<link>https://harbour.example/</link><description>All of it</description>{head}"
        f"{''.join(items)}</channel></rss>"
    )


def item(title: str = "Ferry sails again", path: str = "1", **more: str) -> str:
    fields = {
        "link": f"https://harbour.example/{path}",
        "guid": f"https://harbour.example/{path}",
        "pubDate": "Thu, 19 Nov 2026 08:30:00 +0100",
        "description": "A borrowed ramp ends eleven days of waiting.",
        **more,
    }
    inner = "".join(f"<{tag}>{value}</{tag}>" for tag, value in fields.items() if value)
    return f"<item><title>{title}</title>{inner}</item>"


def page(*, head: str = "", title: str = "Ferry sails again", body: str | None = None, lang: str = "en") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) if body is None else body
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | Harbour Post</title>{head}'
        f'</head><body><nav><a href="/">Home</a></nav><article><h1>{title}</h1>{text}</article></body></html>'
    )

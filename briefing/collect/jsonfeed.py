"""Takes the text of a JSON Feed (1.0 or 1.1), gives its entries.

The format: https://www.jsonfeed.org/version/1.1/

Next: briefing/collect/feeds.py.
"""

from __future__ import annotations

import json
from typing import Any

from briefing.collect.entries import Entry, ParsedFeed


def parse_json_feed(text: str) -> ParsedFeed | None:
    """Reads the feed; None for JSON that is none. A field of the wrong type counts as missing."""
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        return None
    return ParsedFeed(
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url"),
        language=_text(feed, "language"),
        entries=tuple(_entry(entry, feed) for entry in _list(feed, "items") if isinstance(entry, dict)),
    )


def _entry(entry: dict[str, Any], feed: dict[str, Any]) -> Entry:
    return Entry(
        key=str(entry["id"]) if entry.get("id") is not None else None,
        title=_text(entry, "title"),
        link=_text(entry, "url") or _text(entry, "external_url"),
        content=_text(entry, "content_html") or _as_markup(_text(entry, "content_text")),
        excerpt=_text(entry, "summary"),
        published=_text(entry, "date_published"),
        updated=_text(entry, "date_modified"),
        authors=_names(entry) or _names(feed),
        categories=tuple(tag for tag in _list(entry, "tags") if isinstance(tag, str)),
        language=_text(entry, "language"),
        image=_text(entry, "image") or _text(entry, "banner_image") or _attached_image(entry),
    )


def _attached_image(entry: dict[str, Any]) -> str | None:
    attachments = [part for part in _list(entry, "attachments") if isinstance(part, dict)]
    images = (_text(part, "url") for part in attachments if (_text(part, "mime_type") or "").startswith("image/"))
    return next(filter(None, images), None)


def _as_markup(plain: str | None) -> str | None:
    """Angle brackets in plain text are meant, and each of its lines is a paragraph."""
    if plain is None:
        return None
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"<p>{line}</p>" for line in escaped.splitlines())


def _names(holder: dict[str, Any]) -> tuple[str, ...]:
    """Version 1.1 lists `authors`, 1.0 has one `author`."""
    people = [*_list(holder, "authors"), holder.get("author")]
    return tuple(name for person in people if isinstance(person, dict) and (name := _text(person, "name")))


def _text(holder: dict[str, Any], key: str) -> str | None:
    found = holder.get(key)
    return found if isinstance(found, str) else None


def _list(holder: dict[str, Any], key: str) -> list[Any]:
    found = holder.get(key)
    return found if isinstance(found, list) else []

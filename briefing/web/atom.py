"""Takes a list of editions, gives it as an Atom feed (RFC 4287).

An entry names its edition and tells its headlines; the stories stand on the page it links to.

Next: briefing/cli/serving.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lxml import etree

from briefing.render.clean import clean

if TYPE_CHECKING:
    from briefing.services.archive import EditionList, Listed

ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: A feed must say when it last changed (§4.1.1); one that is still empty never did.
_NEVER = "1970-01-01T00:00:00Z"


def write_feed(listing: EditionList, *, name: str) -> bytes:
    """A list as a feed; `name` is the briefing's, which is its title and author."""
    changed = max((_written(listed.edition.built_at) for listed in listing.editions), default=_NEVER)
    feed = etree.Element("feed", {_LANGUAGE: listing.language}, nsmap={None: ATOM})
    _add(feed, "id", listing.id)
    _add(feed, "title", name)
    _add(feed, "updated", changed)
    _add(etree.SubElement(feed, "author"), "name", name)
    etree.SubElement(feed, "link", rel="self", type="application/atom+xml", href=listing.feed)
    etree.SubElement(feed, "link", rel="alternate", type="text/html", href=listing.address)
    for listed in listing.editions:
        _add_entry(feed, listed)
    content: bytes = etree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _add_entry(feed: etree._Element, listed: Listed) -> None:
    edition = listed.edition
    entry = etree.SubElement(feed, "entry", {_LANGUAGE: edition.language})
    _add(entry, "id", listed.id)
    _add(entry, "title", edition.title)
    _add(entry, "published", _written(edition.built_at))
    _add(entry, "updated", _written(edition.built_at))
    etree.SubElement(entry, "link", rel="alternate", type="text/html", hreflang=edition.language, href=listed.address)
    _add(entry, "summary", " · ".join(filter(None, (edition.title, edition.preheader))))


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = clean(text)  # lxml refuses control characters


def _written(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

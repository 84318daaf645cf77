"""Takes a list of feeds in OPML, gives one feed source per outline.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.parsers import expat

from briefing.collect.survey import FeedTrap, bare_xml
from briefing.collect.text import clean, plain_line
from briefing.collect.values import web_address
from briefing.errors import ParseError
from briefing.model.source import SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from briefing.model.source import Source

#: More feeds than this in one list is a mistake.
MAX_FEEDS = 5_000


def parse_opml(text: str, *, source: Source, name: str) -> tuple[Source, ...]:
    """Lists the feeds in the order they stand in, each address once; what the list is configured with applies to all.

    Args:
        name: what to call the list when it cannot be read.

    Raises:
        ParseError: not OPML, or a list without a feed.
    """
    found: dict[str, Source] = {}

    def outline(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.lower() == "opml":
            seen.append(tag)
        address = web_address({key.lower(): value for key, value in attributes.items()}.get("xmlurl"), None)
        if tag.lower() == "outline" and address and len(found) < MAX_FEEDS:
            found.setdefault(address, _feed_source(address, attributes, source))

    seen: list[str] = []
    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler = outline
    try:
        parser.Parse(bare_xml(clean(text)).encode(), True)  # noqa: FBT003 - the standard library's own signature
    except FeedTrap as trap:
        raise ParseError(name, str(trap)) from trap
    except expat.ExpatError as error:
        reason = f"is not well-formed OPML (line {error.lineno}: {expat.errors.messages[error.code]}); export it again"
        raise ParseError(name, reason) from error
    if not seen or not found:
        raise ParseError(name, "holds no feed; an OPML list names them as <outline xmlUrl=…>")
    return tuple(found.values())


def _feed_source(address: str, attributes: Mapping[str, str], source: Source) -> Source:
    label = plain_line(attributes.get("text") or attributes.get("title"))
    feed = replace(source, kind=SourceKind.FEED, location=address, name=label or None)
    return replace(feed, headers=(), username=None, password=None)  # credentials are for the list, not for its feeds

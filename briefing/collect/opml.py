"""Takes a list of feeds in OPML, gives one feed source per outline; or the other way round.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from briefing.collect.encoding import decode
from briefing.collect.survey import FeedTrap, bare_xml
from briefing.collect.text import clean, plain_line
from briefing.collect.values import host_of, web_address
from briefing.errors import ParseError, SourceError
from briefing.model.source import SourceKind
from briefing.model.visit import visit_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from briefing.model.source import Source
    from briefing.ports import VisitBook

#: More feeds than this in one list is a mistake.
MAX_FEEDS = 5_000
_OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,10};)")


def parse_opml(text: str, *, source: Source, name: str) -> tuple[Source, ...]:
    """Lists the feeds in the order they stand in, each address once; what the list is configured with applies to all.

    Args:
        name: what to call the list when it cannot be read.

    Raises:
        ParseError: not OPML, or a list without a feed.
    """
    try:
        xml = bare_xml(clean(text))
    except FeedTrap as trap:
        raise ParseError(name, str(trap)) from trap
    try:
        outlines = _sound(xml)
    except expat.ExpatError as error:
        outlines = _broken(xml)
        if not any(map(_address, outlines)):
            why = f"line {error.lineno}: {expat.errors.messages[error.code]}"
            raise ParseError(name, f"is not well-formed OPML ({why}); export it again") from error
    found: dict[str, Source] = {}
    for outline in outlines:
        address = _address(outline)
        if address and len(found) < MAX_FEEDS:
            found.setdefault(address, _feed_source(address, outline, source))
    if not found:
        raise ParseError(name, "holds no feed; an OPML list names them as <outline xmlUrl=…>")
    return tuple(found.values())


def known_feeds(sources: Iterable[Source], visits: VisitBook) -> dict[Source, tuple[Source, ...]]:
    """The feeds of each list among the sources, as they stand in its file, or stood there when it was last read.

    Nobody is asked; a list that cannot be read, or was not read yet, is left out.
    """
    lists = [source for source in sources if source.kind is SourceKind.OPML]
    read = visits.load_visits(visit_key(source) for source in lists)
    found: dict[Source, tuple[Source, ...]] = {}
    for source in lists:
        try:
            if "://" in source.location:
                visit = read.get(visit_key(source))
                content = (visit and visit.listed) or b""
            else:
                content = Path(source.location).read_bytes()
            found[source] = parse_opml(decode(content), source=source, name=source.location)
        except (OSError, SourceError):  # whoever reads the sources says so
            continue
    return found


def write_opml(feeds: Iterable[Source], *, title: str) -> str:
    """Writes a list of feeds as other feed readers import it (OPML 2.0); its host names a feed without a name."""
    outlines = (
        f'    <outline type="rss" text={_quoted(label)} title={_quoted(label)} xmlUrl={_quoted(feed.location)}/>\n'
        for feed in feeds
        for label in [feed.name or host_of(feed.location) or feed.location]
    )
    head = f"<head><title>{escape(title)}</title></head>"
    return f"{_OPENING}  {head}\n  <body>\n{''.join(outlines)}  </body>\n</opml>\n"


def label_of(feed: Source) -> str | None:
    """What the list calls the feed, unless that is only its host; then the feed shall say."""
    return None if feed.name == host_of(feed.location) else feed.name


def _quoted(value: str) -> str:
    return quoteattr(clean(value))


def _sound(xml: str) -> list[Mapping[str, str]]:
    """Attributes of each outline, however deep, with small names."""
    outlines: list[Mapping[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag.lower() == "outline":
            outlines.append(_small(attributes))

    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler = start
    parser.Parse(xml.encode(), True)  # noqa: FBT003 - the standard library's own signature
    return outlines


def _broken(xml: str) -> list[Mapping[str, str]]:
    """The outlines that can be made out in XML with a bare "&" or without an end."""
    xml = _BARE_AMPERSAND.sub("&amp;", xml)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, encoding="utf-8")
    tree = etree.fromstring(xml.encode(), parser=parser) if xml.strip() else None
    found = [] if tree is None else [element for element in tree.iter("{*}*") if str(element.tag).lower() == "outline"]
    return [_small({str(key): str(value) for key, value in element.items()}) for element in found]


def _small(attributes: Mapping[str, str]) -> Mapping[str, str]:
    return {key.lower(): value for key, value in attributes.items()}


def _address(outline: Mapping[str, str]) -> str | None:
    return web_address(outline.get("xmlurl"), None)


def _feed_source(address: str, attributes: Mapping[str, str], source: Source) -> Source:
    label = plain_line(attributes.get("text") or attributes.get("title"))
    feed = replace(source, kind=SourceKind.FEED, location=address, name=label or None)
    return replace(feed, headers=(), username=None, password=None)  # credentials are for the list, not for its feeds

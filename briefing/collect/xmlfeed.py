"""Takes the XML of an RSS, Atom or RDF feed, gives its entries with dates, links and markup as published.

Sound feeds go through fastfeedparser (some thirty times faster), everything else through feedparser (forgives nearly
all). Neither may fetch anything or guess a date: they get bytes in memory, and dates are read from the XML itself,
because fastfeedparser turns them into UTC and completes what is missing.

Next: briefing/collect/jsonfeed.py.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import fastfeedparser
import feedparser

from briefing.collect.entries import Entry, ParsedFeed
from briefing.collect.survey import bare_xml, survey_feed
from briefing.collect.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from briefing.collect.survey import EntryMarks, Survey

#: When an entry came out and when it was changed, and its language, as it says them.
_Printed = tuple[str | None, str | None, str | None]
#: Dates that fastfeedparser reads at once; others make it load a guesser (1.3 s).
_PLAIN_DATE = re.compile(
    r"\d{4}-\d\d-\d\d.*|(?:[A-Za-z]{3},? +)?\d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{4,8} (?:GMT|UTC|[+-]\d{4})"
)
_RDF = re.compile(r"<(?:\w{1,20}:)?RDF", re.IGNORECASE)
#: Pixels across: of counting pixels and icons less, of all that a mail can show no more.
_LEAST_WIDTH, _ENOUGH_WIDTH = 64, 1_088
#: Where parsers put pictures, beside links.
_PICTURED = frozenset({"media_content", "media_thumbnail", "enclosures"})
_IMAGE_ENDING = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|\?)", re.IGNORECASE)


def parse_xml_feed(text: str) -> ParsedFeed:
    """Reads the feed.

    Raises:
        FeedTrap: it would keep a parser busy for minutes.
    """
    xml = bare_xml(text)
    survey = survey_feed(xml)
    if not survey.well_formed:
        xml = clean(xml)  # control characters are the commonest fault
        survey = survey_feed(xml)
    return read_fast(xml, survey) or read_slow(xml)


def read_fast(xml: str, survey: Survey) -> ParsedFeed | None:
    """Reads a strictly well-formed feed by fastfeedparser; None when it has to be read slowly.

    That is so when it has no entry, prints a date that would have to be guessed, lacks its namespaces, or when not
    every entry and text that the survey saw was found. RDF is left to feedparser, because fastfeedparser overlooks its
    contents and categories.
    """
    fast = _parse_fast(xml) if _is_plain(survey) and not _RDF.match(xml) else None
    if fast is None or not _found_all(fast["entries"], survey.entries):
        return None
    entries = zip(fast["entries"], survey.entries, strict=True)
    head = {**fast["feed"], "language": survey.language or fast["feed"].get("language")}
    return _feed_of(head, tuple(_fast_entry(entry, marks) for entry, marks in entries))


def read_slow(xml: str) -> ParsedFeed:
    """Reads any feed by feedparser, which forgives nearly all."""
    slow = feedparser.parse(io.BytesIO(xml.encode()), resolve_relative_uris=False, sanitize_html=False)
    return _feed_of(slow.feed, tuple(map(_slow_entry, slow.entries)))


def _is_plain(survey: Survey) -> bool:
    return survey.well_formed and bool(survey.entries) and all(map(_is_plain_entry, survey.entries))


def _is_plain_entry(entry: EntryMarks) -> bool:
    published, updated = entry.published, entry.updated
    if entry.is_tangled or (published and not _PLAIN_DATE.fullmatch(published)):
        return False
    return not updated or _PLAIN_DATE.fullmatch(updated) is not None


def _found_all(entries: Sequence[Mapping[str, Any]], marks: Sequence[EntryMarks]) -> bool:
    """It overlooks whole entries of some formats."""
    return len(entries) == len(marks) and all(
        not mark.has_content or _content(entry) for entry, mark in zip(entries, marks, strict=True)
    )


def _parse_fast(xml: str) -> Mapping[str, Any] | None:
    try:
        return fastfeedparser.parse(xml.encode())  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # its ways of saying "not for me"
        return None


def _feed_of(head: Mapping[str, Any], entries: tuple[Entry, ...]) -> ParsedFeed:
    return ParsedFeed(title=head.get("title"), link=head.get("link"), language=head.get("language"), entries=entries)


def _fast_entry(entry: Mapping[str, Any], marks: EntryMarks) -> Entry:
    """It copies descriptions into contents and makes descriptions of contents: the marks tell which are real."""
    excerpt = (entry.get("description") or _content(entry)) if marks.has_excerpt else None
    content = _content(entry) if marks.has_content else None
    return _entry(entry, content, excerpt, (marks.published, marks.updated, marks.language))


def _slow_entry(entry: Mapping[str, Any]) -> Entry:
    excerpt = entry.get("summary") if "summary_detail" in entry else None  # else it is a copy of the content
    printed = dict(entry)  # without feedparser's own idea that a missing "updated" is the "published" date
    told = (printed.get("published"), printed.get("updated"), printed.get("language"))
    return _entry(entry, _content(entry), excerpt, told)


def _entry(entry: Mapping[str, Any], content: str | None, excerpt: str | None, printed: _Printed) -> Entry:
    published, updated, language = printed
    return Entry(
        key=entry.get("id"),
        title=entry.get("title"),
        link=entry.get("link"),
        content=content,
        excerpt=excerpt,
        published=published,
        updated=updated,
        language=language,
        authors=_authors(entry),
        categories=tuple([tag.get("label") or tag.get("term") or "" for tag in entry.get("tags") or ()]),
        image=next(_images(entry), None),
    )


def _content(entry: Mapping[str, Any]) -> str | None:
    """The longest of the entry's contents; some carry a plain and a marked-up version."""
    parts: Sequence[Mapping[str, Any]] = entry.get("content") or ()
    return max([part.get("value") or "" for part in parts], key=len) if parts else None


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    named = tuple([person.get("name") or "" for person in entry.get("authors") or ()])
    return named if any(named) else (entry.get("author") or "",)


def _images(entry: Mapping[str, Any]) -> Iterator[str]:
    """Addresses of pictures, the publisher's own choice first; of one picture in several widths, the one to shrink."""
    enclosed = [link for link in entry.get("links") or () if link and link.get("rel") == "enclosure"]
    if not enclosed and _PICTURED.isdisjoint(entry):
        return  # most entries of most feeds
    media = _listed(entry, "media_content")
    yield from _addresses(sorted(filter(_is_image, media), key=_fitness), "url")
    yield from _addresses(sorted(_listed(entry, "media_thumbnail"), key=_fitness), "url")
    yield from _addresses(media, "thumbnail_url")  # a film's, as fastfeedparser hands it over
    linked = [*_listed(entry, "enclosures"), *enclosed]
    yield from _addresses(filter(_is_enclosed_image, linked), "href", "url")


def _listed(entry: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return [media for media in entry.get(name) or () if media]


def _addresses(media: Iterable[Mapping[str, Any]], *keys: str) -> Iterator[str]:
    for named in media:
        address = next((str(named[key]) for key in keys if named.get(key)), "")
        if address and not address.startswith("data:") and not 0 < _width(named) < _LEAST_WIDTH:
            yield address


def _is_image(media: Mapping[str, Any]) -> bool:
    says = str(media.get("medium") or media.get("type") or "").startswith("image")
    return says or bool(_IMAGE_ENDING.search(str(media.get("url") or "")))


def _is_enclosed_image(link: Mapping[str, Any]) -> bool:
    kind = str(link.get("type") or "")
    return kind.startswith("image") or (not kind and bool(_IMAGE_ENDING.search(str(link.get("href") or ""))))


def _fitness(media: Mapping[str, Any]) -> tuple[bool, int]:
    """Sorts the narrowest that is wide enough first, then the wider of the others."""
    width = _width(media)
    return (False, width) if width >= _ENOUGH_WIDTH else (True, -width)


def _width(media: Mapping[str, Any]) -> int:
    """Pixels across, as the feed declares them; 0 when it does not."""
    declared = str(media.get("width") or "")
    return int(declared) if re.fullmatch(r"[0-9]{1,6}", declared) else 0

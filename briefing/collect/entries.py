"""Takes one entry of a feed as its parser found it, gives an `Article`: links resolved, markup gone, dates read.

Next: briefing/collect/feeds.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.collect.chrome import cut_tail, without_chrome
from briefing.collect.identity import article_id
from briefing.collect.inline_images import first_image
from briefing.collect.text import one_line, plain_line, plain_paragraphs, same_words
from briefing.collect.values import author_names, category_names, language_code, printed_date, web_address
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from briefing.model.source import SavedFile

#: A description longer than this is the article itself, as many blogs write it; shorter ones are teasers.
LONG_DESCRIPTION_CHARS = 1_200

#: A content of one paragraph shorter than this, with no other description beside it, is a teaser.
SHORT_CONTENT_CHARS = 400

#: Excerpts that say nothing: link lists of aggregators.
_EMPTY_EXCERPT = re.compile(
    r"(?:comments|article url:.*|submitted by .*|\[link\].*|no description.*|null|none)", re.I | re.S
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Carries one entry with its markup, dates and relative links still as published."""

    key: str | None = None
    title: str | None = None
    link: str | None = None
    content: str | None = None
    excerpt: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """Carries a feed as its parser found it."""

    title: str | None = None
    link: str | None = None
    language: str | None = None
    entries: tuple[Entry, ...] = ()


def article_of(entry: Entry, feed: ParsedFeed, *, source: str | None, saved: SavedFile) -> Article | None:
    """Makes the entry's article; None when it has neither title nor text."""
    base = web_address(feed.link, saved.url) or saved.url
    url = web_address(entry.link, base) or web_address(entry.key, None)
    title = plain_line(entry.title)
    text, excerpt, truncated = _told(entry, has_title=bool(title))
    if not title and not text:
        return None
    language = language_code(entry.language) or language_code(feed.language)
    return Article(
        id=article_id(url=url, source=source, title=title, text=text or excerpt or ""),
        title=title,
        text=text,
        file=saved.name,
        excerpt=excerpt,
        language=language,
        url=url,
        source=source,
        categories=category_names(entry.categories),
        published=_published(entry, language, saved),
        authors=author_names(entry.authors, outlet=source),
        image=web_address(entry.image or first_image(entry.content) or first_image(entry.excerpt), base),
        truncated=truncated,
        captured_at=saved.captured_at,
        captured_assumed=saved.captured_assumed,
    )


def _told(entry: Entry, *, has_title: bool) -> tuple[str, str | None, bool]:
    """Text, excerpt, and whether the longer of them breaks off."""
    body, body_cut = _paragraphs(entry.content)
    teaser, teaser_cut = _paragraphs(entry.excerpt)
    if not body and (sum(map(len, teaser)) > LONG_DESCRIPTION_CHARS or not has_title):
        body, body_cut, teaser = teaser, teaser_cut, ()
    if (
        has_title
        and len(body) == 1
        and len(body[0]) < SHORT_CONTENT_CHARS
        and (not teaser or same_words("".join(teaser), body[0]))
    ):
        body, teaser, teaser_cut = (), body, body_cut
    excerpt = one_line(" ".join(teaser)) or None
    text = "\n".join(body)
    if excerpt and (same_words(excerpt, text) or _EMPTY_EXCERPT.fullmatch(excerpt)):
        excerpt = None
    if excerpt and has_title and same_words(excerpt, plain_line(entry.title)):
        excerpt = None
    return text, excerpt, body_cut if text else teaser_cut


def _paragraphs(markup: str | None) -> tuple[tuple[str, ...], bool]:
    lines, cut = cut_tail(plain_paragraphs(markup))
    return without_chrome(lines), cut


def _published(entry: Entry, language: str | None, saved: SavedFile) -> Published:
    for printed in (entry.published, entry.updated):
        published = printed_date(printed, captured_at=saved.captured_at, language=language)
        if published is not None:
            return published
    return Published()

"""Takes the text of a saved aggregator page, gives its articles: the page's own one and those listed around it.

The lines are told apart by their looks (dump_lines.py), the list by what repeats (dump_blocks.py), what a
block's lines mean by their place (dump_drafts.py). A text without a list is read as one article.

Next: briefing/collect/opml.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from briefing.collect.dump_blocks import Layout, find_layout
from briefing.collect.dump_drafts import RUBRIC, SITE_KINDS, Draft, draft_of, title_column, trimmed, without_marks
from briefing.collect.dump_learning import is_cut
from briefing.collect.dump_lines import Kind, Line, read_lines
from briefing.collect.dump_phrases import HEADLINE_KEY, without_inline_talk
from briefing.collect.identity import article_id
from briefing.collect.unwrapping import unwrapped
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from briefing.model.source import SavedFile

_PAGE_SOURCE = re.compile(
    r"(?:(?:noticias|nachrichten|news|actualités|notizie|notícias|meldungen|schlagzeilen"
    r"|titulares)(?: (?-i:del?|von|aus|from|di|da|do))?|nieuws(?: (?-i:van))?)"
    r"\s?[:–—-]?\s(?P<name>(?-i:(?:de |la |el |il )?[A-ZÀ-Ý\d]|[a-zà-ÿ]+[-.A-Z\d]).{1,40})",
    re.IGNORECASE,
)


def read_dump(text: str, *, saved: SavedFile) -> tuple[Article, ...]:
    """Reads every article of a plain text in reading order; empty when it holds none.

    Args:
        text: the decoded text of `saved`.
        saved: names the file and says when it was saved; ages such as "2 hours ago" count from there.
    """
    lines = read_lines(unwrapped(text), captured_at=saved.captured_at)
    layout = find_layout(lines)
    listed = _listed(layout)
    main = _main(layout, alone=not listed)
    drafts = ([main] if main else []) + listed
    headlines: dict[str, list[str]] = {}
    for title in dict.fromkeys(draft.title for draft in drafts if len(draft.title) >= HEADLINE_KEY):
        headlines.setdefault(title[:HEADLINE_KEY], []).append(title)
    told = sum(draft.explained for draft in drafts) + sum(line.kind in SITE_KINDS for line in lines)
    coverage = min(told / len(lines), 1.0) if lines else 0.0
    confidence = round(coverage if listed or layout.has_main else coverage * 0.7, 2)
    articles = (_article(draft, saved, headlines, confidence) for draft in drafts)
    return tuple(article for article in articles if article.title or article.text)


def _article(draft: Draft, saved: SavedFile, headlines: Mapping[str, Sequence[str]], confidence: float) -> Article:
    cleaned = (without_inline_talk(paragraph, headlines=headlines) for paragraph in draft.paragraphs)
    body = "\n".join(paragraph for paragraph in cleaned if paragraph)
    return Article(
        id=article_id(url=None, source=draft.source, title=draft.title, text=body),
        title=draft.title,
        text=body,
        file=saved.name,
        source=draft.source,
        categories=draft.categories,
        published=draft.published or Published(),
        authors=draft.authors,
        truncated=draft.truncated or is_cut(body),
        confidence=confidence if draft.title and body else round(confidence / 2, 2),
        captured_at=saved.captured_at,
        captured_assumed=saved.captured_assumed,
    )


def _listed(layout: Layout) -> list[Draft]:
    """Reads the blocks of the list; none when they do not look like articles after all."""
    if not layout.blocks:
        return []
    page_source, page_day = _header(layout)
    title_at = title_column(layout.blocks)
    headings = (_day_in(line for line in block.lines if line.kind is Kind.DAY) for block in layout.blocks)
    days = accumulate(headings, lambda old, new: new or old, initial=page_day)
    drafts = [
        replace(draft, source=draft.source or page_source, published=draft.published or day)
        for draft, day in zip((draft_of(block, title_at) for block in layout.blocks), days, strict=False)
    ]
    drafts = without_marks([draft for draft in drafts if draft.title])
    with_body = [draft for draft in drafts if draft.paragraphs]
    if 2 * len(with_body) > len(drafts) and len(with_body) < len(drafts):
        drafts = with_body  # the odd ones out are headings of the page
    dated = [draft for draft in drafts if draft.published or draft.paragraphs]
    return dated if 2 * len(dated) >= len(layout.blocks) else []


def _header(layout: Layout) -> tuple[str | None, Published | None]:
    """What the top of the page says for all of its list: whose it is and of what day."""
    if layout.has_main:
        return None, None
    named = (_PAGE_SOURCE.fullmatch(line.text) for line in layout.before if line.kind is Kind.SHORT)
    labelled = (line.name for line in layout.before if line.label == "source")
    source = next((match["name"] for match in named if match and "#" not in match[0]), None) or next(labelled, None)
    return source, _day_in(layout.before)


def _day_in(lines: Iterable[Line]) -> Published | None:
    """The last date that heads a page or a part of it; an age or an "updated" says nothing of the articles."""
    days = [
        line.when.published
        for line in lines
        if line.when and not line.is_update and line.kind in (Kind.DAY, Kind.SHORT, Kind.TIME)
    ]
    dates = [day for day in days if day.at is not None]
    return dates[-1] if dates else None


def _main(layout: Layout, *, alone: bool) -> Draft | None:
    """Reads the page's own article, which stands above the list; None when that is only a header."""
    lines = _until_close(layout.before)
    texts = Counter(line.text for line in lines if line.kind is Kind.SHORT)
    body_at = next((i for i, line in enumerate(lines) if line.kind is Kind.PROSE), None)
    if body_at is None:
        return None
    timed = next(
        (i for i, line in enumerate(lines) if line.kind is Kind.TIME and not line.is_update and line.when), None
    )
    printed_twice = next((text for text, count in texts.items() if count > 1), None)
    paragraphs = sum(line.kind is Kind.PROSE for line in lines)
    certain = (
        layout.has_main or (timed is not None and not _is_late(timed, body_at, lines)) or printed_twice is not None
    )
    if not (certain or (alone and paragraphs >= 2)):
        return None
    head = lines[: max(body_at, (timed or 0) + 1 if timed is not None and timed - body_at <= 2 else 0)]
    return _main_draft(lines, head, lines[timed] if timed is not None else None, printed_twice)


def _is_late(timed: int, body_at: int, lines: Sequence[Line]) -> bool:
    """A date far below the first paragraph is not the article's own."""
    return timed - body_at > 3 and timed < len(lines) - 3


def _main_draft(lines: Sequence[Line], head: Sequence[Line], timed: Line | None, printed_twice: str | None) -> Draft:
    shorts = list(dict.fromkeys(line.text for line in head if line.kind is Kind.SHORT))
    title = printed_twice or _longest_first(shorts)
    others = [text for text in shorts if text != title]
    source = timed.name if timed else None
    labelled = next((line.name for line in lines if line.label == "source"), None)
    if timed and not source:
        source = labelled or next(
            (text for text in reversed(others) if not RUBRIC.fullmatch(text) and len(text.split()) <= 6), None
        )
    bullets = [line.name for line in head if line.kind is Kind.BULLET and line.name]
    source = source or labelled or next(reversed(bullets), None)
    known = {*shorts, title, source}
    body = [
        line
        for line in lines
        if (line.kind in (Kind.PROSE, Kind.SHORT, Kind.BULLET) and line.text not in known and line not in head)
        or line.kind is Kind.PROSE
    ]
    return Draft(
        title=title,
        paragraphs=tuple(line.text for line in trimmed(body) if line.text != title),
        source=source,
        categories=tuple(
            dict.fromkeys([*(b for b in bullets if b != source), *(t for t in others if RUBRIC.fullmatch(t))])
        ),
        authors=tuple(line.name for line in lines if line.label == "author" and line.name),
        published=timed.when.published if timed and timed.when else None,
        truncated=any(line.read_on for line in lines),
        explained=sum(line.kind not in SITE_KINDS for line in lines),
    )


def _longest_first(shorts: Sequence[str]) -> str:
    """The first line that is long enough for a title beside the others."""
    longest = max((len(text) for text in shorts), default=0)
    return next((text for text in shorts if len(text) >= 0.6 * longest), "")


def _until_close(lines: Sequence[Line]) -> list[Line]:
    """Cuts at the first line that stands under articles only ("Comments")."""
    body = False
    for i, line in enumerate(lines):
        if line.closing and body:
            return list(lines[:i])
        body = body or line.kind is Kind.PROSE
    return list(lines)

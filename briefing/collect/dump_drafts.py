"""Takes the lines of one block, gives a draft: which of them is the title, the outlet, the rubric, the text.

What a line means follows from its place, and the place of the titles is learnt from all blocks together: there the
lines are long and differ from block to block, while outlets are short and come again.

Next: briefing/collect/dumps.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing.collect.dump_lines import Kind, Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.collect.dump_blocks import Block
    from briefing.model.article import Published

#: Rubrics that would otherwise pass for an outlet's name.
RUBRIC = re.compile(
    r"(?:politi\w+|monde|welt|world|mundo|mondo|international\w*|internacional|esteri|ausland|inland"
    r"|national\w*|économie|economy|economía|economia|wirtschaft"
    r"|business|finan\w+|bourse|sports?|deportes?|esportes?|cultur\w+|kultur|sciences?|wissenschaft|ciencia"
    r"|scienza|tech\w*|technik|santé|health|gesundheit"
    r"|salud|salute|saúde|société|gesellschaft|sociedad|sociedade|società|local\w*|régions?|panorama"
    r"|vermischtes|lifestyle|entertainment|opinion|meinung"
    r"|environnement|umwelt|climate?|climat|planète|faits divers|éducation|bildung|médias|medien|news"
    r"|actualités|nachrichten)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d{1,3}[.)]\s+(?=\S)")
_IN_BRACKETS = re.compile(r"\s*\((?P<name>[^()]*[^\W\d_][^()]*)\)$")
#: Places of lines above a body whose anchor stands below it; larger than any block.
_FAR_ABOVE = 1_000_000
#: Words under which a line without a full stop is not taken for a teaser.
_MIN_TEASER_WORDS = 5

#: Lines in which the site, not an article, speaks.
SITE_KINDS = (Kind.CHROME, Kind.COUNTER, Kind.LIST_HEADING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Carries what one block says, before it becomes an article."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    source: str | None = None
    categories: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: Published | None = None
    truncated: bool = False
    #: lines it accounts for
    explained: int = 0


def _columns(block: Block) -> dict[int, Line]:
    """The lines that describe the article, by their place: below zero above the anchor, over zero below it."""
    above, below = block.lines[: block.anchor], block.lines[block.anchor + 1 :]
    under = any(line.kind is Kind.PROSE for line in (*block.lines[block.anchor : block.anchor + 1], *below))
    if under or all(line.kind is not Kind.PROSE for line in above):
        columns = {i - block.anchor: line for i, line in enumerate(above) if line.kind in (Kind.SHORT, Kind.PROSE)}
        shorts = [line for line in below if line.kind is Kind.SHORT][: block.heads]
        return columns | dict(enumerate(shorts, start=1))
    first = next(i for i, line in enumerate(above) if line.kind is Kind.PROSE)
    last = max(i for i, line in enumerate(above) if line.kind is Kind.PROSE)
    outside = {i: line for i, line in enumerate(block.lines) if not first <= i <= last and line.kind is Kind.SHORT}
    return {i - (_FAR_ABOVE if i < first else block.anchor): line for i, line in outside.items()}


def title_column(blocks: Sequence[Block]) -> int | None:
    """Learns which place holds the titles: of the places with long and differing lines the first one."""
    columns = [_columns(block) for block in blocks]
    named = [_names_in(block) for block in blocks]
    seen = Counter(place for column in columns for place in column)
    weights: dict[int, float] = {}
    for place in sorted(place for place, count in seen.items() if 2 * count >= len(blocks)):
        found = [(column[place].text, names) for column, names in zip(columns, named, strict=True) if place in column]
        texts = [text for text, _ in found]
        if 2 * sum(text in names for text, names in found) <= len(found):
            weights[place] = sum(map(len, texts)) / len(texts) * len(set(texts)) / len(texts)
    return next((place for place, weight in weights.items() if weight >= 0.6 * max(weights.values())), None)


def _names_in(block: Block) -> set[str]:
    named = (line.name for line in block.lines if line.kind in (Kind.BULLET, Kind.TIME) or line.label == "source")
    return {name for name in named if name}


def draft_of(block: Block, title_at: int | None) -> Draft:
    """Reads one block; a title printed twice needs no learning, any other stands at `title_at`."""
    columns = _columns(block)
    texts = Counter(line.text for line in block.lines if line.kind is Kind.SHORT)
    names = _names_in(block)
    title = next((text for text, count in texts.items() if count > 1 and text not in names), None)
    if title is None and title_at in columns:
        title = columns[title_at].text
    body = _body(block, title or "", tuple(line for line in columns.values()))
    if title is None and len(body) > 1 and len(body[0].text) <= 200:
        title, body = body[0].text, body[1:]
    others = [
        line.text for place, line in sorted(columns.items(), key=lambda entry: abs(entry[0])) if line.text != title
    ]
    timed = block.lines[block.anchor] if block.lines[block.anchor].kind is Kind.TIME else None
    source, categories = _filed(block, timed, list(dict.fromkeys(others)))
    return Draft(
        title=title or "",
        paragraphs=tuple(line.text for line in body),
        source=source,
        categories=categories,
        authors=tuple(line.name for line in block.lines if line.label == "author" and line.name),
        published=timed.when.published if timed and timed.when else None,
        truncated=any(line.read_on for line in block.lines),
        explained=sum(line.kind not in SITE_KINDS for line in block.lines),
    )


def _filed(block: Block, timed: Line | None, others: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Whose the article is, and its rubrics: the last bullet is the outlet, those before it are rubrics."""
    bullets = [line.name for line in block.lines[: _body_start(block)] if line.kind is Kind.BULLET and line.name]
    labelled = [line.name for line in block.lines if line.label == "source" and line.name]
    rubrics = [line.name for line in block.lines if line.label == "category" and line.name]
    rubrics += [text for text in others if RUBRIC.fullmatch(text)]
    beside = [text for text in others if text not in rubrics and len(text.split()) <= 7] if timed else []
    rubrics += [text for text in others if len(text.split()) <= 3 and not timed]
    certain = [*labelled, *([timed.name] if timed and timed.name else [])]
    source = next(iter([*certain, *beside[:1], *bullets[-1:]]), None)
    if source in beside and bullets and bullets[-1] in beside:
        source = bullets[-1]
    categories = dict.fromkeys(text for text in [*bullets, *rubrics] if text != source)
    return source, tuple(categories)


def _body_start(block: Block) -> int:
    return next((i for i, line in enumerate(block.lines) if line.kind is Kind.PROSE), len(block.lines))


def _body(block: Block, title: str, described: Sequence[Line]) -> list[Line]:
    """The article's own lines: from the first to the last paragraph, subheads between them included."""
    known = {line.text for line in described} | {title} | _names_in(block)
    lines = [
        line
        for line in block.lines
        if line.kind in (Kind.PROSE, Kind.SHORT, Kind.BULLET) and line.text not in known and line.name not in known
    ]
    return trimmed(lines)


def trimmed(lines: Sequence[Line]) -> list[Line]:
    """Cuts what stands before the first and after the last paragraph: names above, buttons below."""
    last = max((i for i, line in enumerate(lines) if line.kind is Kind.PROSE), default=None)
    if last is not None:
        first = next(
            i for i, line in enumerate(lines) if line.kind is Kind.PROSE or len(line.text.split()) >= _MIN_TEASER_WORDS
        )
        return list(lines[min(first, last) : last + 1])
    return [line for line in lines if line.kind is Kind.SHORT and len(line.text.split()) >= _MIN_TEASER_WORDS]


def without_marks(drafts: list[Draft]) -> list[Draft]:
    """Takes off what a list adds to its titles: a running number, the outlet in brackets."""
    if len(drafts) > 1 and all(_NUMBERED.match(draft.title) for draft in drafts):
        drafts = [replace(draft, title=_NUMBERED.sub("", draft.title, count=1)) for draft in drafts]
    ends = [_IN_BRACKETS.search(draft.title) for draft in drafts]
    named = len(drafts) > 1 and all(ends)
    return [_without_outlet(draft, end, named=named) for draft, end in zip(drafts, ends, strict=True)]


def _without_outlet(draft: Draft, end: re.Match[str] | None, *, named: bool) -> Draft:
    if end is None or (
        not (named and draft.source is None) and end["name"].casefold() != (draft.source or "").casefold()
    ):
        return draft
    return replace(draft, title=draft.title[: end.start()], source=draft.source or end["name"])

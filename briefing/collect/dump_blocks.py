"""Takes the classified lines of a dump, gives the main article's lines and one block for each listed article.

How a list is built is learnt from its repeats: every block has something that only comes once in it (a time, a title
printed twice, a "Read more", a teaser that is cut off), and the lines around it stand at the same distance each time.

Next: briefing/collect/dumps.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from briefing.collect.dump_learning import (
    anchors_of,
    is_cut,
    with_cut_prose,
    with_learnt_talk,
    with_places,
    with_titles_above,
    without_foot,
)
from briefing.collect.dump_lines import REPEAT_WITHIN, Kind, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Pairs of title and text are a list, not an article with subheads, when no text is longer than a teaser.
_MAX_TEASER_CHARS = 220

_BREAKS = (Kind.PROSE, Kind.CHROME, Kind.COUNTER, Kind.BULLET, Kind.DAY, Kind.TIME, Kind.LIST_HEADING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Carries the lines of one listed article.

    Attributes:
        lines: from the first that belongs to it to the last before the next block.
        anchor: position of the line that told us so among them.
        heads: how many short lines that describe the article (title, outlet, rubric) follow the anchor.
    """

    lines: tuple[Line, ...]
    anchor: int
    heads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Carries a dump taken apart.

    Attributes:
        before: what stands before the list: the page's own article, or its header.
        has_main: a heading ("Related articles") says that it is an article.
    """

    before: tuple[Line, ...]
    blocks: tuple[Block, ...] = ()
    has_main: bool = False


def find_layout(lines: Sequence[Line]) -> Layout:
    """Learns how the dump is built; a text without a list comes back whole in `before`."""
    lines = with_learnt_talk(without_foot(lines))
    heading = next((i for i, line in enumerate(lines) if line.kind is Kind.LIST_HEADING), None)
    listed = lines if heading is None else lines[heading + 1 :]
    for find_blocks in (_by_time, _by_repeated_title, _by_separator, _by_teaser):
        if find_blocks is _by_time:
            listed = with_places(listed)
        if find_blocks is _by_teaser:
            listed = with_cut_prose(with_titles_above(listed))
        spans = find_blocks(listed)
        if len(spans) >= (2 if heading is None else 1):
            start = spans[0][0]
            blocks = _blocks(listed, spans)
            return Layout(
                before=tuple(lines[:heading] if heading else listed[:start]),
                blocks=blocks,
                has_main=heading is not None,
            )
    return Layout(before=tuple(lines if heading is None else lines[:heading]), has_main=heading is not None)


#: Where a block starts, where its anchor is, and where it ends (exclusive).
_Span = tuple[int, int, int]


def _blocks(lines: Sequence[Line], spans: Sequence[_Span]) -> tuple[Block, ...]:
    after = Counter(_heads_after(lines[anchor + 1 : end]) for _, anchor, end in spans)
    heads = _most_common(after)
    return tuple(
        Block(lines=tuple(lines[start:end]), anchor=anchor - start, heads=heads) for start, anchor, end in spans
    )


def _heads_after(lines: Sequence[Line]) -> int:
    """How many short lines come between the anchor and the body."""
    heads = 0
    for line in lines:
        if line.kind in (Kind.PROSE, Kind.CHROME, Kind.COUNTER, Kind.DAY):
            break
        heads += line.kind is Kind.SHORT
    return heads


def _most_common(counts: Counter[int]) -> int:
    """The commonest number, the smaller of two equally common ones; 0 of nothing."""
    return min(counts, key=lambda number: (-counts[number], number), default=0)


def _by_time(lines: Sequence[Line]) -> list[_Span]:
    anchors = anchors_of(lines)
    if not anchors:
        return []
    if _time_comes_last(lines, anchors):
        names = _names_below(lines, anchors)
        return _ending_at(lines, [_after_labels(lines, anchor, names) for anchor in anchors], anchors)
    above = _lines_above(lines, anchors)
    starts = [
        max(anchor - above, _run_start(lines, anchor, floor))
        for anchor, floor in zip(anchors, [-1, *anchors], strict=False)
    ]
    return list(zip(starts, anchors, [*starts[1:], len(lines)], strict=True))


def _run_start(lines: Sequence[Line], anchor: int, floor: int) -> int:
    """Where the unbroken run of describing lines above an anchor begins."""
    start = anchor
    while start - 1 > floor and lines[start - 1].kind not in _BREAKS:
        start -= 1
    while start < anchor and lines[start].kind is Kind.LABELLED:
        start += 1  # "Source: X" under a text belongs to that text
    return start


def _lines_above(lines: Sequence[Line], anchors: Sequence[int]) -> int:
    """How many lines of a block come before its time line, learnt from all blocks but the first."""
    runs = [anchor - _run_start(lines, anchor, floor) for floor, anchor in pairwise(anchors)]
    if not runs:
        return anchors[0] - _run_start(lines, anchors[0], -1)
    above = _most_common(Counter(runs))
    if all(_is_flat(lines[a + 1 : b]) for a, b in pairwise(anchors)):
        # nothing but short lines between two times: what follows the last time belongs below, the rest above
        above -= min(above, _heads_after(lines[anchors[-1] + 1 :]))
    return above


def _is_flat(lines: Sequence[Line]) -> bool:
    return all(line.kind not in _BREAKS for line in lines)


def _has_prose(lines: Iterable[Line]) -> bool:
    return any(line.kind is Kind.PROSE for line in lines)


def _time_comes_last(lines: Sequence[Line], anchors: Sequence[int]) -> bool:
    """Whether each article's time stands under its text: text above the first time and none below the last."""
    between = [_has_prose(lines[a:b]) for a, b in pairwise(anchors)]
    return (
        len(anchors) > 1
        and 2 * sum(between) > len(between)
        and _has_prose(lines[: anchors[0]])
        and not _has_prose(lines[anchors[-1] + 1 :])
    )


def _names_below(lines: Sequence[Line], anchors: Sequence[int]) -> int:
    """How many short lines under a closing time still belong to it; at least one of those below is the next title."""
    titled = _most_common(Counter(_leading_shorts(lines[a + 1 : b]) for a, b in pairwise(anchors)))
    return max(min(titled - 1, _leading_shorts(lines[anchors[-1] + 1 :])), 0)


def _after_labels(lines: Sequence[Line], anchor: int, names: int) -> int:
    end = anchor + 1
    while end < len(lines) and (
        lines[end].kind in (Kind.LABELLED, Kind.BULLET, Kind.COUNTER) or (lines[end].kind is Kind.SHORT and names)
    ):
        names -= lines[end].kind is Kind.SHORT
        end += 1
    return end


def _ending_at(lines: Sequence[Line], ends: Sequence[int], anchors: Sequence[int]) -> list[_Span]:
    """Blocks that are known by their last line. The first begins with as many titles as the others do."""
    heads = _most_common(Counter(_leading_shorts(lines[start:end]) for start, end in pairwise(ends)))
    body = anchors[0]
    while body > 0 and lines[body].kind is not Kind.PROSE:
        body -= 1
    while body > 0 and lines[body - 1].kind is Kind.PROSE:
        body -= 1
    starts = [max(body - heads, 0), *ends[:-1]]
    return [(start, anchor, end) for start, anchor, end in zip(starts, anchors, ends, strict=True)]


def _leading_shorts(lines: Sequence[Line]) -> int:
    first_other = next((i for i, line in enumerate(lines) if line.kind not in (Kind.SHORT, Kind.LABELLED)), len(lines))
    return sum(line.kind is Kind.SHORT for line in lines[:first_other])


def _by_repeated_title(lines: Sequence[Line]) -> list[_Span]:
    found: list[tuple[int, int]] = []
    i = 0
    while i < len(lines):
        again = _repeat_of(lines, i)
        if again is None:
            i += 1
        else:
            found.append((i, again))
            i = again + 1
    ends = [*(start for start, _ in found[1:]), len(lines)]
    spans = [(start, again, end) for (start, again), end in zip(found, ends, strict=False)]
    with_text = sum(_has_prose(lines[again:end]) for _, again, end in spans)
    return spans if 2 * with_text > len(spans) else []


def _repeat_of(lines: Sequence[Line], i: int) -> int | None:
    if lines[i].kind is not Kind.SHORT:
        return None
    for j in range(i + 1, min(i + 1 + REPEAT_WITHIN, len(lines))):
        if lines[j].kind not in (Kind.SHORT, Kind.LABELLED, Kind.BULLET):
            return None
        if lines[j].text == lines[i].text:
            return j
    return None


def _by_separator(lines: Sequence[Line]) -> list[_Span]:
    """Blocks that end with the same "Read more" or a row of counters."""
    looks = Counter(
        line.text if line.read_on else line.kind for line in lines if line.read_on or line.kind is Kind.COUNTER
    )
    for look, count in looks.most_common(1):
        ends = [i for i, line in enumerate(lines) if look in (line.text, line.kind)]
        if count >= 2 and _has_prose(lines[: ends[0]]):
            return _ending_at(lines, [end + 1 for end in ends], ends)
    return []


def _by_teaser(lines: Sequence[Line]) -> list[_Span]:
    """Titles and teasers in turn: three or more pairs whose text is cut off, or too short for an article."""
    bodies = [i for i, line in enumerate(lines) if line.kind is Kind.PROSE]
    titled = [i for i in bodies if i > 0 and lines[i - 1].kind is Kind.SHORT]
    teasers = [i for i in titled if is_cut(lines[i].text)]
    short = all(len(lines[i].text) <= _MAX_TEASER_CHARS for i in bodies)
    if len(teasers) * 10 < len(bodies) * 7 or len(teasers) < 2:
        teasers = titled if short and titled == bodies and len(bodies) >= 3 else []
    if not teasers:
        return []
    starts = [i - 1 for i in teasers]
    return list(zip(starts, teasers, [*starts[1:], len(lines)], strict=True))

"""Takes the classified lines of a dump, gives them with what only their repeats can tell: titles, buttons, teasers.

A line by itself may look like text and be a title, or look like a name and be a button; what stands at the same place
block after block says which.

Next: briefing/collect/dump_blocks.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from briefing.collect.dump_lines import LEAST_TITLE_WORDS, Kind, Line
from briefing.collect.dump_phrases import Talk

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The shortest teaser that a site cuts by counting characters.
_MIN_CUT_CHARS = 110
#: Of buttons and remarks under each other: "(Excerpt of the feed)", "Preview".
_LAYERS = 3
#: Longer lines are no titles.
_MAX_TITLE_CHARS = 160
_NUMBER = re.compile(r"\d{1,3}[.)]\s+")
_SENTENCE = re.compile(r"[.!?…][»”\"'’)]*(?=\s|$)")


def without_foot(lines: Sequence[Line]) -> Sequence[Line]:
    """Cuts what follows "Download the app", unless articles follow it."""
    foot = next((i for i, line in enumerate(lines) if line.talk is Talk.FOOT), None)
    if foot is None or any(line.kind in (Kind.TIME, Kind.LIST_HEADING) for line in lines[foot:]):
        return lines
    return lines[:foot]


def with_learnt_talk(lines: Sequence[Line]) -> Sequence[Line]:
    """Marks what closes block after block and the list itself, in whatever language: "mehr »", "12 Kommentare"."""
    for _ in range(_LAYERS):
        marked = _with_closing_talk(lines)
        if marked == lines:
            break
        lines = marked
    return lines


def _with_closing_talk(lines: Sequence[Line]) -> Sequence[Line]:
    last = max((i for i, line in enumerate(lines) if line.kind in (Kind.PROSE, Kind.TIME)), default=len(lines))
    closing = {_shape(line.text) for line in lines[last + 1 :] if line.kind is Kind.SHORT}
    under = Counter(
        _shape(line.text) for above, line in pairwise(lines) if above.kind is not Kind.SHORT and line.kind is Kind.SHORT
    )
    learnt = {shape for shape in closing if under[shape] >= 2}
    return [
        replace(line, kind=Kind.CHROME) if line.kind is Kind.SHORT and _shape(line.text) in learnt else line
        for line in lines
    ]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.casefold())


def with_places(lines: Sequence[Line]) -> Sequence[Line]:
    """Takes for titles what stands at their place beside a time: sentences with a full stop, words with a date."""
    anchors = anchors_of(lines)
    placed = list(lines)
    for step in (-3, -2, -1, 1, 2, 3):
        at = [
            anchor + step
            for before, anchor, after in zip([-1, *anchors], anchors, [*anchors[1:], len(lines)], strict=False)
            if before < anchor + step < after
        ]
        doubtful = [i for i in at if _may_be_title(lines[i])]
        numbered = sum(_NUMBER.match(lines[i].text) is not None for i in doubtful)
        shorts = sum(lines[i].kind is Kind.SHORT for i in at)
        if shorts + numbered >= 2 and 3 * (shorts + numbered) >= len(anchors) and shorts + len(doubtful) >= len(at) - 1:
            for i in doubtful:
                placed[i] = replace(lines[i], kind=Kind.SHORT, name=None, label="")
    return placed


def _may_be_title(line: Line) -> bool:
    """Says whether a line looks like text, or like a time with an outlet's name, but would do for a title."""
    if line.kind is Kind.PROSE:
        text = _NUMBER.sub("", line.text, count=1)
        return len(text) <= _MAX_TITLE_CHARS and not is_cut(text) and len(_SENTENCE.findall(text)) <= 1
    return line.kind is Kind.TIME and len((line.name or "").split()) >= LEAST_TITLE_WORDS


def with_titles_above(lines: Sequence[Line]) -> Sequence[Line]:
    """Takes for titles what stands above teasers that are cut, although it ends with a full stop."""
    titled = list(lines)
    for i, (above, line) in enumerate(pairwise(lines)):
        begins = i == 0 or is_cut(lines[i - 1].text)
        if begins and is_cut(line.text) and line.kind is Kind.PROSE and _may_be_title(above):
            titled[i] = replace(above, kind=Kind.SHORT, name=None, label="")
    return titled


def anchors_of(lines: Sequence[Line]) -> list[int]:
    """The lines that hold the time of an article: those of the commonest look."""
    timed = [i for i, line in enumerate(lines) if line.kind is Kind.TIME and not line.is_update]
    looks = Counter(lines[i].label for i in timed)
    if not looks:
        return []
    look = max(looks, key=lambda label: looks[label])  # the first seen of equals
    anchors = [i for i in timed if lines[i].label == look]
    return anchors[:1] + [i for before, i in pairwise(anchors) if i - 1 != before]


def with_cut_prose(lines: Sequence[Line]) -> Sequence[Line]:
    """Takes long lines without a full stop for text where the page has little other: teasers cut without a mark."""
    long = [len(line.text) >= _MIN_CUT_CHARS and line.kind is Kind.SHORT for line in lines]
    if sum(long) <= sum(line.kind is Kind.PROSE for line in lines):
        return lines
    return [replace(line, kind=Kind.PROSE) if is_long else line for line, is_long in zip(lines, long, strict=True)]


def is_cut(text: str) -> bool:
    """Says whether a text breaks off before its end."""
    return text.rstrip(' )]»”"').endswith(("…", "..."))

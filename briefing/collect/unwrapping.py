"""Takes a plain text, gives it with its paragraphs whole, where a mail program or an editor had wrapped them.

A line was wrapped when the next line's first word would not have fitted on it; whoever ends a paragraph or a headline
breaks earlier. A text is unwrapped only when nearly all its breaks are of that kind. Among titles and times, as in a
dump, only sentences are, when a third of what was broken off goes on with a small letter: no list of headlines does.

Next: briefing/collect/dump_lines.py.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Editors wrap at 50 to 100 characters; longer lines are paragraphs.
_NARROWEST, _WIDEST = 50, 100
#: Fewer breaks prove nothing.
_LEAST_BREAKS = 5
_ENDS = re.compile(r"[.!?…:][»”\"'’)]*$")
#: Of the breaks inside blocks of lines, at least this share was made by a program.
_MOSTLY = 0.7


def unwrapped(text: str) -> str:
    """Joins the lines of each wrapped paragraph by a space; every other text comes back as it is."""
    lines = [line.rstrip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return text
    breaks = [(above, line) for above, line in pairwise(lines) if above and line]
    wrapped = sum(_was_wrapped(above, line, width) for above, line in breaks)
    if wrapped >= max(_LEAST_BREAKS, _MOSTLY * len(breaks)):
        return _joined(lines, lambda above, line: _was_wrapped(above, line, width))
    inside = [line for above, line in breaks if _is_inside(above, line, width)]
    if len(inside) >= _LEAST_BREAKS and 3 * sum(line[0].islower() for line in inside) >= len(inside):
        return _joined(lines, lambda above, line: _is_inside(above, line, width))
    return text


def _joined(lines: Sequence[str], belongs: Callable[[str, str], bool]) -> str:
    joined: list[str] = []
    for i, line in enumerate(lines):
        if i and lines[i - 1] and line and belongs(lines[i - 1], line):
            joined[-1] += " " + line.lstrip()
        else:
            joined.append(line)
    return "\n".join(joined)


def _is_inside(above: str, line: str, width: int) -> bool:
    """Whether the line goes on with the sentence above: sure enough also among titles, names and times."""
    goes_on = line[0].isalpha() or line[0] in "«„“‘\"'("
    return goes_on and line != above and not _ENDS.search(above) and _was_wrapped(above, line, width)


def _was_wrapped(above: str, line: str, width: int) -> bool:
    return len(above) + 1 + len(line.split(maxsplit=1)[0]) > width if line.strip() else False

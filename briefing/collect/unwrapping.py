"""Takes a plain text, gives it with its paragraphs whole, where a mail program or an editor had wrapped them.

A line was wrapped when the next line's first word would not have fitted on it; whoever ends a paragraph or a headline
breaks earlier. A text is unwrapped only when nearly all its breaks are of that kind.

Next: briefing/collect/dump_lines.py.
"""

from __future__ import annotations

from itertools import pairwise

#: Editors wrap at 50 to 100 characters; longer lines are paragraphs.
_NARROWEST, _WIDEST = 50, 100
#: Fewer breaks prove nothing.
_LEAST_BREAKS = 5
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
    if wrapped < _LEAST_BREAKS or wrapped < _MOSTLY * len(breaks):
        return text
    joined: list[str] = []
    for i, line in enumerate(lines):
        if i and lines[i - 1] and line and _was_wrapped(lines[i - 1], line, width):
            joined[-1] += " " + line.lstrip()
        else:
            joined.append(line)
    return "\n".join(joined)


def _was_wrapped(above: str, line: str, width: int) -> bool:
    return len(above) + 1 + len(line.split(maxsplit=1)[0]) > width if line.strip() else False

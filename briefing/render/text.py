"""Takes a sheet, gives the plain text part: every headline, every link, nothing wider than a terminal.

Next: briefing/render/message.py.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from briefing.render.setting import TemplateSources, fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.render.sheet import Sheet
    from briefing.render.templates import Templates
    from briefing.render.words import Words

#: Columns; RFC 5322 §2.1.1 recommends no more.
WIDTH = 78


def render_text(sheet: Sheet, *, words: Words, templates: Templates) -> str:
    """Sets `edition.txt.j2`.

    Raises:
        RenderError: the template would not render.
    """
    text = fill(_environment(templates), "edition.txt.j2", sheet=sheet, say=words.say)
    return text.strip("\n") + "\n"


def wrap(text: str, indent: int = 0, hanging: int | None = None) -> str:
    """Breaks one line of text at spaces, and between characters that are two columns wide (Chinese, Japanese, Korean).

    A word longer than a line is broken, an address is not. `hanging` indents all lines but the first.
    """
    rest = indent if hanging is None else hanging
    lines, line, used = [], " " * indent, indent
    for word in text.split(" "):
        space = 0 if line.isspace() or not line else 1
        for piece in (word,) if _NARROW(word) and len(word) <= WIDTH - rest else _pieces(word, WIDTH - rest):
            width = columns(piece)
            if used + space + width > WIDTH and line.strip():
                lines.append(line)
                line, used, space = " " * rest, rest, 0
            line += " " * space + piece
            used += space + width
            space = 0
    return "\n".join([*lines, line])


def columns(text: str) -> int:
    """How many columns a terminal gives `text`."""
    return len(text) if _NARROW(text) else sum(map(_columns, text))


#: Latin, Greek and Cyrillic without combining marks, and the usual punctuation: a column a character.
_NARROW = re.compile("[ -\u02ff\u0370-\u0482\u048a-\u0530\u1e00-\u200a\u2010-\u2027\u202f\u20a0-\u20bf]*").fullmatch


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _pieces(word: str, most: int) -> Iterator[str]:
    """Where a word may be broken: around wide characters, and at the end of a line that it would overflow."""
    piece = ""
    for char in word:
        width = _columns(char)
        broken = width == 2 or (piece and _columns(piece[-1]) == 2) or columns(piece) + width > most
        if piece and width and broken and "://" not in word:
            yield piece
            piece = ""
        piece += char
    yield piece


@lru_cache(maxsize=8)
def _environment(templates: Templates) -> Environment:
    environment = Environment(
        loader=TemplateSources(templates.sources),
        autoescape=False,  # noqa: S701 - plain text: an escaped "&" would be wrong, and nobody parses it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = wrap
    return environment

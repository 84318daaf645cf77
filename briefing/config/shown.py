"""Takes an error and the text it is about, gives what a compiler would print: the place, the line, a caret, the cure.

Next: briefing/config/load.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.errors import ConfigError

#: What fits beside the number on a terminal of eighty columns.
_WIDTH = 72
#: Somebody wrote a secret where only its place belongs; it is not for whoever looks over their shoulder.
_SECRET = re.compile(
    r"""((?:password|api_key|username|proxy|X-[\w-]+)["']?\s*:\s*)(?!\{)[^\s,}#][^,}#]*""", re.IGNORECASE
)


def show_error(error: ConfigError, text: str) -> str:
    """Three lines: what is wrong and what would be right, the line as it is written, and a caret below the place.

    One line where the file as a whole is meant, or the text has no such line.
    """
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    if not 0 < error.line <= len(lines) or not (line := lines[error.line - 1]).strip():
        return str(error)
    at = max(error.column - 1, 0)
    shown = _SECRET.sub(r"\1…", line)
    start = max(0, at - _WIDTH + 12) if len(shown) > _WIDTH else 0
    cut = shown[start : start + _WIDTH]
    written = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in _untabbed(cut))
    head, tail = "…" if start else "", "…" if len(shown) > start + _WIDTH else ""
    margin = f"{error.line:>5} | "
    caret = " " * (len(margin) - 2) + "| " + " " * (at - start + len(head)) + "^"
    return f"{error}\n{margin}{head}{written}{tail}\n{caret}"


def _untabbed(line: str) -> str:
    """A tab as one space, so that the caret stands where it belongs."""
    return line.replace("\t", "→")

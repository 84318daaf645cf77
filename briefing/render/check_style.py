"""Takes the styles of a finished message, gives what is wrong with them: what Gmail drops, and what fetches or acts.

Next: briefing/render/check_links.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.render.seen import Page

#: Half of what Gmail drops all styles for (16 KB, hteumeuleu/email-bugs#90).
STYLE_BYTES = 8_192
_NOT_CSS = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)
_ACTING = re.compile(
    r"expression\s*\(|javascript\s*:|vbscript\s*:|behavior\s*:|-moz-binding|@import|@font-face|\{\{|\{%", re.I
)
_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")\s]*)", re.IGNORECASE)
_LEFT_TO_RIGHT = re.compile(r"direction\s*:\s*ltr|text-align\s*:\s*left", re.IGNORECASE)


def check_style(page: Page) -> Iterator[str]:
    """What a mail program drops or must not obey."""
    sheets = [style.text or "" for style in page.root.iter("style")]
    size = len("".join(sheets).encode())
    if size > STYLE_BYTES:
        yield f"the styles have {size:,} bytes, over {STYLE_BYTES:,}; Gmail drops them all beyond twice that"
    if any(map(_nests_rules, sheets)):
        yield "a style has an @ rule inside another; Gmail drops it"
    if not any("prefers-color-scheme" in sheet for sheet in sheets):
        yield "no style is for dark mode (prefers-color-scheme)"
    inline = sorted(set(page.root.xpath("//@style", smart_strings=False)))
    for css in (*sheets, *inline):
        if found := _ACTING.search(css):
            yield f"a style holds {found[0]}"
        yield from (f"a style fetches {address[:60]}" for address in _URL.findall(css) if address[:4] != "cid:")
    if (page.root.get("dir") or "").lower() == "rtl":
        yield from _turned_around(page, inline)


def _nests_rules(sheet: str) -> bool:
    depth = 0
    for mark in re.findall("[@{}]", _NOT_CSS.sub("", sheet)):
        if mark == "@" and depth:
            return True
        depth += {"{": 1, "}": -1}.get(mark, 0)
    return False


def _turned_around(page: Page, inline: list[str]) -> Iterator[str]:
    """What runs from left to right although the page does not."""
    for css in inline:
        if found := _LEFT_TO_RIGHT.search(css):
            yield f"a style in a right-to-left mail says {found[0]}"
    if page.root.xpath('//*[translate(@align, "LEFT", "left") = "left"]'):
        yield "something in a right-to-left mail is aligned to the left"

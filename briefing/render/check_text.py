"""Takes the text part of a finished message, gives what is wrong with it: above all what it keeps back.

Next: briefing/deliver/smtp.py, then briefing/services/press.py, which asks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefing.render.check_page import controls_in, is_shown, leftovers_in
from briefing.render.clean import MARKER_HOST
from briefing.render.seen import letters, name_of
from briefing.render.text import WIDTH, columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from briefing.render.seen import Page

_MARKUP = re.compile(r"</?[a-z]+(?: [^<>\n]*)?/?>|&[a-z]+;|&#\d+;", re.IGNORECASE)


def check_text(text: str, page: Page, *, ways_out: Collection[str]) -> Iterator[str]:
    """What a reader of plain text would miss or stumble over.

    Args:
        ways_out: the addresses of List-Unsubscribe, one of which the reader must be able to copy.
    """
    if not text.strip():
        yield "the text part is empty"
        return
    yield from controls_in(text, "text")
    yield from _leftovers(text, page)
    for line in text.splitlines():
        if columns(line) > WIDTH and "://" not in line and "mailto:" not in line:
            yield f"a line of the text has {columns(line)} columns, over {WIDTH}: {line[:40]}"
    if not any(address in text for address in ways_out):
        yield "the text does not show the address that unsubscribes"
    yield from _kept_back(text, page)


def _leftovers(text: str, page: Page) -> Iterator[str]:
    if MARKER_HOST in text:
        yield f"the text still holds a marker of {MARKER_HOST}"
    for mark in leftovers_in(text, page.words):
        yield f"the text holds a leftover of its making: {mark}"
    shown = f"{page.words} {' '.join(page.root.xpath('//a/@href'))}"
    for found in dict.fromkeys(_MARKUP.findall(text)):
        if not is_shown(found, shown):  # what the page shows as text was meant to be read, and so are addresses
            yield f"the text holds markup: {found[:40]}"


def _kept_back(text: str, page: Page) -> Iterator[str]:
    flat = letters(text)
    links = [link for link in page.root.iter("a") if re.match("(?:https?|mailto):", link.get("href") or "")]
    for name in dict.fromkeys(map(name_of, (*page.headings, *links))):
        if letters(name) not in flat:
            yield f"the text does not say {name[:60]!r}"
    for address in dict.fromkeys(link.get("href") for link in links):
        if address not in text:
            yield f"the text lacks the address {address[:60]}"

"""Takes the links of a finished message, gives what is wrong with them: where they lead and what they are called.

Next: briefing/render/check_text.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefing.render.seen import is_hidden, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from briefing.render.seen import Page

_SCHEMES = ("http", "https", "mailto")
#: Said by a screen reader alone, these lead nowhere; an outlet or a headline of that name is another matter.
_VAGUE = frozenset({
    "click here", "click", "here", "read more", "more", "learn more", "see more", "this", "link", "read", "continue",
    "details", "view", "go", "ici", "cliquez ici", "lire la suite", "en savoir plus", "plus", "suite", "hier",
    "hier klicken", "weiterlesen", "mehr lesen", "mehr", "weiter", "aquí", "leer más", "ver más", "más", "qui",
    "leggi tutto", "leggi", "continua", "aqui", "ler mais", "leia mais", "saiba mais",
})  # fmt: skip


def check_links(page: Page, *, text: str, ways_out: Collection[str]) -> Iterator[str]:
    """What is wrong with where a reader may go.

    Args:
        text: the text part; who is named there is named so, however vague it sounds.
        ways_out: the addresses of List-Unsubscribe, one of which the reader must be able to follow.
    """
    lines = {line.strip().casefold() for line in text.splitlines()}
    targets = set(page.root.xpath("//@id | //a/@name", smart_strings=False))
    can_leave = False
    for link in page.root.iter("a", "area"):
        address = link.get("href")
        if address is None:
            continue
        name = name_of(link)
        can_leave = can_leave or (address in ways_out and bool(name) and not is_hidden(link))
        if fault := _fault_of(address, targets):
            yield fault
        if not name:
            yield f"the link {address[:60]} has no text"
        elif name.casefold().strip(" .»›→>…") in _VAGUE and name.casefold() not in lines:
            yield f"the link {address[:60]} is only called {name!r}"
    if not can_leave:
        yield "the HTML does not show the link that unsubscribes"


def _fault_of(address: str, targets: Collection[str]) -> str:
    if address.startswith("#"):
        return "" if address[1:] in targets else f"the link {address} leads nowhere"
    scheme, colon, rest = address.partition(":")
    if not (colon and rest) or scheme.lower() not in _SCHEMES or re.search(r"\s", address):
        return f"the link {address[:60]} is none that a mail may hold"
    return ""

"""Takes the HTML of a mail, gives `Page`: what of it a reader sees or hears. For checks, not for setting.

Next: briefing/render/check_page.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree, html

from briefing.render.clean import is_visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0|opacity\s*:\s*0\b(?!\.))"
)
_NOT_A_LETTER = re.compile(r"[\W_]+")
#: After the preheader, so that a list of mail does not go on with the masthead.
_PADDING = re.compile("(?:\u034f\u200c\u00a0)+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Carries a page as it was written and as it was understood.

    Attributes:
        words: all text of the body, hidden or not, styles apart.
    """

    source: str
    root: HtmlElement
    words: str

    @property
    def elements(self) -> Iterator[HtmlElement]:
        """Every element, comments apart."""
        return (element for element in self.root.iter() if isinstance(element.tag, str))

    @property
    def headings(self) -> tuple[HtmlElement, ...]:
        """In the order they stand there."""
        return tuple(self.root.iter("h1", "h2", "h3", "h4", "h5", "h6"))

    @property
    def preheader(self) -> str:
        """What a list of mail shows after the subject: hidden text before any other, without its padding."""
        for element in self.root.find("body").iterdescendants():
            text = element.text_content() if isinstance(element.tag, str) else ""
            if is_visible(text) and is_hidden(element):
                return _PADDING.sub("", text.strip("\t\r\n ")).strip()
            if is_visible(element.text or "") and isinstance(element.tag, str):
                break
        return ""


def read_page(source: str) -> Page | None:
    """Reads HTML as a mail program does, which forgives everything; None when there is none."""
    try:
        root = html.document_fromstring(source)
    except etree.ParserError:
        return None
    if root.find("body") is None:
        return None
    words = root.xpath("//body//text()[not(parent::style or parent::script)]", smart_strings=False)
    return Page(source=source, root=root, words="\n".join(words))


def name_of(element: HtmlElement) -> str:
    """What a link or heading is called: its text, else what its pictures stand for."""
    text = " ".join(str(element.text_content()).split())
    spoken = (text, element.get("aria-label"), *(i.get("alt") for i in element.iter("img")), element.get("title"))
    return next((words.strip() for words in spoken if words and is_visible(words)), "")


def is_hidden(element: HtmlElement) -> bool:
    """Whether nobody sees it, because of its own style or of what it stands in."""
    around = (element, *element.iterancestors())
    return any(_HIDING.search((one.get("style") or "").lower()) or one.get("hidden") is not None for one in around)


def letters(text: str) -> str:
    """Letters and digits alone, small: the same however lines are broken and words are set."""
    return _NOT_A_LETTER.sub("", text).casefold()

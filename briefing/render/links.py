"""Takes a rendering with markers and one reader's links, gives that reader's own: by substitution, not rendering.

Templates write the four addresses below; whoever turns an edition into a message, a page or a preview fills them in.
What is shared by a whole segment is split at them once (`split_html`, `split_text`), and only joined for each reader.

Next: briefing/render/sheet.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import chain, zip_longest

from briefing.render.clean import MARKER_HOST

UNSUBSCRIBE_URL = f"https://unsubscribe.{MARKER_HOST}/"
PREFERENCES_URL = f"https://preferences.{MARKER_HOST}/"
ARCHIVE_URL = f"https://archive.{MARKER_HOST}/"
EDITIONS_URL = f"https://editions.{MARKER_HOST}/"
_MARKER = re.compile("|".join(map(re.escape, (UNSUBSCRIBE_URL, PREFERENCES_URL, ARCHIVE_URL, EDITIONS_URL))))

#: What stands between the markers, and the markers: one more of the first than of the second.
Split = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLinks:
    """Carries one reader's addresses; what is None does not appear in the message at all.

    Attributes:
        unsubscribe: https address that takes a POST (RFC 8058); None without public pages.
        unsubscribe_mail: mailto: address that does the same by mail; the footer's link when there is no page.
        archive: this edition on the web.
        editions: the list of earlier ones.
        preferences: the reader's topics and hour.
    """

    unsubscribe: str | None = None
    unsubscribe_mail: str
    archive: str | None = None
    editions: str | None = None
    preferences: str | None = None

    @property
    def by_marker(self) -> tuple[tuple[str, str | None], ...]:
        """What goes where, for every marker there is."""
        return (
            (UNSUBSCRIBE_URL, self.unsubscribe or self.unsubscribe_mail),
            (PREFERENCES_URL, self.preferences),
            (ARCHIVE_URL, self.archive),
            (EDITIONS_URL, self.editions),
        )

    @property
    def is_one_click(self) -> bool:
        """Whether a mail program may unsubscribe by itself: RFC 8058 wants https for that."""
        return self.unsubscribe is not None and self.unsubscribe.startswith("https://")

    def fitted(self, kind: tuple[bool, ...]) -> ReaderLinks:
        """Without what a message of that kind has no place for; still of another kind if it has a place for more."""
        is_one_click, no_preferences, no_archive, no_editions = kind
        return ReaderLinks(
            unsubscribe=self.unsubscribe if is_one_click or not self.is_one_click else None,
            unsubscribe_mail=self.unsubscribe_mail,
            preferences=None if no_preferences else self.preferences,
            archive=None if no_archive else self.archive,
            editions=None if no_editions else self.editions,
        )

    @property
    def kind(self) -> tuple[bool, ...]:
        """What readers must have in common to share what is prepared: the same for a whole segment."""
        return (self.is_one_click, self.preferences is None, self.archive is None, self.editions is None)


def fill_html(html: str, links: ReaderLinks) -> str:
    """Puts a reader's links into HTML. A link that they lack goes, with the <span> it stands in if it stands in one."""
    return _joined(split_html(html, links), {marker: escape(link) for marker, link in links.by_marker if link})


def fill_text(text: str, links: ReaderLinks) -> str:
    """Puts a reader's links into plain text. A link that they lack goes, with the line above that names it."""
    return _joined(split_text(text, links), {marker: link for marker, link in links.by_marker if link})


def split_html(html: str, links: ReaderLinks) -> Split:
    """Takes HTML apart at the markers of the links that a reader has; what stands around the others goes."""
    for marker, address in links.by_marker:
        if address is None:
            anchor = rf'<a\b[^>]*href="{re.escape(marker)}"[^>]*>.*?</a>'
            html = re.sub(rf"<span\b[^>]*>[^<]*{anchor}[^<]*</span>|{anchor}", "", html, flags=re.DOTALL)
    return _split(html)


def split_text(text: str, links: ReaderLinks) -> Split:
    """Takes plain text apart at the markers of the links that a reader has; the lines of the others go."""
    for marker, address in links.by_marker:
        if address is None:
            alone = rf"^[^\n]+\n[ \t]*{re.escape(marker)}[ \t]*\n"
            text = re.sub(rf"{alone}|^[^\n]*{re.escape(marker)}[^\n]*\n?", "", text, flags=re.MULTILINE)
    return _split(text)


def _split(body: str) -> Split:
    return tuple(_MARKER.split(body)), tuple(_MARKER.findall(body))


def _joined(split: Split, links: dict[str, str]) -> str:
    texts, markers = split
    return "".join(chain.from_iterable(zip_longest(texts, (links[marker] for marker in markers), fillvalue="")))

"""Takes a rendering with markers and one reader's links, gives that reader's own: by substitution, not rendering.

Templates write the four addresses below; whoever turns an edition into a message, a page or a preview fills them in.

Next: briefing/render/sheet.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from briefing.render.clean import MARKER_HOST

UNSUBSCRIBE_URL = f"https://unsubscribe.{MARKER_HOST}/"
PREFERENCES_URL = f"https://preferences.{MARKER_HOST}/"
ARCHIVE_URL = f"https://archive.{MARKER_HOST}/"
EDITIONS_URL = f"https://editions.{MARKER_HOST}/"


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


def fill_html(html: str, links: ReaderLinks) -> str:
    """Puts a reader's links into HTML. A link that they lack goes, with the <span> it stands in if it stands in one."""
    for marker, address in links.by_marker:
        if address is None:
            anchor = rf'<a\b[^>]*href="{re.escape(marker)}"[^>]*>.*?</a>'
            html = re.sub(rf"<span\b[^>]*>[^<]*{anchor}[^<]*</span>|{anchor}", "", html, flags=re.DOTALL)
        else:
            html = html.replace(marker, escape(address))
    return html


def fill_text(text: str, links: ReaderLinks) -> str:
    """Puts a reader's links into plain text. A link that they lack goes, with the line above that names it."""
    for marker, address in links.by_marker:
        if address is None:
            alone = rf"^[^\n]+\n[ \t]*{re.escape(marker)}[ \t]*\n"
            text = re.sub(rf"{alone}|^[^\n]*{re.escape(marker)}[^\n]*\n?", "", text, flags=re.MULTILINE)
        else:
            text = text.replace(marker, address)
    return text

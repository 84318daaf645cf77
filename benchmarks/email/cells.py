"""Takes a size, a frame, pictures or none, gives the bytes one reader gets: the cells of the matrix.

Next: benchmarks/email/verdicts.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING

from benchmarks.email.mornings import BUILT, DEFAULT_LIMIT, FRAMES, invent_morning
from briefing.model.settings import Look, Sender
from briefing.render.links import ReaderLinks
from briefing.render.message import PreparedMessage, prepare_message
from briefing.render.mjml import render_edition

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.render.mjml import RenderedEdition
    from briefing.render.templates import Templates

SIZES = (8, 40, 150, 500)
SENDER = Sender(
    address="Morning Post Room <morning@news.example>",
    reply_to="desk@news.example",
    imprint="The Morning Post Room, 12 Quay Street, Marindel\ndesk@news.example",
    public_url="https://news.example",
)
_DOMAIN = parseaddr(SENDER.address)[1].rpartition("@")[2]
#: As long as the longest that the product signs.
LINKS = ReaderLinks(
    unsubscribe=f"https://news.example/u/{'3f9c2a7d51e84b06' * 6}",
    unsubscribe_mail=f"mailto:leave@news.example?subject=unsubscribe%20{'3f9c2a7d51e84b06' * 6}",
    archive=f"https://news.example/a/2026-11-22/{'3f9c2a7d51e84b06' * 6}",
    editions=f"https://news.example/e/{'3f9c2a7d51e84b06' * 6}",
    preferences=f"https://news.example/p/{'3f9c2a7d51e84b06' * 6}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Names one message of the matrix.

    Attributes:
        count: candidate stories.
        limit: `max_stories`; None wants them all in the mail, so that the byte budget has to cope.
    """

    count: int
    frame: str
    with_pictures: bool = False
    limit: int | None = None

    @property
    def name(self) -> str:
        """As `--only` and the table name it: ar-150, ar-150-pictures, ar-150-24-pictures."""
        parts = (self.frame, str(self.count), str(self.limit or ""), "pictures" if self.with_pictures else "")
        return "-".join(part for part in parts if part)


#: Every size in every frame with and without pictures, then a full morning cut to the default number of stories.
CELLS = (
    *(
        Cell(count=count, frame=frame, with_pictures=with_pictures)
        for count in SIZES
        for frame in FRAMES
        for with_pictures in (False, True)
    ),
    *(Cell(count=150, frame=frame, limit=DEFAULT_LIMIT, with_pictures=True) for frame in FRAMES),
)


def look_of(cell: Cell) -> Look:
    """The shipped look, with the pictures of the cell."""
    return Look(images="all" if cell.with_pictures else "none")


def edition_of(cell: Cell) -> Edition:
    """The invented morning of a cell."""
    return invent_morning(cell.count, cell.frame, limit=cell.limit, with_pictures=cell.with_pictures)


def render_cell(cell: Cell, templates: Templates) -> RenderedEdition:
    """Sets the morning of a cell."""
    return render_edition(edition_of(cell), look=look_of(cell), sender=SENDER, templates=templates)


def message_of(cell: Cell, templates: Templates) -> bytes:
    """One reader's copy of a cell, whole but for the signature."""
    edition = edition_of(cell)
    rendered = render_edition(edition, look=look_of(cell), sender=SENDER, templates=templates)
    return address(rendered, edition)


def address(rendered: RenderedEdition, edition: Edition) -> bytes:
    """Makes one reader's copy of a rendering."""
    return copy_from(prepare(rendered, edition))


def prepare(rendered: RenderedEdition, edition: Edition) -> PreparedMessage:
    """Writes what all readers of a rendering share."""
    return prepare_message(
        rendered, edition=edition, sender=SENDER, links=LINKS, date=BUILT, list_id=f"morning.{_DOMAIN}"
    )


def copy_from(prepared: PreparedMessage) -> bytes:
    """One reader's copy of a prepared message."""
    return prepared.copy_for(
        "lea@readers.example", name="Léa Ørn", links=LINKS, message_id=f"<2026-11-22.3f9c2a7d@{_DOMAIN}>"
    )

"""Takes a printed edition, gives what its copies need and nothing else, in a form that a database can keep.

Whoever prints, whoever copies and whoever sends may then be different programs, on different days of the clock: a
copy made after a restart is made from the same edition as all others.

Next: briefing/services/copies.py.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from briefing.model.archived import ArchivedEdition
from briefing.model.article import Article
from briefing.model.lines import article_line, parse_article
from briefing.model.story import Told
from briefing.render.fragments import Fragments
from briefing.render.message import PreparedMessage

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of zlib: 30 kB instead of 40 would take three times as long to pack.
_LEVEL = 1
#: Parts of a message that are kept.
_PARTS = ("head", "text", "html")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedEdition:
    """Carries one segment's edition, ready to be copied for each of its readers.

    Attributes:
        date: of the readers' day; with the segment's key it names the edition.
        message: what all copies share; None when it could not be set, or has no story.
        silence: why it has no story; "" when it has.
        held: why nobody may get it; "" when it may go.
        pageless: why it has no page on the web; "" when it has one.
        archived, page: what the archive keeps of it, once a copy went out.
        told: what its readers will have been told.
    """

    date: date
    segment: str
    message: PreparedMessage | None = None
    silence: str = ""
    held: str = ""
    pageless: str = ""
    archived: ArchivedEdition | None = None
    page: str | None = None
    told: tuple[Told, ...] = ()

    @property
    def reason(self) -> str:
        """Why there is no copy for anybody; "" when there is one for each."""
        return self.silence or self.held


def pack(edition: PreparedEdition) -> bytes:
    """The edition as bytes; of 250 kB, 24 stories without pictures, 40 are left."""
    fields = {
        **{name: getattr(edition, name) for name in ("segment", "silence", "held", "pageless", "page")},
        "date": edition.date.isoformat(),
        "message": edition.message and _message_fields(edition.message),
        "archived": edition.archived and _archived_fields(edition.archived),
        "told": [_told_fields(told) for told in edition.told],
    }
    return zlib.compress(json.dumps(fields).encode(), _LEVEL)


def unpack_for_copies(packed: bytes) -> PreparedEdition:
    """The same without what is published of it, so that senders can hold 500: 50 kB each instead of 500."""
    fields = json.loads(zlib.decompress(packed))
    return _edition({**fields, "archived": None, "page": None, "told": []})


def unpack(packed: bytes) -> PreparedEdition:
    """What `pack` was given."""
    return _edition(json.loads(zlib.decompress(packed)))


def _edition(fields: dict[str, Any]) -> PreparedEdition:
    message, archived = fields.pop("message"), fields.pop("archived")
    return PreparedEdition(
        **{
            **fields,
            "date": date.fromisoformat(fields["date"]),
            "message": message and _message(message),
            "archived": archived and _archived(archived),
            "told": tuple(map(_told, fields["told"])),
        }
    )


def _message_fields(message: PreparedMessage) -> dict[str, Any]:
    parts = {name: getattr(message, name) for name in _PARTS}
    # What travels in a mail is ASCII, whatever it says.
    texts = {name: [text.decode("ascii") for text in part.texts] for name, part in parts.items()}
    return {"kind": message.kind, **{name: {"texts": texts[name], "places": parts[name].places} for name in parts}}


def _message(fields: Mapping[str, Any]) -> PreparedMessage:
    head, text, html = (
        Fragments(tuple(text.encode("ascii") for text in fields[name]["texts"]), tuple(fields[name]["places"]))
        for name in _PARTS
    )
    return PreparedMessage(head=head, text=text, html=html, kind=tuple(fields["kind"]))


def _archived_fields(archived: ArchivedEdition) -> dict[str, Any]:
    return {**asdict(archived), "date": archived.date.isoformat(), "built_at": archived.built_at.isoformat()}


def _archived(fields: Mapping[str, Any]) -> ArchivedEdition:
    built_at = datetime.fromisoformat(fields["built_at"])
    return ArchivedEdition(**{**fields, "date": date.fromisoformat(fields["date"]), "built_at": built_at})


def _told_fields(told: Told) -> dict[str, Any]:
    known = {name: value for name, value in article_line(told.article).items() if value}
    return {"article": known, "thread": told.thread, "since": told.since.isoformat()}


def _told(fields: Mapping[str, Any]) -> Told:
    known = fields["article"]
    # An article without title and text is remembered by its id.
    article = parse_article(known) if known.keys() & {"title", "text"} else Article(id=known["id"])
    return Told(article=article, thread=fields["thread"], since=date.fromisoformat(fields["since"]))

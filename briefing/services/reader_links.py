"""Takes a reader's id, gives the links of their own that a mail of theirs holds: to leave, to choose, to read on.

Next: briefing/services/press.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING

from briefing.render.links import ReaderLinks
from briefing.services.archive import ArchiveLinks
from briefing.services.subscribe import PREFERENCES, UNSUBSCRIBE

if TYPE_CHECKING:
    from datetime import date

    from briefing.model.settings import Config
    from briefing.ports import LinkSigner


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMaker:
    """Makes readers' links: pages where there is a public address, and a mail that does the same as the first."""

    config: Config
    signer: LinkSigner

    def links_of(self, reader: str, *, today: date, segment: str, has_page: bool) -> ReaderLinks:
        """The links of the reader with this id, in that day's edition for a segment.

        Args:
            has_page: the edition has one on the web.
        """
        sender = self.config.mail.sender
        token = self.signer.sign(reader, UNSUBSCRIBE)
        # A token is made of letters, digits, "-", "_" and "." alone: nothing of it has to be written otherwise.
        by_mail = f"mailto:{mailbox_of(sender.reply_to or sender.address)}?subject=unsubscribe%20{token}"
        if sender.public_url is None:
            return ReaderLinks(unsubscribe_mail=by_mail)
        pages = ArchiveLinks(config=self.config, signer=self.signer)
        return ReaderLinks(
            unsubscribe=f"{sender.public_url}/u/{token}",
            unsubscribe_mail=by_mail,
            preferences=f"{sender.public_url}/p/{self.signer.sign(reader, PREFERENCES)}",
            archive=pages.edition(reader, today, segment) if has_page else None,
            editions=pages.editions(reader, segment),
        )


@lru_cache(maxsize=64)  # three times a message, 25 µs each
def mailbox_of(address: str) -> str:
    """The bare address of one that may have a display name."""
    return parseaddr(address)[1]

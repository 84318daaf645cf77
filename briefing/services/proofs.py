"""Takes today's press and a reader, gives the reader's copy as it would go out now, whole and taken apart.

The copy comes from the same press by the same hand as those that are sent (`copies.py`), so what is looked at is what
leaves.

Next: briefing/services/reasons.py.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.copies import Copies
from briefing.services.press import Press
from briefing.services.reasons import reasons_of
from briefing.services.segments import default_segment, segment_of
from briefing.services.single import deliver_one
from briefing.services.slots import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from email.message import EmailMessage

    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Config
    from briefing.model.subscriber import Crowd, Segment
    from briefing.ports import Directory, LinkSigner, MessageSigner, ReturnPath, SubscriberStore, Transport
    from briefing.render.templates import Templates
    from briefing.services.build import Builder, Gathered
    from briefing.services.prepared import PreparedEdition
    from briefing.services.reasons import Reasons

#: Readers that one search lists.
MOST_FOUND = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Carries one reader's copy.

    Attributes:
        message: every byte that a transport would be given.
        text, html: its two parts as a mail program decodes them; `pictures` are what travels with the second, by name.
        faults: what the outgoing check found; a mail with any is held.
        silence: why there is no mail; then all of the above is empty.
    """

    edition: Edition
    subject: str = ""
    preheader: str = ""
    message: bytes = b""
    text: bytes = b""
    html: bytes = b""
    pictures: tuple[tuple[str, str, bytes], ...] = ()
    faults: tuple[str, ...] = ()
    silence: str = ""

    @property
    def headers(self) -> bytes:
        """The header lines."""
        return self.message.partition(b"\r\n\r\n")[0]

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of the message and of both parts."""
        parts = {"message": self.message, "text": self.text, "html": self.html}
        return {name: hashlib.sha256(part).hexdigest() for name, part in parts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofDesk:
    """Makes proofs under one config, from one reading of the sources. Several threads may ask.

    Attributes:
        open_transport: gives what carries the mail, and how to call where it goes.
        seal, return_path: as in `Copies`.
    """

    config: Config
    builder: Builder
    gathered: Gathered
    templates: Templates
    now: datetime
    store: SubscriberStore
    directory: Directory
    signer: LinkSigner
    open_transport: Callable[[], tuple[Transport, str]]
    logo: Picture | None = None
    seal: MessageSigner | None = None
    return_path: ReturnPath | None = None
    _presses: dict[date, Press] = field(default_factory=dict)
    _proofs: dict[Subscriber | None, Proof] = field(default_factory=dict)
    _reasons: dict[Subscriber | None, tuple[Reasons, ...]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def proof(self, reader: Subscriber | None = None) -> Proof:
        """The copy of a reader, or the sample that stands for those who chose nothing.

        Raises:
            RenderError: a template is wrong.
        """
        with self._lock:
            if reader not in self._proofs:
                self._proofs[reader] = self._make(reader)
            return self._proofs[reader]

    def edition(self, reader: Subscriber | None = None) -> Edition:
        """What the reader's mail tells."""
        with self._lock:
            return self._press(reader).edition(self.segment(reader))

    def reasons(self, reader: Subscriber | None = None) -> tuple[Reasons, ...]:
        """Why each story of the reader's mail is there."""
        with self._lock:
            if reader not in self._reasons:
                self._reasons[reader] = reasons_of(self.edition(reader), self.gathered, self.builder)
            return self._reasons[reader]

    def segment(self, reader: Subscriber | None) -> Segment:
        """The segment the reader belongs to."""
        return default_segment(self.config) if reader is None else segment_of(reader, self.config)

    def reader(self, subscriber: str) -> Subscriber | None:
        """The reader with this id."""
        return self.store.find_by_id(subscriber)

    def find_readers(self, text: str) -> tuple[Subscriber, ...]:
        """Readers whose id it is, or in whose address or name it stands."""
        text = text.strip()
        found = self.store.find_by_id(text) if text else None
        return (found,) if found else self.directory.page(text=text, limit=MOST_FOUND)[0]

    def crowds(self) -> tuple[Crowd, ...]:
        """The choices that confirmed readers have made, the most frequent first."""
        return tuple(sorted(self.store.crowds(), key=lambda crowd: -crowd.count))

    def send(self, address: str, *, reader: Subscriber | None = None) -> str:
        """Sends the reader's edition to somebody who may see it, with links that open nothing; says where it went.

        The books know nothing of it.

        Raises:
            SubscriberError: the address is neither a confirmed reader's nor the operator's.
            NothingToSendError, RenderError: there is no mail, or it is held back.
            DeliveryError: it was not taken.
        """
        address = address.strip()
        known = self.store.find_subscriber(address)
        is_reader = known is not None and known.status is SubscriberStatus.CONFIRMED
        operator = self.config.operator.email
        if not is_reader and (operator is None or address.lower() != operator.lower()):
            raise SubscriberError(
                "test copies go to confirmed readers and to operator: email alone; add the address to one of them"
            )
        choices = reader or Subscriber(id="test", email=address)
        with self._lock:
            press = self._press(reader)
            copies = self._copies(press, press.prepare)
            envelope = copies.copy_for(replace(choices, id="test", email=address, name=None))
        transport, destination = self.open_transport()
        deliver_one(transport, envelope)
        return destination

    def _make(self, reader: Subscriber | None) -> Proof:
        press, segment = self._press(reader), self.segment(reader)
        edition = press.edition(segment)
        if not edition.stories:
            return Proof(edition=edition, silence=press.prepare(segment).silence)
        printed = press.printed(segment)
        message = printed.sample
        if reader is not None:
            # A mail that would be held back is there to be looked at all the same.
            let_go = self._copies(press, lambda wanted: replace(press.prepare(wanted), held=""))
            message = let_go.copy_for(reader).message
        text, html, pictures = taken_apart(message)
        return Proof(
            edition=edition,
            subject=printed.rendered.subject,
            preheader=printed.rendered.preheader,
            message=message,
            text=text,
            html=html,
            pictures=pictures,
            faults=printed.faults,
        )

    def _press(self, reader: Subscriber | None) -> Press:
        """The press of the reader's own date."""
        zone = zone_of(reader or Subscriber(id="", email=""), self.config.briefing.timezone)
        today = self.now.astimezone(zone).date()
        if today not in self._presses:
            self._presses[today] = Press(
                config=self.config,
                builder=self.builder,
                gathered=self.gathered,
                templates=self.templates,
                today=today,
                now=self.now,
                logo=self.logo,
            )
        return self._presses[today]

    def _copies(self, press: Press, prepared: Callable[[Segment], PreparedEdition]) -> Copies:
        return Copies(
            config=self.config,
            signer=self.signer,
            today=press.today,
            prepared=prepared,
            seal=self.seal,
            return_path=self.return_path,
        )


def taken_apart(message: bytes) -> tuple[bytes, bytes, tuple[tuple[str, str, bytes], ...]]:
    """The text part, the HTML part, and the pictures by name and kind, as a mail program decodes them."""
    parsed: EmailMessage = message_from_bytes(message, policy=policy.default)
    parts = [part for part in parsed.walk() if not part.is_multipart()]

    def content(kind: str) -> bytes:
        found = next((part for part in parts if part.get_content_type() == kind), None)
        payload = found.get_payload(decode=True) if found else b""
        return payload if isinstance(payload, bytes) else b""

    pictures = (
        (str(part["Content-ID"] or "").strip("<>"), part.get_content_type(), part.get_payload(decode=True))
        for part in parts
        if part.get_content_maintype() == "image"
    )
    known = tuple((name, kind, payload) for name, kind, payload in pictures if isinstance(payload, bytes))
    return content("text/plain"), content("text/html"), known

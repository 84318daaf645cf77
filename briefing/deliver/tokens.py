"""Takes a reader's id and a purpose, gives a token for a link that nobody else can make, and reads it back.

A token is the id, a dot and an HMAC-SHA256 (RFC 2104) over purpose and id. It holds no address, needs no database
row, and one made for unsubscribing confirms nothing.

Next: briefing/services/subscribe.py, which acts on links.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

#: 128 bits: beyond guessing, and short enough that a link does not wrap.
MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class HmacSigner:
    """Signs with one secret key; whoever has it can make any token."""

    key: bytes = field(repr=False)

    def sign(self, subscriber: str, purpose: str) -> str:
        """A token that only this installation can make; URL-safe, the same each time."""
        # The length keeps ("un", "subscribe1") and ("unsubscribe", "1") apart.
        text = f"{len(purpose)}:{purpose}{subscriber}"
        mac = hmac.digest(self.key, text.encode(), "sha256")[:MAC_BYTES]
        return f"{_armour(subscriber.encode())}.{_armour(mac)}"

    def read(self, token: str, purpose: str) -> str | None:
        """The subscriber id, or None for a token that is forged, cut or made for another purpose."""
        try:
            subscriber = _strip_armour(token.partition(".")[0]).decode()
        except (binascii.Error, ValueError):
            return None
        # Comparing whole tokens leaves no second spelling of a good one (base64 has spare bits at its end).
        good = hmac.compare_digest(self.sign(subscriber, purpose).encode(), token.encode("utf-8", "replace"))
        return subscriber if good else None


def _armour(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _strip_armour(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

"""Takes a reader's id and a purpose, gives a token for a link that nobody else can make, and reads it back.

A token is the id, a dot and an HMAC-SHA256 (RFC 2104) over purpose and id. It holds no address, needs no database
row, and one made for unsubscribing confirms nothing. Keys are rotated without breaking a link: the newest signs, any
that is still known reads.

Next: briefing/services/subscribe.py, which acts on links.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: 128 bits: beyond guessing, and short enough that a link does not wrap.
MAC_BYTES = 16
_URLSAFE = bytes.maketrans(b"+/", b"-_")


@dataclass(frozen=True, slots=True)
class HmacSigner:
    """Signs with one secret key and reads what any of several signed; whoever has one of them can make any token.

    Attributes:
        key: the newest.
        older: those whose links are still good.
        current: all keys as they are now; asked when none of the others fits, because another process may have
            rotated them since this one began.
    """

    key: bytes = field(repr=False)
    older: tuple[bytes, ...] = field(default=(), repr=False)
    current: Callable[[], tuple[bytes, ...]] = field(default=tuple, repr=False)

    def sign(self, subscriber: str, purpose: str) -> str:
        """A token that only this installation can make; URL-safe, the same each time until keys are rotated."""
        return _signed(self.key, subscriber, purpose)

    def read(self, token: str, purpose: str) -> str | None:
        """The subscriber id, or None for a token that is forged, cut or made for another purpose."""
        try:
            subscriber = _strip_armour(token.partition(".")[0]).decode()
        except (binascii.Error, ValueError):
            return None
        known = (self.key, *self.older)
        if _made_by(known, token, subscriber, purpose):
            return subscriber
        since = tuple(key for key in self.current() if key not in known)
        return subscriber if _made_by(since, token, subscriber, purpose) else None


def _made_by(keys: tuple[bytes, ...], token: str, subscriber: str, purpose: str) -> bool:
    given = token.encode("utf-8", "replace")
    # Comparing whole tokens leaves no second spelling of a good one (base64 has spare bits at its end). All keys are
    # tried, so that the time tells nothing about them.
    fits = [hmac.compare_digest(_signed(key, subscriber, purpose).encode(), given) for key in keys]
    return any(fits)


def _signed(key: bytes, subscriber: str, purpose: str) -> str:
    # The length keeps ("un", "subscribe1") and ("unsubscribe", "1") apart.
    text = f"{len(purpose)}:{purpose}{subscriber}"
    mac = _keyed(key).copy()
    mac.update(text.encode())
    return f"{_armoured_id(subscriber)}.{_armour(mac.digest()[:MAC_BYTES])}"


@lru_cache(maxsize=16)  # `hmac.digest` gives the interpreter away each time: four tokens a message, four connections
def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


@lru_cache(maxsize=64)  # of four tokens in a mail three are of the same id
def _armoured_id(subscriber: str) -> str:
    return _armour(subscriber.encode())


def _armour(raw: bytes) -> str:
    # A quarter of the time that urlsafe_b64encode takes.
    return b2a_base64(raw, newline=False).rstrip(b"=").translate(_URLSAFE).decode()


def _strip_armour(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

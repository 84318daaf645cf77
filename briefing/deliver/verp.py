"""Takes a reader's id, gives the return path of their mail, and tells from a bounce whose mail came back (VERP).

`bounces@example.org` becomes `bounces+TOKEN@example.org`. A bounce names its reader by the address it was sent to, so
nothing of its text needs to be understood. The token is the id and an HMAC-SHA256 (RFC 2104), so nobody can have a
reader struck off the list by writing to an address they made up. It is in base32, because servers on the way may write
the local part in small letters or in capitals.

Next: briefing/services/subscribe.py.
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b32decode, b32encode
from dataclasses import dataclass, field

#: 72 bits: each guess costs a mail. With the 16 bytes of an id they fill 40 letters, none of which has bits to spare.
MAC_BYTES = 9
#: RFC 5321 §4.5.3.1.1.
LOCAL_OCTETS = 64
#: What the local part of the address may have, for ids of 16 bytes: 64 less the plus and 40 letters.
MOST_LOCAL_OCTETS = LOCAL_OCTETS - 1 - 40
_HEX_ID = re.compile("[0-9a-f]{32}")
_TOKEN = re.compile("[a-z2-7]{15,63}")


@dataclass(frozen=True, slots=True)
class Verp:
    """Makes return paths and reads them back; whoever has the key can make any.

    Attributes:
        address: local@domain, of the mailbox that is read.
    """

    address: str
    key: bytes = field(repr=False)

    def address_for(self, subscriber: str) -> str:
        """The reader's own return path, the same each time; the plain address for an id that has no room in it."""
        local, _, domain = self.address.rpartition("@")
        token = self._token(subscriber)
        if len(local) + 1 + len(token) > LOCAL_OCTETS:
            return self.address
        return f"{local}+{token}@{domain}"

    def reader_of(self, address: str) -> str | None:
        """The id of the reader whose mail came back to this address; None for every address that we did not make.

        What stands around the token is not looked at: mail may come by another name of the same mailbox.
        """
        token = address.strip(" <>").rpartition("@")[0].rpartition("+")[2].lower()
        if not _TOKEN.fullmatch(token):
            return None
        try:
            raw = b32decode(token.upper() + "=" * (-len(token) % 8))[:-MAC_BYTES]
        except binascii.Error:
            return None
        # Whole tokens are compared, so that a letter with bits to spare has one spelling.
        found = [one for one in _ids(raw) if hmac.compare_digest(self._token(one), token)]
        return found[0] if found else None

    def _token(self, subscriber: str) -> str:
        is_hex = _HEX_ID.fullmatch(subscriber) is not None
        raw = bytes.fromhex(subscriber) if is_hex else subscriber.encode()
        # The purpose keeps this apart from all else that is signed with the key, the kind "0123…" from its 16 bytes.
        purpose = b"4:verp hex " if is_hex else b"4:verp text "
        mac = hmac.digest(self.key, purpose + raw, "sha256")[:MAC_BYTES]
        return b32encode(raw + mac).decode().rstrip("=").lower()


def _ids(raw: bytes) -> list[str]:
    """What an id may have been that is these bytes."""
    found = [raw.hex()] if len(raw) == 16 else []
    try:
        return [*found, raw.decode()]
    except UnicodeDecodeError:
        return found

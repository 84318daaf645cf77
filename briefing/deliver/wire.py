"""Takes addresses and messages, gives them as they may travel: nothing in them can end the command they stand in.

Next: briefing/deliver/one_by_one.py.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import is_
from typing import TYPE_CHECKING, Any, Final

import idna
import numpy as np

from briefing.errors import ReaderRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: "Mailbox name not allowed" (RFC 5321 §4.2.3), "bad destination mailbox address syntax" (RFC 3463 §3.2).
_BAD_ADDRESS: Final = (553, "5.1.3")
#: "Non-ASCII addresses not permitted" (RFC 6531 §3.5, §4.2).
_NEEDS_SMTPUTF8: Final = (553, "5.6.7")
#: "Transaction failed"; "other or undefined media error" (RFC 3463 §3.7).
_BAD_MESSAGE: Final = (554, "5.6.0")

_DOT, _CR, _LF = 46, 13, 10
#: Bytes up to which `bytes.count` is faster than numpy.
_SMALL = 2000
#: No space or control, and nothing that means something in a command or in the arguments of sendmail.
_LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f<>()\[\]:;,@\\\"]+")


def wire_address(address: str) -> str:
    """The address as it travels: domain in IDNA, local part as it is.

    Raises:
        ReaderRefusedError: it cannot be sent to.
    """
    local, _, domain = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or not local.isprintable():
        raise _refused(_BAD_ADDRESS, "not an address that can be sent to")
    return f"{local}@{_wire_domain(domain)}"


# Half of a list has one of ten domains; idna takes 60 µs for each.
@lru_cache(maxsize=4096)
def _wire_domain(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise _refused(_BAD_ADDRESS, f"the domain {domain!a} cannot exist: {error}") from error


def needs_smtputf8() -> ReaderRefusedError:
    """The refusal of a reader whose address the relay has no way to write."""
    return _refused(_NEEDS_SMTPUTF8, "the relay takes no address with letters beyond ASCII")


def _bad_message() -> ReaderRefusedError:
    return _refused(_BAD_MESSAGE, "the message has a line that does not end in CRLF")


def _refused(kind: tuple[int, str], reason: str) -> ReaderRefusedError:
    """In a server's manner: the status stands before the words."""
    code, status = kind
    return ReaderRefusedError(f"{status} {reason}", code=code, transient=False)


def check_lines(message: bytes) -> None:
    """Makes sure that every line ends in CRLF.

    A lone CR or LF before a dot is how one message smuggles in another (CVE-2023-51764). Three `bytes.count` take
    160 µs for 61 KB, numpy 11 µs: the whole conversation has 100 µs.

    Raises:
        ReaderRefusedError: a line does not.
    """
    octets = np.frombuffer(message, np.uint8)
    if not _are_whole(octets, octets == _LF):
        raise _bad_message()


def stuffed_together(message: bytes, pieces: Sequence[bytes]) -> bytes:
    """As `stuffed`, for a message that is made of pieces of whole lines: those seen before cost 0.1 µs each.

    Raises:
        ReaderRefusedError: a piece is not whole lines.
    """
    ready = [*map(_stuffed_piece, pieces)]
    return message if all(map(is_, ready, pieces)) else b"".join(ready)


# A segment has some 40 pieces that all readers share; bytes remember their hash, so to find one again is to compare it
# with itself. Those of a reader come and go.
@lru_cache(maxsize=2048)
def _stuffed_piece(piece: bytes) -> bytes:
    if piece and not piece.endswith(b"\r\n"):
        raise _bad_message()
    if len(piece) > _SMALL or piece.startswith(b".") or b"\n." in piece:
        return stuffed(piece)
    if not piece.count(b"\r\n") == piece.count(b"\n") == piece.count(b"\r"):
        raise _bad_message()
    return piece


def stuffed(message: bytes) -> bytes:
    """The message with each dot doubled that begins a line (RFC 5321 §4.5.2), and with the last line ended.

    Copied only if need be: 20 µs for 61 KB without such dots, `check_lines` among them.

    Raises:
        ReaderRefusedError: a line does not end in CRLF.
    """
    octets = np.frombuffer(message, np.uint8)
    ends = octets == _LF
    if not _are_whole(octets, ends):
        raise _bad_message()
    # One byte for each, so that the few there are can be found at the speed of memchr.
    dots = (ends[:-1] & (octets[1:] == _DOT)).tobytes()
    if 1 in dots:
        message = _doubled(message, dots)
    if message.startswith(b"."):
        message = b"." + message
    return message if message.endswith(b"\r\n") else message + b"\r\n"


def _are_whole(octets: NDArray[Any], ends: NDArray[Any]) -> bool:
    """Whether each LF follows a CR and each CR precedes an LF."""
    if not len(octets):
        return True
    returns = octets == _CR
    return not (ends[0] or returns[-1]) and ends[1:].tobytes() == returns[:-1].tobytes()


def _doubled(message: bytes, dots: bytes) -> bytes:
    whole = memoryview(message)
    pieces, start = [], 0
    while (found := dots.find(1, start)) >= 0:
        pieces.append(whole[start : found + 1])
        start = found + 1
    return b".".join([*pieces, whole[start:]])

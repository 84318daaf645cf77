"""Takes any text, gives header lines that hold nothing else: the one sanitiser of everything that enters a header.

Python 3.11's EmailMessage lets an encoded word that holds a line break add a header of its own (cpython#121650), and
folds into encoded words of 76 bytes; so headers are written here, from text that has been taken apart first.

Next: briefing/render/message.py.
"""

from __future__ import annotations

import re
from base64 import b64encode
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.utils import parseaddr
from string import ascii_letters, digits

from briefing.errors import RenderError
from briefing.render.clean import clean

#: Characters of untrusted text in one header; a subject shows 78 at most.
HEADER_CHARS = 200
#: Bytes of one part of a header of ours; a line may have 998 (RFC 5322 §2.1.1).
_MOST = 900
#: Columns of a line that need not be folded.
_WIDTH = 76
_ENCODED_WORD = re.compile(r"=\?[^\s?]{1,60}\?[bq]\?[^\s?]*\?=", re.IGNORECASE)
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
#: RFC 1035 §2.3.4, as a name is written.
_HOST_CHARS = 253
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*")
#: What may stand between angle brackets: printable ASCII without them and without spaces.
_LINK = re.compile(f"[!-;=?-~]{{1,{_MOST - 3}}}").fullmatch
#: An address as nearly all are: looked at once instead of in parts.
_USUAL_ADDRESS = re.compile(f"(?=.{{1,{_HOST_CHARS}}}$){_ATOM.pattern}@{_HOST.pattern}").fullmatch

# RFC 2047 §5 (3): what may stand as itself in an encoded word of a display name.
_LITERAL = f"{ascii_letters}{digits}-!*+/"
_QUOTED = tuple("_" if byte == 32 else chr(byte) if chr(byte) in _LITERAL else f"={byte:02X}" for byte in range(256))


def clean_header(text: str | None) -> str:
    """One line of at most `HEADER_CHARS` characters, nothing invisible in it, encoded words read and cleaned as well.

    What a stranger wrote as `=?utf-8?q?=0D=0ABcc:…?=` comes out as the letters it stands for.
    """
    line = clean(text)
    for _ in range(3):  # an encoded word may hold another
        if "=?" not in line or not _ENCODED_WORD.search(line):
            break
        line = clean(_decoded(line))
    return line[:HEADER_CHARS].strip()


def header(name: str, text: str) -> bytes:
    """One header of untrusted text, folded, in encoded words (RFC 2047, at most 75 bytes each) where it must be."""
    return f"{name}: {_encoded(clean_header(text), used=len(name) + 2)}\r\n".encode("ascii")


def structured(name: str, *parts: str) -> bytes:
    """One header whose parts are ours (addresses, tokens), a fold between each two.

    Raises:
        RenderError: a part is not printable ASCII, or longer than a line may be.
    """
    for part in parts:
        if not (part.isascii() and part.isprintable() and 0 < len(part) <= _MOST):
            raise RenderError(name, f"{part[:80]!r} cannot stand in a header; it needs printable ASCII on one line")
    return _folded(name, *parts)


def address_list(name: str, *links: str) -> bytes:
    """A header that lists addresses of ours in angle brackets (RFC 2369).

    Raises:
        RenderError: a link is not one printable ASCII word.
    """
    for link in links:
        if not _LINK(link):
            raise RenderError(name, f"{link[:80]!r} is not a link; it needs printable ASCII without <, > and spaces")
    return _folded(name, *[f"<{link}>," for link in links[:-1]], f"<{links[-1]}>")


def mailbox(name: str, address: str, display: str | None = None) -> bytes:
    """A From, To or Reply-To with one address; the display name is untrusted text.

    Raises:
        RenderError: the address is none, or needs a server that takes raw UTF-8 (RFC 6531), which few readers have.
    """
    plain = bare_address(address, header=name)
    shown = clean_header(display)
    if not shown:
        return _folded(name, plain)
    if shown.isascii() and "=?" not in shown:
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return _folded(name, f'"{quoted}"', f"<{plain}>")
    return _folded(name, *_encoded(shown, used=len(name) + 2).split("\r\n "), f"<{plain}>")


def split_mailbox(text: str) -> tuple[str, str]:
    """Takes `Name <address>` apart: (name, address)."""
    return parseaddr(clean_header(text))


def bare_address(address: str, *, header: str) -> str:
    """The address as it stands in headers and envelopes, its domain in ASCII.

    Raises:
        RenderError: it is no address of the ordinary form local@domain.
    """
    if _USUAL_ADDRESS(address):
        return address
    local, _, domain = address.strip().rpartition("@")
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not (_ATOM.fullmatch(local) and len(host) <= _HOST_CHARS and _HOST.fullmatch(host)):
        raise RenderError(header, f"{clean(address)[:80]!r} is not a mail address we can write to")
    return f"{local}@{host}"


def _folded(name: str, *parts: str) -> bytes:
    line = f"{name}: {' '.join(parts)}\r\n"
    if len(line) > _WIDTH + 2:
        line = f"{name}: " + "\r\n ".join(parts) + "\r\n"
    return line.encode("ascii")


def _encoded(line: str, *, used: int) -> str:
    # "=?" in plain text would be read as an encoded word: it is written as one, so that it means itself.
    plain = line.isascii() and "=?" not in line
    if not plain and len(word := _word(line)) <= 75 - used:
        return word
    folded = Header(line, "us-ascii" if plain else "utf-8", maxlinelen=75, header_name="x" * (used - 2))
    return folded.encode(linesep="\r\n")


def _word(line: str) -> str:
    """One encoded word, as `Header` would write it: 1 µs instead of 70, and most readers' names need no second one."""
    letters = line.encode()
    quoted = "".join(map(_QUOTED.__getitem__, letters))
    based = (len(letters) + 2) // 3 * 4
    return f"=?utf-8?b?{b64encode(letters).decode()}?=" if based < len(quoted) else f"=?utf-8?q?{quoted}?="


def _decoded(line: str) -> str:
    # Word by word: decode_header on a whole line mangles the letters between the words.
    return _ENCODED_WORD.sub(_letters, re.sub(r"(?<=\?=) +(?==\?)", "", line))


def _letters(word: re.Match[str]) -> str:
    try:
        ((letters, charset),) = decode_header(word[0])
        return str(letters.decode(charset, "replace"))
    except (HeaderParseError, LookupError, ValueError):  # no base64, or a charset that nobody knows or that gives up
        return ""

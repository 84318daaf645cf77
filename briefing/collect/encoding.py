"""Takes bytes from anywhere, gives the characters they stand for, whatever encoding they claim.

The claim is often wrong, so it is believed late: a byte order mark first, then UTF-8 (bytes that are valid UTF-8 and
not ASCII are hardly ever anything else), then what the server and the document say, then statistics, then Windows-1252.

Next: briefing/collect/text.py.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

import charset_normalizer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How far into a document its own claim may stand; HTML asks for the first 1024 bytes, real pages need more.
HEAD_BYTES = 8_192

_CLAIMS = (
    re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{2,40})""", re.IGNORECASE),
    re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE),
)

#: The superset that pages really use under these names (the WHATWG encoding standard does the same).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}

#: Seven-bit encodings, whose bytes are valid UTF-8 and mean something else.
_ESCAPED = ("iso2022", "hz")


def decode(content: bytes, *, declared: str | None = None) -> str:
    """Reads the bytes as text; never fails, and replaces what no encoding explains.

    Args:
        content: a whole document.
        declared: what the server or the enclosing mail said.
    """
    wide = find_utf16(content)
    if wide is not None:
        return content.decode(wide, errors="replace").removeprefix("\ufeff")
    claims = tuple(_known_claims(content, declared))
    for name in (*(c for c in claims if c.startswith(_ESCAPED)), "utf-8-sig", *claims):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    return _nearly_utf8(content) or _guessed(content)


def _known_claims(content: bytes, declared: str | None) -> Iterator[str]:
    found = (pattern.search(content, 0, HEAD_BYTES) for pattern in _CLAIMS)
    for claim in (declared, *(match[1].decode("ascii") for match in found if match)):
        try:
            name = codecs.lookup((claim or "").strip("'\" ")).name
            # base64, zip and other codecs from bytes to bytes are no encodings of text.
            b"x".decode(name, errors="replace")
        except (LookupError, ValueError):
            continue
        if not name.startswith(("utf-16", "utf-32")):  # real ones show by their mark or their zero bytes
            yield _SUPERSETS.get(name, name)


def find_utf16(content: bytes) -> str | None:
    """Recognises UTF-16, with or without a mark, by the zero bytes beside its Latin letters; None for anything else."""
    head = content[:HEAD_BYTES]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if head.startswith(codecs.BOM_UTF16_LE) or (odd > len(head) / 4 and even < len(head) / 50):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE) or (even > len(head) / 4 and odd < len(head) / 50):
        return "utf-16-be"
    return None


def _nearly_utf8(content: bytes) -> str | None:
    """UTF-8 with a few broken bytes, as after a cut in the middle of a character."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    foreign = sum(1 for char in text if char > "\x7f") - broken
    return text if foreign >= 10 * broken else None


def _guessed(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        best = charset_normalizer.from_bytes(content[: 4 * HEAD_BYTES]).best()
    return content.decode(best.encoding if best else "cp1252", errors="replace")

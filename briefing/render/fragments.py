"""Takes a text that a whole segment shares, gives its `Fragments`: encoded once, joined around each reader's values.

Quoted-printable must be written after the text was taken apart: its line breaks may fall anywhere, and of 37 markers
in a long mail they cut one in two. So each fragment ends at the start of a line, and so does each value.

Next: briefing/render/message.py.
"""

from __future__ import annotations

from binascii import b2a_qp
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Of a line of quoted-printable, its soft break included (RFC 2045 §6.7).
_LINE_BYTES = 76


@dataclass(frozen=True, slots=True)
class Fragments:
    """Carries what is the same for every reader of a segment, and says what goes in between.

    What is sent is `texts[0]`, the value for `places[0]`, `texts[1]`… Each text but the last and each value is made of
    whole lines with their CRLF, so whatever is done line by line on the way out (a dot doubled, a body hashed) may be
    done to the texts beforehand and to the few lines of the values later.

    Attributes:
        texts: one more than there are places.
        places: names; the same one may stand there twice.
    """

    texts: tuple[bytes, ...]
    places: tuple[str, ...]

    def filled(self, values: Mapping[str, bytes]) -> list[bytes]:
        """Texts and values in turn, to be joined.

        Raises:
            KeyError: a place has no value.
        """
        pieces = [b""] * (2 * len(self.places) + 1)
        pieces[::2] = self.texts
        pieces[1::2] = [values[place] for place in self.places]
        return pieces

    def between(self, before: bytes, after: bytes) -> Fragments:
        """The same with whole lines before and after it."""
        *texts, last = (before + self.texts[0], *self.texts[1:])
        # The first is the last where there is no place at all.
        return Fragments((*texts, last + after), self.places)


def encoded_body(texts: Iterable[str], places: tuple[str, ...]) -> Fragments:
    """Encodes a body in quoted-printable: 5 % more bytes for Latin scripts, no line over 76, legible as it stands."""
    *most, last = texts
    # The end of a body stands before a boundary, which brings its own line break: none is to be hidden there.
    return Fragments((*map(quoted_lines, most), _with_crlf(b2a_qp(last.encode(), istext=True))), places)


def quoted_lines(text: str) -> bytes:
    """Quoted-printable that ends at the start of a line, by a soft line break unless the text itself ends a line."""
    if text.isascii() and text.isprintable():
        # Links are so. As below, in a third of the time.
        letters = text.replace("=", "=3D")
        if len(letters) < _LINE_BYTES:
            return f"{letters}=\r\n".encode()
        if "=" not in text:
            rows = [text[start : start + _LINE_BYTES - 1] for start in range(0, len(text), _LINE_BYTES - 1)]
            return "=\r\n".join((*rows, "")).encode()
    # With a letter after it, the last line keeps room for the "=", and a space at its end need not be written =20.
    encoded = b2a_qp((text + "x").encode(), istext=True)[:-1]
    return _with_crlf(encoded if not encoded or encoded.endswith(b"\n") else encoded + b"=\n")


def _with_crlf(lines: bytes) -> bytes:
    return lines.replace(b"\n", b"\r\n")

"""Takes text that strangers wrote, gives text that may stand in the mail. Nothing else enters a template.

Next: briefing/render/words.py.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import urlsplit

from markupsafe import Markup

#: Host of the addresses that stand for a reader's own links until `links.py` puts those in. RFC 2606 §2 reserves
#: ".invalid", so no real address is lost by refusing it in articles.
MARKER_HOST = "briefing.invalid"
_NO_MARKER = MARKER_HOST.replace(".", " ")

_SPACES = re.compile(r"[\t\n\v\f\r \x1c-\x1f\x85\u2028\u2029]+")
# Controls, lone surrogates and non-characters: MRML and UTF-8 refuse a whole mail for one of them. Bidirectional
# embeddings, overrides and isolates (U+202A-E, U+2066-9) could turn the rest of our line around.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# What may stand as itself in an attribute: MRML writes attributes with Rust's {:?}, which turns combining marks,
# joiners, no-break spaces, quotes and backslashes into literal escapes (mrml 6.0.1, prelude/render/buffer.rs).
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 \-._~:/?#@!$()*+,;=%\[\]]")
# Letters, marks and symbols that show nothing: joiner, soft hyphen, the fillers of Hangul and the empty braille cell.
_BLANK = "\u034f\u00ad\u115f\u1160\u3164\uffa0\u2800"
#: Unicode composes them for older standards only (U+0958 to U+095F).
_COMPOSED = {normalize("NFD", letter): letter for letter in map(chr, range(0x958, 0x960))}
_DOTTED = re.compile("|".join(_COMPOSED))
_WEB_SCHEMES = frozenset({"http", "https"})
#: An address as nearly all are: nothing in it to refuse or to write otherwise, and no user name or port.
_USUAL_LINK = re.compile(
    r"https?://[a-z0-9.-]+(?:[/?#](?:[A-Za-z0-9\-._~:/?#@!$()*+,;=&\[\]]|%[0-9A-Fa-f]{2})*)?"
).fullmatch


def clean(text: str | None) -> str:
    """Makes one line of `text` without anything invisible that could break a mail, or "" for nothing."""
    line = text or ""
    # The expressions are slow, and most lines do not need them; a no-break space alone is not printable, but harmless.
    if not line.isprintable() and not line.replace("\u00a0", "").replace("\u202f", "").isprintable():
        line = _UNPRINTABLE.sub("", _SPACES.sub(" ", line))
    # Taken out, its halves around it could make another one; a dot less, and nothing can.
    line = line.replace(MARKER_HOST, _NO_MARKER)
    return re.sub(" {2,}", " ", line).strip() if "  " in line else line.strip()


def is_visible(text: str) -> bool:
    """Tells whether a reader would see anything: a letter, a digit or a symbol of any script."""
    return any(char.isprintable() and not char.isspace() and char not in _BLANK for char in text)


def cut(text: str, limit: int) -> str:
    """Shortens to at most `limit` code points, at a space where there is one, and says so with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    shorter = head.rpartition(" ")[0]
    return (shorter if len(shorter) > limit // 2 else head).rstrip(" ,;:·.-–—") + "…"


@lru_cache(maxsize=4096)  # a long edition is set a dozen times until it fits, with the same addresses each time
def safe_link(address: str | None) -> str | None:
    """Gives an address a reader may follow, or None: http, https and mailto only, nothing hidden in it.

    Refused as well: addresses with a user name before the host (they make one site look like another), with control
    characters, over 2,000 characters (no browser promises more), and on our own marker host. Spaces, the few
    characters that end an address early and a percent sign that encodes nothing are percent-encoded.
    """
    link = (address or "").strip(" \t\r\n")
    if not link or len(link) > 2000 or MARKER_HOST in link.lower():
        return None
    if _USUAL_LINK(link):  # a fifth of the time of what follows
        return link
    if _UNPRINTABLE.search(link):
        return None
    try:
        parts = urlsplit(link)
        usable = parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if not ((scheme in _WEB_SCHEMES and usable) or (scheme == "mailto" and "@" in parts.path)):
        return None
    return re.sub(r"[\s\"'<>\\`{}|^]|%(?![0-9A-Fa-f]{2})", _percent, link)


def host_of(address: str | None) -> str:
    """Names an address by its host, without "www."; "" when it has none."""
    link = safe_link(address)
    return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""


def attribute(text: object) -> Markup:
    """Writes text so that MRML passes it through an attribute unchanged: all but plain ASCII as numeric references."""
    return Markup(_NOT_PLAIN.sub(lambda found: f"&#{ord(found[0])};", str(text)))  # noqa: S704 - all else is escaped here


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def composed(text: str) -> str:
    """Writes Devanagari letters with a dot below as one character each, as w3m does by itself when it shows them.

    NFC takes them apart again, but to a reader who looks for a headline in both parts they must be the same there.
    """
    return _DOTTED.sub(lambda found: _COMPOSED[found[0]], text) if "\u093c" in text else text


def unbroken(text: str) -> str:
    """Few words that belong together, on one line."""
    return text.replace(" ", "\u00a0")

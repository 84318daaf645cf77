"""Takes single metadata values as publishers print them, gives clean ones, or None when they say nothing usable.

Next: briefing/collect/entries.py.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from briefing.collect.dates import parse_when
from briefing.collect.text import one_line, plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.model.article import Published

#: Before this the web had no news; later than a year ahead nobody announces any.
EARLIEST = date(1995, 1, 1)
_AHEAD = timedelta(days=366)

MAX_CATEGORIES = 12
_NO_CATEGORY = frozenset(
    {"uncategorized", "uncategorised", "non classé", "allgemein", "sin categoría", "senza categoria"}
)
#: An address with nothing to resolve, to encode or to doubt.
_WEB_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](?:/[A-Za-z0-9!$&'()*+,/:;=@~._#%?-]*)?", re.ASCII)
#: Of what is remembered for the next entry: a language's tag, and a line that names people.
_TAG_CHARS, _LINE_CHARS = 20, 200
_EMAIL = re.compile(r"\S+@\S+")
_ADDRESS_AND_NAME = re.compile(r"\S+ \(([^()]{2,})\)")
_BYLINE = re.compile(r"^(?:by|par|von|por|di|door|text|words|author|autor|auteur)[\s:]+(?=\S)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_AND_OUTLET = re.compile(r"\s+[|/•·]\s+.*")
_USER_NAME = re.compile(r"[a-z0-9_.-]+")
_NAME_BREAK = re.compile(r"\s*(?:;|\||,|\band\b|\bund\b|\bet\b|&|\by\b)\s*")
_NOBODY = frozenset(
    {"admin", "administrator", "editor", "webmaster", "unknown", "anonymous", "noreply", "none", "null"}
)
_THREE_LETTERS = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "deu": "de",
    "ger": "de",
    "spa": "es",
    "ita": "it",
    "por": "pt",
}


def web_address(address: str | None, base: str | None) -> str | None:
    """Resolves an http(s) address against `base`; None for anything that is not one."""
    if address and _WEB_ADDRESS.fullmatch(address):
        return address
    written = "".join((address or "").split())
    if not written:
        return None
    try:
        resolved = written if written.startswith(("http://", "https://")) else urljoin(base or "", written)
        parts = urlsplit(resolved)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return quote(resolved, safe="!#$%&'()*+,/:;=?@[]~-._") if is_web else None


def host_of(address: str | None) -> str | None:
    """The host as a reader would say it: without "www." and port."""
    try:
        host = urlsplit(address or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def language_code(tag: str | None) -> str | None:
    """ISO 639-1 from a language tag such as "en-GB"; None for what has no two-letter code."""
    return _language_of(tag.strip()[:_TAG_CHARS]) if tag else None


@lru_cache(maxsize=1_000)
def _language_of(tag: str) -> str | None:
    primary = re.split(r"[-_]", tag.lower())[0]
    primary = _THREE_LETTERS.get(primary, primary)
    return primary if re.fullmatch(r"[a-z]{2}", primary) else None


def category_names(printed: Iterable[str]) -> tuple[str, ...]:
    """The publisher's own categories, each once, without addresses, over-long ones and "Uncategorized"."""
    lines = [plain_line(name) for name in printed]
    if len(lines) == 1:
        lines = lines[0].split(", ")
    names: dict[str, str] = {}
    for line in (line.lstrip("#").strip() for line in lines):
        if 1 < len(line) <= 60 and "://" not in line and line.casefold() not in _NO_CATEGORY:
            names.setdefault(line.casefold(), line)
    return tuple(names.values())[:MAX_CATEGORIES]


def author_names(printed: Iterable[str], *, outlet: str | None = None) -> tuple[str, ...]:
    """People's names: no addresses, no "By", no outlet posing as a person; "A and B" are two."""
    names: dict[str, str] = {}
    nobody = (outlet or "").casefold()
    for line in printed:
        for key, name in _people_in(line) if len(line) <= _LINE_CHARS else _people_in.__wrapped__(line):
            if key != nobody:
                names.setdefault(key, name)
    return tuple(names.values())


@lru_cache(maxsize=4_000)
def _people_in(markup: str) -> tuple[tuple[str, str], ...]:
    """The names of one line, each behind its folded form; few people write most of what a feed holds."""
    named = [(name.casefold(), name) for name in _split_names(plain_line(markup))]
    return tuple([(key, name) for key, name in named if key not in _NOBODY and _can_be_name(name)])


def _can_be_name(name: str) -> bool:
    """Neither an address, nor a number, nor what somebody types to log in."""
    return "://" not in name and 1 < len(name) <= 80 and not _USER_NAME.fullmatch(name)


def _split_names(line: str) -> Iterable[str]:
    """The people of one line; RSS wants "address (Name)", of which only the name counts."""
    address = _ADDRESS_AND_NAME.fullmatch(line)
    bare = _AND_OUTLET.sub("", _EMAIL.sub(" ", address[1] if address else line))
    bare = _BYLINE.sub("", one_line(_IN_BRACKETS.sub("", bare)).strip(" ()<>,;"))
    parts = [part.strip(" .,") for part in _NAME_BREAK.split(bare) if part.strip(" .,")]
    return parts if parts and all(2 <= len(part.split()) <= 4 for part in parts) else (bare,)


def printed_date(printed: str | None, *, captured_at: datetime, language: str | None) -> Published | None:
    """Reads a date in any form; None when it names no day that an article can have come out on."""
    if not printed or not printed.strip():
        return None
    published = parse_when(printed.strip(), captured_at=captured_at, languages=(language,) if language else ())
    return published if published and _is_plausible(published, captured_at) else None


def _is_plausible(published: Published, captured_at: datetime) -> bool:
    moment = published.latest
    if moment is None:
        return False
    day = moment.date() if isinstance(moment, datetime) else moment
    return EARLIEST <= day <= (captured_at + _AHEAD).date()

"""Takes the cells of one line about a reader, gives `Choices` with every value checked, and writes such lines again.

The words are the same in a CSV file and on the command line: lists with ";" between, hours as 07:00, days as mon;tue.

Next: briefing/services/subscribe.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import idna
from babel import localedata

from briefing.errors import SubscriberError
from briefing.model.subscriber import SubscriberStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from briefing.model.subscriber import Subscriber

COLUMNS = ("email", "name", "language", "languages", "timezone", "topics", "at", "days", "status")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: RFC 5322 §3.2.3 dot-atom, with letters of any script as RFC 6531 allows. Quoted local parts are not taken: nobody
#: has one, and every stray quotation mark in a spreadsheet looks like one.
LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
#: At least two labels, the last of them not a number (that would be an IP address); or this machine.
DOMAIN = re.compile(r"localhost|([a-z0-9-]+\.)+(?!\d+$)[a-z0-9-]+")
#: RFC 5321 §4.5.3.1, in octets.
LOCAL_BYTES, ADDRESS_BYTES = 64, 254

NAME_CHARS = 100
#: A spreadsheet would run what begins so.
FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Carries what was said about one reader; None where nothing was said.

    Attributes:
        email: normalised address.
    """

    email: str
    name: str | None = None
    language: str | None = None
    languages: tuple[str, ...] | None = None
    timezone: str | None = None
    topics: tuple[str, ...] | None = None
    at: time | None = None
    days: tuple[int, ...] | None = None
    status: SubscriberStatus | None = None


def read_choices(cells: Mapping[str, str], topics: Sequence[str]) -> Choices:
    """Checks each cell, keyed by column; a missing or empty one says nothing.

    Raises:
        SubscriberError: the first thing that is wrong, and what would be right.
    """
    said = {column: cell.strip() for column, cell in cells.items() if cell.strip()}
    return Choices(
        email=tidy_email(said.get("email", "")),
        name=_name(said["name"]) if "name" in said else None,
        language=_language(said["language"]) if "language" in said else None,
        languages=tuple(map(_language, _split(said["languages"]))) if "languages" in said else None,
        timezone=_one_of("time zone", said["timezone"], _zones()) if "timezone" in said else None,
        topics=_topics(said["topics"], topics) if "topics" in said else None,
        at=_hour(said["at"]) if "at" in said else None,
        days=_days(said["days"]) if "days" in said else None,
        status=_status(said["status"]) if "status" in said else None,
    )


def write_choices(reader: Subscriber) -> dict[str, str]:
    """The reader's cells by column, as `read_choices` reads them."""
    name = reader.name or ""
    return {
        "email": reader.email,
        "name": f"'{name}" if name.startswith(FORMULA) else name,
        "language": reader.language or "",
        "languages": ";".join(reader.languages),
        "timezone": reader.timezone or "",
        "topics": ";".join(reader.topics),
        "at": f"{reader.at:%H:%M}" if reader.at else "",
        "days": ";".join(DAYS[day] for day in reader.days or ()),
        "status": reader.status.value,
    }


def tidy_email(email: str) -> str:
    """The address in its one spelling: no spaces around it, domain in lower case and IDNA.

    Raises:
        SubscriberError: nobody can have this address.
    """
    local, _, domain = unicodedata.normalize("NFC", email.strip()).rpartition("@")
    try:
        domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        domain = ""
    address = f"{local}@{domain}"
    if not LOCAL_PART.fullmatch(local) or not DOMAIN.fullmatch(domain):
        raise SubscriberError(f"{email!r} is not an e-mail address; write it as name@example.org")
    if len(local.encode()) > LOCAL_BYTES or len(address.encode()) > ADDRESS_BYTES:
        raise SubscriberError(f"{email!r} is longer than an e-mail address can be")
    return address


def _name(cell: str) -> str:
    """One printable line: what stands here goes into a header later."""
    words = "".join(c if c.isprintable() else " " for c in cell)
    if words.startswith("'") and words[1:].startswith(FORMULA):
        words = words[1:]
    return " ".join(words.split())[:NAME_CHARS].rstrip()


def _language(cell: str) -> str:
    code = cell.lower()
    if len(code) != 2 or not localedata.exists(code):
        raise SubscriberError(f"unknown language {cell!r}; write the two letters of ISO 639-1, such as en or fr")
    return code


def _topics(cell: str, known: Sequence[str]) -> tuple[str, ...]:
    return tuple(_one_of("topic", name, known) for name in _split(cell))


def _hour(cell: str) -> time:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", cell)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise SubscriberError(f"{cell!r} is not a time of day; write it as 07:00")
    return time(int(match[1]), int(match[2]))


def _days(cell: str) -> tuple[int, ...]:
    chosen = {_one_of("day", word.lower(), DAYS) for word in _split(cell)}
    return tuple(number for number, day in enumerate(DAYS) if day in chosen)


def _status(cell: str) -> SubscriberStatus:
    return SubscriberStatus(_one_of("status", cell.lower(), tuple(status.value for status in SubscriberStatus)))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def _one_of(kind: str, name: str, known: Iterable[str]) -> str:
    """The name as it is known, letter case aside.

    Raises:
        SubscriberError: it is not known; the nearest that is, is named.
    """
    spellings = {spelling.casefold(): spelling for spelling in known}
    if name.casefold() in spellings:
        return spellings[name.casefold()]
    near = get_close_matches(name.casefold(), sorted(spellings), n=1)
    hint = f"did you mean {spellings[near[0]]!r}?" if near else "known are " + ", ".join(sorted(spellings.values())[:8])
    raise SubscriberError(f"unknown {kind} {name!r}; {hint}")


@cache
def _zones() -> frozenset[str]:
    """Zones of places; the list takes 30 ms to gather. Two names in it depend on the machine or mean nothing."""
    return frozenset(available_timezones() - {"localtime", "Factory"})

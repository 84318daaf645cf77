"""Takes the cells of one line about a reader, gives `Choices` with every value checked, and writes such lines again.

The words are the same in a CSV file and on the command line: lists with ";" between, hours as 07:00, days as mon;tue,
dates as 2026-12-01.

Next: briefing/services/subscribe.py.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import localedata
from email_validator import EmailNotValidError, validate_email

from briefing.errors import SubscriberError
from briefing.model.edition import SectionKind
from briefing.model.story import Area
from briefing.model.subscriber import WEEKDAYS, SubscriberStatus
from briefing.render.terms import THEMES
from briefing.services.consent import LEFT
from briefing.services.spelling import known_zone, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber

COLUMNS = (
    *("email", "name", "language", "languages", "timezone", "topics", "sections", "at", "days", "paused_until"),
    *("status", "reason"),
)

#: RFC 5322 §3.2.3 dot-atom, with letters of any script as RFC 6531 allows. Quoted local parts are not taken: nobody
#: has one, and every stray quotation mark in a spreadsheet looks like one.
LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")
#: At least two labels, the last of them not a number (that would be an IP address); or this machine.
DOMAIN = re.compile(r"localhost|([a-z0-9-]+\.)+(?!\d+$)[a-z0-9-]+")
#: Names that lead nowhere in the world but well on one's own machine or network (RFC 6761, 6762). email-validator
#: refuses them; a briefing may be for nobody else.
AT_HOME = re.compile(r"localhost|([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+(local|test)")
#: RFC 5321 §4.5.3.1, in octets.
LOCAL_BYTES, ADDRESS_BYTES = 64, 254
#: Cells that are remembered: the lines of a file mostly say the same, and a hundred thousand of them take 4 s then
#: instead of 16.
_REMEMBERED = 4096
_DOMAINS = 32_768
_UNCONFIRMED = SubscriberStatus.UNCONFIRMED
#: Of what somebody wrote, in the line that refuses it.
_SHOWN_CHARS = 80

NAME_CHARS, REASON_CHARS = 100, 200
#: Who is away for longer wants no briefing; most dates beyond it are slips of the pen.
LONGEST_PAUSE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Carries what was said about one reader; None where nothing was said.

    Attributes:
        email: normalised address.
        paused_until: as in `Subscriber`; a date that is over ends a pause.
        reason: goes with the status suppressed, or is `consent.LEFT` and goes with unconfirmed.
    """

    email: str
    name: str | None = None
    language: str | None = None
    languages: tuple[str, ...] | None = None
    timezone: str | None = None
    topics: tuple[str, ...] | None = None
    sections: tuple[str, ...] | None = None
    at: time | None = None
    days: tuple[int, ...] | None = None
    paused_until: date | None = None
    status: SubscriberStatus | None = None
    reason: str | None = None


def read_choices(
    cells: Mapping[str, str], topics: Sequence[str], sections: Sequence[str] = (), *, today: date | None = None
) -> Choices:
    """Checks each cell, keyed by column; a missing or empty one says nothing.

    Args:
        cells: as a person wrote them.
        topics: names that may be followed.
        sections: keys that may be chosen; see `section_keys`.
        today: a pause may last `LONGEST_PAUSE` from then; None asks nothing of it.

    Raises:
        SubscriberError: the first thing that is wrong, and what would be right.
    """
    said = {column: cell.strip() for column, cell in cells.items() if cell.strip()}
    status, reason = _standing(said)
    return Choices(
        email=tidy_email(said.get("email", "")),
        name=tidy_name(said["name"]) if "name" in said else None,
        language=known_language(said["language"]) if "language" in said else None,
        languages=tuple(map(known_language, _split(said["languages"]))) if "languages" in said else None,
        timezone=known_zone(said["timezone"]) if "timezone" in said else None,
        topics=_names("topic", said["topics"], tuple(topics)) if "topics" in said else None,
        sections=_names("section", said["sections"], tuple(sections)) if "sections" in said else None,
        at=hour_of(said["at"]) if "at" in said else None,
        days=_days(said["days"]) if "days" in said else None,
        paused_until=_pause(said["paused_until"], today) if "paused_until" in said else None,
        status=status,
        reason=reason,
    )


def write_choices(reader: Subscriber) -> dict[str, str]:
    """The reader's cells by column, as `read_choices` reads them."""
    return {
        "email": reader.email,
        "name": reader.name or "",
        "language": reader.language or "",
        "languages": ";".join(reader.languages),
        "timezone": reader.timezone or "",
        "topics": ";".join(reader.topics),
        "sections": ";".join(reader.sections),
        "at": f"{reader.at:%H:%M}" if reader.at else "",
        "days": ";".join(WEEKDAYS[day] for day in reader.days or ()),
        "paused_until": reader.paused_until.isoformat() if reader.paused_until else "",
        "status": reader.status.value,
        "reason": reader.reason or "",
    }


def section_keys(config: Config) -> tuple[str, ...]:
    """The sections that an edition of this briefing can have, those of `sections: order` first, "other" last."""
    known = {
        SectionKind.REGION: tuple(area.value for area in Area),
        SectionKind.THEME: tuple(THEMES),
        SectionKind.TOPIC: tuple(topic.name for topic in config.topics if not topic.mute),
    }[config.sections.by]
    first = tuple(key for key in config.sections.order if key in known)
    return tuple(dict.fromkeys((*first, *known, "other")))


def tidy_email(email: str) -> str:
    """The address in its one spelling: no spaces around it, composed (NFC), its domain in lower case and IDNA.

    Raises:
        SubscriberError: nobody can have this address.
    """
    local, _, domain = unicodedata.normalize("NFC", email.strip()).rpartition("@")
    shown = repr(email if len(email) <= _SHOWN_CHARS else f"{email[:_SHOWN_CHARS]}…")
    # Whole addresses of that length take the validator a second.
    if len(local.encode(errors="replace")) > LOCAL_BYTES or len(domain) > ADDRESS_BYTES:
        raise SubscriberError(f"{shown} is longer than an e-mail address can be")
    try:
        host = _host(domain)
        # What is ASCII and fits the pattern needs no second opinion: it takes 50 µs, and a list has many lines.
        tidy = (
            local if local.isascii() else validate_email(f"{local}@example.org", check_deliverability=False).local_part
        )
    except EmailNotValidError as error:
        raise SubscriberError(f"{shown} is not an e-mail address: {_one_line(error)}") from error
    if not LOCAL_PART.fullmatch(tidy or "") or not DOMAIN.fullmatch(host):
        raise SubscriberError(f"{shown} is not an e-mail address; write it as name@example.org")
    if len(tidy.encode()) > LOCAL_BYTES or len(f"{tidy}@{host}".encode()) > ADDRESS_BYTES:
        raise SubscriberError(f"{shown} is longer than an e-mail address can be")
    return f"{tidy}@{host}"


@lru_cache(maxsize=_DOMAINS)
def _host(domain: str) -> str:
    """The domain in ASCII; most readers share a few."""
    if AT_HOME.fullmatch(domain.lower()):
        return domain.lower()
    found = validate_email(f"x@{domain}", check_deliverability=False, globally_deliverable=False).ascii_domain
    return found.lower()


def _one_line(error: EmailNotValidError) -> str:
    line = " ".join(str(error).split())
    return line[:1].lower() + line[1:].rstrip(".")


def tidy_name(cell: str) -> str:
    """One printable line of at most `NAME_CHARS`: what stands here goes into a header later."""
    return _printed(cell, most=NAME_CHARS)


def tidy_reason(cell: str) -> str:
    """One printable line of at most `REASON_CHARS`."""
    return _printed(cell, most=REASON_CHARS)


def _printed(cell: str, *, most: int) -> str:
    words = cell if cell.isprintable() else "".join(c if c.isprintable() else " " for c in cell)
    return " ".join(words.split())[:most].rstrip()


@lru_cache(maxsize=_REMEMBERED)
def known_language(cell: str) -> str:
    """The code in lower case.

    Raises:
        SubscriberError: it is none.
    """
    code = cell.lower()
    if len(code) != 2 or not localedata.exists(code):
        raise SubscriberError(f"unknown language {cell!r}; write the two letters of ISO 639-1, such as en or fr")
    return code


@lru_cache(maxsize=_REMEMBERED)
def hour_of(cell: str) -> time:
    """A time of day.

    Raises:
        SubscriberError: it is none.
    """
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", cell)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise SubscriberError(f"{cell!r} is not a time of day; write it as 07:00")
    return time(int(match[1]), int(match[2]))


@lru_cache(maxsize=_REMEMBERED)
def date_of(cell: str) -> date:
    """A date.

    Raises:
        SubscriberError: it is none.
    """
    try:
        # The standard library reads 20261201 and 2026-W49-2 as well; a slip of the pen should not be a date.
        found = date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise SubscriberError(f"{cell!r} is not a date; write it as 2026-12-01")
    return found


def _pause(cell: str, today: date | None) -> date:
    until = date_of(cell)
    if today is not None and until > today + LONGEST_PAUSE:
        raise SubscriberError(f"a pause until {until} is longer than a year; name an earlier date, or unsubscribe them")
    return until


@lru_cache(maxsize=_REMEMBERED)
def _names(kind: str, cell: str, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one_of(kind, name, known) for name in _split(cell))


@lru_cache(maxsize=_REMEMBERED)
def _days(cell: str) -> tuple[int, ...]:
    chosen = {one_of("day", word.lower(), WEEKDAYS) for word in re.split(r"[\s,;]+", cell) if word}
    return tuple(number for number, day in enumerate(WEEKDAYS) if day in chosen)


def _standing(said: Mapping[str, str]) -> tuple[SubscriberStatus | None, str | None]:
    """Whether they may be written to, and why not."""
    known = tuple(status.value for status in SubscriberStatus)
    status = SubscriberStatus(one_of("status", said["status"].lower(), known)) if "status" in said else None
    reason = tidy_reason(said.get("reason", "")) or None
    if reason and status is not SubscriberStatus.SUPPRESSED and (status, reason) != (_UNCONFIRMED, LEFT):
        raise SubscriberError(f"a reason belongs to the status {SubscriberStatus.SUPPRESSED}; set that, or empty it")
    return status, reason


def _split(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())

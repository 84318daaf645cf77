"""Takes single words of the config, gives durations, hours, zones and secrets, or says what would be right.

Next: briefing/config/schema.py.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from briefing.config.languages import check_language
from briefing.model.subscriber import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
#: Families that every mail program has something for (https://www.w3.org/TR/css-fonts-4/#generic-font-families).
_GENERIC_FONTS = ("serif", "sans-serif", "monospace", "system-ui", "cursive", "fantasy")
#: Of the books: longer than any edition is tried for, with the time zones and an outage on top.
LEAST_KEPT = timedelta(days=7)
#: Of articles: a source that always answers "not modified" is read in full once a week.
LEAST_ARTICLES_KEPT = timedelta(days=10)


def suggest(word: str, choices: Iterable[str]) -> str:
    """Ends an error message with the nearest right word, or with nothing when none is near."""
    near = get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def _duration(value: Any) -> timedelta:
    found = re.fullmatch(r"(\d+)\s*([mhd])", str(value).strip()) if isinstance(value, str) else None
    if not found or int(found[1]) == 0 or len(found[1]) > 6:
        raise ValueError(f'"{value}" is not a duration; write a number and m, h or d, such as 90m, 36h or 30d')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _long_duration(value: Any) -> timedelta:
    found = _duration(value)
    if found < LEAST_KEPT:
        raise ValueError(
            f'"{value}" is too short; keep at least {LEAST_KEPT.days}d, or mail that is still on its way would be '
            "forgotten, and sent again"
        )
    return found


def _article_duration(value: Any) -> timedelta:
    found = _duration(value)
    if found < LEAST_ARTICLES_KEPT:
        raise ValueError(
            f'"{value}" is too short; keep at least {LEAST_ARTICLES_KEPT.days}d, because a source may give the text of '
            "an article once a week only"
        )
    return found


def _time_of_day(value: Any) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'"{value}" is not a time of day; write it in quotes as "07:00", from "00:00" to "23:59"')
    return time(int(found[1]), int(found[2]))


def check_zone(value: str) -> str:
    """The IANA name of a zone.

    Raises:
        ValueError: no zone is called so.
    """
    if value not in available_timezones():
        hint = suggest(value, available_timezones()) or "; write it as Europe/Paris"
        raise ValueError(f'"{value}" is not a time zone{hint}')
    ZoneInfo(value)
    return value


def _weekday(value: Any) -> int:
    if value not in WEEKDAYS:
        raise ValueError(f'"{value}" is not one of {", ".join(WEEKDAYS)}{suggest(str(value), WEEKDAYS)}')
    return WEEKDAYS.index(value)


def _dates(value: Any) -> tuple[date, date]:
    """A date, or the first and the last of several; YAML reads an unquoted date by itself."""
    first, dots, last = (value.isoformat() if isinstance(value, date) else str(value)).partition("..")
    try:
        span = date.fromisoformat(first.strip()), date.fromisoformat((last if dots else first).strip())
    except ValueError:
        raise ValueError(
            f'"{value}" is not a date; write it as 2026-12-25, or several as 2026-12-24..2027-01-01'
        ) from None
    if span[0] > span[1]:
        raise ValueError(f'"{value}" ends before it begins; write the earlier date first')
    return span


def _colour(value: Any) -> str:
    if value is None:
        raise ValueError('nothing stands here: # begins a comment; write the colour in quotes as "#8c1d2c"')
    if not (isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value)):
        raise ValueError(f'"{value}" is not a colour; write it in quotes as "#8c1d2c"')
    return value.lower()


def _font(value: Any) -> str:
    """A stack of names that is safe inside a style attribute and ends with a family that every reader has."""
    families = [" ".join(family.split()) for family in value.split(",")] if isinstance(value, str) else [""]
    for family in families:
        if not re.fullmatch(r"'[A-Za-z0-9\- ]+'|-?[A-Za-z][A-Za-z0-9\-]*(?: [A-Za-z][A-Za-z0-9\-]*)*", family):
            raise ValueError(
                f'"{family or value}" is not a font; write the names in turn, single quotes around those with digits '
                "or none at all: Georgia, 'Source Serif 4', serif"
            )
    if families[-1] not in _GENERIC_FONTS:
        raise ValueError(
            f'not every reader has "{families[-1]}"; end the list with what to use then '
            f'({", ".join(_GENERIC_FONTS)}): "{", ".join(families)}, serif"'
        )
    return ", ".join(families)


def _address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+[^\s]*", value):
        raise ValueError(f'"{value}" is not a web address; it must begin with https:// (or http://)')
    return value


def _model_address(value: str) -> str:
    address = _address(value)
    try:
        parts = urlsplit(address)
        good = bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ValueError(f'"{value}" is not the address of a model server; write it as http://localhost:11434/v1')
    if parts.username is not None or parts.query or parts.fragment:
        # Not repeated: it may hold a secret.
        raise ValueError("leave everything but host and path out of base_url; api_key names where a key is kept")
    return address.rstrip("/")


def is_near(address: str) -> bool:
    """Whether a web address leads to this machine or the local network, as far as its name tells."""
    host = (urlsplit(address).hostname or "").rstrip(".")
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".lan", ".internal", ".home.arpa"))


def _mailbox(value: str) -> str:
    if not re.fullmatch(r"(?:[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)", value):
        raise ValueError(f'"{value}" is not a mail address; write it as Morning Post <news@example.org>')
    return value


def is_domain(text: str) -> bool:
    """Whether it is a domain name with a dot, in ASCII."""
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    return len(text) <= 253 and re.fullmatch(rf"{label}(?:\.{label})+", text, re.IGNORECASE) is not None


def _domain(value: str) -> str:
    if not is_domain(value):
        raise ValueError(f'"{value}" is not a domain; write it as example.org')
    return value.lower()


def _safe_address(value: str) -> str:
    address = _address(value)
    if address.startswith("http:") and not is_near(address):
        raise ValueError(
            f'what is sent to "{value}" could be read by everyone on the way; write https:// '
            "(http:// is for this machine and the local network)"
        )
    return address


def _listen(value: str) -> str:
    found = re.fullmatch(r"[^\s:/]+:(\d{1,5})", value)
    if not found or not 0 < int(found[1]) < 65536:
        raise ValueError(f'"{value}" is no host and port; write it as 127.0.0.1:8025')
    return value


#: What editors are told of spans of time.
_SPAN = WithJsonSchema({"type": "string", "pattern": r"^\s*\d{1,6}\s*[mhd]\s*$"})
#: "90m", "36h", "30d".
Duration = Annotated[timedelta, BeforeValidator(_duration), _SPAN]
#: The same, of at least `LEAST_KEPT`.
LongDuration = Annotated[timedelta, BeforeValidator(_long_duration), _SPAN]
#: The same, of at least `LEAST_ARTICLES_KEPT`.
ArticleDuration = Annotated[timedelta, BeforeValidator(_article_duration), _SPAN]
#: "07:00".
TimeOfDay = Annotated[
    time,
    BeforeValidator(_time_of_day),
    WithJsonSchema({"type": "string", "pattern": r"^\s*([01]?\d|2[0-3]):[0-5]\d\s*$"}),
]
#: An IANA name.
Zone = Annotated[str, AfterValidator(check_zone)]
#: Monday is 0.
Weekday = Annotated[int, BeforeValidator(_weekday), WithJsonSchema({"enum": [*WEEKDAYS]})]
#: A date, or a span of dates from the first to the last: 2026-12-24..2027-01-01.
DateSpan = Annotated[
    tuple[date, date],
    BeforeValidator(_dates),
    WithJsonSchema({"type": "string", "pattern": r"^\s*\d{4}-\d\d-\d\d(\s*\.\.\s*\d{4}-\d\d-\d\d)?\s*$"}),
]
#: #rrggbb, lower case; None only where the key is left out.
Colour = Annotated[
    str | None, BeforeValidator(_colour), WithJsonSchema({"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"})
]
#: A CSS font stack.
Font = Annotated[str, BeforeValidator(_font), WithJsonSchema({"type": "string"})]
_WEB = WithJsonSchema({"type": "string", "pattern": r"^https?://[^\s/]"})
#: http or https.
WebAddress = Annotated[str, AfterValidator(_address), _WEB]
#: https, or http within the house.
SafeAddress = Annotated[str, AfterValidator(_safe_address), _WEB]
#: In ASCII, lower case.
Domain = Annotated[str, AfterValidator(_domain)]
#: http or https, nothing after the path, no slash at the end.
ModelAddress = Annotated[str, AfterValidator(_model_address)]
#: With or without a display name.
Mailbox = Annotated[str, AfterValidator(_mailbox)]
#: ISO 639-1.
Language = Annotated[str, AfterValidator(check_language), WithJsonSchema({"type": "string", "pattern": "^[a-z]{2}$"})]
#: Host and port.
Listen = Annotated[str, AfterValidator(_listen)]


class Strict(BaseModel):
    """Refuses unknown keys and silent conversions: `name: 5` is an error, not "5"."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Secret(BaseModel):
    """Names the place a secret is kept in, so that the config can be shown to anybody."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"oneOf": [{"required": ["env"]}, {"required": ["file"]}]}
    )

    env: str | None = Field(None, description="An environment variable.")
    file: str | None = Field(None, description="A file, counted from the config.")

    @model_validator(mode="before")
    @classmethod
    def _refuse_plain_text(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            # pydantic reports a ValueError to the person; a TypeError would crash.
            raise ValueError("a secret is never written here; name where it is kept: {env: NAME} or {file: PATH}")  # noqa: TRY004  # see above
        if len({"env", "file"} & value.keys()) != 1:
            raise ValueError("name one place for the secret: {env: NAME} or {file: PATH}")
        return value

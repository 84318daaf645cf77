"""Takes what a mail provider reports over the web, gives the same bounce or complaint that a letter would.

Next: briefing/services/bounces.py, which acts on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from briefing.errors import BounceError
from briefing.model.letter import STATUS, Bounce, Complaint, Severity, Whose, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = ("hard", "soft", "complaint")
_KEYS = ("type", "email", "subscriber", "status", "detail", "at")
#: Characters of one value; a longer detail is cut, a longer anything else is wrong.
_MOST_CHARS = 320
_DETAIL_CHARS = 200


def read_report(fields: Mapping[str, object]) -> Bounce | Complaint:
    """Reads one report, whoever the provider is.

        {"type": "hard" | "soft" | "complaint",
         "email": "ada@example.org"  or  "subscriber": "an id of ours",
         "status": "5.1.1", "detail": "no such user", "at": "2026-11-22T06:40:00+01:00"}

    Type and one of email and subscriber are needed; what is null is not there. A status of policy (5.7.x) outweighs the
    type: then nothing is held against the reader. `at` is when it happened, now when it is not said.

    Raises:
        BounceError: the report is wrong; one line says where and what would be right.
    """
    unknown = [key for key in fields if key not in _KEYS]
    if unknown:
        raise BounceError(f"unknown field {str(unknown[0])[:40]!a}; known are {', '.join(_KEYS)}")
    kind, status = _text(fields, "type"), _text(fields, "status")
    if kind not in _KINDS:
        raise BounceError(f"type must be one of {', '.join(_KINDS)}")
    if status is not None and not STATUS.fullmatch(status):
        raise BounceError("status must be one of RFC 3463 that begins with 4 or 5, such as 5.1.1")
    whose, at, detail = _whose(fields), _moment(fields), _shown(fields.get("detail"))
    if kind == "complaint":
        return Complaint(whose=whose, detail=detail, at=at)
    severity = Severity.POLICY if judge(status) is Severity.POLICY else Severity(kind)
    return Bounce(whose=whose, severity=severity, status=status, detail=detail, at=at)


def _whose(fields: Mapping[str, object]) -> Whose:
    email, subscriber = _text(fields, "email"), _text(fields, "subscriber")
    if (email is None) is (subscriber is None):
        raise BounceError("one of email and subscriber must be given, and only one")
    return Whose(subscriber=subscriber, addresses=() if email is None else (email,))


def _moment(fields: Mapping[str, object]) -> datetime | None:
    text = _text(fields, "at")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_moment() from error
    # Far from both ends of the calendar, so that adding days leads nowhere past them.
    if moment.tzinfo is None or not 1970 <= moment.year <= 9000:
        raise _no_moment()
    return moment


def _no_moment() -> BounceError:
    return BounceError("at must be a moment with an offset, such as 2026-11-22T06:40:00+01:00")


def _text(fields: Mapping[str, object], key: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > _MOST_CHARS or not value.isprintable():
        raise BounceError(f"{key} must be text on one line, of at most {_MOST_CHARS} characters")
    return value.strip()


def _shown(detail: object) -> str:
    if detail is not None and not isinstance(detail, str):
        raise BounceError("detail must be text")
    words = "".join(c if c.isprintable() else " " for c in (detail or "")[: 4 * _DETAIL_CHARS])
    return " ".join(words.split())[:_DETAIL_CHARS]

"""Takes what is known of an address and what it answered, gives when it is asked next, and with which words.

Nothing here asks anybody: these are the rules of politeness, as values.

Next: briefing/collect/rounds.py.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.model.source import SourceKind
from briefing.model.visit import Visit, visit_key, visit_recipe

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.collect.discovery import Found
    from briefing.collect.fetch import Fetched
    from briefing.errors import SourceError
    from briefing.model.source import Source

#: Between two requests; what the other side wishes lies between, but for Retry-After, which may be longer.
LEAST, MOST, MOST_ASKED = timedelta(hours=1), timedelta(hours=24), timedelta(days=7)
#: Some servers answer "not modified" for ever: once in a while a source is read whatever it knows.
FULL_EVERY = timedelta(days=7)
#: <ttl> stands in the head of a feed, in minutes.
_TTL, _HEAD_BYTES = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE), 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Says what to ask a source now.

    Attributes:
        address: None for the one in the config.
        etag, last_modified: None when the answer is wanted whatever is known.
        explores: a page that announces no feed may have the common places of feeds tried.
    """

    address: str | None = field(default=None, repr=False)
    etag: str | None = None
    last_modified: str | None = None
    explores: bool = False


def find_turn(visit: Visit, source: Source, *, now: datetime) -> Turn | None:
    """What to ask the source now; None when it must not be asked yet."""
    is_edited = visit.recipe != visit_recipe(source)
    if visit.is_gone and not is_edited:
        return None
    if _is_early(visit, now) and not (is_edited and visit.error) and not _is_lost(visit, now):
        return None
    # Where nothing was found before, five more requests at each reading would find nothing again.
    is_new = visit.full_at is None or visit.address is not None or visit.error is not None
    explores = source.kind is SourceKind.PAGE and is_new
    if visit.full_at is None or not visit.full_at <= now < visit.full_at + FULL_EVERY:
        # A page may announce another feed by now; that a feed has moved stays true.
        return Turn(address=None if source.kind is SourceKind.PAGE else visit.address, explores=explores)
    return Turn(address=visit.address, etag=visit.etag, last_modified=visit.last_modified, explores=explores)


def _is_early(visit: Visit, now: datetime) -> bool:
    """Whether its time has not come; what was noted by a clock that was ahead does not count."""
    return visit.asked_at is not None and visit.next_at is not None and visit.asked_at <= now < visit.next_at


def _is_lost(visit: Visit, now: datetime) -> bool:
    """Whether this very reading asked it already and died over it: whoever takes the reading over may ask once more."""
    return visit.asked_at == now and visit.read_at != now and visit.error is None


def begun(visit: Visit, source: Source, *, name: str, now: datetime) -> Visit:
    """The visit while it is under way: a program that dies over it does not ask again at its next start."""
    known = replace(visit, key=visit_key(source), name=name, recipe=visit_recipe(source), is_gone=False)
    return replace(known, asked_at=now, next_at=now + _interval(known.key, now))


def answered(visit: Visit, answer: Fetched, *, found: Found | None = None, now: datetime) -> Visit:
    """The visit after a good answer.

    Args:
        found: what answered for a page; the validators are those of that address, so it is asked next.
    """
    wish = max(answer.max_age_s or 0, _ttl_s(answer.content))
    known = replace(visit, read_at=now, next_at=now + _interval(visit.key, now, wish), failing_since=None, error=None)
    known = replace(known, address=found.address, moves_to=None) if found else _moved(known, answer.moved_to)
    if answer.is_unchanged:
        return known
    return replace(known, full_at=now, etag=answer.etag, last_modified=answer.last_modified)


def turned_down(visit: Visit, error: SourceError, *, now: datetime) -> Visit:
    """The visit after a failure; an address found elsewhere is given up for the configured one."""
    status, wait_s = getattr(error, "status", None), getattr(error, "wait_s", None)
    known = replace(visit, error=error.reason, failing_since=visit.failing_since or now, moves_to=None)
    if not getattr(error, "was_asked", True):
        until = now + timedelta(seconds=wait_s) if wait_s else None
        return replace(known, next_at=until)
    next_at = max(now + _interval(visit.key, now), now + min(timedelta(seconds=wait_s or 0), MOST_ASKED))
    if status in {404, 410} and visit.address is not None:  # its validators are not those of the configured address
        return replace(known, next_at=next_at, address=None, etag=None, last_modified=None)
    return replace(known, next_at=next_at, is_gone=status == 410)


def _moved(visit: Visit, moved_to: str | None) -> Visit:
    """A permanent redirect is believed the second time in a row: hotels and airports send some of their own."""
    if moved_to is not None and moved_to == visit.moves_to:
        return replace(visit, address=moved_to, moves_to=None)
    return replace(visit, moves_to=moved_to)


def _ttl_s(content: bytes) -> int:
    found = _TTL.search(content, 0, _HEAD_BYTES)
    return int(found[1]) * 60 if found else 0


def _interval(key: str, now: datetime, wish_s: int = 0) -> timedelta:
    """At least an hour and at most a day, spread over a tenth so that not every program asks at the same minute.

    A day is cut rather than stretched: an edition made five minutes earlier than yesterday's still gets its news.
    """
    drawn = hashlib.sha256(f"{key} {now.isoformat()}".encode()).digest()
    spread = int.from_bytes(drawn[:4], "big") / 2**32
    wish = max(LEAST, min(timedelta(seconds=wish_s), MOST))
    return min(wish * (1 + 0.1 * spread), MOST * (0.98 - 0.08 * spread))

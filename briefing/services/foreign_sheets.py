"""Takes the header line of a CSV file that another program exported, gives what its lines mean in ours.

An export is known by columns that no other program writes, so none of ours is ever taken for one. Only who a reader
is, and whether they said no, is read of it; ratings, addresses of the post, coordinates and fields of one's own are
left where they are. As with every import a status takes away and never gives.

Next: briefing/services/spreadsheet.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.model.subscriber import SubscriberStatus
from briefing.services.spelling import known_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    #: The cells of one line as the other program has them, by its column in small letters; the same by ours.
    Translation = Callable[[Mapping[str, str]], dict[str, str]]

#: listmonk's cmd/subscribers.go writes these, and created_at and updated_at, in every version since 1.0.
_LISTMONK = frozenset(("uuid", "email", "attributes", "status"))
#: Mailchimp names each contact by these two; see "View and export contacts" in its guides.
_MAILCHIMP = frozenset(("email address", "leid", "euid"))
#: enabled gets mail there; who is disabled gets none, and who is blocklisted must not.
_STANDINGS = {
    "enabled": ("", ""),
    "disabled": (SubscriberStatus.UNSUBSCRIBED.value, ""),
    "blocklisted": (SubscriberStatus.SUPPRESSED.value, "blocklisted in listmonk"),
}


def find_translation(header: Sequence[str]) -> Translation | None:
    """How the lines below this header read in our columns; None when it is no export we know.

    Args:
        header: names of the columns in small letters.
    """
    columns = set(header)
    if columns >= _LISTMONK:
        return _from_listmonk
    return _from_mailchimp if columns >= _MAILCHIMP else None


def _from_listmonk(cells: Mapping[str, str]) -> dict[str, str]:
    """Raises SubscriberError at a status of a version to come: it might be a no."""
    standing = _STANDINGS.get(cells.get("status", "").strip().casefold())
    if standing is None:
        raise SubscriberError(f"unknown status {cells.get('status', '')!r}; listmonk has {', '.join(_STANDINGS)}")
    status, reason = standing
    return {"email": cells.get("email", ""), "name": cells.get("name", ""), "status": status, "reason": reason}


def _from_mailchimp(cells: Mapping[str, str]) -> dict[str, str]:
    """Its three files (subscribed, unsubscribed, cleaned) differ by the column that says since when."""
    ours = {
        "email": cells.get("email address", ""),
        "name": f"{cells.get('first name', '')} {cells.get('last name', '')}".strip(),
        "timezone": _zone(cells.get("timezone", "")),
    }
    if cells.get("unsub_time", "").strip():
        ours["status"] = SubscriberStatus.UNSUBSCRIBED.value
    if cells.get("clean_time", "").strip():
        ours |= {"status": SubscriberStatus.SUPPRESSED.value, "reason": "hard bounce"}
    return ours


def _zone(guess: str) -> str:
    """Mailchimp guesses the zone from where a mail was opened: what is none is left out, not refused."""
    try:
        return known_zone(guess.strip())
    except SubscriberError:
        return ""

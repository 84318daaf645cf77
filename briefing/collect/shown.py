"""Takes a web address, gives the form of it that may be shown: in a problem, a log, a mail or on a terminal.

Feeds that are private carry their key in the address: before the host, in the query, or as a part of the path.

Next: briefing/collect/guard.py.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: Sixteen letters and digits in one run are no word; keys of services are twenty and longer.
_KEY = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])\w{16,}|[A-Za-z]{32,}|\d{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Longer ones are cut: a line of a report is read by people.
_MOST_CHARS = 120


def shown_address(url: str) -> str:
    """The address without user, password, query and fragment, and with "…" for what may be a key in its path."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address that cannot be read"
    place = f"[{host}]" if ":" in host else host
    path = "/".join("…" if _KEY.search(part) else part for part in parts.path.split("/"))
    shown = f"{parts.scheme}://{place}{f':{port}' if port else ''}{path}{'?…' if parts.query else ''}"
    printable = "".join(letter for letter in shown if letter.isprintable())
    return printable if len(printable) <= _MOST_CHARS else printable[: _MOST_CHARS - 1] + "…"

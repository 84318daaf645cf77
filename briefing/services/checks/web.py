"""Takes the readers' pages as somebody outside sees them, gives whether readers can sign up, choose and leave.

Next: briefing/services/checks/rules.py.
"""

from __future__ import annotations

from datetime import timedelta
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing.errors import LookupFailedError, StoreError
from briefing.model.checkup import Finding, broken, fine, skipped, warning
from briefing.services.checks.clock import check_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from briefing.model.checkup import PageSeen
    from briefing.model.settings import Sender
    from briefing.ports import Clock, Probe

#: Let's Encrypt renews 30 days before the end, so with 14 left something has failed for two weeks.
SHORT, CLOSE = timedelta(days=14), timedelta(days=3)
#: Of `briefing serve`.
HEALTH = "/healthz"
#: No reader's id: those are random.
NOBODY = "nobody"
_REACH = "correct `web: public_url`, or let its name, its certificate and the proxy there lead to `briefing serve`"
_PROXY = "let the proxy hand the address on to `briefing serve`, and that run"


def check_site(url: str, probe: Probe, clock: Clock) -> Iterator[Finding]:
    """Whether the pages can be reached, safely, and whether their machine shows our time."""
    try:
        seen = probe.page(url + HEALTH)
    except LookupFailedError as error:
        yield broken("web", f"{url}: {error}", _REACH)
        return
    now, host = clock.now(), urlsplit(url).hostname or url
    if seen.status != 200 or seen.body.lstrip().startswith("<"):  # ours is a word, not a page
        yield broken("web", f"{url}{HEALTH} {_answer(seen)}", _PROXY)
    elif not url.startswith("https://"):
        cure = "let the proxy speak https; mail programs use no other link for one-click unsubscribing"
        yield warning("web", f"{url} answers, but not by https", cure)
    else:
        yield fine("web", f"{url} answers")
    if seen.trusted_until is not None:
        yield check_expiry("web certificate", seen.trusted_until, now=now, host=host)
    yield check_offset(now, seen.told_at, host=host)


def check_expiry(name: str, until: datetime, *, now: datetime, host: str) -> Finding:
    """How long a certificate, which is good today, will be."""
    left = until - now
    message = f"{host}: verified, good for {left.days} days, until {until:%Y-%m-%d}"
    if left < SHORT:
        make = broken if left < CLOSE else warning
        return make(name, message, f"renew it; if {host} is not yours, ask whoever runs it")
    return fine(name, message)


def check_unsubscribe(url: str, sign: Callable[[str], str], probe: Probe) -> Finding:
    """Whether the link of a reader who does not exist is answered with the question; a GET changes nothing.

    Args:
        url: where readers reach our pages.
        sign: gives the token of the reader with that id; raises StoreError while there is no key.
        probe: of the network.
    """
    try:
        token = sign(NOBODY)
    except StoreError:
        return skipped("unsubscribe", "no link was ever made, so there is no key to make one with")
    try:
        seen = probe.page(f"{url}/u/{token}")
    except LookupFailedError as error:
        return broken("unsubscribe", f"the page of a link: {error}", _REACH)
    if seen.status == 200 and "<form" in seen.body.lower() and "post" in seen.body.lower():
        return fine("unsubscribe", "the page of a link asks before it does anything")
    return broken("unsubscribe", f"the page of a link {_answer(seen)}", _PROXY)


def check_sample(message: bytes | None, sender: Sender) -> Finding:
    """Whether the newest edition bears the lines that mail programs unsubscribe by (RFC 2369, RFC 8058)."""
    name = "unsubscribe lines"
    if message is None:
        return skipped(name, "no edition was built yet", "`briefing build` makes one")
    headers = BytesHeaderParser().parsebytes(message)
    leave, one_click = str(headers["List-Unsubscribe"] or ""), str(headers["List-Unsubscribe-Post"] or "")
    if not leave:
        return broken(name, "the newest edition has no List-Unsubscribe", "`briefing build`, then look again")
    if sender.public_url is None:
        return fine(name, "the newest edition has List-Unsubscribe by mail; one click would need `web: public_url`")
    if f"<{sender.public_url}/" not in leave or one_click != "List-Unsubscribe=One-Click":
        cure = "`briefing build` makes it anew, with `web: public_url` as it is now"
        return warning(name, f"the newest edition does not lead to {sender.public_url} with one click", cure)
    return fine(name, "the newest edition has both List-Unsubscribe and one click")


def _answer(seen: PageSeen) -> str:
    return (
        f"answers {seen.status}"
        + (f" and leads to {seen.leads_to}" if seen.leads_to else "")
        + _ELSE * (seen.status == 200)
    )


_ELSE = " with something else than we would"

"""Takes all other findings, gives whether Gmail, Yahoo and Microsoft would take mail to so many readers.

What they ask for is in Google's sender guidelines (support.google.com/mail/answer/81126), Yahoo's and Microsoft's are
the same in substance: of everybody SPF or DKIM, of who sends 5,000 a day SPF, DKIM, DMARC and one-click unsubscribing.

Next: briefing/services/doctor.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefing.model.checkup import Finding, State, broken, fine, warning
from briefing.services.checks.tags import domain_of, is_below

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.model.settings import MailRule

#: Mails a day to one of them; we do not know whose readers are where, so all count.
BULK = 5_000

#: Domains of everybody's mailboxes, whose owners publish p=quarantine or p=reject or treat others as forgers, and the
#: domains of their own relays.
_GOOGLE, _MICROSOFT = ("gmail.com", "google.com", "googlemail.com"), ("outlook.com", "office365.com", "live.com")
_SHARED = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), _GOOGLE),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com"), _MICROSOFT),
    **dict.fromkeys(("yahoo.com", "ymail.com", "aol.com"), ("yahoo.com", "aol.com", "yahoodns.net")),
    **dict.fromkeys(("icloud.com", "me.com", "mac.com"), ("me.com", "icloud.com")),
}


def check_rules(mail: MailRule, findings: Iterable[Finding], *, readers: int) -> Finding:
    """What is missing of what the large mailbox providers ask for.

    Args:
        mail: whose sender and keys count.
        findings: of everything else.
        readers: who get mail on one day.
    """
    name, sender = "sender rules", domain_of(mail.sender.address)
    relay = mail.smtp.host.lower() if mail.smtp else ""
    if sender in _SHARED and not any(is_below(relay, own) for own in _SHARED[sender]):
        message = f"mail.from is at {sender}, and only its own servers may send in that name"
        return broken(name, message, "write from a domain of your own")
    good = {finding.name for finding in findings if finding.state is State.OK}
    # A record may end too mildly and let our relay send all the same.
    has_spf, has_key = bool({"spf", "spf of the relay"} & good), any(one.startswith("dkim ") for one in good)
    is_bulk = readers >= BULK
    missing = [] if has_spf or has_key or (not mail.dkim and not is_bulk) else ["SPF or DKIM"]
    if is_bulk:
        missing = _missing_of_bulk(mail, good, has_spf=has_spf, has_key=has_key)
    if missing:
        whom = f"of a list of {readers:,} readers" if is_bulk else "of everybody"
        message = f"Gmail, Yahoo and Microsoft ask {whom} for what is missing here: {', '.join(missing)}"
        return (broken if is_bulk else warning)(name, message, "the lines above say how")
    unknown = ", provided that your relay signs (DKIM), which cannot be seen from here"
    proviso = "" if has_key else unknown if not mail.dkim else ", by SPF alone: our signature does not count"
    return fine(name, f"Gmail, Yahoo and Microsoft find what they ask for of {readers:,} readers{proviso}")


def _missing_of_bulk(mail: MailRule, good: set[str], *, has_spf: bool, has_key: bool) -> list[str]:
    wanted = {
        "SPF": has_spf,
        "DKIM": has_key or not mail.dkim,
        "DMARC": "dmarc" in good,
        "one-click unsubscribe": (mail.sender.public_url or "").startswith("https://"),
    }
    return [what for what, is_there in wanted.items() if not is_there]

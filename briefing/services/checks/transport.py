"""Takes the transport and the mailbox of bounces, gives whether mail could leave and come back this very minute.

Next: briefing/services/checks/sending.py.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from briefing.errors import BounceError, DeliveryError
from briefing.model.checkup import Finding, broken, fine, skipped
from briefing.services.checks.web import check_expiry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.settings import MailRule
    from briefing.ports import Clock, Premises, Probe

#: What can be asked whether it would take mail.
_KIND = {"smtp": "relay", "lmtp": "relay", "sendmail": "command"}


def check_transport(mail: MailRule, probe: Probe, premises: Premises, clock: Clock) -> Iterator[Finding]:
    """Whether the transport would take mail; it is given none."""
    if mail.transport == "outbox":
        cure = "`mail: transport` names the way to readers"
        yield skipped("transport", "mail goes to files in outbox/, and no reader gets any", cure)
        return
    if mail.transport == "maildir" and mail.maildir is not None:
        yield _judge_folder("transport", mail.maildir, premises, key="mail.maildir")
        return
    if mail.transport not in _KIND:
        yield skipped("transport", f"{mail.transport} cannot be asked", "`briefing send --test ADDRESS` tries it")
        return
    try:
        seen = probe.transport()
    except DeliveryError as error:
        cure = f"correct what `mail:` says of the {_KIND[mail.transport]}"
        yield broken("transport", str(error), "start it, or " + cure if error.transient else cure)
        return
    if mail.transport == "sendmail":
        yield fine("transport", f"the command {seen.name} is there")
        return
    how = "by TLS, certificate verified" if seen.trusted_until else "in clear, on this machine"
    login = ", the login works" if seen.has_login else ", no login asked for"
    yield fine("transport", f"{seen.name} answers {how}{login}")
    if seen.trusted_until is not None:
        yield check_expiry("transport certificate", seen.trusted_until, now=clock.now(), host=seen.name)


def check_bounces(mail: MailRule, probe: Probe, premises: Premises) -> Finding:
    """Whether mail that comes back can be read; no letter is marked."""
    rule = mail.bounces
    if rule is None:
        cure = "name a mailbox under `mail: bounces`, so that dead addresses are not written to for ever"
        return skipped("bounces", "nobody reads what comes back", cure)
    if rule.folder is not None:
        return _judge_folder("bounces", rule.folder, premises, key="mail.bounces.folder")
    try:
        probe.mailbox()
    except BounceError as error:
        return broken("bounces", str(error), "correct `mail: bounces: imap`, or start that server")
    return fine("bounces", f"{rule.imap.host if rule.imap else ''} answers, the login works, the mailbox is there")


def _judge_folder(name: str, folder: PurePath, premises: Premises, *, key: str) -> Finding:
    seen = premises.place(PurePath(folder))
    if seen.exists and not seen.is_folder:
        return broken(name, f"{folder} is a file", f"correct {key}")
    if not seen.is_writable or (seen.exists and not seen.is_readable):
        return broken(name, f"{folder} cannot be read and written", "let the user who runs briefing do so")
    return fine(name, f"{folder} can be written" if seen.exists else f"{folder} is not there yet, and can be made")

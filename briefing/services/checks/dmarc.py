"""Takes a DMARC record and the domains of a mail, gives whether receivers would let it pass (RFC 7489).

Next: briefing/services/checks/sending.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.checkup import broken, fine, warning
from briefing.services.checks.tags import is_below, read_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.checkup import Finding
    from briefing.ports import Resolver

#: Steps up from the domain of From; RFC 9989 has eight, and no list of public suffixes is needed for them.
MOST_STEPS = 8
POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRecord:
    """Carries a record that receivers act on.

    Attributes:
        policy: none, quarantine or reject.
        is_strict_dkim, is_strict_spf: only the very domain of From counts, not one above or below it.
    """

    policy: str
    is_strict_dkim: bool = False
    is_strict_spf: bool = False


def read_dmarc(text: str) -> DmarcRecord:
    """Reads a record.

    Raises:
        ValueError: receivers would not act on it.
    """
    tags = read_tags(text)
    if next(iter(tags.items())) != ("v", "DMARC1"):
        raise ValueError("it does not begin with v=DMARC1")
    policy = tags.get("p", "").lower()
    if policy not in POLICIES:
        raise ValueError("p= is not one of none, quarantine, reject")
    return DmarcRecord(
        policy=policy,
        is_strict_dkim=tags.get("adkim", "r").lower() == "s",
        is_strict_spf=tags.get("aspf", "r").lower() == "s",
    )


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is meant to be one: others are passed over (§6.6.3)."""
    head = text.partition(";")[0].split("=")
    return len(head) == 2 and head[0].strip() == "v" and head[1].strip() == "DMARC1"


def find_dmarc(domain: str, resolver: Resolver) -> tuple[str, tuple[str, ...]]:
    """The nearest domain at or above with a record, and its records; that of From and () when there is none.

    Raises:
        LookupFailedError: the DNS did not tell.
    """
    labels = domain.split(".")
    steps = [".".join(labels[step:]) for step in range(len(labels) - 1)] or [domain]
    for place in (steps[0], *steps[1:][-(MOST_STEPS - 1) :]):
        found = tuple(text for text in resolver.texts(f"_dmarc.{place}") if is_dmarc(text))
        if found:
            return place, found
    return domain, ()


def check_dmarc(sender: str, *, envelope: str, signers: Sequence[str], resolver: Resolver) -> Finding:
    """Whether there is a policy, and whether our mail would pass it.

    Args:
        sender: the domain of From.
        envelope: the domain of the return path.
        signers: the domains our keys sign for; () when the relay signs, or nobody does.
        resolver: of the DNS.

    Raises:
        LookupFailedError: the DNS did not tell.
    """
    place, records = find_dmarc(sender, resolver)
    cure = f"publish a TXT record at _dmarc.{sender}: v=DMARC1; p=none; rua=mailto:ADDRESS"
    if not records:
        return broken("dmarc", f"{sender} has no DMARC record", cure)
    if len(records) > 1:
        return broken("dmarc", f"_dmarc.{place} has {len(records)} records, and receivers then use none", "leave one")
    try:
        record = read_dmarc(records[0])
    except ValueError as error:
        return broken("dmarc", f"the record at _dmarc.{place} is of no use: {error}", cure)
    by_key = any(_is_aligned(one, sender, place, is_strict=record.is_strict_dkim) for one in signers)
    by_path = _is_aligned(envelope, sender, place, is_strict=record.is_strict_spf)
    policy = f"_dmarc.{place} says p={record.policy}"
    if by_key or by_path:
        ways = " and ".join(way for way, holds in (("DKIM", by_key), ("SPF", by_path)) if holds)
        return fine("dmarc", f"{policy}; mail from {sender} is aligned by {ways}")
    message = f"{policy}; neither our keys nor the return path ({envelope}) are of {sender}, as it asks"
    return warning("dmarc", message, f"sign for {sender} (mail.dkim), or let the relay do so")


def _is_aligned(domain: str, sender: str, organisation: str, *, is_strict: bool) -> bool:
    """§3.1: the same domain or, unless that is asked for, one of the same organisation."""
    if domain == sender or is_strict:
        return domain == sender
    both_below = is_below(domain, organisation) and is_below(sender, organisation)
    return both_below or ("." in domain and is_below(sender, domain)) or is_below(domain, sender)

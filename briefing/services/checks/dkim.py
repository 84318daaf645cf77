"""Takes a key that signs our mail and what stands in the DNS for it, gives whether receivers would verify (RFC 6376).

Next: briefing/services/checks/dmarc.py.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from briefing.config.dkim_key import read_private_key
from briefing.model.checkup import broken, fine, warning
from briefing.services.checks.tags import read_tags

if TYPE_CHECKING:
    from briefing.model.checkup import Finding
    from briefing.model.mail_rules import DkimKey
    from briefing.ports import Resolver


def check_dkim(key: DkimKey, resolver: Resolver) -> Finding:
    """Whether the public half of the key stands where receivers look for it.

    Raises:
        LookupFailedError: the DNS did not tell.
    """
    place = f"{key.selector}._domainkey.{key.domain}"
    return judge_key(key, place, resolver.texts(place))


def judge_key(key: DkimKey, place: str, records: tuple[str, ...]) -> Finding:
    """Whether these records verify what the key signs."""
    name, ours = f"dkim {key.selector}", public_record(key.private)
    cure = f"publish a TXT record at {place}: {ours}"
    if not records:
        return broken(name, f"{place} has no record, so no signature of ours counts", cure)
    if len(records) > 1:
        message = f"{place} has {len(records)} TXT records, and receivers take any of them (RFC 6376 §3.6.2.2)"
        return broken(name, message, f"leave the right one there alone: {ours}")
    try:
        tags = read_tags(records[0])
        fault = _fault(tags, read_tags(ours))
    except ValueError as error:
        return broken(name, f"the record at {place} cannot be read: {error}", cure)
    if fault:
        return broken(name, f"the record at {place} {fault}", cure)
    if "y" in _listed(tags, "t", ""):
        message = f"the record at {place} says t=y, “only testing”: receivers treat the mail as unsigned"
        return warning(name, message, "take t=y out of it")
    return fine(name, f"the record at {place} is the public half of our key")


def public_record(private: str) -> str:
    """The TXT record that belongs to a private key."""
    key = read_private_key(private)
    public = key.public_key()
    if isinstance(key, RSAPrivateKey):
        kind, octets = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    else:
        kind, octets = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"v=DKIM1; k={kind}; p={b64encode(octets).decode()}"


def _fault(tags: dict[str, str], ours: dict[str, str]) -> str:
    """What keeps the record from verifying what we sign; "" for nothing (§3.6.1)."""
    kind = tags.get("k", "rsa").lower()
    hashes, services = _listed(tags, "h", "sha256"), _listed(tags, "s", "*")
    faults = {
        "is of no version that receivers know; it begins with v=DKIM1": "v" in tags
        and (next(iter(tags)) != "v" or tags["v"] != "DKIM1"),
        "has no key in it (p=)": "p" not in tags,
        "says that the key is revoked (p= is empty)": not tags.get("p", "?"),
        f"is for a key of the kind {kind}, and ours is {ours['k']}": kind != ours["k"],
        "does not allow sha256 (h=), which we sign with": "sha256" not in hashes,
        "is not for mail (s=)": not services & {"*", "email"},
    }
    found = next((fault for fault, holds in faults.items() if holds), "")
    if not found and _number(tags["p"], kind) != _number(ours["p"], kind):
        return "is the public half of another key than ours"
    return found


def _listed(tags: dict[str, str], name: str, default: str) -> set[str]:
    return {one.strip() for one in tags.get(name, default).split(":")}


def _number(written: str, kind: str) -> bytes:
    """The key itself: RSA is published in two forms, and base64 may hold white space.

    Raises:
        ValueError: there is no key.
    """
    try:
        octets = b64decode("".join(written.split()), validate=True)
        if kind == "rsa":
            public = load_der_public_key(octets)
            octets = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise ValueError("p= holds no key; perhaps it was cut off") from error
    return octets

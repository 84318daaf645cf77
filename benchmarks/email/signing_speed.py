"""Takes an invented morning, gives a table: what a reader's copy costs unsigned, signed by us, and signed by dkimpy.

    python -m benchmarks.email.signing_speed

Processor time, so that a busy machine changes little. The line "OpenSSL alone" is the signature of 32 bytes and nothing
else: nobody who signs each message can be below it. dkimpy is given the finished message, as its documentation shows.

Next: benchmarks/grouping/invented.py.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.email.message_speed import LINKS, SENDER, median, prepare
from benchmarks.email.mornings import invent_morning
from briefing.deliver.dkim import DkimSigner
from briefing.engines.clock import StoppedClock
from briefing.model.mail_rules import DkimKey
from briefing.model.settings import Look
from briefing.render.mjml import render_edition
from briefing.render.templates import load_templates

if TYPE_CHECKING:
    from briefing.ports import MessageSigner
    from briefing.render.message import PreparedMessage

DOMAIN = "tide.example"
CLOCK = StoppedClock(datetime(2026, 11, 22, 6, 0, tzinfo=UTC))
#: Of 61 kB on the wire, as in the goals.
STORIES = 19
#: What our part of signing may cost, beside OpenSSL's: milliseconds.
GOAL = 0.14
RSA, ED25519 = generate_private_key(65537, 2048), Ed25519PrivateKey.generate()


@dataclass(frozen=True)
class Case:
    """A way to sign, and what OpenSSL needs for it."""

    name: str
    ours: tuple[DkimKey, ...]
    alone: float = 0.0
    theirs: tuple[tuple[bytes, bytes], ...] = ()


def main() -> int:
    """Prints a line per case; 1 when what we do besides the signature of one key costs more than `GOAL`."""
    morning = invent_morning(STORIES, "en")
    rendered = render_edition(morning, look=Look(), sender=SENDER, templates=load_templates())
    prepared = prepare(rendered, morning)
    unsigned = median(lambda: _copy(prepared, None), times=200, looks=15)
    print(f"a message of {len(_copy(prepared, None)):,} bytes; unsigned {unsigned * 1e3:.3f} ms")
    print(f"{'signed with':12}{'copy':>12}{'signing':>12}{'OpenSSL alone':>16}{'dkimpy':>12}")
    slow = False
    for case in _cases():
        signer = DkimSigner(case.ours, clock=CLOCK)
        copy = median(partial(_copy, prepared, signer), times=50, looks=15)
        theirs = median(partial(_theirs, prepared, case), times=3, looks=7) - unsigned
        print(
            f"{case.name:12}{copy * 1e3:9.3f} ms{(copy - unsigned) * 1e3:9.3f} ms{case.alone * 1e3:13.3f} ms"
            f"{theirs * 1e3:9.2f} ms",
            flush=True,
        )
        slow = slow or (len(case.ours) == 1 and (copy - unsigned - case.alone) * 1e3 > GOAL)
    return int(slow)


def _cases() -> tuple[Case, ...]:
    rsa = RSA.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    seed = ED25519.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    pem = ED25519.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keys = (
        DkimKey(domain=DOMAIN, selector="rsa1", private=rsa.decode()),
        DkimKey(domain=DOMAIN, selector="ed1", private=pem.decode()),
    )
    theirs = ((b"rsa-sha256", rsa), (b"ed25519-sha256", b64encode(seed)))
    digest, padding, hashed = bytes(32), PKCS1v15(), Prehashed(SHA256())
    costs = (
        median(lambda: RSA.sign(digest, padding, hashed), times=50, looks=15),
        median(lambda: ED25519.sign(digest), times=200, looks=15),
    )
    return (
        Case("RSA 2048", keys[:1], costs[0], theirs[:1]),
        Case("Ed25519", keys[1:], costs[1], theirs[1:]),
        Case("both", keys, sum(costs), theirs),
    )


def _copy(prepared: PreparedMessage, signer: MessageSigner | None) -> bytes:
    name = "<2026-11-22.3f9c2a7d51e84b063f9c2a7d@tide.example>"
    sign = signer.sign if signer else None
    return prepared.copy_for("lea@readers.example", name="Léa Ørn", links=LINKS, message_id=name, sign=sign)


def _theirs(prepared: PreparedMessage, case: Case) -> bytes:
    message, relaxed = _copy(prepared, None), (b"relaxed", b"relaxed")
    for algorithm, key in case.theirs:
        line = dkim.sign(message, b"s1", DOMAIN.encode(), key, canonicalize=relaxed, signature_algorithm=algorithm)
        message = line + message
    return message


if __name__ == "__main__":
    sys.exit(main())

"""The second opinion itself, and what it says of our signatures."""

from __future__ import annotations

import pytest

from briefing.deliver.dkim import DkimSigner
from tests.deliver.keys import ed25519_published, rsa_published
from tests.fakes import FixedClock
from tests.make import NOW
from tests.system.mail_server import CURE, can_run
from tests.system.opendkim import opendkim_verdicts

pytestmark = [pytest.mark.system, pytest.mark.skipif(not can_run(), reason=CURE)]

KEYS = (rsa_published("mail.example"), ed25519_published("mail.example"))
RECORDS = {one.place: one.record for one in KEYS}
HEAD = b"From: The Post <post@mail.example>\r\nTo: lea@readers.example\r\nSubject: Ferries return\r\n"
BODY = (b"The crossing had been shut\tfor  nine days. \r\n", b"Crews cheered.\r\n\r\n\r\n")


def signed() -> bytes:
    return (
        DkimSigner([one.key for one in KEYS], clock=FixedClock(NOW)).sign(HEAD, BODY) + HEAD + b"\r\n" + b"".join(BODY)
    )


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        pytest.param((b"", b""), "pass", id="as it was sent"),
        pytest.param((b"shut\tfor  nine", b"shut for nine"), "pass", id="other white space"),
        pytest.param((b"nine days", b"ten days"), "fail", id="another text"),
        pytest.param((b"Ferries", b"Fairies"), "fail", id="another subject"),
        pytest.param((b"From: The", b"Reply-To: mallory@evil.example\r\nFrom: The"), "fail", id="another address"),
    ],
)
def test_only_a_changed_message_fails(change: tuple[bytes, bytes], verdict: str) -> None:
    assert opendkim_verdicts(signed().replace(*change, 1), RECORDS) == {"rsa1": verdict, "ed1": verdict}


def test_a_message_without_a_signature_has_no_verdict() -> None:
    assert opendkim_verdicts(HEAD + b"\r\n" + b"".join(BODY), RECORDS) == {}

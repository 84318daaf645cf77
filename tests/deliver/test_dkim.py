"""What we sign is what dkimpy and OpenDKIM, which are not ours, find signed; and no less."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.config.load import load_config
from briefing.deliver.dkim import SEALED, DkimSigner
from briefing.model.settings import Look
from briefing.ports import MessageSigner
from briefing.render.check import check_message
from briefing.render.message import PreparedMessage
from briefing.render.mjml import render_edition
from briefing.render.templates import Templates, load_templates
from tests.deliver.keys import Published, ed25519_published, rsa_published
from tests.fakes import FixedClock
from tests.render.samples import LINKS, SENDER, french_morning, prepared

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RSA, ED25519 = rsa_published(), ed25519_published()
EACH = pytest.mark.parametrize("published", [RSA, ED25519], ids=["RSA", "Ed25519"])
OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin:/usr/local/sbin")


def signer(*published: Published) -> MessageSigner:
    return DkimSigner([one.key for one in published], clock=FixedClock(NOON))


def verdict(message: bytes, *published: Published, which: int = 0) -> bool:
    """dkimpy's, about the signature that stands at this place."""
    records = {f"{one.place}.": one.record for one in published}

    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        record = records.get(name.decode())
        return record.encode() if record else None

    try:
        return bool(dkim.DKIM(message).verify(idx=which, dnsfunc=look_up))
    except dkim.DKIMException:
        return False


def signed(head: bytes, body: Sequence[bytes], *published: Published) -> bytes:
    return signer(*published).sign(head, body) + head + b"\r\n" + b"".join(body)


@pytest.fixture(scope="module")
def templates() -> Templates:
    return load_templates()


@pytest.fixture(scope="module")
def edition(templates: Templates) -> PreparedMessage:
    morning = french_morning()
    rendered = render_edition(morning, look=Look(), sender=SENDER, templates=templates)
    return prepared(rendered, morning)


def copy_of(edition: PreparedMessage, sign: MessageSigner, *, to: str = "lea@readers.example") -> bytes:
    links = replace(LINKS, unsubscribe=f"https://news.example/u/{to.partition('@')[0]}")
    return edition.copy_for(to, name="Léa Ørn", links=links, message_id=f"<1.{to}>", sign=sign.sign)


@EACH
def test_every_copy_of_an_edition_is_signed_so_that_others_see_it(
    published: Published, edition: PreparedMessage
) -> None:
    sign = signer(published)
    for to in ("lea@readers.example", "ole@readers.example", "lea@readers.example"):
        message = copy_of(edition, sign, to=to)
        assert verdict(message, published)
        assert check_message(message) == ()


def test_every_key_signs_and_each_signature_stands_on_its_own(edition: PreparedMessage) -> None:
    message = copy_of(edition, signer(RSA, ED25519))
    assert message.count(b"DKIM-Signature: ") == 2
    assert [verdict(message, RSA, ED25519, which=which) for which in (0, 1)] == [True, True]
    alone = message[message.index(b"DKIM-Signature: ", 1) :]
    assert verdict(alone, ED25519)


def tags_of(message: bytes) -> dict[str, str]:
    line = str(message_from_bytes(message, policy=policy.compat32)["DKIM-Signature"])
    return dict(re.findall(r"(\w+)=([^;]*)", re.sub(r"\s", "", line)))


def test_all_that_stands_in_the_head_is_signed_and_what_a_reader_sees_cannot_be_added_to(
    edition: PreparedMessage,
) -> None:
    message = copy_of(edition, signer(RSA))
    names = [name.lower() for name in message_from_bytes(message).keys() if name != "DKIM-Signature"]  # noqa: SIM118  # a message is no mapping: it yields nothing of the kind
    named = tags_of(message)["h"].split(":")
    assert {"list-unsubscribe", "list-unsubscribe-post", "feedback-id"} < set(names)
    assert sorted(named) == sorted([*names, *(name.decode() for name in SEALED)])
    assert named.count("from") == named.count("subject") == named.count("list-unsubscribe") == 2


def test_a_signature_says_how_it_was_made_and_when_and_covers_the_whole_body(edition: PreparedMessage) -> None:
    tags = tags_of(copy_of(edition, signer(RSA)))
    assert set(tags) == {"v", "a", "c", "d", "s", "t", "bh", "h", "b"}
    assert (tags["a"], tags["c"]) == ("rsa-sha256", "relaxed/relaxed")
    assert (tags["d"], tags["s"]) == ("news.example", "rsa1")
    assert tags["t"] == str(int(NOON.timestamp()))
    assert tags_of(copy_of(edition, signer(ED25519)))["a"] == "ed25519-sha256"


def test_a_signature_stands_in_short_lines(edition: PreparedMessage) -> None:
    lines = copy_of(edition, signer(RSA, ED25519)).partition(b"\r\nFrom: ")[0].split(b"\r\n")
    assert max(map(len, lines)) <= 76


CHANGES = {
    "a word of the body": (b"Trois", b"Deux"),
    "the sender": (b"From: ", b"From: Eve "),
    "a second sender": (b"\r\nFrom: ", b"\r\nFrom: eve@evil.example\r\nFrom: "),
    "a second sender below": (b"\r\nTo: ", b"\r\nFrom: eve@evil.example\r\nTo: "),
    "a second subject": (b"\r\nTo: ", b"\r\nSubject: Win!\r\nTo: "),
    "where replies go": (b"\r\nList-ID: ", b"\r\nReply-To: eve@evil.example\r\nList-ID: "),
    "where a click unsubscribes": (b"<https://news.example/", b"<https://evil.example/"),
    "how a click unsubscribes": (b"List-Unsubscribe-Post: List-", b"List-Unsubscribe-Post: L-"),
    "who is counted": (b"Feedback-ID: 2026", b"Feedback-ID: 2025"),
    "the day it was signed": (b"; t=1", b"; t=2"),
    "what is added at the end": (b"--\r\n", b"--\r\nBuy now\r\n"),
}


@EACH
@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_what_was_changed_on_the_way_is_refused(
    published: Published, old: bytes, new: bytes, edition: PreparedMessage
) -> None:
    message = copy_of(edition, signer(published)).replace(b"d=news.example; s=", b"d=news.example; s=", 1)
    message = re.sub(rb"\r\n t=", b" t=", message)
    before, found, after = message.rpartition(old) if old == b"--\r\n" else message.partition(old)
    assert found
    assert not verdict(before + new + after, published)


@EACH
def test_white_space_that_servers_change_breaks_nothing(published: Published, edition: PreparedMessage) -> None:
    message = copy_of(edition, signer(published))
    head, _, body = message.partition(b"\r\n\r\n")
    unfolded = re.sub(rb"\r\n[ \t]+", b"  ", head).replace(b"Subject: ", b"SUBJECT:\t")
    assert verdict(unfolded + b"\r\n\r\n" + body + b"\r\n \r\n", published)


def test_the_key_of_another_domain_proves_nothing(edition: PreparedMessage) -> None:
    message = copy_of(edition, signer(RSA))
    assert not verdict(message, ED25519)
    assert not verdict(message, replace(RSA, record=RSA.record.replace("p=MIIB", "p=")))


WORDS = st.text(st.sampled_from("ab:;=.-_ \t"), max_size=12)
#: A first line with a letter in it, then perhaps folded ones with a letter in each (RFC 5322 §2.2.3).
VALUES = st.builds(
    lambda first, folds: "x" + first + "".join(f"\r\n{gap}x{rest}" for gap, rest in folds),
    WORDS,
    st.lists(st.tuples(st.sampled_from([" ", "\t", "  \t"]), WORDS), max_size=3),
)
NAMES = st.sampled_from(["To", "Subject", "X-Odd", "x-odd", "List-ID", "Date", "CC"])
GAPS = st.sampled_from(["", " ", "\t", "   "])
FIELDS = st.lists(st.builds("{}:{}{}\r\n".format, NAMES, GAPS, VALUES), max_size=6)
LINES = st.builds("{}\r\n".format, st.text(st.sampled_from("ab=.  \t"), max_size=9))
#: Some short and some long enough to be kept; some of nothing but empty lines.
PIECES = st.lists(
    st.builds(
        lambda lines, times: "".join(lines).encode() * times, st.lists(LINES, max_size=5), st.sampled_from([1, 40])
    ),
    max_size=5,
)


# What is canonicalised does not depend on the key; the small one is looked at ten times as fast.
@settings(deadline=None)
@given(before=FIELDS, after=FIELDS, body=PIECES, blank=st.integers(0, 3))
def test_any_head_and_any_body_are_signed_as_others_read_them(
    before: list[str], after: list[str], body: list[bytes], blank: int
) -> None:
    head = "".join([*before, "From: ada@news.example\r\n", *after]).encode()
    assert verdict(signed(head, [*body, b"\r\n" * blank], ED25519), ED25519)


@settings(deadline=None, max_examples=50)
@given(
    body=PIECES.filter(lambda pieces: any(piece.strip() for piece in pieces)), place=st.randoms(use_true_random=False)
)
def test_no_letter_of_a_body_can_be_changed(body: list[bytes], place: random.Random) -> None:
    message = signed(b"From: ada@news.example\r\n", body, ED25519)
    head, end, letters = message.partition(b"\r\n\r\n")
    chosen = place.choice([found.start() for found in re.finditer(rb"[ab=.]", letters)])
    assert not verdict(head + end + letters[:chosen] + b"c" + letters[chosen + 1 :], ED25519)


@pytest.mark.parametrize(
    "body",
    [[], [b""], [b"\r\n"], [b" \t\r\n", b"\r\n"], [b"a\r\n", b"\r\n", b" \r\n\r\n"], [b"a" * 300 + b" \t \r\n"]],
    ids=["no pieces", "nothing", "an empty line", "blank lines", "blank pieces at the end", "blanks at a line's end"],
)
@EACH
def test_a_body_is_signed_without_the_empty_lines_at_its_end(published: Published, body: list[bytes]) -> None:
    assert verdict(signed(b"From: a@news.example\r\n", body, published), published)


def test_threads_may_share_a_signer(edition: PreparedMessage) -> None:
    sign = signer(ED25519)
    readers = [f"reader{number}@readers.example" for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(lambda to: copy_of(edition, sign, to=to), readers))
    assert [verdict(message, ED25519) for message in copies] == [True] * 40


def test_a_key_that_cannot_sign_is_refused_before_the_first_message() -> None:
    with pytest.raises(ValueError, match="no private key"):
        DkimSigner([replace(RSA.key, private="hush")], clock=FixedClock(NOON))


@pytest.mark.system
@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl: sudo make system")
def test_what_the_guide_says_makes_keys_and_records_that_fit(edition: PreparedMessage, tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/dkim.md").read_text(encoding="utf-8")
    make, publish = re.findall(r"```sh\n(.*?)```", guide, flags=re.DOTALL)
    said = subprocess.run(
        ["bash", "-ec", make + publish], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    (tmp_path / "config.yaml").write_text(
        "briefing: {name: Post}\nsources: [{folder: .}]\n" + "".join(re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL))
    )
    keys = load_config(tmp_path / "config.yaml").mail.dkim
    published = [Published(key=key, record=line) for key, line in zip(keys, said.stdout.splitlines(), strict=True)]
    message = copy_of(edition, signer(*published))
    assert [verdict(message, *published, which=which) for which in (0, 1)] == [True, True]


@pytest.mark.system
@pytest.mark.skipif(OPENDKIM is None, reason="needs OpenDKIM: sudo make system")
def test_opendkim_accepts_the_mail_and_refuses_it_changed(edition: PreparedMessage, tmp_path: Path) -> None:
    keys, rules = tmp_path / "keys", tmp_path / "conf"
    keys.write_text(f"{RSA.place} {RSA.record}\n")
    rules.write_text(f"Mode v\nTestPublicKeys {keys}\n")
    message = copy_of(edition, signer(RSA))
    said = []
    for number, sent in enumerate((message, message.replace(b"Trois", b"Deux "))):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(sent)
        run = subprocess.run(
            [str(OPENDKIM), "-x", rules, "-t", file, "-vv"], capture_output=True, text=True, timeout=60, check=False
        )
        said.append(run.stdout + run.stderr)
    assert "verification (s=rsa1, d=news.example, 2048-bit key) succeeded" in said[0]
    assert "succeeded" not in said[1]

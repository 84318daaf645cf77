"""DKIM and DMARC records as receivers read them, right, wrong and hostile ones."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.checkup import Finding, State
from briefing.services.checks.dkim import judge_key, public_record
from briefing.services.checks.dmarc import check_dmarc, find_dmarc, read_dmarc
from briefing.services.checks.tags import domain_of, is_below, read_tags
from tests.deliver.keys import ed25519_published, rsa_key, rsa_published
from tests.services.clinic import FakeResolver

RSA, ED = rsa_published(), ed25519_published()
P = RSA.record.partition("p=")[2]


def bare_rsa() -> str:
    """The same key in the other form that is found in the DNS (PKCS #1)."""
    return b64encode(rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()


def judged(*records: str) -> Finding:
    return judge_key(RSA.key, RSA.place, records)


@pytest.mark.parametrize("published", [RSA, ED], ids=["RSA", "Ed25519"])
def test_the_record_in_the_cure_is_the_one_that_belongs_to_the_key(published: object) -> None:
    for one in (RSA, ED):
        assert public_record(one.key.private) == one.record
        assert judge_key(one.key, one.place, (one.record,)).state is State.OK
        assert one.record in judge_key(one.key, one.place, ()).cure


@pytest.mark.parametrize(
    "record",
    [
        RSA.record,
        f"p={P}",
        f"v=DKIM1;k=rsa;p={P};",
        f"v=DKIM1 ; k = rsa ; p = {P[:90]} {P[90:]} ",
        f"v=DKIM1; p={bare_rsa()}",
        f"v=DKIM1; h=sha1:sha256; s=email; t=s; n=hello; p={P}",
    ],
    ids=["ours", "shortest", "tight", "folded", "PKCS 1", "all tags"],
)
def test_a_record_that_verifies_is_good_however_it_is_written(record: str) -> None:
    assert judged(record).state is State.OK


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("v=DKIM1; k=rsa; p=", "revoked"),
        ("v=DKIM1; k=rsa; p= ", "revoked"),
        ("v=DKIM1; k=rsa", "no key in it"),
        (f"v=DKIM2; p={P}", "of no version"),
        (f"k=rsa; v=DKIM1; p={P}", "of no version"),
        (f"v=DKIM1; k=ed25519; p={P}", "kind ed25519"),
        (f"v=DKIM1; h=sha1; p={P}", "sha256"),
        (f"v=DKIM1; s=tlsrpt; p={P}", "not for mail"),
        (f"v=DKIM1; p={P[:-40]}", "cut off"),
        ("v=DKIM1; p=!!!", "cut off"),
        pytest.param(ED.record.replace("ed25519", "rsa"), "cut off", id="a key of another kind"),
        (f"v=DKIM1; p={P}; p={P}", "twice"),
        ("hello", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_record_that_does_not_verify_is_broken_and_the_cure_is_the_right_one(record: str, words: str) -> None:
    finding = judged(record)
    assert finding.state is State.BROKEN
    assert words in finding.message
    assert RSA.record in finding.cure


def test_another_key_than_ours_is_told() -> None:
    other = rsa.generate_private_key(65537, 2048).public_key()
    p = b64encode(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    assert "another key than ours" in judged(f"v=DKIM1; p={p}").message


def test_a_key_that_is_only_being_tested_is_a_warning() -> None:
    assert judged(f"v=DKIM1; t=s:y; p={P}").state is State.WARNING


def test_two_records_at_one_selector_are_broken() -> None:
    assert judged(RSA.record, f"v=DKIM1; p={bare_rsa()}").state is State.BROKEN


@given(st.text(max_size=120))
def test_any_record_of_a_key_gives_a_finding(record: str) -> None:
    assert judge_key(ED.key, ED.place, (record,)).state is State.BROKEN


@given(st.text(max_size=120))
def test_any_text_is_a_list_of_tags_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert all(name.isidentifier() for name in read_tags(text))


@pytest.mark.parametrize(
    ("mailbox", "domain"),
    [
        ("post@mail.example", "mail.example"),
        ("The Post <post@Mail.Example>", "mail.example"),
        ('"a@b" <post@mail.example.>', "mail.example"),
        ("post@bücher.example", "xn--bcher-kva.example"),
        ("post@" + "ü" * 64 + ".example", "ü" * 64 + ".example"),
    ],
)
def test_the_domain_of_a_mailbox_is_spelt_as_the_dns_does(mailbox: str, domain: str) -> None:
    assert domain_of(mailbox) == domain


def test_below_means_whole_labels() -> None:
    assert is_below("a.mail.example", "mail.example")
    assert is_below("mail.example", "mail.example")
    assert not is_below("gmail.example", "mail.example")
    assert not is_below("mail.example", "")


def dmarc(
    *records: str, sender: str = "news.post.example", envelope: str = "", signers: tuple[str, ...] = (), at: str = ""
) -> Finding:
    resolver = FakeResolver({f"_dmarc.{at or sender}": {"TXT": list(records)}})
    return check_dmarc(sender, envelope=envelope or sender, signers=signers, resolver=resolver)


@pytest.mark.parametrize(
    ("records", "state", "words"),
    [
        (("v=DMARC1; p=none",), State.OK, "p=none"),
        (("v=DMARC1;p=reject;",), State.OK, "p=reject"),
        (("v = DMARC1 ; p = Quarantine ; pct=50",), State.OK, "p=quarantine"),
        (("hello", "v=DMARC1; p=none"), State.OK, "p=none"),
        ((), State.BROKEN, "no DMARC record"),
        (("hello",), State.BROKEN, "no DMARC record"),
        (("v=DMARC10; p=none",), State.BROKEN, "no DMARC record"),
        (("v=dmarc1; p=none",), State.BROKEN, "no DMARC record"),
        (("p=none; v=DMARC1",), State.BROKEN, "no DMARC record"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), State.BROKEN, "2 records"),
        (("v=DMARC1",), State.BROKEN, "p= is not"),
        (("v=DMARC1; p=block",), State.BROKEN, "p= is not"),
        (("v=DMARC1; p=none; p=reject",), State.BROKEN, "twice"),
        (("v=DMARC1; rua",), State.BROKEN, "no tag"),
    ],
)
def test_a_policy_is_one_record_that_receivers_act_on(records: tuple[str, ...], state: State, words: str) -> None:
    finding = dmarc(*records)
    assert finding.state is state
    assert words in finding.message


@pytest.mark.parametrize(
    ("strictness", "envelope", "signer", "state"),
    [
        ("", "news.post.example", "", State.OK),
        ("", "post.example", "", State.OK),
        ("", "bounce.post.example", "", State.OK),
        ("", "other.example", "", State.WARNING),
        ("", "other.example", "post.example", State.OK),
        ("", "other.example", "mail.post.example", State.OK),
        ("", "other.example", "other.example", State.WARNING),
        ("; adkim=s", "other.example", "post.example", State.WARNING),
        ("; adkim=s", "other.example", "news.post.example", State.OK),
        ("; aspf=s", "post.example", "", State.WARNING),
        ("; aspf=s", "news.post.example", "", State.OK),
        ("", "example", "", State.WARNING),
    ],
)
def test_mail_is_aligned_as_the_policy_asks(strictness: str, envelope: str, signer: str, state: State) -> None:
    signers = (signer,) if signer else ()
    record = f"v=DMARC1; p=none{strictness}"
    assert dmarc(record, envelope=envelope, signers=signers, at="post.example").state is state


def test_a_policy_begins_with_its_version() -> None:
    with pytest.raises(ValueError, match="v=DMARC1"):
        read_dmarc("p=none; v=DMARC1")


def test_the_nearest_policy_above_counts_and_a_top_level_has_none() -> None:
    resolver = FakeResolver(
        {f"_dmarc.{name}": {"TXT": ["v=DMARC1; p=none"]} for name in ("post.example", "news.post.example", "example")}
    )
    assert find_dmarc("a.news.post.example", resolver)[0] == "news.post.example"
    assert find_dmarc("b.post.example", resolver)[0] == "post.example"
    assert find_dmarc("other.example", resolver) == ("other.example", ())


def test_a_name_of_a_hundred_labels_costs_eight_questions() -> None:
    resolver = FakeResolver()
    find_dmarc("a." * 100 + "example", resolver)
    assert len(resolver.asked) == 8


@given(st.text(max_size=60))
def test_any_record_of_a_policy_is_read_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert read_dmarc(text).policy

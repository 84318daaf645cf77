from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.tokens import HmacSigner
from tests.fakes import PlainSigner

if TYPE_CHECKING:
    from briefing.ports import LinkSigner

SIGNERS = [HmacSigner(bytes(32)), PlainSigner()]


@pytest.fixture(params=SIGNERS, ids=["real", "fake"])
def signer(request: pytest.FixtureRequest) -> LinkSigner:
    found: LinkSigner = request.param
    return found


def test_a_token_is_read_back_and_is_the_same_each_time(signer: LinkSigner) -> None:
    token = signer.sign("a1b2", "unsubscribe")
    assert signer.read(token, "unsubscribe") == "a1b2"
    assert signer.sign("a1b2", "unsubscribe") == token


def test_a_token_does_nothing_for_another_purpose(signer: LinkSigner) -> None:
    assert signer.read(signer.sign("a1b2", "unsubscribe"), "confirm") is None


def test_a_cut_token_is_not_read(signer: LinkSigner) -> None:
    token = signer.sign("a1b2", "confirm")
    assert [signer.read(token[:length], "confirm") for length in range(len(token))] == [None] * len(token)


def test_a_token_with_any_letter_changed_is_not_read(signer: LinkSigner) -> None:
    token = signer.sign("a1b2", "confirm")
    for place in range(len(token)):
        for letter in "Ab0-_.=é":
            forged = token[:place] + letter + token[place + 1 :]
            assert forged == token or signer.read(forged, "confirm") is None


@pytest.mark.parametrize("signer", SIGNERS, ids=["real", "fake"])
@given(subscriber=st.text(), purpose=st.text(st.characters(codec="ascii")))
def test_every_token_is_safe_in_an_address_bar(signer: LinkSigner, subscriber: str, purpose: str) -> None:
    token = signer.sign(subscriber, purpose)
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert signer.read(token, purpose) == subscriber


@pytest.mark.parametrize("signer", SIGNERS, ids=["real", "fake"])
@given(token=st.text())
def test_no_text_whatsoever_is_taken_for_a_token(signer: LinkSigner, token: str) -> None:
    assert signer.read(token, "unsubscribe") is None


def test_another_installation_cannot_make_our_tokens() -> None:
    theirs = HmacSigner(bytes([1]) * 32).sign("a1b2", "unsubscribe")
    assert HmacSigner(bytes(32)).read(theirs, "unsubscribe") is None


OLD, NEW = bytes([1]) * 32, bytes([2]) * 32


def test_the_newest_key_signs_and_every_known_one_reads() -> None:
    rotated = HmacSigner(NEW, (OLD, bytes(32)))
    assert rotated.sign("a1b2", "confirm") == HmacSigner(NEW).sign("a1b2", "confirm")
    for key in (NEW, OLD, bytes(32)):
        assert rotated.read(HmacSigner(key).sign("a1b2", "confirm"), "confirm") == "a1b2"
        assert rotated.read(HmacSigner(key).sign("a1b2", "confirm"), "unsubscribe") is None


def test_a_forgotten_key_reads_nothing() -> None:
    assert HmacSigner(NEW).read(HmacSigner(OLD).sign("a1b2", "confirm"), "confirm") is None


def test_a_key_that_another_process_made_since_is_asked_for() -> None:
    keys = [OLD]
    signer = HmacSigner(OLD, current=lambda: tuple(keys))
    token = HmacSigner(NEW).sign("a1b2", "confirm")
    assert signer.read(token, "confirm") is None
    keys.insert(0, NEW)
    assert signer.read(token, "confirm") == "a1b2"


def test_purpose_and_reader_cannot_trade_letters() -> None:
    signer = HmacSigner(bytes(32))
    first, second = signer.sign("1x", "un"), signer.sign("x", "un1")
    assert first.partition(".")[2] != second.partition(".")[2]


def test_a_signer_does_not_show_its_key() -> None:
    assert repr(HmacSigner(b"hush")) == "HmacSigner()"


def test_the_second_spelling_that_base64_allows_is_refused() -> None:
    """16 bytes leave 4 spare bits in the last letter; decoders ignore them, so a naive check would take both."""
    signer = HmacSigner(bytes(32))
    token = signer.sign("a1b2", "confirm")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + letters[letters.index(token[-1]) ^ 1]
    assert signer.read(twin, "confirm") is None


@pytest.mark.parametrize("end", ["\udcff", "é", "\0", "=", " "])
def test_a_token_that_no_link_of_ours_can_hold_is_not_read(signer: LinkSigner, end: str) -> None:
    token = signer.sign("a1b2", "confirm")
    assert signer.read(token + end, "confirm") is None
    assert signer.read(end + token, "confirm") is None
    assert signer.read(token[:-1] + end, "confirm") is None

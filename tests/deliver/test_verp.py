from __future__ import annotations

import uuid
from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.tokens import HmacSigner
from briefing.deliver.verp import LOCAL_OCTETS, MOST_LOCAL_OCTETS, Verp

VERP = Verp("bounces@news.example", bytes(32))
READER = "3f9c2a7d51e84b063f9c2a7d51e84b06"
OWN = VERP.address_for(READER)

UUIDS = st.uuids().map(lambda found: found.hex)
IDS = UUIDS | st.text(max_size=26) | st.from_regex("[0-9a-fA-F]{32}", fullmatch=True)
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def test_a_return_path_is_a_plain_address_of_the_same_mailbox() -> None:
    assert OWN.startswith("bounces+")
    assert Address(addr_spec=OWN).domain == "news.example"
    assert OWN == OWN.lower() == VERP.address_for(READER)
    assert READER not in OWN


@given(subscriber=IDS)
def test_every_return_path_is_read_back_or_is_the_plain_address(subscriber: str) -> None:
    address = VERP.address_for(subscriber)
    assert len(address.rpartition("@")[0]) <= LOCAL_OCTETS
    assert VERP.reader_of(address) == (None if address == VERP.address else subscriber)


@given(subscriber=UUIDS)
def test_ids_of_ours_have_room_beside_the_longest_mailbox(subscriber: str) -> None:
    verp = Verp("b" * MOST_LOCAL_OCTETS + "@news.example", bytes(32))
    address = verp.address_for(subscriber)
    assert len(address.rpartition("@")[0]) == LOCAL_OCTETS
    assert verp.reader_of(address) == subscriber


@pytest.mark.parametrize(
    "written",
    [OWN.upper(), OWN.title(), f"<{OWN}>", f" {OWN} ", OWN.replace("@news.example", "@mail.news.example")],
    ids=["capitals", "some capitals", "brackets", "spaces", "another name of the mailbox"],
)
def test_what_servers_on_the_way_do_to_an_address_does_no_harm(written: str) -> None:
    assert VERP.reader_of(written) == READER


def test_a_mailbox_that_has_a_plus_already_may_have_another() -> None:
    verp = Verp("ada+bounces@news.example", bytes(32))
    assert verp.reader_of(verp.address_for(READER)) == READER


def test_an_id_too_long_for_an_address_travels_without_one() -> None:
    assert VERP.address_for("x" * 40) == "bounces@news.example"
    assert VERP.reader_of("bounces@news.example") is None


def test_a_token_with_any_letter_changed_names_nobody() -> None:
    token = OWN.partition("+")[2].partition("@")[0]
    for place in range(len(token)):
        for letter in LETTERS.replace(token[place], "") + "019-é":
            forged = f"bounces+{token[:place]}{letter}{token[place + 1 :]}@news.example"
            assert VERP.reader_of(forged) is None


def test_a_cut_or_lengthened_token_names_nobody() -> None:
    token = OWN.partition("+")[2].partition("@")[0]
    others = [token[:length] for length in range(len(token))] + [token + letter for letter in LETTERS]
    assert {VERP.reader_of(f"bounces+{other}@news.example") for other in others} == {None}


@given(address=st.text() | st.from_regex(r"bounces\+[a-z2-7]{14,56}@news\.example", fullmatch=True))
def test_no_address_whatsoever_is_taken_for_one_of_ours(address: str) -> None:
    assert VERP.reader_of(address) is None


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 11])
def test_the_second_spelling_that_base32_allows_is_refused(length: int) -> None:
    """Where the bytes leave spare bits in the last letter, decoders ignore them."""
    local, _, domain = VERP.address_for("r" * length).partition("@")
    twins = [f"{local[:-1]}{letter}@{domain}" for letter in LETTERS if letter != local[-1]]
    assert {VERP.reader_of(twin) for twin in twins} == {None}


def test_sixteen_letters_are_not_the_id_that_has_their_bytes() -> None:
    hexadecimal = b"sixteen letters!".hex()
    assert VERP.address_for("sixteen letters!") != VERP.address_for(hexadecimal)
    assert VERP.reader_of(VERP.address_for("sixteen letters!")) == "sixteen letters!"
    assert VERP.reader_of(VERP.address_for(hexadecimal)) == hexadecimal


def test_another_installation_cannot_name_our_readers() -> None:
    theirs = Verp("bounces@news.example", bytes([1]) * 32)
    assert VERP.reader_of(theirs.address_for(READER)) is None


def test_a_token_of_a_link_is_no_return_path() -> None:
    """Both are signed with the same key."""
    token = HmacSigner(bytes(32)).sign(uuid.UUID(READER).hex, "verp")
    assert VERP.reader_of(f"bounces+{token}@news.example") is None


def test_the_key_is_not_shown() -> None:
    assert repr(Verp("b@news.example", b"hush")) == "Verp(address='b@news.example')"

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.tokens import HmacSigner
from briefing.model.edition import Problem
from briefing.services.discretion import discreet, told_of

ID = "9f86d081884c7d659a2feaa0c55ad015"
SIGNER = HmacSigner(bytes(range(32)))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(WORDS, st.emails(), WORDS)
def test_no_address_is_left_in_any_text(before: str, address: str, after: str) -> None:
    told = discreet(f"{before} {address} {after}")
    assert address not in told
    assert "@" not in re.sub(r"(^|\s)@(?=\s|$)", "", told)


@given(st.emails(), st.sampled_from(["<{}>", "to={}:", "mailto:{}?subject=x", '"{}"', "({})", "a,{};b", "{}{}"]))
def test_an_address_is_found_in_whatever_stands_around_it(address: str, frame: str) -> None:
    assert address not in discreet(f"550 5.1.1 {frame.replace('{}', address)} unknown")


@given(WORDS, st.text("0123456789abcdef", min_size=1, max_size=40), st.sampled_from(["unsubscribe", "confirm"]))
def test_no_token_is_left_in_any_text(before: str, reader: str, purpose: str) -> None:
    token = SIGNER.sign(reader, purpose)
    told = discreet(f"{before} https://post.example/u/{token}?lang=en")
    assert token not in told
    assert token.rpartition(".")[2] not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("550 5.1.1 <ada@readers.example>: unknown", "550 5.1.1 [address] unknown"),
        ('"ada lovelace"@readers.example is full', "[address] is full"),
        ("mailto:ada%40readers.example was clicked", "[address] was clicked"),
        ("ada\uff20readers.example", "[address]"),
        ("a line\nada@x.example\nanother", "a line\n[address]\nanother"),
        (f"POST /u/{SIGNER.sign(ID, 'unsubscribe')} answered 200", "POST /u/[token] answered 200"),
    ],
)
def test_what_is_blanked_leaves_the_rest_as_it_is(text: str, told: str) -> None:
    assert discreet(text) == told


@pytest.mark.parametrize(
    "text",
    [
        f"reader={ID} edition=2026-11-22",
        "relay.mail.example:587 refuses our mail: 5.7.26 unauthenticated",
        "sqlite:////srv/briefing.db: database is locked",
        "3 @ 4 o'clock",
        "briefing.services.delivery_run",
        "templates/story.mjml.j2:12: unexpected '}'",
    ],
)
def test_what_names_nobody_stays_as_it_is(text: str) -> None:
    assert discreet(text) == text


@given(st.integers(1, 200_000))
def test_a_word_of_any_length_takes_no_time_to_speak_of(length: int) -> None:
    assert discreet("x" * length + " a@b " + "." * length).count("[address]") == 1


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (
            Problem(
                stage="deliver", source="ada@readers.example", reader="ada", message="refused: <ada@readers.example>"
            ),
            "deliver: refused: [address]",
        ),
        (Problem(stage="collect", source="Dead Post", message="did not\nanswer"), "Dead Post: did not answer"),
        (Problem(stage="collect", source="Saved", file="a.html", message="is empty"), "a.html: is empty"),
    ],
)
def test_a_problem_is_told_without_its_reader(problem: Problem, told: str) -> None:
    assert told_of(problem) == told

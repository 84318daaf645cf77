from __future__ import annotations

import quopri
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.render.fragments import Fragments, encoded_body, quoted_lines

LINES = st.text(st.characters(codec="utf-8", exclude_characters="\r") | st.sampled_from(" \t=.\n字"), max_size=200)


@given(texts=st.lists(LINES, min_size=1, max_size=5), value=LINES)
def test_what_is_joined_reads_as_if_it_had_been_encoded_whole(texts: list[str], value: str) -> None:
    body = encoded_body(texts, ("x",) * (len(texts) - 1))
    message = b"Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    joined = b"".join(body.filled({"x": quoted_lines(value)}))
    payload = message_from_bytes(message + joined, policy=policy.default).get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.replace(b"\r\n", b"\n").decode() == value.join(texts)
    assert all(len(line) <= 76 for line in joined.split(b"\r\n"))


@given(text=LINES)
def test_fragments_are_whole_lines_with_nothing_hidden_at_their_ends(text: str) -> None:
    lines = quoted_lines(text)
    assert not lines or lines.endswith(b"\r\n")
    assert not any(line.endswith((b" ", b"\t")) for line in lines.split(b"\r\n"))
    assert quopri.decodestring(lines.replace(b"\r\n", b"\n")).decode() == text


@pytest.mark.parametrize("length", range(70, 80))
def test_a_line_has_room_for_its_soft_break_at_any_length(length: int) -> None:
    assert [line for line in quoted_lines("x" * length).split(b"\r\n") if len(line) > 76] == []


def test_a_long_value_is_broken_into_lines_a_server_must_take() -> None:
    lines = quoted_lines("https://news.example/?token=" + "a" * 900).split(b"\r\n")
    assert max(map(len, lines)) == 76
    assert b"token=3D" in lines[0]


@given(text=st.text(st.sampled_from("a.= \t&%é"), max_size=300))
def test_a_link_of_any_length_is_read_back_from_short_lines(text: str) -> None:
    lines = quoted_lines(text)
    assert max(map(len, lines.split(b"\r\n"))) <= 76
    assert quopri.decodestring(lines.replace(b"\r\n", b"\n")).decode() == text


def test_lines_before_and_after_leave_the_places_where_they_are() -> None:
    for texts, places in (((b"a", b"b"), ("x",)), ((b"a",), ())):
        framed = Fragments(texts, places).between(b"[", b"]")
        assert b"".join(framed.filled({"x": b"-"})) == b"[" + b"-".join(texts) + b"]"


def test_a_place_without_a_value_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        Fragments((b"a", b"b"), ("x",)).filled({})

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.line import Line, Steps
from briefing.deliver.replies import Reply, ReplyReader, parse_reply
from briefing.deliver.turns import run_alone


def read(line: socket.socket, *, timeout: float) -> Reply:
    """The next reply, waited for."""
    found: list[Reply] = []

    def course() -> Steps[None]:
        found.append((yield from ReplyReader(Line(line)).read(timeout=timeout)))

    run_alone(course())
    return found[0]


def reading(*pieces: bytes) -> list[Reply]:
    """All replies a server says that sends these pieces and hangs up."""
    ours, theirs = socket.socketpair()
    replies: list[Reply] = []
    with ours, theirs:
        reader = ReplyReader(Line(ours))
        for piece in pieces:
            theirs.sendall(piece)
            while (reply := reader.glance()) is not None:
                replies.append(reply)
    return replies


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (250, "2.0.0 Ok: queued as 4F", Reply(250, "2.0.0", "Ok: queued as 4F")),
        (550, "5.1.1 no such user", Reply(550, "5.1.1", "no such user")),
        (550, "5.1.1 The account\n5.1.1 does not exist.", Reply(550, "5.1.1", "The account does not exist.")),
        (550, "5.7.515", Reply(550, "5.7.515", "")),
        (553, "sorry, no mailbox here (#5.1.1)", Reply(553, "5.1.1", "sorry, no mailbox here (#5.1.1)")),
        (550, "no such user", Reply(550, None, "no such user")),
        (550, "5.1.1x no", Reply(550, None, "5.1.1x no")),
        (550, "3.1.1 no", Reply(550, None, "3.1.1 no")),
        (550, "mail from 192.5.1.1 refused", Reply(550, None, "mail from 192.5.1.1 refused")),
        (354, "", Reply(354, None, "")),
        (554, "bell\x07 and\x1b[31m red", Reply(554, None, "bell  and [31m red")),
    ],
)
def test_a_reply_is_taken_apart_into_code_status_and_words(code: int, text: str, expected: Reply) -> None:
    assert parse_reply(code, text) == expected


@given(st.text())
def test_words_are_one_printable_line_of_bounded_length(text: str) -> None:
    words = parse_reply(550, text).words
    assert words.isprintable()
    assert len(words) <= 300


def test_replies_are_told_apart_however_they_arrive() -> None:
    whole = b"250-2.1.0 one\r\n250 2.1.0 two\r\n354 go\r\n421 bye\n"
    expected = [Reply(250, "2.1.0", "one two"), Reply(354, None, "go"), Reply(421, None, "bye")]
    assert reading(whole) == expected
    assert reading(*(whole[i : i + 1] for i in range(len(whole)))) == expected


@pytest.mark.parametrize(
    "noise", [b"hello\r\n", b"\r\n", b"25\r\n", b"99 x\r\n", b"150 x\r\n", b"600 x\r\n", b"\xff\r\n"]
)
def test_what_is_no_reply_breaks_the_line(noise: bytes) -> None:
    with pytest.raises(OSError, match="does not speak SMTP"):
        reading(noise)


def test_a_server_that_talks_without_end_is_left() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"250-more\r\n" * 7000)
        with pytest.raises(OSError, match="talks without end"):
            read(ours, timeout=5)


def test_a_reply_in_drips_ends_with_its_time_and_not_with_the_last_drip() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"250-")
        with pytest.raises(TimeoutError):
            read(ours, timeout=0)


def test_a_hung_up_line_says_so() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(ConnectionResetError, match="closed the connection"):
        read(ours, timeout=1)

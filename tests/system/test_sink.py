"""The servers that benchmarks send to count what was sent, and nothing else."""

from __future__ import annotations

import smtplib
import socket

import pytest

from benchmarks.delivery.recording import open_relay
from benchmarks.delivery.sink import CURE, can_build, open_sink

pytestmark = [pytest.mark.system, pytest.mark.skipif(not can_build(), reason=CURE)]

BODIES = {
    "empty": "",
    "only a dot": ".\r\n",
    "dots": "..\r\n.a\r\n\r\n.\r\n..\r\n",
    "long": "The crossing had been shut for nine days.\r\n" * 20_000,
    "one line": "a" * 990 + "\r\n",
    "looks like commands": "DATA\r\nQUIT\r\nMessage-ID: <another@tide.example>\r\n",
}


def letter(number: int, body: str) -> bytes:
    return f"Message-ID: <{number}@tide.example>\r\nSubject: Ferries\r\n\r\n{body}".encode()


def test_every_message_is_counted_once_under_its_own_name() -> None:
    with open_sink(records=True) as sink:
        with smtplib.SMTP("127.0.0.1", sink.port) as client:
            for number, body in enumerate(BODIES.values()):
                client.sendmail("post@tide.example", ["lea@readers.example"], letter(number, body))
        assert sink.message_ids() == [f"<{number}@tide.example>" for number in range(len(BODIES))]
        assert sink.count() == len(BODIES)


@pytest.mark.parametrize("step", [1, 2, 3, 5, 7, 1000])
def test_it_does_not_matter_how_the_bytes_come(step: int) -> None:
    told = b"EHLO x\r\n" + b"".join(
        b"MAIL FROM:<a@tide.example>\r\nRCPT TO:<b@readers.example>\r\nDATA\r\n" + letter(number, "..\r\n") + b".\r\n"
        for number in range(3)
    )
    with open_sink(records=True) as sink, socket.create_connection(("127.0.0.1", sink.port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(told), step):
            line.sendall(told[start : start + step])
        line.sendall(b"QUIT\r\n")
        while line.recv(65536):
            pass
        assert sink.message_ids() == [f"<{number}@tide.example>" for number in range(3)]


def test_a_message_that_was_broken_off_is_not_counted() -> None:
    with open_sink() as sink:
        with socket.create_connection(("127.0.0.1", sink.port)) as line:
            line.sendall(b"MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\nSubject: Ferries\r\n\r\n..")
        assert sink.count() == 0


def test_the_relay_with_a_memory_knows_for_whom_it_took_what() -> None:
    with open_relay() as relay, smtplib.SMTP("127.0.0.1", relay.port) as client:
        for number, reader in enumerate(("lea", "ben")):
            client.sendmail("post@tide.example", [f"{reader}@readers.example"], letter(number, "..\r\n"))
    assert relay.accepted == [("lea@readers.example", "<0@tide.example>"), ("ben@readers.example", "<1@tide.example>")]

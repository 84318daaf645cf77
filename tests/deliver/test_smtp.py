from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread, get_ident
from time import sleep
from typing import Any

import pytest

from briefing.deliver.smtp import SmtpTransport
from briefing.errors import StoreError, TransportError
from briefing.model.delivery import AnswerKind
from briefing.model.mail_rules import SmtpLimits
from briefing.model.settings import SmtpServer
from tests.deliver.books import MESSAGE, MemoryBooks, envelope, envelopes
from tests.deliver.servers import Mailbox, Play, obedient, scripted
from tests.ports import free_port

TAKEN, REFUSED, UNSENT = AnswerKind.TAKEN, AnswerKind.REFUSED, AnswerKind.UNSENT


def clear(
    port: int, *, connections: int = 1, per_connection: int = 500, per_minute: int | None = None, **options: Any
) -> SmtpTransport:
    """A transport to this machine that never waits between attempts."""
    limits = SmtpLimits(connections=connections, per_connection=per_connection, per_minute=per_minute)
    server = SmtpServer(host="127.0.0.1", port=port, security="none", limits=limits)
    return SmtpTransport(server, **{"timeout": 5, "pause_after": lambda _: 0.0, **options})


@pytest.mark.parametrize("connections", [1, 3])
def test_every_message_arrives_byte_for_byte_and_once(connections: int) -> None:
    mailbox, books = Mailbox(), MemoryBooks()
    readers = [f"r{number}" for number in range(30)]
    with obedient(mailbox) as port, clear(port, connections=connections) as transport:
        transport.deliver(envelopes(*readers), books)
    expected = [("post@example.org", [f"{reader}@example.org"], MESSAGE) for reader in readers]
    assert sorted(mailbox.received) == sorted(expected)
    assert sorted(books.readers(TAKEN)) == sorted(readers)


def test_a_message_larger_than_every_buffer_arrives_whole() -> None:
    mailbox, books = Mailbox(), MemoryBooks()
    large = b"Subject: Hi\r\n\r\n" + (b"." + b"x" * 900 + b"\r\n") * 8000
    with obedient(mailbox, data_size_limit=None) as port, clear(port) as transport:
        transport.deliver(iter([envelope(message=large)]), books)
    assert mailbox.received[0][2] == large


@pytest.mark.parametrize("offers", [("PIPELINING",), ()])
def test_a_batch_is_one_conversation_with_and_without_pipelining(offers: tuple[str, ...]) -> None:
    play = Play(offers=offers)
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(envelopes("a", "b"), MemoryBooks())
    assert play.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]
    assert len(play.bodies) == 2


@contextmanager
def server_that_waits_for_all_three_commands() -> Iterator[int]:
    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            for ending, answer in (
                (b"", b"220 ready\r\n"),
                (b"\r\n", b"250-here\r\n250 PIPELINING\r\n"),
                (b"DATA\r\n", b"250 OK\r\n250 OK\r\n354 go on\r\n"),
                (b"\r\n.\r\n", b"250 taken\r\n"),
                (b"QUIT\r\n", b"221 bye\r\n"),
            ):
                heard = b""
                while not heard.endswith(ending):
                    heard += connection.recv(4096)
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(timeout=10)


def test_the_three_commands_do_not_wait_for_one_another() -> None:
    books = MemoryBooks()
    with server_that_waits_for_all_three_commands() as port, clear(port) as transport:
        transport.deliver(envelopes("a"), books)
    assert books.readers(TAKEN) == ["a"]


# The books


def test_a_message_is_started_when_all_but_its_dot_is_with_the_server_and_settled_after_the_answer() -> None:
    play = Play()
    complete: list[int] = []
    books = MemoryBooks(on_start=lambda _: complete.append(len(play.bodies)))
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(envelopes("a", "b"), books)
    assert complete == [0, 1]
    a, b = "a@example.org", "b@example.org"
    assert books.steps == [("start", a), ("taken", a), ("start", b), ("taken", b)]


def test_a_message_of_somebody_else_is_taken_back_before_its_dot() -> None:
    play, books = Play(), MemoryBooks(theirs=frozenset({"b@example.org"}))
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(envelopes("a", "b", "c"), books)
    assert (len(play.bodies), play.halves) == (2, 1)
    assert books.readers(TAKEN) == ["a", "c"]
    assert len(books.answers) == 2
    # Inside a message QUIT would be text, so the connection is closed without a word.
    assert [connection[-1] for connection in play.connections] == ["DATA", "QUIT"]


def test_books_that_cannot_be_written_stop_everything_before_the_dot() -> None:
    play, books = Play(), MemoryBooks(broken_after=0)
    source = envelopes("a", "b", "c")
    with scripted(play) as port, clear(port) as transport, pytest.raises(StoreError, match="disk full"):
        transport.deliver(source, books)
    assert (play.bodies, play.halves) == ([], 1)
    assert next(source).recipient == "b@example.org"


def test_an_answer_that_cannot_be_written_is_the_last_one() -> None:
    play, books = Play(), MemoryBooks(broken_after=1)
    source = envelopes("a", "b")
    with scripted(play) as port, clear(port) as transport, pytest.raises(StoreError, match="disk full"):
        transport.deliver(source, books)
    assert len(play.bodies) == 1
    assert next(source).recipient == "b@example.org"


def test_books_that_fail_on_one_connection_keep_the_other_from_its_dot() -> None:
    def fail_for_a(one: Any) -> None:
        if one.recipient == "a@example.org":
            raise StoreError("locked")

    play, books = Play(), MemoryBooks(on_start=fail_for_a)
    locked = pytest.raises(StoreError, match="locked")
    with scripted(play) as port, clear(port, connections=2, company=5) as transport, locked:
        transport.deliver(envelopes("a", "b", "c"), books)
    assert (play.bodies, play.halves, len(books.groups)) == ([], 2, 1)
    assert sorted(books.readers(UNSENT)) == ["a", "b"]


def test_nothing_is_handed_over_by_any_connection_that_is_not_in_the_books() -> None:
    play, books = Play(), MemoryBooks(broken_after=25)
    readers = [f"r{number}" for number in range(40)]
    with scripted(play) as port, clear(port, connections=4) as transport, pytest.raises(StoreError):
        transport.deliver(envelopes(*readers), books)
    assert len(play.bodies) <= [step for step, _ in books.steps].count("start")


# Connections


def test_as_many_messages_are_under_way_as_there_may_be_connections() -> None:
    play, books = Play(), MemoryBooks()
    with scripted(play) as port, clear(port, connections=3, company=5) as transport:
        transport.deliver(envelopes(*"abcdefg"), books)
    assert len(play.connections) == 3
    assert [len(group) for group in books.groups] == [3, 3, 1]
    assert sorted(books.readers(TAKEN)) == list("abcdefg")


def test_a_connection_carries_so_many_messages_and_says_goodbye() -> None:
    play = Play()
    with scripted(play) as port, clear(port, per_connection=2) as transport:
        transport.deliver(envelopes(*"abcde"), MemoryBooks())
    assert [heard.count("DATA") for heard in play.connections] == [2, 2, 1]
    assert {heard[-1] for heard in play.connections} == {"QUIT"}


def test_one_message_needs_one_connection() -> None:
    play = Play()
    with scripted(play) as port, clear(port, connections=4) as transport:
        transport.deliver(envelopes("a"), MemoryBooks())
        transport.deliver(envelopes("b"), MemoryBooks())
    assert len(play.connections) == 1


def test_a_connection_that_rested_too_long_is_replaced() -> None:
    play, books = Play(), MemoryBooks()
    with scripted(play) as port, clear(port, idle=-1) as transport:
        transport.deliver(envelopes("a"), books)
        transport.deliver(envelopes("b"), books)
    assert len(play.bodies) == 2
    assert len(play.connections) == 3
    assert books.readers(TAKEN) == ["a", "b"]


def test_what_the_source_of_messages_raises_comes_out_after_the_message_at_hand() -> None:
    def stopping() -> Iterator[Any]:
        yield envelope("a@example.org")
        raise TransportError("the program was told to stop", transient=True)

    play, books = Play(), MemoryBooks()
    stopped = pytest.raises(TransportError, match="told to stop")
    with scripted(play) as port, clear(port, connections=2) as transport, stopped:
        transport.deliver(stopping(), books)
    assert books.readers(TAKEN) == ["a"]


def interrupted() -> tuple[bool, list[str], int]:
    """What Ctrl-C in the middle of a message does: whether it was heard, whose messages were taken, how many are left.

    Runs in a process of its own: in one that has run thousands of tests Python may swallow a signal.
    """

    def interrupt(_: Any) -> None:
        # Whoever called `deliver` must do nothing but wait.
        while sys._current_frames()[this_thread].f_code.co_name != "wait":
            sleep(0.01)
        sleep(0.1)
        signal.pthread_kill(this_thread, signal.SIGINT)
        sleep(0.3)

    # Whoever starts the tests in the background of a script has them ignore it, and so all that they start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    this_thread, was_heard = get_ident(), False
    play, books = Play(), MemoryBooks(on_start=interrupt)
    source = envelopes("a", "b", "c")
    with scripted(play) as port, clear(port) as transport:
        try:
            transport.deliver(source, books)
        except KeyboardInterrupt:
            was_heard = True
    return was_heard, books.readers(TAKEN), len(list(source))


def test_an_interruption_waits_for_the_message_at_hand() -> None:
    code = "from tests.deliver.test_smtp import interrupted; print(interrupted())"
    command, house = [sys.executable, "-c", code], Path(__file__).parents[2]
    ran = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.stdout.strip(), ran.stderr) == (str((True, ["a"], 2)), "")


def test_nobody_listening_is_a_transient_fault_that_names_the_server() -> None:
    port = free_port()
    with pytest.raises(TransportError, match=rf"127\.0\.0\.1:{port} Connection refused") as caught:
        clear(port).__enter__()
    assert caught.value.transient


def test_a_transport_outside_its_with_block_sends_nothing() -> None:
    with pytest.raises(TransportError, match="not connected"):
        clear(25).deliver(envelopes("a"), MemoryBooks())


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org", "/run/lmtp"])
def test_unprotected_mail_leaves_no_other_machine_a_chance(host: str) -> None:
    transport = SmtpTransport(SmtpServer(host=host, port=25, security="none"))
    with pytest.raises(TransportError, match="this machine only") as caught:
        transport.__enter__()
    assert not caught.value.transient


def test_unprotected_mail_to_this_machine_by_name_is_fine() -> None:
    mailbox = Mailbox()
    with obedient(mailbox) as port:
        server = SmtpServer(host="localhost", port=port, security="none")
        with SmtpTransport(server, timeout=5) as transport:
            transport.deliver(envelopes("a"), MemoryBooks())
    assert len(mailbox.received) == 1


# Addresses and messages


def test_a_domain_travels_in_idna_and_the_local_part_as_it_is() -> None:
    play = Play()
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(iter([envelope("Rosa.O@straße.example")]), MemoryBooks())
    assert play.heard[1:3] == ["MAIL FROM:<post@example.org>", "RCPT TO:<Rosa.O@xn--strae-oqa.example>"]


def test_a_local_part_beyond_ascii_fails_that_reader_alone_when_not_offered() -> None:
    mailbox, books = Mailbox(), MemoryBooks()
    with obedient(mailbox) as port, clear(port) as transport:
        transport.deliver(iter([envelope("rosé@example.org"), envelope()]), books)
    refused, taken = books.answers
    assert (refused.kind, refused.code, refused.status) == (REFUSED, 553, "5.6.7")
    assert "beyond ASCII" in refused.words
    assert taken.kind is TAKEN
    assert [to for _, to, _ in mailbox.received] == [["rosa@example.org"]]


def test_a_local_part_beyond_ascii_is_sent_when_offered_and_only_then_asked_for() -> None:
    play, books = Play(offers=("SMTPUTF8", "PIPELINING")), MemoryBooks()
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(iter([envelope("rosé@example.org"), envelope()]), books)
    assert [command for command in play.heard if command.startswith(("MAIL", "RCPT"))] == [
        "MAIL FROM:<post@example.org> SMTPUTF8",
        "RCPT TO:<rosé@example.org>",
        "MAIL FROM:<post@example.org>",
        "RCPT TO:<rosa@example.org>",
    ]


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        pytest.param(envelope("rosa@example.org>\r\nRCPT TO:<x@y.example"), "5.1.3", id="address"),
        pytest.param(envelope(message=b"a\n.\nMAIL FROM:<x@y>\n"), "5.6.0", id="lone LF"),
        pytest.param(envelope(message=b"a\r.\r\n"), "5.6.0", id="lone CR"),
        pytest.param(envelope(message=b"a\r\n\r"), "5.6.0", id="CR at the end"),
    ],
)
def test_what_could_break_the_dialogue_never_reaches_the_wire(bad: Any, status: str) -> None:
    play, books = Play(), MemoryBooks()
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(iter([bad, envelope("next@example.org")]), books)
    assert (books.answers[0].kind, books.answers[0].status) == (REFUSED, status)
    assert books.readers(TAKEN) == ["next"]
    assert play.verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize("sender", ["nobody", "pöst@example.org"])
def test_a_sender_that_cannot_be_used_stops_the_batch_and_blames_no_reader(sender: str) -> None:
    source, books = iter([envelope(sender=sender), envelope()]), MemoryBooks()
    refused = pytest.raises(TransportError, match="mail: from")
    with scripted(Play()) as port, clear(port) as transport, refused as caught:
        transport.deliver(source, books)
    assert not caught.value.transient
    assert books.only.kind is UNSENT
    assert len(list(source)) == 1


# LMTP


def test_lmtp_says_lhlo_and_nothing_else_is_different() -> None:
    play, books = Play(), MemoryBooks()
    with scripted(play) as port, clear(port, lmtp=True) as transport:
        transport.deliver(envelopes("a", "b"), books)
    assert play.verbs == ["LHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]
    assert books.readers(TAKEN) == ["a", "b"]


def test_lmtp_to_a_path_speaks_through_a_socket_of_this_machine(tmp_path: Path) -> None:
    play, books = Play({".": ["550 5.2.2 over quota", "250 2.1.5 in"]}), MemoryBooks()
    path = tmp_path / "lmtp"
    with scripted(play, path):
        server = SmtpServer(host=str(path), security="none", limits=SmtpLimits(connections=1))
        with SmtpTransport(server, timeout=5, lmtp=True) as transport:
            transport.deliver(envelopes("a", "b"), books)
    assert [(answer.kind, answer.status) for answer in books.answers] == [(REFUSED, "5.2.2"), (TAKEN, "2.1.5")]


def test_an_lmtp_server_that_does_not_know_lhlo_gets_no_mail() -> None:
    play = Play({"LHLO": ["500 5.5.1 what?"]})
    with scripted(play) as port, pytest.raises(TransportError, match="what") as caught:
        clear(port, lmtp=True).__enter__()
    assert (caught.value.code, caught.value.transient) == (500, False)
    assert play.verbs == ["LHLO"]

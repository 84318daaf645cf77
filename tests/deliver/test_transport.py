"""Every transport keeps the same promises."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from briefing.deliver.maildir import MaildirTransport
from briefing.deliver.outbox import OutboxTransport
from briefing.deliver.sendmail import SendmailTransport
from briefing.deliver.smtp import SmtpTransport
from briefing.errors import StoreError, TransportError
from briefing.model.delivery import AnswerKind, Envelope
from briefing.model.mail_rules import SmtpLimits
from briefing.model.settings import SmtpServer
from briefing.ports import Transport
from tests.deliver.books import MemoryBooks, Source
from tests.deliver.servers import HANG_UP, Mailbox, Play, obedient, scripted
from tests.fakes import FakeTransport
from tests.ports import free_port

TAKEN = AnswerKind.TAKEN


def envelope(number: int) -> Envelope:
    recipient = f"r{number}@example.org"
    return Envelope(
        sender="post@example.org",
        recipient=recipient,
        message_id=f"<m{number}@example.org>",
        message=f"Subject: {number}\r\n\r\n.Hi\r\n".encode(),
        subscriber=recipient,
    )


@dataclass
class Working:
    """A transport, a way to see what arrived, and one to take away what it needs."""

    transport: Transport
    arrived: Callable[[], list[bytes]]
    break_it: Callable[[], object]


@contextmanager
def working(kind: str, folder: Path) -> Iterator[Working]:
    if kind.startswith("smtp"):
        yield from smtp(connections=int(kind[-1]))
    elif kind == "lmtp":
        yield from lmtp()
    elif kind == "fake":
        yield fake()
    else:
        yield {"outbox": outbox, "maildir": maildir, "sendmail": sendmail}[kind](folder / kind)


def fake() -> Working:
    transport = FakeTransport()
    down = TransportError("down", transient=True)

    def break_it() -> None:
        transport.script = {envelope(number).recipient: [down] for number in range(100)}

    return Working(transport, lambda: [_unix(taken.message) for taken in transport.taken], break_it)


def outbox(folder: Path) -> Working:
    return Working(OutboxTransport(folder), partial(_files, folder, "*.eml"), partial(shutil.rmtree, folder))


def maildir(folder: Path) -> Working:
    return Working(MaildirTransport(folder), partial(_files, folder, "new/*"), partial(shutil.rmtree, folder))


def sendmail(folder: Path) -> Working:
    folder.mkdir()
    program = folder / "sendmail"
    program.write_text(f'#!/bin/sh\ncd "{folder}" && cat > "$$" && mv "$$" "$5"\n')
    program.chmod(0o755)
    return Working(SendmailTransport([str(program)]), partial(_files, folder, "*@*"), program.unlink)


def smtp(*, connections: int) -> Iterator[Working]:
    mailbox = Mailbox()

    def close() -> None:
        mailbox.is_closing = True

    with obedient(mailbox) as port:
        transport = _to(port, connections=connections)
        yield Working(transport, lambda: [_unix(content) for _, _, content in mailbox.received], close)


def lmtp() -> Iterator[Working]:
    play = Play()
    with scripted(play) as port:

        def arrived() -> list[bytes]:
            return [_unix(body.replace("\r\n..", "\r\n.").encode()) for body in play.bodies]

        transport = _to(port, connections=1, lmtp=True)
        yield Working(transport, arrived, lambda: play.answers.update({"MAIL": [HANG_UP], "": [HANG_UP]}))


def _to(port: int, *, connections: int, lmtp: bool = False) -> SmtpTransport:
    limits = SmtpLimits(connections=connections)
    server = SmtpServer(host="127.0.0.1", port=port, security="none", limits=limits)
    return SmtpTransport(server, timeout=5, lmtp=lmtp, pause_after=lambda _: 0.0)


def _files(folder: Path, pattern: str) -> list[bytes]:
    return [_unix(file.read_bytes()) for file in folder.glob(pattern)]


def _unix(message: bytes) -> bytes:
    return message.replace(b"\r\n", b"\n")


def messages(*numbers: int) -> list[bytes]:
    return sorted(_unix(envelope(number).message) for number in numbers)


KINDS = pytest.mark.parametrize("kind", ["fake", "outbox", "maildir", "sendmail", "smtp1", "smtp3", "lmtp"])


@KINDS
def test_every_message_arrives_whole_started_before_and_settled_after_batch_after_batch(
    kind: str, tmp_path: Path
) -> None:
    books = MemoryBooks()
    with working(kind, tmp_path) as work:
        for batches in (((1, 2), ()), ((3, 4, 5, 6, 7), (8,))):
            with work.transport as transport:
                for batch in batches:
                    transport.deliver(map(envelope, batch), books)
        assert sorted(work.arrived()) == messages(*range(1, 9))
    for number in range(1, 9):
        reader = envelope(number).recipient
        assert [step for step, whose in books.steps if whose == reader] == ["start", "taken"]


@KINDS
def test_a_message_of_somebody_else_never_arrives_and_has_no_answer(kind: str, tmp_path: Path) -> None:
    books = MemoryBooks(theirs=frozenset({envelope(2).recipient}))
    with working(kind, tmp_path) as work:
        with work.transport as transport:
            transport.deliver(map(envelope, (1, 2, 3)), books)
        assert sorted(work.arrived()) == messages(1, 3)
    assert sorted(books.readers(TAKEN)) == ["r1", "r3"]
    assert len(books.answers) == 2


@KINDS
def test_a_transport_that_gives_up_draws_no_more_and_settles_what_it_drew(kind: str, tmp_path: Path) -> None:
    books, source = MemoryBooks(), Source(map(envelope, range(2, 100)))
    with working(kind, tmp_path) as work, work.transport as transport:
        transport.deliver(map(envelope, (1,)), books)
        before = work.arrived()
        work.break_it()
        with pytest.raises(TransportError) as caught:
            transport.deliver(source, books)
        assert caught.value.transient
        assert before == messages(1)
    drawn = source.drawn
    assert 1 <= drawn <= 9
    assert len(books.answers) == len({answer.envelope.recipient for answer in books.answers}) == 1 + drawn
    assert books.readers(TAKEN) == ["r1"]


@KINDS
def test_books_that_cannot_be_written_stop_everything_before_it_is_taken(kind: str, tmp_path: Path) -> None:
    source = Source(map(envelope, range(100)))
    with working(kind, tmp_path) as work:
        with work.transport as transport, pytest.raises(StoreError, match="disk full"):
            transport.deliver(source, MemoryBooks(broken_after=0))
        assert work.arrived() == []
    assert source.drawn <= 3


@KINDS
def test_whatever_arrived_had_been_started_also_if_answers_cannot_be_written(kind: str, tmp_path: Path) -> None:
    books, source = MemoryBooks(broken_after=9), Source(map(envelope, range(100)))
    with working(kind, tmp_path) as work:
        with work.transport as transport, pytest.raises(StoreError, match="disk full"):
            transport.deliver(source, books)
        started = [int(whose[1 : whose.index("@")]) for step, whose in books.steps if step == "start"]
        assert set(work.arrived()) <= set(messages(*started))
    # What is written together fails together.
    assert 7 <= len(books.steps) <= 9


@KINDS
def test_what_the_source_raises_comes_out(kind: str, tmp_path: Path) -> None:
    def stopping() -> Iterator[Envelope]:
        yield envelope(1)
        raise TransportError("the program was told to stop", transient=True)

    books = MemoryBooks()
    with working(kind, tmp_path) as work:
        with work.transport as transport, pytest.raises(TransportError, match="told to stop"):
            transport.deliver(stopping(), books)
        assert work.arrived() == messages(1)
    assert books.readers(TAKEN) == ["r1"]


@pytest.mark.parametrize("kind", ["fake", "outbox", "maildir", "sendmail", "smtp", "lmtp"])
def test_a_transport_that_cannot_work_says_so_before_the_first_message(kind: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    transports: dict[str, Transport] = {
        "fake": FakeTransport(closed=TransportError("down", transient=True)),
        "outbox": OutboxTransport(tmp_path / "taken"),
        "maildir": MaildirTransport(tmp_path / "taken"),
        "sendmail": SendmailTransport([str(tmp_path / "taken")]),
        "smtp": _to(free_port(), connections=1),
        "lmtp": _to(free_port(), connections=1, lmtp=True),
    }
    with pytest.raises(TransportError) as caught:
        transports[kind].__enter__()
    assert not caught.value.uncertain

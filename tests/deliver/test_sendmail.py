from __future__ import annotations

import os
import sys
from pathlib import Path
from time import sleep

import pytest

from briefing.deliver.sendmail import SendmailTransport
from briefing.errors import StoreError, TransportError
from briefing.model.delivery import AnswerKind, Envelope
from tests.deliver.books import MESSAGE, MemoryBooks, envelope, envelopes

TAKEN, REFUSED, UNHEARD, UNSENT = AnswerKind.TAKEN, AnswerKind.REFUSED, AnswerKind.UNHEARD, AnswerKind.UNSENT


def command(folder: Path, script: str = "cat > message") -> tuple[str, ...]:
    """A sendmail written in shell, that works in the folder and keeps its arguments."""
    file = folder / "sendmail"
    file.write_text(f'#!/bin/sh\ncd "{folder}"\nprintf "%s\\n" "$@" >> arguments\n{script}\n')
    file.chmod(0o755)
    return (str(file), "-oem")


def deliver(
    script: tuple[str, ...], *waiting: Envelope, books: MemoryBooks | None = None, timeout: float = 10
) -> tuple[MemoryBooks, TransportError | None]:
    books = books or MemoryBooks()
    try:
        with SendmailTransport(script, timeout=timeout) as sendmail:
            sendmail.deliver(iter(waiting), books)
    except TransportError as error:
        return books, error
    return books, None


def test_the_command_gets_both_addresses_apart_from_its_options_and_the_message(tmp_path: Path) -> None:
    books, error = deliver(command(tmp_path), envelope("-rosa@straße.example"))
    assert error is None
    assert books.only.kind is TAKEN
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments == ["-oem", "-i", "-f", "post@example.org", "--", "-rosa@xn--strae-oqa.example"]
    assert (tmp_path / "message").read_bytes() == MESSAGE.replace(b"\r\n", b"\n")


def test_a_message_larger_than_the_pipe_arrives_whole(tmp_path: Path) -> None:
    large = b"line\r\n" * 200_000
    books, _ = deliver(command(tmp_path), envelope(message=large))
    assert books.only.kind is TAKEN
    assert (tmp_path / "message").read_bytes() == large.replace(b"\r\n", b"\n")


def test_the_message_is_started_before_the_command_has_its_end(tmp_path: Path) -> None:
    def look(_: Envelope) -> None:
        sleep(0.2)
        assert not (tmp_path / "done").exists()

    books, _ = deliver(command(tmp_path, "cat > message; touch done"), envelope(), books=MemoryBooks(on_start=look))
    assert [step for step, _ in books.steps] == ["start", "taken"]
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("code", "expected", "stops"),
    [
        (75, (451, "4.3.0"), False),
        (67, (550, "5.1.1"), False),
        (68, (550, "5.1.1"), False),
        (65, (554, "5.6.0"), False),
        (69, (554, "5.0.0"), False),
        (74, (451, "4.3.0"), False),
        (1, (554, "5.0.0"), False),
        (64, (501, "5.7.1"), True),
        (77, (550, "5.7.1"), True),
        (78, (550, "5.7.1"), True),
        (127, (550, "5.7.1"), True),
    ],
)
def test_the_exit_status_says_what_a_server_would_have_said(
    tmp_path: Path, code: int, expected: tuple[int, str], stops: bool
) -> None:
    script = command(tmp_path, f"cat > message; test -e second || {{ touch second; echo oh no; exit {code}; }}")
    books, error = deliver(script, envelope("a@example.org"), envelope("b@example.org"))
    first = books.answers[0]
    assert (first.kind, first.code, first.status) == (REFUSED, *expected)
    assert f"exit status {code}" in first.words
    assert "oh no" in first.words
    assert (error is not None) is stops
    assert books.readers(TAKEN) == ([] if stops else ["b"])


def test_a_command_that_does_not_want_to_read_all_has_not_taken_it(tmp_path: Path) -> None:
    books, error = deliver(command(tmp_path, "exit 0"), envelope(message=b"line\r\n" * 200_000))
    assert error is None
    assert (books.only.kind, books.only.code) == (REFUSED, 451)


def test_a_message_of_somebody_else_never_gets_its_end(tmp_path: Path) -> None:
    script = command(tmp_path, 'cat > "message$5"; touch "done$5"; sleep 0.1')
    books = MemoryBooks(theirs=frozenset({"a@example.org"}))
    deliver(script, envelope("a@example.org"), envelope("b@example.org"), books=books)
    sleep(0.3)
    assert books.readers(TAKEN) == ["b"]
    assert len(list(tmp_path.glob("done*"))) == 1


def test_books_that_cannot_be_written_leave_the_command_without_an_end(tmp_path: Path) -> None:
    script = command(tmp_path, "cat > message; touch done")
    source = envelopes("a", "b")
    with SendmailTransport(script) as sendmail, pytest.raises(StoreError):
        sendmail.deliver(source, MemoryBooks(broken_after=0))
    sleep(0.2)
    assert not (tmp_path / "done").exists()
    assert len(list(source)) == 1


def test_a_command_that_does_not_read_is_ended_and_the_message_unsent(tmp_path: Path) -> None:
    large = envelope(message=b"line\r\n" * 200_000)
    books, error = deliver(command(tmp_path, "sleep 30"), large, envelope(), timeout=0.3)
    assert error is not None
    assert error.transient
    assert books.only.kind is UNSENT


def test_a_command_that_does_not_end_is_ended_and_nobody_knows(tmp_path: Path) -> None:
    script = command(tmp_path, "echo $$ > pid; cat > message; sleep 30")
    books, error = deliver(script, envelope(), envelope(), timeout=0.5)
    assert error is not None
    assert error.transient
    assert books.only.kind is UNHEARD
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_command_that_was_killed_leaves_everybody_in_doubt(tmp_path: Path) -> None:
    books, error = deliver(command(tmp_path, "cat > message; kill -9 $$"), envelope())
    assert error is not None
    assert books.only.kind is UNHEARD


@pytest.mark.parametrize("program", [(), ("/nowhere/sendmail", "-t")])
def test_a_command_that_does_not_exist_is_known_before_the_first_message(program: tuple[str, ...]) -> None:
    with pytest.raises(TransportError, match=r"mail\.sendmail") as caught:
        SendmailTransport(program).__enter__()
    assert not caught.value.transient


def test_a_command_that_cannot_be_started_any_more_leaves_the_message_unsent(tmp_path: Path) -> None:
    script, books = command(tmp_path), MemoryBooks()
    with SendmailTransport(script) as sendmail:
        Path(script[0]).unlink()
        with pytest.raises(TransportError, match="No such file"):
            sendmail.deliver(envelopes("a"), books)
    assert books.only.kind is UNSENT


@pytest.mark.parametrize(
    ("bad", "status", "stops"),
    [
        pytest.param(envelope("a b@example.org"), "5.1.3", False, id="recipient"),
        pytest.param(envelope(message=b"a\nb\r\n"), "5.6.0", False, id="lone LF"),
        pytest.param(envelope(sender="-bp"), "5.7.1", True, id="sender"),
    ],
)
def test_what_could_be_misread_never_reaches_the_command(
    tmp_path: Path, bad: Envelope, status: str, stops: bool
) -> None:
    books, error = deliver(command(tmp_path), bad)
    assert (books.only.kind, books.only.status) == (REFUSED, status)
    assert (error is not None) is stops
    assert not (tmp_path / "arguments").exists()


def test_what_the_command_says_is_kept_in_one_line(tmp_path: Path) -> None:
    books, _ = deliver((sys.executable, "-c", "import sys; sys.stdin.read(); print('queued\\nas 4F')"), envelope())
    assert books.only.words == "queued as 4F"

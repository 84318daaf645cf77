"""What a mailbox of newsletters gives, from a scripted server and, where it is installed, from Dovecot."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from briefing.collect.collector import SourceCollector
from briefing.collect.documents import Documents
from briefing.collect.mailbox import read_mailbox
from briefing.model.settings import FetchRule
from briefing.model.source import Collected, Source, SourceKind
from tests.collect.samples import NOW
from tests.collect.test_containers import STORIES, digest, mail
from tests.deliver import dovecot
from tests.fakes import MemoryArticles, MemoryVisits
from tests.make import folder_for_everyone


def collect(location: str, password: str = "p", username: str | None = None) -> Collected:
    source = Source(kind=SourceKind.MAILBOX, location=location, password=password, username=username, country="DK")
    collector = SourceCollector(
        rule=FetchRule(),
        documents=Documents(),
        visits=MemoryVisits(),
        articles=MemoryArticles(),
        window=timedelta(hours=36),
    )
    return collector.collect([source], now=NOW)


class Script:
    """A server that gives these letters, by number, with the time each arrived."""

    def __init__(self, letters: dict[str, tuple[str, bytes]], **answers: str) -> None:
        self.letters, self.answers = letters, answers
        self.said: list[str] = []

    @contextmanager
    def running(self) -> Iterator[str]:
        script = self

        class Guest(StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                with suppress(OSError):
                    self.converse()

            def converse(self) -> None:
                for line in self.rfile:
                    tag, _, rest = line.decode().strip().partition(" ")
                    script.said.append(rest)
                    for piece in script.pieces(rest):
                        self.wfile.write(piece)
                    self.wfile.write(f"{tag} {script.ending(rest)}\r\n".encode())

        with ThreadingTCPServer(("127.0.0.1", 0), Guest) as listening:
            thread = Thread(target=listening.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield f"imap://ada@127.0.0.1:{listening.server_address[1]}/News%20letters"
            finally:
                listening.shutdown()
                thread.join()

    def ending(self, command: str) -> str:
        return self.answers.get(command.split(maxsplit=1)[0], "OK done")

    def pieces(self, command: str) -> Iterator[bytes]:
        yield self.reply(command)

    def reply(self, command: str) -> bytes:
        if command.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command.startswith("EXAMINE"):
            return f"* {len(self.letters)} EXISTS\r\n".encode()
        if command.startswith("UID SEARCH"):
            return f"* SEARCH {' '.join(self.letters)}\r\n".encode()
        number = command.split()[2] if command.startswith("UID FETCH") else ""
        if number not in self.letters:
            return b""
        arrived, letter = self.letters[number]
        head = f'* 1 FETCH (UID {number} INTERNALDATE "{arrived}" BODY[]<0> {{{len(letter)}}}\r\n'
        return head.encode() + letter + b")\r\n"


RECENT, OLD = "21-Nov-2026 20:00:00 +0000", "20-Nov-2026 08:00:00 +0000"


def test_recent_letters_become_articles_and_the_mailbox_is_only_examined() -> None:
    script = Script({"7": (OLD, mail(plain="An old letter of the harbour.")), "9": (RECENT, digest())})
    with script.running() as location:
        collected = collect(location)
    assert [article.title for article in collected.articles] == [*STORIES]
    assert {(a.source, a.country, a.file) for a in collected.articles} == {("Harbour Letters", "DK", None)}
    assert collected.problems == ()
    assert 'EXAMINE "News letters"' in script.said
    assert any(said.startswith("UID SEARCH") and said.endswith("SINCE 19-Nov-2026") for said in script.said)
    assert not [said for said in script.said if said.startswith(("SELECT", "UID STORE", "EXPUNGE", "CLOSE"))]
    assert all("BODY.PEEK" in said for said in script.said if said.startswith("UID FETCH"))


def test_a_letter_that_cannot_be_read_costs_itself_alone() -> None:
    letters = {"7": (RECENT, b"\x89PNG\r\n"), "8": (RECENT, mail(plain="A letter of the harbour."))}
    with Script(letters).running() as location:
        collected = collect(location)
    assert len(collected.articles) == 1
    assert [(problem.source, problem.file) for problem in collected.problems] == [("127.0.0.1", "letter 7")]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"LOGIN": "NO [AUTHENTICATIONFAILED] wrong p4ss"}, "refuses the login; correct the user"),
        ({"EXAMINE": "NO [NONEXISTENT] none"}, "has no folder News letters that this user may read"),
        ({"UID": "BAD what"}, "answers in a way that was not expected"),
    ],
    ids=["login", "folder", "nonsense"],
)
def test_a_mailbox_that_does_not_open_says_why_and_shows_no_secret(answers: dict[str, str], reason: str) -> None:
    with Script({}, **answers).running() as location:
        collected = collect(location, password="p4ss")
    assert collected.problems[0].message.startswith(reason)
    assert "p4ss" not in repr(collected)
    assert "ada" not in repr(collected)


def test_a_server_that_is_not_there_costs_its_letters_alone() -> None:
    collected = collect("imap://ada@127.0.0.1:9/INBOX")
    assert collected.problems[0].message.startswith("cannot be reached")


TWO = {"7": (RECENT, mail(plain="A letter of the harbour.")), "8": (RECENT, mail(plain="Another letter."))}


def test_what_was_read_before_the_connection_broke_stays() -> None:
    class Breaking(Script):
        def pieces(self, command: str) -> Iterator[bytes]:
            if command.startswith("UID FETCH 8"):
                raise ConnectionAbortedError
            yield from super().pieces(command)

    with Breaking(TWO).running() as location:
        collected = collect(location)
    assert [article.text for article in collected.articles] == ["A letter of the harbour."]
    (problem,) = collected.problems
    assert problem.message.endswith("; the later letters are left out")


def test_a_server_that_never_comes_to_an_end_is_left_when_the_time_is_up() -> None:
    class Dripping(Script):
        def pieces(self, command: str) -> Iterator[bytes]:
            if not command.startswith("UID FETCH 8"):
                yield from super().pieces(command)
                return
            yield f'* 1 FETCH (UID 8 INTERNALDATE "{RECENT}" BODY[]<0> {{9999}}\r\n'.encode()
            for _ in range(9999):
                time.sleep(0.02)
                yield b"x"

    began = time.monotonic()
    with Dripping(TWO).running() as location:
        source = Source(kind=SourceKind.MAILBOX, location=location, password="p")
        read = read_mailbox(source, Documents(), name="Letters", now=NOW, since=NOW - timedelta(hours=36), budget_s=1.0)
    assert time.monotonic() - began < 5
    assert [article.text for article in read.articles] == ["A letter of the harbour."]
    assert [p.message for p in read.problems] == ["took more than 1 s for its letters; the later letters are left out"]


@pytest.mark.system
@pytest.mark.skipif(not dovecot.IS_THERE, reason=dovecot.HOW_TO_GET_IT)
def test_dovecot_gives_its_letters_and_none_is_marked() -> None:
    with folder_for_everyone() as folder, dovecot.dovecot(folder) as server:
        new = server.maildir / "new"
        for name, age_h, letter in (("1", 100, mail(plain="An old letter.")), ("2", 1, digest())):
            file = new / f"{name}.eml"
            file.write_bytes(letter)
            os.utime(file, (NOW.timestamp() - age_h * 3600,) * 2)
        collected = collect(f"imap://x@127.0.0.1:{server.port}", dovecot.PASSWORD, dovecot.USER)
        assert [article.title for article in collected.articles] == [*STORIES]
        flags = [file.name.partition(":2,")[2] for part in ("new", "cur") for file in (server.maildir / part).iterdir()]
        assert [flag for flag in flags if flag] == []

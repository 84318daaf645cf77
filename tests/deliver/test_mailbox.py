from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from briefing.deliver.imap import ImapMailbox
from briefing.deliver.mailbox import LetterFolder, LetterMaildir, is_maildir
from briefing.errors import BounceError
from briefing.model.letter import MOST_BYTES, Letter
from briefing.model.mail_rules import ImapServer
from tests.deliver import dovecot
from tests.deliver.servers import Play, scripted
from tests.fakes import MemoryMailbox
from tests.make import NOW, folder_for_everyone, rights_of_an_ordinary_user
from tests.ports import free_port

if TYPE_CHECKING:
    from briefing.ports import Mailbox

NUMBERS = count(1)
needs_dovecot = pytest.mark.skipif(not dovecot.IS_THERE, reason=dovecot.HOW_TO_GET_IT)


@dataclass
class Post:
    """A mailbox, and the way letters get into it."""

    mailbox: Mailbox
    put: Callable[[str, bytes, datetime], None]
    added: int = 0

    def add(self, *letters: bytes) -> None:
        """Puts letters in, each a minute younger than the one before."""
        for letter in letters:
            self.added += 1
            # Dovecot knows a letter again by its name, in the next test as well.
            self.put(f"{next(NUMBERS):06}.eml", letter, NOW + timedelta(minutes=self.added))

    def unread(self, most: int = 100) -> list[bytes]:
        with self.mailbox as mailbox:
            return [letter.content for letter in mailbox.unread(most=most)]


def _written(folder: Path, name: str, content: bytes, at: datetime) -> None:
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (at.timestamp(), at.timestamp()))


@pytest.fixture(scope="module")
def server() -> Iterator[dovecot.Running]:
    with folder_for_everyone() as folder, dovecot.dovecot(folder) as running:
        yield running


def account(running: dovecot.Running, **choices: object) -> ImapServer:
    plain = ImapServer(
        host="127.0.0.1", port=running.port, security="none", username=dovecot.USER, password=dovecot.PASSWORD
    )
    return replace(plain, **choices)  # type: ignore[arg-type]  # each test names fields there are


IMAP = pytest.param("IMAP", marks=[pytest.mark.system, needs_dovecot])


@pytest.fixture(params=["fake", "folder", "Maildir", IMAP])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Post:
    if request.param == "fake":
        fake = MemoryMailbox()
        return Post(
            fake,
            lambda name, content, at: fake.letters.update({name: Letter(key=name, content=content, received_at=at)}),
        )
    if request.param == "folder":
        return Post(LetterFolder(tmp_path), lambda name, content, at: _written(tmp_path, name, content, at))
    if request.param == "Maildir":
        for name in ("new", "cur", "tmp"):
            (tmp_path / name).mkdir()
        return Post(LetterMaildir(tmp_path), lambda name, content, at: _written(tmp_path / "new", name, content, at))
    running: dovecot.Running = request.getfixturevalue("server")
    for file in (*running.maildir.glob("new/*"), *running.maildir.glob("cur/*")):
        file.unlink()
    new = running.maildir / "new"
    return Post(ImapMailbox(account(running)), lambda name, content, at: _written(new, name, content, at))


def a_letter(words: str) -> bytes:
    return f"From: daemon@mx.example\r\nSubject: {words}\r\n\r\nhello\r\n".encode()


ONE, TWO, THREE = map(a_letter, ("one", "two", "three"))


def test_letters_come_whole_and_the_oldest_first(post: Post) -> None:
    post.add(ONE, TWO, THREE)
    assert post.unread() == [ONE, TWO, THREE]


def test_no_more_letters_come_than_are_wanted(post: Post) -> None:
    post.add(ONE, TWO, THREE)
    assert post.unread(most=2) == [ONE, TWO]


def test_a_letter_that_was_only_read_comes_again_the_same(post: Post) -> None:
    post.add(ONE)
    rounds = []
    for _ in range(2):
        with post.mailbox as mailbox:
            rounds.append(list(mailbox.unread(most=9)))
    assert rounds[0] == rounds[1]
    assert rounds[0][0].received_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("mark", ["mark_done", "set_aside"])
def test_a_letter_that_was_marked_never_comes_again_and_the_others_do(post: Post, mark: str) -> None:
    post.add(ONE, TWO, THREE)
    with post.mailbox as mailbox:
        _, second, _ = mailbox.unread(most=9)
        getattr(mailbox, mark)(second.key)
    assert post.unread() == [ONE, THREE]


def test_letters_may_be_marked_while_they_are_read(post: Post) -> None:
    post.add(ONE, TWO, THREE)
    with post.mailbox as mailbox:
        for letter in mailbox.unread(most=2):
            mailbox.mark_done(letter.key)
    assert post.unread() == [THREE]


def test_marking_twice_is_as_good_as_once(post: Post) -> None:
    post.add(ONE)
    with post.mailbox as mailbox:
        (letter,) = mailbox.unread(most=9)
        mailbox.mark_done(letter.key)
        mailbox.mark_done(letter.key)
    assert post.unread() == []


def test_an_empty_mailbox_gives_nothing(post: Post) -> None:
    assert post.unread() == []


def test_a_letter_of_ten_megabytes_is_read_to_the_first(post: Post) -> None:
    heavy = ONE + b"x" * 78 + b"\r\n"
    post.add(heavy + b"y" * 10_000_000, TWO)
    first, second = post.unread()
    assert len(first) == MOST_BYTES
    assert first.startswith(heavy)
    assert second == TWO


def test_done_letters_lie_in_done_and_the_others_in_unknown(tmp_path: Path) -> None:
    _written(tmp_path, "a.eml", ONE, NOW)
    _written(tmp_path, "b.EML", TWO, NOW)
    with LetterFolder(tmp_path) as mailbox:
        mailbox.mark_done("a.eml")
        mailbox.set_aside("b.EML")
    assert (tmp_path / "done" / "a.eml").read_bytes() == ONE
    assert (tmp_path / "unknown" / "b.EML").read_bytes() == TWO


def test_a_letter_never_replaces_one_of_its_name(tmp_path: Path) -> None:
    for content in (ONE, TWO, THREE):
        _written(tmp_path, "a.eml", content, NOW)
        with LetterFolder(tmp_path) as mailbox:
            mailbox.mark_done("a.eml")
    kept = {file.name: file.read_bytes() for file in (tmp_path / "done").iterdir()}
    assert kept == {"a.eml": ONE, "a-2.eml": TWO, "a-3.eml": THREE}


def test_only_letters_are_taken_from_a_folder(tmp_path: Path) -> None:
    for name in ("a.txt", ".b.eml", "c"):
        _written(tmp_path, name, ONE, NOW)
    (tmp_path / "d.eml").mkdir()
    (tmp_path / "e.eml").symlink_to(tmp_path / "a.txt")
    assert Post(LetterFolder(tmp_path), lambda *_: None).unread() == []


def test_a_letter_that_vanishes_meanwhile_is_passed_over(tmp_path: Path) -> None:
    for name, content in (("a.eml", ONE), ("b.eml", TWO), ("c.eml", THREE)):
        _written(tmp_path, name, content, NOW)
    found = []
    with LetterFolder(tmp_path) as mailbox:
        for letter in mailbox.unread(most=9):
            found.append(letter.content)
            (tmp_path / "b.eml").unlink(missing_ok=True)
    assert found == [ONE, THREE]


def test_a_letter_nobody_may_read_stops_no_other() -> None:
    with folder_for_everyone() as folder:
        for name, content in (("a.eml", ONE), ("b.eml", TWO)):
            _written(folder, name, content, NOW)
        (folder / "a.eml").chmod(0)
        with rights_of_an_ordinary_user():
            assert Post(LetterFolder(folder), lambda *_: None).unread() == [b"", TWO]


def test_a_folder_that_cannot_be_used_is_named_with_a_cure() -> None:
    with folder_for_everyone() as folder:
        folder.chmod(0o500)
        with rights_of_an_ordinary_user(), pytest.raises(BounceError, match="make it readable and writable"):
            Post(LetterFolder(folder / "bounces"), lambda *_: None).unread()
        folder.chmod(0o700)


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_a_maildir_is_told_from_a_folder(maildir: Path) -> None:
    assert is_maildir(maildir)
    assert not is_maildir(maildir / "new")


def test_a_seen_letter_of_a_maildir_lies_in_cur_with_its_flag(maildir: Path) -> None:
    _written(maildir / "new", "1.M2.mx,S=40", ONE, NOW)
    _written(maildir / "new", "3.M4.mx", TWO, NOW)
    with LetterMaildir(maildir) as mailbox:
        mailbox.mark_done("1.M2.mx,S=40")
        mailbox.set_aside("3.M4.mx")
    assert sorted(file.name for file in (maildir / "cur").iterdir()) == ["1.M2.mx,S=40:2,S", "3.M4.mx:2,F"]


MARKED = {
    "seen": ("S", False),
    "flagged": ("F", False),
    "in the bin": ("T", False),
    "answered": ("R", True),
    "only listed": ("", True),
}


@pytest.mark.parametrize(("flags", "comes"), MARKED.values(), ids=MARKED)
def test_a_letter_that_a_mail_program_listed_comes_until_it_is_marked(maildir: Path, flags: str, comes: bool) -> None:
    _written(maildir / "cur", f"1.M2.mx:2,{flags}", ONE, NOW)
    assert Post(LetterMaildir(maildir), lambda *_: None).unread() == ([ONE] if comes else [])


def test_a_letter_keeps_the_flags_it_had(maildir: Path) -> None:
    _written(maildir / "cur", "1.M2.mx:2,R", ONE, NOW)
    with LetterMaildir(maildir) as mailbox:
        mailbox.mark_done("1.M2.mx:2,R")
    assert [file.name for file in (maildir / "cur").iterdir()] == ["1.M2.mx:2,RS"]


def test_a_folder_that_is_no_maildir_is_not_taken_for_one(tmp_path: Path) -> None:
    with pytest.raises(BounceError, match="no Maildir"):
        Post(LetterMaildir(tmp_path), lambda *_: None).unread()


@pytest.mark.system
@needs_dovecot
class TestDovecot:
    def test_reading_changes_no_letter(self, server: dovecot.Running) -> None:
        _emptied(server)
        _written(server.maildir / "new", "a.eml", ONE, NOW)
        assert Post(ImapMailbox(account(server)), lambda *_: None).unread() == [ONE]
        (file,) = (file for name in ("new", "cur") for file in (server.maildir / name).iterdir())
        assert "S" not in file.name.partition(":2,")[2]

    def test_what_a_person_deleted_but_not_yet_emptied_stays(self, server: dovecot.Running) -> None:
        _emptied(server)
        _written(server.maildir / "cur", "a:2,T", ONE, NOW)
        _written(server.maildir / "new", "b", TWO, NOW + timedelta(minutes=1))
        with ImapMailbox(account(server)) as mailbox:
            (letter,) = mailbox.unread(most=9)
            mailbox.mark_done(letter.key)
        assert letter.content == TWO
        assert len(list((server.maildir / "cur").iterdir())) == 2

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_certificate_nobody_has_signed_is_not_trusted(self, server: dovecot.Running, security: str) -> None:
        port = server.tls_port if security == "tls" else server.port
        with pytest.raises(BounceError, match="certificate that cannot be trusted"):
            ImapMailbox(account(server, host="localhost", port=port, security=security)).__enter__()

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_protected_mailbox_is_read(
        self, server: dovecot.Running, security: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _emptied(server)
        _written(server.maildir / "new", "a", ONE, NOW)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        port = server.tls_port if security == "tls" else server.port
        box = ImapMailbox(account(server, host="localhost", port=port, security=security))
        assert Post(box, lambda *_: None).unread() == [ONE]

    @pytest.mark.parametrize("security", ["tls", "starttls"])
    def test_a_certificate_for_another_host_is_not_trusted(
        self, server: dovecot.Running, security: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        port = server.tls_port if security == "tls" else server.port
        with pytest.raises(BounceError, match="certificate that cannot be trusted"):
            ImapMailbox(account(server, port=port, security=security)).__enter__()

    @pytest.mark.parametrize("password", ["wrong", "wröng"])
    def test_a_refused_login_says_what_to_correct_and_no_secret(self, server: dovecot.Running, password: str) -> None:
        with pytest.raises(BounceError, match="refuses the login; correct username and password") as told:
            ImapMailbox(account(server, password=password)).__enter__()
        assert password not in str(told.value)
        assert dovecot.USER not in str(told.value)

    def test_a_mark_that_is_not_taken_is_told(self, server: dovecot.Running) -> None:
        with ImapMailbox(account(server)) as mailbox, pytest.raises(BounceError, match="not expected"):
            mailbox.mark_done("a letter of some other mailbox")

    def test_a_mailbox_that_is_not_there_is_named(self, server: dovecot.Running) -> None:
        with pytest.raises(BounceError, match="no mailbox Returned"):
            ImapMailbox(account(server, mailbox="Returned")).__enter__()

    def test_where_a_mailbox_is_not_those_that_are_there_are_named(self, server: dovecot.Running) -> None:
        with pytest.raises(BounceError, match=r"correct mailbox to one that is there: INBOX$"):
            ImapMailbox(account(server, mailbox="Returned")).__enter__()


# Servers that keep no marks. In place of Dovecot with its plugin for rights (acl), which is seldom installed.

KEEPS = r"* OK [PERMANENTFLAGS (\Answered \Flagged \Seen)] Limited"


@contextmanager
def imap(**answers: list[str]) -> Iterator[ImapMailbox]:
    """A mailbox on a server that gives these answers, the last line of each behind the command's tag."""
    scripted_answers = {
        "CAPABILITY": ["* CAPABILITY IMAP4rev1", "OK"],
        "SELECT": [KEEPS, "* 0 EXISTS", "OK"],
        **answers,
    }

    class Guest(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, verb = line.decode().split()[:2]
                *untagged, last = scripted_answers.get(verb.upper(), ["OK"])
                self.wfile.write("".join(f"{said}\r\n" for said in (*untagged, f"{tag} {last} done")).encode())

    with ThreadingTCPServer(("127.0.0.1", 0), Guest) as listening:
        thread = Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        port = listening.server_address[1]
        try:
            yield ImapMailbox(ImapServer(host="127.0.0.1", port=port, security="none", username="b", password="p"))
        finally:
            listening.shutdown()
            thread.join()


UNMARKABLE = {
    "read-only": [KEEPS, "* 1 EXISTS", "OK [READ-ONLY] Opened"],
    "no marks are kept": ["* OK [PERMANENTFLAGS ()] None", "* 1 EXISTS", "OK [READ-WRITE] Opened"],
    "one mark is not kept": [r"* OK [PERMANENTFLAGS (\Seen)] Limited", "* 1 EXISTS", "OK Opened"],
}


@pytest.mark.parametrize("select", UNMARKABLE.values(), ids=UNMARKABLE)
def test_a_mailbox_where_no_mark_stays_is_refused_before_a_letter_is_read(select: list[str]) -> None:
    with imap(SELECT=select) as box, pytest.raises(BounceError, match=r"marked as read in INBOX.*right to write"):
        box.__enter__()


@pytest.mark.parametrize("flags", [[], [r"* OK [PERMANENTFLAGS (\seen \FLAGGED \*)] All"]], ids=["unsaid", "any case"])
def test_a_mailbox_where_marks_stay_is_opened(flags: list[str]) -> None:
    with imap(SELECT=[*flags, "* 0 EXISTS", "OK"]) as box, box as opened:
        opened.mark_done("7")


def test_a_mark_that_the_server_refuses_names_the_right_that_is_missing() -> None:
    with imap(UID=["NO [NOPERM] Permission denied"]) as box, box as opened:
        for mark in (opened.mark_done, opened.set_aside):
            with pytest.raises(BounceError, match=r"marked as read in INBOX.*right to write"):
                mark("7")


UNOPENED = {
    "others are there": (
        [r'* LIST (\HasNoChildren) "/" "Junk"', '* LIST () "/" Returned.mail', r'* LIST (\Noselect) "/" Groups', "OK"],
        "has no mailbox INBOX; correct mailbox to one that is there: Junk, Returned.mail",
    ),
    "many are": (
        [*(f'* LIST () "/" box{number}' for number in range(9)), "OK"],
        "correct mailbox to one that is there: box0, box1, box2, box3, box4, box5, box6, box7 …",
    ),
    "none is": (["OK"], "has no mailbox INBOX; make it, or correct mailbox"),
    "it is, behind rights": (
        ['* LIST () "/" INBOX', "OK"],
        "does not open the mailbox INBOX; give the account the right",
    ),
}


@pytest.mark.parametrize(("there", "words"), UNOPENED.values(), ids=UNOPENED)
def test_a_mailbox_that_does_not_open_says_why_and_what_to_correct(there: list[str], words: str) -> None:
    with imap(SELECT=["NO [NONEXISTENT] Mailbox"], LIST=there) as box, pytest.raises(BounceError) as told:
        box.__enter__()
    assert words in str(told.value)


def _emptied(running: dovecot.Running) -> None:
    for file in (*running.maildir.glob("new/*"), *running.maildir.glob("cur/*")):
        file.unlink()


def test_no_password_travels_in_clear_beyond_this_machine() -> None:
    with pytest.raises(BounceError, match="set security: starttls or tls"):
        ImapMailbox(ImapServer(host="imap.mail.example", port=143, security="none")).__enter__()


def test_a_server_that_is_not_there_is_named_by_its_address() -> None:
    port = free_port()
    with pytest.raises(BounceError, match=f"localhost:{port} cannot be reached: Connection refused"):
        ImapMailbox(ImapServer(host="localhost", port=port, security="none")).__enter__()


@pytest.mark.system
@needs_dovecot
def test_a_letter_that_is_gone_when_its_turn_comes_is_passed_over(server: dovecot.Running) -> None:
    _emptied(server)
    for content in (ONE, TWO, THREE):
        _written(server.maildir / "new", f"{next(NUMBERS):06}", content, NOW)
    with ImapMailbox(account(server)) as mailbox, ImapMailbox(account(server)) as other:
        letters = mailbox.unread(most=9)
        next(letters)
        second = [letter.key for letter in other.unread(most=9)][1]
        assert other._box is not None
        other._box.delete([second])
        assert [letter.content for letter in letters] == [THREE]


HOSTILE = {
    "SMTP": ["220 mail.example ESMTP"],
    "nonsense": ["\x00\xff"],
    "silence": [""],
    "a wrong farewell": ["* BYE go away"],
}


@pytest.mark.parametrize("greeting", HOSTILE.values(), ids=HOSTILE)
def test_a_server_that_speaks_something_else_gives_one_line(greeting: list[str]) -> None:
    with scripted(Play({"": greeting})) as port, pytest.raises(BounceError, match=f"127.0.0.1:{port}"):
        ImapMailbox(ImapServer(host="127.0.0.1", port=port, security="none"), timeout=5).__enter__()


def test_a_mailbox_is_used_in_a_with_block() -> None:
    box = ImapMailbox(ImapServer(host="127.0.0.1", port=1, security="none"))
    with pytest.raises(BounceError, match="with block"):
        list(box.unread(most=1))


def test_closing_a_mailbox_that_was_never_open_does_nothing() -> None:
    ImapMailbox(ImapServer(host="127.0.0.1", port=1, security="none")).__exit__(None, None, None)


def test_instants_are_told_in_utc(post: Post) -> None:
    post.add(ONE)
    with post.mailbox as mailbox:
        (letter,) = mailbox.unread(most=1)
    assert letter.received_at.tzinfo is UTC

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from briefing.deliver.maildir import MaildirTransport
from briefing.errors import TransportError
from briefing.model.delivery import AnswerKind, Envelope
from tests.deliver.books import MemoryBooks


def envelope(
    message_id: str = "<2026-11-23.ab12@example.org>", message: bytes = b"Subject: Hi\r\n\r\n.dot\r\n"
) -> Envelope:
    return Envelope(sender="post@example.org", recipient="rosa@example.org", message_id=message_id, message=message)


def put(folder: Path, *envelopes: Envelope) -> MemoryBooks:
    books = MemoryBooks()
    with MaildirTransport(folder) as maildir:
        maildir.deliver(iter(envelopes), books)
    return books


def test_any_mail_program_reads_what_was_put_in(tmp_path: Path) -> None:
    put(tmp_path / "mail", envelope(), envelope("<other@example.org>"))
    box = mailbox.Maildir(tmp_path / "mail", create=False)
    assert [message["Subject"] for message in box] == ["Hi", "Hi"]
    assert [message.get_payload() for message in box] == [".dot\n", ".dot\n"]
    box.close()


def test_the_same_message_again_changes_nothing_read_or_not(tmp_path: Path) -> None:
    put(tmp_path, envelope(message=b"first\r\n"))
    assert put(tmp_path, envelope(message=b"second\r\n")).only.kind is AnswerKind.TAKEN
    (fresh,) = (tmp_path / "new").iterdir()
    assert fresh.read_bytes() == b"first\n"
    fresh.rename(tmp_path / "cur" / f"{fresh.name}:2,S")
    assert put(tmp_path, envelope(message=b"third\r\n")).only.kind is AnswerKind.TAKEN
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("message_id", ["<../../x@example.org>", "</root@x>", "<a\0b:2,S\n@x>", "<é@x>", ""])
def test_a_name_leads_nowhere_and_tells_nothing(tmp_path: Path, message_id: str) -> None:
    put(tmp_path / "mail", envelope(message_id))
    assert [file.name for file in tmp_path.iterdir()] == ["mail"]
    (file,) = (tmp_path / "mail" / "new").iterdir()
    assert file.name.removesuffix(".briefing").isalnum()


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    put(tmp_path, envelope())
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_maildir_that_cannot_be_made_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(TransportError, match=r"mail cannot be written .*mail\.maildir") as caught:
        MaildirTransport(tmp_path / "mail").__enter__()
    assert caught.value.transient


def test_a_maildir_that_vanished_stops_the_batch(tmp_path: Path) -> None:
    books = MemoryBooks()
    with MaildirTransport(tmp_path) as maildir:
        (tmp_path / "new").rmdir()
        with pytest.raises(TransportError, match="cannot be written"):
            maildir.deliver(iter([envelope(), envelope()]), books)
    assert books.only.kind is AnswerKind.UNSENT
    assert list((tmp_path / "tmp").iterdir()) == []

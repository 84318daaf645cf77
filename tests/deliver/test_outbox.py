from __future__ import annotations

import errno
from pathlib import Path

import pytest

from briefing.deliver.outbox import OutboxTransport
from briefing.errors import TransportError
from briefing.model.delivery import AnswerKind, Envelope
from tests.deliver.books import MemoryBooks


def envelope(
    message_id: str = "<2026-11-23.ab12@example.org>", message: bytes = b"Subject: Hi\r\n\r\nHi\r\n"
) -> Envelope:
    return Envelope(sender="post@example.org", recipient="rosa@example.org", message_id=message_id, message=message)


def put(folder: Path, *envelopes: Envelope) -> None:
    with OutboxTransport(folder) as outbox:
        outbox.deliver(iter(envelopes), MemoryBooks())


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_each_message_becomes_a_file_numbered_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "outbox"
    put(folder, *(envelope(f"<m{number}@example.org>") for number in (3, 1, 2)))
    assert names(folder) == ["001-m3.eml", "002-m1.eml", "003-m2.eml"]


def test_the_file_holds_the_very_bytes(tmp_path: Path) -> None:
    put(tmp_path, envelope(message=b"Subject: \r\n\r\n.\r\n..x"))
    assert (tmp_path / "001-2026-11-23.ab12.eml").read_bytes() == b"Subject: \r\n\r\n.\r\n..x"


def test_the_same_message_again_replaces_its_file_also_in_a_later_run(tmp_path: Path) -> None:
    for text in (b"first", b"second"):
        put(tmp_path, envelope("<a@example.org>", text), envelope("<b@example.org>", text))
    assert names(tmp_path) == ["001-a.eml", "002-b.eml"]
    assert (tmp_path / "001-a.eml").read_bytes() == b"second"


def test_numbers_go_on_after_those_in_the_folder_and_foreign_files_stay(tmp_path: Path) -> None:
    for name in ("007-old.eml", "9x-odd.eml", "notes.txt"):
        (tmp_path / name).write_text("theirs")
    put(tmp_path, envelope("<a@example.org>"))
    assert names(tmp_path) == ["007-old.eml", "008-a.eml", "9x-odd.eml", "notes.txt"]


@pytest.mark.parametrize(
    "message_id", ["<../../etc/passwd@example.org>", "</root@x>", "<a\0b\n@x>", "<" + "é" * 20 + "@x>", "<@x>"]
)
def test_no_message_id_leads_out_of_the_folder(tmp_path: Path, message_id: str) -> None:
    folder = tmp_path / "outbox"
    put(folder, envelope(message_id))
    assert names(tmp_path) == ["outbox"]
    assert len(names(folder)) == 1


def test_no_address_stands_in_a_file_name(tmp_path: Path) -> None:
    put(tmp_path, envelope())
    assert not any("rosa" in name for name in names(tmp_path))


def test_a_folder_that_cannot_be_made_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(TransportError, match=r"out/outbox cannot be written .*; make the folder writable"):
        OutboxTransport(tmp_path / "out" / "outbox").__enter__()


def test_a_folder_that_vanished_stops_the_batch_and_leaves_no_half_file(tmp_path: Path) -> None:
    folder, books = tmp_path / "outbox", MemoryBooks()
    with OutboxTransport(folder) as outbox:
        folder.rmdir()
        with pytest.raises(TransportError, match="cannot be written") as caught:
            outbox.deliver(iter([envelope()]), books)
    assert caught.value.transient
    assert not caught.value.uncertain
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOENT
    assert books.only.kind is AnswerKind.UNSENT

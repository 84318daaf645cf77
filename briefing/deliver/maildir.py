"""Takes finished messages, gives a Maildir that mail servers and programs read.

Next: briefing/deliver/sendmail.py.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from briefing.deliver.one_by_one import hand_over_each
from briefing.errors import TransportError
from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from briefing.model.delivery import Envelope
    from briefing.ports import Books


class MaildirTransport:
    """Puts each message into `new`, on disk before it counts as taken; the same message again changes nothing.

    Written as Maildirs are, with LF line ends. A file's name comes from the Message-ID and holds no address.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: set[str] = set()

    def __enter__(self) -> MaildirTransport:
        """Makes the Maildir if need be, and looks what was read from it: read mail has left `new`.

        Raises:
            TransportError: it cannot be made or read.
        """
        try:
            for part in ("tmp", "new", "cur"):
                (self.folder / part).mkdir(parents=True, exist_ok=True)
            self._read = {file.name.partition(":")[0] for file in (self.folder / "cur").iterdir()}
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing open."""

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Puts in one message after another.

        Raises:
            TransportError: the Maildir cannot be written.
            StoreError: the books cannot be written.
        """
        hand_over_each(envelopes, books, self._put)

    def _put(self, envelope: Envelope) -> Answer:
        name = f"{hashlib.sha256(envelope.message_id.encode()).hexdigest()[:40]}.briefing"
        try:
            if name not in self._read:
                self._write(name, envelope.message.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise self._unwritable(error) from error
        return Answer(envelope=envelope, kind=AnswerKind.TAKEN, words=name)

    def _write(self, name: str, message: bytes) -> None:
        # Two senders may be at the same message: each writes its own file, one of them gets the name.
        fresh = self.folder / "tmp" / f"{name}.{os.getpid()}"
        try:
            with fresh.open("wb") as file:
                file.write(message)
                file.flush()
                os.fsync(file.fileno())
            (self.folder / "new" / name).hardlink_to(fresh)
        except FileExistsError:
            return
        finally:
            fresh.unlink(missing_ok=True)
        _sync(self.folder / "new")

    def _unwritable(self, error: OSError) -> TransportError:
        reason = f"{self.folder} cannot be written ({error.strerror}); make it a folder that may be, or name another"
        return TransportError(f"{reason}: mail.maildir", transient=True)


def _sync(folder: Path) -> None:
    """A name survives a power cut once its folder is on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

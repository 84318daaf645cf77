"""Takes finished messages, gives a folder of .eml files that any mail program opens. For trying out and for tests.

Next: briefing/deliver/maildir.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefing.deliver.one_by_one import hand_over_each
from briefing.errors import TransportError
from briefing.model.delivery import Answer, AnswerKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from briefing.model.delivery import Envelope
    from briefing.ports import Books

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class OutboxTransport:
    """Writes each message whole or not at all; the same message again replaces its file. No address in a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files: dict[str, Path] = {}
        self._last = 0

    def __enter__(self) -> OutboxTransport:
        """Makes the folder and looks what is in it.

        Raises:
            TransportError: it cannot be made or read.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._files = {_title(file): file for file in sorted(self.folder.glob("[0-9]*-*.eml"))}
            self._last = max((_number(file) for file in self._files.values()), default=0)
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing open."""

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        """Writes each as `<number>-<message id>.eml`, numbered in the order of first sending.

        Raises:
            TransportError: the folder cannot be written.
            StoreError: the books cannot be written.
        """
        hand_over_each(envelopes, books, self._put)

    def _put(self, envelope: Envelope) -> Answer:
        try:
            file = self._file_for(envelope.message_id)
            fresh = file.with_name(f".{file.name}.new")
            fresh.write_bytes(envelope.message)
            fresh.replace(file)
        except OSError as error:
            raise self._unwritable(error) from error
        return Answer(envelope=envelope, kind=AnswerKind.TAKEN, words=file.name)

    def _file_for(self, message_id: str) -> Path:
        title = UNSAFE.sub("_", message_id.strip("<>").partition("@")[0])
        if title not in self._files:
            self._last += 1
            self._files[title] = self.folder / f"{self._last:03}-{title}.eml"
        return self._files[title]

    def _unwritable(self, error: OSError) -> TransportError:
        cure = "make the folder writable, or name another with --out"
        return TransportError(f"{self.folder} cannot be written ({error.strerror}); {cure}", transient=True)


def _title(file: Path) -> str:
    return file.stem.partition("-")[2]


def _number(file: Path) -> int:
    digits = file.stem.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0

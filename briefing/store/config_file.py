"""Takes the new text of a config, gives a file that holds it whole, with the texts before it beside it.

`config.yaml.7-1a2b3c4d.bak` is how the file was before its seventh change here; the letters begin the SHA-256 of what
took its place, so that nobody's own edit is ever undone in passing.

Next: briefing/store/shelf.py.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.errors import ConfigChangedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Texts that are kept.
STEPS = 20


@dataclass(frozen=True, slots=True)
class _Step:
    number: int
    mark: str
    path: Path


@dataclass(frozen=True, slots=True)
class KeptConfig:
    """Is a config file that may be changed while others read it. A `ports.ConfigFile`."""

    path: Path

    def text(self) -> str:
        """Implements the port; line breaks and a byte order mark are letters like others."""
        try:
            return self.path.read_bytes().decode()
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise StoreError(f"{self.path} is no UTF-8 text; save it as UTF-8") from error

    def replace(self, text: str, *, instead_of: str) -> None:
        """Implements the port; the text that goes is on the disk before the new one is."""
        with self._alone():
            self._expect(instead_of)
            steps = self._steps()
            number = steps[-1].number + 1 if steps else 1
            beside = self._target.with_name(f"{self._target.name}.{number}-{_mark(text)}.bak")
            self._write(beside, instead_of)
            try:
                self._write(self._target, text)
            except StoreError:
                beside.unlink(missing_ok=True)
                raise
            for step in steps[: -STEPS + 1]:
                step.path.unlink(missing_ok=True)

    def previous(self) -> str | None:
        """Implements the port."""
        steps = self._steps()
        if not steps or steps[-1].mark != _mark(self.text()):
            return None
        return KeptConfig(steps[-1].path).text()

    def undo(self, *, instead_of: str) -> None:
        """Implements the port."""
        with self._alone():
            self._expect(instead_of)
            before = self.previous()
            if before is None:
                raise ConfigChangedError(f"{self.path.name} was not changed here last, so there is nothing to undo")
            step = self._steps()[-1]
            self._write(self._target, before)
            step.path.unlink(missing_ok=True)

    @property
    def _target(self) -> Path:
        """A link stays a link."""
        return self.path.resolve()

    def _expect(self, text: str) -> None:
        if self.text() != text:
            raise ConfigChangedError(f"{self.path.name} was changed meanwhile; look at it again")

    def _steps(self) -> list[_Step]:
        """The earliest first."""
        name = re.compile(re.escape(self._target.name) + r"\.(\d{1,9})-([0-9a-f]{8})\.bak")
        found = ((name.fullmatch(path.name), path) for path in self._target.parent.iterdir())
        steps = (_Step(int(match[1]), match[2], path) for match, path in found if match)
        return sorted(steps, key=lambda step: step.number)

    def _write(self, path: Path, text: str) -> None:
        """Whole or not at all, with the rights that the config has."""
        fresh = path.with_name(f".{path.name}.new")
        try:
            with fresh.open("wb") as file:
                shutil.copymode(self._target, fresh)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink()
            cure = "make its folder writable for the user who runs this"
            raise StoreError(f"{path} cannot be written ({error.strerror}); {cure}") from error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps every other program of ours from changing the file, as long as the block lasts."""
        try:
            import fcntl  # noqa: PLC0415 - Windows has none
        except ImportError:
            yield
            return
        try:
            folder = os.open(self._target.parent, os.O_RDONLY)
        except OSError as error:
            raise StoreError(f"{self._target.parent} cannot be opened ({error.strerror})") from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]

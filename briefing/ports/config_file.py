"""Takes nothing, gives the protocol of the config as a file that is changed from a page.

Next: briefing/services/rewriting.py, which changes it.
"""

from __future__ import annotations

from typing import Protocol


class ConfigFile(Protocol):
    """Keeps the text of the config, and how it was before each change that was made here."""

    def text(self) -> str:
        """The text as it stands now, to the letter.

        Raises:
            StoreError: it cannot be read, or is no UTF-8.
        """
        ...

    def replace(self, text: str, *, instead_of: str) -> None:
        """Puts a text in the place of the one that stands there, whole or not at all, and keeps that one beside it.

        Raises:
            ConfigChangedError: another text than `instead_of` stands there; nothing is changed.
            StoreError: it cannot be written; nothing is changed.
        """
        ...

    def previous(self) -> str | None:
        """The text before the last change that was made here and not undone.

        None when there is none, or when somebody else changed the file since. At least ten changes are remembered.
        """
        ...

    def undo(self, *, instead_of: str) -> None:
        """Puts the previous text back, to the letter; then the one before that is the previous.

        Raises:
            ConfigChangedError: another text than `instead_of` stands there, or there is no previous one.
            StoreError: it cannot be written; nothing is changed.
        """
        ...

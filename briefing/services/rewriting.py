"""Takes an edit of the config, gives what it would change, line by line; and, once a person agreed, the file with it.

Next: briefing/config/edit.py, which has the edits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from briefing.errors import ConfigChangedError, ConfigError

if TYPE_CHECKING:
    from briefing.ports import ConfigFile

#: The text of a config → the text with the change; `functools.partial(add_topic, name="Sea", keywords=["sea"])`.
Edit = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Carries a change that nobody made yet.

    Attributes:
        before: the file as it was read.
        after: the file as it would be.
        diff: the lines that differ, in the unified format, each group with three lines around it; "" when none do.
        problems: why it cannot be made, in the order of the lines: of the text after it, or of the edit itself.
    """

    before: str
    after: str
    diff: str = ""
    problems: tuple[ConfigError, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it changes no letter."""
        return self.before == self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigDesk:
    """Changes the config for a person who sees each change first.

    Attributes:
        check: everything that is wrong with a text, if it stood in the file.
        name: of the file, as it is shown.
    """

    file: ConfigFile
    check: Callable[[str], tuple[ConfigError, ...]]
    name: str = "config.yaml"

    def propose(self, edit: Edit) -> Proposal:
        """What an edit would change. Nothing is written.

        An edit that cannot be made (the file is no YAML, the topic is there already) is a proposal without a change
        and with that problem.

        Raises:
            StoreError: the file cannot be read.
        """
        before = self.file.text()
        try:
            return self._proposal(before, edit(before))
        except ConfigError as error:
            return Proposal(before=before, after=before, problems=(error,))

    def write(self, proposal: Proposal) -> None:
        """Makes a change that was proposed; the file before it stays beside it.

        Raises:
            ConfigError: the text would not be read; nothing is written.
            ConfigChangedError: the file is not what the proposal was made from.
            StoreError: it cannot be written.
        """
        # Looked at again: a secret, a logo or a folder may have gone since.
        if problems := proposal.problems or self.check(proposal.after):
            raise problems[0]
        if not proposal.is_empty:
            self.file.replace(proposal.after, instead_of=proposal.before)

    def last_change(self) -> Proposal | None:
        """What undoing would change; None when there is nothing to undo, or somebody else changed the file since."""
        previous = self.file.previous()
        return None if previous is None else self._proposal(self.file.text(), previous)

    def undo(self) -> Proposal:
        """Takes the last change back that was made here, and gives what that changed.

        Raises:
            ConfigError: the text before it would not be read any more.
            ConfigChangedError: there is nothing to undo, or somebody else changed the file since.
            StoreError: it cannot be written.
        """
        change = self.last_change()
        if change is None:
            raise ConfigChangedError(f"{self.name} was not changed here last, so there is nothing to undo")
        if change.problems:
            raise change.problems[0]
        self.file.undo(instead_of=change.before)
        return change

    def _proposal(self, before: str, after: str) -> Proposal:
        lines = unified_diff(before.splitlines(), after.splitlines(), self.name, self.name, lineterm="")
        return Proposal(before=before, after=after, diff="\n".join(lines), problems=self.check(after))

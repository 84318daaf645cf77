"""Takes a wish for the config, gives what it would change in the file and in today's edition; then writes it.

Next: briefing/services/rewriting.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from briefing.compose.changes import Changes, Made, find_changes
from briefing.errors import ConfigChangedError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.model.settings import Config
    from briefing.model.visit import FirstLook
    from briefing.services.proofs import ProofDesk
    from briefing.services.rewriting import ConfigDesk, Edit, Proposal
    from briefing.services.sources import SourceDesk

_Open = TypeVar("_Open")

#: Changes and first looks that a person may have open at the same time.
_MOST_OPEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """Carries a change that nobody made yet, or that was taken back.

    Attributes:
        key: names it for `Tuning.write`.
        changes: of the edition that those who chose nothing get; None when none can be made.
    """

    key: str
    proposal: Proposal
    changes: Changes | None = None

    @property
    def may_be_written(self) -> bool:
        """Whether it changes something, and breaks nothing."""
        return not self.proposal.is_empty and not self.proposal.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Changes the config from a page.

    Attributes:
        load: the config that a text would be.
        make: proofs under a config that is not written, from what is read already.
        open_sources: what looks at addresses.
    """

    desk: ConfigDesk
    load: Callable[[str], Config]
    make: Callable[[Config], ProofDesk]
    open_sources: Callable[[Config], SourceDesk]
    _open: dict[str, Tuned] = field(default_factory=dict)
    _seen: dict[str, FirstLook] = field(default_factory=dict)

    def propose(self, edit: Edit, proofs: ProofDesk) -> Tuned:
        """What an edit would change; it is kept for `write`.

        Args:
            proofs: the edition as it is.

        Raises:
            StoreError: the file cannot be read.
        """
        tuned = self._tuned(self.desk.propose(edit), proofs)
        _keep(self._open, tuned.key, tuned)
        return tuned

    def write(self, key: str) -> Tuned:
        """Makes a change that was proposed.

        Raises:
            ConfigChangedError: it is not open any more, or the file has changed since.
            ConfigError: the text would not be read.
            StoreError: it cannot be written.
        """
        tuned = self._open.pop(key, None)
        if tuned is None:
            raise ConfigChangedError("this change is not open any more; make it again")
        self.desk.write(tuned.proposal)
        return tuned

    def can_undo(self) -> bool:
        """Whether the last change of the file was made here, and can be taken back."""
        try:
            return self.desk.last_change() is not None
        except ConfigError:
            return False

    def undo(self) -> Proposal:
        """Takes the last change back; see `ConfigDesk.undo`."""
        return self.desk.undo()

    def look(self, address: str, proofs: ProofDesk) -> tuple[str, FirstLook]:
        """What an address gives that is no source yet, and a key for `source`.

        Raises:
            SourceError: nothing is there that could be read every day, or nobody may ask there.
        """
        seen = self.open_sources(proofs.config).look(address)
        key = hashlib.sha256(seen.source.location.encode(errors="replace")).hexdigest()[:32]
        _keep(self._seen, key, seen)
        return key, seen

    def source(self, key: str, proofs: ProofDesk) -> FirstLook:
        """What was looked at; what it gave is kept, so that nobody has to ask again.

        Raises:
            ConfigChangedError: it is not open any more.
        """
        if key not in self._seen:
            raise ConfigChangedError("this source is not open any more; look at it again")
        self.open_sources(proofs.config).keep(self._seen[key])
        return self._seen[key]

    def _tuned(self, proposal: Proposal, proofs: ProofDesk) -> Tuned:
        key = hashlib.sha256(f"{proposal.before}\0{proposal.after}".encode(errors="replace")).hexdigest()[:32]
        if proposal.problems or proposal.is_empty:
            return Tuned(key=key, proposal=proposal)
        after = self.make(self.load(proposal.after))
        return Tuned(key=key, proposal=proposal, changes=find_changes(_made(proofs), _made(after)))


def _made(proofs: ProofDesk) -> Made:
    muted = frozenset(topic.name for topic in proofs.config.topics if topic.mute)
    return Made(edition=proofs.edition(), stories=proofs.gathered.stories, read=proofs.gathered.read, muted=muted)


def _keep(shelf: dict[str, _Open], key: str, value: _Open) -> None:
    shelf.pop(key, None)
    shelf[key] = value
    for oldest in list(shelf)[:-_MOST_OPEN]:
        del shelf[oldest]

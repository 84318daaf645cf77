"""Takes a mailbox, gives it read: each letter is acted on and marked, one after the other.

A letter is marked after the act, and every act may be repeated, so a program that dies between the two loses nothing
and does nothing twice. A letter that cannot be understood is left for a person, and stops no other.

Next: briefing/services/archive.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.errors import BriefingError
from briefing.model.edition import Problem
from briefing.model.letter import Bounce, Request, Tally, Unclear
from briefing.model.subscriber import SubscriberStatus
from briefing.services.bounces import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from briefing.model.letter import Letter, Meaning
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Mailbox
    from briefing.services.bounces import BounceDesk

#: Letters of one round: some seconds of work, so that a flood of mail keeps nothing else waiting for long.
MOST_LETTERS = 500
#: Hosts named in one problem.
_HOSTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """Says what one round did.

    Attributes:
        counts: letters by what was done; outcomes without a letter may be left out.
        is_complete: False when the mailbox could not be opened, or not be read to the end.
        has_more: as many letters were read as one round may, so the next need not wait.
    """

    counts: Mapping[Outcome, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    is_complete: bool = True
    has_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceRound:
    """Reads a mailbox of mail that comes back.

    Attributes:
        understand: says what a letter's bytes mean; never raises.
        most: letters read in one round; the others wait for the next.
    """

    mailbox: Mailbox
    understand: Callable[[bytes], Meaning]
    desk: BounceDesk
    most: int = MOST_LETTERS

    def run(self) -> RoundReport:
        """Acts on the letters nobody has acted on yet. Raises nothing that was to be expected: it is in the report."""
        counts: Counter[Outcome] = Counter()
        unclear: list[Problem] = []
        refusals: Counter[tuple[str, str]] = Counter()
        stopped: list[Problem] = []
        try:
            with self.mailbox as mailbox:
                for letter in mailbox.unread(most=self.most):
                    meaning = self.understand(letter.content)
                    outcome = self._do(letter, meaning)
                    counts[outcome] += 1
                    if outcome is Outcome.UNKNOWN:
                        unclear.append(_left_for_you(letter, meaning))
                    if outcome is Outcome.POLICY and isinstance(meaning, Bounce):
                        refusals[meaning.status or "", meaning.host or ""] += 1
        except BriefingError as error:
            stopped.append(Problem(stage="deliver", source="bounces", message=str(error)))
        problems = (*stopped, *_refused(refusals), *unclear)
        has_more = not stopped and counts.total() >= self.most
        return RoundReport(counts=dict(counts), problems=problems, is_complete=not stopped, has_more=has_more)

    def _do(self, letter: Letter, meaning: Meaning) -> Outcome:
        # Not the clock's time: read again tomorrow, the same letter must be known for the same.
        outcome = self.desk.act(meaning, at=letter.received_at)
        mark = self.mailbox.set_aside if outcome is Outcome.UNKNOWN else self.mailbox.mark_done
        mark(letter.key)
        return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Says how a reader stands whose mail came back.

    Attributes:
        tally: None where nothing is known but that they are suppressed.
    """

    reader: Subscriber
    tally: Tally | None


def standings(desk: BounceDesk) -> Iterator[Standing]:
    """The readers who are suppressed, in the order they came, and then those with soft bounces that still count."""
    suppressed = SubscriberStatus.SUPPRESSED
    for reader in desk.readers.store.each_subscriber(status=suppressed):
        yield Standing(reader=reader, tally=desk.book.find(reader.id))
    for tally in desk.book.tallies():
        known = desk.readers.store.find_by_id(tally.subscriber) if desk.still_counts(tally) else None
        if known is not None and known.status is not suppressed:
            yield Standing(reader=known, tally=tally)


def _left_for_you(letter: Letter, meaning: Meaning) -> Problem:
    """Names the letter by where it lies; none of its own words, which may name anybody."""
    why = "it does not say whose mail came back"
    if isinstance(meaning, Unclear):
        why = meaning.why
    elif isinstance(meaning, Request):
        why = f"it wants to {meaning.purpose} with a token that is not ours, or too old"
    message = f"a letter was not understood ({why}); it waits for you, unread"
    return Problem(stage="deliver", source="bounces", file=letter.key, message=message)


def _refused(refusals: Counter[tuple[str, str]]) -> Iterator[Problem]:
    """One problem per status: a host that refuses us refuses every reader it has."""
    for status in sorted({status for status, _ in refusals}):
        hosts = sorted({host for known, host in refusals if known == status and host})
        number = sum(count for (known, _), count in refusals.items() if known == status)
        named = ", ".join(hosts[:_HOSTS]) + (" and others" if len(hosts) > _HOSTS else "")
        who = f"by {named} " if named else ""
        letters = "1 message was" if number == 1 else f"{number} messages were"
        message = (
            f"{letters} refused {who}with {status}: that is about us or the message, so no reader was touched; "
            "look at SPF, DKIM and DMARC of your domain and at the reputation of your relay"
        )
        yield Problem(stage="deliver", source="bounces", message=message)

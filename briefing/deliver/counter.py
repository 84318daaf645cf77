"""Takes messages that are complete but for their dots, and answers; writes the books for all who wait, in one step.

Next: briefing/deliver/relay.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from briefing.deliver.replies import CLOSING
from briefing.model.delivery import AnswerKind

if TYPE_CHECKING:
    from briefing.deliver.batch import Batch
    from briefing.deliver.line import Steps
    from briefing.deliver.relay import Relay
    from briefing.deliver.turns import Course, Turns
    from briefing.model.delivery import Answer, Envelope


@dataclass(slots=True)
class _Complete:
    """A message whose dot waits for the books."""

    envelope: Envelope
    course: Course
    may_go: bool = False


class Counter:
    """Is where the connections of one `deliver` wait for its books. A commit for four costs hardly more than for one.

    Args:
        company: seconds that the first who waits lets the others catch up, and that somebody else may have been silent
            to be still thought near: a stalled connection is not waited for.
    """

    def __init__(self, batch: Batch, turns: Turns, relay: Relay, *, company: float) -> None:
        self._batch, self._turns, self._relay, self._company = batch, turns, relay, company
        self._complete: list[_Complete] = []
        self._since = 0.0
        self._answered: list[tuple[Answer, Course]] = []

    def start(self, envelope: Envelope) -> Steps[bool]:
        """Whether the message may be completed. One that may not, though ours, is left in the batch."""
        if not self._complete:
            self._since = monotonic()
        mine = _Complete(envelope, self._turns.current)
        self._complete.append(mine)
        yield None
        return mine.may_go

    def settle(self, answer: Answer) -> Steps[None]:
        """Comes back when the answer is in the books, or nobody is to draw any more."""
        self._answered.append((answer, self._turns.current))
        yield None

    def tend(self) -> float | None:
        """Does what is due when nobody can go on alone; gives until when somebody may be waited for."""
        if self._answered:
            self._settle_all()
            return None
        if self._batch.is_over:
            self._turns.end_pauses()
        if not self._complete:
            return None
        latest = self._turns.latest
        due = 0.0 if latest is None else min(self._since, latest) + self._company
        if monotonic() < due:
            return due
        self._start_all()
        return None

    def _settle_all(self) -> None:
        answered, self._answered = self._answered, []
        answers = [answer for answer, _ in answered]
        try:
            self._batch.books.settle(answers)
        except BaseException as error:  # noqa: BLE001 — whatever it is, all must stop and `deliver` raise it
            self._batch.give_up(error)
        else:
            for answer in answers:
                self._learn(answer)
        for _, course in answered:
            self._turns.resume(course)

    def _learn(self, answer: Answer) -> None:
        if is_failure(answer):
            return
        self._batch.answered += 1
        if answer.is_policy:
            self._batch.give_up(self._relay.fault(f"refuses our mail: {answer.words}", answer.code))

    def _start_all(self) -> None:
        waiting, self._complete = self._complete, []
        ours: set[int] = set()
        if not self._batch.must_halt:
            try:
                ours = {id(one) for one in self._batch.books.start([one.envelope for one in waiting])}
            except BaseException as error:  # noqa: BLE001 — as above, and none of them may be completed
                self._batch.give_up(error)
                self._leave(waiting)
        else:
            self._leave(waiting)
        for one in waiting:
            one.may_go = id(one.envelope) in ours
            self._turns.resume(one.course)

    def _leave(self, waiting: list[_Complete]) -> None:
        for one in waiting:
            self._batch.leave(one.envelope)


def is_failure(answer: Answer) -> bool:
    """The connection or the server is the trouble, not the message."""
    return answer.kind in {AnswerKind.UNSENT, AnswerKind.UNHEARD} or answer.code == CLOSING

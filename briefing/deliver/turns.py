"""Takes courses of steps, leads them all in one thread: whoever can go on does, whoever waits holds nobody up.

Next: briefing/deliver/wire.py.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from math import ceil, inf
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from briefing.deliver.line import READ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from typing import Self

    from briefing.deliver.line import Steps, Wait

#: After so many rounds the lines are looked at even if somebody could go on without.
_ROUNDS = 16

_T = TypeVar("_T")


class Course:
    """Is one sequence of steps on its way.

    Attributes:
        wait: what it waits for; None when it runs, or waits for somebody in this program.
        since: when that began, of the monotonic clock.
    """

    __slots__ = ("since", "steps", "wait")

    def __init__(self, steps: Steps[None]) -> None:
        self.steps = steps
        self.wait: Wait | None = None
        self.since = 0.0


class Turns:
    """Leads courses, in the thread that calls `run`. Used in a with block.

    Attributes:
        current: the course whose step is being made.
    """

    def __init__(self, *, errands: int) -> None:
        """`errands` may be run at the same time."""
        self.current: Course
        self._open = 0
        self._ready: deque[Course] = deque()
        self._on_line: dict[int, Course] = {}
        self._pausing: list[Course] = []
        self._away: dict[Course, float] = {}
        self._back: deque[Course] = deque()
        self._ear, self._bell = socket.socketpair()
        self._ear.settimeout(0)
        self._bell.settimeout(0)
        self._poll = select.poll()
        self._poll.register(self._ear, READ)
        self._runners = ThreadPoolExecutor(errands, thread_name_prefix="smtp-errand")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Waits for the last errand."""
        self._runners.shutdown()
        self._ear.close()
        self._bell.close()

    def run(self, courses: Iterable[Steps[None]], *, between: Callable[[], float | None] = lambda: None) -> None:
        """Leads the courses to their ends.

        Args:
            courses: the steps of each; what one raises ends them all.
            between: is called when nobody can go on without waiting, says until when at most to wait, and may have
                resumed some who waited for it.
        """
        self._ready.extend(map(Course, courses))
        self._open = len(self._ready)
        rounds = 0
        while True:
            while self._ready:
                self._go_on(self._ready.popleft())
            wanted, rounds = between(), rounds + 1
            # Whoever has no need of a line shall not keep the others from theirs for ever.
            if self._ready and rounds % _ROUNDS:
                continue
            if not self._open:
                return
            self._listen(0 if self._ready else inf if wanted is None else wanted)

    def resume(self, course: Course) -> None:
        """Lets a course go on that waits for somebody in this program."""
        self._ready.append(course)

    def errand(self, work: Callable[[], _T]) -> Steps[_T]:
        """Does what blocks in another thread, and gives or raises what comes of it."""
        course = self.current

        def come_back(_: Future[_T]) -> None:
            self._back.append(course)
            self.wake()

        self._away[course] = monotonic()
        future = self._runners.submit(work)
        future.add_done_callback(come_back)
        yield None
        return future.result()

    def wake(self) -> None:
        """Makes `between` be called soon; from any thread."""
        with suppress(BlockingIOError):  # it rings already
            self._bell.send(b"!")

    def end_pauses(self) -> None:
        """Nobody needs to pause any more."""
        self._ready.extend(self._pausing)
        self._pausing.clear()

    @property
    def latest(self) -> float | None:
        """When the last of those began to wait who now wait for a line or an errand; None when there are none."""
        began = [course.since for course in self._on_line.values()]
        began += self._away.values()
        return max(began, default=None)

    def _go_on(self, course: Course, error: OSError | None = None) -> None:
        self.current, course.wait = course, None
        try:
            wait = course.steps.send(None) if error is None else course.steps.throw(error)
        except StopIteration:
            self._open -= 1
            return
        if wait is None:
            return
        course.wait = wait
        if wait.line is None:
            self._pausing.append(course)
            return
        course.since = monotonic()
        self._on_line[wait.line] = course
        self._poll.register(wait.line, wait.event)

    def _listen(self, wanted: float) -> None:
        """Waits until somebody can go on, or `wanted`."""
        waiting = [*self._on_line.values(), *self._pausing]
        soonest = min([course.wait.until for course in waiting if course.wait is not None], default=inf)
        until = min(soonest, wanted)
        patience = None if until == inf else max(0, ceil((until - monotonic()) * 1000))
        for line, _ in self._poll.poll(patience):
            if line in self._on_line:
                self._poll.unregister(line)
                self._ready.append(self._on_line.pop(line))
            else:
                self._hear_bell()
        if soonest <= monotonic():
            self._end_waits()

    def _hear_bell(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(4096)
        while self._back:
            course = self._back.popleft()
            del self._away[course]
            self._ready.append(course)

    def _end_waits(self) -> None:
        """A pause is over for whoever paused; whoever waited for a line has waited in vain."""
        now = monotonic()
        over = [course for course in self._pausing if course.wait is not None and course.wait.until <= now]
        self._pausing = [course for course in self._pausing if course not in over]
        self._ready.extend(over)
        for line, course in [*self._on_line.items()]:
            if course.wait is not None and course.wait.until <= now:
                del self._on_line[line]
                self._poll.unregister(line)
                self._go_on(course, TimeoutError("timed out"))


def run_alone(*courses: Steps[None]) -> None:
    """Leads some courses to their ends that go on no errands."""
    with Turns(errands=1) as turns:
        turns.run(courses)

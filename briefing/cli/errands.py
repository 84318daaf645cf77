"""Takes a house, gives what `serve` does beside its mail: reads what comes back, tells webhooks, forgets what is old.

Next: briefing/services/bounce_round.py.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from briefing.cli.words import list_problems, note
from briefing.errors import BriefingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.edition import Problem
    from briefing.wiring import House

#: Webhooks hear of a change within a minute.
ROUND_S = 60
#: Rounds between two looks into the mailbox: providers ask for no more than one login in five minutes.
LETTERS_EVERY = 5


@contextmanager
def running_errands(house: House) -> Iterator[None]:
    """Runs them in a thread of their own while the block lasts: a webhook may take ten seconds to answer."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_running, args=(house, stop), name="errands", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()


def _keep_running(house: House, stop: threading.Event) -> None:
    told: frozenset[Problem] = frozenset()
    number = 0
    while not stop.is_set():
        try:
            problems = run_errands(house, reads_letters=number % LETTERS_EVERY == 0)
            list_problems([problem for problem in problems if problem not in told])
            told = frozenset(problems)
        except BriefingError as error:
            note(str(error))
        number += 1
        stop.wait(ROUND_S)


def run_errands(house: House, *, reads_letters: bool) -> tuple[Problem, ...]:
    """One round; gives what went wrong.

    Raises:
        StoreError: the database cannot be read or written.
    """
    problems = list(house.office.announcer.run().problems)
    while reads_letters and house.letters is not None:
        report = house.letters.run()
        problems += report.problems
        reads_letters = report.has_more
    house.office.upkeep.tick()
    return tuple(problems)

"""Takes a house, gives what `serve` does beside its mail: keeps watch, tells webhooks, reads letters, tidies.

Next: briefing/services/bounce_round.py.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog

from briefing.cli.lasting import meanwhile
from briefing.cli.logs import log_problems
from briefing.errors import BriefingError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from briefing.model.edition import Problem
    from briefing.wiring import House

#: Webhooks hear of a change within a minute.
ROUND_S = 60
#: Rounds between two looks into the mailbox: providers ask for no more than one login in five minutes.
LETTERS_EVERY = 5


def running_errands(house: Callable[[], House]) -> AbstractContextManager[None]:
    """Runs them in a thread of their own while the block lasts: a webhook may take ten seconds to answer.

    Args:
        house: gives the one that is in use.
    """
    return meanwhile(partial(_keep_running, house), name="errands")


def _keep_running(house: Callable[[], House], stop: threading.Event) -> None:
    told: frozenset[Problem] = frozenset()
    number = 0
    log = structlog.get_logger("briefing.serve")
    while not stop.is_set():
        try:
            problems = run_errands(house(), reads_letters=number % LETTERS_EVERY == 0)
            log_problems(problem for problem in problems if problem not in told)
            told = frozenset(problems)
        except BriefingError as error:
            log.warning("errands put off", reason=str(error))
        number += 1
        stop.wait(ROUND_S)


def run_errands(house: House, *, reads_letters: bool) -> tuple[Problem, ...]:
    """One round; gives what went wrong.

    Raises:
        StoreError: the database cannot be read or written.
    """
    problems = [*house.watch.watchman.round(), *house.office.announcer.run().problems]
    while reads_letters and house.letters is not None:
        report = house.letters.run()
        house.watch.lookout.hear_letters(report.counts)
        problems += report.problems
        reads_letters = report.has_more
    house.office.upkeep.tick()
    return tuple(problems)

"""Takes a function and a stream, gives the answers in the stream's order, worked out on several cores.

Next: briefing/services/summarise.py.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from briefing.errors import BriefingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

    Item = TypeVar("Item")
    Answer = TypeVar("Answer")

#: The first items are answered by this process: a short stream never waits for others to start, and what the first
#: answers load (models, numpy) is there for all when the others are forked.
ALONE = 24
#: Items that travel together, and how many such parcels are under way per process; bounds what is held in memory.
_PARCEL, _AHEAD = 8, 3

_take: Callable[[Any], Any]


def answer_in_order(
    take: Callable[[Item], Answer],
    items: Iterable[Item],
    *,
    processes: int,
    alone: int = ALONE,
    parcel: int = _PARCEL,
) -> Iterator[Answer]:
    """Gives `take(item)` for each item, in order, as many at a time as there are `processes`.

    At most a few dozen items are read ahead. Where processes cannot be forked, `take` travels by pickle.

    Args:
        alone: the first so many are answered by this process; fewer where one takes long.
        parcel: items that travel together; fewer where one is large.

    Raises:
        BriefingError: a process died; whatever `take` raises comes through as it is.
    """
    stream = iter(items)
    for item in islice(stream, alone):
        yield take(item)
    if processes < 2:
        yield from map(take, stream)
        return
    for first in islice(stream, 1):  # others are started only for an item that is there
        yield take(first)
        yield from _by_others(take, stream, processes, parcel)


def cores() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _by_others(take: Callable[[Item], Answer], stream: Iterator[Item], processes: int, size: int) -> Iterator[Answer]:
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    under_way: deque[Future[list[Answer]]] = deque()
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(take,)) as pool:
        try:
            while parcel := list(islice(stream, size)):
                under_way.append(pool.submit(_answer_all, parcel))
                if len(under_way) >= processes * _AHEAD:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        except BrokenExecutor as error:
            raise BriefingError("a process that was helping died, perhaps for want of memory: try --jobs 1") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(take: Callable[[Any], Any]) -> None:
    global _take  # noqa: PLW0603, what a process is there for is told to it once, not with every parcel
    _take = take


def _answer_all(items: list[Any]) -> list[Any]:
    return [_take(item) for item in items]

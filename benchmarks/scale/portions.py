"""Takes numbers of mails by domain, gives parts of them that add up.

Next: benchmarks/scale/simulation.py.
"""

from __future__ import annotations

from math import floor


def some(left: list[int], is_blocked: list[bool], *, most: int) -> list[int]:
    """Up to `most` of those who are not blocked, of each domain as many as its part of them is."""
    free = [0 if blocked else number for number, blocked in zip(left, is_blocked, strict=True)]
    whole = sum(free)
    if whole <= most:
        return free
    taken = [number * most // whole for number in free]
    taken[taken.index(max(taken))] += most - sum(taken)
    return taken


def reduce(numbers: list[int], by: int) -> list[int]:
    """Takes so many away from the numbers, from the last on; gives how many from each."""
    away = [0] * len(numbers)
    for place in range(len(numbers) - 1, -1, -1):
        away[place] = min(numbers[place], by)
        numbers[place] -= away[place]
        by -= away[place]
    return away


def share_of(share: float, before: int, number: int, luck: float) -> int:
    """How many of the next mails are among that share of all; what they add up to does not depend on the steps."""
    return floor((before + number) * share + luck) - floor(before * share + luck)

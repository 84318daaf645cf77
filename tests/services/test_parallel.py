"""A stream answered by several processes, in order."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from typing import cast

import pytest

from briefing.errors import BriefingError
from briefing.services.parallel import ALONE, answer_in_order, cores


def double(number: int) -> int:
    return 2 * number


def process_of(number: int) -> int:
    return os.getpid()


def die_at_99(number: int) -> int:
    if number == 99:
        os._exit(1)
    return number


def fail_at_99(number: int) -> int:
    if number == 99:
        raise ValueError("ninety-nine")
    return number


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("total", [0, 1, ALONE, ALONE + 1, 500])
def test_answers_come_in_the_order_of_the_items(total: int, processes: int) -> None:
    assert list(answer_in_order(double, range(total), processes=processes)) == [2 * n for n in range(total)]


def test_a_short_stream_starts_no_other_process() -> None:
    assert set(answer_in_order(process_of, range(ALONE), processes=2)) == {os.getpid()}


def test_a_long_stream_is_answered_by_others() -> None:
    others = set(answer_in_order(process_of, range(300), processes=2)) - {os.getpid()}
    assert 1 <= len(others) <= 2


def test_little_is_read_ahead_of_what_is_asked_for() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(10_000):
            taken += 1
            yield number

    answers = cast("Generator[int, None, None]", answer_in_order(double, items(), processes=2))
    for _ in range(ALONE + 10):
        next(answers)
    assert taken <= ALONE + 100
    answers.close()


def test_a_process_that_dies_is_said_in_one_line() -> None:
    with pytest.raises(BriefingError, match="--jobs 1"):
        list(answer_in_order(die_at_99, range(300), processes=2))


def test_what_the_function_raises_comes_through() -> None:
    with pytest.raises(ValueError, match="ninety-nine"):
        list(answer_in_order(fail_at_99, range(300), processes=2))


def test_there_is_a_core() -> None:
    assert cores() >= 1

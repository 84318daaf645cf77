from __future__ import annotations

import socket
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from briefing.deliver.line import Line, Steps, Wait
from briefing.deliver.turns import Course, Turns, run_alone


@pytest.fixture
def said() -> list[str]:
    return []


def pausing(said: list[str], name: str, *seconds: float) -> Steps[None]:
    for pause in seconds:
        yield Wait(monotonic() + pause)
        said.append(name)


def test_whoever_pauses_holds_nobody_up(said: list[str]) -> None:
    run_alone(pausing(said, "slow", 0.2), pausing(said, "quick", 0.01, 0.01), pausing(said, "at once"))
    assert said == ["quick", "quick", "slow"]


def test_whoever_waits_for_a_silent_line_is_told_when_patience_ends_and_the_others_go_on(said: list[str]) -> None:
    ours, theirs = socket.socketpair()

    def hopeful() -> Steps[None]:
        with pytest.raises(TimeoutError, match="timed out"):
            yield from Line(ours).receive(10, until=monotonic() + 0.2)
        said.append("in vain")

    with ours, theirs:
        run_alone(hopeful(), pausing(said, "other", 0.05))
    assert said == ["other", "in vain"]


def test_what_is_larger_than_every_buffer_leaves_piece_by_piece() -> None:
    octets = bytes(range(256)) * 40_000
    ours, theirs = socket.socketpair()
    heard: list[bytes] = []

    def listen() -> Steps[None]:
        line = Line(theirs)
        while more := (yield from line.receive(100_000, until=monotonic() + 5)):
            heard.append(more)

    def speak() -> Steps[None]:
        yield from Line(ours).send(octets, patience=5)
        ours.close()

    with ours, theirs:
        run_alone(listen(), speak())
    assert b"".join(heard) == octets


def test_who_takes_nothing_more_breaks_the_line() -> None:
    ours, theirs = socket.socketpair()

    def speak() -> Steps[None]:
        yield from Line(ours).send(b"x" * 10_000_000, patience=0.1)

    with ours, theirs, pytest.raises(TimeoutError):
        run_alone(speak())


def test_what_comes_of_an_errand_comes_to_whoever_sent_it_and_the_others_go_on(said: list[str]) -> None:
    over = Event()

    def fail() -> None:
        over.wait(timeout=5)
        raise OSError("nobody there")

    def sender(turns: Turns) -> Steps[None]:
        with pytest.raises(OSError, match="nobody there"):
            yield from turns.errand(fail)
        said.append((yield from turns.errand(lambda: "found")))

    def other() -> Steps[None]:
        yield from pausing(said, "other", 0.05)
        over.set()

    with Turns(errands=1) as turns:
        turns.run([sender(turns), other()])
    assert said == ["other", "found"]


def test_pauses_end_early_when_somebody_from_another_thread_says_so(said: list[str]) -> None:
    with Turns(errands=1) as turns:
        told = Event()

        def between() -> None:
            if told.is_set():
                turns.end_pauses()

        def tell() -> None:
            sleep(0.05)
            told.set()
            turns.wake()

        thread = Thread(target=tell)
        thread.start()
        turns.run([pausing(said, "patient", 600)], between=between)
        thread.join()
    assert said == ["patient"]


def test_what_a_course_does_not_expect_ends_all() -> None:
    def wrong() -> Steps[None]:
        yield Wait(0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_alone(pausing([], "never", 600), wrong())


def test_whoever_needs_no_line_does_not_keep_the_others_from_theirs(said: list[str]) -> None:
    busy: list[Course] = []

    def restless(turns: Turns) -> Steps[None]:
        while not said:
            busy.append(turns.current)
            yield None

    def between() -> None:
        while busy:
            turns.resume(busy.pop())

    with Turns(errands=1) as turns:
        turns.run([restless(turns), pausing(said, "other", 0.05)], between=between)
    assert said == ["other"]

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.mail_rules import SmtpLimits
from briefing.services.pace import SharedPace
from briefing.store.database import open_database
from briefing.store.rates import SqlRates
from tests.fakes import MemoryRates

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.ports import RateBook

SEVEN = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def book(request: pytest.FixtureRequest) -> RateBook:
    return MemoryRates() if request.param == "fake" else SqlRates(request.getfixturevalue(f"{request.param}_engine"))


def draw(book: RateBook, wanted: int, *, seconds: float = 0, key: str = "minute") -> tuple[int, datetime]:
    return book.draw(key, wanted=wanted, most=10, span=MINUTE, now=SEVEN + timedelta(seconds=seconds))


def test_no_more_is_given_than_there_is(book: RateBook) -> None:
    assert [draw(book, 4)[0] for _ in range(4)] == [4, 4, 2, 0]


def test_what_is_used_up_is_there_again_after_the_span_and_no_earlier(book: RateBook) -> None:
    draw(book, 10, seconds=2)
    _, again_at = draw(book, 1, seconds=30)
    assert MINUTE <= again_at - (SEVEN + timedelta(seconds=2)) <= MINUTE + timedelta(seconds=5)
    assert draw(book, 1, seconds=61)[0] == 0
    assert draw(book, 10, seconds=(again_at - SEVEN).total_seconds())[0] == 10


def test_limits_do_not_know_of_each_other(book: RateBook) -> None:
    draw(book, 10)
    assert draw(book, 3, key="@slow.example")[0] == 3


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 6)), max_size=40))
def test_in_any_minute_there_are_never_more_than_the_limit(steps: list[tuple[float, int]]) -> None:
    book, now, given_at = MemoryRates(), 0.0, list[float]()
    for later, wanted in steps:
        now += later
        given_at += [now] * draw(book, wanted, seconds=now)[0]
    assert all(sum(start <= at < start + 60 for at in given_at) <= 10 for start in given_at)


def test_senders_at_once_keep_to_the_limit_together(postgresql_engine: Engine) -> None:
    drawn: list[int] = []

    def sender() -> None:
        engine = open_database(postgresql_engine.url.render_as_string(hide_password=False))
        drawn.extend(draw(SqlRates(engine), 1)[0] for _ in range(8))
        engine.dispose()

    senders = [Thread(target=sender) for _ in range(3)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert sum(drawn) == 10


class TestSharedPace:
    def test_two_senders_send_what_one_may(self) -> None:
        book = MemoryRates()
        paces = [SharedPace(SmtpLimits(per_minute=40), book) for _ in range(2)]
        sent = 0
        for _ in range(60):
            for pace in paces:
                if not pace.wait(now=SEVEN):
                    pace.count("a.example", now=SEVEN)
                    sent += 1
        assert sent == 40
        assert all(timedelta(0) < pace.wait(now=SEVEN) <= MINUTE + timedelta(seconds=5) for pace in paces)

    def test_a_domain_has_a_limit_of_its_own_letter_case_aside(self) -> None:
        pace = SharedPace(SmtpLimits(per_domain=(("Big.example", 1),)), MemoryRates())
        assert pace.wait_for("BIG.example", now=SEVEN) == timedelta(0)
        pace.count("big.example", now=SEVEN)
        assert pace.wait_for("big.example", now=SEVEN) > timedelta(0)
        assert pace.wait_for("small.example", now=SEVEN) == pace.wait(now=SEVEN) == timedelta(0)

    def test_what_one_draws_and_does_not_use_is_little_however_large_the_limit(self) -> None:
        book, limits = MemoryRates(), SmtpLimits(per_hour=100_000)
        for _ in range(200):  # each a worker's chunk of 500
            pace = SharedPace(limits, book)
            for _ in range(500):
                assert not pace.wait(now=SEVEN)
                pace.count("a.example", now=SEVEN)
        assert SharedPace(limits, book).wait(now=SEVEN) > timedelta(0)

    def test_what_was_drawn_is_not_used_a_minute_later(self) -> None:
        book = MemoryRates()
        slow, quick = (SharedPace(SmtpLimits(per_minute=100), book) for _ in range(2))
        assert not slow.wait(now=SEVEN)
        for _ in range(95):
            assert not quick.wait(now=SEVEN)
            quick.count("a.example", now=SEVEN)
        later = SEVEN + timedelta(seconds=59)
        assert slow.wait(now=later) > timedelta(0)

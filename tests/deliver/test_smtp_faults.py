"""What becomes of a message, and of those after it, when the server misbehaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

import pytest

from briefing.deliver.smtp import pause_after
from briefing.errors import TransportError
from briefing.model.delivery import Answer, AnswerKind, Envelope
from tests.deliver.books import MemoryBooks, envelope, envelopes
from tests.deliver.servers import HANG_UP, SILENCE, Play, scripted
from tests.deliver.test_smtp import clear

TAKEN, REFUSED, UNHEARD, UNSENT = AnswerKind.TAKEN, AnswerKind.REFUSED, AnswerKind.UNHEARD, AnswerKind.UNSENT


@pytest.fixture(params=[("PIPELINING",), ()], ids=["pipelining", "in turn"])
def offers(request: pytest.FixtureRequest) -> Any:
    return request.param


def deliver(play: Play, books: MemoryBooks, waiting: Iterator[Envelope], **options: Any) -> TransportError | None:
    """What delivering to the scripted server ends with."""
    with scripted(play) as port:
        try:
            with clear(port, **options) as transport:
                transport.deliver(waiting, books)
        except TransportError as error:
            return error
    return None


def noting(failures: list[int]) -> Callable[[int], float]:
    """Pauses that take no time and are written down."""

    def pause(times: int) -> float:
        failures.append(times)
        return 0.0

    return pause


def told(answer: Answer) -> tuple[AnswerKind, int | None, str | None]:
    return answer.kind, answer.code, answer.status


# One reader, one message


@pytest.mark.parametrize(
    ("command", "reply", "code", "status"),
    [
        pytest.param("RCPT", "550 5.1.1 no such user", 550, "5.1.1", id="unknown reader"),
        pytest.param("RCPT", "550-5.1.1 no\r\n550 5.1.1 such user", 550, "5.1.1", id="in two lines"),
        pytest.param("RCPT", "450 4.2.0 greylisted", 450, "4.2.0", id="greylisted"),
        pytest.param("RCPT", "452 4.5.3 too many", 452, "4.5.3", id="too many"),
        pytest.param("RCPT", "450 4.7.1 not yet", 450, "4.7.1", id="policy for now"),
        pytest.param("DATA", "451 4.3.0 later", 451, "4.3.0", id="DATA put off"),
        pytest.param("DATA", "554 5.5.1 no", 554, "5.5.1", id="DATA refused"),
        pytest.param(".", "452 4.3.1 disk full", 452, "4.3.1", id="no room after the dot"),
        pytest.param(".", "552 5.2.3 too big", 552, "5.2.3", id="too big after the dot"),
        pytest.param(".", "550 no", 550, None, id="without status"),
    ],
)
def test_a_refusal_concerns_its_reader_alone(
    command: str, reply: str, code: int, status: str | None, offers: tuple[str, ...]
) -> None:
    usual = {"RCPT": "250 OK", "DATA": "354 go on", ".": "250 OK"}[command]
    play, books = Play({command: [reply, usual]}, offers=offers), MemoryBooks()
    assert deliver(play, books, envelopes("a", "b", "c")) is None
    assert told(books.answers[0]) == (REFUSED, code, status)
    assert books.readers(TAKEN) == ["b", "c"]
    assert len(play.connections) == 1
    assert play.verbs.count("RSET") == (command != ".")


def test_mixed_answers_go_to_the_readers_they_belong_to(offers: tuple[str, ...]) -> None:
    answers = {
        "RCPT TO:<gone": ["550 5.1.1 no"],
        "RCPT TO:<busy": ["450 4.2.0 later"],
        "RCPT TO:<full": ["552 5.2.2 x"],
    }
    play, books = Play(answers, offers=offers), MemoryBooks()
    readers = ["gone", "a", "busy", "b", "full", "c"] * 4
    assert deliver(play, books, envelopes(*readers), connections=3) is None
    expected = {"gone": 550, "busy": 450, "full": 552, "a": 250, "b": 250, "c": 250}
    assert {answer.envelope.recipient.partition("@")[0]: answer.code for answer in books.answers} == expected
    assert len(books.answers) == 24
    assert len(play.bodies) == 12


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "."])
def test_a_server_that_closes_refuses_one_message_and_is_asked_again_after_a_pause(
    command: str, offers: tuple[str, ...]
) -> None:
    usual = {"DATA": "354 go on"}.get(command, "250 OK")
    play, books = Play({command: ["421 4.3.2 bye", usual]}, offers=offers), MemoryBooks()
    failures: list[int] = []
    assert deliver(play, books, envelopes("a", "b"), pause_after=noting(failures)) is None
    assert told(books.answers[0]) == (REFUSED, 421, "4.3.2")
    assert books.readers(TAKEN) == ["b"]
    assert (len(play.connections), failures) == (2, [1])


@pytest.mark.parametrize("fault", [HANG_UP, SILENCE, "what?"])
@pytest.mark.parametrize(
    ("command", "kind"), [("MAIL", UNSENT), ("RCPT", UNSENT), ("DATA", UNSENT), (".", UNHEARD)], ids=str
)
def test_before_the_dot_a_broken_line_means_unsent_after_it_unheard(
    command: str, kind: AnswerKind, fault: str, offers: tuple[str, ...]
) -> None:
    usual = {"DATA": "354 go on"}.get(command, "250 OK")
    play, books = Play({command: [fault, usual]}, offers=offers), MemoryBooks()
    assert deliver(play, books, envelopes("a", "b"), timeout=0.3, final_timeout=0.3) is None
    assert told(books.answers[0]) == (kind, None, None)
    assert books.answers[0].words
    assert books.readers(TAKEN) == ["b"]
    assert (("start", "a@example.org") in books.steps) is (command == ".")


def test_a_line_that_breaks_inside_a_large_message_means_unsent() -> None:
    large = envelope(message=b"line\r\n" * 2_000_000)
    play, books = Play(in_body=HANG_UP), MemoryBooks()
    assert deliver(play, books, iter([large])) is None
    assert books.steps == [("unsent", "rosa@example.org")]


@pytest.mark.parametrize(
    ("in_body", "expected"),
    [
        pytest.param(HANG_UP, (UNSENT, None, None), id="hangs up"),
        pytest.param("421 4.4.2 too slow", (REFUSED, 421, "4.4.2"), id="closes"),
        pytest.param("552 5.3.4 too large", (REFUSED, 552, "5.3.4"), id="refuses"),
        pytest.param("250 2.0.0 thanks", (UNSENT, None, None), id="answers out of turn"),
    ],
)
def test_what_the_server_does_while_the_books_are_written_is_seen_before_the_dot(
    in_body: str, expected: tuple[AnswerKind, int | None, str | None]
) -> None:
    play, books = Play(in_body=in_body), MemoryBooks(on_start=lambda _: sleep(0.2))
    assert deliver(play, books, envelopes("a")) is None
    assert told(books.only) == expected
    assert (play.bodies, play.halves) == ([], 1)


def test_a_slow_answer_to_the_dot_is_waited_for_longer_than_any_other_and_holds_nobody_up() -> None:
    play, books = Play({".": [SILENCE, "250 OK"]}), MemoryBooks()
    readers = [f"r{number}" for number in range(20)]
    assert deliver(play, books, envelopes(*readers), connections=2, timeout=0.2, final_timeout=1) is None
    assert len(books.readers(TAKEN)) == 19
    assert books.answers[-1].kind is UNHEARD


def test_a_stalled_connection_holds_nobody_up_and_is_not_waited_for() -> None:
    play, books = Play({"RCPT": [SILENCE, "250 OK"]}), MemoryBooks()
    readers = [f"r{number}" for number in range(40)]
    # Had each message waited for its company, the others would have needed two seconds.
    assert deliver(play, books, envelopes(*readers), connections=2, timeout=1, company=0.05) is None
    assert len(books.readers(TAKEN)) == 39
    assert books.answers[-1].kind is UNSENT


def test_a_connection_that_takes_long_to_open_holds_nobody_up() -> None:
    play, books = Play({"": ["220 ready", SILENCE, "220 ready"]}), MemoryBooks()
    readers = [f"r{number}" for number in range(10)]
    assert deliver(play, books, envelopes(*readers), connections=2, timeout=0.5) is None
    assert books.readers(TAKEN) == ["r0", *[f"r{number}" for number in range(2, 10)], "r1"]


def test_a_source_that_keeps_to_a_pace_holds_no_message_up() -> None:
    taken: list[list[str]] = []

    def paced() -> Iterator[Envelope]:
        yield from envelopes("a", "b")
        sleep(0.3)
        taken.append(books.readers(TAKEN))
        yield from envelopes("c")

    play, books = Play(), MemoryBooks()
    assert deliver(play, books, paced(), connections=2, per_minute=600) is None
    assert sorted(taken[0]) == ["a", "b"]
    assert sorted(books.readers(TAKEN)) == ["a", "b", "c"]


# Pipelining


def test_a_reader_stays_refused_when_the_server_hangs_up_over_what_was_said_with_it() -> None:
    play, books = Play({"RCPT": ["550 5.1.1 no", "250 OK"], "DATA": [HANG_UP, "354 go on"]}), MemoryBooks()
    assert deliver(play, books, envelopes("a", "b")) is None
    assert told(books.answers[0]) == (REFUSED, 550, "5.1.1")
    assert books.readers(TAKEN) == ["b"]


def test_a_server_that_closes_over_a_refused_reader_is_left_with_the_reader_refused() -> None:
    play, books = Play({"RCPT": ["550 5.1.1 no", "250 OK"], "DATA": ["421 4.3.2 bye", "354 go on"]}), MemoryBooks()
    assert deliver(play, books, envelopes("a", "b")) is None
    assert told(books.answers[0]) == (REFUSED, 550, "5.1.1")
    assert books.readers(TAKEN) == ["b"]


def test_nothing_is_sent_to_a_server_that_wants_a_message_nobody_is_there_to_get() -> None:
    play, books = Play({"RCPT TO:<gone": ["550 5.1.1 no"], "DATA": ["354 go on"]}), MemoryBooks()
    assert deliver(play, books, envelopes("gone", "a", "gone", "b")) is None
    assert [answer.code for answer in books.answers] == [550, 250, 550, 250]
    assert len(play.bodies) == 2
    # From then on it is asked step by step: a second refusal costs no connection.
    assert len(play.connections) == 2


@pytest.mark.parametrize("reply", [["500 what?"], ["421 bye"], [HANG_UP]])
def test_a_refusal_stands_even_if_the_server_cannot_start_over(reply: list[str], offers: tuple[str, ...]) -> None:
    play, books = Play({"RCPT": ["550 5.1.1 no", "250 OK"], "RSET": reply}, offers=offers), MemoryBooks()
    assert deliver(play, books, envelopes("a", "b")) is None
    assert [answer.code for answer in books.answers] == [550, 250]
    assert len(play.connections) == 2


# Everybody


@pytest.mark.parametrize(
    ("command", "reply", "expected", "transient"),
    [
        pytest.param("MAIL", "550 5.7.1 not you", (550, "5.7.1"), False, id="sender refused"),
        pytest.param(
            "MAIL", "550 5.1.8 bad domain", (550, "5.7.1"), False, id="the sender's domain is not the reader's"
        ),
        pytest.param("MAIL", "530 log in", (530, "5.7.1"), False, id="without status"),
        pytest.param("MAIL", "451 4.3.0 later", (451, "4.3.0"), True, id="sender put off"),
        pytest.param("RCPT", "550 5.7.1 spammer", (550, "5.7.1"), False, id="policy at RCPT"),
        pytest.param("DATA", "554 5.7.1 spammer", (554, "5.7.1"), False, id="policy at DATA"),
        pytest.param(".", "550 5.7.515 unsigned", (550, "5.7.515"), False, id="policy after the dot"),
    ],
)
def test_who_is_refused_as_a_sender_stops_and_the_books_know_why(
    command: str, reply: str, expected: tuple[int, str], transient: bool, offers: tuple[str, ...]
) -> None:
    play, books, source = Play({command: [reply]}, offers=offers), MemoryBooks(), envelopes("a", "b", "c")
    error = deliver(play, books, source)
    assert error is not None
    assert (error.code, error.transient, error.uncertain) == (expected[0], transient, False)
    assert told(books.only) == (REFUSED, *expected)
    assert len(list(source)) == 2


def test_on_a_refusal_of_us_the_other_connections_finish_and_draw_no_more() -> None:
    play, books = Play({".": ["550 5.7.1 spam"]}), MemoryBooks(on_start=lambda _: sleep(0.05))
    source = envelopes(*"abcdefgh")
    error = deliver(play, books, source, connections=4)
    assert error is not None
    assert len(books.answers) == len(play.bodies) <= 4
    assert len(list(source)) == 8 - len(books.answers)


def test_three_failures_in_a_row_with_growing_pauses_are_enough() -> None:
    play, books, source = Play({"RCPT": ["421 4.3.2 too many"]}), MemoryBooks(), envelopes(*"abcde")
    failures: list[int] = []
    error = deliver(play, books, source, pause_after=noting(failures))
    assert error is not None
    assert (error.code, error.transient) == (421, True)
    assert books.readers(REFUSED) == ["a", "b", "c"]
    assert len(list(source)) == 2
    assert failures == [1, 2]
    assert [pause_after(times) for times in (1, 2, 3, 6, 7, 5000)] == [1, 2, 4, 32, 60, 60]


def test_failures_with_successes_in_between_are_borne() -> None:
    bye = "421 4.3.2 bye"
    play, books = Play({".": [bye, bye, "250 OK", bye, bye, "250 OK"]}), MemoryBooks()
    assert deliver(play, books, envelopes(*"abcdef")) is None
    assert books.readers(REFUSED) == ["a", "b", "d", "e"]
    assert books.readers(TAKEN) == ["c", "f"]


def test_a_message_nobody_could_be_reached_for_is_unsent() -> None:
    play, books = Play({"": ["220 ready", HANG_UP], ".": ["250 OK", "421 bye"]}), MemoryBooks()
    source = envelopes(*"abcd")
    error = deliver(play, books, source)
    assert error is not None
    assert (error.code, error.transient) == (None, True)
    assert [(answer.kind, answer.code) for answer in books.answers] == [(TAKEN, 250), (REFUSED, 421), (UNSENT, None)]
    assert len(list(source)) == 1


def test_a_server_that_wants_fewer_connections_gets_everything_over_those() -> None:
    play, books = Play({"": ["220 ready", "421 4.7.0 too many connections"]}), MemoryBooks()
    readers = [f"r{number}" for number in range(60)]
    slowly = {"connections": 4, "pause_after": lambda _: 0.1}
    assert deliver(play, books, envelopes(*readers), **slowly) is None
    assert sorted(books.readers(TAKEN)) == sorted(readers)


def test_without_anything_to_do_no_pause_is_waited_out() -> None:
    play, books = Play({".": ["421 bye"]}), MemoryBooks()
    assert deliver(play, books, envelopes("a"), pause_after=lambda _: 600, timeout=1) is None
    assert books.only.code == 421


@pytest.mark.parametrize(
    ("answers", "code", "transient"),
    [
        pytest.param({"": ["421 4.3.2 overloaded"]}, 421, True, id="closing at once"),
        pytest.param({"": ["554 5.3.2 no mail here"]}, 554, False, id="no mail at all"),
        pytest.param({"": [HANG_UP]}, None, True, id="hangs up at once"),
        pytest.param({"": [SILENCE]}, None, True, id="says nothing"),
        pytest.param({"EHLO": ["421 4.3.2 bye"]}, 421, True, id="closing at EHLO"),
        pytest.param({"EHLO": [HANG_UP]}, None, True, id="hangs up at EHLO"),
    ],
)
def test_a_server_that_is_of_no_use_is_known_before_the_first_message(
    answers: dict[str, list[str]], code: int | None, transient: bool
) -> None:
    source, books = envelopes("a"), MemoryBooks()
    error = deliver(Play(answers), books, source, timeout=0.3)
    assert error is not None
    assert (error.code, error.transient, books.steps) == (code, transient, [])
    assert len(list(source)) == 1


def test_a_server_of_the_old_school_is_spoken_to_in_its_own_way() -> None:
    play, books = Play({"EHLO": ["500 what?"]}), MemoryBooks()
    assert deliver(play, books, envelopes("a")) is None
    assert play.verbs == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"]
    assert books.readers(TAKEN) == ["a"]

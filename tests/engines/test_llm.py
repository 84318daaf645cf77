"""A model's server is asked politely, believed in nothing, and never told on with the key."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from briefing.engines.llm import MAX_BYTES, MAX_CHARS, WAITS, ChatWriter
from briefing.errors import WriterError
from briefing.model.settings import LanguageModel
from briefing.ports import Writer
from tests.engines.models import ModelServer, Reply, dripping, dropping, nobody, says, serving
from tests.fakes import FakeWriter

KEY = "sk-hush-hush-1234567890"
GOOD = "Ferries crossed the strait again on Saturday."


class Slept(list[float]):
    """Keeps how long it was to sleep, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def writer(url: str, *, timeout: float = 5, sleep: Slept | None = None) -> ChatWriter:
    model = LanguageModel(base_url=url, model="small", api_key=KEY, timeout=timeout)
    return ChatWriter(model=model, sleep=Slept() if sleep is None else sleep)


def failure(url: str, *, timeout: float = 5, sleep: Slept | None = None) -> WriterError:
    with pytest.raises(WriterError) as caught:
        writer(url, timeout=timeout, sleep=sleep).write("Condense.", "Ferries.")
    return caught.value


@contextmanager
def answering(kind: str, *replies: Reply, fake: str | WriterError) -> Iterator[Writer]:
    if kind == "fake":
        yield FakeWriter([fake])
    else:
        with serving(*replies) as server:
            yield writer(server.url)


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_every_writer_gives_the_answer_stripped(kind: str) -> None:
    with answering(kind, says(f"\n {GOOD} \n"), fake=f"\n {GOOD} \n") as asked:
        assert asked.write("Condense.", "Ferries.") == GOOD


@pytest.mark.parametrize("kind", ["fake", "real"])
def test_every_writer_raises_one_error_for_all_that_goes_wrong(kind: str) -> None:
    with answering(kind, Reply(status=401), fake=WriterError("no", lasting=True)) as asked:
        for _ in range(2):
            with pytest.raises(WriterError) as caught:
                asked.write("Condense.", "Ferries.")
            assert (caught.value.lasting, caught.value.unreachable) == (True, False)


def test_the_question_is_the_protocols() -> None:
    with serving(says(GOOD)) as server:
        assert writer(server.url).write("Condense.", "Ferries “back”.") == GOOD
    (question,) = server.questions
    assert question["model"] == "small"
    assert question["messages"] == [
        {"role": "system", "content": "Condense."},
        {"role": "user", "content": "Ferries “back”."},
    ]
    assert (question["stream"], question["temperature"]) == (False, 0)
    assert server.keys == [f"Bearer {KEY}"]


def test_a_server_without_a_key_is_sent_none() -> None:
    with serving(says(GOOD)) as server:
        ChatWriter(model=LanguageModel(base_url=server.url, model="small")).write("Condense.", "Ferries.")
    assert server.keys == [None]


@pytest.mark.parametrize("tag", ["think", "thinking"])
def test_the_thoughts_of_a_model_are_no_part_of_its_answer(tag: str) -> None:
    with serving(says(f"<{tag}>Let me see.\nHm.</{tag}>\n\n{GOOD}")) as server:
        assert writer(server.url).write("Condense.", "Ferries.") == GOOD


@pytest.mark.parametrize("thought", ["Hm.\n</think>", "<think>Hm.</think><think>So?</think>"])
def test_thoughts_without_a_beginning_and_second_thoughts_are_none_either(thought: str) -> None:
    with serving(says(f"{thought}\n{GOOD}")) as server:
        assert writer(server.url).write("Condense.", "Ferries.") == GOOD


def test_a_key_that_comes_back_is_no_answer_to_keep() -> None:
    with serving(says(f"You sent Bearer {KEY}.")) as server:
        error = failure(server.url)
    assert "sent the key back" in error.reason
    assert KEY not in str(error)


def test_a_model_that_takes_no_settings_is_asked_without_them_from_then_on() -> None:
    with serving(Reply('{"error": "unsupported"}', status=400), says(GOOD)) as server:
        asked = writer(server.url)
        assert [asked.write("Condense.", "Ferries.") for _ in range(2)] == [GOOD, GOOD]
    assert ["temperature" in question for question in server.questions] == [True, False, False]
    assert ["max_tokens" in question for question in server.questions] == [True, False, False]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_trouble_that_passes_is_waited_out(status: int) -> None:
    slept = Slept()
    with serving(Reply(status=status), says(GOOD)) as server:
        assert writer(server.url, sleep=slept).write("Condense.", "Ferries.") == GOOD
    assert slept == [WAITS[0]]


def test_the_server_says_how_long_to_wait() -> None:
    slept = Slept()
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)  # noqa: TID251  # the header's clock
    replies = (Reply(status=429, headers={"Retry-After": "2"}), Reply(status=503, headers={"Retry-After": soon}))
    with serving(*replies, says(GOOD)) as server:
        assert writer(server.url, sleep=slept, timeout=60).write("Condense.", "Ferries.") == GOOD
    assert slept[0] == 2
    assert 1 <= slept[1] <= 4


@pytest.mark.parametrize("value", ["soon", "-1", "1e999", ""])
def test_an_illegible_wait_is_our_own(value: str) -> None:
    slept = Slept()
    with serving(Reply(status=429, headers={"Retry-After": value}), says(GOOD)) as server:
        assert writer(server.url, sleep=slept).write("Condense.", "Ferries.") == GOOD
    assert slept in ([WAITS[0]], [0.0])


def test_a_wait_beyond_the_time_for_the_article_is_not_begun() -> None:
    slept = Slept()
    with serving(Reply(status=429, headers={"Retry-After": "3600"})) as server:
        error = failure(server.url, sleep=slept)
    assert (slept, error.unreachable, len(server.questions)) == ([], True, 1)
    assert "429" in error.reason


def test_trouble_that_does_not_pass_is_given_up() -> None:
    slept = Slept()
    with serving(Reply(status=429)) as server:
        error = failure(server.url, sleep=slept)
    assert (slept, error.unreachable, error.lasting) == (list(WAITS), True, False)
    assert len(server.questions) == len(WAITS) + 1


def test_a_server_that_hangs_is_left_when_the_time_is_up() -> None:
    began = time.monotonic()
    with serving(Reply(hangs=True)) as server:
        error = failure(server.url, timeout=0.3)
        assert time.monotonic() - began < 2
        server.done.set()
    assert error.unreachable
    assert "within 0.3 s" in error.reason
    assert len(server.questions) == 1


def test_a_body_that_trickles_in_is_left_when_the_time_is_up() -> None:
    with serving(Reply(trickles=True)) as server:
        error = failure(server.url, timeout=0.3)
    assert error.unreachable
    assert "within 0.3 s" in error.reason


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TRICKLES = {
    "headers": (HEAD + b"X-Patience: ", b"a"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "the length of a chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a"),
    "a body that stops": (HEAD + b"Content-Length: 99\r\n\r\n", b""),
}


@pytest.mark.parametrize(("first", "drop"), TRICKLES.values(), ids=TRICKLES)
def test_whatever_trickles_in_the_time_for_an_article_is_kept(first: bytes, drop: bytes) -> None:
    began = time.monotonic()
    with dripping(first, drop) as url:
        error = failure(url, timeout=0.4)
    assert time.monotonic() - began < 1.5
    assert error.unreachable
    assert "within 0.4 s" in error.reason


def test_a_body_that_ends_early_is_no_answer() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{"
    with dropping(after=head) as url:
        assert failure(url).unreachable


@pytest.mark.parametrize("after", [b"", b"nonsense\r\n\r\n"], ids=["at once", "with noise"])
def test_a_server_that_hangs_up_cannot_be_reached(after: bytes) -> None:
    slept = Slept()
    with dropping(after=after) as url:
        error = failure(url, sleep=slept)
    assert error.unreachable
    assert slept == list(WAITS)


def test_nobody_at_the_address_is_said_so() -> None:
    error = failure(nobody())
    assert error.unreachable
    assert "could not be reached" in error.reason


REFUSALS = {
    "wrong key": (Reply('{"error": "' + KEY + '"}', status=401), "refused the key (401)", True),
    "forbidden": (Reply(KEY, status=403), "refused the key (403)", True),
    "unpaid": (Reply(status=402), "wants to be paid", True),
    "unknown model": (Reply('{"error": "model not found"}', status=404), "no such model or address (404)", True),
    "elsewhere": (Reply(status=302, headers={"Location": "https://elsewhere.example/"}), "sends us elsewhere", True),
    "too long a question": (Reply(KEY, status=413), "turned the question down (413)", False),
    "never satisfied": (Reply(KEY, status=400), "turned the question down (400)", False),
    "HTML": (Reply("<h1>It works!</h1>", kind="text/html"), "answered no JSON", False),
    "broken JSON": (Reply('{"choices": ['), "of another form", False),
    "no JSON object": (Reply("[]"), "of another form", False),
    "bottomless JSON": (Reply("[" * 100_000), "of another form", False),
    "no bytes": (Reply(b""), "of another form", False),
    "no UTF-8": (Reply(b'"\xff\xfe"'), "of another form", False),
    "no choices": (Reply('{"choices": []}'), "of another form", False),
    "no message": (Reply('{"choices": [{"text": "old protocol"}]}'), "of another form", False),
    "null": (Reply('{"choices": [{"message": {"content": null}}]}'), "answered nothing", False),
    "empty": (says("  \n"), "answered nothing", False),
    "thoughts alone": (says("<think>Hm.</think> "), "answered nothing", False),
    "cut": (says("Ferries crossed the", ended="length"), "too long", False),
    "a novel": (says("Ferries. " * MAX_CHARS), "too long", False),
    "a huge body": (Reply(b" " * (MAX_BYTES + 70_000)), "more than 1 MB", False),
}


@pytest.mark.parametrize(("reply", "words", "lasting"), REFUSALS.values(), ids=REFUSALS)
def test_an_answer_of_no_use_is_one_clear_error_without_the_servers_words(
    reply: Reply, words: str, lasting: bool
) -> None:
    with serving(reply) as server:
        error = failure(server.url)
    assert words in error.reason
    assert (error.lasting, error.unreachable) == (lasting, False)
    assert KEY not in str(error)


def test_half_a_character_is_made_whole() -> None:
    with serving(Reply(json.dumps({"choices": [{"message": {"content": "Ferries \ud83d are \0 back."}}]}))) as server:
        assert writer(server.url).write("Condense.", "Ferries.") == "Ferries \ufffd are \ufffd back."


def test_the_key_is_in_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Reply(status=500), Reply(status=401)) as server:
        asked = writer(server.url)
        with pytest.raises(WriterError) as caught:
            asked.write("Condense.", "Ferries.")
    told = [repr(asked), repr(asked.model), repr(caught.value), *map(str, caplog.records), caplog.text]
    assert not [text for text in told if KEY in text]


def test_one_server_serves_many_threads(server_of_eight: ModelServer) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # only here

    asked = writer(server_of_eight.url)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: asked.write("Condense.", str(n)), range(8)))
    assert answers == [GOOD] * 8
    assert sorted(server_of_eight.material) == [str(n) for n in range(8)]


@pytest.fixture
def server_of_eight() -> Iterator[ModelServer]:
    with serving(says(GOOD)) as server:
        yield server

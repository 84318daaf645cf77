"""Vectors have unit length, keep the order of the texts, and are close when texts mean the same."""

from __future__ import annotations

import math
import os
from datetime import UTC, datetime, timedelta
from multiprocessing import active_children

import pytest

from briefing.engines.clock import StoppedClock, SystemClock
from briefing.engines.vector_process import SeparateEncoder
from briefing.engines.vectors import UniversalEncoder
from briefing.ports import Encoder


@pytest.fixture(scope="module", params=[UniversalEncoder, SeparateEncoder], ids=["here", "in its own process"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    made: Encoder = request.param()
    made.prepare()
    return made


def cosine(a: object, b: object) -> float:
    return float(sum(x * y for x, y in zip(a, b, strict=True)))  # type: ignore[call-overload] # both are rows of floats


def test_a_translation_is_closer_than_another_subject(encoder: Encoder) -> None:
    texts = ["The ferry ran aground at night", "Le ferry s'est échoué dans la nuit", "The bank cut its interest rate"]
    first, translated, other = encoder.encode(texts)
    assert cosine(first, translated) > 0.6
    assert cosine(first, other) < 0.3


def test_every_vector_has_unit_length_even_of_nothing(encoder: Encoder) -> None:
    for vector in encoder.encode(["", "?", "Ferry", "湾" * 500]):
        assert len(vector) == 512
        assert math.isclose(math.sqrt(cosine(vector, vector)), 1.0, abs_tol=1e-5)


def test_half_a_surrogate_pair_costs_no_vector(encoder: Encoder) -> None:
    vectors = encoder.encode(["Ferry \ud800 aground", "Ferry"])
    assert [len(vector) for vector in vectors] == [512, 512]


def test_no_text_gives_no_vector(encoder: Encoder) -> None:
    assert encoder.encode([]) == ()


def test_more_texts_than_one_batch_keep_their_order(encoder: Encoder) -> None:
    texts = [f"Ferry number {n}" for n in range(300)]
    vectors = encoder.encode(texts)
    (alone,) = encoder.encode([texts[290]])
    assert len(vectors) == 300
    assert cosine(vectors[290], alone) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.slow
def test_both_encoders_say_the_same() -> None:
    texts = ["The ferry ran aground at night", "Le ferry s'est échoué dans la nuit"]
    for here, there in zip(UniversalEncoder().encode(texts), SeparateEncoder().encode(texts), strict=True):
        assert list(here) == list(there)


@pytest.mark.slow
def test_a_process_that_dies_costs_time_but_no_vector() -> None:
    encoder = SeparateEncoder()
    encoder.encode(["warm"])
    (child,) = [child for child in active_children() if child.name == "encoder" and child.pid != os.getpid()][-1:]
    child.kill()
    child.join()
    assert len(encoder.encode(["The ferry ran aground at night"])) == 1


def test_the_system_clock_knows_its_offset() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_stopped_clock_names_one_moment_always() -> None:
    moment = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
    clock = StoppedClock(moment)
    assert clock.now() == clock.now() == moment

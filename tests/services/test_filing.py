"""Articles become stories with everything a build and the filter need; no text is encoded twice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.compose.rank import Preference, rank
from briefing.model.article import Article, Published
from briefing.ports import Encoder, VectorCache
from briefing.services.filing import Filing, story_id
from tests.fakes import FakeEncoder, MemoryVectors
from tests.make import NOW, article
from tests.services.house import FERRY, NEWS, WIND


def filing(encoder: Encoder | None, cache: VectorCache | None) -> Filing:
    return Filing(topics=(), encoder=encoder, cache=cache)


def test_a_storys_id_depends_on_its_lead_alone() -> None:
    assert story_id(FERRY) == story_id(replace(FERRY, text="Rewritten.")) != story_id(WIND)


def test_without_an_encoder_there_are_no_vectors() -> None:
    cache = MemoryVectors()
    assert filing(None, cache).encode({"a": "text"}) == {}
    assert filing(FakeEncoder(), cache).encode({}) == {}
    assert cache.vectors == {}


def test_only_what_the_cache_never_saw_is_encoded() -> None:
    encoder, cache = FakeEncoder(), MemoryVectors()
    first = filing(encoder, cache).encode({"a": "ferries", "b": "wind"})
    second = filing(encoder, cache).encode({"a": "ferries", "c": "cheese"})
    assert encoder.encoded == ["ferries", "wind", "cheese"]
    assert list(second["a"]) == pytest.approx(list(first["a"]))
    assert set(second) == {"a", "c"}


def test_a_text_that_stands_there_twice_is_encoded_once() -> None:
    encoder = FakeEncoder()
    found = filing(encoder, None).encode({"a": "ferries", "b": "ferries"})
    assert encoder.encoded == ["ferries"]
    assert list(found["a"]) == list(found["b"])


def test_many_texts_go_in_batches_and_the_watcher_hears_of_each() -> None:
    heard: list[tuple[str, int, int]] = []
    texts = {str(n): f"text {n}" for n in range(130)}
    found = filing(FakeEncoder(), MemoryVectors()).encode(texts, watch=lambda *step: heard.append(step))
    assert heard == [("vectors", 64, 130), ("vectors", 128, 130), ("vectors", 130, 130)]
    assert list(found) == list(texts)


class Compass(FakeEncoder):
    """Answers with one vector, whatever the text."""

    def __init__(self, vector: Sequence[float]) -> None:
        super().__init__()
        self.vector = vector

    def _place(self, text: str) -> list[float]:
        return list(self.vector)


@pytest.mark.parametrize("vector", [[0.0] * 512, [math.nan] + [0.0] * 511, [math.inf] * 512])
def test_a_vector_that_points_nowhere_is_none(vector: Sequence[float]) -> None:
    filed = filing(Compass(vector), None).file(NEWS)
    assert filed.vectors == {}
    assert len(filed.stories) == len(filing(None, None).file(NEWS).stories)


def test_half_a_surrogate_pair_or_half_an_address_stops_nobody() -> None:
    odd = Article(id="\udfff", title="Ferries stay in harbour \ud800", url="https://[::1")
    assert len(filing(FakeEncoder(), MemoryVectors()).file([odd]).stories) == 1


# ---------------------------------------------------------------- copies
SENTENCES = (
    "The ferry left the harbour.",
    "Crews had waited nine days.",
    "The sea was calm.",
    "Ministers thanked them.",
)


@st.composite
def voices(draw: st.DrawFn) -> list[Article]:
    """Up to six outlets on a ferry, long or short, dated or not."""
    told = []
    for n in range(draw(st.integers(1, 6))):
        lines = [f"{sentence} Report {n}, line {i}." for i, sentence in enumerate(SENTENCES * draw(st.integers(0, 6)))]
        hours = draw(st.none() | st.integers(0, 40))
        published = Published(at=None if hours is None else NOW - timedelta(hours=hours))
        title = f"Ferry number {n} leaves the harbour"
        told.append(article(title, source=f"Outlet {n}", text=" ".join(lines), published=published))
    return told


@pytest.mark.slow
@settings(deadline=None)
@given(voices(), st.data())
def test_a_copy_never_raises_a_score(told: list[Article], data: st.DataObject) -> None:
    original = data.draw(st.sampled_from(told))
    kept = data.draw(st.sampled_from([1.0, 0.7]))
    # The date of a copy is news of an original that has none: it came out no later.
    hours = data.draw(st.none() | st.integers(0, 40)) if original.published.at else None
    copy = replace(
        original,
        id="copy",
        source="Wire Mirror",
        text=original.text[: int(kept * len(original.text))],
        published=Published(at=None if hours is None else NOW - timedelta(hours=hours)),
    )
    assert best_score([*told, copy]) <= best_score(told)


def best_score(told: list[Article]) -> float:
    filed = filing(None, None).file(told)
    return rank(filed.stories, now=NOW, preference=Preference())[0].score.total


@settings(deadline=None)
@given(st.permutations(NEWS))
def test_the_order_of_the_articles_never_shows_in_a_story(told: list[Article]) -> None:
    assert filing(FakeEncoder(), None).file(told).stories == filing(FakeEncoder(), None).file(NEWS).stories

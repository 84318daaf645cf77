from __future__ import annotations

import re
from datetime import time

import pytest

from briefing.model.edition import DEFAULT_SEGMENT
from briefing.services.segments import default_segment, segment_of
from tests.services.house import CONFIG, ENERGY, GOSSIP, confirmed, with_topics

WITH_TOPICS = with_topics(ENERGY, GOSSIP)


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"language": "en"},
        {"topics": ("A topic of last year",)},
        {"topics": ("Gossip",)},
        {"timezone": "Nowhere/Atlantis", "name": "Ada"},
    ],
    ids=["nothing", "the briefing's own language", "forgotten topic", "muted topic", "unknown zone and name"],
)
def test_who_chose_nothing_of_weight_reads_the_default(choices: dict[str, object]) -> None:
    assert segment_of(confirmed("ada", **choices), WITH_TOPICS) == default_segment(WITH_TOPICS)
    assert default_segment(WITH_TOPICS).key == DEFAULT_SEGMENT


def test_the_same_choices_in_any_order_are_one_segment() -> None:
    one = segment_of(confirmed("ada", languages=("fr", "en"), topics=("Energy",)), WITH_TOPICS)
    other = segment_of(confirmed("ben", languages=("en", "fr", "en"), topics=("Energy", "Gossip")), WITH_TOPICS)
    assert one == other
    assert (one.languages, one.topics) == (("en", "fr"), ("Energy",))


@pytest.mark.parametrize(
    "choices",
    [{"language": "fr"}, {"languages": ("fr",)}, {"topics": ("Energy",)}, {"timezone": "Asia/Tokyo"}, {"at": time(9)}],
)
def test_each_choice_makes_a_segment_of_its_own(choices: dict[str, object]) -> None:
    segment = segment_of(confirmed("ada", **choices), WITH_TOPICS)
    assert segment.key != DEFAULT_SEGMENT
    assert re.fullmatch(r"[a-z]{2}-[0-9a-f]{8}", segment.key)


def test_a_key_is_the_same_on_every_machine_and_day() -> None:
    assert segment_of(confirmed("ada", language="fr", languages=("fr",)), CONFIG).key == "fr-b01a6503"

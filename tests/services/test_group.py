from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from briefing.model.lines import article_line
from briefing.ports import Encoder
from briefing.services.group import Grouping
from tests.fakes import FakeDetector, FakeEncoder
from tests.make import article
from tests.services.house import ENERGY, FERRY, NEWS, WIND

ADDED = {"story", "duplicate_of", "region", "theme", "topics", "muted", "templated"}
WIRE = "The wind farm began at dawn with six of its forty mills, engineers said. " * 6


def grouped(*lines: dict[str, Any], encoder: Encoder | None = None) -> list[dict[str, Any]]:
    return Grouping(topics=(ENERGY,), detector=FakeDetector(), encoder=encoder).run(lines)


def test_one_line_comes_out_per_line_in_the_same_order_with_its_own_fields() -> None:
    lines = [{**article_line(a), "mark": n} for n, a in enumerate(NEWS)]
    found = grouped(*lines)
    assert [{key: value for key, value in line.items() if key not in ADDED} for line in found] == lines
    assert all(set(line) >= ADDED for line in found)


def test_two_voices_share_a_story_and_others_do_not() -> None:
    second = article("Ferries return to the strait after nine days, crews say", source="Strait Radio")
    ferry, other, radio = grouped(*map(article_line, (FERRY, WIND, second)), encoder=FakeEncoder())
    assert ferry["story"] == radio["story"] != other["story"]


def test_copies_are_marked_never_dropped_and_filed_with_their_original() -> None:
    copies = [article_line(article("A wind farm off Ostend", source=name, text=WIRE)) for name in ("One", "Two")]
    found = grouped(*copies)
    originals = [line for line in found if line["duplicate_of"] is None]
    (copy,) = [line for line in found if line["duplicate_of"] is not None]
    assert [line["id"] for line in originals] == [copy["duplicate_of"]]
    assert {line["story"] for line in found} == {copy["story"]}
    assert copy["topics"] == originals[0]["topics"]


def test_topics_of_the_config_are_named() -> None:
    wind, ferry = grouped(article_line(WIND), article_line(FERRY))
    assert (wind["topics"], ferry["topics"]) == (["Energy"], [])


def test_what_a_topic_mutes_is_marked() -> None:
    mute = replace(ENERGY, mute=True)
    lines = Grouping(topics=(mute,), detector=FakeDetector(), encoder=None).run(list(map(article_line, (WIND, FERRY))))
    assert [line["muted"] for line in lines] == [True, False]


def test_pages_made_from_a_form_are_marked_and_tell_each_its_own_story() -> None:
    towns = [article_line(article(f"Weather in {town}", text="")) for town in ("Lyon", "Nice", "Brest", "Lens")]
    found = grouped(article_line(FERRY), *towns)
    assert [line["templated"] for line in found] == [False, True, True, True, True]
    assert len({line["story"] for line in found}) == 5


def test_nothing_comes_of_nothing() -> None:
    assert grouped() == []


def test_two_lines_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="two lines share an id"):
        grouped(article_line(FERRY), article_line(FERRY))


def test_lines_may_lack_every_field_but_id_and_title() -> None:
    (line,) = grouped({"id": 7, "title": "Ferries return"})
    assert (line["id"], line["duplicate_of"], line["region"], line["topics"]) == (7, None, None, [])

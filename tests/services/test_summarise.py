from __future__ import annotations

from typing import Any

import pytest

from briefing.model.settings import SummaryRule
from briefing.services.summarise import Summariser
from tests.fakes import FakeDetector

LINE = {
    "id": "a1",
    "title": "Ferries return",
    "text": "Ferries crossed the strait again on Saturday. The crossing had been shut for nine days. Crews cheered.",
}


def summarised(line: dict[str, Any], **rule: Any) -> dict[str, Any]:
    return Summariser(rule=SummaryRule(**rule), detector=FakeDetector())(line)


def test_a_line_keeps_what_it_had_and_gains_a_summary() -> None:
    line = {**LINE, "shelf_mark": {"deep": [1, None]}, "language": None}
    found = summarised(line)
    assert {key: value for key, value in found.items() if key != "summary"} == line


def test_spans_are_verbatim_and_within_the_budget() -> None:
    summary = summarised(LINE, max_chars=60)["summary"]
    assert " ".join(LINE["text"][start:end] for start, end in summary["spans"]) == summary["text"]
    assert len(summary["text"]) <= 60


def test_an_earlier_summary_is_replaced() -> None:
    assert summarised({**LINE, "summary": "old"}, method="lead")["summary"]["method"] == "lead"


def test_a_line_with_a_title_alone_has_no_summary() -> None:
    assert summarised({"id": "a1", "title": "Ferries return"})["summary"] is None


@pytest.mark.parametrize("line", [{}, {"id": "a1"}, {**LINE, "text": 7}, {**LINE, "published_at": "soon"}])
def test_what_is_no_article_line_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        summarised(line)

"""Takes article lines, gives them back with a summary each: the second stage as a Unix filter.

Next: briefing/services/group.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from briefing.compose.summarise import summarise
from briefing.model.lines import parse_article, summary_fields
from briefing.services.extract import Line, with_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from briefing.model.settings import SummaryRule
    from briefing.ports import LanguageDetector


def summarise_line(line: Mapping[str, Any], *, rule: SummaryRule, detector: LanguageDetector) -> Line:
    """The line with its `summary`.

    Raises:
        ValueError: the line is no article line.
    """
    article = with_language(parse_article(line), detector)
    return {**line, "summary": summary_fields(summarise(article, rule))}

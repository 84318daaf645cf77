"""Takes article lines, gives them back with a summary each: the second stage as a Unix filter.

Next: briefing/services/group.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from briefing.compose.summarise import summarise
from briefing.model.lines import parse_article, summary_fields
from briefing.services.extract import Line, with_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from briefing.model.settings import SummaryRule
    from briefing.ports import LanguageDetector
    from briefing.services.generate import Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Summariser:
    """Adds a summary to article lines.

    Attributes:
        generator: writes summaries where it can; None when all are made of the article's own sentences.
    """

    rule: SummaryRule
    detector: LanguageDetector
    generator: Generator | None = None

    def __call__(self, line: Mapping[str, Any]) -> Line:
        """The line with its `summary`.

        Raises:
            ValueError: the line is no article line.
        """
        article = with_language(parse_article(line), self.detector)
        written = self.generator.generate((article,)) if self.generator else {}
        summary = written.get(article.id) or summarise(article, self.rule.extractive)
        return {**line, "summary": summary_fields(summary)}

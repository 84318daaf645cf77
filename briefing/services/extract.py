"""Takes saved files, gives article lines: the first stage of a build as a Unix filter.

Next: briefing/services/summarise.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from briefing.errors import ParseError
from briefing.model.edition import Problem
from briefing.model.lines import article_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from briefing.model.article import Article
    from briefing.model.source import SavedFile
    from briefing.ports import DocumentReader, LanguageDetector

#: Language is told from this much of a text: 300 characters reached .965 on 200 pages, a title alone .955.
LANGUAGE_CHARS = 300

#: A line of JSON; fields we do not know are handed on.
Line = dict[str, Any]


def extract(
    files: Iterable[SavedFile | Problem], *, reader: DocumentReader, detector: LanguageDetector
) -> Iterator[Line | Problem]:
    """The articles of each file as lines, or the problem that kept it from being read, file by file."""
    for saved in files:
        if isinstance(saved, Problem):
            yield saved
            continue
        try:
            for article in reader.read(saved):
                yield article_line(with_language(article, detector))
        except ParseError as error:
            yield Problem(stage="collect", source=error.source, file=saved.name, message=error.reason)


def with_language(article: Article, detector: LanguageDetector) -> Article:
    """Fills in an article's language where its publisher did not say."""
    if article.language:
        return article
    return replace(article, language=detector.detect(article.words_of[:LANGUAGE_CHARS]))

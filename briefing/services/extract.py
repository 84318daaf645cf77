"""Takes saved files, gives article lines: the first stage of a build as a Unix filter.

Next: briefing/services/summarise.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from briefing.errors import ParseError
from briefing.model.edition import Problem
from briefing.model.lines import article_line
from briefing.services.parallel import answer_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from briefing.model.article import Article
    from briefing.model.source import SavedFile
    from briefing.ports import DocumentReader, LanguageDetector

#: Language is told from this much of a text: 300 characters reached .965 on 200 pages, a title alone .955.
LANGUAGE_CHARS = 300

#: A line of JSON; fields we do not know are handed on.
Line = dict[str, Any]


#: Files that the first process reads before others are forked: enough to load the models for all. A page takes fifty
#: milliseconds, so the third pays for two processes already; and files are large, so few are on their way at once.
_ALONE, _PARCEL = 2, 2


def extract(
    files: Iterable[SavedFile | Problem], *, reader: DocumentReader, detector: LanguageDetector, processes: int = 1
) -> Iterator[Line | Problem]:
    """The articles of each file as lines, or the problem that kept it from being read, file by file."""
    take = Extraction(reader=reader, detector=detector)
    for found in answer_in_order(take, files, processes=processes, alone=_ALONE, parcel=_PARCEL):
        yield from found


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Reads one file."""

    reader: DocumentReader
    detector: LanguageDetector

    def __call__(self, saved: SavedFile | Problem) -> list[Line | Problem]:
        """Its articles as lines, or the problem that kept it from being read."""
        if isinstance(saved, Problem):
            return [saved]
        try:
            return [article_line(with_language(article, self.detector)) for article in self.reader.read(saved)]
        except ParseError as error:
            return [Problem(stage="collect", source=error.source, file=saved.name, message=error.reason)]


def with_language(article: Article, detector: LanguageDetector) -> Article:
    """Fills in an article's language where its publisher did not say."""
    if article.language:
        return article
    return replace(article, language=detector.detect(article.words_of[:LANGUAGE_CHARS]))

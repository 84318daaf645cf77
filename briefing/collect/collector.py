"""Takes the sources of a briefing, gives all their articles, one report per outlet and a problem for each mishap.

However the answers came in, the articles come out in the order of the sources.

Next: briefing/engines/language.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from briefing.collect.fetch import ATTEMPTS, open_fetcher
from briefing.collect.outcomes import Outcome, Planned
from briefing.collect.reports import Reports
from briefing.collect.rounds import Round
from briefing.model.source import Collected, SourceKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from briefing.collect.documents import Documents
    from briefing.collect.folder import FolderReading
    from briefing.model.article import Article
    from briefing.model.settings import FetchRule
    from briefing.model.source import Source
    from briefing.ports import ArticleStore, VisitBook

#: Seconds for fetching everything; with reading, a run stays under a minute whatever the servers do.
BUDGET_S = 50.0


class SourceCollector:
    """Reads folders, feeds, pages, lists of feeds and mailboxes. Implements `ports.Collector`.

    Args:
        visits: knows whom not to ask yet.
        articles: keeps what sources gave.
        window: of the briefing; what came out in it is given also when its source no longer carries it.
    """

    def __init__(
        self,
        *,
        rule: FetchRule,
        documents: Documents,
        visits: VisitBook,
        articles: ArticleStore,
        window: timedelta,
    ) -> None:
        self._rule, self._documents = rule, documents
        self._visits, self._articles, self._window = visits, articles, window

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port: one bad source costs its own articles and nothing else."""
        outcomes: list[Outcome] = []
        # The outcomes do not come as the task's result: when asyncio.run hands SIGINT back, CPython 3.11 writes the
        # task out in full to look the handler up among the known ones, .2 s for a thousand articles.
        asyncio.run(self._read_all(sources, outcomes, now=now))
        reports = Reports()
        read = chain.from_iterable([_tell(outcome, reports) for outcome in outcomes])
        articles = {article.id: article for article in reversed([*read])}  # of two with one id, the first stays
        return Collected(
            articles=tuple(reversed(articles.values())),
            reports=reports.merged(),
            problems=tuple(reports.problems),
            visits=tuple(replace(o.visit, name=o.name) for o in outcomes if o.visit is not None),
        )

    async def _read_all(self, sources: Sequence[Source], outcomes: list[Outcome], *, now: datetime) -> None:
        notes = self._visits.load_hosts()
        async with open_fetcher(self._rule, now=now, budget_s=BUDGET_S, notes=notes, attempts=ATTEMPTS) as fetcher:
            round_ = Round(
                fetcher=fetcher,
                documents=self._documents,
                visits=self._visits,
                articles=self._articles,
                window=self._window,
                now=now,
            )
            outcomes += await round_.read_all([Planned(source=source) for source in sources])
            self._visits.save_hosts(fetcher.learnt)


def _tell(outcome: Outcome, reports: Reports) -> tuple[Article, ...]:
    """Reports one outcome; gives its articles."""
    if outcome.folder is not None:
        return _tell_folder(outcome, outcome.folder, reports)
    if outcome.notice is not None:
        reports.noticed(outcome.name, outcome.notice)
    if outcome.error is not None:
        since = outcome.visit.failing_since if outcome.visit else None
        reports.failed(outcome.name, outcome.error, articles=len(outcome.articles), since=since)
    else:
        reports.gave(outcome.name, len(outcome.articles))
    return outcome.articles


def _tell_folder(outcome: Outcome, folder: FolderReading, reports: Reports) -> tuple[Article, ...]:
    source, name = outcome.planned.source, outcome.name
    for problem in folder.problems:
        reports.failed_file(problem, name)
    reports.gave_each(folder.articles, otherwise=name)
    if not folder.articles and not folder.problems:
        reports.gave(name, 0)
    return tuple(
        replace(
            article,
            country=article.country or source.country,
            source=article.source or source.name,
            file=None if source.kind is SourceKind.MAILBOX else article.file,  # a letter has a number, not a file
        )
        for article in folder.articles
    )

"""Takes what is kept of long ago, gives the room back: once a day, whatever is older than it is needed.

Next: briefing/services/archive.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from briefing.ports import (
        AlarmLog,
        Archive,
        ArticleStore,
        Clock,
        Ledger,
        PreparedEditions,
        RequestNotes,
        RunLog,
        VectorCache,
        VisitBook,
    )
    from briefing.services.subscribe import ReaderList

#: What strangers asked for on our pages. No limit looks further back than a day.
REQUESTS_KEPT = timedelta(days=2)
#: No window of lateness is longer than a few days, and the archive keeps the pages.
PREPARED_KEPT = timedelta(days=7)
#: A program that was off looks a month back for what it missed (`slots.MOST_DAYS_BACK`); nobody misses it in a pause.
PAUSES_KEPT = timedelta(days=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepReport:
    """Says how much was forgotten.

    Attributes:
        deliveries: rows of the books.
        pages: editions in the archive, each segment's counted.
        requests: of strangers on our pages.
        readers: who asked on our pages and never agreed.
        runs: reports on editions.
        pauses: of readers, long over.
        prepared: editions of which no copy will be made any more.
        articles: that no source carries any more.
        vectors: of texts that nobody compares any more.
    """

    deliveries: int = 0
    pages: int = 0
    requests: int = 0
    readers: int = 0
    runs: int = 0
    pauses: int = 0
    prepared: int = 0
    articles: int = 0
    vectors: int = 0


@dataclass(slots=True, kw_only=True)
class Upkeep:
    """Forgets what nobody needs any more.

    Attributes:
        keep: how long the books, pages and run report of an edition stay (`keep: ledger`).
        keep_articles: how long articles stay that no source carries (`keep: articles`), what is known of addresses, and
            vectors that nobody uses.
    """

    ledger: Ledger
    archive: Archive
    prepared: PreparedEditions
    runs: RunLog
    alarms: AlarmLog
    requests: RequestNotes
    readers: ReaderList
    articles: ArticleStore
    visits: VisitBook
    vectors: VectorCache
    clock: Clock
    keep: timedelta
    keep_articles: timedelta
    _done_on: date | None = field(default=None, init=False)

    def tick(self) -> UpkeepReport | None:
        """Does it when it was not done today (UTC) since the program began; None when it was."""
        today = self.clock.now().date()
        if self._done_on == today:
            return None
        report = self.run()
        self._done_on = today
        return report

    def run(self) -> UpkeepReport:
        """Does it now. An edition of exactly that age stays."""
        now = self.clock.now()
        before = (now - self.keep).date()
        self.alarms.prune(before=before)
        self.visits.prune(before=now - self.keep_articles)
        return UpkeepReport(
            deliveries=self.ledger.prune(before=before),
            pages=self.archive.prune(before=before),
            requests=self.requests.prune(before=now - REQUESTS_KEPT),
            readers=self.readers.erase_unanswered(),
            runs=self.runs.prune(before=before),
            pauses=self.readers.store.forget_pauses(before=(now - PAUSES_KEPT).date()),
            prepared=self.prepared.prune(before=(now - PREPARED_KEPT).date()),
            articles=self.articles.prune(before=now - self.keep_articles),
            vectors=self.vectors.prune(before=(now - self.keep_articles).date()),
        )

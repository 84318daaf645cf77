"""Takes the sources of a briefing, gives all their articles, one report per outlet and a problem for each mishap.

Everything is fetched first, many hosts at once; then everything is read, in the order of the sources, so that the same
answers always give the same articles in the same order.

Next: briefing/engines/language.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.collect.completing import complete_articles
from briefing.collect.documents import DocumentKind, Documents, Reading
from briefing.collect.encoding import decode
from briefing.collect.fetch import Fetched, Fetcher, Wanted, open_fetcher
from briefing.collect.folder import folder_name, read_folder
from briefing.collect.metadata import find_feed_link
from briefing.collect.names import feed_name
from briefing.collect.opml import parse_opml
from briefing.collect.pages import parse_page
from briefing.collect.reports import Reports
from briefing.collect.values import host_of
from briefing.errors import SourceError
from briefing.model.source import Collected, SavedFile, Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from briefing.model.article import Article
    from briefing.model.settings import FetchRule

#: Seconds for fetching everything; with reading, a run stays under a minute whatever the servers do.
BUDGET_S = 50.0

#: Seconds for the pages of feeds with full_text.
PAGES_S = 30.0

_NOT_A_FEED = {
    DocumentKind.PAGE: "is a web page, not a feed",
    DocumentKind.MAIL: "is a mail, not a feed",
    DocumentKind.DUMP: "is plain text, not a feed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Carries a source to read, and what its OPML list calls it."""

    source: Source
    label: str | None = None

    @property
    def known_as(self) -> str:
        """What to call it as long as it has not said its own name; never the address itself."""
        if self.source.kind is SourceKind.FOLDER:
            return folder_name(self.source)
        host = host_of(self.source.location) or Path(self.source.location).name
        return self.source.name or feed_name(self.label, self.source.location) or host or self.source.kind.value


Answer = tuple[Planned, Fetched | SourceError | None]


class SourceCollector:
    """Reads folders, feeds, pages and lists of feeds. Implements `ports.Collector`.

    Args:
        on_progress: told each time a source has answered: its name, how many have, how many are known of by now.
    """

    def __init__(
        self, *, rule: FetchRule, documents: Documents, on_progress: Callable[[str, int, int], None] | None = None
    ) -> None:
        self._rule, self._documents, self._on_progress = rule, documents, on_progress

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port: one bad source costs its own articles and nothing else."""
        answers = asyncio.run(_fetch_all(sources, self._rule, now=now, on_progress=self._on_progress))
        reports = Reports()
        given = [(planned, self._read(planned, answer, reports, now=now)) for planned, answer in answers]
        read = asyncio.run(_complete_all(given, self._rule, self._documents, now=now))
        articles = {article.id: article for article in reversed(read)}  # of two with one id, the first stays
        return Collected(
            articles=tuple(reversed(articles.values())), reports=reports.merged(), problems=tuple(reports.problems)
        )

    def _read(
        self, planned: Planned, answer: Fetched | SourceError | None, reports: Reports, *, now: datetime
    ) -> tuple[Article, ...]:
        try:
            if answer is None:
                return self._read_folder(planned, reports, now=now)
            if isinstance(answer, SourceError):
                raise answer
            return self._read_answer(planned, answer, reports, now=now)
        except SourceError as error:
            reports.failed(planned.known_as, error.reason)
            return ()

    def _read_folder(self, planned: Planned, reports: Reports, *, now: datetime) -> tuple[Article, ...]:
        source, name = planned.source, planned.known_as
        reading = read_folder(source, self._documents, now=now)
        for problem in reading.problems:
            reports.failed_file(problem, name)
        reports.gave_each(reading.articles, otherwise=name)
        if not reading.articles and not reading.problems:
            reports.gave(name, 0)
        return tuple(
            replace(article, country=article.country or source.country, source=article.source or source.name)
            for article in reading.articles
        )

    def _read_answer(
        self, planned: Planned, answer: Fetched, reports: Reports, *, now: datetime
    ) -> tuple[Article, ...]:
        source = planned.source
        saved = SavedFile(
            name=planned.known_as, content=_as_utf8(answer), captured_at=now, captured_assumed=False, url=answer.url
        )
        reading = self._documents.examine(saved)
        _require_kind(source, reading)
        name = source.name or reading.name or planned.known_as
        reports.gave(name, len(reading.articles))
        return tuple(replace(article, source=name, country=source.country, file=None) for article in reading.articles)


def _require_kind(source: Source, reading: Reading) -> None:
    if source.kind is SourceKind.FEED and reading.kind is not DocumentKind.FEED:
        cure = "; it announces one, so name it under sources as page: instead" if reading.feed_link else ""
        raise SourceError("", _NOT_A_FEED[reading.kind] + cure)
    if source.kind is SourceKind.PAGE and not reading.articles and reading.kind is not DocumentKind.FEED:
        raise SourceError("", "announces no feed and holds no article; look for the address of its feed")


def _as_utf8(answer: Fetched) -> bytes:
    """What the server says about the charset is lost later on, so it is used here."""
    charset = (answer.charset or "utf-8").lower()
    return answer.content if charset.startswith("utf") else decode(answer.content, declared=charset).encode()


async def _fetch_all(
    sources: Sequence[Source], rule: FetchRule, *, now: datetime, on_progress: Callable[[str, int, int], None] | None
) -> tuple[Answer, ...]:
    async with open_fetcher(rule, now=now, budget_s=BUDGET_S) as fetcher:
        round_ = _Round(fetcher, on_progress)
        groups = await asyncio.gather(*(round_.answers(Planned(source=source)) for source in sources))
    return tuple(chain.from_iterable(groups))


async def _complete_all(
    given: Sequence[tuple[Planned, tuple[Article, ...]]], rule: FetchRule, documents: Documents, *, now: datetime
) -> list[Article]:
    """The articles of all sources in their order; those of sources with full_text with the text of their pages."""
    async with open_fetcher(rule, now=now, budget_s=PAGES_S) as fetcher:

        async def completed(planned: Planned, articles: tuple[Article, ...]) -> tuple[Article, ...]:
            if not planned.source.full_text or planned.source.kind is SourceKind.FOLDER:
                return articles
            # The secrets are the feed's, and no page's; no page is the source's own either.
            wanted = Wanted(url=planned.source.location, name=planned.known_as)
            return await complete_articles(
                articles, ask=lambda url: fetcher.fetch(replace(wanted, url=url)), documents=documents, now=now
            )

        return list(chain.from_iterable(await asyncio.gather(*(completed(*one) for one in given))))


class _Round:
    """Fetches what each source needs: nothing, one document, or a list and then each feed on it."""

    def __init__(self, fetcher: Fetcher, on_progress: Callable[[str, int, int], None] | None) -> None:
        self._fetcher, self._on_progress = fetcher, on_progress
        self._done = self._known = 0

    async def answers(self, planned: Planned) -> tuple[Answer, ...]:
        if planned.source.kind is SourceKind.OPML:
            return await self._list_answers(planned)
        self._known += 1
        try:
            answer = await self._answer(planned)
        except SourceError as error:
            answer = error
        self._done += 1
        if self._on_progress:
            self._on_progress(planned.known_as, self._done, self._known)
        return ((planned, answer),)

    async def _answer(self, planned: Planned) -> Fetched | SourceError | None:
        if planned.source.kind is SourceKind.FOLDER:
            return None
        answer = await self._fetcher.fetch(_wanted(planned))
        return await self._feed_of(planned, answer) if planned.source.kind is SourceKind.PAGE else answer

    async def _feed_of(self, planned: Planned, page: Fetched) -> Fetched:
        """The feed that the page announces; the page itself when there is none or it does not answer."""
        tree = parse_page(decode(page.content, declared=page.charset))
        link = find_feed_link(tree, base=page.url) if tree is not None else None
        if link is None:
            return page
        try:
            return await self._fetcher.fetch(replace(_wanted(planned), url=link))
        except SourceError:
            return page

    async def _list_answers(self, planned: Planned) -> tuple[Answer, ...]:
        try:
            feeds = parse_opml(await self._list_text(planned), source=planned.source, name=planned.known_as)
        except SourceError as error:
            return ((planned, error),)
        named = (Planned(source=replace(feed, name=None), label=feed.name) for feed in feeds)
        return tuple(chain.from_iterable(await asyncio.gather(*map(self.answers, named))))

    async def _list_text(self, planned: Planned) -> str:
        location = planned.source.location
        if location.startswith(("http://", "https://")):
            answer = await self._fetcher.fetch(_wanted(planned))
            return decode(answer.content, declared=answer.charset)
        try:
            return decode(Path(location).read_bytes())
        except OSError as error:
            raise SourceError(
                planned.known_as, f"this list cannot be opened ({error.strerror}); correct opml: in the config"
            ) from error


def _wanted(planned: Planned) -> Wanted:
    source = planned.source
    return Wanted(
        url=source.location,
        name=planned.known_as,
        headers=source.headers,
        username=source.username,
        password=source.password,
    )

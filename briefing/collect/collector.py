"""Takes the sources of a briefing, gives all their articles, one report per outlet and a problem for each mishap.

Everything is fetched first, many hosts at once; then everything is read, in the order of the sources, so that the same
answers always give the same articles in the same order.

Next: briefing/engines/language.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.collect.discovery import find_feed
from briefing.collect.documents import DocumentKind, Documents, Reading
from briefing.collect.encoding import decode
from briefing.collect.fetch import Fetched, Fetcher, Wanted, open_fetcher
from briefing.collect.folder import folder_name, read_folder
from briefing.collect.listing import read_listing
from briefing.collect.names import feed_name, place_names
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

_NOT_A_FEED = {
    DocumentKind.PAGE: "is a web page, not a feed",
    DocumentKind.MAIL: "is a mail, not a feed",
    DocumentKind.DUMP: "is plain text, not a feed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Carries a source to read, what its OPML list calls it, and what tells it from the others of its host."""

    source: Source
    label: str | None = None
    place: str | None = None

    @property
    def known_as(self) -> str:
        """What to call it as long as it has not said its own name; never the address itself."""
        if self.source.kind is SourceKind.FOLDER:
            return folder_name(self.source)
        place = self.place or host_of(self.source.location) or Path(self.source.location).name
        return self.source.name or feed_name(self.label, self.source.location) or place or self.source.kind.value


Answer = tuple[Planned, Fetched | SourceError | None]


class SourceCollector:
    """Reads folders, feeds, pages, lists of feeds and mailboxes. Implements `ports.Collector`.

    Args:
        window: how far back the letters of a mailbox are read.
        on_progress: told each time a source has answered: its name, how many have, how many are known of by now.
    """

    def __init__(
        self,
        *,
        rule: FetchRule,
        documents: Documents,
        window: timedelta = timedelta(hours=36),
        on_progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        self._rule, self._documents, self._window, self._on_progress = rule, documents, window, on_progress

    def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
        """Implements the port: one bad source costs its own articles and nothing else."""
        fetched = asyncio.run(_fetch_all(sources, self._rule, now=now, on_progress=self._on_progress))
        places = place_names(planned.source.location for planned, _ in fetched)
        answers = [(replace(planned, place=places.get(planned.source.location)), answer) for planned, answer in fetched]
        reports = Reports()
        read = chain.from_iterable([self._read(planned, answer, reports, now=now) for planned, answer in answers])
        articles = {article.id: article for article in reversed([*read])}  # of two with one id, the first stays
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
        if source.kind is SourceKind.MAILBOX:
            from briefing.collect.mailbox import read_mailbox  # noqa: PLC0415 - few have one, and its library is large

            reading = read_mailbox(source, self._documents, name=name, now=now, window=self._window)
        else:
            reading = read_folder(source, self._documents, now=now)
        for problem in reading.problems:
            reports.failed_file(problem, name)
        reports.gave_each(reading.articles, otherwise=name)
        if not reading.articles and not reading.problems:
            reports.gave(name, 0)
        return tuple(
            replace(
                article,
                country=article.country or source.country,
                source=article.source or source.name,
                file=article.file if source.kind is SourceKind.FOLDER else None,
            )
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
        if source.kind is SourceKind.PAGE and reading.kind is DocumentKind.PAGE:
            reading = replace(reading, articles=_listed(saved) or reading.articles)
        _require_kind(source, reading)
        name = source.name or reading.name or planned.known_as
        reports.gave(name, len(reading.articles))
        return tuple(replace(article, source=name, country=source.country, file=None) for article in reading.articles)


def _listed(saved: SavedFile) -> tuple[Article, ...]:
    """The headlines of a front page; none when it is an article."""
    tree = parse_page(decode(saved.content))
    return read_listing(tree, saved=saved) if tree is not None else ()


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
        if planned.source.kind in {SourceKind.FOLDER, SourceKind.MAILBOX}:
            return None
        wanted = _wanted(planned)
        answer = await self._fetcher.fetch(wanted)
        is_site = planned.source.kind is SourceKind.PAGE
        return await find_feed(self._fetcher, wanted, answer) if is_site else answer

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

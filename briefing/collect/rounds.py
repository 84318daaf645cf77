"""Takes the sources of a briefing, asks each whose time has come, gives what each gave, now or earlier.

Each source is read as soon as it has answered, one after the other in a thread, while others are still being asked; so
no more bodies are held than are under way.

Next: briefing/collect/collector.py.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.collect.completing import as_read_before, complete_articles, is_tried
from briefing.collect.encoding import decode
from briefing.collect.names import place_names
from briefing.collect.opml import parse_opml
from briefing.collect.outcomes import Outcome, Planned
from briefing.collect.places import read_place
from briefing.collect.requesting import fetch_source, page_request, source_request
from briefing.collect.shown import shown_address
from briefing.collect.taking import take_in
from briefing.collect.visiting import answered, begun, find_turn, turned_down
from briefing.errors import SourceError
from briefing.model.source import SourceKind
from briefing.model.visit import Visit, visit_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from briefing.collect.discovery import Found
    from briefing.collect.documents import Documents
    from briefing.collect.fetch import Fetcher
    from briefing.model.article import Article
    from briefing.ports import ArticleStore, VisitBook

#: Answers held at once, on their way or waiting to be read: half as many again as are asked at once.
HELD = 24
#: More than the window: a bare date lasts so much longer somewhere, and what is too old is left out later anyway.
_MARGIN = timedelta(days=2)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Round:
    """Reads every source once.

    Attributes:
        window: of the briefing; what came out in it is given although its source no longer carries it.
    """

    fetcher: Fetcher
    documents: Documents
    visits: VisitBook
    articles: ArticleStore
    window: timedelta
    now: datetime
    _known: dict[str, Visit] = field(default_factory=dict, init=False)
    _noted: dict[str, Visit] = field(default_factory=dict, init=False)
    _notices: dict[str, str] = field(default_factory=dict, init=False)
    _turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock), init=False)
    _held: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(HELD), init=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _addresses: list[str] = field(default_factory=list, init=False)

    async def read_all(self, planned: Sequence[Planned]) -> tuple[Outcome, ...]:
        """Reads these sources; gives what became of each, in their order, and of each feed on a list."""
        planned = self._placed(planned)
        self._prepare([one for one in planned if one.is_remote])
        groups = await asyncio.gather(*map(self._read, planned))
        outcomes = tuple(chain.from_iterable(groups))
        # Last, because validators of an answer whose articles were lost would keep those from ever being read.
        self.visits.save_visits(self._noted.values())
        self._noted.clear()
        return outcomes

    def _placed(self, planned: Sequence[Planned]) -> list[Planned]:
        """Gives each a name of its own; those that were read before keep theirs."""
        self._addresses += [one.source.location for one in planned]
        places = place_names(self._addresses)
        return [replace(one, place=places.get(one.source.location)) for one in planned]

    def _prepare(self, planned: Sequence[Planned]) -> None:
        """Notes the requests before they are made, in one transaction for all."""
        # What this round knows of an address by now, the book does not: a list may name what is under way already.
        new = {visit_key(one.source): one for one in planned if visit_key(one.source) not in self._known}
        kept = self.visits.load_visits(new)
        self._known |= {key: kept.get(key) or Visit(key=key, name=one.known_as) for key, one in new.items()}
        due = [one for one in new.values() if find_turn(self._visit(one), one.source, now=self.now)]
        self.visits.save_visits(begun(self._visit(one), one.source, name=one.known_as, now=self.now) for one in due)

    def _visit(self, planned: Planned) -> Visit:
        return self._known[visit_key(planned.source)]

    async def _read(self, planned: Planned) -> tuple[Outcome, ...]:
        if planned.source.kind is SourceKind.OPML:
            return await self._read_list(planned)
        outcome = await (self._read_address(planned) if planned.is_remote else self._read_place(planned))
        return (outcome,)

    async def _read_place(self, planned: Planned) -> Outcome:
        name = planned.known_as
        # A mailbox is waited for, so nothing else waits for it.
        turn = nullcontext() if planned.source.kind is SourceKind.MAILBOX else self._reading
        try:
            async with turn:
                since = self.now - self.window
                folder = await asyncio.to_thread(read_place, planned, self.documents, now=self.now, since=since)
        except SourceError as error:
            return Outcome(planned=planned, name=name, error=error.reason)
        return Outcome(planned=planned, name=name, folder=folder)

    async def _read_address(self, planned: Planned) -> Outcome:
        async with self._turns[visit_key(planned.source)]:  # an address on two lists is asked once
            await self._visit_address(planned)
        visit, since = self._visit(planned), self.now - self.window - _MARGIN
        async with self._reading:
            articles = await asyncio.to_thread(
                self.articles.load_articles, visit.key, carried_at=visit.full_at, since=since
            )
        name = planned.named(visit.outlet)
        return Outcome(
            planned=planned,
            name=name,
            articles=tuple(replace(a, source=name, country=planned.source.country, file=None) for a in articles),
            error=visit.error,
            notice=_notice(planned, visit) or self._notices.get(visit.key),
            visit=visit,
        )

    async def _visit_address(self, planned: Planned) -> None:
        """Asks when it is time, keeps what is new, and notes how that went."""
        visit, source = self._visit(planned), planned.source
        turn = find_turn(visit, source, now=self.now)
        if turn is None:
            return
        under_way = begun(visit, source, name=planned.known_as, now=self.now)
        before = await asyncio.to_thread(self._carried, visit) if source.full_text else {}
        try:
            async with self._held:
                found = await fetch_source(self.fetcher, planned, turn)
                is_page = source.kind is SourceKind.PAGE
                done = answered(under_way, found.answer, found=found if is_page else None, now=self.now)
                if not found.answer.is_unchanged:
                    async with self._reading:
                        done = await asyncio.to_thread(self._take_in, planned, found, done, before)
                self._note(done)
            if source.full_text:
                await self._complete(planned, done, before)
        except SourceError as error:
            self._note_failure(visit, under_way, error)

    def _note_failure(self, visit: Visit, under_way: Visit, error: SourceError) -> None:
        was_asked = getattr(error, "was_asked", True)
        asked = under_way if was_asked else replace(under_way, asked_at=visit.asked_at)
        self._note(turned_down(asked, error, now=self.now))

    async def _complete(self, planned: Planned, visit: Visit, before: Mapping[str, Article]) -> None:
        """Reads the pages of entries that no earlier run read the page of."""
        carried = await asyncio.to_thread(self._carried, visit)
        completed = await complete_articles(
            tuple(carried.values()),
            tried={article.id for article in before.values() if is_tried(article)},
            ask=lambda url: self.fetcher.fetch(page_request(planned, url)),
            documents=self.documents,
            now=self.now,
        )
        if completed.failure is not None:
            self._notices[visit.key] = completed.failure
        async with self._reading:
            await asyncio.to_thread(
                self.articles.save_articles, visit.key, completed.articles, now=visit.full_at or self.now
            )

    def _carried(self, visit: Visit) -> dict[str, Article]:
        """What the address gave when it was last read in full, by id."""
        kept = self.articles.load_articles(visit.key, carried_at=visit.full_at, since=_NEVER) if visit.full_at else ()
        return {article.id: article for article in kept}

    def _take_in(self, planned: Planned, found: Found, visit: Visit, before: Mapping[str, Article]) -> Visit:
        taken = take_in(planned, found, self.documents, now=self.now)
        articles = [as_read_before(article, before.get(article.id)) for article in taken.articles]
        self.articles.save_articles(visit.key, articles, now=self.now)
        return replace(visit, outlet=taken.name)

    def _note(self, visit: Visit) -> None:
        self._known[visit.key] = self._noted[visit.key] = visit

    async def _read_list(self, planned: Planned) -> tuple[Outcome, ...]:
        failure: tuple[Outcome, ...] = ()
        try:
            text = await self._list_text(planned) if planned.is_remote else _list_in_file(planned)
            if planned.is_remote and self._visit(planned).error:
                failure = (self._list_failure(planned, str(self._visit(planned).error)),)
            if text is None:
                return failure
            feeds = parse_opml(text, source=planned.source, name=planned.known_as)
        except SourceError as error:
            return (self._list_failure(planned, error.reason),)
        named = [Planned(source=replace(feed, name=None), label=feed.name) for feed in feeds]
        return (*failure, *await self.read_all(named))

    def _list_failure(self, planned: Planned, reason: str) -> Outcome:
        visit = self._visit(planned) if planned.is_remote else None
        return Outcome(planned=planned, name=planned.known_as, error=reason, visit=visit)

    async def _list_text(self, planned: Planned) -> str | None:
        """The list as it is now, or as it was when that is not known."""
        visit = self._visit(planned)
        turn = find_turn(visit, planned.source, now=self.now)
        if turn is not None:
            under_way = begun(visit, planned.source, name=planned.known_as, now=self.now)
            try:
                answer = await self.fetcher.fetch(source_request(planned, turn))
                text = decode(answer.content, declared=answer.charset)
                if not answer.is_unchanged:
                    parse_opml(text, source=planned.source, name=planned.known_as)
                    under_way = replace(under_way, listed=text.encode())
                self._note(answered(under_way, answer, now=self.now))
            except SourceError as error:
                self._note_failure(visit, under_way, error)
        listed = self._visit(planned).listed
        return None if listed is None else listed.decode()


def _list_in_file(planned: Planned) -> str:
    try:
        return decode(Path(planned.source.location).read_bytes())
    except OSError as error:
        reason = f"this list cannot be opened ({error.strerror}); correct opml: in the config"
        raise SourceError(planned.known_as, reason) from error


def _notice(planned: Planned, visit: Visit) -> str | None:
    """Tells of a feed that has moved; where a page has its feed is no news."""
    if planned.source.kind is not SourceKind.FEED or not visit.address:
        return None
    return f"has moved for good to {shown_address(visit.address)}; write the new address in the config"

"""Takes the address of a site or a feed that a person names, gives what would be read there: `FirstLook`.

What was asked is remembered as for any source, so that the next edition, within the hour, need not ask again.

Next: briefing/collect/mailbox.py.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.collect.discovery import Found, find_feed
from briefing.collect.documents import DocumentKind
from briefing.collect.fetch import Wanted, open_fetcher
from briefing.collect.outcomes import Planned
from briefing.collect.taking import take_in
from briefing.collect.visiting import answered, begun
from briefing.errors import SourceError
from briefing.model.source import Source, SourceKind
from briefing.model.visit import FirstLook, Visit, visit_key

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.collect.documents import Documents, Reading
    from briefing.model.settings import FetchRule
    from briefing.ports import VisitBook

#: Seconds for everything: the page, its robots.txt, its feed or the common places of feeds.
BUDGET_S = 40.0


class SourceScout:
    """Looks at an address before it is a source. Implements `ports.Scout`.

    Args:
        visits: knows which hosts want to be left alone.
    """

    def __init__(self, *, rule: FetchRule, documents: Documents, visits: VisitBook) -> None:
        self._rule, self._documents, self._visits = rule, documents, visits

    def look(self, url: str, *, now: datetime) -> FirstLook:
        """Implements the port."""
        planned = Planned(source=Source(kind=SourceKind.PAGE, location=url))
        found = asyncio.run(self._find(planned, now=now))
        try:
            reading = take_in(planned, found, self._documents, now=now)
        except SourceError as error:
            raise SourceError(planned.known_as, error.reason) from error
        return _first_look(planned, found, reading, now=now)

    async def _find(self, planned: Planned, *, now: datetime) -> Found:
        wanted = Wanted(url=planned.source.location, name=planned.known_as)
        async with open_fetcher(self._rule, now=now, budget_s=BUDGET_S, notes=self._visits.load_hosts()) as fetcher:
            try:
                # A person asked for this one address; robots.txt has its say on what would be read unasked.
                return await find_feed(fetcher, wanted, await fetcher.fetch(wanted), is_invited=False)
            finally:
                self._visits.save_hosts(fetcher.learnt)


def _first_look(planned: Planned, found: Found, reading: Reading, *, now: datetime) -> FirstLook:
    is_feed = reading.kind is DocumentKind.FEED
    if not is_feed and len(reading.articles) < 2:
        reason = "is one article, and announces no feed; give the address of the site's front page or of its feed"
        raise SourceError(planned.known_as, reason)
    kind = SourceKind.FEED if is_feed else SourceKind.PAGE
    source = replace(planned.source, kind=kind, location=found.address or planned.source.location)
    name = planned.named(reading.name)
    visit = begun(Visit(key=visit_key(source)), source, name=name, now=now)
    visit = answered(visit, found.answer, found=None if is_feed else found, now=now)
    return FirstLook(source=source, name=name, articles=reading.articles, visit=replace(visit, outlet=reading.name))

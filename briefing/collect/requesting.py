"""Takes a source whose turn has come, gives what answered for it: itself, or the feed that its page announces.

Next: briefing/collect/rounds.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.collect.discovery import Found, find_feed
from briefing.collect.fetch import Wanted
from briefing.model.source import SourceKind

if TYPE_CHECKING:
    from briefing.collect.fetch import Fetcher
    from briefing.collect.outcomes import Planned
    from briefing.collect.visiting import Turn


async def fetch_source(fetcher: Fetcher, planned: Planned, turn: Turn) -> Found:
    """Asks the source with the words of its turn.

    Raises:
        FetchError: no usable answer.
    """
    wanted = source_request(planned, turn)
    if planned.source.kind is not SourceKind.PAGE or turn.address is not None:
        return Found(answer=await fetcher.fetch(wanted), address=turn.address)
    page = await fetcher.fetch(replace(wanted, obeys_robots=True))
    return Found(answer=page) if page.is_unchanged else await find_feed(fetcher, wanted, page, explores=turn.explores)


def source_request(planned: Planned, turn: Turn) -> Wanted:
    """The source's own address with its credentials, or the one found in its place."""
    source = planned.source
    return Wanted(
        url=turn.address or source.location,
        home=source.location,
        name=planned.known_as,
        headers=source.headers,
        username=source.username,
        password=source.password,
        proxy=source.proxy,
        etag=turn.etag,
        last_modified=turn.last_modified,
    )


def page_request(planned: Planned, url: str) -> Wanted:
    """One of the pages that the source's entries lead to; the secrets are the source's, and no page's."""
    return Wanted(url=url, name=planned.known_as, proxy=planned.source.proxy, obeys_robots=True)

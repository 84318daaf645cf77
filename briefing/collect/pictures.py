"""Takes the addresses of pictures that publishers name, gives each as a `Picture`, or nothing when it cannot be had.

Pictures are fetched like feeds: one request per host at a time, never from inside our own network. Each is decoded by
another process that may hang or die over it, and that ends with the last of them. Nobody waits long: the edition is
worth more than its pictures.

Next: briefing/collect/shrinking.py, which makes them small.
"""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode
from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.collect.fetch import Wanted, open_fetcher
from briefing.collect.shrinking import FORMATS
from briefing.collect.values import host_of
from briefing.collect.worker import Worker, WorkerLost
from briefing.errors import ParseError, SourceError
from briefing.model.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from briefing.collect.fetch import Fetcher
    from briefing.model.picture import PictureSize
    from briefing.model.settings import FetchRule

#: Seconds for fetching all that are wanted together, for fetching one of them, and for decoding those that came.
FETCHING_S, PATIENCE_S, DECODING_S = 10.0, 5.0, 10.0
#: Seconds for decoding one; 40 megapixels take 1 s, on a machine with three times the work it can do 3 s.
DEADLINE_S = 5.0
#: Of one picture as its server sends it: a photograph of 24 megapixels in good quality.
MAX_BYTES = 5_000_000
#: What a server with several versions of a picture may choose from.
ACCEPT = ",".join(f"image/{kind.lower()}" for kind in FORMATS)

log = logging.getLogger(__name__)


class PublishersPictures:
    """Fetches pictures and makes them small. Implements `ports.PictureDesk`.

    Args:
        rule: how to behave on other people's servers; its limits are lowered to those of pictures.
        fetching_s, decoding_s: seconds for all that are wanted together.
        deadline_s: seconds for decoding one of them.
    """

    def __init__(
        self,
        *,
        rule: FetchRule,
        fetching_s: float = FETCHING_S,
        decoding_s: float = DECODING_S,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._rule = replace(
            rule, timeout=min(rule.timeout, PATIENCE_S), max_bytes=min(rule.max_bytes, MAX_BYTES), gap=0
        )
        self._fetching_s, self._decoding_s, self._deadline_s = fetching_s, decoding_s, deadline_s

    def find_pictures(self, wanted: Mapping[str, PictureSize], *, now: datetime) -> Mapping[str, Picture]:
        """Implements the port; takes 25 seconds at most, whatever the servers and their pictures do."""
        return asyncio.run(self._find_all(wanted, now=now)) if wanted else {}

    async def _find_all(self, wanted: Mapping[str, PictureSize], *, now: datetime) -> dict[str, Picture]:
        ends_at = asyncio.get_running_loop().time() + self._fetching_s + self._decoding_s
        darkroom = _Darkroom(ends_at=ends_at, deadline_s=self._deadline_s)
        try:
            async with open_fetcher(self._rule, now=now, budget_s=self._fetching_s, accept=ACCEPT) as fetcher:
                found = await asyncio.gather(*(_find(fetcher, darkroom, *each) for each in wanted.items()))
        finally:
            darkroom.close()
        return {address: picture for address, picture in zip(wanted, found, strict=True) if picture is not None}


async def _find(fetcher: Fetcher, darkroom: _Darkroom, address: str, size: PictureSize) -> Picture | None:
    host = host_of(address) or "no host"
    try:
        fetched = await fetcher.fetch(Wanted(url=address, name=host))
        return await darkroom.shrink(fetched.content, size, name=host)
    except SourceError as error:
        log.debug("picture.left_out host=%s reason=%s", host, error.reason)
        return None


class _Darkroom:
    """Has pictures made small, one after the other, in another process.

    Args:
        ends_at: moment on the event loop's clock after which no further one is begun.
    """

    def __init__(self, *, ends_at: float, deadline_s: float) -> None:
        self._ends_at = ends_at
        self._worker = Worker(deadline_s=deadline_s, reads="pictures")
        self._turn = asyncio.Lock()

    async def shrink(self, content: bytes, size: PictureSize, *, name: str) -> Picture:
        """Makes one small.

        Raises:
            ParseError: it is no picture, none worth showing, or there is no time left for it.
        """
        async with self._turn:
            if asyncio.get_running_loop().time() >= self._ends_at:
                raise ParseError(name, "was not decoded, because this edition's time for pictures was used up")
            try:
                answer = await asyncio.to_thread(self._worker.ask, {"size": size.name, "name": name}, content)
            except WorkerLost as lost:
                raise ParseError(name, str(lost)) from lost
        if "reason" in answer:
            raise ParseError(name, answer["reason"])
        return Picture(**{**answer, "content": b64decode(answer["content"])})

    def close(self) -> None:
        """Ends the process."""
        self._worker.close()

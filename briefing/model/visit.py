"""Takes a source with an address, gives `Visit`: what was said at the last request, and when the next one may come.

Next: briefing/model/colours.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from briefing.model.article import require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.article import Article
    from briefing.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Remembers one address over restarts.

    Attributes:
        key: of the address in the config; see `visit_key`.
        name: what reports call the source until it has said its own name, `outlet`.
        recipe: of the rest of its config; see `visit_recipe`.
        asked_at, next_at: the last request, and when the next may come; None before the first.
        read_at: the last good answer, "not modified" included; `full_at` the last one with a body.
        etag, last_modified: sent back as they came.
        address: asked in place of the configured one: where it moved for good, or the feed that a page announced.
        moves_to: where a permanent redirect led, so far once.
        failing_since, error: first failure after the last good answer, and the newest reason.
        is_gone: answered 410; not asked again with this config.
        listed: a list of feeds as it came; None for what is no list.
    """

    key: str
    name: str = ""
    outlet: str | None = None
    recipe: str = ""
    asked_at: datetime | None = None
    next_at: datetime | None = None
    read_at: datetime | None = None
    full_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    address: str | None = field(default=None, repr=False)
    moves_to: str | None = field(default=None, repr=False)
    failing_since: datetime | None = None
    error: str | None = None
    is_gone: bool = False
    listed: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("asked_at", "next_at", "read_at", "full_at", "failing_since"):
            require_aware(name, getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class HostNote:
    """Remembers what a host asked of us.

    Attributes:
        host: with its port.
        paused_until: it answered 429 or 503; None when it did not.
        robots, robots_at: its robots.txt ("" for none), and when that was read.
    """

    host: str
    paused_until: datetime | None = None
    robots: str | None = None
    robots_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Says how many articles of a source are kept, and when the newest of them came out, as far as that is known."""

    articles: int = 0
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """Says what an address gives that is no source yet.

    Attributes:
        source: how it would be read: the feed that was found, or the page itself as a list of its articles.
        name: what the outlet calls itself, or its host.
        articles: in the source's order.
        visit: what is remembered of it once it is a source.
    """

    source: Source
    name: str
    articles: tuple[Article, ...]
    visit: Visit


def visit_key(source: Source) -> str:
    """What the source is remembered by: a hash, because its address may hold a token."""
    return hashlib.sha256(f"{source.kind.value} {source.location}".encode()).hexdigest()


def visit_recipe(source: Source) -> str:
    """Changes when a person changes how the source is asked: then an address that failed is worth another try."""
    told = (source.headers, source.username, source.password, source.proxy)
    return hashlib.sha256(repr(told).encode()).hexdigest()

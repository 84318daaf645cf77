"""Takes stories as an edition told them, gives what earlier editions told, so that nothing is news twice.

Next: briefing/store/archive.py.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, select

from briefing.model.article import Article
from briefing.model.lines import article_line, parse_article
from briefing.model.story import REMEMBERED, Told
from briefing.store.database import insert_into, reading, writing
from briefing.store.schema import snapshots, told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlEditionMemory:
    """Remembers in the database which articles each segment was told, and when.

    Ids are kept for good, texts as long as `REMEMBERED`: what stays in a folder for a year is no news after two weeks.
    """

    engine: Engine

    def told_articles(self, *, since: date) -> tuple[Article, ...]:
        """Every text that an edition since that date told to anybody."""
        wanted = select(snapshots.c.article).where(snapshots.c.edition >= since).order_by(snapshots.c.key)
        with reading(self.engine) as connection:
            return tuple(map(_unpack, connection.scalars(wanted)))

    def told_before(self, edition: date, segment: str) -> tuple[Told, ...]:
        """What editions before `edition` told to the segment, by thread and article."""
        recent = and_(snapshots.c.key == told.c.snapshot, told.c.edition >= edition - REMEMBERED)
        rows = (
            select(told.c.article, told.c.thread, func.min(told.c.since), snapshots.c.article)
            .select_from(told.outerjoin(snapshots, recent))
            .where(told.c.segment == segment, told.c.edition < edition)
            .group_by(told.c.article, told.c.thread, snapshots.c.key, snapshots.c.article)
            .order_by(told.c.thread, told.c.article, snapshots.c.key)
        )
        with reading(self.engine) as connection:
            found = connection.execute(rows).all()
        return tuple(
            Told(article=_unpack(text) if text else Article(id=article), thread=thread, since=since)
            for article, thread, since, text in found
        )

    def told_on(self, edition: date, segment: str) -> tuple[Told, ...]:
        """What that edition told the segment, by thread and article."""
        rows = (
            select(told.c.article, told.c.thread, told.c.since, snapshots.c.article)
            .select_from(told.outerjoin(snapshots, snapshots.c.key == told.c.snapshot))
            .where(told.c.segment == segment, told.c.edition == edition)
            .order_by(told.c.thread, told.c.article)
        )
        with reading(self.engine) as connection:
            found = connection.execute(rows).all()
        return tuple(
            Told(article=_unpack(text) if text else Article(id=article), thread=thread, since=since)
            for article, thread, since, text in found
        )

    def remember(self, edition: date, segment: str, told_now: Iterable[Told]) -> None:
        """Records what the edition told, and forgets texts that are too old; safe to repeat."""
        # In order, so that two who remember the same do not wait for each other.
        every = sorted(told_now, key=lambda piece: piece.article.id)
        if not every:
            return
        packed = [_pack(piece.article) for piece in every]
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in packed]
        rows = [
            {
                "edition": edition,
                "segment": segment,
                "article": piece.article.id,
                "thread": piece.thread,
                "since": piece.since,
                "snapshot": key,
            }
            for piece, key in zip(every, keys, strict=True)
        ]
        texts = [
            {"key": key, "edition": edition, "article": text}
            for key, text in sorted(dict(zip(keys, packed, strict=True)).items())
        ]
        with writing(self.engine) as connection:
            connection.execute(insert_into(connection, told).on_conflict_do_nothing(), rows)
            newer = insert_into(connection, snapshots)
            connection.execute(
                newer.on_conflict_do_update(
                    index_elements=["key"],
                    set_={"edition": newer.excluded.edition},
                    where=snapshots.c.edition < newer.excluded.edition,
                ),
                texts,
            )
            connection.execute(delete(snapshots).where(snapshots.c.edition < edition - REMEMBERED))


def _pack(article: Article) -> str:
    """The article's line without what is unknown, in ASCII: a lone surrogate would be no UTF-8."""
    return json.dumps({name: value for name, value in article_line(article).items() if value}, sort_keys=True)


def _unpack(text: str) -> Article:
    fields: dict[str, Any] = json.loads(text)
    if not fields.keys() & {"title", "text"}:
        return Article(id=fields["id"])
    return parse_article(fields)

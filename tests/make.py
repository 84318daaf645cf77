"""Makes articles and stories for tests: everything has a plausible default, a test names only what it is about."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from briefing.model.article import Article, Published
from briefing.model.edition import Counts, Edition, Section, SectionKind
from briefing.model.story import Area, Region, Story

#: The morning every test lives in.
NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)


@contextmanager
def rights_of_an_ordinary_user() -> Iterator[None]:
    """Lets the block run as `nobody` where the tests run as root, who may read and write everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def folder_for_everyone() -> Iterator[Path]:
    """A folder that `nobody` can reach too; pytest's own are closed to others."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def article(title: str = "Ferries return to the strait", **fields: Any) -> Article:
    """An article of three hours ago; its id follows from its title and source."""
    fields.setdefault("source", "The Harbour Post")
    fields.setdefault("language", "en")
    fields.setdefault("published", Published(at=NOW - timedelta(hours=3)))
    fields.setdefault("text", "Ferries crossed the strait again on Saturday. The crossing had been shut for nine days.")
    key = hashlib.sha256(f"{title}{fields['source']}".encode()).hexdigest()[:16]
    return Article(**{"id": key, "title": title, **fields})


def story(*articles: Article, **fields: Any) -> Story:
    """A story in Romania unless the test says otherwise."""
    told = articles or (article(),)
    fields.setdefault("region", Region(code="RO", name="Romania", area=Area.EUROPE))
    return Story(**{"id": f"s-{told[0].id}", "articles": told, **fields})


def edition(*stories: Story, **fields: Any) -> Edition:
    """An edition with one section."""
    section = Section(key="europe", title="Europe", kind=SectionKind.REGION, stories=stories or (story(),))
    told = {
        "date": date(2026, 11, 22),
        "name": "The Morning Post",
        "language": "en",
        "timezone": "Europe/Paris",
        "built_at": NOW,
        "window": timedelta(hours=36),
        "sections": (section,),
        "counts": Counts(articles=len(stories) or 1, stories=len(stories) or 1, told=len(stories) or 1),
    }
    return Edition(**{**told, **fields})

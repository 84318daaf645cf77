"""Takes what was gathered, gives it in a form that a database can keep: editions may then be made in other programs.

Next: briefing/services/batches.py.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from briefing.model.edition import Problem, SourceReport, SourceState
from briefing.model.lines import article_line, parse_article, stamp
from briefing.model.story import Area, Coverage, Region, Story, Theme
from briefing.services.build import Gathered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from briefing.model.article import Article

#: Of zlib: what is kept for minutes need not be small.
_LEVEL = 1


def pack_gathered(gathered: Gathered) -> bytes:
    """All that an edition is made from; 1,000 articles of 3 kB take 1.2 MB.

    Left out is what a person asks of a reading later: visits, vectors, what else was read.
    """
    articles: dict[str, Article] = {}
    for story in gathered.stories:
        articles.update((article.id, article) for article in story.printed)
    fields = {
        "articles": [article_line(article) for article in articles.values()],
        "stories": [_story_fields(story) for story in gathered.stories],
        "follows": {story: [article_line(told) for told in earlier] for story, earlier in gathered.follows.items()},
        "counts": {name: getattr(gathered, name) for name in ("articles", "in_window", "duplicates")},
        "reports": [{**asdict(report), "since": stamp(report.since)} for report in gathered.reports],
        "problems": [asdict(problem) for problem in gathered.problems],
    }
    return zlib.compress(json.dumps(fields).encode(), _LEVEL)


def unpack_gathered(packed: bytes) -> Gathered:
    """What `pack_gathered` was given, but for what it leaves out."""
    fields = json.loads(zlib.decompress(packed))
    articles = {line["id"]: _article(line) for line in fields["articles"]}
    return Gathered(
        stories=tuple(_story(story, articles) for story in fields["stories"]),
        follows={story: tuple(map(_article, earlier)) for story, earlier in fields["follows"].items()},
        reports=tuple(map(_report, fields["reports"])),
        problems=tuple(Problem(**problem) for problem in fields["problems"]),
        **fields["counts"],
    )


def _story_fields(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "articles": _ids(story.articles),
        "copied_by": _ids(story.copied_by),
        "region": story.region and asdict(story.region),
        "theme": story.theme and asdict(story.theme),
        "topics": story.topics,
        "coverage": asdict(story.coverage),
    }


def _story(fields: Mapping[str, Any], articles: Mapping[str, Article]) -> Story:
    region, coverage = fields["region"], fields["coverage"]
    return Story(
        id=fields["id"],
        articles=tuple(articles[one] for one in fields["articles"]),
        copied_by=tuple(articles[one] for one in fields["copied_by"]),
        region=region and Region(**{**region, "area": Area(region["area"])}),
        theme=fields["theme"] and Theme(**fields["theme"]),
        topics=tuple(fields["topics"]),
        coverage=Coverage(first=coverage["first"], silent=tuple(coverage["silent"])),
    )


def _ids(articles: Iterable[Article]) -> list[str]:
    return [article.id for article in articles]


def _article(line: Mapping[str, Any]) -> Article:
    # The reader of lines wants a title or a text; what an early version of this program told has neither.
    if line["title"] or line["text"]:
        return parse_article(line)
    return replace(parse_article({**line, "title": line["id"]}), title="")


def _report(fields: Mapping[str, Any]) -> SourceReport:
    since = fields["since"] and datetime.fromisoformat(fields["since"])
    return SourceReport(**{**fields, "state": SourceState(fields["state"]), "since": since})

"""Takes articles and editions, gives the JSON the world sees, and back: the one serialiser of the house.

An article line is one JSON object per article with every field of the contract; unknown is null. What later stages
found (summary, story, region…) is added beside it. edition.json follows `briefing/schema/edition.schema.json`.

Next: briefing/model/subscriber.py.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from briefing.model.article import Article, Published, Summary
from briefing.model.edition import Counts, Edition, Problem, Section, SourceReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from briefing.model.story import Novelty, Region, Story, Theme


def dump_line(fields: Mapping[str, Any]) -> str:
    """Writes one JSON line, readable in any language, safe to split at newlines only."""
    return json.dumps(fields, ensure_ascii=False, separators=(", ", ": "))


def stamp(moment: date | datetime | None) -> str | None:
    """Writes an instant as RFC 3339 with its own offset ("Z" for UTC), a bare date as YYYY-MM-DD."""
    if moment is None:
        return None
    text = moment.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def parse_stamp(text: str | None) -> date | datetime | None:
    """Reads what `stamp` wrote.

    Raises:
        ValueError: not a date, or an instant without an offset.
    """
    if not text:
        return None
    if len(text) == len("2026-11-22"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    return moment


def article_line(article: Article) -> dict[str, Any]:
    """The article's line, every field of the contract in its fixed order."""
    return {
        "id": article.id,
        "file": article.file,
        "title": article.title,
        "text": article.text,
        "excerpt": article.excerpt,
        "language": article.language,
        "url": article.url,
        "source": article.source,
        "country": article.country,
        "categories": list(article.categories),
        "published_at": stamp(article.published.at),
        "published_after": stamp(article.published.after),
        "published_before": stamp(article.published.before),
        "authors": list(article.authors),
        "image": article.image,
        "truncated": article.truncated,
        "confidence": article.confidence,
        "captured_at": stamp(article.captured_at),
        "captured_assumed": article.captured_assumed,
    }


_STRINGS = (
    *("title", "text", "excerpt", "language", "url", "source", "country", "file", "image"),
    *("published_at", "published_after", "published_before", "captured_at"),
)


def parse_article(fields: Mapping[str, Any]) -> Article:
    """Reads a line; any field but `id` and one of `title`, `text` may be missing or null.

    Raises:
        ValueError: no id, neither title nor text, a field of the wrong type, or an unreadable time.
    """
    if not fields.get("id") or not isinstance(fields["id"], str | int):
        raise ValueError("the line has no id")
    if not (fields.get("title") or fields.get("text")):
        raise ValueError("the line has neither title nor text")
    _check_types(fields)
    after, before = (_instant(fields.get(f"published_{end}")) for end in ("after", "before"))
    captured_at = _instant(fields.get("captured_at"))
    return Article(
        id=str(fields["id"]),
        file=fields.get("file"),
        title=fields.get("title") or "",
        text=fields.get("text") or "",
        excerpt=fields.get("excerpt"),
        language=fields.get("language"),
        url=fields.get("url"),
        source=fields.get("source"),
        country=fields.get("country"),
        categories=tuple(fields.get("categories") or ()),
        published=Published(at=parse_stamp(fields.get("published_at")), after=after, before=before),
        authors=tuple(fields.get("authors") or ()),
        image=fields.get("image"),
        truncated=bool(fields.get("truncated")),
        confidence=fields.get("confidence"),
        captured_at=captured_at,
        captured_assumed=bool(fields.get("captured_assumed")),
    )


def _check_types(fields: Mapping[str, Any]) -> None:
    for name in _STRINGS:
        if fields.get(name) is not None and not isinstance(fields[name], str):
            raise ValueError(f"{name} is not a string")
    for name in ("categories", "authors"):
        listed = fields.get(name) or []
        if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
            raise ValueError(f"{name} is not a list of strings")


def _instant(text: str | None) -> datetime | None:
    moment = parse_stamp(text)
    if moment is not None and not isinstance(moment, datetime):
        raise ValueError(f"{text!r} is a date where an instant is needed")
    return moment


def summary_fields(summary: Summary | None) -> dict[str, Any] | None:
    """The `summary` of an article line: spans as [start, end] pairs into that article."""
    if summary is None:
        return None
    spans = [[span.start, span.end] for span in summary.spans]
    return {"text": summary.text, "method": summary.method, "spans": spans}


def region_fields(region: Region | None) -> dict[str, Any] | None:
    """The `region` of an article line or story."""
    return None if region is None else {"code": region.code, "name": region.name, "area": region.area.value}


def theme_fields(theme: Theme | None) -> dict[str, Any] | None:
    """The `theme` of an article line or story."""
    return None if theme is None else {"code": theme.code, "name": theme.name}


def dump_edition(edition: Edition) -> str:
    """Writes edition.json, in lines short enough that two days can be compared."""
    return _laid_out(edition_fields(edition), 4, "\n") + "\n"


def _laid_out(value: object, depth: int, start: str) -> str:
    """JSON with line breaks in the outer `depth` levels. With `indent`, Python writes it 15 times as slowly."""
    inner, parts = f"{start} ", list[str]()
    if depth and isinstance(value, dict) and _holds_more(value.values()):
        parts += [f"{json.dumps(name)}: {_laid_out(piece, depth - 1, inner)}" for name, piece in value.items()]
    elif depth and isinstance(value, list) and _holds_more(value):
        parts += [_laid_out(piece, depth - 1, inner) for piece in value]
    if not parts:
        return json.dumps(value, ensure_ascii=False)
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f"{opening}{inner}{f',{inner}'.join(parts)}{start}{closing}"


def _holds_more(pieces: Iterable[object]) -> bool:
    return any(isinstance(piece, dict | list) for piece in pieces)


def edition_fields(edition: Edition) -> dict[str, Any]:
    """The whole of edition.json."""
    return {
        "edition": {
            "date": stamp(edition.date),
            "name": edition.name,
            "language": edition.language,
            "timezone": edition.timezone,
            "built_at": stamp(edition.built_at),
            "window": _duration(edition.window),
            "segment": edition.segment,
        },
        "sections": [_section_fields(section) for section in edition.sections],
        "brief": [_story_fields(story) for story in edition.brief],
        "sources": [_source_fields(report) for report in edition.sources],
        "counts": _counts_fields(edition.counts),
        "problems": [_problem_fields(problem) for problem in edition.problems],
    }


def _duration(span: timedelta) -> str:
    hours, rest = divmod(int(span.total_seconds()), 3600)
    return f"{hours}h" if rest == 0 else f"{int(span.total_seconds()) // 60}m"


def _section_fields(section: Section) -> dict[str, Any]:
    stories = [_story_fields(story) for story in section.stories]
    return {"key": section.key, "title": section.title, "kind": section.kind.value, "stories": stories}


def _story_fields(story: Story) -> dict[str, Any]:
    lead, summary = story.lead, story.summary
    told = summary and {
        "text": summary.text,
        "method": summary.method,
        "spans": [{"article": s.article, "start": s.start, "end": s.end} for s in summary.spans],
    }
    return {
        "id": story.id,
        "headline": lead.title,
        "language": lead.language,
        "summary": told,
        "region": region_fields(story.region),
        "theme": theme_fields(story.theme),
        "topics": list(story.topics),
        "articles": [_voice_fields(a) for a in story.printed],
        "coverage": {"first": story.coverage.first, "silent": list(story.coverage.silent)},
        "status": story.status.value,
        "day": story.day,
        "news": _news_fields(story.news),
        "score": {"total": story.score.total, "parts": {p.name: round(p.value, 4) for p in story.score.parts}},
        "why": story.why,
    }


def _news_fields(news: Novelty | None) -> dict[str, Any] | None:
    if news is None:
        return None
    return {"text": news.text, "article": news.article, "start": news.start, "end": news.end}


def _voice_fields(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published_at": stamp(article.published.at),
        "published_after": stamp(article.published.after),
        "published_before": stamp(article.published.before),
        "language": article.language,
        "truncated": article.truncated,
    }


def _source_fields(report: SourceReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "state": report.state.value,
        "articles": report.articles,
        "error": report.error,
        "since": stamp(report.since),
    }


def _counts_fields(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__dataclass_fields__}


def _problem_fields(problem: Problem) -> dict[str, Any]:
    return {"stage": problem.stage, "source": problem.source, "file": problem.file, "message": problem.message}

"""Holds edition.json to its schema, and the schema to the model."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from briefing.model.article import Published, Span, Summary
from briefing.model.edition import Counts, Edition, Problem, SectionKind, SourceReport, SourceState
from briefing.model.lines import edition_fields
from briefing.model.settings import EVERY_SUMMARY_METHOD
from briefing.model.story import Area, Novelty, StoryStatus
from tests.make import NOW, article, edition, story
from tests.services.house import EVERYONE, FakeHouse

SCHEMA: dict[str, Any] = json.loads(files("briefing").joinpath("schema/edition.schema.json").read_text("utf-8"))


def faults(fields: Any) -> list[str]:
    """What is wrong with an edition.json; formats such as date-time are checked as well."""
    checker = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(fields)]


def scored(**fields: Any) -> Any:
    """A story as a build leaves it, with every part of its score."""
    builder = FakeHouse().builder
    made = builder.edition(builder.gather(now=NOW), segment=EVERYONE, today=date(2026, 11, 22), now=NOW)
    return replace(made.stories[0], **fields)


BARE = article("Bare", source=None, language=None, text="", published=Published())
EDITIONS: dict[str, Edition] = {
    "as built": edition(scored()),
    "empty": replace(edition(), sections=(), counts=Counts()),
    "failing source": edition(
        scored(),
        sources=(
            SourceReport(name="Dead Post", state=SourceState.FAILED, error="did not answer", since=NOW),
            SourceReport(name="Quiet Post", state=SourceState.EMPTY),
            SourceReport(name="Live Post", state=SourceState.READ, articles=3),
        ),
        problems=(Problem(stage="collect", source="Dead Post", file="a/b.html", message="is empty"),),
    ),
    "brief": edition(scored(), brief=(scored(summary=None),)),
    "nulls": edition(scored(articles=(BARE,), region=None, theme=None, summary=None)),
    "bare date": edition(scored(articles=(replace(BARE, published=Published(at=date(2026, 11, 21))),))),
    "interval": edition(
        scored(articles=(replace(BARE, published=Published(after=NOW - timedelta(hours=2), before=NOW)),))
    ),
    "developing": edition(
        scored(
            status=StoryStatus.DEVELOPING,
            day=3,
            news=Novelty(text="The ferries are back.", article="x", start=0, end=21),
        )
    ),
    "summary of two sentences": edition(
        scored(summary=Summary(text="A. B.", method="lead", spans=(Span(article="x", start=0, end=2),)))
    ),
    "generated summary": edition(
        scored(summary=Summary(text="A. B.", method="llm")),
        problems=(Problem(stage="summarise", source="The Post", message="is told in its own words"),),
    ),
    "minutes": edition(scored(), window=timedelta(minutes=90)),
}


def test_the_schema_is_a_sound_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_kind_of_edition_follows_the_schema(name: str) -> None:
    assert faults(edition_fields(EDITIONS[name])) == []


@pytest.mark.parametrize("by", SectionKind)
def test_an_edition_arranged_in_any_way_follows_the_schema(by: SectionKind) -> None:
    house = FakeHouse()
    house.config = replace(house.config, sections=replace(house.config.sections, by=by))
    assert faults(json.loads(house.newsroom.build().files["edition.json"])) == []


def _enums(fields: Any, key: str) -> Iterable[tuple[str, ...]]:
    if isinstance(fields, dict):
        for name, value in fields.items():
            if name == key and isinstance(value, dict) and "enum" in value:
                yield tuple(value["enum"])
            yield from _enums(value, key)
    elif isinstance(fields, list):
        for value in fields:
            yield from _enums(value, key)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("kind", SectionKind),
        ("state", SourceState),
        ("area", Area),
        ("status", StoryStatus),
        ("method", EVERY_SUMMARY_METHOD),
    ],
    ids=["kind", "state", "area", "status", "method"],
)
def test_every_enumeration_is_spelled_out_as_in_the_model(key: str, values: Iterable[str]) -> None:
    assert list(_enums(SCHEMA, key)) == [tuple(map(str, values))]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("edition", "date"), "22.11.2026"),
        (("edition", "window"), "36 hours"),
        (("counts", "told"), -1),
        (("counts", "extra"), 1),
        (("sections", 0, "kind"), "country"),
        (("sections", 0, "stories"), []),
        (("sections", 0, "stories", 0, "day"), 0),
        (("sections", 0, "stories", 0, "region"), {"code": "FRA", "name": "France", "area": "europe"}),
        (("sections", 0, "stories", 0, "articles"), []),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_the_schema_refuses_what_is_wrong(path: tuple[str | int, ...], value: Any) -> None:
    fields: Any = edition_fields(EDITIONS["as built"])
    place = fields
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert faults(fields)


def test_a_story_never_leaves_out_a_field() -> None:
    fields = edition_fields(EDITIONS["as built"])
    for name in list(fields["sections"][0]["stories"][0]):
        short = json.loads(json.dumps(fields))
        del short["sections"][0]["stories"][0][name]
        assert faults(short), name


def test_a_plain_story_of_the_factory_lacks_its_score() -> None:
    assert faults(edition_fields(edition(story())))

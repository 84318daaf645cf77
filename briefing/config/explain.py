"""Takes pydantic's errors, gives ours: the line, the key, what is wrong with it, and the nearest right word.

Next: briefing/config/load.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from briefing.config.values import suggest
from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from briefing.config.yaml_text import YamlText

_WANTED = {
    "string_type": "text; put it in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list; begin each line with a dash",
    "dict_type": "a mapping of keys",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
}


def explain_errors(
    error: ValidationError, yaml: YamlText, *, name: str, schema: type[BaseModel]
) -> tuple[ConfigError, ...]:
    """One `ConfigError` per mistake, in the order of the lines."""
    found: dict[tuple[str | int, ...], ConfigError] = {}
    for detail in error.errors(include_url=False):
        path = _path_in_file(detail["loc"], yaml)
        place = yaml.place_of(path)
        message = (
            f"{'.'.join(map(str, path))}: {_message(detail, path, schema)}" if path else _message(detail, path, schema)
        )
        # A union tries every member: the first complaint about a key is the one a person can act on.
        found.setdefault(path, ConfigError(name, message, line=place.line, column=place.column))
    return tuple(sorted(found.values(), key=lambda e: (e.line, e.column)))


def _path_in_file(loc: Sequence[str | int], yaml: YamlText) -> tuple[str | int, ...]:
    """Pydantic's path without the names of union members, which stand in no file."""
    path: tuple[str | int, ...] = ()
    for step in loc:
        if (*path, step) in yaml.places or step == loc[-1]:
            path = (*path, step)
    if path and path not in yaml.places and path[-1] in ("str", "Secret"):
        path = path[:-1]
    return path


def _message(detail: ErrorDetails, path: Sequence[str | int], schema: type[BaseModel]) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = _known_keys(schema, path[:-1])
        return f"unknown key{suggest(str(path[-1]), known)}" + (
            "" if suggest(str(path[-1]), known) else _listing(known)
        )
    if kind == "missing":
        return "is missing"
    if kind == "literal_error":
        choices = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"{_shown(given)} is not one of {', '.join(choices)}{suggest(str(given), choices)}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind in _WANTED:
        return f"{_shown(given)} is not {_WANTED[kind]}"
    said = f": {detail['msg'][0].lower()}{detail['msg'][1:]}"
    return _shown(given) + (_wanted_form(schema, path) if kind == "string_pattern_mismatch" else said)


def _wanted_form(schema: type[BaseModel], path: Sequence[str | int]) -> str:
    """What the schema says of the key, which for keys with a fixed form is an example."""
    model = _model_at(schema, path[:-1])
    named = {(field.alias or name): field for name, field in model.model_fields.items()} if model else {}
    field = named.get(str(path[-1]))
    example = (field and field.description) or "see the shipped config.yaml"
    return f" is not written as wanted: {example}"


def _listing(known: Sequence[str]) -> str:
    return f"; there are {', '.join(known)}" if known else ""


def _shown(value: Any) -> str:
    """The value as the person wrote it, cut to what fits on a line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def _known_keys(schema: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys that the mapping at `path` may have."""
    model = _model_at(schema, path)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_at(schema: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel] | None:
    """The part of the schema that the mapping at `path` must fit."""
    model: type[BaseModel] | None = schema
    for step in path:
        if isinstance(step, int) or model is None:
            continue
        fields = {(field.alias or name): field for name, field in model.model_fields.items()}
        model = _model_in(fields[str(step)].annotation) if str(step) in fields else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    members = get_args(annotation) if get_origin(annotation) else ()
    return next((found for member in members if (found := _model_in(member))), None)

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

    from briefing.config.yaml_text import Place, YamlText

_WANTED = {
    "string_type": "text; put it in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
}
_SHAPES = frozenset({"list_type", "dict_type", "model_type", "model_attributes_type"})
_LIMITS = {
    "greater_than_equal": "small; write {ge:g} or more",
    "greater_than": "small; write more than {gt:g}",
    "less_than_equal": "large; write {le:g} or less",
    "string_too_short": "short; write something",
    "too_short": "short; list at least one",
}


def explain_errors(
    error: ValidationError, yaml: YamlText, *, name: str, schema: type[BaseModel]
) -> tuple[ConfigError, ...]:
    """One `ConfigError` per mistake, in the order of the lines."""
    found: dict[tuple[str | int, ...], ConfigError] = {}
    for detail in error.errors(include_url=False):
        path = _path_in_file(detail["loc"], yaml)
        place = _place(detail, path, yaml)
        message = f"{'.'.join(map(str, path))}: {_message(detail, path, schema)}".removeprefix(": ")
        # A union tries every member: the first complaint about a key is the one a person can act on.
        found.setdefault(path, ConfigError(name, message, line=place.line, column=place.column))
    return tuple(sorted(found.values(), key=lambda e: (e.line, e.column)))


def _place(detail: ErrorDetails, path: tuple[str | int, ...], yaml: YamlText) -> Place:
    """Of the key; of a value that should have been keys or a list and stands below its key, there."""
    place = yaml.place_of(path)
    value = yaml.values_at.get(path, place)
    is_below = detail["type"] in _SHAPES and detail["input"] is not None and value.line > place.line
    return value if is_below else place


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
        return f"unknown key{suggest(str(path[-1]), known) or _listing(known)}"
    if kind == "missing":
        return f"is missing{_example(schema, path, '; write it as ')}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind in _SHAPES:
        return _shape(given, wants_list=kind == "list_type")
    return f"{_shown(given)} {_wrong_value(detail, path, schema)}"


def _wrong_value(detail: ErrorDetails, path: Sequence[str | int], schema: type[BaseModel]) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "literal_error":
        choices = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return f"is not one of {', '.join(choices)}{suggest(str(given), choices)}"
    if kind in _WANTED:
        return f"is not {_WANTED[kind]}"
    if kind in _LIMITS:
        return f"is too {_LIMITS[kind].format(**detail['ctx'])}"
    if kind == "string_pattern_mismatch":
        return f"is not written as wanted{_example(schema, path, ': ')}"
    return f"does not fit: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _shape(given: Any, *, wants_list: bool) -> str:
    """What to say where a list or keys were wanted: most often a space is missing."""
    if given is None:
        return "nothing stands here; " + ("write [] for none" if wants_list else "add its keys below, or leave it out")
    if wants_list:
        glued = isinstance(given, dict) and any(str(key).startswith("-") for key in given)
        return f"{_shown(given)} is not a list; " + (
            "a dash wants a space behind it" if glued else "begin each line with a dash"
        )
    cure = 'write each as "key: value", with a space behind the colon'
    return f"{_shown(given)} is not a mapping of keys" + (f"; {cure}" if isinstance(given, str) else "")


def _example(schema: type[BaseModel], path: Sequence[str | int], before: str) -> str:
    """How the schema shows the key, if it does."""
    model = _model_at(schema, path[:-1])
    named = {(field.alias or name): field for name, field in model.model_fields.items()} if model else {}
    examples = (named[str(path[-1])].examples if path and str(path[-1]) in named else None) or []
    return f"{before}{' or '.join(map(str, examples))}" if examples else ""


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

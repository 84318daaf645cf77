"""Takes the shape of config.yaml, gives it as JSON Schema for editors, and as a table for people.

Both are kept in the repository, docs/config.schema.json and a part of docs/config.md, and a test compares them.

Next: briefing/config/load.py.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from briefing.config.schema import ConfigKeys

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN, _END = "<!-- keys: begin -->", "<!-- keys: end -->"


def config_schema() -> dict[str, Any]:
    """The schema, draft 2020-12: everything of the config that can be told key by key."""
    told = ConfigKeys.model_json_schema(by_alias=True)
    tidy: dict[str, Any] = _tidied(told)
    for model in (tidy, *tidy["$defs"].values()):
        for value in model.get("properties", {}).values():
            # Left out by pydantic where the part itself says the same.
            value.setdefault("description", (_model(value, tidy) or {}).get("description", ""))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "config.yaml of briefing",
        **{name: value for name, value in tidy.items() if name != "title"},
    }


def schema_text() -> str:
    """The same as the text of a file."""
    return json.dumps(config_schema(), ensure_ascii=False, indent=2) + "\n"


def key_table() -> str:
    """Every key with what it means and what leaving it out means, a table for each part of the file, in Markdown."""
    schema = config_schema()
    lines: list[str] = []
    for name, key in schema["properties"].items():
        rows = [*_rows(key, name, schema)]
        lines += ["", f"### {name}", "", key["description"], "", "| key | means | left out |", "|---|---|---|", *rows]
    return "\n".join(lines[1:]) + "\n"


def with_key_table(page: str) -> str:
    """A page of Markdown with the table in its place.

    Raises:
        ValueError: it has no place for one.
    """
    before, begin, rest = page.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"the page has no {_BEGIN} … {_END}")
    return f"{before}{_BEGIN}\n{key_table()}{_END}{after}"


def _tidied(node: Any) -> Any:
    """Without the titles that pydantic makes of names, and without null, which says no more than leaving a key out."""
    if isinstance(node, list):
        return [_tidied(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    kept = {name: _tidied(value) for name, value in node.items() if name != "properties"}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    if "properties" in node:
        kept["properties"] = {name: _tidied(value) for name, value in node["properties"].items()}
    if "default" in kept and kept["default"] in (None, {}, []):
        del kept["default"]
    choices = [choice for choice in kept.get("anyOf", []) if choice != {"type": "null"}]
    if "anyOf" in kept and len(choices) < len(kept["anyOf"]):
        del kept["anyOf"]
        kept = {**choices[0], **kept} if len(choices) == 1 else {"anyOf": choices, **kept}
    return kept


def _rows(key: dict[str, Any], name: str, schema: dict[str, Any]) -> Iterator[str]:
    inner = _model(key, schema) or _model(key.get("items", {}), schema)
    if inner is None:
        yield _row(name, key, needed=name in schema["required"])
        return
    for label, value in inner["properties"].items():
        path = f"{name}.{label}" if "items" not in key else f"{name}[].{label}"
        yield _row(path, value, needed=label in inner.get("required", []))
        deeper = _model(value, schema)
        if deeper and not _is_secret(deeper):
            yield from _rows(value, path, schema)


def _model(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any] | None:
    name = value.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] | None = schema["$defs"].get(name)
    return found


def _is_secret(model: dict[str, Any]) -> bool:
    return set(model["properties"]) == {"env", "file"}


def _row(path: str, value: dict[str, Any], *, needed: bool) -> str:
    choices = value.get("enum") or value.get("items", {}).get("enum")
    means = value.get("description", "") + (f" One of {', '.join(choices)}." if choices and len(choices) < 20 else "")
    left_out = "must be there" if needed else f"`{_shown(value['default'])}`" if "default" in value else ""
    return f"| `{path}` | {means.replace('|', '&#124;')} | {left_out} |"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False).replace('"', "")

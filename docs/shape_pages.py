"""Takes what the program says of its JSON, as JSON Schema, gives the pages of the HTTP API and of its files.

Next: docs/reference_pages.py, which writes them beside the others.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from briefing.model.article import Article
from briefing.model.lines import article_line
from briefing.web.api import FAULTS, Api, api_app
from docs.cells import cell, one_line, row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = "edition.schema.json"


def http_api() -> Iterator[str]:
    """The page of everything below /api."""
    nobody: Any = None  # a description asks nobody anything
    told = api_app(Api(desk=nobody, personal=nobody, clock=nobody)).openapi()
    yield "# HTTP API\n"
    yield f"{told['info']['summary']} A running program describes the same at `/api/openapi.json` (OpenAPI"
    yield f"{told['openapi']}). How to open it, and what webhooks post, stands in [the guide](../api.md).\n"
    yield "Any of them may also answer with a [Fault](#fault):\n"
    yield "| status | says |"
    yield "|---|---|"
    yield from (row(str(status), cell(fault["description"])) for status, fault in FAULTS.items())
    yield ""
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield from _operation(method, path, operation)
    yield "## Shapes\n"
    for name, shape in told["components"]["schemas"].items():
        if name in {"HTTPValidationError", "ValidationError"}:
            continue
        yield f"### {name}\n"
        if shape.get("description"):
            yield f"{one_line(shape['description'])}\n"
        if "properties" not in shape:
            yield f"One of {_type(shape)}.\n"
            continue
        yield "| field | type | must be there | means |"
        yield "|---|---|---|---|"
        for label, value in shape["properties"].items():
            needed = "yes" if label in shape.get("required", ()) else ""
            yield row(f"`{label}`", _type(value), needed, cell(value.get("description", "")))
        yield ""


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {method.upper()} /api{path}\n"
    yield f"{one_line(operation['description'])}\n"
    rows = [
        row(f"`{p['name']}`", p["in"], _type(p["schema"]), "yes" if p["required"] else "")
        for p in operation.get("parameters", ())
    ]
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        rows.append(row("body", f"`{kind}`", _type(body.get("schema", {})), "yes"))
    if rows:
        yield "| takes | in | type | must be there |"
        yield "|---|---|---|---|"
        yield from rows
        yield ""
    yield "| answers | with | |"
    yield "|---|---|---|"
    for status, answer in sorted(operation["responses"].items()):
        says = answer["description"].replace("Successful Response", "Done")
        if says != FAULTS.get(int(status), {}).get("description"):
            shapes = [_type(body.get("schema", {})) for body in answer.get("content", {}).values()]
            yield row(str(status), ", ".join(dict.fromkeys(shapes)), cell(says))
    yield ""


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    for way in ("anyOf", "oneOf", "allOf"):
        if way in schema:
            return " or ".join(_type(choice) for choice in schema[way])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = schema.get("type", "any")
    kinds = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{kinds} ({schema['format']})" if "format" in schema else kinds


#: What no schema says of an article line; the fields themselves are those that the program writes.
ARTICLE_FIELDS = {
    "id": "stable for the same text from the same place",
    "file": "the saved file it came from",
    "title": "the headline",
    "text": "the body, paragraphs with a line break between",
    "excerpt": "the publisher's own short text",
    "language": "ISO 639-1",
    "url": "its address",
    "source": "the outlet as a reader would call it",
    "country": "the outlet's home, ISO 3166-1 alpha-2",
    "categories": "what the publisher filed it under",
    "published_at": "RFC 3339 with the publisher's own offset, or a bare date",
    "published_after": "with the next: the interval that an age such as “2 days ago” stands for",
    "published_before": "see above; both or neither",
    "authors": "who wrote it",
    "image": "the address of its picture",
    "truncated": "whether the text stops before the article does",
    "confidence": "0 to 1, how sure the extraction is; null where the publisher handed the text over in a feed",
    "captured_at": "when the page was saved",
    "captured_assumed": "whether that is a guess from the file",
}
STAGE_FIELDS = {
    "summary": "`{text, method, spans}`, by `briefing summarise`; spans are pairs of code points in `text`, or "
    "in `excerpt` when the method is `publisher`",
    "story": "a text that is the same for every member, by `briefing group`, as are all below",
    "duplicate_of": "the id of the article that it repeats, or null",
    "region": "`{code, name, area}`: ISO 3166-1 alpha-2, or EU, UN, NATO, 001",
    "theme": "`{code, name}`: the top level of the IPTC Media Topics",
    "topics": "names of the config's topics",
    "muted": "whether one of them is muted",
    "templated": "whether it is a page made from a form",
}


def json_shapes() -> Iterator[str]:
    """The page of article lines and edition.json."""
    yield "# JSON\n"
    yield "Unknown is always `null`, never invented. Times are RFC 3339 with an offset, or a bare date.\n"
    yield "## Article lines\n"
    yield "One object a line, as `briefing extract` prints them and `summarise` and `group` take them. A line that you"
    yield "make yourself needs `id`, and `title` or `text`.\n"
    yield "| field | holds |"
    yield "|---|---|"
    yield from (row(f"`{name}`", ARTICLE_FIELDS[name]) for name in article_line(Article(id="1", title="T")))
    yield from (row(f"`{name}`", meaning) for name, meaning in STAGE_FIELDS.items())
    yield "\n## edition.json\n"
    yield f"What `briefing build` writes and `--json` prints: [{SCHEMA}]({SCHEMA}), JSON Schema, draft 2020-12. The"
    yield "same flattened; `[]` is each member of a list.\n"
    yield "| path | type | means |"
    yield "|---|---|---|"
    schema = json.loads(edition_schema())
    for name, value in schema["properties"].items():
        yield from _flat(name, value)
    for name, value in schema["$defs"].items():
        yield f"\n### {name} in edition.json\n"
        yield "| path | type | means |"
        yield "|---|---|---|"
        yield from _flat("", value)
    yield "\n## config.yaml\n"
    yield "[config.schema.json](../config.schema.json) has every key, [the table](../config.md#every-key) for people.\n"


def _flat(path: str, value: Mapping[str, Any]) -> Iterator[str]:
    inner = next((c for c in value.get("anyOf", ()) if "properties" in c), value)
    if path and "properties" not in inner:
        yield row(f"`{path}`", _schema_type(value), cell(value.get("description", "")))
    for name, deeper in inner.get("properties", {}).items():
        yield from _flat(f"{path}.{name}" if path else name, deeper)
    if "properties" in value.get("items", {}):
        yield from _flat(f"{path}[]", value["items"])


def _schema_type(value: Mapping[str, Any]) -> str:
    return re.sub(r"\[(\w+)\]\(#\w+\)", r"[\1](#\1-in-editionjson)", _type(value))


def edition_schema() -> str:
    """The schema of edition.json as the program ships it."""
    return (files("briefing") / "schema" / SCHEMA).read_text(encoding="utf-8")

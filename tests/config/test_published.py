from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from briefing.config.load import load_text
from briefing.config.published import config_schema, schema_text, with_key_table
from briefing.config.yaml_text import read_yaml
from tests.cli.conftest import CONFIG as SMALL
from tests.config.broken import BROKEN, LEAST
from tests.config.styles import STYLES
from tests.config.test_load import SHIPPED

if TYPE_CHECKING:
    from briefing.model.settings import Config

ROOT = SHIPPED.parent
#: Where editors find it.
SCHEMA_FILE = ROOT / "docs/config.schema.json"
SCHEMA = config_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def values_of(text: str) -> dict[str, Any]:
    return read_yaml(text, name="config.yaml").values


def keys_of(node: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every key of the schema by its path; those of a list's items without a number."""
    inner = node.get("items", node)
    model = SCHEMA["$defs"].get(inner.get("$ref", "").split("/")[-1], inner)
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    if set(model.get("properties", {})) == {"env", "file"}:
        return found
    for name, value in model.get("properties", {}).items():
        found[(*path, name)] = value
        found |= keys_of(value, (*path, name))
    return found


KEYS = keys_of(SCHEMA)


def test_the_schema_is_one_and_every_key_is_described() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert len(KEYS) > 100
    assert [path for path, key in KEYS.items() if len(key.get("description", "")) < 8] == []


def test_the_published_schema_and_page_are_those_of_this_code() -> None:
    cure = "make docs"
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), cure
    page = (ROOT / "docs/config.md").read_text("utf-8")
    assert with_key_table(page) == page, cure
    assert [path for path in KEYS if f"{path[-1]}`" not in page and f"### {path[-1]}" not in page] == []


def test_the_shipped_config_names_the_schema_for_editors() -> None:
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", SHIPPED.read_text("utf-8"))
    assert found is not None
    assert (SHIPPED.parent / found[1]).samefile(SCHEMA_FILE)


GOOD = {"shipped": SHIPPED.read_text("utf-8"), "least": LEAST, "small": SMALL, **STYLES}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_good_config_fits_the_schema(text: str) -> None:
    VALIDATOR.validate(values_of(text))


#: What a schema cannot know: other keys, files, the environment, the clock's zones.
BEYOND = {
    *(
        "a zone that is none",
        "a language that is none",
        "a colour nobody can read",
        "a secret that the environment lacks",
    ),
    *(
        "a secret in a file that is not there",
        "templates that are not there",
        "a topic twice",
        "a section that is none",
    ),
    *("a transport without its server", "a port that is none", "no number at all"),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_what_the_program_refuses_the_schema_underlines_as_far_as_it_can_know(mistake: str) -> None:
    content, _ = BROKEN[mistake]
    try:
        values = values_of(content if isinstance(content, str) else content.decode())
    except Exception:  # noqa: BLE001 - no YAML, and no schema sees it
        return
    assert VALIDATOR.is_valid(values) == (mistake in BEYOND)


def set_key(values: Any, path: tuple[str, ...], value: Any) -> None:
    *way, last = path
    for step in way:
        values = values.setdefault(step, {})
    values[last] = value


def lineless(config: Config) -> Config:
    """Where a part stands in its file is no difference."""
    return replace(
        config,
        summary=replace(config.summary, line=0),
        look=replace(config.look, line=0),
        sections=replace(config.sections, line=0),
    )


LISTED = [path for path, key in KEYS.items() if "default" in key]
#: What a key with a default needs around it.
AROUND = {
    ("summary", "llm"): {"base_url": "http://localhost/v1", "model": "m"},
    ("mail", "smtp"): {"host": "x"},
    ("mail", "bounces"): {"address": "b@example.org", "folder": "x"},
}


@pytest.mark.parametrize("path", LISTED, ids=".".join)
def test_leaving_a_key_out_means_what_the_schema_says(path: tuple[str, ...]) -> None:
    values: dict[str, Any] = {"briefing": {"name": "P"}, "sources": [{"folder": "x"}]}
    values |= {"topics": [{"name": "T", "keywords": ["t"]}]} if path[0] == "topics" else {}
    for around, keys in AROUND.items():
        if path[:2] == around:
            set_key(values, around, dict(keys))
    if path[1:2] == ("llm",):
        values["summary"]["method"] = "llm"
    if path[1:3] == ("bounces", "imap"):
        secret = {"env": "S"}
        imap = {"host": "x", "username": secret, "password": secret}
        values["mail"]["bounces"] = {"address": "b@example.org", "imap": imap}
    told = json.loads(json.dumps(values))
    if path[0] in {"topics", "sources"}:
        told[path[0]][0][path[-1]] = KEYS[path]["default"]
    else:
        set_key(told, path, KEYS[path]["default"])
    without, with_it = (load_text(json.dumps(v), Path("c.yaml"), environ={"S": "s"}) for v in (values, told))
    assert lineless(without) == lineless(with_it)


def as_comment(value: Any) -> set[str]:
    """How the remarks of the shipped config write what leaving a key out means."""
    if isinstance(value, bool):
        return {str(value).lower()}
    if isinstance(value, list):
        return {"all"} if len(value) == 7 else {"[]"}
    return {str(value), "these"}


REMARK = re.compile(r"(?m)^[ #]*(?:- )?(\w+):.*?#.*\(([^()]*)\)\s*$")


def test_the_remarks_of_the_shipped_config_say_what_the_schema_says() -> None:
    remarks = [(found[1], found[2]) for found in REMARK.finditer(SHIPPED.read_text("utf-8"))]
    told: dict[str, set[str]] = {}
    for name in {path[-1] for path in LISTED}:
        # A key that is called so in another part, where it has no default, is not meant.
        if all("default" in key for path, key in KEYS.items() if path[-1] == name):
            told[name] = {word for path in LISTED if path[-1] == name for word in as_comment(KEYS[path]["default"])}
    compared = {(name, remark) for name, remark in remarks if name in told}
    assert len(compared) > 25
    wrong = {(name, remark) for name, remark in compared if not told[name] & set(re.split(r"[;,] ?", remark))}
    assert wrong == set()

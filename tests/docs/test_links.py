"""Follows every link of the README and the docs that leads to a file, a heading or a page of the site."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.docs.blocks import PAGES, ROOT

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
_FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
TOP = [*PAGES, ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]


def prose_of(page: Path) -> str:
    return _FENCED.sub("", page.read_text("utf-8"))


def anchors_of(page: Path) -> set[str]:
    """Anchors of the headings as the site and GitHub make them; a second one of a name gets a number."""
    found: Counter[str] = Counter()
    anchors = set()
    for heading in re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE):
        bare = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).lower()
        slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", bare)).strip("-")
        anchors.add(f"{slug}_{found[slug]}" if found[slug] else slug)
        found[slug] += 1
    return anchors


def broken_in(page: Path) -> Iterator[str]:
    for first, second in _LINK.findall(prose_of(page)):
        target = first or second
        if re.match(r"https?:|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            yield target
        elif anchor and file.suffix == ".md" and anchor not in anchors_of(file):
            yield f"{target}: no such heading"


@pytest.mark.parametrize("page", TOP, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert [*broken_in(page)] == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# One\n[x](b.md) [y](#two) [z](#one) [w](https://example.org/)\n", "utf-8")
    assert [*broken_in(page)] == ["b.md", "#two: no such heading"]


def listed(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for inner in node.values():
            yield from listed(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from listed(inner)


def test_every_page_has_its_place_in_the_site() -> None:
    nav = YAML(typ="safe").load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in PAGES if page.is_relative_to(ROOT / "docs")]
    assert sorted(listed(nav)) == sorted(pages)

"""Follows each recipe of CONTRIBUTING.md to the letter, in a copy of the repository, and uses what came of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import FEED, NOW

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "CONTRIBUTING.md"
CONFIG = """\
briefing: {{name: The Morning Post, language: {language}, timezone: Europe/Paris, window: 36h}}
sources:
  - {{{source}, name: Saved News}}
summary: {{method: {method}, max_sentences: 1}}
subscribers: {{import: readers.csv}}
mail: {{from: The Post <post@mail.example>, transport: {transport}}}
database: sqlite:///briefing.db
vectors: none
"""
PAGE = """<html lang="en"><head><title>The old lighthouse is lit again</title></head><body><article>
<h1>The old lighthouse is lit again</h1><time datetime="2026-11-21T20:00:00Z">21 November 2026</time>
<p>The lighthouse near Penzance, which had been dark for thirty years, was lit again on Saturday evening.</p>
<p>Two retired keepers mended the lens by hand over four winters, with parts that a clockmaker cut for them.</p>
<p>The harbour was full. Fishing boats came from as far as Brixham, and some of their crews had brought drums along.</p>
<p>The keepers will open the tower to visitors in the spring, on every second Sunday, if the county agrees to it.</p>
</article></body></html>
"""
MOST_LINES_OF_TEXT = 30


@dataclass(frozen=True)
class Block:
    """One fenced block of a recipe: what kind, which file, and what stands in it."""

    kind: str
    file: str
    text: str


@cache
def sections() -> dict[str, str]:
    """Title → text of everything under a heading of the third level."""
    parts = re.split(r"^### (.+)$", GUIDE.read_text("utf-8").partition("## Recipes")[2], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(title: str) -> list[Block]:
    found = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", sections()[title], re.MULTILINE | re.DOTALL)
    return [Block(*one) for one in found]


def edited(text: str, diff: str) -> str:
    """The text with what a diff without line numbers says of it; lines that stay or go must stand there, once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
    after = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
    assert text.count(before) == 1, f"stands there {text.count(before)} times:\n{before}"
    return text.replace(before, after)


class Fork:
    """A copy of the repository with a little news, in which a recipe is followed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "fork", folder / "home"
        ignored = shutil.ignore_patterns("__pycache__")
        for name in ("briefing", "templates", "seeds"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=ignored)
        (self.folder / "docs").mkdir()
        for name in ("config.yaml", "pyproject.toml", "docs/config.schema.json", "docs/config.md", "docs/briefing.1"):
            shutil.copy(ROOT / name, self.folder / name)
        (self.home / "news").mkdir(parents=True)
        (self.home / "news" / "harbour.xml").write_text(FEED, "utf-8")
        (self.home / "readers.csv").write_text("email\nada@readers.example\n", "utf-8")

    def follow(self, title: str) -> None:
        for block in blocks(title):
            file = self.folder / block.file
            if block.kind == "diff":
                file.write_text(edited(file.read_text("utf-8"), block.text), "utf-8")
            else:
                assert not file.exists()
                file.write_text(block.text, "utf-8")

    def run(self, *words: str, may_end_with: int = 0, at_home: bool = True) -> str:
        """What a program prints, `briefing` of the fork among others."""
        here = self.home if at_home else self.folder
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(self.folder), *filter(None, sys.path)])}
        ended = subprocess.run(
            [sys.executable, "-m", *words], cwd=here, env=environ, capture_output=True, text=True, check=False
        )
        assert ended.returncode <= may_end_with, ended.stdout + ended.stderr
        return ended.stdout

    def configure(self, **changes: str) -> None:
        usual = {"language": "en", "source": "folder: news/", "method": "ranked", "transport": "outbox"}
        (self.home / "config.yaml").write_text(CONFIG.format(**usual | changes), "utf-8")

    def refuses_the_config(self) -> bool:
        return "good" not in self.run("briefing", "config", "check", may_end_with=2)

    def send(self) -> dict[str, Any]:
        """Sends an edition; gives edition.json."""
        self.run("briefing", "send", "--all", "--now", NOW)
        edition: dict[str, Any] = json.loads((self.home / "out" / "edition.json").read_bytes())
        return edition

    @property
    def html(self) -> str:
        """Of the edition, its spaces plain."""
        return " ".join(unescape((self.home / "out" / "edition.html").read_text("utf-8")).split())

    def keeps_the_style(self, title: str) -> None:
        """Whether what a recipe adds would pass `make check`, types apart."""
        changed = sorted({block.file for block in blocks(title) if block.file.endswith(".py")})
        self.run("ruff", "check", "--no-cache", *changed, at_home=False)
        self.run("ruff", "format", "--check", "--no-cache", *changed, at_home=False)


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    return Fork(tmp_path)


def stories_of(edition: dict[str, Any]) -> list[dict[str, Any]]:
    return [*(story for section in edition["sections"] for story in section["stories"]), *edition["brief"]]


def test_there_is_a_recipe_for_each_of_these() -> None:
    wanted = ["A source type", "A summary method", "A transport", "A language", "A template block"]
    assert list(sections()) == wanted


@pytest.mark.parametrize("title", sections())
def test_a_recipe_is_short(title: str) -> None:
    told = re.sub(r"^```.*?^```$", "", sections()[title], flags=re.MULTILINE | re.DOTALL)
    assert len([line for line in told.splitlines() if line.strip()]) < MOST_LINES_OF_TEXT
    places = {block.file for block in blocks(title) if block.kind == "diff"}
    assert len(places) <= 3


@pytest.mark.slow
def test_a_source_type_is_added(fork: Fork) -> None:
    fork.configure(source="file: news/harbour.xml")
    assert fork.refuses_the_config()
    fork.follow("A source type")
    assert not fork.refuses_the_config()
    edition = fork.send()
    assert [source["articles"] for source in edition["sources"]] == [2]
    assert len(stories_of(edition)) == 2
    # A mishap is a line of the report, and the doctor looks for the file.
    (fork.home / "news" / "harbour.xml").unlink()
    shutil.rmtree(fork.home / "out")
    fork.run("briefing", "build", "--now", NOW, may_end_with=1)
    (problem,) = json.loads((fork.home / "out" / "edition.json").read_bytes())["problems"]
    assert "cannot be opened (No such file or directory)" in problem["message"]
    assert "there is no file" in fork.run("briefing", "doctor", "--offline", may_end_with=2)
    schema = fork.run("briefing", "config", "schema")
    assert '"file"' in schema
    fork.keeps_the_style("A source type")


@pytest.mark.slow
def test_a_summary_method_is_added(fork: Fork) -> None:
    fork.configure(method="shortest")
    assert fork.refuses_the_config()
    fork.follow("A summary method")
    (fork.home / "news" / "light.html").write_text(PAGE, "utf-8")
    told = [story["summary"] for story in stories_of(fork.send())]
    assert [one["text"] for one in told if one["method"] == "shortest"] == ["The harbour was full."]
    fork.keeps_the_style("A summary method")


@pytest.mark.slow
def test_a_transport_is_added(fork: Fork) -> None:
    fork.configure(transport="mbox")
    assert fork.refuses_the_config()
    fork.follow("A transport")
    fork.send()
    mails = (fork.home / "out" / "mail.mbox").read_bytes()
    assert mails.startswith(b"From ")
    assert mails.count(b"\nTo: ada@readers.example\r\n") == 1
    fork.send()
    assert (fork.home / "out" / "mail.mbox").read_bytes() == mails
    assert "`briefing send --test ADDRESS` tries it" in fork.run("briefing", "doctor", "--offline", may_end_with=2)
    fork.keeps_the_style("A transport")


@pytest.mark.slow
def test_a_language_is_added(fork: Fork) -> None:
    fork.configure(language="sv")
    locales = fork.folder / "briefing" / "render" / "locales"
    dutch = (locales / "nl.po").read_text("utf-8")
    assert "In het kort" in dutch
    (locales / "sv.po").write_text(dutch.replace("In het kort", "I korthet").replace("Language: nl", "Language: sv"))
    fork.follow("A language")
    fork.send()
    assert '<html lang="sv"' in fork.html
    assert "Söndag 22 november 2026" in fork.html
    said = subprocess.run(
        [sys.executable, "-c", "from briefing.config.machine import guess_language as g; print(g({'LANG': 'sv_SE'}))"],
        cwd=fork.folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout == "sv\n"
    fork.keeps_the_style("A language")


@pytest.mark.slow
def test_a_template_block_is_added(fork: Fork) -> None:
    fork.configure()
    fork.follow("A template block")
    edition = fork.send()
    best = max(stories_of(edition), key=lambda story: story["score"]["total"])
    assert f"{best['headline']}</p>" in fork.html
    assert [*(fork.home / "out" / "outbox").glob("*.eml")] != []
    assert "farewell.mjml.j2" in fork.run("briefing", "templates", "export", "own/") + "".join(
        path.name for path in (fork.home / "own").iterdir()
    )

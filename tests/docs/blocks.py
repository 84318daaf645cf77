"""Takes the pages of the docs, gives their fenced blocks, and the commands that are named in them.

Next: tests/docs/shell.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from briefing.cli.commands import app
from docs.reference_pages import leaves

ROOT = Path(__file__).parents[2]
#: What somebody reads before and beside the site, and the pages of the site.
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
TUTORIAL = sorted((ROOT / "docs/tutorial").glob("*.md"))
#: What a shell is given, and what lists of timed commands hold.
SHELL, TIMED = {"bash", "sh", "console"}, {"crontab"}

_FENCE = re.compile(
    r"(?P<mark><!-- not run: (?P<reason>[^>]+) -->\n)?"
    r"^ *```(?P<kind>\S*)(?: title=\"(?P<title>[^\"]+)\")?(?P<rest>[^\n]*)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
#: A command as it stands in a sentence.
_INLINE = re.compile(r"`(briefing(?: [^`]+)?)`")
COMMANDS = dict(leaves(typer.main.get_command(app)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Holds one fenced block.

    Attributes:
        title: the file that it is, or in which its parts belong.
        reason: why it is not run.
    """

    page: str
    line: int
    kind: str
    text: str
    title: str | None = None
    reason: str | None = None

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    found = []
    for match in _FENCE.finditer(text):
        assert not match["rest"], f"{page}: {match['rest']!r} behind a fence means nothing"
        found.append(
            Block(
                page=page.relative_to(ROOT).as_posix(),
                line=text.count("\n", 0, match.start("kind")) + 1,
                kind=match["kind"],
                text=match["text"],
                title=match["title"],
                reason=match["reason"],
            )
        )
    return found


BLOCKS = [block for page in PAGES for block in blocks_of(page)]


def commands_in(block: Block) -> Iterator[str]:
    """Logical lines of a shell block: joined at a backslash, a here-document in one with its command."""
    lines = iter(re.sub(r"\\\n\s*", " ", block.text).splitlines())
    for line in lines:
        if block.kind == "console" and not line.startswith("$ "):
            continue
        command = line.removeprefix("$ ") if block.kind == "console" else line
        ends = re.search(r"<<(\w+)$", command)
        while ends and command.splitlines()[-1] != ends[1]:
            command += "\n" + next(lines)
        if command.strip() and not command.lstrip().startswith("#"):
            yield command


def named_in(page: Path) -> Iterator[str]:
    """Every command of ours that a page names anywhere, in a block or in a sentence."""
    text = page.read_text("utf-8")
    outside = _FENCE.sub("", text)
    yield from (match[1] for match in _INLINE.finditer(outside))
    for block in blocks_of(page):
        if block.kind in SHELL | TIMED | {"text"} and (block.kind != "text" or page.name == "commands.md"):
            lines = commands_in(block) if block.kind in SHELL else block.text.splitlines()
            for line in lines:
                yield from _ours(line)


def _ours(line: str) -> Iterator[str]:
    bare = re.sub(r"(^|\s)#.*", "", line.splitlines()[0])
    for part in re.split(r"\|\|?|&&|;|>", bare):
        # What stands before a command of ours: cron's five fields, sudo and its user, chronic, a folder.
        words = re.sub(r"^(([\d*/,-]+ +){5})?(sudo (-u \w+ )?)?(chronic )?(\S*/)?(?=briefing( |$))", "", part.strip())
        if re.match(r"briefing( |$)", words):
            yield words


def wrong_with(words: str) -> str | None:
    """What a command line of ours says that no command knows; values and files are not looked at."""
    said = re.sub(r"'[^']*'|\"[^\"]*\"|“[^”]*”", "X", words).split()[1:]
    path: list[str] = []
    while said and (" ".join([*path, said[0]]) in COMMANDS or _is_group(" ".join([*path, said[0]]))):
        path.append(said.pop(0))
    if not path:
        return None if not said or said[0].startswith(("-", "[")) or said[0][0].isupper() else f"no command {said[0]!r}"
    command: Any = COMMANDS.get(" ".join(path))
    if command is None:
        return None if not said else f"no command {' '.join([*path, said[0]])!r}"
    known = {"--help", *(name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts))}
    unknown = [word for word in said if word.startswith("-") and word != "-" and word.split("=")[0] not in known]
    return f"briefing {' '.join(path)} has no {unknown[0]}" if unknown else None


def _is_group(words: str) -> bool:
    return any(known.startswith(f"{words} ") for known in COMMANDS)

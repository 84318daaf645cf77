"""Does what the README and every page of the docs say, in the order in which they say it."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from briefing.config.load import load_text
from tests.cli.conftest import Ran
from tests.deliver.keys import pem, rsa_key
from tests.deliver.servers import Mailbox, obedient
from tests.docs.blocks import BLOCKS, PAGES, ROOT, SHELL, TUTORIAL, Block, blocks_of, commands_in, named_in, wrong_with
from tests.docs.shell import LASTING, Shell, must_be_done
from tests.ports import free_port

#: Not run: what needs root, another machine, or hours. Every new one should be a doubt.
MOST_NOT_RUN = 35
#: Blocks of these hold what came of something, or what only looks like it.
SHOWN = {"text", "crontab"}
OTHERS = [page for page in PAGES if page not in TUTORIAL and page.parent.name != "reference"]
#: Files of the sample news that do for a morning.
FEW = 6
SECRET = "asecretofmorethansixteenletters"
MINIMUM = {"briefing": {"name": "Post"}, "sources": [{"folder": "saved/"}]}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists_with_its_options(page: Path) -> None:
    assert [f"{words}: {wrong}" for words in named_in(page) if (wrong := wrong_with(words))] == []


def test_a_command_or_option_that_is_not_there_is_seen() -> None:
    assert wrong_with("briefing build --config F --out DIR") is None
    assert wrong_with("briefing sources check --json") is None
    assert wrong_with("briefing bild") == "no command 'bild'"
    assert wrong_with("briefing sources chek") == "no command 'sources chek'"
    assert wrong_with("briefing send --al") == "briefing send has no --al"


def test_every_block_says_what_it_is_and_few_are_not_run() -> None:
    kinds = {*SHELL, *SHOWN, "yaml", "json", "csv", "xml"}
    assert [block.place for block in BLOCKS if block.kind not in kinds and not block.reason] == []
    unrun = [f"{block.place}: {block.reason}" for block in BLOCKS if block.reason]
    assert len(unrun) <= MOST_NOT_RUN, "\n".join(unrun)
    assert sum(block.kind in SHELL for block in BLOCKS) > 60


def test_what_is_not_run_of_our_own_tools_is_there_at_least() -> None:
    lines = [line for block in BLOCKS if block.kind in SHELL for line in commands_in(block)]
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text("utf-8")))
    made = {found[1] for line in lines if (found := re.match(r"(?:sudo )?make (\w+)", line))}
    modules = {name for line in lines for name in re.findall(r"python3? -m (benchmarks[\w.]+)", line)}
    assert made
    assert made <= targets
    assert len(modules) > 5
    assert [name for name in modules if find_spec(name) is None] == []


@pytest.mark.parametrize("page", OTHERS, ids=name_of)
def test_what_a_page_says_can_be_done(page: Path, home: Shell) -> None:
    for block in blocks_of(page):
        do(block, home)


def test_the_tutorial_can_be_done_from_its_first_line_to_its_last(shell: Shell) -> None:
    mailbox = Mailbox()
    shell.instead = {"8000": str(free_port()), "8026": str(free_port())}
    with obedient(mailbox) as relay:
        here = {"smtp.example.org": "127.0.0.1", "port: 587": f"port: {relay}\n    security: none"}
        for page in TUTORIAL:
            for block in blocks_of(page):
                if block.kind == "yaml" and "smtp.example.org" in block.text:
                    # A relay on this machine stands in: it takes no login.
                    text = re.sub(r"    (username|password): .*\n", "", block.text)
                    for word, other in here.items():
                        text = text.replace(word, other)
                    put_in(shell, block.title or "", text)
                else:
                    do(block, shell)
    assert len(mailbox.received) >= 4


def do(block: Block, shell: Shell) -> None:
    """Runs, reads or writes one block."""
    if block.reason or block.kind in SHOWN:
        return
    if block.kind in SHELL:
        enter(block, shell)
    elif block.title and block.kind == "yaml" and (shell.folder / block.title).exists():
        put_in(shell, block.title, shell.translated(block.text))
    elif block.title:
        (shell.folder / block.title).write_text(block.text, "utf-8")
    elif block.kind == "yaml":
        load_merged(block.text, shell.folder)
    else:
        assert block.kind == "json", f"{block.place}: a block of {block.kind} needs a title"
        json.loads(block.text)


def enter(block: Block, shell: Shell) -> None:
    for command in commands_in(block):
        if command.startswith(LASTING):
            if Path(block.page).parent.name == "tutorial":
                must_be_done(shell.start(command), block.place, command)
            continue
        ran = shell.run(command)
        if block.kind == "console":
            compare(block, ran)
        else:
            must_be_done(ran, block.place, command)
        if command.startswith("briefing init"):
            hasten(shell, command)


def hasten(shell: Shell, command: str) -> None:
    """Takes out of a config that was just made what takes seconds and has its own tests; gives it a port of its own.

    That is the sentence encoder, and, outside of the demo, most of the sample news.
    """
    found = re.search(r"--config (\S+)", command)
    config = shell.folder / (found[1] if found else "config.yaml")
    text = re.sub(r"(?m)^vectors: use.*\n", "", config.read_text("utf-8")) + "vectors: none\n"
    if "\nweb:" not in text:
        text += f"web: {{listen: 127.0.0.1:{free_port()}}}\n"
    config.write_text(text, "utf-8")
    if "--demo" not in command:
        for file in sorted((config.parent / "seeds").iterdir())[FEW:]:
            file.unlink()


def compare(block: Block, ran: Ran) -> None:
    """What a page shows below a command is what the command says."""
    said = {line.strip() for line in (ran.out + ran.err).splitlines()}
    shown = [line.strip() for line in block.text.splitlines() if not line.startswith("$ ")]
    assert [line for line in shown if line not in said] == [], f"{block.place}: {said}"


def put_in(shell: Shell, name: str, text: str) -> None:
    """Gives a config the parts that a page shows, in place of those that it has."""
    yaml, file = YAML(), shell.folder / name
    config = yaml.load(file.read_text("utf-8"))
    for key, value in yaml.load(text).items():
        config[key] = value
    out = StringIO()
    yaml.dump(config, out)
    load_text(out.getvalue(), file)
    file.write_text(out.getvalue(), "utf-8")


def load_merged(text: str, folder: Path) -> None:
    """Reads parts of a config beside the least that every config has."""
    secrets = dict.fromkeys(re.findall(r"\{env: (\w+)\}", text), SECRET)
    for name in re.findall(r"\{file: ([^}]+)\}", text):
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        if not path.exists():
            path.write_text(pem(rsa_key()) if "dkim" in name else SECRET, "utf-8")
    for name in re.findall(r"^templates: (\S+)", text, re.MULTILINE):
        (folder / name).mkdir(exist_ok=True)
    parts: dict[str, Any] = YAML(typ="safe").load(text)
    load_text(json.dumps({**MINIMUM, **json.loads(json.dumps(parts, default=str))}), folder / "c.yaml", environ=secrets)

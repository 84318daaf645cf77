"""Takes commands as a page shows them, gives what they did: ours within this process, all others in a real shell.

Next: tests/docs/test_snippets.py.
"""

from __future__ import annotations

import gc
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Terminal

#: What changes the machine, or reaches another one, is marked in its page and never run.
BEYOND = re.compile(r"(^|[|&;] *|-m )(sudo|systemctl|pip|pipx|apt|apt-get|make|curl|createdb|postconf|git)\b")
#: These run until somebody stops them.
LASTING = ("briefing serve", "briefing preview", "python3 -m http.server")
_PATIENCE_S = 60


@dataclass
class Shell:
    """Is at a page's folder, with the page's environment.

    Attributes:
        terminal: runs our own commands.
        instead: what stands in for words of the page (a port that is free for one that may be taken).
    """

    terminal: Terminal
    instead: dict[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return Path.cwd()

    def translated(self, text: str) -> str:
        for word, other in self.instead.items():
            text = text.replace(word, other)
        return text

    def run(self, command: str) -> Ran:
        """Runs one logical line."""
        line = self.translated(command)
        words = shlex.split(line.splitlines()[0], comments=True)
        if BEYOND.search(line):
            pytest.fail(f"{command}: mark its block as not run, with the reason")
        if words[:1] == ["cd"]:
            self.terminal.patch.chdir(words[1])
            return Ran(0, "", "")
        if words[:1] == ["export"]:
            return self._export(line)
        if words[:1] == ["briefing"] or "| briefing " in line:
            return self._ours(line)
        ended = subprocess.run(
            ["bash", "-ec", line], capture_output=True, text=True, check=False, timeout=_PATIENCE_S, env={**os.environ}
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def start(self, command: str) -> Ran:
        """Starts one that lasts, waits until it answers, and ends it as Ctrl-C does; a server of files stays."""
        words = shlex.split(self.translated(command), comments=True)
        if words[0] == "briefing":
            words = [sys.executable, "-m", "briefing", *words[1:]]
        else:
            words = [sys.executable, "-u", *words[1:]]
        with Path(self.folder / "lasting.log").open("wb") as log:
            program = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)
        self.started.append(program)
        until = time.monotonic() + _PATIENCE_S
        while "http" not in (said := (self.folder / "lasting.log").read_text("utf-8")):
            if program.poll() is not None or time.monotonic() > until:
                pytest.fail(f"{command}: {said}")
            time.sleep(0.05)
        if "http.server" in command:
            return Ran(0, said, "")
        program.send_signal(signal.SIGINT)
        return Ran(0 if program.wait(_PATIENCE_S) in {0, 130} else 2, said, "")

    def stop(self) -> None:
        for program in self.started:
            if program.poll() is None:
                program.terminate()
                program.wait(_PATIENCE_S)

    def _export(self, line: str) -> Ran:
        name, _, value = shlex.split(line, comments=True)[1].partition("=")
        self.terminal.patch.setenv(name, os.path.expandvars(value))
        return Ran(0, "", "")

    def _ours(self, line: str) -> Ran:
        """A pipe of our own commands, and where its output goes."""
        ran = Ran(0, "", "")
        for part in re.split(r" && ", line):
            ran = Ran(0, "", ran.err)
            for stage in _stages(part):
                words, target = _parted(stage)
                ran = self.terminal(*words[1:], stdin=ran.out)
                gc.collect()  # a process that ends lets go of its database
                if words[1:2] == ["backup"]:
                    time.sleep(1.05)  # a name of its own has the second in it
                if target:
                    Path(target).write_text(ran.out, "utf-8")
            if ran.status == 2:
                break
        return ran


def _stages(part: str) -> Iterator[list[str]]:
    words: list[str] = []
    for word in shlex.split(part, comments=True):
        if word == "|":
            yield words
            words = []
        else:
            words.append(word)
    yield words


def _parted(words: list[str]) -> tuple[list[str], str | None]:
    """The words as a shell hands them over, and the file behind `>`."""
    target = words[words.index(">") + 1] if ">" in words else None
    given: list[str] = []
    for word in words[: words.index(">")] if target else words:
        given += sorted(map(str, Path().glob(word))) if "*" in word else [os.path.expandvars(word)]
    return given, target


def must_be_done(ran: Ran, place: str, command: str) -> None:
    """Fails unless it was done, perhaps with problems worth a look."""
    if ran.status not in {0, 1}:
        pytest.fail(f"{place}: {command}\nended with {ran.status}\n{ran.out}\n{ran.err}")

"""Gives the tests of the command line a terminal, and a small briefing to use it on."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import structlog

from briefing.cli import run, words

NOW = "2026-11-22T06:40:00+01:00"
CONFIG = """\
briefing: {name: The Morning Post, language: en, timezone: Europe/Paris, window: 36h}
sources:
  - {folder: news/, name: Saved News, captured_at: now}
mail: {from: The Post <post@mail.example>}
database: sqlite:///briefing.db
vectors: none
"""
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>The Harbour Post</title><link>https://harbour.example/</link>
<item><title>Ferries return to the strait after nine days</title><link>https://harbour.example/ferries</link>
<pubDate>Sat, 21 Nov 2026 18:00:00 GMT</pubDate>
<description>Ferries crossed the strait again on Saturday. The crossing had been shut for nine days. Crews cheered
at the quay of Constanta, where the first ship left at noon with four hundred passengers.</description></item>
<item><title>A lighthouse in Cornwall is lit again</title><link>https://harbour.example/light</link>
<pubDate>Sat, 21 Nov 2026 20:00:00 GMT</pubDate>
<description>The old lighthouse near Penzance was dark for thirty years. Two retired keepers mended the lens by hand.
They will open it to visitors in the spring.</description></item>
</channel></rss>
"""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str


@dataclass
class Terminal:
    """Runs commands in this process, as the shell would start them."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    ran: list[Ran] = field(default_factory=list)

    def __call__(self, *words: str, stdin: str | bytes = b"") -> Ran:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        self.patch.setattr(sys, "argv", ["briefing", *words])
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(SystemExit) as ended:
            run()
        sys.stdout.flush()
        out, err = self.capture.readouterr()
        return Ran(int(ended.value.code or 0), out, err)


@pytest.fixture
def terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Terminal(folder=tmp_path, capture=capfd, patch=monkeypatch)


@pytest.fixture
def briefing(terminal: Terminal) -> Terminal:
    """A terminal in a folder with a config and two pieces of news."""
    (terminal.folder / "news").mkdir()
    (terminal.folder / "news" / "harbour.xml").write_text(FEED, "utf-8")
    (terminal.folder / "config.yaml").write_text(CONFIG, "utf-8")
    return terminal


@pytest.fixture
def outside(tmp_path: Path) -> Callable[..., Ran]:
    """Runs the program in a process of its own."""

    def start(*words: str, stdin: str = "") -> Ran:
        command = [sys.executable, "-m", "briefing", *words]
        ended = subprocess.run(
            command, cwd=tmp_path, input=stdin, capture_output=True, text=True, env=os.environ.copy(), check=False
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    return start


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """Takes back what a command that logs has set up for the whole process."""
    root, ours = logging.getLogger(), logging.getLogger("briefing")
    before = (root.handlers[:], root.level, ours.level, sys.excepthook, threading.excepthook)
    yield
    root.handlers[:], level, our_level, sys.excepthook, threading.excepthook = before
    root.setLevel(level)
    ours.setLevel(our_level)
    words.forget_log()
    structlog.reset_defaults()

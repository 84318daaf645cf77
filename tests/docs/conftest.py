"""Gives each page of the docs a folder of its own with what its sentences take for granted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import (
    Terminal,
    _quiet_log,  # noqa: F401 — a fixture that these tests need as well
)
from tests.docs.blocks import ROOT
from tests.docs.shell import Shell
from tests.ports import free_port

CONFIG = """\
briefing: {name: Morning Post, language: en, timezone: Europe/London}
topics: []
sections: {by: region}
sources:
  - {folder: news/, name: Saved News, captured_at: now}
mail:
  from: The Post <post@mail.example>
  bounces: {address: bounces@mail.example, folder: returned/}
database: sqlite:///var/briefing.db
vectors: none
"""
READERS = """\
email,name,timezone
ada@example.org,Ada,Europe/Paris
ada@readers.example,Ada,Europe/Paris
ben@example.org,Ben,UTC
you@example.org,You,Europe/London
"""
#: A piece of news for each of the two mornings, and one for the day on which the tests run.
NEWS = {
    "Ferries return to the strait after nine days": "Ferries crossed the strait again on Saturday. Crews cheered at "
    "the quay of Constanta, where the first ship left at noon with four hundred passengers.",
    "A lighthouse in Cornwall is lit again": "The old lighthouse near Penzance was dark for thirty years. Two retired "
    "keepers mended the lens by hand. They will open it to visitors in the spring.",
    "Storks nest on the town hall of Ghent": "A pair of storks has begun to nest on the town hall of Ghent. The mayor "
    "had the bells silenced until June. Some hundred people came to look on Sunday.",
}
FEED = """<rss version="2.0"><channel><title>The Harbour Post</title><link>https://harbour.example/</link>
<item><title>{title}</title><link>https://harbour.example/{number}</link>
<pubDate>Sat, 21 Nov 2026 18:00:00 GMT</pubDate><description>{text}</description></item></channel></rss>
"""
OPML = """<?xml version="1.0"?>
<opml version="2.0"><body><outline type="rss" text="The Quay" xmlUrl="https://quay.example/feed.xml"/></body></opml>
"""
SAVED = ("bay-of-bengal-chronicle-article-en.html", "quotidien-de-la-meuse-time-fr.html")
#: The days that the pages name.
MORNINGS = ("2026-11-22T06:40:00+01:00", "2026-11-23T06:40:00+01:00")
BACKUP = "backups/briefing-2026-11-22-030000Z.db"


@pytest.fixture
def shell(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    shell = Shell(Terminal(folder=tmp_path, capture=capfd, patch=monkeypatch))
    yield shell
    shell.stop()


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folder of somebody who has used the briefing for two days is kept."""
    return tmp_path_factory.mktemp("settled") / "post"


@pytest.fixture
def home(shell: Shell, settled: Path) -> Shell:
    """A shell in a copy of that folder."""
    if not settled.exists():
        _settle(shell)
        shutil.copytree(shell.folder, settled)
    else:
        shutil.copytree(settled, shell.folder, dirs_exist_ok=True)
    shell.instead |= {"/etc/briefing/": "", "/var/lib/briefing/": "", "/mnt/usb/": "usb/", "8025": str(free_port())}
    return shell


def _settle(shell: Shell) -> None:
    here = shell.folder
    texts = {"config.yaml": CONFIG, "my.yaml": CONFIG, "edited.yaml": CONFIG, "readers.csv": READERS}
    for name, text in {**texts, "subscriptions.opml": OPML}.items():
        (here / name).write_text(text, "utf-8")
    for folder in ("news", "saved", "usb", "returned"):
        (here / folder).mkdir()
    for name in SAVED:
        shutil.copy(ROOT / "seeds" / name, here / "saved")
    done = [shell.run("briefing subscribers import readers.csv --confirmed")]
    for number, (title, text) in enumerate(NEWS.items()):
        (here / f"news/{number}.xml").write_text(FEED.format(title=title, text=text, number=number), "utf-8")
        done += [shell.run(f"briefing send --all --now {now}") for now in MORNINGS[number : number + 1]]
    done.append(shell.run(f"briefing backup {BACKUP}"))
    assert [ran for ran in done if ran.status] == []

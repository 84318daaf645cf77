"""The unit that docs/serving.md installs, as systemd reads it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from briefing.cli.lasting import GRACE_S
from briefing.deliver.smtp import LONGEST_PAUSE, SmtpTransport
from briefing.model.settings import SmtpServer
from briefing.services.schedule import TICK_S

CURE = "needs systemd: sudo make system"
UNIT = Path(__file__).parents[2] / "docs/systemd/briefing.service"

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason=CURE),
]


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", "--no-pager", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit beside a program that is there."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/briefing"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    copy = tmp_path / "briefing.service"
    copy.write_text(UNIT.read_text().replace("/opt/briefing/bin/briefing", str(program)))
    return copy


def seconds(key: str) -> int:
    found = re.findall(rf"^{key}=(\d+)(min)?$", UNIT.read_text(), re.MULTILINE)
    ((number, minutes),) = found
    return int(number) * (60 if minutes else 1)


def test_systemd_finds_nothing_wrong_with_the_unit(unit: Path) -> None:
    verified = analyze("verify", "--man=no", str(unit))
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")


def test_a_mistake_in_it_would_be_found(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=strictly"))
    assert "strictly" in analyze("verify", "--man=no", str(unit)).stderr


def test_it_is_exposed_to_little() -> None:
    judged = analyze("security", "--offline=true", "--threshold=30", str(UNIT))
    assert judged.returncode == 0, judged.stdout
    assert float(re.findall(r"Overall exposure level for briefing\.service: ([\d.]+)", judged.stdout)[0]) <= 3


@pytest.mark.parametrize("call", ["adjtimex", "setrlimit", "prlimit64", "clone", "execve", "kill", "fsync"])
def test_what_the_program_asks_of_the_kernel_is_allowed(call: str) -> None:
    filters = re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), re.MULTILINE)
    allowed: set[str] = set()
    for line in filters:
        named = {name for word in line.lstrip("~").split() for name in calls_of(word)}
        allowed = allowed - named if line.startswith("~") else allowed | named
    assert call in allowed


def calls_of(word: str) -> set[str]:
    """The system calls of a set, and of the sets in it."""
    if not word.startswith("@"):
        return {word}
    lines = analyze("syscall-filter", word).stdout.splitlines()[1:]
    named = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    return {call for one in named for call in calls_of(one)}


def test_the_watchdog_waits_longer_than_the_longest_silence() -> None:
    transport = SmtpTransport(SmtpServer(host="127.0.0.1"))
    # A login takes six replies at most, and the last answer its own time; then it rests, and logs in again.
    silence = 12 * transport.relay.timeout + transport.relay.final_timeout + LONGEST_PAUSE
    assert silence + TICK_S < seconds("WatchdogSec")


def test_it_is_not_killed_before_it_has_stopped_by_itself() -> None:
    assert seconds("TimeoutStopSec") > GRACE_S + 2

"""Takes a message and the mail checker, gives `Verdict`: every row of its table, and the figures worth a column.

The checker is a program of its own (one JSON row per check). A verdict is kept under a name made of the message's and
the checker's bytes, so that a run that was broken off goes on where it stopped, and what has not changed is not
checked again.

Next: benchmarks/email/matrix.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
NODE_MODULES = ROOT / "var/email-tools/node_modules"
KEPT = ROOT / "var/email-matrix"
PROGRAMS = ("chromium", "w3m", "lynx", "spamassassin", "java", "node")
CURE = "sudo make system"
#: Far above the 20 s that a message takes on two busy cores.
_SECONDS = 300


class CheckerError(Exception):
    """Says that the checker gave no table, and what it said instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Carries one check: what was measured, what is allowed, PASS, FAIL, WARN, SKIP or INFO."""

    group: str
    check: str
    value: str
    limit: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Carries what the checker says of one message."""

    rows: tuple[Row, ...]

    def with_verdict(self, *verdicts: str) -> tuple[Row, ...]:
        """The rows that ended so."""
        return tuple(row for row in self.rows if row.verdict in verdicts)

    def value(self, check: str) -> str:
        """What was measured by the check whose name begins so; "?" when it did not run."""
        return next((row.value for row in self.rows if row.check.startswith(check)), "?")

    def figure(self, check: str) -> str:
        """The number that the value begins with."""
        found = re.match(r"-?[\d.,]+", self.value(check))
        return found[0].rstrip(",") if found else "?"

    def net(self, check: str) -> str:
        """The number in the value's parentheses: what is left once the idioms of email are taken off."""
        found = re.search(r"\((\d+)", self.value(check))
        return found[1] if found else "?"


def missing_tools() -> tuple[str, ...]:
    """What the full check lacks here; empty when nothing would be skipped."""
    programs = tuple(name for name in PROGRAMS if shutil.which(name) is None)
    return programs if NODE_MODULES.is_dir() else (*programs, str(NODE_MODULES.relative_to(ROOT)))


def judge(message: bytes, *, checker: Path, name: str, kept: Path = KEPT) -> Verdict:
    """Lets the checker look at a message, 8 to 20 s, or reads what it said of the same bytes before.

    Raises:
        CheckerError: it gave no table.
    """
    kept.mkdir(parents=True, exist_ok=True)
    judges = b"".join(path.read_bytes() for path in sorted(checker.parent.glob("*check*")))
    mail = kept / f"{name}.{sha256(message + judges).hexdigest()[:16]}.eml"
    told = mail.with_suffix(".json")
    if not told.exists():
        for outdated in kept.glob(f"{name}.*"):
            outdated.unlink()
        mail.write_bytes(message)
        answer = _table(mail, checker)
        told.write_text(answer, "utf-8")
    (rows,) = json.loads(told.read_text("utf-8")).values()
    verdict = Verdict(rows=tuple(Row(**row) for row in rows))
    if verdict.with_verdict("SKIP"):
        told.unlink()  # a tool that was missing may be there the next time
    return verdict


def _table(mail: Path, checker: Path) -> str:
    environment = {**os.environ, "EMAIL_CHECK_NODE_MODULES": str(NODE_MODULES)}
    run = subprocess.run(
        [sys.executable, str(checker), "--json", str(mail)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if run.returncode not in {0, 1} or not run.stdout.startswith("{"):
        raise CheckerError(f"{mail.name}: {(run.stderr.strip().splitlines() or ['no output'])[-1]}")
    return run.stdout

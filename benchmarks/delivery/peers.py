"""Takes a finished message on stdin and a port, gives what a peer needs to send it to so many readers.

    python -m benchmarks.delivery.peers smtplib|nodemailer|smtp-source PORT MESSAGES < message.eml

Peers get the bytes ready and the same for everybody, which is kinder to them than to us: we write, sign and book each
reader's own. The last line printed is a `Spent` as JSON.

Next: benchmarks/delivery/ours.py.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.delivery import CONNECTIONS
from benchmarks.delivery.spent import watched
from benchmarks.email.verdicts import CURE, NODE_MODULES

PEERS = ("smtplib", "nodemailer", "smtp-source")
_SCRIPT = Path(__file__).with_name("nodemailer_pool.mjs")
_FROM = "post@tide.example"


def lacks(peer: str) -> str:
    """What a person does to have this peer; "" when it is there."""
    there = {
        "smtplib": True,
        "nodemailer": shutil.which("node") is not None and (NODE_MODULES / "nodemailer").is_dir(),
        "smtp-source": _smtp_source_program() is not None,
    }
    return "" if there[peer] else CURE


def main(words: list[str]) -> int:
    """Runs one of them."""
    peer, port, messages = words[0], int(words[1]), int(words[2])
    letter = sys.stdin.buffer.read()
    if peer == "nodemailer":  # measures itself: to start node is no part of sending
        command = ["node", str(_SCRIPT), str(NODE_MODULES.parent), str(port), str(CONNECTIONS), str(messages)]
        return subprocess.run(command, input=letter, check=False).returncode
    with watched() as spent:
        (_smtplib if peer == "smtplib" else _smtp_source)(letter, port, messages)
    spent.rss *= peer == "smtplib"
    spent.tell()
    return 0


def _smtplib(letter: bytes, port: int, messages: int) -> None:
    """What the standard library does best: connections kept open, bytes ready, `sendmail`."""

    def work(first: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for number in range(first, messages, CONNECTIONS):
                client.sendmail(_FROM, [f"reader{number}@readers.example"], letter)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(work, range(CONNECTIONS)))


def _smtp_source(letter: bytes, port: int, messages: int) -> None:
    """Postfix's own load generator, which sends one message over and over: as fast as this machine can."""
    program = _smtp_source_program()
    assert program
    size = ("-s", str(CONNECTIONS), "-m", str(messages), "-l", str(len(letter)))
    who = ("-f", _FROM, "-t", "reader@readers.example")
    subprocess.run([program, "-d", *size, *who, f"127.0.0.1:{port}"], check=True)


def _smtp_source_program() -> str | None:
    return shutil.which("smtp-source", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

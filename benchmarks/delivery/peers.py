"""Takes a finished message on stdin and a port, gives what a peer needs to send it to so many readers.

    python -m benchmarks.delivery.peers PEER PORT MESSAGES < message.eml

PEER is one of `PEERS`; "smtplib-anew" connects for every mail, one after the other, as rss2email and many a script do.
Peers get the bytes ready and the same for everybody, which is kinder to them than to us: we write, sign and book each
reader's own. The last line printed is a `Spent` as JSON.

Next: benchmarks/delivery/ours.py.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import shutil
import smtplib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.delivery import CONNECTIONS
from benchmarks.delivery.spent import watched
from benchmarks.email.verdicts import NODE_MODULES
from benchmarks.rows import PIP_CURE, SYSTEM_CURE

PEERS = ("smtplib", "smtplib-anew", "aiosmtplib", "nodemailer", "smtp-source")
_SCRIPT = Path(__file__).with_name("nodemailer_pool.mjs")
_FROM = "post@tide.example"


def lacks(peer: str) -> str:
    """What a person does to have this peer; "" when it is there."""
    there = {
        "smtplib": True,
        "smtplib-anew": True,
        "aiosmtplib": importlib.util.find_spec("aiosmtplib") is not None,
        "nodemailer": shutil.which("node") is not None and (NODE_MODULES / "nodemailer").is_dir(),
        "smtp-source": _smtp_source_program() is not None,
    }
    return "" if there[peer] else PIP_CURE if peer == "aiosmtplib" else SYSTEM_CURE


def main(words: list[str]) -> int:
    """Runs one of them."""
    peer, port, messages = words[0], int(words[1]), int(words[2])
    letter = sys.stdin.buffer.read()
    if peer == "nodemailer":  # measures itself: to start node is no part of sending
        command = ["node", str(_SCRIPT), str(NODE_MODULES.parent), str(port), str(CONNECTIONS), str(messages)]
        return subprocess.run(command, input=letter, check=False).returncode
    send = {"smtplib": _smtplib, "smtplib-anew": _anew, "aiosmtplib": _aiosmtplib, "smtp-source": _smtp_source}[peer]
    with watched() as spent:
        send(letter, port, messages)
    spent.rss *= peer != "smtp-source"
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


def _anew(letter: bytes, port: int, messages: int) -> None:
    """A connection for each mail."""
    for number in range(messages):
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail(_FROM, [f"reader{number}@readers.example"], letter)


def _aiosmtplib(letter: bytes, port: int, messages: int) -> None:
    """What it does best: connections kept open, bytes ready, one task each."""
    module = importlib.import_module("aiosmtplib")

    async def work(first: int) -> None:
        async with module.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False) as client:
            for number in range(first, messages, CONNECTIONS):
                await client.sendmail(_FROM, [f"reader{number}@readers.example"], letter)

    async def all_of_them() -> None:
        await asyncio.gather(*map(work, range(CONNECTIONS)))

    asyncio.run(all_of_them())


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

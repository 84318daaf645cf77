"""What `serve` needs while it stands there all day, and how it ends in the middle of things."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from benchmarks.delivery.house import SEEDS
from benchmarks.delivery.recording import open_relay
from tests.cli.test_living import edit, wait_until
from tests.cli.test_serving import folder as folder  # noqa: PLC0414, a fixture
from tests.cli.test_serving import port as port  # noqa: PLC0414, likewise
from tests.cli.test_serving import read_until, started, stop

pytestmark = pytest.mark.slow

#: Docker kills ten seconds after it asked.
GRACE_S = 10
#: A virtual server of half a gigabyte holds it beside a relay; a build in this process would leave 300 MB and more.
MOST_MB = 150


def memory_mb(process: subprocess.Popen[str]) -> float:
    """What the process itself holds."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


def children(process: subprocess.Popen[str]) -> dict[Path, str]:
    """The processes that it started: places below /proc, and command lines."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(place.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            words = place.joinpath("cmdline").read_text()
        except OSError:  # gone meanwhile
            continue
        if parent == process.pid:
            found[place] = words
    return found


def test_serve_stays_small_also_after_it_made_an_edition(folder: Path) -> None:
    edit(folder, ("folder: news/", f"folder: {SEEDS}"), ("vectors: none", "vectors: use"))
    with started(folder, "serve") as process:
        read_until(process, "event=serving")
        before = memory_mb(process)
        read_until(process, "handed_over=1 audience=1 sent=1")
        time.sleep(1)
        after = memory_mb(process)
        assert not [words for words in children(process).values() if "spawn_main" in words]
        stop(process)
    assert max(before, after) <= MOST_MB, (before, after)


@contextmanager
def never_answering() -> Iterator[tuple[int, Event]]:
    """A server whose clients wait; its port, and whether one came."""
    asked = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []

        def take() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return
                asked.set()

        Thread(target=take, daemon=True).start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        for one in kept:
            one.close()


def test_a_stop_while_an_edition_is_made_is_heard_at_once_and_leaves_no_process(folder: Path) -> None:
    with never_answering() as (port, asked):
        feed = f"{{feed: 'http://127.0.0.1:{port}/feed', name: Slow}}"
        edit(folder, ("{folder: news/, captured_at: now}", feed), ("vectors: none", "fetch: {allow_private: true}"))
        with started(folder, "serve") as process:
            read_until(process, "event=serving")
            assert asked.wait(30)
            (newsroom,) = [place for place, words in children(process).items() if "spawn_main" in words]
            status, said, seconds = stop(process)
    assert (status, said.splitlines()[-1].rpartition(" ")[2]) == (0, "event=stopped")
    assert seconds < GRACE_S
    assert not newsroom.exists()


READERS = [f"reader{number}@readers.example" for number in range(30)]


def send_through(folder: Path, port: int) -> None:
    """Has the briefing of that folder send to many, one after the other."""
    (folder / "readers.csv").write_text("\n".join(["email", *READERS]))
    smtp = f"{{host: 127.0.0.1, port: {port}, security: none, limits: {{connections: 1}}}}"
    edit(folder, ("post@mail.example>}", f"post@mail.example>, transport: smtp, smtp: {smtp}}}"))


def test_a_stop_while_mail_is_sent_ends_after_the_message_at_hand_and_the_next_start_sends_the_rest(
    folder: Path,
) -> None:
    with open_relay(delay_s=0.1) as relay:
        send_through(folder, relay.port)
        with started(folder, "serve") as process:
            wait_until(lambda: len(relay.accepted) > 3)
            status, said, seconds = stop(process)
        assert (status, said.splitlines()[-1].rpartition(" ")[2]) == (0, "event=stopped")
        assert seconds < GRACE_S
        assert 3 < len(relay.accepted) < len(READERS)
        with started(folder, "serve") as process:
            read_until(process, f"audience={len(READERS)} sent={len(READERS)}")
            stop(process)
        assert Counter(recipient for recipient, _ in relay.accepted) == Counter(READERS)


def test_a_stop_while_the_relay_keeps_us_waiting_ends_in_time_and_says_so(folder: Path) -> None:
    with never_answering() as (port, asked):
        send_through(folder, port)
        with started(folder, "serve") as process:
            assert asked.wait(30)
            status, said, seconds = stop(process)
    last = 'event="stopped in the middle of its work; the next start goes on from there"'
    assert (status, said.splitlines()[-1].partition("level=info ")[2]) == (0, last)
    assert seconds < GRACE_S


def test_a_second_program_on_a_database_ends_with_a_line_and_serves_once_the_first_was_killed(folder: Path) -> None:
    with started(folder, "serve") as first:
        read_until(first, "event=serving")
        with started(folder, "serve") as second:
            told = read_until(second, "runs on this database already")[-1]
            assert (second.wait(20), f"as process {first.pid}; stop that one first" in told) == (2, True)
        first.kill()
        first.wait(20)
        with started(folder, "serve") as third:
            read_until(third, "event=serving")

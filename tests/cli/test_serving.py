from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes, policy
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Timer
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from briefing.cli.serving import _Ticker, _until
from briefing.engines.clock import SystemClock
from briefing.model.delivery import Delivery, DeliveryStatus, Envelope
from briefing.model.edition import Problem
from briefing.ports import Books
from briefing.render.templates import load_templates
from briefing.store.database import open_database
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.cli.conftest import Terminal
from tests.cli.test_stages import PAGE
from tests.fakes import FakeCollector, FakeTransport
from tests.ports import free_port
from tests.services.house import NEWS, FakeHouse, collected, confirmed, read, without_the_link

pytestmark = pytest.mark.slow

#: A process that says nothing for so long is taken for stuck.
PATIENCE_S = 60


@contextmanager
def started(
    folder: Path, *words: str, program: tuple[str, ...] = ("-m", "briefing")
) -> Iterator[subprocess.Popen[str]]:
    """The program in a process of its own, killed when the test is over."""
    process = subprocess.Popen(
        [sys.executable, *program, *words],
        cwd=folder,
        env=os.environ.copy(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """Lines up to the one with these words."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} was never said: {lines}")


def stop(process: subprocess.Popen[str]) -> tuple[int, str, float]:
    """Asks the process to end; its status, its last words, and the seconds it took."""
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=PATIENCE_S)
    return process.returncode, said, time.monotonic() - asked


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def folder(tmp_path: Path, port: int) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/harbour.html").write_text(PAGE)
    (tmp_path / "readers.csv").write_text("email\nada@readers.example\n")
    (tmp_path / "config.yaml").write_text(f"""\
briefing: {{name: The Morning Post, timezone: UTC}}
sources: [{{folder: news/, captured_at: now}}]
schedule: {{at: "{SystemClock().now():%H:%M}"}}
mail: {{from: The Post <post@mail.example>}}
subscribers: {{import: readers.csv}}
web: {{listen: "127.0.0.1:{port}", public_url: "https://post.example"}}
database: sqlite:///briefing.db
vectors: none
""")
    return tmp_path


def ask(port: int, method: str, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def status_of_ada(folder: Path) -> str:
    engine = open_database(f"sqlite:///{folder}/briefing.db")
    (reader,) = SqlSubscribers(engine).list_subscribers()
    engine.dispose()
    return reader.status.value


@pytest.mark.slow
def test_a_day_of_serving(folder: Path, port: int) -> None:
    outbox = folder / "out/outbox"
    with started(folder, "serve") as process:
        read_until(process, f"pages=http://127.0.0.1:{port}/")
        read_until(process, "handed_over=1 audience=1 sent=1")
        (mail,) = outbox.glob("*.eml")
        status, told = ask(port, "GET", "/healthz")
        assert (status, json.loads(told)["status"]) == (200, "ok")
        assert "briefing_sent_messages_total 1.0" in ask(port, "GET", "/metrics")[1]
        header = str(message_from_bytes(mail.read_bytes(), policy=policy.default)["List-Unsubscribe"])
        link = urlsplit(next(a for a in header.replace("<", "").replace(">", "").split(", ") if "/u/" in a)).path
        assert ask(port, "GET", link)[0] == 200
        assert status_of_ada(folder) == "confirmed"
        assert ask(port, "POST", link)[0] == 200
        assert status_of_ada(folder) == "unsubscribed"
        status, said, seconds = stop(process)
    assert status == 0
    assert re.fullmatch(r"timestamp=\S+ level=info event=stopped\n", said)
    assert seconds < 10


@pytest.mark.slow
def test_every_line_of_a_day_in_json_is_an_object_and_none_names_a_reader(folder: Path) -> None:
    (folder / "readers.csv").write_text("email,timezone\nada@readers.example,\nben@readers.example,Mars\n")
    with started(folder, "serve", "--log", "json") as process:
        said = read_until(process, '"event": "serving"')
        (folder / "news/broken.mhtml").write_text("no such thing")
        _, rest, _ = stop(process)
    told = [json.loads(line) for line in (*said, *rest.splitlines())]
    assert {"level", "event", "timestamp"} <= set.intersection(*map(set, told))
    assert any("Mars" in line["event"] for line in told)
    assert not any("@" in str(line) for line in told)


@pytest.mark.slow
def test_the_operator_hears_of_a_crash_with_messages_in_doubt(folder: Path) -> None:
    with (folder / "config.yaml").open("a") as config:
        config.write("operator: {email: op@post.example}\n")
    engine = open_database(f"sqlite:///{folder}/briefing.db")
    now, ledger = SystemClock().now(), SqlLedger(engine)
    ledger.plan(now.date(), ["gone"], now=now)
    row = Delivery(edition=now.date(), subscriber="gone", status=DeliveryStatus.INFLIGHT, updated_at=now)
    ledger.record([row])
    engine.dispose()
    with started(folder, "serve") as process:
        read_until(process, "event=edition ")
        for _ in range(100):
            mails = [message_from_bytes(f.read_bytes()) for f in (folder / "out/outbox").glob("*.eml")]
            told = [mail for mail in mails if mail["To"] == "op@post.example"]
            if told:
                break
            time.sleep(0.1)
        stop(process)
    assert [mail["Subject"] for mail in told] == ["The Morning Post: 1 message is in doubt after a restart"]


@pytest.mark.slow
def test_a_restart_does_not_send_twice(folder: Path) -> None:
    for expected in ("handed_over=1", "pages="):
        with started(folder, "serve") as process:
            read_until(process, expected)
            # The first tick runs before the loop looks whether it should stop.
            status, said, _ = stop(process)
        assert status == 0
        assert said.endswith("event=stopped\n")
        assert len(list((folder / "out/outbox").glob("*.eml"))) == 1
    assert "event=edition" not in said


@pytest.mark.parametrize(
    ("command", "cure"), [("serve", "name another under web: listen"), ("preview", "name another with --port")]
)
def test_a_port_that_is_taken_is_said_before_anything_is_promised(
    briefing: Terminal, port: int, command: str, cure: str
) -> None:
    with (briefing.folder / "config.yaml").open("a") as config:
        config.write(f'web: {{listen: "127.0.0.1:{port}"}}\n')
    with socket.create_server(("127.0.0.1", port)):
        ran = briefing(command, *(["--port", str(port)] if command == "preview" else []))
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"127.0.0.1:{port} cannot be listened on (Address already in use); {cure}" in ran.err


def test_the_preview_answers_until_it_is_stopped(folder: Path, port: int) -> None:
    with started(folder, "preview", "--port", str(port)) as process:
        read_until(process, f"preview on http://127.0.0.1:{port}/")
        began = time.monotonic()
        assert ask(port, "GET", "/")[0] == 200
        assert time.monotonic() - began < 2
        while "Harbour opens" not in (page := ask(port, "GET", "/")[1]):
            assert time.monotonic() - began < PATIENCE_S, page
            time.sleep(0.1)
        ended, said, seconds = stop(process)
    assert (ended, said) == (0, "")
    assert seconds < 10


#: Tries each instant, from 2 µs, that a signal may have on the way into a wait.
EVERY_INSTANT = """
import signal
from briefing.cli.lasting import Stop

for at in range(400):
    stop = Stop(signal.SIGALRM)
    signal.setitimer(signal.ITIMER_REAL, (2 + at % 40) * 1e-6)
    while not stop.wait({seconds}):
        pass
    assert stop.is_set()
"""
#: Waits for something else when it is told to stop.
STUCK = """
import os, signal, time
from briefing.cli.lasting import stop_in_time

stop_in_time(grace_s=0.5)
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(60)
"""
SLOW_PREVIEW = """
import sys, time
from pathlib import Path
from briefing.cli.previewing import preview_until_stopped
from briefing.wiring.preview import Studio

def make(self, watch):
    print("building", flush=True)
    time.sleep(60)

Studio.make = make
here = {"host": "127.0.0.1", "port": int(sys.argv[1])}
sys.exit(preview_until_stopped(Path("config.yaml"), out=Path("out"), moment=None, **here))
"""


@pytest.mark.parametrize("seconds", [1e-6, 60], ids=["awake-and-asleep", "falling-asleep"])
def test_a_signal_is_heard_at_whatever_instant_it_comes(seconds: float) -> None:
    script = EVERY_INSTANT.format(seconds=seconds)
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)


def test_one_who_waits_in_vain_for_a_signal_waits_no_longer_than_asked() -> None:
    script = (
        "from briefing.cli.lasting import Stop; stop = Stop(); assert not stop.wait(0.01); assert not stop.is_set()"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)


def test_a_program_that_hangs_is_ended_and_says_so() -> None:
    ended = subprocess.run([sys.executable, "-c", STUCK], capture_output=True, text=True, check=True, timeout=30)
    assert (ended.stdout, ended.stderr) == (
        "",
        "stopped in the middle of its work; the next start goes on from there\n",
    )


def test_a_preview_that_is_still_being_made_does_not_hold_up_the_stop(folder: Path, port: int) -> None:
    with started(folder, str(port), program=("-c", SLOW_PREVIEW)) as process:
        read_until(process, "building")
        with socket.create_connection(("127.0.0.1", port)) as reader:
            reader.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            ended, _, seconds = stop(process)
    assert ended == 0
    assert seconds < 10


@pytest.mark.slow
def test_connections_left_open_do_not_hold_up_the_stop(folder: Path, port: int) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: post.example\r\n\r\n"
    with started(folder, "serve") as process, ExitStack() as left_open:
        read_until(process, "pages=")
        for begun in (b"", b"POST /u/", whole):
            reader = left_open.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            reader.sendall(begun)
        assert reader.recv(4096).startswith(b"HTTP/1.1 200")
        ended, said, seconds = stop(process)
    assert (ended, said.splitlines()[-1].rpartition(" ")[2]) == (0, "event=stopped")
    assert seconds < 10


@dataclass
class LastStraw(FakeTransport):
    """A relay during whose first message the program is told to stop."""

    told: Event = field(default_factory=Event)

    def deliver(self, envelopes: Iterator[Envelope], books: Books) -> None:
        def ending() -> Iterator[Envelope]:
            for envelope in envelopes:
                yield envelope
                self.told.set()

        super().deliver(ending(), books)


def test_a_stop_comes_between_two_messages_and_the_next_start_sends_the_rest() -> None:
    relay = LastStraw()
    fake = FakeHouse(transport=relay)
    (report,) = _until(relay.told, fake.morning).send_due()
    assert (report.sent, report.balance.audience, relay.is_open) == (1, 2, False)
    assert report.balance.counts == {DeliveryStatus.PENDING: 1, DeliveryStatus.SENT: 1}
    (rest,) = _until(Event(), fake.morning).send_due()
    assert rest.sent == 1
    assert sorted(relay.recipients) == ["ada@readers.example", "ben@readers.example"]


def heard(events: Iterable[Mapping[str, object]]) -> list[str]:
    """What was said: an edition with its figures, a problem or a silence with its reason."""
    return [
        f"{one['edition']}: {one['handed_over']} of {one['audience']}"
        if one["event"] == "edition"
        else f"{one['event']}: {one['reason']}"
        for one in events
    ]


def test_a_morning_without_news_is_told_once() -> None:
    fake = FakeHouse(collector=FakeCollector(collected(reports=(read("Dead Post", 0, "is down"),))))
    with capture_logs() as said:
        ticking = _Ticker(fake.morning)
        for _ in range(5):
            ticking.tick()
            fake.clock.move(seconds=20)
    assert heard(said) == ["nothing sent: nothing to send: none of 1 sources could be read"]
    assert len(fake.collector.asked) == 1


def test_a_held_edition_is_told_once_and_sent_once_it_is_mended() -> None:
    fake = FakeHouse(templates=without_the_link(load_templates()))
    with capture_logs() as said:
        ticking = _Ticker(fake.morning)
        for _ in range(5):
            ticking.tick()
            fake.clock.move(seconds=20)
    edition, problem = heard(said)
    assert edition == "2026-11-22: 0 of 2"
    assert problem.startswith("problem: the edition for default is held")
    assert problem.endswith("nothing was sent to its 2 readers")

    fake.newsroom = replace(fake.newsroom, templates=load_templates())
    fake.morning = replace(fake.morning, editions=replace(fake.morning.editions, maker=fake.newsroom))
    with capture_logs() as said:
        ticking = _Ticker(fake.morning)
        ticking.tick()
        ticking.tick()
    assert heard(said) == ["2026-11-22: 2 of 2"]


def test_what_else_happens_is_told_beside_a_held_edition() -> None:
    fake = FakeHouse(templates=without_the_link(load_templates()))
    with capture_logs() as events:
        ticking = _Ticker(fake.morning)
        ticking.tick()
        fake.store.save_subscriber(confirmed("cleo"))
        ticking.tick()
    said = "\n".join(heard(events))
    assert ("to its 2 readers" in said, "to its 3 readers" in said) == (True, True)


def test_news_after_a_silence_are_sent_and_a_new_silence_is_told_again() -> None:
    fake = FakeHouse(collector=FakeCollector(collected()))
    with capture_logs() as said:
        ticking = _Ticker(fake.morning)
        ticking.tick()
        fake.collector.collected = collected(*NEWS)
        fake.clock.move(minutes=61)
        ticking.tick()
        fake.clock.move(days=1)
        ticking.tick()
    assert heard(said) == [
        "nothing sent: nothing to send: no article was found; look at `sources:` in your config",
        "2026-11-22: 2 of 2",
        "nothing sent: nothing to send: all 4 stories are muted or were told before",
    ]


def test_a_source_that_cannot_be_read_is_told_once_a_reading() -> None:
    dead = Problem(stage="collect", source="Dead Post", message="did not answer")
    fake = FakeHouse(collector=FakeCollector(collected(*NEWS, problems=(dead,))))
    with capture_logs() as said:
        ticking = _Ticker(fake.morning)
        for _ in range(3):
            ticking.tick()
            fake.clock.move(seconds=20)
    assert heard(said) == ["problem: did not answer", "2026-11-22: 2 of 2"]


def test_the_timer_the_waits_and_each_message_are_signs_of_life() -> None:
    beats: list[datetime] = []
    fake = FakeHouse()
    morning = _until(Event(), fake.morning, beat=lambda: beats.append(fake.clock.now()))
    morning.mailroom.sleep(1)
    assert len(beats) == 1
    with capture_logs():
        _Ticker(morning, beat=lambda: beats.append(fake.clock.now())).tick()
    assert len(beats) >= 1 + 1 + 2

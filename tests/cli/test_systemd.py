from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from briefing.cli.systemd import ALIVE, READY, tell_systemd
from tests.cli.test_serving import folder as folder  # noqa: PLC0414, a fixture
from tests.cli.test_serving import port as port  # noqa: PLC0414, likewise
from tests.cli.test_serving import read_until, started, stop

pytestmark = pytest.mark.slow


@contextmanager
def listening(address: str) -> Iterator[socket.socket]:
    """The end of the line that systemd has."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + address[1:] if address.startswith("@") else address)
        line.settimeout(20)
        yield line


@pytest.fixture(params=["a file", "an abstract name"])
def line(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    address = str(tmp_path / "notify") if request.param == "a file" else f"@briefing-{uuid4().hex}"
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with listening(address) as line:
        yield line


def test_systemd_hears_that_serve_is_ready_lives_and_stops(folder: Path, line: socket.socket) -> None:
    with started(folder, "serve") as process:
        assert line.recv(99) == b"READY=1"
        # A look every twenty seconds, and the first mail goes out meanwhile.
        assert line.recv(99) == b"WATCHDOG=1"
        read_until(process, "event=edition ")
        status, _, _ = stop(process)
    line.settimeout(0.2)
    rest: list[bytes] = []
    while not rest or rest[-1] != b"STOPPING=1":
        rest.append(line.recv(99))
    assert (status, set(rest[:-1]) <= {b"WATCHDOG=1"}) == (0, True)


def test_a_serve_that_cannot_start_never_says_that_it_is_ready(folder: Path, port: int, line: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", port)), started(folder, "serve") as process:
        read_until(process, "cannot be listened on")
        assert process.wait(20) == 2
    line.settimeout(0.2)
    with pytest.raises(TimeoutError):
        line.recv(99)


@pytest.mark.parametrize("address", [None, "", "/nowhere/at/all", "@nobody-listens-here", "relative"])
def test_nothing_happens_where_nobody_listens(
    address: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    tell_systemd(READY)
    assert list(tmp_path.iterdir()) == []


def test_who_does_not_listen_any_more_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with listening(str(tmp_path / "notify")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other, suppress(BlockingIOError):
            other.setblocking(False)
            while True:  # until its queue is full
                other.sendto(b"WATCHDOG=1", str(tmp_path / "notify"))
        began = time.monotonic()
        tell_systemd(ALIVE)
    assert time.monotonic() - began < 5

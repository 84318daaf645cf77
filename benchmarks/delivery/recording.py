"""Takes mail on loopback and remembers for whom it was, gives the answer a little later: a relay with a memory.

What it remembers it has accepted, whatever the client heard of it: the count that a crash is judged by. Slower than
sink.c, and needs no compiler.

Next: benchmarks/delivery/crashes.py.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: A relay writes a mail to its disk before it says that it has it; a client that dies meanwhile never hears it.
DELAY_S = 0.002
_GREETING = b"220 here\r\n"
_ABILITIES = b"250-here\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n"


@dataclass(slots=True)
class Relay:
    """Carries its port and, for each message it accepted, the recipient and the Message-ID, in that order."""

    port: int = 0
    accepted: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def open_relay(*, delay_s: float = DELAY_S) -> Iterator[Relay]:
    """Answers in a thread while the block lasts."""
    relay, ready = Relay(), Event()
    stop: list[Callable[[], object]] = []
    thread = Thread(target=lambda: asyncio.run(_serve(relay, delay_s, ready, stop)), name="relay", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield relay
    finally:
        stop[0]()
        thread.join()


async def _serve(relay: Relay, delay_s: float, ready: Event, stop: list[Callable[[], object]]) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await _talk(reader, writer, relay, delay_s)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    is_over, loop = asyncio.Event(), asyncio.get_running_loop()
    stop.append(lambda: loop.call_soon_threadsafe(is_over.set))
    ready.set()
    await is_over.wait()
    server.close()


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, relay: Relay, delay_s: float) -> None:
    writer.write(_GREETING)
    recipient = ""
    while line := await reader.readline():
        verb = line[:4].upper()
        if verb == b"DATA":
            writer.write(b"354 go on\r\n")
            message = await reader.readuntil(b"\r\n.\r\n")
            relay.accepted.append((recipient, _message_id(message)))
            await asyncio.sleep(delay_s)
            writer.write(b"250 2.0.0 taken\r\n")
        elif verb == b"QUIT":
            writer.write(b"221 2.0.0 bye\r\n")
            return
        else:
            recipient = line.partition(b"<")[2].partition(b">")[0].decode() if verb == b"RCPT" else recipient
            writer.write(_ABILITIES if verb == b"EHLO" else b"250 2.0.0 ok\r\n")


def _message_id(message: bytes) -> str:
    _, _, rest = message.partition(b"Message-ID: ")
    return rest.partition(b"\r\n")[0].decode()

"""Takes mail on loopback from several senders at once, gives what it took and how many connections were open together.

Next: tests/wiring/test_crew.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

#: Messages that it takes before it waits for company.
_FIRST = 20


@dataclass
class BusyRelay:
    """Is a relay that counts.

    Attributes:
        delay_s: how long it looks at a message before it says that it has it.
        most: connections that it allows at a time; one more is turned away.
        company: after a few messages it has everybody wait until so many connections came, turned away or not.
        accepted: recipient, Message-ID and the number of the connection, in that order.
    """

    delay_s: float = 0.02
    most: int = 99
    company: int = 0
    port: int = 0
    accepted: list[tuple[str, str, int]] = field(default_factory=list)
    opened: int = 0
    open_now: int = 0
    most_open: int = 0
    turned_away: int = 0

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _, _ in self.accepted]

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Answers in a thread while the block lasts."""
        ready = Event()
        stop: list[Callable[[], object]] = []
        thread = Thread(target=lambda: asyncio.run(self._serve(ready, stop)), name="relay", daemon=True)
        thread.start()
        ready.wait()
        try:
            yield
        finally:
            stop[0]()
            thread.join()

    async def _serve(self, ready: Event, stop: list[Callable[[], object]]) -> None:
        loop, is_over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._greet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        stop.append(lambda: loop.call_soon_threadsafe(is_over.set))
        ready.set()
        await is_over.wait()
        server.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.open_now >= self.most:
            self.turned_away += 1
            writer.write(b"421 4.7.0 too many connections from you\r\n")
        else:
            self.opened += 1
            self.open_now += 1
            self.most_open = max(self.most_open, self.open_now)
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._talk(reader, writer, self.opened)
            self.open_now -= 1
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        writer.write(b"220 here\r\n")
        recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                head = (await reader.readuntil(b"\r\n.\r\n")).partition(b"Message-ID: ")[2]
                self.accepted.append((recipient, head.partition(b"\r\n")[0].decode(), number))
                await asyncio.sleep(self.delay_s)
                while len(self.accepted) > _FIRST and self.opened + self.turned_away < self.company:
                    await asyncio.sleep(self.delay_s)
                writer.write(b"250 2.0.0 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 2.0.0 bye\r\n")
                return
            else:
                recipient = line.partition(b"<")[2].partition(b">")[0].decode() if verb == b"RCPT" else recipient
                answer = b"250-here\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES\r\n"
                writer.write(answer if verb == b"EHLO" else b"250 2.0.0 ok\r\n")

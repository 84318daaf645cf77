"""Every transport keeps the same promises."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from briefing.deliver.outbox import OutboxTransport
from briefing.deliver.smtp import SmtpTransport
from briefing.errors import TransportError
from briefing.model.delivery import Envelope
from briefing.model.settings import SmtpServer
from tests.deliver.servers import Mailbox, free_port, obedient
from tests.fakes import FakeTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from briefing.ports import Transport

    Working = tuple[Transport, Callable[[], list[bytes]]]


def envelope(number: int) -> Envelope:
    return Envelope(
        sender="post@example.org",
        recipient=f"r{number}@example.org",
        message_id=f"<m{number}@example.org>",
        message=f"Subject: {number}\r\n\r\nHi\r\n".encode(),
    )


@contextmanager
def working(kind: str, folder: Path) -> Iterator[Working]:
    """A transport, and a way to see what arrived."""
    if kind == "fake":
        fake = FakeTransport()
        yield fake, lambda: [taken.message for taken in fake.taken]
    elif kind == "outbox":
        yield OutboxTransport(folder), lambda: [file.read_bytes() for file in sorted(folder.glob("*.eml"))]
    else:
        mailbox = Mailbox()
        with obedient(mailbox) as port:
            server = SmtpServer(host="127.0.0.1", port=port, security="none")
            yield SmtpTransport(server, timeout=5), lambda: [content for _, _, content in mailbox.received]


@pytest.mark.parametrize("kind", ["fake", "outbox", "smtp"])
def test_what_send_returned_for_has_arrived_whole_and_in_order_batch_after_batch(kind: str, tmp_path: Path) -> None:
    with working(kind, tmp_path) as (transport, arrived):
        for batch in ((1, 2), (3,)):
            with transport:
                for number in batch:
                    transport.send(envelope(number))
        assert arrived() == [envelope(number).message for number in (1, 2, 3)]


@pytest.mark.parametrize("kind", ["fake", "outbox", "smtp"])
def test_a_transport_that_cannot_work_says_so_before_the_first_message(kind: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    transports: dict[str, Transport] = {
        "fake": FakeTransport(closed=TransportError("down", transient=True)),
        "outbox": OutboxTransport(tmp_path / "taken"),
        "smtp": SmtpTransport(SmtpServer(host="127.0.0.1", port=free_port(), security="none"), timeout=5),
    }
    with pytest.raises(TransportError) as caught:
        transports[kind].__enter__()
    assert not caught.value.uncertain

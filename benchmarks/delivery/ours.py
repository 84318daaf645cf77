"""Takes a port and a number of readers, gives what the program itself needs to send each of them their own mail.

    python -m benchmarks.delivery.ours unsigned|rsa|ed25519|no-ledger PORT MESSAGES
    python -m benchmarks.delivery.ours letter > message.eml

The last line printed is a `Spent` as JSON: of `Mailroom.send_edition` alone, planning included.

Next: benchmarks/delivery/speed.py.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.delivery.house import NOW, bench_config, invent_readers, new_key, open_morning
from benchmarks.delivery.spent import Spent, watched
from briefing.cli.words import unwatched
from briefing.model.delivery import AnswerKind, Balance
from briefing.services.send import Mailroom, SendReport
from briefing.wiring import open_newsroom

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from briefing.model.delivery import Answer, Envelope
    from briefing.model.subscriber import Habit
    from briefing.services.delivery_run import Mailing

OURS = ("unsigned", "rsa", "ed25519", "no-ledger")
_measured: list[Spent] = []
_letters: list[bytes] = []


class TimedRoom(Mailroom):
    """The real one, with a stop-watch."""

    def send_edition(self, mailing: Mailing, habits: Iterable[Habit]) -> SendReport:
        """As ever."""
        _letters.append(mailing.compose_message(next(self.store.each_subscriber())).message)
        with watched() as spent:
            report = super().send_edition(mailing, habits)
        _measured.append(spent)
        return report


class NoBooks:
    """Lets every message go and counts those that were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def start(self, envelopes: Sequence[Envelope]) -> Sequence[Envelope]:
        """All may go."""
        return envelopes

    def settle(self, answers: Sequence[Answer]) -> None:
        """Counts."""
        self.taken += sum(answer.kind is AnswerKind.TAKEN for answer in answers)


class BooklessRoom(Mailroom):
    """Sends the same over the same transport, and writes nothing down."""

    def send_edition(self, mailing: Mailing, _: Iterable[Habit]) -> SendReport:
        """To everyone on the list."""
        books, edition = NoBooks(), mailing.edition
        readers = self.store.each_subscriber()
        with watched() as spent, self.transport as transport:
            transport.deliver((mailing.compose_message(reader) for reader in readers), books)
        _measured.append(spent)
        return SendReport(edition=edition, sent=books.taken, balance=Balance(edition=edition, audience=books.taken))


def main(words: list[str]) -> int:
    """Sends, or prints the message that the peers send."""
    kind, port, messages = (words[0], int(words[1]), int(words[2])) if len(words) > 1 else ("letter", 1, 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = [new_key(kind)] if kind in {"rsa", "ed25519"} else []
        config = bench_config(folder, port=port, keys=keys)
        if kind == "letter":
            sys.stdout.buffer.write(open_newsroom(config, out=folder, now=NOW, watch=unwatched).build().printed.sample)
            return 0
        invent_readers(config.database, messages)
        (report,) = open_morning(config, folder, BooklessRoom if kind == "no-ledger" else TimedRoom).send_all()
    if report.sent != messages:
        print(f"{report.sent} of {messages} were sent: {report.problems[:3]}", file=sys.stderr)
        return 1
    if any(letter.count(b"DKIM-Signature:") != len(keys) for letter in _letters):
        print(f"the mail is not signed with {kind}", file=sys.stderr)
        return 1
    _measured[0].tell()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

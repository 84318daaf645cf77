"""Takes a folder, a relay's port and keys, gives the program as `briefing send` opens it, with invented readers.

Everything is what a config would have wired: the sample news built into an edition, the SQLite ledger, the SMTP
transport, the DKIM signer. Only the room that sends is wrapped, so that sending alone is measured.

Next: benchmarks/delivery/spent.py.
"""

from __future__ import annotations

import time
import uuid
from contextlib import closing
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from benchmarks.delivery import CONNECTIONS
from briefing.cli.words import unwatched
from briefing.deliver.smtp import SmtpTransport
from briefing.model.delivery import Envelope
from briefing.model.mail_rules import DkimKey, SmtpLimits
from briefing.model.settings import BriefingRule, Config, MailRule, Sender, SmtpServer, SummaryRule
from briefing.model.source import Source, SourceKind
from briefing.model.subscriber import Habit
from briefing.services.delivery_rules import message_id
from briefing.services.send import Mailroom
from briefing.store.database import open_database
from briefing.store.habits import habit_word
from briefing.store.ledger import SqlLedger
from briefing.store.schema import subscribers
from briefing.store.subscribers import SqlSubscribers
from briefing.wiring import open_house

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from briefing.model.delivery import OnUncertain
    from briefing.model.subscriber import Subscriber
    from briefing.ports import Clock
    from briefing.services.morning import Morning

SEEDS = Path(__file__).parents[2] / "seeds"
NOW = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
DOMAIN = "tide.example"
#: With summaries of this length the mail has 61 KB, as a full morning's has.
_LONGER = SummaryRule(max_chars=610, max_sentences=5)


def bench_config(folder: Path, *, port: int, keys: Sequence[DkimKey] = ()) -> Config:
    """A briefing of the sample news, sent over four connections to a relay on this machine."""
    limits = SmtpLimits(connections=CONNECTIONS, per_connection=1_000_000)
    return Config(
        briefing=BriefingRule(name="The Morning Tide", timezone="Europe/Paris"),
        sources=(Source(kind=SourceKind.FOLDER, location=str(SEEDS), captured_now=True),),
        summary=_LONGER,
        mail=MailRule(
            sender=Sender(address=f"Tide <post@{DOMAIN}>", public_url=f"https://{DOMAIN}", imprint="Quay 1"),
            transport="smtp",
            smtp=SmtpServer(host="127.0.0.1", port=port, security="none", limits=limits),
            dkim=tuple(keys),
        ),
        database=f"sqlite:///{folder}/briefing.db",
        vectors="none",
    )


def new_key(kind: str) -> DkimKey:
    """A fresh key: rsa (2048 bits) or ed25519."""
    private = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return DkimKey(domain=DOMAIN, selector=kind, private=pem.decode())


def invent_readers(database: str, count: int) -> None:
    """Puts so many confirmed readers into the database, past the program that would ask each."""
    names = [column.name for column in subscribers.columns]
    put_readers(database, names, invented_rows(names, count))


def plain_mail(edition: date, reader: Subscriber, *, lines: int) -> Envelope:
    """A reader's copy where nothing is to be printed: a few headers and so many lines of 43 bytes."""
    name = message_id(edition, reader.id, DOMAIN)
    head = f"From: post@{DOMAIN}\r\nTo: {reader.email}\r\nMessage-ID: {name}\r\nSubject: Ferries return\r\n\r\n"
    return Envelope(
        sender=f"post@{DOMAIN}",
        recipient=reader.email,
        message_id=name,
        message=head.encode() + b"The crossing had been shut for nine days.\r\n" * lines,
        subscriber=reader.id,
    )


def put_readers(database: str, names: Sequence[str], rows: Iterator[dict[str, object]]) -> None:
    """Puts rows with these columns into the table of readers: 150,000 a second."""
    engine = open_database(database)
    listed = ", ".join(names)
    with closing(engine.raw_connection()) as connection:
        cursor: Any = connection.cursor()
        if engine.dialect.name == "postgresql":
            with cursor.copy(f"COPY subscribers ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row[name] for name in names])
            # So that whoever joins later gets a number after theirs.
            cursor.execute("SELECT setval('subscribers_number_seq', max(number)) FROM subscribers")
        else:
            places = ", ".join(f":{name}" for name in names)
            cursor.execute("BEGIN")
            cursor.executemany(f"INSERT INTO subscribers ({listed}) VALUES ({places})", rows)
        connection.commit()
    engine.dispose()


def invented_rows(names: Sequence[str], count: int) -> Iterator[dict[str, object]]:
    """Rows of the table of readers: so many, confirmed, with these columns."""
    same: dict[str, object] = dict.fromkeys(names)
    same |= {"status": "confirmed", "languages": "[]", "topics": "[]", "sections": "[]"}
    same |= {"habit": habit_word(Habit()), "change": 1, "created_at": "2026-11-01 06:40:00.000000"}
    for number in range(1, count + 1):
        address = f"reader{number}@readers.example"
        # Spread like uuid4's, so that the index is filled in no order, as in life.
        key = f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"
        yield {
            **same,
            "number": number,
            "id": key,
            "address": address,
            "email": address,
            "name": f"Léa Ørn {number}",
        }


def make_room(database: str, *, port: int, clock: Clock, on_uncertain: OnUncertain) -> Mailroom:
    """The room that sends, alone: no edition is built, whoever calls it says what the messages are."""
    engine = open_database(database)
    limits = SmtpLimits(connections=CONNECTIONS, per_connection=100)
    return Mailroom(
        store=SqlSubscribers(engine),
        ledger=SqlLedger(engine),
        transport=SmtpTransport(SmtpServer(host="127.0.0.1", port=port, security="none", limits=limits)),
        clock=clock,
        new_owner=lambda: uuid.uuid4().hex,
        sleep=time.sleep,
        on_uncertain=on_uncertain,
        limits=limits,
    )


def open_morning(config: Config, folder: Path, room: type[Mailroom]) -> Morning:
    """The program on that config, with its mailroom replaced by one of that class."""
    morning = open_house(config, out=folder / "out", now=NOW, watch=unwatched).morning
    kept = {field.name: getattr(morning.mailroom, field.name) for field in fields(Mailroom) if field.init}
    return replace(morning, mailroom=room(**kept))

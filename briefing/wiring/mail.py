"""Takes a Config, gives what signs, carries and keeps the books of mail.

Next: briefing/wiring/readers.py.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.model.settings import Config
    from briefing.ports import Clock, Crew, Dispatcher, MessageSigner, ReturnPath, Transport
    from briefing.services.bounces import BounceDesk
    from briefing.services.editions import EditionDesk
    from briefing.services.morning import Morning
    from briefing.services.send import Mailroom
    from briefing.services.subscribe import ReaderList


def make_transport(config: Config, out: Path) -> tuple[Transport, str]:
    """What the config has carry the mail, and how to call where it goes; each has connections of its own."""
    mail = config.mail
    if mail.transport in {"smtp", "lmtp"} and mail.smtp:
        from briefing.deliver.smtp import SmtpTransport

        server = mail.smtp
        return SmtpTransport(server, lmtp=mail.transport == "lmtp"), f"{server.host}:{server.port}"
    if mail.transport == "sendmail":
        from briefing.deliver.sendmail import SendmailTransport

        return SendmailTransport(mail.sendmail), mail.sendmail[0]
    if mail.transport == "maildir" and mail.maildir:
        from briefing.deliver.maildir import MaildirTransport

        return MaildirTransport(Path(mail.maildir)), f"{mail.maildir}/"
    from briefing.deliver.outbox import OutboxTransport

    return OutboxTransport(out / "outbox"), f"{out / 'outbox'}/"


def make_seal(config: Config, clock: Clock) -> MessageSigner | None:
    """What signs our mail, where the config has keys for it; cryptography is not imported otherwise."""
    if not config.mail.dkim:
        return None
    from briefing.deliver.dkim import DkimSigner

    return DkimSigner(config.mail.dkim, clock=clock)


def make_return_path(config: Config, engine: Engine) -> ReturnPath | None:
    """Where each reader's mail comes back to; None where nobody would read it there."""
    if config.mail.bounces is None:
        return None
    from briefing.deliver.verp import Verp
    from briefing.store.keys import SqlKeys

    return Verp(config.mail.bounces.address, SqlKeys(engine).signing_key())


def make_morning(
    config: Config,
    engine: Engine,
    editions: EditionDesk,
    carrier: tuple[Transport, str],
    *,
    readers: ReaderList,
    bounces: BounceDesk,
    crew: Crew | None = None,
    plans: bool = False,
) -> Morning:
    """What sends editions, on a database that is open.

    Args:
        carrier: what `make_transport` gave.
        plans: whether it says who gets what, and may leave the sending to workers; else it is one of them.

    Raises:
        StoreError: the database keeps no queue for workers.
    """
    from briefing.services.morning import Morning
    from briefing.store.archive import SqlArchive
    from briefing.store.held import SqlHeldRows
    from briefing.store.memory import SqlEditionMemory

    transport, destination = carrier
    mailroom = _make_mailroom(config, engine, transport, readers.clock, bounces=bounces)
    return Morning(
        config=config,
        clock=readers.clock,
        editions=editions,
        mailroom=replace(mailroom, crew=crew, dispatcher=make_dispatcher(config, engine) if plans else None),
        memory=SqlEditionMemory(engine),
        archive=SqlArchive(engine),
        signer=readers.signer,
        destination=destination,
        seal=make_seal(config, readers.clock),
        return_path=make_return_path(config, engine),
        held_rows=SqlHeldRows(engine),
    )


def make_dispatcher(config: Config, engine: Engine) -> Dispatcher | None:
    """What leaves the sending to workers, where the config says so.

    Raises:
        StoreError: the database keeps no queue.
    """
    if not config.workers:
        return None
    from briefing.store.jobs import QueuedDispatcher, install_jobs, make_app

    app = make_app(config.database, works=False)
    install_jobs(engine)
    return QueuedDispatcher(engine, app)


def _make_mailroom(
    config: Config, engine: Engine, transport: Transport, clock: Clock, *, bounces: BounceDesk
) -> Mailroom:
    from briefing.model.mail_rules import NO_LIMITS
    from briefing.services.send import Mailroom
    from briefing.store.ledger import SqlLedger
    from briefing.store.subscribers import SqlSubscribers

    return Mailroom(
        store=SqlSubscribers(engine),
        ledger=SqlLedger(engine),
        transport=transport,
        clock=clock,
        new_owner=lambda: uuid.uuid4().hex,
        sleep=time.sleep,
        on_uncertain=config.mail.on_uncertain,
        limits=config.mail.smtp.limits if config.mail.smtp else NO_LIMITS,
        on_refused=bounces.hear,
    )

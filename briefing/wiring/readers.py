"""Takes a Config, gives what keeps the list of readers: who joins, who leaves, whose mail comes back.

Next: briefing/wiring/office.py.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from briefing.wiring.mail import make_return_path, make_seal, make_transport
from briefing.wiring.office import make_announcer

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from briefing.deliver.tokens import HmacSigner
    from briefing.model.settings import Config
    from briefing.ports import Clock
    from briefing.render.templates import Templates
    from briefing.services.bounce_round import BounceRound
    from briefing.services.bounces import BounceDesk
    from briefing.services.signup import SignUp
    from briefing.services.subscribe import ReaderList
    from briefing.store.keys import SqlKeys


def make_signer(engine: Engine) -> HmacSigner:
    """What makes links, with every key that still opens some."""
    from briefing.deliver.tokens import HmacSigner
    from briefing.store.keys import SqlKeys

    keys = SqlKeys(engine)
    newest, *older = keys.signing_keys()
    return HmacSigner(newest, tuple(older), keys.signing_keys)


def open_keys(config: Config) -> SqlKeys:
    """The keys that links are signed with.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.store.database import open_database
    from briefing.store.keys import SqlKeys

    return SqlKeys(open_database(config.database))


def make_reader_list(config: Config, engine: Engine, clock: Clock) -> ReaderList:
    """The list of readers, on a database that is open; what changes in it is announced."""
    from briefing.services.choices import section_keys
    from briefing.services.subscribe import ReaderList
    from briefing.store.subscribers import SqlSubscribers

    return ReaderList(
        store=SqlSubscribers(engine),
        signer=make_signer(engine),
        clock=clock,
        new_id=lambda: uuid.uuid4().hex,
        topics=tuple(topic.name for topic in config.topics),
        sections=section_keys(config),
        default_zone=config.briefing.timezone,
        told=make_announcer(config, engine, clock).told,
    )


def open_bounce_desk(config: Config) -> BounceDesk:
    """What acts on mail that comes back, for commands that build nothing.

    Raises:
        StoreError: the database cannot be opened.
    """
    from briefing.engines.clock import SystemClock
    from briefing.store.database import open_database

    engine = open_database(config.database)
    return make_bounce_desk(config, engine, make_reader_list(config, engine, SystemClock()))


def make_bounce_desk(config: Config, engine: Engine, readers: ReaderList) -> BounceDesk:
    """What acts on mail that comes back, on a database that is open."""
    from briefing.deliver.verp import Verp
    from briefing.model.mail_rules import BounceRule
    from briefing.services.bounces import BounceDesk
    from briefing.store.bounces import SqlBounces
    from briefing.store.keys import SqlKeys
    from briefing.store.ledger import SqlLedger

    rule = config.mail.bounces
    return BounceDesk(
        readers=readers,
        book=SqlBounces(engine),
        history=SqlLedger(engine),
        paths=tuple(Verp(rule.address, key) for key in SqlKeys(engine).signing_keys()) if rule else (),
        most=(rule or BounceRule(address="")).soft,
    )


def make_bounce_round(config: Config, desk: BounceDesk) -> BounceRound | None:
    """Reads the mailbox that the config names; None when it names none."""
    from briefing.deliver.letters import understand
    from briefing.deliver.mailbox import LetterFolder, LetterMaildir, is_maildir
    from briefing.services.bounce_round import BounceRound

    rule = config.mail.bounces
    if rule is not None and rule.imap is not None:
        from briefing.deliver.imap import ImapMailbox

        return BounceRound(mailbox=ImapMailbox(rule.imap), understand=understand, desk=desk)
    if rule is not None and rule.folder is not None:
        folder = Path(rule.folder)
        mailbox = LetterMaildir(folder) if is_maildir(folder) else LetterFolder(folder)
        return BounceRound(mailbox=mailbox, understand=understand, desk=desk)
    return None


def make_sign_up(config: Config, engine: Engine, readers: ReaderList, templates: Templates, out: Path) -> SignUp:
    """Asks who wants the briefing. Each mail has a transport of its own: editions may be on their way."""
    from briefing.services.notices import Notices
    from briefing.services.signup import SignUp
    from briefing.store.keys import SqlKeys
    from briefing.store.requests import SqlRequests

    notices = Notices(
        config=config,
        readers=readers,
        templates=templates,
        transport=lambda: make_transport(config, out)[0],
        clock=readers.clock,
        seal=make_seal(config, readers.clock),
        return_path=make_return_path(config, engine),
    )
    return SignUp(
        readers=readers,
        requests=SqlRequests(engine, SqlKeys(engine).signing_key()),
        notices=notices,
        clock=readers.clock,
        language=config.briefing.language,
    )

"""Takes a briefing as it is set up, gives everything that can be wrong with it, one finding each, with its cure.

Nothing is changed: no mail leaves, no row is written, no source is asked. What other machines have to say is asked of
all of them at once, while this one is looked at.

Next: briefing/cli/doctor.py, which prints it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING

from briefing.errors import RenderError, StoreError
from briefing.model.checkup import Finding, broken, fine, skipped, warning
from briefing.render.templates import check_syntax, find_strangers, load_templates
from briefing.services.checks import books
from briefing.services.checks.alongside import Knock, look
from briefing.services.checks.clock import check_clock, check_looks, check_zones
from briefing.services.checks.dkim import check_dkim
from briefing.services.checks.dmarc import check_dmarc
from briefing.services.checks.household import (
    check_disk,
    check_reader_file,
    check_secrets,
    check_sources,
    read_sources,
)
from briefing.services.checks.rules import check_rules
from briefing.services.checks.sending import (
    check_mail_hosts,
    check_reverse_name,
    check_spf,
    envelope_domain,
    outlet_of,
    to_be_looked_up,
)
from briefing.services.checks.tags import domain_of
from briefing.services.checks.transport import check_bounces, check_transport
from briefing.services.checks.web import check_sample, check_site, check_unsubscribe
from briefing.services.subscribe import UNSUBSCRIBE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from briefing.errors import ConfigError
    from briefing.model.checkup import DatabaseSeen
    from briefing.model.settings import Config
    from briefing.model.subscriber import Crowd
    from briefing.ports import (
        Clock,
        DatabaseInspector,
        Directory,
        Ledger,
        LinkSigner,
        LookLog,
        Premises,
        Probe,
        Resolver,
        SourceLog,
        SubscriberStore,
    )
    from briefing.services.checks.alongside import Check

#: For everything on the network together; each question in it has five seconds.
PATIENCE_S = 20.0
#: Transports whose mail other people's servers judge.
_OUTWARD = frozenset({"smtp", "sendmail"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Carries what is read in the database.

    Attributes:
        open_signer: raises StoreError while there is no key.
    """

    inspector: DatabaseInspector
    store: SubscriberStore
    ledger: Ledger
    directory: Directory
    log: SourceLog
    looks: LookLog
    open_signer: Callable[[], LinkSigner]


@dataclass(frozen=True, kw_only=True)
class Doctor:
    """Looks at everything, once.

    Attributes:
        out: the folder of the edition's files.
        secrets: files that the config keeps secrets in.
        try_logo: raises ParseError when the logo cannot be used.
        is_offline: no other machine is asked anything.
        patience_s: for everything on the network together.
    """

    config: Config
    out: PurePath
    secrets: Sequence[PurePath]
    clock: Clock
    premises: Premises
    resolver: Resolver
    probe: Probe
    records: Records
    try_logo: Callable[[], object]
    is_offline: bool = False
    patience_s: float = PATIENCE_S

    def examine(self) -> Iterator[Finding]:
        """Findings about this machine, then about others, each as soon as it is known."""
        knocks = [Knock(name, check, patience_s=self.patience_s) for name, check in self._elsewhere()]
        here = (finding for name, check in self._here() for finding in look(name, check))
        answers = (finding for knock in knocks for finding in knock.findings())
        told: list[Finding] = []
        for finding in chain(here, answers):
            told.append(finding)
            yield finding
        if self.is_offline:
            yield skipped("network", "not looked at, as was asked for")
        elif self.config.mail.transport in _OUTWARD:
            readers = sum(crowd.count for crowd in self._crowds)
            yield from look("sender rules", lambda: check_rules(self.config.mail, told, readers=readers))

    def _here(self) -> Iterator[tuple[str, Check]]:
        """What this machine alone can tell."""
        yield "config", self._check_config
        yield "secrets", lambda: check_secrets(self.secrets, self.premises)
        yield "templates", self._check_templates
        yield "disk", lambda: check_disk({"out": self.out, **self._database_folder()}, self.premises)
        yield "database", self._check_database
        yield "clock", self._check_clock
        yield "sources", self._check_sources
        yield "readers", self._check_books
        yield (
            "unsubscribe lines",
            lambda: check_sample(self.premises.read(self.out / "edition.eml"), self.config.mail.sender),
        )

    def _elsewhere(self) -> Iterator[tuple[str, Check]]:
        """What other machines have to be asked for; the way of the mail also where it stays on this one."""
        mail, url = self.config.mail, self.config.mail.sender.public_url
        if mail.smtp is None or mail.transport not in {"smtp", "lmtp"} or not self.is_offline:
            yield "transport", partial(check_transport, mail, self.probe, self.premises, self.clock)
        if mail.transport in _OUTWARD and not self.is_offline:
            yield from self._in_the_dns()
        if mail.bounces is None or mail.bounces.imap is None or not self.is_offline:
            yield "bounces", partial(check_bounces, mail, self.probe, self.premises)
        if url is not None and not self.is_offline:
            yield "web", partial(check_site, url, self.probe, self.clock)
            yield "unsubscribe", partial(check_unsubscribe, url, self._sign, self.probe)

    def _in_the_dns(self) -> Iterator[tuple[str, Check]]:
        """What those who receive our mail look up."""
        mail, resolver, probe = self.config.mail, self.resolver, self.probe
        sender, envelope = domain_of(mail.sender.address), envelope_domain(mail)
        signers = [key.domain for key in mail.dkim]
        # What this machine is called may take seconds to find out, so that is done in the threads.
        yield "spf", lambda: check_spf(mail, outlet_of(mail, probe), resolver)
        for key in mail.dkim:
            yield f"dkim {key.selector}", partial(check_dkim, key, resolver)
        yield "dmarc", partial(check_dmarc, sender, envelope=envelope, signers=signers, resolver=resolver)
        for name, domain in to_be_looked_up(mail):
            yield name, partial(check_mail_hosts, name, domain, resolver)
        yield "reverse name", lambda: check_reverse_name(outlet_of(mail, probe), resolver)

    def _check_config(self) -> Finding:
        what = f"{len(self.config.sources)} under sources:, {len(self.config.topics)} under topics:"
        return fine("config", f"{self.config.path}: good; {what}")

    def _check_templates(self) -> Iterator[Finding]:
        self.try_logo()
        folder = self.config.templates
        if folder is None:
            yield fine("templates", "the shipped ones")
            return
        try:
            check_syntax(load_templates(folder))
        except RenderError as error:
            yield broken("templates", str(error), "correct it, or delete the file for the shipped one")
            return
        strangers = find_strangers(folder)
        for name, nearest in strangers:
            cure = f"did you mean {nearest}?" if nearest else "delete it, or include it in another"
            yield warning("templates", f"{name} in {folder} stands in for no shipped template", cure)
        if not strangers:
            yield fine("templates", f"those in {folder}, and the shipped ones for the rest")

    @cached_property
    def _database(self) -> DatabaseSeen | StoreError:
        """How it is; looked at once, because SQLite's own check reads all of it."""
        try:
            return self.records.inspector.inspect()
        except StoreError as error:
            return error

    @property
    def _has_records(self) -> bool:
        return not isinstance(self._database, StoreError) and books.is_usable(self._database)

    @cached_property
    def _crowds(self) -> tuple[Crowd, ...]:
        return self.records.store.crowds() if self._has_records else ()

    def _database_folder(self) -> dict[str, PurePath]:
        seen = self._database
        if isinstance(seen, StoreError) or seen.file is None:
            return {}
        return {"database": PurePath(seen.file).parent}

    def _check_database(self) -> Iterable[Finding]:
        seen = self._database
        if isinstance(seen, StoreError):
            cure = "`briefing build` makes one; if there was one, correct `database:` or restore a backup"
            return [broken("database", str(seen), cure)]
        is_open = seen.file is not None and self.premises.place(PurePath(seen.file)).is_open_to_all
        return books.check_database(seen, is_open_to_all=is_open)

    def _check_clock(self) -> Iterator[Finding]:
        now, zone = self.clock.now(), self.config.briefing.timezone
        looked_at = self.records.looks.last_look() if self._has_records else None
        sent_at = self.records.inspector.newest_delivery() if self._has_records else None
        newest = max((at for at in (looked_at, sent_at) if at is not None), default=None)
        yield check_clock(now, installed_at=self.premises.installed_at(), newest_work=newest)
        yield check_looks(looked_at, now)
        yield from check_zones(self.premises.zones(), now=now, default_zone=zone, crowds=self._crowds)

    def _check_sources(self) -> Iterator[Finding]:
        failing = self.records.log.failing_since() if self._has_records else {}
        told = read_sources(self.premises.read(self.out / "edition.json"))
        yield from check_sources(self.config, failing=failing, told=told, premises=self.premises, now=self.clock.now())
        yield from check_reader_file(self.config, self.premises)

    def _check_books(self) -> Iterator[Finding]:
        if not self._has_records:
            yield skipped("readers", "the database cannot be read")
            return
        yield books.check_readers(self._crowds)
        ledger = self.records.ledger
        newest = self.records.directory.editions(limit=1)
        seen = books.BooksSeen(
            crowds=self._crowds,
            newest=ledger.balance(newest[0]) if newest else None,
            unfinished=ledger.unfinished(),
            worked_at=self.records.inspector.newest_delivery(),
        )
        yield from books.check_editions(seen, self.config, self.clock.now())

    def _sign(self, reader: str) -> str:
        """The token of a reader's link.

        Raises:
            StoreError: there is no key yet.
        """
        if not self._has_records:
            raise StoreError("the database cannot be read")
        return self.records.open_signer().sign(reader, UNSUBSCRIBE)


def wrong_config(errors: Sequence[ConfigError]) -> tuple[Finding, ...]:
    """What there is to say of a config that cannot be used: nothing else can be looked at."""
    return tuple(broken("config", str(error), "the line says what would be right") for error in errors)

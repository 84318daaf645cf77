"""An operator learns of trouble before a reader does, and of nothing where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path, PurePath
from threading import Event
from typing import Any

import pytest

from briefing.errors import BounceError, LookupFailedError, ParseError, StoreError, TransportError
from briefing.model.checkup import DatabaseSeen, Finding, PageSeen, PlaceSeen, RelaySeen, State, ZonesSeen
from briefing.model.delivery import DeliveryStatus as D
from briefing.model.mail_rules import BounceRule, ImapServer
from briefing.model.settings import BriefingRule, SmtpServer
from briefing.model.source import Source, SourceKind
from briefing.services.checks.alongside import Knock, look
from briefing.services.checks.web import NOBODY
from briefing.services.doctor import wrong_config
from briefing.services.subscribe import UNSUBSCRIBE
from tests.fakes import FixedClock, MemorySubscribers, PlainSigner
from tests.services.clinic import CONFIG, MAIL, NOW, PUBLISHED, URL, Clinic, trouble
from tests.services.house import confirmed

TODAY = date(2026, 11, 23)
IMAP = BounceRule(address="bounces@post.example", imap=ImapServer(host="imap.example"))
NOBODYS, ON_MARS = MemorySubscribers(), BriefingRule(name="Post", timezone="Mars/Base")
TREE = PlaceSeen(exists=True, is_folder=True, is_readable=True, is_writable=True, files=3, free_bytes=40_000_000_000)


def well() -> Clinic:
    clinic = Clinic()
    clinic.send(TODAY, ada=D.SENT, ben=D.SENT)
    return clinic


def put(thing: object, **values: Any) -> Any:
    """Sets what a test wants otherwise."""
    for name, value in values.items():
        setattr(thing, name, value)


def mail(clinic: Clinic, **otherwise: Any) -> Any:
    """Changes what the config says under mail:."""
    clinic.config = replace(clinic.config, mail=replace(clinic.config.mail, **otherwise))


def found(findings: list[Finding], name: str) -> Finding:
    return next(finding for finding in findings if finding.name == name)


def test_a_briefing_that_is_well_has_no_trouble_and_every_part_was_looked_at() -> None:
    findings = well().examine()
    assert trouble(findings) == []
    assert [finding.name for finding in findings if finding.state is State.OK] == [
        *(
            "config",
            "templates",
            "disk out",
            "disk database",
            "database",
            "clock",
            "looks",
            "zones",
            "sources",
            "readers",
        ),
        *("last edition", "queue", "unsubscribe lines", "transport", "transport certificate", "spf"),
        *("spf of the relay", "dkim rsa1", "dmarc", "mx", "web", "web certificate", "clock beside others"),
        *("unsubscribe", "sender rules"),
    ]


def test_every_trouble_has_a_cure_on_its_line() -> None:
    clinic = Clinic()
    clinic.resolver.zone = {}
    clinic.premises.zone_rules = ZonesSeen(version=None, origin="the system")
    findings = clinic.examine()
    bad = [finding for finding in findings if finding.is_trouble]
    assert len(bad) >= 7
    assert all(finding.cure for finding in bad)


def test_the_link_that_is_tried_is_of_nobody() -> None:
    clinic = well()
    clinic.examine()
    (address,) = [one for one in clinic.probe.asked if "/u/" in one]
    assert address == f"{URL}/u/{PlainSigner().sign(NOBODY, UNSUBSCRIBE)}"
    assert clinic.store.find_by_id(NOBODY) is None


# What is broken in the clinic → what is said of it.
Break = Callable[[Clinic], object]
CASES: dict[str, tuple[Break, list[tuple[str, State]]]] = {
    "a secret that everybody may read": (
        lambda c: (
            put(c, secrets=(PurePath("key.pem"),)),
            c.premises.places.update({"key.pem": PlaceSeen(exists=True, is_readable=True, is_open_to_all=True)}),
        ),
        [("secrets", State.WARNING)],
    ),
    "a logo that cannot be used": (
        lambda c: put(c, logo=ParseError("logo.png", "is no picture")),
        [("templates", State.BROKEN)],
    ),
    "templates that are not there": (
        lambda c: put(c, config=replace(c.config, templates=PurePath("/nowhere"))),
        [("templates", State.BROKEN)],
    ),
    "a full disk": (
        lambda c: c.premises.places.update({"out": replace(TREE, free_bytes=1_000_000)}),
        [("disk out", State.BROKEN)],
    ),
    "a disk that fills up": (
        lambda c: c.premises.places.update({"out": replace(TREE, free_bytes=200_000_000)}),
        [("disk out", State.WARNING)],
    ),
    "a folder that cannot be written": (
        lambda c: c.premises.places.update({"var": replace(TREE, is_writable=False)}),
        [("disk database", State.BROKEN)],
    ),
    "no database": (
        lambda c: put(c.inspector, seen=StoreError("var/b.db is not there")),
        [("database", State.BROKEN)],
    ),
    "a damaged database": (
        lambda c: put(c.inspector, seen=DatabaseSeen(kind="sqlite", file="b.db", damage=("row 3 missing",))),
        [("database", State.BROKEN)],
    ),
    "a locked database": (
        lambda c: put(c.inspector, seen=replace(c.inspector.inspect(), is_locked=True),
        ),
        [("database", State.BROKEN)],
    ),
    "an older database": (
        lambda c: put(c.inspector, seen=DatabaseSeen(kind="sqlite", schema="0004", known_schema="0005")),
        [("database", State.WARNING)],
    ),
    "a newer database": (
        lambda c: put(c.inspector, seen=DatabaseSeen(kind="sqlite", schema="0006", known_schema="0005")),
        [("database", State.BROKEN)],
    ),
    "a database without tables": (
        lambda c: put(c.inspector, seen=DatabaseSeen(kind="sqlite", known_schema="0005")),
        [("database", State.WARNING)],
    ),
    "readers' addresses open to all": (
        lambda c: c.premises.places.update({"var/b.db": PlaceSeen(exists=True, is_open_to_all=True)}),
        [("database rights", State.WARNING)],
    ),
    "a clock before the newest mail": (
        lambda c: put(c.inspector, newest=NOW + timedelta(days=1)),
        [("clock", State.BROKEN)],
    ),
    "a clock before the newest look": (
        lambda c: put(c.looks, look=NOW + timedelta(hours=1)),
        [("clock", State.BROKEN)],
    ),
    "a schedule that nobody looks at": (
        lambda c: put(c.looks, look=NOW - timedelta(hours=26)),
        [("looks", State.WARNING)],
    ),
    "a clock before the installation": (
        lambda c: put(c.premises, installed=NOW + timedelta(days=1)),
        [("clock", State.BROKEN)],
    ),
    "a clock that runs ahead of others": (
        lambda c: c.probe.pages.update(
            {f"{URL}/healthz": PageSeen(status=200, told_at=NOW - timedelta(minutes=5), body="ok")}
        ),
        [("clock beside others", State.WARNING)],
    ),
    "rules of zones from years ago": (
        lambda c: put(c.premises, zone_rules=ZonesSeen(version="2024b", origin="the system")),
        [("zones", State.WARNING)],
    ),
    "a reader's zone that nobody knows": (
        lambda c: c.store.save_subscriber(replace(confirmed("ada"), timezone="Mars/Base")),
        [("readers' zones", State.WARNING)],
    ),
    "no sources": (
        lambda c: put(c, config=replace(c.config, sources=())),
        [("sources", State.BROKEN)],
    ),
    "a source that has been failing": (
        lambda c: c.log.since.update({"The Harbour Post": NOW - timedelta(days=3)}),
        [("source", State.WARNING)],
    ),
    "all sources failing": (
        lambda c: (
            c.log.since.update({"Post": NOW}),
            c.premises.files.update({"out/edition.json": b'{"sources": [{"name": "Post", "error": "answered 404"}]}'}),
        ),
        [("source", State.WARNING), ("sources", State.BROKEN)],
    ),
    "a folder of sources that is gone": (
        lambda c: (
            put(c, config=replace(c.config, sources=(Source(kind=SourceKind.FOLDER, location="/saved"),))),
            c.premises.places.update({"/saved": PlaceSeen(exists=False)}),
        ),
        [("source", State.BROKEN)],
    ),
    "a list of readers that is gone": (
        lambda c: (
            put(c, config=replace(c.config, readers=PurePath("readers.csv"))),
            c.premises.places.update({"readers.csv": PlaceSeen(exists=False)}),
        ),
        [("readers' file", State.BROKEN)],
    ),
    "an edition without unsubscribe lines": (
        lambda c: c.premises.files.update({"out/edition.eml": b"Subject: Hello\r\n\r\n"}),
        [("unsubscribe lines", State.BROKEN)],
    ),
    "an edition that leads to where the pages were before": (
        lambda c: c.premises.files.update({"out/edition.eml": b"List-Unsubscribe: <https://old.example/u/t>\r\n\r\n"}),
        [("unsubscribe lines", State.WARNING)],
    ),
    "a relay that turns the login down": (
        lambda c: put(c.probe, relay=TransportError("smtp.relay.example:587 wrong", code=535, transient=False)),
        [("transport", State.BROKEN)],
    ),
    "a relay's certificate at its end": (
        lambda c: put(c.probe, relay=RelaySeen(name="smtp", trusted_until=NOW + timedelta(days=2))),
        [("transport certificate", State.BROKEN)],
    ),
    "a page's certificate that nobody renews": (
        lambda c: c.probe.pages.update(
            {f"{URL}/healthz": PageSeen(status=200, body="ok", trusted_until=NOW + timedelta(days=12))}
        ),
        [("web certificate", State.WARNING)],
    ),
    "pages that nobody reaches": (
        lambda c: c.probe.pages.update({f"{URL}/healthz": LookupFailedError("no answer in time")}),
        [("web", State.BROKEN)],
    ),
    "pages of somebody else": (
        lambda c: c.probe.pages.update({f"{URL}/healthz": PageSeen(status=200, body="<h1>It works!</h1>")}),
        [("web", State.BROKEN)],
    ),
    "a link that leads nowhere": (
        lambda c: c.probe.pages.update({"a reader's": PageSeen(status=502)}),
        [("unsubscribe", State.BROKEN)],
    ),
    "a mailbox that turns us away": (
        lambda c: (mail(c, bounces=IMAP), put(c.probe, box=BounceError("imap.example:993 refuses the login"))),
        [("bounces", State.BROKEN)],
    ),
    "an address that replies cannot reach": (
        lambda c: c.resolver.zone["post.example"].pop("MX"),
        [("mx", State.BROKEN)],
    ),
    "a domain that takes no mail": (
        lambda c: c.resolver.zone["post.example"].update(MX=[""]),
        [("mx", State.BROKEN)],
    ),
    "a mail host without an address": (lambda c: c.resolver.zone.pop("mx.post.example"), [("mx", State.BROKEN)]),
    "a domain with an address alone": (
        lambda c: c.resolver.zone["post.example"].update(MX=[], A=["8.8.8.8"]),
        [("mx", State.WARNING)],
    ),
    "a record that lets everybody send": (
        lambda c: c.resolver.zone["post.example"].update(TXT=["v=spf1 include:relay.example +all"]),
        [("spf", State.BROKEN)],
    ),
    "a briefing's zone that nobody knows": (
        lambda c: put(c, config=replace(CONFIG, briefing=ON_MARS), store=NOBODYS),
        [("zones", State.BROKEN), ("readers", State.WARNING)],
    ),
    "a folder of sources that others alone may read": (
        lambda c: (
            put(c, config=replace(c.config, sources=(Source(kind=SourceKind.FOLDER, location="/saved"),))),
            c.premises.places.update({"/saved": replace(TREE, is_readable=False)}),
        ),
        [("source", State.BROKEN)],
    ),
    "a list of feeds that is a folder": (
        lambda c: put(c, config=replace(c.config, sources=(Source(kind=SourceKind.OPML, location="/feeds.opml"),))),
        [("source", State.BROKEN)],
    ),
    "a Maildir that is a file": (
        lambda c: (
            mail(c, transport="maildir", maildir=PurePath("/mail")),
            c.premises.places.update({"/mail": PlaceSeen(exists=True, is_writable=True)}),
        ),
        [("transport", State.BROKEN)],
    ),
    "a folder of bounces that cannot be written": (
        lambda c: (
            mail(c, bounces=BounceRule(address="post@post.example", folder=PurePath("/back"))),
            c.premises.places.update({"/back": replace(TREE, is_writable=False)}),
        ),
        [("bounces", State.BROKEN)],
    ),
    "pages that are not protected": (
        lambda c: (
            mail(c, sender=replace(MAIL.sender, public_url="http://post.example")),
            c.probe.pages.update({"http://post.example/healthz": PageSeen(status=200, body="ok")}),
            put(c.premises, files={}),
        ),
        [("web", State.WARNING)],
    ),
    "a relay that SPF does not know": (
        lambda c: c.resolver.zone["post.example"].update(TXT=["v=spf1 ip4:8.8.5.0/24 -all"]),
        [("spf of the relay", State.WARNING)],
    ),
    "a name server that does not answer": (
        lambda c: c.resolver.silent.add("_dmarc.post.example"),
        [("dmarc", State.WARNING)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_one_thing_that_is_wrong_is_the_one_thing_that_is_told(case: str) -> None:
    harm, expected = CASES[case]
    clinic = well()
    harm(clinic)
    assert trouble(clinic.examine()) == expected


@pytest.mark.parametrize(
    ("statuses", "name", "words"),
    [
        ({"ada": D.SENT, "ben": D.UNCERTAIN}, "last edition", "1 sent, 1 uncertain; of 1 nobody knows"),
        ({"ada": D.SENT, "ben": D.MISSED}, "last edition", "1 were too late"),
    ],
    ids=["in doubt", "missed"],
)
def test_an_edition_that_did_not_reach_everybody_is_told(statuses: dict[str, D], name: str, words: str) -> None:
    clinic = Clinic()
    clinic.send(TODAY, **statuses)
    finding = found(clinic.examine(), name)
    assert finding.state is State.WARNING
    assert words in finding.message


def test_books_that_do_not_balance_are_broken() -> None:
    clinic = well()
    clinic.ledger.audiences[TODAY] = 3
    assert ("last edition", State.BROKEN) in trouble(clinic.examine())


@pytest.mark.parametrize(("minutes", "state"), [(5, State.OK), (15, State.WARNING)])
def test_readers_who_wait_are_told_of_once_nobody_works_for_them(minutes: int, state: State) -> None:
    clinic = Clinic()
    clinic.inspector.newest = NOW - timedelta(minutes=minutes)
    clinic.send(TODAY, ada=D.SENT, ben=D.PENDING)
    assert found(clinic.examine(), "queue").state is state


def test_readers_of_an_older_edition_who_were_never_settled_are_told_of() -> None:
    clinic = Clinic()
    clinic.send(TODAY - timedelta(days=1), ada=D.DEFERRED, ben=D.SENT)
    clinic.send(TODAY, ada=D.SENT, ben=D.SENT)
    assert "2026-11-22" in found(clinic.examine(), "queue").message


@pytest.mark.parametrize(
    ("hour", "state"),
    [(9, State.OK), (11, State.OK), (12, State.BROKEN), (23, State.BROKEN)],
)
def test_an_edition_is_missed_only_when_its_window_has_closed(hour: int, state: State) -> None:
    # 07:00 in Paris and six hours after it: 12:00 UTC.
    clinic = Clinic(clock=FixedClock(NOW.replace(hour=hour)))
    clinic.send(TODAY - timedelta(days=1), ada=D.SENT, ben=D.SENT)
    assert found(clinic.examine(), "last edition").state is state


def test_nobody_misses_an_edition_on_a_day_that_is_nobodys() -> None:
    clinic = Clinic(clock=FixedClock(NOW.replace(hour=23)), is_offline=True)
    clinic.store.save_subscribers([replace(reader, days=(6,)) for reader in clinic.store.list_subscribers()])
    clinic.send(TODAY - timedelta(days=1), ada=D.SENT, ben=D.SENT)
    assert trouble(clinic.examine()) == []


def test_that_nothing_was_ever_sent_is_told_once_somebodys_hour_has_passed() -> None:
    clinic = Clinic(clock=FixedClock(NOW))
    assert found(clinic.examine(), "last edition").state is State.WARNING
    clinic.store.readers.clear()
    findings = clinic.examine()
    assert found(findings, "last edition").state is State.SKIPPED
    assert found(findings, "readers").state is State.WARNING


def test_a_source_says_since_when_and_why_and_one_that_is_no_more_read_says_nothing() -> None:
    clinic = well()
    clinic.log.since.update({"Post": NOW - timedelta(days=3), "Gone": NOW - timedelta(days=90)})
    told = b'{"sources": [{"name": "Post", "error": "answered 404"}, {"name": "Other", "error": null}]}'
    clinic.premises.files["out/edition.json"] = told
    (finding,) = [f for f in clinic.examine() if f.name == "source"]
    assert finding.message == "Post: failing since 2026-11-20 09:00 UTC, 3 days: answered 404"


@pytest.mark.parametrize("edition", [b"", b"[]", b"{", b'{"sources": 3}', b'{"sources": [{}]}', b"\xff"])
def test_an_edition_that_cannot_be_understood_does_no_harm(edition: bytes) -> None:
    clinic = well()
    clinic.log.since["Post"] = NOW
    clinic.premises.files["out/edition.json"] = edition
    assert trouble(clinic.examine()) == [("source", State.WARNING)]


def test_no_address_of_a_reader_is_shown() -> None:
    clinic = Clinic()
    clinic.store.save_subscriber(replace(confirmed("ada"), timezone="Mars/Base"))
    clinic.send(TODAY, ada=D.UNCERTAIN, ben=D.PENDING)
    assert not [f for f in clinic.examine() if "readers.example" in f.message + f.cure]


def test_offline_nobody_is_asked_anything() -> None:
    clinic = well()
    clinic.is_offline = True
    findings = clinic.examine()
    assert (clinic.resolver.asked, clinic.probe.asked) == ([], [])
    assert (findings[-1].name, findings[-1].state) == ("network", State.SKIPPED)
    assert trouble(findings) == []


@pytest.mark.parametrize("transport", ["outbox", "lmtp", "maildir"])
def test_mail_that_stays_here_needs_nothing_of_the_dns(transport: str) -> None:
    clinic = well()
    mail(clinic, transport=transport, maildir=PurePath("/mail"))
    findings = clinic.examine()
    assert clinic.resolver.asked == []
    assert trouble(findings) == []
    assert found(findings, "transport").state is (State.SKIPPED if transport == "outbox" else State.OK)


def test_bounces_that_go_to_another_domain_are_looked_up_there() -> None:
    clinic = well()
    mail(clinic, bounces=BounceRule(address="back@bounce.example", folder=PurePath("back")))
    findings = clinic.examine()
    assert trouble(findings) == [("spf", State.WARNING), ("mx of bounces", State.BROKEN)]
    assert "bounce.example has no SPF record" in found(findings, "spf").message


def test_mail_that_leaves_from_here_needs_a_name_that_leads_back() -> None:
    clinic = well()
    mail(clinic, transport="sendmail", smtp=None)
    zone = clinic.resolver.zone
    zone["post.example"]["TXT"] = ["v=spf1 a:host.post.example -all"]
    zone["host.post.example"] = {"A": ["8.8.8.9"]}
    assert trouble(clinic.examine()) == [("reverse name", State.BROKEN)]
    zone["8.8.8.9"] = {"PTR": ["other.example"]}
    assert "leads elsewhere" in found(clinic.examine(), "reverse name").message
    zone["8.8.8.9"] = {"PTR": ["host.post.example"]}
    assert trouble(clinic.examine()) == []


@pytest.mark.parametrize("name", ["localhost", "a3f09c", "localhost.localdomain"])
def test_a_machine_without_a_public_name_is_not_judged_by_it(name: str) -> None:
    clinic = well()
    mail(clinic, smtp=SmtpServer(host="127.0.0.1", security="none"))
    clinic.probe.own_name = name
    clinic.resolver.zone["localhost.localdomain"] = {"A": ["127.0.0.1"]}
    findings = clinic.examine()
    assert found(findings, "reverse name").state is State.SKIPPED
    assert found(findings, "spf of the relay").state is State.SKIPPED


def test_a_relay_of_the_house_that_spf_includes_is_let_send() -> None:
    clinic = well()
    clinic.resolver.zone["relay.example"]["TXT"] = ["v=spf1 ip4:9.9.9.0/24 -all"]
    findings = clinic.examine()
    assert trouble(findings) == []
    assert "smtp.relay.example's own domain" in found(findings, "spf of the relay").message


def test_where_somebody_else_may_pass_nothing_is_claimed() -> None:
    clinic = well()
    clinic.resolver.zone["post.example"]["TXT"] = ["v=spf1 exists:%{i}._spf.post.example -all"]
    assert found(clinic.examine(), "spf of the relay").state is State.SKIPPED


def test_templates_of_ones_own_are_looked_through(tmp_path: Path) -> None:
    clinic = well()
    clinic.config = replace(clinic.config, templates=tmp_path)
    assert found(clinic.examine(), "templates").state is State.OK
    (tmp_path / "stroy.mjml.j2").write_text("hello")
    assert found(clinic.examine(), "templates").state is State.WARNING
    (tmp_path / "story.mjml.j2").write_text("{% if %}")
    assert found(clinic.examine(), "templates").state is State.BROKEN


def test_a_mailbox_that_opens_is_well_and_so_is_a_folder_to_be_made() -> None:
    clinic = well()
    mail(clinic, bounces=replace(IMAP, address="post@post.example"))
    assert found(clinic.examine(), "bounces").state is State.OK
    mail(clinic, bounces=BounceRule(address="post@post.example", folder=PurePath("/back")))
    clinic.premises.places["/back"] = PlaceSeen(exists=False, is_writable=True)
    assert "can be made" in found(clinic.examine(), "bounces").message


def test_while_there_is_no_database_no_link_can_be_tried() -> None:
    clinic = well()
    clinic.inspector.seen = StoreError("var/b.db is not there")
    assert found(clinic.examine(), "unsubscribe").state is State.SKIPPED


@pytest.mark.parametrize("folder", ["/run/secrets", "/run/credentials/briefing.service"])
def test_secrets_that_a_service_gets_for_itself_may_be_readable_there(folder: str) -> None:
    clinic = well()
    clinic.secrets = (PurePath(folder) / "smtp",)
    clinic.premises.places[f"{folder}/smtp"] = PlaceSeen(exists=True, is_readable=True, is_open_to_all=True)
    assert trouble(clinic.examine()) == []


class TestSenderRules:
    def test_a_mailbox_of_everybodys_is_no_sender(self) -> None:
        clinic = well()
        mail(clinic, sender=replace(MAIL.sender, address="post@gmail.com"), dkim=())
        assert found(clinic.examine(), "sender rules").state is State.BROKEN

    def test_a_record_that_ends_too_mildly_still_lets_the_relay_send(self) -> None:
        clinic = well()
        clinic.resolver.zone["post.example"]["TXT"] = ["v=spf1 include:relay.example ?all"]
        del clinic.resolver.zone[PUBLISHED.place]
        findings = clinic.examine()
        assert trouble(findings) == [("spf", State.WARNING), ("dkim rsa1", State.BROKEN)]

    def test_who_has_neither_record_nor_key_is_told(self) -> None:
        clinic = well()
        clinic.resolver.zone["post.example"]["TXT"] = []
        del clinic.resolver.zone[PUBLISHED.place]
        assert found(clinic.examine(), "sender rules").message.endswith("SPF or DKIM")

    def test_unless_its_owner_sends(self) -> None:
        clinic = well()
        mail(clinic, sender=replace(MAIL.sender, address="post@gmail.com"), smtp=SmtpServer(host="smtp.gmail.com"))
        assert "only its own servers" not in found(clinic.examine(), "sender rules").message

    def test_a_large_list_needs_more_than_a_small_one(self) -> None:
        clinic = well()
        mail(clinic, sender=replace(MAIL.sender, public_url=None))
        del clinic.resolver.zone["_dmarc.post.example"]
        assert found(clinic.examine(), "sender rules").state is State.OK
        clinic.store.save_subscribers([confirmed(f"r{number}") for number in range(5000)])
        finding = found(clinic.examine(), "sender rules")
        assert finding.state is State.BROKEN
        assert finding.message.endswith("DMARC, one-click unsubscribe")

    def test_where_the_relay_signs_that_is_said_to_be_unknown(self) -> None:
        clinic = well()
        mail(clinic, dkim=())
        findings = clinic.examine()
        assert trouble(findings) == []
        assert "cannot be seen from here" in found(findings, "sender rules").message


class TestOneCheckStopsNoOther:
    def test_a_check_that_crashes_is_a_line(self) -> None:
        clinic = well()
        clinic.probe.relay = ZeroDivisionError("ours")
        clinic.logo = KeyError("ours as well")
        findings = clinic.examine()
        assert trouble(findings) == [("templates", State.BROKEN), ("transport", State.BROKEN)]
        assert found(findings, "transport").message == "could not look: ZeroDivisionError: ours"
        assert findings[-1].name == "sender rules"

    def test_what_a_check_found_before_it_failed_is_told(self) -> None:
        clinic = well()
        clinic.resolver.silent.add("smtp.relay.example")
        told = [f.state for f in clinic.examine() if f.name == "spf"]
        assert told == [State.OK, State.WARNING]

    def test_a_server_that_never_answers_is_not_waited_for(self) -> None:
        clinic, never = well(), Event()

        class Slow(type(clinic.probe)):  # type: ignore[misc]  # a fake of a fake
            def transport(self) -> RelaySeen:
                never.wait(30)
                raise AssertionError

        clinic.probe = Slow(pages=clinic.probe.pages)
        clinic.patience_s = 1.5
        findings = clinic.examine()
        never.set()
        assert trouble(findings) == [("transport", State.BROKEN)]
        assert "no answer in time" in found(findings, "transport").message


def test_a_finding_is_one_line_whatever_somebody_else_wrote() -> None:
    clinic = well()
    clinic.resolver.zone["post.example"]["TXT"] = ["v=spf1 \x1b[2J\r\nok  all: fine " + "x" * 5000]
    finding = found(clinic.examine(), "spf")
    assert finding.message.isprintable()
    assert len(finding.message) <= 700


def test_an_iterator_and_a_single_finding_are_both_answers() -> None:
    finding = Finding(name="a", state=State.OK, message="b")
    assert look("a", lambda: finding) == look("a", lambda: iter([finding])) == (finding,)
    assert Knock("a", lambda: (), patience_s=5).findings() == ()


def test_a_config_that_cannot_be_used_is_told_with_its_places() -> None:
    from briefing.errors import ConfigError  # noqa: PLC0415  # used here alone

    (finding,) = wrong_config([ConfigError("my.yaml", "mail: no such key", line=3, column=1)])
    assert (finding.state, finding.message) == (State.BROKEN, "my.yaml:3:1: mail: no such key")


def test_the_published_key_is_that_of_the_config() -> None:
    assert CONFIG.mail.dkim == (PUBLISHED.key,)

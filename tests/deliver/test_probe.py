"""Servers are greeted as they would be to send, told nothing more, and left as they were."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from pytest_httpserver import HTTPServer

from briefing.deliver.probe import MOST_BYTES, NetworkProbe
from briefing.errors import LookupFailedError, TransportError
from briefing.model.mail_rules import BounceRule
from briefing.model.settings import MailRule, Sender, SmtpServer
from tests.deliver import dovecot
from tests.deliver.servers import HANG_UP, SILENCE, Mailbox, Play, obedient, scripted
from tests.deliver.test_mailbox import ONE, account, needs_dovecot
from tests.deliver.test_smtp_tls import Office, office, trusted  # noqa: F401  # fixtures
from tests.make import folder_for_everyone
from tests.ports import free_port

SENDER = Sender(address="post@post.example")
FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def probe(transport: str = "smtp", timeout_s: float = 5, **server: object) -> NetworkProbe:
    smtp = SmtpServer(**{"host": "127.0.0.1", "security": "none", **server})  # type: ignore[arg-type]  # named fields
    return NetworkProbe(mail=MailRule(sender=SENDER, transport=transport, smtp=smtp), timeout_s=timeout_s)


def doorkeeper(*told: object) -> AuthResult:
    login = told[-1]
    assert isinstance(login, LoginPassword)
    return AuthResult(success=login.password == b"open sesame", handled=False)


class TestRelay:
    def test_it_is_greeted_and_left_and_told_of_no_mail(self) -> None:
        play = Play({"AUTH": ["235 2.7.0 welcome"]}, offers=("AUTH PLAIN",))
        with scripted(play) as port:
            seen = probe(port=port, username="post", password="hush").transport()
        assert (seen.name, seen.trusted_until, seen.has_login) == (f"127.0.0.1:{port}", None, True)
        assert play.verbs == ["EHLO", "AUTH", "QUIT"]

    @pytest.mark.parametrize("security", ["starttls", "tls"])
    @pytest.mark.usefixtures("trusted")
    def test_the_end_of_its_certificate_is_told(self, office: Office, security: str) -> None:  # noqa: F811  # a fixture
        certificate = office.certificate("localhost", days=20000)
        options = {"ssl_context": certificate} if security == "tls" else {"tls_context": certificate}
        mailbox = Mailbox()
        with obedient(mailbox, **options) as port:
            seen = probe(host="localhost", port=port, security=security).transport()
        assert seen.trusted_until == FIRST + timedelta(days=20000)
        assert mailbox.received == []

    @pytest.mark.usefixtures("trusted")
    @pytest.mark.parametrize("password", ["open sesame", "hush"])
    def test_a_login_works_or_is_told_not_to(self, office: Office, password: str) -> None:  # noqa: F811  # a fixture
        login = {"authenticator": doorkeeper, "auth_required": True}
        with obedient(Mailbox(), tls_context=office.certificate("localhost"), **login) as port:
            one = probe(host="localhost", port=port, security="starttls", username="post", password=password)
            if password == "open sesame":
                assert one.transport().has_login
                return
            with pytest.raises(TransportError) as caught:
                one.transport()
        assert (caught.value.code, caught.value.transient) == (535, False)
        assert password not in str(caught.value)

    @pytest.mark.usefixtures("trusted")
    def test_a_certificate_that_proves_nothing_is_told(self, office: Office) -> None:  # noqa: F811  # a fixture
        with (
            obedient(Mailbox(), tls_context=office.certificate("localhost", days=30)) as port,
            pytest.raises(TransportError, match="certificate has expired"),
        ):
            probe(host="localhost", port=port, security="starttls").transport()

    @pytest.mark.parametrize("fault", [HANG_UP, SILENCE, "554 5.7.1 not you", "421 4.3.2 later"])
    def test_one_that_does_not_greet_is_told_in_time(self, fault: str) -> None:
        with scripted(Play({"": [fault]})) as port, pytest.raises(TransportError, match=f"127.0.0.1:{port}"):
            probe(port=port, timeout_s=0.5).transport()

    def test_one_that_is_not_there_is_told(self) -> None:
        with pytest.raises(TransportError, match="refused"):
            probe(port=free_port()).transport()

    def test_one_that_hangs_up_at_our_goodbye_is_well(self) -> None:
        with scripted(Play({"QUIT": [HANG_UP]})) as port:
            assert probe(port=port).transport().name

    def test_nobody_elsewhere_is_spoken_to_in_clear(self) -> None:
        with pytest.raises(TransportError, match="this machine only"):
            probe(host="192.0.2.1").transport()

    def test_lmtp_is_spoken_where_it_is_asked_for(self, tmp_path: Path) -> None:
        play = Play()
        with scripted(play, tmp_path / "lmtp"):
            seen = probe("lmtp", host=str(tmp_path / "lmtp")).transport()
        assert play.verbs == ["LHLO", "QUIT"]
        assert seen.name == str(tmp_path / "lmtp")


def test_a_command_that_is_not_there_is_told_and_one_that_is_does_not_run(tmp_path: Path) -> None:
    command = tmp_path / "sendmail"
    rule = MailRule(sender=SENDER, transport="sendmail", sendmail=(str(command), "-oi"))
    with pytest.raises(TransportError, match="cannot be run"):
        NetworkProbe(mail=rule).transport()
    command.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    command.chmod(0o700)
    assert NetworkProbe(mail=rule).transport().name == str(command)
    assert not (tmp_path / "ran").exists()


@pytest.mark.system
@needs_dovecot
def test_a_look_into_the_mailbox_leaves_every_letter_as_new_as_it_was() -> None:
    with folder_for_everyone() as folder, dovecot.dovecot(folder) as running:
        letter = running.maildir / "new" / "1.eml"
        letter.write_bytes(ONE)
        bounces = BounceRule(address="back@post.example", imap=account(running))
        NetworkProbe(mail=MailRule(sender=SENDER, bounces=bounces)).mailbox()
        assert letter.exists()


class TestPage:
    @pytest.mark.parametrize(
        ("date", "told_at"),
        [
            ("Date: Mon, 23 Nov 2026 09:00:00 GMT", datetime(2026, 11, 23, 9, tzinfo=UTC)),
            ("Date: Mon, 23 Nov 2026 10:00:00 +0100", datetime(2026, 11, 23, 9, tzinfo=UTC)),
            ("Date: Mon, 23 Nov 2026 09:00:00 -0000", None),
            ("Date: Mon, 99 Nov 2026 09:00:00 GMT", None),
            ("Date: yesterday", None),
            ("Date:", None),
            ("Age: 0", None),
        ],
    )
    def test_it_is_told_with_its_clock(self, date: str, told_at: datetime | None) -> None:
        with scripted(Play({"": [f"HTTP/1.1 200 OK\r\n{date}\r\nContent-Length: 2\r\n\r\nok"]})) as port:
            seen = NetworkProbe(mail=MailRule(sender=SENDER)).page(f"http://127.0.0.1:{port}/healthz")
        assert (seen.status, seen.body, seen.trusted_until, seen.told_at) == (200, "ok", None, told_at)

    def test_a_redirection_is_told_and_not_followed(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/").respond_with_data("", 302, headers={"Location": "https://other.example/"})
        seen = NetworkProbe(mail=MailRule(sender=SENDER)).page(httpserver.url_for("/"))
        assert (seen.status, seen.leads_to) == (302, "https://other.example/")
        assert len(httpserver.log) == 1

    def test_an_endless_page_is_not_read_to_its_end(self, httpserver: HTTPServer) -> None:
        httpserver.expect_request("/").respond_with_data(b"\xff" * 3_000_000)
        seen = NetworkProbe(mail=MailRule(sender=SENDER)).page(httpserver.url_for("/"))
        assert len(seen.body) == MOST_BYTES

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            ("http://127.0.0.1:1/", "Connection refused"),
            ("https://nowhere.example/", "its host name is not known"),
            ("http://127.0.0.1:x/", "ValueError"),
        ],
    )
    def test_what_cannot_be_reached_is_said_without_the_address(self, address: str, reason: str) -> None:
        with pytest.raises(LookupFailedError, match=reason) as caught:
            NetworkProbe(mail=MailRule(sender=SENDER)).page(address)
        assert address not in str(caught.value)

    def test_an_answer_that_is_no_http_is_told(self) -> None:
        with scripted(Play({"": ["220 smtp here"]})) as port, pytest.raises(LookupFailedError, match="not HTTP"):
            NetworkProbe(mail=MailRule(sender=SENDER), timeout_s=2).page(f"http://127.0.0.1:{port}/")

    def test_a_server_that_says_nothing_is_given_up(self) -> None:
        with scripted(Play({"": [SILENCE]})) as port, pytest.raises(LookupFailedError, match="no answer in time"):
            NetworkProbe(mail=MailRule(sender=SENDER), timeout_s=0.3).page(f"http://127.0.0.1:{port}/")


class TestProtectedPage:
    @pytest.fixture
    def certificate(self, office: Office) -> ssl.SSLContext:  # noqa: F811  # a fixture
        return office.certificate("localhost", days=20000)

    @pytest.fixture
    def site(self, certificate: ssl.SSLContext) -> Iterator[HTTPServer]:
        with HTTPServer(host="127.0.0.1", ssl_context=certificate) as server:
            server.expect_request("/").respond_with_data("ok")
            yield server

    @pytest.mark.usefixtures("trusted")
    def test_the_end_of_its_certificate_is_told(self, site: HTTPServer) -> None:
        seen = NetworkProbe(mail=MailRule(sender=SENDER)).page(f"https://localhost:{site.port}/")
        assert seen.trusted_until == FIRST + timedelta(days=20000)

    def test_one_that_nobody_trusts_is_an_error(self, site: HTTPServer) -> None:
        with pytest.raises(LookupFailedError, match="certificate cannot be trusted"):
            NetworkProbe(mail=MailRule(sender=SENDER)).page(f"https://localhost:{site.port}/")


def test_this_machine_has_a_name() -> None:
    assert replace(probe()).own_name

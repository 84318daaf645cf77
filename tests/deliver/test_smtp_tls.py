"""Protection is never weaker than asked for."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from time import sleep

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from briefing.deliver.smtp import SmtpTransport
from briefing.errors import TransportError
from briefing.model.delivery import AnswerKind
from briefing.model.mail_rules import SmtpLimits
from briefing.model.settings import SmtpServer
from tests.deliver.books import MemoryBooks, envelope, envelopes
from tests.deliver.servers import HANG_UP, Mailbox, Play, obedient, scripted
from tests.deliver.test_smtp import clear


@dataclass(frozen=True)
class Office:
    """Vouches for certificates."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def certificate(self, host: str, *, days: int = 36500, vouched: bool = True) -> ssl.SSLContext:
        """A server's, for one host name or address, valid from long ago until `days` after."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
        issuer, signer = (self.name, self.key) if vouched else (name, key)
        signed = _certificate(name, key, issuer=issuer, days=days, host=host).sign(signer, hashes.SHA256())
        file = self.folder / f"{host}{days}{vouched}.pem"
        file.write_bytes(_private(key) + signed.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def _certificate(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, *, issuer: x509.Name, days: int, host: str | None
) -> x509.CertificateBuilder:
    first = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().issuer_name(issuer).subject_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(first).not_valid_after(first + timedelta(days=days))
    if host is None:
        return builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    is_address = host[0].isdigit()
    said = x509.IPAddress(ip_address(host)) if is_address else x509.DNSName(host)
    return builder.add_extension(x509.SubjectAlternativeName([said]), critical=False)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "office")])
    office = Office(tmp_path_factory.mktemp("tls"), key, name)
    root = _certificate(name, key, issuer=name, days=36500, host=None).sign(key, hashes.SHA256())
    office.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return office


@pytest.fixture
def trusted(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office, whom this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(office.root))
    return office


def authenticator(*_: object) -> AuthResult:
    login = _[-1]
    assert isinstance(login, LoginPassword)
    return AuthResult(success=login.password == b"open sesame")


def refusal(server: SmtpServer) -> TransportError:
    with pytest.raises(TransportError) as caught:
        SmtpTransport(server, timeout=5).__enter__()
    return caught.value


def test_a_wrong_login_is_not_transient_and_not_repeated_in_the_complaint() -> None:
    play = Play({"AUTH": ["535 5.7.8 wrong"]}, offers=("AUTH PLAIN",))
    with scripted(play) as port:
        error = refusal(SmtpServer(host="127.0.0.1", port=port, security="none", username="post", password="hush"))
    assert (error.code, error.transient) == (535, False)
    assert "correct username and password" in str(error)
    assert "hush" not in str(error)
    assert "MAIL" not in play.verbs


@pytest.mark.parametrize("password", ["hush", "hüsh"])
def test_a_login_that_cannot_be_made_is_a_fault_of_the_config(password: str) -> None:
    offers = () if password == "hush" else ("AUTH PLAIN",)
    with scripted(Play(offers=offers)) as port:
        error = refusal(SmtpServer(host="127.0.0.1", port=port, security="none", username="post", password=password))
    assert not error.transient
    assert password not in str(error)


def test_a_server_without_starttls_gets_neither_login_nor_mail() -> None:
    play = Play(offers=("AUTH PLAIN",))
    with scripted(play) as port:
        error = refusal(SmtpServer(host="127.0.0.1", port=port, username="post", password="hush"))
    assert "does not offer STARTTLS" in str(error)
    assert not error.transient
    assert play.verbs == ["EHLO"]


@pytest.mark.parametrize("reply", ["454 4.7.0 not now", "502 5.5.1 what?", HANG_UP])
def test_a_server_that_offers_starttls_and_does_not_start_it_gets_nothing(reply: str) -> None:
    play = Play({"STARTTLS": [reply]}, offers=("STARTTLS", "AUTH PLAIN"))
    with scripted(play) as port:
        error = refusal(SmtpServer(host="127.0.0.1", port=port, username="post", password="hush"))
    assert error.transient is not reply.startswith("5")
    assert play.verbs == ["EHLO", "STARTTLS"]


def test_a_port_that_begins_in_clear_is_no_port_for_tls_and_the_cure_is_said() -> None:
    with obedient(Mailbox()) as port:
        error = refusal(SmtpServer(host="localhost", port=port, security="tls"))
    assert "does not begin with TLS; set security: starttls" in str(error)
    assert not error.transient


CASES = [
    pytest.param(("localhost", 36500, False), "self-signed", id="self-signed"),
    pytest.param(("localhost", 30, True), "certificate has expired", id="expired"),
    pytest.param(("mail.example.org", 36500, True), "Hostname mismatch", id="wrong host"),
    pytest.param(("127.0.0.1", 36500, True), "Hostname mismatch", id="the address is not the name"),
]


@pytest.mark.parametrize(("shown", "why"), CASES)
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_proves_nothing_is_refused(
    trusted: Office, security: str, shown: tuple[str, int, bool], why: str
) -> None:
    host, days, vouched = shown
    certificate = trusted.certificate(host, days=days, vouched=vouched)
    mailbox = Mailbox()
    options = {"ssl_context": certificate} if security == "tls" else {"tls_context": certificate}
    with obedient(mailbox, **options) as port:
        error = refusal(SmtpServer(host="localhost", port=port, security=security))
    assert f"certificate that cannot be trusted: {why}" in str(error)
    assert not error.transient
    assert mailbox.received == []


def test_a_certificate_of_an_office_nobody_knows_is_refused(office: Office) -> None:
    with obedient(Mailbox(), tls_context=office.certificate("localhost")) as port:
        error = refusal(SmtpServer(host="localhost", port=port))
    assert "cannot be trusted" in str(error)


def test_what_was_said_in_clear_after_starttls_is_not_believed(trusted: Office) -> None:
    """Whoever sits on the line may add to the server's last words in clear: here an AUTH that it never offered."""
    injected = "220 go on\r\n250-here\r\n250 AUTH PLAIN"
    play = Play(
        {"STARTTLS": [injected]}, offers=("STARTTLS", "PIPELINING"), certificate=trusted.certificate("localhost")
    )
    with scripted(play) as port:
        error = refusal(SmtpServer(host="localhost", port=port, username="post", password="hush"))
    assert "AUTH" in str(error)
    assert play.verbs == ["EHLO", "STARTTLS", "EHLO"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_with_a_certificate_that_holds_login_and_mail_are_protected(trusted: Office, security: str) -> None:
    certificate = trusted.certificate("localhost")
    mailbox, books = Mailbox(), MemoryBooks()
    login = {"authenticator": authenticator, "auth_required": True, "tls_context": certificate}
    # aiosmtpd takes no login behind TLS that it did not start itself.
    username, options = (None, {"ssl_context": certificate}) if security == "tls" else ("post", login)
    with obedient(mailbox, **options) as port:
        server = SmtpServer(host="localhost", port=port, security=security, username=username, password="open sesame")
        with SmtpTransport(server, timeout=5) as transport:
            transport.deliver(envelopes(*"abcdefgh"), books)
            transport.deliver(envelopes("i"), books)
    assert sorted(books.readers(AnswerKind.TAKEN)) == list("abcdefghi")
    assert len(mailbox.received) == 9
    assert security == "tls" or all(mailbox.protected)


def behind_tls(office: Office, **play: object) -> Play:
    offers = ("STARTTLS", "PIPELINING")
    return Play(offers=offers, certificate=office.certificate("localhost"), **play)  # type: ignore[arg-type]


def within(port: int, **options: float) -> SmtpTransport:
    server = SmtpServer(host="localhost", port=port, limits=SmtpLimits(connections=1))
    return SmtpTransport(server, **{"timeout": 5.0, **options}, pause_after=lambda _: 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param({"in_body": HANG_UP}, AnswerKind.UNSENT, id="hangs up in the message"),
        pytest.param({"in_body": "421 4.3.2 bye"}, AnswerKind.REFUSED, id="closes in the message"),
        pytest.param({"answers": {".": [HANG_UP]}}, AnswerKind.UNHEARD, id="hangs up after the dot"),
        pytest.param({"answers": {"DATA": ["…"]}}, AnswerKind.UNSENT, id="silent before the message"),
        pytest.param({"answers": {".": ["…"]}}, AnswerKind.UNHEARD, id="silent after the dot"),
    ],
)
def test_a_line_that_breaks_behind_tls_means_what_it_means_without(
    trusted: Office, fault: dict[str, object], kind: AnswerKind
) -> None:
    play, books = behind_tls(trusted, **fault), MemoryBooks(on_start=lambda _: sleep(0.2))
    with scripted(play) as port, within(port, timeout=0.5, final_timeout=0.5) as transport:
        transport.deliver(envelopes("a"), books)
    assert books.only.kind is kind


def test_a_large_message_arrives_whole_behind_tls(trusted: Office) -> None:
    mailbox, books = Mailbox(), MemoryBooks()
    large = b"Subject: Hi\r\n\r\n" + (b"x" * 900 + b"\r\n") * 4000
    with obedient(mailbox, tls_context=trusted.certificate("localhost")) as port, within(port) as transport:
        transport.deliver(iter([envelope(message=large)]), books)
    assert mailbox.received[0][2] == large


def test_no_word_of_tls_is_spoken_where_none_is_asked_for() -> None:
    play = Play(offers=("STARTTLS",))
    with scripted(play) as port, clear(port) as transport:
        transport.deliver(envelopes("a"), MemoryBooks())
    assert "STARTTLS" not in play.verbs

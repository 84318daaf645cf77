from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.smtp import SmtpTransport, _stuffed
from briefing.errors import DeliveryError, ReaderRefusedError, TransportError
from briefing.model.delivery import Envelope
from briefing.model.settings import SmtpServer
from tests.deliver.servers import Mailbox, Play, free_port, obedient, scripted

if TYPE_CHECKING:
    from pathlib import Path

MESSAGE = b"From: post@example.org\r\nSubject: Hi\r\n\r\n.dot\r\n..two\r\nend\r\n"


def envelope(
    recipient: str = "rosa@example.org", message: bytes = MESSAGE, sender: str = "post@example.org"
) -> Envelope:
    return Envelope(sender=sender, recipient=recipient, message_id="<m@example.org>", message=message)


def clear(port: int, **login: str) -> SmtpTransport:
    return SmtpTransport(SmtpServer(host="127.0.0.1", port=port, security="none", **login), timeout=5)


def outcome(play: Play, message: bytes = MESSAGE) -> DeliveryError | None:
    """What sending one message to the scripted server raises."""
    with scripted(play) as port:
        try:
            with clear(port) as transport:
                transport.send(envelope(message=message))
        except DeliveryError as error:
            return error
    return None


def test_a_batch_arrives_byte_for_byte_over_one_connection() -> None:
    mailbox = Mailbox()
    with obedient(mailbox) as port, clear(port) as transport:
        for reader in ("rosa@example.org", "abel@example.net"):
            transport.send(envelope(reader))
    assert mailbox.received == [
        ("post@example.org", ["rosa@example.org"], MESSAGE),
        ("post@example.org", ["abel@example.net"], MESSAGE),
    ]


def test_one_batch_is_one_connection_and_says_goodbye() -> None:
    play = Play({})
    with scripted(play) as port, clear(port) as transport:
        transport.send(envelope())
        transport.send(envelope())
    commands = [command.partition(" ")[0].upper() for command in play.heard]
    assert commands == ["EHLO", "MAIL", "RCPT", "DATA", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b".", b"..\r\n"),
        (b"", b"\r\n"),
        (b"a\r\n.\r\nb", b"a\r\n..\r\nb\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b".\r\n.\r\n", b"..\r\n..\r\n"),
    ],
)
def test_dots_are_doubled_and_the_last_line_ended(message: bytes, wire: bytes) -> None:
    assert _stuffed(message) == wire


@given(st.lists(st.text(st.sampled_from(".a"), max_size=3)))
def test_a_server_that_undoes_the_dots_reads_the_message(lines: list[str]) -> None:
    message = "".join(f"{line}\r\n" for line in lines).encode()
    wire = _stuffed(message).split(b"\r\n")
    assert b"." not in wire
    assert b"\r\n".join(line.removeprefix(b".") for line in wire) == (message or b"\r\n")


@pytest.mark.parametrize("message", [b"a\n.\nMAIL FROM:<x@y>\n", b"a\r.\r\n", b"a\r\n\r"])
def test_a_message_with_a_lone_line_end_never_reaches_the_wire(message: bytes) -> None:
    play = Play({})
    with scripted(play) as port, clear(port) as transport:
        with pytest.raises(ReaderRefusedError, match="CRLF"):
            transport.send(envelope(message=message))
        transport.send(envelope())
    assert len(play.bodies) == 1


@pytest.mark.parametrize(
    ("answers", "kind", "code", "transient"),
    [
        pytest.param({"RCPT": ["550 5.1.1 no such user"]}, ReaderRefusedError, 550, False, id="unknown reader"),
        pytest.param({"RCPT": ["450 4.2.0 greylisted"]}, ReaderRefusedError, 450, True, id="greylisted"),
        pytest.param({"RCPT": ["421 4.3.2 too many"]}, TransportError, 421, True, id="closing at RCPT"),
        pytest.param({"MAIL": ["550 5.7.1 not you"]}, TransportError, 550, False, id="sender refused"),
        pytest.param({"MAIL": ["451 4.3.0 later"]}, TransportError, 451, True, id="sender put off"),
        pytest.param({"DATA": ["554 5.5.1 no"]}, ReaderRefusedError, 554, False, id="DATA refused"),
        pytest.param({"DATA": ["421 4.3.2 bye"]}, TransportError, 421, True, id="closing at DATA"),
        pytest.param({".": ["452 4.3.1 disk full"]}, ReaderRefusedError, 452, True, id="no room after the dot"),
        pytest.param({".": ["552 5.2.3 too big"]}, ReaderRefusedError, 552, False, id="too big after the dot"),
        pytest.param({".": ["550 5.7.1 looks like spam"]}, TransportError, 550, False, id="policy concerns all"),
        pytest.param({".": ["421 4.3.2 bye"]}, TransportError, 421, True, id="closing after the dot"),
        pytest.param({"": ["421 4.3.2 overloaded"]}, TransportError, 421, True, id="closing at once"),
        pytest.param({"": ["554 5.3.2 no mail here"]}, TransportError, 554, False, id="no mail at all"),
        pytest.param({"": [""]}, TransportError, None, True, id="hangs up at once"),
        pytest.param({"RCPT": [""]}, TransportError, None, True, id="hangs up at RCPT"),
        pytest.param({"DATA": [""]}, TransportError, None, True, id="hangs up at DATA"),
    ],
)
def test_each_refusal_says_whom_it_concerns_and_whether_to_try_again(
    answers: dict[str, list[str]], kind: type[DeliveryError], code: int | None, transient: bool
) -> None:
    error = outcome(Play(answers))
    assert type(error) is kind
    assert (error.code, error.transient, error.uncertain) == (code, transient, False)


def test_a_drop_inside_the_message_is_certain_a_drop_after_the_dot_is_not() -> None:
    too_long_for_any_buffer = b"line\r\n" * 2_000_000
    inside = outcome(Play({}, drop_in_body=True), too_long_for_any_buffer)
    after = outcome(Play({".": [""]}))
    assert isinstance(inside, TransportError)
    assert isinstance(after, TransportError)
    assert (inside.uncertain, inside.transient) == (False, True)
    assert (after.uncertain, after.transient) == (True, True)


def test_silence_after_the_dot_is_uncertain_too() -> None:
    """The server takes the dot and then says nothing until the client's patience ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        transport = SmtpTransport(SmtpServer(host="127.0.0.1", port=port, security="none"), timeout=0.3)
        with pytest.raises(TransportError) as caught:
            _talk_to_a_mute(listening, transport)
    assert caught.value.uncertain


def _talk_to_a_mute(listening: socket.socket, transport: SmtpTransport) -> None:
    from threading import Thread  # noqa: PLC0415 — one use

    def play() -> None:
        connection, _ = listening.accept()
        with connection, connection.makefile("rwb") as stream:
            for reply in ("220 ready", "250 OK", "250 OK", "250 OK", "354 go on"):
                stream.write(reply.encode() + b"\r\n")
                stream.flush()
                stream.readline()
            stream.read()

    server = Thread(target=play)
    server.start()
    try:
        with transport:
            transport.send(envelope())
    finally:
        server.join(timeout=10)


def test_after_a_refused_reader_the_next_one_is_served_on_the_same_connection() -> None:
    play = Play({"RCPT TO:<gone": ["550 5.1.1 no"], "RCPT TO:<busy": ["450 4.2.0 later"]})
    with scripted(play) as port, clear(port) as transport:
        for reader in ("gone@example.org", "busy@example.org"):
            with pytest.raises(ReaderRefusedError):
                transport.send(envelope(reader))
        transport.send(envelope())
    assert len(play.bodies) == 1
    assert [command[:4].upper() for command in play.heard].count("RSET") == 2


def test_nobody_listening_is_a_transient_fault_that_names_the_server() -> None:
    port = free_port()
    with pytest.raises(TransportError, match=rf"127\.0\.0\.1:{port}: Connection refused") as caught:
        clear(port).__enter__()
    assert caught.value.transient


def test_a_transport_outside_its_with_block_sends_nothing() -> None:
    with pytest.raises(TransportError, match="not connected"):
        clear(25).send(envelope())


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org"])
def test_unprotected_mail_leaves_no_other_machine_a_chance(host: str) -> None:
    transport = SmtpTransport(SmtpServer(host=host, port=25, security="none"))
    with pytest.raises(TransportError, match="this machine only") as caught:
        transport.__enter__()
    assert not caught.value.transient


def test_unprotected_mail_to_this_machine_by_name_is_fine() -> None:
    mailbox = Mailbox()
    with obedient(mailbox) as port:
        server = SmtpServer(host="localhost", port=port, security="none")
        with SmtpTransport(server, timeout=5) as transport:
            transport.send(envelope())
    assert len(mailbox.received) == 1


# Addresses


def test_a_domain_travels_in_idna_and_the_local_part_as_it_is() -> None:
    play = Play({})
    with scripted(play) as port, clear(port) as transport:
        transport.send(envelope("Rosa.O@straße.example"))
    assert play.heard[2] == "rcpt TO:<Rosa.O@xn--strae-oqa.example>"


def test_a_local_part_beyond_ascii_fails_that_reader_alone_when_not_offered() -> None:
    mailbox = Mailbox()
    with obedient(mailbox) as port, clear(port) as transport:
        with pytest.raises(ReaderRefusedError, match="beyond ASCII") as caught:
            transport.send(envelope("rosé@example.org"))
        transport.send(envelope())
    assert not caught.value.transient
    assert [to for _, to, _ in mailbox.received] == [["rosa@example.org"]]


def test_a_local_part_beyond_ascii_is_sent_when_offered() -> None:
    mailbox = Mailbox()
    with obedient(mailbox, enable_SMTPUTF8=True) as port, clear(port) as transport:
        transport.send(envelope("rosé@example.org"))
    assert [to for _, to, _ in mailbox.received] == [["rosé@example.org"]]


@pytest.mark.parametrize(
    "recipient",
    [
        "rosa@example.org>\r\nRCPT TO:<x@y.example",
        "rosa@exa mple.org",
        "rosa",
        "@example.org",
        "rosa@-.example",
        "a<b@c.de",
    ],
)
def test_an_address_that_could_break_the_dialogue_fails_that_reader_alone(recipient: str) -> None:
    play = Play({})
    with scripted(play) as port, clear(port) as transport:
        with pytest.raises(ReaderRefusedError) as caught:
            transport.send(envelope(recipient))
        transport.send(envelope())
    assert not caught.value.transient
    assert [command for command in play.heard if command.startswith("rcpt")] == ["rcpt TO:<rosa@example.org>"]
    assert len(play.bodies) == 1


@pytest.mark.parametrize("sender", ["nobody", "pöst@example.org"])
def test_a_sender_that_cannot_be_used_stops_the_batch_and_blames_no_reader(sender: str) -> None:
    with scripted(Play({})) as port, clear(port) as transport:
        with pytest.raises(TransportError, match="mail: from") as caught:
            transport.send(envelope(sender=sender))
        assert not caught.value.transient


# Login and protection


def authenticator(*_: object) -> AuthResult:
    login = _[-1]
    assert isinstance(login, LoginPassword)
    return AuthResult(success=login.password == b"open sesame")


def test_a_wrong_login_is_not_transient_and_not_repeated_in_the_complaint() -> None:
    play = Play({"EHLO": ["250-here\r\n250 AUTH PLAIN"], "AUTH": ["535 5.7.8 wrong"]})
    with scripted(play) as port, pytest.raises(TransportError) as caught:
        clear(port, username="post", password="hush").__enter__()
    assert (caught.value.code, caught.value.transient) == (535, False)
    assert "hush" not in str(caught.value)
    assert not any(command.startswith("mail") for command in play.heard)


def test_a_login_that_is_not_offered_is_a_fault_of_the_config() -> None:
    with scripted(Play({})) as port, pytest.raises(TransportError, match="AUTH") as caught:
        clear(port, username="post", password="hush").__enter__()
    assert not caught.value.transient


def test_a_server_without_starttls_gets_neither_login_nor_mail() -> None:
    play = Play({})
    with scripted(play) as port:
        server = SmtpServer(host="127.0.0.1", port=port, security="starttls", username="post", password="hush")
        with pytest.raises(TransportError, match="does not offer STARTTLS") as caught:
            SmtpTransport(server, timeout=5).__enter__()
    assert not caught.value.transient
    assert {command[:4].upper() for command in play.heard} <= {"EHLO"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for localhost, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: apt install openssl")
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


def protected(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_starttls_with_a_certificate_nobody_vouches_for_is_refused(certificate: Path) -> None:
    mailbox = Mailbox()
    with obedient(mailbox, tls_context=protected(certificate)) as port:
        server = SmtpServer(host="localhost", port=port, security="starttls")
        with pytest.raises(TransportError, match="certificate that cannot be trusted: self-signed") as caught:
            SmtpTransport(server, timeout=5).__enter__()
    assert not caught.value.transient
    assert mailbox.received == []


def test_starttls_with_a_trusted_certificate_protects_login_and_mail(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mailbox = Mailbox()
    options = {"authenticator": authenticator, "auth_required": True, "tls_context": protected(certificate)}
    with obedient(mailbox, **options) as port:
        server = SmtpServer(host="localhost", port=port, username="post", password="open sesame")
        with SmtpTransport(server, timeout=5) as transport:
            transport.send(envelope())
    assert mailbox.protected == [True]


def test_a_trusted_certificate_for_another_name_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with obedient(Mailbox(), tls_context=protected(certificate)) as port:
        server = SmtpServer(host="127.0.0.2", port=port, security="starttls")
        with pytest.raises(TransportError):
            SmtpTransport(server, timeout=5).__enter__()


def test_tls_from_the_first_byte_is_checked_and_works(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    with obedient(mailbox, ssl_context=protected(certificate)) as port:
        server = SmtpServer(host="localhost", port=port, security="tls")
        with pytest.raises(TransportError, match="cannot be trusted"):
            SmtpTransport(server, timeout=5).__enter__()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with SmtpTransport(server, timeout=5) as transport:
            transport.send(envelope())
    assert len(mailbox.received) == 1

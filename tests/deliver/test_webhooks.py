from __future__ import annotations

import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from briefing.deliver.webhooks import HttpMessenger
from briefing.errors import DeliveryError
from briefing.services.announce import Announcer
from tests.fakes import FixedClock, MemoryAnnouncements
from tests.make import NOW
from tests.services.house import confirmed

LOCAL = HttpMessenger(allow_private=True)
KEY = "correct horse battery staple"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own making for `localhost`, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    began = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with HTTPServer(host="localhost", ssl_context=context) as server:
        server.expect_request("/hook").respond_with_data(status=200)
        yield server.url_for("/hook")


@contextmanager
def talking(answer: bytes, *, every_s: float = 0.0) -> Iterator[str]:
    """A server that says these bytes, one at a time when it is slow; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            caller, _ = listening.accept()
            with caller:
                heard = b""
                while not heard.endswith(b"{}"):  # who hangs up on what they have not read resets the connection
                    heard += caller.recv(65_536) or b"{}"
                try:
                    for byte in answer:
                        caller.sendall(bytes([byte]))
                        time.sleep(every_s)
                except OSError:
                    return

        threading.Thread(target=speak, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/hook"


def refusal(messenger: HttpMessenger, address: str) -> str:
    with pytest.raises(DeliveryError) as caught:
        messenger.post(address, b"{}", {})
    return caught.value.reason


def test_an_announcement_arrives_signed_and_whole(httpserver: HTTPServer) -> None:
    heard: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        heard.append(request)
        return Response(status=204)

    httpserver.expect_request("/hook", method="POST", query_string="token=1").respond_with_handler(take)
    address = httpserver.url_for("/hook?token=1")
    queue, clock = MemoryAnnouncements(), FixedClock(NOW)
    announcer = Announcer(queue=queue, messenger=LOCAL, clock=clock, addresses=(address,), key=KEY)
    announcer.told("confirmed", confirmed("ada", name="Ada Ölmez"))
    assert announcer.run().posted == 1
    (request,) = heard
    signature = hmac.digest(KEY.encode(), request.get_data(), "sha256").hex()
    assert request.headers["X-Briefing-Signature"] == f"sha256={signature}"
    assert request.headers["Content-Type"] == "application/json"
    told = json.loads(request.get_data())
    assert (told["event"], told["at"], told["subscriber"]["name"]) == ("confirmed", "2026-11-22T06:40:00Z", "Ada Ölmez")
    assert queue.waiting == {}


def test_a_server_that_fails_hears_of_it_again(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/hook").respond_with_data(status=500)
    httpserver.expect_ordered_request("/hook").respond_with_data(status=200)
    clock = FixedClock(NOW)
    announcer = Announcer(
        queue=MemoryAnnouncements(), messenger=LOCAL, clock=clock, addresses=(httpserver.url_for("/hook"),), key=KEY
    )
    announcer.told("changed", confirmed("ada"))
    reports = []
    for _ in range(3):
        reports.append(announcer.run())
        clock.moment += timedelta(seconds=40)
    assert [(report.posted, report.waiting) for report in reports] == [(0, 1), (0, 0), (1, 0)]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_not_followed(httpserver: HTTPServer, status: int) -> None:
    elsewhere = {"Location": httpserver.url_for("/elsewhere")}
    httpserver.expect_request("/hook").respond_with_data(status=status, headers=elsewhere)
    assert refusal(LOCAL, httpserver.url_for("/hook")) == f"answered {status}, and redirections are not followed"
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


@pytest.mark.parametrize("status", [400, 404, 429, 503])
def test_an_answer_that_is_no_yes_is_a_no(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/hook").respond_with_data("secret words", status=status)
    assert refusal(LOCAL, httpserver.url_for("/hook")) == f"answered {status}"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "169.254.169.254"],
)
def test_a_private_address_is_not_even_connected_to(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        for scheme in ("http", "https"):
            reason = refusal(HttpMessenger(), f"{scheme}://{host}:{listening.getsockname()[1]}/hook")
            assert "private address" in reason
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize("host", ["10.0.0.1", "192.0.2.1", "8.8.8.8"])
def test_nothing_leaves_this_machine_in_the_clear(host: str) -> None:
    assert refusal(LOCAL, f"http://{host}/hook").startswith("begins with http:")


@pytest.mark.parametrize(
    "address",
    ["ftp://crm.example/hook", "file:///etc/passwd", "https://", "//crm.example", "https://[", "", "https://x:0/"],
)
def test_what_is_no_web_address_is_not_asked(address: str) -> None:
    assert refusal(LOCAL, address) == "this is no address; it needs https:// and a host"


def test_a_server_that_drips_is_cut_off() -> None:
    with talking(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 50, every_s=0.02) as address:
        began = time.monotonic()
        refusal(HttpMessenger(allow_private=True, timeout_s=0.3), address)
        assert time.monotonic() - began < 2


def test_a_server_that_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        assert refusal(HttpMessenger(allow_private=True, timeout_s=0.2), address)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed the connection without an answer"),
        (b"SMTP ready\r\n\r\n", "its answer is not HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "its answer is not HTTP"),
    ],
    ids=["silence", "another protocol", "no status"],
)
def test_what_is_no_answer_is_said_in_plain_words(answer: bytes, reason: str) -> None:
    with talking(answer) as address:
        assert refusal(LOCAL, address) == reason


def test_a_closed_port_is_said_to_be_one_without_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    reason = refusal(LOCAL, f"http://127.0.0.1:{port}/hook?token=secret")
    assert reason == "could not be reached (Connection refused)"


def test_a_name_nobody_has_is_said_to_be_one() -> None:
    assert refusal(LOCAL, "https://crm.invalid/hook") == "its host name is not known"


def test_a_server_without_tls_is_not_spoken_to_in_tls(httpserver: HTTPServer) -> None:
    address = httpserver.url_for("/hook").replace("http:", "https:")
    assert refusal(LOCAL, address) == "no secure connection could be made"


def test_a_certificate_nobody_vouches_for_is_refused(tls_server: str) -> None:
    assert refusal(LOCAL, tls_server) == "its certificate is not valid"


def test_a_certificate_that_is_known_is_taken(tls_server: str, certificate: Path) -> None:
    authority = ssl.create_default_context(cafile=certificate)
    HttpMessenger(allow_private=True, tls=authority).post(tls_server, b"{}", {})
    wrong_name = tls_server.replace("localhost", "127.0.0.1")
    assert refusal(HttpMessenger(allow_private=True, tls=authority), wrong_name) == "its certificate is not valid"

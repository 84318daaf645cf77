"""Thirty requests that mean no good: each is refused, written into the log, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from structlog.testing import capture_logs

from briefing.web.guard import is_same_origin
from briefing.web.preview_guard import MOST_BYTES
from tests.web.browser import ask
from tests.web.stage import ORIGIN, TOKEN, Workbench

GOOD = {"token": TOKEN, "address": "ada@readers.example"}


@dataclass(frozen=True)
class Hostile:
    """A request, and how it is answered."""

    status: int
    path: str = "/send"
    method: str = "POST"
    host: str = "127.0.0.1:8026"
    headers: dict[str, str | None] = field(default_factory=dict)
    body: bytes = urlencode(GOOD).encode()


def foreign(host: str, **more: object) -> Hostile:
    return Hostile(400, path="/", method="GET", host=host, **more)  # type: ignore[arg-type]  # names of fields


def post(status: int, body: bytes = urlencode(GOOD).encode(), **headers: str | None) -> Hostile:
    return Hostile(status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body)


def without_token(**fields: str) -> bytes:
    return urlencode({"address": "ada@readers.example", **fields}).encode()


REQUESTS = {
    "a stranger's name": foreign("evil.example"),
    "a stranger's name with our port": foreign("evil.example:8026"),
    "our address in a stranger's name": foreign("127.0.0.1.evil.example"),
    "a stranger's name that begins as ours": foreign("localhost.evil.example"),
    "another machine": foreign("192.0.2.7:8026"),
    "another machine, IPv6": foreign("[2001:db8::7]:8026"),
    "no name": foreign(""),
    "user and password for a name": foreign("localhost@evil.example"),
    "a stranger's name asks for changes": Hostile(400, host="evil.example"),
    "another site posts": post(403, origin="https://evil.example"),
    "another port of this machine posts": post(403, origin="http://127.0.0.1:9999"),
    "a file posts": post(403, origin="null"),
    "a name that ends as ours posts": post(403, origin="http://evil-127.0.0.1:8026"),
    "the browser says cross-site": post(403, sec_fetch_site="cross-site"),
    "the browser says same-site": post(403, sec_fetch_site="same-site"),
    "no token": post(403, without_token()),
    "an empty token": post(403, without_token(token="")),
    "a guessed token": post(403, without_token(token="token")),
    "a token in the address": Hostile(403, path=f"/send?token={TOKEN.replace(' ', '+')}", body=without_token()),
    "a token and a newline": post(403, without_token(token=TOKEN + "\n")),
    "JSON": post(415, b'{"token": "x"}', content_type="application/json"),
    "text that a form of another site can send": post(415, content_type="text/plain"),
    "several parts": post(415, content_type="multipart/form-data; boundary=x"),
    "no type": post(415, content_type=""),
    "a huge body": post(413, b"token=" + b"x" * MOST_BYTES),
    "a body that says it is huge": post(413, content_length="99999999999"),
    "a body whose end nobody knows": post(411, transfer_encoding="chunked"),
    "a length that is none": post(413, content_length="-1"),
    "a thousand fields": post(403, urlencode({**GOOD, **{f"f{n}": "" for n in range(1000)}}).encode()),
    "bytes that are no text": post(403, b"token=%ff%fe&\xff\xfe"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_is_refused_and_logged_and_changes_nothing(name: str) -> None:
    request, bench = REQUESTS[name], Workbench()
    usual: dict[str, str | None] = {"origin": ORIGIN, "content-length": str(len(request.body))}
    headers = {key: value for key, value in (usual | request.headers).items() if value is not None}
    before = repr((bench.house.ledger.__dict__, bench.house.store.list_subscribers(), bench.rehearsal.scene.version))
    with capture_logs() as logs:
        answer = ask(
            bench.app, request.path, method=request.method, host=request.host, body=request.body, headers=headers
        )
    assert answer.status == request.status
    assert [line["event"] for line in logs] == ["request refused"]
    assert TOKEN not in repr(logs)
    assert (bench.house.transport.taken, bench.read_again) == ([], [])
    after = repr((bench.house.ledger.__dict__, bench.house.store.list_subscribers(), bench.rehearsal.scene.version))
    assert after == before


def test_there_are_thirty_of_them() -> None:
    assert len(REQUESTS) == 30


def test_the_same_form_from_our_own_page_is_taken() -> None:
    bench = Workbench()
    assert bench.post("/send", address="ada@readers.example").status == 200
    assert bench.house.transport.recipients == ["ada@readers.example"]


@pytest.mark.parametrize("host", ["127.0.0.1:8026", "localhost:8026", "localhost", "[::1]:8026", "127.0.0.2"])
def test_this_machine_is_answered(host: str) -> None:
    assert ask(Workbench().app, "/", host=host).status == 200


def test_other_pages_may_neither_frame_nor_embed_us() -> None:
    headers = Workbench().get().headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({}, True),
        ({"origin": ORIGIN}, True),
        ({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null"}, False),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://evil.example", "sec-fetch-site": "same-origin"}, False),
    ],
)
def test_a_form_is_ours_when_the_browser_says_so(headers: dict[str, str], *, is_ours: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in ({"host": "127.0.0.1:8026"} | headers).items()]
    assert is_same_origin(Request({"type": "http", "headers": raw})) is is_ours

"""Reads sources from servers that drip, lie, explode, redirect inside and never end; nothing waits beyond its time."""

from __future__ import annotations

import asyncio
import gzip
import resource
import socket
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import brotli
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from backports import zstd

from briefing.collect.collector import SourceCollector
from briefing.collect.documents import Documents
from briefing.collect.fetch import Fetched, Wanted, open_fetcher
from briefing.errors import FetchError
from briefing.model.edition import SourceState
from briefing.model.settings import FetchRule
from briefing.model.source import Collected, Source, SourceKind
from tests.collect.samples import NOW, item, rss
from tests.collect.servers import Behaviour, MovingServer, answer
from tests.fakes import MemoryArticles, MemoryVisits

RULE = FetchRule(allow_private=True, timeout=1.5, gap=0.0, max_bytes=1_000_000)
MB = 1_000_000


def says(*parts: bytes, pause_s: float = 0.0, for_ever: bool = False) -> Behaviour:
    """Sends the parts, the last one for ever if so told."""

    def behave(connection: socket.socket, _request: str) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause_s)
        while for_ever:
            connection.sendall(parts[-1])
            time.sleep(pause_s)

    return behave


def head(**headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def zstd_bomb() -> bytes:
    """80 MB of nothing in run-length blocks (RFC 8878, 3.1.1.2), written by hand: 640 frames' worth in 2.5 kB."""
    block = ((128 * 1024 << 3) | (1 << 1)).to_bytes(3, "little") + b"\0"
    last = ((128 * 1024 << 3) | (1 << 1) | 1).to_bytes(3, "little") + b"\0"
    return b"\x28\xb5\x2f\xfd\x00\x58" + block * 639 + last


def packed(encoding: str) -> bytes:
    """80 MB of nothing."""
    nothing = bytes(80 * MB)
    made: dict[str, Callable[[], bytes]] = {
        "gzip": lambda: gzip.compress(nothing, 6),
        "deflate": lambda: zlib.compress(nothing, 6),
        "br": lambda: bytes(brotli.compress(nothing, quality=3)),
        "zstd": zstd_bomb,
    }
    return made[encoding]()


GOOD = answer(rss(item("Ferry sails")))
CASES: dict[str, tuple[Behaviour, str]] = {
    "slow drip": (says(head(Content_Length="9999"), b"x", pause_s=0.1, for_ever=True), "no answer within"),
    "slow head": (says(b"HTTP/1.1 200 OK\r\nX", b"x", pause_s=0.1, for_ever=True), "no answer within"),
    "endless body": (says(head(Content_Type="text/xml"), b"x" * 65_536, for_ever=True), "is larger than 1 MB"),
    "endless head": (says(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 100, for_ever=True), "its answer is not HTTP"),
    "length too long": (says(answer(b"half", length=100)), "the answer broke off in the middle"),
    "length too short": (says(answer(b"<rss/> and junk", length=6)), "its answer is not HTTP"),
    "length absurd": (says(answer(b"half", length=10**15)), "the answer broke off in the middle"),
    "length negative": (says(answer(b"half", length=-5)), "its answer is not HTTP"),
    "loop": (says(answer(status="302 Found", Location="/loop?again=1")), "redirects in a circle"),
    "silence": (says(pause_s=0.0), "closed the connection without an answer"),
    "wrong packing": (says(answer(b"plain", Content_Encoding="gzip")), "the answer broke off in the middle"),
    "wrong br": (says(answer(b"plain" * 9, Content_Encoding="br")), "the answer broke off in the middle"),
    "wrong zstd": (says(answer(b"plain" * 9, Content_Encoding="zstd")), "the answer broke off in the middle"),
    "wrong deflate": (says(answer(b"\xff" * 99, Content_Encoding="deflate")), "the answer broke off in the middle"),
    "chunks lie": (
        says(head(Transfer_Encoding="chunked"), b"ffffffff\r\nhalf"),
        "the answer broke off in the middle",
    ),
    "leads to a file": (says(answer(status="302 Found", Location="file:///etc/passwd")), "leads to file:"),
    "leads nowhere": (says(answer(status="302 Found", Location="http://[::")), "redirects to what is no address"),
    "redirect without a place": (says(answer(status="302 Found")), "answered 302 Found"),
    "mad retry": (says(answer(status="429 Slow", Retry_After="Mon, 99 Foo 0000")), "answered 429 Slow"),
    "endless retry": (says(answer(status="429 Slow", Retry_After="9" * 400)), "answered 429 Slow; asks to wait"),
    "429 seconds": (says(answer(status="429 Slow", Retry_After="7200")), "answered 429 Slow; asks to wait 7200 s"),
    "503 date": (
        says(answer(status="503 Busy", Retry_After="Sun, 22 Nov 2026 08:40:00 GMT")),
        "answered 503 Busy; asks to wait",
    ),
    "304 unasked": (says(answer(status="304 Not Modified")), "answered 304 Not Modified"),
}


def collect(*urls: str, rule: FetchRule = RULE, **kept: Any) -> Collected:
    kept = {"visits": MemoryVisits(), "articles": MemoryArticles(), **kept}
    sources = [
        Source(kind=SourceKind.FEED, location=url, name=url.rpartition("/")[2].partition("?")[0]) for url in urls
    ]
    collector = SourceCollector(rule=rule, documents=Documents(), window=timedelta(hours=36), **kept)
    return collector.collect(sources, now=kept.pop("now", NOW))


class TestHostileServers:
    @pytest.mark.parametrize("case", CASES)
    def test_each_fails_for_its_own_reason_and_in_time_and_the_others_are_read(self, case: str) -> None:
        behaviour, expected = CASES[case]
        path = f"/{case.replace(' ', '-')}"
        started = time.monotonic()
        with MovingServer({path: behaviour}) as hostile, MovingServer({"/good": says(GOOD)}, host="127.0.0.2") as kind:
            collected = collect(hostile.url + path, kind.url + "/good")
        assert time.monotonic() - started < 10
        bad, good = collected.reports
        assert (bad.state, good.state) == (SourceState.FAILED, SourceState.READ)
        assert str(bad.error).startswith(expected)
        assert [article.title for article in collected.articles] == ["Ferry sails"]

    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
    def test_a_bomb_is_left_off_at_the_limit_and_takes_no_memory(self, encoding: str) -> None:
        bomb = answer(packed(encoding), Content_Encoding=encoding, Content_Type="text/xml")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with MovingServer({"/bomb": says(bomb)}) as server:
            collected = collect(server.url + "/bomb")
        assert collected.reports[0].error == "is larger than 1 MB"
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 40

    @pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
    def test_each_packing_is_asked_for_and_understood(self, encoding: str) -> None:
        feed = rss(item("Ferry sails")).encode()
        pack: Any = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstd.compress}[encoding]
        with MovingServer({"/f": says(answer(pack(feed), Content_Encoding=encoding))}) as server:
            collected = collect(server.url + "/f")
        assert collected.articles[0].title == "Ferry sails"
        (accepted,) = [line for line in server.requests[0].splitlines() if line.startswith("Accept-Encoding")]
        assert encoding in accepted

    @pytest.mark.parametrize("charset", ["x-nonsense", "utf-16", "iso-8859-1", "us-ascii", "utf-7", "\xff"])
    @pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
    def test_a_charset_that_lies_costs_no_article(self, charset: str, encoding: str) -> None:
        feed = rss(item("Fähre fährt wieder")).replace("UTF-8", encoding).encode(encoding)
        kind = f"text/xml; charset={charset}"
        with MovingServer({"/f": says(answer(feed, Content_Type=kind))}) as server:
            assert collect(server.url + "/f").articles[0].title == "Fähre fährt wieder"

    def test_a_packing_around_a_packing_is_no_way_around_the_limit(self) -> None:
        twice = gzip.compress(packed("gzip"))
        with MovingServer({"/f": says(answer(twice, Content_Encoding="gzip, gzip"))}) as server:
            collected = collect(server.url + "/f")
        assert collected.reports[0].state is SourceState.FAILED


class _Names(AbstractResolver):
    """Resolves every name to the addresses it was given, one look-up each."""

    def __init__(self, *addresses: str) -> None:
        self.addresses, self.asked = [*addresses], 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses[min(self.asked, len(self.addresses) - 1)]
        self.asked += 1
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=0)]

    async def close(self) -> None:
        """Has nothing to close."""


def reason_of(url: str, *, rule: FetchRule = RULE, resolver: _Names | None = None, **wanted: Any) -> str:
    async def run() -> Fetched:
        async with open_fetcher(rule, now=NOW, budget_s=10, resolver=resolver) as fetcher:
            return await fetcher.fetch(Wanted(url=url, name="Harbour Post", **wanted))

    with pytest.raises(FetchError) as caught:
        asyncio.run(run())
    return caught.value.reason


class TestTheWayInside:
    GUARDED = replace(RULE, allow_private=False)

    @pytest.mark.parametrize(
        "target",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://100.100.100.200/",
        ],
    )
    def test_a_redirect_there_is_refused(self, target: str) -> None:
        """A proxy on this machine plays the internet: it redirects what it is asked for."""
        with MovingServer({"http://quay.example/f": says(answer(status="302 Found", Location=target))}) as proxy:
            said = reason_of("http://quay.example/f", rule=self.GUARDED, proxy=proxy.url)
        assert said.startswith("leads to the private address")
        assert len(proxy.requests) == 1

    @pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "::1", "64:ff9b::a9fe:a9fe", "::7f00:1"])
    def test_a_name_that_leads_there_is_refused_when_it_is_connected_to(self, address: str) -> None:
        said = reason_of("http://quay.example/f", rule=self.GUARDED, resolver=_Names(address))
        assert said.startswith("leads to the private address")

    def test_a_name_that_was_public_a_moment_ago_gains_nothing(self) -> None:
        """Whoever asks the resolver first is told a public address; the connection asks anew."""
        names = _Names("192.88.98.1", "127.0.0.1")
        asyncio.run(names.resolve("quay.example"))
        assert "private address 127.0.0.1" in reason_of("http://quay.example/f", rule=self.GUARDED, resolver=names)

    @pytest.mark.parametrize("port", [22, 25, 3306, 8081])
    def test_only_the_ports_of_the_web_are_asked(self, port: int) -> None:
        said = reason_of(f"http://quay.example:{port}/f", rule=self.GUARDED, resolver=_Names("192.88.98.1"))
        assert said == f"leads to port {port}, which is not read unless fetch: allow_private is on"

    def test_a_proxy_is_no_way_inside(self) -> None:
        said = reason_of("http://169.254.169.254/", rule=self.GUARDED, proxy="http://127.0.0.1:1")
        assert said.startswith("leads to the private address")


class TestSecretsInAddresses:
    @pytest.mark.parametrize("case", ["slow drip", "loop", "length too long", "429 seconds", "304 unasked"])
    def test_no_report_problem_or_error_shows_them(self, case: str) -> None:
        behaviour, _ = CASES[case]
        with MovingServer({"/loop": behaviour}) as server:
            collected = collect(server.url.replace("//", "//me:hush-hush@") + "/loop?token=s3cr3t")
        told = repr(replace(collected, visits=())) + repr([(v.name, v.error) for v in collected.visits])
        assert "s3cr3t" not in told
        assert "hush-hush" not in told

from __future__ import annotations

import asyncio
import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from briefing.collect.fetch import Fetched, Wanted, open_fetcher
from briefing.errors import SourceError
from briefing.model.settings import FetchRule
from tests.collect.samples import NOW
from tests.collect.servers import CannedServer, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

RULE = FetchRule(allow_private=True, timeout=5.0, gap=0.0, contact="https://brief.example/about")


@pytest.fixture
def server() -> Iterator[CannedServer]:
    with CannedServer({}) as running:
        yield running


def fetch_all(*wanted: Wanted, rule: FetchRule = RULE, budget_s: float = 30.0) -> list[Fetched | SourceError]:
    async def run() -> list[Fetched | BaseException]:
        async with open_fetcher(rule, now=NOW, budget_s=budget_s) as fetcher:
            return await asyncio.gather(*map(fetcher.fetch, wanted), return_exceptions=True)

    results: list[Fetched | SourceError] = []
    for result in asyncio.run(run()):
        assert isinstance(result, Fetched | SourceError), result
        results.append(result)
    return results


def fetch(url: str, *, rule: FetchRule = RULE) -> Fetched:
    (result,) = fetch_all(Wanted(url=url, name="Harbour Post"), rule=rule)
    if isinstance(result, SourceError):
        raise result
    return result


def reason(url: str, *, rule: FetchRule = RULE) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(url, rule=rule)
    assert caught.value.source == "Harbour Post"
    assert "127.0.0.1" not in caught.value.reason or "private" in caught.value.reason
    return caught.value.reason


class TestAnswers:
    def test_a_body_comes_with_its_address_and_charset(self, server: CannedServer) -> None:
        server.answers["/f"] = answer("Fähre", Content_Type="text/plain; charset=utf-8")
        fetched = fetch(server.url + "/f")
        assert (fetched.content.decode(), fetched.url, fetched.charset) == ("Fähre", server.url + "/f", "utf-8")

    def test_we_say_who_we_are_and_where_to_complain(self, server: CannedServer) -> None:
        server.answers["/f"] = answer("x")
        fetch(server.url + "/f")
        assert "User-Agent: briefing/" in server.requests[0]
        assert "(+https://brief.example/about)" in server.requests[0]
        assert "Cookie" not in server.requests[0]

    def test_compressed_bodies_are_unpacked(self, server: CannedServer) -> None:
        server.answers["/f"] = answer(gzip.compress(b"plain"), Content_Encoding="gzip")
        assert fetch(server.url + "/f").content == b"plain"

    def test_redirects_are_followed_and_the_final_address_kept(self, server: CannedServer) -> None:
        server.answers |= {"/old": answer(status="301 Moved", Location="/new"), "/new": answer("x")}
        assert fetch(server.url + "/old").url == server.url + "/new"

    def test_credentials_do_not_follow_a_redirect_to_another_host(self, server: CannedServer) -> None:
        with CannedServer({"/new": answer("x")}, host="127.0.0.2") as other:
            server.answers["/old"] = answer(status="302 Found", Location=other.url + "/new")
            wanted = Wanted(url=server.url + "/old", name="n", headers=(("X-Key", "k"),), username="u", password="p")
            assert isinstance(fetch_all(wanted)[0], Fetched)
        assert "X-Key: k" in server.requests[0]
        assert "Authorization: Basic" in server.requests[0]
        assert "X-Key" not in other.requests[0]
        assert "Authorization" not in other.requests[0]

    def test_secrets_are_not_shown(self) -> None:
        assert "k3y" not in repr(Wanted(url="u", name="n", headers=(("A", "k3y"),), username="k3y", password="k3y"))


class TestRefusals:
    @pytest.mark.parametrize(
        ("canned", "expected"),
        [
            (answer(status="404 Not Found"), "answered 404 Not Found"),
            (answer(status="500 Internal Server Error"), "answered 500 Internal Server Error"),
            (answer(status="429 Slow Down", Retry_After="3600"), "answered 429 Slow Down; asks to wait 3600 s"),
            (
                answer(status="503 Busy", Retry_After="Sun, 22 Nov 2026 06:01:00 GMT"),
                "answered 503 Busy; asks to wait 60 s",
            ),
            (answer(status="503 Busy", Retry_After="later"), "answered 503 Busy"),
            (answer(status="503 Busy", Retry_After="Sun, 22 Nov 2026 05:00:00 -0000"), "answered 503 Busy"),
            (answer(status="429 Slow"), "answered 429 Slow"),
            (answer(status="301 Moved"), "answered 301 Moved"),
            (answer(b"half", length=100), "the answer broke off in the middle"),
            (b"", "closed the connection without an answer"),
            (b"nonsense\r\n\r\n", "its answer is not HTTP"),
            (answer(status="302 Found", Location="{BASE}/f?again=1"), "redirects in a circle (given up after 5)"),
            (answer(status="302 Found", Location="file:///etc/passwd"), "leads to file:, but only http and https"),
            (answer(status="302 Found", Location="ftp://h.example/x"), "leads to ftp:, but only http and https"),
        ],
        ids=[
            "404", "500", "429", "503 date", "503 word", "503 past", "429 bare", "301 bare", "cut", "closed", "no http",
            "circle", "file", "ftp",
        ],
    )  # fmt: skip
    def test_each_failure_has_its_plain_words(self, server: CannedServer, canned: bytes, expected: str) -> None:
        server.answers |= {"/f": canned, "/f?again=1": canned}
        assert reason(server.url + "/f").startswith(expected)

    def test_silence_is_given_up_after_the_timeout(self, server: CannedServer) -> None:
        assert reason(server.url + "/f", rule=replace(RULE, timeout=1.0)) == "no answer within 1 s"

    def test_a_body_is_cut_off_at_the_limit_even_when_it_is_packed_small(self, server: CannedServer) -> None:
        server.answers["/f"] = answer(gzip.compress(b"x" * 5_000_000), Content_Encoding="gzip")
        assert reason(server.url + "/f", rule=replace(RULE, max_bytes=1_000_000)) == "is larger than 1 MB"

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("notaurl", "this is no address; it needs http:// or https:// and a host"),
            ("https://[broken/", "this is no address; it needs http:// or https:// and a host"),
            ("http://h.example:99999/", "this is no address; it needs http:// or https:// and a host"),
            ("http://no-such-host.invalid/", "its host name is not known"),
            ("http://127.0.0.1:1/", "could not be reached (Connection refused)"),
        ],
        ids=["word", "bracket", "port", "unknown host", "nobody there"],
    )
    def test_addresses_that_lead_nowhere(self, url: str, expected: str) -> None:
        assert reason(url).startswith(expected)

    def test_a_server_without_tls_is_not_read_as_if_it_had(self, server: CannedServer) -> None:
        server.answers["/f"] = answer("x")
        assert "secure connection" in reason(
            server.url.replace("http:", "https:") + "/f", rule=replace(RULE, timeout=2.0)
        )


class TestPrivateAddresses:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "10.1.2.3",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fe80::1]",
            "[fd00::1]",
            "[2002:7f00:1::]",
        ],
    )
    def test_nothing_inside_our_own_network_is_asked(self, host: str) -> None:
        said = reason(f"http://{host}:8080/", rule=replace(RULE, allow_private=False))
        assert said.startswith("leads to the private address")
        assert said.endswith("allow_private is on")

    def test_a_redirect_inside_is_refused_as_well(self, server: CannedServer) -> None:
        server.answers["/f"] = answer("x")
        assert "private address" in reason(server.url + "/f", rule=replace(RULE, allow_private=False))
        assert server.requests == []


class TestPoliteness:
    def test_a_silent_host_is_asked_with_less_patience_the_second_time(self, server: CannedServer) -> None:
        wanted = [Wanted(url=f"{server.url}/{n}", name=f"n{n}") for n in range(2)]
        first, second = fetch_all(*wanted, rule=replace(RULE, timeout=6.0), budget_s=7.0)
        assert isinstance(first, SourceError)
        assert isinstance(second, SourceError)
        assert first.reason == "no answer within 6 s"
        assert second.reason == "no answer within 1 s"

    def test_what_the_budget_no_longer_covers_is_not_asked(self, server: CannedServer) -> None:
        server.answers["/f"] = answer("x")
        (refused,) = fetch_all(Wanted(url=server.url + "/f", name="n"), budget_s=0.0)
        assert isinstance(refused, SourceError)
        assert "was not asked" in refused.reason
        assert server.requests == []

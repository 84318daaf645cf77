"""What stands in the DNS arrives whole; what nobody could tell is not taken for what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest

from briefing.deliver.dns import DnsResolver
from briefing.errors import LookupFailedError
from briefing.model.checkup import State
from briefing.ports import Resolver
from briefing.services.checks.dkim import check_dkim
from briefing.services.checks.spf import find_senders
from tests.deliver.keys import rsa_published
from tests.deliver.name_server import GARBAGE, SERVFAIL, SILENCE, Zone, serving
from tests.services.clinic import FakeResolver

KEY = rsa_published("post.example")
RECORDS: dict[str, dict[str, list[str]] | str] = {
    "post.example": {
        "TXT": ['"v=spf1 ip4:8.8.4.0/24 -all"', '"hello"'],
        "MX": ["20 second.example.", "10 first.example."],
        "A": ["8.8.8.8"],
        "AAAA": ["2001:db8::8"],
    },
    "silent.example": SILENCE,
}
FAKE = FakeResolver(
    {
        "post.example": {
            "TXT": ["v=spf1 ip4:8.8.4.0/24 -all", "hello"],
            "MX": ["first.example", "second.example"],
            "A": ["8.8.8.8", "2001:db8::8"],
        },
        "8.8.8.8": {"PTR": ["post.example"]},
        "2001:db8::8": {"PTR": ["post.example"]},
    },
    silent={"silent.example"},
)


@pytest.fixture
def zone() -> Zone:
    reverse = {"8.8.8.8.in-addr.arpa": {"PTR": ["Post.Example."]}}
    ip6 = "8." + "0." * 23 + "8.b.d.0.1.0.0.2.ip6.arpa"
    return Zone({**RECORDS, **reverse, ip6: {"PTR": ["post.example."]}})


@pytest.fixture
def real(zone: Zone) -> Iterator[DnsResolver]:
    with serving(zone) as port:
        yield DnsResolver(servers=[("127.0.0.1", port)], lifetime_s=1.0)


@pytest.fixture(params=["fake", "real"])
def resolver(request: pytest.FixtureRequest, real: DnsResolver) -> Resolver:
    return FAKE if request.param == "fake" else real


class TestContract:
    def test_texts_are_all_there(self, resolver: Resolver) -> None:
        assert sorted(resolver.texts("post.example")) == ["hello", "v=spf1 ip4:8.8.4.0/24 -all"]

    def test_the_preferred_mail_host_comes_first(self, resolver: Resolver) -> None:
        assert resolver.mail_hosts("post.example") == ("first.example", "second.example")

    def test_addresses_are_of_both_kinds(self, resolver: Resolver) -> None:
        assert resolver.addresses("post.example") == ("8.8.8.8", "2001:db8::8")

    @pytest.mark.parametrize("address", ["8.8.8.8", "2001:db8::8"])
    def test_an_address_is_its_own_and_has_a_name(self, resolver: Resolver, address: str) -> None:
        assert resolver.addresses(address) == (address,)
        assert resolver.names_of(address) == ("post.example",)

    def test_what_is_not_there_is_nothing(self, resolver: Resolver) -> None:
        assert resolver.texts("gone.example") == ()
        assert resolver.mail_hosts("gone.example") == ()
        assert resolver.addresses("gone.example") == ()
        assert resolver.names_of("8.8.8.9") == ()

    def test_who_does_not_answer_is_named(self, resolver: Resolver) -> None:
        with pytest.raises(LookupFailedError, match=r"silent\.example.*no name server answered in time"):
            resolver.texts("silent.example")


def test_a_question_is_given_up_after_its_time(real: DnsResolver) -> None:
    begun = monotonic()
    with pytest.raises(LookupFailedError):
        real.texts("silent.example")
    assert monotonic() - begun < 3


@pytest.mark.parametrize("fault", [SERVFAIL, GARBAGE])
def test_a_server_that_cannot_tell_is_not_one_that_says_no(zone: Zone, real: DnsResolver, fault: str) -> None:
    zone.records["bad.example"] = fault
    with pytest.raises(LookupFailedError, match=r"bad\.example TXT"):
        real.texts("bad.example")


@pytest.mark.parametrize("name", ["a..example", "x" * 64 + ".example", ".".join(["a" * 60] * 6), "\udcff.example"])
def test_a_name_that_cannot_be_asked_for_is_an_error_of_ours(real: DnsResolver, name: str) -> None:
    with pytest.raises(LookupFailedError):
        real.texts(name)


def test_without_a_server_nothing_can_be_told() -> None:
    with serving(Zone()) as port:
        pass
    with pytest.raises(LookupFailedError):
        DnsResolver(servers=[("127.0.0.1", port)], lifetime_s=0.5).texts("post.example")


def test_a_domain_that_takes_no_mail_says_so(zone: Zone, real: DnsResolver) -> None:
    zone.records["null.example"] = {"MX": ["0 ."]}
    assert real.mail_hosts("null.example") == ("",)


def test_octets_that_are_no_text_do_no_harm(zone: Zone, real: DnsResolver) -> None:
    zone.records["odd.example"] = {"TXT": [r'"\255\000\027[2J"']}
    assert real.texts("odd.example") == ("\ufffd\x00\x1b[2J",)


@pytest.mark.parametrize("length", [40, 255])
def test_a_key_in_several_strings_is_one_record(zone: Zone, real: DnsResolver, length: int) -> None:
    pieces = [KEY.record[start : start + length] for start in range(0, len(KEY.record), length)]
    zone.records[KEY.place] = {"TXT": [" ".join(f'"{piece}"' for piece in pieces)]}
    assert real.texts(KEY.place) == (KEY.record,)
    assert check_dkim(KEY.key, real).state is State.OK


def test_a_record_too_long_for_one_packet_comes_by_tcp(zone: Zone, real: DnsResolver) -> None:
    zone.records["long.example"] = {"TXT": [" ".join(['"' + "x" * 250 + '"'] * 8)]}
    assert real.texts("long.example") == ("x" * 2000,)
    assert ("long.example", "TXT", True) in zone.asked


def test_a_key_that_its_keeper_points_to_is_found(zone: Zone, real: DnsResolver) -> None:
    zone.records[KEY.place] = {"CNAME": ["rsa1.keeper.example."]}
    zone.records["rsa1.keeper.example"] = {"TXT": [" ".join(f'"{KEY.record[i : i + 200]}"' for i in (0, 200, 400))]}
    assert check_dkim(KEY.key, real).state is State.OK


def test_senders_are_found_by_asking_real_questions(zone: Zone, real: DnsResolver) -> None:
    zone.records["list.example"] = {"TXT": ['"v=spf1 mx include:" "post.example -all"'], "MX": ["1 post.example."]}
    found = find_senders("list.example", real)
    assert found is not None
    assert (found.covers("8.8.8.8"), found.covers("8.8.4.7"), found.lookups) == (True, True, 2)
    zone.records["post.example"] = SERVFAIL
    with pytest.raises(LookupFailedError):
        find_senders("list.example", real)

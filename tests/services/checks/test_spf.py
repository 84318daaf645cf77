"""Receivers' own reading of SPF records (RFC 7208), however odd the record."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.services.checks.spf import MOST_LOOKUPS, Senders, SpfError, find_senders, is_spf, read_spf
from tests.services.clinic import FakeResolver

HERE = "post.example"


def senders(*texts: str, **zone: dict[str, list[str]]) -> Senders | None:
    """What is found for a domain with these TXT records, `_` for the dots of other names."""
    others = {name.replace("_", "."): records for name, records in zone.items()}
    return find_senders(HERE, FakeResolver({HERE: {"TXT": list(texts)}} | others))


def known(*texts: str, **zone: dict[str, list[str]]) -> Senders:
    found = senders(*texts, **zone)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=spf1", True),
        ("v=spf1 -all", True),
        ("V=SPF1 -all", True),
        ("v=spf10 -all", False),
        ("v=spf1-all", False),
        (" v=spf1 -all", False),
        ("spf2.0/pra -all", False),
        ("google-site-verification=v=spf1 ", False),
        ("", False),
    ],
)
def test_only_a_text_with_the_version_alone_in_front_is_a_record(text: str, expected: bool) -> None:
    assert is_spf(text) is expected


def test_a_domain_without_a_record_has_no_senders() -> None:
    assert senders() is None
    assert senders("hello", "v=DMARC1; p=none") is None


def test_two_records_are_as_good_as_none() -> None:
    with pytest.raises(SpfError, match=r"post\.example has 2 SPF records"):
        senders("v=spf1 -all", "hello", "v=spf1 ~all")


@pytest.mark.parametrize(
    ("term", "passing", "failing"),
    [
        ("ip4:8.8.4.4", "8.8.4.4", "8.8.4.5"),
        ("ip4:8.8.4.0/24", "8.8.4.255", "8.8.5.0"),
        ("ip4:8.8.4.9/24", "8.8.4.1", "8.8.5.0"),
        ("IP4:8.8.4.4", "8.8.4.4", "8.8.4.5"),
        ("+ip4:8.8.4.4", "8.8.4.4", "2001:db8::1"),
        ("ip6:2001:db8::/32", "2001:db8::1", "2001:db9::1"),
        ("a", "9.9.9.9", "9.9.9.8"),
        ("a/24", "9.9.9.8", "9.9.8.9"),
        ("a//64", "2620:fe::7", "2620:ff::7"),
        ("a:mail.example", "1.1.1.1", "1.1.1.2"),
        ("a:mail.example/31", "1.1.1.0", "1.1.1.2"),
        ("a:mail.example/31//64", "1.1.1.0", "1.1.1.2"),
        ("mx", "1.1.1.1", "9.9.9.9"),
        ("mx:post.example/24", "1.1.1.9", "9.9.9.9"),
        ("include:relay.example", "8.8.8.8", "8.8.4.4"),
        ("redirect=relay.example", "8.8.8.8", "8.8.4.4"),
    ],
)
def test_a_term_lets_those_send_whom_it_names_and_nobody_else(term: str, passing: str, failing: str) -> None:
    found = find_senders(
        HERE,
        FakeResolver(
            {
                HERE: {"TXT": [f"v=spf1 {term}"], "A": ["9.9.9.9", "2620:fe::9"], "MX": ["mail.example"]},
                "mail.example": {"A": ["1.1.1.1"]},
                "relay.example": {"TXT": ["v=spf1 ip4:8.8.8.8 -all"]},
            }
        ),
    )
    assert found is not None
    assert (found.covers(passing), found.covers(failing)) == (True, False)


@pytest.mark.parametrize("sign", "-~?")
def test_who_is_named_with_another_sign_than_plus_is_not_let_send(sign: str) -> None:
    assert not known(f"v=spf1 {sign}ip4:8.8.4.4 -all").covers("8.8.4.4")
    included = known(f"v=spf1 {sign}include:relay.example -all", relay_example={"TXT": ["v=spf1 ip4:8.8.4.4 -all"]})
    assert not included.covers("8.8.4.4")


@pytest.mark.parametrize(
    ("record", "ends_in", "is_anybody"),
    [
        ("v=spf1 -all", "-", False),
        ("v=spf1 ~all", "~", False),
        ("v=spf1 ?all", "?", False),
        ("v=spf1 all", "+", True),
        ("v=spf1 +ALL", "+", True),
        ("v=spf1", "", False),
        ("v=spf1 -all include:gone.example", "-", False),
        ("v=spf1 -all redirect=gone.example", "-", False),
        ("v=spf1 redirect=open.example -all", "-", False),
        ("v=spf1 redirect=open.example", "+", True),
        ("v=spf1 include:open.example -all", "-", True),
        ("v=spf1 -include:open.example -all", "-", False),
        ("v=spf1 ip4:0.0.0.0/0 -all", "-", False),
        ("v=spf1 a:%{d} exists:%{i}._spf.%{d2} ptr include:%{h} -all", "-", False),
    ],
)
def test_the_end_of_a_record_is_the_first_all(record: str, ends_in: str, is_anybody: bool) -> None:
    found = known(record, open_example={"TXT": ["v=spf1 +all"]})
    assert (found.ends_in, found.is_anybody) == (ends_in, is_anybody)


@pytest.mark.parametrize(
    "term",
    [
        "ip4:8.8.4.4/33",
        "ip4:8.8.4",
        "ip4:2001:db8::1",
        "ip6:8.8.4.4",
        "ip6:2001:db8::/129",
        "ip4",
        "include",
        "include:",
        "exists",
        "all:here",
        "all/24",
        "include:a.example/24",
        "a/33",
        "a//129",
        "a:",
        "a/",
        "-",
        "inlcude:relay.example",
        "redirect=a.example redirect=b.example",
        "redirect=",
        "exp=a.example exp=b.example",
        "ip4:8.8.4.4,",
        "“ip4:8.8.4.4”",
        "a:%{" * 60,
        "include:" + "%{d}" * 2000 + "/",
    ],
)
def test_what_makes_receivers_give_up_is_an_error(term: str) -> None:
    with pytest.raises(SpfError):
        read_spf(f"v=spf1 {term} -all")


def test_unknown_modifiers_are_passed_over() -> None:
    assert read_spf("v=spf1 x-later=1 exp=why.example x-later=2 -all").terms[0].name == "all"


class TestLimits:
    def chain(self, length: int) -> FakeResolver:
        zone = {f"n{i}.example": {"TXT": [f"v=spf1 include:n{i + 1}.example -all"]} for i in range(length)}
        return FakeResolver(zone | {f"n{length}.example": {"TXT": ["v=spf1 -all"]}})

    def test_ten_lookups_are_allowed_and_eleven_are_not(self) -> None:
        found = find_senders("n0.example", self.chain(MOST_LOOKUPS))
        assert found is not None
        assert found.lookups == MOST_LOOKUPS
        with pytest.raises(SpfError, match="more than 10 look-ups"):
            find_senders("n0.example", self.chain(MOST_LOOKUPS + 1))

    @pytest.mark.parametrize("term", ["a", "mx", "ptr", "exists:%{i}.example", "include:ok.example", "a:%{d}"])
    def test_each_of_these_terms_counts(self, term: str) -> None:
        zone: dict[str, dict[str, list[str]]] = {"ok.example": {"TXT": ["v=spf1 -all"]}}
        zone[HERE] = {"TXT": [f"v=spf1 {' '.join([term] * 10)} -all"], "A": ["9.9.9.9"], "MX": [HERE]}
        found = find_senders(HERE, FakeResolver(zone))
        assert found is not None
        assert found.lookups == 10
        zone[HERE]["TXT"] = [f"v=spf1 {' '.join([term] * 11)} -all"]
        with pytest.raises(SpfError):
            find_senders(HERE, FakeResolver(zone))

    @pytest.mark.parametrize("term", ["include:", "redirect="])
    def test_a_record_that_leads_to_itself_ends(self, term: str) -> None:
        with pytest.raises(SpfError, match="look-ups"):
            senders(f"v=spf1 {term}{HERE}")

    def test_two_records_that_branch_into_each_other_end_soon(self) -> None:
        both = {"TXT": ["v=spf1 include:a.example include:b.example include:a.example -all"]}
        resolver = FakeResolver({"a.example": both, "b.example": both})
        with pytest.raises(SpfError):
            find_senders("a.example", resolver)
        assert len(resolver.asked) <= MOST_LOOKUPS + 1

    def test_two_names_may_lead_nowhere_and_three_may_not(self) -> None:
        known("v=spf1 a:x.example a:y.example -all")
        with pytest.raises(SpfError, match="lead nowhere"):
            senders("v=spf1 a:x.example a:y.example mx:z.example -all")

    def test_a_name_with_more_than_ten_mail_hosts_is_too_much(self) -> None:
        with pytest.raises(SpfError, match="11 hosts"):
            senders("v=spf1 mx:big.example -all", big_example={"MX": [f"m{n}.example" for n in range(11)]})

    def test_an_included_name_must_have_a_record_and_one_alone(self) -> None:
        with pytest.raises(SpfError, match=r"gone\.example is referred to and has no SPF record"):
            senders("v=spf1 include:gone.example -all")
        with pytest.raises(SpfError, match="2 SPF records"):
            senders("v=spf1 include:two.example -all", two_example={"TXT": ["v=spf1 -all", "v=spf1 ~all"]})
        with pytest.raises(SpfError, match=r"in the record of bad\.example"):
            senders("v=spf1 include:bad.example -all", bad_example={"TXT": ["v=spf1 hello"]})


TERMS = st.sampled_from(
    ["a", "mx", "-all", "include:a.example", "ip4:8.8.4.4/24", "ip6:::/0", "redirect=b.example", "%", "x=1", "?a//64"]
)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SpfError):
        assert all(term.sign in "+-~?" for term in read_spf(f"v=spf1 {text}").terms)


@given(st.lists(st.lists(TERMS, max_size=12), min_size=3, max_size=3))
def test_whatever_records_lead_to_each_other_the_walk_ends_within_its_limits(records: list[list[str]]) -> None:
    names = ("a.example", "b.example", "c.example")
    zone = {
        name: {"TXT": [" ".join(["v=spf1", *terms])], "A": ["9.9.9.9"]}
        for name, terms in zip(names, records, strict=True)
    }
    resolver = FakeResolver(zone)
    with suppress(SpfError):
        found = find_senders("a.example", resolver)
        assert found is not None
        assert found.lookups <= MOST_LOOKUPS
    assert len([name for name in resolver.asked if name in names]) <= 2 * MOST_LOOKUPS + 2

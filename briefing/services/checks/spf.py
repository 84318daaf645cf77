"""Takes an SPF record, gives who may send for its domain, as a receiver would find out (RFC 7208).

Everything that makes a receiver give up (permerror) is named; a macro, whose value depends on the message, is passed
over.

Next: briefing/services/checks/sending.py, which asks whether our relay is among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.ports import Resolver

Network = IPv4Network | IPv6Network

#: RFC 7208 §4.6.4: terms that need the DNS in all, and how many of the answers may be empty. The third is for the hosts
#: of one `mx`.
MOST_LOOKUPS, MOST_VOID, MOST_HOSTS = 10, 2, 10

_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>.*)")
#: A macro may have slashes in it; the three ways on never begin alike, so that no record is tried over and over.
_MECHANISM = re.compile(
    r"(?P<sign>[-+?~]?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?::(?P<value>(?:%\{[^{}]*\}|%(?!\{)|[^/%])+))?"
    r"(?:/(?P<width>[0-9]{1,3}))?(?://(?P<width6>[0-9]{1,3}))?"
)
_NETWORK = re.compile(r"(?P<sign>[-+?~]?)(?P<name>ip[46]):(?P<value>[0-9a-f.:]+(?:/[0-9]{1,3})?)", re.IGNORECASE)
#: What each mechanism may have behind it: a domain, and the width of a network.
_NEEDS_A_DOMAIN, _MAY_HAVE_ONE, _MAY_HAVE_A_WIDTH = {"include", "exists"}, {"a", "mx", "ptr"}, {"a", "mx"}


class SpfError(ValueError):
    """Says why receivers cannot use the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Carries one mechanism.

    Attributes:
        sign: + (may send), - (may not), ~ (should not) or ? (nothing is said).
        name: in small letters.
        value: the domain or the network after the colon; "" for the record's own domain.
        width, width6: of the network around each address of `a` and `mx`.
    """

    sign: str
    name: str
    value: str = ""
    width: int = 32
    width6: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """Carries a record that can be used; `redirect` names the domain whose record goes on where this one ends."""

    terms: tuple[Term, ...] = ()
    redirect: str | None = None


@dataclass(slots=True)
class Senders:
    """Gathers who may send for a domain.

    Attributes:
        networks: addresses that pass.
        names: domains whose records were read, the first one's own left out.
        ends_in: the sign of the `all` at the end; "" without one.
        lookups: terms that needed the DNS.
        is_anybody: everybody passes.
        has_macros: somebody else may pass, depending on the message.
    """

    networks: list[Network] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    ends_in: str = ""
    lookups: int = 0
    is_anybody: bool = False
    has_macros: bool = False

    def covers(self, address: str) -> bool:
        """Whether mail from there passes."""
        return any(ip_address(address) in network for network in self.networks)


def is_spf(text: str) -> bool:
    """Whether a TXT record is one (§4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def read_spf(text: str) -> SpfRecord:
    """Reads a record.

    Raises:
        SpfError: a receiver would refuse it.
    """
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text.split(" ")[1:]:
        modifier = _MODIFIER.fullmatch(word)
        if modifier:
            name = modifier["name"].lower()
            if name in modifiers and name in {"redirect", "exp"}:
                raise SpfError(f"{name}= stands there twice")
            modifiers[name] = modifier["value"]
        elif word:
            terms.append(_term(word))
    redirect = modifiers.get("redirect")
    if redirect == "":
        raise SpfError("redirect= names no domain")
    return SpfRecord(terms=tuple(terms), redirect=redirect)


def _term(word: str) -> Term:
    network = _NETWORK.fullmatch(word)
    if network:
        value = _network(network["value"], version=int(network["name"][-1]), word=word)
        return Term(sign=network["sign"] or "+", name=network["name"].lower(), value=value)
    found = _MECHANISM.fullmatch(word)
    name = found["name"].lower() if found else ""
    if found is None or not _is_sound(found, name):
        raise SpfError(f"“{word[:60]}” is not understood")
    return Term(
        sign=found["sign"] or "+",
        name=name,
        value=found["value"] or "",
        width=int(found["width"] or 32),
        width6=int(found["width6"] or 128),
    )


def _is_sound(found: re.Match[str], name: str) -> bool:
    """Whether the mechanism is one, and has what belongs to it and nothing else (§5)."""
    if name not in {"all", *_NEEDS_A_DOMAIN, *_MAY_HAVE_ONE}:
        return False
    has_domain, has_width = found["value"] is not None, found["width"] is not None or found["width6"] is not None
    if has_width and (
        name not in _MAY_HAVE_A_WIDTH or int(found["width"] or 0) > 32 or int(found["width6"] or 0) > 128
    ):
        return False
    return has_domain if name in _NEEDS_A_DOMAIN else not has_domain or name in _MAY_HAVE_ONE


def _network(value: str, *, version: int, word: str) -> str:
    try:
        network = ip_network(value, strict=False)
    except ValueError as error:
        raise SpfError(f"“{word[:60]}” has no network in it") from error
    if network.version != version:
        raise SpfError(f"“{word[:60]}” has an address of the other kind")
    return str(network)


def find_senders(domain: str, resolver: Resolver) -> Senders | None:
    """Who may send for the domain; None when it has no record.

    Raises:
        SpfError: receivers cannot use the record, or one that it includes.
        LookupFailedError: the DNS did not tell.
    """
    record = _record_of(domain, resolver)
    if record is None:
        return None
    walk = _Walk(resolver)
    walk.senders.ends_in = walk.follow(record, domain, passes=True)
    return walk.senders


def _record_of(domain: str, resolver: Resolver) -> SpfRecord | None:
    found = [text for text in resolver.texts(domain) if is_spf(text)]
    if len(found) > 1:
        raise SpfError(f"{domain} has {len(found)} SPF records, and receivers then use none")
    try:
        return read_spf(found[0]) if found else None
    except SpfError as error:
        raise SpfError(f"in the record of {domain} {error}") from error


class _Walk:
    """Goes from record to record, within the limits that receivers set."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.senders, self.void = resolver, Senders(), 0

    def follow(self, record: SpfRecord, domain: str, *, passes: bool) -> str:
        """Takes in a record; gives the sign of its `all`.

        Args:
            record: of the domain.
            domain: whose `a` and `mx` are meant where a term names none.
            passes: who passes here passes in the end.
        """
        for term in record.terms:
            if term.name == "all":
                self.senders.is_anybody |= passes and term.sign == "+"
                return term.sign  # what stands behind it counts for nothing, `redirect` neither (§5.1)
            self._take(term, domain, passes=passes and term.sign == "+")
        if record.redirect is None:
            return ""
        self._count()
        return self._enter(record.redirect, passes=passes)

    def _take(self, term: Term, domain: str, *, passes: bool) -> None:
        if term.name in {"ip4", "ip6"}:
            self._add(term.value, passes=passes)
            return
        self._count()
        target = term.value or domain
        if term.name == "include":
            self._enter(target, passes=passes)
        elif "%" in target or term.name in {"exists", "ptr"}:
            self.senders.has_macros = True
        else:
            hosts = self._hosts(target) if term.name == "mx" else (target,)
            for address in self._addresses(hosts):
                self._add(f"{address}/{term.width6 if ':' in address else term.width}", passes=passes)

    def _enter(self, domain: str, *, passes: bool) -> str:
        if "%" in domain:
            self.senders.has_macros = True
            return "?"
        self.senders.names.append(domain.lower())
        record = _record_of(domain, self.resolver)
        if record is None:
            raise SpfError(f"{domain} is referred to and has no SPF record")
        return self.follow(record, domain, passes=passes)

    def _hosts(self, domain: str) -> tuple[str, ...]:
        hosts = self.resolver.mail_hosts(domain)
        if len(hosts) > MOST_HOSTS:
            raise SpfError(f"mx:{domain} has {len(hosts)} hosts, and receivers look at {MOST_HOSTS}")
        return tuple(host for host in hosts if host)

    def _addresses(self, hosts: tuple[str, ...]) -> list[str]:
        found = [address for host in hosts for address in self.resolver.addresses(host)]
        if not found:
            self.void += 1
            if self.void > MOST_VOID:
                raise SpfError(f"more than {MOST_VOID} of the names in it lead nowhere")
        return found

    def _add(self, network: str, *, passes: bool) -> None:
        if passes:
            self.senders.networks.append(ip_network(network, strict=False))

    def _count(self) -> None:
        self.senders.lookups += 1
        if self.senders.lookups > MOST_LOOKUPS:
            raise SpfError(f"it takes more than {MOST_LOOKUPS} look-ups in the DNS, and receivers then give up")

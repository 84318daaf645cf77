"""Takes a name, gives its records in the DNS, as the servers that receive our mail find them.

A name that is not there and one that nobody could tell us of are told apart: only the first can be cured in the DNS.

Next: briefing/deliver/probe.py, which knocks at the servers themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from dns.exception import DNSException, Timeout
from dns.rdatatype import AAAA, MX, PTR, TXT, A
from dns.resolver import NXDOMAIN, NoNameservers, Resolver
from dns.reversename import from_address

from briefing.errors import LookupFailedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dns.rdatatype import RdataType

#: For one question, over all name servers and all repetitions.
LIFETIME_S = 5.0


@dataclass(frozen=True)
class DnsResolver:
    """Asks the name servers of this machine; may be used by several threads.

    Attributes:
        servers: (address, port) of others; () for this machine's own.
        lifetime_s: seconds for one question.
    """

    servers: Sequence[tuple[str, int]] = field(default=())
    lifetime_s: float = LIFETIME_S

    def texts(self, name: str) -> tuple[str, ...]:
        """Its TXT records, the strings of each put together without anything between them (RFC 7208 §3.3)."""
        return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, TXT))

    def mail_hosts(self, name: str) -> tuple[str, ...]:
        """The hosts of its MX records, the preferred one first; "" for "takes no mail" (RFC 7505)."""
        records = sorted(self._ask(name, MX), key=lambda record: (record.preference, str(record.exchange)))
        return tuple(_plain(record.exchange) for record in records)

    def addresses(self, host: str) -> tuple[str, ...]:
        """Its IPv4 and IPv6 addresses; an address is its own."""
        if _is_address(host):
            return (host,)
        return tuple(record.address for kind in (A, AAAA) for record in self._ask(host, kind))

    def names_of(self, address: str) -> tuple[str, ...]:
        """What an IP address is called (PTR)."""
        return tuple(_plain(record.target) for record in self._ask(str(from_address(address)), PTR))

    def _ask(self, name: str, kind: RdataType) -> list[Any]:
        """The records; dnspython has no one type for what they hold.

        Raises:
            LookupFailedError: nobody knows.
        """
        try:
            answer = self._resolver.resolve(
                name, kind, lifetime=self.lifetime_s, search=False, raise_on_no_answer=False
            )
        except NXDOMAIN:
            return []
        except (DNSException, OSError) as error:
            raise LookupFailedError(f"{name} {kind.name}: {_reason(error)}") from error
        return list(answer.rrset or ())

    @cached_property
    def _resolver(self) -> Resolver:
        resolver = Resolver(configure=not self.servers)
        if self.servers:
            resolver.nameservers = [address for address, _ in self.servers]
            resolver.nameserver_ports = dict(self.servers)
        return resolver


def _plain(name: object) -> str:
    return str(name).rstrip(".").lower()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _reason(error: DNSException | OSError) -> str:
    if isinstance(error, Timeout):
        return "no name server answered in time"
    if isinstance(error, NoNameservers):
        return "the name servers answered that they cannot tell"
    return "cannot be asked for" if isinstance(error, DNSException) else f"cannot be asked for ({error.strerror})"

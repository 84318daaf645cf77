"""Takes the ways our mail leaves and comes back, gives whether receivers find the DNS as they want it.

Next: briefing/services/checks/web.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from briefing.model.checkup import Finding, broken, fine, skipped, warning
from briefing.model.mail_rules import is_this_machine
from briefing.services.checks.spf import MOST_LOOKUPS, SpfError, find_senders
from briefing.services.checks.tags import domain_of, is_below

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.model.settings import MailRule
    from briefing.ports import Probe, Resolver
    from briefing.services.checks.spf import Senders


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Says which machine receivers see our mail come from, as far as can be told from here.

    Attributes:
        host: the relay, or this machine's own name where its mail system sends.
        is_ours: this machine, or a host of the sender's own domain; a provider's name is its own affair.
    """

    host: str
    is_ours: bool


def outlet_of(mail: MailRule, probe: Probe) -> Outlet:
    """Where our mail leaves: by a relay, or from here; only then this machine is asked for its name."""
    if mail.transport == "smtp" and mail.smtp is not None and not is_this_machine(mail.smtp.host):
        host = mail.smtp.host.lower()
        return Outlet(host=host, is_ours=is_below(host, domain_of(mail.sender.address)))
    return Outlet(host=probe.own_name.lower(), is_ours=True)


def envelope_domain(mail: MailRule) -> str:
    """The domain of the return path, which is the one that SPF is about."""
    return domain_of(mail.bounces.address if mail.bounces else mail.sender.address)


def check_spf(mail: MailRule, outlet: Outlet, resolver: Resolver) -> Iterator[Finding]:
    """Whether the domain of the return path says who may send for it, in a way that receivers can use.

    Raises:
        LookupFailedError: the DNS did not tell.
    """
    domain = envelope_domain(mail)
    correct = f"correct the TXT record of {domain}"
    try:
        senders = find_senders(domain, resolver)
    except SpfError as error:
        yield broken("spf", str(error), correct)
        return
    if senders is None:
        make = warning if mail.dkim else broken
        cure = f"publish a TXT record at {domain}, as your relay's provider says: v=spf1 include:THEIRS -all"
        yield make("spf", f"{domain} has no SPF record", cure)
    elif senders.is_anybody:
        yield broken("spf", f"{domain} lets everybody send in its name (+all)", f"{correct}: end it in -all")
    elif senders.ends_in not in {"-", "~"}:
        yield warning("spf", f"the record of {domain} does not say that others may not send", f"{correct}: -all")
    else:
        takes = f"{senders.lookups} of {MOST_LOOKUPS} look-ups"
        yield fine("spf", f"{domain} has one record, ending in {senders.ends_in}all, {takes}")
    if senders is not None:
        yield _judge_outlet(domain, senders, outlet, resolver)


def _judge_outlet(domain: str, senders: Senders, outlet: Outlet, resolver: Resolver) -> Finding:
    name = "spf of the relay"
    addresses = _public_addresses(outlet.host, resolver)
    if any(map(senders.covers, addresses)):
        return fine(name, f"{domain} lets {outlet.host} send")
    if any(_are_related(outlet.host, other) for other in senders.names):
        return fine(name, f"{domain} includes the senders of {outlet.host}'s own domain")
    if senders.has_macros or not addresses:
        return skipped(name, f"whether {domain} lets {outlet.host} send cannot be told from here")
    where = f"{outlet.host} ({', '.join(addresses[:2])})"
    cure = "compare with what the relay's provider asks for; some send from elsewhere than they take mail"
    return warning(name, f"{where} is not among those whom {domain} lets send", cure)


def _are_related(host: str, other: str) -> bool:
    """Both are of one organisation, as far as two labels tell."""
    return host.split(".")[-2:] == other.split(".")[-2:] and "." in host


def check_mail_hosts(name: str, domain: str, resolver: Resolver) -> Finding:
    """Whether mail to the domain arrives somewhere: replies and bounces go there.

    Raises:
        LookupFailedError: the DNS did not tell.
    """
    hosts = resolver.mail_hosts(domain)
    if hosts == ("",):
        return broken(name, f"{domain} says that it takes no mail (null MX)", f"publish an MX record at {domain}")
    if not hosts:
        if resolver.addresses(domain):
            return warning(name, f"{domain} has no MX record, only an address", f"publish an MX record at {domain}")
        cure = f"publish an MX record at {domain}; many receivers refuse mail from a domain without one"
        return broken(name, f"{domain} can be sent no mail: it has neither MX record nor address", cure)
    lost = [host for host in hosts if not resolver.addresses(host)]
    if len(lost) == len(hosts):
        return broken(name, f"the mail host of {domain}, {lost[0]}, has no address", f"correct the MX of {domain}")
    return fine(name, f"{domain}: {', '.join(hosts[:3])}")


def check_reverse_name(outlet: Outlet, resolver: Resolver) -> Finding:
    """Whether the address that our mail comes from has a name that leads back to it, as Gmail wants.

    Raises:
        LookupFailedError: the DNS did not tell.
    """
    name = "reverse name"
    if not outlet.is_ours:
        return skipped(name, f"that of {outlet.host} is its provider's affair")
    addresses = _public_addresses(outlet.host, resolver)
    if not addresses:
        cure = "give this machine its public name, if it sends mail itself"
        return skipped(name, f"{outlet.host} has no public address in the DNS", cure)
    for address in addresses:
        names = resolver.names_of(address)
        back = [one for one in names if address in resolver.addresses(one)]
        if not back:
            seen = f"is called {names[0]}, which leads elsewhere" if names else "has no name"
            cure = f"have whoever gave you the address set its PTR record to {outlet.host}"
            return broken(name, f"{address}, of {outlet.host}, {seen}", cure)
    return fine(name, f"{outlet.host}: each address has a name that leads back to it")


def to_be_looked_up(mail: MailRule) -> Sequence[tuple[str, str]]:
    """Domains that must take mail: what to call each, and which it is."""
    sender, path = domain_of(mail.sender.address), envelope_domain(mail)
    return (("mx", sender), *((("mx of bounces", path),) if path != sender else ()))


def _public_addresses(host: str, resolver: Resolver) -> list[str]:
    """Those that the world can reach; a name without a dot means something on this network alone."""
    if "." not in host and ":" not in host:
        return []
    return [address for address in resolver.addresses(host.strip("[]")) if ip_address(address).is_global]

"""Takes the address that a connection is about to be made to, gives a socket, or refuses: our own network is not read.

The check stands between the look-up of a name and the connection, for each connection, so a name that resolves
differently the second time gains nothing.

Next: briefing/collect/reasons.py.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from briefing.errors import FetchError

#: Where web servers listen; a feed on any other port is as likely a mail server or a database.
PORTS = frozenset({80, 443, 8080, 8443})
_Ip: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
#: IPv6 networks whose last four bytes are an IPv4 address: translated (RFC 6052, RFC 8215) and compatible (RFC 4291).
_EMBEDDING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))


class ForbiddenError(OSError):
    """Says that an address leads into a private network."""


def is_public(ip: _Ip) -> bool:
    """Whether the address belongs to the internet at large, and so does every address wrapped into it.

    6to4 does not, on any Python: it is given up (RFC 7526), and versions with the list of CVE-2024-4032 say so too.
    """
    if isinstance(ip, ipaddress.IPv6Address) and ip.sixtofour is not None:
        return False
    inner = _wrapped(ip) if isinstance(ip, ipaddress.IPv6Address) else None
    return ip.is_global and not ip.is_multicast and (inner is None or is_public(inner))


def _wrapped(ip: ipaddress.IPv6Address) -> _Ip | None:
    if any(ip in network for network in _EMBEDDING):
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped


def public_socket(address: tuple[Any, ...]) -> socket.socket:
    """Makes the socket for one resolved address.

    Raises:
        ForbiddenError: it lies inside.
    """
    family, kind, protocol, _, target = address
    ip = ipaddress.ip_address(str(target[0]).partition("%")[0])
    if not is_public(ip):
        raise ForbiddenError(f"leads to the private address {ip}")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return made


def asked_host(url: str, name: str) -> str:
    """host:port, the unit of politeness; also the place where other schemes end.

    Raises:
        FetchError: the address is none of the web.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    scheme = url.partition(":")[0].lower()
    if scheme in {"file", "ftp", "data", "javascript", "mailto", "gopher"}:
        raise FetchError(name, f"leads to {scheme}:, but only http and https are read")
    if not host or scheme not in {"http", "https"}:
        raise FetchError(name, "this is no address; it needs http:// or https:// and a host")
    return f"{host}:{port or (443 if scheme == 'https' else 80)}"


def require_public(asked: str, *, name: str) -> None:
    """Keeps off private addresses that are written out, and to the ports of the web.

    The former for what a proxy fetches: there the connection is made by somebody else.

    Args:
        asked: host:port.

    Raises:
        FetchError: the address is not read.
    """
    host, _, port = asked.rpartition(":")
    cure = "which is not read unless fetch: allow_private is on"
    try:
        ip = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        ip = None
    if ip is not None and not is_public(ip):
        raise FetchError(name, f"leads to the private address {ip}, {cure}")
    if int(port) not in PORTS:
        raise FetchError(name, f"leads to port {port}, {cure}")

"""Takes an article's address, gives the one all its spellings share, and the one that a counted link leads to.

Next: briefing/collect/identity.py.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Parameters that say where a click came from and never what is shown.
_TRACKING = re.compile(
    r"(?:utm_|at_(?:medium|campaign|custom|link|bbc|ptr|format|type)|pk_|mtm_|wt_|hsa_|oly_|vero_|__hs)\w*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|mkt_tok|_hs(?:enc|mi)"
    r"|xtor|xts|cmp|cmpid|smid|ocid|ito|ns_\w+|guccounter|guce_\w+|traffic_source|traffic_medium|wtrid|rss|partner"
    r"|_ga|_gl|ref_src|ref_url|spm|s_cid|sr_share|taid|trk|trkcampaign",
    re.IGNORECASE,
)
#: A host and a path, and nothing that could be left out.
_PLAIN = re.compile(r"https?://([a-z0-9.-]*[a-z0-9])((?:/[A-Za-z0-9!$&'()*+,/:;=@~._%-]*)?)", re.ASCII)
_WHOLE_ADDRESS = re.compile(r"\Ahttps?://[^\s<>\"']+\.[^\s<>\"']+\Z")
_ADDRESS_INSIDE = re.compile(r"https?://[^\s<>\"'\\\x00-\x1f]+\.[^\s<>\"'\\\x00-\x1f]+")
#: Characters of base64 that an address needs at least.
_LEAST_CODED = 20
#: Fragments of pages that are drawn by a program name what is shown.
_ROUTE = ("!", "/")


def shared_spelling(address: str) -> str:
    """Gives the address with https, without default port, final slash, fragment and parameters of tracking.

    The order of the other parameters stays: it can mean something. What no parser understands comes back as it is.
    """
    if plain := _PLAIN.fullmatch(address):
        return f"https://{plain[1]}{plain[2].rstrip('/') or '/'}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return address
    if host is None or parts.scheme not in {"http", "https"}:
        return address
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    query = "?" + "&".join(kept) if kept else ""
    fragment = "#" + parts.fragment if parts.fragment.startswith(_ROUTE) else ""
    return f"https://{place}{parts.path.rstrip('/') or '/'}{query}{fragment}"


def unwrapped(address: str) -> str:
    """Gives the address that a newsletter's counted link leads to, where it can be read in the link; else the link.

    It is read from parameters and from parts of the path, written plainly, percent-encoded or in base64. Nothing is
    asked: opening the link would tell its sender that it was opened.
    """
    for _ in range(3):  # a counted link may have been wrapped again by the reader's own mail house
        inner = next(_addresses_in(address), None)
        if inner is None:
            break
        address = inner
    return address


def _addresses_in(address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        return
    values = [value for _, value in parse_qsl(parts.query)]
    # A path may hold an address in clear for a better reason, as archives of the web do.
    values += [segment for segment in parts.path.split("/") if "%" in segment or len(segment) >= _LEAST_CODED]
    for value in values:
        yield from _WHOLE_ADDRESS.findall(unquote(value))
        if len(value) >= _LEAST_CODED and (found := _ADDRESS_INSIDE.search(_decoded(value))):
            yield found[0]


def _decoded(value: str) -> str:
    """What the value says in base64; "" when it says nothing."""
    try:
        return urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4)).decode("ascii", "ignore")
    except ValueError:
        return ""

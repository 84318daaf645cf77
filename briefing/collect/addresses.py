"""Takes an article's address, gives the one all its spellings share: for telling whether two are the same article.

Next: briefing/collect/identity.py.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: Parameters that say where a click came from and never what is shown.
_TRACKING = re.compile(
    r"(?:utm_|at_(?:medium|campaign|custom|link|bbc|ptr|format|type)|pk_|mtm_|wt_|hsa_|oly_|vero_|__hs)\w*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|mkt_tok|_hs(?:enc|mi)"
    r"|xtor|xts|cmp|cmpid|smid|ocid|ito|ns_\w+|guccounter|guce_\w+|traffic_source|traffic_medium|wtrid|rss|partner"
    r"|_ga|_gl|ref_src|ref_url|spm|s_cid|sr_share|taid|trk|trkcampaign",
    re.IGNORECASE,
)
#: Fragments of pages that are drawn by a program name what is shown.
_ROUTE = ("!", "/")


def shared_spelling(address: str) -> str:
    """Gives the address with https, without default port, final slash, fragment and parameters of tracking.

    The order of the other parameters stays: it can mean something. An address no parser understands comes back as it is.
    """
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

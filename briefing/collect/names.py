"""Takes what an outlet calls its feed, gives the name a reader would call the outlet.

Next: briefing/collect/feeds.py.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing.collect.text import plain_line, squeeze
from briefing.collect.values import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

#: In longer titles a slogan follows the name ("Al-Monitor: The Pulse of The Middle East").
MAX_NAME_CHARS = 32

#: Titles that hundreds of feeds share, so that they name none; compared without spaces and punctuation.
_GENERIC_WORDS = (
    "accueil actualidad actualites actualités africa aktuell aktuelles alaune all alleartikel allnews americas "
    "articles asia atom atomfeed blog breakingnews business categoryworld culture entries europe feed feeds "
    "frontpage headlines health home homepage index inicio international journal latest latestarticles "
    "latestheadlines latestnews latestposts latestupdates local main mainfeed middleeast monde nachrichten "
    "news newsfeed nieuws noticias notizie notícias opinion politics politik politique portada posts press "
    "pressreleases recent recentposts rss rss20 rssfeed rssfeeds schlagzeilen science sciences sport sports "
    "startseite stories tech technology toplines topnews topstories ultimasnoticias untitled updates welt "
    "wirtschaft world worldnews économie últimasnoticias "
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
#: Parts of addresses that every feed has.
_FEED_WORDS = frozenset({"feed", "feeds", "rss", "atom", "xml", "index", "json", "default", "public"})
_OPENING = re.compile(
    r"^(?:(?:home|posts|blog|articles|recent content|latest posts?|category) (?:on|in)|category|rss)\s*:?\s+",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:[\s|»›>·•:–—-]+|\s+(?:rss(?: feed)?|atom(?: feed)?|(?:news ?)?feed))$", re.IGNORECASE)
_BREAK = re.compile(r"\s+(?:[|»›>·•:–—-]|::|//)\s+|\s*[»|]\s*|:\s+")


#: What a search page calls its results is no name either.
_MACHINE_MADE = re.compile(r"\b(?:search|results?|records?)\b.*\d", re.IGNORECASE)


def feed_name(title: str | None, address: str | None) -> str | None:
    """The feed's title without "RSS", "Home" and slogans; with the host where nothing but such words is left.

    None for a feed without a title.
    """
    line, host = _bare(title), host_of(address)
    if not line:
        return None
    if host and _MACHINE_MADE.search(line):
        return host
    parts = [part for part in _BREAK.split(line) if part.strip()]
    telling = [part for part in parts if squeeze(part) not in _GENERIC]
    if not telling:
        return f"{line} ({host})" if host else line
    if len(telling) == len(parts) and len(line) <= MAX_NAME_CHARS:
        return line
    return telling[0].strip()


def _bare(title: str | None) -> str:
    """The title without the words that feed software puts around it."""
    line = plain_line(title)
    bare = _OPENING.sub("", _ENDING.sub("", _ENDING.sub("", line)))
    return bare or line


def place_names(addresses: Iterable[str]) -> dict[str, str]:
    """Gives each address a name of its own, for feeds that have not said theirs: the host when it is alone there.

    Several on one host get the plain words of their paths as well ("harbour.example/sport"), and a number when those
    are no different. Other parts of an address may hold a token, and a name is shown to every reader.
    """
    known = [address for address in dict.fromkeys(addresses) if host_of(address)]
    crowd = Counter(map(host_of, known))
    names: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for address in known:
        host = host_of(address) or ""
        name = host if crowd[host] == 1 else "/".join([host, *_path_words(address)])
        taken[name] += 1
        names[address] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return names


def _path_words(address: str) -> list[str]:
    """Words of the path that name something: letters, no longer than words are, and not "feed"."""
    parts = [part.partition(".")[0] for part in urlsplit(address).path.split("/")]
    words = [part for part in parts if re.fullmatch(r"[a-z]{2,16}(?:[-_][a-z]{2,16}){0,3}", part, re.IGNORECASE)]
    return [word for word in words if word.casefold() not in _FEED_WORDS]

"""Takes articles, gives those that only repeat another: the same page, a wire copy, an update of one page.

A repeat keeps its outlet's name in the story but is no voice of its own. Three looks, none of which compares all with
all: the same address; the same headline; nearly the same text, where MinHash and a shared opening find candidates and
their shingles decide.

Next: briefing/compose/neighbours.py.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from rensa import RMinHash

from briefing.compose.words import KEPT, shingles, skeleton, terms, title_key, words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence
    from urllib.parse import SplitResult

    from briefing.model.article import Article

#: Query parameters that say where a click came from, not which page is meant.
_TRACKING = re.compile(
    r"(?:utm|at|mc|pk|mtm|piwik|hsa|xtor)[_-].*|(?:gcl|fbcl|msclk|dcl|ycl|twcl)id|igshid|xtor|ref|ref_?src|cmp|cmpid|"
    r"ocid|ito|smid|partner|src|source|rss|feed|amp|outputtype|wt_mc|wt\.mc|icid|ncid|s_cid|share",
    re.IGNORECASE,
)
_MOBILE_HOST = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.(?=[^.]+\.))+")
_AMP_PATH = re.compile(r"/amp(?=/|$)|\.amp(?=$|\.html$)")

#: A text of fewer words is a teaser: it has too few shingles to tell a copy from two reports of one sentence.
_MIN_WORDS = 40
#: A copy that differs only after this many characters is still a copy.
_MAX_CHARS = 6_000
#: A headline of fewer words ("The morning in pictures") may head anything.
_MIN_TITLE_WORDS = 5
#: …unless at least so many words of text below it are the same as well.
_MIN_TEASER_WORDS = 8
#: A headline seen again after this long ("Central bank leaves rates unchanged") heads another report.
_MAX_HOURS_APART = 72.0
#: 42 bands of 3 rows bring 97 % of pairs with Jaccard likeness 0.44 together (a copy with every seventh word changed),
#: and 1 in 20,000 with likeness 0.01 (two news texts of one language).
_BANDS, _ROWS, _SEED = 42, 3, 42
#: Odd numbers of 64 bits (the fractions of the golden ratio, of the roots of 2 and 3) that make one of a band's rows.
_MIX = np.array([0x9E3779B97F4A7C15, 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B], dtype=np.uint64)
#: A copy shares this part of the two texts' shingles, or this part of the shorter one's (a teaser, a cut copy).
_MIN_JACCARD, _MIN_CONTAINED = 0.4, 0.6
#: Within one outlet, whose pages share a frame, more is asked.
_MIN_CONTAINED_AT_HOME = 0.8
#: Titles of one page, before and after an editor's second thought, share this part of their terms.
_MIN_TITLE_JACCARD = 0.3
#: Runs of this many words, within as many words of the beginning, that make two texts candidates.
_OPENING_RUN, _OPENING_WORDS = 8, 30
#: What brings two texts together does so only with the last few that have it: what many share is a page's furniture.
#: 1,500 pages of one outlet with a form's text between the names take 28 s when all who share a band are compared.
_MAX_HOLDERS = 8


def find_duplicates(articles: Sequence[Article]) -> dict[str, str]:
    """Names, for each article that repeats another, the id of the original it repeats.

    An original is never itself a duplicate: it is the copy with the most text, then the earliest, then the one with
    the lowest id, whatever order the articles come in. Time grows with the number of articles, not its square.
    """
    prints = sorted((_print(article) for article in articles), key=lambda p: p.rank)
    sets, are_copies = _DisjointSets(len(prints)), _CopyTest()
    for candidates, is_same in (
        (_same_address(prints), partial(_is_one_page, are_copies)),
        (_same_title(prints), partial(_is_one_report, are_copies)),
        (_near_texts(prints), are_copies),
    ):
        for a, b in set(candidates):  # most come several times, and in any order they make the same sets
            if sets.root(a) != sets.root(b) and is_same(prints[a], prints[b]):
                sets.join(a, b)
    found = {prints[i].article.id: prints[sets.root(i)].article.id for i in range(len(prints))}
    return {copy: original for copy, original in found.items() if copy != original}


def canonical_url(url: str) -> str | None:
    """The part of an address that names the page, alike for its mobile, AMP and tracked forms; None for a front page.

    Meant for comparing: the result has no scheme and need not resolve.
    """
    parts = split_address(url)
    if parts is None:
        return None
    host = _MOBILE_HOST.sub("", parts.hostname or "")
    path = _AMP_PATH.sub("", parts.path).rstrip("/")
    query = sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0]))
    if not host or not (path or query):
        return None
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")


def split_address(url: str) -> SplitResult | None:
    """The parts of an address; None for one no browser would open, such as one with half a bracket."""
    try:
        return urlsplit(url.strip())
    except ValueError:
        return None


def when(article: Article) -> tuple[float, float] | None:
    """The hours since 1970 between which an article came out; None when it has no date.

    A bare date is that day anywhere on Earth, from UTC+14 to UTC-12.
    """
    earliest, latest = article.published.earliest, article.published.latest
    if earliest is None or latest is None:
        return None
    return _hours(earliest, first=True), _hours(latest, first=False)


def _hours(moment: datetime | date, *, first: bool) -> float:
    if isinstance(moment, datetime):
        return moment.timestamp() / 3600
    midnight = datetime.combine(moment, time(), UTC).timestamp() / 3600
    return midnight - 14 if first else midnight + 24 + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Print:
    """What of an article is looked at first. `rank` sorts originals before their copies.

    Attributes:
        beginning: the first words of the text, as many as a full one has at least.
        opening: shared by texts that begin alike; empty for a short one, as is `sketch`.
    """

    article: Article
    address: str | None
    title: str
    beginning: tuple[str, ...]
    opening: frozenset[str]
    sketch: bytes
    rank: tuple[int, float, str]

    @property
    def heading(self) -> Hashable | None:
        """What two prints of one report have in common at first sight; None when it says too little."""
        if self.title.count(" ") + 1 >= _MIN_TITLE_WORDS:
            return self.article.language, self.title
        if self.title and len(self.beginning) >= _MIN_TEASER_WORDS:
            return self.article.language, self.title, self.beginning
        return None

    @property
    def is_full(self) -> bool:
        return len(self.beginning) >= _MIN_WORDS


@lru_cache(maxsize=KEPT)
def _print(article: Article) -> _Print:
    text = _compared(article)
    found = tuple(words(text))
    is_full = len(found) >= _MIN_WORDS
    published = when(article)
    return _Print(
        article=article,
        address=canonical_url(article.url) if article.url else None,
        title=title_key(article.title),
        beginning=found[:_MIN_WORDS],
        opening=shingles(found[:_OPENING_WORDS], _OPENING_RUN) if is_full else frozenset(),
        sketch=_sketch(shingles(found)) if is_full else b"",
        rank=(-len(_told(article)), published[0] if published else math.inf, article.id),
    )


def _told(article: Article) -> str:
    return article.text or article.excerpt or ""


def _compared(article: Article) -> str:
    return _told(article)[:_MAX_CHARS]


# ---------------------------------------------------------------- who is compared with whom
def _same_address(prints: Sequence[_Print]) -> Iterator[tuple[int, int]]:
    return _recent(enumerate(p.address for p in prints))


def _same_title(prints: Sequence[_Print]) -> Iterator[tuple[int, int]]:
    return _recent((i, p.heading) for i, p in enumerate(prints))


def _near_texts(prints: Sequence[_Print]) -> Iterator[tuple[int, int]]:
    full = [(i, p) for i, p in enumerate(prints) if p.is_full]
    yield from _recent((i, run) for i, p in full for run in p.opening)
    places = np.array([i for i, _ in full], dtype=np.intp)
    bands = np.frombuffer(b"".join(p.sketch for _, p in full), dtype=np.uint64).reshape(-1, _BANDS)
    for band in bands.T:
        # Nearly all stand alone in a band; only the others are worth a walk in Python.
        _, group, held = np.unique(band, return_inverse=True, return_counts=True)
        shared = held[group] > 1
        yield from _recent(zip(places[shared].tolist(), group[shared].tolist(), strict=True))


def _sketch(runs: frozenset[str]) -> bytes:
    """A number of 64 bits for each band of a text's sketch: two texts that share much share one."""
    sketch = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    sketch.update(sorted(runs))
    rows = np.array(sketch.digest(), dtype=np.uint64).reshape(_BANDS, _ROWS)
    return (rows @ _MIX).tobytes()


def _recent(keys: Iterable[tuple[int, Hashable]]) -> Iterator[tuple[int, int]]:
    """Pairs each place with the last few that had the same key; no key is None."""
    holders: dict[Hashable, list[int]] = {}
    for place, key in keys:
        if key is None:
            continue
        held = holders.get(key)
        if held is None:  # nearly always, so that nothing costlier than a list is made for each
            holders[key] = [place]
            continue
        yield from ((holder, place) for holder in held)
        held.append(place)
        del held[:-_MAX_HOLDERS]


# ---------------------------------------------------------------- who repeats whom
def _is_one_page(are_copies: _CopyTest, a: _Print, b: _Print) -> bool:
    """Guards against an outlet that gives all its entries one address, as podcasts do."""
    if not a.title or not b.title or a.title == b.title:
        return True
    mine, theirs = set(terms(a.article.title)), set(terms(b.article.title))
    return len(mine & theirs) >= _MIN_TITLE_JACCARD * len(mine | theirs) > 0 or are_copies(a, b)


def _is_one_report(are_copies: _CopyTest, a: _Print, b: _Print) -> bool:
    """Under one headline: two full texts must be alike, a teaser or bare headline has nothing to say against it."""
    if a.is_full and b.is_full:
        return are_copies(a, b)
    first, second = when(a.article), when(b.article)
    if first is None or second is None:
        return True
    return max(first[0] - second[1], second[0] - first[1]) <= _MAX_HOURS_APART


class _CopyTest:
    """Says whether two prints have nearly the same text.

    Shingles are made when they are asked for, and kept until all is compared: those of a text take 20 to 40 kB.
    """

    def __init__(self) -> None:
        self._shingles: dict[str, frozenset[str]] = {}

    def __call__(self, a: _Print, b: _Print) -> bool:
        mine, theirs = self._shingles_of(a), self._shingles_of(b)
        shared = len(mine & theirs)
        contained = shared / max(1, min(len(mine), len(theirs)))
        if a.article.source and a.article.source == b.article.source:
            return contained >= _MIN_CONTAINED_AT_HOME and not _is_one_form(a.article.title, b.article.title)
        return contained >= _MIN_CONTAINED or shared >= _MIN_JACCARD * (len(mine) + len(theirs) - shared) > 0

    def _shingles_of(self, one: _Print) -> frozenset[str]:
        """Of the whole text; none of a short one."""
        if not one.is_full:
            return frozenset()
        text = _compared(one.article)
        if text not in self._shingles:
            self._shingles[text] = shingles(words(text))
        return self._shingles[text]


def _is_one_form(a: str, b: str) -> bool:
    """Whether two headlines fill one form with different names: "Weather in Lyon", "Weather in Nice"."""
    names = [{term for term in terms(title) if not term.isdigit()} for title in (a, b)]
    return names[0] != names[1] and skeleton(a) == skeleton(b)


class _DisjointSets:
    """Keeps who belongs together; the root of a set is its lowest member."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, a: int, b: int) -> None:
        low, high = sorted((self.root(a), self.root(b)))
        self._parent[high] = low

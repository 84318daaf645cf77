"""Takes the articles of a story, gives the region it takes place in, or None when nothing tells.

Every place word votes; a word in the title counts most, one far down in the text least. A name that several places
bear (Paris, Georgia) waits until the unambiguous words have voted and goes where they point. Votes of the articles
are pooled as shares, so one long article does not outvote three short ones.

Next: briefing/compose/themes.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing.compose.knowledge import PlaceWord, gazetteer
from briefing.compose.words import fold
from briefing.model.story import Area, Region

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from briefing.model.article import Article

#: How much one word of a kind says about the place; measured on TR-News and LGL together with the places below.
KIND_WEIGHTS = {
    "names": 1.0,
    "states": 0.9,
    "bodies": 0.9,
    "peoples": 0.8,
    "adjectives": 0.8,
    "exact": 0.8,
    "cities": 0.7,
    "leaders": 0.6,
    "namesakes": 0.7,
    "towns": 0.4,
    "cues": 0.35,
    "domestic": 0.35,
    "weak": 0.3,
}
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT, CATEGORY_WEIGHT, HOME_WEIGHT = 3.0, 1.5, 0.7, 1.0, 0.5
LEAD_CHARS, TEXT_CHARS = 250, 3000
#: A region needs more than the outlet's home and less than one plain mention in the body.
LEAST_VOTES = 0.6
#: What a namesake starts with before the rest of the text has been asked.
USUAL_PRIOR, LESSER_PRIOR = 1.0, 0.25
#: …and how much more the outlet's own country is believed: a local paper means the town next door.
HOME_PULL = 2.0
#: International bodies are where people meet more often than what a story is about; the United States act abroad.
DISCOUNT = {"EU": 0.8, "UN": 0.6, "NATO": 0.7, "001": 0.7, "US": 0.75}
#: Country domains that outlets take for their sound.
BORROWED_DOMAINS = frozenset(
    ("ai", "am", "cc", "co", "eu", "fm", "gg", "io", "is", "la", "ly", "me", "st", "to", "tv", "ws")
)

_WORD = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}")
_ACRONYM_CHARS = 6


@dataclass(frozen=True, slots=True)
class _Token:
    """One word as written, folded, and where it stands."""

    written: str
    folded: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        return self.written[0].isupper()


@dataclass(frozen=True, slots=True)
class _Mention:
    """One place word found, and where."""

    word: PlaceWord
    start: int


def region_named(code: str) -> Region:
    """The region of a code, with its English name and its area.

    Raises:
        KeyError: the code is neither ISO 3166-1 alpha-2 nor EU, UN, NATO, 001.
    """
    name, area = gazetteer().regions[code]
    return Region(code=code, name=name, area=Area(area))


def area_of(code: str) -> Area:
    """The heading a region is gathered under.

    Raises:
        KeyError: as `region_named`.
    """
    return region_named(code).area


def locate(articles: Sequence[Article]) -> Region | None:
    """Says where the story takes place, or None when too little points anywhere.

    Args:
        articles: of one story; their order is of no matter.
    """
    pooled: defaultdict[str, float] = defaultdict(float)
    said: defaultdict[str, float] = defaultdict(float)
    for article in sorted(articles, key=lambda a: a.id):
        votes = _votes(article)
        # A share, damped when the article hardly says anything.
        whole = max(sum(votes.values()), 2.0)
        for code, vote in votes.items():
            said[code] += vote
            pooled[code] += vote / whole
    if not pooled:
        return None
    code = min(pooled, key=lambda c: (-round(pooled[c], 9), c))
    return region_named(code) if said[code] >= LEAST_VOTES else None


def _votes(article: Article) -> dict[str, float]:
    """Region → weight of everything in one article that points there."""
    home = _home(article)
    votes: defaultdict[str, float] = defaultdict(float)
    open_names: list[tuple[PlaceWord, float]] = []
    if home:
        votes[home] += HOME_WEIGHT
    for word, weight in _weighed(article):
        if len(word.codes) > 1:
            open_names.append((word, weight))
        elif word.kind != "domestic":
            votes[word.codes[0]] += weight * DISCOUNT.get(word.codes[0], 1.0)
        elif home:
            votes[home] += weight
    # All names are settled on the same evidence, so that their order is of no matter.
    settled = [(_likeliest(word, votes, home), weight) for word, weight in open_names]
    for code, weight in settled:
        votes[code] += weight
    return votes


def _weighed(article: Article) -> Iterator[tuple[PlaceWord, float]]:
    """Every place word of an article and how much it counts: by what it is and where it stands."""
    body = (article.text or article.excerpt or "")[:TEXT_CHARS]
    for mention in _mentions(article.title):
        yield mention.word, TITLE_WEIGHT * KIND_WEIGHTS[mention.word.kind]
    for mention in _mentions(body):
        place = LEAD_WEIGHT if mention.start < LEAD_CHARS else BODY_WEIGHT
        yield mention.word, place * KIND_WEIGHTS[mention.word.kind]
    for mention in _mentions(". ".join(article.categories)):
        yield mention.word, CATEGORY_WEIGHT * KIND_WEIGHTS[mention.word.kind]


def _likeliest(word: PlaceWord, votes: Mapping[str, float], home: str | None) -> str:
    """Of the places that share a name, the one the unambiguous words (and the outlet's home) speak for."""
    likely: dict[str, float] = {}
    for code in word.codes:
        prior = LESSER_PRIOR if code in word.lesser else USUAL_PRIOR
        likely[code] = prior * (0.5 + votes.get(code, 0.0) + (HOME_PULL if code == home else 0.0))
    return max(word.codes, key=lambda code: likely[code])


def _home(article: Article) -> str | None:
    """The outlet's country: as configured, else by the country domain of its address."""
    if article.country:
        code = article.country.upper()
        return code if code in gazetteer().regions else None
    host = urlsplit(article.url).hostname if article.url and "://" in article.url else article.source
    domain = (host or "").lower().rpartition(".")[2]
    if not host or "." not in host or domain in BORROWED_DOMAINS:
        return None
    code = "GB" if domain == "uk" else domain.upper()
    return code if len(domain) == 2 and code in gazetteer().regions else None


def _mentions(text: str) -> Iterator[_Mention]:
    """The place words of a text from left to right, longest first; none overlaps another."""
    plain = _INITIALS.sub(lambda m: m.group().replace(".", "") + " ", unicodedata.normalize("NFC", text))
    tokens = [_Token(m.group(), fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(plain)]
    headline_case = _is_headline_case(tokens)
    at = 0
    while at < len(tokens):
        word, length = _match(tokens, at, plain)
        if word and word.codes and not (length == 1 and _is_person(tokens, at, plain, headline_case=headline_case)):
            yield _Mention(word, tokens[at].start)
        at += length


def _match(tokens: Sequence[_Token], at: int, plain: str) -> tuple[PlaceWord | None, int]:
    """What begins at a token, and how many tokens it takes."""
    book, token = gazetteer(), tokens[at]
    for length in range(min(book.longest.get(token.folded, 0), len(tokens) - at), 0, -1):
        span = tokens[at : at + length]
        phrase = " ".join(t.folded for t in span)
        word = book.capital.get(phrase) if _is_capital(span, phrase) else None
        word = word or book.any_case.get(phrase)
        if word and not (length == 1 and token.written in book.exact):
            return word, length
    if len(token.written) <= _ACRONYM_CHARS and token.written in book.exact:
        return book.exact[token.written], 1
    return _abbreviation(tokens, at, plain), 1


def _is_capital(span: Sequence[_Token], phrase: str) -> bool:
    """Whether a phrase is written as a name: its last word for places, any word for bodies ("Conseil d'État")."""
    if span[-1].capital:
        return True
    word = gazetteer().capital.get(phrase)
    return word is not None and word.kind in {"bodies", "names", "void"} and span[0].capital and len(span[0].folded) > 3


def _abbreviation(tokens: Sequence[_Token], at: int, plain: str) -> PlaceWord | None:
    """A state after a place name and a comma: "Springfield, Ill." or "Paris, TX"."""
    token = tokens[at]
    word = gazetteer().after_comma.get(token.written)
    if word is None or at == 0 or not tokens[at - 1].capital:
        return None
    after_comma = plain[tokens[at - 1].end : token.start] == ", "
    return word if after_comma and (token.written.isupper() or plain[token.end : token.end + 1] == ".") else None


def _is_person(tokens: Sequence[_Token], at: int, plain: str, *, headline_case: bool) -> bool:
    """Whether a place name is half of somebody's: "Michael Jordan", "Jordan Spieth"."""
    given, token = gazetteer().given, tokens[at]
    if at and _are_one_name(tokens[at - 1], token, plain) and tokens[at - 1].folded in given:
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None or headline_case or token.folded not in given:
        return False
    return _are_one_name(token, following, plain) and following.folded not in gazetteer().capital


def _are_one_name(first: _Token, second: _Token, plain: str) -> bool:
    return first.capital and second.capital and plain[first.end : second.start] == " "


def _is_headline_case(tokens: Sequence[_Token]) -> bool:
    """Whether Nearly All Words Are Capitalised, so that a capital says nothing."""
    long_words = [token for token in tokens if len(token.written) > 3]
    return len(long_words) > 3 and sum(token.capital for token in long_words) > 0.7 * len(long_words)

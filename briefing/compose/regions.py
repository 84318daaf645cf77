"""Takes the articles of a story, gives the region it takes place in, or None when nothing tells.

Every place word votes; a word in the title counts most, one far down in the text least. A name that several places
bear (Paris, Georgia) waits until the unambiguous words have voted and goes where they point. In a headline, what stands
"in Kherson" counts more than the people who struck it. Public life without a place ("the minister") is the outlet's
home. Votes of the articles are pooled as shares, so one long article does not outvote three short ones.

Next: briefing/compose/themes.py.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from briefing.compose.duplicates import split_address
from briefing.compose.knowledge import gazetteer
from briefing.compose.places import find_places, spoken
from briefing.model.story import Area, Region

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from briefing.compose.knowledge import PlaceWord
    from briefing.compose.places import Mention, Spoken
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
#: Public life without a place, however much of it there is, makes the outlet's home speak no louder than this; without
#: the limit TR-News falls from .917 to .868 (mean over countries).
DOMESTIC_MOST = 0.6
#: What a place of a headline counts when it is where it happens ("in Kherson", any city), when it is who did it
#: ("Russian drones hit"), and when it stands so many words after what is only aimed at it or held there ("sanctions
#: on", "summit in"). With 1, 1, 1 TR-News falls from .909 to .879, LGL from .855 to .842, our own lines by .03.
SCENE, ACTOR, TARGET = 1.3, 0.7, 0.4
TARGET_WORDS = 4
_FINE = frozenset({"states", "cities", "towns", "namesakes"})
_PEOPLES = frozenset({"peoples", "adjectives"})
#: Kinds of words that say nothing when several regions share them and nothing else points at one.
_SHY = frozenset({"cues", "exact"})


def region_named(code: str) -> Region:
    """The region of a code, with its English name and its area.

    Raises:
        KeyError: the code is neither ISO 3166-1 alpha-2 nor EU, UN, NATO, 001.
    """
    name, area = gazetteer().regions[code]
    return Region(code=code, name=name, area=Area(area))


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
    domestic = 0.0
    if home:
        votes[home] += HOME_WEIGHT
    for _, word, weight in place_words(article):
        if len(word.codes) > 1:
            open_names.append((word, weight))
        elif word.kind == "domestic":
            domestic += weight
        else:
            votes[word.codes[0]] += weight * DISCOUNT.get(word.codes[0], 1.0)
    if home:
        votes[home] += min(domestic, DOMESTIC_MOST)
    # All names are settled on the same evidence, so that their order is of no matter.
    settled = [(_likeliest(word, votes, home), weight) for word, weight in open_names if _speaks(word, votes)]
    for code, weight in settled:
        votes[code] += weight
    return votes


def _speaks(word: PlaceWord, votes: Mapping[str, float]) -> bool:
    """Whether a shared word is a name, or an acronym or cue that something else speaks for."""
    return word.kind not in _SHY or any(code in votes for code in word.codes)


def place_words(article: Article) -> Iterator[tuple[str, PlaceWord, float]]:
    """Every place word of an article as written, and how much it counts: by what it is and where it stands."""
    title = spoken(article.title)
    for mention, role in _roles(title, list(find_places(title))):
        yield title.written[mention.at], mention.word, TITLE_WEIGHT * role * KIND_WEIGHTS[mention.word.kind]
    body = spoken((article.text or article.excerpt or "")[:TEXT_CHARS])
    for mention in find_places(body):
        place = LEAD_WEIGHT if body.starts[mention.at] < LEAD_CHARS else BODY_WEIGHT
        yield body.written[mention.at], mention.word, place * KIND_WEIGHTS[mention.word.kind]
    filed = spoken(". ".join(article.categories))
    for mention in find_places(filed):
        yield filed.written[mention.at], mention.word, CATEGORY_WEIGHT * KIND_WEIGHTS[mention.word.kind]


def _roles(title: Spoken, mentions: Sequence[Mention]) -> Iterator[tuple[Mention, float]]:
    """How much each place of a headline is where it happens."""
    book = gazetteer()
    act = next((at for at, word in enumerate(title.folded) if word in book.acts), 0)
    for mention in mentions:
        before = title.folded[max(0, mention.at - TARGET_WORDS) : mention.at]
        role = 1.0
        if not book.asides.isdisjoint(before):
            role *= TARGET
        elif mention.word.kind in _FINE or not book.locatives.isdisjoint(before[-2:]):
            role *= SCENE
        if mention.at < act or mention.word.kind in _PEOPLES:
            role *= ACTOR
        yield mention, role


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
    address = split_address(article.url) if article.url and "://" in article.url else None
    host = address.hostname if address else article.source
    domain = (host or "").lower().rpartition(".")[2]
    if not host or "." not in host or domain in BORROWED_DOMAINS:
        return None
    code = "GB" if domain == "uk" else domain.upper()
    return code if len(domain) == 2 and code in gazetteer().regions else None

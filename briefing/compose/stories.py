"""Takes articles and their vectors, gives them gathered by happening: each article in exactly one story.

Two articles are compared by the rare words they share (TF-IDF of headline and lead) and by the cosine of their
vectors; across languages the words count half. Average linkage then joins what is alike as a whole. To merge two
happenings is worse than to tell one twice, so what is in doubt stays apart: articles dated more than three days
apart, and the pages one outlet makes from a form ("Weather in …").

Next: briefing/compose/regions.py, which says where each story takes place.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.duplicates import when
from briefing.compose.forms import Forms
from briefing.compose.linkage import link
from briefing.compose.neighbours import TermIndex, nearest_vectors, strongest, united
from briefing.compose.words import KEPT, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from briefing.compose.neighbours import Pairs, Places
    from briefing.model.article import Article

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

#: Of the text or excerpt: where a news text says what happened, and as much as the vectors were measured with.
_LEAD_CHARS = 300
#: A longer headline is a page gone wrong; to encode 64 of 10,000 words each takes 56 s.
_TITLE_CHARS = 600
#: A shorter lead adds too little to a headline to change what can be asked of a pair.
_MIN_LEAD_CHARS = 40

# What two articles must reach, as a mean of the cosines of words and vectors, to be alike enough for one story. Chosen
# on three sets of headlines with known stories and one morning of 21 real feeds sorted by hand. BCubed P/R there:
# .90/.72 and .91/.81 (English, French headlines), 1/1 (six languages with leads), .995/.967 (the morning).
NEEDED_BY_HEADLINES = 0.25
#: Texts on one theme are closer when both have a lead, whether or not they mean one happening.
NEEDED_BY_LEADS = 0.35
#: So few terms in headline and lead name a theme ("Epstein files"), not a happening; twice as much is asked of them.
_FEW_TERMS, MORE_OF_FEW = 3, 2.0
#: Across languages, of the vectors' cosine: pairs of SemEval 2022, headlines only, P .81 at R .48 (.80/.50 with .32,
#: .84/.46 with .36). Beside leads what is written with a capital in both counts for as much as it is worth: with less
#: than .2 the sample news, four languages, tell one story twice.
_NEEDED_ACROSS_BY_HEADLINES, _NEEDED_ACROSS_BY_LEADS, _NAMES_WEIGHT = 0.34, 0.43, 0.2
#: Without vectors, of the words' cosine alone.
NEEDED_BY_HEADLINE_WORDS, NEEDED_BY_LEAD_WORDS = 0.13, 0.16

#: Of what is needed, the part that the average over a big story's pairs must reach, and what two single articles must
#: reach beyond it. With 1 and 0 instead, the morning has P .971 at the same recall.
_CUT, _DOUBT = 0.9, 0.3

#: Neighbours by words and by vector that an article is compared with, and of those the most alike that it may be linked
#: by: with 30 instead of 60, stories of a hundred headlines fall apart (uci recall .71 → .69). Beyond 7,000 articles
#: both are fewer, so that 50,000 take a minute and fit into 900 MB; never fewer than the last.
_NEIGHBOURS, _PARTNERS, _LEAST_PARTNERS, _MANY = 40, 60, 20, 7_200
#: The least likeness worth keeping, where 1 is just enough.
_MIN_LIKENESS = 0.5
_MAX_HOURS_APART = 72.0
#: Pairs of vectors multiplied at once: 8 MB of each.
_BLOCK = 4_096

#: A story is best told from a text of so many words: more adds nothing a few sentences could use…
_ENOUGH_WORDS = 400
#: …and a text of so many is a transcript, a live page or an essay.
_TOO_MANY_WORDS = 2_500
_LOW_CONFIDENCE = 0.5


def vector_text(article: Article) -> str:
    """The text whose vector stands for the article: the beginnings of its headline and of its lead."""
    return f"{article.title.strip()[:_TITLE_CHARS]}. {lead_of(article)}".strip(". ")


def group(articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> tuple[tuple[Article, ...], ...]:
    """Gathers the voices on each happening, whatever order they come in; leave duplicates out before.

    `vectors` holds, by article id, the unit vector of each `vector_text`, all of one length. An article without one
    is compared by its words, and so within its own language only.

    Returns:
        Stories with most voices first, each led by the article it is best told from.
    """
    ordered = sorted(articles, key=_identity)
    comparison = _Comparison(ordered, vectors)
    clusters = link(len(ordered), comparison.likeness(), cut=_CUT, doubt=_DOUBT, may_join=comparison.may_join)
    stories = [_best_first([ordered[i] for i in cluster]) for cluster in clusters]
    return tuple(sorted(stories, key=lambda story: (-len(story), _identity(story[0]))))


def _identity(article: Article) -> tuple[str, ...]:
    return article.id, article.title, article.text, article.excerpt or "", article.url or "", article.source or ""


def lead_of(article: Article) -> str:
    """Where a news text says what happened."""
    return (article.text or article.excerpt or "")[:_LEAD_CHARS].strip()


def has_lead(article: Article) -> bool:
    """Whether there is enough below the headline to change what can be asked of a pair."""
    return len(lead_of(article)) >= _MIN_LEAD_CHARS


def terms_of(article: Article) -> list[str]:
    """The terms an article is compared by; the headline's count twice: it names the happening, the lead more."""
    return list(_terms_of(article.title, lead_of(article)))


@lru_cache(maxsize=KEPT)
def _terms_of(title: str, lead: str) -> tuple[str, ...]:
    return tuple(terms(title) * 2 + terms(lead))


def is_thin(found: Sequence[str]) -> bool:
    """Whether an article has so few terms that they name a theme, not a happening."""
    return len(set(found)) < _FEW_TERMS


def written_small(article: Article) -> list[str]:
    """The terms that somebody writes small, which are no names; without any capital a text says nothing of that."""
    return list(_written_small(article.title, lead_of(article)))


@lru_cache(maxsize=KEPT)
def _written_small(title: str, lead: str) -> tuple[str, ...]:
    every = f"{title} {lead}".split()
    small = [word for word in every if word[:1].islower()]
    return tuple(terms(" ".join(small))) if len(small) < len(every) else ()


class _Comparison:
    """Compares every article with those it may belong with."""

    def __init__(self, articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> None:
        told = [terms_of(article) for article in articles]
        self._words = TermIndex(told)
        self._names = TermIndex(_understood_everywhere(told, articles))
        self._is_thin = np.array([is_thin(found) for found in told], dtype=np.bool_)
        languages = [article.language or "" for article in articles]
        codes = {language: code for code, language in enumerate(sorted(set(languages)))}
        self._languages = np.array([codes[language] for language in languages], dtype=np.intp)
        self._has_lead = np.array([has_lead(article) for article in articles], dtype=np.bool_)
        self._has_vector = np.array([article.id in vectors for article in articles], dtype=np.bool_)
        self._vectors = _matrix(articles, vectors)
        spans = [when(article) or (-math.inf, math.inf) for article in articles]
        self._starts, self._ends = np.array(spans, dtype=np.float64).reshape(-1, 2).T
        self._forms = Forms(articles)

    def likeness(self) -> dict[tuple[int, int], float]:
        """Pairs that may belong together, each once, with 1 for just alike enough."""
        crowd = max(1.0, len(self._vectors) / _MANY)
        most = max(_LEAST_PARTNERS, int(_NEIGHBOURS / crowd))
        pairs = united(
            [
                self._words.nearest(most=most, may_meet=self._may_meet),
                nearest_vectors(self._vectors, most=most, may_meet=self._may_meet),
            ]
        )
        scores = np.round(self._likeness_of(pairs), 6)  # the last bits may differ between machines
        partners = max(_LEAST_PARTNERS, int(_PARTNERS / crowd))
        near = (scores >= _MIN_LIKENESS) & strongest(pairs, scores, most=partners)
        alike = zip(pairs.low[near].tolist(), pairs.high[near].tolist(), scores[near].tolist(), strict=True)
        return {(low, high): score for low, high, score in alike if not self._forms.tell_apart(low, high)}

    def may_join(self, some: Sequence[int], others: Sequence[int]) -> bool:
        """Whether no article of one cluster came out too long before one of the other."""
        first = max(self._starts[member] for member in (*some, *others))
        last = min(self._ends[member] for member in (*some, *others))
        return bool(first - last <= _MAX_HOURS_APART)

    def _may_meet(self, places: Places, others: Places) -> Flags:
        """Whether two came out at about the same time; nothing meets itself."""
        starts, ends = self._starts, self._ends
        apart = np.maximum(starts[places] - ends[others], starts[others] - ends[places])
        allowed: Flags = (apart <= _MAX_HOURS_APART) & (places != others)
        return allowed

    def _likeness_of(self, pairs: Pairs) -> Floats:
        low, high = pairs
        by_words, by_vector = self._words.cosines(pairs), self._cosines(pairs)
        same_language = self._languages[low] == self._languages[high]
        leads = self._has_lead[low] & self._has_lead[high]
        needed = np.where(leads, NEEDED_BY_LEADS, NEEDED_BY_HEADLINES)
        needed_by_words = np.where(leads, NEEDED_BY_LEAD_WORDS, NEEDED_BY_HEADLINE_WORDS)
        needed_across = np.where(leads, _NEEDED_ACROSS_BY_LEADS, _NEEDED_ACROSS_BY_HEADLINES)
        within = (by_words + by_vector) / (2 * needed)
        across = (by_vector + _NAMES_WEIGHT * leads * self._names.cosines(pairs)) / needed_across
        likeness = np.where(
            self._has_vector[low] & self._has_vector[high],
            np.where(same_language, within, across),
            np.where(same_language, by_words / needed_by_words, 0.0),
        )
        likeness[self._is_thin[low] | self._is_thin[high]] /= MORE_OF_FEW
        return likeness

    def _cosines(self, pairs: Pairs) -> Floats:
        cosines = np.zeros(len(pairs.low))
        for start in range(0, len(cosines), _BLOCK):
            here = slice(start, start + _BLOCK)
            products = self._vectors[pairs.low[here]] * self._vectors[pairs.high[here]]
            cosines[here] = products.sum(axis=1, dtype=np.float64)
        return cosines


def _understood_everywhere(told: Sequence[Sequence[str]], articles: Sequence[Article]) -> list[list[str]]:
    """Of each text the terms that texts in two languages share and nobody writes small: names and numbers.

    "Couple" and "star" are French and English, and mean no happening; a text without any capital says nothing of that.
    """
    spoken: defaultdict[str | None, set[str]] = defaultdict(set)
    for found, article in zip(told, articles, strict=True):
        spoken[article.language].update(found)
    times = Counter(chain.from_iterable(spoken.values()))
    common = set(chain.from_iterable(written_small(article) for article in articles))
    names = {term for term, languages in times.items() if languages > 1} - common
    return [[term for term in found if term in names] for found in told]


def _matrix(articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> NDArray[np.float32]:
    """The vectors row by row, zeros where there is none."""
    width = max((len(vectors[a.id]) for a in articles if a.id in vectors), default=1)
    matrix = np.zeros((len(articles), width), dtype=np.float32)
    for row, article in zip(matrix, articles, strict=True):
        if article.id in vectors:
            row[:] = vectors[article.id]
    return matrix


def _best_first(story: Sequence[Article]) -> tuple[Article, ...]:
    languages = Counter(article.language for article in story)

    def rank(article: Article) -> tuple[object, ...]:
        span = when(article)
        return (
            -_substance(article),
            (article.text or article.excerpt or "").rstrip().endswith(("…", "...")),  # it breaks off
            article.title.rstrip().endswith("?"),  # a question is asked of the news, it does not tell it
            -languages[article.language],
            -span[0] if span else math.inf,
            _identity(article),
        )

    return tuple(sorted(story, key=rank))


def _substance(article: Article) -> int:
    """How much of a text there is to tell a story from, in steps of fifty words: 0 to 8."""
    count = len((article.text or article.excerpt or "").split())
    unsure = article.confidence is not None and article.confidence < _LOW_CONFIDENCE
    doubts = article.truncated + unsure + (count > _TOO_MANY_WORDS)
    return int(min(count, _ENOUGH_WORDS) / 2**doubts) // 50

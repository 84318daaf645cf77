"""Takes today's stories and the articles that earlier editions told, gives which of those each story goes on with.

A story goes on when it holds an article that was told, repeats one, or is alike: by the measures of `stories.py`, the
rare words two texts share and the cosine of their vectors, but with no word about dates, because a story that runs
for a week is still one. Today's articles are compared with the told ones only, never with each other.

Next: briefing/compose/news_cues.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.duplicates import canonical_url, find_duplicates
from briefing.compose.news_cues import without_weekdays
from briefing.compose.stories import (
    MORE_OF_FEW,
    NEEDED_BY_HEADLINE_WORDS,
    NEEDED_BY_HEADLINES,
    NEEDED_BY_LEAD_WORDS,
    NEEDED_BY_LEADS,
    has_lead,
    is_thin,
    terms_of,
    vector_text,
    written_small,
)
from briefing.compose.words import skeleton, terms, title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from briefing.model.article import Article
    from briefing.model.story import Story

    Floats = NDArray[np.float64]

#: Across languages, of half the vectors' cosine and an eighth of the names'; one in common is asked for besides.
_ACROSS, _NAMES_WEIGHT = 0.23, 0.25
#: So many headlines of one outlet with the same fixed words are made from a form; what fills it is another happening.
_MIN_FORM = 4
#: Only what is nearly alike, or has the same headline or address, can be a copy.
_MAY_BE_A_COPY = 0.8


def follow(
    stories: Sequence[Story],
    told: Iterable[Article],
    *,
    vectors: Mapping[str, Sequence[float]],
    told_vectors: Mapping[str, Sequence[float]],
) -> dict[str, tuple[Article, ...]]:
    """Names, for each story that goes on, the told articles it goes on with, whatever order either come in.

    Args:
        stories: of today.
        told: before; one id may stand for several texts of one page.
        vectors: by article id, the unit vector of today's `vector_text`.
        told_vectors: the same by `vector_text` itself.

    Returns:
        By story id; a story that begins today is missing.
    """
    known = sorted(set(told), key=lambda a: (a.id, a.title, a.text))
    if not known:
        return {}
    comparison = _Comparison(known, [a for story in stories for a in story.articles], told_vectors)
    found = {}
    for story in stories:
        places = {place for voice in story.articles for place in comparison.alike(voice, vectors.get(voice.id))}
        places |= {place for copy in story.copied_by for place in comparison.same(copy)}
        if places:
            found[story.id] = tuple(known[place] for place in sorted(places))
    return found


class _Comparison:
    """Compares one of today's articles with all told ones at once."""

    def __init__(
        self, told: Sequence[Article], today: Sequence[Article], vectors: Mapping[str, Sequence[float]]
    ) -> None:
        self._told = told
        small = {term for article in (*told, *today) for term in written_small(article)}
        self._small = small
        self._terms = _TermIndex([terms_of(a) for a in told], [terms_of(a) for a in today])
        self._names = _TermIndex([_names_of(a, small) for a in told], [_names_of(a, small) for a in today])
        self._languages = np.array([article.language or "" for article in told])
        self._has_lead = np.array([has_lead(article) for article in told])
        self._is_thin = np.array([is_thin(terms_of(article)) for article in told])
        known = [vectors.get(vector_text(article)) for article in told]
        self._has_vector = np.array([vector is not None for vector in known])
        width = max((len(vector) for vector in known if vector is not None), default=1)
        self._vectors = np.array([[0.0] * width if vector is None else vector for vector in known], dtype=np.float32)
        used = Counter(_form(article) for article in {(a.source, a.title): a for a in (*told, *today)}.values())
        self._forms = {form for form, count in used.items() if count >= _MIN_FORM and "*" in form[1]}
        self._places: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
        for place, article in enumerate(told):
            for key in _keys(article):
                self._places[key].append(place)

    def same(self, article: Article) -> list[int]:
        """Told articles with its id."""
        return self._places.get(("id", article.id), [])

    def alike(self, article: Article, vector: Sequence[float] | None) -> set[int]:
        """Places of the told articles that it is, repeats or goes on with."""
        likeness = self._likeness(article, vector)
        found = {int(place) for place in np.flatnonzero(likeness >= 1) if not self._is_other_form(article, int(place))}
        found.update(self.same(article))
        named = {place for key in _keys(article) for place in self._places.get(key, ())}
        near = named | {int(place) for place in np.flatnonzero(likeness >= _MAY_BE_A_COPY)}
        return found | {place for place in near - found if _repeats(article, self._told[place])}

    def _likeness(self, article: Article, vector: Sequence[float] | None) -> Floats:
        """With each told article; 1 is just alike enough."""
        by_words = self._terms.cosines(terms_of(article))
        same_language = self._languages == (article.language or "")
        leads = self._has_lead & has_lead(article)
        words_only = by_words / np.where(leads, NEEDED_BY_LEAD_WORDS, NEEDED_BY_HEADLINE_WORDS)
        likeness: Floats = np.where(same_language, words_only, 0.0)
        if vector is not None and self._has_vector.any():
            by_vector = (self._vectors @ np.asarray(vector, dtype=np.float32)).astype(np.float64)
            within = (by_words + by_vector) / (2 * np.where(leads, NEEDED_BY_LEADS, NEEDED_BY_HEADLINES))
            names = self._names.cosines(_names_of(article, self._small))
            # Two elections in two languages are alike; without a name or number in common they are not one.
            across = np.where(names > 0, (by_vector + _NAMES_WEIGHT * names) / (2 * _ACROSS), 0.0)
            likeness = np.where(self._has_vector, np.where(same_language, within, across), likeness)
        likeness[self._is_thin | is_thin(terms_of(article))] /= MORE_OF_FEW
        # Rounded, so that the last bits, which may differ between machines, decide nothing.
        rounded: Floats = np.round(likeness, 6)
        return rounded

    def _is_other_form(self, article: Article, place: int) -> bool:
        """Whether either is a page made from a form ("Weather in Lyon") that the other does not fill with the same."""
        told = self._told[place]
        if not {_form(article), _form(told)} & self._forms:
            return False
        return set(terms(article.title)) != set(terms(told.title))


class _TermIndex:
    """Compares any text with the told ones by the rarity of the terms they share: smoothed TF-IDF, sublinear."""

    def __init__(self, told: Sequence[Sequence[str]], today: Sequence[Sequence[str]]) -> None:
        spread = Counter(term for document in (*told, *today) for term in set(document))
        total = len(told) + len(today)
        self._rarity = {term: float(np.log((total + 1) / (count + 1))) + 1 for term, count in spread.items()}
        self._count = len(told)
        places: defaultdict[str, list[int]] = defaultdict(list)
        shares: defaultdict[str, list[float]] = defaultdict(list)
        for place, document in enumerate(told):
            for term, weight in self._weighted(document).items():
                places[term].append(place)
                shares[term].append(weight)
        self._postings = {term: (np.array(found), np.array(shares[term])) for term, found in places.items()}

    def cosines(self, document: Sequence[str]) -> Floats:
        """The likeness of a text of today to each told one: 0 (no term shared) to 1."""
        sums = np.zeros(self._count)
        for term, weight in self._weighted(document).items():
            if term in self._postings:
                places, shares = self._postings[term]
                sums[places] += weight * shares
        return sums

    def _weighted(self, document: Sequence[str]) -> dict[str, float]:
        counts = Counter(document)
        weights = {term: (1 + float(np.log(counts[term]))) * self._rarity[term] for term in sorted(counts)}
        length = float(np.sqrt(sum(weight**2 for weight in weights.values())))
        return {term: weight / length for term, weight in weights.items()}


def _names_of(article: Article, small: set[str]) -> list[str]:
    """The terms that nobody writes small: names and numbers, which are the same in every language."""
    return [term for term in terms_of(article) if term not in small]


def _form(article: Article) -> tuple[str | None, str]:
    """The outlet and the fixed words of the headline; a day of the week is as good as a number."""
    return article.source, skeleton(without_weekdays(article.title, article.language))


def _keys(article: Article) -> list[tuple[str, object]]:
    """By what a repeat is found at first sight: its id, its address, its headline."""
    address = canonical_url(article.url) if article.url else None
    keys: list[tuple[str, object]] = [("id", article.id)]
    keys += [("address", address)] if address else []
    return [*keys, ("title", (article.language, title_key(article.title)))] if article.title else keys


def _repeats(article: Article, told: Article) -> bool:
    return bool(find_duplicates((article, replace(told, id=f"told before: {told.id}"))))

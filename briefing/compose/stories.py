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
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.duplicates import when
from briefing.compose.linkage import TermIndex, link, strongest
from briefing.compose.words import skeleton, terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from briefing.model.article import Article

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

#: Of the text or excerpt: where a news text says what happened, and as much as the vectors were measured with.
_LEAD_CHARS = 300
#: A shorter lead adds too little to a headline to change what can be asked of a pair.
_MIN_LEAD_CHARS = 40

# What two articles must reach, as a mean of the cosines of words and vectors, to be alike enough for one story. Chosen
# on three sets of headlines with known stories and one morning of 21 real feeds sorted by hand. BCubed P/R there:
# .90/.72 and .91/.81 (English, French headlines), 1/1 (six languages with leads), .995/.967 (the morning).
_NEEDED_BY_HEADLINES = 0.25
#: Texts on one theme are closer when both have a lead, whether or not they mean one happening.
_NEEDED_BY_LEADS = 0.35
#: So few terms in headline and lead name a theme ("Epstein files"), not a happening; twice as much is asked of them.
_FEW_TERMS, _MORE_OF_FEW = 3, 2.0
#: Across languages, of half the vectors' cosine and an eighth of the names': names and numbers are all the words they
#: share. Pairs of SemEval 2022: P .82 at R .42; with all words in place of names P .84 at R .42, and of the sample
#: news one story is told twice.
_NEEDED_ACROSS, _NAMES_WEIGHT = 0.23, 0.25
#: Without vectors, of the words' cosine alone.
_NEEDED_BY_HEADLINE_WORDS, _NEEDED_BY_LEAD_WORDS = 0.13, 0.16

#: Of what is needed, the part that the average over a big story's pairs must reach, and what two single articles must
#: reach beyond it. With 1 and 0 instead, the morning has P .971 at the same recall.
_CUT, _DOUBT = 0.9, 0.3

#: Pairs kept per article, and the least likeness worth keeping, where 1 is just enough.
_NEIGHBOURS = 60
_MIN_LIKENESS = 0.5
_MAX_HOURS_APART = 72.0
#: Rows of the vectors' cosines computed at once: 7,000 articles take 7 MB a block.
_BLOCK = 256

#: So many headlines of one outlet with the same fixed words are made from a form…
_MIN_FORM = 4
#: …and mean one happening only when this part of what was filled in is the same.
_MIN_FILLING = 0.5

#: A story is best told from a text of so many words: more adds nothing a few sentences could use…
_ENOUGH_WORDS = 400
#: …and a text of so many is a transcript, a live page or an essay.
_TOO_MANY_WORDS = 2_500
_LOW_CONFIDENCE = 0.5


def vector_text(article: Article) -> str:
    """The text whose vector stands for the article: its headline and the beginning of its lead."""
    return f"{article.title.strip()}. {_lead(article)}".strip(". ")


def group(articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> tuple[tuple[Article, ...], ...]:
    """Gathers the voices on each happening, whatever order they come in; leave duplicates out before.

    `vectors` holds, by article id, the unit vector of each `vector_text`. An article without one is compared by its
    words, and so within its own language only.

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


def _lead(article: Article) -> str:
    return (article.text or article.excerpt or "")[:_LEAD_CHARS].strip()


class _Comparison:
    """Compares every article with every other, one row at a time."""

    def __init__(self, articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> None:
        leads = [_lead(article) for article in articles]
        # The headline counts twice: it names the happening, the lead also its surroundings.
        told = [terms(a.title) * 2 + terms(lead) for a, lead in zip(articles, leads, strict=True)]
        self._terms = TermIndex(told)
        self._names = TermIndex(_understood_everywhere(told, articles))
        self._is_thin = np.array([len(set(words)) < _FEW_TERMS for words in told], dtype=np.bool_)
        languages = [article.language or "" for article in articles]
        codes = {language: code for code, language in enumerate(sorted(set(languages)))}
        self._languages = np.array([codes[language] for language in languages], dtype=np.intp)
        self._has_lead = np.array([len(lead) >= _MIN_LEAD_CHARS for lead in leads], dtype=np.bool_)
        self._has_vector = np.array([article.id in vectors for article in articles], dtype=np.bool_)
        self._vectors = _matrix(articles, vectors)
        spans = [when(article) or (-math.inf, math.inf) for article in articles]
        self._starts, self._ends = np.array(spans, dtype=np.float64).reshape(-1, 2).T
        self._strangers = _strangers(articles)

    def likeness(self) -> dict[tuple[int, int], float]:
        """Pairs that may belong together, each once, with 1 for just alike enough."""
        pairs: dict[tuple[int, int], float] = {}
        for place, cosines in self._rows():
            row = self._likeness_to(place, cosines)
            for other, score in strongest(row, most=_NEIGHBOURS, floor=_MIN_LIKENESS):
                pairs[min(place, other), max(place, other)] = score
        return pairs

    def may_join(self, some: Sequence[int], others: Sequence[int]) -> bool:
        """Whether no article of one cluster came out too long before one of the other."""
        members = [*some, *others]
        return bool(self._starts[members].max() - self._ends[members].min() <= _MAX_HOURS_APART)

    def _rows(self) -> Iterator[tuple[int, Floats]]:
        """Each place with the cosines of its vector to all."""
        for start in range(0, len(self._vectors), _BLOCK):
            block = self._vectors[start : start + _BLOCK] @ self._vectors.T
            yield from enumerate(block.astype(np.float64), start)

    def _likeness_to(self, place: int, by_vector: Floats) -> Floats:
        by_words = self._terms.cosines(place)
        same_language = self._languages == self._languages[place]
        leads = self._has_lead & self._has_lead[place]
        needed = np.where(leads, _NEEDED_BY_LEADS, _NEEDED_BY_HEADLINES)
        needed_by_words = np.where(leads, _NEEDED_BY_LEAD_WORDS, _NEEDED_BY_HEADLINE_WORDS)
        within = (by_words + by_vector) / (2 * needed)
        across = (by_vector + _NAMES_WEIGHT * self._names.cosines(place)) / (2 * _NEEDED_ACROSS)
        likeness = np.where(
            self._has_vector & self._has_vector[place],
            np.where(same_language, within, across),
            np.where(same_language, by_words / needed_by_words, 0.0),
        )
        likeness[self._is_thin | self._is_thin[place]] /= _MORE_OF_FEW
        likeness[self._cannot_meet(place)] = 0.0
        return likeness

    def _cannot_meet(self, place: int) -> Flags:
        """Itself, what came out in another week, and other fillings of the same form."""
        earlier = self._ends < self._starts[place] - _MAX_HOURS_APART
        later = self._starts > self._ends[place] + _MAX_HOURS_APART
        apart: Flags = earlier | later
        apart[[place, *self._strangers.get(place, ())]] = True
        return apart


def _understood_everywhere(told: Sequence[Sequence[str]], articles: Sequence[Article]) -> list[list[str]]:
    """Of each text the terms that texts in two languages share and nobody writes small: names and numbers.

    "Couple" and "star" are French and English, and mean no happening; a text without any capital says nothing of that.
    """
    spoken: defaultdict[str, set[str | None]] = defaultdict(set)
    for terms_of_one, article in zip(told, articles, strict=True):
        for term in terms_of_one:
            spoken[term].add(article.language)
    common = {term for article in articles for term in _written_small(f"{article.title} {_lead(article)}")}
    names = {term for term, languages in spoken.items() if len(languages) > 1} - common
    return [[term for term in terms_of_one if term in names] for terms_of_one in told]


def _written_small(text: str) -> list[str]:
    small = [word for word in text.split() if word[:1].islower()]
    return terms(" ".join(small)) if len(small) < len(text.split()) else []


def _matrix(articles: Sequence[Article], vectors: Mapping[str, Sequence[float]]) -> NDArray[np.float32]:
    """The vectors row by row, zeros where there is none."""
    width = max((len(vectors[a.id]) for a in articles if a.id in vectors), default=1)
    matrix = np.zeros((len(articles), width), dtype=np.float32)
    for row, article in zip(matrix, articles, strict=True):
        if article.id in vectors:
            row[:] = vectors[article.id]
    return matrix


def _strangers(articles: Sequence[Article]) -> dict[int, list[int]]:
    """For each place, the places of those that one outlet made from the same form with another filling."""
    forms: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        forms[article.source, skeleton(article.title)].append(place)
    strangers: dict[int, list[int]] = {}
    for (source, form), places in forms.items():
        fixed = [word for word in form.split()[1:] if word != "*"]
        # Without an outlet's name the pages of all outlets stand together, so the form itself must be telling.
        if len(places) >= _MIN_FORM and "*" in form and len(fixed) >= (1 if source else 3):
            strangers.update(_apart(places, [articles[place].title for place in places]))
    return strangers


def _apart(places: Sequence[int], titles: Sequence[str]) -> Iterator[tuple[int, list[int]]]:
    found = [set(terms(title)) for title in titles]
    spread = Counter(term for filling in found for term in filling)
    fillings = [{term for term in filling if spread[term] <= len(places) / 2} for filling in found]
    for place, mine in zip(places, fillings, strict=True):
        others = zip(places, fillings, strict=True)
        yield place, [other for other, theirs in others if len(mine & theirs) < _MIN_FILLING * len(mine | theirs)]


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

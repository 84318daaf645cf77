"""Takes today's articles on a story and what earlier editions told of it, gives what is new: a phrase, or nothing.

`news_worth.py` weighs each sentence against what was told. Of an article that brings news the best sentence is the
phrase, or as many of its clauses as fit. A correction has its own reasons to come back.

Next: briefing/compose/memory.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from briefing.compose.news_cues import contrasts, is_labelled, takes_back
from briefing.compose.news_worth import together, worth_of
from briefing.compose.tellable import every_sentence, tellable_sentences
from briefing.compose.told_facts import known_of
from briefing.model.story import Novelty

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.compose.tellable import Sentence
    from briefing.compose.told_facts import Known, Traits
    from briefing.model.article import Article

#: What a phrase may be long: two lines of a mail.
PHRASE_CHARS = 160
#: Sentences looked at: so many, in so many characters, which is less than is kept of a told text: a copy of one holds
#: nothing that was not kept.
_SENTENCES, _CHARS = 14, 3_000

#: So much less is asked of a correction that does not call itself so, unless another was told before.
_CORRECTING, _CORRECTION_TOP = 3.5, 3
#: Of a phrase: it sets right against wrong; it begins or ends within a quotation; it begins in mid-sentence.
_CONTRAST, _QUOTED, _CUT_IN = 1.5, 1.0, 2.0

_JOINT = re.compile(r"(?<=[,;:])\s+|\s+(?=[–—(])|(?<=\))\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Carries what is new in a story.

    Attributes:
        is_correction: something that was told before is taken back.
    """

    novelty: Novelty
    is_correction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """One sentence that was not told, and what it is worth; above 0 it is news."""

    article: Article
    sentence: Sentence
    worth: float


def find_news(articles: Sequence[Article], told: Sequence[Article], *, languages: Sequence[str] = ()) -> News | None:
    """What is new in today's articles, told in one of `languages` where one of them has it; None when nothing is.

    A correction or retraction is always new, unless it was told itself. Neither the order of the articles nor that of
    the told ones matters. An article of which only the id is known was told as it is.
    """
    known = known_of(tuple(sorted((a for a in told if a.words_of), key=lambda a: (a.id, a.title, a.text))))
    forgotten = {article.id for article in told if not article.words_of}
    reports = [_Report(article, known) for article in articles if article.id not in forgotten]
    for is_correction in (True, False):
        found = [offer for report in reports if (offer := report.best(is_correction=is_correction))]
        if found:
            best = min(found, key=lambda o: (o.article.language not in languages, -o.worth, o.article.id))
            return News(novelty=_novelty(best, known), is_correction=is_correction)
    return None


def body_of(article: Article) -> str:
    """What a novelty's span points into: the article's text, its excerpt where it has none, its title at last."""
    return article.text or article.excerpt or article.title


def candidates_of(article: Article, known: Known) -> Iterator[tuple[Sentence, Traits, Traits | None]]:
    """Each sentence that nobody told, with what is new in it and in the headline above it."""
    headline = known.traits_of(article.title, article)
    for sentence in _sentences(body_of(article), article.language):
        if traits := known.traits_of(sentence.text, article):
            yield sentence, traits, headline


class _Report:
    """Weighs the sentences of one of today's articles."""

    def __init__(self, article: Article, known: Known) -> None:
        self.article = article
        self._took_back = known.took_back
        self._offers = [
            _Offer(article=article, sentence=sentence, worth=worth_of(traits, headline, number=sentence.number))
            for sentence, traits, headline in candidates_of(article, known)
        ]
        sentences = _sentences(body_of(article), article.language)
        top = [article.title, *(sentence.text for sentence in islice(sentences, _CORRECTION_TOP))]
        self._is_labelled = any(is_labelled(text, article.language) for text in top[:2])
        self._takes_back = any(
            takes_back(text, article.language) or known.is_set_right(text, article.language) for text in top
        )

    def best(self, *, is_correction: bool) -> _Offer | None:
        """The sentence that says what is new or, of a correction, what is right; None when there is none."""
        if not self._offers:
            return None
        sure = together([offer.worth for offer in self._offers])
        corrects = self._is_labelled or (self._takes_back and sure + _CORRECTING * (not self._took_back) > 0)
        if not (corrects if is_correction else sure > 0):
            return None
        return max(self._offers, key=lambda offer: (self._as_phrase(offer), -offer.sentence.start))

    def _as_phrase(self, offer: _Offer) -> float:
        doubt = _QUOTED * (offer.sentence.quoted or not offer.sentence.balanced)
        return offer.worth - doubt + _CONTRAST * self._contrasts(offer)

    def _contrasts(self, offer: _Offer) -> bool:
        return (self._is_labelled or self._takes_back) and contrasts(offer.sentence.text, self.article.language)


def _sentences(body: str, language: str | None) -> Iterator[Sentence]:
    """The first sentences that may be told; of a teaser that has none, all."""
    found = tellable_sentences(body, language, most=_SENTENCES) or tuple(every_sentence(body, language))[:_SENTENCES]
    return (sentence for sentence in found if sentence.end <= _CHARS)


def _novelty(offer: _Offer, known: Known) -> Novelty:
    start, end = _phrase(offer, known)
    return Novelty(text=body_of(offer.article)[start:end], article=offer.article.id, start=start, end=end)


def _phrase(offer: _Offer, known: Known) -> tuple[int, int]:
    """The sentence, or the run of its clauses with most of the news in it, or as many of its words as fit."""
    body, start, end = body_of(offer.article), offer.sentence.start, offer.sentence.end
    if end - start <= PHRASE_CHARS:
        return start, end
    joints = list(_JOINT.finditer(body, start, end))
    starts = [start, *(joint.end() for joint in joints)]
    ends = [*(joint.start() for joint in joints), end]
    runs = [(first, last) for at, first in enumerate(starts) for last in ends[at:] if 0 < last - first <= PHRASE_CHARS]
    if not runs:
        cut = body.rfind(" ", start, start + PHRASE_CHARS + 1)
        return start, cut if cut > start else start + PHRASE_CHARS
    return max(
        runs,
        key=lambda run: (_worth_of_run(body[slice(*run)], offer, known, begins=run[0] == start), -run[0]),
    )


def _worth_of_run(text: str, offer: _Offer, known: Known, *, begins: bool) -> float:
    traits = known.traits_of(text, offer.article)
    if traits is None:
        return -10.0
    return worth_of(traits, None, number=0) + len(text) / 100 - _CUT_IN * (not begins)

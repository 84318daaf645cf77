"""Takes today's articles on a story and what earlier editions told of it, gives what is new: a phrase, or nothing.

A sentence is news when it states what none of the told articles did: figures and names; a day that had not come when
the story was last told, which is how a report says that something happened; an event of a kind that nobody told. A
change of words alone weighs too little. The weights began as a logistic regression on the first of the two invented
weeks in `tests/compose/replay/`; they were rounded, and the lists of words mended, on both.

Next: briefing/compose/memory.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.compose.news_cues import contrasts, is_labelled, takes_back, weekdays_in
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

#: Above 0 a sentence is news. So much counts each new figure, small figure, name and event, two of a kind at most…
_NOTHING = -2.6
_FIGURE, _SMALL, _NAME, _EVENT, _MOST = 2.75, 1.7, 1.4, 1.0, 2
#: …all of its words being new, a day since the last telling, such a day that was looked forward to, a question, and
#: each sentence further down. The two weeks have 1.4 % repeats and no development left out; with -2.3 in place of
#: -2.6 they have 3.5 % and none, with -2.9 2.2 % and three.
_UNSEEN, _FRESH, _EXPECTED, _QUESTION, _DEPTH = 0.6, 3.4, 2.6, -1.0, -0.15
#: An article that names no day at all says by its verbs that something happened: so much for a new one near its top.
_UNDATED_EVENT, _TOP = 2.4, 2
#: A second sentence of news makes the first surer, by this part of what it has above the least.
_SECOND, _SECOND_LEAST = 0.3, -2.0
#: A correction has its own reasons to come back: so much less is asked of one that does not call itself so, unless
#: another was told before.
_CORRECTING, _CORRECTION_TOP = 3.5, 3
#: Of a phrase: it sets right against wrong; it begins or ends within a quotation; it begins in mid-sentence.
_CONTRAST, _QUOTED, _CUT_IN = 1.5, 1.0, 0.8

_ASKS = re.compile(r"\?\W*$")
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


class _Report:
    """Weighs the sentences of one of today's articles."""

    def __init__(self, article: Article, known: Known) -> None:
        self.article = article
        body = body_of(article)
        self._took_back = known.took_back
        self._is_undated = not weekdays_in(body, article.language)
        sentences = list(_sentences(body, article.language))
        self._offers = [
            _Offer(article=article, sentence=sentence, worth=self._worth(sentence, traits))
            for sentence in sentences
            if (traits := known.traits_of(sentence.text, article))
        ]
        top = [article.title, *(sentence.text for sentence in sentences[:_CORRECTION_TOP])]
        self._is_labelled = any(is_labelled(text, article.language) for text in top[:2])
        self._takes_back = any(takes_back(text, article.language) for text in top)

    def best(self, *, is_correction: bool) -> _Offer | None:
        """The sentence that says what is new or, of a correction, what is right; None when there is none."""
        ranked = sorted((offer.worth for offer in self._offers), reverse=True)
        if not ranked:
            return None
        sure = ranked[0] + _SECOND * sum(max(0.0, worth - _SECOND_LEAST) for worth in ranked[1:2])
        corrects = self._is_labelled or (self._takes_back and sure + _CORRECTING * (not self._took_back) > 0)
        if not (corrects if is_correction else sure > 0):
            return None
        return max(self._offers, key=lambda offer: (self._as_phrase(offer), -offer.sentence.start))

    def _worth(self, sentence: Sentence, traits: Traits) -> float:
        day = _EXPECTED if traits.is_expected else _FRESH
        worth = _NOTHING + _UNSEEN * traits.unseen + day * traits.is_fresh + _DEPTH * sentence.number
        for weight, count in (
            (_FIGURE, traits.figures),
            (_SMALL, traits.small),
            (_NAME, traits.names),
            (_EVENT, traits.events),
        ):
            worth += weight * min(count, _MOST)
        if self._is_undated and traits.events and sentence.number < _TOP:
            worth += _UNDATED_EVENT
        return worth + _QUESTION * bool(_ASKS.search(sentence.text))

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
    facts = _FIGURE * min(traits.figures, _MOST) + _SMALL * min(traits.small, _MOST) + _NAME * min(traits.names, _MOST)
    happened = _EVENT * min(traits.events, _MOST) + _FRESH * traits.is_fresh / 2
    return facts + happened + len(text) / 100 - _CUT_IN * (not begins)

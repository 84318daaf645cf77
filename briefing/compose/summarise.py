"""Takes an article and a rule, gives its summary: a few of its own sentences, word for word, with their places.

Next: briefing/compose/ranking.py, which makes the default choice.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from briefing.compose.sumy_methods import SUMY_METHODS, rank_with_sumy
from briefing.compose.tellable import every_sentence, is_whole, tellable_sentences, without_prefix
from briefing.model.article import Span, Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from briefing.compose.tellable import Sentence
    from briefing.model.article import Article
    from briefing.model.settings import SummaryRule

#: A publisher's text shorter than this is a label, not a summary.
_DECENT_CHARS = 40
#: A longer text is told from its beginning; the longest of 5,683 news texts has 12,683 characters. 100,000 take half a
#: second at worst.
_MOST_CHARS = 100_000
#: Sentences that an order is made of: several of sumy's take time by the square of the sentences, LSA by the cube.
_MOST_TO_ORDER = 250
#: Methods that put sentences in an order, from which the first are taken that fit; they are told as they stood. Whoever
#: adds a method adds it here (CONTRIBUTING.md).
ORDERS: dict[str, Callable[..., Sequence[Sentence]]] = {
    **{method: partial(rank_with_sumy, method=method) for method in SUMY_METHODS},
}


def summarise(article: Article, rule: SummaryRule) -> Summary | None:
    """Tells an article in a few of its own sentences, never more than the rule allows, never a cut one.

    `Summary.method` is what was really done: a text that stops short is told by its publisher's excerpt or, failing
    that, by its first sentences; so is one whose sentences are all longer than the budget. None when there is neither
    text nor excerpt, or nothing of them is whole and short enough.
    """
    excerpt_first = rule.method == "publisher" or article.truncated
    if excerpt_first and (told := _excerpt(article, rule, decent=article.truncated)):
        return told
    text = article.text[:_MOST_CHARS]
    sentences = tellable_sentences(text, article.language)
    method = "lead" if article.truncated else "ranked" if rule.method == "publisher" else rule.method
    if chosen := _choose(article, sentences, rule, method):
        return _summary(article, chosen, method)
    if told := _excerpt(article, rule, decent=False):
        return told
    rest = () if article.truncated or sentences else every_sentence(text, article.language)
    chosen = _lead(tuple(rest), rule)
    return _summary(article, chosen, "lead") if chosen else None


def _summary(article: Article, chosen: Iterable[Sentence], method: str) -> Summary:
    told = tuple(chosen)
    spans = tuple(Span(article=article.id, start=s.start, end=s.end) for s in told)
    return Summary(text=" ".join(s.text for s in told), method=method, spans=spans)


def _choose(article: Article, sentences: Sequence[Sentence], rule: SummaryRule, method: str) -> tuple[Sentence, ...]:
    if method == "lead" or _fits(sentences, rule):
        return _lead(sentences, rule)
    if method in ORDERS:
        order = ORDERS[method](sentences[:_MOST_TO_ORDER], title=article.title, language=article.language)
        return tuple(sorted(_lead(order, rule), key=lambda s: s.start))
    from briefing.compose.ranking import choose_sentences  # noqa: PLC0415, numpy is paid for only by who ranks

    return choose_sentences(sentences, title=article.title, language=article.language, rule=rule)


def _fits(sentences: Sequence[Sentence], rule: SummaryRule) -> bool:
    return 0 < len(sentences) <= rule.max_sentences and sum(len(s.text) + 1 for s in sentences) <= rule.max_chars + 1


def _lead(sentences: Iterable[Sentence], rule: SummaryRule) -> tuple[Sentence, ...]:
    """The first sentences that fit, one too long for the rest of the budget being passed over."""
    chosen: list[Sentence] = []
    left = rule.max_chars
    for sentence in sentences:
        if len(sentence.text) <= left and len(chosen) < rule.max_sentences:
            chosen.append(sentence)
            left -= len(sentence.text) + 1
    return tuple(chosen)


def _excerpt(article: Article, rule: SummaryRule, *, decent: bool) -> Summary | None:
    """The publisher's own short text, without a last sentence that was cut when a whole one stands before it."""
    excerpt = article.excerpt or ""
    every = tuple(without_prefix(s, excerpt) for s in every_sentence(excerpt, article.language))
    whole = tuple(s for s in every if is_whole(s.text))
    chosen: list[Sentence] = []
    for sentence in whole or (() if decent else every):
        if not _lead((*chosen, sentence), rule)[len(chosen) :]:
            break
        chosen.append(sentence)
    if not chosen or (decent and sum(len(s.text) for s in chosen) < _DECENT_CHARS):
        return None
    return _summary(article, chosen, "publisher")

"""Takes an article and a rule, gives its summary: a few of its own sentences, word for word, with their places.

Next: briefing/compose/ranking.py, which makes the default choice.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.compose.ranking import Sentence, choose_sentences
from briefing.compose.sentences import is_balanced, split_sentences
from briefing.compose.sumy_methods import SUMY_METHODS, rank_with_sumy
from briefing.compose.words import words
from briefing.model.article import Span, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from briefing.model.article import Article
    from briefing.model.settings import SummaryRule

#: A publisher's text shorter than this is a label, not a summary.
_DECENT_CHARS = 40
#: A question that fills a line and is shorter than this is a heading.
_HEADING_CHARS = 90

# No-break spaces belong to French typography and are kept.
_SPACE = re.compile(r"[^\S\u00a0\u202f\u2007]+")
_STOPPED = re.compile(r"[.!?…؟。！？｡।։።။។]\W*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[(?:…|\.{3}|&hellip;)\]|\((?:…|\.{3})\))\W*$")
_BOILERPLATE = re.compile(
    r"https?://|\bwww\.|©|\bcopyright\b|all rights reserved|tous droits réservés|alle rechte vorbehalten"
    r"|\bsubscribe\b|\bsign up (?:for|to)\b|\bnewsletters?\b|\bfollow us\b|\bread (?:more|also|next)\b|\balso read\b"
    r"|\bappeared first on\b|\bcontinue reading\b|\blire la suite\b|\bweiterlesen\b|\bseguir leyendo\b|\bleggi tutto\b"
    r"|\bclick here\b|\bscroll down\b|\bad(?:vertisement)? blocker\b|\benable javascript\b|\blog in to\b"
    r"|\babonnez-vous\b|\binscrivez-vous\b|\b(?:à )?lire aussi\b|\bà lire\s*:|\bvoir aussi\b|\bcliquez\b"
    r"|\bréservé aux abonnés\b|\bil vous reste \d+|\btéléchargez l['’]app|\bsuivez-nous\b"
    r"|\bjetzt abonnieren\b|\blesen sie (?:auch|hier|mehr)\b|\bmehr zum thema\b|\bfolgen sie uns\b"
    r"|\bsuscríb[ae]|\blea también\b|\blee también\b|\bhaga clic\b|\bsíguenos\b|\bcontenido exclusivo\b"
    r"|\biscriviti\b|\bleggi anche\b|\bclicca qui\b|\bseguici\b|\bassine\b|\bleia (?:também|mais)\b|\bclique aqui\b"
    r"|^\W*(?:photos?|crédits?|photo credit|foto|fotos|image|vidéo|video|bild|abbildung|watch|listen|related"
    r"|mots-clés|tags)\s*(?:[:(/|]|[A-Z]\w+ ?/)",
    re.IGNORECASE,
)
# What stands before the first word of a report: list marks, advertisement labels, "LYON (AFP) — ", "ROME, May 3 -- ".
_PREFIXES = (
    re.compile(r"[•▪►▶■●*–—-]\s+"),
    re.compile(r"(?:Publicité|Advertisement|Anzeige|Publicidad|Pubblicità|Publicidade)\s+(?=[^\W\d_a-zß-ÿ]|[«\"“])"),
    re.compile(
        r"(?:[^\W\d_][\w.'’/ -]{1,40}(?:,[^()\n–—]{1,25})?\s?)?\([A-Z][\w /.-]{1,20}\)\s*(?:\.?\s*[–—-]{1,2}|[:.])\s*"
    ),
    re.compile(r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de .'’/-]{2,40}(?:,[^()\n–—]{1,25})?\s+[–—-]{1,2}\s+"),
)


def summarise(article: Article, rule: SummaryRule) -> Summary | None:
    """Tells an article in a few of its own sentences, never more than the rule allows, never a cut one.

    `Summary.method` is what was really done: a text that stops short is told by its publisher's excerpt or, failing
    that, by its first sentences; so is one whose sentences are all longer than the budget. None when there is neither
    text nor excerpt, or nothing of them is whole and short enough.
    """
    excerpt_first = rule.method == "publisher" or article.truncated
    if excerpt_first and (told := _excerpt(article, rule, decent=article.truncated)):
        return told
    sentences = tuple(_find_sentences(article.text, article.language))
    method = "lead" if article.truncated else "ranked" if rule.method == "publisher" else rule.method
    if chosen := _choose(article, sentences, rule, method):
        return _summary(article, chosen, method)
    if told := _excerpt(article, rule, decent=False):
        return told
    rest = () if article.truncated or sentences else _every_sentence(article.text, article.language)
    chosen = _lead(tuple(rest), rule)
    return _summary(article, chosen, "lead") if chosen else None


def _summary(article: Article, chosen: Iterable[Sentence], method: str) -> Summary:
    told = tuple(chosen)
    spans = tuple(Span(article=article.id, start=s.start, end=s.end) for s in told)
    return Summary(text=" ".join(s.text for s in told), method=method, spans=spans)


def _choose(article: Article, sentences: Sequence[Sentence], rule: SummaryRule, method: str) -> tuple[Sentence, ...]:
    if method == "lead" or _fits(sentences, rule):
        return _lead(sentences, rule)
    if method in SUMY_METHODS:
        ranking = rank_with_sumy(sentences, method=method, title=article.title, language=article.language)
        return tuple(sorted(_lead(ranking, rule), key=lambda s: s.start))
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
    every = tuple(_without_prefix(s, excerpt) for s in _every_sentence(excerpt, article.language))
    whole = tuple(s for s in every if _is_whole(s.text))
    chosen: list[Sentence] = []
    for sentence in whole or (() if decent else every):
        if not _lead((*chosen, sentence), rule)[len(chosen) :]:
            break
        chosen.append(sentence)
    if not chosen or (decent and sum(len(s.text) for s in chosen) < _DECENT_CHARS):
        return None
    return _summary(article, chosen, "publisher")


def _every_sentence(text: str, language: str | None) -> Iterator[Sentence]:
    for number, (start, end) in enumerate(split_sentences(text, language)):
        yield Sentence(start=start, end=end, text=_SPACE.sub(" ", text[start:end]), number=number)


def _paragraphs(text: str, language: str | None) -> Iterator[list[Sentence]]:
    paragraph: list[Sentence] = []
    for sentence in _every_sentence(text, language):
        if paragraph and "\n" in text[paragraph[-1].end : sentence.start]:
            yield paragraph
            paragraph = []
        paragraph.append(sentence)
    if paragraph:
        yield paragraph


def _find_sentences(text: str, language: str | None) -> Iterator[Sentence]:
    """The sentences that may be told: whole, said once, neither heading nor boilerplate, without dateline."""
    said: set[tuple[str, ...]] = set()
    for paragraph in _paragraphs(text, language):
        for sentence in _mark_quotations(paragraph):
            spoken = tuple(words(sentence.text))
            if spoken and spoken not in said and _may_be_told(sentence, alone=len(paragraph) == 1):
                yield _without_prefix(sentence, text)
            said.add(spoken)


def _mark_quotations(paragraph: Sequence[Sentence]) -> Iterator[Sentence]:
    """Finds the sentences within a quotation that spans several.

    Where the paragraph's own marks do not match, nobody can tell what is within: only the sentence with the odd mark
    is told apart. An opening mark that lost its sentence ("…a dit."" at the end of the line) is left out.
    """
    sound = is_balanced(" ".join(s.text for s in paragraph))
    within = False
    for sentence in paragraph:
        balanced = is_balanced(sentence.text)
        if sound:
            yield replace(sentence, quoted=within or not balanced)
        elif sentence is paragraph[-1] and sentence.text.endswith('"') and sentence.text.count('"') == 1 and not within:
            yield replace(sentence, end=sentence.end - 1, text=sentence.text[:-1])
        else:
            yield replace(sentence, balanced=balanced)
        within ^= not balanced


def _is_whole(text: str) -> bool:
    """A sentence somebody finished, and not one that only asks the reader to click."""
    return bool(_STOPPED.search(text)) and not _CUT.search(text) and not _BOILERPLATE.search(text)


def _may_be_told(sentence: Sentence, *, alone: bool) -> bool:
    """Whether a sentence is news; `alone` in its paragraph, a short question is a heading."""
    if not _is_whole(sentence.text):
        return False
    asks = sentence.text.rstrip(' \u00a0\u202f»”"').endswith("?")
    return not (alone and asks and sentence.number and len(sentence.text) < _HEADING_CHARS)


def _without_prefix(sentence: Sentence, text: str) -> Sentence:
    start = sentence.start
    for prefix in _PREFIXES:
        found = prefix.match(text, start, sentence.end)
        if found and sentence.end - found.end() > _DECENT_CHARS // 2:
            start = found.end()
    return replace(sentence, start=start, text=_SPACE.sub(" ", text[start : sentence.end]))

"""Takes a story's summary and its other articles, gives the summary with one more sentence when that adds a fact.

The first outlet tells the story; a second one is heard only when it has a number, a name or a place that the first
telling lacks, in a sentence that stands alone and repeats nothing. Better no addition than a poor one.

Next: briefing/compose/sumy_methods.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import log1p
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from briefing.compose.cues import points_back
from briefing.compose.duplicates import when
from briefing.compose.facts import Said, facts_of, names_of
from briefing.compose.summarise import summarise
from briefing.compose.tellable import tellable_sentences
from briefing.compose.words import STOP_WORDS, terms, words
from briefing.model.article import Span, Summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.compose.facts import Fact
    from briefing.compose.tellable import Sentence
    from briefing.model.article import Article
    from briefing.model.settings import SummaryRule

#: Further down an article stand its background and other news.
_DEEPEST = 8
#: A shorter sentence has no room for a fact and its context.
_LEAST_CHARS = 45
#: An addition may take this part of the budget, a summary told anew must fill that part.
_LARGEST_SHARE, _LEAST_RETOLD = 0.6, 0.55
#: For less than one fact that the lead lacks altogether, near the top of its article, the lead gives up no room.
_WORTH_ROOM = 1.5
#: Of the sentence's terms, as a part of them: so few were said already in one sentence, so few in all of them.
_MOST_ALIKE, _MOST_SAID = 0.5, 0.45
#: So many terms it must share with headline and summary, or it is about something else.
_LEAST_SHARED = 2
#: …and this part of its own, when it names nobody and nothing that the lead names.
_NAMELESS_SHARE = 1 / 3
#: Hours an article may be older than the lead.
_OLDER = 12.0
#: A sentence of which more is quoted is an opinion.
_MOST_QUOTED = 0.5
#: A line of which more words have a capital is a headline.
_MOST_CAPITALS = 0.7
#: Less sure an extraction may hold what is no part of the article.
_LEAST_CONFIDENCE = 0.5

_QUOTATION = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"|‘[^’]{12,}’")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
# Said by the writer, or to the reader.
_PERSONAL = {
    "en": r"I|[Ww]e|[Mm]y|[Oo]ur|us|me|[Yy]ou|[Yy]our|I['’]m|[Ww]e['’]re",
    "fr": r"[Jj]e|[Nn]ous|[Nn]otre|[Nn]os|[Mm]oi|[Mm]on|[Mm]a|[Mm]es|[Vv]ous|[Vv]otre|[Vv]os",
    "de": r"[Ii]ch|[Ww]ir|[Mm]ein(?:e\w?)?|[Uu]nser(?:e\w?)?|uns|mich|mir|du|[Dd]ein(?:e\w?)?",
    "es": r"[Yy]o|[Nn]osotros|[Nn]uestr\w+|[Mm]i|[Mm]is|[Uu]sted(?:es)?",
    "it": r"[Ii]o|[Nn]oi|[Nn]ostr\w+|[Mm]io|[Mm]ia|[Mm]iei|[Vv]oi|[Vv]ostr\w+",
    "pt": r"[Ee]u|[Nn]ós|[Nn]oss\w+|[Mm]eu|[Mm]inha|[Vv]ocês?",
}
# Stands for somebody; for whom, the sentence must have said before.
_PRONOUNS = {
    "en": r"he|she|his|her|him",
    "fr": r"elles?|ils|lui",
    "de": r"er|ihm|ihn",
    "es": r"él|ellas?|ellos",
    "it": r"lui|lei|loro",
    "pt": r"eles?|elas?",
}
_SPEAKS = {code: re.compile(rf"(?<![\w'’])(?:{said})(?!\w)") for code, said in _PERSONAL.items()}
_STANDS_FOR = {code: re.compile(rf"(?<!\w)(?:{said})(?!\w)") for code, said in _PRONOUNS.items()}
# What a piece says of itself: "NPR speaks with …", "Imtiaz Tyab has details."
_OF_ITSELF = re.compile(
    r"\bhas (?:more|details|the (?:story|details|latest))\b|\b(?:speaks?|spoke|talks?|talked) (?:with|to) \w+ about\b"
    r"|\breports (?:from|on)\b|\breports\.$|\bhere(?:['’]s| is| are) what\b|\bneed to know\b|\ba recueilli\b"
    r"|\bthis is what\b|\bce qu['’]il faut savoir\b|\bwas (?:man|Sie) (?:jetzt )?wissen\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """One sentence of another outlet, and what it is worth to the story."""

    article: Article
    sentence: Sentence
    worth: float


def add_sentence(told: Summary, lead: Article, others: Sequence[Article], rule: SummaryRule) -> Summary:
    """Gives the summary with one sentence of another outlet after it, or as it was.

    The last span then names the other article and points into its text, into its excerpt when it has no text. The
    whole stays within `rule.max_chars` and `rule.max_sentences + 1` sentences. Where room is short the lead is told
    anew in less of it, unless that loses its first sentence or a word of the headline, quotes more, or fills less than
    55 % of the budget.

    Args:
        told: the lead's own summary.
        others: the story's other voices, the better ones first; only those in the lead's language, of another
            outlet, are heard.
    """
    if not told.spans:
        return told  # generated text: nobody knows which sentences it stands for
    voices = [other for other in others if _may_be_heard(other, lead)]
    for offer in _offers(told, lead, voices, rule):
        room = rule.max_chars - len(offer.sentence.text) - 1
        if len(told.text) <= room:
            return _joined(told, offer)
        shorter = _told_anew(told, lead, rule, room) if offer.worth >= _WORTH_ROOM else None
        if shorter is not None and _Telling(shorter, lead).worth_of(offer.sentence, offer.article) > 0:
            return _joined(shorter, offer)
    return told


def _joined(told: Summary, offer: _Offer) -> Summary:
    span = Span(article=offer.article.id, start=offer.sentence.start, end=offer.sentence.end)
    return replace(told, text=f"{told.text} {offer.sentence.text}", spans=(*told.spans, span))


def _told_anew(told: Summary, lead: Article, rule: SummaryRule, room: int) -> Summary | None:
    """The lead in less room, or None when it would be told worse."""
    shorter = summarise(lead, replace(rule, max_chars=room, method=told.method))
    if shorter is None or shorter.method != told.method or len(shorter.text) < _LEAST_RETOLD * rule.max_chars:
        return None
    titled = frozenset(terms(lead.title))
    loses = len(titled & set(terms(told.text))) > len(titled & set(terms(shorter.text)))
    quotes = _quoted_chars(shorter.text) > _quoted_chars(told.text)
    return None if loses or quotes or shorter.spans[0] != told.spans[0] else shorter


def _may_be_heard(other: Article, lead: Article) -> bool:
    """Another outlet, the same language, nothing doubtful or cut short, and not yesterday's paper."""
    if not other.source or other.truncated or not lead.language or other.language != lead.language:
        return False
    if _is_one_outlet(other, lead):
        return False
    if other.confidence is not None and other.confidence < _LEAST_CONFIDENCE:
        return False
    mine, theirs = when(lead), when(other)
    return mine is None or theirs is None or mine[0] - theirs[1] <= _OLDER


def _is_one_outlet(one: Article, other: Article) -> bool:
    """Whether both are of one house: at one host, or "Le Quai" and "Quai en ligne", "The Quay" and "quay"."""
    if (host := _host(one.url)) and host == _host(other.url):
        return True
    mine, theirs = _words_of_name(one), _words_of_name(other)
    return mine <= theirs or theirs <= mine


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _words_of_name(article: Article) -> frozenset[str]:
    every = frozenset(words(article.source or ""))
    return every - STOP_WORDS or every


def _offers(told: Summary, lead: Article, voices: Sequence[Article], rule: SummaryRule) -> list[_Offer]:
    """What the other outlets have to add, the best first."""
    first = _Telling(told, lead)
    most = _LARGEST_SHARE * rule.max_chars
    offers = [
        _Offer(article=voice, sentence=sentence, worth=worth)
        for voice in voices
        for sentence in _candidates(voice)
        if _LEAST_CHARS <= len(sentence.text) <= most and (worth := first.worth_of(sentence, voice)) > 0
    ]
    return sorted(offers, key=lambda o: (-o.worth, voices.index(o.article), o.sentence.start))


def _candidates(article: Article) -> Iterator[Sentence]:
    """The first sentences that leave nothing open and need none before them, exactly as they stand.

    In a language whose openers we do not know, only an article's first sentence is sure to need none.
    """
    found = tellable_sentences(article.text or article.excerpt or "", article.language, most=_DEEPEST)
    for sentence in found:
        opens = points_back(sentence.text, article.language) or (sentence.number and article.language not in _SPEAKS)
        whole = sentence.balanced and not sentence.quoted and len(sentence.text) == sentence.end - sentence.start
        if whole and not opens:
            yield sentence


class _Telling:
    """Remembers what the first outlet says, so that every sentence of the others can be held against it."""

    def __init__(self, told: Summary, lead: Article) -> None:
        self.said = frozenset(terms(lead.title)) | frozenset(terms(told.text))
        self.sentences = [frozenset(terms(lead.title)), *_terms_of_sentences(told, lead)]
        self.known = Said(lead.title, told.text, language=lead.language)
        self.known_to_lead = Said(lead.title, lead.text, lead.excerpt or "", language=lead.language)

    def worth_of(self, sentence: Sentence, article: Article) -> float:
        """How much of an addition a sentence is; 0 and less when it is none."""
        if not _stands_alone(sentence.text, article.language):
            return 0.0
        facts = facts_of(sentence.text, article.language)
        own = frozenset(words(article.source or "")) | {""}
        new = [fact for fact in facts if not self.known.has(fact) and not own.issuperset(fact.words or ("0",))]
        if _resumes_a_name(sentence, new, article) or not self._is_near(sentence.text, facts):
            return 0.0
        news = sum(1.0 if self.known_to_lead.has(fact) else 2.0 for fact in new if fact.is_introduced)
        return min(news, 4.0) - 0.5 * log1p(sentence.number) if news else 0.0

    def _is_near(self, text: str, facts: Sequence[Fact]) -> bool:
        """About the same happening, and not the same again."""
        spoken = frozenset(terms(text))
        shared = len(spoken & self.said)
        if not _LEAST_SHARED <= shared <= _MOST_SAID * len(spoken):
            return False
        if shared < _NAMELESS_SHARE * len(spoken) and not any(self.known.has(f) for f in facts if f.words):
            return False
        return all(len(spoken & s) <= _MOST_ALIKE * min(len(spoken), len(s)) for s in self.sentences if s)


def _terms_of_sentences(told: Summary, lead: Article) -> Iterator[frozenset[str]]:
    text = lead.excerpt if told.method == "publisher" else lead.text
    for span in told.spans:
        yield frozenset(terms((text or "")[span.start : span.end]))


def _resumes_a_name(sentence: Sentence, new: Sequence[Fact], article: Article) -> bool:
    """Whether a bare surname was introduced further up in its own article, where the reader has not been."""
    before = (article.text or article.excerpt or "")[: sentence.start]
    bare = {fact.words[0] for fact in new if not fact.is_introduced}
    if bare & set(words(before)):
        return True
    opener = re.match(r"\W*([^\W\d_]+)", sentence.text)
    return bool(opener and re.search(rf"[^\W_]{{2}},? {opener[1]}\b", before) and opener[1][0].isupper())


def _stands_alone(text: str, language: str | None) -> bool:
    """Neither a question, a cry, an opinion in quotation marks, nor said by an "I", nor about a "he" nobody named."""
    if any(mark in text for mark in "?!") or _OF_ITSELF.search(text) or not _is_cased_as_a_sentence(text):
        return False
    if _quoted_chars(text) > _MOST_QUOTED * len(text):
        return False
    spoken = _QUOTATION.sub(lambda found: " " * len(found[0]), text)
    speaks, stands_for = _SPEAKS.get(language or ""), _STANDS_FOR.get(language or "")
    if speaks and speaks.search(spoken):
        return False
    pronoun = stands_for.search(spoken) if stands_for else None
    return pronoun is None or any(name.start < pronoun.start() for name in names_of(spoken, language) if name.is_person)


def _quoted_chars(text: str) -> int:
    return sum(map(len, _QUOTATION.findall(text)))


def _is_cased_as_a_sentence(text: str) -> bool:
    """With a capital at the beginning, and not on Nearly Every Word."""
    long_words = _LONG_WORD.findall(text)
    capitals = sum(word[0].isupper() for word in long_words)
    return not text.lstrip("\"'“‘«„ \u00a0\u202f")[:1].islower() and capitals <= _MOST_CAPITALS * len(long_words)

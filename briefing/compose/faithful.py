"""Takes a text that a model wrote about an article, gives the reason to refuse it, or None when it may be told.

Nothing here can see whether a sentence is true. What it can see: that every figure, name and quotation stands in the
article, that most words do, that the language and the length are right, and that it is prose and no web address,
markup, excuse or echo. Whatever fails is refused; the article's own sentences are always at hand.

Next: briefing/compose/names.py.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.compose.figures import has_foreign_figure
from briefing.compose.measures import has_foreign_measure
from briefing.compose.names import has_foreign_name
from briefing.compose.prompt import is_addressed_to_a_model, make_prompt
from briefing.compose.sentences import is_balanced, split_sentences
from briefing.compose.words import STOP_WORDS, fold, shingles, words

if TYPE_CHECKING:
    from briefing.model.article import Article
    from briefing.model.settings import SummaryRule

#: Shorter is a headline.
_LEAST_CHARS = 40
#: So many words in a row are taken from the instructions by no accident.
_ECHO = 6
#: Of the longer words at least this share must begin like one of the article's. Of our own paraphrases (tests) the
#: freest has 0.67, a text about something else at most 0.2.
_LEAST_SHARED = 0.5
#: One of them must stand in its title or first half (of a long one, so many characters): what is hidden further down is
#: not what it is about.
_HEAD_CHARS = 600

_WEB = re.compile(r"\w+://|\bwww\.|\b(?:mailto|javascript|tel):|@|[^\W_] ?[.\u3002\uff0e\uff61][^\W\d_]{2,}\b")
_MARKUP = re.compile(r"[<>*`|{}\[\]\\~^_#]|&#?\w+;|^\s*(?:[-+•·▪–—]|\d+[.)])\s", re.MULTILINE)
# What writes about itself, its task or "the article", folded, in our seven languages.
_META = re.compile(
    r"\bas an? (?:large )?(?:ai|language model|assistant)\b|\bi(?: a|')m (?:sorry|unable|an? ai)\b"
    r"|\bi (?:cannot|can't|can not|apologi[sz]e)\b|\bhere(?:'s| is| are)\b.{0,30}\b(?:summary|sentences|briefing)\b"
    r"|\b(?:this|the) (?:news )?(?:article|text|passage) (?:\w+ly )?(?:says|states|reports|describes|discuss|explains"
    r"|covers|mentions|highlights|details|outlines|is about)\b|^(?:sure|certainly|of course|okay)\b[,!:]"
    r"|^(?:summary|resume|zusammenfassung|resumen|riassunto|resumo|samenvatting|tl;?dr)\b ?[:.–—-]"
    r"|\b(?:voici|voila)\b.{0,30}\b(?:resume|synthese)\b|\ben tant qu(?:e |')(?:ia|assistant|modele)\b|\bje suis desole"
    r"|\bje ne (?:peux|puis) pas\b"
    r"|\b(?:cet|l') ?article (?:\w+ )?(?:parle|traite|explique|decrit|presente|evoque|rapporte)"
    r"|\bhier ist\b.{0,30}\bzusammenfassung\b|\bals (?:ki|sprachmodell|assistent)\b|\bes tut mir leid\b"
    r"|\bich kann (?:leider )?(?:nicht|keine)\b|"
    r"\b(?:der|dieser) (?:artikel|text) (?:handelt|berichtet|beschreibt|behandelt|erklart|besagt)\b"
    r"|\baqui (?:esta|tiene|tienes)\b.{0,30}\bresum|\bcomo (?:ia|asistente|modelo)\b|\blo siento\b"
    r"|\b(?:el|este) (?:articulo|texto) (?:habla|trata|explica|describe|informa)"
    r"|\becco\b.{0,30}\b(?:riassunto|sintesi)\b|\bcome (?:ia|assistente|modello)\b|\bmi dispiace\b"
    r"|\b(?:l'|questo )articolo (?:parla|tratta|spiega|descrive|riporta)"
    r"|\bcomo (?:uma ia|assistente|um modelo)\b|\b(?:o|este) artigo (?:fala|trata|explica|descreve|relata)"
    r"|\bhier is\b.{0,30}\bsamenvatting\b|\bals (?:ai|taalmodel)\b|\bhet spijt me\b|"
    r"\b(?:het|dit) artikel (?:gaat|bericht|beschrijft|meldt|legt)\b",
    re.MULTILINE,
)
_QUOTED = re.compile(
    r"“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|»([^«]*)«|\"([^\"]*)\"|‘([^‘]+?)’(?!\w)|‚([^‘]+)‘|‹([^›]*)›"
    # "The insurers' and the owners' money" is no quotation, so one must begin after a space and hold no possessive.
    r"|(?<![^\s(])'(?=\w)([^']*(?:'\w[^']*)*)(?<=[\w,.!?…])'(?!\w)"
)
#: A sentence ends in a mark of its own, whatever closes after it; an ellipsis is where somebody stopped writing.
_ENDED = re.compile(r"(?<!\.)[.!?] ?['\"”“»«’‘›‹)]{0,2}$")


class Refusal(StrEnum):
    """Says in a word why a generated text is not told."""

    #: the article holds words that mean to steer a model
    INSTRUCTIONS = "instructions"
    #: shorter than a sentence, or nothing at all
    SHORT = "short"
    #: more sentences or characters than the rule allows
    LONG = "long"
    #: the last sentence is not finished
    UNFINISHED = "unfinished"
    #: another language than the article's, or one that nobody can tell
    LANGUAGE = "language"
    #: a link, an address, markup, a list or a character that cannot be seen
    MARKUP = "markup"
    #: talk about itself or its task
    META = "meta"
    #: a piece of the prompt
    ECHO = "echo"
    #: a quotation that is not the article's, word for word
    QUOTATION = "quotation"
    #: a number, share, currency, unit or date that the article does not state
    NUMBER = "number"
    #: a name that the article does not know, or a new pair of names
    NAME = "name"
    #: hardly a word of the article
    UNRELATED = "unrelated"


def tidy(answer: str) -> str:
    """The answer on one line, as it would be told; nothing is mended."""
    return " ".join(answer.split())


def find_fault(answer: str, *, article: Article, language: str | None, rule: SummaryRule) -> Refusal | None:
    """The first reason not to tell `answer` as the article's summary, None when there is none.

    Args:
        answer: as the model gave it.
        article: whose title and whole text (its excerpt when there is no text) the answer may draw on.
        language: what the answer was found to be written in.
        rule: the limits it had to keep.
    """
    text = tidy(answer)
    return (
        _fault_of_form(answer, text, article, rule)
        or (Refusal.LANGUAGE if language is None or language != article.language else None)
        or _fault_of_manner(text, article, rule)
        or _fault_of_fact(text, article)
    )


def can_be_checked(article: Article) -> bool:
    """Whether the article's script has capital letters, without which no name can be told from other words."""
    letters = [char for char in f"{article.title}{article.text or article.excerpt or ''}"[:2000] if char.isalpha()]
    return sum(char.lower() != char.upper() for char in letters) * 2 > len(letters)


def _fault_of_form(answer: str, text: str, article: Article, rule: SummaryRule) -> Refusal | None:
    if len(text) > rule.max_chars:
        return Refusal.LONG
    if any(unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn", "Cs"} and char not in "\n\r\t" for char in answer):
        return Refusal.MARKUP
    if _WEB.search(text) or _MARKUP.search(answer) or _has_new_symbol(text, article):
        return Refusal.MARKUP
    if len(text) < _LEAST_CHARS:
        return Refusal.SHORT
    if len(split_sentences(text, article.language)) > rule.max_sentences:
        return Refusal.LONG
    return None if _ENDED.search(text) else Refusal.UNFINISHED


def _has_new_symbol(text: str, article: Article) -> bool:
    """Emoji, arrows, stray accents and letters of a script that are not the article's."""
    known = set(unicodedata.normalize("NFC", article.words_of))
    new = set(unicodedata.normalize("NFC", text)) - known
    if any(unicodedata.category(char) in {"So", "Sm", "Sk", "Mn", "Me"} for char in new):
        return True
    scripts = {_script_of(char) for char in known if char.isalpha()}
    return any(char.isalpha() and _script_of(char) not in scripts for char in new)


def _script_of(letter: str) -> str:
    """LATIN, CYRILLIC, FULLWIDTH…: an а that looks like an a betrays itself by its name."""
    return unicodedata.name(letter, "").split(" ", 1)[0]


def _fault_of_manner(text: str, article: Article, rule: SummaryRule) -> Refusal | None:
    prompt = make_prompt(article, rule)
    if prompt.material.split("\n", 1)[0] in text or shingles(words(prompt.instructions), _ECHO) & _runs(text):
        return Refusal.ECHO
    # Within quotation marks somebody else may be sorry; that they are is checked later.
    return Refusal.META if _META.search(fold(_QUOTED.sub(" ", text))) else None


def _runs(text: str) -> frozenset[str]:
    spoken = words(text)
    return shingles(spoken, _ECHO) if len(spoken) >= _ECHO else frozenset()


def _fault_of_fact(text: str, article: Article) -> Refusal | None:
    body = article.text or article.excerpt or ""
    whole = f"{article.title}\n{body}"
    if is_addressed_to_a_model(article):
        return Refusal.INSTRUCTIONS
    if not is_balanced(text) or not _quotes_verbatim(text, whole):
        return Refusal.QUOTATION
    if has_foreign_figure(text, article=whole, language=article.language):
        return Refusal.NUMBER
    if has_foreign_measure(text, article=whole, language=article.language):
        return Refusal.NUMBER
    if has_foreign_name(text, title=article.title, body=body, language=article.language):
        return Refusal.NAME
    return None if _is_related(text, article, body) else Refusal.UNRELATED


def _quotes_verbatim(text: str, whole: str) -> bool:
    spoken = f" {' '.join(words(whole))} "
    quotations = (" ".join(words("".join(filter(None, found)))) for found in _QUOTED.findall(text))
    return all(f" {quotation} " in spoken for quotation in quotations)


def _is_related(text: str, article: Article, body: str) -> bool:
    """Whether the longer words of the text begin like words of the article, often enough and of its head as well."""
    meant = _beginnings(text)
    head_chars = min(len(body) // 2, _HEAD_CHARS)
    known, head = _beginnings(f"{article.title}\n{body}"), _beginnings(f"{article.title}\n{body[:head_chars]}")
    return not set(meant).isdisjoint(head) and sum(word in known for word in meant) >= _LEAST_SHARED * len(meant)


def _beginnings(text: str) -> list[str]:
    return [word[:5] for word in words(text) if len(word) >= 4 and word not in STOP_WORDS]

"""Takes a text, gives those of its sentences that may be told: whole, news, said once, with their places.

Next: briefing/compose/summarise.py, which chooses among them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from briefing.compose.quotations import find_quotations
from briefing.compose.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.compose.quotations import Quotations

#: A dateline is stripped only from a sentence that keeps more than this.
_REST_CHARS = 20
#: A question that fills a line and is shorter than this is a heading.
_HEADING_CHARS = 90
#: How much of a sentence's end shows whether somebody finished it.
_TAIL = 16

# No-break spaces belong to French typography and are kept.
_SPACE = re.compile(r"[^\S\u00a0\u202f\u2007]{2,}|[^\S\u00a0\u202f\u2007 ]")
#: What may stand between two sentences of one paragraph; everything else is a line break.
_SPACES = " \t\u00a0\u202f\u2007\u3000"
# Begins at the beginning of a line only: elsewhere a long line would be read from each of its letters.
_BLOCK = re.compile(r"(?<![^\n])[^\n]+(?:\n[^\n]+)+")
_WRAPPED = re.compile(r"[^\s.!?…:;]\n(?=[a-zß-ÿ])")
_WRAP = re.compile(r"(?<=[^\s.!?…:;])\n(?=\S)")
_LETTER = re.compile(r"[^\W_]")
_STOPPED = re.compile(r"[.!?…؟。！？｡।။።]\W*$")
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
    r"|\b(?:uses?|utilis(?:e|ons)|utilizamos|utilizza|usiamo|verwende[nt]) (?:des |de |i )?cookies?\b"
    r"|\bindependent journalism\b|\bfree to read\b|\b\d+ ?% off\b|\bpromo(?:tion)? code\b|\bcode promo\b"
    r"|\bour (?:readers|subscribers)\b|\bnos (?:lecteurs|abonnés)\b|\bunsere (?:leser|abonnenten)\b"
    r"|\bnuestros (?:lectores|suscriptores)\b|\bnostri (?:lettori|abbonati)\b|\bnossos (?:leitores|assinantes)\b",
    re.IGNORECASE,
)
# A text without any of these holds no boilerplate. Looking for them takes 2 % of the time of the pattern above.
_TRACES = (
    *("http", "www.", "©", "copyright", "reserved", "réservé", "vorbehalten", "subscribe", "sign up", "newsletter"),
    *("follow us", "read ", "first on", "continue", "lire", "weiterlesen", "seguir", "leggi", "clic", "scroll"),
    *("blocker", "javascript", "log in", "abonn", "inscrivez", "voir aussi", "vous reste", "télécharge", "suivez"),
    *("lesen sie", "thema", "folgen", "suscríb", "lea también", "lee también", "síguenos", "exclusivo", "iscriviti"),
    *("seguici", "assine", "leia ", "cookie", "independent j", "free to read", "% off", "promo", "our readers"),
    *("our subscribers", "nos lecteurs", "nos abonnés", "unsere", "nuestros", "nostri", "nossos"),
)
_LABEL = re.compile(
    r"\W*(?:photos?|crédits?|photo credit|foto|fotos|image|vidéo|video|bild|abbildung|watch|listen|related"
    r"|mots-clés|tags)\s*(?:[:(/|]|[A-Z]\w+ ?/)"
    r"|\W*(?:last updated|first published|image (?:caption|source)|photograph:|mis à jour|publié le|aktualisiert am"
    r"|actualizado|aggiornato il|pubblicato il|atualizado em)\b",
    re.IGNORECASE,
)
# What stands before the first word of a report: list marks, advertisement labels, "LYON (AFP) — ", "ROME, May 3 -- ".
_PREFIXES = (
    re.compile(r"[•▪►▶■●*–—-]\s+"),
    re.compile(r"(?:Publicité|Advertisement|Anzeige|Publicidad|Pubblicità|Publicidade)\s+(?=[^\W\d_a-zß-ÿ]|[«\"“])"),
    re.compile(
        r"(?:[^\W\d_][\w.'’/ -]{1,40}(?:,[^()\n–—]{1,25})?\s?(?:[–—-] )?)?"
        r"\((?:[^\W\d_a-zß-ÿ][\w /.-]{1,20}|(?:dpa|sid|ots|epd|kna|apa|afp)(?:/\w{2,4})?)\)"
        r"\s*(?:\.?\s*[–—-]{1,2}|[:.])\s*"
    ),
    re.compile(r"【[^】\n]{1,20}】|新华社[^\n（(]{1,20}电(?:[（(][^)）\n]{1,20}[)）])?\s*"),
    re.compile(r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de .'’/-]{2,40}(?:,[^()\n–—]{1,25})?\s+[–—-]{1,2}\s+"),
)
# "МОСКВА, 12 мар - РИА Новости.", "Москва. 12 марта. INTERFAX.RU - ": place, day, agency; full stops inside, so that it
# is no prefix of a sentence but of the text.
_RUSSIAN_DATELINE = re.compile(
    r"\s*[А-ЯЁІЇЄ][А-Яа-яЁёІіЇїЄє’'/ -]{2,40}[.,]\s+\d{1,2}\s[а-яёіїє]{3,9}\.?(?:\s\d{4}(?:\sг\.?)?)?\s?[,.–—-]{0,2}\s*"
    r"(?:/[^/\n]{2,30}/|РИА Новости(?:[^.\n–—/]|-){0,40}|(?:[A-Z][\w-]*|ТАСС|Интерфакс|Рейтер|УНН|Укринформ|БЕЛТА)"
    r"(?:[.-]\w+)?(?:\s/[^/\n]{2,30}/)?)?\s*(?:[.–—-]|(?<=[.–—-]))\s*(?=[«\"“]?[А-ЯЁІЇЄ\d])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Carries one sentence that may be told, and where it stands.

    Attributes:
        start, end: `[start, end)` in code points of the text.
        text: as told, inner white space collapsed.
        number: its place among all sentences of the article, 0 first.
        leads: stands first in its paragraph.
        quoted: begins or ends inside a quotation, or holds a mark without a partner.
        balanced: False when it holds a mark without a partner in a text whose marks are damaged.
    """

    start: int
    end: int
    text: str
    number: int
    leads: bool = False
    quoted: bool = False
    balanced: bool = True


def tellable_sentences(text: str, language: str | None, *, most: int | None = None) -> tuple[Sentence, ...]:
    """Gives the sentences that may be told: whole, said once, neither heading nor boilerplate, without dateline.

    In reading order; the first `most` of them, or all. `language` is an ISO 639-1 code or None.
    """
    return tuple(islice(_tellable(text, language), most))


def every_sentence(text: str, language: str | None) -> Iterator[Sentence]:
    """Gives every sentence, whether it may be told or not; one that was broken into lines is whole again."""
    before = -1
    text = _BLOCK.sub(_unwrapped, text)
    for number, (start, end) in enumerate(split_sentences(text, language)):
        leads = before < 0 or bool(text[before:start].strip(_SPACES))
        yield Sentence(start=start, end=end, text=_SPACE.sub(" ", text[start:end]), number=number, leads=leads)
        before = end


def is_whole(text: str) -> bool:
    """Tells whether somebody finished the sentence, and it does not only ask the reader to click."""
    return _is_finished(text) and not _BOILERPLATE.search(text) and not _LABEL.match(text)


def without_prefix(sentence: Sentence, text: str) -> Sentence:
    """The sentence without dateline, list mark or advertisement label, which are not told."""
    start = sentence.start
    for prefix in _PREFIXES:
        found = prefix.match(text, start, sentence.end)
        if found and sentence.end - found.end() > _REST_CHARS:
            start = found.end()
    if start == sentence.start:
        return sentence
    return replace(sentence, start=start, text=_SPACE.sub(" ", text[start : sentence.end]))


def _unwrapped(block: re.Match[str]) -> str:
    """The lines of wrapped prose in one, as long as before: at half of the breaks a small letter follows."""
    breaks, small = block.group().count("\n"), len(_WRAPPED.findall(block.group()))
    return _WRAP.sub(" ", block.group()) if 2 * small >= breaks else block.group()


def _tellable(text: str, language: str | None) -> Iterator[Sentence]:
    quotations = find_quotations(text)
    low = text.lower()
    traces = tuple(trace for trace in _TRACES if trace in low)
    said: set[str] = set()
    sentences = _after_dateline(text, list(every_sentence(text, language)))
    for sentence, following in zip(sentences, [*sentences[1:], None], strict=False):
        spoken = sentence.text.casefold()
        alone = sentence.leads and (following is None or following.leads)
        if spoken not in said and _may_be_told(sentence, alone=alone, traces=traces):
            yield _marked(without_prefix(sentence, text), text, quotations)
        said.add(spoken)


def _after_dateline(text: str, sentences: list[Sentence]) -> list[Sentence]:
    """The sentences that a Russian dateline leaves, numbered as if it were not there; all if none would be."""
    found = _RUSSIAN_DATELINE.match(text[:160])
    kept = [sentence for sentence in sentences if found is None or sentence.end > found.end()]
    if found is None or not kept:
        return sentences
    start, skipped = max(kept[0].start, found.end()), kept[0].number
    kept[0] = replace(kept[0], start=start, text=_SPACE.sub(" ", text[start : kept[0].end]), leads=True)
    return [replace(sentence, number=sentence.number - skipped) for sentence in kept]


def _marked(sentence: Sentence, text: str, quotations: Quotations) -> Sentence:
    """Says how the sentence stands to the quotations; a mark that lost its sentence ("…a dit."") is left out."""
    if text[sentence.end - 1] == '"' and quotations.unpaired(sentence.end - 1, sentence.end):
        sentence = replace(sentence, end=sentence.end - 1, text=sentence.text[:-1])
    start, end = sentence.start, sentence.end
    if quotations.unpaired(start, end):
        return replace(sentence, balanced=False, quoted=not quotations.damaged)
    return replace(sentence, quoted=True) if not quotations.damaged and quotations.cut(start, end) else sentence


def _may_be_told(sentence: Sentence, *, alone: bool, traces: Sequence[str]) -> bool:
    """Whether a sentence is news; `alone` in its paragraph, a short question is a heading."""
    text = sentence.text
    if not _is_finished(text) or not _LETTER.search(text) or _LABEL.match(text):
        return False
    if traces and any(trace in text.lower() for trace in traces) and _BOILERPLATE.search(text):
        return False
    asks = text.rstrip(' \u00a0\u202f»”"').endswith("?")
    return not (alone and asks and sentence.number and len(text) < _HEADING_CHARS)


def _is_finished(text: str) -> bool:
    tail = text[-_TAIL:]
    return bool(_STOPPED.search(tail)) and not _CUT.search(tail)

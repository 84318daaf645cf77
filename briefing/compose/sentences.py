"""Takes a text and its language, gives the spans of its sentences.

French, English, German, Spanish, Italian and Portuguese have rules of their own: on the tricky cases of newspapers
(abbreviations, guillemets, initials) they beat every splitter we tried. Other languages go to sentencex.
Each decision looks at a bounded piece of text on either side of a full stop, so the time is linear in the text.

Next: briefing/compose/summarise.py, which chooses among the sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A quotation of several sentences stays whole up to this length and number; longer ones would fill a summary.
_QUOTATION_CHARS, _QUOTATION_SENTENCES = 320, 5
#: No abbreviation or initial is longer; also what keeps the look-back bounded.
_LOOK_BACK = 24
#: sentencex takes time by the square of a line's quotation marks: 1 MB of them takes it 49 s.
_SENTENCEX_CHARS = 20_000

_PARAGRAPH = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Marks with the quotes and brackets that close after them. "»" after a space closes French quotations, but opens
# German ones, hence the look-ahead.
_STOP = re.compile(r"[.!?…؟。！？｡।]+(?:[ \u00a0\u202f][»”](?=[\s,;:)\]]|$)|[»”“«›‹\"'’)\]」』）])*")
_OPENING = re.compile(r"[\s\"'«»“„”‘’‹›(\[{¿¡–—•*「『（-]*")
_WORD = re.compile(r"[^\W\d_]+")
_WIDE_STOPS = frozenset("。！？｡")
_GLUED = re.compile(r"[^\W\d_]+(?![\w.@/])")
# "Booking.Com" and "Node.Js" are one word although a capital follows the stop.
_DOMAINS = frozenset(("com", "fr", "net", "org", "io", "js", "de", "es", "it", "pt", "uk", "eu", "tv", "ai"))

_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")
_INITIAL = re.compile(r"[^\W\d_](?:-[^\W\d_])?")
_ORDINAL = re.compile(r"\d{1,3}|[IVXLC]{1,6}")
_LIST_NUMBER = re.compile(r"\d{1,3}|[IVX]{1,5}|[A-Za-z]")


@dataclass(frozen=True, slots=True)
class _Rules:
    """Lists what a full stop may follow without ending a sentence; entries in lower case match any case.

    Attributes:
        bound: always followed by what they belong to ("Mme", "z.B").
        counted: abbreviations only when a number follows ("art. 5", but "cet art.").
        ending: may stand last; a sentence ends when a word that starts sentences follows ("Inc", "p.m").
        starters: short words that, with a capital, begin a sentence rather than a name.
        particles: starters that also begin surnames, so they do not split "J. Le Goff".
        ordinals: "5." is the fifth.
    """

    bound: frozenset[str]
    counted: frozenset[str]
    ending: frozenset[str]
    starters: frozenset[str]
    particles: frozenset[str] = frozenset()
    ordinals: bool = False


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_RULES = {
    "fr": _Rules(
        bound=_words(
            "M MM Mme Mmes Mlle Mlles Me Mgr Dr Drs Pr Prof Vve St Ste Sts Stes bd boul av apr env cf p.ex ex c.-à-d"
            " i.e e.g vs Gal Col Cdt Cne Lt tél hab janv févr sept oct nov déc dir éd coll"
        ),
        counted=_words("art al n no nos n° p pp vol chap fig t tome réf"),
        ending=_words("Cie Sté Inc Ltd Corp Co Jr Sr J.-C"),
        starters=_words(
            "le la les l' un une des il elle ils elles on nous vous je j' ce c' cet cette ces cela mais et en dans à"
            " au aux pour par avec selon après depuis si s' quand lors son sa ses leur leurs d' qu' ainsi aucun ça"
        ),
        particles=_words("le la les l' des d' de du"),
    ),
    "en": _Rules(
        bound=_words(
            "Mr Mrs Ms Messrs Dr Drs Prof Rev Hon Gov Sen Sens Rep Reps Pres Gen Col Lt Maj Capt Cmdr Sgt Cpl Adm Supt"
            " Insp Det Fr Mt Ft approx est vs e.g i.e cf viz Gens Atty ca"
        ),
        counted=_words("No Nos p pp vol fig ch sec art Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec para"),
        ending=_words("St Inc Ltd Co Corp Bros LLC Plc Jr Sr Ave Blvd Rd Dept Ph.D M.D etc al a.m p.m"),
        starters=_words(
            "the a an he she it they we i you in on at but and this that these those his her their our its there when"
            " while if after as for with by from what who why how some many no not so to since although under our my"
        ),
    ),
    "de": _Rules(
        bound=_words(
            "Hr Hrn Fr Frl Dr Prof St Hl z.B z d.h u.a u.U o.ä bzw ca vgl bspw evtl ggf inkl exkl geb gest gegr sog Mag"
            " Ing Dipl phil med jur rer nat v.a i.d.R z.T s.o s.u max min zzgl tgl zw d u v i o Gebr Präs"
        ),
        counted=_words("Nr Art Abs S Bd Kap Jan Feb Mär Apr Jun Jul Aug Sep Sept Okt Nov Dez Tel Mio Mrd Mill"),
        ending=_words("usw etc Str Inc Ltd Co jun sen Jh Mio Mrd Mill Std Min"),
        starters=_words(
            "der die das den dem ein eine einer er sie es wir ich ihr in im am an auf aus bei mit nach seit und aber"
            " doch so zu zum zur für von vor wenn als dies diese dieser damit dabei dort auch nun man was wie wer"
        ),
        particles=_words("der die das den dem von zu zum zur"),
        ordinals=True,
    ),
    "es": _Rules(
        bound=_words(
            "Sr Sra Sres Sras Srta D Dña Dr Dra Prof Profa Ud Uds Vd Av Avda Gral Cap Cnel Tte Lic Ing Arq St Sto Sta"
            " Mons p.ej aprox p tel Fdo dpto depto Excmo Excma Ilmo"
        ),
        counted=_words("núm n nº art pág págs pp vol cap fig apdo"),
        ending=_words("etc Inc Ltd Cía Co Corp a.C d.C a.m p.m S.A"),
        starters=_words(
            "el la los las lo un una unos unas él ella ellos ellas es en de del a al por para con según tras desde si"
            " cuando como pero y no su sus este esta estos estas eso esto se le les ya también además aunque hay"
        ),
        particles=_words("el la los las de del"),
    ),
    "it": _Rules(
        bound=_words(
            "sig sigg sig.ra Sig.na dott dott.ssa Dr prof prof.ssa avv ing arch geom on sen mons gen col cap ten rag"
            " p.es es ca cfr tel St S.Em card"
        ),
        counted=_words("n nn nr art artt pag pagg p pp vol cap fig co"),
        ending=_words("ecc etc Inc Ltd Co Corp S.p.A S.r.l a.C d.C jr sr"),
        starters=_words(
            "il lo la i gli le l' un una uno lui lei loro è in nel nella nei a al alla per con da dal dalla di del"
            " della secondo dopo se quando ma e non si ci su sul questo questa questi anche mentre c' ora"
        ),
        particles=_words("lo la le di da dal del della de l'"),
    ),
    "pt": _Rules(
        bound=_words(
            "Sr Sra Srs Sras Srta Dr Dra Drs Prof Profa D Dom Av Exmo Exma eng engª Gen Cel Cap Ten Maj Sgt Mons St"
            " Sto Sta p.ex ex tel aprox Gov Dep Min Pe Des"
        ),
        counted=_words("n nº núm art arts pág págs p pp vol cap fig inc"),
        ending=_words("etc Inc Ltd Ltda Cia Co Corp a.C d.C a.m p.m S.A jr"),
        starters=_words(
            "o a os as um uma ele ela eles elas é em no na nos nas de do da dos das para por com segundo após desde"
            " se quando como mas e não seu sua seus suas este esta esse essa isso isto ao à já também ainda há"
        ),
        particles=_words("de do da dos das"),
    ),
}


@cache
def _rules(language: str) -> _Rules:
    """The language's rules; for an unknown language every abbreviation of all six counts."""
    if language in _RULES:
        return _RULES[language]
    tables = tuple(_RULES.values())
    return _Rules(
        bound=frozenset[str]().union(*(t.bound for t in tables)),
        counted=frozenset[str]().union(*(t.counted for t in tables)),
        ending=frozenset[str]().union(*(t.ending for t in tables)),
        starters=frozenset[str]().union(*(t.starters for t in tables)),
        particles=frozenset[str]().union(*(t.particles for t in tables)),
    )


def split_sentences(text: str, language: str | None) -> tuple[tuple[int, int], ...]:
    """Finds where each sentence stands, so that a summary can quote it and point at it.

    Spans are `[start, end)` in code points, in order, without overlap, without outer white space, and never cross a
    line break. A short quotation of several sentences stays whole. `language` is an ISO 639-1 code or None.
    """
    code = (language or "").partition("-")[0].lower()
    spans: list[tuple[int, int]] = []
    for line in _PARAGRAPH.finditer(text):
        foreign = code and code not in _RULES and line.end() - line.start() <= _SENTENCEX_CHARS
        cuts = _foreign_cuts(line, code) if foreign else _own_cuts(text, line.start(), line.end(), _rules(code))
        bounds = [line.start(), *cuts, line.end()]
        trimmed = (_trim(text, start, end) for start, end in pairwise(bounds))
        spans += _keep_quotations(text, [(start, end) for start, end in trimmed if start < end])
    return tuple(spans)


def is_balanced(text: str) -> bool:
    """Tells whether every quotation opened in `text` is closed in it and none is closed that was not opened."""
    low, left, right = text.count("„"), text.count("“"), text.count("”")
    if low:
        curly = low == left + right
    elif left and right:
        curly = left == right
    else:
        curly = (left + right) % 2 == 0
    paired = text.count("«") == text.count("»") and text.count("「") == text.count("」")
    return curly and paired and text.count('"') % 2 == 0


def _foreign_cuts(line: re.Match[str], code: str) -> Iterator[int]:
    from sentencex import get_sentence_boundaries  # noqa: PLC0415, most briefings never need its tables

    for found in get_sentence_boundaries(code, line.group()):
        yield line.start() + int(found["end_index"])


def _own_cuts(text: str, start: int, end: int, rules: _Rules) -> Iterator[int]:
    last, counted, quotes = start, start, 0
    for stop in _STOP.finditer(text, start, end):
        quotes += text.count('"', counted, stop.start())
        opens = text.find('"', stop.start(), stop.end()) if quotes % 2 == 0 else -1
        quotes += text.count('"', stop.start(), stop.end())
        counted = stop.end()
        if _ends_sentence(text, stop, last, end, rules):
            # in 'a dit."Nous partons' the space was lost and the mark opens the next sentence
            glued = opens > 0 and counted < end and not text[counted].isspace()
            last = opens if glued else counted
            yield last


def _ends_sentence(text: str, stop: re.Match[str], start: int, end: int, rules: _Rules) -> bool:
    opening = _OPENING.match(text, stop.end(), end)
    following = opening.end() if opening else stop.end()
    if following >= end:
        return False  # the line ends here anyway
    if not text[stop.end()].isspace():
        return text[stop.end() - 1] in _WIDE_STOPS or _is_glued(text, stop, following, end)
    if text[following].islower() and not text[following + 1 : following + 2].isupper():
        return False  # "iPhone" and its like may begin a sentence, other small letters never do
    if stop.group()[0] != "." or stop.group().startswith(".."):
        return not _is_aside(text, stop, start, following)
    return _full_stop_ends(text, stop, start, following, rules)


def _is_glued(text: str, stop: re.Match[str], following: int, end: int) -> bool:
    """A space was lost: "…au calme.Le maire"; an address or a file name is not such a case."""
    seen = text[max(0, stop.start() - _LOOK_BACK) : stop.start()].rstrip("\"'’”»").split()
    before = seen[-1] if seen else ""
    word = _GLUED.match(text, following, end)
    if word is None or not (before.isalpha() and len(before) > 1 and before.islower()):
        return False
    return word.group().istitle() and word.group().lower() not in _DOMAINS


def _is_aside(text: str, stop: re.Match[str], start: int, following: int) -> bool:
    """Marks "(…)", "(?)" and an ellipsis before a number, none of which ends a sentence."""
    bracketed = stop.start() > start and text[stop.start() - 1] in "(["
    trailing = "…" in stop.group() or ".." in stop.group()
    return bracketed or (trailing and text[following].isdigit()) or stop.start() == start


def _token_before(text: str, stop: re.Match[str], start: int) -> str:
    seen = text[max(start, stop.start() - _LOOK_BACK) : stop.start()].split()
    token = seen[-1] if seen and not text[stop.start() - 1].isspace() else ""
    return re.split(r"[(\[«“„\"'’‘/–—]", token)[-1]


def _full_stop_ends(text: str, stop: re.Match[str], start: int, following: int, rules: _Rules) -> bool:
    token = _token_before(text, stop, start)
    word = _WORD.match(text, following)
    elided = text[following : following + 2].lower().replace("’", "'")
    opener = elided if elided.endswith("'") else word.group().lower() if word else ""
    starts = opener in rules.starters
    if not text[start : stop.start() - len(token)].strip() and _LIST_NUMBER.fullmatch(token):
        return False  # "1. Premier point", "A. Nom"
    if _INITIAL.fullmatch(token) and token[0].isupper() and token not in rules.bound:
        return starts and opener not in rules.particles
    low = token.lower()
    if token in rules.bound or low in rules.bound:
        return False
    if (token in rules.counted or low in rules.counted) and text[following].isdigit():
        return False
    if token in rules.ending or low in rules.ending or _ACRONYM.fullmatch(token):
        return starts
    return starts or not (rules.ordinals and bool(_ORDINAL.fullmatch(token)))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    kept = text[start:end]
    start += len(kept) - len(kept.lstrip())
    return start, max(start, start + len(kept.strip()))


def _keep_quotations(text: str, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(spans):
        start, end = spans[at]
        last = at if is_balanced(text[start:end]) else _closing(text, spans, at)
        yield start, spans[last][1]
        at = last + 1


def _closing(text: str, spans: list[tuple[int, int]], at: int) -> int:
    """The sentence in which the quotation opened at `at` closes, or `at` itself when that is too far away."""
    start = spans[at][0]
    for last in range(at + 1, min(at + _QUOTATION_SENTENCES, len(spans))):
        if spans[last][1] - start > _QUOTATION_CHARS:
            break
        if is_balanced(text[start : spans[last][1]]):
            return last
    return at

"""Takes a text and its article, gives whether the text measures, dates or multiplies in words the article does not.

The same figure in another unit is another fact: three months are no three years, dollars no euros, Tuesday not Monday,
and a fourth storm no third one. Only words are compared; figures.py looks at the figures themselves.

Next: briefing/services/generate.py, which has a model write what is checked here.
"""

from __future__ import annotations

import re
import unicodedata

from briefing.compose.number_words import number_words
from briefing.compose.words import fold

#: Of each line every word means the same thing, folded; a text that uses one needs an article that uses one as well.
_ALONE = (
    r"\u20ac|\beur(?:os?)?\b",
    r"\$|\busd\b|\bd[oo]l+ar\w{0,3}\b",
    r"\u00a3|\bgbp\b|\bpounds?\b|\blivres?\b|\bpfund\b|\blibras?\b|\bsterlin\w+\b|\bpond\b",
    r"\u00a5|\byens?\b|\byuans?\b|\brenminbi\b",
    r"\u20b9|\brupees?\b|\brs\b|\bruf?pi\w{1,3}\b|\broupies?\b",
    r"\u20bd|\broubles?\b|\brubles?\b|\brubel\b|\brublos?\b|\brublo\b|\brubli\b",
    r"\bswiss francs?\b|\bfrancs suisses\b|\bschweizer franken\b|\bchf\b",
    # How many times, and which part.
    r"\bhal(?:f|ved?|ves|ving)\b|\bmoitie\b|\bhalft\w+\b|\bhalbier\w+\b|\bmitad\b|\bmeta\b|\bmetade\b|\bhelft\b",
    r"\bdoubl\w+\b|\btwice\b|\btwofold\b|\bdoppel\w+\b|\bverdopp\w+\b|\bzweimal\b|\bdoble\w*\b|\bduplic\w+\b|\bdoppi\w\b"
    r"|\braddopp\w+\b|\bdobr\w+\b|\bdubbel\w*\b|\bverdubb\w+\b|\btweemaal\b",
    r"\btripl\w+\b|\bthrice\b|\bthreefold\b|\bverdreifach\w+\b|\bdreimal\b|\bverdrievoud\w+\b|\bdriemaal\b",
    r"\d ?a\.?m\b",
    r"\d ?p\.?m\b",
)
#: The same, where a number stands before them.
_COUNTED = (
    r"secondes?|seconds?|sec|s|sekunden?|segundos?|secondi",
    r"minut\w{0,3}|min",
    r"hours?|hrs?|heures?|stunden?|horas?|ora|ore|uur|uren|uhr|h",
    r"days?|jours?|journees?|tage?n?|dias?|giorn[io]|giornat[ae]|dag|dagen",
    r"weeks?|semaines?|wochen?|semanas?|settiman[ae]|week|weken",
    r"months?|mois|monate?n?|mes|meses|mes[ei]|maand|maanden",
    r"years?(?![ -]olds?\b)|ans?|annees?|jahre?n?|anos?|ann[oi]|jaar|jaren",
    r"km2?|kilomet\w+|chilometr\w|quilometr\w+",
    r"mi|miles?|meilen?|millas?|miglia|milhas?|mijl\w*",
    r"ft|feet|foot|pieds?|fuss|pies?|pied[ei]|pes|voet",
    r"acres?",
    r"ha|hectar\w*|hektar\w*|ettar[oi]",
    r"gr?|grammes?|grams?|gramm|gramos?|grammi|gramas?|gram",
    r"kg|kilos?|kilogram\w*|chil[io]",
    r"t|tons?|tonnes?|tonnen?|toneladas?|tonnellat[ae]",
    r"lbs?",
    r"kw|kilowatts?",
    r"mw|megawatts?",
    r"gw|gigawatts?",
)
#: Ordinals from the third on, by their value; an article may write them in digits.
_ORDINALS = {
    3: r"third|troisiemes?|dritte[nrms]?|tercer[oa]?s?|terz[oaie]|terceir[oa]s?|derde",
    4: r"fourth|quatriemes?|vierte[nrms]?|cuart[oa]s?|quart[oa]s?|vierde",
    5: r"fifth|cinquiemes?|funfte[nrms]?|quint[oa]s?|vijfde",
    6: r"sixth|sixiemes?|sechste[nrms]?|sext[oa]s?|sest[oa]|zesde",
    7: r"seventh|septiemes?|siebte[nrms]?|septim[oa]s?|settim[oa]|setim[oa]s?|zevende",
    8: r"eighth|huitiemes?|achte[rms]?|octav[oa]s?|ottav[oa]|oitav[oa]s?|achtste",
    9: r"ninth|neuviemes?|neunte[nrms]?|noven[oa]s?|non[oa]s?|negende",
    10: r"tenth|dixiemes?|zehnte[nrms]?|decim[oa]s?|tiende",
}
_DIGITS = r"\b{}(?:st|nd|rd|th|e|er|eme|de|a|o|\.)?(?![\d.,]{{0,20}}\d)"
#: Days and months where they are written small; elsewhere they are names.
_CALENDAR = {
    "es": "lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto"
    " septiembre octubre noviembre diciembre",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril mai juin juillet août"
    " septembre octobre novembre décembre",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio marzo aprile maggio giugno luglio"
    " agosto settembre ottobre novembre dicembre",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart april mei juni juli"
    " augustus september oktober november december",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo janeiro fevereiro março abril"
    " maio junho julho agosto setembro outubro novembro dezembro",
}
#: Months that are other words when written small.
_MONTHS = frozenset(("March", "May"))

_WORD = re.compile(r"[^\W_]+(?:-feira)?")
_TIME = re.compile(r"(?<=\d):(?=[0-5]\d\b)")
_SIGNED = re.compile(r"(?:^|[\s(])[-\u2212]\s?(?=\d)([\d.,]{0,40}\d)")


def has_foreign_measure(text: str, *, article: str, language: str | None) -> bool:
    """Whether the text has a currency, unit, part, ordinal, day, month or minus sign that the article has not.

    A unit counts where a number stands before it, a day or month in languages that write them small.
    """
    said, known = fold(text), _TIME.sub(" h ", fold(article))
    return (
        any(_is_foreign(pattern, said, known) for pattern in _ALONE_PATTERNS)
        or any(_is_foreign_unit(counted, plain, said, known, language) for counted, plain in _UNIT_PATTERNS)
        or any(
            spelt.search(said) and not spelt.search(known) and not digits.search(known)
            for spelt, digits in _ORDINAL_PATTERNS
        )
        or _has_foreign_day(text, article, language)
        or bool(set(_SIGNED.findall(said)) - set(_SIGNED.findall(known)))
        or any(unicodedata.category(char) == "Sc" and char not in article + _SIGNS for char in text)
    )


def _is_foreign(pattern: re.Pattern[str], said: str, known: str) -> bool:
    return bool(pattern.search(said)) and not pattern.search(known)


def _is_foreign_unit(
    counted: re.Pattern[str], plain: re.Pattern[str], said: str, known: str, language: str | None
) -> bool:
    stated = any(found[1][-1].isdigit() or number_words(found[1], language) for found in counted.finditer(said))
    return stated and not plain.search(known)


def _has_foreign_day(text: str, article: str, language: str | None) -> bool:
    spoken = _WORD.findall(text)
    if language == "en":
        return any(word in _MONTHS and not re.search(rf"\b(?:{word}|{word.upper()})\b", article) for word in spoken)
    days = frozenset(_CALENDAR.get(language or "", "").split()).intersection(spoken)
    known = article.lower()
    return any(not re.search(rf"\b{day.removesuffix('-feira')}\b", known) for day in days)


_SIGNS = "€$£¥₹₽"
_ALONE_PATTERNS = tuple(map(re.compile, _ALONE))
_UNIT_PATTERNS = tuple(
    (
        re.compile(rf"([^\W_]+)[\s-]?(?:d'|d[ei] )?(?<![^\W\d_])(?:{unit})(?![^\W_])"),
        re.compile(rf"(?<![^\W\d_])(?:{unit})(?![^\W\d_])"),
    )
    for unit in (*_COUNTED,)
)
_ORDINAL_PATTERNS = tuple(
    (re.compile(rf"\b(?:{spelt})\b"), re.compile(_DIGITS.format(value))) for value, spelt in _ORDINALS.items()
)

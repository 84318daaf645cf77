"""Takes a folded word and a language, gives the number it says: "three", "dreiundzwanzig", "milliards".

Next: briefing/compose/figures.py.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

# Smallest first; a word is a number word when it is made of these alone ("drei" + "und" + "zwanzig"). Those for one are
# articles as well, so on their own they state no number.
_WORDS = {
    "en": (
        "one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13"
        " fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50"
        " sixty=60 seventy=70 eighty=80 ninety=90 dozen=12 dozens=12 hundred=100 hundreds=100 thousand=1000"
        " thousands=1000 k=1000 million=1000000 millions=1000000 mn=1000000 billion=1000000000 billions=1000000000"
        " bn=1000000000 trillion=1000000000000 trillions=1000000000000 tn=1000000000000"
        " lakh=100000 lakhs=100000 crore=10000000 crores=10000000"
    ),
    "fr": (
        "un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 dizaine=10 dizaines=10 onze=11"
        " douze=12 douzaine=12 douzaines=12 treize=13 quatorze=14 quinze=15 quinzaine=15 seize=16 vingt=20 vingtaine=20"
        " trente=30 trentaine=30 quarante=40 quarantaine=40 cinquante=50 cinquantaine=50 soixante=60 soixantaine=60"
        " septante=70 huitante=80 quatrevingt=80 nonante=90 cent=100 cents=100 centaine=100 centaines=100 mille=1000"
        " millier=1000 milliers=1000 million=1000000 millions=1000000 milliard=1000000000 milliards=1000000000"
        " md=1000000000 mds=1000000000 billion=1000000000000 billions=1000000000000"
    ),
    "de": (
        "ein=1 eine=1 einen=1 eins=1 zwei=2 drei=3 vier=4 funf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwolf=12"
        " dreizehn=13 vierzehn=14 funfzehn=15 sechzehn=16 siebzehn=17 achtzehn=18 neunzehn=19 zwanzig=20 dreissig=30"
        " vierzig=40 funfzig=50 sechzig=60 siebzig=70 achtzig=80"
        " neunzig=90 dutzend=12 dutzende=12 hundert=100 hunderte=100 tausend=1000 tausende=1000 million=1000000"
        " millionen=1000000 mio=1000000 milliarde=1000000000 milliarden=1000000000 mrd=1000000000"
        " billion=1000000000000 billionen=1000000000000"
    ),
    "es": (
        "un=1 una=1 uno=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 decena=10 decenas=10"
        " once=11 doce=12 docena=12 docenas=12 trece=13 catorce=14 quince=15 dieci=10 veinte=20 veinti=20 treinta=30"
        " cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100 ciento=100 cientos=100"
        " cientas=100 centenar=100 centenares=100 mil=1000 miles=1000 millar=1000 millares=1000 millon=1000000"
        " millones=1000000 billon=1000000000000 billones=1000000000000"
    ),
    "it": (
        "un=1 una=1 uno=1 due=2 tre=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10 decina=10 decine=10"
        " undici=11 dodici=12 dozzina=12 tredici=13 quattordici=14 quindici=15 sedici=16 diciassette=17 diciotto=18"
        " diciannove=19 venti=20 vent=20 ventina=20 trenta=30 trent=30 trentina=30 quaranta=40 quarant=40 cinquanta=50"
        " cinquant=50 sessanta=60 sessant=60 settanta=70 settant=70 ottanta=80 ottant=80 novanta=90 novant=90"
        " cento=100 centinaio=100 centinaia=100 mille=1000 mila=1000 migliaio=1000 migliaia=1000 milione=1000000"
        " milioni=1000000 mln=1000000 miliardo=1000000000 miliardi=1000000000 mld=1000000000"
    ),
    "pt": (
        "um=1 uma=1 dois=2 duas=2 tres=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 dezena=10 dezenas=10"
        " onze=11 doze=12 duzia=12 duzias=12 treze=13 catorze=14 quatorze=14 quinze=15 dezesseis=16 dezasseis=16"
        " dezessete=17 dezassete=17 dezoito=18 dezenove=19 dezanove=19 vinte=20 trinta=30 quarenta=40 cinquenta=50"
        " sessenta=60 setenta=70 oitenta=80 noventa=90 cem=100 cento=100 centena=100 centenas=100 mil=1000"
        " milhar=1000 milhares=1000 milhao=1000000 milhoes=1000000 bilhao=1000000000 bilhoes=1000000000"
        " trilhao=1000000000000 trilhoes=1000000000000 biliao=1000000000000 bilioes=1000000000000"
    ),
    "nl": (
        "een=1 twee=2 drie=3 vier=4 vijf=5 zes=6 zeven=7 acht=8 negen=9 tien=10 tientallen=10 elf=11 twaalf=12"
        " dozijn=12 dertien=13 veertien=14 vijftien=15 zestien=16 zeventien=17 achttien=18 negentien=19 twintig=20"
        " dertig=30 veertig=40 vijftig=50 zestig=60 zeventig=70 tachtig=80"
        " negentig=90 honderd=100 honderden=100 duizend=1000 duizenden=1000 miljoen=1000000 miljoenen=1000000"
        " mln=1000000 miljard=1000000000 miljarden=1000000000 mld=1000000000 biljoen=1000000000000"
    ),
}
#: What may stand between two of them.
CONNECTORS = {"en": "and", "fr": "et", "de": "und", "es": "y", "it": "e", "pt": "e", "nl": "en"}
#: From here on a word multiplies what stands before it.
THOUSAND = 1000


@cache
def _table(language: str) -> tuple[dict[str, int], re.Pattern[str]]:
    values = {word: int(value) for word, _, value in (pair.partition("=") for pair in _WORDS[language].split())}
    joint = CONNECTORS[language] if language in {"de", "nl"} else ""
    # Letters that mean a multiple only right after a digit, or that end many a word, are no part of a longer one.
    parts = sorted((word for word in values if len(word) > 2), key=len, reverse=True)
    return values, re.compile("|".join([*parts, joint] if joint else parts))


@lru_cache(maxsize=4096)
def number_words(word: str, language: str | None) -> tuple[int, ...]:
    """The numbers a folded word is made of, in its order; empty when it is no number word.

    "dreiundzwanzig" gives 3 and 20; of languages without a table every word gives nothing.
    """
    if language not in _WORDS:
        return ()
    values, parts = _table(language)
    if word in values:
        return (values[word],)
    found = parts.findall(word)
    if "".join(found) != word or word == CONNECTORS[language]:
        return ()
    return tuple(values[part] for part in found if part in values)

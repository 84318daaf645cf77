"""Takes nothing, gives what the printers of each language keep on one line: the words after which no line may break.

From the languages' own guides: Lexique des règles typographiques de l'Imprimerie nationale, DIN 5008 and Duden,
Ortografía de la RAE, PWN's Zasady pisowni, The Oxford Style Manual; spaces before "%" and in numbers as CLDR has them.

Next: briefing/render/typography.py.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Any of the spaces that may stand within a line. Rules look around through it, so that a line that was set already
#: is seen as it was before, and setting it twice changes nothing.
SPACE = "[ \u00a0\u202f\u2009]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Custom:
    """Says what one language keeps together; words and short phrases, alternatives apart by "|".

    Attributes:
        counted: what stands after a number: months, and units that are words.
        numbered: what stands before a number.
        titles: what stands before a name.
        after_number: what takes a narrow space after a number; an expression that ends with "()|".
        initial: a letter that a dot makes an abbreviation.
        behind, ahead: what else a space must see around it to become a no-break one, or a narrow one when it ends with
            "()"; tried after a digit, a dot or a character of `behind_guard`, or before a capital, digit or mark.
        unguarded: the same, tried at every space.
    """

    counted: str = ""
    numbered: str
    titles: str = ""
    after_number: str = ""
    initial: str = r"[^\W\d_]"
    behind_guard: str = ""
    behind: tuple[str, ...] = ()
    ahead: tuple[str, ...] = ()
    unguarded: tuple[str, ...] = ()


#: What follows a number in any language: a sign or an international symbol.
SIGNS = "[%‰€$£¥₹°]"
SYMBOLS = (
    "km|km²|km³|m|m²|m³|cm|cm²|cm³|mm|kg|g|mg|t|l|L|ml|cl|dl|hl|ha|h|min|s|ms|W|kW|MW|GW|TW|kWh|MWh|GWh|TWh|V|kV|Hz|"
    "kHz|MHz|GHz|hPa|dB|Ko|Mo|Go|To|kB|KB|MB|GB|TB|EUR|USD|GBP|CHF|JPY|CNY|PLN"
)
#: Currencies before the number.
CURRENCIES = "€|$|£|¥|₹|CHF|EUR|USD|GBP"
#: A language that has no customs here: what holds in all that are written with spaces.
COMMON = Custom(numbered="§|§§|No|Nr.|nr|n°|p.|pp.")
#: Written without spaces between words, or with marks of their own: only a number and its unit are sure.
APART = frozenset(
    {"ar", "bn", "fa", "he", "hi", "ja", "km", "ko", "lo", "mr", "my", "ne", "ta", "th", "ur", "yue", "zh"}
)

_OPENING, _CLOSING = "(?<=[«‹].)", "(?=[»›])"
CUSTOMS = {
    "fr": Custom(
        counted="janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|siècle|siècles|"
        "milliard|milliards|million|millions|millier|milliers|mille|euro|euros|dollar|dollars|francs|an|ans|mois|jour|"
        "jours|heure|heures|minute|minutes|mètre|mètres|kilomètres|tonnes|degrés|points|fois",
        numbered="n°|nº|N°|nos|p.|pp.|art.|vol.|t.|chap.|fig.|§|§§",
        titles="MM.|Mme|Mmes|Mlle|Dr|Pr|Me|Mgr|St|Ste",
        after_number="(?=[%‰])()|",
        behind_guard="«‹er",
        behind=(_OPENING, "(?<=[IVX]e.)(?=siècle)", "(?<=1er.)(?=[jfmasond])"),
        ahead=("(?=[;!?])()", "(?=[:»›])", f"(?=[0-9])(?<=[0-9]{SPACE}h.)"),
    ),
    "de": Custom(
        counted="Euro|Dollar|Franken|Prozent|Uhr|Jahr|Jahre|Jahren|Tag|Tage|Tagen|Monate|Monaten|Wochen|Stunden|Minuten|"
        "Grad|Meter|Metern|Kilometer|Tonnen|Punkte|Mal|Mio.|Mrd.|Tsd.|Million|Millionen|Milliarde|Milliarden",
        numbered="Nr.|Nrn.|Abs.|Art.|Bd.|Kap.|Abb.|Az.|ca.|§|§§|Rn.",
        titles="Dr.|Prof.|St.|Hl.",
        behind=(
            "(?<=[0-9]\\..)(?=(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|"
            "November|Dezember|Jahrhundert)(?!\\w))",
            "(?<=(?:Mio|Mrd|Tsd)\\..)",
        ),
    ),
    "en": Custom(
        counted="January|February|March|April|May|June|July|August|September|October|November|December|thousand|million|"
        "billion|trillion|percent|per cent|euros|dollars|pounds|years|months|days|hours|minutes|miles|metres|feet|"
        "tonnes|tons|points|a.m|p.m|am|pm|mph|bn",
        numbered="January|February|March|April|May|June|July|August|September|October|November|December|Jan.|Feb.|Aug.|"
        "Sept.|Oct.|Nov.|Dec.|No.|Nos.|p.|pp.|vol.|Vol.|Fig.|ch.|art.|§|§§|c.",
        titles="Mr|Mr.|Mrs|Mrs.|Ms|Ms.|Dr|Dr.|Prof.|St|St.|Sen.|Rep.|Gen.|Gov.|Rev.|Lt.|Capt.",
    ),
    "es": Custom(
        counted="de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre|"
        "diciembre)|mil|millón|millones|euro|euros|dólares|pesos|año|años|mes|meses|día|días|hora|horas|minutos|"
        "metros|kilómetros|toneladas|grados|puntos|veces",
        numbered="n.º|n.°|núm.|pág.|págs.|art.|arts.|vol.|cap.|§|§§",
        titles="Sr.|Sra.|Srta.|Dr.|Dra.|Prof.|Sto.|Sta.|Ud.|Mons.",
        behind_guard="«‹",
        behind=(_OPENING, "(?<=EE\\..)(?=UU)"),
        ahead=(_CLOSING,),
    ),
    "it": Custom(
        counted="gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre|mila|"
        "milione|milioni|miliardo|miliardi|euro|dollari|anno|anni|mese|mesi|giorno|giorni|ora|ore|minuti|metri|"
        "chilometri|tonnellate|gradi|punti|volte",
        numbered="n.|nn.|nr.|art.|artt.|pag.|pagg.|vol.|cap.|fig.|§|§§",
        titles="Sig.|sig.|Sig.ra|dott.|Dott.|dott.ssa|Dr.|Prof.|prof.|prof.ssa|on.|On.|avv.|ing.|mons.|don",
        behind_guard="«‹",
        behind=(_OPENING,),
        ahead=(_CLOSING,),
    ),
    "pt": Custom(
        counted="de (?:janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro)|mil|"
        "milhão|milhões|bilhão|bilhões|mil milhões|euro|euros|dólares|reais|ano|anos|mês|meses|dia|dias|hora|horas|"
        "minutos|metros|quilómetros|quilômetros|toneladas|graus|pontos|vezes",
        numbered="n.º|n.°|nº|pág.|págs.|art.|arts.|vol.|cap.|R$|§|§§",
        titles="Sr.|Sra.|Srta.|Dr.|Dra.|Prof.|Profa.|Sto.|Sta.|Eng.|D.",
        behind_guard="«‹",
        behind=(_OPENING,),
        ahead=(_CLOSING,),
    ),
    "nl": Custom(
        counted="januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|duizend|"
        "miljoen|miljard|procent|euro|dollar|jaar|maanden|weken|dagen|uur|minuten|meter|kilometer|ton|graden|punten|keer",
        numbered="nr.|nrs.|blz.|pag.|art.|lid|hfst.|ca.|§|§§",
        titles="dhr.|mevr.|mw.|dr.|prof.|mr.|ir.|drs.|ds.|Dr.|Prof.|St.",
    ),
    "pl": Custom(
        counted="stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|r.|"
        "tys.|mln|mld|zł|euro|proc.|procent|lat|lata|rok|roku|dni|godz.|godzin|minut|metrów|kilometrów|ton|stopni|razy",
        numbered="nr|ul.|al.|godz.|art.|ust.|pkt|str.|tom|rozdz.|ok.|§|§§",
        titles="dr|prof.|hab.|mgr|inż.|ks.|św.|gen.|płk|ul.|al.|pl.|im.",
        initial=r"[^\W\d_rw]",  # "2026 r." and "XX w." end what they stand in
        unguarded=(r"(?<=(?<!\w)[aiouwzAIOUWZ].)(?=[\w„«(])",),  # never one letter at the end of a line
    ),
}

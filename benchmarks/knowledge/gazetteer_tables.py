"""Takes nothing, gives the words and codes a gazetteer is built by: what others' lists leave out or get wrong.

Next: benchmarks/knowledge/build_gazetteer.py.
"""

from __future__ import annotations

LANGUAGES = ("en", "fr", "es", "de", "it", "pt", "nl", "sv", "da", "nb", "ro", "ca", "pl")
WITH_GENITIVE = ("en", "de", "sv", "da", "nb")
#: Country names alone, for want of room.
MORE_LANGUAGES = ("cs", "hu", "fi", "tr", "ru", "uk", "el", "ar", "zh", "ja", "ko")
#: Country names of one language that are an everyday word of another.
EVERYDAY = {"indie", "viro", "fas", "cad", "sili", "man"}
#: What may stand before a town whose bare name is an everyday word: "in Essen", "à Tours".
BEFORE_TOWN = {
    "DE": ("in", "aus", "bei"), "FR": ("a", "de", "en", "in"), "GB": ("in", "near"), "IT": ("a", "di", "in"),
    "ES": ("en", "de"), "AR": ("en", "de"), "MX": ("en", "de"), "CO": ("en",), "CH": ("in", "a", "bei", "kanton"),
    "BE": ("a", "de"),
}  # fmt: skip
PSEUDO = {"EU": "European Union", "UN": "United Nations", "NATO": "NATO", "001": "World"}
#: CLDR's English where a newspaper says something shorter.
NAMES = {
    "CD": "DR Congo",
    "CG": "Congo-Brazzaville",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macao",
    "PS": "Palestinian Territories",
    "TR": "Turkey",
    "CI": "Ivory Coast",
}
#: Adjectives that i18n-nationality files under a dependency although they mean another country, or a common word.
NO_ADJECTIVE = {
    "BV", "CX", "CC", "IO", "UM", "WF", "TC", "VG", "VI", "GS", "TF", "PF", "GF", "BQ", "MF", "SX", "BL", "HM",
    "AX", "SJ", "PN", "AQ", "AS", "VA", "RE", "GU", "NF", "LC", "VC", "KN", "DM", "PM", "EH", "CW", "GP", "GW",
    "GQ", "CF", "SB", "PS", "KP", "KR", "NZ", "AE",
}  # fmt: skip
NOT_ADJECTIVES = {
    "indio", "granadino", "caimanes", "malayo", "emiro", "sanitario", "fin", "noor", "pool", "rus", "ier",
    "deen", "brit", "lets", "turk", "zweed", "zwitser", "bermuda", "guam", "saudi", "swazi", "samoan", "negro",
    "chino", "pole", "fins", "ests", "polo", "danes", "ruse", "esti", "leton", "iers", "enis", "marron",
    "tonga", "turkmen", "thais", "grecque", "noors", "gris", "manes", "polaris", "indies", "luciano",
    "vaticano", "lucian", "vincentien", "persan", "fine",
}  # fmt: skip
MIDDLE_EAST = {"TR", "EG", "IL", "PS", "LB", "SY", "JO", "IQ", "IR", "SA", "YE", "OM", "AE", "QA", "BH", "KW"}
ASIAN = {"AM", "AZ", "GE", "KZ", "KG", "TJ", "TM", "UZ"}
EUROPEAN = {"CY", "RU", "EU", "NATO", "SJ", "GL"}
NORTH_AMERICAN = {"US", "CA", "PM", "BM", "UM"}
CONTINENTS = {
    "EU": "europe",
    "AF": "africa",
    "AS": "asia",
    "OC": "oceania",
    "SA": "latin-america",
    "NA": "latin-america",
}
#: Adjective endings by language: (ending of the base form, what replaces it). The base form itself is always kept.
ENDINGS = {
    "en": (("", "s"),),
    "fr": (("", "s"), ("s", "se"), ("s", "ses"), ("ien", "ienne"), ("ien", "iennes"), ("een", "eenne"),
           ("een", "eennes"), ("ain", "aine"), ("ain", "aines"), ("an", "ane"), ("an", "anes"),
           ("c", "que"), ("c", "ques"), ("in", "ine"), ("in", "ines"), ("ol", "ole"), ("ol", "oles"),
           ("and", "ande"), ("and", "andes"), ("on", "onne"), ("on", "onnes"), ("ec", "ecque"),
           ("ec", "ecques"), ("i", "ie"), ("i", "ies")),
    "es": (("o", "a"), ("o", "os"), ("o", "as"), ("es", "esa"), ("es", "eses"), ("es", "esas"), ("an", "ana"),
           ("an", "anes"), ("an", "anas"), ("e", "es"), ("a", "as"), ("i", "ies"), ("i", "is"), ("l", "la"),
           ("l", "les"), ("uz", "uza"), ("uz", "uces")),
    "it": (("o", "a"), ("o", "i"), ("o", "e"), ("e", "i"), ("a", "i"), ("a", "e"), ("co", "che"), ("co", "ci")),
    "pt": (("o", "a"), ("o", "os"), ("o", "as"), ("es", "esa"), ("es", "eses"), ("es", "esas"), ("e", "es"),
           ("a", "as"), ("ao", "aes"), ("l", "la"), ("l", "is"), ("l", "lais")),
    "de": (("", "e"), ("", "en"), ("", "er"), ("", "es"), ("", "em")),
    "nl": (("", "e"), ("", "s"), ("", "se")),
}  # fmt: skip


def area_of(code: str, continent: str) -> str:
    """The briefing's area for a country."""
    for area, codes in (
        ("middle-east", MIDDLE_EAST),
        ("asia", ASIAN),
        ("europe", EUROPEAN),
        ("north-america", NORTH_AMERICAN),
        ("world", {"UN", "001", "AQ", "HM", "BV", "TF", "GS"}),
    ):
        if code in codes:
            return area
    return CONTINENTS.get(continent, "world")

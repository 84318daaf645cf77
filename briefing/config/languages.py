"""Takes what somebody wrote for a language, gives its two letters back, or says what would be right.

Next: briefing/config/values.py.
"""

from __future__ import annotations

from difflib import get_close_matches

#: ISO 639-1 (https://www.loc.gov/standards/iso639-2/php/code_list.php).
_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
    et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
    kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
    nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())
#: What people write instead of the letters, for the languages that the frame of a mail speaks.
FRAMES = {
    "ar": ("arabic", "ara"),
    "de": ("german", "deutsch", "ger", "deu"),
    "en": ("english", "eng", "en-gb", "en-us"),
    "es": ("spanish", "español", "spa"),
    "fr": ("french", "français", "francais", "fra", "fr-fr"),
    "hi": ("hindi",),
    "it": ("italian", "italiano", "ita"),
    "ja": ("japanese", "jp", "jpn"),
    "nl": ("dutch", "nederlands", "nld"),
    "pl": ("polish", "polski", "pol"),
    "pt": ("portuguese", "português", "pt-br", "por"),
    "zh": ("chinese", "cn", "zho", "zh-cn"),
}


def check_language(value: str) -> str:
    """The two letters.

    Raises:
        ValueError: no language is called so.
    """
    if value in LANGUAGES:
        return value
    known = {name: code for code, names in FRAMES.items() for name in names}
    near = get_close_matches(value.casefold(), known, n=1, cutoff=0.7)
    hint = f'; did you mean "{known[near[0]]}"?' if near else "; write two letters such as en, fr or de"
    raise ValueError(f'"{value}" is not a language{hint}')

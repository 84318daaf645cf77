"""Takes a sentence, gives the signs on its surface: that it points back, reports speech, or says "I" or a weekday.

Next: briefing/compose/traits.py.
"""

from __future__ import annotations

import re

# Openers that point back at something said before. Time words ("this week") are caught as well: only a sentence that
# is not the article's first is judged by them, and another one is at hand.
_POINTING_BACK = {
    "fr": "ils?|elles?|lui|eux|celui-ci|celle-ci|ceux-ci|celles-ci|ces? derni[eè]re?s?|cette dernière|ce|cet|cette|ces|"
    r"cela|ça|c['’]\w+|mais|et|or|ou|donc|car|ainsi|en revanche|toutefois|cependant|pourtant|néanmoins|"
    "par ailleurs|de plus|en outre|quant à|quant aux?|enfin|ensuite|puis|d['’]autre part|d['’]ailleurs|de son côté|"
    "de leur côté|à son tour|son|sa|ses|leurs?|tous deux|toutes deux|en effet|dès lors|d['’]où|parmi eux|parmi elles|"
    "de même|aussi|alors|du coup|là|y compris|résultat|d['’]ici là|entre-?temps|en attendant|au contraire|"
    "à l['’]inverse|pour autant|de ce fait|par conséquent|en conséquence|autrement dit|un tel|une telle|tels?|telles?|"
    "le premier|le second|la première|la seconde|les deux|l['’]autre|l['’]intéressée?|idem|sauf que|sinon|même si|"
    "(?:avec|dans|pour|après|à|par|sur|malgré|selon|depuis|chez|contre|sans|devant) "
    "(?:ce|cet|cette|ces|lui|elle|eux|celui-ci|celle-ci|cela)",
    "en": "he|she|it|they|him|her|his|its|their|theirs|this|that|these|those|but|and|or|so|however|meanwhile|also|then|"
    "therefore|instead|nevertheless|nonetheless|moreover|furthermore|in addition|additionally|the former|the latter|"
    "such|both|another|for example|for instance|as a result|yet|still|thus|hence|by contrast|in contrast|besides|"
    "otherwise|similarly|likewise|there|here|by then|until then|since then|in turn|in response|on the contrary|"
    "on the other hand|that said|even so|in other words|the two|the pair|the duo|the other|neither|either|afterwards?|"
    "(?:with|in|for|after|at|of|by|on|despite|to|from|before|under|like|unlike) "
    "(?:this|that|these|those|him|her|them|it)",
    "de": "er|sie|es|ihm|ihr|ihre[mnrs]?|ihnen|dies|diese[mnrs]?|das|aber|und|oder|doch|denn|allerdings|zudem|außerdem|"
    "jedoch|sein|seine[mnrs]?|dabei|damit|dazu|dafür|dagegen|daher|deshalb|darum|danach|dort|auch|ferner|dennoch|"
    "trotzdem|hingegen|so|beide|derselbe|letztere[rs]?|stattdessen|somit|folglich|hierzu|hierbei|darüber|daran|darin|"
    "davon|davor|solche[mnrs]?|jene[mnrs]?|ebenso|schließlich|anschließend|inzwischen|unterdessen",
    "es": "él|ellas?|ellos|esto|eso|este|esta|estos|estas|ese|esa|esos|esas|aquel|aquella|pero|y|o|además|sin embargo|"
    "no obstante|sus?|también|asimismo|por otra parte|por ello|por eso|así|entonces|luego|ambos|ambas|en cambio|"
    "por su parte|dicho|dicha|aun así|tampoco|porque|mientras tanto|por tanto|por lo tanto|en consecuencia|tal|tales|"
    "otro|otra|los dos|las dos|al contrario|en respuesta|para ello|con ello|tras ello",
    "it": "lui|lei|loro|egli|ella|essi|esse|ciò|questo|questa|questi|queste|quello|quella|quelli|quelle|ma|e|ed|o|"
    "inoltre|però|tuttavia|suo|sua|suoi|sue|anche|così|quindi|dunque|invece|poi|infine|entrambi|entrambe|infatti|"
    "per questo|intanto|dal canto suo|tale|tali|né|perché|pertanto|al contrario|i due|le due|l['’]altr[oa]|"
    "(?:il|la|i|le) su[oae]i?|nel frattempo|di conseguenza|in risposta",
    "pt": "ele|elas?|eles|isto|isso|aquilo|este|esta|estes|estas|esse|essa|esses|essas|mas|e|ou|além disso|além|"
    "no entanto|porém|contudo|todavia|seus?|suas?|também|assim|então|depois|por isso|ambos|ambas|por sua vez|já|"
    "entretanto|nesse|nessa|neste|nesta|desse|dessa|porque|portanto|por conseguinte|tal|tais|os dois|as duas|"
    "o outro|a outra|[oa]s? (?:seus?|suas?)|em resposta|pelo contrário",
}
_BACK = {code: re.compile(rf"[\W_]*(?:{openers})(?!\w)", re.IGNORECASE) for code, openers in _POINTING_BACK.items()}

# Somebody speaks whom only a pronoun names, or nothing: "…", he told supporters; "…", a-t-elle ajouté; “…”, contou.
_VERBS_EN = "said|says|told|added|adds|asked|wrote|tweeted|explained|insisted|noted|warned|claimed|recalled|continued"
_UNNAMED = {
    "fr": r"[\"”»],? (?:\w+ ){0,3}[\w’']+-(?:t-)?(?:ils?|elles?|on)\b",
    "en": rf"[,.!?]['\"”’]+ (?:(?:he|she|they) (?:{_VERBS_EN})|(?:{_VERBS_EN}) (?:he|she|they))\b",
    "de": r"[,!?]?[\"“”»«],? (?:sagte|sagt|so|erklärte|betonte|meinte|schrieb|fügte|ergänzte) (?:er|sie)\b",
    "es": r"[\"”»],? (?:dijo|explicó|aseguró|añadió|afirmó|señaló|agregó|contó|insistió|declaró)[.,;]",
    "it": r"[\"”»],? (?:(?:ha )?(?:detto|spiegato|aggiunto|dichiarato|raccontato|concluso)|dice|spiega|aggiunge)[.,;]",
    "pt": r"[\"”»],? (?:disse|explicou|afirmou|contou|acrescentou|declarou|relatou|completou|concluiu)[.,;]",
}
_UNNAMED_SPEAKER = {code: re.compile(form, re.IGNORECASE) for code, form in _UNNAMED.items()}

# All folded, as briefing/compose/words.py gives them.
_SAYING = """
    declare dit ajoute affirme explique precise indique estime souligne assure commente rappele rappelle lance confie
    poursuivi poursuit reagi insiste conclu regrette denonce salue prevenu releve reconnu raconte juge selon
    said says told tells added adding explained noted insisted claimed tweeted wrote according
    sagte sagt erklarte betonte teilte laut zufolge dijo explico aseguro afirmo segun senalo anadio declaro
    detto dichiarato spiegato secondo aggiunto affermato sottolineato disse afirmou explicou segundo acrescentou
    declarou
"""
_WEEKDAY_NAMES = """
    lundi mardi mercredi jeudi vendredi samedi dimanche monday tuesday wednesday thursday friday saturday sunday
    montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes sabado domingo
    lunedi martedi mercoledi giovedi venerdi sabato domenica segunda terca quarta quinta sexta
"""
_SPEAKER_WORDS = {
    "fr": "je j nous vous moi notre nos mon ma mes",
    "en": "i we my our you us me your",
    "de": "ich wir uns unser mein mich",
    "es": "yo nosotros nuestro nuestra mi me nos",
    "it": "io noi nostro nostra mi mio",
    "pt": "eu nosso nossa meu minha",
}
_SPEECH, _WEEKDAYS = frozenset(_SAYING.split()), frozenset(_WEEKDAY_NAMES.split())
_FIRST_PERSON = {code: frozenset(spoken.split()) for code, spoken in _SPEAKER_WORDS.items()}


def points_back(text: str, language: str | None) -> bool:
    """Tells whether a sentence opens with a word that needs the sentence before it ("He", "Mais", "Dabei").

    Always False in a language without a list (all but fr, en, de, es, it, pt).
    """
    openers = _BACK.get(language or "")
    return bool(openers and openers.match(text))


def hides_speaker(text: str, language: str | None) -> bool:
    """Tells whether a sentence quotes somebody whom only a pronoun names, or nothing: "…", he told supporters.

    Always False in a language without a list.
    """
    speaker = _UNNAMED_SPEAKER.get(language or "")
    return bool(speaker and speaker.search(text))


def reports_speech(spoken: frozenset[str]) -> bool:
    """Tells whether the folded words hold a verb of saying."""
    return not _SPEECH.isdisjoint(spoken)


def says_i(spoken: frozenset[str], language: str | None) -> bool:
    """Tells whether the folded words speak in the first person, or to "you"."""
    return not _FIRST_PERSON.get(language or "", frozenset()).isdisjoint(spoken)


def names_weekday(spoken: frozenset[str]) -> bool:
    """Tells whether the folded words hold a day of the week, as the sentence with the news mostly does."""
    return not _WEEKDAYS.isdisjoint(spoken)

"""Takes a stop mark in a text and the rules of the language, gives the place where the sentence ends, if it does.

Each decision looks at a bounded piece of text on either side of the mark, so the time is linear in the text.

Next: briefing/compose/sentences.py, which asks at every mark.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from briefing.compose.full_stops import ASIDE_CHARS, WORD, Place, bracket_closes, full_stop_ends, is_plain

if TYPE_CHECKING:
    from briefing.compose.sentence_rules import SentenceRules

#: Line breaks, as `str.splitlines` knows them.
LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
#: The same, for use within a character class.
BREAKS = "".join(sorted(LINE_BREAKS))
#: Marks that end a sentence wherever they stand, with or without a space: CJK, Indic, Arabic, Urdu, Ethiopic, Armenian,
#: Khmer, Burmese.
CERTAIN = "。！？｡।॥؟۔።፧։។။"
_LINE_ENDS = LINE_BREAKS | {""}
#: Holds any abbreviation with the word before it; also what keeps the look-back bounded.
_LOOK_BACK = 32

# Marks that show no ink: zero width, and the direction of writing.
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_CLOSING = "»”“«›‹\"'’‘)\\]」』）】》〉"
#: Line breaks, or a run of stops with the quotes and brackets that close after it. "»" after a space closes French
#: quotations, but opens German ones, hence the look-ahead. One set of characters comes first, for speed: 3x.
MARK = re.compile(
    rf"[{BREAKS}.!?…{CERTAIN}](?:(?<=[{BREAKS}])[{BREAKS}]*|"
    rf"(?:(?<=\.)(?:[ \u00a0]\.)+|[.!?…{CERTAIN}]*(?:[ \u00a0\u202f]+[!?…]+)*)"
    rf"(?:[ \u00a0\u202f][»›”](?=[\s,;:.)\]]|$)|[{_CLOSING}{_UNSEEN}])*)"
)
_OPENING = re.compile(rf"(?:[^\S{BREAKS}]|[\"'«»“„”‚‘’‹›(\[{{¿¡–—•*「『（{_UNSEEN}-])*")
_GLUED = re.compile(r"[^\W\d_]{2,}(?![\w.@/])|[^\W\d_](?=\s)")
_LEADING = re.compile(r"[(\[«“„\"'’‘/–—]")
# "iPhone", "macOS": capitals within the first word.
_CAMEL = re.compile(r"[^\W\d_]{0,6}[A-Z]")
_NAME_CHARS = 80
# "Booking.Com" and "Node.Js" are one word although a capital follows the stop.
_DOMAINS = frozenset(("com", "fr", "net", "org", "io", "js", "de", "es", "it", "pt", "uk", "eu", "tv", "ai", "md"))
# Names that carry a mark of their own.
_MARKED = frozenset(("yahoo", "jeopardy", "joomla", "wham", "yum"))
_OPENERS = {"»": "«", "«": "»", "”": "“", "“": "„", '"': '"', "’": "‘", "‘": "‚", "›": "‹", "‹": "›", "'": "'"}
_CERTAIN = frozenset(CERTAIN)
# Marks that open a sentence.
_CUES = frozenset("¿¡•")
# Japanese particles after a closed quotation carry the sentence on: 「行く。」と言った.
_PARTICLES = frozenset("とっをがはもにのでやへ")


def sentence_end(text: str, mark: tuple[int, int], start: int, rules: SentenceRules) -> int:
    """Finds the end of the sentence that began at `start` and has a match of `MARK` at `mark`; -1 if it goes on.

    A mark at the end of its line gives -1: the line ends there anyway.
    """
    stop, after = mark
    following = after + 1
    if text[after:following] in _LINE_ENDS:
        return -1
    if text[after:following] != " " or not text[following : following + 1].isalpha():  # mostly it is that simple
        following = _behind_opening(text, after)
        if following >= len(text) or text[following] in LINE_BREAKS:
            return -1
        if not text[after].isspace():
            return _end_without_space(text, stop, after, following, start)
    if _is_small(text, following):
        return -1
    seen = text[max(start, stop - _LOOK_BACK) : stop].split() if not text[stop - 1].isspace() else []
    is_dot = text[stop] == "." and (after == stop + 1 or text[stop + 1] not in ".!?… ")
    if is_dot and after == stop + 1 and seen and is_plain(seen[-1], rules) and not "".join(seen[-2:-1]).endswith("."):
        return after  # four stops of five
    place = _place(text, (stop, after, following), start, seen, rules)
    ends = full_stop_ends(place, rules) if is_dot else not _is_aside(place, rules)
    return after if ends else -1


def goes_on(text: str, end: int) -> bool:
    """Tells of any cut, whoever made it, that a sentence cannot begin there: behind it stands a small letter."""
    following = _behind_opening(text, end)
    if following >= len(text):
        return False
    return _is_small(text, following) or (following == end and text[end] in _PARTICLES and text[end - 1] in "」』”")


def _behind_opening(text: str, at: int) -> int:
    opening = _OPENING.match(text, at)
    return opening.end() if opening else at


def _is_small(text: str, at: int) -> bool:
    """Tells a comma or a word that opens no sentence; "iPhone", "b)" may, and so may scripts without capitals."""
    first = text[at]
    if first in ",;:":
        return True
    if not first.islower() or first.title() == first or text[at + 1 : at + 2] == ")":
        return False
    return text[at : at + 8] == text[at : at + 8].lower() or not _CAMEL.match(text, at)


def _end_without_space(text: str, stop: int, after: int, following: int, start: int) -> int:
    """A space was lost: "…au calme.Le maire"; an address or a file name is not such a case."""
    if not _CERTAIN.isdisjoint(text[stop:after]):
        if text[after] in _PARTICLES and text[after - 1] not in _CERTAIN:
            return -1
        return after - 1 if text[after - 1] in "“‘«" else after
    word = _GLUED.match(text, following)
    if word is None or not word.group().istitle() or word.group().lower() in _DOMAINS:
        return -1
    seen = text[max(0, stop - _LOOK_BACK) : stop].split()
    before = _LEADING.split(seen[-1].rstrip("\"'’”»)"))[-1] if seen else ""
    if not (before.isalpha() and len(before) > 1 and before.islower()):
        return -1
    last = text[after - 1]
    if last in "«“‘„" or (last == '"' and text.count('"', max(start, stop - 2000), stop) % 2 == 0):
        return after - 1  # in 'a dit."Nous partons' the mark opens the next sentence
    return after


def _place(text: str, at: tuple[int, int, int], start: int, seen: list[str], rules: SentenceRules) -> Place:
    stop, after, following = at
    token = _LEADING.split(seen.pop())[-1] if seen else ""
    previous = _LEADING.split(seen[-1])[-1] if seen else ""
    joined = token
    while seen and len(joined) < 12 and seen[-1].endswith(".") and len(seen[-1]) < 5:
        joined = f"{seen.pop()}{joined}"
    tail = token.rpartition("-")[2]
    opener = _opener(text, following, rules)
    return Place(
        text=text,
        start=start,
        stop=stop,
        after=after,
        following=following,
        token=token,
        joined=_LEADING.split(joined)[-1],
        tail=tail if len(tail) > 1 else token,
        previous=previous,
        opener=opener,
        starts=opener in rules.starters or not _CUES.isdisjoint(text[after:following]),
    )


def _opener(text: str, following: int, rules: SentenceRules) -> str:
    """The next word as the lists spell it: "l'", "the"; nothing for an abbreviation ("No. 10")."""
    word = WORD.match(text, following)
    if word is None:
        return ""
    found = word.group().lower().replace("’", "'")
    if found.endswith("'"):
        return found if found in rules.starters else found[:-1]
    return "" if text[word.end() : word.end() + 1] == "." and found in rules.known else found


def _is_aside(place: Place, rules: SentenceRules) -> bool:
    """Tells a mark within a sentence ("(…)", "Yahoo! Japan", "– quel panache ! –", a title) from one that ends it."""
    text, start, stop = place.text, place.start, place.stop
    if place.token.lower() in _MARKED:
        return not place.starts
    closers = text[stop : place.after].lstrip(".!?…").strip()
    return (
        (stop > start and text[stop - 1] in "([")
        or _begins(text, start, stop)
        or (text[stop] in ".…" and _leads_on(place, rules))
        or _dash_closes(place)
        or (closers != "" and _is_within(place, closers[0], rules))
    )


def _begins(text: str, start: int, stop: int) -> bool:
    """Tells a mark at the very beginning: "… et puis"."""
    opening = _OPENING.match(text, start, min(stop, start + 40))
    return opening is not None and opening.end() == stop


def _leads_on(place: Place, rules: SentenceRules) -> bool:
    """Tells an ellipsis that holds back the word to come: "passera à… 4 euros", "vient de… Brest"."""
    if place.text[place.following] in "0123456789$€£¥₹":
        return True
    return not place.starts and place.token.lower() in rules.leading


def _dash_closes(place: Place) -> bool:
    between = place.text[place.after : place.following]
    dash = next((sign for sign in "–—" if sign in between), "")
    if not dash:
        return False
    low = max(place.start, place.stop - ASIDE_CHARS)
    opened = place.text.rfind(dash, low, place.stop)
    return opened > place.start + 1 and place.text.count(dash, low, place.stop) % 2 == 1


def _is_within(place: Place, closer: str, rules: SentenceRules) -> bool:
    """Tells whether the sentence goes on behind the quotation or bracket that closes here."""
    if _is_attributed(place, rules):
        return True
    return not place.starts and (bracket_closes(place) or _title_closes(place, closer))


def _title_closes(place: Place, closer: str) -> bool:
    """Tells whether a quotation closes here that follows its word without comma or colon: the “Why Not?” Prize."""
    sign = _OPENERS.get(closer, "")
    opened = place.text.rfind(sign, max(place.start, place.stop - ASIDE_CHARS), place.stop) if sign else -1
    if opened <= place.start:
        return False
    before = place.text[max(place.start, opened - 3) : opened].rstrip()
    return before[-1:].isalpha()


def _is_attributed(place: Place, rules: SentenceRules) -> bool:
    """Tells whether a name and a verb of speech follow the quotation: “Where did it go?” Ms. Hale asked."""
    if place.starts and place.opener != "i":
        return False
    for name, verb in pairwise(place.text[place.following : place.following + _NAME_CHARS].split()):
        if verb.rstrip(".,:;") in rules.speech:
            return name[0].isupper() or name[-1] == ","
        if name[-1] in ".?!" and not (name[0].isupper() and len(name) < 6):
            break
    return False

"""Takes the lines of a page's text, gives them without what stands around an article: date, title, author's life.

An article ends with a sentence. What follows it (headings of other lists, "Follow us on …", a line about the author)
is told by its form, by the author's name and by few phrases; a sentence that mentions a newsletter stays.

Next: briefing/collect/pages.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefing.collect.text import same_words, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

#: So many lines may go at each end.
_MAX_HEAD, _MAX_TAIL = 4, 6
#: A line without a full stop that is shorter than this is no last sentence.
_MAX_HEADING = 80
_MAX_ABOUT = 700
#: At least this share of the text stays at the tail, whatever its lines look like.
_LEAST_KEPT = 0.6

_ENDS = re.compile(r"[.!?…:;。！？।؟»”\"')\]]$")
_CASED = re.compile(r"[A-Za-zÀ-ɏͰ-ӿ]")
_DATE_LINE = re.compile(
    r"(?:(?:last |first )?(?:updated?|published|posted|modified)(?: on)?|publié(?:e)?(?: le)?|mis à jour(?: le)?"
    r"|(?:zuletzt )?aktualisiert(?: am)?|veröffentlicht(?: am)?|stand|publicado(?: el)?|actualizado(?: el)?"
    r"|pubblicato(?: il)?|aggiornato(?: il)?)\b[^.!?]{0,60}\d[^.!?]{0,30}"
    r"|[\W\d]*\d{1,4}\s?[-./年]\s?\d{1,2}\s?[-./月]\s?\d{1,4}日?[\W\d]*(?:uhr|\([^)]*\))?"
    r"|(?:\w{2,12},? )?(?:\d{1,2}\.? \w{3,10}|\w{3,10}\.? \d{1,2}),? (?:19|20)\d\d(?:\W.{0,30})?",
    re.IGNORECASE,
)
_READING_TIME = re.compile(
    r"(?:.{0,30}\W)?\d+[ -]?min(?:s|utes?|uten?|uti|utos?)?[ .]{0,2}(?:read(?:ing)?(?: time)?|lesezeit|lesedauer"
    r"|(?:de )?lect?ura|(?:de )?lecture|(?:di )?lettura|(?:de )?leitura)?"
    r"|(?:reading time|lesezeit|temps de lecture|tempo d[ei] lett?i?ura|tiempo de lectura)\s?:?.{0,24}",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:(?:may|can) be reached (?:at|on|via)|(?:follow|find) (?:him|her|them|us|me|\w+(?: [\w.]+){0,2}) on"
    r" (?:twitter|x\b|facebook|instagram|linkedin|bluesky|threads|mastodon|youtube|tiktok)"
    r"|contributed (?:reporting|to this (?:report|story|article|post|piece))"
    r"|(?:sign up|subscribe|log in|register)\b.{0,80}\b(?:newsletters?|updates|inbox|emails?|account|podcast|channel)"
    r"|(?:let us know|tell us|join the conversation|share your thoughts)\b.{0,40}\b(?:comments?|think|below)"
    r"|(?:newsletter|whatsapp-kanal)\b.{0,80}\b(?:informiert|abonnier\w*|anmelden|bestellen|erhalten)"
    r"|(?:abonnier\w*|folgen? sie uns|folge uns)\b.{0,80}"
    r"|(?:abonnez|inscrivez|suivez)[- ](?:vous|nous)\b.{0,80}|(?:suscríb|síguenos|siga-nos|iscriviti"
    r"|seguici)\w*\b.{0,80}"
    r"|(?:this|the) (?:article|story|post|piece) (?:was|is|has been) (?:first |originally |also"
    r" )?(?:published|republished)"
    r"|(?:our|this) (?:web)?site\b.{0,80}\bbookmark|affiliate (?:links?|commission))",
    re.IGNORECASE,
)
_CREDITS = re.compile(
    r"[(\[]?\s*(?:(?:additional )?reporting by .{2,200}?(?:editing by .{2,100}|[)\]])|edited by .{2,80}|have a tip\?.*"
    r"|(?:image|photo)s? via .{2,80})\s*[.)\]]*",
    re.IGNORECASE,
)


def without_edges(lines: Sequence[str], *, titles: Sequence[str], authors: Sequence[str]) -> tuple[str, ...]:
    """Cuts at both ends of the text.

    Args:
        titles: what the page calls its article, the best first.
        authors: the names of those who wrote it.
    """
    start = _start_of(lines, titles, authors)
    end = len(lines)
    floor = _LEAST_KEPT * sum(map(len, lines))
    while len(lines) - end < _MAX_TAIL and end > start + 1 and _is_tail(lines[end - 1], authors):
        if sum(map(len, lines[start : end - 1])) < floor:
            break
        end -= 1
    return tuple(lines[start:end])


def _start_of(lines: Sequence[str], titles: Sequence[str], authors: Sequence[str]) -> int:
    for i, line in enumerate(lines[:_MAX_HEAD]):
        if not (_is_dateline(line) or _is_title(line, titles) or _names_only(line, authors)):
            return i if i < len(lines) else 0
    return min(_MAX_HEAD, max(len(lines) - 1, 0))


def _is_dateline(line: str) -> bool:
    return len(line) <= 120 and bool(_DATE_LINE.fullmatch(line) or _READING_TIME.fullmatch(line))


def _is_title(line: str, titles: Sequence[str]) -> bool:
    """The headline again, perhaps with its kicker in front."""
    for title in titles:
        if same_words(line, title):
            return True
        bare, whole = squeeze(title), squeeze(line)
        if len(bare) >= 20 and whole.endswith(bare) and len(whole) <= 2 * len(bare):
            return True
    return False


def _names_only(line: str, authors: Sequence[str]) -> bool:
    rest = line.casefold()
    for name in authors:
        rest = rest.replace(name.casefold(), "")
    return rest != line.casefold() and len(re.sub(r"\W", "", rest)) <= 12


def _is_tail(line: str, authors: Sequence[str]) -> bool:
    if len(line) < _MAX_HEADING and _CASED.search(line) and not _ENDS.search(line):
        return True
    if len(line) > _MAX_ABOUT:
        return False
    return _is_about(line, authors) or bool(_CONTACT.search(line) or _CREDITS.fullmatch(line))


def _is_about(line: str, authors: Sequence[str]) -> bool:
    """A line that begins with the author's name tells who they are."""
    words = line.casefold().split()
    for name in authors:
        first, *others = name.casefold().split() or [""]
        if others and words and len(first) > 2 and re.sub("['’]s?$", "", words[0]) == first:
            return True
    return False

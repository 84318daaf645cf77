"""Takes paragraphs, gives them back without what the site says about itself: "Read also", credits, "appeared first on".

A line goes only when the whole of it is such a phrase, so that a sentence that merely mentions a newsletter stays.

Next: briefing/collect/entries.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Longer lines are paragraphs, whatever they begin with.
MAX_CHROME_CHARS = 220

#: Tails are looked for in so many last characters; "The post … appeared first on …" takes up to 600.
TAIL_CHARS = 800

#: What stands before another article's headline.
_READ_ALSO_WORDS = (
    r"(?:read|see|watch|listen)(?: it)? (?:also|more|next|now|too)",
    r"also (?:read|see|on|in)",
    r"(?:more|related)(?: stories| on| from| reading)?",
    r"(?:à )?(?:lire|voir|écouter)(?: aussi| également)?",
    r"(?:lire|voir) la suite",
    r"sur le même (?:sujet|thème)",
    r"articles? (?:connexes|liés)",
    r"lesen sie (?:auch|dazu|hier|mehr)",
    r"mehr zum thema",
    r"(?:auch|weitere|ähnliche) (?:interessant|artikel|themen|beiträge)",
    r"(?:lea|le[eé]|leer|ver|vea)(?: también| además| más)",
    r"te puede interesar",
    r"(?:noticias? )?relacionad[oa]s?",
    r"leia (?:também|mais)",
    r"veja também",
    r"saiba mais",
    r"(?:leggi|guarda) anche",
    r"lees (?:ook|meer|verder)",
    r"czytaj (?:też|także|więcej)",
    r"läs (?:också|även|mer)",
    r"l[eæ]s også",
    r"lue myös",
    r"читайте также",
    r"ayrıca oku",
)
_CREDIT_WORDS = (
    r"photos?|fotos?|images?|bild|imagen|imagem|immagine|picture|illustration",
    r"crédits?(?: photo)?|credits?|bildnachweis|bildquelle|photo credit|(?:photo|foto) by|image credit",
)

#: Lines that say nothing of the article: advertisements, sharing, newsletters, accounts, comments, going on.
_PHRASES = (
    r"advertisements?|publicité|anzeige|werbung|publicidade?|pubblicità|advertentie|reklama?|annons|mainos|sponsored",
    r"story continues below(?: advertisement)?|article continues (?:below|after).{0,40}",
    r"(?:skip|scroll) (?:past|to) .{0,40}",
    r"share(?: (?:this|on|via|full)\b.{0,60})?|partager(?: (?:sur|cet|l['’]article).{0,60})?",
    r"teilen|merken|drucken|compartir|compartilhar|condividi|delen|copy link|link copied|print(?: this page)?",
    r"e-?mail|tweet|facebook|twitter|whatsapp|linkedin|pinterest|reddit|telegram|follow us(?: on .{0,60})?",
    r"(?:sign up|subscribe|register)(?: now| here| today)?(?: (?:for|to) .{0,120})?|(?:sign|log) in(?: .{0,40})?",
    r"(?:get|receive) (?:our|the|your) .{0,60}(?:newsletter|inbox|alerts?).{0,60}|newsletter",
    r"(?:abonnez|inscrivez)[- ]vous.{0,120}|s['’](?:abonner|inscrire).{0,80}",
    r"(?:jetzt )?abonnieren.{0,60}|hier anmelden.{0,40}",
    r"(?:suscríbete|suscríbase|suscribirse|inscreva-se|assine|iscriviti|zapisz się).{0,100}",
    r"all rights reserved.{0,80}|alle rechte vorbehalten.{0,60}|tous droits réservés.{0,60}|(?:©|copyright) .{0,100}",
    r"(?:leave|post|add) a comment|no comments(?: yet)?|(?:\d+ )?comments?|kommentare?|commentaires?|comentarios",
    r"(?:read|see|view|show) (?:full |the full |whole )?(?:article|story|more|post)|continue reading.{0,120}",
    r"weiterlesen|lire la suite|seguir leyendo|leer más|leia mais|continua a leggere|lees verder",
    r"(?:advertisement|publicité|anzeige|publicidade?|pubblicità|advertentie)\s*[:–-].{0,120}",
    r".{0,120}\bbecome a (?:member|subscriber)\b.{0,60}|this page (?:updates|refreshes) automatically.{0,60}",
    r"(?:.{0,120}\s)?(?:unsubscribe|se désabonner|se désinscrire|abbestellen|darse de baja|disiscriviti)",
    r"(?:you(?: are|['’]re) receiving this|vous recevez cet?(?:te)?|sie erhalten diesen?|recibe esta)\b.*",
    r"(?:can['’]t see|trouble (?:viewing|reading)|vous ne voyez pas|probleme mit der darstellung).*",
    r"back to (?:the )?top|loading\W*|view (?:this|in) .{0,20}browser.{0,20}",
)

#: The line WordPress adds to each entry of a feed, in the languages it speaks most: how it begins, what it says.
_FIRST_ON_WORDS = (
    (r"(?:the )?(?:post|article|entry)", r"appeared first on|first appeared on|was first published on"),
    (r"der (?:beitrag|artikel)", r"erschien zuerst|ist zuerst erschienen"),
    (r"l['’]article|cet article|le billet", r"est apparu en premier|a été publié en premier|est d['’]abord apparu"),
    (r"la entrada|el artículo|el post", r"se (?:ha publicado|publicó) primero|ap[ae]rec(?:e|ió) primero"),
    (r"o post|o artigo|o conteúdo|a postagem", r"ap[ae]rece(?:u)? primeiro|foi publicado primeiro"),
    (r"l['’]articolo|il post", r"proviene da|sembra essere il primo su"),
    (r"het bericht|het artikel", r"verscheen eerst op"),
    (r"artykuł|wpis", r"pochodzi z serwisu|pojawił się pierwszy raz"),
    (r"inlägget|indlægget|innlegget", r"dök först upp på|blev først udgivet på|dukket først opp på"),
    (r"сообщение|запись", r"появил(?:ись|ась|ось|ся) сначала на"),
)

#: Invitations to go on reading elsewhere, at the end of a text.
_READ_ON_WORDS = (
    r"continue reading|read (?:more|on|full (?:article|story)|the (?:full|rest).{0,20})|keep reading|full story",
    r"lire la suite|en savoir plus|lire plus|weiterlesen|mehr lesen|(?:seguir|continuar) leyendo|leer más|ver más",
    r"leia mais|continue lendo|continua a leggere|leggi tutto|lees (?:verder|meer)|czytaj (?:dalej|więcej)",
    r"läs mer|l[eæ]s mer|читать (?:далее|дальше|полностью)",
)


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(words) + ")"


_READ_ALSO = re.compile(rf"(?:[▶►→»>•|*\-–—\[(]\s*)?{_any(_READ_ALSO_WORDS)}\s*[:»>|–—→\-]\s*\S.*", re.IGNORECASE)
_CREDIT = re.compile(rf"[\[(]?\s*(?:(?:{_any(_CREDIT_WORDS)}|©|\(c\))\s*[:©/]|©)\s*\S.{{0,120}}", re.IGNORECASE)
#: Few lines have the mark behind "Read also", or the one behind "Photo".
_POINTER_MARK = re.compile(r"[:»>|–—→\-]")
_CREDIT_MARK = re.compile("[:©/]")
_LETTER = re.compile(r"\w")
_PHRASE = re.compile(rf"{_any(_PHRASES)}\s*[.!:»→>]*", re.IGNORECASE)
_FIRST_ON = re.compile(
    r"(?:\A|\s)"
    + _any(rf"(?:{opening})\b.{{0,400}}?\b(?:{says})\b.{{0,200}}" for opening, says in _FIRST_ON_WORDS)
    + r"\Z",
    re.IGNORECASE,
)
_READ_ON = re.compile(
    rf"\s*[\[(<]?\s*(?:(?:…|\.\.\.)\s*)?[\[(]?\s*{_any(_READ_ON_WORDS)}(?:\b.{{0,120}}?)?"
    r"\s*(?:→|»|›|>|…|\.\.\.)*\s*[\])>]?\s*\Z",
    re.IGNORECASE,
)
_BRACKETED_CUT = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.|\+\d+ chars)\s*\]|\(\s*(?:…|\.\.\.)\s*\))\s*\Z")
_CUT = re.compile(rf"(?:{_BRACKETED_CUT.pattern}|(?:…|\.\.\.)\s*\Z)")

#: Letters of which one run stands in every ending that the patterns above know. Looking for them first takes a
#: hundredth of the time (7 µs a long paragraph in place of 570), and nine paragraphs in ten have none of them.
_FIRST_ON_HINTS = (
    *("rst", "apparu en prem", "publié en prem", "abord apparu", "mero", "meiro", "proviene da", "primo su"),
    *("eerst op", "pochodzi z", "pierwszy raz", "сначала"),
)
_READ_ON_HINTS = (
    *("reading", "read more", "read on", "read full", "read the", "full story", "lire", "savoir plus", "weiterlesen"),
    *("mehr lesen", "leyendo", "leer más", "ver más", "leia mais", "lendo", "continua a", "leggi tutto", "lees "),
    *("czytaj", "läs mer", "les mer", "læs mer", "читать"),
)
#: What may follow those letters, in characters, beside any number of arrows and spaces.
_AFTER_HINT = 260
_ARROWS = "→»›>….])" + "".join(filter(str.isspace, map(chr, range(0x3001))))
_CUT_ENDS = ("…", "...", "]", ")")


def without_chrome(lines: Iterable[str]) -> tuple[str, ...]:
    """Keeps the lines that belong to the article."""
    return tuple([line for line in lines if len(line) > MAX_CHROME_CHARS or not is_chrome(line)])


def is_chrome(line: str) -> bool:
    """Says whether the whole line is the site speaking of itself, a credit or a pointer elsewhere."""
    if len(line) > MAX_CHROME_CHARS:
        return False
    return bool(
        _PHRASE.fullmatch(line)
        or _points_elsewhere(line)
        or (_CREDIT.fullmatch(line) if _CREDIT_MARK.search(line) else None)
        or not _LETTER.search(line)
    )


def _points_elsewhere(line: str) -> bool:
    return _POINTER_MARK.search(line) is not None and _READ_ALSO.fullmatch(line) is not None


def cut_tail(lines: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """Takes the feed software's last words off; the flag says whether the text breaks off before its end."""
    kept = list(lines)
    truncated = False
    while kept:
        last, breaks_off = _without_tail(kept[-1])
        truncated = truncated or breaks_off
        if last == kept[-1]:
            break
        kept[-1:] = [last] if last else []
    return tuple(kept), truncated


def _without_tail(line: str) -> tuple[str, bool]:
    if len(line) <= MAX_CHROME_CHARS and _points_elsewhere(line):
        return "", False
    head, tail = line[:-TAIL_CHARS], line[-TAIL_CHARS:]
    end = _folded_end(tail)
    if _holds_one(_FIRST_ON_HINTS, end):
        tail = _FIRST_ON.sub("", tail)
        end = _folded_end(tail)
    tail = tail.rstrip()
    invitation = _READ_ON.search(tail) if _holds_one(_READ_ON_HINTS, end) else None
    reads_on = invitation is not None and _stands_apart(tail, invitation.start())
    if invitation is not None and reads_on:
        tail = tail[: invitation.start()].rstrip()
    if not tail.endswith(_CUT_ENDS):
        return head + tail, reads_on
    breaks_off = reads_on or bool(_CUT.search(tail))
    bare = _BRACKETED_CUT.sub("", tail)
    return head + (bare + "…" if bare and bare != tail else bare), breaks_off


def _holds_one(hints: Iterable[str], end: str) -> bool:
    for hint in hints:  # noqa: SIM110 - a generator takes three times as long, twice for every entry
        if hint in end:
            return True
    return False


def _folded_end(tail: str) -> str:
    """Letters as IGNORECASE compares them; it takes the Turkish i, with its dot or without, for any other."""
    text = tail.rstrip(_ARROWS)[-_AFTER_HINT:]
    return text.lower() if text.isascii() else text.casefold().replace("i\u0307", "i").replace("ı", "i")


def _stands_apart(line: str, start: int) -> bool:
    """A "Read more" that is a sentence of its own, unlike the one in "she likes to read more"."""
    before = line[:start].rstrip()
    opening = line[start:].lstrip()[:1]
    return not before or before.endswith(tuple('.!?…])”»":')) or opening in set("[(<….") or opening.isupper()

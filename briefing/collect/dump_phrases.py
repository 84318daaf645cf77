"""Takes a line or paragraph, says whether the site speaks of itself there, and takes such words out of running text.

The phrases are those of aggregators and news sites in seven languages; general ones are in chrome.py.

Next: briefing/collect/dump_lines.py.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from briefing.collect.chrome import is_chrome
from briefing.collect.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Talk(StrEnum):
    """What the site says of itself."""

    #: a heading over a list of other articles
    LIST_HEADING = "list heading"
    #: the article goes on elsewhere
    READ_ON = "read on"
    #: stands under an article, never in it
    CLOSING = "closing"
    #: an advertisement for the site's app: nothing but more of that follows
    FOOT = "foot"
    #: anything else
    OTHER = "other"


_AD_WORDS = r"Publicité|Advertisement|Publicidad|Publicidade|Pubblicità|Advertentie|ADVERTISEMENT|PUBLICITÉ|PUBLICIDAD"
_GERMAN_AD_WORDS = r"Anzeige|Werbung|ANZEIGE|WERBUNG|Reklama"  # also ordinary nouns of a German sentence
_AD = re.compile(f"{_AD_WORDS}|{_GERMAN_AD_WORDS}")
_READ_ALSO = (
    r"À lire aussi|A lire aussi|À lire également|Lire aussi|Read more|Read also|Also read|See also"
    r"|Lesen Sie auch|Mehr zum Thema|Lea también"
    r"|Lee también|Leia também|Leggi anche|Lees ook"
)
_READ_ON_WORDS = (
    r"seguir leyendo|leer más|weiterlesen|mehr lesen|lire la suite|lire plus|read more|continue reading"
    r"|full story|leia mais|continue lendo"
    r"|leggi tutto|continua a leggere|lees (?:verder|meer)|vorschau ansehen|\(?auszug (?:von|aus) [^)]{0,40}\)?"
    r"|\(?(?:excerpt|extrait|extracto|uittreksel|estratto) (?:from|du|de|van|da) [^)]{0,40}\)?"
    r"|(?:view|ver) (?:the )?(?:vista )?(?:preview|previa)|voir l['’]aperçu|voorbeeld bekijken"
)
_READ_ON = re.compile(rf"\W*(?:{_READ_ON_WORDS})\W*", re.I)
_LIST_HEADING = re.compile(
    r"(?:related|similar|more|other|further) (?:articles|stories|news|posts)|(?:articles"
    r"|actualités) (?:connexes|liés|liées|similaires|associés)"
    r"|(?:verwandte|ähnliche|weitere) (?:artikel|beiträge|nachrichten|meldungen)|(?:artículos"
    r"|noticias) relacionad[oa]s|(?:articoli|notizie) correlat[ie]"
    r"|(?:artigos|notícias) relacionad[oa]s|gerelateerde? (?:artikelen|nieuws|berichten)",
    re.I,
)
_CLOSING = re.compile(
    r"\w+ background|(?:essayez|testez|découvrez) nos .{0,30}fonctionnalités.{0,10}|try our .{0,20}features"
    r"|découvrez ce que .{1,40} peut faire.{0,20}"
    r"|explore what .{1,40} can do.{0,20}|(?:probieren|testen) sie unsere .{0,40}funktionen.{0,10}|(?:prueba"
    r"|pruebe|descubre) nuestras .{0,40}"
    r"|entdecken sie,? was .{1,60}|descubre lo que .{1,60}|comment(?:s|aires?|arios?|i)|kommentare?|reacties"
    r"|aucun commentaire.{0,30}|no comments.{0,20}"
    r"|(?:noch )?keine kommentare.{0,20}|(?:aún )?no hay comentarios.{0,20}|nessun commento.{0,20}"
    r"|nenhum comentário.{0,20}|hashtags?",
    re.I,
)
_FOOT = re.compile(
    r"(?:télécharge[rz] (?:l['’])|download (?:the|our) |(?:die )?app herunterladen|descarg(?:a|ar|ue) (?:la )?"
    r"|scarica (?:l['’])|baix(?:e|ar) o ?"
    r"|download de )(?:app|application|aplicación|aplicativo)?\W*|(?:app|play)[- ]?store.{0,24}",
    re.I,
)
_SITE_TALK = re.compile(
    r"logo|#|menu|home|(?:latest|top|recent) (?:news|stories)(?: (?:with|on|about) #?.{1,40})?|(?:dernières"
    r"|toutes les) (?:actualités|nouvelles|actus|infos)"
    r"(?: (?:avec|sur) #?.{1,40})?|(?:neueste|aktuelle) nachrichten(?: (?:mit|zu) #?.{1,40})?|(?:últimas"
    r"|ultime) not[ií][cz]i[ae]s?(?: (?:con|com) #?.{1,40})?"
    r"|(?:#[\w-]+\s*)+|show (?:more|less|related stories)|(?:afficher|voir) (?:plus|moins|les articles liés)"
    r"|(?:mehr|weniger) anzeigen|(?:ver|mostrar) (?:más|menos)"
    r"|ingresar|iniciar sesión|acceder|se connecter.{0,30}|connexion|anmelden|einloggen|log ?in.{0,30}"
    r"|sign ?in.{0,30}|accedi|entrar"
    r"|(?:next|previous) page|page (?:suivante|précédente)|(?:nächste|vorherige) seite|(?:página )?(?:siguiente"
    r"|anterior)\W*"
    r"|(?:get started now|commencez dès maintenant|jetzt loslegen).{0,60}|als gelesen markieren|mark as read"
    r"|artikel öffnen|impressum|datenschutz",
    re.I,
)


def talk_of(line: str) -> Talk | None:
    """Names the kind of site talk a whole line is; None for everything an article may say."""
    bare = line.strip(" .:…!»→>")
    kinds = ((Talk.LIST_HEADING, _LIST_HEADING), (Talk.CLOSING, _CLOSING), (Talk.FOOT, _FOOT), (Talk.OTHER, _SITE_TALK))
    if _READ_ON.fullmatch(line):
        return Talk.READ_ON
    for talk, phrases in kinds:
        if phrases.fullmatch(bare or line):
            return talk
    return Talk.OTHER if _AD.fullmatch(bare) or (is_chrome(line) and not _FIGURES.fullmatch(line)) else None


#: A row of counters has no letters, but it marks where a block ends.
_FIGURES = re.compile(r"\W*\d[\d\W]*")

_INLINE_READ_ALSO = re.compile(
    rf"(?:(?<=[.!?…»”\"')\]])\s*|^)(?:{_READ_ALSO})\s?:?\s+\S.{{4,200}}?\s(?:{_AD_WORDS}|{_GERMAN_AD_WORDS})(?=\s|$)"
)
_INLINE_AD = re.compile(
    rf"(?:^|\s)(?:{_AD_WORDS})(?=\s+[A-ZÀ-ÝŒ«“\"'‘’(\d–—-]|\s*$)"
    rf"|(?:^|(?<=[.!?…»”\"')\]])\s+)(?:{_GERMAN_AD_WORDS})"
    rf"(?:\s+(?:{_GERMAN_AD_WORDS}))*(?=\s+[A-ZÀ-ÝŒ«“\"'‘’(\d–—-]|\s*$)"
)
_TAIL_TALK = re.compile(
    rf"(?<=[.!?…»”\"')\]])\s*(?:{_READ_ON_WORDS}|show (?:less|more)|(?:mehr|weniger) anzeigen|afficher (?:plus"
    rf"|moins))\W*$",
    re.I,
)


#: Characters that tell one headline from most others.
HEADLINE_KEY = 16
_MAX_POINTED = 300
_POINTER = re.compile(rf"(?:{_READ_ALSO})\s?:?\s+")


def without_inline_talk(paragraph: str, *, headlines: Mapping[str, Sequence[str]]) -> str:
    """Takes advertising words and pointers to other headlines out of the middle of a paragraph.

    Args:
        paragraph: one line.
        headlines: titles of the same page, by their first `HEADLINE_KEY` characters.
    """
    text = _INLINE_READ_ALSO.sub("", paragraph)
    for pointer in reversed(tuple(_POINTER.finditer(text))):
        rest = text[pointer.end() : pointer.end() + _MAX_POINTED]
        named = next((title for title in headlines.get(rest[:HEADLINE_KEY], ()) if rest.startswith(title)), None)
        if named is not None:
            text = text[: pointer.start()] + text[pointer.end() + len(named) :]
    text = _INLINE_AD.sub("", text)
    while (tail := _TAIL_TALK.search(text)) is not None:
        text = text[: tail.start()]
    return one_line(text)

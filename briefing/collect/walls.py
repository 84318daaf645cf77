"""Takes what was read of a page, says whether it is an article or what stands in front of one.

Cookie walls, sign-up forms, robot checks and error pages are short and talk of nothing but themselves; they are told by
their headline, or by half of their lines. A part before a paywall is an article, but a truncated one.

Next: briefing/collect/pages.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A wall says what it wants in fewer characters.
_MAX_WALL_CHARS = 4_000
#: An offer to subscribe stands within so many last lines.
_OFFER_LINES = 5

_WALL_TITLE = re.compile(
    r"\W*(?:just a moment|attention required.*|access (?:to this page )?(?:has been )?denied.*|are"
    r" you a robot\W*|robot check"
    r"|(?:please )?verify (?:that )?you are (?:a )?human.*|checking your browser.*|security check.*"
    r"|one more step|captcha.*"
    r"|(?:error )?(?:400|401|403|404|410|429|500|502|503|504)(?:\b(?!\s*(?:people|dead|killed|million|years|km|miles))"
    r".{0,40}(?:not found|error|forbidden|unavailable|denied|introuvable|gefunden|encontrad[ao]"
    r"|trovata|gateway|requests|gone).*)?"
    r"|(?:page|site|article|seite|página|pagina)\b.{0,20}(?:not found|not available|unavailable|nicht gefunden"
    r"|no encontrad[ao]|não encontrada|non trovata|niet gevonden|introuvable)|(?:oops|whoops|hoppla)\b.{0,60}"
    r"|service (?:temporarily )?unavailable|under maintenance|(?:internal )?server error|bad gateway"
    r"|forbidden|not found"
    r"|(?:sign|log) ?in|register|create (?:an|your) account|anmelden|einloggen|se connecter"
    r"|connexion|iniciar sesión|accedi"
    r"|(?:cookie|privacy|consent)\b.{0,40}(?:settings?|preferences|wall|choices|center|centre)"
    r"|(?:we value|we care about) your privacy|your privacy choices|cookies?(?:-einstellungen)?"
    r"|before you continue.*|wir (?:respektieren|schätzen) ihre privatsphäre|votre vie privée.*"
    r"|datenschutzeinstellungen)\W*",
    re.IGNORECASE,
)
_WALL_LINE = re.compile(
    r"\bcookies?\b|\bconsent\b|personali[sz]ed (?:ads|advertising|content)|legitimate interest"
    r"|privacy (?:policy|settings|center)"
    r"|our (?:\d+ )?partners\b|\b(?:ad|pop-up) ?blocker|enable javascript|javascript is (?:disabled"
    r"|required)|ray id|cloudflare"
    r"|not a robot|unusual (?:traffic|activity)|page you (?:are|were) looking for|could(?: not|n't)"
    r" be found|try again later"
    r"|(?:sign|log) in (?:to|with)|create (?:a|an|your) (?:free )?account|already (?:have an account"
    r"|a subscriber|registered)"
    r"|forgot(?:ten)? (?:your )?password|password|e-?mail address"
    r"|werbung und tracking|einwilligung|datenschutzerklärung|zustimm(?:en|ung)|widerruf|mit werbung"
    r"|pur-abo|nutzungsprofil"
    r"|seite .{0,40}nicht gefunden|kennwort|passwort|javascript (?:aktivieren|deaktiviert)"
    r"|consentement|témoins|vos choix|nos partenaires|mot de passe|page .{0,40}(?:introuvable|n['’]existe)"
    r"|consentimiento|nuestros socios|contraseña|consenso|nostri partner|consentimento|nossos"
    r" parceiros|senha|toestemming",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\W*(?:(?:to (?:continue|keep|read)\b.{0,60})?\b(?:subscribe|sign up|register|log in|sign in"
    r"|become a (?:member|subscriber))"
    r"\b.{0,60}\b(?:to (?:continue|read|keep|unlock|access)|full (?:story|article)|unlimited|for \W?\d)"
    r"|(?:this|the (?:rest of|full)) (?:article|story|content|post)\b.{0,40}\b(?:subscribers?"
    r"|members?|paid|premium|exclusive)"
    r"|already (?:a )?(?:subscriber|member|subscribed|have an account)|(?:you have|you['’]ve)"
    r" (?:reached|read|used)\b.{0,60}articles?"
    r"|(?:unlock|get|enjoy) (?:unlimited|full) access|subscribers? only|for (?:subscribers|members) only"
    r"|(?:cet article|la suite|contenu|ce contenu)\b.{0,40}\bréservée? (?:aux|à nos) abonnés|il vous"
    r" reste \d+ ?%|déjà abonnée?"
    r"|(?:dieser|der) (?:artikel|beitrag|text)\b.{0,60}\b(?:abonnent|abo\b|registriert|plus)"
    r"|(?:jetzt )?weiterlesen mit\b"
    r"|sie haben bereits ein (?:abo|konto)|bereits (?:abonnent|registriert)|mit (?:\w+[+ -])?abo weiterlesen"
    r"|(?:contenido|artículo) (?:exclusivo|solo|sólo|reservado) para suscriptores|¿ya (?:eres|es) suscriptor"
    r"|(?:contenuto|articolo) (?:riservato|esclusivo)\b.{0,20}abbonati|sei già abbonato|conteúdo"
    r" exclusivo para assinantes"
    r"|(?:alleen|exclusief) voor abonnees|al abonnee).*",
    re.IGNORECASE,
)


def is_wall(titles: Sequence[str], lines: Sequence[str]) -> bool:
    """Says whether a page shows something in place of its article.

    Args:
        titles: what the page calls itself.
        lines: its main text.
    """
    length = sum(map(len, lines))
    if length > _MAX_WALL_CHARS:
        return False
    if any(_WALL_TITLE.fullmatch(title) for title in titles):
        return True
    walled = sum(len(line) for line in lines if _WALL_LINE.search(line))
    return 2 * walled > length


def before_offer(lines: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Cuts "Subscribe to continue reading" and what follows it; the flag says whether there was such an offer."""
    first = max(len(lines) - _OFFER_LINES, 1)
    at = next((i for i in range(first, len(lines)) if len(lines[i]) <= 300 and _OFFER.match(lines[i])), None)
    return (tuple(lines), False) if at is None else (tuple(lines[:at]), True)

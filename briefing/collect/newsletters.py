"""Takes an opened mail, gives its articles: one for each linked headline of a digest, else the whole letter as one.

A digest is a letter with several lines that are a link from end to end and long enough to be headlines. What stands
below one is its teaser. Links of newsletters count clicks; the article's own address is taken from inside them.

Next: briefing/collect/folder.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from briefing.collect.addresses import unwrapped
from briefing.collect.chrome import cut_tail, is_chrome, without_chrome
from briefing.collect.entries import LONG_DESCRIPTION_CHARS
from briefing.collect.identity import article_id
from briefing.collect.text import clean, one_line, plain_paragraphs
from briefing.collect.values import host_of, web_address
from briefing.model.article import Article, Published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from briefing.collect.containers import Envelope
    from briefing.model.source import SavedFile

#: Fewer linked headlines are the links of a letter, not a digest.
LEAST_HEADLINES = 3
#: Words and characters of a headline; scripts without spaces need the characters alone.
_LEAST_WORDS, _LEAST_CHARS, _MOST_CHARS = 3, 12, 220
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "td", "th", "br", "hr", "section"}
    | {"article", "header", "footer", "blockquote", "center", "img"}
)
_SILENT = frozenset({"script", "style", "head", "title", "noscript", "template"})
_PARSER = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
#: Links that every newsletter has, in the languages of the chrome; and what invites to read on.
_SERVICE = re.compile(
    r"\b(?:unsubscribe|view (?:this|in|online)|(?:in|your) browser|manage (?:your )?"
    r"|preferences|privacy|subscribe|sign up"
    r"|forward|advertis|contact us|terms|désabonner|désinscri|navigateur|préférences|confidentialité|abonnez|abmelden"
    r"|abbestellen|im browser|datenschutz|impressum|abonnieren|darse de baja|cancelar|navegador|preferencias|privacidad"
    r"|disiscri|annulla l|nel browser|descadastr|afmelden|uitschrijven|отписаться|в браузере|wypisz|przeglądar)"
    r"|\A(?:read|learn|see|find out|lire|en savoir|mehr|weiter|jetzt|leer|ver|leggi|scopri|lees|читать)\b.{0,24}\Z",
    re.IGNORECASE,
)
_SERVICE_ADDRESS = re.compile(
    r"unsubscri|optout|opt-out|/preferences|manage_?prefs|list-manage\.com/(?:profile|vcard)", re.I
)
_PLAIN_ADDRESS = re.compile(r"[<(\[]?\s*(https?://[^\s<>()\[\]]+)\s*[>)\]]?")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the letter, and the address when the whole line is one link."""

    text: str
    link: str | None = None


@dataclass(slots=True)
class _Headline:
    title: str
    url: str
    teaser: list[str] = field(default_factory=list)


def read_newsletter(envelope: Envelope, *, saved: SavedFile) -> tuple[Article, ...]:
    """Gives the letter's articles in its order, each address once; none when it has no words."""
    lines = _marked_up(envelope.html) if envelope.html else _plain(envelope.plain or "")
    headlines = _headlines(lines)
    if len(headlines) < LEAST_HEADLINES and envelope.html and envelope.plain:
        headlines = _headlines(_plain(envelope.plain))
    if len(headlines) >= LEAST_HEADLINES:
        return tuple(_linked(headline, envelope, saved) for headline in headlines)
    letter = read_mail(envelope, saved=saved)
    return (letter,) if letter else ()


def read_mail(envelope: Envelope, *, saved: SavedFile) -> Article | None:
    """Makes one article of the letter: its subject and its words; None when it has none."""
    paragraphs = plain_paragraphs(envelope.html) or plain_paragraphs((envelope.plain or "").replace("<", "&lt;"))
    lines, truncated = cut_tail(without_chrome(paragraphs))
    text = "\n".join(lines)
    if not text:
        return None
    return _article(envelope, saved, title=envelope.subject, text=text, truncated=truncated)


def _linked(headline: _Headline, envelope: Envelope, saved: SavedFile) -> Article:
    """The article behind a headline, as far as the letter tells it."""
    teaser, truncated = cut_tail(headline.teaser)
    whole = sum(map(len, teaser)) > LONG_DESCRIPTION_CHARS
    text, excerpt = ("\n".join(teaser), None) if whole else ("", one_line(" ".join(teaser)) or None)
    found = _article(envelope, saved, title=headline.title, text=text, url=headline.url, truncated=truncated)
    return replace(found, excerpt=excerpt)


def _article(
    envelope: Envelope, saved: SavedFile, *, title: str, text: str, url: str | None = None, truncated: bool
) -> Article:
    return Article(
        id=article_id(url=url, source=envelope.sender, title=title, text=text),
        title=title,
        text=text,
        file=saved.name,
        url=url,
        source=envelope.sender,
        published=Published(at=envelope.sent_at),
        truncated=truncated,
        captured_at=saved.captured_at,
        captured_assumed=saved.captured_assumed,
    )


def _headlines(lines: Iterable[_Line]) -> list[_Headline]:
    """The headlines that link somewhere, each with the lines below it up to the next."""
    found: dict[str, _Headline] = {}
    current: _Headline | None = None
    for line in lines:
        if line.link and _is_service(line):
            continue
        if line.link and _is_headline(line.text):
            current = found.setdefault(line.link, _Headline(line.text, line.link))
        elif _SERVICE.search(line.text) and len(line.text) < _MOST_CHARS:
            current = None  # the letter's foot has begun
        elif current is not None and not is_chrome(line.text):
            current.teaser.append(line.text)
    return list(found.values())


def _is_headline(text: str) -> bool:
    wordy = len(text.split()) >= _LEAST_WORDS or not text.isascii()
    return wordy and _LEAST_CHARS <= len(text) <= _MOST_CHARS and not is_chrome(text)


def _is_service(line: _Line) -> bool:
    return bool(_SERVICE.search(line.text) or _SERVICE_ADDRESS.search(line.link or "")) and len(line.text) < 60


def _marked_up(source: str) -> Iterator[_Line]:
    """The lines of an HTML letter; tables lay most of them out."""
    tree = lxml_html.document_fromstring(f"<div>{clean(source)}</div>".encode(), parser=_PARSER)
    pieces: list[tuple[str, str | None]] = []
    links: list[str | None] = []
    silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        starts = event == "start"
        if element.tag in _SILENT:
            silent += 1 if starts else -1
        if element.tag in _BLOCKS:
            yield from _line_of(pieces)
            pieces.clear()
        if element.tag == "a":
            if starts:
                links.append(web_address(element.get("href"), None))
            elif links:
                links.pop()
        words = element.text if starts else element.tail
        if words and not silent:
            pieces.append((words, links[-1] if links else None))
    yield from _line_of(pieces)


def _line_of(pieces: list[tuple[str, str | None]]) -> Iterator[_Line]:
    text = one_line("".join(words for words, _ in pieces))
    links = {link for words, link in pieces if words.strip(" \n\t\xa0·|•»›→")}
    if text:
        link = next(iter(links)) if len(links) == 1 else None
        yield _Line(text, unwrapped(link) if link else None)


def _plain(text: str) -> Iterator[_Line]:
    """The lines of a plain letter: a block that holds one address is linked by its first line."""
    for block in re.split(r"\n\s*\n", clean(text)):
        addresses = _PLAIN_ADDRESS.findall(block)
        lines = [line for line in map(one_line, _PLAIN_ADDRESS.sub("", block).split("\n")) if line]
        if len(addresses) == 1 and lines and host_of(addresses[0]):
            yield _Line(lines[0], unwrapped(addresses[0]))
            lines = lines[1:]
        yield from map(_Line, lines)

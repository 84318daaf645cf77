"""Takes markup as publishers write it, gives plain lines and paragraphs: no tags, no entities, no control characters.

Next: briefing/collect/documents.py.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
_BLANK_LINE = re.compile(r"\n\s*\n")
_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n"
_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")
_GAP = re.compile(r"\s{2,}|[\t\n]")

#: Tags that a headline may hold by mistake; anything else in angle brackets is what the author wrote.
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[|\]\]>|</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|li|mark|ol|p|q|s|"
    r"small|span|strong|strike|sub|sup|time|tt|u|ul|wbr)(?:\s[^<>]*)?/?>",
    re.IGNORECASE | re.DOTALL,
)
_BLOCK_TAG = re.compile(r"<(?:p|div|br|ul|ol|li|a|img|table|blockquote|h[1-6]|figure|section|em|strong)[\s/>]", re.I)
_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)

#: What never holds a sentence of the article.
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "math", "video", "audio", "form"}
    | {"button", "select", "nav", "figure", "figcaption", "head", "title"}
)
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th"}
    | {"blockquote", "pre", "hr", "section", "article", "header", "footer", "main", "aside", "center", "address"}
)
_FIRST_LETTER, _NO_LETTERS = re.compile(r"[^\W_]"), re.compile(r"[\W_]+")
_SENTENCE_END = (".", "!", "?", "…", ":", "»", "”", '"', "。", "！", "？", ")")
_PARSER = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def clean(text: str) -> str:
    """Takes away what cannot be seen (control characters, soft hyphens, direction overrides) and composes accents."""
    if text.isascii():
        return text if _is_plain(text) else _UNSEEN.sub("", _BREAKS.sub("\n", text))
    if text.replace("\n", "").replace("\t", "").replace("\xa0", "").isprintable():  # nothing of the kind is printable
        return unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _BREAKS.sub("\n", text)))


def _is_plain(text: str) -> bool:
    """Whether an ASCII text holds nothing but letters, signs, spaces, tabs and line ends."""
    return not text.encode().translate(None, _PLAIN)


def one_line(text: str) -> str:
    """Makes one clean line; a single no-break space stays, as French and German typography want it."""
    spaced = text.replace("\xa0", " ")
    if spaced.isprintable() and "  " not in spaced:  # nine lines in ten: nothing unseen, no break, no gap
        return text.strip() if text.isascii() else unicodedata.normalize("NFC", text.strip())
    return _GAP.sub(" ", clean(text)).strip()


def plain_line(markup: str | None) -> str:
    """Reads a headline or name: known tags go, entities are decoded, also those that were escaped twice."""
    text = markup or ""
    if "<" not in text and "&" not in text and "]]>" not in text:
        return one_line(text)
    for _ in range(2):
        text = _TAG.sub(_gap_of, text)
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return one_line(_TAG.sub(_gap_of, text))


def _gap_of(tag: re.Match[str]) -> str:
    return " " if re.match(r"</?(?:br|div|p|li|h\d)\b", tag[0], re.IGNORECASE) else ""


def plain_paragraphs(markup: str | None) -> tuple[str, ...]:
    """Reads an entry's HTML (or plain text) as paragraphs; captions, scripts and forms are left out."""
    source = markup or ""
    if "&" in source and not _BLOCK_TAG.search(source) and _BLOCK_TAG.search(html.unescape(source)):
        source = html.unescape(source)  # escaped once too often
    if "<" not in source:
        return tuple([line for line in map(one_line, _BLANK_LINE.split(clean(html.unescape(source)))) if line])
    return tuple([line for line in map(one_line, _marked_up_lines(clean(source))) if line])


def _marked_up_lines(source: str) -> Iterator[str]:
    tree = lxml_html.document_fromstring(f"<div>{source}</div>".encode(), parser=_PARSER)
    line: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        starts = event == "start"
        if element.tag in _SILENT:
            silent += 1 if starts else -1
        if element.tag in _BLOCKS or (element.tag == "br" and not starts and _breaks_here(element, line)):
            yield "".join(line)
            line.clear()
        words = element.text if starts else element.tail
        if words and not silent:
            line.append(words)
        if element.tag == "br" and starts:
            line.append(" ")
    yield "".join(line)


def _breaks_here(element: etree._Element, line: list[str]) -> bool:
    """A line break ends a paragraph when it is doubled or follows a sentence; else the text was only wrapped."""
    follower = element.getnext()
    doubled = follower is not None and follower.tag == "br" and not (element.tail or "").strip()
    return doubled or "".join(line).rstrip().endswith(_SENTENCE_END)


def same_words(one: str, other: str) -> bool:
    """Says whether two texts differ in spaces, punctuation and letter case at most."""
    if max(len(one), len(other)) > 2 * min(len(one), len(other)):
        return False
    first, second = _FIRST_LETTER.search(one), _FIRST_LETTER.search(other)
    if first and second and first[0].casefold()[0] != second[0].casefold()[0]:
        return False
    return squeeze(one) == squeeze(other)


def squeeze(text: str) -> str:
    """The letters and digits alone, for telling whether two texts say the same."""
    return _NO_LETTERS.sub("", text).casefold()

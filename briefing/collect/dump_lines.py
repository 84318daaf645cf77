"""Takes the text of a page without its markup, gives its lines and what each of them is: time, name, body, talk.

No rule here knows a site. A line is told by its looks alone; what it means is learnt from where it repeats
(dump_blocks.py).

Next: briefing/collect/dump_learning.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from briefing.collect.ages import days_back
from briefing.collect.dates import LABEL, find_when, may_hold_time, read_when
from briefing.collect.dump_phrases import Talk, talk_of
from briefing.collect.text import one_line
from briefing.collect.written_dates import When, day_first_in
from briefing.model.article import Published

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


class Kind(StrEnum):
    """What a line is by its looks."""

    #: a time of publication, perhaps with the outlet's name beside it
    TIME = "time"
    #: a heading that dates everything below it: "Heute — 3. Februar"
    DAY = "day"
    #: "• Business"
    BULLET = "bullet"
    #: "Source: X", "By X", "Rubrique : X"
    LABELLED = "labelled"
    #: "664 | 1 | 27751"
    COUNTER = "counter"
    #: the site speaking of itself
    CHROME = "chrome"
    #: "Related articles": a list of other articles follows
    LIST_HEADING = "list heading"
    #: a paragraph
    PROSE = "prose"
    #: a title, a name, a rubric, a subhead
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Carries one line and what it looks like.

    Attributes:
        name: the outlet beside a time, the text of a bullet, the value of a label.
        label: the word before a time ("time", "updated") or the role of a labelled line: source, category, author.
        when: of a TIME or DAY line; also of a short line that merely mentions a date.
        talk: what the site says of itself on a CHROME or LIST_HEADING line.
    """

    text: str
    kind: Kind
    name: str | None = None
    label: str = ""
    when: When | None = None
    talk: Talk | None = None

    @property
    def read_on(self) -> bool:
        """The line says that the article goes on elsewhere."""
        return self.talk is Talk.READ_ON

    @property
    def closing(self) -> bool:
        """The line stands under an article, never in it."""
        return self.talk in (Talk.CLOSING, Talk.FOOT, Talk.LIST_HEADING)

    @property
    def is_update(self) -> bool:
        """The time tells the age of the page, not of an article."""
        return bool(_UPDATE.match(self.label))


_UPDATE = re.compile(
    r"(?:last |zuletzt |laatste )?(?:updated?|actualizad|mis|aktualisiert|stand|aggiornat|atualizad|bijgewerkt"
    r"|modifi)",
    re.I,
)
#: A title is printed again within this many lines of its first appearance (title, rubric, name, title).
REPEAT_WITHIN = 4
#: Beside a date, fewer words are the name of an outlet.
LEAST_TITLE_WORDS = 4
_MAX_TIME_LINE = 140
#: Longer lines are no titles; the longest headline of the dumps seen had 141 characters.
_MAX_TITLE = 180

_LABELLED = re.compile(
    r"(?P<source>quelle|source|fuente|fonte|bron|via|medium)\s?:\s?|(?P<category>kategorie|category|catégorie"
    r"|rubrik|rubrique|ressort|sección|sezione"
    r"|seção|thema|tags?|categoría|categoria|categorie|section)\s?:\s?|(?P<author>autor(?:in)?|author|auteur"
    r"|autore)\s?:\s?",
    re.I,
)
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Di|Door) (?=[A-ZÀ-Ý])(?P<name>[^\d:.!?]{3,50})")
_BULLET = re.compile(r"[•·▪◦‣*–-]\s+(?P<name>\S.{0,80})")
_COUNTER = re.compile(
    r"(?=.*\d)(?:[\d\s|.,/·•:+%()kKM-]+|\d+ (?:comments?|commentaires?|kommentare?|comentarios|shares?|views?"
    r"|likes?|vues|aufrufe).{0,40})"
)
_CLOCK_LINE = re.compile(
    r"(?P<name>.{0,60}?)(?:^|[\s,|·•–—-]+|(?<=\S))(?:um|at|à|a las|alle|às|om)?\s?(?<![\d:.])(?:[01]?\d"
    r"|2[0-3])[:h][0-5]\d(?:\s?(?:uhr|h))?",
    re.I,
)
_GLUED = re.compile(r"(?P<label>time|date|zeit|heure|fecha)\s*(?=\S)", re.I)
_ENDS_OPEN = re.compile(
    r"(?:^|\s)(?:du|de|des|le|la|les|the|of|in|on|at|an?|to|and|by|et|und|der|die|das|dem|den|von|vom|zum?|zur|im|am"
    r"|el|los|las|del|en|una?|il|lo|gli|di|della|dei"
    r"|do|da|dos|het|een|van|par|selon|dans|chez|sur)$"
)
_SENTENCE_END = re.compile(r"[.!?…](?:\s?[»”\"'’)\]]+)?$")
#: A title may be a question from its first letter to its last: « Pourquoi ? »
_QUOTED_CALL = re.compile(r"[«„“‘\"'][^.…]{1,150}[!?]\s?[»”“’\"']")
_INNER_END = re.compile(r"[^\W\d_]{3,}[.!?…][»”\"']?\s+[A-ZÀ-ÝŒ«“\"]")


def read_lines(text: str, *, captured_at: datetime) -> tuple[Line, ...]:
    """Tells what each line is; blank lines go, sentences that a link broke in two are joined again."""
    texts = _joined(text.splitlines())
    day_first = day_first_in((line for line in texts if len(line) <= _MAX_TIME_LINE), captured_at=captured_at)
    known = {line: _classified(line, captured_at, day_first) for line in dict.fromkeys(texts)}
    lines = [known[line] for line in texts]
    return tuple(_dated(_with_titles(lines)))


def _joined(raw: Sequence[str]) -> list[str]:
    joined: list[str] = []
    apart = True
    for line in map(one_line, raw):
        if line and joined and (glue := _glue(joined[-1], line, apart=apart)) is not None:
            joined[-1] += glue + line
        elif line:
            joined.append(line)
        apart = not line
    return joined


def _glue(before: str, line: str, *, apart: bool) -> str | None:
    """What belongs between two halves of a sentence; None when they are two lines in their own right."""
    if re.match(r"[,;.)](?!\.)", line) and len(line) > 1:
        return ""
    if apart or len(before) < 30 or _SENTENCE_END.search(before) or _BULLET.match(line):
        return " " if apart and line == "," else None
    goes_on = line[0].islower() and len(before) >= 60 and (len(line) >= 60 or bool(_SENTENCE_END.search(line)))
    return " " if goes_on or _ENDS_OPEN.search(before) else None


def _classified(text: str, captured_at: datetime, day_first: bool | None) -> Line:  # noqa: FBT001 - three-valued
    if len(text) <= _MAX_TIME_LINE:
        known = _site_talk(text) or _byline(text)
        timed = known or (_timed(text, captured_at, day_first) if may_hold_time(text) else None)
        if timed is not None and timed.kind is not Kind.SHORT:
            return timed
        if (found := _labelled(text) or timed) is not None:
            return found
    if _COUNTER.fullmatch(text):
        return Line(text=text, kind=Kind.COUNTER)
    if (bullet := _BULLET.fullmatch(text)) and len(bullet["name"].split()) <= 8 and not _SENTENCE_END.search(text):
        return Line(text=text, kind=Kind.BULLET, name=bullet["name"])
    return Line(text=text, kind=Kind.PROSE if _is_prose(text) else Kind.SHORT)


def _is_prose(text: str) -> bool:
    words = len(text.split())
    ends = bool(_SENTENCE_END.search(text)) and text[-1] not in "?!" and not _QUOTED_CALL.fullmatch(text)
    return (ends and words >= 3) or len(text) >= _MAX_TITLE or (words >= 8 and bool(_INNER_END.search(text)))


def _site_talk(text: str) -> Line | None:
    talk = talk_of(text)
    if talk is None:
        return None
    return Line(text=text, kind=Kind.LIST_HEADING if talk is Talk.LIST_HEADING else Kind.CHROME, talk=talk)


def _byline(text: str) -> Line | None:
    byline = _BYLINE.fullmatch(text)
    if byline is None or len(byline["name"].split()) > 5:
        return None
    return Line(text=text, kind=Kind.LABELLED, name=byline["name"].strip(), label="author")


def _labelled(text: str) -> Line | None:
    label = _LABELLED.match(text)
    if label is None or label.end() == len(text) or len(text) > 80 or label.lastgroup is None:
        return None
    return Line(text=text, kind=Kind.LABELLED, name=text[label.end() :].strip(), label=label.lastgroup)


def _timed(text: str, captured_at: datetime, day_first: bool | None) -> Line | None:  # noqa: FBT001 - three-valued
    """Reads a line as a time; a short line that only mentions a date stays short but remembers it."""
    for label in filter(None, (LABEL.match(text), _GLUED.match(text), re.match("", text))):
        whole = read_when(text[label.end() :], captured_at=captured_at, day_first=day_first)
        if whole is not None:
            return Line(text=text, kind=Kind.TIME, label=label[0].strip(" :").casefold(), when=whole)
    found = find_when(text, captured_at=captured_at, day_first=day_first)
    if found is None:
        return _clocked(text) or _beside_mark(text, captured_at)
    before, after = text[: found.start], text[found.end :]
    if days_back(before.strip(" –—-|,(")) is not None and not after.strip(" )"):
        return Line(text=text, kind=Kind.DAY, when=found)
    name = _name_beside(before, after)
    if name is None:
        return None if _is_prose(text) else Line(text=text, kind=Kind.SHORT, when=found)
    side = "before" if before.strip() else "after"
    return Line(text=text, kind=Kind.TIME, name=name, label=side, when=found)


def _clocked(text: str) -> Line | None:
    """A time of day whose day stands in a heading further up: "Der Bote um 21:09"."""
    match = _CLOCK_LINE.fullmatch(text)
    if match is None or len(match["name"].split()) > 5:
        return None
    name = match["name"].strip(" ,|·•–—-")
    back = days_back(name)
    return Line(text=text, kind=Kind.TIME, name=None if back is not None else name or None, label="clock")


def _beside_mark(text: str, captured_at: datetime) -> Line | None:
    """The short forms of an age, which are only trusted beside a mark: "The Ledger · 3h"."""
    name, mark, rest = text.rpartition("·" if "·" in text else "|" if "|" in text else "•")
    age = read_when(rest.strip(), captured_at=captured_at) if mark else None
    if age is None or not name.strip() or len(name.split()) > 7:
        return None
    return Line(text=text, kind=Kind.TIME, name=name.strip(), label="before", when=age)


_BESIDE = re.compile(
    rf"(?:{LABEL.pattern}|(?:quelle|source|fuente|fonte|bron|via)\s?:)?\s*(?:(?P<by>by|par|von|por|da|di|door"
    rf"|via|in|bei|auf)\s+)?(?P<name>.*?)(?:\s(?:on|le|am|el|il|em|op|at|um|vom))?\s*",
    re.I,
)


def _name_beside(before: str, after: str) -> str | None:
    """The outlet's name on a time line, None when the words beside the time are a sentence or headline."""
    parts = [
        part.strip(" \t,|·•–—-()[]:/") for side in (before, after) for part in re.split(r"\s*[|·•]\s*|\s[–—-]\s", side)
    ]
    read = [(match["name"].strip(" ,–—-:"), match["by"]) for part in parts if (match := _BESIDE.fullmatch(f"{part} "))]
    names = [
        name for name, _ in sorted(read, key=lambda found: bool(found[1])) if name
    ]  # "By Ann Lee | 3 May | The Post"
    if not 1 <= len(names) <= 3 or any(len(name) > 60 or len(name.split()) > 7 for name in names):
        return None
    sentence = any(_SENTENCE_END.search(name) or re.search(r"[:?!]", name) or _ENDS_OPEN.search(name) for name in names)
    return None if sentence else names[0]


def _with_titles(lines: list[Line]) -> list[Line]:
    """A line that is printed twice in a row is a title wherever it stands, however long it is.

    Words with a date that are printed twice near each other are one as well: no article has two times of publication.
    """
    printable = (Kind.PROSE, Kind.SHORT)
    twice = {a.text for a, b in pairwise(lines) if a.text == b.text and a.kind in printable}
    for i, line in enumerate(lines):
        near = {other.text for other in lines[i + 1 : i + 1 + REPEAT_WITHIN]}
        if line.kind is Kind.TIME and line.text in near and len((line.name or "").split()) >= LEAST_TITLE_WORDS:
            twice.add(line.text)
    return [replace(line, kind=Kind.SHORT, name=None, label="") if line.text in twice else line for line in lines]


def _dated(lines: list[Line]) -> list[Line]:
    """Gives clock times the day of the heading above them."""
    clocks = sum(line.label == "clock" for line in lines)
    day: date | None = None
    dated: list[Line] = []
    for line in lines:
        bare_date = line.kind is Kind.TIME and line.when is not None and not line.when.has_clock and not line.name
        if line.kind is Kind.DAY or (clocks >= 2 and bare_date and not line.is_update):
            day = line.when.published.at if line.when else day
            line = replace(line, kind=Kind.DAY)  # noqa: PLW2901 - the line as it now counts
        elif line.label == "clock":
            when = When(start=0, end=len(line.text), published=Published(at=day), has_clock=True)
            line = replace(line, when=when)  # noqa: PLW2901
        dated.append(line)
    return dated

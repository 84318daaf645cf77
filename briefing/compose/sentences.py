"""Takes a text and its language, gives the spans of its sentences.

French, English, German, Spanish, Italian and Portuguese have rules of their own: on the tricky cases of newspapers
(abbreviations, guillemets, initials) they beat every splitter we tried. Other languages go to sentencex.

Next: briefing/compose/summarise.py, which chooses among the sentences.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from briefing.compose.sentence_ends import BREAKS, CERTAIN, LINE_BREAKS, MARK, goes_on, sentence_end
from briefing.compose.sentence_rules import has_rules, sentence_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.compose.sentence_rules import SentenceRules

    Span = tuple[int, int]

#: A quotation of several sentences stays whole up to this length and number; longer ones would fill a summary.
_QUOTATION_CHARS, _QUOTATION_SENTENCES = 320, 5
#: Marks and line breaks that are thought about. 1 MB of prose has 10,000; what has more is no article, and its rest is
#: cut at every stop.
_DECISIONS = 10_000
#: sentencex takes time by the square of a line's quotation marks (1 MB of them takes it 49 s) and 10 µs a line.
_FOREIGN_LINE_CHARS, _FOREIGN_CHARS = 20_000, 100_000

_LINE = re.compile(rf"[^{BREAKS}]+")
# At least ten characters where the line has them, trimmed, up to a stop before a space.
_PLAIN = re.compile(
    rf"\S[^{BREAKS}]{{0,9}}(?<=\S)(?:[^\s.!?…{CERTAIN}]++|[^\S{BREAKS}]++(?=\S)|[.!?…]++(?=\S))*+[.!?…{CERTAIN}]*+"
)
_QUOTE = re.compile(r"[\"«»“”„‘‚「」]")
_OPENS = re.compile(r"(?<![^\s(\[“‘«„\"—–])(?:«|[»“”\"‘](?=[^\s,;:.!?)]))|[„‚「]")
_CLOSERS = {
    mark: re.compile(closer)
    for mark, closer in {
        "«": "»",
        "»": "«",
        "“": "”",
        "”": "”",
        '"': '"',
        "‘": r"’(?!\w)",
        "„": "[“”]",
        "‚": "‘",
        "「": "」",
    }.items()
}
_SINGLE_OPENS = re.compile(r"(?<!\w)(?:‘|'(?=\w))(?!(?:\d\w*|tis|twas|em|til|cause|n)\b)")
_SPOKEN = re.compile(r"[.,!?…]['’](?!\w)")
_CURLY_OPENS = re.compile(r"(?<!\w)‘(?!(?:\d\w*|tis|twas|em|til|cause|n)\b)")
_SINGLE_CLOSES = re.compile(r"’(?!\w)")


def split_sentences(text: str, language: str | None) -> tuple[tuple[int, int], ...]:
    """Finds where each sentence stands, so that a summary can quote it and point at it.

    Spans are `[start, end)` in code points, in order, without overlap, without outer white space, and never cross a
    line break. A short quotation of several sentences stays whole. `language` is an ISO 639-1 code or None.
    """
    code = (language or "").partition("-")[0].lower()
    if code and not has_rules(code) and len(text) <= _FOREIGN_CHARS:
        return tuple(_foreign_spans(text, code))
    return tuple(_own_spans(text, sentence_rules(code)))


def is_balanced(text: str) -> bool:
    """Tells whether every quotation opened in `text` is closed in it and none is closed that was not opened."""
    low, left, right = text.count("„"), text.count("“"), text.count("”")
    if low:
        curly = low == left + right
    elif left and right:
        curly = left == right
    else:
        curly = (left + right) % 2 == 0
    paired = text.count("«") == text.count("»") and text.count("「") == text.count("」")
    return curly and paired and text.count('"') % 2 == 0 and _has_single_marks_closed(text)


def _has_single_marks_closed(text: str) -> bool:
    """An apostrophe looks like a closing mark, so only a mark right behind punctuation must have been opened."""
    if "‚" in text:
        return text.count("‚") <= text.count("‘") + text.count("’")
    opened = len(_CURLY_OPENS.findall(text)) if "‘" in text else 0
    if "’" not in text:
        return not opened
    must = sum(text.count(close) for close in (",’", ".’", "!’", "?’", "…’"))
    return must <= opened and (not opened or opened <= len(_SINGLE_CLOSES.findall(text)))


def _own_spans(text: str, rules: SentenceRules) -> list[Span]:
    spans: list[Span] = []
    line: list[Span] = []
    start = 0
    marks = MARK.finditer(text)
    for mark in islice(marks, _DECISIONS):
        if text[mark.start()] in LINE_BREAKS:
            line.append((start, mark.start()))
            start = mark.end()
            spans += _line_spans(text, line)
            line = []
        elif (end := sentence_end(text, mark.span(), start, rules)) >= 0:
            line.append((start, end))
            start = end
    if next(marks, None) is None:
        return spans + _line_spans(text, [*line, (start, len(text))])
    return [*spans, *_line_spans(text, line), *map(re.Match.span, _PLAIN.finditer(text, start))]


def _foreign_spans(text: str, code: str) -> Iterator[Span]:
    from sentencex import get_sentence_boundaries  # noqa: PLC0415, most briefings never need its tables

    for line in _LINE.finditer(text):
        if line.end() - line.start() > _FOREIGN_LINE_CHARS:
            own = _own_spans(line.group(), sentence_rules(code))
            yield from ((line.start() + start, line.start() + end) for start, end in own)
            continue
        ends = (line.start() + int(found["end_index"]) for found in get_sentence_boundaries(code, line.group()))
        cuts = (end for end in ends if end < line.end() and not goes_on(text, end))
        yield from _line_spans(text, list(pairwise((line.start(), *cuts, line.end()))))


def _line_spans(text: str, spans: list[Span]) -> list[Span]:
    """The sentences of one line, trimmed, with short quotations in one piece."""
    trimmed = [span for span in (_trim(text, start, end) for start, end in spans) if span[0] < span[1]]
    return trimmed if len(trimmed) < 2 else list(_keep_quotations(text, trimmed))


def _trim(text: str, start: int, end: int) -> Span:
    if text[start : start + 1] == " ":
        start += 1
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        return start, end
    kept = text[start:end]
    start += len(kept) - len(kept.lstrip())
    return start, max(start, start + len(kept.strip()))


def _keep_quotations(text: str, spans: list[Span]) -> Iterator[Span]:
    at = 0
    while at < len(spans):
        start, end = spans[at]
        last = at
        if text[start] in "‘'" and not _SPOKEN.search(text, start, end):
            last = _closing(text, spans, at, _closes_single)
        elif _QUOTE.search(text, start, end) and not is_balanced(text[start:end]) and _is_open(text, start, end):
            last = _closing(text, spans, at, is_balanced)
        yield start, spans[last][1]
        at = last + 1


def _is_open(text: str, start: int, end: int) -> bool:
    """Tells whether a quotation is opened and not closed; one that is only closed here was opened long before."""
    marks = _OPENS.finditer(text, start, end)
    return any(not _CLOSERS[mark.group()].search(text, mark.end(), end) for mark in marks)


def _closes_single(quoted: str) -> bool:
    """Apostrophes look like closing marks: only one behind punctuation, opened nowhere near, counts."""
    last = quoted[1:]
    return len(_SPOKEN.findall(last)) > len(_SINGLE_OPENS.findall(last))


def _closing(text: str, spans: list[Span], at: int, is_closed: Callable[[str], bool]) -> int:
    """The sentence in which the quotation opened at `at` closes, or `at` itself when that is too far away."""
    start = spans[at][0]
    for last in range(at + 1, min(at + _QUOTATION_SENTENCES, len(spans))):
        if spans[last][1] - start > _QUOTATION_CHARS:
            break
        if is_closed(text[start : spans[last][1]]):
            return last
    return at

"""Takes a text that is no YAML, gives where a person went wrong and what to write instead.

The parser says where it could not go on, and in its own terms. Often the mistake stands before that: a quote or a
bracket that was never closed.

Next: briefing/config/yaml_text.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from briefing.errors import ConfigError

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError, StreamMark

#: The shipped config has 12,000 characters; a thousand sources come to 100,000.
MOST_CHARS = 1_000_000
#: No key of ours lies deeper than six levels; the parser needs seconds for some hundred, and then gives up.
_DEEP = re.compile(r"(?:[\[{]\s*){40}")
_CONTROL = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ODD_INDENT = re.compile(r"^ *([\u00a0\u2000-\u200b\u202f\u3000])", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?:\s|$)", re.MULTILINE)
#: A value that begins with a quote and does not end on its line.
_OPEN_QUOTE = re.compile(r"""(?m)(?:[:\[{,-]\s+)("(?:[^"\\\n]|\\.)*|'(?:[^'\n]|'')*)$""")

#: Such a value with a key on the next line.
_SWALLOWING = re.compile(_OPEN_QUOTE.pattern + r"\r?\n\s*(?:- +)?\w+:\s")
#: Stands for the quote in question.
_QUOTE = "\0"
_PLAIN_CURES = (
    (r"found character '\\t'", "a tab stands here; YAML wants spaces"),
    (r"found character '(.)'", r"a value cannot begin with \1; put it in quotes"),
    (r"found duplicate key \"(.*?)\"", r'"\1" stands here a second time; put what belongs to it in one place'),
    (r"found undefined alias '(.*)'", r'* begins the name of an alias, and there is no "&\1"; put the value in quotes'),
    (r"found unknown escape character '(.)'", r"\\\1 means nothing between double quotes; take single quotes"),
    ("found another document", "--- begins a second document; the config is one"),
    (
        "expected <block end>, but found '<scalar>'",
        "the value ended before this; put all of it in one pair of quotes",
    ),
    ("expected <block end>", "this line begins between two levels; begin it below the line that it belongs to"),
)


def read_utf8(content: bytes, *, name: str) -> str:
    """The text of a file.

    Raises:
        ConfigError: it is written in another encoding, or is no text at all.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError(name, "is UTF-16 text; save it as UTF-8", line=1, column=1)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        message = f"byte 0x{content[error.start]:02x} is no UTF-8 text; save the file as UTF-8"
        raise _error(before + "?", len(before), message, name) from None


def check_letters(text: str, *, name: str) -> None:
    """Finds what the parser would choke on.

    Raises:
        ConfigError: letters that no YAML may hold, brackets in brackets without end, or far too much of everything.
    """
    if len(text) > MOST_CHARS:
        raise ConfigError(name, f"{len(text):,} characters are no config; is this the right file?", line=1, column=1)
    for pattern, message in (
        (_CONTROL, "a character stands here that nobody can see (U+{:04X}); delete it"),
        (_ODD_INDENT, "a space stands here that is none of the keyboard's (U+{:04X}); write ordinary spaces"),
        (_CONFLICT, "two versions of the file stand in each other here; keep one and delete the lines of {}"),
        (_DEEP, "brackets stand in brackets in brackets; no key needs more than a few"),
    ):
        # A byte order mark may stand first.
        if found := pattern.search(text, 1 if text.startswith("\ufeff") else 0):
            at = found.start(found.lastindex or 0)
            subject = text[at : at + 7] if pattern is _CONFLICT else ord(text[at])
            raise _error(text, at, message.format(subject), name)


def explain_fault(error: MarkedYAMLError, text: str, *, name: str) -> ConfigError:
    """What the parser's complaint means, where the mistake is, and what would be right."""
    problem, context = " ".join((error.problem or "").split()), error.context or ""
    at = _index(error.problem_mark or error.context_mark, text)
    opened = _index(error.context_mark, text) if error.context_mark else at
    quote = _open_quote(text, at)
    if "end of stream" in problem and "quoted" in context:
        found = opened if quote is None else quote, f"this quote is never closed; end the text with {_QUOTE}"
    elif quote is not None and quote < at and "expected" in problem:
        found = quote, f"this quote is never closed; end the text with {_QUOTE}"
    elif "flow" in context and "expected" in problem:
        found = _in_brackets(text, opened, at)
    elif "could not find expected ':'" in problem:
        found = opened, 'there is no ": " in this line; write key: value, or # before a remark'
    elif "mapping values are not allowed" in problem:
        found = _second_colon(text, at)
    else:
        found = at, _cure(problem)
    place, message = found
    return _error(text, place, message.replace(_QUOTE, text[place : place + 1]), name)


def _cure(problem: str) -> str:
    for pattern, cure in _PLAIN_CURES:
        if found := re.search(pattern, problem):
            return found.expand(cure)
    return f"{problem or 'this is no YAML'}; check indentation, quotes and colons"


def find_swallowed(text: str, *, name: str) -> ConfigError | None:
    """A quote left open that took the lines below it into its text, as far as the next quote; None where none did.

    Such a file is YAML, and lacks what was swallowed.
    """
    found = _SWALLOWING.search(text)
    at = found.start(1) if found else 0
    return _error(text, at, f"this quote is never closed; end the text with {text[at]}", name) if found else None


def too_much(name: str, *, line: int = 1, column: int = 1) -> ConfigError:
    """What is said of aliases that repeat each other without end."""
    return ConfigError(
        name, "aliases (*name) repeat each other here without end; write it out", line=line, column=column
    )


def _open_quote(text: str, at: int) -> int | None:
    """The quote that was left open last before the place where the parser gave up."""
    found = [match.start(1) for match in _OPEN_QUOTE.finditer(text, 0, max(at, 0))]
    return found[0] if found else None


def _in_brackets(text: str, opened: int, at: int) -> tuple[int, str]:
    if text[opened : opened + 1] not in ("[", "{"):
        opened = max(text.rfind("[", 0, at), text.rfind("{", 0, at))
    bracket = text[opened : opened + 1]
    closing = {"[": "]", "{": "}"}.get(bracket, "]")
    if "\n" in text[opened:at] or not text[at:].strip():
        return opened, f"this {bracket} is never closed; end it with {closing}"
    if at and text[at - 1] in "'\"":
        other = "double quotes" if text[at - 1] == "'" else "single quotes"
        return at, f"the quote before this ended the text; put all of it in {other}"
    return at, f"a comma or {closing} is missing here"


def _second_colon(text: str, at: int) -> tuple[int, str]:
    start = text.rfind("\n", 0, at) + 1
    before = text[start:at]
    if re.search(r"[^\s-].*:\s", before):
        return at, "a colon with a space makes a key of what stands before it; put the value in quotes"
    first = start + len(before) - len(before.lstrip(" -"))
    return first, "this line begins too far right; begin it below the key that it follows"


def _index(mark: StreamMark | None, text: str) -> int:
    return min(int(mark.index), len(text)) if mark is not None else 0


def _error(text: str, at: int, message: str, name: str) -> ConfigError:
    """An error about the letter there; behind the end of the text, about the last one."""
    at = min(at, len(text.rstrip()))
    before = text[:at].removeprefix("\ufeff")
    lines = re.split(r"\r\n|\n|\r", before)
    return ConfigError(name, message, line=len(lines), column=len(lines[-1]) + 1)

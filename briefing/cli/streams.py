"""Takes what a person pipes in, gives objects, one per line; takes objects, gives lines to whoever reads on.

Next: briefing/cli/subscribers.py.
"""

from __future__ import annotations

import json
import math
import sys
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import typer

from briefing.cli import OutputError
from briefing.model.lines import dump_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: A file of this name means standard input, as it does everywhere on Unix.
STDIN = Path("-")
#: Levels of brackets. An article line has three; Python's own reader gives up between 900 and 10,000, by version.
_DEEPEST = 200
#: Digits of a whole number: the smallest bound Python can be told (`sys.int_info.str_digits_check_threshold`).
_LONGEST_NUMBER = 640
_NOT_JSON = "not JSON (one object per line is wanted)"


def name_of(file: Path) -> str:
    """What messages call a file."""
    return "standard input" if file == STDIN else str(file)


def text_lines(file: Path) -> Iterator[str]:
    """Lines end at newlines only: JSON text may hold U+2028. A byte order mark goes, also where two files meet.

    Raises:
        typer.BadParameter: the file cannot be read.
    """
    try:
        with _opened(file) as lines:
            yield from (raw.decode("utf-8-sig", "replace").rstrip("\r\n") for raw in lines)
    except OSError as error:
        raise typer.BadParameter(f"{name_of(file)}: {error.strerror}") from error


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if file == STDIN else file.open("rb")


def parse_line(text: str) -> dict[str, Any]:
    """The object that a line holds.

    Raises:
        ValueError, TypeError: it holds none, in words for the person who has the line before them.
    """
    try:
        line = _READER.decode(text)
    except json.JSONDecodeError as error:
        rest = text[error.pos : error.pos + 40]
        where = f"wrong from character {error.pos + 1} on, {rest!r}" if rest else "it ends too early"
        raise ValueError(f"{_NOT_JSON}: {where}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if _is_too_deep(line):
        raise ValueError("nested too deeply")
    if not isinstance(line, dict):
        raise TypeError("not a JSON object")
    return line


def _is_too_deep(line: Any) -> bool:
    """Level by level: whatever calls itself to walk the line later can do so from any depth of calls."""
    level, depth = [line], 0
    while level := [value for value in level if isinstance(value, dict | list)]:
        depth += 1
        if depth > _DEEPEST:
            return True
        level = list(chain.from_iterable(value.values() if isinstance(value, dict) else value for value in level))
    return False


def without_lone_surrogates(line: dict[str, Any]) -> dict[str, Any]:
    """JSON may escape half a character, which no file can hold; it becomes U+FFFD before it reaches anything."""
    try:
        json.dumps(line, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        text = json.dumps(line, ensure_ascii=False)
        line = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return line


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER:
        raise ValueError(f"a number of {len(digits):,} digits; at most {_LONGEST_NUMBER} can be read")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):  # it would be printed as Infinity, which is no JSON
        raise ValueError(f"a number too large to be read, {digits[:40]}")
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{_NOT_JSON}: {name} is no number")


_READER = json.JSONDecoder(parse_int=_whole, parse_float=_fraction, parse_constant=_refuse)


def dumped(line: Mapping[str, Any]) -> bytes:
    """The line as it is printed, newline and all."""
    return dump_line(line).encode("utf-8", "replace") + b"\n"


def put(line: bytes) -> None:
    """Prints a line at once: whoever reads on sees it, and a reader who has left is missed at the next one.

    It also leaves nothing in the buffer where processes are forked.

    Raises:
        OutputError: the reader has gone, or the disk is full.
    """
    try:
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise OutputError(error) from error

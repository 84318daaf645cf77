"""Takes CSV with a header line, gives the `Choices` of every line, or which lines are wrong and why.

Next: briefing/services/subscribe.py, which takes all of them or none.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.services.choices import COLUMNS, Choices, write_choices
from briefing.services.foreign_sheets import find_translation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from briefing.model.subscriber import Subscriber

#: Wrong lines that are named before the rest is left unread: nobody corrects more at a time, and each takes 10 ms when
#: the nearest right word is looked for.
MOST_PROBLEMS = 200
#: What a spreadsheet takes for a formula begins so.
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """Says what is wrong in which line (1-based, where the record ends) of a CSV file."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Says what an import did, or would do; with a problem in any line it did nothing at all.

    Attributes:
        kept_away: readers who unsubscribed or were suppressed, and therefore stay so.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept_away: int = 0
    problems: tuple[LineProblem, ...] = ()


def read_sheet(
    text: str, *, read: Callable[[Mapping[str, str]], Choices]
) -> tuple[dict[str, Choices], tuple[LineProblem, ...]]:
    """What each line says, by the address in one letter case and in the order of the lines; and what is wrong.

    Args:
        read: checks the cells of one line; see `read_choices`.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found: dict[str, Choices] = {}
    first_line: dict[str, int] = {}
    problems: list[LineProblem] = []
    try:
        header, translated = _columns(next(lines, []))
        for cells in lines:
            if len(problems) == MOST_PROBLEMS:
                raise SubscriberError(f"{MOST_PROBLEMS} lines are wrong; correct these before the rest is read")
            try:
                if any(map(str.strip, cells)):
                    choices = read(translated(_by_column(header, cells)))
                    key = choices.email.casefold()
                    _refuse_twice(choices.email, first_line.setdefault(key, lines.line_num), lines.line_num)
                    found[key] = choices
            except SubscriberError as error:
                problems.append(LineProblem(line=lines.line_num, message=str(error)))
    except (csv.Error, SubscriberError) as error:
        problems.append(LineProblem(line=max(lines.line_num, 1), message=str(error)))
    return found, tuple(problems)


def sheet_lines(readers: Iterable[Subscriber]) -> Iterator[str]:
    """CSV that `read_sheet` takes back, a line at a time, however many readers there are."""
    yield _csv_line(COLUMNS)
    for reader in readers:
        cells = write_choices(reader)
        yield _csv_line(_inert(cells[column]) for column in COLUMNS)


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _inert(cell: str) -> str:
    """What a spreadsheet would run, behind the apostrophe that it takes for "this is text"; strangers choose addresses.

    See https://owasp.org/www-community/attacks/CSV_Injection.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _meant(cell: str) -> str:
    """What `_inert` was given."""
    cell = cell.strip()
    return cell.removeprefix("'") if cell.lstrip("'").startswith(_FORMULA) else cell


def _by_column(header: tuple[str, ...], cells: Sequence[str]) -> dict[str, str]:
    if len(cells) > len(header):
        raise SubscriberError(f"{len(cells)} cells for {len(header)} columns; put quotes around a cell with a comma")
    return dict(zip(header, map(_meant, cells), strict=False))


def _refuse_twice(email: str, earlier: int, line: int) -> None:
    if earlier != line:
        raise SubscriberError(f"{email} is already in line {earlier}; keep one of them")


def _columns(cells: Sequence[str]) -> tuple[tuple[str, ...], Callable[[Mapping[str, str]], Mapping[str, str]]]:
    """The columns of a header line, and what makes ours of a line below it.

    Raises:
        SubscriberError: there is no `email`, or a column nobody knows.
    """
    header = tuple(cell.strip().lower() for cell in cells)
    translation = find_translation(header)
    if translation is not None:
        return header, translation
    if len(header) == 1 and ";" in header[0]:
        raise SubscriberError("columns are separated by commas here, not by semicolons")
    unknown = [cell for cell in header if cell not in COLUMNS]
    if unknown:
        raise SubscriberError(f"unknown column {unknown[0]!r}; known are {', '.join(COLUMNS)}")
    if "email" not in header:
        raise SubscriberError("the first line must name the columns, email among them")
    return header, dict

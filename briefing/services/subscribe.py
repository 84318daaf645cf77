"""Takes addresses, CSV files and links from mails, gives the list of readers: nobody twice, nobody back unasked.

Next: briefing/services/send.py, which writes to those who agreed.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.choices import COLUMNS, Choices, read_choices, tidy_email, write_choices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from briefing.ports import Clock, LinkSigner, SubscriberStore

#: Purposes of links; a token made for one does nothing else.
CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"

#: Readers who are not written to, and whom no import brings back.
AWAY = frozenset({SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """Says what is wrong in which line (1-based, where the record ends) of a CSV file."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Says what an import did; with a problem in any line it did nothing at all.

    Attributes:
        kept_away: readers who unsubscribed or were suppressed, and therefore stay so.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    kept_away: int = 0
    problems: tuple[LineProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderList:
    """Keeps the list of readers and their consent.

    Attributes:
        topics: names a reader may follow, from the config.
        new_id: makes an id that nobody has or will have.
    """

    store: SubscriberStore
    signer: LinkSigner
    clock: Clock
    new_id: Callable[[], str]
    topics: tuple[str, ...] = ()

    def add(self, cells: Mapping[str, str], *, confirmed: bool = False) -> Subscriber:
        """Puts one reader on the list, or gives them what was chosen; gives them as they now stand.

        `cells` are keyed and written as in the CSV; only "email" is needed. `confirmed` says that the owner of the
        address agreed: without it a new reader and one who had unsubscribed are unconfirmed.

        Raises:
            SubscriberError: a cell is wrong, or the reader is suppressed and not `confirmed`.
        """
        choices = read_choices(cells, self.topics)
        known = self.store.find_subscriber(choices.email)
        if known is not None and known.status is SubscriberStatus.SUPPRESSED and not confirmed:
            raise SubscriberError(f"{choices.email} is suppressed; --confirmed says that they do want the mail")
        if known is not None and known.status in AWAY:
            known = replace(known, status=SubscriberStatus.UNCONFIRMED)
        reader = self._apply(choices, known, confirmed=confirmed)
        self.store.save_subscriber(reader)
        return reader

    def remove(self, email: str) -> Subscriber:
        """Unsubscribes a reader; they stay on the list so that no import brings them back.

        Raises:
            SubscriberError: nobody on the list has this address.
        """
        reader = self.store.find_subscriber(tidy_email(email))
        if reader is None:
            raise SubscriberError(f"{email} is not on the list; `briefing subscribers list` shows who is")
        return self._leave(reader)

    def unsubscribe(self, token: str) -> Subscriber | None:
        """Does what the link in a mail promises, as often as it is used; None when the token is not ours."""
        reader = self._reader_of(token, UNSUBSCRIBE)
        return None if reader is None else self._leave(reader)

    def confirm(self, token: str) -> Subscriber | None:
        """Records that the owner of the address agreed; None when the token is not ours.

        An old link brings nobody back who said no since.
        """
        reader = self._reader_of(token, CONFIRM)
        if reader is not None and reader.status is SubscriberStatus.UNCONFIRMED:
            reader = replace(reader, status=SubscriberStatus.CONFIRMED)
            self.store.save_subscriber(reader)
        return reader

    def import_csv(self, text: str, *, confirmed: bool = False) -> ImportReport:
        """Brings readers in from CSV with a header line; only `email` is needed, an empty cell changes nothing.

        Known readers get what the file says. All lines are taken, or none when one is wrong.
        """
        rows, problems = self._read(text)
        if problems:
            return ImportReport(problems=tuple(problems))
        known = {reader.email.casefold(): reader for reader in self.store.list_subscribers()}
        pairs = [(known.get(choices.email.casefold()), choices) for choices in rows]
        welcome = [(before, choices) for before, choices in pairs if before is None or before.status not in AWAY]
        results = [(before, self._apply(choices, before, confirmed=confirmed)) for before, choices in welcome]
        added = [after for before, after in results if before is None]
        changed = [after for before, after in results if before not in {None, after}]
        self.store.save_subscribers((*added, *changed))
        return ImportReport(
            added=len(added),
            changed=len(changed),
            unchanged=len(welcome) - len(added) - len(changed),
            kept_away=len(rows) - len(welcome),
        )

    def export_csv(self) -> str:
        """The whole list as CSV that `import_csv` takes back, in the order readers came."""
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(write_choices(reader) for reader in self.store.list_subscribers())
        return out.getvalue()

    def _read(self, text: str) -> tuple[list[Choices], list[LineProblem]]:
        lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        rows: list[Choices] = []
        problems: list[LineProblem] = []
        first_line: dict[str, int] = {}
        header: tuple[str, ...] = ()
        try:
            header = _columns(next(lines, []))
            for cells in lines:
                try:
                    if any(cell.strip() for cell in cells):
                        rows.append(self._read_line(header, cells, lines.line_num, first_line))
                except SubscriberError as error:
                    problems.append(LineProblem(line=lines.line_num, message=str(error)))
        except (csv.Error, SubscriberError) as error:
            problems.append(LineProblem(line=max(lines.line_num, 1), message=str(error)))
        return rows, problems

    def _read_line(
        self, header: tuple[str, ...], cells: Sequence[str], line: int, first_line: dict[str, int]
    ) -> Choices:
        if len(cells) > len(header):
            raise SubscriberError(
                f"{len(cells)} cells for {len(header)} columns; put quotes around a cell with a comma"
            )
        choices = read_choices(dict(zip(header, cells, strict=False)), self.topics)
        earlier = first_line.setdefault(choices.email.casefold(), line)
        if earlier != line:
            raise SubscriberError(f"{choices.email} is already in line {earlier}; keep one of them")
        return choices

    def _apply(self, choices: Choices, known: Subscriber | None, *, confirmed: bool) -> Subscriber:
        """The reader with everything that was said, and nothing else, changed."""
        reader = known or Subscriber(id=self.new_id(), email=choices.email, created_at=self.clock.now())
        status = reader.status
        if choices.status in AWAY:
            status = choices.status
        elif confirmed and choices.status is not SubscriberStatus.UNCONFIRMED:
            status = SubscriberStatus.CONFIRMED
        return replace(
            reader,
            status=status,
            name=choices.name or reader.name,
            language=choices.language or reader.language,
            languages=choices.languages or reader.languages,
            timezone=choices.timezone or reader.timezone,
            topics=choices.topics or reader.topics,
            at=choices.at or reader.at,
            days=choices.days or reader.days,
        )

    def _reader_of(self, token: str, purpose: str) -> Subscriber | None:
        subscriber = self.signer.read(token, purpose)
        return None if subscriber is None else self.store.find_by_id(subscriber)

    def _leave(self, reader: Subscriber) -> Subscriber:
        if reader.status not in AWAY:
            reader = replace(reader, status=SubscriberStatus.UNSUBSCRIBED)
            self.store.save_subscriber(reader)
        return reader


def _columns(cells: Sequence[str]) -> tuple[str, ...]:
    """The columns of a header line.

    Raises:
        SubscriberError: there is no `email`, or a column nobody knows.
    """
    header = tuple(cell.strip().lower() for cell in cells)
    if len(header) == 1 and ";" in header[0]:
        raise SubscriberError("columns are separated by commas here, not by semicolons")
    unknown = [cell for cell in header if cell not in COLUMNS]
    if unknown:
        raise SubscriberError(f"unknown column {unknown[0]!r}; known are {', '.join(COLUMNS)}")
    if "email" not in header:
        raise SubscriberError("the first line must name the columns, email among them")
    return header

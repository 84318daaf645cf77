"""Takes an IMAP mailbox that newsletters arrive in, gives the articles of its recent letters. Nothing in it changes.

The mailbox is opened with EXAMINE, so that not even a mark for "read" can be set. Protection is never weaker than asked
for: imaps:// is TLS from the start, imap:// is STARTTLS, and only this machine is spoken to in clear.

Next: briefing/collect/newsletters.py.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Timer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, ImapToolsError, MailBox, MailboxLoginError, MailBoxStartTls, MailBoxUnencrypted

from briefing.collect.folder import FolderReading
from briefing.errors import ParseError, SourceError
from briefing.model.edition import Problem
from briefing.model.mail_rules import is_this_machine
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from briefing.model.article import Article
    from briefing.model.source import Source
    from briefing.ports import DocumentReader

#: Of one letter; what follows are pictures and attachments.
MOST_BYTES = 5_000_000
#: Letters of one window, the latest; and seconds for all of them, and for each reply of the server.
MOST_LETTERS, BUDGET_S, TIMEOUT_S = 200, 30.0, 10.0
_WANTED = f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
#: In the language of RFC 9051, whatever this machine speaks.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_mailbox(
    source: Source,
    documents: DocumentReader,
    *,
    name: str,
    now: datetime,
    since: datetime,
    budget_s: float = BUDGET_S,
) -> FolderReading:
    """Reads the letters that arrived between `since` and `now`, the oldest first; what was read before a mishap stays.

    Args:
        name: what problems call the mailbox; they never show its address.
        budget_s: seconds for all letters.

    Raises:
        SourceError: the mailbox cannot be opened, or the connection broke before the first letter.
    """
    articles: list[Article] = []
    problems: list[Problem] = []
    try:
        for letter in _letters(source, name, now=now, since=since, budget_s=budget_s):
            try:
                articles += documents.read(letter)
            except ParseError as error:
                problems.append(Problem(stage="collect", source=name, file=letter.name, message=error.reason))
    except SourceError as error:
        if not articles:
            raise
        problems.append(
            Problem(stage="collect", source=name, message=f"{error.reason}; the later letters are left out")
        )
    return FolderReading(articles=tuple(articles), problems=tuple(problems))


def _letters(source: Source, name: str, *, now: datetime, since: datetime, budget_s: float) -> Iterator[SavedFile]:
    with _explained(name):
        box = _connect(source)
    late = Event()
    alarm = Timer(budget_s, _hang_up, (box, late))
    alarm.start()
    try:
        with _explained(name):
            _open(box, source, name)
            # SINCE compares days by the server's own clock, so that one day more is asked for.
            first = since - timedelta(days=1)
            numbers = box.uids(f"SINCE {first.day}-{_MONTHS[first.month - 1]}-{first.year}")[-MOST_LETTERS:]
        for number in numbers:
            with _explained(name):
                letter = _fetched(number, box.client.uid("FETCH", number, _WANTED)[1])
            if letter is not None and since <= letter.captured_at <= now:
                yield letter
    except SourceError as error:
        if late.is_set():
            raise SourceError(name, f"took more than {budget_s:.0f} s for its letters") from error
        raise
    finally:
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()
        with suppress(OSError):
            box.client.shutdown()  # a logout that failed leaves the socket open
        alarm.cancel()
        alarm.join()


def _hang_up(box: BaseMailBox, late: Event) -> None:
    """Ends the conversation; a server that sends a letter by letter of the alphabet never runs into a timeout."""
    late.set()
    with suppress(OSError):
        box.client.sock.shutdown(socket.SHUT_RDWR)


def _connect(source: Source) -> BaseMailBox:
    parts = urlsplit(source.location)
    host, is_tls = parts.hostname or "", parts.scheme == "imaps"
    port = parts.port or (993 if is_tls else 143)
    if not is_tls and is_this_machine(host):
        return MailBoxUnencrypted(host, port, timeout=TIMEOUT_S)
    context = ssl.create_default_context()  # without one imaplib would accept any certificate
    if is_tls:
        return MailBox(host, port, timeout=TIMEOUT_S, ssl_context=context)
    return MailBoxStartTls(host, port, timeout=TIMEOUT_S, ssl_context=context)


def _open(box: BaseMailBox, source: Source, name: str) -> None:
    parts = urlsplit(source.location)
    user, password = source.username or unquote(parts.username or ""), source.password or ""
    login = box.login if user.isascii() and password.isascii() else box.login_utf8
    try:
        login(user, password, initial_folder=None)
    except (imaplib.IMAP4.error, MailboxLoginError) as error:
        raise SourceError(name, "refuses the login; correct the user in mailbox: and its password") from error
    folder = unquote(parts.path.strip("/")) or "INBOX"
    try:
        box.folder.set(folder, readonly=True)
    except ImapToolsError as error:
        raise SourceError(name, f"has no folder {folder} that this user may read; correct mailbox:") from error


def _fetched(number: str, reply: Iterable[object]) -> SavedFile | None:
    """A letter out of imaplib's answer; None when it is gone."""
    pieces = [piece for piece in reply if isinstance(piece, tuple)]
    if not pieces:
        return None
    around = b" ".join([pieces[0][0], *(piece for piece in reply if isinstance(piece, bytes))])
    when = imaplib.Internaldate2tuple(around)
    arrived_at = datetime.fromtimestamp(time.mktime(when) if when else 0, UTC)
    content = pieces[0][1][:MOST_BYTES]
    return SavedFile(name=f"letter {number}", content=content, captured_at=arrived_at, captured_assumed=False)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turns what imaplib, imap_tools, ssl and the socket raise into one line without the server's own words."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SourceError(name, f"shows a certificate that cannot be trusted: {error.verify_message}") from error
    except OSError as error:
        raise SourceError(name, f"cannot be reached: {error.strerror or 'no answer in time'}") from error
    except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        raise SourceError(name, f"answers in a way that was not expected ({type(error).__name__})") from error

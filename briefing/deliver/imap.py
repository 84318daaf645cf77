"""Takes an IMAP account, gives the letters in it that nobody has acted on yet.

A letter is marked by flags, as a mail program would: Seen when it is done, Flagged when a person has to read it.

Next: briefing/services/bounces.py, which acts on letters.
"""

from __future__ import annotations

import imaplib
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import mktime
from typing import TYPE_CHECKING

from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailBox,
    MailboxFlagError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailBoxStartTls,
    MailBoxUnencrypted,
)
from imap_tools.utils import check_command_status

from briefing.errors import BounceError
from briefing.model.letter import MOST_BYTES, Letter
from briefing.model.mail_rules import is_this_machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from briefing.model.mail_rules import ImapServer

#: IMAP's reply to a fetch names the bytes that follow; all we ask about a letter stands around them.
_WANTED = f"(INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
#: Mailboxes named where the one that is wanted is not there, and characters of each.
_NAMED, _NAME_CHARS = 8, 40
_UNREAD = "UNSEEN UNFLAGGED UNDELETED"


@dataclass(slots=True)
class ImapMailbox:
    """Reads an account's letters that are neither seen nor flagged, without changing any by reading it.

    Protection is never weaker than asked for: certificate and host name are checked, and without protection only this
    machine is spoken to.

    Attributes:
        timeout: in seconds, for each reply of the server.
        is_glance: nothing may be marked, not even that somebody has looked.
    """

    server: ImapServer
    timeout: float = 30
    is_glance: bool = False
    _box: BaseMailBox | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> ImapMailbox:
        """Connects, logs in and opens the mailbox.

        Raises:
            BounceError: one of them failed.
        """
        if self.server.security == "none" and not is_this_machine(self.server.host):
            raise self._wrong("is asked for a password in clear; set security: starttls or tls")
        with self._explained():
            self._box = self._connect()
            try:
                self._log_in(self._box)
                self._select(self._box)
            except BaseException:
                self._box.client.shutdown()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        """Says goodbye; every letter has its mark by now, so a server that hangs up first does no harm."""
        if self._box is not None:
            with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                self._box.logout()
            self._box = None

    def unread(self, *, most: int) -> Iterator[Letter]:
        """The account's letters in the order they came.

        Raises:
            BounceError: the connection is of no use any more.
        """
        with self._explained():
            numbers = self._open.uids(_UNREAD)[:most]
        for number in numbers:
            with self._explained():
                reply = self._open.client.uid("FETCH", number, _WANTED)[1]
                letter = _fetched(number, reply)
            if letter is not None:
                yield letter

    def mark_done(self, key: str) -> None:
        r"""Marks the letter as \Seen.

        Raises:
            BounceError: it could not be marked.
        """
        self._flag(key, r"\Seen")

    def set_aside(self, key: str) -> None:
        r"""Marks the letter as \Flagged, and leaves it unread.

        Raises:
            BounceError: it could not be marked.
        """
        self._flag(key, r"\Flagged")

    def _flag(self, key: str, flag: str) -> None:
        # imap_tools' own `flag` expunges: it would destroy what a person marked as deleted.
        with self._explained():
            reply = self._open.client.uid("STORE", key, "+FLAGS.SILENT", f"({flag})")
            check_command_status(reply, MailboxFlagError)

    def _log_in(self, box: BaseMailBox) -> None:
        name, password = self.server.username, self.server.password
        # LOGIN takes ASCII only; it is what every server has.
        login = box.login if name.isascii() and password.isascii() else box.login_utf8
        try:
            login(name, password, initial_folder=None)
        except (imaplib.IMAP4.error, MailboxLoginError) as error:
            raise self._wrong("refuses the login; correct username and password") from error

    def _select(self, box: BaseMailBox) -> None:
        """Opens the mailbox, and makes sure that marks stay: letters would else be acted on again for ever."""
        try:
            box.folder.set(self.server.mailbox, readonly=self.is_glance)
        except MailboxFolderSelectError as error:
            raise self._unopened(box) from error
        if self.is_glance:
            return
        # RFC 9051 §7.1: a server that does not say which marks are kept keeps all.
        kept = box.client.response("PERMANENTFLAGS")[1][-1]
        if isinstance(kept, bytes) and not all(flag in kept.lower() for flag in (b"\\seen", b"\\flagged")):
            raise self._unmarkable()

    def _unopened(self, box: BaseMailBox) -> BounceError:
        wanted = self.server.mailbox
        names = sorted(folder.name for folder in box.folder.list() if r"\noselect" not in map(str.lower, folder.flags))
        if wanted in names:
            return self._wrong(f"does not open the mailbox {wanted}; give the account the right to read it")
        there = ", ".join(_shown(name) for name in names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        cure = f"correct mailbox to one that is there: {there}" if names else "make it, or correct mailbox"
        return self._wrong(f"has no mailbox {wanted}; {cure}")

    def _unmarkable(self) -> BounceError:
        name = self.server.mailbox
        cure = "give the account the right to write to it, or name a mailbox of its own"
        return self._wrong(f"does not let letters be marked as read in {name}, so they would come again; {cure}")

    def _connect(self) -> BaseMailBox:
        host, port, timeout = self.server.host, self.server.port, self.timeout
        if self.server.security == "none":
            return MailBoxUnencrypted(host, port, timeout=timeout)
        # Without a context imaplib would accept any certificate.
        context = ssl.create_default_context()
        if self.server.security == "starttls":
            return MailBoxStartTls(host, port, timeout=timeout, ssl_context=context)
        return MailBox(host, port, timeout=timeout, ssl_context=context)

    @property
    def _open(self) -> BaseMailBox:
        if self._box is None:
            raise self._wrong("is not connected; use the mailbox in a with block")
        return self._box

    def _wrong(self, reason: str) -> BounceError:
        return BounceError(f"{self.server.host}:{self.server.port} {reason}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what imaplib, imap_tools, ssl and the socket raise into one line without the server's own words."""
        try:
            yield
        except ssl.SSLCertVerificationError as error:
            raise self._wrong(f"shows a certificate that cannot be trusted: {error.verify_message}") from error
        except OSError as error:
            raise self._wrong(f"cannot be reached: {error.strerror or error}") from error
        except (imaplib.IMAP4.readonly, MailboxFlagError) as error:
            raise self._unmarkable() from error
        except (imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
            raise self._wrong(f"answers in a way that was not expected ({type(error).__name__})") from error


def _fetched(number: str, reply: Iterable[object]) -> Letter | None:
    """A letter out of imaplib's answer; None when it is gone."""
    pieces = [piece for piece in reply if isinstance(piece, tuple)]
    if not pieces:
        return None
    around = b" ".join([pieces[0][0], *(piece for piece in reply if isinstance(piece, bytes))])
    when = imaplib.Internaldate2tuple(around)
    received_at = datetime.fromtimestamp(mktime(when) if when else 0, UTC)
    return Letter(key=number, content=pieces[0][1][:MOST_BYTES], received_at=received_at)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:_NAME_CHARS]

"""Takes an empty folder, gives a mail house on loopback: Postfix takes mail, Dovecot keeps it and shows it by IMAP.

Every address at mail.example and readers.example is a mailbox, but for three at the latter: mail for `dead@` (5.1.1)
and `full@` (5.2.2) is taken and comes back in a delivery report of Postfix's own, and `gone@` is refused at once. What
follows "+" in an address is left aside, so bounces+anything@mail.example lies in the mailbox `bounces`. Nothing leaves
the machine: this Postfix has no client for other servers at all.

Next: tests/system/test_mail_server.py.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import smtplib
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.ports import free_port

DAEMONS = Path("/usr/lib/postfix/sbin")
PROGRAMS = ("postfix", "dovecot", "setpriv", "opendkim")
CURE = "needs Postfix, Dovecot and OpenDKIM, and root: sudo make system"
#: Far above the second that everything takes on a quiet machine.
PATIENCE_S = 30
PASSWORD = "mailbox-of-the-tests"
#: Is told when the tests die, as a daemon that changes its user no longer is, and passes it on.
_NURSE = '"$@" & trap "kill $!" TERM; wait; wait'


def can_run() -> bool:
    """Whether this machine has the servers, and this user may start them."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return os.geteuid() == 0 and (DAEMONS / "master").exists() and all(shutil.which(p, path=places) for p in PROGRAMS)


@dataclass(frozen=True)
class Mailbox:
    """One person's mail, as their mail program sees it."""

    port: int
    user: str

    def messages(self) -> list[bytes]:
        """Everything in it, in the order it came, with CRLF line ends as IMAP gives it."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE_S) as imap:
            imap.login(self.user, PASSWORD)
            _, (count,) = imap.select("INBOX", readonly=True)
            if count == b"0":
                return []
            _, parts = imap.fetch("1:*", "(BODY.PEEK[])")
            return [part[1] for part in parts if isinstance(part, tuple)]

    def wait_for(self, is_it: Callable[[EmailMessage], bool] = lambda _: True) -> bytes:
        """The first message of which that is true, as soon as it is there."""
        mails = self.wait_until(lambda mails: any(is_it(read(raw)) for raw in mails))
        return next(raw for raw in mails if is_it(read(raw)))

    def wait_until(self, is_enough: Callable[[list[bytes]], bool]) -> list[bytes]:
        """Everything in it, as soon as that is true of it."""
        last = time.monotonic() + PATIENCE_S
        while not is_enough(mails := self.messages()):
            if time.monotonic() > last:
                there = [str(read(raw)["Subject"]) for raw in mails]
                raise AssertionError(f"what was waited for did not come to {self.user}; there are {there}")
            time.sleep(0.1)
        return mails


@dataclass(frozen=True)
class MailServer:
    """Where it can be reached, and where it keeps its files."""

    folder: Path
    smtp: int
    imap: int

    def mailbox(self, address: str) -> Mailbox:
        """The mailbox that mail to the address ends in."""
        return Mailbox(self.imap, address.partition("@")[0])

    def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Hands a message to Postfix as any program would."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=PATIENCE_S) as client:
            client.sendmail(sender, [recipient], message)

    def said(self) -> str:
        """What both daemons logged; for a test that failed."""
        logs = (
            self.folder / name for name in ("postfix.check", "postfix.log", "postfix.out", "dovecot.log", "dovecot.out")
        )
        return "\n".join(f"--- {log.name}\n{log.read_text()[-4000:]}" for log in logs if log.exists())


def read(raw: bytes) -> EmailMessage:
    """The message these bytes are."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """Starts both, waits until both answer, and ends both.

    Args:
        folder: empty, with a short name (sockets lie in it), and one that other users may enter.
    """
    smtp, imap, lmtp = free_port(), free_port(), free_port()
    server = MailServer(folder=folder, smtp=smtp, imap=imap)
    _configure_dovecot(folder, imap=imap, lmtp=lmtp)
    _configure_postfix(folder, smtp=smtp, lmtp=lmtp)
    with ExitStack() as running:
        running.enter_context(_daemon(folder, "dovecot", "/usr/sbin/dovecot", "-F", "-c", f"{folder}/dovecot.conf"))
        running.enter_context(_daemon(folder, "postfix", f"{DAEMONS}/master", "-d", "-c", f"{folder}/postfix"))
        _wait_until(lambda: server.mailbox("nobody").messages() == [], server)
        _wait_until(lambda: smtplib.SMTP("127.0.0.1", smtp, timeout=5).quit()[0] == 221, server)
        yield server


@contextmanager
def _daemon(folder: Path, name: str, *command: str) -> Iterator[None]:
    """A process that ends with the block, and with the tests however they end.

    What it says goes to a file: a daemon that inherits a pipe keeps whoever reads it waiting for ever.
    """
    with (folder / f"{name}.out").open("wb") as said:
        tied = ["setpriv", "--pdeathsig", "TERM", "sh", "-c", _NURSE, "nurse", *command]
        process = subprocess.Popen(
            tied, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until(answers: Callable[[], bool], server: MailServer) -> None:
    last = time.monotonic() + PATIENCE_S
    while time.monotonic() < last:
        try:
            if answers():
                return
        except (OSError, smtplib.SMTPException, imaplib.IMAP4.error):
            pass
        time.sleep(0.05)
    raise AssertionError(f"a mail server did not start\n{server.said()}")


def _configure_dovecot(folder: Path, *, imap: int, lmtp: int) -> None:
    """Mail belongs to Debian's user `mail`; whoever knows the password is whoever they say they are."""
    (folder / "mail").mkdir()
    shutil.chown(folder / "mail", "mail", "mail")
    (folder / "dovecot.conf").write_text(f"""\
base_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
auth_username_format = %Ln
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
default_process_limit = 20
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
""")


#: Who does what inside Postfix: name, type, private, unprivileged, chroot, wakeup, processes, program. What the tests
#: have no use for is left out, the client that talks to other servers before all.
_MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 5 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
dead unix - n n - - pipe user=nobody argv=/bin/sh -c {{echo 5.1.1 nobody lives here any more; exit 67}}
full unix - n n - - pipe user=nobody argv=/bin/sh -c {{echo 5.2.2 the mailbox is full; exit 69}}
"""


def _configure_postfix(folder: Path, *, smtp: int, lmtp: int) -> None:
    for name in ("postfix", "queue", "state"):
        (folder / name).mkdir()
    shutil.chown(folder / "state", "postfix")
    (folder / "postfix/master.cf").write_text(_MASTER.format(smtp=smtp))
    (folder / "postfix/main.cf").write_text(f"""\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/state
command_directory = /usr/sbin
daemon_directory = {DAEMONS}
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mx.mail.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
recipient_delimiter = +
virtual_mailbox_domains = mail.example, readers.example
virtual_mailbox_maps = static:taken
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{ {{dead@readers.example = dead:}} {{full@readers.example = full:}} }}
default_transport = error:nothing leaves this machine
smtpd_recipient_restrictions =
    check_recipient_access inline:{{ {{gone@readers.example = 550 5.1.1 never heard of them}} }}
    permit_mynetworks reject
smtpd_client_connection_count_limit = 0
local_header_rewrite_clients =
message_size_limit = 20480000
""")
    # Postfix's own script makes the folders of its queue, and looks at their owners.
    with (folder / "postfix.check").open("wb") as said:
        subprocess.run(
            ["/usr/sbin/postfix", "-c", f"{folder}/postfix", "check"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )

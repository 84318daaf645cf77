"""The whole way of a reader with the real program and a real mail server: from the form to the bounce."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import dkim
import pytest

from briefing.engines.clock import SystemClock
from briefing.model.mail_rules import SmtpLimits
from briefing.services.delivery_rules import LEASE
from tests.cli.conftest import FEED
from tests.cli.test_serving import read_until, started, stop
from tests.deliver.keys import ed25519_published, rsa_published
from tests.ports import free_port
from tests.system.mail_server import PASSWORD, MailServer, read
from tests.system.opendkim import opendkim_verdicts
from tests.system.pages import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.system]

KEYS = (rsa_published("mail.example"), ed25519_published("mail.example"))
RECORDS = {one.place: one.record for one in KEYS}
SUBJECT_OF_EDITION = "Ferries"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def folder(tmp_path: Path, postfix: MailServer, port: int) -> Path:
    """A briefing whose hour is twelve hours away, so that nothing is sent but what the test sends."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news/harbour.xml").write_text(FEED, "utf-8")
    for one in KEYS:
        (tmp_path / f"{one.key.selector}.pem").write_text(one.key.private)
        (tmp_path / f"{one.key.selector}.pem").chmod(0o600)
    (tmp_path / "word").write_text(PASSWORD)
    (tmp_path / "word").chmod(0o600)
    (tmp_path / "config.yaml").write_text(f"""\
briefing: {{name: The Morning Post, timezone: UTC}}
sources: [{{folder: news/, captured_at: now}}]
schedule: {{at: "{SystemClock().now() + timedelta(hours=12):%H:%M}"}}
mail:
  from: The Post <post@mail.example>
  imprint: The Post, Quay 1, Harbour Town
  transport: smtp
  smtp: {{host: 127.0.0.1, port: {postfix.smtp}, security: none}}
  dkim: {{domain: mail.example, keys: {{rsa1: {{file: rsa1.pem}}, ed1: {{file: ed1.pem}}}}}}
  bounces:
    address: bounces@mail.example
    imap:
      {{host: 127.0.0.1, port: {postfix.imap}, security: none, username: {{env: IMAP_USER}}, password: {{file: word}}}}
subscribers: {{signup: open}}
web: {{listen: "127.0.0.1:{port}", public_url: "https://post.example", api_key: {{env: BRIEFING_API_KEY}}}}
database: sqlite:///briefing.db
vectors: none
""")
    return tmp_path


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAP_USER", "bounces")
    monkeypatch.setenv("BRIEFING_API_KEY", "a-key-that-only-these-tests-know")


@pytest.fixture
def visitor(folder: Path, port: int) -> Iterator[Visitor]:
    """Somebody at the door of the running program; it ends well when the test is over."""
    with started(folder, "serve") as process:
        read_until(process, f"pages=http://127.0.0.1:{port}/")
        yield Visitor(port)
        status, said, _ = stop(process)
        assert (status, said.splitlines()[-1].rpartition(" ")[2]) == (0, "event=stopped")


def run(folder: Path, *words: str) -> str:
    """A command beside the running program, as an operator would type it; what it printed."""
    command = [sys.executable, "-m", "briefing", *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=os.environ.copy(), check=False)
    assert ended.returncode in {0, 1}, ended.stderr
    return ended.stdout + ended.stderr


def is_confirmation(mail: EmailMessage) -> bool:
    return "List-ID" not in mail


def is_edition(mail: EmailMessage) -> bool:
    return "List-ID" in mail


def link_of(mail: EmailMessage, beginning: str) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    (link, *_) = re.findall(rf"https://post\.example/{beginning}/\S+", body.get_content())
    return str(link)


def dkimpy_verdicts(message: bytes) -> list[bool]:
    """Of each signature, the first one first."""

    def look_up(name: bytes, timeout: int = 5) -> bytes | None:
        record = RECORDS.get(name.decode().rstrip("."))
        return record.encode() if record else None

    count = len(read(message).get_all("DKIM-Signature", []))
    return [bool(dkim.DKIM(message).verify(idx=number, dnsfunc=look_up)) for number in range(count)]


def join(visitor: Visitor, server: MailServer, address: str) -> EmailMessage:
    """Asks for the briefing on the page, and agrees by the link in the mail that comes; gives that mail."""
    form = visitor.look("/subscribe")
    assert form.status == 200
    assert visitor.press(form, email=address).status == 200
    mail = read(server.mailbox(address).wait_for(is_confirmation))
    question = visitor.look(link_of(mail, "c"))
    assert question.status == 200
    assert visitor.press(question).status == 200
    return mail


def test_a_reader_joins_reads_and_leaves(folder: Path, postfix: MailServer, visitor: Visitor) -> None:
    address = "lea@readers.example"
    join(visitor, postfix, address)
    assert "1 reader: 1 sent; the books balance" in run(folder, "send", "--all")

    raw = postfix.mailbox(address).wait_for(is_edition)
    mail = read(raw)
    assert SUBJECT_OF_EDITION in str(mail["Subject"])
    assert dkimpy_verdicts(raw) == [True, True]
    assert opendkim_verdicts(raw, RECORDS) == {"rsa1": "pass", "ed1": "pass"}
    assert str(mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"

    (leave, *_) = re.findall(r"<(https://[^>]+)>", str(mail["List-Unsubscribe"]))
    assert visitor.look(leave).status == 200
    assert "confirmed" in run(folder, "subscribers", "show", address), "a GET changed something"
    assert visitor.leave_by_one_click(leave).status == 200
    assert "unsubscribed" in run(folder, "subscribers", "show", address)
    run(folder, "send", "--all")
    assert len([1 for kept in postfix.mailbox(address).messages() if is_edition(read(kept))]) == 1


def test_a_confirmation_is_signed_and_asks_before_it_acts(folder: Path, postfix: MailServer, visitor: Visitor) -> None:
    address = "mia@readers.example"
    form = visitor.look("/subscribe")
    visitor.press(form, email=address)
    raw = postfix.mailbox(address).wait_for(is_confirmation)
    assert all(dkimpy_verdicts(raw))
    assert dkimpy_verdicts(raw)
    visitor.look(link_of(read(raw), "c"))
    assert "unconfirmed" in run(folder, "subscribers", "show", address)
    assert "no readers" in run(folder, "send", "--all")


def test_a_dead_address_is_struck_off_by_what_comes_back(folder: Path, postfix: MailServer, visitor: Visitor) -> None:
    run(folder, "subscribers", "add", "dead@readers.example", "--confirmed")
    run(folder, "subscribers", "add", "ben@readers.example", "--confirmed")
    assert "2 readers: 2 sent; the books balance" in run(folder, "send", "--all")
    path = str(read(postfix.mailbox("ben@readers.example").wait_for(is_edition))["Return-Path"])
    assert path.startswith("<bounces+")
    postfix.mailbox("bounces@mail.example").wait_for(
        lambda report: "dead@readers.example" in report.as_string() and "5.1.1" in report.as_string()
    )
    assert "1 hard" in run(folder, "bounces", "read")
    shown = run(folder, "subscribers", "show", "dead@readers.example")
    assert "suppressed" in shown
    assert "confirmed" in run(folder, "subscribers", "show", "ben@readers.example")


def test_an_address_that_is_refused_at_once_is_struck_off_at_once(folder: Path, postfix: MailServer) -> None:
    run(folder, "subscribers", "add", "gone@readers.example", "--confirmed")
    assert "1 failed" in run(folder, "send", "--all")
    assert "suppressed" in run(folder, "subscribers", "show", "gone@readers.example")


def test_a_killed_send_is_finished_by_the_next(folder: Path, postfix: MailServer) -> None:
    """All these readers share a mailbox, so that one look tells who got what."""
    crowd = {f"crowd+{number}@readers.example" for number in range(150)}
    (folder / "crowd.csv").write_text("\n".join(("email", *crowd)))
    run(folder, "subscribers", "import", "crowd.csv", "--confirmed")
    mailbox = postfix.mailbox("crowd@readers.example")
    with started(folder, "send", "--all") as process:
        mailbox.wait_for()
        process.kill()
        process.wait()
    assert len(mailbox.messages()) < len(crowd), "it was too late to kill it"
    later = SystemClock().now() + 2 * LEASE
    said = run(folder, "send", "--all", "--now", f"{later:%Y-%m-%dT%H:%M:%S}+00:00")
    assert "150 readers: 150 sent; the books balance" in said
    mails = mailbox.wait_until(lambda mails: {str(read(raw)["Delivered-To"]) for raw in mails} == crowd)
    assert len(mails) <= len(crowd) + SmtpLimits().connections
    assert len({str(read(raw)["Message-ID"]) for raw in mails}) == len(crowd)

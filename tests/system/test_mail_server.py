"""The servers themselves: what the other tests of this room rely on."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.system.mail_server import MailServer, read

pytestmark = [pytest.mark.slow, pytest.mark.system]


def letter(subject: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "post@mail.example", "somebody@readers.example", subject
    message["Message-ID"], message["Date"] = f"<{subject}@mail.example>", "Sun, 22 Nov 2026 06:40:00 +0000"
    message.set_content("The crossing had been shut for nine days.\n.\nA dot begins this page.\n")
    return message.as_bytes()


def test_mail_is_taken_by_smtp_and_read_back_by_imap(postfix: MailServer) -> None:
    sent = letter("first")
    postfix.send(sent, sender="post@mail.example", recipient="first@readers.example")
    kept = postfix.mailbox("first@readers.example").wait_for()
    assert kept.endswith(sent)
    assert read(kept)["Return-Path"] == "<post@mail.example>"


@pytest.mark.parametrize(
    ("recipient", "status"), [("dead@readers.example", "5.1.1"), ("full@readers.example", "5.2.2")]
)
def test_mail_that_cannot_be_kept_comes_back_to_its_own_return_path(
    postfix: MailServer, recipient: str, status: str
) -> None:
    path = f"returned+for.{recipient.partition('@')[0]}@mail.example"
    postfix.send(letter("lost"), sender=path, recipient=recipient)
    report = read(postfix.mailbox("returned@mail.example").wait_for(lambda mail: mail["Delivered-To"] == path))
    assert report.get_content_type() == "multipart/report"
    assert f"Status: {status}" in report.as_string()
    assert f"Final-Recipient: rfc822; {recipient}" in report.as_string()


@pytest.mark.parametrize("recipient", ["gone@readers.example", "somebody@elsewhere.example"])
def test_an_address_that_is_not_ours_is_refused_at_once(postfix: MailServer, recipient: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        postfix.send(letter("refused"), sender="post@mail.example", recipient=recipient)
    assert refused.value.recipients[recipient][0] == 550

"""Takes nothing, gives letters as mail programs write them: invented ones, in the form of each program."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

from briefing.deliver.tokens import HmacSigner
from briefing.deliver.verp import Verp

KEY = bytes(range(32))
ADA = "0f" * 16
PATHS = Verp("bounces@mail.example", KEY)
SIGNER = HmacSigner(KEY)
#: Ada's own return path, and the token of her unsubscribe link.
HERS = PATHS.address_for(ADA)
TOKEN = SIGNER.sign(ADA, "unsubscribe")

OURS = f"""\
Return-Path: <{HERS}>
From: The Post <post@mail.example>
To: ada@readers.example
Subject: Sunday's briefing
Message-ID: <2026-11-22.0123456789abcdef@mail.example>
List-Unsubscribe: <https://post.example/u/{TOKEN}>,
 <mailto:post@mail.example?subject={quote(f"unsubscribe {TOKEN}")}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
"""


def report(
    status: str,
    *,
    to: str = HERS,
    sender: str = "MAILER-DAEMON@mx.example (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    words: str = "I'm sorry to have to inform you that your message could not be delivered.",
    returned: str = OURS,
    kind: str = "text/rfc822-headers",
    more: str = "",
) -> bytes:
    """A report of RFC 3464 around the fields of its delivery status."""
    return f"""\
Return-Path: <>
Delivered-To: {to}
From: {sender}
To: {to}
Subject: {subject}
Auto-Submitted: auto-replied
{more}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="=_b1"

--=_b1
Content-Type: text/plain; charset=utf-8

{words}

--=_b1
Content-Type: message/delivery-status

{status}
--=_b1
Content-Type: {kind}

{returned}
--=_b1--
""".encode()


POSTFIX = report("""\
Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4F1A22C0
X-Postfix-Sender: rfc822; post@mail.example
Arrival-Date: Sun, 22 Nov 2026 07:00:01 +0100 (CET)

Final-Recipient: rfc822; ada@readers.example
Original-Recipient: rfc822;ada@readers.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.readers.example
Diagnostic-Code: smtp; 550 5.1.1 <ada@readers.example>: Recipient address
    rejected: User unknown in virtual mailbox table
""")
POSTFIX_LATE = report(
    """\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@readers.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.readers.example[192.0.2.7]:25: Connection timed out
Will-Retry-Until: Fri, 27 Nov 2026 07:00:01 +0100 (CET)
""",
    subject="Delayed Mail (still being retried)",
)
POSTFIX_GAVE_UP = report("""\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@readers.example
Action: failed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.readers.example[192.0.2.7]:25: Connection timed out
""")
EXIM = report(
    """\
Reporting-MTA: dns; relay.example

Action: failed
Final-Recipient: rfc822;ada@readers.example
Status: 5.0.0
Remote-MTA: dns; mail.readers.example
Diagnostic-Code: smtp; 550-5.1.1 The mailbox [203.0.113.5] asked for does not exist.
""",
    more="X-Failed-Recipients: ada@readers.example\n",
)
EXIM_OLD = f"""\
Return-path: <>
Envelope-to: {HERS}
X-Failed-Recipients: ada@readers.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@relay.example>
To: {HERS}
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@readers.example
    host mail.readers.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<ada@readers.example>:
    550 5.1.1 <ada@readers.example> User unknown

------ This is a copy of the message, including all the headers. ------

{OURS}
Good morning.
""".encode()
EXCHANGE = report(
    """\
Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.exchange.example
Received-From-MTA: dns;mx.example
Arrival-Date: Sun, 22 Nov 2026 06:00:02 +0000

Final-Recipient: rfc822;ada@readers.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
""",
    sender="postmaster@readers.example",
    subject="Undeliverable: Sunday's briefing",
    kind="message/rfc822",
    returned=OURS + "\nGood morning.",
    more="X-Auto-Response-Suppress: All\n",
)
MICROSOFT_BLOCKS = report(
    """\
Reporting-MTA: dns;mx.example

Final-Recipient: rfc822;ada@readers.example
Action: failed
Status: 5.7.515
Remote-MTA: dns; mail.protection.example
Diagnostic-Code: smtp;550 5.7.515 Access denied, sending domain mail.example does not meet the required level
""",
)
GMAIL = report(
    """\
Reporting-MTA: dns; googlemail.example
Arrival-Date: Sat, 21 Nov 2026 22:00:02 -0800 (PST)
X-Original-Message-ID: <2026-11-22.0123456789abcdef@mail.example>

Final-Recipient: rfc822; ada@readers.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; gmail-smtp-in.l.googlemail.example. (192.0.2.26, the server for the domain.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
 550-5.1.1 double-checking the recipient's email address for typos or
 550 5.1.1 unnecessary spaces.
Last-Attempt-Date: Sat, 21 Nov 2026 22:00:03 -0800 (PST)
""",
    sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
    subject="Delivery Status Notification (Failure)",
    more="X-Failed-Recipients: ada@readers.example\n",
)
SES = report(
    """\
Reporting-MTA: dns; a1-23.smtp-out.ses.example

Action: failed
Final-Recipient: rfc822; ada@readers.example
Diagnostic-Code: smtp; 552 5.2.2 mailbox full
Status: 5.2.2
""",
    sender="MAILER-DAEMON@ses.example",
    subject="Delivery Status Notification (Failure)",
)
SENDMAIL = report(
    """\
Reporting-MTA: dns; relay.example
Received-From-MTA: DNS; localhost
Arrival-Date: Sun, 22 Nov 2026 07:00:01 +0100

Final-Recipient: RFC822; ada@readers.example
Action: failed
Status: 5.2.1
Remote-MTA: DNS; mail.readers.example
Diagnostic-Code: SMTP; 550 5.2.1 Mailbox disabled
Last-Attempt-Date: Sun, 22 Nov 2026 07:00:02 +0100
""",
    sender="Mail Delivery Subsystem <MAILER-DAEMON>",
    subject="Returned mail: see transcript for details",
    words="   ----- The following addresses had permanent fatal errors -----\n<ada@readers.example>",
)
QMAIL = f"""\
Return-Path: <>
Delivered-To: {HERS}
Date: 22 Nov 2026 06:00:02 -0000
From: MAILER-DAEMON@relay.example
To: {HERS}
Subject: failure notice

Hi. This is the qmail-send program at relay.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@readers.example>:
192.0.2.7 does not like recipient.
Remote host said: Sorry, no mailbox here by that name. (#5.1.1)
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

{OURS}
Good morning.
""".encode()
GERMAN = report(
    """\
Reporting-MTA: dns; mx.beispiel.example

Final-Recipient: rfc822; ada@readers.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 Benutzer unbekannt
""",
    subject="=?utf-8?q?Unzustellbar=3A_=C3=9Cbersicht_am_Sonntag?=",
    words="Die Nachricht konnte nicht zugestellt werden: Der Empfänger ist unbekannt.",
)
JAPANESE = (
    report(
        """\
Reporting-MTA: dns; mx.rei.example

Final-Recipient: rfc822; ada@readers.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 JP-WORDS
""",
        subject="=?iso-2022-jp?b?GyRCJWEhPCVrJSglaSE8GyhC?=",
        words="JP-WORDS",
    )
    .replace(b"text/plain; charset=utf-8", b"text/plain; charset=iso-2022-jp")
    .replace(b"JP-WORDS", "メールボックスが一杯です。".encode("iso-2022-jp"))
)
#: It looks like Ada's, but nothing in it was made with our key.
FORGED = report(
    """\
Reporting-MTA: dns; mx.evil.example

Final-Recipient: rfc822; ada@readers.example
Action: failed
Status: 5.1.1
""",
    to="bounces+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@mail.example",
    returned="From: post@mail.example\nList-Unsubscribe: <https://post.example/u/MGYwZg.AAAAAAAAAAAAAAAAAAAAAA>\n",
)
#: A list at the reader's end: one of its members has it.
PARTLY = report("""\
Reporting-MTA: dns; lists.example

Final-Recipient: rfc822; ada@readers.example
Action: expanded
Status: 2.0.0

Final-Recipient: rfc822; gone@readers.example
Action: failed
Status: 5.1.1
""")
DELIVERED = report("""\
Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@readers.example
Action: delivered
Status: 2.0.0
""")


def complaint(kind: str = "abuse", *, to: str = "fbl@mail.example", returned: str = OURS, more: str = "") -> bytes:
    """A report of RFC 5965, as mail hosts send them: to one address, the reader's own address taken out."""
    return f"""\
From: Feedback Loop <feedback@arf.mail-host.example>
To: {to}
Subject: FW: Sunday's briefing
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="_----arf"

--_----arf
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message from mail.example on Sun, 22 Nov 2026.

--_----arf
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Mail-Host-Feedback/2.0
Version: 0.1
{more}Source-IP: 192.0.2.25
Reported-Domain: mail.example

--_----arf
Content-Type: message/rfc822
Content-Disposition: inline

{returned}
Good morning.
--_----arf--
""".encode()


YAHOO = complaint()
YAHOO_BARE = complaint(
    returned="From: post@mail.example\nSubject: hello\n",
    more=f"Original-Mail-From: <{HERS}>\nOriginal-Rcpt-To: redacted\n",
)
JMRP = f"""\
From: staff@live-host.example
To: fbl@mail.example
Subject: complaint about message from 192.0.2.25
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="jmrp"

--jmrp
Content-Type: message/rfc822
Content-Disposition: inline

X-HmXmrOriginalRecipient: <ada@readers.example>
X-MS-Exchange-EOPDirect: true
{OURS}
Good morning.
--jmrp--
""".encode()

VACATION = f"""\
Return-Path: <>
Auto-Submitted: auto-replied
From: Ada <ada@readers.example>
To: {HERS}
Subject: Away: Sunday's briefing

I am away until Monday. Mailbox full of sand. 550 5.1.1 in jest.
""".encode()
OUT_OF_OFFICE = f"""\
From: Ada <ada@readers.example>
To: post@mail.example
Subject: =?utf-8?q?Automatische_Antwort=3A_confirm?= {TOKEN}
X-Auto-Response-Suppress: All

Ich bin bis Montag nicht im Hause.
""".encode()


def plain(subject: str, *, to: str = "post@mail.example", more: str = "") -> bytes:
    """A mail that a person's own program wrote after a click."""
    return f"From: Ada <ada@readers.example>\nTo: {to}\nSubject: {subject}\n{more}\n\n".encode()


UNSUBSCRIBE = plain(f"unsubscribe {TOKEN}")
ENCODED = plain(f"=?utf-8?b?{b64encode(f'Unsubscribe {TOKEN}'.encode()).decode()}?=")
FOLDED = plain(f"unsubscribe\n {TOKEN}")
BY_ADDRESS = plain("", to=f"post+unsubscribe-{TOKEN}@mail.example")
CONFIRM = plain(f"confirm {TOKEN}")
BY_PROGRAM = plain(f"unsubscribe {TOKEN}", more="Auto-Submitted: auto-generated\n")
A_WORD = plain("Thank you for the briefing")
FORWARDED = (
    b"""\
From: Ada <ada@readers.example>
To: post@mail.example
Subject: Fwd: what is this?
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="fwd"

--fwd
Content-Type: text/plain

Look.
--fwd
Content-Type: message/rfc822

"""
    + POSTFIX.replace(b"=_b1", b"=_b2")
    + b"\n--fwd--\n"
)

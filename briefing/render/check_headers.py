"""Takes the lines of a finished message, gives what is wrong with them and with its headers.

Next: briefing/render/check_page.py.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from collections import Counter
from email.errors import HeaderParseError
from email.header import decode_header
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import EmailMessage

#: RFC 5322 §3.6 allows one of each; a second one is how an injected header shows. What a list owes its readers follows.
_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
_ONCE_ON_A_LIST = ("List-Unsubscribe", "List-ID", "Auto-Submitted")
_AT_MOST_ONCE = ("Reply-To", "Sender", "Cc", "Bcc", "List-Unsubscribe-Post", "Feedback-ID", "Content-Language")
#: Three names of ours and a sender of 5 to 15 characters (support.google.com/a/answer/6254652).
_FEEDBACK_ID = re.compile(r"(?:[A-Za-z0-9._-]*:){3}[A-Za-z0-9._-]{5,15}")
#: RFC 5322 §2.1.1 and RFC 2047 §2.
_LINE_BYTES, _WORD_BYTES = 998, 75
#: A list of mail shows no more of a subject.
_SUBJECT_CHARS = 78
#: The whole message. Bodies in the widest script and 130 small pictures weigh 2.6 MB, and every server takes 10.
MESSAGE_BYTES = 3_000_000
_SEVEN_BIT = bytes((0x09, 0x0A, 0x0D, *range(0x20, 0x7F)))
_WORD = re.compile(rb"=\?[^?\s]+\?[bq]\?[^?\s]*\?=", re.IGNORECASE)


def check_lines(message: bytes) -> Iterator[str]:
    """What a server on the way would choke on."""
    if len(message) > MESSAGE_BYTES:
        yield f"the message has {len(message):,} bytes, over {MESSAGE_BYTES:,}"
    within = message.replace(b"\r\n", b"")
    if b"\n" in within or b"\r" in within:
        yield "a line does not end with CRLF"
    if message.translate(None, _SEVEN_BIT):
        yield "a byte is not 7-bit text"
    longest = max(map(len, message.split(b"\r\n")))
    if longest > _LINE_BYTES:
        yield f"a line has {longest} bytes; {_LINE_BYTES} is the most a server must take"
    for word in _WORD.findall(message.partition(b"\r\n\r\n")[0]):
        shown = word.decode("ascii", "replace")[:60]
        if len(word) > _WORD_BYTES:
            yield f"the encoded word {shown}… has {len(word)} bytes, over {_WORD_BYTES}"
        elif not _can_be_read(word):
            yield f"the encoded word {shown} cannot be read"


def _can_be_read(word: bytes) -> bool:
    try:
        ((text, charset),) = decode_header(word.decode("ascii"))
        text.decode(charset)
    except (HeaderParseError, LookupError, UnicodeError, Base64Error):
        return False
    return True


def check_headers(parsed: EmailMessage, preheader: str) -> Iterator[str]:
    """What a mailbox or a list would take offence at.

    Args:
        preheader: what the page says before anything else.
    """
    counts = Counter(name.lower() for name in parsed)
    for name in (*_ONCE, *_ONCE_ON_A_LIST):
        if counts[name.lower()] != 1:
            yield f"{name} stands there {counts[name.lower()]} times, not once"
    for name in _AT_MOST_ONCE:
        if counts[name.lower()] > 1:
            yield f"{name} stands there {counts[name.lower()]} times"
    fields = {name.lower(): value for name, value in parsed.items()}
    yield from _subject(str(fields.get("subject", "")).strip(), preheader)
    if "date" in fields and getattr(getattr(fields["date"], "datetime", None), "tzinfo", None) is None:
        yield f"Date is {fields['date']!s:.60}, which names no moment and zone"
    yield from _list({name: " ".join(str(value).split()) for name, value in fields.items()})


def _subject(subject: str, preheader: str) -> Iterator[str]:
    if not 1 <= len(subject) <= _SUBJECT_CHARS:
        yield f"the subject has {len(subject)} characters, not 1 to {_SUBJECT_CHARS}"
    elif subject == preheader:
        yield "the preheader repeats the subject"


def _list(fields: Mapping[str, str]) -> Iterator[str]:
    ways = fields.get("list-unsubscribe", "")
    if ways and not re.fullmatch(r"<(?:https?://|mailto:)[^<>\s]+>(?:, <(?:https?://|mailto:)[^<>\s]+>)*", ways):
        yield f"List-Unsubscribe lists no addresses in angle brackets: {ways[:60]}"
    if ("<https://" in ways) != ("list-unsubscribe-post" in fields):
        yield "List-Unsubscribe-Post belongs beside an https address in List-Unsubscribe, and nowhere else"
    if fields.get("list-unsubscribe-post", "List-Unsubscribe=One-Click") != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post does not say List-Unsubscribe=One-Click"
    if "list-id" in fields and not re.search(r"<[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+>$", fields["list-id"]):
        yield f"List-ID has no <label.domain>: {fields['list-id'][:60]}"
    if not _FEEDBACK_ID.fullmatch(fields.get("feedback-id", ":::sender")):
        yield f"Feedback-ID is no edition:segment:briefing:sender: {fields['feedback-id'][:60]}"
    if "auto-submitted" in fields and fields["auto-submitted"].lower() != "auto-generated":
        yield "Auto-Submitted does not say auto-generated"

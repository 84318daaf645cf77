"""Takes the bytes of one letter, gives what it means: bounce, complaint, request, nothing to do, or unclear.

What a letter says is taken from fields that standards define: the delivery status of RFC 3464, the feedback report of
RFC 5965, the subject of our own mailto: links, Auto-Submitted of RFC 3834. Only where a mail daemon writes none of them
(qmail, old Exim), its own layout is recognised, by flufl.bounce. Prose is never guessed at.

Who it is about is gathered, not decided: addresses and tokens as they stand there. Whoever acts on a letter checks them
with our keys, for anybody can write anything into a letter.

Next: briefing/deliver/mailbox.py.
"""

from __future__ import annotations

import logging
import re
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from flufl.bounce import all_failures

from briefing.model.letter import STATUS, Bounce, Complaint, Meaning, Quiet, Request, Severity, Unclear, Whose, judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: A bounce with all of our message in it has some 10. At 100 the parser is far from Python's recursion limit.
MOST_PARTS = 100
#: Of a letter that flufl.bounce looks through, line by line: a megabyte of folded nonsense took it 7 s, this 0.5 s.
_NOTICE_BYTES = 32_000
#: Of a header that is looked into, in characters: room for 20 addresses.
_HEADER_CHARS = 2_000
_DETAIL_CHARS = 200

#: Where a mail server writes the address a letter was really delivered to, and where its author wrote it.
_SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")
#: Where the return path of our message stands in the copy of it.
_RETURN_PATHS = ("Return-Path", "X-Envelope-From", "Errors-To")
#: Whom Microsoft's and other hosts' complaints are about.
_RECIPIENTS = ("X-HmXmrOriginalRecipient", "Original-Rcpt-To", "Removal-Recipient")
#: Reports of this kind are about something else than an unwanted mail (RFC 6430, RFC 6591).
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure"})
#: Words of RFC 3464 §2.3.3, and OpenSMTPD's own.
_FAILED = ("failed", "error")

_DAEMON = re.compile(r"mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mdaemon", re.IGNORECASE)
_REQUEST = re.compile(r"\s*(unsubscribe|confirm)\s+(\S{10,300})\s*", re.IGNORECASE)
_REQUEST_ADDRESS = re.compile(r"(?:.*\+)?(unsubscribe|confirm)[+=-](\S{10,300})", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{4,200}\.[A-Za-z0-9_-]{8,64}(?![A-Za-z0-9_-])")
_LIST_UNSUBSCRIBE = re.compile(
    r"^List-Unsubscribe:(.{0,1000}(?:\r?\n[ \t].{0,1000}){0,5})", re.IGNORECASE | re.MULTILINE
)
_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")


def understand(content: bytes) -> Meaning:
    """Says what a letter means, whatever its bytes are. Never raises; what it cannot read is `Unclear`."""
    if content.lower().count(b"content-type") > MOST_PARTS:
        return Unclear(why=f"it has more than {MOST_PARTS} parts")
    try:
        return _meaning(message_from_bytes(content), content[:_NOTICE_BYTES])
    except Exception:  # noqa: BLE001  # the parsers of email and flufl trip over hostile mail in ways no list holds
        return Unclear(why="its form cannot be read")


def _meaning(mail: Message, beginning: bytes) -> Meaning:
    """The surest signs come first: bounces call themselves automatic replies as well."""
    own = tuple(_own_parts(mail))
    kinds = {part.get_content_type(): part for part in reversed(own)}
    returned = _returned(own)
    if "message/feedback-report" in kinds:
        return _feedback(mail, _fields(kinds["message/feedback-report"]), returned)
    for kind in ("message/delivery-status", "message/global-delivery-status"):
        if kind in kinds:
            return _delivery(mail, kinds[kind], returned)
    if "X-HmXmrOriginalRecipient" in returned:
        # Microsoft's older form of a complaint: the message as an attachment, and that header added to it.
        return Complaint(whose=_whose(mail, returned, named=_addresses(returned, _RECIPIENTS)), detail="abuse")
    return _daemon(mail, own, returned, beginning) or _request(mail) or _rest(mail)


def _own_parts(mail: Message) -> Iterator[Message]:
    """The parts of a letter without those of messages inside it: what is forwarded says nothing for itself."""
    yield mail
    if mail.get_content_maintype() == "multipart" and mail.is_multipart():
        for part in cast("list[Message]", mail.get_payload()):
            yield from _own_parts(part)


def _fields(part: Message) -> Message:
    """The fields that are the body of a part."""
    if part.is_multipart():
        return cast("Message", part.get_payload(0))
    return message_from_string(_text(part).lstrip())


def _returned(own: Iterable[Message]) -> Message:
    """The headers of the message that a letter gives back; none when it gives none."""
    for part in own:
        if part.get_content_type() in {"message/rfc822", "message/global", "message/global-headers"}:
            return _fields(part)
        if part.get_content_type() in {"text/rfc822-headers", "text/rfc822-header"}:
            return _fields(part)
    return Message()


def _feedback(mail: Message, report: Message, returned: Message) -> Meaning:
    kind = str(report.get("Feedback-Type", "abuse")).strip().lower()
    if kind in _NO_COMPLAINTS:
        return Quiet(why=f"a report of kind {kind}")
    named = (*_addresses(report, _RECIPIENTS), *_addresses(returned, _RECIPIENTS))
    whose = _whose(mail, returned, named=named, more=_addresses(report, ("Original-Mail-From",)))
    return Complaint(whose=whose, detail=_clean(kind))


def _delivery(mail: Message, report: Message, returned: Message) -> Meaning:
    blocks = [block for block in report.get_payload() if isinstance(block, Message)] if report.is_multipart() else []
    about = [block for block in blocks if block["Action"] or block["Status"]]
    if not about:
        return Unclear(why="it is a bounce without a delivery status")
    if not all(map(_has_failed, about)):
        # Delayed, delivered, relayed or expanded: somebody has it, or will try again.
        return Quiet(why="a delivery is delayed or was made")
    # One message has one reader; where it went on to several, the mildest word counts.
    worst_last = (Severity.POLICY, Severity.SOFT, Severity.HARD)
    status, block = min(((_status(b), b) for b in about), key=lambda found: worst_last.index(judge(found[0])))
    per_message = next((b for b in blocks if b["Reporting-MTA"]), block)
    return Bounce(
        whose=_whose(mail, returned, named=_named(report)),
        severity=judge(status),
        status=status,
        detail=_clean(re.sub(r"^[\w-]*;", "", str(block.get("Diagnostic-Code", "")).strip())),
        host=_host(block["Remote-MTA"]) or _host(per_message["Reporting-MTA"]),
    )


def _has_failed(block: Message) -> bool:
    action = str(block.get("Action", "failed")).strip().lower()
    return action.startswith(_FAILED) and not str(block.get("Status", "")).strip().startswith("2")


def _status(block: Message) -> str | None:
    """The status of one recipient. Exim writes 5.0.0 for every refusal and leaves the rest to the server's words."""
    found = STATUS.search(str(block.get("Status", ""))[:100])
    if found and not found[0].endswith(".0.0"):
        return found[0]
    said = STATUS.search(str(block.get("Diagnostic-Code", ""))[:_HEADER_CHARS])
    if said and (found is None or said[0][0] == found[0][0]):
        return said[0]
    return found and found[0]


def _daemon(mail: Message, own: tuple[Message, ...], returned: Message, beginning: bytes) -> Bounce | None:
    """A bounce in a mail daemon's own layout, from before RFC 3464."""
    if not _DAEMON.match(parseaddr(str(mail.get("From", ""))[:_HEADER_CHARS])[1]):
        return None
    named = _named(message_from_bytes(beginning))
    if not named:
        return None
    text = next((_text(part) for part in own if part.get_content_type() == "text/plain"), "")[:20_000]
    copied = _LIST_UNSUBSCRIBE.search(text)
    notice = text[: copied.start()] if copied else text
    found = STATUS.search(notice)
    status = found and found[0]
    return Bounce(
        whose=_whose(mail, returned, named=named, copied=copied[1] if copied else ""),
        severity=judge(status),
        status=status,
        detail=_clean(next((line for line in notice.splitlines() if found and found[0] in line), "")),
    )


def _request(mail: Message) -> Request | None:
    """What somebody asks for with a link of ours.

    An automatic reply repeats subjects: it never asks. A program may leave for its user (RFC 8058 has mail programs do
    that), but only a person agrees.
    """
    automatic = _automatic(mail)
    found = _REQUEST.fullmatch(_decoded(mail["Subject"]))
    for address in _addresses(mail, _SENT_TO):
        found = found or _REQUEST_ADDRESS.fullmatch(address.rpartition("@")[0])
    if found is None or automatic == "auto-replied" or (automatic and found[1].lower() == "confirm"):
        return None
    return Request(purpose=found[1].lower(), token=found[2])


def _rest(mail: Message) -> Quiet | Unclear:
    if _automatic(mail):
        return Quiet(why="an automatic reply")
    return Unclear(why="it is no bounce, complaint or request")


def _automatic(mail: Message) -> str:
    """How RFC 3834 calls what sent this; "" for a person."""
    said = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if said != "no":
        return said
    signs = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    precedence = str(mail.get("Precedence", "")).strip().lower()
    return "auto-replied" if precedence == "auto_reply" or any(sign in mail for sign in signs) else ""


def _whose(
    mail: Message, returned: Message, *, named: tuple[str, ...], more: tuple[str, ...] = (), copied: str = ""
) -> Whose:
    sent_to = (*_addresses(mail, _SENT_TO), *more, *_addresses(returned, _RETURN_PATHS))
    header = f"{returned.get('List-Unsubscribe', '')} {copied}"[:_HEADER_CHARS]
    tokens = _TOKEN.findall(unquote(re.sub(r"\r?\n[ \t]", " ", header)))[:10]
    return Whose(
        sent_to=tuple(dict.fromkeys(sent_to)),
        tokens=tuple(dict.fromkeys(tokens)),
        addresses=tuple(dict.fromkeys(named)),
    )


def _named(mail: Message) -> tuple[str, ...]:
    """Whom a bounce claims to be about, as flufl.bounce finds it."""
    # It logs what it trips over, with the letter's words in the traceback; no address belongs into a log.
    logging.getLogger("flufl.bounce").disabled = True
    return tuple(sorted(address.decode("ascii", "replace") for found in all_failures(mail) for address in found))


def _addresses(mail: Message, names: Iterable[str]) -> tuple[str, ...]:
    values = [str(value)[:_HEADER_CHARS] for name in names for value in mail.get_all(name, [])[:5]]
    return tuple(address for _, address in getaddresses(values) if "@" in address)


def _decoded(header: object) -> str:
    return str(make_header(decode_header(str(header or "")[:_HEADER_CHARS])))


def _text(part: Message) -> str:
    content = cast("bytes", part.get_payload(decode=True))
    try:
        return content.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except LookupError:  # a charset nobody knows
        return content.decode("ascii", "replace")


def _host(field: object) -> str | None:
    """The name in `dns; mx.example.org`."""
    found = _HOST.search(str(field or "")[:_HEADER_CHARS].rpartition(";")[2])
    return found and found[0].lower()


def _clean(words: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in words[:_HEADER_CHARS])
    return " ".join(shown.split())[:_DETAIL_CHARS]

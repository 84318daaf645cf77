from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.letters import understand
from briefing.model.letter import Bounce, Complaint, Meaning, Quiet, Request, Severity, Unclear, Whose
from tests.deliver import returned as letters

HARD, SOFT, POLICY = Severity.HARD, Severity.SOFT, Severity.POLICY

BOUNCES = {
    "Postfix": (letters.POSTFIX, HARD, "5.1.1"),
    "Postfix after five days": (letters.POSTFIX_GAVE_UP, SOFT, "4.4.1"),
    "Exim": (letters.EXIM, HARD, "5.1.1"),
    "Exim before 4.82": (letters.EXIM_OLD, HARD, "5.1.1"),
    "Exchange": (letters.EXCHANGE, HARD, "5.1.10"),
    "Microsoft's block": (letters.MICROSOFT_BLOCKS, POLICY, "5.7.515"),
    "Gmail": (letters.GMAIL, HARD, "5.1.1"),
    "Amazon SES": (letters.SES, SOFT, "5.2.2"),
    "qmail": (letters.QMAIL, HARD, "5.1.1"),
    "Sendmail": (letters.SENDMAIL, HARD, "5.2.1"),
    "German": (letters.GERMAN, HARD, "5.1.1"),
    "Japanese": (letters.JAPANESE, SOFT, "5.2.2"),
}


def bounce_of(content: bytes) -> Bounce:
    found = understand(content)
    assert isinstance(found, Bounce), found
    return found


def readers_of(whose: Whose) -> set[str | None]:
    """Everybody whom something made with our key names."""
    by_path = {letters.PATHS.reader_of(address) for address in whose.sent_to}
    return (by_path | {letters.SIGNER.read(token, "unsubscribe") for token in whose.tokens}) - {None}


@pytest.mark.parametrize(("content", "severity", "status"), BOUNCES.values(), ids=BOUNCES)
def test_a_bounce_is_weighed_by_its_status(content: bytes, severity: Severity, status: str) -> None:
    found = bounce_of(content)
    assert (found.severity, found.status) == (severity, status)


@pytest.mark.parametrize("content", [content for content, _, _ in BOUNCES.values()], ids=BOUNCES)
def test_a_bounce_carries_the_return_path_and_the_token_of_its_reader(content: bytes) -> None:
    whose = bounce_of(content).whose
    assert letters.PATHS.reader_of(whose.sent_to[0]) == letters.ADA
    assert whose.tokens[:1] == (letters.TOKEN,)
    assert whose.addresses == ("ada@readers.example",)


@pytest.mark.parametrize("content", [content for content, _, _ in BOUNCES.values()], ids=BOUNCES)
def test_a_return_path_is_found_where_only_the_returned_message_has_it(content: bytes) -> None:
    to_everybody = b"bounces@mail.example"
    elsewhere = content.replace(letters.HERS.encode(), to_everybody)
    assert readers_of(bounce_of(elsewhere).whose) == {letters.ADA}


def test_what_a_server_said_is_one_line_and_names_the_server() -> None:
    found = bounce_of(letters.POSTFIX)
    assert found.host == "mail.readers.example"
    assert found.detail.startswith("550 5.1.1 <ada@readers.example>: Recipient address rejected: User unknown")


def test_a_server_that_only_reports_is_named_when_no_other_is() -> None:
    assert bounce_of(letters.GERMAN).host == "mx.beispiel.example"


def test_words_of_a_server_do_not_show_in_a_log() -> None:
    assert "ada" not in repr(bounce_of(letters.POSTFIX))


def test_a_forged_bounce_carries_nothing_of_ours() -> None:
    found = bounce_of(letters.FORGED)
    assert found.severity is HARD
    assert readers_of(found.whose) == set()
    assert found.whose.addresses == ("ada@readers.example",)


STATUSES = {
    "a code for anything, and the server's own": ("5.0.0", "smtp; 550 5.1.1 nobody", "5.1.1"),
    "nothing but the server's own": ("", "smtp; 550 5.1.1 nobody", "5.1.1"),
    "a server that says less than the code": ("5.1.1", "smtp; 550 5.0.0 nobody", "5.1.1"),
    "a server that says something of another kind": ("5.0.0", "smtp; 451 4.3.0 later", "5.0.0"),
    "a server that names addresses of its network": ("5.0.0", "smtp; 550 [5.1.1.9] nobody", "5.0.0"),
    "a comment": ("5.1.1 (bad destination mailbox address)", "", "5.1.1"),
    "no code at all": ("", "smtp; 550 nobody", None),
}


@pytest.mark.parametrize(("status", "diagnostic", "found"), STATUSES.values(), ids=STATUSES)
def test_the_status_is_the_most_exact_there_is(status: str, diagnostic: str, found: str | None) -> None:
    fields = f"Action: failed\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n"
    assert bounce_of(letters.report(f"Reporting-MTA: dns; a.example\n\n{fields}")).status == found


def test_where_one_message_went_on_to_several_the_mildest_word_counts() -> None:
    blocks = "\n\n".join(f"Action: failed\nStatus: {status}" for status in ("5.1.1", "5.2.2", "5.1.2"))
    assert bounce_of(letters.report(blocks)).status == "5.2.2"


def test_a_charset_nobody_knows_hides_no_status() -> None:
    strange = letters.QMAIL.replace(b"Subject:", b"Content-Type: text/plain; charset=x-klingon\nSubject:", 1)
    assert bounce_of(strange).status == "5.1.1"


def test_a_notice_in_html_alone_says_no_more_than_who_it_is_about() -> None:
    html = letters.EXIM_OLD.replace(b"Subject:", b"Content-Type: text/html\nSubject:", 1)
    assert (bounce_of(html).severity, bounce_of(html).status) == (SOFT, None)


def test_opensmtpd_calls_a_failure_an_error() -> None:
    assert bounce_of(letters.report("Action: error\nStatus: 5.1.1\n")).severity is HARD


QUIET = {
    "a delay": letters.POSTFIX_LATE,
    "a success": letters.DELIVERED,
    "a list where one has it": letters.PARTLY,
    "a vacation reply": letters.VACATION,
    "Exchange's absence": letters.OUT_OF_OFFICE,
    "old programs' absence": letters.plain("Away", more="Precedence: auto_reply\n"),
    "a reader who finds our mail in the spam folder": letters.complaint("not-spam"),
    "mail that was not ours": letters.complaint("auth-failure"),
    "an absence that repeats our subject": letters.plain(
        f"confirm {letters.TOKEN}", more="Auto-Submitted: auto-replied\n"
    ),
    "a program that agrees": letters.plain(f"confirm {letters.TOKEN}", more="Auto-Submitted: auto-generated\n"),
}


@pytest.mark.parametrize("content", QUIET.values(), ids=QUIET)
def test_what_asks_for_nothing_is_quiet(content: bytes) -> None:
    assert isinstance(understand(content), Quiet)


COMPLAINTS = {
    "Yahoo": letters.YAHOO,
    "Yahoo with a bare message": letters.YAHOO_BARE,
    "Microsoft": letters.JMRP,
    "fraud": letters.complaint("fraud"),
    "a kind nobody has heard of": letters.complaint("dismay"),
}


@pytest.mark.parametrize("content", COMPLAINTS.values(), ids=COMPLAINTS)
def test_a_complaint_names_its_reader_by_something_of_ours(content: bytes) -> None:
    found = understand(content)
    assert isinstance(found, Complaint)
    assert readers_of(found.whose) == {letters.ADA}


REQUESTS = {
    "unsubscribe": (letters.UNSUBSCRIBE, "unsubscribe"),
    "in an encoded word": (letters.ENCODED, "unsubscribe"),
    "folded": (letters.FOLDED, "unsubscribe"),
    "by the address": (letters.BY_ADDRESS, "unsubscribe"),
    "by a program for its user": (letters.BY_PROGRAM, "unsubscribe"),
    "confirm": (letters.CONFIRM, "confirm"),
}


@pytest.mark.parametrize(("content", "purpose"), REQUESTS.values(), ids=REQUESTS)
def test_a_mail_that_a_link_of_ours_began_is_a_request(content: bytes, purpose: str) -> None:
    assert understand(content) == Request(purpose=purpose, token=letters.TOKEN)


UNCLEAR = {
    "a word of thanks": letters.A_WORD,
    "an answer": letters.plain(f"Re: unsubscribe {letters.TOKEN}"),
    "a wish without a token": letters.plain("unsubscribe"),
    "a forwarded bounce": letters.FORWARDED,
    "a report without a status": letters.report("Reporting-MTA: dns; a.example\n"),
    "a daemon's small talk": letters.plain("Hello", more="Sender: x@a.example\n").replace(b"ada@", b"mailer-daemon@"),
    "nothing": b"",
    "an unknown charset": letters.plain("=?x-klingon?q?unsubscribe?="),
    "a thousand parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(1_000)
    ),
    "a thousand messages": b"Content-Type: message/rfc822\n\n" * 1_000,
}


@pytest.mark.parametrize("content", UNCLEAR.values(), ids=UNCLEAR)
def test_what_is_left_over_is_for_a_person(content: bytes) -> None:
    assert isinstance(understand(content), Unclear)


def test_a_bounce_is_understood_when_its_end_is_cut_off() -> None:
    whole = letters.report(letters.POSTFIX.decode().split("delivery-status\n\n")[1].split("--=_b1")[0])
    heavy = whole.replace(b"--=_b1--", b"x" * 10_000_000)[:1_000_000]
    assert bounce_of(heavy).severity is HARD


def test_a_bounce_below_ninety_parts_is_within_reach() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(90))
    assert bounce_of(nested + letters.POSTFIX).severity is HARD


SEEDS = [content for content, _, _ in BOUNCES.values()] + list(QUIET.values()) + list(COMPLAINTS.values())


@given(st.binary(max_size=4_000))
def test_no_bytes_are_too_strange(content: bytes) -> None:
    assert isinstance(understand(content), Meaning)


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 3_000), st.binary(max_size=12)), max_size=8))
def test_no_damaged_letter_is_too_strange(content: bytes, damage: list[tuple[int, bytes]]) -> None:
    for place, bytes_there in damage:
        content = content[:place] + bytes_there + content[place + len(bytes_there) :]
    assert isinstance(understand(content), Meaning)


@given(
    st.dictionaries(
        st.sampled_from(
            ["From", "To", "Subject", "Content-Type", "Auto-Submitted", "Delivered-To", "List-Unsubscribe"]
        ),
        st.text(max_size=200),
    ),
    st.text(max_size=500),
)
def test_no_header_is_too_strange(headers: dict[str, str], body: str) -> None:
    lines = "".join(f"{name}: {value}\n" for name, value in headers.items())
    assert isinstance(understand(f"{lines}\n{body}".encode("utf-8", "surrogatepass")), Meaning)


HEAVY = {
    "addresses": b"From: mailer-daemon@a.example\nTo: " + b"a@b.example, " * 70_000 + b"\n\nhello",
    "brackets": b"From: mailer-daemon@a.example\nTo: " + b"(" * 900_000 + b"\n\nhello",
    "words": b"From: mailer-daemon@a.example\n\n" + b"550 5.1.1 <a@b.example> unknown\n" * 30_000,
    "one line": b"From: mailer-daemon@a.example\n\n" + b"a" * 900_000,
    "spaces": b"From: mailer-daemon@a.example\nSubject: unsubscribe" + b" " * 900_000 + b"x\n\n",
    "dots": b"From: mailer-daemon@a.example\n\nList-Unsubscribe: " + b"a." * 400_000,
    "folds": b"From: mailer-daemon@a.example\n\nList-Unsubscribe:" + b"\n a" * 300_000,
}


@pytest.mark.parametrize("content", HEAVY.values(), ids=HEAVY)
def test_a_megabyte_of_nonsense_takes_no_longer_than_a_breath(content: bytes) -> None:
    began = time.process_time()
    understand(content[:1_000_000])
    assert time.process_time() - began < 3

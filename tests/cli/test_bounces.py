from __future__ import annotations

from pathlib import Path

import pytest

from briefing.config.load import load_config
from briefing.deliver.tokens import HmacSigner
from briefing.deliver.verp import Verp
from briefing.store.database import open_database
from briefing.store.keys import SqlKeys
from briefing.wiring import open_bounce_desk
from tests.cli.conftest import CONFIG, Terminal
from tests.deliver import returned as letters

ADA, BEN, CLEO = (f"{name}@readers.example" for name in ("ada", "ben", "cleo"))
RULE = "mail: {from: The Post <post@mail.example>, bounces: {address: bounces@mail.example, folder: back/, soft: 3}}"


@pytest.fixture
def post(briefing: Terminal) -> Terminal:
    """A briefing with three readers and an empty folder for what comes back."""
    config = CONFIG.replace("mail: {from: The Post <post@mail.example>}", RULE)
    (briefing.folder / "config.yaml").write_text(config)
    for email in (ADA, BEN, CLEO):
        briefing("subscribers", "add", email, "--confirmed")
    (briefing.folder / "back").mkdir()
    return briefing


def put(post: Terminal, name: str, content: bytes, email: str) -> Path:
    """Puts a letter into the folder that carries this reader's return path and token."""
    engine = open_database("sqlite:///briefing.db")
    key = SqlKeys(engine).signing_key()
    engine.dispose()
    reader = open_bounce_desk(load_config(Path("config.yaml"))).readers.store.find_subscriber(email)
    assert reader is not None
    theirs = Verp("bounces@mail.example", key).address_for(reader.id)
    token = HmacSigner(key).sign(reader.id, "unsubscribe")
    file = post.folder / "back" / f"{name}.eml"
    file.write_bytes(
        content.replace(letters.HERS.encode(), theirs.encode()).replace(letters.TOKEN.encode(), token.encode())
    )
    return file


def test_a_round_says_what_it_did_and_who_is_not_written_to_any_more(post: Terminal) -> None:
    put(post, "1", letters.POSTFIX, ADA)
    put(post, "2", letters.YAHOO, BEN)
    put(post, "3", letters.SES, CLEO)
    put(post, "4", letters.VACATION, CLEO)
    ran = post("bounces", "read")
    assert (ran.status, ran.err) == (0, "")
    words = "1 hard, 1 soft, 1 complaint, 0 unsubscribed, 0 confirmed, 0 refused on policy, 1 ignored, 0 unknown"
    assert ran.out == f"4 letters: {words}\n"
    listed = post("bounces", "list")
    assert [line.split("  ")[0].strip() for line in listed.out.splitlines()] == [
        "suppressed",
        "suppressed",
        "1 of 3 soft",
    ]
    first, second, third = listed.out.splitlines()
    assert first.startswith(f"suppressed    {ADA}  hard bounce  550 5.1.1 <ada@readers.example>: Recipient address")
    assert second == f"suppressed    {BEN}  complaint  abuse"
    assert third == f"1 of 3 soft   {CLEO}  552 5.2.2 mailbox full"
    assert listed.err == "3 readers\n"


def test_a_second_round_finds_nothing_to_do(post: Terminal) -> None:
    put(post, "1", letters.POSTFIX, ADA)
    post("bounces", "read")
    assert post("bounces", "read").out.startswith("0 letters: 0 hard, 0 soft, 0 complaints, ")


def test_a_reader_leaves_by_mail(post: Terminal) -> None:
    put(post, "1", letters.UNSUBSCRIBE, ADA)
    assert "1 unsubscribed" in post("bounces", "read").out
    assert f"unsubscribed  {ADA}" in post("subscribers", "list").out


def test_a_forged_bounce_suppresses_nobody(post: Terminal) -> None:
    put(post, "1", letters.FORGED, ADA)
    assert "0 hard, 1 soft" in post("bounces", "read").out
    assert post("bounces", "list").out.startswith(f"1 of 3 soft   {ADA}")


def test_a_letter_nobody_understands_is_named_by_its_file(post: Terminal) -> None:
    put(post, "poem", letters.A_WORD, ADA)
    ran = post("bounces", "read")
    assert ran.status == 1
    assert "  ! poem.eml: a letter was not understood" in ran.err
    assert (post.folder / "back" / "unknown" / "poem.eml").exists()


def test_without_a_mailbox_one_line_says_what_to_add(briefing: Terminal) -> None:
    ran = briefing("bounces", "read")
    assert ran.status == 2
    assert "add `bounces:` with a folder or imap under `mail:`" in ran.err
    assert briefing("bounces", "list").err == "0 readers\n"


def test_a_mailbox_that_cannot_be_used_is_one_line(post: Terminal) -> None:
    (post.folder / "back").rmdir()
    (post.folder / "back").write_text("no folder")
    ran = post("bounces", "read")
    assert ran.status == 2
    assert "make it readable and writable" in ran.err


def test_a_maildir_is_read_as_one(post: Terminal) -> None:
    for name in ("new", "cur", "tmp"):
        (post.folder / "back" / name).mkdir()
    put(post, "1", letters.POSTFIX, ADA).rename(post.folder / "back" / "new" / "1.M1.mx")
    assert "1 hard" in post("bounces", "read").out
    assert (post.folder / "back" / "cur" / "1.M1.mx:2,S").exists()

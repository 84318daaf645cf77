from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from briefing.errors import NothingToSendError, RenderError
from briefing.model.edition import Counts, Edition
from briefing.model.settings import Sender
from briefing.render.check import check_message
from briefing.services.copies import Copies
from briefing.services.press import default_copy, list_id, nothing_to_send
from briefing.services.segments import default_segment
from tests import make
from tests.fakes import FakeCollector, PlainSigner
from tests.services.house import CONFIG, EVERYONE, SENDER, FakeHouse, collected, confirmed, read, without_the_link


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("Le Matin", "Le Matin <lematin@mail.example>", "le-matin.mail.example"),
        ("Énergie & Cie", "post@mail.example", "energie-cie.mail.example"),
        ("  --The  Post!! ", "post@mail.example", "the-post.mail.example"),
        ("新聞", "post@mail.example", "briefing.mail.example"),
        ("Evil\r\nBcc: all", "post@mail.example", "evil-bcc-all.mail.example"),
    ],
    ids=["plain", "accents", "punctuation", "another script", "line breaks"],
)
def test_a_list_id_is_the_name_in_ascii_below_the_senders_domain(name: str, address: str, expected: str) -> None:
    assert list_id(name, Sender(address=address)) == expected


def edition_with(counts: Counts, **fields: object) -> Edition:
    return replace(make.edition(), sections=(), counts=counts, **fields)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("edition", "words"),
    [
        (edition_with(Counts(), sources=(read("A", 0, "x"), read("B", 0, "y"))), "none of 2 sources could be read"),
        (edition_with(Counts(), sources=(read("A", 0, "x"), read("B", 0))), "no article was found"),
        (edition_with(Counts()), "no article was found"),
        (edition_with(Counts(articles=7)), "none of 7 articles came out in the last 36h"),
        (edition_with(Counts(articles=7), window=timedelta(minutes=90)), "in the last 90m"),
        (edition_with(Counts(articles=7, in_window=7, stories=5)), "all 5 stories are muted or were told before"),
    ],
    ids=["all sources dead", "empty sources", "no source", "too old", "short window", "muted or told"],
)
def test_nothing_to_send_says_where_to_look(edition: Edition, words: str) -> None:
    assert nothing_to_send(edition).startswith("nothing to send: ")
    assert words in nothing_to_send(edition)


def test_an_edition_is_printed_once_for_all_its_readers() -> None:
    press = FakeHouse().press()
    assert press.printed(EVERYONE) is press.printed(default_segment(CONFIG))


def test_a_readers_copy_is_addressed_to_them_and_passes_the_outgoing_check() -> None:
    copies = FakeHouse().copies()
    copy = copies.copy_for(confirmed("ada", name="Ada Okafor"))
    mail = message_from_bytes(copy.message, policy=policy.default)
    assert check_message(copy.message) == ()
    assert (copy.recipient, copy.sender) == ("ada@readers.example", "post@mail.example")
    assert (mail["To"], mail["Message-ID"]) == ("Ada Okafor <ada@readers.example>", copy.message_id)
    assert "ben@readers.example" not in copy.message.decode()


def test_two_readers_of_a_segment_differ_in_name_and_token_only() -> None:
    copies = FakeHouse().copies()
    ada, ben = (copies.copy_for(confirmed(name)).message for name in ("ada", "ben"))

    def html_of(message: bytes) -> str:
        return str(message_from_bytes(message, policy=policy.default).get_body(("html",)).get_content())  # type: ignore[union-attr]  # it has one

    def without_links(message: bytes, name: str) -> str:
        html, links = html_of(message), copies.links_of(confirmed(name))
        for address in (links.unsubscribe, links.preferences, links.archive, links.editions):
            html = html.replace(f'"{address}"', '"link"')
        return html

    assert html_of(ada) != html_of(ben)
    assert without_links(ada, "ada") == without_links(ben, "ben")


def test_links_lead_to_the_readers_own_page_and_mailbox() -> None:
    copies = FakeHouse().copies()
    links = copies.links_of(confirmed("ada"))
    token = PlainSigner().sign("ada", "unsubscribe")
    assert links.unsubscribe == f"https://post.example/u/{token}"
    assert links.unsubscribe_mail == f"mailto:post@mail.example?subject=unsubscribe%20{token}"


def test_without_a_public_address_one_leaves_by_mail_to_reply_to() -> None:
    sender = replace(SENDER, public_url=None, reply_to="Desk <desk@mail.example>")
    copies = FakeHouse(config=replace(CONFIG, mail=replace(CONFIG.mail, sender=sender))).copies()
    links = copies.links_of(confirmed("ada"))
    assert links.unsubscribe is None
    assert str(links.unsubscribe_mail).startswith("mailto:desk@mail.example?")
    assert check_message(copies.copy_for(confirmed("ada")).message) == ()


def test_a_reader_whose_edition_has_no_story_gets_no_copy() -> None:
    copies = FakeHouse().copies()
    with pytest.raises(NothingToSendError, match="nothing to send"):
        copies.copy_for(confirmed("ada", languages=("it",)))


def test_a_mail_that_fails_the_check_is_held_and_says_why() -> None:
    house = FakeHouse()
    house.templates = without_the_link(house.templates)
    with pytest.raises(RenderError, match=r"held back: .*does not show the link that unsubscribes"):
        house.copies().copy_for(confirmed("ada"))


def test_the_four_files_tell_the_same_edition() -> None:
    printed, files = default_copy(FakeHouse().press())
    assert sorted(files) == ["edition.eml", "edition.html", "edition.json", "edition.txt"]
    mail = message_from_bytes(files["edition.eml"], policy=policy.default)
    text, html = (str(part.get_content()).replace("\r\n", "\n") for part in mail.iter_parts())
    assert (text.rstrip("\n"), html.rstrip("\n")) == tuple(
        files[name].decode().rstrip("\n") for name in ("edition.txt", "edition.html")
    )
    told = json.loads(files["edition.json"])
    assert [s["headline"] for section in told["sections"] for s in section["stories"]] == [
        s.lead.title for section in printed.edition.sections for s in section.stories
    ]


def test_the_sample_copy_goes_to_the_sender_and_names_no_reader() -> None:
    _, files = default_copy(FakeHouse().press())
    mail = message_from_bytes(files["edition.eml"], policy=policy.default)
    assert mail["To"] == "post@mail.example"
    assert not [name for name, content in files.items() if b"readers.example" in content]


def test_an_empty_edition_still_has_its_files() -> None:
    _, files = default_copy(FakeHouse(collector=FakeCollector(collected())).press())
    assert json.loads(files["edition.json"])["sections"] == []
    assert b"<html" in files["edition.html"]


PUBLIC, HIDDEN, IN_CLEAR = "https://post.example", None, "http://post.example"


@pytest.mark.parametrize(
    ("made_with", "sent_with", "is_one_click", "has_pages"),
    [
        (HIDDEN, PUBLIC, False, False),
        (HIDDEN, IN_CLEAR, False, False),
        (IN_CLEAR, PUBLIC, False, True),
        (PUBLIC, "https://other.example", True, True),
    ],
    ids=["pages since", "pages since, in clear", "protected since", "moved"],
)
def test_whoever_gets_an_edition_after_the_config_changed_gets_the_links_that_it_has_room_for(
    made_with: str | None, sent_with: str | None, is_one_click: bool, has_pages: bool
) -> None:
    message = copy_across(made_with, sent_with)
    mail = message_from_bytes(message, policy=policy.default)
    assert ("List-Unsubscribe-Post" in mail) is is_one_click
    assert "mailto:" in mail["List-Unsubscribe"]
    html = mail.get_body(("html",))
    assert html is not None
    assert (f"{sent_with}/p/" in html.get_content()) is has_pages
    assert check_message(message) == ()


@pytest.mark.parametrize(("made_with", "sent_with"), [(PUBLIC, HIDDEN), (IN_CLEAR, HIDDEN), (PUBLIC, IN_CLEAR)])
def test_an_edition_with_links_that_the_config_no_longer_makes_waits_and_says_what_to_do(
    made_with: str | None, sent_with: str | None
) -> None:
    with pytest.raises(RenderError, match=r"put `web: public_url` back for today, or wait"):
        copy_across(made_with, sent_with)


def copy_across(made_with: str | None, sent_with: str | None) -> bytes:
    """A copy of an edition that was made with one public address and is sent with another."""
    before, after = (
        replace(CONFIG, mail=replace(CONFIG.mail, sender=replace(SENDER, public_url=url)))
        for url in (made_with, sent_with)
    )
    press = FakeHouse(config=before).press()
    copies = Copies(config=after, signer=PlainSigner(), today=press.today, prepared=press.prepare)
    return copies.copy_for(confirmed("ada")).message

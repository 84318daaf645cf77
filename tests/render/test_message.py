from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefing.errors import RenderError
from briefing.model.edition import Edition
from briefing.model.picture import Picture
from briefing.model.settings import Look
from briefing.render.check import check_message
from briefing.render.clean import MARKER_HOST
from briefing.render.links import ReaderLinks, fill_html, fill_text
from briefing.render.message import prepare_message
from briefing.render.mjml import RenderedEdition, render_edition
from briefing.render.templates import Templates
from tests.render.samples import (
    BUILT,
    LINKS,
    MAIL_ONLY,
    SENDER,
    addressed,
    english_morning,
    french_morning,
    prepared,
)

EDITIONS = {"fr": french_morning(), "en": english_morning()}
BARE = RenderedEdition(subject="s", preheader="p", html="h", text="t")
#: The smallest JPEG there is to look at is longer; nothing here decodes them.
PHOTO = Picture(content=bytes(range(256)) * 3, kind="image/jpeg", width=96, height=72)
LOGO = Picture(content=b"\x89PNG\r\n\x1a\n" * 20, kind="image/png", width=40, height=40)


def render(edition: Edition, templates: Templates) -> RenderedEdition:
    return render_edition(edition, look=Look(), sender=SENDER, templates=templates)


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=policy.default)


def parts(message: bytes) -> tuple[str, str]:
    parsed = read(message)
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    assert html is not None
    assert text is not None
    return html.get_content().replace("\r\n", "\n"), text.get_content().replace("\r\n", "\n")


def defects(message: bytes) -> list[object]:
    return [defect for part in read(message).walk() for defect in part.defects]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("links", [LINKS, MAIL_ONLY], ids=["pages", "mail only"])
def test_what_arrives_is_what_was_rendered_for_this_reader(
    language: str, links: ReaderLinks, templates: Templates
) -> None:
    edition = EDITIONS[language]
    rendered = render(edition, templates)
    message = addressed(rendered, edition, links=links)
    html, text = parts(message)
    assert html.rstrip("\n") == fill_html(rendered.html, links)
    assert text.rstrip("\n") == fill_text(rendered.text, links).rstrip("\n")
    assert MARKER_HOST not in message.decode("ascii") + html + text
    assert check_message(message) == ()


ADDRESSES = st.builds(
    "{}{}".format,
    st.sampled_from(["https://news.example/?t=", "http://127.0.0.1/", "."]),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="<>"), max_size=200),
)
SOME_LINKS = st.builds(
    ReaderLinks,
    unsubscribe=st.none() | ADDRESSES,
    unsubscribe_mail=ADDRESSES,
    archive=st.none() | ADDRESSES,
    editions=st.none() | ADDRESSES,
    preferences=st.none() | ADDRESSES,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(links=SOME_LINKS)
def test_any_links_arrive_as_they_are_in_lines_of_76_bytes(links: ReaderLinks, templates: Templates) -> None:
    rendered = render(EDITIONS["en"], templates)
    message = addressed(rendered, EDITIONS["en"], links=links)
    html, text = parts(message)
    assert html.rstrip("\n") == fill_html(rendered.html, links)
    assert text.rstrip("\n") == fill_text(rendered.text, links).rstrip("\n")
    assert defects(message) == []
    assert max(map(len, message.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 76


def test_what_readers_share_is_written_once_and_says_where_their_own_goes(templates: Templates) -> None:
    message = prepared(render(EDITIONS["fr"], templates), EDITIONS["fr"])
    assert message.head.places == ("To", "Message-ID", "List-Unsubscribe")
    assert set(message.text.places) == set(message.html.places)
    head = b"".join(message.head.texts)
    assert head.startswith(b"From: ")
    assert head.endswith(b"\r\n\r\n")
    bodies = (*message.text.texts, *message.html.texts)
    assert all(lines.endswith(b"\r\n") for lines in bodies)
    whole = addressed(render(EDITIONS["fr"], templates), EDITIONS["fr"])
    assert [text for text in (*message.head.texts, *bodies) if text not in whole] == []


def test_a_reader_with_other_links_belongs_to_another_segment(templates: Templates) -> None:
    message = prepared(render(EDITIONS["fr"], templates), EDITIONS["fr"])
    with pytest.raises(ValueError, match="another segment"):
        message.copy_for("lea@readers.example", name=None, links=MAIL_ONLY, message_id="<1@news.example>")


def test_the_same_reader_gets_the_same_bytes_twice(templates: Templates) -> None:
    again = french_morning()
    assert addressed(render(EDITIONS["fr"], templates), EDITIONS["fr"]) == addressed(render(again, templates), again)


def test_every_header_stands_there_once_and_means_what_it_says(templates: Templates) -> None:
    parsed = read(addressed(render(EDITIONS["fr"], templates), EDITIONS["fr"]))
    assert len(set(parsed.keys())) == len(parsed.keys())
    assert parsed["From"] == "Le Matin <matin@news.example>"
    assert parsed["To"] == "Léa Ørn <lea@readers.example>"
    assert parsed["Reply-To"] == "La rédaction <redaction@news.example>"
    assert parsed["Subject"] == "Le Matin\u00a0: Trois ports de la mer Noire rouvrent sous escorte"
    assert parsed["Date"].datetime == BUILT + timedelta(minutes=20)
    assert parsed["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>, <{LINKS.unsubscribe_mail}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["List-ID"] == '"Le Matin" <matin.news.example>'
    assert parsed["Feedback-ID"] == "2026-11-22:default:matin:281808bf264b"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Content-Language"] == "fr"


def test_complaints_are_counted_by_names_that_no_reader_has_alone() -> None:
    def feedback_id(list_id: str, **changes: object) -> str:
        edition = replace(EDITIONS["fr"], **changes)  # type: ignore[arg-type]  # any field
        prepared = prepare_message(BARE, edition=edition, sender=SENDER, links=LINKS, date=BUILT, list_id=list_id)
        copies = {
            str(read(prepared.copy_for(f"{who}@b.example", name=who, links=LINKS, message_id="<1@b>"))["Feedback-ID"])
            for who in ("lea", "ole")
        }
        (found,) = copies
        return found

    usual = feedback_id("matin.news.example")
    assert feedback_id("matin.news.example") == usual
    # The last part names the sender: the same for all that one sends.
    assert usual.rpartition(":")[2] == feedback_id("soir.news.example").rpartition(":")[2]
    assert usual.rpartition(":")[2] != feedback_id("matin.other.example").rpartition(":")[2]
    assert feedback_id("matin.news.example", segment="a b:é").split(":")[1:3] == ["a-b--", "matin"]


def test_who_signs_gets_the_header_lines_and_a_body_in_pieces(templates: Templates) -> None:
    seen: list[tuple[bytes, Sequence[bytes]]] = []

    def sign(head: bytes, body: Sequence[bytes]) -> bytes:
        seen.append((head, body))
        return b"Signature: Ada\r\n"

    message = prepared(render(EDITIONS["fr"], templates), EDITIONS["fr"])
    told = {"name": None, "links": LINKS, "message_id": "<1@news.example>"}
    signed = message.copy_for("lea@readers.example", sign=sign, **told)  # type: ignore[arg-type]  # as below
    unsigned = message.copy_for("lea@readers.example", **told)  # type: ignore[arg-type]  # any field
    assert signed == b"Signature: Ada\r\n" + unsigned
    (head, body), *_ = seen
    assert head + b"\r\n" + b"".join(body) == unsigned
    assert all(lines.endswith(b"\r\n") for lines in (head, *body))
    # What is shared is handed over as it is kept, so that it needs to be looked at once.
    assert {id(piece) for piece in message.html.texts} <= {id(piece) for piece in body}


@pytest.mark.parametrize(
    ("unsubscribe", "posts"), [(None, 0), ("http://127.0.0.1:8025/u/x", 0), ("https://news.example/u/x", 1)]
)
def test_one_click_is_offered_only_over_https(unsubscribe: str | None, posts: int, templates: Templates) -> None:
    links = replace(LINKS, unsubscribe=unsubscribe)
    message = addressed(render(EDITIONS["fr"], templates), EDITIONS["fr"], links=links)
    parsed = read(message)
    assert len(parsed.get_all("List-Unsubscribe-Post", [])) == posts
    assert links.unsubscribe_mail in parsed["List-Unsubscribe"]
    assert check_message(message) == ()


def test_a_briefing_without_a_reply_address_or_a_name_in_ascii_still_has_a_list(templates: Templates) -> None:
    edition = replace(EDITIONS["fr"], name="朝刊", language="x\r\ny")
    parsed = read(addressed(render(edition, templates), edition, sender=replace(SENDER, reply_to=None), name=None))
    assert parsed["List-ID"] == "<matin.news.example>"
    assert parsed["Content-Language"] == "xy"
    assert parsed["To"] == "lea@readers.example"
    assert "Reply-To" not in parsed


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"recipient": "nobody"}, "To"),
        ({"message_id": "<a@b>\r\nX: y"}, "Message-ID"),
        ({"links": replace(LINKS, unsubscribe="https://a.example/é")}, "List-Unsubscribe"),
    ],
)
def test_a_readers_own_that_cannot_stand_in_a_header_is_named(changes: dict[str, object], header: str) -> None:
    told: dict[str, object] = {"recipient": "a@b.example", "name": None, "links": LINKS, "message_id": "<1@b.example>"}
    with pytest.raises(RenderError, match=rf"^{header}: "):
        prepared(BARE, EDITIONS["fr"]).copy_for(**{**told, **changes})  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("sender", "list_id", "header"),
    [
        (replace(SENDER, address="Le Matin"), "matin.news.example", "From"),
        (replace(SENDER, reply_to="x"), "matin.news.example", "Reply-To"),
        (SENDER, "a b\n", "List-ID"),
    ],
    ids=["sender", "reply address", "list"],
)
def test_what_is_wrong_for_all_readers_is_named_before_the_first(sender: object, list_id: str, header: str) -> None:
    with pytest.raises(RenderError, match=rf"^{header}: "):
        prepare_message(
            BARE,
            edition=EDITIONS["fr"],
            sender=sender,  # type: ignore[arg-type]  # a sender
            links=LINKS,
            date=BUILT,
            list_id=list_id,
        )


def test_a_sender_with_a_comma_keeps_one_address(templates: Templates) -> None:
    sender = replace(SENDER, address='"Matin, Le" <matin@news.example>')
    parsed = read(addressed(render(EDITIONS["fr"], templates), EDITIONS["fr"], sender=sender))
    assert [one.addr_spec for one in parsed["From"].addresses] == ["matin@news.example"]
    assert parsed["From"].addresses[0].display_name == "Matin, Le"


def illustrated(rendered: RenderedEdition) -> RenderedEdition:
    shown = (
        '<img src="cid:photo.1" alt="A quay" width="96" height="72">'
        '<img src="cid:logo@morning" alt="" width="40" height="40">'
    )
    html = rendered.html.replace("</h1>", f"</h1>{shown}", 1)
    return replace(rendered, html=html, pictures=(("photo.1", PHOTO), ("logo@morning", LOGO)))


def test_pictures_travel_beside_the_html_that_shows_them(templates: Templates) -> None:
    message = addressed(illustrated(render(EDITIONS["fr"], templates)), EDITIONS["fr"])
    text, related = read(message).iter_parts()
    html, photo, logo = related.iter_parts()
    assert [part.get_content_type() for part in (text, related, html, photo, logo)] == [
        "text/plain",
        "multipart/related",
        "text/html",
        "image/jpeg",
        "image/png",
    ]
    assert related.get_param("type") == "text/html"
    assert (photo["Content-ID"], logo["Content-ID"]) == ("<photo.1>", "<logo@morning>")
    assert (photo.get_filename(), logo.get_filename()) == ("photo.1.jpg", "logo.png")
    assert (photo.get_content_disposition(), logo.get_content_disposition()) == ("inline", "inline")
    assert (photo.get_content(), logo.get_content()) == (PHOTO.content, LOGO.content)
    assert defects(message) == []
    assert check_message(message) == ()


def test_pictures_are_written_in_lines_of_76_letters(templates: Templates) -> None:
    message = addressed(illustrated(render(EDITIONS["fr"], templates)), EDITIONS["fr"])
    written = re.findall(rb"Content-Disposition: inline; filename=\S+\r\n\r\n(.*?)\r\n--", message, flags=re.DOTALL)
    assert [b64decode(one) for one in written] == [PHOTO.content, LOGO.content]
    assert {len(line) for line in written[0].split(b"\r\n")[:-1]} == {76}


def test_without_pictures_the_mail_is_two_parts(templates: Templates) -> None:
    parsed = read(addressed(render(EDITIONS["fr"], templates), EDITIONS["fr"]))
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a>b", "a\r\nb", "é", "x" * 121])
def test_a_picture_whose_name_would_break_a_header_is_refused(name: str) -> None:
    with pytest.raises(RenderError, match=r"^Content-ID: "):
        prepared(replace(BARE, pictures=((name, PHOTO),)), EDITIONS["fr"])

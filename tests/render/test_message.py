from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from briefing.errors import RenderError
from briefing.model.settings import Look
from briefing.render.check import check_message
from briefing.render.clean import MARKER_HOST
from briefing.render.links import ReaderLinks, fill_html, fill_text
from briefing.render.message import make_message
from briefing.render.mjml import RenderedEdition, render_edition
from tests.render.samples import BUILT, LINKS, MAIL_ONLY, SENDER, english_morning, french_morning

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.model.edition import Edition
    from briefing.model.settings import Sender
    from briefing.render.templates import Templates

EDITIONS = {"fr": french_morning(), "en": english_morning()}


def render(edition: Edition, templates: Templates) -> RenderedEdition:
    return render_edition(edition, look=Look(), sender=SENDER, templates=templates)


def address(rendered: RenderedEdition, **changes: object) -> bytes:
    told: dict[str, object] = {
        "edition": EDITIONS["fr"],
        "sender": SENDER,
        "recipient": "lea@readers.example",
        "recipient_name": "Léa Ørn",
        "links": LINKS,
        "message_id": "<2026-11-22.3f9c2a7d@news.example>",
        "date": BUILT + timedelta(minutes=20),
        "list_id": "matin.news.example",
    }
    return make_message(rendered, **{**told, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_morning_looks_as_it_was_approved(
    language: str, templates: Templates, golden: Callable[[str, str], None]
) -> None:
    edition = EDITIONS[language]
    message = address(render(edition, templates), edition=edition)
    head = message.partition(b"\r\n\r\n")[0].decode("ascii")
    html, text = parts(message)
    golden(f"mail-{language}.headers", head.replace("\r\n", "\n") + "\n")
    golden(f"mail-{language}.html", html.replace("<p", "\n<p").replace("<table", "\n<table").replace("<h", "\n<h"))
    golden(f"mail-{language}.txt", text)


def parts(message: bytes) -> tuple[str, str]:
    parsed = message_from_bytes(message, policy=policy.default)
    html, text = parsed.get_body(("html",)), parsed.get_body(("plain",))
    assert html is not None
    assert text is not None
    return html.get_content().replace("\r\n", "\n"), text.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("links", [LINKS, MAIL_ONLY], ids=["pages", "mail only"])
def test_what_arrives_is_what_was_rendered_for_this_reader(
    language: str, links: ReaderLinks, templates: Templates
) -> None:
    edition = EDITIONS[language]
    rendered = render(edition, templates)
    message = address(rendered, edition=edition, links=links)
    html, text = parts(message)
    assert html.rstrip("\n") == fill_html(rendered.html, links)
    assert text.rstrip("\n") == fill_text(rendered.text, links).rstrip("\n")
    assert MARKER_HOST not in message.decode("ascii") + html + text
    assert check_message(message) == ()


def test_the_same_reader_gets_the_same_bytes_twice(templates: Templates) -> None:
    assert address(render(EDITIONS["fr"], templates)) == address(render(french_morning(), templates))


def test_every_header_stands_there_once_and_means_what_it_says(templates: Templates) -> None:
    parsed = message_from_bytes(address(render(EDITIONS["fr"], templates)), policy=policy.default)
    assert len(set(parsed.keys())) == len(parsed.keys())
    assert parsed["From"] == "Le Matin <matin@news.example>"
    assert parsed["To"] == "Léa Ørn <lea@readers.example>"
    assert parsed["Reply-To"] == "La rédaction <redaction@news.example>"
    assert parsed["Subject"] == "Le Matin\u00a0: Trois ports de la mer Noire rouvrent sous escorte"
    assert parsed["Date"].datetime == BUILT + timedelta(minutes=20)
    assert parsed["List-Unsubscribe"] == f"<{LINKS.unsubscribe}>, <{LINKS.unsubscribe_mail}>"
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["List-ID"] == '"Le Matin" <matin.news.example>'
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["Content-Language"] == "fr"


@pytest.mark.parametrize(
    ("unsubscribe", "posts"), [(None, 0), ("http://127.0.0.1:8025/u/x", 0), ("https://news.example/u/x", 1)]
)
def test_one_click_is_offered_only_over_https(unsubscribe: str | None, posts: int, templates: Templates) -> None:
    links = replace(LINKS, unsubscribe=unsubscribe)
    message = address(render(EDITIONS["fr"], templates), links=links)
    parsed = message_from_bytes(message, policy=policy.default)
    assert len(parsed.get_all("List-Unsubscribe-Post", [])) == posts
    assert links.unsubscribe_mail in parsed["List-Unsubscribe"]
    assert check_message(message) == ()


def test_a_briefing_without_a_reply_address_or_a_name_in_ascii_still_has_a_list(templates: Templates) -> None:
    edition = replace(EDITIONS["fr"], name="朝刊", language="x\r\ny")
    sender = replace(SENDER, reply_to=None)
    message = address(render(edition, templates), edition=edition, sender=sender, recipient_name=None)
    parsed = message_from_bytes(message, policy=policy.default)
    assert parsed["List-ID"] == "<matin.news.example>"
    assert parsed["Content-Language"] == "xy"
    assert parsed["To"] == "lea@readers.example"
    assert "Reply-To" not in parsed


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({"recipient": "nobody"}, "To"),
        ({"sender": replace(SENDER, address="Le Matin")}, "From"),
        ({"sender": replace(SENDER, reply_to="x")}, "Reply-To"),
        ({"message_id": "<a@b>\r\nX: y"}, "Message-ID"),
        ({"list_id": "a b\n"}, "List-ID"),
        ({"links": replace(LINKS, unsubscribe="https://a.example/é")}, "List-Unsubscribe"),
    ],
)
def test_what_cannot_stand_in_a_header_is_named(changes: dict[str, object], header: str, templates: Templates) -> None:
    rendered = RenderedEdition(subject="s", preheader="p", html="h", text="t")
    with pytest.raises(RenderError, match=f"^{header}: "):
        address(rendered, **changes)


def other_sender() -> Sender:
    return replace(SENDER, address='"Matin, Le" <matin@news.example>')


def test_a_sender_with_a_comma_keeps_one_address(templates: Templates) -> None:
    parsed = message_from_bytes(
        address(render(EDITIONS["fr"], templates), sender=other_sender()), policy=policy.default
    )
    assert [one.addr_spec for one in parsed["From"].addresses] == ["matin@news.example"]
    assert parsed["From"].addresses[0].display_name == "Matin, Le"

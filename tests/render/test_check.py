from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from briefing.model.settings import Look
from briefing.render.check import check_message
from briefing.render.message import make_message
from briefing.render.mjml import render_edition
from tests.render.samples import BUILT, LINKS, SENDER, french_morning

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.render.templates import Templates


@pytest.fixture(scope="module")
def good() -> bytes:
    from briefing.render.templates import load_templates  # noqa: PLC0415 - a module-scoped fixture of its own

    templates: Templates = load_templates()
    edition = french_morning()
    return make_message(
        render_edition(edition, look=Look(), sender=SENDER, templates=templates),
        edition=edition,
        sender=SENDER,
        recipient="lea@readers.example",
        recipient_name=None,
        links=LINKS,
        message_id="<1@news.example>",
        date=BUILT,
        list_id="matin.news.example",
    )


def swap(old: str, new: str, count: int = -1) -> Callable[[bytes], bytes]:
    def change(message: bytes) -> bytes:
        assert old.encode() in message
        return message.replace(old.encode(), new.encode(), count)

    return change


def drop(header: str) -> Callable[[bytes], bytes]:
    def change(message: bytes) -> bytes:
        shorter = re.sub(rb"(?m)^" + header.encode() + rb":.*\r\n(?:[ \t].*\r\n)*", b"", message)
        assert shorter != message
        return shorter

    return change


def inserted(markup: str) -> Callable[[bytes], bytes]:
    """Puts markup before the name of the briefing."""
    encoded = markup.replace("=", "=3D")
    return lambda message: re.sub(
        rb"(<h1)", f"=\r\n{encoded}=\r\n<h1".encode().replace(b"\\", b"\\\\"), message, count=1
    )


DEFECTS = [
    pytest.param(swap("\r\n", "\n", 1), "CRLF", id="bare newline"),
    pytest.param(swap("MIME-Version: 1.0", "X-Long: " + "x" * 1000 + "\r\nMIME-Version: 1.0"), "998", id="long line"),
    pytest.param(swap("auto-generated", "auto-généré"), "7-bit", id="raw 8-bit"),
    *(
        pytest.param(drop(name), f"{name} stands there 0 times", id=f"no {name}")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Unsubscribe", "List-ID")
    ),
    pytest.param(swap("Date: ", "Subject: again\r\nDate: "), "Subject stands there 2 times", id="second subject"),
    pytest.param(swap("Date: ", "Bcc: a@b.example\r\nBcc: c@d.example\r\nDate: "), "Bcc", id="two Bcc"),
    pytest.param(drop("List-Unsubscribe-Post"), "List-Unsubscribe-Post belongs", id="no one-click"),
    pytest.param(swap("multipart/alternative", "multipart/mixed\r\nX:"), "missing", id="no parts"),
    pytest.param(swap("text/plain", "text/x-plain"), "parts are", id="no plain text"),
    pytest.param(swap("To: lea@readers.example", "To: lea@@readers"), "not well-formed", id="broken address"),
    pytest.param(inserted('<p><a href="https://archive.briefing.invalid/">x</a></p>'), "marker", id="marker"),
    pytest.param(inserted('<p class="{{ name }}">x</p>'), "leftover", id="template leftover"),
    pytest.param(inserted("<mj-text>x</mj-text>"), "leftover", id="MJML leftover"),
    pytest.param(inserted('<p title="e\\u{301}">x</p>'), "leftover", id="Rust escape"),
    pytest.param(inserted("<h1>Two</h1>"), "2 h1", id="two h1"),
    pytest.param(inserted('<img src="https://a.example/x.png">'), "no alt", id="image without alt"),
    pytest.param(inserted("<script>x</script>"), "<script>", id="script"),
    pytest.param(inserted('<p onclick="x">x</p>'), "events", id="event"),
    pytest.param(inserted('<a href="javascript:x">x</a>'), "none that a mail may hold", id="scheme"),
    pytest.param(inserted('<a href="/x">x</a>'), "none that a mail may hold", id="relative link"),
    pytest.param(inserted('<a href="#nowhere">x</a>'), "leads nowhere", id="lost anchor"),
    pytest.param(inserted("x" * 95_000), "clip", id="too large"),
    pytest.param(swap('lang=3D"fr"', 'lung=3D"fr"'), "lacks lang", id="no lang"),
    pytest.param(swap('dir=3D"ltr"', 'dur=3D"ltr"'), "lacks lang or dir", id="no dir"),
    pytest.param(
        swap("<https://news.example/unsubscribe/3f9c2a7d51e84b06>", "<https://news.example/other>"),
        "does not show",
        id="no visible unsubscribe",
    ),
]


def test_a_good_message_may_go(good: bytes) -> None:
    assert check_message(good) == ()


@pytest.mark.parametrize(("spoil", "complaint"), DEFECTS)
def test_each_defect_is_caught_and_named(good: bytes, spoil: Callable[[bytes], bytes], complaint: str) -> None:
    problems = check_message(spoil(good))
    assert any(complaint in problem for problem in problems), problems


def test_an_image_with_an_alternative_may_go(good: bytes) -> None:
    assert check_message(inserted('<img src="cid:map" alt="A map">')(good)) == ()


def test_an_empty_page_and_an_empty_message_are_caught(good: bytes) -> None:
    head, boundary = good.partition(b"text/html")[0], re.findall(rb'boundary="([^"]+)"', good)[0]
    empty = head + b"text/html; charset=utf-8\r\n\r\n\r\n--" + boundary + b"--\r\n"
    assert "the HTML is empty" in check_message(empty)
    assert check_message(b"")

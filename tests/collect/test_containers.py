from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.collect.addresses import unwrapped
from briefing.collect.containers import is_container, open_container
from briefing.collect.documents import DocumentKind, Documents, read_document
from briefing.collect.newsletters import read_mail
from tests.collect.samples import NOW, PARAGRAPHS, page, saved

MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://harbour.example/ferry\r\n"
    "Subject: =?utf-8?Q?Ferry?=\r\nDate: Thu, 19 Nov 2026 20:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    "Content-Location: https://harbour.example/ferry\r\n\r\n{page}\r\n"
    "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
)


def mail(*, html: str | None = None, plain: str | None = None, **headers: str) -> bytes:
    message = EmailMessage()
    for name, value in {"Subject": "Soup", "From": "Harbour Letters <desk@harbour.example>", **headers}.items():
        message[name] = value
    message["Date"] = "Thu, 19 Nov 2026 20:00:00 +0100"
    if plain is not None:
        message.set_content(plain)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


class TestMhtml:
    def test_a_saved_page_keeps_its_address_and_the_moment_it_was_saved(self) -> None:
        reading = read_document(saved(MHTML.format(page=page()), name="ferry.mhtml"))
        (article,) = reading.articles
        assert reading.kind is DocumentKind.PAGE
        assert article.url == "https://harbour.example/ferry"
        assert article.text == "\n".join(PARAGRAPHS)
        assert article.captured_at == datetime(2026, 11, 19, 20, tzinfo=timezone(timedelta(hours=1)))
        assert not article.captured_assumed

    def test_without_a_date_the_files_own_is_kept(self) -> None:
        undated = MHTML.format(page=page()).replace("Date: Thu, 19 Nov 2026 20:00:00 +0100\r\n", "")
        (article,) = read_document(saved(undated)).articles
        assert (article.captured_at, article.captured_assumed) == (NOW, True)


class TestMail:
    def test_a_newsletter_is_one_article(self) -> None:
        html = (
            "<p>Dear reader,</p><table><tr><td>" + PARAGRAPHS[0] + "</td></tr></table><p>View this in your browser</p>"
            "<p>You are receiving this because you asked for it. Unsubscribe</p><p>Can’t see the pictures?</p>"
        )
        reading = read_document(saved(mail(html=html, plain="ignored")))
        (article,) = reading.articles
        assert reading.kind is DocumentKind.MAIL
        assert (article.title, article.source) == ("Soup", "Harbour Letters")
        assert article.text == "Dear reader,\n" + PARAGRAPHS[0]
        assert article.published.at == datetime(2026, 11, 19, 20, tzinfo=timezone(timedelta(hours=1)))

    def test_plain_text_keeps_its_angle_brackets(self) -> None:
        (article,) = read_document(saved(mail(plain="One <two> three.\n\nFour."))).articles
        assert article.text == "One <two> three.\nFour."

    @pytest.mark.parametrize("subject", ["Fwd: Re: Soup", "WG: Soup", "TR : Soup", "Soup"])
    def test_reply_marks_are_no_part_of_the_title(self, subject: str) -> None:
        (article,) = read_document(saved(mail(plain="Text of it.", Subject=subject))).articles
        assert article.title == "Soup"

    def test_a_sender_without_a_name_is_known_by_the_domain(self) -> None:
        envelope = open_container(mail(plain="x", From="desk@harbour.example"))
        assert envelope.sender == "harbour.example"

    def test_a_mail_without_text_gives_none(self) -> None:
        content = mail(plain="")
        assert read_mail(open_container(content), saved=saved(content)) is None

    def test_an_mbox_line_before_the_headers_does_not_matter(self) -> None:
        content = b"From desk Thu Nov 19 20:00:00 2026\n" + mail(plain="Text of it.")
        assert is_container(content)
        assert open_container(content).subject == "Soup"

    def test_broken_headers_do_not_stop_the_reader(self) -> None:
        broken = b"Subject: =?utf-8?B?!!!?=\nFrom: <<>@\nDate: someday\nMIME-Version: 1.0\n\nText of the mail."
        (article,) = Documents().read(saved(broken))
        assert article.text == "Text of the mail."
        assert article.published.at is None

    def test_a_charset_that_lies_is_not_believed(self) -> None:
        raw = (
            "Subject: Soup\nFrom: a@b.example\nContent-Type: text/plain; charset=us-ascii\n\nSuppe für Väter.".encode()
        )
        assert open_container(raw).plain == "Suppe für Väter."

    @pytest.mark.parametrize(
        "text",
        ["Subject: one line only\n\nText", "Note: this\nDate: that\n\nText", "<html>", ""],
        ids=["one header", "two", "html", "empty"],
    )
    def test_texts_that_merely_look_like_headers_are_no_mail(self, text: str) -> None:
        assert not is_container(text.encode())


ROW = (
    '<table><tr><td><h2><a href="{link}">{title}</a></h2></td></tr>'
    '<tr><td><p>{teaser}</p><a href="{link}">Read more</a></td></tr></table>'
)
STORIES = {
    "Ferry sails again after eleven days": "A borrowed ramp ends the waiting.",
    "Soup for forty lorry drivers": "The sailing club has a kitchen.",
    "A crane lifts the last cars aboard": "The crossing takes ten minutes longer.",
}
CODED = urlsafe_b64encode(b'{"e":"https://harbour.example/a"}').decode().strip("=")
TWICE = quote("https://c.example/?u=" + quote("https://harbour.example/a", safe=""), safe="")


def counted(target: str) -> str:
    return f"https://click.letters.example/t?u=9&amp;url={quote(target, safe='')}"


def digest(link: Callable[[str], str] = counted) -> bytes:
    rows = "".join(
        ROW.format(link=link(f"https://harbour.example/{n}"), title=title, teaser=teaser)
        for n, (title, teaser) in enumerate(STORIES.items())
    )
    foot = (
        '<p><a href="https://letters.example/u">Unsubscribe from this letter</a> at any time.</p><p>Harbour Quay 1</p>'
    )
    return mail(html=f"<p>Good morning, here is the news.</p>{rows}{foot}", plain="See the other part.")


class TestDigests:
    def test_each_linked_headline_is_an_article_with_its_teaser_and_its_own_address(self) -> None:
        reading = read_document(saved(digest()))
        assert [(a.title, a.excerpt, a.url) for a in reading.articles] == [
            (title, teaser, f"https://harbour.example/{n}") for n, (title, teaser) in enumerate(STORIES.items())
        ]
        assert {article.source for article in reading.articles} == {"Harbour Letters"}
        assert {article.published.at for article in reading.articles} == {
            datetime(2026, 11, 19, 20, tzinfo=timezone(timedelta(hours=1)))
        }

    def test_a_letter_with_links_in_its_sentences_is_one_article(self) -> None:
        prose = "".join(
            f'<p>{p} <a href="https://harbour.example/{n}">Here is what we know of it now</a>.</p>'
            for n, p in enumerate(PARAGRAPHS)
        )
        (article,) = read_document(saved(mail(html=prose))).articles
        assert article.title == "Soup"

    def test_a_plain_digest_is_read_by_its_blocks(self) -> None:
        blocks = "\n\n".join(
            f"{title}\n{teaser}\nhttps://harbour.example/{n}" for n, (title, teaser) in enumerate(STORIES.items())
        )
        reading = read_document(
            saved(mail(plain=f"Good morning.\n\n{blocks}\n\nUnsubscribe: https://letters.example/u"))
        )
        assert [(a.title, a.excerpt, a.url) for a in reading.articles] == [
            (title, teaser, f"https://harbour.example/{n}") for n, (title, teaser) in enumerate(STORIES.items())
        ]

    @pytest.mark.parametrize(
        ("link", "target"),
        [
            ("https://c.example/?url=https%3A%2F%2Fharbour.example%2Fa%3Fb%3D1", "https://harbour.example/a?b=1"),
            ("https://c.example/CL0/https:%2F%2Fharbour.example%2Fa/1/0102", "https://harbour.example/a"),
            (
                f"https://c.example/redirect/2/{CODED}",
                "https://harbour.example/a",
            ),
            (
                f"https://safe.example/?url={TWICE}",
                "https://harbour.example/a",
            ),
            (
                "https://c.example/track/click?u=1234567890abcdef1234567890&id=77",
                "https://c.example/track/click?u=1234567890abcdef1234567890&id=77",
            ),
            (
                "https://archive.example/web/2026/https://harbour.example/a",
                "https://archive.example/web/2026/https://harbour.example/a",
            ),
            ("https://harbour.example/a?next=/b", "https://harbour.example/a?next=/b"),
        ],
        ids=["parameter", "path", "base64", "twice", "closed", "archive", "own parameter"],
    )
    def test_a_counted_link_is_unwrapped_where_its_target_can_be_read(self, link: str, target: str) -> None:
        assert unwrapped(link) == target

    @given(st.text(max_size=80))
    def test_any_link_is_unwrapped_or_left(self, rest: str) -> None:
        assert unwrapped("https://c.example/" + rest).startswith("http")

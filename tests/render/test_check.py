from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from briefing.model.picture import PICTURE_BYTES, Picture
from briefing.model.settings import Look
from briefing.model.story import Area
from briefing.render.check import check_message
from briefing.render.mjml import RenderedEdition, render_edition
from briefing.render.templates import load_templates
from tests.render.samples import (
    DEPECHE,
    LINKS,
    SENDER,
    addressed,
    crowd,
    english_morning,
    french_morning,
    told,
    under,
)

PHOTO = Picture(content=b"\xff\xd8\xff" * 40, kind="image/jpeg", width=96, height=72)
SHOWN = '<img src="cid:photo" alt="A quay" width="96" height="72">'


@dataclass(frozen=True)
class Good:
    """A mail that may go, as it was rendered and as it is sent."""

    rendered: RenderedEdition

    @property
    def message(self) -> bytes:
        return addressed(self.rendered, french_morning())


@pytest.fixture(scope="module")
def good() -> Good:
    return Good(render_edition(french_morning(), look=Look(), sender=SENDER, templates=load_templates()))


Spoil = Callable[[Good], bytes]


def sent(old: str, new: str, count: int = -1) -> Spoil:
    """Changes the bytes on their way."""

    def spoil(good: Good) -> bytes:
        assert old.encode() in good.message
        return good.message.replace(old.encode(), new.encode(), count)

    return spoil


def without(header: str) -> Spoil:
    def spoil(good: Good) -> bytes:
        shorter = re.sub(rb"(?m)^" + header.encode() + rb":.*\r\n(?:[ \t].*\r\n)*", b"", good.message)
        assert shorter != good.message
        return shorter

    return spoil


def page(pattern: str, new: str, count: int = 1) -> Spoil:
    """Changes the HTML before it is sent."""

    def spoil(good: Good) -> bytes:
        html, changes = re.subn(pattern, lambda _: new, good.rendered.html, count=count)
        assert changes
        return Good(replace(good.rendered, html=html)).message

    return spoil


def inserted(markup: str, text: str = "") -> Spoil:
    """Puts markup behind the name of the briefing, and a line at the head of the text part."""

    def spoil(good: Good) -> bytes:
        html = good.rendered.html.replace("</h1>", f"</h1>{markup}", 1)
        return Good(replace(good.rendered, html=html, text=text + good.rendered.text)).message

    return spoil


def styled(css: str) -> Spoil:
    return page("</style>", f"{css}</style>")


def text(pattern: str, new: str) -> Spoil:
    def spoil(good: Good) -> bytes:
        changed = re.sub(pattern, lambda _: new, good.rendered.text)
        assert changed != good.rendered.text
        return Good(replace(good.rendered, text=changed)).message

    return spoil


def subject(words: str) -> Spoil:
    return lambda good: Good(replace(good.rendered, subject=words)).message


def pictured(markup: str = SHOWN, **pictures: Picture) -> Spoil:
    def spoil(good: Good) -> bytes:
        html = good.rendered.html.replace("</h1>", f"</h1>{markup}", 1)
        return Good(replace(good.rendered, html=html, pictures=tuple(pictures.items()))).message

    return spoil


def after(first: Spoil, old: str, new: str) -> Spoil:
    """Changes the bytes of a mail that was changed before."""

    def spoil(good: Good) -> bytes:
        message = first(good)
        assert old.encode() in message
        return message.replace(old.encode(), new.encode(), 1)

    return spoil


WORD = "=?utf-8?q?" + "x" * 70 + "?="
PREHEADER = r'(?<=overflow:hidden">)[^<]*'

LINES = [
    pytest.param(sent("\r\n", "\n", 1), "a line does not end with CRLF", id="bare newline"),
    pytest.param(sent("MIME-Version:", "X-Long: " + "x" * 1000 + "\r\nMIME-Version:"), "998 is the most", id="line"),
    pytest.param(sent("Date: ", "X-Odd: é\r\nDate: "), "not 7-bit text", id="raw 8-bit"),
    pytest.param(sent("Date: ", f"X-Odd: {WORD}\r\nDate: "), "has 82 bytes, over 75", id="long encoded word"),
    pytest.param(sent("Date: ", "X-Odd: =?utf-8?b?4p?=\r\nDate: "), "cannot be read", id="broken encoded word"),
    pytest.param(sent("Date: ", "X-Odd: =?utf-8?q?=E9?=\r\nDate: "), "cannot be read", id="encoded word not UTF-8"),
    pytest.param(sent("\r\n\r\n--", "\r\n\r\n" + ("x" * 900 + "\r\n") * 3400 + "--", 1), "over 3,000,000", id="heavy"),
]
HEADERS = [
    *(
        pytest.param(without(name), f"{name} stands there 0 times", id=f"no {name}")
        for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-ID", "Auto-Submitted")
    ),
    pytest.param(without("MIME-Version"), "MIME-Version stands there 0 times", id="no MIME-Version"),
    pytest.param(sent("Date: ", "Subject: again\r\nDate: "), "Subject stands there 2 times", id="second subject"),
    pytest.param(sent("Date: ", "Bcc: a@b.example\r\nBcc: c@d.example\r\nDate: "), "Bcc stands", id="two Bcc"),
    pytest.param(sent("Date: Sun, 22 Nov 2026 06:00:00 +0000", "Date: soon"), "names no moment", id="no date"),
    pytest.param(sent("06:00:00 +0000", "06:00:00 -0000"), "names no moment", id="no zone"),
    pytest.param(subject(""), "the subject has 0 characters", id="no words in the subject"),
    pytest.param(subject("x" * 79), "the subject has 79 characters", id="long subject"),
    pytest.param(sent("To: =?", "To: @@ =?"), "not well-formed", id="broken address"),
    pytest.param(without("List-Unsubscribe-Post"), "List-Unsubscribe-Post belongs", id="no one-click"),
    pytest.param(
        sent("<https://news.example/unsubscribe/", "<http://news.example/unsubscribe/"),
        "List-Unsubscribe-Post belongs",
        id="one-click without https",
    ),
    pytest.param(sent("=One-Click", "=Yes"), "does not say List-Unsubscribe=One-Click", id="odd one-click"),
    pytest.param(sent("\r\n <mailto:leave", "\r\n mailto:leave"), "no addresses in angle brackets", id="bare address"),
    pytest.param(sent("<matin.news.example>", "matin"), "List-ID has no <label.domain>", id="list without a domain"),
    pytest.param(sent("Feedback-ID: 2026", "Feedback-ID: 1:2026"), "Feedback-ID is no edition:", id="five names"),
    pytest.param(sent(":matin:281808bf264b", ":matin:"), "Feedback-ID is no edition:", id="feedback to nobody"),
    pytest.param(sent("Date: ", "Feedback-ID: a:b:c:sender\r\nDate: "), "Feedback-ID stands", id="two Feedback-ID"),
    pytest.param(sent("auto-generated", "no"), "does not say auto-generated", id="not automatic"),
]
PARTS = [
    pytest.param(sent("multipart/alternative", "multipart/mixed"), "parts are missing", id="not alternative"),
    pytest.param(sent("text/plain", "text/x-plain"), "parts are text/x-plain, text/html", id="no plain text"),
    pytest.param(sent("text/html;", "text/calendar;"), "parts are text/plain, text/calendar", id="no HTML"),
    pytest.param(sent("charset=utf-8", "charset=latin-1", 1), "text/plain is in latin-1", id="another charset"),
    pytest.param(sent("; charset=utf-8", "", 1), "text/plain is in no charset", id="no charset"),
    pytest.param(sent("=C3=A9", "=E9", 20), "text/plain is not the UTF-8", id="broken UTF-8"),
    pytest.param(sent("quoted-printable", "base64", 1), "text/plain is not the UTF-8", id="another encoding"),
    pytest.param(sent('\r\n boundary="=_', '\r\n boundary="=-'), "not well-formed", id="lost boundary"),
]
FRAME = [
    pytest.param(page(r' lang="fr"', ""), "<html> lacks lang or dir", id="no lang"),
    pytest.param(page(r' dir="ltr"', ""), "<html> lacks lang or dir", id="no dir"),
    pytest.param(page("</body>", "<p>Bye</p></body>"), "<p> lacks lang or dir", id="a child of the body without"),
    pytest.param(page(r"<title>[^<]*</title>", "<title> </title>"), "has no title", id="no title"),
    pytest.param(page(r'<meta name="viewport"[^>]*>', ""), "the viewport is not set", id="no viewport"),
    pytest.param(page(r"initial-scale=1", "maximum-scale=1"), "must be able to zoom", id="no zoom"),
    pytest.param(page(r"initial-scale=1", "user-scalable=no"), "must be able to zoom", id="zoom forbidden"),
    pytest.param(page('name="color-scheme"', 'name="x"'), "element color-scheme does not", id="no color scheme"),
    pytest.param(
        page('name="supported-color-schemes"', 'name="x"'), "supported-color-schemes does not", id="no other scheme"
    ),
    pytest.param(page(PREHEADER, "Short"), "the preheader has 5 characters", id="short preheader"),
    pytest.param(page(PREHEADER, "Long words " * 13), "the preheader has 142 characters", id="long preheader"),
    pytest.param(page(r"display:none;max-height:0;overflow:hidden", ""), "has 0 characters", id="no preheader"),
    pytest.param(inserted("x" * 95_000), "Gmail would clip it", id="too large"),
    pytest.param(inserted("a\x0bb"), "control character U+000B", id="control character"),
    pytest.param(inserted("a\u202eb"), "control character U+202E", id="text turned around"),
    pytest.param(page("^(?s:.*)$", ""), "the HTML is empty", id="empty page"),
    pytest.param(page("^(?s:.*)$", "<!-- -->"), "the HTML is empty", id="nothing but a comment"),
    pytest.param(page("^(?s:.*)$", "<title>Le Matin</title>"), "the HTML is empty", id="a head alone"),
    pytest.param(page("^(?s:.*)$", "<p> </p>"), "the preheader has 0 characters", id="nothing to read"),
]
HEADINGS = [
    pytest.param(inserted("<h1>Le Matin</h1>"), "there are 2 h1 headings", id="two h1"),
    pytest.param(page("(?s)<h1.*?</h1>", ""), "there are 0 h1 headings", id="no h1"),
    pytest.param(inserted("<h3>Trois ports</h3>"), "a level is skipped", id="skipped level"),
    pytest.param(inserted("<h2> \u200b</h2>"), "an <h2> heading is empty", id="empty heading"),
]
TABLES = [
    pytest.param(inserted("<table><tr><td>x</td></tr></table>"), "lacks role=presentation", id="layout table"),
    pytest.param(inserted('<p id="s1">x</p><p id="s1">y</p>'), "the id 's1' stands there", id="two of an id"),
]
IMAGES = [
    pytest.param(pictured(SHOWN.replace(' alt="A quay"', ""), photo=PHOTO), "cid:photo has no alt", id="no alt"),
    pytest.param(
        pictured(SHOWN.replace("A quay", "img_1.jpg"), photo=PHOTO),
        "is called by a file name, img_1.jpg",
        id="file name",
    ),
    pytest.param(pictured(SHOWN.replace(' width="96"', ""), photo=PHOTO), "no width and height", id="no width"),
    pytest.param(pictured(SHOWN.replace('"72"', '"auto"'), photo=PHOTO), "no width and height", id="odd height"),
    pytest.param(pictured(SHOWN.replace('"72"', '"1"'), photo=PHOTO), "no width and height", id="one pixel high"),
    pytest.param(pictured(), "cid:photo has no part", id="no picture"),
    pytest.param(pictured("", photo=PHOTO), "the picture photo is shown nowhere", id="a picture too many"),
    pytest.param(
        inserted(SHOWN.replace("cid:photo", "https://a.example/x.png")), "x.png is not in the mail", id="remote image"
    ),
    pytest.param(
        pictured(photo=replace(PHOTO, content=b"x" * (PICTURE_BYTES + 1))), "has 25,001 bytes", id="heavy picture"
    ),
    pytest.param(pictured(photo=replace(PHOTO, kind="image/svg+xml")), "not a JPEG or PNG", id="drawing"),
    pytest.param(after(pictured(photo=PHOTO), "inline;", "attachment;"), "photo is not inline", id="attachment"),
    pytest.param(
        after(pictured("", photo=PHOTO), "Content-ID: <photo>\r\n", ""),
        "has no Content-ID",
        id="picture without a name",
    ),
]
BEHAVIOUR = [
    *(
        pytest.param(inserted(f"<{tag}>x</{tag}>"), f"<{tag}> is not for mail", id=tag)
        for tag in ("script", "iframe", "form", "svg", "video", "object")
    ),
    pytest.param(page("<title>", '<link rel="stylesheet"><title>'), "<link> is not for mail", id="style sheet"),
    pytest.param(page("<title>", '<meta http-equiv="Refresh"><title>'), "<meta> is not for mail", id="refresh"),
    pytest.param(inserted('<p onclick="x">x</p>'), "<p> listens to events: onclick", id="event"),
    pytest.param(inserted('<p background="https://a.example/x">x</p>'), "<p> fetches its background", id="background"),
    pytest.param(
        pictured(SHOWN.replace(" alt", ' srcset="x.png 2x" alt'), photo=PHOTO), "<img> fetches its srcset", id="srcset"
    ),
    pytest.param(inserted('<!--[if mso]><v:fill src="https://a.example/x"><![endif]-->'), "for Outlook", id="comment"),
]
STYLES = [
    pytest.param(styled("." + "x" * 8192 + "{}"), "over 8,192", id="large style"),
    pytest.param(styled("@media print{@media screen{p{}}}"), "an @ rule inside another", id="nested rules"),
    pytest.param(styled("@media print{p{}@font-face{}}"), "an @ rule inside another", id="nested after a rule"),
    pytest.param(page(r"prefers-color-scheme:dark", "min-width:1px"), "no style is for dark mode", id="no dark mode"),
    pytest.param(styled("@import 'x';"), "a style holds @import", id="import"),
    pytest.param(styled("@font-face{font-family:x}"), "a style holds @font-face", id="font"),
    pytest.param(styled("p{color:{{ light.ink }}}"), "a style holds {{", id="leftover in a style"),
    pytest.param(styled("p{background:url('//a.example/x')}"), "a style fetches //a.example/x", id="remote style"),
    pytest.param(inserted('<p style="width:expression(1)">x</p>'), "a style holds expression(", id="expression"),
    pytest.param(
        inserted('<p style="background:url(javascript:x)">x</p>'), "a style holds javascript:", id="script in a style"
    ),
]
LINKED = [
    pytest.param(inserted('<a href="javascript:x">Leave</a>'), "none that a mail may hold", id="scheme"),
    pytest.param(inserted('<a href="/x">Leave</a>'), "none that a mail may hold", id="relative link"),
    pytest.param(inserted('<a href="">Leave</a>'), "none that a mail may hold", id="empty link"),
    pytest.param(inserted('<a href="https:">Leave</a>'), "none that a mail may hold", id="a scheme alone"),
    pytest.param(inserted('<a href="mailto:a b">Leave</a>'), "none that a mail may hold", id="a space in a link"),
    pytest.param(inserted('<a href="#nowhere">Leave</a>'), "#nowhere leads nowhere", id="lost anchor"),
    pytest.param(inserted('<p id="x"><a href="#x"> </a></p>'), "the link #x has no text", id="link without text"),
    pytest.param(inserted('<p id="x"><a href="#x">Read more »</a></p>'), "is only called", id="vague link"),
    pytest.param(inserted('<p id="x"><a href="#x">ici</a></p>'), "is only called 'ici'", id="vague French link"),
    pytest.param(
        page(r'style="([^"]*)" href="https://unsubscribe', 'style="display:none" href="https://unsubscribe'),
        "the HTML does not show the link that unsubscribes",
        id="hidden way out",
    ),
    pytest.param(
        sent("<https://news.example/unsubscribe/3f9c2a7d51e84b06>", "<https://news.example/other>"),
        "the HTML does not show the link that unsubscribes",
        id="another way out",
    ),
]
LEFTOVERS = [
    pytest.param(inserted("briefing.invalid"), "still holds a marker", id="marker"),
    pytest.param(inserted('<p class="{{ name }}">x</p>'), "leftover of its making: {{", id="template in a tag"),
    pytest.param(inserted("<p>{% endfor %}</p>"), "leftover of its making: {%", id="template in the words"),
    pytest.param(inserted("<mj-text>x</mj-text>"), "leftover of its making: <mj-text", id="MJML"),
    pytest.param(inserted("<p>&lt;/mj-text&gt;</p>"), "leftover of its making: </mj-text", id="escaped MJML"),
    pytest.param(inserted('<p title="e\\u{301}">x</p>'), r"leftover of its making: \u{301}", id="escaped accent"),
    pytest.param(inserted('<p title="a\\nb">x</p>'), r"leftover of its making: \n", id="escaped line break"),
    pytest.param(inserted('<p title="a\\" b="">x</p>'), r"leftover of its making: \"", id="escaped quote"),
]
TEXT = [
    pytest.param(text(r"(?s)^.*$", " \n"), "the text part is empty", id="no text"),
    pytest.param(text("Bruxelles chiffre son plan", "Bruxelles"), "does not say 'Bruxelles chiffre", id="headline"),
    pytest.param(text("(?m)^.*Lisbonne.*$", ""), "does not say 'Le marathon de Lisbonne", id="a headline in a line"),
    pytest.param(
        text("https://echo.example/2026/11/22/le-train-de-nuit", ""),
        "the text lacks the address https://echo.example/",
        id="address",
    ),
    pytest.param(text(r"^", "x" * 79 + "\n"), "has 79 columns, over 78", id="wide line"),
    pytest.param(text(r"^", "<b>Le Matin</b>\n"), "the text holds markup: <b>", id="markup"),
    pytest.param(text(r"^", "Cie &amp; Cie\n"), "the text holds markup: &amp;", id="entity"),
    pytest.param(text(r"^", "{{ name }}\n"), "the text holds a leftover of its making: {{", id="template in the text"),
    pytest.param(text(r"^", "briefing.invalid\n"), "the text still holds a marker", id="marker in the text"),
    pytest.param(text(r"^", "a\x1bb\n"), "the text holds the control character U+001B", id="control in the text"),
    pytest.param(
        text(r"https://unsubscribe\S+", ""), "the text does not show the address that unsubscribes", id="no way out"
    ),
]


def test_a_good_message_may_go(good: Good) -> None:
    assert check_message(good.message) == ()
    assert check_message(pictured(photo=PHOTO)(good)) == ()


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        *(LINES + HEADERS + PARTS + FRAME + HEADINGS + TABLES),
        *(IMAGES + BEHAVIOUR + STYLES + LINKED + LEFTOVERS + TEXT),
    ],
)
def test_each_defect_is_caught_and_named(good: Good, spoil: Spoil, complaint: str) -> None:
    problems = check_message(spoil(good))
    assert any(complaint in problem for problem in problems), problems
    assert all(len(problem) <= 200 and "\n" not in problem for problem in problems)


def test_a_preheader_that_repeats_the_subject_is_caught(good: Good) -> None:
    words = "Le Matin du dimanche 22 novembre, en huit sujets"
    html = re.sub(PREHEADER, words, good.rendered.html, count=1)
    spoilt = Good(replace(good.rendered, subject=words, html=html))
    assert check_message(spoilt.message) == ("the preheader repeats the subject",)


def test_the_same_complaint_is_made_once(good: Good) -> None:
    table = "<table><tr><td>x</td></tr></table>"
    assert check_message(inserted(table * 3)(good)) == ("a layout table lacks role=presentation",)


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("<p>How to write {{ name }} in a template</p>", "How to write {{ name }} in a template\n"),
        ("<p>What &lt;/mj-text&gt; closes</p>", "What </mj-text>\ncloses\n"),
        ("<p>Why AT&amp;amp;T and &lt;b&gt;</p>", "Why AT&amp;T and <b>\n"),
        ('<p><a href="https://this.example/">This</a></p>', "This\n  https://this.example/\n"),
    ],
    ids=["a template", "MJML", "markup", "an outlet with a vague name"],
)
def test_what_strangers_write_to_be_read_holds_no_edition(good: Good, markup: str, line: str) -> None:
    assert check_message(inserted(markup, line)(good)) == ()


def test_what_reads_like_a_leftover_may_stand_in_a_sheet_or_a_data_table(good: Good) -> None:
    assert check_message(styled("/* @ @ { */ @media print{p:after{content:'@'}}")(good)) == ()
    assert check_message(inserted("<table><tr><th>Ville</th></tr></table>")(good)) == ()
    assert check_message(inserted('<a id="x"></a><a href="#x">Le Matin</a>')(good)) == ()


def test_a_heading_may_be_a_picture_with_a_name(good: Good) -> None:
    spoilt = pictured(f"<h2>{SHOWN.replace('A quay', 'Le Matin')}</h2>", photo=PHOTO)
    assert check_message(spoilt(good)) == ()


def test_a_right_to_left_mail_runs_from_right_to_left() -> None:
    edition = replace(french_morning(), language="ar", name="الصباح")
    rendered = render_edition(edition, look=Look(), sender=SENDER, templates=load_templates())
    assert check_message(addressed(rendered, edition)) == ()
    for markup, complaint in (
        ('<p style="direction:ltr">x</p>', "a style in a right-to-left mail says direction:ltr"),
        ('<p align="Left">x</p>', "something in a right-to-left mail is aligned to the left"),
    ):
        turned = replace(rendered, html=rendered.html.replace("</h1>", f"</h1>{markup}", 1))
        assert complaint in check_message(addressed(turned, edition))


def test_an_empty_message_is_caught() -> None:
    assert check_message(b"")


@pytest.mark.parametrize("stories", [1, 40, 150])
def test_a_mail_of_any_length_may_go(stories: int) -> None:
    edition = crowd(stories)
    rendered = render_edition(edition, look=Look(), sender=SENDER, templates=load_templates())
    assert check_message(addressed(rendered, edition)) == ()


def test_a_mail_in_several_scripts_may_go() -> None:
    edition = english_morning()
    rendered = render_edition(edition, look=Look(), sender=SENDER, templates=load_templates())
    assert check_message(addressed(rendered, edition)) == ()


def test_a_headline_as_vague_as_a_link_may_go() -> None:
    edition = replace(french_morning(), sections=(under(Area.EUROPE, told("Here", "So it is.", by=(DEPECHE,))),))
    rendered = render_edition(edition, look=Look(), sender=SENDER, templates=load_templates())
    assert check_message(addressed(rendered, edition, links=LINKS)) == ()

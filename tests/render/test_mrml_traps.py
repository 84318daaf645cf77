"""Each fault of the MRML we ship with, twice: MRML has it (so that we notice when it is mended), our mail has not.

The tests called `test_mrml_…` hand MJML to MRML itself. Where one of them fails after an upgrade, its workaround in
briefing/render/ can go; where its neighbour fails, a workaround was lost.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mjml import mjml2html

from benchmarks.email.mornings import invent_morning
from briefing.errors import RenderError
from briefing.model.edition import Edition
from briefing.model.settings import Look, Sender
from briefing.model.story import Story
from briefing.render.clean import attribute, clean, safe_link
from briefing.render.mjml import RenderedEdition, render_edition, set_mjml
from briefing.render.nesting import DEEPEST, nesting_of, refuse_deep_nesting
from briefing.render.setting import Setter
from briefing.render.sheet import make_sheet
from briefing.render.words import words_in
from tests import make
from tests.render.samples import SENDER

if TYPE_CHECKING:
    from briefing.render.templates import Templates

#: Not one of those that an attribute cannot hold, and not one that HTML itself reads as another.
ESCAPED = {
    "combining mark": "e\u0301",
    "virama and vowel sign": "क्षि",
    "vowelled Arabic": "مَرْفَأ",
    "joiner": "👩\u200d👧",
    "no-break space": "14\u00a0%",
    "soft hyphen": "a\u00adb",
    "right-to-left mark": "a\u200fb",
    "line break": "a\nb",
    "tab": "a\tb",
    "backslash": "a\\b",
}
CONTROLS = {f"U+{ord(char):04X}": char for char in "\x00\x01\x08\x0b\x0c\x0e\x1b\x1f\ufffe\uffff"}
MARKUP = {
    "less-than": "4 < 5",
    "paragraph left open": "<p>open",
    "element left open": "<b>open",
    "attribute without quotes": "<a href=x>y</a>",
    "CDATA": "<![CDATA[x]]>",
    "document type": "<!DOCTYPE html>",
    "XML declaration": "<?xml version='1.0'?>",
    "end of CDATA": "]]>",
}


def mrml(body: str, *, head: str = "", attributes: str = "") -> str:
    """What MRML makes of MJML, with nothing of ours around it."""
    column = f"<mj-section><mj-column>{body}</mj-column></mj-section>"
    source = f"<mjml{attributes}><mj-head>{head}</mj-head><mj-body>{column}</mj-body></mjml>"
    html: str = mjml2html(source, fonts={})
    return html


def tree(html: str) -> Element:
    root: Element = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    return root


def seen(html: str) -> list[tuple[str, list[tuple[str, str]], list[str], list[str]]]:
    """Every element with its attributes and texts, whatever white space was between them."""
    return [(e.tag, sorted(e.items()), (e.text or "").split(), (e.tail or "").split()) for e in tree(html).iter()]


def first(html: str, tag: str) -> Element:
    return next(tree(html).iter(tag))


def render(edition: Edition, templates: Templates, look: Look | None = None) -> RenderedEdition:
    return render_edition(edition, look=look or Look(), sender=SENDER, templates=templates)


def full_mail(templates: Templates, frame: str = "fr") -> str:
    """A mail of everything there is, pictures too."""
    return render(invent_morning(40, frame, with_pictures=True), templates, Look(images="all")).html


def named(name: str) -> Edition:
    """A briefing of that name: it stands in an attribute (aria-label) that MRML makes of the title."""
    return make.edition(name=name)


def headed(title: str, **fields: object) -> Story:
    return make.story(replace(make.article(), title=title, **fields))  # type: ignore[arg-type]


def label_of(html: str) -> str:
    return next(div.get("aria-label", "") for div in tree(html).iter("div") if div.get("aria-label"))


def code(body: str) -> int:
    """The exit status of another process that renders with the stack of a small thread: macOS gives 512 KiB."""
    program = (
        "import resource, threading\n"
        "from mjml import mjml2html\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        "threading.stack_size(512 * 1024)\n"
        f"source = '<mjml><mj-body>' + {body} + '</mj-body></mjml>'\n"
        "thread = threading.Thread(target=mjml2html, args=(source,))\n"
        "thread.start()\nthread.join()\n"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode


# 1. Attributes are written with Rust's {:?}.


@pytest.mark.parametrize("text", ESCAPED.values(), ids=ESCAPED)
@pytest.mark.parametrize("image", ['<mj-text><img src="x" alt="{}" /></mj-text>', '<mj-image src="x" alt="{}" />'])
def test_mrml_writes_rust_escapes_into_attributes(image: str, text: str) -> None:
    assert "\\" in first(mrml(image.format(text)), "img").get("alt", "").replace(text, "")


@pytest.mark.parametrize("text", ESCAPED.values(), ids=ESCAPED)
def test_mrml_leaves_the_same_text_alone_between_tags(text: str) -> None:
    assert text in mrml(f"<mj-text>{text}</mj-text>")


@pytest.mark.parametrize("text", ESCAPED.values(), ids=ESCAPED)
def test_our_attributes_reach_the_reader_unchanged(text: str) -> None:
    html = mrml(f'<mj-text><img src="x" alt="{attribute(text)}" /></mj-text>')
    assert first(html, "img").get("alt") == text


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40))
def test_whatever_is_clean_passes_through_an_attribute(text: str) -> None:
    html = mrml(f'<mj-text><a title="{attribute(clean(text))}">x</a></mj-text>')
    assert first(html, "a").get("title") == clean(text)


@pytest.mark.parametrize("text", ESCAPED.values(), ids=ESCAPED)
def test_a_briefings_name_reaches_the_label_that_mrml_makes_of_the_title(text: str, templates: Templates) -> None:
    assert label_of(render(named(f"Post {text}"), templates).html).startswith(clean(f"Post {text}"))


def test_an_address_of_another_script_is_the_publishers_own(templates: Templates) -> None:
    address = "https://a.example/क्षि/مَرْفَأ?q=e\u0301&x=1\u00a0%"
    html = render(make.edition(headed("Ferries", url=address)), templates).html
    assert safe_link(address) in {a.get("href") for a in tree(html).iter("a")}


def test_the_name_of_an_outlet_reaches_the_pictures_description(templates: Templates) -> None:
    edition = invent_morning(8, "hi", with_pictures=True)
    html = render(edition, templates, Look(images="all")).html
    assert {image.get("alt") for image in tree(html).iter("img")} - {None, ""}
    assert re.findall(r"\\u\{|\\[nt\"]", html) == []


# …and a quotation mark leaves its attribute.


def test_mrml_lets_a_quotation_mark_out_of_an_attribute() -> None:
    link = first(mrml("""<mj-text><a title='x" onclick="y'>z</a></mj-text>"""), "a")
    assert "onclick" in link.attrib


def test_mrml_lets_a_quotation_mark_out_of_the_title() -> None:
    html = mrml("<mj-text>x</mj-text>", head='<mj-title>x" onclick="y</mj-title>')
    assert any("onclick" in div.attrib for div in tree(html).iter("div"))


@pytest.mark.parametrize("text", ['x" onclick="y', "x' onclick='y", 'x\\" onclick=\\"y'])
def test_no_text_leaves_its_attribute_in_our_mail(text: str, templates: Templates) -> None:
    story = headed(text, source=text, url=f"https://a.example/{text}", language=text)
    html = render(replace(make.edition(story), name=text), templates, Look(font=text)).html
    assert [name for element in tree(html).iter() for name in element.attrib if name.startswith("on")] == []
    assert label_of(html).startswith(text)


# 2. One control character refuses the whole mail, and so does one stray bit of markup.


@pytest.mark.parametrize("char", CONTROLS.values(), ids=CONTROLS)
def test_mrml_refuses_a_mail_for_one_control_character(char: str) -> None:
    with pytest.raises(ValueError, match="unable to parse"):
        mrml(f"<mj-text>a{char}b</mj-text>")


def test_mrml_refuses_a_mail_for_half_a_surrogate_pair() -> None:
    with pytest.raises(UnicodeEncodeError):
        mrml("<mj-text>\ud83d</mj-text>")


@pytest.mark.parametrize("char", [*CONTROLS.values(), "\ud83d"], ids=[*CONTROLS, "half a pair"])
def test_our_mail_is_sent_without_the_character(char: str, templates: Templates) -> None:
    story = headed(f"Ferries{char} return", source=f"Po{char}st", text=f"A{char}B.", url=f"https://a.example/{char}")
    html = render(replace(make.edition(story), name=f"The {char}Morning"), templates).html
    assert "Ferries return" in html
    assert char not in html


@pytest.mark.parametrize("text", MARKUP.values(), ids=MARKUP)
def test_mrml_refuses_markup_that_browsers_would_mend(text: str) -> None:
    with pytest.raises(ValueError, match="root template"):
        mrml(f"<mj-text>{text}</mj-text>")


@pytest.mark.parametrize("before", ["<!DOCTYPE html>", "<?xml version='1.0'?>"])
def test_mrml_refuses_what_may_stand_before_a_document(before: str) -> None:
    with pytest.raises(ValueError, match="unexpected token"):
        mjml2html(f"{before}<mjml><mj-body></mj-body></mjml>")


@pytest.mark.parametrize("text", MARKUP.values(), ids=MARKUP)
def test_our_mail_shows_markup_as_the_text_it_is(text: str, templates: Templates) -> None:
    html = render(replace(make.edition(headed(text, source=text)), name=text), templates).html
    page = tree(html)
    assert ["".join(title.itertext()) for title in (*page.iter("h3"), *page.iter("h1"))] == [text, text]


# 3. Nesting ends the process; no exception can be caught.

WRAPPERS = "'<mj-wrapper>' * {0} + '<mj-section><mj-column/></mj-section>' + '</mj-wrapper>' * {0}"
DIVS = "'<mj-raw>' + '<div>' * {0} + '</div>' * {0} + '</mj-raw>'"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are counted otherwise there")
@pytest.mark.parametrize(("body", "depth"), [(WRAPPERS, 2_000), (DIVS, 12_800)], ids=["wrappers", "divs"])
def test_mrml_ends_the_process_for_deep_nesting(body: str, depth: int) -> None:
    assert code(body.format(depth)) < 0


@pytest.mark.parametrize("body", [WRAPPERS, DIVS], ids=["wrappers", "divs"])
def test_mrml_survives_what_we_let_through_even_on_a_small_stack(body: str) -> None:
    assert code(body.format(DEEPEST)) == 0


def test_no_story_nests_anything(templates: Templates) -> None:
    deep = "<div>" * 20_000
    story = headed(deep, source=deep, text=deep, excerpt=deep, url=f"https://a.example/{deep}")
    html = render(replace(make.edition(story), name=deep), templates).html
    assert nesting_of(html) <= nesting_of(render(make.edition(), templates).html)


@pytest.mark.parametrize("frame", ["fr", "ar"])
def test_the_shipped_templates_nest_far_less_deep_than_may_be(frame: str, templates: Templates) -> None:
    words, look = words_in(frame, templates), Look(images="all", density="compact")
    sheet = make_sheet(invent_morning(40, frame, with_pictures=True), look=look, sender=SENDER, words=words)
    assert nesting_of(set_mjml(sheet, Setter(look=look, words=words, templates=templates))) < DEEPEST / 2


@pytest.mark.parametrize("frame", ["fr", "ar", "hi", "ja"])
def test_what_passes_mrml_by_looks_as_if_it_had_not(frame: str, templates: Templates) -> None:
    edition = invent_morning(40, frame, with_pictures=True)
    passed_by = render(edition, templates, Look(images="all")).html
    all_through = render(edition, replace(templates, are_shipped=False), Look(images="all")).html
    assert passed_by != all_through
    assert seen(passed_by) == seen(all_through)


@pytest.mark.parametrize("nested", ["<mj-wrapper>", "<div>"])
def test_a_template_that_nests_too_deep_is_refused_by_name(nested: str, templates: Templates) -> None:
    deep = nested * 2_000 + nested.replace("<", "</") * 2_000
    own = dict(templates.sources) | {"footer.mjml.j2": deep}
    with pytest.raises(RenderError, match=r"edition\.mjml\.j2.*nests 20\d\d tags"):
        render(make.edition(), replace(templates, sources=tuple(own.items()), are_shipped=False))


@pytest.mark.parametrize(
    ("source", "depth"),
    [
        ("", 0),
        ("no tag, 4 < 5 > 3", 0),
        ("<a><b></b><b></b></a>", 2),
        ("<a/><a /><b c='d'/>", 0),
        ("<p>one<br>two<img src='x'>three<hr/></p>", 1),
        ("<a href='>'><b title=\"<c><d>\"></b></a>", 2),
        ("<!-- <a><a><a> --><b></b>", 1),
        ("<!--[if mso]><table><tr><![endif]--><i></i><!--[if mso]></tr></table><![endif]-->", 3),
        ("</a></a></a><b></b>", 1),
        ("<!-- never closed <a><a>", 0),
        ('<a "<b><c>', 2),
    ],
)
def test_nesting_counts_the_tags_that_stand_open(source: str, depth: int) -> None:
    assert nesting_of(source) == depth


TREES = st.recursive(
    st.sampled_from(["", "x", "<br>", "<i/>", "<!-- <a> -->"]),
    lambda inner: (
        st.builds("<{0} {1}>{2}</{0}>".format, st.sampled_from("abp"), st.just("x='>'"), inner)
        | st.lists(inner, max_size=3).map("".join)
    ),
)


@given(markup=TREES, around=st.integers(0, 70))
def test_each_tag_around_a_text_counts_one(markup: str, around: int) -> None:
    assert nesting_of("<div>" * around + markup + "</div>" * around) == around + nesting_of(markup)


@pytest.mark.parametrize("part", ["<", "<a ", "<a '", '<a "', "<!--", "<!--[if", "<!---->", "<a b='<a>"])
def test_a_source_that_never_ends_takes_no_more_than_a_moment(part: str) -> None:
    assert nesting_of(part * 50_000) <= 50_000


def test_as_deep_as_allowed_is_no_error() -> None:
    refuse_deep_nesting("<div>" * DEEPEST, "mine.mjml.j2")
    with pytest.raises(RenderError, match=r"mine\.mjml\.j2: nests 61 tags"):
        refuse_deep_nesting("<div>" * (DEEPEST + 1), "mine.mjml.j2")


# 4. Nothing is validated. (What we hand over is: test_strict_mjml.py.)


@pytest.mark.parametrize(
    ("wrong", "left"),
    [
        ("<mj-nonsense>x</mj-nonsense>", "<mj-nonsense>"),
        ('<mj-text nonsense="1">x</mj-text>', ">x</div>"),
        ('<mj-text color="not-a-colour">x</mj-text>', "color:not-a-colour"),
        ("<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>", ">x</div>"),
    ],
    ids=["unknown tag", "unknown attribute", "no colour", "misplaced child"],
)
def test_mrml_accepts_what_is_no_mjml(wrong: str, left: str) -> None:
    assert left in mrml(wrong)


def test_no_tag_of_mjml_is_left_in_our_mail(templates: Templates) -> None:
    assert re.findall(r"</?mj-[a-z]+|nonsense", full_mail(templates)) == []


# 5. What npm's mjml can and MRML cannot.


def test_mrml_knows_no_attributes_set_from_the_head() -> None:
    with pytest.raises(ValueError, match="unexpected element"):
        mrml("<mj-text>x</mj-text>", head="<mj-html-attributes></mj-html-attributes>")


def test_mrml_does_not_inline_a_style() -> None:
    html = mrml('<mj-text css-class="q">x</mj-text>', head='<mj-style inline="inline">.q{color:#123456}</mj-style>')
    assert re.search(r"<style[^>]*>\.q\{color:#123456\}</style>", html)
    assert 'style="color:#123456' not in html


def test_mrml_includes_no_file_of_a_template_by_itself() -> None:
    with pytest.raises(ValueError, match="include"):
        mrml('<mj-include path="/etc/hostname" />')


def test_our_templates_need_none_of_these(templates: Templates) -> None:
    wanted = [
        (name, word)
        for name, source in templates.sources
        for word in ("mj-html-attributes", 'inline="', "mj-include", "mj-preview")
        if word in re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    ]
    assert wanted == []


def test_mrml_gives_a_picture_without_description_none() -> None:
    assert "alt" not in first(mrml('<mj-image src="x" />'), "img").attrib


def test_every_picture_of_ours_has_a_description_and_a_size(templates: Templates) -> None:
    images = list(tree(full_mail(templates)).iter("img"))
    assert len(images) > 5
    assert [image.attrib for image in images if image.get("alt") is None] == []
    sizes = [(image.get("width", ""), image.get("height", "")) for image in images]
    assert [size for size in sizes if not all(side.isdigit() for side in size)] == []


# 6. What MRML and npm's mjml both get wrong.


def test_mrml_sets_the_preview_outside_the_language_and_hardly_visible() -> None:
    html = mrml("<mj-text>x</mj-text>", head="<mj-preview>Hello there</mj-preview>", attributes=' lang="fr" dir="ltr"')
    preview = next(div for div in tree(html).iter("div") if div.text == "Hello there")
    assert (preview.get("lang"), preview.get("dir")) == (None, None)
    assert "font-size:1px;color:#ffffff" in preview.get("style", "")


def test_our_preheader_has_a_language_and_the_colours_of_the_page(templates: Templates) -> None:
    rendered = render(invent_morning(8, "fr"), templates)
    preheader = next(div for div in tree(rendered.html).iter("div") if (div.text or "").startswith(rendered.preheader))
    assert (preheader.get("lang"), preheader.get("dir")) == ("fr", "ltr")
    assert re.findall(r"color|font-size", preheader.get("style", "")) == []


def test_mrml_leaves_left_to_right_in_a_mail_that_runs_the_other_way() -> None:
    html = mrml("<mj-text>x</mj-text>", attributes=' lang="ar" dir="rtl"')
    assert {"direction:ltr", "text-align:left"} <= set(re.findall(r"direction:ltr|text-align:left", html))


@pytest.mark.parametrize("look", [Look(images="all"), Look(images="all", density="compact")], ids=["wide", "compact"])
def test_nothing_in_our_arabic_mail_runs_from_left_to_right(look: Look, templates: Templates) -> None:
    html = render(invent_morning(40, "ar", with_pictures=True), templates, look).html
    assert first(html, "html").get("dir") == "rtl"
    shown = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    assert re.findall(r"direction\s*:\s*ltr|text-align\s*:\s*left|align=\"?left", shown) == []


def test_mrml_writes_a_height_that_html_does_not_know() -> None:
    assert first(mrml('<mj-image src="x" />'), "img").get("height") == "auto"


def test_mrml_puts_raw_markup_of_a_column_between_the_rows_of_a_table() -> None:
    assert "<tbody><p>raw</p><tr>" in mrml("<mj-raw><p>raw</p></mj-raw><mj-text>x</mj-text>")


def test_nothing_but_rows_stands_in_a_table_of_ours(templates: Templates) -> None:
    html = re.sub(r"<!--.*?-->", "", full_mail(templates), flags=re.DOTALL)
    assert set(re.findall(r"<tbody>\s*<(\w+)", html)) == {"tr"}
    assert set(re.findall(r"<table[^>]*>\s*<(\w+)", html)) <= {"tbody", "tr"}


def test_mrml_links_to_a_font_unless_told_not_to() -> None:
    assert "fonts.googleapis.com" in mjml2html(
        "<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    assert "font-family:Ubuntu" in mrml("<mj-text>x</mj-text>")


@pytest.mark.parametrize("font", [Look().font, "Ubuntu, sans-serif", "'Open Sans', serif", "Roboto, Lato, Droid Sans"])
def test_our_mail_links_to_no_font_whichever_its_owner_names(font: str, templates: Templates) -> None:
    html = render(make.edition(), templates, Look(font=font)).html
    assert re.findall(r"fonts\.g|@import|@font-face|<link", html) == []


def test_mrml_says_nothing_of_colour_schemes_and_something_to_internet_explorer() -> None:
    html = mrml("<mj-text>x</mj-text>")
    assert "color-scheme" not in html
    assert "X-UA-Compatible" in html


def test_our_mail_names_both_colour_schemes_and_no_browser(templates: Templates) -> None:
    html = full_mail(templates)
    metas = {meta.get("name"): meta.get("content") for meta in tree(html).iter("meta")}
    assert metas["color-scheme"] == metas["supported-color-schemes"] == "light dark"
    assert "X-UA-Compatible" not in html


# Size: a section and two columns per story cost 2.1 KB each before a word is said.


def test_mrml_takes_kilobytes_for_a_section_of_two_columns() -> None:
    columns = "<mj-column><mj-image src='x' /></mj-column><mj-column><mj-text>x</mj-text></mj-column>"
    section = f"<mj-section>{columns}</mj-section>"

    def size(count: int) -> int:
        html: str = mjml2html(f"<mjml><mj-body>{section * count}</mj-body></mjml>", fonts={})
        return len(html.encode())

    assert size(11) - size(10) > 2_000


def test_a_whole_story_of_ours_takes_half_of_that(templates: Templates) -> None:
    sender = Sender(address=SENDER.address)

    def size(count: int) -> int:
        stories = tuple(headed(f"Ferry number {n:02} returns", url=f"https://a.example/{n:02}") for n in range(count))
        return len(
            render_edition(make.edition(*stories), look=Look(), sender=sender, templates=templates).html.encode()
        )

    assert size(21) - size(20) < 1_200

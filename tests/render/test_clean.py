from __future__ import annotations

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjml import mjml2html

from briefing.render.clean import attribute, clean, cut, host_of, is_visible, safe_link


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (None, ""),
        ("  two\n lines\t and\u2028more ", "two lines and more"),
        ("nul\x00, escape\x1b[31m, c1\x85x", "nul, escape[31m, c1 x"),
        ("turn \u202eround\u2066 again", "turn round again"),
        ("half \ud83d surrogate \ufffe\uffff\U0001fffe", "half surrogate"),
        ("non\u00a0breaking \u202f stays", "non\u00a0breaking \u202f stays"),
        ("👨\u200d👩\u200d👧 cafe\u0301 क्षि", "👨\u200d👩\u200d👧 cafe\u0301 क्षि"),
        ("see https://unsubscribe.briefing.invalid/", "see https://unsubscribe.briefing invalid/"),
        ("see briefing.briefing.invalidinvalid", "see briefing.briefing invalidinvalid"),
    ],
)
def test_text_loses_what_could_break_a_mail_and_nothing_else(raw: str | None, line: str) -> None:
    assert clean(raw) == line


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


def test_text_is_cut_at_a_space_and_says_so() -> None:
    assert cut("one two three", 13) == "one two three"
    assert cut("one two three, four", 15) == "one two three…"
    assert cut("x" * 30, 10) == "x" * 9 + "…"


def test_what_nobody_sees_is_no_headline() -> None:
    assert [is_visible(text) for text in ("", " \u200b\u00ad", "\u200d", "!", "字", "é")] == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/x?y=1&z=é", "https://a.example/x?y=1&z=é"),
        (" http://a.example ", "http://a.example"),
        ("HTTPS://A.example/", "HTTPS://A.example/"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://a.example/a b\"c'<d>\\{{e}}", "https://a.example/a%20b%22c%27%3Cd%3E%5C%7B%7Be%7D%7D"),
        ("https://a.example/\u00a0x", "https://a.example/%C2%A0x"),
        (None, None),
        ("", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("//a.example/x", None),
        ("/x", None),
        ("https:///x", None),
        ("https://[x", None),
        ("https://a.example:99999/", None),
        ("https://bank.example@evil.example/", None),
        ("https://a.example/\x00", None),
        ("https://a.example/\u202e", None),
        ("https://unsubscribe.briefing.INVALID/", None),
        ("https://a.example/" + "x" * 2000, None),
        ("https://a.example/50%-off?x=%C3%A9&y=100%", "https://a.example/50%25-off?x=%C3%A9&y=100%25"),
        ("mailto:nobody", None),
        ("ftp://a.example/", None),
    ],
)
def test_only_what_a_reader_may_follow_becomes_a_link(address: str | None, link: str | None) -> None:
    assert safe_link(address) == link


def test_an_address_is_named_by_its_host() -> None:
    assert host_of("https://www.fellside.example:8443/x") == "fellside.example"
    assert host_of("javascript:alert(1)") == ""
    assert host_of("mailto:a@b.example") == ""


MRML_TRAPS = [
    pytest.param("e\u0301 क्षि ที่", id="combining marks"),
    pytest.param("👨\u200d👩\u200d👧", id="joiner"),
    pytest.param("a\u00a0b\u00adc\u200f", id="invisible"),
    pytest.param("a\nb\tc", id="newline and tab"),
    pytest.param("a\\b\\u{301}", id="backslash"),
    pytest.param("\" onclick='x' <b> & &amp; `", id="quotes and markup"),
]


@pytest.mark.parametrize("text", MRML_TRAPS)
def test_an_attribute_comes_out_of_mrml_as_it_went_in(text: str) -> None:
    assert through_mrml(text) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_any_clean_attribute_comes_out_of_mrml_as_it_went_in(text: str) -> None:
    assert through_mrml(clean(text)) == clean(text)


def through_mrml(text: str) -> str:
    body = f'<p title="{attribute(text)}" class="probe">x</p>'
    source = (
        f"<mjml><mj-body><mj-section><mj-column><mj-text>{body}</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    tree = html5lib.parse(mjml2html(source, fonts={}), treebuilder="etree", namespaceHTMLElements=False)
    found: str = next(p for p in tree.iter("p") if p.get("class") == "probe").get("title")
    return found

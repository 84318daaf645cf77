from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import Header, decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import RenderError
from briefing.render.headers import address_list, bare_address, clean_header, header, mailbox, split_mailbox, structured

INJECTIONS = [
    pytest.param("News\r\nBcc: all@evil.example", id="CRLF"),
    pytest.param("News\nBcc: all@evil.example", id="LF"),
    pytest.param("News\rBcc: all@evil.example", id="CR"),
    pytest.param("News\x00\x0b\x0cBcc: all@evil.example", id="controls"),
    pytest.param("News\u0085Bcc: all@evil.example", id="NEL"),
    pytest.param("News\u2028Bcc: all@evil.example\u2029", id="line separators"),
    pytest.param("=?utf-8?q?News=0D=0ABcc:_all@evil.example?=", id="encoded word"),
    pytest.param("=?UTF-8?B?TmV3cw0KQmNjOiBhbGxAZXZpbC5leGFtcGxl?=", id="base64 encoded word"),
    pytest.param("=?utf-8?q?=3D=3Futf-8=3Fq=3FNews=3D0D=3D0ABcc:_x=3F=3D?=", id="encoded word in an encoded word"),
    pytest.param("=?utf-8?b?TmV3cw0K!?= =?x-none?q?=0ABcc:_x?=", id="broken encoded words"),
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_adds_a_header(text: str) -> None:
    parsed = message_from_bytes(
        header("Subject", text) + mailbox("To", "a@b.example", text) + b"\r\n", policy=policy.SMTP
    )
    assert parsed.keys() == ["Subject", "To"]
    assert "\n" not in str(parsed["Subject"]) + str(parsed["To"])
    assert "News" in parsed["Subject"]
    again = message_from_bytes(parsed.as_bytes(), policy=policy.SMTP)
    assert again.keys() == ["Subject", "To"]


def test_letters_beside_an_encoded_word_stay_as_they_are() -> None:
    assert clean_header("字 é \\u0041 =?utf-8?q?caf=C3=A9?= =?utf-8?b?w6k=?= =?utf-8?b?A?=!") == "字 é \\u0041 caféé!"


def test_words_in_words_in_words_are_written_as_what_they_are() -> None:
    text = "News"
    for _ in range(6):
        text = "=?utf-8?q?" + "".join(f"={byte:02X}" for byte in text.encode()) + "?="
    written = header("Subject", text)
    assert b"\r\n" not in written.replace(b"\r\n ", b"").rstrip()
    assert str(message_from_bytes(written + b"\r\n", policy=policy.default)["Subject"]) == clean_header(text)


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from('\r\n=?_"\\ é字'), max_size=300) | st.builds(
    "=?utf-8?q?{}?=".format, st.text(st.sampled_from("=0DAab_:?"), max_size=40)
)


@given(TEXTS)
def test_a_header_holds_the_clean_text_in_short_seven_bit_lines(text: str) -> None:
    written = header("Subject", text)
    assert written.endswith(b"\r\n")
    lines = written[:-2].split(b"\r\n")
    assert all(line.startswith(b" ") for line in lines[1:])
    assert all(len(line) <= 998 and re.fullmatch(rb"[ -~]*", line) for line in lines)
    words = re.findall(rb"=\?utf-8\?[bq]\?[^?\s]*\?=", written)
    assert all(len(word) <= 75 for word in words)
    value = b"".join(lines).removeprefix(b"Subject:").strip().decode()
    assert "".join(str(make_header(decode_header(value))).split()) == "".join(clean_header(text).split())


@given(TEXTS)
def test_a_display_name_never_changes_the_address(text: str) -> None:
    parsed = message_from_bytes(mailbox("To", "lea@readers.example", text) + b"\r\n", policy=policy.default)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["lea@readers.example"]
    assert not parsed["To"].defects


def test_text_is_cut_at_two_hundred_characters() -> None:
    assert len(clean_header("x" * 5000)) == 200


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("a@b.example", "a@b.example"),
        (" first.last+tag@b.example ", "first.last+tag@b.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_written_in_ascii(address: str, plain: str) -> None:
    assert bare_address(address, header="To") == plain


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b.example",
        "a@",
        "a b@c.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "é@b.example",
        "a@b..example",
        "a@bücher..example",
        "a@-b.example",
        "a@" + "x" * 64 + ".example",
        "a@b.example\r\nBcc: c@d.example",
        '"a"@b.example',
    ],
)
def test_what_is_no_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(RenderError, match=r"^To: "):
        mailbox("To", address)


def test_a_name_and_its_address_are_taken_apart() -> None:
    assert split_mailbox("Le Matin <matin@news.example>") == ("Le Matin", "matin@news.example")
    assert split_mailbox("matin@news.example") == ("", "matin@news.example")


@pytest.mark.parametrize("name", ["Léa Ørn", "朝刊", "x é_?=y", "Zażółć gęślą jaźń", "=?", "é" * 40, "é" * 15])
def test_a_name_is_written_in_the_words_that_the_standard_library_would_use(name: str) -> None:
    written = Header(name, "utf-8", maxlinelen=75, header_name="To").encode(linesep="\r\n")
    assert " ".join(mailbox("To", "lea@readers.example", name).decode().split()) == " ".join(
        f"To: {written} <lea@readers.example>".split()
    )


@pytest.mark.parametrize("part", ["", "a\r\nb", "é", "x" * 901])
def test_a_part_of_ours_that_is_not_plain_is_refused(part: str) -> None:
    with pytest.raises(RenderError, match=r"^Message-ID: "):
        structured("Message-ID", part)


@pytest.mark.parametrize("link", ["https://a.example/>,<mailto:x@y.example", "https://a.example/ b", ""])
def test_a_link_that_would_end_its_brackets_is_refused(link: str) -> None:
    with pytest.raises(RenderError, match=r"^List-Unsubscribe: "):
        address_list("List-Unsubscribe", link, "mailto:x@y.example")

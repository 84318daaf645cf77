from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.deliver.wire import check_lines, stuffed, stuffed_together, wire_address
from briefing.errors import ReaderRefusedError


@pytest.mark.parametrize(
    ("message", "wire"),
    [
        (b".", b"..\r\n"),
        (b"", b"\r\n"),
        (b"a\r\n.\r\nb", b"a\r\n..\r\nb\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"a.b\r\n", b"a.b\r\n"),
        (b".\r\n.\r\n", b"..\r\n..\r\n"),
        (b"x\r\n..y\r\n.z\r\n", b"x\r\n...y\r\n..z\r\n"),
    ],
)
def test_dots_are_doubled_and_the_last_line_ended(message: bytes, wire: bytes) -> None:
    assert stuffed(message) == wire


def test_a_message_without_such_dots_is_not_copied() -> None:
    message = b"a\r\nb.\r\n" * 10
    assert stuffed(message) is message


@given(st.lists(st.text(st.sampled_from(".a"), max_size=3)))
def test_a_server_that_undoes_the_dots_reads_the_message(lines: list[str]) -> None:
    message = "".join(f"{line}\r\n" for line in lines).encode()
    wire = stuffed(message).split(b"\r\n")
    assert b"." not in wire
    assert b"\r\n".join(line.removeprefix(b".") for line in wire) == (message or b"\r\n")


@given(st.binary(max_size=6) | st.text(st.sampled_from("a.\r\n"), max_size=12).map(str.encode))
def test_every_lone_line_end_is_found_and_nothing_else(message: bytes) -> None:
    without = message.replace(b"\r\n", b"")
    if b"\r" in without or b"\n" in without or b"\r" in message.replace(b"\r\n", b"|"):
        for check in (check_lines, stuffed):
            with pytest.raises(ReaderRefusedError, match="CRLF"):
                check(message)
    else:
        check_lines(message)
        assert stuffed(message).endswith(b"\r\n")


@given(st.lists(st.text(st.sampled_from("a.\r\n"), max_size=5).map(lambda text: f"{text}\r\n".encode())))
def test_pieces_of_whole_lines_are_treated_as_the_whole(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    try:
        expected = stuffed(whole)
    except ReaderRefusedError:
        with pytest.raises(ReaderRefusedError, match="CRLF"):
            stuffed_together(whole, pieces)
    else:
        assert stuffed_together(whole, pieces) == (expected if pieces else b"")


def test_pieces_seen_before_are_sent_as_they_are_and_large_ones_looked_through_as_well() -> None:
    large = b"line\r\n" * 1000
    whole = large + b"value\r\n"
    assert stuffed_together(whole, (large, b"value\r\n")) is whole
    assert stuffed_together(whole, (large, b".value\r\n")) == large + b"..value\r\n"
    assert stuffed_together(b".\r\n" + large, (b".\r\n" + large,)) == b"..\r\n" + large


@pytest.mark.parametrize("piece", [b"half a line", b"lone\nLF\r\n", b"lone\rCR\r\n", b"x" * 3000 + b"\n\r\n"])
def test_a_piece_that_is_not_whole_lines_is_refused(piece: bytes) -> None:
    with pytest.raises(ReaderRefusedError, match="CRLF"):
        stuffed_together(piece, (b"fine\r\n", piece))


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("Rosa.O@straße.example", "Rosa.O@xn--strae-oqa.example"),
        ("rosa+a=b@example.org", "rosa+a=b@example.org"),
        ("rosé@EXAMPLE.org", "rosé@example.org"),
        ("o'hara_x{y}~@example.org", "o'hara_x{y}~@example.org"),
    ],
)
def test_a_domain_travels_in_idna_and_the_local_part_as_it_is(address: str, wire: str) -> None:
    assert wire_address(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "rosa@example.org>\r\nRCPT TO:<x@y.example",
        "rosa@exa mple.org",
        "rosa\r\nDATA@example.org",
        "rosa\u2028x@example.org",
        "rosa\u00a0x@example.org",
        "rosa\x00@example.org",
        "rosa\u202e@example.org",
        "rosa,abel@example.org",
        '"a b"@example.org',
        "a@b@example.org",
        "rosa",
        "",
        "@example.org",
        "rosa@",
        "rosa@-.example",
        "a<b@c.de",
        "rosa@[127.0.0.1]",
    ],
)
def test_an_address_that_could_end_its_command_is_refused_as_a_bad_one(address: str) -> None:
    with pytest.raises(ReaderRefusedError, match=r"^553 5\.1\.3 ") as caught:
        wire_address(address)
    assert not caught.value.transient


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_passes_is_one_word_of_a_command(local: str, domain: str) -> None:
    try:
        wire = wire_address(f"{local}@{domain}")
    except ReaderRefusedError:
        return
    assert not set(wire) & set(' \t\r\n<>\0,;:"\\')
    assert wire.count("@") == 1
    assert len(f"<{wire}>".split()) == 1

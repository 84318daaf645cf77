from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.collect.shown import shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://quay.example/world/news-2026.xml", "https://quay.example/world/news-2026.xml"),
        ("https://quay.example:8443/f#part", "https://quay.example:8443/f"),
        ("https://ada:hush@quay.example/f", "https://quay.example/f"),
        ("https://quay.example/f?key=hush&n=1", "https://quay.example/f?…"),
        ("https://quay.example/f/8f14e45fceea167a5a36dedd4bea2543/rss", "https://quay.example/f/…/rss"),
        ("https://quay.example/1b4e28ba-2fa1-11d2-883f-0016d3cca427", "https://quay.example/…"),
        ("https://quay.example/feed-a1B2c3D4e5F6g7H8i9.xml", "https://quay.example/…"),
        ("http://[::1]:8080/f", "http://[::1]:8080/f"),
        ("https://[broken/", "an address that cannot be read"),
        ("https://quay.example/a\u202eb", "https://quay.example/ab"),
        ("https://quay.example/" + "long/" * 40, "https://quay.example/" + "long/" * 19 + "lon…"),
    ],
)
def test_an_address_is_shown_without_what_opens_it(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@given(st.text(max_size=40), st.from_regex(r"[a-z0-9]{8}[0-9][a-z][a-z0-9]{14}", fullmatch=True))
def test_no_key_is_shown_wherever_it_stands(noise: str, key: str) -> None:
    for address in (f"https://h.example/{key}/x", f"https://{key}@h.example/", f"https://h.example/?{noise}={key}"):
        assert key not in shown_address(address)

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from briefing.render.clean import MARKER_HOST
from briefing.render.links import (
    ARCHIVE_URL,
    EDITIONS_URL,
    PREFERENCES_URL,
    UNSUBSCRIBE_URL,
    ReaderLinks,
    fill_html,
    fill_text,
    split_html,
    split_text,
)
from tests.render.samples import LINKS, MAIL_ONLY

HTML = (
    f'<p><a href="{UNSUBSCRIBE_URL}">Leave</a><span> · <a id="x" href="{PREFERENCES_URL}" style="">Choose</a></span>'
    f'<span> · <a href="{ARCHIVE_URL}">Browser</a></span></p><p>or <a href="{ARCHIVE_URL}">there</a>.</p>'
)
TEXT = f"Leave\n  {UNSUBSCRIBE_URL}\nChoose\n  {PREFERENCES_URL}\n\nIn the browser: {ARCHIVE_URL}\nEnd\n"


def test_a_readers_links_take_the_places_of_the_markers() -> None:
    links = replace(LINKS, archive="https://news.example/?a=1&b=2")
    assert 'href="https://news.example/?a=1&amp;b=2"' in fill_html(HTML, links)
    assert "In the browser: https://news.example/?a=1&b=2\n" in fill_text(TEXT, links)


def test_a_link_that_a_reader_lacks_goes_with_all_that_introduces_it() -> None:
    mail = MAIL_ONLY.unsubscribe_mail
    assert fill_html(HTML, MAIL_ONLY) == f'<p><a href="{mail.replace("&", "&amp;")}">Leave</a></p><p>or .</p>'
    assert fill_text(TEXT, MAIL_ONLY) == f"Leave\n  {mail}\n\nEnd\n"


def test_what_is_split_names_the_places_in_the_order_they_stand() -> None:
    texts, places = split_html(HTML, LINKS)
    assert places == (UNSUBSCRIBE_URL, PREFERENCES_URL, ARCHIVE_URL, ARCHIVE_URL)
    assert len(texts) == len(places) + 1
    assert split_text(TEXT, MAIL_ONLY) == (("Leave\n  ", "\n\nEnd\n"), (UNSUBSCRIBE_URL,))


@pytest.mark.parametrize("unsubscribe", [None, "https://news.example/u"])
@pytest.mark.parametrize("archive", [None, "https://news.example/a"])
@pytest.mark.parametrize("editions", [None, "https://news.example/e"])
@pytest.mark.parametrize("preferences", [None, "https://news.example/p"])
def test_no_marker_is_ever_left(
    unsubscribe: str | None, archive: str | None, editions: str | None, preferences: str | None
) -> None:
    links = ReaderLinks(
        unsubscribe=unsubscribe,
        unsubscribe_mail="mailto:x@y.example",
        archive=archive,
        editions=editions,
        preferences=preferences,
    )
    html, text = HTML + f'<a href="{EDITIONS_URL}">All</a>', TEXT + f"All\n  {EDITIONS_URL}\n"
    assert MARKER_HOST not in fill_html(html, links) + fill_text(text, links)


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"unsubscribe": "https://news.example/other", "archive": "https://news.example/there"}, True),
        ({"unsubscribe": "http://127.0.0.1/u"}, False),
        ({"unsubscribe": None}, False),
        ({"archive": None}, False),
        ({"preferences": None}, False),
        ({"editions": "https://news.example/all"}, False),
    ],
    ids=["other addresses", "no one-click", "no page", "no archive", "no preferences", "a list of editions"],
)
def test_readers_share_what_is_prepared_when_they_have_the_same_links(change: dict[str, Any], is_same: bool) -> None:
    assert (replace(LINKS, **change).kind == LINKS.kind) is is_same

from __future__ import annotations

from dataclasses import replace

import pytest

from briefing.render.clean import MARKER_HOST
from briefing.render.links import ARCHIVE_URL, PREFERENCES_URL, UNSUBSCRIBE_URL, ReaderLinks, fill_html, fill_text
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


@pytest.mark.parametrize("unsubscribe", [None, "https://news.example/u"])
@pytest.mark.parametrize("archive", [None, "https://news.example/a"])
@pytest.mark.parametrize("preferences", [None, "https://news.example/p"])
def test_no_marker_is_ever_left(unsubscribe: str | None, archive: str | None, preferences: str | None) -> None:
    links = ReaderLinks(
        unsubscribe=unsubscribe, unsubscribe_mail="mailto:x@y.example", archive=archive, preferences=preferences
    )
    assert MARKER_HOST not in fill_html(HTML, links) + fill_text(TEXT, links)

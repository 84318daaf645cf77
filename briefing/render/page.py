"""Takes an edition, gives its page for a browser: the mail's look, everything that found no place in it, no reader.

Next: briefing/render/text.py.
"""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from briefing.render.links import EDITIONS_URL
from briefing.render.mjml import pictures_in, set_html

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.render.typecase import Typecase

#: Stories listed by their headline; a page of 500 headlines has 200 kB, and nobody reads on.
_LISTED = 500


def set_page(edition: Edition, typecase: Typecase) -> str:
    """Sets a whole edition as one file that loads nothing; `fill_page` completes it.

    Nothing is shortened, and the stories that found no place follow by their headlines.

    Raises:
        RenderError: a template is wrong.
    """
    sheet, setter = typecase.lay_out(edition)
    others = typecase.lines(edition.left_out[:_LISTED], edition)
    html = set_html(sheet, setter, others=others, is_page=True)
    for name, picture in pictures_in(sheet, setter):
        html = html.replace(f"cid:{name}", f"data:{picture.kind};base64,{b64encode(picture.content).decode()}")
    return html


def fill_page(html: str, *, editions: str | None, feed: str | None = None) -> str:
    """Puts in the address of the list of editions, or takes its link out with the <span> it stands in.

    With the address of their Atom feed the page is public: it names the feed, and search engines may list it.
    """
    if feed is not None:
        named = f'<link rel="alternate" type="application/atom+xml" href="{escape(feed)}">'
        html = re.sub(r'<meta name="robots" content="noindex"\s*/?>', named, html, count=1)
    if editions is not None:
        return html.replace(EDITIONS_URL, escape(editions))
    anchor = rf'<a\b[^>]*href="{re.escape(EDITIONS_URL)}"[^>]*>[^<]*</a>'
    return re.sub(rf"<p\b[^>]*><span>{anchor}</span></p>", "", html)

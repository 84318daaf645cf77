"""Takes an entry's markup, gives the address of the first picture in it that is worth showing.

Next: briefing/collect/entries.py.
"""

from __future__ import annotations

import html
import re

#: Pixels across, of counting pixels and icons less.
LEAST_WIDTH = 64

_IMAGE_TAG = re.compile(r"<img\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
#: Smileys, buttons, faces and counters.
_NO_PICTURE = re.compile(
    r"^data:|//(?:s\.w\.org|feeds\.feedburner\.com|feeds\.wordpress\.com|stats\.wordpress\.com|pixel\.|\w*\.?gravatar\.com"
    r"|[^/]*doubleclick\.net|b\.scorecardresearch\.com|www\.google-analytics\.com)|/(?:emoji|smilies)/"
    r"|\b(?:spacer|blank|pixel|1x1|tracking|counter)\b[^/]*\.(?:gif|png)",
    re.IGNORECASE,
)


def first_image(markup: str | None) -> str | None:
    """Gives the address as written, perhaps relative; None without a picture. Escaped markup is read as well."""
    if not markup:
        return None
    if "<img" not in markup and "<IMG" not in markup:
        if "&" not in markup or "&lt;img" not in markup:
            return None
        markup = html.unescape(markup)
    found = (_address_in(tag[1]) for tag in _IMAGE_TAG.finditer(markup))
    return next((address for address in found if address), None)


def _address_in(attributes: str) -> str | None:
    values = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(attributes)}
    sizes = [values.get(side, "").removesuffix("px") for side in ("width", "height")]
    if any(size.isascii() and size.isdigit() and int(size[:6]) < LEAST_WIDTH for size in sizes):
        return None
    # What is loaded late stands beside a placeholder.
    candidates = (values.get(name, "").strip() for name in ("data-src", "data-lazy-src", "data-original", "src"))
    return next((address for address in candidates if address and not _NO_PICTURE.search(address)), None)

"""Takes a name and values, gives a page: the HTML of everything we show in a browser.

Next: briefing/web/preview.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from briefing.render.words import capitalised

if TYPE_CHECKING:
    from briefing.model.colours import Palette
    from briefing.model.settings import Look
    from briefing.render.words import Words

#: Pages load nothing, run nothing and may be framed by nobody; the preview frames the mail it serves itself.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
#: Of everything that readers are shown: pictures travel in the page, and only our own button posts anything.
READER_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: Of what one reader alone is shown, and of whatever is not there.
PRIVATE_HEADERS = {**READER_HEADERS, "Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stationery:
    """Carries what all pages of one language have in common: the mail's colours, its font and its name."""

    name: str
    look: Look
    words: Words

    def page(
        self, template: str, heading: str, *, status: int = 200, public: bool = False, **values: Any
    ) -> HTMLResponse:
        """Fills `pages/<template>.html.j2`, which extends `reader.html.j2`; every value is escaped."""
        frame = {"name": self.name, "look": self.look, "words": self.words, "heading": heading, "public": public}
        html = _filled(template, **frame, **values)
        return HTMLResponse(html, status_code=status, headers=READER_HEADERS if public else PRIVATE_HEADERS)


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Fills `pages/<template>.html.j2`; every value is escaped."""
    return HTMLResponse(_filled(template, **values), status_code=status, headers=_HEADERS)


def _filled(template: str, **values: Any) -> str:
    return _environment().get_template(f"{template}.html.j2").render(**values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    loader = PackageLoader("briefing.web", "pages")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(colours=_colours, fonts=_fonts, capitalised=capitalised)
    return environment


def _colours(palette: Palette) -> str:
    """A palette as custom properties; each is #rrggbb or there would be no palette."""
    return "".join(f" --{field.name}: {getattr(palette, field.name)};" for field in fields(palette))


def _fonts(stack: str) -> Markup:
    """A font stack as it may stand in a style sheet, where quotes must not be escaped: the config allows no more."""
    return Markup(re.sub(r"[^A-Za-z0-9 ,'\-]", "", stack))  # noqa: S704 - nothing is left that could end the style

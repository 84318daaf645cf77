"""Takes a name and values, gives a page: the HTML of everything we show in a browser.

Next: briefing/web/preview.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

#: Pages load nothing, run nothing and may be framed by nobody; the preview frames the mail it serves itself.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=PackageLoader("briefing.web", "pages"), autoescape=True, undefined=StrictUndefined)


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Fills `pages/<template>.html.j2`; every value is escaped."""
    html = _environment().get_template(f"{template}.html.j2").render(**values)
    return HTMLResponse(html, status_code=status, headers=_HEADERS)

"""Takes the address of a running program, gives what a reader does there: look at a page, fill in a form, press."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """An answer: status, words, and the fields of its form as they stand there, hidden ones included."""

    path: str
    status: int
    text: str

    @property
    def fields(self) -> dict[str, str]:
        form = _FormReader()
        form.feed(self.text)
        return form.fields


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser or a mail program. Links lead to https://post.example, which a proxy would bring here."""

    port: int

    def look(self, link: str) -> Page:
        """Opens a link, as mail scanners do as well."""
        return self._ask("GET", link)

    def press(self, page: Page, **typed: str) -> Page:
        """Fills in the page's form and sends it."""
        return self._ask("POST", page.path, urlencode({**page.fields, **typed}))

    def leave_by_one_click(self, link: str) -> Page:
        """What a mail program does for its user (RFC 8058)."""
        return self._ask("POST", link, "List-Unsubscribe=One-Click")

    def _ask(self, method: str, link: str, body: str | None = None) -> Page:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        path = urlsplit(link).path
        connection.request(method, path, body, {"Content-Type": _FORM} if body is not None else {})
        answer = connection.getresponse()
        page = Page(path=path, status=answer.status, text=answer.read().decode())
        connection.close()
        return page


@dataclass
class _FormReader(HTMLParser):
    fields: dict[str, str] = field(default_factory=dict)
    _select: str | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in has or self._select not in self.fields):
            self.fields[self._select] = value
        elif name and (tag == "button" or (tag == "input" and (has.get("type") != "checkbox" or "checked" in has))):
            self.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

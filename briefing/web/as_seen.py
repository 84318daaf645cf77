"""Takes the HTML of a mail, gives it as a reader's program would show it: by night, without pictures, without styles.

Next: briefing/web/source_pages.py.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What may be chosen on the page, the usual first.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "show": ("html", "text", "headers", "source"),
    "width": ("600", "390", "320"),
    "scheme": ("yours", "light", "dark"),
    "images": ("on", "off"),
    "style": ("kept", "dropped"),
}
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_LIGHT = re.compile(r"\(\s*prefers-color-scheme\s*:\s*light\s*\)")
#: Conditions that always and never hold.
_ALWAYS, _NEVER = "(min-width:0px)", "(max-width:0px)"
_STYLE = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.DOTALL | re.IGNORECASE)
_PICTURE = re.compile(r'(?<=[ "])src="(?:cid|data):[^"]*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Says how the mail is looked at; the defaults are the bytes as they are sent."""

    show: str = "html"
    width: str = "600"
    scheme: str = "yours"
    images: str = "on"
    style: str = "kept"

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> View:
        """What an address asks for; anything that is no choice is the usual one."""
        return cls(**{name: asked[name] for name, known in CHOICES.items() if asked.get(name) in known})

    @property
    def is_exact(self) -> bool:
        """Whether nothing of the HTML is changed for the eye."""
        return (self.scheme, self.images, self.style) == ("yours", "on", "kept")


def as_seen(html: str, view: View, pictures: Sequence[tuple[str, str, bytes]] = ()) -> str:
    """The HTML part as the view shows it.

    Args:
        pictures: that travel beside it, by name and kind; a browser can only show them inside.
    """
    if view.style == "dropped":
        html = _STYLE.sub("", html)
    if view.scheme != "yours":
        night = view.scheme == "dark"
        html = _DARK.sub(_ALWAYS if night else _NEVER, html)
        html = _LIGHT.sub(_NEVER if night else _ALWAYS, html)
    if view.images == "off":
        return _PICTURE.sub('src="data:,"', html)
    for name, kind, content in pictures:
        html = html.replace(f"cid:{name}", f"data:{kind};base64,{b64encode(content).decode()}")
    return html

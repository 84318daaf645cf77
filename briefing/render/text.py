"""Takes a sheet, gives the plain text part: every headline, every link, nothing wider than a terminal.

Next: briefing/render/message.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from briefing.render.clean import composed
from briefing.render.setting import LINKS, TemplateSources, fill
from briefing.render.wrap import WIDTH, columns, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.render.sheet import Bar, Sheet
    from briefing.render.templates import Templates
    from briefing.render.words import Words

__all__ = ["WIDTH", "columns", "render_text", "wrap"]


def render_text(sheet: Sheet, *, words: Words, templates: Templates) -> str:
    """Sets `edition.txt.j2`.

    Raises:
        RenderError: the template would not render.
    """
    text = fill(_environment(templates), "edition.txt.j2", {**LINKS, "sheet": sheet, "say": words.say})
    return composed(text.strip("\n")) + "\n"


@lru_cache(maxsize=8)
def _environment(templates: Templates) -> Environment:
    environment = Environment(
        loader=TemplateSources(templates.sources),
        autoescape=False,  # noqa: S701 - plain text: an escaped "&" would be wrong, and nobody parses it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["wrap"] = wrap
    environment.globals |= {"dotted": _dotted, "counted": _counted}
    return environment


def _dotted(*parts: str | Iterable[str]) -> str:
    """What there is, on one line: "Ukraine · conflict · 3 h ago"."""
    texts = (text for part in parts for text in ((part,) if isinstance(part, str) else part))
    return " · ".join(text for text in texts if text)


def _counted(bars: Iterable[Bar]) -> list[str]:
    """The bars of the HTML as words, for a voice would read each bar's signs: "Europe 7"."""
    return [f"{bar.label}\u00a0{bar.count}" for bar in bars]

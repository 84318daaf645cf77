"""Takes an edition, gives `RenderedEdition`: subject, preheader, HTML and text, the same for a whole segment.

Jinja2 fills `templates/edition.mjml.j2`, MRML (mjml-python) turns that into HTML for mail programs. What MRML 6.0.1
gets wrong is put right here: attributes are written as numeric references (`clean.attribute`), no font is fetched, the
preheader is a block of our own inside the part that has a language, and a few literals are replaced afterwards.

Next: briefing/render/text.py, then templates/ and briefing/render/message.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from mjml import mjml2html

from briefing.errors import RenderError
from briefing.render.budget import fit
from briefing.render.clean import attribute, cut
from briefing.render.colours import dark_palette, light_palette
from briefing.render.setting import TemplateSources, fill
from briefing.render.sheet import make_sheet
from briefing.render.text import render_text
from briefing.render.words import words_in

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Look, Sender
    from briefing.render.sheet import Sheet
    from briefing.render.templates import Templates
    from briefing.render.words import Words

_TEMPLATE = "edition.mjml.j2"
#: What a list of mail shows of a subject and of the line after it.
_SUBJECT_CHARS, _PREHEADER_CHARS, _PREHEADER_LEAST = 78, 130, 40
# The Internet Explorer hint means nothing to a mail program and is an error to an HTML checker.
_COMPATIBLE = '<!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->'


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedEdition:
    """Carries what a message is made of.

    Attributes:
        html, text: hold the markers of `links.py` where a reader's links go.
        pictures: by the name that the HTML calls them by (`cid:NAME`), in the order they stand there.
    """

    subject: str
    preheader: str
    html: str
    text: str
    pictures: tuple[tuple[str, Picture], ...] = ()


def render_edition(edition: Edition, *, look: Look, sender: Sender, templates: Templates) -> RenderedEdition:
    """Sets an edition so that it fits every inbox: shortened where it must be, see `budget.fit`.

    Raises:
        RenderError: a template or catalogue is wrong; it names the file, and the line when it has one.
    """
    words = words_in(edition.language, templates)

    def render(candidate: Edition) -> tuple[Sheet, str]:
        sheet = make_sheet(candidate, look=look, sender=sender, words=words)
        return sheet, _html(sheet, look=look, words=words, templates=templates)

    sheet, html = fit(edition, render=render, weigh=lambda rendered: len(rendered[1].encode()))
    return RenderedEdition(
        subject=_subject(sheet, words),
        preheader=_preheader(sheet),
        html=html,
        text=render_text(sheet, words=words, templates=templates),
    )


def _html(sheet: Sheet, *, look: Look, words: Words, templates: Templates) -> str:
    source = fill(
        _environment(templates),
        _TEMPLATE,
        sheet=sheet,
        say=words.say,
        look=look,
        preheader=_preheader(sheet),
        light=light_palette(look.accent),
        dark=dark_palette(look.accent),
    )
    try:
        html: str = mjml2html(source, fonts={})
    except ValueError as error:
        raise RenderError(_TEMPLATE, f"is not well-formed MJML once filled: {error}") from error
    start = "right" if sheet.direction == "rtl" else "left"
    html = html.replace(_COMPATIBLE, "", 1).replace('<td align="start"', f'<td align="{start}"')
    return html.replace("text-align:left;direction:rtl;", "text-align:right;direction:rtl;")


def _subject(sheet: Sheet, words: Words) -> str:
    headlines = [story.headline for story in sheet.best]
    if not headlines:
        return cut(sheet.title, _SUBJECT_CHARS)
    frame = words.say("{name}: {headlines}", name=sheet.name, headlines="")
    room = _SUBJECT_CHARS - len(frame)
    subject = cut(headlines[0], room)
    for headline in headlines[1:]:
        longer = f"{subject} · {headline}"
        subject = longer if len(longer) <= room else subject
    return frame + subject


def _preheader(sheet: Sheet) -> str:
    """The other headlines; with too few of them, the first story's summary; with neither, the date and the count."""
    best = sheet.best
    others = " · ".join(story.headline for story in best[1:])
    summary = best[0].summary if best else ""
    line = next((text for text in (others, summary) if len(text) >= _PREHEADER_LEAST), "")
    return cut(line or f"{sheet.date} · {sheet.name} · {sheet.count} · {sheet.reading}", _PREHEADER_CHARS)


@lru_cache(maxsize=8)
def _environment(templates: Templates) -> Environment:
    environment = Environment(
        loader=TemplateSources(templates.sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["attribute"] = attribute
    return environment

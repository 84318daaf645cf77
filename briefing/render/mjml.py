"""Takes an edition, gives `RenderedEdition`: subject, preheader, HTML and text, the same for a whole segment.

Jinja2 fills `templates/edition.mjml.j2`, MRML (mjml-python) turns that into HTML for mail programs. What MRML 6.0.1
gets wrong is put right here: attributes are written as numeric references (`clean.attribute`), no font is fetched, the
preheader is a block of our own inside the part that has a language, and a few literals are replaced afterwards.

Next: briefing/render/text.py, then templates/ and briefing/render/message.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mjml import mjml2html

from briefing.errors import RenderError
from briefing.render.budget import HTML_BYTES, LINK_BYTES, Shortening
from briefing.render.clean import MARKER_HOST, clean, composed, cut
from briefing.render.nesting import refuse_deep_nesting
from briefing.render.sheet import with_stories
from briefing.render.text import render_text
from briefing.render.typecase import Typecase
from briefing.render.words import words_in

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.model.picture import Picture
    from briefing.model.settings import Look, Sender
    from briefing.render.blocks import StoryBlock
    from briefing.render.setting import Setter
    from briefing.render.sheet import Sheet
    from briefing.render.templates import Templates
    from briefing.render.words import Words

TEMPLATE = "edition.mjml.j2"
#: What a list of mail shows of a subject and of the line after it.
_SUBJECT_CHARS, _PREHEADER_CHARS, _PREHEADER_LEAST = 78, 130, 40
# The Internet Explorer hint means nothing to a mail program and is an error to an HTML checker.
_COMPATIBLE = '<!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->'
#: Stands for what is in the mj-text meanwhile: no text that strangers wrote holds the marker's host.
_PLACE = f"<p>{MARKER_HOST}</p>"


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


def render_edition(
    edition: Edition, *, look: Look, sender: Sender, templates: Templates, logo: Picture | None = None
) -> RenderedEdition:
    """Sets an edition so that it fits every inbox: shortened where it must be, see `budget.py`.

    Raises:
        RenderError: a template or catalogue is wrong; it names the file, and the line when it has one.
    """
    return set_edition(edition, Typecase(look=look, sender=sender, templates=templates, logo=logo))


def set_edition(edition: Edition, typecase: Typecase) -> RenderedEdition:
    """The same out of a typecase that other editions are set from, too."""
    templates = typecase.templates
    words = words_in(edition.language, templates)
    whole, setter = typecase.lay_out(edition)
    sheet, html = _fitted(whole, setter, words)
    return RenderedEdition(
        subject=_subject(sheet, words),
        preheader=preheader_of(sheet),
        html=html,
        text=render_text(sheet, words=words, templates=templates),
        pictures=pictures_in(sheet, setter),
    )


def _fitted(whole: Sheet, setter: Setter, words: Words) -> tuple[Sheet, str]:
    """The longest sheet whose HTML stays within the budget, and that HTML."""
    limit, shortening, sheet = HTML_BYTES - LINK_BYTES, Shortening(whole, setter), whole
    weight = sum(map(setter.weigh, whole.told)) + sum(map(setter.weigh_line, whole.brief))
    if weight > limit:
        # A crowded day is not set in full only to be weighed: what is clearly too much goes at once. The frame alone
        # lacks glance, bars and headings, so rather too little goes, and the loop below takes the rest.
        frame = with_stories(whole, [None] * len(whole.told), (), words=words)
        shortening.save(weight + len(set_html(frame, setter).encode()) - limit)
        sheet = with_stories(whole, shortening.told, shortening.brief, words=words)
    while (excess := len((html := set_html(sheet, setter)).encode()) - limit) > 0:
        if not shortening.save(excess):
            raise RenderError(TEMPLATE, f"weighs {excess:,} bytes too much without a story; shorten the templates")
        sheet = with_stories(whole, shortening.told, shortening.brief, words=words)
    return sheet, html


def set_html(sheet: Sheet, setter: Setter, *, others: tuple[StoryBlock, ...] = (), is_page: bool = False) -> str:
    """Sets a sheet in the mail's templates.

    Args:
        others: stories that found no place; the page lists them.

    Raises:
        RenderError: a template is wrong.
    """
    source = set_mjml(sheet, setter, others=others, is_page=is_page)
    html = set_frame(source) if setter.are_shipped else _checked(source)
    start = "right" if sheet.direction == "rtl" else "left"
    # MJML knows no other side than left and right, but a paragraph in another script begins at its own.
    html = html.replace(_COMPATIBLE, "", 1).replace(f"text-align:{start};color:", "text-align:start;color:")
    return composed(html.replace("text-align:left;direction:rtl;", "text-align:right;direction:rtl;"))


def set_frame(source: str) -> str:
    """Turns the shipped templates, filled, into HTML; what stands in their one mj-text is HTML already.

    MRML would read and write each letter of it again: .8 ms for 40 stories instead of .07. Nothing is lost by passing
    it by, as tests say: the templates are well-formed, nest a few tags deep, and look the same after both ways.
    """
    before, start, rest = source.partition("<mj-text>")
    text, end, after = rest.rpartition("</mj-text>")
    html: str = mjml2html(f"{before}{start}{_PLACE}{end}{after}", fonts={})
    return html.replace(_PLACE, text, 1)


def _checked(source: str) -> str:
    """What MRML makes of templates of which some are the owner's."""
    refuse_deep_nesting(source, TEMPLATE)
    try:
        html: str = mjml2html(source, fonts={})
    except ValueError as error:
        raise RenderError(TEMPLATE, f"is not well-formed MJML once filled: {error}") from error
    return html


def set_mjml(sheet: Sheet, setter: Setter, *, others: tuple[StoryBlock, ...] = (), is_page: bool = False) -> str:
    """Fills the templates: MJML that `set_html` hands to MRML.

    Raises:
        RenderError: a template is wrong.
    """
    return setter.fill(TEMPLATE, sheet=sheet, preheader=preheader_of(sheet), others=others, is_page=is_page)


def pictures_in(sheet: Sheet, setter: Setter) -> tuple[tuple[str, Picture], ...]:
    """Every picture that masthead and stories show, each once, by name."""
    shown = [setter.logo, *(story.picture for story in sheet.told)]
    return tuple({inlined.name: inlined.picture for inlined in shown if inlined}.items())


def _subject(sheet: Sheet, words: Words) -> str:
    headlines = [_plain(story.headline) for story in sheet.best]
    if not headlines:
        return cut(sheet.title, _SUBJECT_CHARS)
    frame = words.say("{name}: {headlines}", name=sheet.name, headlines="")
    room = _SUBJECT_CHARS - len(frame)
    subject = cut(headlines[0], room)
    for headline in headlines[1:]:
        longer = f"{subject} · {headline}"
        subject = longer if len(longer) <= room else subject
    return frame + subject


def preheader_of(sheet: Sheet) -> str:
    """The other headlines; with too few of them, the first story's summary; with neither, the date and the count."""
    best = sheet.best
    others = _plain(" · ".join(story.headline for story in best[1:]))
    summary = _plain(best[0].summary) if best else ""
    line = next((text for text in (others, summary) if len(text) >= _PREHEADER_LEAST), "")
    return cut(line or f"{sheet.date} · {sheet.name} · {sheet.count} · {sheet.reading}", _PREHEADER_CHARS)


def _plain(text: str) -> str:
    """With ordinary spaces: a list of mail breaks no lines, and a header of ASCII need not be encoded."""
    return clean(text.replace("\u00a0", " ").replace("\u202f", " "))

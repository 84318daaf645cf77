"""Takes template sources and a look, gives `Setter`: filled templates, or which line of which template is wrong.

Next: briefing/render/text.py.
"""

from __future__ import annotations

import traceback
from functools import lru_cache
from typing import TYPE_CHECKING

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from briefing.errors import RenderError
from briefing.render.clean import attribute, unbroken
from briefing.render.links import ARCHIVE_URL, EDITIONS_URL, PREFERENCES_URL, UNSUBSCRIBE_URL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from briefing.model.settings import Look
    from briefing.render.blocks import Addition, InlinePicture, News, StoryBlock
    from briefing.render.templates import Templates
    from briefing.render.words import Words

#: Fonts of what surrounds the reading; style.css.j2 names better ones where a mail program reads it.
_SANS = "Arial,sans-serif"
_STORY, _LINE = "story.mjml.j2", "line.mjml.j2"
#: Stories set to learn how much markup one has.
_SAMPLE = 8
#: Scripts whose marks above and below the line touch the next one at the line height that suits a Latin headline.
_TALL = frozenset({"ar", "fa", "hi", "th", "ur"})


#: The addresses that stand for a reader's links, by the names that templates know them by.
LINKS = {
    "unsubscribe_url": UNSUBSCRIBE_URL,
    "preferences_url": PREFERENCES_URL,
    "archive_url": ARCHIVE_URL,
    "editions_url": EDITIONS_URL,
}


class TemplateSources(BaseLoader):
    """Loads templates from memory like DictLoader, but gives each a file name, so that an error can say where it is."""

    def __init__(self, sources: tuple[tuple[str, str], ...]) -> None:
        self._sources = dict(sources)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """As Jinja2 asks for it; the name doubles as file name."""
        if template not in self._sources:
            raise TemplateNotFound(template)
        return self._sources[template], template, None

    def list_templates(self) -> list[str]:
        """Every name there is."""
        return sorted(self._sources)


class Setter:
    """Fills the mail's templates in one look and language. A story is set once, however often the mail is tried.

    Args:
        lines: what is set in a line, by the story's identity; shared by setters of one look and language.
    """

    def __init__(
        self,
        *,
        look: Look,
        words: Words,
        templates: Templates,
        logo: InlinePicture | None = None,
        lines: dict[int, tuple[StoryBlock, Markup]] | None = None,
    ) -> None:
        compact = look.density == "compact"
        self.logo, self.are_shipped = logo, templates.are_shipped
        self._environment = _environment(templates)
        # By identity: to hash a story takes as long as to look it over. What is kept cannot give its place away.
        self._set: dict[str, dict[int, tuple[StoryBlock, Markup]]] = {_STORY: {}, _LINE: {} if lines is None else lines}
        self._markup: dict[str, list[int]] = {}
        self._values: dict[str, object] = {
            **LINKS,
            "say": words.say,
            "dot": "\u00a0· ",  # no line begins with it
            # SpamAssassin takes tags between signs beyond ASCII, with not even a space, for a hidden word: one that is
            # not ASCII stands inside the link that it follows.
            "comma": f"{words.comma.strip()} ",
            "inner_comma": "" if words.comma.isascii() else words.comma.strip(),
            "gap": words.gap,
            "look": look,
            "light": look.light,
            "dark": look.dark,
            "logo": logo,
            "compact": compact,
            "sans": _SANS,
            "small": Markup(f"font:13px/1.5 {_SANS};color:{look.light.soft}"),  # noqa: S704 - the palette holds #rrggbb
            "quiet": _link("soft", look.light.soft),
            "strong": _link("head", look.light.ink),
            "loud": _link("accent", look.light.accent),
            **_manners(words),
            "tell": self.tell,
            "line": self.line,
        }

    def fill(self, template: str, **values: object) -> str:
        """One template, filled.

        Raises:
            RenderError: it is missing, is no Jinja2, or asks for something that is not there.
        """
        return fill(self._environment, template, self._values | values)

    def tell(self, story: StoryBlock) -> Markup:
        """A story in full, set."""
        return self._once(_STORY, story)

    def line(self, story: StoryBlock) -> Markup:
        """A story in a line, set."""
        return self._once(_LINE, story)

    def weigh(self, story: StoryBlock) -> int:
        """Bytes of a story told in full: MRML passes on what stands in an mj-text as it is."""
        return self._weigh(_STORY, story)

    def weigh_line(self, story: StoryBlock) -> int:
        """Bytes of a story told in a line."""
        return self._weigh(_LINE, story)

    def _weigh(self, template: str, story: StoryBlock) -> int:
        """Exact for a story that is set. Others count the least markup that eight had: 5 µs instead of 70."""
        markup = self._markup.setdefault(template, [])
        if len(markup) < _SAMPLE:
            markup.append(len(self._once(template, story).encode()) - _content_bytes(template, story))
        known = self._set[template].get(id(story))
        return len(known[1].encode()) if known else min(markup) + _content_bytes(template, story)

    def _once(self, template: str, story: StoryBlock) -> Markup:
        known = self._set[template].get(id(story))
        if known is None:
            known = story, Markup(self.fill(template, block=story))  # noqa: S704 - autoescaped
            self._set[template][id(story)] = known
        return known[1]


def fill(environment: Environment, name: str, values: Mapping[str, object]) -> str:
    """Fills one template with `values`.

    Raises:
        RenderError: it is missing, is no Jinja2, or asks for something that is not there.
    """
    try:
        return environment.get_template(name).render(values)
    except RenderError:
        raise
    except TemplateSyntaxError as error:
        raise RenderError(error.name or name, error.message or "is no template", line=error.lineno) from error
    except TemplateNotFound as error:
        raise RenderError(str(error.name or name), "no such template") from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
        where, line = _place(error, environment) or (name, None)
        raise RenderError(where, str(error), line=line) from error


def _place(error: BaseException, environment: Environment) -> tuple[str, int | None] | None:
    """The innermost template line that an error passed through; Jinja2 writes them into the traceback."""
    names = set(environment.list_templates())
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in names]
    return (frames[-1].filename, frames[-1].lineno) if frames else None


def _tongue(block: StoryBlock | Addition | News) -> Markup:
    """The lang and dir attributes of a block, where they are not the frame's."""
    lang = f' lang="{attribute(block.language)}"' if block.language else ""
    return Markup(lang + (f' dir="{block.direction}"' if block.direction else ""))  # noqa: S704 - escaped above


def _content_bytes(template: str, story: StoryBlock) -> int:
    """What a story says and where it leads, without the markup around it."""
    texts = [story.headline, story.link or "", story.place, *story.marks]
    if template == _STORY:
        texts += [story.summary, *(text for outlet in story.outlets for text in (outlet.name, outlet.link or ""))]
        texts += [story.addition.text, story.addition.outlet.link or ""] if story.addition else []
    return len("".join(texts).encode())


def _manners(words: Words) -> dict[str, object]:
    """Where the language's lines begin and end, and how far apart they stand."""
    end = "left" if words.direction == "rtl" else "right"
    return {
        "snug": 1.4 if words.language in _TALL else 1.25,
        "tall": words.language in _TALL,
        "start": "right" if end == "left" else "left",
        "end": end,
        # In a frame that runs from right to left a cell is turned by its dir; align would have to say "left".
        "at_end": Markup('dir="ltr"' if end == "left" else 'align="right"'),  # noqa: S704 - two literals
        "own_tongue": Markup(f' lang="{attribute(words.language)}" dir="{words.direction}"'),  # noqa: S704 - escaped
    }


def _link(name: str, colour: str) -> Markup:
    """A class for programs that read styles, and its colour for those that do not."""
    return Markup(f'class="{name}" style="color:{colour}"')  # noqa: S704 - the palette holds #rrggbb


@lru_cache(maxsize=8)
def _environment(templates: Templates) -> Environment:
    environment = Environment(
        loader=TemplateSources(templates.sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"attribute": attribute, "tongue": _tongue, "unbroken": unbroken}
    # Letters of a script without capitals must not be spaced: Arabic ones would come apart.
    environment.tests["cased"] = lambda text: text.upper() != text.lower()
    return environment

"""Takes a template's name and values, gives the filled text, or says which line of which template is wrong.

Next: briefing/render/text.py.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from jinja2 import BaseLoader, TemplateError, TemplateNotFound, TemplateSyntaxError

from briefing.errors import RenderError
from briefing.render.links import ARCHIVE_URL, EDITIONS_URL, PREFERENCES_URL, UNSUBSCRIBE_URL

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment


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


def fill(environment: Environment, name: str, **values: object) -> str:
    """Fills one template with `values` and the addresses that stand for a reader's links.

    Raises:
        RenderError: it is missing, is no Jinja2, or asks for something that is not there.
    """
    urls = {
        "unsubscribe_url": UNSUBSCRIBE_URL,
        "preferences_url": PREFERENCES_URL,
        "archive_url": ARCHIVE_URL,
        "editions_url": EDITIONS_URL,
    }
    try:
        return environment.get_template(name).render(**urls, **values)
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

"""Takes a folder of templates (or none), gives `Templates`: every text the room needs. The one reader of files here.

The shipped templates lie in `briefing/templates/` of an installed package and in `templates/` beside it in a checkout;
the catalogues of the frame's languages in `briefing/render/locales/`. A folder of one's own replaces them file by file:
`NAME.j2` a template, `locales/LANGUAGE.po` a catalogue.

Next: briefing/render/clean.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.meta import find_referenced_templates

from briefing.errors import RenderError

if TYPE_CHECKING:
    from pathlib import PurePath

_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
_ROOM = Path(__file__).parent
_PACKAGE = _ROOM.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Carries template sources and compiled catalogues by name, sorted, so that equal folders give equal values.

    Attributes:
        sources: (file name, Jinja2 text).
        catalogues: (language, gettext .mo bytes).
        are_shipped: no template is the owner's, so what tests say of the shipped ones holds.
    """

    sources: tuple[tuple[str, str], ...] = field(repr=False)
    catalogues: tuple[tuple[str, bytes], ...] = field(repr=False)
    are_shipped: bool = False


def load_templates(folder: PurePath | None = None) -> Templates:
    """Reads the shipped templates, and those in `folder` over them.

    Raises:
        RenderError: the folder is not there, or one of its files is not UTF-8 or not a catalogue.
    """
    folders = [_shipped()]
    if folder is not None:
        if not Path(folder).is_dir():
            raise RenderError(str(folder), "no such folder; correct `templates:` in the config, or leave it out")
        folders.append(Path(folder))
    sources = {name: text for place in folders for name, text in _sources(place).items()}
    places = [_ROOM / "locales", *(place / "locales" for place in folders[1:])]
    catalogues = {path.stem: _compiled(path) for place in places for path in sorted(place.glob("*.po"))}
    return Templates(
        sources=tuple(sorted(sources.items())),
        catalogues=tuple(sorted(catalogues.items())),
        are_shipped=sources == _sources(folders[0]),
    )


def find_strangers(folder: PurePath) -> tuple[tuple[str, str | None], ...]:
    """Templates in `folder` that change nothing: no shipped one has the name, and no other template asks for them.

    Most are slips of the pen, some are left from an earlier version. They do no harm, so they never stop a mail.

    Returns:
        Each name, and the shipped one it was most likely meant to be.
    """
    shipped, own = _sources(_shipped()), _sources(Path(folder))
    asked_for = {asked for name, text in {**shipped, **own}.items() for asked in _asked_for(name, text)}
    if None in asked_for:  # a name that is worked out while the mail is filled: any could be it
        return ()
    strange = (name for name in own if name not in shipped and name not in asked_for)
    return tuple((name, next(iter(get_close_matches(name, shipped, n=1)), None)) for name in strange)


def check_syntax(templates: Templates) -> None:
    """Finds a slip in a template before there is an edition to set.

    Raises:
        RenderError: with the file and the line.
    """
    for name, text in templates.sources:
        _parsed(name, text)


def variables_of(templates: Templates) -> dict[str, tuple[str, ...]]:
    """The names that each template expects to be given, sorted."""
    return {name: tuple(sorted(_free_names(_parsed(name, text)))) for name, text in templates.sources}


def _free_names(template: nodes.Template) -> set[str]:
    """Names that are read but never set. Jinja2's own search wants to know every filter first."""
    found = tuple(template.find_all(nodes.Name))
    own = {name.name for name in found if name.ctx != "load"} | {macro.name for macro in template.find_all(nodes.Macro)}
    for imported in template.find_all(nodes.FromImport):
        own |= {name if isinstance(name, str) else name[1] for name in imported.names}
    return {name.name for name in found} - own - {"loop", *DEFAULT_NAMESPACE}


def _asked_for(name: str, text: str) -> tuple[str | None, ...]:
    try:
        return tuple(find_referenced_templates(_parsed(name, text)))
    except RenderError:
        return ()


@lru_cache(maxsize=128)  # all are looked at again whenever one is edited; nobody changes what is given
def _parsed(name: str, text: str) -> nodes.Template:
    try:
        return Environment(autoescape=True).parse(text, name)
    except TemplateSyntaxError as error:
        raise RenderError(name, error.message or "is no template", line=error.lineno) from error


def _shipped() -> Path:
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def _sources(folder: Path) -> dict[str, str]:
    return {path.name: _text(path) for path in sorted(folder.glob("*.j2"))}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RenderError(path.name, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _compiled(path: Path) -> bytes:
    return _catalogue(path.stem, _text(path))


@lru_cache(maxsize=64)
def _catalogue(language: str, text: str) -> bytes:
    try:
        Locale.parse(language)
        catalogue = read_po(BytesIO(text.encode()), locale=language, abort_invalid=True)
    except PoFileError as error:
        raise RenderError(f"{language}.po", str(error), line=error.lineno) from error
    except (UnknownLocaleError, ValueError) as error:
        raise RenderError(f"{language}.po", f"is not named after a language, such as fr.po: {error}") from error
    # Else both are the minute in which it is compiled, and no two programs would make editions by the same recipe.
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()

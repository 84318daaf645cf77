"""Takes a folder of templates (or none), gives `Templates`: every text the room needs. The one reader of files here.

The shipped templates lie in `briefing/templates/` of an installed package and in `templates/` beside it in a checkout;
the catalogues of the frame's languages in `briefing/render/locales/`. A folder of one's own replaces them file by file:
`NAME.j2` a template, `locales/LANGUAGE.po` a catalogue.

Next: briefing/render/colours.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from briefing.errors import RenderError

if TYPE_CHECKING:
    from pathlib import PurePath

_ROOM = Path(__file__).parent
_PACKAGE = _ROOM.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Carries template sources and compiled catalogues by name, sorted, so that equal folders give equal values.

    Attributes:
        sources: (file name, Jinja2 text).
        catalogues: (language, gettext .mo bytes).
    """

    sources: tuple[tuple[str, str], ...]
    catalogues: tuple[tuple[str, bytes], ...]


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
    sources = {path.name: _text(path) for place in folders for path in sorted(place.glob("*.j2"))}
    places = [_ROOM / "locales", *(place / "locales" for place in folders[1:])]
    catalogues = {path.stem: _compiled(path) for place in places for path in sorted(place.glob("*.po"))}
    return Templates(sources=tuple(sorted(sources.items())), catalogues=tuple(sorted(catalogues.items())))


def _shipped() -> Path:
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RenderError(path.name, f"is not UTF-8 at byte {error.start}; save it as UTF-8") from error


def _compiled(path: Path) -> bytes:
    try:
        Locale.parse(path.stem)
        catalogue = read_po(BytesIO(_text(path).encode()), locale=path.stem, abort_invalid=True)
    except PoFileError as error:
        raise RenderError(path.name, str(error), line=error.lineno) from error
    except (UnknownLocaleError, ValueError) as error:
        raise RenderError(path.name, f"is not named after a language, such as fr.po: {error}") from error
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()

"""Takes a folder's name, gives the shipped templates in it as files of one's own, and says which of those count.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, plural, say

if TYPE_CHECKING:
    from pathlib import PurePath

    from briefing.render.templates import Templates

app = typer.Typer(help="Change how the mail is set.", no_args_is_help=True, rich_markup_mode=None)

_README = "README.txt"
_GUIDE = """\
Templates of your own for the mail. Name this folder in your config:

    templates: {folder}

A file here stands in for the shipped one of the same name. Without it the shipped one is used: delete what you do not
change, and it follows every update of the program. A file of another name counts only where one of these includes it.

They are Jinja2 (https://jinja.palletsprojects.com) around MJML (https://documentation.mjml.io). Text is escaped on its
way into the mail; a value inside an attribute goes through |attribute. What a heading or a link says must stand in
edition.txt.j2 as well: a mail whose text part keeps something back is held. `briefing preview` shows what you have made
at every reload; what does not work is told with file and line.

The files, and the names that each uses:

{files}

{fields}
say("…")       a line of the frame in the edition's language, from locales/
…_url          the reader's own links; they are put in when the mail is addressed
"""


@app.command(epilog="Examples: briefing templates export | briefing templates export our-look/ --force")
def export(
    folder: Annotated[Path, typer.Argument(help="Where to; made if it is not there.")] = Path("my-templates"),
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> int:
    """Copies the shipped templates, every block of the mail a file, for you to change."""
    from briefing.render.templates import load_templates

    shipped = load_templates()
    texts = {**dict(shipped.sources), _README: _guide(shipped, folder)}
    standing = [name for name in texts if (folder / name).exists()]
    if standing and not force:
        note(f"nothing was written: {folder}/ has {', '.join(standing)} already; --force overwrites, or name a folder")
        return 2
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        note(f"briefing: {error.filename} cannot be written: {error.strerror}")
        return 2
    say(f"{plural(len(shipped.sources), 'template')} in {folder}/; {_README} there says what each is given")
    say("put this into your config, whose folder the path counts from, and delete the files that you do not change:")
    say(f"\n    templates: {folder}/")
    return 0


def tell_strangers(folder: PurePath | None) -> int:
    """Prints which templates of one's own count for nothing, most likely for a slip in the name; how many there are."""
    from briefing.render.templates import find_strangers

    strangers = find_strangers(folder) if folder is not None else ()
    for name, nearest in strangers:
        cure = f'did you mean "{nearest}"?' if nearest else "delete it, or include it in one of the others"
        note(f"  ! templates: {name} in {folder}/ stands in for no shipped template, and none includes it; {cure}")
    return len(strangers)


def _guide(shipped: Templates, folder: Path) -> str:
    from briefing.model.colours import Palette
    from briefing.model.settings import Look
    from briefing.render.sheet import Sheet
    from briefing.render.templates import variables_of

    uses = {
        name: ", ".join(names) or "nothing but what it is called with" for name, names in variables_of(shipped).items()
    }
    kinds = {"sheet": Sheet, "light, dark": Palette, "look": Look}
    holds = {name: ", ".join(f.name for f in fields(kind) if f.name != "line") for name, kind in kinds.items()}
    return _GUIDE.format(folder=f"{folder.name}/", files=_columns(uses, width=20), fields=_columns(holds, width=15))


def _columns(lines: dict[str, str], *, width: int) -> str:
    return "\n".join(fill(f"{name:<{width}}{text}", 118, subsequent_indent=" " * width) for name, text in lines.items())

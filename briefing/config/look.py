"""Takes the keys under look:, gives a `Look`, or says which colour cannot be read and which one near it can.

Next: briefing/collect/folder.py, the first reader of what the config names.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from briefing.errors import ConfigError
from briefing.model.colours import STANDARD, Scheme, dark_palette, find_misplaced, find_unreadable, light_palette
from briefing.model.settings import Look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from briefing.config.schema import LookKeys, SchemeKeys
    from briefing.config.yaml_text import YamlText
    from briefing.model.colours import Palette

#: A logo that ends like this is a file. The others are pictures as well, but no mail program can be trusted with them.
_PICTURE = re.compile(r".+\.(?:png|jpe?g|gif|webp)", re.IGNORECASE)
_OTHER_PICTURE = re.compile(r".+\.(?:svgz?|avif|heic|bmp|tiff?|ico|pdf)", re.IGNORECASE)


def make_look(keys: LookKeys, yaml: YamlText, folder: Path) -> Look:
    """What the mail looks like; the keys have been checked.

    Args:
        folder: the config's own, which a logo's path counts from.
    """
    palettes = _palettes(keys)
    is_file = bool(keys.logo and _PICTURE.fullmatch(keys.logo))
    usual = Look()
    return Look(
        light=palettes[Scheme.LIGHT],
        dark=palettes[Scheme.DARK],
        font=keys.font or usual.font,
        logo=None if is_file else keys.logo,
        logo_file=(folder / str(keys.logo)).absolute() if is_file else None,
        density=keys.density or usual.density,
        images=keys.images or usual.images,
        line=yaml.place_of(("look",)).line,
    )


def check_look(keys: LookKeys, yaml: YamlText, path: Path) -> tuple[ConfigError, ...]:
    """Colours that cannot be read and a logo that is not there.

    Where a ground is wrong, the texts on it are not looked at: whoever follows the advice on the ground gets the advice
    on the texts that fits it.
    """
    found = [*_accents(keys), *_logo(keys, path)]
    for scheme, palette in _palettes(keys).items():
        found += list(_grounds(scheme, palette)) or list(_texts(keys, scheme, palette))
    return tuple(_error(key, message, yaml, path) for key, message in found)


def _palettes(keys: LookKeys) -> dict[Scheme, Palette]:
    light = light_palette(keys.accent, given=_given(keys.colours.light))
    dark = dark_palette(light.accent, given=_given(keys.colours.dark))
    return {Scheme.LIGHT: light, Scheme.DARK: dark}


def _given(keys: SchemeKeys) -> dict[str, str]:
    return keys.model_dump(exclude_none=True)


def _accents(keys: LookKeys) -> Iterator[tuple[str, str]]:
    if keys.accent and keys.colours.light.accent:
        yield "colours.light.accent", "look.accent says it already; keep one of the two"


def _grounds(scheme: Scheme, palette: Palette) -> Iterator[tuple[str, str]]:
    wrong = "is too dark for the light scheme" if scheme is Scheme.LIGHT else "would shine at night"
    right = "light" if scheme is Scheme.LIGHT else "dark"
    for name, nearest in find_misplaced(palette, scheme):
        message = f'"{getattr(palette, name)}" {wrong}; "{nearest}" is the nearest that is {right} enough'
        yield f"colours.{scheme}.{name}", message


def _texts(keys: LookKeys, scheme: Scheme, palette: Palette) -> Iterator[tuple[str, str]]:
    for found in find_unreadable(palette):
        by_name = found.text == "accent" and scheme is Scheme.LIGHT and keys.accent
        ratio = math.floor(found.contrast * 10) / 10  # 4.46 is not shown as the 4.5 that it lacks
        message = (
            f'"{getattr(palette, found.text)}" has a contrast of {ratio} on the {found.ground} '
            f'"{getattr(palette, found.ground)}", {STANDARD} is needed; "{found.nearest}" is the nearest that has it'
        )
        yield ("accent" if by_name else f"colours.{scheme}.{found.text}"), message


def _logo(keys: LookKeys, path: Path) -> Iterator[tuple[str, str]]:
    logo = keys.logo or ""
    if _OTHER_PICTURE.fullmatch(logo):
        yield "logo", f'few mail programs show "{logo}"; save it as .png, .jpg, .gif or .webp'
    elif _PICTURE.fullmatch(logo) and "://" in logo:
        yield "logo", f'"{logo}" is not fetched; save it beside {path.name} and name the file'
    elif _PICTURE.fullmatch(logo) and not (path.parent / logo).is_file():
        yield "logo", f'there is no picture "{logo}" beside {path.name}; correct it, or leave it out for the name'


def _error(key: str, message: str, yaml: YamlText, path: Path) -> ConfigError:
    place = yaml.place_of(("look", *key.split(".")))
    return ConfigError(str(path), f"look.{key}: {message}", line=place.line, column=place.column)

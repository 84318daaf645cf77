"""Takes the text of a config and feeds to add, gives the text with them; every other letter of it stays as it was.

Next: briefing/config/schema.py.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from briefing.config.yaml_text import read_yaml
from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: An item of a list in block style, as far as its dash.
_ITEM = re.compile(r"(?P<indent> *)-\s")


def add_feeds(text: str, feeds: Iterable[tuple[str, str | None]], *, name: str, key: str = "feed") -> str:
    """Puts feeds at the end of the list under `sources:`, one line each.

    Args:
        text: the config's; read by `read_yaml`, so it may be wrong in anything but its syntax.
        feeds: address and name; None leaves it to the feed.
        name: what errors call the file.
        key: "page" for addresses that are pages.

    Raises:
        ConfigError: not YAML, or its sources are not a list with a line for each.
    """
    place = read_yaml(text, name=name).places.get(("sources", 0))
    lines = text.splitlines(keepends=True)
    item = _ITEM.match(lines[place.line - 1]) if place else None
    if place is None or item is None:
        reason = "sources: must be a list with a line for each source, so that others can be put below them"
        raise ConfigError(name, reason, line=place.line if place else 1, column=1)
    indent = len(item["indent"])
    last = place.line - 1
    for number, line in enumerate(lines[place.line :], place.line):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            depth = len(line) - len(line.lstrip(" "))
            if depth < indent or (depth == indent and not _ITEM.match(line)):
                break
            last = number
    if not lines[last].endswith("\n"):
        lines[last] += "\n"
    added = [f"{' ' * indent}- {{{_keys(key, address, label)}}}\n" for address, label in feeds]
    return "".join([*lines[: last + 1], *added, *lines[last + 1 :]])


def _keys(key: str, address: str, label: str | None) -> str:
    """JSON's strings are YAML's as well, whatever stands in them."""
    keys = {key: address, **({"name": label} if label else {})}
    return ", ".join(f"{word}: {json.dumps(value, ensure_ascii=False)}" for word, value in keys.items())

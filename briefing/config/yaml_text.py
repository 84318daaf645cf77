"""Takes YAML text, gives plain values and the place of every key, so that an error can point at its line.

Next: briefing/config/schema.py, which says what the values must look like.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How to reach a value from the top: keys and list positions.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in the file, both numbers 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlText:
    """Carries a parsed file: `values` are plain dicts, lists and scalars; `places` leads from a path to its key."""

    values: dict[str, Any]
    places: dict[Path, Place]

    def place_of(self, path: Sequence[str | int]) -> Place:
        """The place of the key, or of the nearest one around it when the key itself is missing."""
        known = tuple(path)
        while known and known not in self.places:
            known = known[:-1]
        return self.places.get(known, Place(line=1, column=1))


def read_yaml(text: str, *, name: str) -> YamlText:
    """Reads YAML 1.2 and remembers where everything stands.

    Raises:
        ConfigError: not YAML, the same key twice, or no mapping at the top.
    """
    try:
        tree = YAML(typ="rt").load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        reason = " ".join((error.problem or "not valid YAML").split())
        raise ConfigError(name, f"{reason}; check indentation, quotes and colons", line=line, column=column) from error
    except YAMLError as error:
        raise ConfigError(name, "not valid YAML: " + " ".join(str(error).split())[:200]) from error
    if tree is None:
        tree = CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise ConfigError(
            name, "the file must be a mapping of keys such as briefing:, sources: and mail:", line=1, column=1
        )
    places: dict[Path, Place] = {}
    return YamlText(values=_plain(tree, (), places), places=places)


def _plain(node: Any, path: Path, places: dict[Path, Place]) -> Any:
    if isinstance(node, CommentedMap):
        plain = {}
        for key, value in node.items():
            here = (*path, str(key))
            line, column = node.lc.key(key)
            places[here] = Place(line=line + 1, column=column + 1)
            plain[str(key)] = _plain(value, here, places)
        return plain
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            line, column = node.lc.item(index)
            places[(*path, index)] = Place(line=line + 1, column=column + 1)
        return [_plain(value, (*path, index), places) for index, value in enumerate(node)]
    if isinstance(node, str):
        return str(node)
    if isinstance(node, bool):
        return bool(node)
    return int(node) if isinstance(node, int) else float(node) if isinstance(node, float) else node

"""Takes YAML text, gives plain values and the place of every key, so that an error can point at its line.

Next: briefing/config/schema.py, which says what the values must look like.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedKeyMap, CommentedMap, CommentedSeq, CommentedSet, TaggedScalar
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean

from briefing.config.faults import check_letters, explain_fault, too_much
from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A thousand sources with ten keys each, ten times over; and the levels that the deepest key of ours lies under, twice.
MOST_VALUES, DEEPEST = 100_000, 16
#: How to reach a value from the top: keys and list positions.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in the file, both numbers 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlText:
    """Carries a parsed file.

    Attributes:
        values: plain dicts, lists and scalars.
        places, values_at: of each key or item, and of what stands behind the key.
    """

    values: dict[str, Any]
    places: dict[Path, Place]
    values_at: dict[Path, Place] = field(default_factory=dict)

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
    check_letters(text, name=name)
    try:
        tree = YAML(typ="rt").load(StringIO(text))
    except MarkedYAMLError as error:
        raise explain_fault(error, text, name=name) from error
    except YAMLError as error:
        raise ConfigError(name, "not valid YAML: " + " ".join(str(error).split())[:200]) from error
    except Exception as error:
        raise ConfigError(name, "the YAML parser gave up; write it in a simpler way", line=1, column=1) from error
    if tree is None:
        tree = CommentedMap()
    if not isinstance(tree, CommentedMap):
        raise ConfigError(
            name, "the file must be a mapping of keys such as briefing:, sources: and mail:", line=1, column=1
        )
    reading = _Reading(name)
    return YamlText(values=reading.plain(tree, ()), places=reading.places, values_at=reading.values_at)


@dataclass(slots=True)
class _Reading:
    """Makes plain values of the parser's, and notes where each stands.

    Attributes:
        room: how many values may follow; aliases can repeat a few lines a billion times.
    """

    name: str
    places: dict[Path, Place] = field(default_factory=dict)
    values_at: dict[Path, Place] = field(default_factory=dict)
    room: int = MOST_VALUES

    def plain(self, node: Any, path: Path) -> Any:
        """The value of a node, every inner one noted."""
        self.room -= 1
        if self.room < 0 or len(path) > DEEPEST:
            place = self.places[path[:1]]
            raise too_much(self.name, line=place.line, column=place.column)
        if isinstance(node, CommentedMap):
            return self._mapping(node, path)
        if isinstance(node, CommentedSeq):
            for index in range(len(node)):
                self.places[(*path, index)] = self.values_at[(*path, index)] = _place(node.lc.item(index))
            return [self.plain(value, (*path, index)) for index, value in enumerate(node)]
        if isinstance(node, TaggedScalar | CommentedSet | CommentedKeyMap):
            place = self.values_at.get(path, Place(line=1, column=1))
            raise ConfigError(
                self.name, "a tag (!name) means nothing here; leave it out", line=place.line, column=place.column
            )
        if isinstance(node, str):
            return str(node)
        if isinstance(node, bool | ScalarBoolean):
            return bool(node)
        return int(node) if isinstance(node, int) else float(node) if isinstance(node, float) else node

    def _mapping(self, node: CommentedMap, path: Path) -> dict[str, Any]:
        plain = {}
        known = node.lc.data or {}
        for key, value in node.items():
            # What `<<: *name` brings in stands elsewhere.
            line, column, value_line, value_column = known.get(key, (node.lc.line, node.lc.col) * 2)
            if not isinstance(key, str | int | float | None):
                message = "a key is a word, no list and no mapping; write key: value"
                raise ConfigError(self.name, message, line=line + 1, column=column + 1)
            word = key if isinstance(key, str) else json.dumps(key)
            here = (*path, str(word))
            self.places[here], self.values_at[here] = _place((line, column)), _place((value_line, value_column))
            plain[str(word)] = self.plain(value, here)
        return plain


def _place(spot: tuple[int, int]) -> Place:
    return Place(line=spot[0] + 1, column=spot[1] + 1)

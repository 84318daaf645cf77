"""Takes the text of a config and one change, gives the text with it; every letter that need not change stays.

A round trip through a YAML library keeps comments, but sets blanks, quotes and line breaks anew. So the letters are
changed where they stand, and the result is read again: unless it says exactly what it should, nothing is changed.

Next: briefing/config/edit.py, which knows what the changes are for.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ruamel.yaml.nodes import MappingNode, SequenceNode

from briefing.config.yaml_form import flow, pair
from briefing.config.yaml_text import YamlText, read_yaml
from briefing.config.yaml_tree import Tree, read_tree
from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from briefing.config.yaml_form import Scalar
    from briefing.config.yaml_tree import Spot

_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Draft:
    """Carries a text that is being changed.

    Attributes:
        file: what errors call it.
    """

    text: str
    file: str
    yaml: YamlText = field(init=False)
    tree: Tree = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "yaml", read_yaml(self.text, name=self.file))
        object.__setattr__(self, "tree", read_tree(self.text, name=self.file))

    def put(self, path: Sequence[str | int], value: Scalar | Sequence[Scalar]) -> Draft:
        """Sets a key of a mapping that is there; a new key stands below the others."""
        *way, key = path
        expected = deepcopy(self.yaml.values)
        _at(expected, way)[key] = [*value] if isinstance(value, list | tuple) else value
        changed = self._with_value(self._spot(way), self.tree.find(path), str(key), value)
        return self._checked(changed, expected, path)

    def drop(self, path: Sequence[str | int]) -> Draft:
        """Removes a key, or an item of a list."""
        *way, last = path
        expected = deepcopy(self.yaml.values)
        del _at(expected, way)[last]
        parent, spot = self._spot(way), self._spot(path)
        alone = len(self.tree.children(parent)) == 1
        if parent.is_flow:
            changed = self._without_part(parent, spot)
        elif alone:
            changed = self._emptied(way, parent, spot)
        else:
            changed = self._without_lines(parent, spot)
        return self._checked(changed, expected, path)

    def append(self, path: Sequence[str | int], *items: Scalar | Mapping[str, Any], inline: bool = False) -> Draft:
        """Puts items at the end of a list; one that is missing or empty is begun.

        Args:
            inline: mappings stand on one line each; else they look like the one above them.
        """
        if not items:
            return self
        expected = deepcopy(self.yaml.values)
        inner = _at(expected, path[:-1])
        inner[path[-1]] = [*(inner.get(path[-1]) or []), *items]
        parent, found = self._spot(path[:-1]), self.tree.find(path)
        siblings = self.tree.children(found) if found else []
        if siblings and found:
            changed = (
                self._with_parts(siblings, items) if found.is_flow else self._with_lines(siblings, items, inline=inline)
            )
        elif parent.is_flow or not isinstance(items[0], dict):
            changed = self._with_value(parent, found, str(path[-1]), items)
        else:
            changed = self._begun(parent, str(path[-1]), [*_lines_of(items, indent="  ", inline=inline)])
        return self._checked(changed, expected, path)

    def refuse(self, message: str, path: Sequence[str | int]) -> ConfigError:
        """An error about the value that this way leads to."""
        place = self.yaml.place_of(path)
        return ConfigError(self.file, message, line=place.line, column=place.column)

    def _spot(self, path: Sequence[str | int]) -> Spot:
        found = self.tree.find(path)
        if found is None or found.node is None:
            raise self._by_hand(path)
        return found

    def _by_hand(self, path: Sequence[str | int]) -> ConfigError:
        return self.refuse(f"{path[0] if path else 'this'}: is written in a way that only you can edit", path)

    def _checked(self, text: str, expected: dict[str, Any], path: Sequence[str | int]) -> Draft:
        """The new draft, if it says what it should: one that a rare way of writing misled is never given away."""
        try:
            changed = Draft(text, self.file)
        except ConfigError as error:
            raise self._by_hand(path) from error
        if changed.yaml.values != expected:
            raise self._by_hand(path)
        return changed

    @property
    def _newline(self) -> str:
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"

    def _spliced(self, start: int, end: int, text: str) -> str:
        return self.text[:start] + text + self.text[end:]

    def _below(self, index: int, lines: Sequence[str], *, text: str | None = None) -> str:
        """Lines put below the one that this letter stands in."""
        text = self.text if text is None else text
        found = _BREAK.search(text, index)
        head, tail = (text[: found.end()], text[found.end() :]) if found else (text + self._newline, "")
        return head + "".join(line + self._newline for line in lines) + tail

    def _quote(self, parent: Spot) -> str:
        """A double quote in a mapping whose keys stand in double quotes, as they do in JSON."""
        keys = parent.node.value if isinstance(parent.node, MappingNode) else []
        return '"' if keys and keys[0][0].style == '"' else ""

    def _with_value(self, parent: Spot, found: Spot | None, key: str, value: Scalar | Sequence[Any]) -> str:
        """With another value in the place of the one that is found, or with a new key below the others."""
        entries, quote = self.tree.children(parent), self._quote(parent)
        if found is not None:
            space = " " if found.start == found.end else ""
            return self._spliced(found.start, found.end, space + flow(value, quote=quote or found.quote))
        written = pair(key, value, quote=quote)
        if not entries:
            return self._spliced(parent.start + 1, parent.start + 1, written)
        if parent.is_flow:
            return self._spliced(entries[-1].end, entries[-1].end, f", {written}")
        return self._below(entries[-1].end, [" " * len(self.tree.indent(entries[0].key_start)) + written])

    def _begun(self, parent: Spot, key: str, lines: Sequence[str]) -> str:
        """A list of lines in the place of an empty one; of none: below the first block, near what people change."""
        found = self.tree.find_key(parent, key)
        if found is None:
            return self._below(self.tree.children(parent)[0].end, ["", f"{key}:", *lines])
        bare = self.text[: found.start].rstrip(" ") + self.text[found.end :] if found.end > found.start else self.text
        indent = " " * len(self.tree.indent(found.key_start))
        return self._below(found.key_start, [indent + line for line in lines], text=bare)

    def _with_parts(self, siblings: Sequence[Spot], items: Sequence[Any]) -> str:
        last = siblings[-1]
        before = self.tree.indent(last.start)
        stands_alone = len(siblings) > 1 and not before.strip()
        between = f",{self._newline}{before}" if stands_alone else ", "
        written = [flow(item, quote=self._quote(last) or last.quote) for item in items]
        return self._spliced(last.end, last.end, "".join(between + part for part in written))

    def _with_lines(self, siblings: Sequence[Spot], items: Sequence[Any], *, inline: bool) -> str:
        last = siblings[-1]
        indent = self.tree.indent(last.key_start)
        is_inline = inline or not isinstance(last.node, MappingNode) or last.is_flow
        quote = self._quote(last) or last.quote
        is_apart = len(siblings) > 1 and re.search(r"[\n\r][ \t]*(?:\r\n|\n|\r)", self._gap(siblings)) is not None
        lines = _lines_of(items, indent=indent, inline=is_inline, quote=quote, is_apart=is_apart)
        return self._below(last.end, [*lines])

    def _gap(self, siblings: Sequence[Spot]) -> str:
        """What stands between the last two items."""
        return self.text[siblings[-2].end : siblings[-1].key_start]

    def _without_part(self, parent: Spot, spot: Spot) -> str:
        """A list in brackets without one item; a comment or a line break beside it stays."""
        siblings = self.tree.children(parent)
        at = [other.key_start for other in siblings].index(spot.key_start)
        if at + 1 < len(siblings):
            following = siblings[at + 1].key_start
            if not _BREAK.search(self.text[spot.end : following]):
                return self._spliced(spot.key_start, following, "")
            comma = self.text.index(",", spot.end) + 1
            return self._without(spot.key_start, comma)
        before = siblings[at - 1].end if at else spot.key_start
        if _BREAK.search(self.text[before : spot.key_start]):
            comma_after = re.compile(r"\s*,").match(self.text, spot.end)
            return self._without(spot.key_start, comma_after.end() if comma_after else spot.end)
        return self._spliced(before, spot.end, "")

    def _without(self, start: int, end: int) -> str:
        """Without some letters; a line that would be left empty goes with them."""
        line, following = self.tree.line_start(start), self.tree.line_end(end)
        if not self.text[line:start].strip() and not self.text[end:following].strip():
            return self._spliced(line, following, "")
        return self._spliced(start, end, "")

    def _without_lines(self, parent: Spot, spot: Spot) -> str:
        """Without the lines of an item or key; of two empty lines around them one is left."""
        before = self.tree.indent(spot.key_start)
        if isinstance(parent.node, MappingNode) and before.strip():
            # The first key stands behind the dash of its list: the next one takes its place.
            following = self.tree.children(parent)[1].key_start
            return self._spliced(spot.key_start, following, "")
        start, end = self.tree.line_start(spot.key_start), self.tree.line_end(spot.end)
        is_apart = not start or not self.text[self.tree.line_start(start - 1) : start].strip()
        following = self.tree.line_end(end)
        if is_apart and end < len(self.text) and not self.text[end:following].strip():
            end = following
        return self._spliced(start, end, "")

    def _emptied(self, way: Sequence[str | int], parent: Spot, spot: Spot) -> str:
        """A key whose only item goes says that there is none: left bare, it would mean something else."""
        if not isinstance(parent.node, SequenceNode) or self.tree.find(way) is None:
            raise self._by_hand(way)
        colon = self.text.index(":", parent.key_start + len(str(way[-1]))) + 1
        start, end = self.tree.line_start(spot.key_start), self.tree.line_end(spot.end)
        if start < colon:
            raise self._by_hand(way)
        return self.text[:colon] + " []" + self.text[colon:start] + self.text[end:]


def _at(values: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        values = values[step]
    return values


def _lines_of(
    items: Sequence[Any], *, indent: str, inline: bool, quote: str = "", is_apart: bool = False
) -> Iterator[str]:
    """Items of a list in block style: a mapping on one line, or with a line for each key."""
    for item in items:
        if is_apart:
            yield ""
        if inline or not isinstance(item, dict):
            yield f"{indent}- {flow(item, quote=quote)}"
            continue
        marks = ["- ", *["  "] * (len(item) - 1)]
        for mark, (key, value) in zip(marks, item.items(), strict=True):
            yield f"{indent}{mark}{pair(key, value)}"

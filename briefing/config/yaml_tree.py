"""Takes YAML text, gives where each key and value of it begins and ends, to the letter, comments left out.

Next: briefing/config/draft.py, which changes letters there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ALIAS = re.compile(r"\s*(\*[^\s,\[\]{}]+)")

_DASH = re.compile(r"^ *(-)(?=\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spot:
    """Carries one value as it stands in the text.

    Attributes:
        node: its kind and style; None of an alias (`*name`), which has none of its own.
        start: of its first letter; of a value that is missing, the place it would have.
        end: behind its last letter, also of the last inner value; what follows may be a comment.
        key_start: of its key; in a list, of its dash.
    """

    node: Node | None
    start: int
    end: int
    key_start: int

    @property
    def quote(self) -> str:
        """The sign the value stands in; "" for none."""
        style = self.node.style if isinstance(self.node, ScalarNode) else None
        return style if style in ("'", '"') else ""

    @property
    def is_flow(self) -> bool:
        """Whether it is a list in brackets or a mapping in braces."""
        return isinstance(self.node, MappingNode | SequenceNode) and bool(self.node.flow_style)


@dataclass(frozen=True, slots=True)
class Tree:
    """Knows the places of one text, which `read_yaml` has read without complaint."""

    text: str
    root: Spot

    def find(self, path: Sequence[str | int]) -> Spot | None:
        """The value that this way from the top leads to; None where there is none, or behind an alias."""
        spot: Spot | None = self.root
        for step in path:
            if spot is None:
                return None
            spot = self.find_key(spot, step) if isinstance(step, str) else self._item(spot, step)
        return spot

    def children(self, spot: Spot) -> list[Spot]:
        """What stands in a list or mapping, in the order of the text."""
        if isinstance(spot.node, MappingNode):
            return [self._value(key, value) for key, value in spot.node.value]
        if isinstance(spot.node, SequenceNode):
            return [*self._items(spot, spot.node.value)]
        return []

    def line_start(self, index: int) -> int:
        """Where the line begins that this letter stands in."""
        return max(self.text.rfind("\n", 0, index), self.text.rfind("\r", 0, index)) + 1

    def line_end(self, index: int) -> int:
        """Behind the line break of the line that this letter stands in."""
        found = re.compile(r"\r\n|\n|\r").search(self.text, index)
        return found.end() if found else len(self.text)

    def indent(self, index: int) -> str:
        """What stands before this letter in its line."""
        return self.text[self.line_start(index) : index]

    def find_key(self, spot: Spot, key: str) -> Spot | None:
        """The value of a key of a mapping; None where there is none."""
        entries = spot.node.value if isinstance(spot.node, MappingNode) else []
        return next((self._value(name, value) for name, value in entries if str(name.value) == key), None)

    def _items(self, spot: Spot, nodes: Sequence[Node]) -> Iterator[Spot]:
        before = spot.start
        for node in nodes:
            start = node.start_mark.index
            dashes = [*_DASH.finditer(self.text, self.line_start(before), start)] if not spot.is_flow else []
            yield (item := self._inner(node, dashes[-1].start(1) if dashes else start, spot.start))
            before = item.end

    def _item(self, spot: Spot, number: int) -> Spot | None:
        items = self.children(spot) if isinstance(spot.node, SequenceNode) else []
        return items[number] if number < len(items) else None

    def _value(self, key: Node, value: Node) -> Spot:
        colon = self.text.index(":", key.end_mark.index) + 1
        alias = _ALIAS.match(self.text, colon)
        if alias:
            return Spot(None, alias.start(1), alias.end(1), key.start_mark.index)
        if isinstance(value, ScalarNode) and not value.value and value.start_mark.index == value.end_mark.index:
            return Spot(value, colon, colon, key.start_mark.index)
        return self._inner(value, key.start_mark.index, colon)

    def _inner(self, node: Node, key_start: int, parent: int) -> Spot:
        """An item or value, which is an alias where it begins before what holds it."""
        start = node.start_mark.index
        if start < parent:
            return Spot(None, parent, parent, parent)
        spot = Spot(node, start, node.end_mark.index, key_start)
        if isinstance(node, ScalarNode):
            return Spot(node, start, self._scalar_end(node, key_start), key_start)
        if spot.is_flow or not (inner := self.children(spot)):
            return spot
        return Spot(node, start, inner[-1].end, key_start)

    def _scalar_end(self, node: ScalarNode, key_start: int) -> int:
        """Of a text after | or > where its last deeper line ends: the parser also counts comments that follow it."""
        end = int(node.end_mark.index)
        if node.style not in ("|", ">"):
            return end
        depth = len(self.indent(key_start))
        last = at = self.line_end(node.start_mark.index)
        while at < end:
            following = self.line_end(at)
            line = self.text[at:following]
            if line.strip():
                if len(line) - len(line.lstrip(" ")) <= depth:
                    break
                last = following
            at = following
        return len(self.text[:last].rstrip("\r\n"))


def read_tree(text: str, *, name: str) -> Tree:
    """Finds every place of a text.

    Args:
        text: read by `read_yaml` before, which says what is wrong with it.

    Raises:
        ConfigError: it is no mapping.
    """
    root = YAML(typ="rt").compose(StringIO(text))
    if not isinstance(root, MappingNode):
        raise ConfigError(name, "there is nothing to add to; `briefing init` writes a config", line=1, column=1)
    bare = Tree(text, Spot(root, root.start_mark.index, root.end_mark.index, root.start_mark.index))
    if root.flow_style:
        return bare
    last = bare.children(bare.root)
    end = last[-1].end if last else bare.root.end
    return Tree(text, Spot(root, bare.root.start, end, bare.root.key_start))

"""Takes MJML, gives how deep its tags nest, and refuses what would end the program: MRML walks tags by recursion.

MRML 6.0.1 overruns an 8 MiB stack, with no exception to catch, between 1,600 and 2,000 mj-wrapper or 6,400 and 12,800
div, and a thread's 512 KiB within a few hundred. No story can nest anything, but templates are their owner's.

Next: briefing/render/mjml.py.
"""

from __future__ import annotations

import re

from briefing.errors import RenderError

#: The shipped templates nest 11 deep.
DEEPEST = 60
#: Plain comments are passed over, conditional ones are read: so does MRML.
_TAG = re.compile(
    r"<!--(?!\[if)(?:.*?-->|.*)|<(?P<end>/?)(?P<name>[A-Za-z][^\s/>]*+)(?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+')*+>",
    re.DOTALL,
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)


def nesting_of(source: str) -> int:
    """How many tags stand open at the deepest place; no less than MRML counts, in linear time."""
    depth = deepest = 0
    for tag in _TAG.finditer(source):
        name = tag["name"]
        if name is None or name in _VOID or tag[0].endswith("/>"):
            continue
        if tag["end"]:
            depth = max(0, depth - 1)
            continue
        depth += 1
        deepest = max(deepest, depth)
    return deepest


def refuse_deep_nesting(source: str, template: str) -> None:
    """Lets through what MRML can set on any stack.

    Raises:
        RenderError: tags nest more than `DEEPEST` deep; it names `template`.
    """
    if (depth := nesting_of(source)) > DEEPEST:
        raise RenderError(
            template, f"nests {depth} tags within one another; {DEEPEST} are the most a mail can be set of"
        )

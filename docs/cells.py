"""Takes words, gives them as Markdown shows them in a line and in a table.

Next: docs/shape_pages.py.
"""

from __future__ import annotations


def one_line(text: str | None) -> str:
    """The words without line breaks, and nothing in them that would be taken for HTML."""
    return " ".join((text or "").split()).replace("<", "&lt;")


def cell(text: str) -> str:
    """The same for a table, where a bar would end the cell."""
    return one_line(text).replace("|", "&#124;")


def row(*cells: str) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"

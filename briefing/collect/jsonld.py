"""Takes a page's tree, gives what its JSON-LD says of the article: the publisher's own metadata, when there is any.

The vocabulary: https://schema.org/NewsArticle

Next: briefing/collect/metadata.py.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:\w*Article|\w*NewsArticle|BlogPosting|LiveBlogPosting|Report|Review|SocialMediaPosting)$")

#: Deeper nesting is no metadata but an attempt on the reader's stack.
_MAX_DEPTH = 12


class Statement:
    """Answers questions about one JSON-LD object; whatever has an unexpected shape counts as not said."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._said = said

    def text(self, *keys: str) -> str | None:
        """The first string under any of the keys; of objects, their name, address or value."""
        return next(self.texts(*keys), None)

    def texts(self, *keys: str) -> Iterator[str]:
        """All strings under the keys."""
        for key in keys:
            yield from _strings(self._said.get(key))

    @property
    def behind_paywall(self) -> bool:
        """The publisher says that not everyone may read it."""
        return str(self._said.get("isAccessibleForFree")).lower() in {"false", "0", "no"}


def find_statement(tree: HtmlElement) -> Statement:
    """The object that describes the page's article; one that says nothing when there is none."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            for node in _nodes(_loaded(script.text_content()), depth=0):
                if any(_ARTICLE.match(kind) for kind in _strings(node.get("@type"))):
                    return Statement(node)
    return Statement({})


def _loaded(text: str) -> object:
    bare = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>|;)\s*$", "", text.strip())
    try:
        return json.loads(bare, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(found: object, *, depth: int) -> Iterator[dict[str, Any]]:
    """Every object that can describe the page: lists, @graph and mainEntity are looked into."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(found, list):
        for part in found:
            yield from _nodes(part, depth=depth + 1)
    elif isinstance(found, dict):
        yield found
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(found.get(key), depth=depth + 1)


def _strings(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, list):
        for part in found[:50]:
            if not isinstance(part, list):
                yield from _strings(part)
    elif isinstance(found, dict):
        yield from _strings(
            next((found[key] for key in ("name", "url", "@value") if isinstance(found.get(key), str)), None)
        )

"""Takes articles, gives those that one outlet made from a form: "Weather in Lyon", "Weather in Nice", day after day.

They share nearly all their words and mean different things, so what tells two of them apart is only what was filled
in.

Next: briefing/compose/stories.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from briefing.compose.words import skeleton, terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.article import Article

#: So many headlines of one outlet with the same fixed words are made from a form…
_MIN_FORM = 4
#: …and mean one happening only when this part of what was filled in is the same.
_MIN_FILLING = 0.5


class Forms:
    """Knows which of some articles are fillings of the same form, and with what."""

    def __init__(self, articles: Sequence[Article]) -> None:
        by_form: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
        for place, article in enumerate(articles):
            by_form[article.source, skeleton(article.title)].append(place)
        #: Place → number of its form; whoever has none is not here.
        self.of: dict[int, int] = {}
        self._fillings: dict[int, frozenset[str]] = {}
        for number, ((source, form), places) in enumerate(by_form.items()):
            if len(places) >= _MIN_FORM and _is_telling(form, named=source is not None):
                self.of.update(dict.fromkeys(places, number))
                fillings = _fillings([articles[place].title for place in places])
                self._fillings.update(zip(places, fillings, strict=True))

    def tell_apart(self, place: int, other: int) -> bool:
        """Whether two articles fill the same form with different things."""
        if place not in self.of or self.of[place] != self.of.get(other):
            return False
        mine, theirs = self._fillings[place], self._fillings[other]
        return len(mine & theirs) < _MIN_FILLING * len(mine | theirs)


def _is_telling(form: str, *, named: bool) -> bool:
    """Without an outlet's name the pages of all outlets stand together, so the form itself must be long."""
    fixed = [word for word in form.split()[1:] if word != "*"]
    return "*" in form and len(fixed) >= (1 if named else 3)


def _fillings(titles: Sequence[str]) -> list[frozenset[str]]:
    """Of each title the terms that at most half of them have."""
    found = [frozenset(terms(title)) for title in titles]
    spread = Counter(term for filling in found for term in filling)
    return [frozenset(term for term in filling if spread[term] <= len(titles) / 2) for filling in found]

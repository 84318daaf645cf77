"""Takes what is new in a headline and in the sentences below it, gives whether that is news: a number above 0.

A small linear model. A sentence is news when it states what none of the told articles did, above all a figure, or a
day that none of them had reached; when it stands near the top; when the headline has the new fact as well. A headline
all in other words is more often that of an essay ("Anatomy of a theft") than of a development, and what is *still*
so is not new. `benchmarks/memory/fit_news.py` fits the weights on the labelled weeks in `tests/compose/replay/`.

Next: briefing/compose/novelty.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.compose.told_facts import Traits

#: A third new name in a sentence says no more than two; a sentence below the fourth stands no deeper.
_MOST, _DEEPEST = 2, 3
#: A headline that was told as it stands speaks neither for news nor against it.
_TOLD_HEADLINE = 0.5
#: Of the headline's events in a sentence: among the first two.
_TOP = 2
#: The smooth maximum of an article's sentences: a second one nearly as good makes the first surer by .35 at most.
SMOOTHNESS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Says how much each trait counts.

    Fitted on three weeks and rounded. Each of them by the weights of the other two: 3 repeats among 96 stories told
    again, no development of 93 left out; as if no article named a day, 7 and 11. That flatters it, because its traits
    were chosen on the same weeks: of a fourth, unseen, 4 of 57 told stories are repeats and 8 of 30 developments lost.

    The cosine of the sentence's vector with the nearest told one, the past perfect, "ago", a question, small figures,
    new words in the sentence, a day that was looked forward to and thirteen more kinds of events were tried, and won
    nothing there.

    Attributes:
        nothing: a sentence with no trait at all, in the first place.
        figure, name, event: for each new one, two at most.
        later: a day after those the told articles speak of; fresh: one after they came out, besides.
        undated: it or the headline has a figure, name or event, in an article that names no day, and so no later one.
        depth: for each sentence further down.
        lasting: says that something goes on, waits or remains.
        headline_unseen: all of its words being new; headline_figure, headline_name: for each.
        shared: the headline has the new event of one of the first two sentences.
    """

    nothing: float = -0.5
    figure: float = 3.0
    name: float = 1.1
    event: float = 1.0
    later: float = 2.0
    fresh: float = 1.5
    undated: float = 1.5
    depth: float = -2.0
    lasting: float = -2.2
    headline_unseen: float = -1.9
    headline_figure: float = 3.0
    headline_name: float = 1.4
    shared: float = 1.3


WEIGHTS = Weights()


def measures(traits: Traits, headline: Traits | None, *, number: int) -> dict[str, float]:
    """What the model counts of a sentence, by the name of its weight.

    Args:
        traits: of the sentence.
        headline: of the headline above it; None when that was told as it stands.
        number: of the sentence in its text, from 0.
    """
    own = headline.events if headline else frozenset()
    states = any(part.figures or part.names or part.events for part in (traits, headline) if part)
    return {
        "nothing": 1.0,
        "figure": min(traits.figures, _MOST),
        "name": min(traits.names, _MOST),
        "event": min(len(traits.events), _MOST),
        "later": traits.is_later,
        "fresh": traits.is_fresh,
        "undated": traits.is_undated and states,
        "depth": min(number, _DEEPEST),
        "lasting": traits.is_lasting,
        "headline_unseen": headline.unseen if headline else _TOLD_HEADLINE,
        "headline_figure": min(headline.figures, _MOST) if headline else 0,
        "headline_name": min(headline.names, _MOST) if headline else 0,
        "shared": number < _TOP and not own.isdisjoint(traits.events),
    }


def worth_of(traits: Traits, headline: Traits | None, *, number: int) -> float:
    """What a sentence is worth; above 0 it is news."""
    measured = measures(traits, headline, number=number)
    return math.fsum(float(getattr(WEIGHTS, name)) * value for name, value in measured.items())


def together(worths: Sequence[float]) -> float:
    """What the sentences of one article are worth together: the best, and a little for others nearly as good."""
    best = max(worths)
    return best + SMOOTHNESS * math.log(sum(math.exp((worth - best) / SMOOTHNESS) for worth in worths))

"""Takes an edition and a way to render it, gives the longest edition that fits: no mail is ever clipped.

Gmail cuts a message off at about 102 KB of HTML, the unsubscribe link with it. Too long an edition gives way in three
steps: second and third sentences go, then the least important stories move to the brief, then the brief's last ones
are only counted.

Next: briefing/render/mjml.py.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

from briefing.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.model.edition import Edition
    from briefing.model.story import Story

T = TypeVar("T")

#: Of the HTML part, decoded; see `check.py`, which refuses more.
HTML_BYTES = 95_000
#: Kept free for one reader's own links, which replace markers of 36 characters in four places.
LINK_BYTES = 3_000
#: The best stories are told in full as long as there is a line to leave out; as many as the default `max_stories`.
_TOLD = 24


def fit(
    edition: Edition, *, render: Callable[[Edition], T], weigh: Callable[[T], int], limit: int = HTML_BYTES - LINK_BYTES
) -> T:
    """Renders the edition itself, or the least shortened form of it that weighs at most `limit` bytes.

    `render` is called once, or about log2(2 × stories) times more. What is left out is added to `counts.cut`, so the
    mail says so.

    Raises:
        RenderError: not even the frame without a story fits.
    """
    whole = render(edition)
    if weigh(whole) <= limit:
        return whole
    low, high = 0, 2 + max(0, _told(edition) - _TOLD) + len(edition.stories)
    best = render(_shortened(edition, high))
    if weigh(best) > limit:
        raise RenderError("edition.mjml.j2", f"weighs over {limit:,} bytes without a story; shorten the templates")
    while high - low > 1:
        middle = (low + high) // 2
        candidate = render(_shortened(edition, middle))
        if weigh(candidate) <= limit:
            best, high = candidate, middle
        else:
            low = middle
    return best


def _shortened(edition: Edition, step: int) -> Edition:
    """The edition after `step` concessions, each making it shorter than the one before."""
    shorter = _with_sentences(edition, max(1, 3 - step))
    moved = max(0, min(step - 2, _told(edition) - _TOLD))
    left_out = max(0, step - 2 - moved)
    shorter = _with_fewer_told(shorter, moved)
    shorter = _with_fewer_told(shorter, left_out - len(shorter.brief))  # the brief is used up before they go
    told = _told(shorter)
    kept = max(0, len(edition.stories) - left_out - told)
    cut = edition.counts.cut + len(edition.stories) - told - kept
    return replace(shorter, brief=shorter.brief[:kept], counts=replace(edition.counts, told=told, brief=kept, cut=cut))


def _told(edition: Edition) -> int:
    return sum(len(section.stories) for section in edition.sections)


def _with_sentences(edition: Edition, most: int) -> Edition:
    return replace(
        edition,
        sections=tuple(
            replace(section, stories=tuple(_first_sentences(story, most) for story in section.stories))
            for section in edition.sections
        ),
    )


def _first_sentences(story: Story, most: int) -> Story:
    # Spans are what tells us where a sentence ends; generated text has none and stays whole.
    if story.summary is None or len(story.summary.spans) <= most:
        return story
    lengths = [span.end - span.start for span in story.summary.spans[:most]]
    end = list(accumulate(lengths))[-1] + len(lengths) - 1
    shorter = replace(story.summary, text=story.summary.text[:end], spans=story.summary.spans[:most])
    return replace(story, summary=shorter)


def _with_fewer_told(edition: Edition, fewer: int) -> Edition:
    """Moves that many stories, those of the lowest scores, to the head of the brief."""
    told = [story for section in edition.sections for story in section.stories]
    if fewer <= 0:
        return edition
    ranked = sorted(range(len(told)), key=lambda place: (told[place].score.total, -place))
    moved = set(ranked[:fewer])
    places = iter(range(len(told)))
    sections = tuple(
        replace(section, stories=tuple(story for story in section.stories if next(places) not in moved))
        for section in edition.sections
    )
    brief = tuple(told[place] for place in reversed(ranked[:fewer])) + edition.brief
    return replace(edition, sections=tuple(s for s in sections if s.stories), brief=brief)

"""Takes stories and what earlier editions told, gives the stories that still have something to tell, and what it is.

Next: briefing/compose/rank.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from briefing.compose.novelty import find_news
from briefing.model.story import Story, StoryStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from briefing.model.article import Article
    from briefing.model.story import Told
    from briefing.model.subscriber import Segment


def in_languages(stories: Sequence[Story], segment: Segment) -> tuple[Story, ...]:
    """The stories the segment can read, each told from its best article in a language of theirs.

    Who named no languages reads everything, and is told in the frame's language what an outlet tells in it.
    """
    wanted = segment.languages or (segment.language,)
    readable = []
    for story in stories:
        mine = tuple(a for a in story.articles if a.language in wanted)
        others = tuple(a for a in story.articles if a.language not in wanted)
        if mine or not segment.languages:
            readable.append(replace(story, articles=mine + others))
    return tuple(readable)


def recall(
    stories: Sequence[Story],
    told: Sequence[Told],
    *,
    follows: Mapping[str, Sequence[Article]],
    today: date,
    segment: Segment,
) -> tuple[Story, ...]:
    """Leaves out what a reader has read before, and says what is new in the rest.

    A story that goes on with nothing this reader was told stays as it is. One that does is compared with all that its
    threads told so far: without news it is left out; with news it is told from the article that brings it, as
    developing or corrected, with the number of the day since the first telling.

    Args:
        stories: of today.
        told: to this reader in earlier editions.
        follows: story id → the told articles, this reader's or another's, that it goes on with.
        today: date of the edition being made.
        segment: news in a language that its readers do not read is none.
    """
    of_article: dict[Article, list[Told]] = {}
    of_id: dict[str, list[Told]] = {}
    of_thread: dict[str, list[Told]] = {}
    for piece in told:
        of_article.setdefault(piece.article, []).append(piece)
        of_id.setdefault(piece.article.id, []).append(piece)
        of_thread.setdefault(piece.thread, []).append(piece)
    kept = []
    for story in stories:
        met = [piece for article in follows.get(story.id, ()) for piece in of_article.get(article, ())]
        met += [piece for article in story.printed for piece in of_id.get(article.id, ())]
        threads = sorted({piece.thread for piece in met})
        before = [piece for thread in threads for piece in of_thread[thread]]
        again = _told_again(story, before, today=today, segment=segment) if before else story
        kept += [again] if again else []
    return tuple(kept)


def _told_again(story: Story, before: Sequence[Told], *, today: date, segment: Segment) -> Story | None:
    voices = [a for a in story.articles if not segment.languages or a.language in segment.languages]
    told = list(dict.fromkeys(piece.article for piece in before))
    news = find_news(voices, told, languages=segment.languages or (segment.language,))
    if news is None:
        return None
    first = min(before, key=lambda piece: (piece.since, piece.thread))
    return replace(
        story,
        articles=tuple(sorted(story.articles, key=lambda article: article.id != news.novelty.article)),
        status=StoryStatus.CORRECTED if news.is_correction else StoryStatus.DEVELOPING,
        day=(today - first.since).days + 1,
        news=news.novelty,
        thread=first.thread,
    )

"""Takes a story and what a reader of the preview thinks of it, gives the edit of the config that follows from it.

Next: briefing/services/rewriting.py, which shows and makes it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from briefing.compose.salience import longest_words, salient_names
from briefing.compose.topics import match_topics
from briefing.config.edit import TopicFields, add_topic, change_topic
from briefing.model.settings import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.story import Story
    from briefing.services.rewriting import Edit

#: What a wish for more and for less says of a topic; the shipped config's topics use the same steps.
MORE_BOOST, LESS_BOOST = 1.5, 0.5


class Wish(StrEnum):
    """Says what somebody wants of stories like this one."""

    #: They move up.
    MORE = "more"
    #: They move down.
    LESS = "less"
    #: They are left out.
    MUTE = "mute"


def wish_edit(story: Story, wish: Wish, topics: Sequence[Topic], *, file: str = "config.yaml") -> Edit:
    """The edit that makes a topic of the story's most telling names; where one is called like the first, it changes.

    Args:
        topics: of the config.
    """
    names = _catching(story)
    boost = {Wish.MORE: MORE_BOOST, Wish.LESS: LESS_BOOST, Wish.MUTE: 1.0}[wish]
    known = {topic.name.casefold(): topic for topic in topics}
    topic = known.get(names[0].casefold())
    if topic is None:
        mute = wish is Wish.MUTE
        return partial(add_topic, name=names[0], keywords=names, boost=boost, mute=mute, file=file)
    words = (*topic.keywords, *(name for name in names if name not in topic.keywords))
    fields = TopicFields(keywords=words, boost=None if wish is Wish.MUTE else boost, mute=wish is Wish.MUTE)
    return partial(change_topic, name=topic.name, fields=fields, file=file)


def _catching(story: Story) -> tuple[str, ...]:
    """Its most telling names; with words of its headlines when names told in passing would not even find it again."""
    names = salient_names(story)
    for article in story.articles:
        topic = Topic(name=names[0], keywords=names)
        if match_topics(story.articles, [topic], vectors={}, topic_vectors={}):
            break
        names = tuple(dict.fromkeys((*names, *longest_words(article.title, 1))))
    return names

"""Takes readers, gives the segments they fall into: readers with the same choices share one rendering.

Next: briefing/services/morning.py.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from briefing.model.edition import DEFAULT_SEGMENT
from briefing.model.subscriber import Segment

if TYPE_CHECKING:
    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber


def default_segment(config: Config) -> Segment:
    """The segment of the readers who chose nothing."""
    return Segment(key=DEFAULT_SEGMENT, language=config.briefing.language)


def segment_of(subscriber: Subscriber, config: Config) -> Segment:
    """The segment of one reader.

    Topics that the config no longer has are forgotten. The key is the language and a hash of the choices, so it says
    nothing about who made them and is the same on every machine.
    """
    known = {topic.name for topic in config.topics if not topic.mute}
    language = subscriber.language or config.briefing.language
    languages = tuple(sorted(set(subscriber.languages)))
    topics = tuple(sorted(known.intersection(subscriber.topics)))
    if (language, languages, topics) == (config.briefing.language, (), ()):
        return default_segment(config)
    digest = hashlib.sha256(repr((language, languages, topics)).encode()).hexdigest()[:8]
    return Segment(key=f"{language}-{digest}", language=language, languages=languages, topics=topics)

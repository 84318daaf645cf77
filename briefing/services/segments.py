"""Takes readers, gives the segments they fall into: readers with the same choices share one rendering.

Where and when a reader's morning is belongs to those choices: whoever is served later is told more, so what an edition
told is remembered for those alone who were served with it.

Next: briefing/services/press.py.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from briefing.model.edition import DEFAULT_SEGMENT
from briefing.model.subscriber import Segment
from briefing.services.slots import zone_of

if TYPE_CHECKING:
    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber


def default_segment(config: Config) -> Segment:
    """The segment of the readers who chose nothing."""
    return Segment(key=DEFAULT_SEGMENT, language=config.briefing.language, timezone=config.briefing.timezone)


def segment_of(subscriber: Subscriber, config: Config) -> Segment:
    """The segment of one reader.

    Topics that the config no longer has are forgotten. The key is the language and a hash of the choices, so it says
    nothing about who made them and is the same on every machine.
    """
    known = {topic.name for topic in config.topics if not topic.mute}
    language = subscriber.language or config.briefing.language
    languages = tuple(sorted(set(subscriber.languages)))
    topics = tuple(sorted(known.intersection(subscriber.topics)))
    sections = tuple(sorted(set(subscriber.sections)))
    zone = zone_of(subscriber, config.briefing.timezone).key
    at = f"{subscriber.at or config.schedule.at:%H:%M}"
    choices = (language, languages, topics, zone, at)
    if not sections and choices == (
        *(config.briefing.language, (), ()),
        *(config.briefing.timezone, f"{config.schedule.at:%H:%M}"),
    ):
        return default_segment(config)
    # Who chose no section keeps the key that earlier versions gave, and with it what they were told.
    digest = hashlib.sha256(repr((*choices, sections) if sections else choices).encode()).hexdigest()[:8]
    return Segment(
        key=f"{language}-{digest}",
        language=language,
        timezone=zone,
        languages=languages,
        topics=topics,
        sections=sections,
    )

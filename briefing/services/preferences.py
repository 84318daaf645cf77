"""Takes what a reader filled in on a form, gives the reader as they want it, or which fields are wrong.

What a reader leaves as the briefing has it is kept as "as the config says": they follow when that changes, and share
their edition with everybody else who did.

Next: briefing/web/preference_pages.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from briefing.errors import SubscriberError
from briefing.model.subscriber import EVERY_DAY, pause_of
from briefing.services.choices import (
    LONGEST_PAUSE,
    Choices,
    date_of,
    hour_of,
    known_language,
    section_keys,
    tidy_email,
    tidy_name,
)
from briefing.services.spelling import known_zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, time

    from briefing.model.settings import Config
    from briefing.model.subscriber import Subscriber

    #: What was typed or ticked, by field.
    Form = Mapping[str, tuple[str, ...]]

FIELDS = ("language", "languages", "timezone", "at", "days", "paused_until", "topics", "sections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Says what readers of a briefing may choose from, and what they have without choosing.

    Attributes:
        frames: languages the frame of the mail speaks.
        topics: names, muted ones left out.
        sections: keys; see `choices.section_keys`.
        language, timezone, at, days: the briefing's own.
    """

    frames: tuple[str, ...]
    topics: tuple[str, ...]
    sections: tuple[str, ...]
    language: str
    timezone: str
    at: time
    days: tuple[int, ...] = EVERY_DAY


class WrongFieldsError(SubscriberError):
    """Names the fields of a form that cannot be taken.

    Attributes:
        fields: as in `FIELDS`, "email" among them on the form for strangers.
    """

    def __init__(self, fields: frozenset[str]) -> None:
        self.fields = fields
        super().__init__("cannot be taken: " + ", ".join(sorted(fields)))


def offer_of(config: Config, *, frames: tuple[str, ...]) -> Offer:
    """What this briefing offers; `frames` are the languages there are catalogues for, English apart."""
    language = config.briefing.language
    return Offer(
        frames=tuple(sorted({"en", *frames, language})),
        topics=tuple(topic.name for topic in config.topics if not topic.mute),
        sections=section_keys(config),
        language=language,
        timezone=config.briefing.timezone,
        at=config.schedule.at,
        days=config.schedule.days,
    )


def fill_in(reader: Subscriber, offer: Offer, *, today: date) -> dict[str, tuple[str, ...]]:
    """The form as it stands before the reader touches it; `today` is the date where they live."""
    pause = pause_of(reader, today=today)
    days = offer.days if reader.days is None else reader.days
    return {
        "language": (reader.language or offer.language,),
        "languages": reader.languages,
        "timezone": (reader.timezone or offer.timezone,),
        "at": (f"{reader.at or offer.at:%H:%M}",),
        "days": tuple(map(str, days)),
        "paused_until": (pause.isoformat() if pause else "",),
        "topics": reader.topics,
        "sections": tuple(key for key in offer.sections if not reader.sections or key in reader.sections),
    }


def read_preferences(form: Form, reader: Subscriber, offer: Offer, *, today: date) -> Subscriber:
    """The reader with everything that the form says, also where it says less than before.

    Args:
        today: the date where they live; a pause lasts at least until then, which is none, and at most `LONGEST_PAUSE`.

    Raises:
        WrongFieldsError: which fields cannot be taken.
    """
    wrong = {field for field in FIELDS if field != "paused_until" and not _is_good(field, form, reader, offer)}
    wrong |= set() if _is_pause(form.get("paused_until", ()), reader, today) else {"paused_until"}
    if wrong:
        raise WrongFieldsError(frozenset(wrong))
    language, zone, at = form["language"][0], known_zone(form["timezone"][0]), hour_of(form["at"][0][:5])
    days, sections = tuple(sorted(set(map(int, form["days"])))), _in_order(form["sections"], offer.sections)
    wanted = replace(reader, paused_until=_pause(form.get("paused_until", ()), reader))
    return replace(
        wanted,
        paused_until=pause_of(wanted, today=today),
        language=None if language == offer.language else language,
        languages=tuple(sorted(set(form.get("languages", ())))),
        timezone=None if zone == offer.timezone else zone,
        at=None if at == offer.at else at,
        days=None if days == offer.days else days,
        topics=_in_order(form.get("topics", ()), offer.topics),
        sections=() if sections == offer.sections else sections,
    )


def read_sign_up(form: Form, offer: Offer) -> Choices:
    """What a stranger asks for.

    Raises:
        WrongFieldsError: which fields cannot be taken.
    """
    said = {field: form.get(field, ("",))[0].strip() for field in ("email", "name", "language", "timezone")}
    wrong = {
        field
        for field, known in (("language", _is_frame), ("timezone", _is_zone))
        if said[field] and not known(said[field], offer)
    }
    try:
        email = tidy_email(said["email"])
        # A local part beyond ASCII cannot be written to: few servers take it (RFC 6531), and ours writes to none.
        wrong |= set() if email.isascii() else {"email"}
    except SubscriberError:
        wrong.add("email")
    if wrong:
        raise WrongFieldsError(frozenset(wrong))
    language, zone = said["language"] or offer.language, said["timezone"]
    zone = known_zone(zone) if zone else offer.timezone
    return Choices(
        email=email,
        name=tidy_name(said["name"]) or None,
        language=None if language == offer.language else language,
        timezone=None if zone == offer.timezone else zone,
    )


def _is_good(field: str, form: Form, reader: Subscriber, offer: Offer) -> bool:
    given = form.get(field, ())
    if field in {"language", "timezone", "at"}:
        known = {"language": _is_frame, "timezone": _is_zone, "at": _is_hour}[field]
        # A reader whom the operator gave a language without a catalogue may keep it.
        return len(given) == 1 and (known(given[0], offer) or (field, given[0]) == ("language", reader.language))
    if field == "languages":
        return all(map(_is_language, given))
    choice = {"days": tuple(map(str, EVERY_DAY)), "topics": offer.topics, "sections": offer.sections}[field]
    # Without a day or a section there would be no mail: whoever wants that can leave. No topic is all of them.
    return set(given) <= set(choice) and (bool(given) or field == "topics")


def _pause(given: tuple[str, ...], reader: Subscriber) -> date | None:
    """The date of the field. A form that was made before there was such a field says nothing about it."""
    if not given:
        return reader.paused_until
    return date_of(given[0]) if given[0] else None


def _is_pause(given: tuple[str, ...], reader: Subscriber, today: date) -> bool:
    if len(given) > 1 or not (given in {(), ("",)} or _is_taken(date_of, given[0])):
        return False
    until = _pause(given, reader)
    # What was chosen before is no fault of a form that somebody had open past midnight.
    return until is None or until == reader.paused_until or today <= until <= today + LONGEST_PAUSE


def _is_frame(value: str, offer: Offer) -> bool:
    return value in offer.frames


def _is_zone(value: str, _: Offer) -> bool:
    return _is_taken(known_zone, value)


def _is_hour(value: str, _: Offer) -> bool:
    return _is_taken(hour_of, value[:5]) and len(value) <= len("07:00:00")


def _is_language(value: str) -> bool:
    return _is_taken(known_language, value)


def _is_taken(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except SubscriberError:
        return False
    return True


def _in_order(given: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in known if name in given)

"""A reader is told a story once, and again only when somebody has added to it."""

from __future__ import annotations

from datetime import date

from briefing.compose.memory import recall
from briefing.model.story import StoryStatus
from tests.make import article, story

TODAY = date(2026, 11, 22)
OLD, NEW = article("The bridge is shut"), article("The bridge opens again", source="The Examiner")


def test_a_story_nobody_has_told_is_new() -> None:
    (told,) = recall([story(NEW)], {}, today=TODAY)
    assert (told.status, told.day) == (StoryStatus.NEW, 1)


def test_a_story_told_yesterday_is_left_out() -> None:
    assert recall([story(OLD)], {OLD.id: date(2026, 11, 21)}, today=TODAY) == ()


def test_a_story_with_a_new_voice_comes_back_told_from_it_with_its_day() -> None:
    (told,) = recall([story(OLD, NEW)], {OLD.id: date(2026, 11, 20)}, today=TODAY)
    assert (told.lead, told.status, told.day) == (NEW, StoryStatus.DEVELOPING, 3)


def test_the_day_counts_from_the_first_telling() -> None:
    other = article("The bridge, day two", source="Third")
    known = {OLD.id: date(2026, 11, 18), other.id: date(2026, 11, 21)}
    (told,) = recall([story(other, OLD, NEW)], known, today=TODAY)
    assert told.day == 5

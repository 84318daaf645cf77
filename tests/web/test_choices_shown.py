from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from briefing.render.words import words_in
from briefing.web.choices_shown import days_shown, languages_shown, zones_shown
from tests.web.site import shipped


def test_languages_go_by_their_own_names_and_unknown_ones_by_their_code() -> None:
    assert [shown.label for shown in languages_shown(("de", "fr", "ar", "qq"))] == [
        "Deutsch",
        "Français",
        "العربية",
        "qq",
    ]


@pytest.mark.parametrize("language", ["en", "fr", "ar", "ja"])
def test_every_zone_offered_is_one_and_stands_there_once(language: str) -> None:
    zones = [zone.value for group in zones_shown(words_in(language, shipped())) for zone in group.zones]
    assert len(zones) == len(set(zones)) > 400
    assert set(zones) <= available_timezones()
    assert {"UTC", "Europe/Paris", "Asia/Kathmandu"} <= set(zones)


def test_places_are_named_in_the_readers_language_below_their_continent() -> None:
    groups = {group.label: dict(group.zones) for group in zones_shown(words_in("fr", shipped()))}
    assert groups["Europe"]["Europe/London"] == "Londres"
    assert groups["Monde"]["UTC"] == "UTC"
    assert [zone.label for zone in zones_shown(words_in("fr", shipped()))[0].zones][:2] == ["Abidjan", "Accra"]


def test_a_week_begins_on_monday() -> None:
    assert [day.label for day in days_shown(words_in("fr", shipped()))][::6] == ["Lundi", "Dimanche"]
    assert [day.value for day in days_shown(words_in("fr", shipped()))] == list("0123456")

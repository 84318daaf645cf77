"""A stranger's form is taken as a whole or not at all, and what is wrong with it is named field by field."""

from __future__ import annotations

from datetime import time

import pytest

from briefing.services.choices import Choices
from briefing.services.preferences import Offer, WrongFieldsError, read_sign_up

OFFER = Offer(frames=("en", "fr"), topics=(), sections=(), language="en", timezone="Europe/Paris", at=time(7))
ADDRESS = "rosa@readers.example"


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ({"email": ADDRESS}, Choices(email=ADDRESS)),
        ({"email": f" {ADDRESS} ", "name": "  "}, Choices(email=ADDRESS)),
        ({"email": ADDRESS, "name": " Rosa M. "}, Choices(email=ADDRESS, name="Rosa M.")),
        # What is the briefing's own is left to it, so that it changes with the briefing.
        ({"email": ADDRESS, "language": "en", "timezone": "Europe/Paris"}, Choices(email=ADDRESS)),
        (
            {"email": ADDRESS, "language": "fr", "timezone": "asia/tokyo"},
            Choices(email=ADDRESS, language="fr", timezone="Asia/Tokyo"),
        ),
    ],
)
def test_a_stranger_gets_what_they_ask_for_and_the_rest_as_the_briefing_has_it(
    form: dict[str, str], asked: Choices
) -> None:
    assert read_sign_up({field: (value,) for field, value in form.items()}, OFFER) == asked


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, {"email"}),
        ({"email": "rosa"}, {"email"}),
        ({"email": "rosé@readers.example"}, {"email"}),  # nobody could write to it
        ({"email": ADDRESS, "language": "xx"}, {"language"}),
        ({"email": ADDRESS, "language": "de"}, {"language"}),  # a language, and none of ours
        ({"email": ADDRESS, "timezone": "Mars/Olympus"}, {"timezone"}),
        ({"email": "", "language": "xx", "timezone": "Mars/Olympus"}, {"email", "language", "timezone"}),
    ],
)
def test_every_wrong_field_of_a_form_is_named_at_once(form: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(WrongFieldsError) as caught:
        read_sign_up({field: (value,) for field, value in form.items()}, OFFER)
    assert caught.value.fields == wrong

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from briefing.compose.salience import salient_names
from briefing.compose.topics import match_topics
from briefing.config.load import load_text
from briefing.config.yaml_text import read_yaml
from briefing.model.settings import Topic
from briefing.services.wishes import Wish, wish_edit
from tests.config.styles import BLOCK
from tests.make import article, story

if TYPE_CHECKING:
    from briefing.model.story import Story

PATH = Path("config.yaml")
LAUNCH = story(
    article(
        "Mayor Ada Keller opens the Northgate Bridge",
        text="On Saturday Ada Keller opened the Northgate Bridge in Harbourtown. Keller said that France had paid. "
        "The bridge is the first since March. Visitors came early.",
    ),
    article(
        "Harbourtown has its bridge back",
        source="The Tide",
        text="Harbourtown cheered. The Northgate Bridge was opened by Ada Keller, according to The Tide.",
    ),
)
STORIES: dict[str, tuple[Story, tuple[str, ...]]] = {
    "names that all tell": (LAUNCH, ("Ada Keller", "Northgate Bridge", "Harbourtown")),
    "nothing but a country": (
        story(article("France votes", text="There was a vote in France. All of France went to vote.")),
        ("France",),
    ),
    "no text": (story(article("Ferries return to the strait", text="")), ("Ferries", "return", "strait")),
    "a script without capitals": (
        story(article("渡轮恢复运行", text="渡轮恢复运行。", language="zh")),
        ("渡轮恢复运行",),
    ),
    "nothing at all": (story(article(" ", text="")), ("?",)),
}


@pytest.mark.parametrize(("told", "names"), STORIES.values(), ids=STORIES)
def test_a_story_is_about_the_names_it_repeats(told: Story, names: tuple[str, ...]) -> None:
    assert salient_names(told) == names


def topics_after(text: str, told: Story, *wishes: Wish) -> list[dict[str, Any]]:
    for wish in wishes:
        text = wish_edit(told, wish, load_text(text, PATH, environ={}).topics)(text)
    topics: list[dict[str, Any]] = read_yaml(text, name="config.yaml").values["topics"]
    return topics[2:]


NAMES = {"name": "Ada Keller", "keywords": ["Ada Keller", "Northgate Bridge", "Harbourtown"]}


@pytest.mark.parametrize(
    ("wishes", "topic"),
    [
        ([Wish.MORE], {**NAMES, "boost": 1.5}),
        ([Wish.LESS], {**NAMES, "boost": 0.5}),
        ([Wish.MUTE], {**NAMES, "mute": True}),
        ([Wish.MORE, Wish.LESS], {**NAMES, "boost": 0.5}),
        ([Wish.MORE, Wish.MUTE], {**NAMES, "boost": 1.5, "mute": True}),
        ([Wish.MUTE, Wish.MORE], {**NAMES, "boost": 1.5}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_a_wish_becomes_one_topic_whatever_was_wished_before(wishes: list[Wish], topic: dict[str, Any]) -> None:
    assert topics_after(BLOCK, LAUNCH, *wishes) == [topic]


def test_the_topic_of_a_wish_catches_its_story() -> None:
    text = wish_edit(LAUNCH, Wish.MORE, ())(BLOCK)
    topics = load_text(text, PATH, environ={}).topics
    assert match_topics(LAUNCH.articles, topics, vectors={}, topic_vectors={}) == ("Ada Keller",)


def test_a_topic_that_a_wish_makes_finds_its_story_again() -> None:
    told = article("Sluices stay shut", text="The gates near Ostend did not move. Nobody knows why.")
    text = wish_edit(story(told), Wish.MUTE, ())("briefing: {name: P}\n")
    (topic,) = read_yaml(text, name="c.yaml").values["topics"]
    assert match_topics([told], [Topic(name="x", keywords=tuple(topic["keywords"]))], vectors={}, topic_vectors={})

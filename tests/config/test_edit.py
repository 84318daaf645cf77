from __future__ import annotations

import re
from copy import deepcopy
from difflib import ndiff
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.config.edit import (
    MUTED,
    TopicFields,
    add_feeds,
    add_source,
    add_topic,
    change_topic,
    mute_phrase,
    mute_topic,
    remove_source,
    remove_topic,
)
from briefing.config.yaml_text import read_yaml
from briefing.errors import ConfigError
from tests.config.styles import BLOCK, STYLES, VALUES

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = (Path(__file__).parents[2] / "config.yaml").read_bytes().decode()
FEED = ("https://a.example/f#x", "A: “b” # {c}")
LINE = '- {feed: "https://a.example/f#x", name: "A: “b” # {c}"}\n'


def values_of(text: str) -> dict[str, Any]:
    return read_yaml(text, name="config.yaml").values


def lost_and_gained(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that only one of the two has."""
    found = [*ndiff(before.splitlines(), after.splitlines())]
    return [line[2:] for line in found if line[0] == "-"], [line[2:] for line in found if line[0] == "+"]


def comments_of(text: str) -> list[str]:
    return re.findall(r"(?m)(?:^|(?<=\s))#[^\r\n]*", text)


def with_topic(at: int, **keys: object) -> Callable[[dict[str, Any]], object]:
    return lambda values: values["topics"][at].update(keys)


NEW = {"name": "Émile's: n#1", "keywords": ["no", "l'eau", "a, b"], "boost": 0.5}
EDITS: dict[str, tuple[Callable[[str], str], Callable[[dict[str, Any]], object], int]] = {
    "a topic is added": (
        lambda text: add_topic(text, "Émile's: n#1", keywords=["no", "l'eau", "a, b", "no"], boost=0.5),
        lambda values: values["topics"].append(NEW),
        1,
    ),
    "a source is added": (
        lambda text: add_source(text, {"page": "https://b.example/", "name": "B", "full_text": True}),
        lambda values: values["sources"].append({"page": "https://b.example/", "name": "B", "full_text": True}),
        1,
    ),
    "a number is changed": (
        lambda text: change_topic(text, "Sea", TopicFields(boost=2.0)),
        with_topic(0, boost=2),
        1,
    ),
    "a topic is muted": (lambda text: mute_topic(text, "Sea"), with_topic(0, mute=True), 1),
    "a topic is described": (
        lambda text: change_topic(text, "Sky", TopicFields(description="Clouds, and what falls out of them")),
        with_topic(1, description="Clouds, and what falls out of them"),
        1,
    ),
    "a keyword is added": (
        lambda text: change_topic(text, "Sea", TopicFields(keywords=["sea", "tide", "høy sjø"])),
        with_topic(0, keywords=["sea", "tide", "høy sjø"]),
        1,
    ),
    "the first keyword is removed": (
        lambda text: change_topic(text, "Sea", TopicFields(keywords=["tide"])),
        with_topic(0, keywords=["tide"]),
        2,
    ),
    "the last keyword is removed": (
        lambda text: change_topic(text, "Sea", TopicFields(keywords=["sea"])),
        with_topic(0, keywords=["sea"]),
        1,
    ),
    "a topic gets another name": (
        lambda text: change_topic(text, "Sea", TopicFields(name="The Sea")),
        with_topic(0, name="The Sea"),
        2,
    ),
    "a topic is no longer muted": (
        lambda text: change_topic(text, "Sky", TopicFields(mute=False)),
        lambda values: values["topics"][1].pop("mute"),
        2,
    ),
    "a topic counts as any other": (
        lambda text: change_topic(text, "Sea", TopicFields(boost=1)),
        lambda values: values["topics"][0].pop("boost"),
        2,
    ),
    "the first topic is removed": (lambda text: remove_topic(text, "Sea"), lambda values: values["topics"].pop(0), 10),
    "the last topic is removed": (lambda text: remove_topic(text, "Sky"), lambda values: values["topics"].pop(1), 8),
    "the first source is removed": (
        lambda text: remove_source(text, "saved/"),
        lambda values: values["sources"].pop(0),
        3,
    ),
    "the last source is removed": (
        lambda text: remove_source(text, "https://a.example/f"),
        lambda values: values["sources"].pop(1),
        3,
    ),
    "a phrase is muted": (
        lambda text: mute_phrase(text, "royal baby"),
        lambda values: values["topics"].append({"name": MUTED, "keywords": ["royal baby"], "mute": True}),
        1,
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_says_the_same(style: str) -> None:
    assert values_of(STYLES[style]) == VALUES


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("style", STYLES)
def test_an_edit_changes_what_it_must_and_no_other_line(style: str, edit: str) -> None:
    before, (change, expect, most_lines) = STYLES[style], EDITS[edit]
    after, expected = change(before), deepcopy(VALUES)
    expect(expected)
    assert values_of(after) == expected
    lost, gained = lost_and_gained(before, after)
    assert len(lost) <= most_lines, after
    if "removed" not in edit and "no longer" not in edit and "any other" not in edit:
        assert comments_of(after) == comments_of(before)
    else:
        assert set(comments_of(before)) - set(comments_of(after)) <= set(comments_of("\n".join(lost)))
        assert len(gained) <= 1
    assert ("\r\n" in before) == ("\r\n" in after)
    assert "\n" not in after.replace("\r\n", "") or "\r\n" not in before


SHIPPED_EDITS: dict[str, tuple[Callable[[str], str], list[str], list[str]]] = {
    "topic added": (
        lambda text: add_topic(text, "Ports", keywords=["port"], description="Harbours: ships.", boost=1.3),
        [],
        ["  - name: Ports", "    keywords: [port]", '    description: "Harbours: ships."', "    boost: 1.3"],
    ),
    "source added": (
        lambda text: add_source(text, {"feed": "https://a.example/f", "name": "A"}),
        [],
        ['  - {feed: "https://a.example/f", name: A}'],
    ),
    "topic muted": (lambda text: mute_topic(text, "Espace"), [], ["    mute: true"]),
    "topic changed": (
        lambda text: change_topic(text, "Énergie", TopicFields(boost=0.5)),
        ["    boost: 1.5                    # above 1 moves matching stories up, below 1 down (1)"],
        ["    boost: 0.5                    # above 1 moves matching stories up, below 1 down (1)"],
    ),
    "keyword added": (
        lambda text: change_topic(text, "Espace", TopicFields(keywords=[*"xy"])),
        ["    keywords: [sonde, comète, comet, spacecraft, Raumsonde]"],
        ['    keywords: [x, "y"]'],
    ),
    "topic removed": (
        lambda text: remove_topic(text, "Espace"),
        ["  - name: Espace", "    keywords: [sonde, comète, comet, spacecraft, Raumsonde]", "    boost: 1.3"],
        [],
    ),
}


@pytest.mark.parametrize("edit", SHIPPED_EDITS)
def test_an_edit_of_the_shipped_config_changes_these_lines(edit: str) -> None:
    change, lost, gained = SHIPPED_EDITS[edit]
    assert lost_and_gained(SHIPPED, change(SHIPPED)) == (lost, gained)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "sources:\n  - folder: s/\n    captured_at: now  # x\n  # more\n\nlook: {}\n",
            "sources:\n  - folder: s/\n    captured_at: now  # x\n  @  # more\n\nlook: {}\n",
        ),
        ("sources:\n- {feed: a}\n- {feed: b}\nlook: {}\n", "sources:\n- {feed: a}\n- {feed: b}\n@look: {}\n"),
        ("look: {}\nsources:\n    - {feed: a}", "look: {}\nsources:\n    - {feed: a}\n    @"),
        ("sources:\n  - feed:\n      a\n  -   {feed: b}\n", "sources:\n  - feed:\n      a\n  -   {feed: b}\n  @"),
        ("sources: []  # none\n", "sources:  # none\n  @"),
        ("sources:\n  # none\nlook: {}\n", "sources:\n  @  # none\nlook: {}\n"),
        ("look: {}\nvectors: use\n", "look: {}\n\nsources:\n  @vectors: use\n"),
    ],
    ids=["comments", "flush", "no last line break", "spread", "an empty list", "a bare key", "no key"],
)  # fmt: skip
def test_a_feed_is_put_below_the_last_source_and_nothing_else_changes(before: str, after: str) -> None:
    added = add_feeds(before, [FEED], name="c.yaml")
    assert added.replace(LINE, "@") == after
    sources = read_yaml(added, name="c.yaml").values["sources"]
    assert sources[-1] == {"feed": FEED[0], "name": FEED[1]}


def test_a_page_is_put_there_in_the_same_way() -> None:
    added = add_feeds("sources:\n- {feed: a}\n", [("https://b.example/", None)], name="c.yaml", key="page")
    assert added == 'sources:\n- {feed: a}\n- {page: "https://b.example/"}\n'


def test_three_hundred_feeds_are_added_at_once() -> None:
    feeds = [(f"https://{n}.example/f", None) for n in range(300)]
    assert [source["feed"] for source in values_of(add_feeds(SHIPPED, feeds, name="c.yaml"))["sources"][1:]] == [
        address for address, _ in feeds
    ]


def test_the_last_topic_leaves_an_empty_list_behind() -> None:
    text = "briefing: {name: P}\ntopics:  # mine\n  # one\n  - name: Sea\n    keywords: [sea]\nvectors: use\n"
    emptied = remove_topic(text, "Sea")
    assert emptied == "briefing: {name: P}\ntopics: []  # mine\n  # one\nvectors: use\n"
    assert values_of(add_topic(emptied, "Sky", keywords=["sky"]))["topics"] == [{"name": "Sky", "keywords": ["sky"]}]


def test_the_order_of_sections_follows_a_topic() -> None:
    text = BLOCK + "sections: {by: topic, order: [Sky, Sea, other]}\n"
    renamed = values_of(change_topic(text, "Sea", TopicFields(name="Ocean")))["sections"]["order"]
    removed = values_of(remove_topic(text, "Sea"))["sections"]["order"]
    assert (renamed, removed) == (["Sky", "Ocean", "other"], ["Sky", "other"])


def test_what_is_muted_word_by_word_is_one_topic() -> None:
    twice = mute_phrase(mute_phrase(BLOCK, "royal baby"), "red carpet")
    assert mute_phrase(twice, "red carpet") == twice
    assert values_of(twice)["topics"][2:] == [{"name": MUTED, "keywords": ["royal baby", "red carpet"], "mute": True}]


def test_an_edit_that_changes_nothing_gives_the_same_text() -> None:
    same = TopicFields(name="Sea", keywords=["sea", "tide"], description="", mute=False)
    assert change_topic(BLOCK, "Sea", same) == BLOCK
    assert change_topic(BLOCK, "Sea", TopicFields()) == BLOCK


REFUSED: dict[str, tuple[Callable[[str], str], str]] = {
    "a topic that is there": (lambda text: add_topic(text, "Sky", keywords=["x"]), '10:5: topics.1.name: "Sky" is a'),
    "a topic that is not": (lambda text: remove_topic(text, "See"), 'there is no "See"; did you mean "Sea"?'),
    "a name that is taken": (lambda text: change_topic(text, "Sea", TopicFields(name="Sky")), '"Sky" is a topic'),
    "a source that is there": (lambda text: add_source(text, {"folder": "saved/"}), '16:5: sources.0: "saved/" is a'),
    "a source that is not": (lambda text: remove_source(text, "sved/"), 'there is no "sved/"; did you mean "saved/"?'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_edit_that_makes_no_sense_is_refused_with_its_line(case: str) -> None:
    change, message = REFUSED[case]
    with pytest.raises(ConfigError, match=re.escape(message)):
        change(BLOCK)


@pytest.mark.parametrize("change", [change for change, _, _ in EDITS.values()], ids=EDITS)
def test_a_broken_file_is_not_edited(change: Callable[[str], str]) -> None:
    with pytest.raises(ConfigError) as caught:
        change(BLOCK + "look: [\n")
    assert caught.value.line


HANDMADE = {
    "topics said elsewhere": "x: &t\n  - {name: Sea, keywords: [sea]}\ntopics: *t\n",
    "topics said again elsewhere": "topics: &t\n  - {name: Sea, keywords: [sea]}\nx: *t\n",
    "a topic said elsewhere": "x: &t {name: Sea, keywords: [sea]}\ntopics: [*t]\n",
    "no list": "topics: {name: Sea}\n",
    "no mapping": "topics: [Sea]\n",
}


@pytest.mark.parametrize("text", HANDMADE.values(), ids=HANDMADE)
def test_what_only_a_person_can_edit_is_left_to_them(text: str) -> None:
    with pytest.raises(ConfigError):
        mute_topic(text, "Sea")


@pytest.mark.slow
@given(name=st.text(min_size=1), words=st.lists(st.text()))
def test_whatever_a_topic_is_called_it_is_read_back_as_it_was_written(name: str, words: list[str]) -> None:
    for style in ("block", "json", "brackets over lines, commas last"):
        topics = values_of(add_topic(STYLES[style], f"x{name}", keywords=words))["topics"]
        assert topics[2]["name"] == f"x{name}"
        assert topics[2].get("keywords", []) == list(dict.fromkeys(words))

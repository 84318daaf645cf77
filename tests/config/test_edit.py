from __future__ import annotations

import pytest

from briefing.config.edit import add_feeds
from briefing.config.yaml_text import read_yaml
from briefing.errors import ConfigError

FEED = ("https://a.example/f#x", "A: “b” # {c}")
LINE = '- {feed: "https://a.example/f#x", name: "A: “b” # {c}"}\n'


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
    ],
    ids=["comments", "flush", "no last line break", "spread"],
)  # fmt: skip
def test_a_feed_is_put_below_the_last_source_and_nothing_else_changes(before: str, after: str) -> None:
    added = add_feeds(before, [FEED], name="c.yaml")
    assert added.replace(LINE, "@") == after
    sources = read_yaml(added, name="c.yaml").values["sources"]
    assert sources[-1] == {"feed": FEED[0], "name": FEED[1]}


def test_a_page_is_put_there_in_the_same_way() -> None:
    added = add_feeds("sources:\n- {feed: a}\n", [("https://b.example/", None)], name="c.yaml", key="page")
    assert added == 'sources:\n- {feed: a}\n- {page: "https://b.example/"}\n'


@pytest.mark.parametrize("text", ["sources: [{feed: a}]\n", "sources: []\n", "look: {}\n"])
def test_sources_that_are_no_list_of_lines_are_left_to_a_person(text: str) -> None:
    with pytest.raises(ConfigError, match="a list with a line for each source"):
        add_feeds(text, [FEED], name="c.yaml")

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from briefing.cli.changes import _nth, headline_on_a_line
from tests.cli.conftest import CONFIG, NOW, Terminal

pytestmark = pytest.mark.slow

AT = ("--now", NOW)
GOSSIP = "topics: [{name: Lamps, keywords: [lighthouse], mute: true}]\n"
FERRIES = "topics: [{name: Ferries, keywords: [ferry], boost: 3}]\n"
BAKERY = """<item><title>A bakery in Naples gives its bread away</title><link>https://harbour.example/bread</link>
<pubDate>Sat, 21 Nov 2026 21:00:00 GMT</pubDate>
<description>Every evening at seven the baker sets a basket on the pavement. Forty families live on what he leaves.
</description></item>"""


def edit(terminal: Terminal, text: str, name: str = "edited.yaml") -> str:
    (terminal.folder / name).write_text(text, "utf-8")
    return name


def tree(folder: Path) -> dict[str, bytes]:
    """Every file but the database, which both configs share, and its companions."""
    files = (p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("briefing.db"))
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def test_a_muted_story_is_gone_and_says_why(briefing: Terminal) -> None:
    ran = briefing("config", "diff", edit(briefing, CONFIG + GOSSIP), *AT)
    assert ran.status == 0
    first, empty, line = ran.out.splitlines()
    assert (first, empty) == ("0 stories added, 1 dropped, 0 moved, 1 unchanged", "")
    assert line == "- A lighthouse in Cornwall is lit again — Europe, 1st: muted by “Lamps”"


def test_a_story_that_comes_back_says_where_it_stands_and_what_kept_it_out(briefing: Terminal) -> None:
    (briefing.folder / "config.yaml").write_text(CONFIG + GOSSIP, "utf-8")
    first, _, line = briefing("config", "diff", edit(briefing, CONFIG), *AT).out.splitlines()
    assert first == "1 story added, 0 dropped, 0 moved, 1 unchanged"
    assert line.startswith("+ A lighthouse in Cornwall is lit again — Europe, 1st. Told by one outlet, 10 h ago")
    assert line.endswith("; it was muted by “Lamps”")


def test_a_boosted_story_has_moved(briefing: Terminal) -> None:
    first, _, line = briefing("config", "diff", edit(briefing, CONFIG + FERRIES), *AT).out.splitlines()
    assert first == "0 stories added, 0 dropped, 1 moved, 1 unchanged"
    told = "~ Ferries return to the strait after nine days — from Europe, 2nd to Europe, 1st; now matches Ferries"
    assert line == told


def test_topics_that_change_in_place_are_told_apart(briefing: Terminal) -> None:
    weak = FERRIES.replace("boost: 3", "boost: 1")
    ran = briefing("config", "diff", edit(briefing, CONFIG + weak), *AT)
    assert ran.out.splitlines()[0] == "0 stories added, 0 dropped, 1 moved (1 only in topics), 1 unchanged"
    assert "— stays Europe, 2nd; now matches Ferries" in ran.out
    back = briefing("config", "diff", "config.yaml", "--config", "edited.yaml", *AT)
    assert "— stays Europe, 2nd; no longer matches Ferries" in back.out


def test_sections_in_another_order_are_told(briefing: Terminal) -> None:
    by_topic = CONFIG + "topics: [{name: A, keywords: [ferry]}, {name: B, keywords: [lighthouse]}]\n"
    (briefing.folder / "config.yaml").write_text(by_topic + "sections: {by: topic, order: [A, B]}\n", "utf-8")
    edited = edit(briefing, by_topic + "sections: {by: topic, order: [B, A]}\nschedule: {at: '08:00'}\n")
    lines = briefing("config", "diff", edited, *AT).out.splitlines()
    assert lines[0] == "0 stories added, 0 dropped, 0 moved, 2 unchanged"
    assert lines[2] in {"~ section A — from 1st to 2nd", "~ section B — from 2nd to 1st"}
    assert lines[-1] == "schedule differs, which the edition does not depend on"


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ("", "the two files say the same"),
        ("# a remark\n", "the two files say the same"),
        (
            "schedule: {at: '08:00'}\nweb: {listen: '127.0.0.1:9000'}\n",
            "schedule, web differ, which the edition does not depend on",
        ),
        ("look: {density: compact}\n", "look differs: how the mail looks and reads, not which stories it tells"),
        ("topics: [{name: T, keywords: [zeppelin]}]\n", "topics differs, but not for today's stories"),
    ],
)
def test_when_nothing_changes_one_line_says_so(briefing: Terminal, addition: str, words: str) -> None:
    ran = briefing("config", "diff", edit(briefing, CONFIG + addition), *AT)
    same = "nothing changes in the edition of 2026-11-22 (2 stories, each in its place): "
    assert (ran.status, ran.out) == (0, f"{same}{words}\n")


def test_nothing_is_written_and_nobody_is_brought_in(briefing: Terminal) -> None:
    text = CONFIG + "subscribers: {import: readers.csv}\n" + GOSSIP
    edit(briefing, "email\nada@readers.example\n", "readers.csv")
    edit(briefing, text, "config.yaml")
    edit(briefing, text.replace("mute: true", "boost: 2"))
    before = tree(briefing.folder)
    assert briefing("config", "diff", "edited.yaml", *AT).status == 0
    assert tree(briefing.folder) == before
    assert briefing("subscribers", "list").out == ""


def test_an_edit_in_another_folder_has_its_own_paths_and_the_memory_of_the_config_in_use(briefing: Terminal) -> None:
    assert briefing("subscribers", "add", "ada@readers.example", "--confirmed").status == 0
    assert briefing("send", "--all", *AT).status == 0
    other = briefing.folder / "elsewhere"
    (other / "news").mkdir(parents=True)
    feed = (briefing.folder / "news/harbour.xml").read_text("utf-8")
    (other / "news/harbour.xml").write_text(feed.replace("</channel>", BAKERY + "</channel>"), "utf-8")
    (other / "new.yaml").write_text(CONFIG, "utf-8")
    next_day = NOW.replace("11-22", "11-23")
    told = json.loads(briefing("config", "diff", "elsewhere/new.yaml", "--now", next_day, "--json").out)
    assert told["counts"] == {"added": 1, "dropped": 0, "moved": 0, "unchanged": 0}
    assert told["added"][0]["headline"] == "A bakery in Naples gives its bread away"
    assert (told["added"][0]["before"]["kind"], told["keys"]["choosing"]) == ("not-read", ["sources"])
    assert not (other / "briefing.db").exists()


def test_json_holds_the_same(briefing: Terminal) -> None:
    edited = edit(briefing, CONFIG + GOSSIP.replace("}]", "}, {name: Ferries, keywords: [ferry]}]"))
    told: dict[str, Any] = json.loads(briefing("config", "diff", edited, "--json", *AT).out)
    shown = {"date", "counts", "added", "dropped", "moved", "unchanged", "sections", "keys", "problems"}
    assert set(told) == shown | {"emptied", "readers"}
    assert (told["emptied"], told["readers"]) == ([], {"changed": 0, "all": 0, "is_least": False})
    (dropped,), (moved,) = told["dropped"], told["moved"]
    assert dropped["reason"] == {"kind": "muted", "topics": ["Lamps"], "part_of": None}
    assert dropped["place"] == {"section": "europe", "title": "Europe", "number": 1}
    assert (moved["gained"], moved["from"]["number"], moved["to"]["number"]) == (["Ferries"], 2, 1)
    back = json.loads(briefing("config", "diff", "config.yaml", "--config", edited, "--json", *AT).out)
    assert back["added"][0]["before"] == dropped["reason"]
    assert back["moved"][0]["lost"] == ["Ferries"]


def test_problems_of_either_build_are_listed_once(briefing: Terminal) -> None:
    edit(briefing, "", "news/empty.html")
    ran = briefing("config", "diff", edit(briefing, CONFIG + GOSSIP), *AT)
    assert ran.status == 1
    assert ran.err.count("! empty.html:") == 1
    assert "1 dropped" in ran.out


def test_the_edit_of_a_topic_says_whom_it_reaches_and_what_it_empties(briefing: Terminal) -> None:
    topics = "topics: [{name: Lamps, keywords: [lighthouse]}, {name: Ferries, keywords: [ferry]}]\n"
    (briefing.folder / "config.yaml").write_text(CONFIG + topics + "sections: {by: topic}\n", "utf-8")
    edited = edit(
        briefing, CONFIG + topics.replace("lighthouse]", "lighthouse], mute: true") + "sections: {by: topic}\n"
    )
    for name, chosen in (("ada", ()), ("ben", ()), ("cyd", ("--section", "Ferries"))):
        assert briefing("subscribers", "add", f"{name}@readers.example", "--confirmed").status == 0
        if chosen:
            table = f"email,sections\n{name}@readers.example,Ferries\n"
            edit(briefing, table, "r.csv")
            assert briefing("subscribers", "import", "r.csv", "--confirmed").status in {0, 1}
    lines = briefing("config", "diff", edited, *AT).out.splitlines()
    assert lines[0] == "0 stories added, 1 dropped, 0 moved, 1 unchanged"
    assert lines[1].startswith("Lamps now empty; ")
    assert lines[1].endswith("of 3 readers get a different edition")


@pytest.mark.parametrize("wrong", ["config.yaml", "edited.yaml"])
def test_a_wrong_config_is_one_line_with_its_place(briefing: Terminal, wrong: str) -> None:
    edit(briefing, CONFIG)
    edit(briefing, CONFIG + "topics: [{nam: Lamps}]\n", wrong)
    ran = briefing("config", "diff", "edited.yaml", *AT)
    assert (ran.status, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"{wrong}:7:")


def test_a_file_that_is_not_there_is_named(briefing: Terminal) -> None:
    ran = briefing("config", "diff", "nowhere.yaml", *AT)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("nowhere.yaml: no such file")


@pytest.mark.parametrize(
    ("number", "words"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (113, "113th")]
)
def test_places_are_counted_in_words_a_person_says(number: int, words: str) -> None:
    assert _nth(number) == words


@pytest.mark.parametrize(
    ("headline", "shown"),
    [
        ("Ferries\n return\x1b[31m", "Ferries return [31m"),
        ("", "(no headline)"),
        ("x" * 72, "x" * 72),
        ("x" * 70 + " yz", "x" * 70 + "…"),
    ],
)
def test_a_headline_takes_one_line(headline: str, shown: str) -> None:
    assert headline_on_a_line(headline) == shown

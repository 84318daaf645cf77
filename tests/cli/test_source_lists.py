from __future__ import annotations

import pytest

from tests.cli.conftest import CONFIG, Terminal

NESTED = """<opml version="2.0"><body><outline text="Coast"><outline text="North">
<outline text="Harbour &amp; &quot;Post&quot;" xmlUrl="https://harbour.example/feed?a=1&amp;b=2"/></outline>
<outline text="quay.example" xmlUrl="https://quay.example/rss"/></outline></body></opml>"""


def config(terminal: Terminal) -> str:
    return (terminal.folder / "config.yaml").read_text("utf-8")


def test_a_list_comes_back_as_it_was_imported_and_is_imported_once(briefing: Terminal) -> None:
    (briefing.folder / "in.opml").write_text(NESTED, "utf-8")
    before = config(briefing)
    ran = briefing("sources", "import", "in.opml")
    assert (ran.status, ran.err, ran.out) == (0, "", "config.yaml: 2 feeds added\n")
    after = config(briefing)
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        '  - {feed: "https://harbour.example/feed?a=1&b=2", name: "Harbour & \\"Post\\""}',
        '  - {feed: "https://quay.example/rss"}',
    ]
    exported = briefing("sources", "export").out
    (briefing.folder / "out.opml").write_text(exported, "utf-8")
    assert briefing("sources", "import", "out.opml").out == "config.yaml: 0 feeds added, 2 there already\n"
    assert config(briefing) == after
    (briefing.folder / "config.yaml").write_text(before, "utf-8")
    briefing("sources", "import", "out.opml")
    assert config(briefing) == after


def test_a_list_named_in_the_config_is_exported_with_its_feeds(briefing: Terminal) -> None:
    (briefing.folder / "in.opml").write_text(NESTED, "utf-8")
    lists = "sources:\n  - {opml: in.opml}\n  - {opml: gone.opml}\n"
    (briefing.folder / "config.yaml").write_text("briefing: {name: N, language: en, timezone: UTC}\n" + lists, "utf-8")
    ran = briefing("sources", "export", "--out", "out.opml")
    assert (ran.status, ran.out) == (0, "")
    assert "gone.opml is left out" in ran.err
    assert "https://quay.example/rss" in (briefing.folder / "out.opml").read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<opml><body/></opml>", "holds no feed"),
        ("<opml><body>", "is not well-formed OPML"),
        (None, "cannot be read: No such file"),
    ],
    ids=["empty", "broken", "missing"],
)
def test_what_cannot_be_imported_changes_nothing(briefing: Terminal, text: str | None, reason: str) -> None:
    if text is not None:
        (briefing.folder / "in.opml").write_text(text, "utf-8")
    ran = briefing("sources", "import", "in.opml")
    assert ran.status == 2
    assert reason in ran.err
    assert config(briefing) == CONFIG
    assert not [*briefing.folder.glob(".config*")]

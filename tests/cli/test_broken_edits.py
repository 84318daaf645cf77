from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import escape
from structlog.testing import capture_logs

from briefing.cli.previewing import Looker, make_rehearsal
from briefing.web.preview import Backstage, preview_app
from briefing.wiring.preview import Studio
from tests.cli.conftest import NOW
from tests.cli.test_living import living as living  # noqa: PLC0414, a fixture
from tests.cli.test_serving import folder as folder  # noqa: PLC0414, likewise
from tests.cli.test_serving import port as port  # noqa: PLC0414, likewise
from tests.config.broken import BROKEN
from tests.web.browser import ask

if TYPE_CHECKING:
    from pathlib import Path

    from briefing.cli.living import LivingHouse
    from tests.cli.conftest import Terminal


def write(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_no_broken_edit_stops_serve_which_keeps_the_house_that_stands(living: LivingHouse, folder: Path) -> None:
    house, good = living.house, (folder / "config.yaml").read_text()
    for content, _ in BROKEN.values():
        write(folder / "config.yaml", content)
        with capture_logs() as said:
            assert not living.refresh(asked=True)
        assert [one["event"] for one in said] == ["config not taken over"]
        assert living.house is house
    (folder / "config.yaml").write_text(good.replace("The Morning Post", "The Evening Post"))
    assert living.refresh(asked=True)


def test_no_broken_edit_stops_preview_which_keeps_the_last_page(briefing: Terminal) -> None:
    config = briefing.folder / "config.yaml"
    good = config.read_text()
    studio = Studio(path=config, out=briefing.folder / "out", moment=datetime.fromisoformat(NOW))
    rehearsal = make_rehearsal(studio)
    looker, app = Looker(studio, rehearsal), preview_app(Backstage(rehearsal=rehearsal, token="a token"))
    assert looker.look()
    for mistake, (content, _) in BROKEN.items():
        write(config, content)
        assert looker.look(), mistake
        (fault, *_) = rehearsal.scene.faults
        page = ask(app, "/")
        shown = ("config.yaml" in page.text, escape(fault.message) in page.text, "Ferries return" in page.text)
        assert (page.status, *shown) == (200, True, True, True), mistake
    config.write_text(good.replace("The Morning Post", "The Evening Post"))
    assert looker.look()
    assert "The Evening Post" in ask(app, "/").text


def test_every_mistake_is_shown_as_compilers_show_it(terminal: Terminal) -> None:
    (terminal.folder / "config.yaml").write_text(
        "briefing: {name: Post}\nsources: [{folder: x}]\nlook: {accent: red}\nsumary: {}\n"
    )
    ran = terminal("config", "check")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        'config.yaml:3:8: look.accent: "red" is not a colour; write it in quotes as "#8c1d2c"',
        "    3 | look: {accent: red}",
        "      |        ^",
        'config.yaml:4:1: sumary: unknown key; did you mean "summary"?',
        "    4 | sumary: {}",
        "      | ^",
        "2 mistakes",
    ]


def test_mistakes_are_one_json_list_for_programs(terminal: Terminal) -> None:
    (terminal.folder / "config.yaml").write_text("briefing: {name: 5}\nsources: [{folder: x}]\n")
    ran = terminal("config", "check", "--json")
    told = {"file": "config.yaml", "line": 1, "column": 12, "message": "briefing.name: 5 is not text; put it in quotes"}
    assert (ran.status, json.loads(ran.out)) == (2, [told])
    (terminal.folder / "config.yaml").write_text("briefing: {name: P}\nsources: [{folder: x}]\n")
    assert json.loads(terminal("config", "check", "--json").out) == []

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import CONFIG, NOW

if TYPE_CHECKING:
    from tests.cli.conftest import Terminal

pytestmark = pytest.mark.slow

LAMPS = "topics: [{name: Lamps, keywords: [lighthouse], mute: true}]\n"


def sent(briefing: Terminal) -> None:
    assert briefing("subscribers", "add", "ada@readers.example", "--confirmed").status == 0
    assert briefing("send", "--all", "--now", NOW).status == 0


def test_a_day_is_told_again_beside_what_was_sent(briefing: Terminal) -> None:
    sent(briefing)
    assert briefing("replay", "2026-11-22").out.splitlines() == [
        "2026-11-22: 2 stories sent, 2 stories now: 2 the same, +0, -0",
        "",
        "= A lighthouse in Cornwall is lit again",
        "= Ferries return to the strait after nine days",
    ]
    (briefing.folder / "config.yaml").write_text(CONFIG + LAMPS)
    ran = briefing("replay", "2026-11-22")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "2026-11-22: 2 stories sent, 1 story now: 1 the same, +0, -1")
    assert "- A lighthouse in Cornwall is lit again" in ran.out
    told = json.loads(briefing("replay", "2026-11-22", "--json").out)
    assert (told["date"], told["was_sent"], len(told["sent"]), len(told["now"]), told["new"]) == (
        *("2026-11-22", True, 2, 1),
        [],
    )


def test_a_day_on_which_nobody_got_anything_says_so(briefing: Terminal) -> None:
    ran = briefing("replay", "2026-11-22")
    assert ran.status == 1
    assert ran.out.startswith("2026-11-22: nobody was sent an edition; today's config would tell 2 stories\n\n+ ")


def test_nothing_is_recorded(briefing: Terminal) -> None:
    briefing("replay", "2026-11-22")
    assert briefing("replay", "2026-11-22").status == 1
    assert not (briefing.folder / "out").exists()


def test_what_is_no_date_is_one_line(briefing: Terminal) -> None:
    ran = briefing("replay", "yesterday")
    assert (ran.status, ran.out) == (2, "")
    assert '"yesterday" is no date; write it as 2026-11-22' in ran.err

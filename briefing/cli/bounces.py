"""Takes words about mail that came back, gives a round through the mailbox, or the readers it concerns.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import list_problems, note, plural, say

if TYPE_CHECKING:
    from briefing.services.bounce_round import RoundReport, Standing

app = typer.Typer(help="Look after mail that comes back.", no_args_is_help=True, rich_markup_mode=None)

ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
_CONFIG = Path("config.yaml")


@app.command(epilog="Example: briefing bounces read")
def read(*, config: ConfigOption = _CONFIG) -> int:
    """Reads the mailbox of `mail: bounces` once, acts on each letter, and says what was done."""
    from briefing.config.load import load_config
    from briefing.wiring import make_bounce_round, open_bounce_desk

    loaded = load_config(config)
    reading = make_bounce_round(loaded, open_bounce_desk(loaded))
    if reading is None:
        note(f"{config} names no mailbox; add `bounces:` with a folder or imap under `mail:`")
        return 2
    return _tell(reading.run())


@app.command("list", epilog="Example: briefing bounces list")
def list_bounces(*, config: ConfigOption = _CONFIG) -> int:
    """Shows who is suppressed and why, and whose mail came back of late, one line each."""
    from briefing.config.load import load_config
    from briefing.services.bounce_round import standings
    from briefing.wiring import open_bounce_desk

    desk = open_bounce_desk(load_config(config))
    number = 0
    for standing in standings(desk):
        say(_line(standing, most=desk.most))
        number += 1
    note(plural(number, "reader"))
    return 0


def _tell(report: RoundReport) -> int:
    from briefing.services.bounces import Outcome

    counts = {outcome: report.counts.get(outcome, 0) for outcome in Outcome}
    said = [
        f"{counts[Outcome.HARD]} hard",
        f"{counts[Outcome.SOFT]} soft",
        plural(counts[Outcome.COMPLAINT], "complaint"),
        f"{counts[Outcome.UNSUBSCRIBED]} unsubscribed",
        f"{counts[Outcome.CONFIRMED]} confirmed",
        f"{counts[Outcome.POLICY]} refused on policy",
        f"{counts[Outcome.IGNORED]} ignored",
        f"{counts[Outcome.UNKNOWN]} unknown",
    ]
    list_problems(report.problems)
    say(f"{plural(sum(counts.values()), 'letter')}: {', '.join(said)}")
    if not report.is_complete:
        return 1 if report.counts else 2
    return 1 if report.problems else 0


def _line(standing: Standing, *, most: int) -> str:
    reader, tally = standing.reader, standing.tally
    why = tally.detail if tally else ""
    state = f"{tally.soft} of {most} soft" if tally and tally.soft else reader.status.value
    return "  ".join([f"{state:12}", reader.email, *(word for word in (reader.reason, why) if word)])

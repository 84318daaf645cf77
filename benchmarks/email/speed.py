"""Takes invented mornings, gives milliseconds: setting a mail, and npm's mjml beside MRML and beside what we use of it.

    python -m benchmarks.email.speed [--quick]

Every round sets a morning that was not set before, so that nothing is remembered from the round before it; it counts
processor time, so that a busy machine changes little. The peer renders the same MJML in a node process that is kept
warm, without validating it; they take turns by the clock on the wall, so that a busy machine slows all alike.

Next: benchmarks/email/message_speed.py.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from mjml import mjml2html

from benchmarks.email.cells import SENDER
from benchmarks.email.mornings import invent_morning
from benchmarks.email.npm_mjml import NpmMjml, has_npm_mjml
from benchmarks.page import table
from benchmarks.rows import MS, SYSTEM_CURE, Found, Missing, Row, compare
from briefing.model.settings import Look
from briefing.render.mjml import render_edition, set_frame, set_mjml
from briefing.render.setting import Setter
from briefing.render.sheet import make_sheet
from briefing.render.templates import load_templates
from briefing.render.words import words_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.render.templates import Templates

ROUNDS, QUICK_ROUNDS, WARM_UP, NPM_WARM_UP, FRAME = 21, 7, 4, 30, "fr"
PEER_SIZES = (8, 40, 150)
NPM = "npm mjml, kept warm"


def main(words: list[str] | None = None) -> int:
    """Prints a line per contender and size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.email.speed")
    parser.add_argument("--quick", action="store_true")
    print(table(measure(quick=parser.parse_args(words).quick)))
    return 0


def measure(*, quick: bool) -> Found:
    """The same MJML by everybody who is here; what a whole mail takes is a note."""
    templates, rounds = load_templates(), QUICK_ROUNDS if quick else ROUNDS
    rows: tuple[Row, ...] = ()
    with ExitStack() as stack:
        npm = stack.enter_context(NpmMjml()) if has_npm_mjml() else None
        for count in PEER_SIZES:
            rows += _beside(count, npm, templates, rounds)
    missing = () if has_npm_mjml() else (Missing(what="npm's mjml", cure=SYSTEM_CURE),)
    notes = tuple(
        f"A whole mail of {told} takes {_setting(count, templates, rounds):.1f} ms of the processor."
        for count, told in ((40, "40 stories (Jinja2, MRML, text)"), (150, "150 stories, shortened to fit,"))
    )
    return Found(rows=rows, missing=missing, notes=notes)


def _setting(count: int, templates: Templates, rounds: int) -> float:
    """Median milliseconds of the mornings but the first few."""
    taken = []
    for seed in range(rounds + WARM_UP):
        edition = invent_morning(count, FRAME, seed=seed)
        started = time.process_time()
        render_edition(edition, look=Look(), sender=SENDER, templates=templates)
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken[WARM_UP:])


def _beside(count: int, npm: NpmMjml | None, templates: Templates, rounds: int) -> tuple[Row, ...]:
    """All on the same source, round by round."""
    words = words_in(FRAME, templates)
    sheet = make_sheet(invent_morning(count, FRAME), look=Look(), sender=SENDER, words=words)
    source = set_mjml(sheet, Setter(look=Look(), words=words, templates=templates))
    if npm:  # node compiles what it runs often: its first renderings take two to three times as long
        npm.render(source, level="skip", rounds=NPM_WARM_UP)
    ours, whole = [], []
    theirs: list[float] = []
    for _ in range(rounds + WARM_UP):
        ours.append(_timed(lambda: set_frame(source)))
        whole.append(_timed(lambda: mjml2html(source, fonts={})))
        theirs += npm.render(source, level="skip").ms if npm else ()
    taken = {"ours": ours, "MRML, all of it": whole} | ({NPM: theirs} if npm else {})
    what = f"the MJML of {count} stories to HTML"
    return compare(what, {name: statistics.median(each[WARM_UP:]) for name, each in taken.items()}, MS)


def _timed(work: Callable[[], str]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Takes invented mornings, gives milliseconds: setting a mail, and npm's mjml beside MRML and beside what we use of it.

    python -m benchmarks.email.speed

Every round sets a morning that was not set before, so that nothing is remembered from the round before it; it counts
processor time, so that a busy machine changes little. The peer renders the same MJML in a node process that is kept
warm, without validating it; they take turns by the clock on the wall, so that a busy machine slows all alike.

Next: benchmarks/email/message_speed.py.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

from mjml import mjml2html

from benchmarks.email.cells import SENDER
from benchmarks.email.mornings import invent_morning
from benchmarks.email.npm_mjml import NpmMjml, has_npm_mjml
from benchmarks.email.verdicts import CURE
from briefing.model.settings import Look
from briefing.render.mjml import render_edition, set_frame, set_mjml
from briefing.render.setting import Setter
from briefing.render.sheet import make_sheet
from briefing.render.templates import load_templates
from briefing.render.words import words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from briefing.render.templates import Templates

ROUNDS, WARM_UP, FRAME = 21, 4, "fr"
PEER_SIZES = (8, 40, 150)


def main() -> int:
    """Prints a line per step, then one per size with the peer."""
    templates = load_templates()
    for count, told in ((40, "40 stories: Jinja2, MRML, text"), (150, "150 stories: the same, shortened to fit")):
        print(_told(told, _setting(count, templates)), flush=True)
    if not has_npm_mjml():
        print(f"npm's mjml beside MRML: skipped, {CURE}")
        return 0
    print(f"{'the same MJML':12}{'our step':>11}{'all MRML':>12}{'npm mjml':>12}{'to ours':>8}{'MRML':>9}   bytes")
    with NpmMjml() as npm:
        for count in PEER_SIZES:
            print(_beside(count, npm, templates), flush=True)
    return 0


def _setting(count: int, templates: Templates) -> list[float]:
    """Milliseconds for each morning but the first few."""
    taken = []
    for seed in range(ROUNDS + WARM_UP):
        edition = invent_morning(count, FRAME, seed=seed)
        started = time.process_time()
        render_edition(edition, look=Look(), sender=SENDER, templates=templates)
        taken.append((time.process_time() - started) * 1000)
    return taken[WARM_UP:]


def _beside(count: int, npm: NpmMjml, templates: Templates) -> str:
    """All on the same source, round by round."""
    words = words_in(FRAME, templates)
    sheet = make_sheet(invent_morning(count, FRAME), look=Look(), sender=SENDER, words=words)
    source = set_mjml(sheet, Setter(look=Look(), words=words, templates=templates))
    ours, whole, theirs, sizes = [], [], [], ("", "")
    for _ in range(ROUNDS + WARM_UP):
        taken, html = _timed(lambda: set_frame(source))
        ours.append(taken)
        whole.append(_timed(lambda: mjml2html(source, fonts={}))[0])
        peer = npm.render(source, level="skip")
        theirs += peer.ms
        sizes = (f"{len(html.encode()):,}", f"{peer.bytes:,}")
    mine, all_mrml, its = (statistics.median(taken[WARM_UP:]) for taken in (ours, whole, theirs))
    ratios = f"{its / mine:7.1f}x{its / all_mrml:8.1f}x"
    return f"{f'{count} stories':12}{mine:9.2f} ms{all_mrml:9.2f} ms{its:9.1f} ms{ratios}   {' '.join(sizes)}"


def _timed(work: Callable[[], str]) -> tuple[float, str]:
    started = time.perf_counter()
    made = work()
    return (time.perf_counter() - started) * 1000, made


def _told(name: str, milliseconds: Sequence[float]) -> str:
    middle = statistics.median(milliseconds)
    return f"{name:40}{middle:8.2f} ms   of {len(milliseconds)}, at most {max(milliseconds):.2f}"


if __name__ == "__main__":
    sys.exit(main())

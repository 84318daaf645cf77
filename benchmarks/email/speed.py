"""Takes invented mornings, gives milliseconds: setting, checking and addressing a mail, and npm's mjml beside MRML.

    python -m benchmarks.email.speed

Every round sets a morning that was not set before, so that nothing is remembered from the round before it; it counts
processor time, so that a busy machine changes little. The peer renders the same MJML in a node process that is kept
warm, without validating it; the two take turns by the clock on the wall, so that a busy machine slows both alike.

Next: benchmarks/grouping/invented.py.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING, TypeVar

from mjml import mjml2html

from benchmarks.email.cells import SENDER, address, copy_from, prepare
from benchmarks.email.mornings import invent_morning
from benchmarks.email.npm_mjml import NpmMjml, has_npm_mjml
from benchmarks.email.verdicts import CURE
from briefing.model.settings import Look
from briefing.render.check import check_message
from briefing.render.mjml import render_edition, set_mjml
from briefing.render.setting import Setter
from briefing.render.sheet import make_sheet
from briefing.render.templates import load_templates
from briefing.render.words import words_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from briefing.model.edition import Edition
    from briefing.render.mjml import RenderedEdition
    from briefing.render.templates import Templates

Work = TypeVar("Work")

ROUNDS, WARM_UP, FRAME = 11, 2, "fr"
#: Of one prepared message, to time what takes less than a millisecond.
COPIES = 1_000
PEER_SIZES = (8, 40, 150)


def main() -> int:
    """Prints a line per step, then one per size with the peer."""
    templates = load_templates()
    for count, told in ((40, "40 stories: Jinja2, MRML, text"), (150, "150 stories: the same, shortened to fit")):
        print(_told(told, _setting(count, templates)), flush=True)
    editions = _mornings(40)
    rendered = [(_render(edition, templates), edition) for edition in editions]
    messages = [address(*pair) for pair in rendered]
    print(_told("check before sending, 40 stories", _each(check_message, messages)))
    print(_told("all that readers share, 40 stories", _each(lambda pair: prepare(*pair), rendered)))
    print(_told("one reader's copy, 40 stories", _copies(rendered)), flush=True)
    if not has_npm_mjml():
        print(f"npm's mjml beside MRML: skipped, {CURE}")
        return 0
    print(f"{'the same MJML':34}{'MRML':>12}{'npm mjml':>12}{'ratio':>8}   bytes of each")
    with NpmMjml() as npm:
        for count in PEER_SIZES:
            print(_beside(count, npm, templates), flush=True)
    return 0


def _mornings(count: int) -> list[Edition]:
    return [invent_morning(count, FRAME, seed=seed) for seed in range(ROUNDS + WARM_UP)]


def _render(edition: Edition, templates: Templates) -> RenderedEdition:
    return render_edition(edition, look=Look(), sender=SENDER, templates=templates)


def _setting(count: int, templates: Templates) -> list[float]:
    return _each(lambda edition: _render(edition, templates), _mornings(count))


def _each(work: Callable[[Work], object], inputs: Sequence[Work]) -> list[float]:
    """Milliseconds of the work on each input but the first few."""
    taken = []
    for one in inputs:
        started = time.process_time()
        work(one)
        taken.append((time.process_time() - started) * 1000)
    return taken[WARM_UP:]


def _copies(rendered: Sequence[tuple[RenderedEdition, Edition]]) -> list[float]:
    def thousand(pair: tuple[RenderedEdition, Edition]) -> list[float]:
        prepared = prepare(*pair)
        return [ms / COPIES for ms in _each(lambda _: [copy_from(prepared) for _ in range(COPIES)], (0, 1, 2))]

    return [ms for pair in rendered[:3] for ms in thousand(pair)]


def _beside(count: int, npm: NpmMjml, templates: Templates) -> str:
    """MRML and npm's mjml on the same source, round by round."""
    words = words_in(FRAME, templates)
    sheet = make_sheet(invent_morning(count, FRAME), look=Look(), sender=SENDER, words=words)
    source = set_mjml(sheet, Setter(look=Look(), words=words, templates=templates))
    ours, theirs, sizes = [], [], ("", "")
    for _ in range(ROUNDS + WARM_UP):
        started = time.perf_counter()
        html: str = mjml2html(source, fonts={})
        ours.append((time.perf_counter() - started) * 1000)
        peer = npm.render(source, level="skip")
        theirs += peer.ms
        sizes = (f"{len(html.encode()):,}", f"{peer.bytes:,}")
    mine, its = statistics.median(ours[WARM_UP:]), statistics.median(theirs[WARM_UP:])
    return f"{f'{count} stories':34}{mine:9.2f} ms{its:9.1f} ms{its / mine:7.1f}x   {' '.join(sizes)}"


def _told(name: str, milliseconds: Sequence[float]) -> str:
    middle = statistics.median(milliseconds)
    return f"{name:40}{middle:8.2f} ms   of {len(milliseconds)}, at most {max(milliseconds):.2f}"


if __name__ == "__main__":
    sys.exit(main())

"""Takes invented mornings, gives a table: what a segment's message, each reader's copy and the outgoing check cost.

    python -m benchmarks.email.message_speed

Processor time, so that a busy machine changes little. The peer writes the same copy as a program would that builds
`EmailMessage` for each reader: the same links put into the same text, the same headers, `as_bytes`.

Next: benchmarks/email/signing_speed.py.
"""

from __future__ import annotations

import statistics
import sys
import time
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.email.mornings import invent_morning
from briefing.model.settings import Look, Sender
from briefing.render.check import check_message
from briefing.render.links import ReaderLinks, fill_html, fill_text
from briefing.render.message import prepare_message
from briefing.render.mjml import render_edition
from briefing.render.templates import load_templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefing.model.edition import Edition
    from briefing.render.message import PreparedMessage
    from briefing.render.mjml import RenderedEdition

SENDER = Sender(address="The Morning Tide <post@tide.example>", public_url="https://tide.example", imprint="Quay 1")
LINKS = ReaderLinks(
    unsubscribe="https://tide.example/u/3f9c2a7d51e84b063f9c2a7d",
    unsubscribe_mail="mailto:post@tide.example?subject=unsubscribe%203f9c2a7d51e84b063f9c2a7d",
    archive="https://tide.example/e/2026-11-22?t=3f9c2a7d51e84b063f9c2a7d",
)
#: Copies between two looks at the clock, looks, and checks.
COPIES, LOOKS, CHECKS, PEERS = 200, 25, 30, 20
CASES = ((40, "en", False), (40, "ja", False), (150, "en", False), (40, "en", True))


def main() -> int:
    """Prints a line per case; 1 when a copy of 40 stories without pictures takes more than 20 µs or a check 50 ms."""
    print(
        f"{'stories':>7} {'in':3}{'pictures':>9}{'bytes':>9}{'share':>9}{'copy':>10}{'peer':>9}{'check':>10}{'p95':>9}"
    )
    slow = False
    for count, frame, with_pictures in CASES:
        edition = invent_morning(count, frame, with_pictures=with_pictures)
        rendered = render_edition(edition, look=Look(images="all"), sender=SENDER, templates=load_templates())
        prepared = prepare(rendered, edition)
        shared = median(partial(prepare, rendered, edition), times=1, looks=9)
        copy = median(partial(_copy, prepared), times=COPIES, looks=LOOKS)
        peer = median(partial(_peer, rendered), times=1, looks=PEERS)
        message = _copy(prepared)
        checks = sorted(_looks(partial(check_message, message), times=1, looks=CHECKS))
        check, p95 = statistics.median(checks), checks[int(0.95 * CHECKS)]
        print(
            f"{count:7} {frame:3}{len(rendered.pictures):9}{len(message):9,}{shared * 1e3:6.1f} ms{copy * 1e6:7.1f} µs"
            f"{peer * 1e3:6.1f} ms{check * 1e3:7.1f} ms{p95 * 1e3:6.1f} ms",
            flush=True,
        )
        is_usual = (count, with_pictures) == (40, False)
        slow = slow or check > 0.050 or (is_usual and copy > 20e-6)
    return int(slow)


def prepare(rendered: RenderedEdition, edition: Edition) -> PreparedMessage:
    """What the readers of the edition share."""
    date = edition.built_at
    return prepare_message(
        rendered, edition=edition, sender=SENDER, links=LINKS, date=date, list_id="tide.tide.example"
    )


def _copy(prepared: PreparedMessage) -> bytes:
    name = "<2026-11-22.3f9c2a7d51e84b063f9c2a7d@tide.example>"
    return prepared.copy_for("lea@readers.example", name="Léa Ørn", links=LINKS, message_id=name)


def _peer(rendered: RenderedEdition) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = SENDER.address, "Léa Ørn <lea@readers.example>"
    message["Subject"], message["Message-ID"] = rendered.subject, "<2026-11-22.3f9c2a7d@tide.example>"
    message["List-Unsubscribe"] = f"<{LINKS.unsubscribe}>, <{LINKS.unsubscribe_mail}>"
    message.set_content(fill_text(rendered.text, LINKS), cte="quoted-printable")
    message.add_alternative(fill_html(rendered.html, LINKS), subtype="html", cte="quoted-printable")
    for name, picture in rendered.pictures:
        main, _, sub = picture.kind.partition("/")
        message.get_payload(1).add_related(picture.content, main, sub, cid=f"<{name}>")  # type: ignore[union-attr]
    return message.as_bytes()


def median(work: Callable[[], object], *, times: int, looks: int) -> float:
    """Seconds of one call: the clock is looked at so often, after so many calls each."""
    return statistics.median(_looks(work, times=times, looks=looks))


def _looks(work: Callable[[], object], *, times: int, looks: int) -> list[float]:
    """Seconds of one call, as often as the clock is looked at."""
    work()
    found = []
    for _ in range(looks):
        began = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - began) / times)
    return found


if __name__ == "__main__":
    sys.exit(main())

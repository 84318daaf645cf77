"""Takes the address of a watch outside of the house, gives it a sign of life.

Next: briefing/deliver/webhooks.py, whose connections it uses: where they may end, and for how long.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from briefing.deliver.webhooks import HttpMessenger

#: healthchecks.io keeps as much of a body (100 kB for paying customers).
MOST_BYTES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPinger:
    """Asks, or posts where there is something to say."""

    messenger: HttpMessenger = field(default_factory=HttpMessenger)

    def ping(self, address: str, *, reason: str = "") -> None:
        """Asks for the address, or posts the reason there; returns when it was heard.

        Raises:
            DeliveryError: it was not; the reason shows no address.
        """
        if not reason:
            self.messenger.ask("GET", address)
            return
        body = reason.encode("utf-8", "replace")[:MOST_BYTES]
        self.messenger.ask("POST", address, body, {"Content-Type": "text/plain; charset=utf-8"})

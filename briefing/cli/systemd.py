"""Takes a word for the service manager, gives it to systemd, where that is what started us; see sd_notify(3).

Next: briefing/cli/errands.py.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

#: What there is to say.
READY, STOPPING, ALIVE = "READY=1", "STOPPING=1", "WATCHDOG=1"
#: Whoever listens so badly that its queue is full is not waited for.
_PATIENCE_S = 1.0


def tell_systemd(word: str) -> None:
    """Says it, or does nothing where nobody listens; never raises."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # A name that begins with @ stands in Linux's abstract namespace, where a zero byte stands for it.
    place = "\0" + address[1:] if address.startswith("@") else address
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(_PATIENCE_S)
        line.sendto(word.encode(), place)

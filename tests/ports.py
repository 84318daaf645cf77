"""Finds ports for servers of tests, also while other tests run beside them."""

from __future__ import annotations

import secrets
import socket

#: Below those that Linux gives to connections that go out (32,768 and up): whoever is told a port finds it free later.
_FIRST, _LAST = 15_000, 32_000


def free_port() -> int:
    """A port of 127.0.0.1 where nobody listens.

    `random` would find the same one in every test: pytest-randomly seeds it anew for each.
    """
    while True:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue

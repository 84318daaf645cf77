"""Gives the tests of the full suite their servers: started once, in seconds, and ended with the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.make import folder_for_everyone
from tests.system.mail_server import CURE, MailServer, can_run, mail_server


@pytest.fixture(scope="session")
def postfix() -> Iterator[MailServer]:
    """A mail house of our own; tests share it, so each writes to addresses of its own."""
    if not can_run():
        pytest.skip(CURE)
    with folder_for_everyone() as folder, mail_server(folder) as server:
        yield server

"""Takes nothing, gives the protocols of what is looked at to learn of trouble. None of them changes anything.

Next: briefing/services/doctor.py, which asks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import PurePath

    from briefing.model.checkup import DatabaseSeen, PageSeen, PlaceSeen, RelaySeen, ZonesSeen


class Resolver(Protocol):
    """Looks names up in the DNS. A name that is not there, and one without such a record, give ()."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Its TXT records, the strings of each put together.

        Raises:
            LookupFailedError: the DNS did not answer, or answered that it cannot tell.
        """
        ...

    def mail_hosts(self, name: str) -> tuple[str, ...]:
        """The hosts of its MX records, the preferred one first; "" for "takes no mail" (RFC 7505).

        Raises:
            LookupFailedError: as above.
        """
        ...

    def addresses(self, host: str) -> tuple[str, ...]:
        """Its IPv4 and IPv6 addresses.

        Raises:
            LookupFailedError: as above.
        """
        ...

    def names_of(self, address: str) -> tuple[str, ...]:
        """What an IP address is called (PTR).

        Raises:
            LookupFailedError: as above.
        """
        ...


class Probe(Protocol):
    """Knocks at servers as the program would when it needs them, and leaves again."""

    @property
    def own_name(self) -> str:
        """What this machine calls itself."""
        ...

    def transport(self) -> RelaySeen:
        """Gets ready to hand mail over, by the transport of the config, and hands nothing over.

        Raises:
            DeliveryError: the transport could not have taken any.
        """
        ...

    def mailbox(self) -> None:
        """Opens the mailbox that bounces come to, and marks nothing in it.

        Raises:
            BounceError: it cannot be opened.
        """
        ...

    def page(self, address: str) -> PageSeen:
        """What a GET of the address brings.

        Raises:
            LookupFailedError: no answer, or none that could be trusted; the reason does not show the address.
        """
        ...


class Premises(Protocol):
    """Looks at this machine: files, disks and what came with it."""

    def place(self, path: PurePath) -> PlaceSeen:
        """How a file or folder is; nothing is raised."""
        ...

    def read(self, path: PurePath) -> bytes | None:
        """A file's bytes; None when it cannot be read."""
        ...

    def zones(self) -> ZonesSeen:
        """Where time zones come from."""
        ...

    def installed_at(self) -> datetime:
        """When this program was put on the machine; the clock was never earlier since."""
        ...


class DatabaseInspector(Protocol):
    """Looks at the database before anybody relies on it."""

    def inspect(self) -> DatabaseSeen:
        """How it is; a file that is not there is not made.

        Raises:
            StoreError: it is not there, or cannot be opened.
        """
        ...

    def newest_delivery(self) -> datetime | None:
        """When a row of the newest edition was last written.

        Raises:
            StoreError: it cannot be read.
        """
        ...

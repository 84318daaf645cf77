"""Takes a record such as "v=DMARC1; p=none", gives its tags; and says whose domain a mailbox is at.

Next: briefing/services/checks/dkim.py.
"""

from __future__ import annotations

import re
from email.utils import parseaddr

_NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")


def read_tags(record: str) -> dict[str, str]:
    """The tags in their order (RFC 6376 §3.2, RFC 7489 §6.3), white space around names and values left out.

    Raises:
        ValueError: no such list, or a tag twice; the message says what stands there.
    """
    tags: dict[str, str] = {}
    for piece in record.rstrip("; \t").split(";"):
        name, equals, value = piece.partition("=")
        name = name.strip()
        if not equals or not _NAME.fullmatch(name):
            raise ValueError(f"“{piece.strip()[:40]}” is no tag; each is NAME=VALUE, with a semicolon between them")
        if name in tags:
            raise ValueError(f"the tag {name}= stands there twice")
        tags[name] = value.strip()
    return tags


def domain_of(mailbox: str) -> str:
    """The domain of an address with or without a display name, as the DNS spells it."""
    domain = parseaddr(mailbox)[1].rpartition("@")[2].rstrip(".").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def is_below(name: str, domain: str) -> bool:
    """The name is the domain, or in it."""
    return bool(domain) and f".{name}".endswith(f".{domain}")

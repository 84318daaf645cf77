"""Takes nothing, gives the shape of what stands under `mail:` in config.yaml.

Next: briefing/config/schema.py, of which it is a part.
"""

from __future__ import annotations

import re
import shlex
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from briefing.config.keys import key, needed, part
from briefing.config.values import Domain, Mailbox, Secret, Strict, is_domain
from briefing.model.mail_rules import is_this_machine

#: What `briefing.deliver.verp` needs of the 64 octets that a local part may have: a plus and 40 letters.
_MOST_BOUNCE_LOCAL = 23
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def _command(value: str) -> str:
    try:
        words = shlex.split(value)
    except ValueError:
        words = []
    if not words:
        raise ValueError(f"'{value}' is not a command; write it as /usr/sbin/sendmail -oi, each quote closed")
    return value


def _return_path(value: str) -> str:
    local, _, domain = value.rpartition("@")
    if not (re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+", local) and is_domain(domain)):
        raise ValueError(f'"{value}" is not a plain mail address; write it as bounces@example.org')
    if len(local) > _MOST_BOUNCE_LOCAL:
        raise ValueError(
            f'"{local}" leaves no room for the reader, whose sign is put behind it; take a name of at most '
            f"{_MOST_BOUNCE_LOCAL} letters, such as bounces"
        )
    return value


def _by_domain(value: dict[str, int]) -> dict[str, int]:
    for domain in value:
        if not is_domain(domain):
            raise ValueError(f'"{domain}" is not a domain; write it as gmail.com')
    return {domain.lower(): count for domain, count in value.items()}


def _by_selector(value: dict[str, Secret]) -> dict[str, Secret]:
    if not value:
        raise ValueError("no key is named; write a selector and where its private key is kept: {rsa1: {file: PATH}}")
    for selector in value:
        if not all(map(_LABEL.fullmatch, selector.split("."))):
            raise ValueError(f'"{selector}" is not a selector; take letters and digits, such as a year: "2026"')
    return value


Count = Annotated[int, Field(ge=1)]


class SmtpLimitKeys(Strict):
    """How much the relay may be asked to take."""

    connections: int | None = key("Open at the same time.", usual=4, ge=1, le=64)
    per_connection: Count | None = key("Messages, after which a new one is opened.", usual=500)
    per_minute: Count | None = key("Messages in all; without it, as many as it takes.")
    per_hour: Count | None = key("Messages in all; without it, as many as it takes.")
    per_domain: Annotated[dict[str, Count], AfterValidator(_by_domain)] = Field(
        default_factory=dict, description="Messages a minute to the readers of a domain: {gmail.com: 20}"
    )


class SmtpKeys(Strict):
    """The relay that takes our mail."""

    host: str = needed("Its name.", min_length=1, examples=["smtp.example.org"])
    port: int | None = key("587, or 24 for lmtp.", ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] | None = key(
        "none is for this machine: the default for lmtp; starttls for smtp."
    )
    username: Secret | None = key("If it wants one.")
    password: Secret | None = key("If it wants one.")
    limits: SmtpLimitKeys = part(SmtpLimitKeys, "What your provider lets you send; the rest waits its turn.")


class DkimKeys(Strict):
    """What the mail is signed with."""

    domain: Domain = needed("That of mail.from, or one above or below it.", examples=["example.org"])
    keys: Annotated[dict[str, Secret], AfterValidator(_by_selector)] = Field(
        description="Selector and where its private key is kept; every key signs."
    )


class ImapKeys(Strict):
    """The mailbox that bounces come to."""

    host: str = needed("Its name.", min_length=1, examples=["imap.example.org"])
    port: int | None = key("993, or 143 without tls.", ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = key("none is for this machine.", default="tls", usual="tls")
    username: Secret = needed("Where the name is kept.", examples=["{env: IMAP_USER}"])
    password: Secret = needed("Where the password is kept.", examples=["{env: IMAP_PASSWORD}"])
    mailbox: str | None = key("The folder.", usual="INBOX", min_length=1)

    @model_validator(mode="after")
    def _keeps_the_password_secret(self) -> ImapKeys:
        if self.security == "none" and not is_this_machine(self.host):
            raise ValueError(
                'security "none" would send the password readable for everyone on the way; write tls or starttls '
                "(none is for this machine)"
            )
        return self


class BounceKeys(Strict):
    """Where mail that comes back arrives."""

    address: Annotated[str, AfterValidator(_return_path)] = needed(
        "Of the return path; each reader's is made of it.", examples=["bounces@example.org"]
    )
    folder: str | None = key("A Maildir, or a folder of .eml files.", min_length=1)
    imap: ImapKeys | None = key("The mailbox that they come to.")
    soft: int | None = key("So many passing failures in a row count as a lasting one.", usual=5, ge=1, le=1000)

    @model_validator(mode="after")
    def _names_one_place(self) -> BounceKeys:
        if (self.folder is None) == (self.imap is None):
            raise ValueError("bounces are read from one place; name it as folder or as imap")
        return self


class MailKeys(Strict):
    """Who writes, and through what."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    sender: Mailbox = Field(
        "Briefing <briefing@localhost.localdomain>", alias="from", description="Whom the mail is from."
    )
    reply_to: Mailbox | None = key("Where answers go, if not there.")
    imprint: str | None = key("Who answers for it, and where; at the foot of every mail.")
    transport: Literal["outbox", "smtp", "lmtp", "sendmail", "maildir"] = key(
        "outbox writes .eml files and maildir fills a Maildir; the others send.", default="outbox", usual="outbox"
    )
    smtp: SmtpKeys | None = key("The relay of transport smtp or lmtp.")
    sendmail: Annotated[str, AfterValidator(_command)] | None = key(
        "The command of transport sendmail.", usual="/usr/sbin/sendmail"
    )
    maildir: str | None = key("The folder of transport maildir.", min_length=1)
    on_uncertain: Literal["resend", "hold"] = key(
        "What becomes of a mail when the server died before it answered.", default="resend", usual="resend"
    )
    dkim: DkimKeys | None = key("Signs the mail where the relay does not (docs/dkim.md).")
    bounces: BounceKeys | None = key("Reads what comes back, and strikes dead addresses off (docs/bounces.md).")

    @model_validator(mode="after")
    def _has_what_its_transport_needs(self) -> MailKeys:
        if self.transport in ("smtp", "lmtp") and self.smtp is None:
            raise ValueError(f'transport "{self.transport}" needs mail.smtp with at least a host')
        if self.transport == "maildir" and self.maildir is None:
            raise ValueError('transport "maildir" needs mail.maildir, the folder that mail is put into')
        return self

"""Takes the keys under mail:, gives a `MailRule` with its secrets in place, or says which line would send mail in vain.

Next: briefing/config/look.py.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from briefing.config.keyring import complaint
from briefing.model import settings as s
from briefing.model.delivery import OnUncertain
from briefing.model.mail_rules import BounceRule, DkimKey, ImapServer, SmtpLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

    from briefing.config.keyring import Keyring
    from briefing.config.mail_keys import BounceKeys, DkimKeys, MailKeys, SmtpKeys
    from briefing.config.schema import ConfigKeys
    from briefing.config.yaml_text import YamlText
    from briefing.errors import ConfigError

#: RFC 2033 asks LMTP to keep off port 25 and is spoken to servers nearby, of which few know TLS.
_LMTP = {"port": 24, "security": "none"}
#: RFC 9051 §2.1, RFC 8314 §3.2.
_IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}


def chosen(keys: BaseModel) -> dict[str, object]:
    """The keys a person set; what they left out keeps the default of the model."""
    return {name: value for name in type(keys).model_fields if (value := getattr(keys, name)) is not None}


def make_mail(keys: MailKeys, *, public_url: str | None, keyring: Keyring) -> s.MailRule:
    """Which way mail takes; the keys have been checked, the secrets are fetched here.

    Args:
        public_url: where readers reach our pages.
        keyring: of the config, whose folder paths count from.

    Raises:
        ConfigError: a secret is not where it should be, or is no key that could sign mail.
    """
    folder = keyring.path.parent
    page = public_url and public_url.rstrip("/")
    sender = s.Sender(address=keys.sender, reply_to=keys.reply_to, imprint=keys.imprint, public_url=page)
    return s.MailRule(
        sender=sender,
        transport=keys.transport,
        smtp=_smtp(keys.smtp, keyring, is_lmtp=keys.transport == "lmtp") if keys.smtp else None,
        sendmail=tuple(shlex.split(keys.sendmail)) if keys.sendmail else s.MailRule(sender=sender).sendmail,
        maildir=(folder / keys.maildir).absolute() if keys.maildir else None,
        on_uncertain=OnUncertain(keys.on_uncertain),
        dkim=_dkim(keys.dkim, keyring) if keys.dkim else (),
        bounces=_bounces(keys.bounces, keyring) if keys.bounces else None,
    )


def check_mail(keys: ConfigKeys, yaml: YamlText, path: Path) -> tuple[ConfigError, ...]:
    """What fits its key and would still reach nobody."""
    return tuple(complaint(message, *key, yaml=yaml, path=path) for key, message in _faults(keys))


def _faults(keys: ConfigKeys) -> Iterator[tuple[tuple[str, ...], str]]:
    signed, sent = keys.mail.dkim, _domain_of(keys.mail.sender)
    if signed and not _is_aligned(signed.domain, sent):
        yield (
            ("mail", "dkim", "domain"),
            f'"{signed.domain}" is neither the domain of mail.from nor one above or below it, so receivers would not '
            f'count the signature (DMARC); sign with "{sent}"',
        )
    if keys.subscribers.signup == "open":
        here = ("subscribers", "signup")
        if keys.web.public_url is None:
            yield here, '"open" needs web.public_url, where people reach the page to sign up on'
        elif "sender" not in keys.mail.model_fields_set:
            yield here, '"open" needs mail.from, the address that asks people whether they meant it'


def _domain_of(mailbox: str) -> str:
    domain = mailbox.rpartition("@")[2].strip("> ").lower()
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _is_aligned(one: str, other: str) -> bool:
    """DMARC's relaxed alignment (RFC 7489 §3.1.1) as far as it can be told without a list of public suffixes."""
    short, long = sorted((one, other), key=len)
    return "." in short and f".{long}".endswith(f".{short}")


def _smtp(keys: SmtpKeys, keyring: Keyring, *, is_lmtp: bool) -> s.SmtpServer:
    limits = {**chosen(keys.limits), "per_domain": tuple(keys.limits.per_domain.items())}
    told = {
        **(_LMTP if is_lmtp else {}),
        **chosen(keys),
        "username": keyring.find(keys.username, "mail", "smtp", "username"),
        "password": keyring.find(keys.password, "mail", "smtp", "password"),
        "limits": SmtpLimits(**limits),  # type: ignore[arg-type]  # validated
    }
    return s.SmtpServer(**told)  # type: ignore[arg-type]  # validated


def _dkim(keys: DkimKeys, keyring: Keyring) -> tuple[DkimKey, ...]:
    # Whoever signs nothing does not wait for the library: 50 ms of every command.
    from briefing.config.dkim_key import read_private_key  # noqa: PLC0415  # see above

    found = []
    for selector, secret in keys.keys.items():
        here = ("mail", "dkim", "keys", selector)
        private = keyring.fetch(secret, *here)
        try:
            read_private_key(private)
        except ValueError as error:
            raise keyring.complaint(str(error), *here) from None
        found.append(DkimKey(domain=keys.domain, selector=selector, private=private))
    return tuple(found)


def _bounces(keys: BounceKeys, keyring: Keyring) -> BounceRule:
    told = chosen(keys)
    if keys.folder:
        told["folder"] = (keyring.path.parent / keys.folder).absolute()
    if keys.imap:
        here = ("mail", "bounces", "imap")
        told["imap"] = ImapServer(
            **{  # type: ignore[arg-type]  # validated
                "port": _IMAP_PORTS[keys.imap.security],
                **chosen(keys.imap),
                "username": keyring.fetch(keys.imap.username, *here, "username"),
                "password": keyring.fetch(keys.imap.password, *here, "password"),
            }
        )
    return BounceRule(**told)  # type: ignore[arg-type]  # validated

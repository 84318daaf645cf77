"""What a person writes under mail:, and about who may sign up, becomes settings, or a message with line and cure."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from briefing.config.load import load_config
from briefing.config.mail_keys import _MOST_BOUNCE_LOCAL
from briefing.config.values import LEAST_KEPT
from briefing.deliver.verp import MOST_LOCAL_OCTETS
from briefing.errors import ConfigError
from briefing.model.mail_rules import BounceRule, ImapServer, OperatorRule, SmtpLimits
from briefing.model.settings import Config, MailRule
from tests.config.test_load import LEAST, SHIPPED, complaints, written
from tests.deliver.keys import ed25519_key, pem, rsa_key

FROM = "mail:\n  from: Post <post@news.example>\n"
KEY = "k" * 16


def read(folder: Path, added: str, environ: dict[str, str] | None = None) -> Config:
    return load_config(written(folder, LEAST + added), environ=environ or {})


def mail(folder: Path, added: str, environ: dict[str, str] | None = None) -> MailRule:
    return read(folder, FROM + added, environ).mail


def test_mail_without_a_word_about_its_way_goes_to_files(tmp_path: Path) -> None:
    rule = mail(tmp_path, "")
    assert (rule.transport, rule.smtp, rule.maildir, rule.dkim, rule.bounces) == ("outbox", None, None, (), None)
    assert rule.sendmail == ("/usr/sbin/sendmail",)


def test_a_relay_is_asked_for_no_more_than_it_takes(tmp_path: Path) -> None:
    limits = (
        "{connections: 2, per_connection: 9, per_minute: 30, per_hour: 600, per_domain: {Gmail.com: 20, a.example: 1}}"
    )
    smtp = mail(tmp_path, f"  smtp:\n    host: mx.example\n    limits: {limits}\n").smtp
    assert smtp is not None
    assert smtp.limits == SmtpLimits(
        connections=2,
        per_connection=9,
        per_minute=30,
        per_hour=600,
        per_domain=(("gmail.com", 20), ("a.example", 1)),
    )


def test_limits_that_are_left_out_are_the_usual_ones(tmp_path: Path) -> None:
    smtp = mail(tmp_path, "  smtp: {host: mx.example, limits: {per_hour: 5}}\n").smtp
    assert smtp is not None
    assert smtp.limits == SmtpLimits(per_hour=5)


@pytest.mark.parametrize(
    ("transport", "told", "port", "security"),
    [
        ("smtp", "", 587, "starttls"),
        ("smtp", ", port: 465, security: tls", 465, "tls"),
        ("lmtp", "", 24, "none"),
        ("lmtp", ", port: 2424, security: starttls", 2424, "starttls"),
    ],
)
def test_a_server_is_found_where_its_protocol_usually_is(
    tmp_path: Path, transport: str, told: str, port: int, security: str
) -> None:
    smtp = mail(tmp_path, f"  transport: {transport}\n  smtp: {{host: mx.example{told}}}\n").smtp
    assert smtp is not None
    assert (smtp.port, smtp.security) == (port, security)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/usr/sbin/sendmail -oi", ("/usr/sbin/sendmail", "-oi")),
        ("\"'/opt/my mailer/send' -t --from='Ada L'\"", ("/opt/my mailer/send", "-t", "--from=Ada L")),
    ],
)
def test_a_command_is_taken_apart_as_a_shell_would(tmp_path: Path, command: str, words: tuple[str, ...]) -> None:
    assert mail(tmp_path, f"  transport: sendmail\n  sendmail: {command}\n").sendmail == words


def test_a_maildir_counts_from_the_config(tmp_path: Path) -> None:
    assert mail(tmp_path, "  transport: maildir\n  maildir: var/mail\n").maildir == tmp_path / "var/mail"


BOUNCES = "  bounces:\n    address: bounces@news.example\n"


def test_bounces_are_read_from_a_folder(tmp_path: Path) -> None:
    rule = mail(tmp_path, f"{BOUNCES}    folder: var/bounces\n    soft: 3\n").bounces
    assert rule == BounceRule(address="bounces@news.example", folder=tmp_path / "var/bounces", soft=3)


@pytest.mark.parametrize(
    ("told", "port", "security", "mailbox"),
    [
        ("", 993, "tls", "INBOX"),
        (", security: starttls, mailbox: Bounces", 143, "starttls", "Bounces"),
        (", port: 1143, security: tls", 1143, "tls", "INBOX"),
    ],
)
def test_bounces_are_read_from_a_mailbox(tmp_path: Path, told: str, port: int, security: str, mailbox: str) -> None:
    imap = f"    imap: {{host: imap.example, username: {{env: U}}, password: {{env: P}}{told}}}\n"
    rule = mail(tmp_path, BOUNCES + imap, {"U": "ada", "P": "hush"}).bounces
    server = ImapServer(
        host="imap.example", port=port, security=security, username="ada", password="hush", mailbox=mailbox
    )
    assert rule == BounceRule(address="bounces@news.example", imap=server)
    assert "hush" not in repr(rule)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", '"[::1]"'])
def test_a_mailbox_of_this_machine_may_be_read_in_the_clear(tmp_path: Path, host: str) -> None:
    imap = f"    imap: {{host: {host}, security: none, username: {{env: U}}, password: {{env: U}}}}\n"
    rule = mail(tmp_path, BOUNCES + imap, {"U": "ada"}).bounces
    assert rule is not None
    assert rule.imap is not None
    assert rule.imap.security == "none"


def test_the_room_for_a_reader_is_what_their_return_path_takes() -> None:
    assert _MOST_BOUNCE_LOCAL == MOST_LOCAL_OCTETS


def signed(domain: str = "news.example", keys: str = "{r1: {env: R}, e1: {file: ed.pem}}") -> str:
    return f"  dkim:\n    domain: {domain}\n    keys: {keys}\n"


def test_several_keys_sign(tmp_path: Path) -> None:
    (tmp_path / "ed.pem").write_text(pem(ed25519_key()))
    keys = mail(tmp_path, signed(), {"R": pem(rsa_key())}).dkim
    assert [(key.domain, key.selector) for key in keys] == [("news.example", "r1"), ("news.example", "e1")]
    assert [key.private.strip() for key in keys] == [pem(rsa_key()).strip(), pem(ed25519_key()).strip()]
    assert "PRIVATE" not in repr(keys)


def test_a_selector_may_be_a_year(tmp_path: Path) -> None:
    (key,) = mail(tmp_path, signed(keys="{2026: {env: R}}"), {"R": pem(ed25519_key())}).dkim
    assert key.selector == "2026"


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("a@news.example", "news.example"),
        ("Post <a@News.Example>", "NEWS.example"),
        ("a@post.news.example", "news.example"),
        ("a@news.example", "post.news.example"),
        ("a@bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_who_signs_may_be_the_sender_or_one_above_or_below(tmp_path: Path, sender: str, domain: str) -> None:
    text = f"mail:\n  from: {sender}\n" + signed(domain, "{r1: {env: R}}")
    assert read(tmp_path, text, {"R": pem(ed25519_key())}).mail.dkim[0].domain == domain.lower()


@pytest.mark.parametrize("domain", ["other.example", "ws.example", "snews.example", "xn--bcher-kva.example"])
def test_a_signature_that_would_not_count_is_refused(tmp_path: Path, domain: str) -> None:
    assert complaints(tmp_path, LEAST + FROM + signed(domain)) == [
        f'8:5: mail.dkim.domain: "{domain}" is neither the domain of mail.from nor one above or below it, so receivers '
        'would not count the signature (DMARC); sign with "news.example"'
    ]


def test_a_sender_that_is_no_domain_at_all_is_signed_by_nobody(tmp_path: Path) -> None:
    sender = "mail:\n  from: a@" + "ü" * 70 + ".example\n"
    assert "is neither the domain of mail.from" in complaints(tmp_path, LEAST + sender + signed())[0]


@cache
def odd_keys() -> dict[str, tuple[str, str]]:
    public = pem(rsa_key()).replace("PRIVATE", "PUBLIC")
    return {
        "nothing": ("", "there is no private key in PEM form"),
        "no key": ("hush-hush", "there is no private key in PEM form"),
        "half a key": (pem(rsa_key())[:400], "there is no private key in PEM form"),
        "a public key": (public, "there is no private key in PEM form"),
        "a locked key": (pem(rsa_key(), phrase=b"hush"), "the key is locked with a pass phrase; openssl pkey -in"),
        "a weak key": (pem(rsa_key(1024)), "the key has only 1024 bits, too few to be trusted; openssl genpkey"),
        "another kind": (pem(ec.generate_private_key(ec.SECP256R1())), "the key is neither RSA nor Ed25519"),
    }


@pytest.mark.parametrize("name", odd_keys())
def test_a_key_that_could_not_sign_is_named_and_not_shown(tmp_path: Path, name: str) -> None:
    private, message = odd_keys()[name]
    with pytest.raises(ConfigError) as caught:
        mail(tmp_path, signed(keys="{r1: {env: R}}"), {"R": private})
    assert f":9:12: mail.dkim.keys.r1: {message}" in str(caught.value)
    assert caught.value.__cause__ is None
    assert not private or private[-30:] not in str(caught.value)


def test_a_secret_in_a_file_that_is_no_text_is_named_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "ed.pem").write_bytes(b"\x30\xff\x00")
    with pytest.raises(ConfigError, match=r":9:12: mail\.dkim\.keys\.e1: ed\.pem is no text$") as caught:
        mail(tmp_path, signed(keys="{e1: {file: ed.pem}}"))
    assert caught.value.__suppress_context__


WEB = "web:\n  public_url: https://news.example\n"


def test_nobody_signs_up_unless_it_says_so(tmp_path: Path) -> None:
    assert read(tmp_path, FROM + WEB).signup == "closed"
    assert read(tmp_path, FROM + WEB + "subscribers: {signup: closed}\n").signup == "closed"
    assert read(tmp_path, FROM + WEB + "subscribers: {signup: open}\n").signup == "open"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (FROM, '7:15: subscribers.signup: "open" needs web.public_url, where people reach the page to sign up on'),
        (WEB, '7:15: subscribers.signup: "open" needs mail.from, the address that asks people whether they meant it'),
    ],
    ids=["without a page", "without a sender"],
)
def test_a_page_to_sign_up_on_needs_an_address_and_a_sender(tmp_path: Path, given: str, message: str) -> None:
    assert complaints(tmp_path, LEAST + given + "subscribers: {signup: open}\n") == [message]


def test_programs_are_let_in_with_a_key(tmp_path: Path) -> None:
    web = read(tmp_path, "web:\n  api_key: {env: K}\n  trusted_proxy: true\n", {"K": KEY}).web
    assert (web.api_key, web.trusted_proxy) == (KEY, True)
    assert KEY not in repr(web)
    assert (read(tmp_path, "").web.api_key, read(tmp_path, "").web.trusted_proxy) == (None, False)


@pytest.mark.parametrize("key", ["", "k" * 15, "k" * 16 + " ", "k k" * 9, "é" * 16, "k" * 16 + "\n"])
def test_a_key_that_could_be_guessed_is_refused_and_not_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "web: {api_key: {env: K}}\n", {"K": key})
    assert ":5:7: web.api_key: what is kept there is no key of 16 letters and digits or more" in str(caught.value)
    assert not key or key not in str(caught.value)


def test_webhooks_are_told_over_https_or_within_the_house(tmp_path: Path) -> None:
    hooks = '["https://a.example/x", "http://127.0.0.1:99/", "https://a.example/x"]'
    assert read(tmp_path, f"web: {{webhooks: {hooks}}}\n").web.webhooks == (
        "https://a.example/x",
        "http://127.0.0.1:99/",
    )


def test_the_operator_is_nobody_unless_it_says_otherwise_and_is_never_shown(tmp_path: Path) -> None:
    assert read(tmp_path, "").operator == OperatorRule()
    told = read(tmp_path, 'operator: {email: "Op <op@a.example>", ping: "https://hc.example/uuid"}\n').operator
    assert told == OperatorRule(email="Op <op@a.example>", ping="https://hc.example/uuid")
    assert repr(told) == "OperatorRule()"


def test_the_books_are_kept_for_a_year_and_some_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, "").keep_ledger == timedelta(days=400)
    assert read(tmp_path, "keep: {ledger: 30d}\n").keep_ledger == timedelta(days=30)
    assert read(tmp_path, f"keep: {{ledger: {LEAST_KEPT.days}d}}\n").keep_ledger == LEAST_KEPT


def test_articles_are_kept_for_a_month_unless_it_says_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, "").keep_articles == timedelta(days=30)
    assert read(tmp_path, "keep: {articles: 10d}\n").keep_articles == timedelta(days=10)


SMTP = "mail:\n  smtp:\n    host: x\n    limits:\n"
MISTAKES = {
    "articles forgotten before they come again": (
        "keep: {articles: 9d}\n",
        '5:8: keep.articles: "9d" is too short; keep at least 10d, because a source may give the text of an article',
    ),
    "transport that is none": (
        "mail: {transport: smpt}\n",
        '5:8: mail.transport: "smpt" is not one of outbox, smtp, lmtp, sendmail, maildir; did you mean "smtp"?',
    ),
    "LMTP without its server": (
        "mail: {transport: lmtp}\n",
        '5:1: mail: transport "lmtp" needs mail.smtp with at least a host',
    ),
    "Maildir without its folder": (
        "mail: {transport: maildir}\n",
        '5:1: mail: transport "maildir" needs mail.maildir, the folder that mail is put into',
    ),
    "command with an open quote": (
        "mail:\n  sendmail: send 'mail\n",
        "6:3: mail.sendmail: 'send 'mail' is not a command; write it as /usr/sbin/sendmail -oi, each quote closed",
    ),
    "command of nothing": ('mail: {sendmail: " "}\n', "5:8: mail.sendmail: ' ' is not a command"),
    "unknown limit": (
        SMTP + "      per_minit: 5\n",
        '9:7: mail.smtp.limits.per_minit: unknown key; did you mean "per_minute"?',
    ),
    "limit of nothing": (
        SMTP + "      per_hour: 0\n",
        "9:7: mail.smtp.limits.per_hour: 0 is too small; write 1 or more",
    ),
    "too many connections": (
        SMTP + "      connections: 500\n",
        "9:7: mail.smtp.limits.connections: 500 is too large; write 64 or less",
    ),
    "limit of no domain": (
        SMTP + "      per_domain: {gmail: 20}\n",
        '9:7: mail.smtp.limits.per_domain: "gmail" is not a domain; write it as gmail.com',
    ),
    "limit of a domain that is no number": (
        SMTP + "      per_domain:\n        gmail.com: few\n",
        '10:9: mail.smtp.limits.per_domain.gmail.com: "few" is not a whole number',
    ),
    "signature without a key": ("mail: {dkim: {domain: a.example}}\n", "5:8: mail.dkim.keys: is missing"),
    "signature with no keys": (
        "mail: {dkim: {domain: a.example, keys: {}}}\n",
        "5:34: mail.dkim.keys: no key is named; write a selector and where its private key is kept: {rsa1:",
    ),
    "signature of no domain": (
        "mail: {dkim: {domain: a, keys: {a: {env: K}}}}\n",
        '5:15: mail.dkim.domain: "a" is not a domain; write it as example.org',
    ),
    "selector that is none": (
        "mail: {dkim: {domain: a.example, keys: {a_b: {env: K}}}}\n",
        '5:34: mail.dkim.keys: "a_b" is not a selector; take letters and digits, such as a year: "2026"',
    ),
    "key in the open": (
        "mail: {dkim: {domain: a.example, keys: {a: hush}}}\n",
        "5:41: mail.dkim.keys.a: a secret is never written here; name where it is kept: {env: NAME} or {file: PATH}",
    ),
    "bounces from nowhere": (
        "mail: {bounces: {address: b@a.example}}\n",
        "5:8: mail.bounces: bounces are read from one place; name it as folder or as imap",
    ),
    "bounces from two places": (
        "mail: {bounces: {address: b@a.example, folder: b, imap: {host: h, username: {env: U}, password: {env: P}}}}\n",
        "5:8: mail.bounces: bounces are read from one place; name it as folder or as imap",
    ),
    "bounces to a name": (
        "mail: {bounces: {address: Post <b@a.example>, folder: b}}\n",
        '5:18: mail.bounces.address: "Post <b@a.example>" is not a plain mail address; write it as bounces@example.org',
    ),
    "bounces to a long name": (
        "mail: {bounces: {address: returned-to-the-post-office@a.example, folder: b}}\n",
        '5:18: mail.bounces.address: "returned-to-the-post-office" leaves no room for the reader, whose sign is put '
        "behind it; take a name of at most 23 letters, such as bounces",
    ),
    "mailbox without a password": (
        "mail: {bounces: {address: b@a.example, imap: {host: h, username: {env: U}}}}\n",
        "5:40: mail.bounces.imap.password: is missing",
    ),
    "mailbox read in the clear": (
        "mail: {bounces: {address: b@a.example, imap: {host: h, security: none, username: {env: U}, "
        "password: {env: U}}}}\n",
        '5:40: mail.bounces.imap: security "none" would send the password readable for everyone on the way; write tls',
    ),
    "mailbox password not there": (
        "mail: {bounces: {address: b@a.example, imap: {host: h, username: {env: U}, password: {env: P}}}}\n",
        "5:56: mail.bounces.imap.username: the environment has no U; set it before the program starts",
    ),
    "sign-up that is neither": (
        "subscribers: {signup: opne}\n",
        '5:15: subscribers.signup: "opne" is not one of open, closed; did you mean "open"?',
    ),
    "API key in the open": ("web: {api_key: hush}\n", "5:7: web.api_key: a secret is never written here"),
    "webhook readable on the way": (
        'web: {webhooks: ["http://a.example/x"]}\n',
        '5:18: web.webhooks.0: what is sent to "http://a.example/x" could be read by everyone on the way; write https://',
    ),
    "webhook that is no address": (
        "web: {webhooks: [a.example]}\n",
        '5:18: web.webhooks.0: "a.example" is not a web address; it must begin with https:// (or http://)',
    ),
    "operator without an address": (
        "operator: {email: me}\n",
        '5:12: operator.email: "me" is not a mail address; write it as Morning Post <news@example.org>',
    ),
    "ping readable on the way": (
        'operator: {ping: "http://hc.example/uuid"}\n',
        '5:12: operator.ping: what is sent to "http://hc.example/uuid" could be read by everyone on the way; write https://',
    ),
    "books forgotten too soon": (
        "keep: {ledger: 12h}\n",
        '5:8: keep.ledger: "12h" is too short; keep at least 7d, or mail that is still on its way would be forgotten',
    ),
    "books for how long": ("keep: {ledger: long}\n", '5:8: keep.ledger: "long" is not a duration'),
}


@pytest.mark.parametrize(("added", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_line_column_and_cure(tmp_path: Path, added: str, message: str) -> None:
    found = complaints(tmp_path, LEAST + added)
    assert len(found) == 1
    assert message in found[0]


def test_the_examples_of_the_shipped_config_are_good(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/dkim-rsa1.pem").write_text(pem(rsa_key()))
    (tmp_path / "secrets/dkim-ed1.pem").write_text(pem(ed25519_key()))
    before, mail_key, after = SHIPPED.read_text(encoding="utf-8").partition("\nmail:\n")
    examples, look, rest = after.partition("\nlook:\n")
    examples = re.sub(r"(?m)^  # (\w+:|  )", r"  \1", examples)
    rest = re.sub(r"(?m)^  # (api_key|webhooks):", r"  \1:", rest)
    rest = re.sub(r"(?m)^# (operator:|  email:|  ping:)", r"\1", rest)
    names = ("SMTP_USER", "SMTP_PASSWORD", "IMAP_USER", "IMAP_PASSWORD", "BRIEFING_API_KEY")
    path = written(tmp_path, before + mail_key + examples + look + rest)
    config = load_config(path, environ=dict.fromkeys(names, KEY))
    assert [key.selector for key in config.mail.dkim] == ["rsa1", "ed1"]
    assert config.mail.smtp is not None
    assert config.mail.smtp.limits.per_domain == (("gmail.com", 20),)
    assert config.mail.sendmail == ("/usr/sbin/sendmail", "-oi")
    assert config.mail.maildir == tmp_path / "var/maildir"
    assert config.mail.bounces is not None
    assert config.mail.bounces.imap is not None
    assert config.operator == OperatorRule(email="you@example.org", ping="https://hc-ping.com/your-uuid")
    assert (config.web.api_key, config.web.webhooks) == (KEY, ("https://example.org/hook",))


def test_what_the_shipped_config_says_is_the_default_is_so(tmp_path: Path) -> None:
    shipped, usual = load_config(SHIPPED), read(tmp_path, "")
    assert shipped.signup == usual.signup
    assert shipped.keep_ledger == usual.keep_ledger
    assert shipped.web.trusted_proxy == usual.web.trusted_proxy
    assert shipped.mail.transport == usual.mail.transport

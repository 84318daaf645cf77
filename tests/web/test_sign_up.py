from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage

import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from starlette.types import Message, Receive, Scope, Send

from briefing.config.languages import FRAMES
from briefing.deliver.tokens import HmacSigner
from briefing.errors import ReaderRefusedError, TransportError
from briefing.model.limits import Limit
from briefing.model.settings import MailRule, Sender, WebRule
from briefing.model.subscriber import SubscriberStatus
from briefing.services.archive import PastEditions
from briefing.services.signup import network_of
from briefing.web.signup_pages import MailQueue
from briefing.web.site import reader_site
from tests.fakes import MemoryArchive, MemoryRequests
from tests.web.browser import Answer, ask
from tests.web.site import OPEN, Site, sign_up_of

pytestmark = pytest.mark.slow

Status = SubscriberStatus
LANGUAGES = tuple(FRAMES)


@pytest.fixture
def site(engine: Engine) -> Site:
    return Site(engine)


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


# From a stranger's wish to a reader who agreed


def test_a_stranger_asks_agrees_and_only_then_is_a_reader(site: Site) -> None:
    page = site.ask_for("Mina@EXAMPLE.org", name="Mina Ölmez", language="fr", timezone="Asia/Tokyo")
    assert "Almost done" in page.text
    mina = site.reader("mina@example.org")
    assert mina is not None
    assert (mina.status, mina.name, mina.language, mina.timezone) == (
        Status.UNCONFIRMED,
        "Mina Ölmez",
        "fr",
        "Asia/Tokyo",
    )
    link = site.link_in_mail()
    assert site.transport.recipients == ["Mina@example.org"]
    question = site.get(link)
    assert (question.status, '<html lang="fr"' in question.text, question.text.count("<button")) == (200, True, 1)
    assert site.status(mina.id) == "unconfirmed"
    done = site.post(link)
    assert done.status == 200
    assert site.status(mina.id) == "confirmed"
    (preferences,) = re.findall(r'href="\.\.(/p/[^"]+)"', done.text)
    assert site.get(preferences).status == 200
    assert [event for event, _ in site.told] == ["subscribed", "confirmed"]


def test_what_the_briefing_has_anyway_is_not_kept_as_a_choice(site: Site) -> None:
    site.ask_for("mina@example.org", language="en", timezone="Europe/Paris")
    mina = site.reader("mina@example.org")
    assert mina is not None
    assert (mina.language, mina.timezone, mina.name) == (None, None, None)


def test_agreeing_twice_is_the_same_as_once(site: Site) -> None:
    site.ask_for("mina@example.org")
    answers = [site.post(site.link_in_mail()) for _ in range(3)]
    assert {answer.status for answer in answers} == {200}
    assert [event for event, _ in site.told] == ["subscribed", "confirmed"]


def test_a_link_brings_nobody_back_who_left_since(site: Site) -> None:
    site.ask_for("mina@example.org")
    link = site.link_in_mail()
    site.post(link)
    mina = site.reader("mina@example.org")
    assert mina is not None
    site.post(site.link(mina, "u"))
    assert site.post(link).status == 404
    assert site.status(mina.id) == "unsubscribed"


def test_a_link_is_good_for_seven_days(site: Site) -> None:
    mina = site.put("mina", Status.UNCONFIRMED)
    link = site.link(mina, "c")
    site.later(days=7)
    assert site.get(link).status == 200
    site.later(seconds=1)
    assert [site.get(link).status, site.post(link).status] == [404, 404]
    assert site.status("mina") == "unconfirmed"
    assert 'href="../subscribe"' in site.get(link).text


def test_bad_links_to_agree_get_one_answer_whatever_is_wrong_with_them(site: Site) -> None:
    mina, away = site.put("mina", Status.UNCONFIRMED), site.put("abel", Status.SUPPRESSED)
    good = site.link(mina, "c")
    elsewhere = HmacSigner(b"x" * 32).sign(f"mina {int(site.clock.now().timestamp())}", "confirm")
    bad = [
        "/c/forged",
        good[:-1],
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "/c" + site.link(mina, "u")[2:],
        "/c" + site.link(mina, "p")[2:],
        f"/c/{site.signer.sign('mina', 'confirm')}",
        f"/c/{site.signer.sign('mina soon', 'confirm')}",
        f"/c/{elsewhere}",
        f"/c/{site.signer.sign(f'gone {int(site.clock.now().timestamp())}', 'confirm')}",
        site.link(away, "c"),
    ]
    for method in ("GET", "POST"):
        answers = [ask(site.app, path, method=method) for path in bad]
        assert {(answer.status, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert (site.status("mina"), site.status("abel")) == ("unconfirmed", "suppressed")
    assert site.post(good).status == 200


def test_old_links_stay_good_when_the_key_is_rotated_until_it_is_forgotten(engine: Engine) -> None:
    before = Site(engine, signer=HmacSigner(b"a" * 32))
    mina = before.put("mina", Status.UNCONFIRMED)
    links = [before.link(mina, letter) for letter in "cpu"]
    rotated = Site(engine, signer=HmacSigner(b"b" * 32, (b"a" * 32,)))
    assert [rotated.get(link).status for link in links] == [200, 200, 200]
    forgotten = Site(engine, signer=HmacSigner(b"b" * 32))
    assert [forgotten.get(link).status for link in links[:2]] == [404, 404]


# The same answer for everybody


@pytest.mark.parametrize("status", [None, *Status])
def test_the_answer_says_nothing_of_who_is_on_the_list(site: Site, status: Status | None) -> None:
    if status is not None:
        site.put("mina", status)
    answer, stranger = site.ask_for("mina@readers.example"), site.ask_for("nobody@readers.example")
    assert (answer.status, answer.content, answer.headers) == (200, stranger.content, stranger.headers)


def test_the_answer_is_given_before_anything_is_looked_up(site: Site) -> None:
    """So that it takes as long for everybody: nothing is counted, read or sent until the last byte is out."""

    class Watched(MemoryRequests):
        def admit(self, limits: Sequence[Limit], *, now: datetime) -> bool:
            steps.append("counted")
            return super().admit(limits, now=now)

    steps: list[str] = []
    sign_up = sign_up_of(site.readers, requests=Watched())
    past = PastEditions(archive=MemoryArchive(), store=site.store, links=site.links, list_id="x.example")
    app = reader_site(OPEN, templates=site.templates, readers=site.readers, sign_up=sign_up, past=past)

    async def watching(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            steps.append(message["type"])
            await send(message)

        await app(scope, receive, told)

    ask(watching, "/subscribe", method="POST", body=b"email=mina%40example.org")
    assert steps == ["http.response.start", "http.response.body", "counted"]


@pytest.mark.parametrize(
    ("status", "after", "mails"),
    [
        (Status.UNCONFIRMED, "unconfirmed", 1),
        (Status.CONFIRMED, "confirmed", 1),
        (Status.UNSUBSCRIBED, "unconfirmed", 1),
        (Status.SUPPRESSED, "suppressed", 0),
    ],
)
def test_who_is_on_the_list_is_asked_told_or_left_alone(site: Site, status: Status, after: str, mails: int) -> None:
    before = site.put("mina", status, timezone="Asia/Tokyo")
    site.ask_for("MINA@readers.example", timezone="Europe/Vienna", name="Somebody Else")
    assert (site.status("mina"), len(site.transport.taken)) == (after, mails)
    if status in {Status.CONFIRMED, Status.SUPPRESSED}:
        assert site.store.find_by_id("mina") == before


def test_a_reader_who_has_it_is_told_so_with_the_link_to_their_choices(site: Site) -> None:
    site.put("mina")
    site.ask_for("mina@readers.example", language="de")
    (mail,) = site.mails
    assert mail["Subject"] == "Sie erhalten The Morning Post bereits"
    assert site.link_in_mail().startswith("/p/")
    assert site.get(site.link_in_mail()).status == 200


def test_a_reader_who_left_and_is_asked_for_by_a_stranger_is_as_good_as_away_until_they_agree(site: Site) -> None:
    site.put("mina", Status.UNSUBSCRIBED)
    site.ask_for("mina@readers.example")
    report = site.readers.import_csv("email\nmina@readers.example\n", confirmed=True)
    assert (report.kept_away, site.status("mina")) == (1, "unconfirmed")
    site.post(site.link_in_mail())
    assert site.status("mina") == "confirmed"
    assert site.readers.import_csv("email\nmina@readers.example\n", confirmed=True).unchanged == 1


# The mail


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_is_in_the_language_asked_for_and_holds_nothing_that_was_typed(site: Site, language: str) -> None:
    site.ask_for("mina@example.org", name="BUY http://spam.example NOW", language=language)
    (mail,), (envelope,) = site.mails, site.transport.taken
    assert b"spam" not in envelope.message
    assert b"BUY" not in envelope.message
    assert mail["Content-Language"] == language
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (mail["To"], mail["From"]) == ("mina@example.org", "The Post <post@mail.example>")
    assert mail["List-Unsubscribe"] is None
    assert envelope.message.isascii()
    assert max(map(len, envelope.message.split(b"\r\n"))) <= 998
    assert (envelope.sender, envelope.subscriber) == ("post@mail.example", "")
    html = mail.get_body(("html",))
    assert html is not None
    html5lib.HTMLParser(strict=True).parse(html.get_content())
    assert f'<html lang="{language}"' in html.get_content()
    assert not re.search(r"<(script|img|link|iframe|form)", html.get_content())
    assert set(re.findall(r'href="(https://[^"]+)"', html.get_content())) == {
        f"https://post.example{site.link_in_mail()}"
    }


def test_the_mail_says_who_asked_when_and_that_ignoring_it_is_enough(site: Site) -> None:
    site.ask_for("mina@example.org")
    (mail,) = site.mails
    assert mail["Subject"] == "Do you want to receive The Morning Post?"
    said = plain(mail)
    assert "somebody asked for The Morning Post to be sent to this address" in said
    assert "If it was not you, ignore this message. Nothing else is sent without your consent." in said
    assert "within seven days" in said
    assert said.endswith("The Post, Lane 1")


def test_without_a_public_address_the_mail_asks_for_a_reply(engine: Engine) -> None:
    sender = Sender(address="The Post <post@mail.example>", reply_to="Replies <replies@mail.example>")
    site = Site(engine, config=replace(OPEN, mail=MailRule(sender=sender)))
    site.ask_for("mina@example.org")
    (mail,) = site.mails
    (found,) = re.findall(r"mailto:replies@mail\.example\?subject=confirm%20(\S+)", plain(mail))
    assert "The link opens a message; send it as it is." in plain(mail)
    assert mail["Reply-To"] == "Replies <replies@mail.example>"
    confirmed = site.readers.confirm(found)
    assert confirmed is not None
    assert confirmed.status is Status.CONFIRMED
    site.put("abel")
    site.ask_for("abel@readers.example")
    assert "mailto:" not in plain(site.mails[-1])


def test_the_mail_is_signed_where_we_sign_and_comes_back_to_the_readers_own_path(site: Site) -> None:
    class Signer:
        def sign(self, head: bytes, body: object) -> bytes:
            assert head.endswith(b'"\r\n')
            return b"DKIM-Signature: v=1\r\n"

    notices = replace(site.sign_up.notices, dkim=Signer(), return_path=lambda key: f"bounces+{key}@mail.example")
    mina = site.put("mina", Status.UNCONFIRMED)
    assert replace(site.sign_up, notices=notices).invite(mina)
    (envelope,) = site.transport.taken
    assert envelope.message.startswith(b"DKIM-Signature: v=1\r\nFrom: ")
    assert envelope.sender == "bounces+mina@mail.example"


# Bombing


def test_one_address_gets_one_mail_a_day_however_often_and_from_wherever_it_is_asked_for(site: Site) -> None:
    for number in range(20):
        site.ask_for("mina@example.org" if number % 2 else "MINA@example.ORG", client=f"198.51.{number}.1")
    assert len(site.transport.taken) == 1
    site.later(hours=23, minutes=59)
    site.ask_for("mina@example.org")
    assert len(site.transport.taken) == 1
    site.later(minutes=1)
    site.ask_for("mina@example.org")
    assert len(site.transport.taken) == 2


def test_spellings_of_one_mailbox_are_one_address_to_the_limit(site: Site) -> None:
    for email in ("mina+1@example.org", "mina+2@example.org", "MINA@example.org"):
        site.ask_for(email)
    for email in ("m.ina@gmail.com", "mi.na+news@gmail.com", "mina@googlemail.com"):
        site.ask_for(email)
    for email in ("+mina@example.org", "mi.na@example.org"):
        site.ask_for(email)
    assert site.transport.recipients == [
        *("mina+1@example.org", "m.ina@gmail.com", "+mina@example.org", "mi.na@example.org"),
    ]


def test_readers_who_have_it_are_not_bombed_either(site: Site) -> None:
    site.put("mina")
    for number in range(10):
        site.ask_for("mina@readers.example", client=f"198.51.{number}.1")
    assert len(site.transport.taken) == 1


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("198.51.100.7", "198.51.100.250", True),
        ("198.51.100.7", "198.51.101.7", False),
        ("2001:db8:1:2::7", "2001:db8:1:ffff::1", True),
        ("2001:db8:1::7", "2001:db8:2::7", False),
        ("198.51.100.7", "::ffff:198.51.100.9", True),
    ],
)
def test_a_network_may_ask_ten_times_an_hour(site: Site, first: str, second: str, together: bool) -> None:
    for number in range(12):
        site.ask_for(f"a{number}@example.org", client=first)
    assert len(site.transport.taken) == 10
    site.ask_for("mina@example.org", client=second)
    assert len(site.transport.taken) == (10 if together else 11)
    site.later(hours=1)
    site.ask_for("abel@example.org", client=first)
    assert site.transport.recipients[-1] == "abel@example.org"


@pytest.mark.slow
def test_all_together_may_ask_two_hundred_times_an_hour(site: Site) -> None:
    for number in range(205):
        site.ask_for(f"a{number}@example.org", client=f"10.{number}.0.1")
    assert len(site.transport.taken) == 200
    assert len(site.store.list_subscribers()) == 200
    assert site.sign_up.invite(site.put("mina", Status.UNCONFIRMED)) is True


def test_what_is_refused_leaves_nothing_behind(site: Site) -> None:
    for number in range(10):
        site.ask_for(f"a{number}@example.org")
    before = site.dump()
    site.ask_for("mina@example.org")
    assert site.dump() == before


def test_no_address_and_no_network_lies_in_the_table_of_requests(site: Site) -> None:
    site.ask_for("mina@example.org")
    rows = site.dump()["requests"]
    assert [row[1] for row in rows] == ["address", "network", "all"]
    assert all(re.fullmatch("[0-9a-f]{64}", str(row[2])) for row in rows)
    site.later(days=1)
    site.ask_for("abel@example.org")
    assert len(site.dump()["requests"]) == 3


def test_whoever_fills_in_what_people_do_not_see_gets_the_same_answer_and_nothing_happens(site: Site) -> None:
    before = site.dump()
    answer = site.ask_for("mina@example.org", website="https://spam.example")
    assert site.dump() == before
    assert site.transport.taken == []
    assert answer == site.ask_for("abel@example.org")


@pytest.mark.parametrize(
    "error",
    [
        TransportError("refused", transient=True),
        ReaderRefusedError("greylisted", transient=True, code=451),
        ReaderRefusedError("5.1.1 no such user", transient=False, code=550),
    ],
    ids=["no relay", "not now", "never"],
)
def test_a_mail_that_was_not_taken_may_be_asked_for_again(site: Site, error: TransportError) -> None:
    site.transport.script["mina@example.org"] = [error]
    assert "Almost done" in site.ask_for("mina@example.org").text
    site.ask_for("mina@example.org")
    assert site.transport.recipients == ["mina@example.org"]


def test_a_network_that_asks_for_addresses_nobody_has_does_not_go_on_for_ever(site: Site) -> None:
    dead = [f"dead{number}@example.org" for number in range(12)]
    tried = ReaderRefusedError("5.1.1 no such user", transient=False, code=550)
    site.transport.script |= {address: [tried] for address in dead}
    for address in dead:
        site.ask_for(address)
    assert sum(not attempts for attempts in site.transport.script.values()) == 10
    assert site.reader(dead[-1]) is None


def test_the_operators_own_invitation_keeps_to_one_mail_a_day_as_well(site: Site) -> None:
    mina = site.put("mina", Status.UNCONFIRMED)
    assert [site.sign_up.invite(mina) for _ in range(3)] == [True, False, False]
    assert site.sign_up.invite(site.put("abel")) is False
    site.post(site.link_in_mail())
    assert site.status("mina") == "confirmed"


def test_an_operator_invites_as_many_as_there_are_and_strangers_may_ask_as_before(site: Site) -> None:
    crowd = [site.put(f"r{number}", Status.UNCONFIRMED) for number in range(201)]
    assert all(site.sign_up.invite(reader) for reader in crowd)
    site.ask_for("mina@example.org")
    assert site.transport.recipients[-1] == "mina@example.org"


def test_behind_our_own_proxy_its_word_counts_and_nobody_elses(engine: Engine) -> None:
    def asked(*, trusted: bool) -> int:
        site = Site(engine, config=replace(OPEN, web=WebRule(trusted_proxy=trusted)))
        for number in range(12):
            forged = f"203.0.{number}.1, 192.0.2.{number}"
            site.post("/subscribe", {"email": f"t{trusted}{number}@example.org"}, x_forwarded_for=forged)
        for number in range(12):
            site.post("/subscribe", {"email": f"u{trusted}{number}@example.org"}, x_forwarded_for=f"203.{number}.0.1")
        return len(site.transport.taken)

    assert asked(trusted=False) == 10
    # One network of the proxy's last words for the first twelve, and twelve networks after that.
    assert asked(trusted=True) == 10 + 12


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        (" 198.51.100.7 ", "198.51.100.0/24"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("[2001:db8:1:2::7]", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", ""),
        (None, ""),
    ],
)
def test_an_address_belongs_to_a_network(host: str | None, network: str) -> None:
    assert network_of(host) == network


# The form


def test_where_sign_up_is_closed_there_is_no_such_page(engine: Engine) -> None:
    site = Site(engine, config=replace(OPEN, signup="closed"))
    nowhere = site.get("/nowhere")
    assert (site.get("/subscribe"), site.ask_for("mina@example.org")) == (nowhere, nowhere)
    assert site.reader("mina@example.org") is None
    mina = site.put("mina", Status.UNCONFIRMED)
    assert site.post(site.link(mina, "c")).status == 200


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"email": ""}, ["email"]),
        ({"email": "mina"}, ["email"]),
        ({"email": "mina@example.org\r\nBcc: x@example.org"}, ["email"]),
        ({"email": "minä@example.org"}, ["email"]),
        ({"email": "mina@example.org", "language": "xx"}, ["language"]),
        ({"email": "mina@example.org", "timezone": "Mars/Base"}, ["timezone"]),
        ({"email": "a b@example.org", "language": "sv", "timezone": ""}, ["email", "language"]),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    site: Site, form: dict[str, str], wrong: list[str]
) -> None:
    before = site.dump()
    page = site.post("/subscribe", {"name": "Mina <b>", **form})
    assert page.status == 422
    assert sorted(set(re.findall(r'aria-describedby="(\w+)-error"', page.text))) == wrong
    assert sorted(re.findall(r'class="error" id="(\w+)-error"', page.text)) == wrong
    assert 'value="Mina &lt;b&gt;"' in page.text
    assert site.dump() == before


def test_an_address_of_any_script_is_taken_with_its_domain_in_ascii(site: Site) -> None:
    site.ask_for("mina@bücher.example")
    assert site.transport.recipients == ["mina@xn--bcher-kva.example"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_longer_than_any_form_is_refused(site: Site, kind: str) -> None:
    before = site.dump()
    answer = ask(site.app, "/subscribe", method="POST", body=b"email=" + b"x" * 17_000, headers={"content-type": kind})
    assert answer.status == 413
    assert site.dump() == before


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]),
)
def test_no_body_whatsoever_breaks_the_form(site: Site, body: bytes, kind: str) -> None:
    for begin in (b"", b"email=mina%40example.org&", b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n'):
        answer = ask(site.app, "/subscribe", method="POST", body=begin + body, headers={"content-type": kind})
        assert answer.status in {200, 400, 422}


def pages_of(site: Site, language: str) -> list[Answer]:
    mina = site.put("mina", Status.UNCONFIRMED, language=language)
    c, p, u = (site.link(mina, letter) for letter in "cpu")
    lang = f"?lang={language}"
    return [
        site.get(f"/subscribe{lang}"),
        site.post(f"/subscribe{lang}", {"email": '"><script>', "timezone": "x"}),
        site.get(c),
        site.post(c),
        site.get(f"/c/forged{lang}"),
        site.get(p),
        site.post(p, {"at": "x"}),
        site.get(u),
        site.post(u),
        site.post(u, {"undo": "1"}),
        site.get(f"/nowhere{lang}"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_clean_html_in_its_language_without_scripts_cookies_or_anything_to_load(
    engine: Engine, language: str
) -> None:
    for answer in pages_of(Site(engine), language):
        html5lib.HTMLParser(strict=True).parse(answer.text)
        direction = "rtl" if language == "ar" else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in answer.text
        assert not re.search(r"<(script|link|img|iframe)|https?://|\son\w+=", answer.text)
        assert "set-cookie" not in answer.headers
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
        assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == (
            "private, no-store",
            "no-referrer",
        )


def test_every_field_has_a_label_and_the_trap_is_hidden_from_eyes_and_voices(site: Site) -> None:
    for page in pages_of(site, "en"):
        fields = re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', page.text)
        assert sorted(fields) == sorted(re.findall(r'<label for="([^"]+)"', page.text))
        for box in re.findall(r'<input type="checkbox"[^>]*>', page.text):
            assert f"<label>{box}" in page.text
        assert page.text.count("<fieldset") == page.text.count("<legend>")
        ids = re.findall(r' id="([^"]+)"', page.text)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'aria-describedby="([^"]+)"', page.text)) <= set(ids)
    form = site.get("/subscribe").text
    assert '<div class="website" aria-hidden="true">' in form
    assert 'name="website" type="text" tabindex="-1" autocomplete="off"' in form
    assert ".website { position: absolute; left: -9999px" in form


# Looking changes nothing


@pytest.mark.slow
def test_a_thousand_looks_by_scanners_change_no_row(site: Site) -> None:
    readers = [site.put(status.value, status) for status in Status]
    paths = [site.link(reader, letter) for reader in readers for letter in "cpu"]
    paths += [f"/editions/{site.signer.sign('confirmed', 'editions')}", "/subscribe", "/nowhere", "/archive"]
    paths += [f"{path}?undo=1&leave=1&email=x%40example.org" for path in paths]
    before, told = site.dump(), list(site.told)
    for number in range(1000):
        method = "HEAD" if number % 3 == 2 else "GET"
        assert site.get(paths[number % len(paths)], method=method).status in {200, 404}
    assert site.dump() == before
    assert (site.told, site.transport.taken) == (told, [])


def test_confirming_needs_a_reader_who_is_still_asked(site: Site) -> None:
    mina = site.put("mina", Status.UNCONFIRMED)
    link = site.link(mina, "c")
    site.readers.suppress("mina", "complaint")
    assert site.post(link).status == 404
    assert site.status("mina") == "suppressed"


def test_mails_beyond_a_hundred_that_wait_are_dropped_so_that_nothing_piles_up() -> None:
    queue, done = MailQueue(), list[int]()

    async def flood() -> None:
        work = [queue.later(lambda number=number: done.append(number)) for number in range(150)]  # type: ignore[misc]
        await asyncio.gather(*(task() for task in work))

    asyncio.run(flood())
    assert sorted(done) == list(range(100))

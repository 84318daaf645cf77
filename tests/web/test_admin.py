from __future__ import annotations

import logging
import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from briefing.errors import TransportError
from briefing.model.letter import Tally
from briefing.model.subscriber import SubscriberStatus
from tests.make import NOW
from tests.services.house import confirmed
from tests.web.browser import Answer, ask
from tests.web.office import EDITION, KEY, Office, form

HOST = "127.0.0.1:8026"
ACTIONS = ["suppress", "release", "unsubscribe", "resend", "pause", "resume"]


def basic(password: str, user: str = "anybody") -> dict[str, str]:
    return {"authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def visit(office: Office, path: str, **options: Any) -> Answer:
    """What the operator's browser gets for a click."""
    headers = {**basic(KEY), **options.pop("headers", {})}
    return ask(office.app, path, headers=headers, **options)


def press(office: Office, path: str, *, token: str | None = None, headers: Any = None, **fields: str) -> Answer:
    """What it gets for a button."""
    sent = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin", **(headers or {})}
    body = form(token=office.admin.token() if token is None else token, **fields)
    return visit(office, path, method="POST", body=body, headers=sent)


@pytest.mark.parametrize("path", ["/admin", "/admin/readers/ada"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("wrong"),
        basic(""),
        {"authorization": f"Bearer {KEY}"},
        {"authorization": "Basic ???"},
        {"authorization": "Basic /w=="},
    ],
    ids=["nothing", "wrong", "empty", "bearer", "no base64", "no text"],
)
def test_nobody_sees_a_reader_without_the_key(path: str, headers: dict[str, str]) -> None:
    answer = ask(Office().app, path, headers=headers)
    assert (answer.status, answer.headers["www-authenticate"][:5]) == (401, "Basic")
    assert "readers.example" not in answer.text


@pytest.mark.parametrize("path", ["/admin", "/admin/readers/ada"])
@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_in_the_config_there_is_no_page(path: str, key: str | None) -> None:
    assert ask(Office(key=key).app, path, headers=basic("")).status == 404


@pytest.mark.parametrize(
    ("client", "proto", "trusted", "status"),
    [
        ("127.0.0.1", None, False, 200),
        ("::1", None, False, 200),
        ("192.0.2.7", None, False, 403),
        ("127.0.0.1", "http", False, 403),
        ("127.0.0.1", "https", False, 200),
        ("192.0.2.7", "https", False, 403),
        ("192.0.2.7", "https", True, 200),
        ("192.0.2.7", "https, http", True, 403),
        ("unix", None, False, 403),
    ],
)
def test_the_password_is_asked_for_on_a_private_way_only(
    client: str, proto: str | None, trusted: bool, status: int
) -> None:
    headers = {} if proto is None else {"x-forwarded-proto": proto}
    office = Office(trusted_proxy=trusted)
    answer = visit(office, "/admin", headers=headers, client=client)
    assert answer.status == status
    assert status == 200 or "www-authenticate" not in answer.headers


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"])
def test_a_proxy_that_does_not_say_how_it_was_asked_is_no_private_way(name: str) -> None:
    answer = visit(Office(), "/admin", headers={name: "198.51.100.7"})
    assert (answer.status, "X-Forwarded-Proto" in answer.text) == (403, True)
    assert visit(Office(), "/admin", headers={name: "198.51.100.7", "x-forwarded-proto": "https"}).status == 200


def test_the_page_says_how_the_editions_went() -> None:
    page = visit(Office(), "/admin").text
    assert str(EDITION) in page
    assert "1 pending, 1 sent" in page
    assert "does not add up" not in page


def test_a_reader_is_found_by_a_part_of_the_address_and_shown_with_what_they_got() -> None:
    office = Office()
    found = press(office, "/admin/search", text="ADA@")
    (link,) = re.findall(r'href="(/admin/readers/[^"]+)"', found.text)
    page = visit(office, link).text
    assert all(words in page for words in ("ada@readers.example", "250 ok", "sent", str(EDITION)))


def test_many_that_are_found_come_page_by_page() -> None:
    office = Office()
    office.store.save_subscribers([confirmed(f"r{number:02}") for number in range(60)])
    first = press(office, "/admin/search", text="readers.example").text
    (after,) = re.findall(r'name="after" value="(\d+)"', first)
    second = press(office, "/admin/search", text="readers.example", after=after).text
    links = [re.findall(r'href="/admin/readers/([^"]+)"', page) for page in (first, second)]
    assert ([len(page) for page in links], [*links[0], *links[1]]) == ([50, 12], list(office.store.readers))
    assert 'name="after"' not in second


def test_nobody_found_is_said() -> None:
    assert "<p>Nobody.</p>" in press(Office(), "/admin/search", text="stranger").text


def test_what_came_back_from_an_address_is_shown() -> None:
    office = Office()
    office.tallies.kept["ada"] = Tally(subscriber="ada", soft=3, last_at=NOW, detail="<b>mailbox full</b>")
    page = visit(office, "/admin/readers/ada").text
    assert "3 soft bounces in a row" in page
    assert "&lt;b&gt;mailbox full" in page


def test_a_reader_is_added_and_asked_unless_they_agreed() -> None:
    office = Office()
    answer = press(office, "/admin/add", email="cy@readers.example", name="Cy")
    assert (answer.status, answer.headers["location"]) == (303, "/admin/readers/new1?done=add")
    assert (office.status("new1"), office.invited) == (SubscriberStatus.UNCONFIRMED, ["new1"])
    assert "They are on the list." in visit(office, answer.headers["location"]).text
    press(office, "/admin/add", email="dee@readers.example", confirmed="yes")
    assert office.status("new2") is SubscriberStatus.CONFIRMED


def test_a_wrong_address_is_said_to_be_one_and_kept_in_the_form() -> None:
    answer = press(Office(), "/admin/add", email="nobody", name='"><script>')
    assert (answer.status, 'role="alert"' in answer.text, 'value="nobody"' in answer.text) == (422, True, True)
    assert "<script" not in answer.text


def test_a_reader_is_suppressed_released_and_unsubscribed() -> None:
    office = Office()
    steps = [
        ("suppress", {"reason": "asked by phone"}, "suppressed"),
        ("release", {}, "unconfirmed"),
        ("suppress", {}, "suppressed"),
        ("release", {"confirmed": "yes"}, "confirmed"),
        ("unsubscribe", {}, "unsubscribed"),
    ]
    for action, fields, status in steps:
        answer = press(office, f"/admin/readers/ada/{action}", **fields)
        assert (answer.status, answer.headers["location"]) == (303, f"/admin/readers/ada?done={action}")
        assert office.status("ada").value == status
    assert [event for event, _ in office.events] == [
        *("suppressed", "subscribed", "suppressed", "confirmed", "unsubscribed")
    ]


def test_a_reader_is_paused_and_resumed() -> None:
    office = Office()
    answer = press(office, "/admin/readers/ada/pause", until="2026-12-01")
    assert (answer.status, answer.headers["location"]) == (303, "/admin/readers/ada?done=pause")
    assert office.reader("ada").paused_until == date(2026, 12, 1)
    page = visit(office, "/admin/readers/ada").text
    assert "<dt>paused until</dt><dd><bdi>2026-12-01</bdi></dd>" in page
    assert 'min="2026-11-23" max="2027-11-23" value="2026-12-01"' in page
    assert press(office, "/admin/readers/ada/resume").status == 303
    assert office.reader("ada").paused_until is None
    assert office.events == [("changed", "ada"), ("changed", "ada")]


@pytest.mark.parametrize("until", ["", "soon", "2026-11-22", "2999-01-01"])
def test_a_pause_that_cannot_be_is_said_not_to_be(until: str) -> None:
    office = Office()
    answer = press(office, "/admin/readers/ada/pause", until=until)
    assert (answer.status, 'role="alert"' in answer.text) == (422, True)
    assert office.reader("ada").paused_until is None


def test_a_pause_that_is_over_is_shown_as_none() -> None:
    office = Office()
    office.store.save_subscriber(confirmed("ada", paused_until=date(2026, 11, 22)))
    page = visit(office, "/admin/readers/ada").text
    assert ("paused until" in page, "/ada/resume" in page) == (False, False)


def test_todays_edition_is_sent_again_and_how_that_went_is_said() -> None:
    again: list[str] = []

    def resend(subscriber: str) -> str:
        again.append(subscriber)
        return "The relay took it."

    office = Office(resend=resend)
    assert "The relay took it." in press(office, "/admin/readers/ada/resend").text
    assert again == ["ada"]


def test_an_edition_that_cannot_be_sent_again_is_said_not_to_be() -> None:
    def resend(_: str) -> str:
        raise TransportError("the relay is asleep", transient=True)

    answer = press(Office(resend=resend), "/admin/readers/ada/resend")
    assert (answer.status, "the relay is asleep" in answer.text) == (502, True)


def test_nothing_is_sent_again_to_who_does_not_want_it() -> None:
    office = Office(resend=lambda _: "sent")
    office.store.save_subscriber(replace(confirmed("ada"), status=SubscriberStatus.UNSUBSCRIBED))
    assert press(office, "/admin/readers/ada/resend").status == 404
    assert "resend" not in visit(office, "/admin/readers/ada").text
    assert "resend" not in visit(Office(), "/admin/readers/ada").text


@pytest.mark.parametrize("path", ["/admin/search", "/admin/add", *(f"/admin/readers/ada/{a}" for a in ACTIONS)])
@pytest.mark.parametrize(
    ("token", "headers"),
    [
        ("", {}),
        ("0" * 64, {}),
        (None, {"sec-fetch-site": "cross-site"}),
        (None, {"sec-fetch-site": "same-site"}),
        (None, {"origin": "https://evil.example"}),
        (None, {"origin": "null", "sec-fetch-site": "cross-site"}),
        (None, {"content-length": "20001"}),
        (None, {"transfer-encoding": "chunked"}),
    ],
    ids=["no token", "made up", "another site", "a neighbour", "another origin", "no origin", "too long", "endless"],
)
def test_a_form_of_another_site_does_nothing(path: str, token: str | None, headers: dict[str, str]) -> None:
    office = Office(resend=lambda _: pytest.fail("nothing may be sent"))
    answer = press(office, path, token=token, headers=headers, email="cy@readers.example", text="ada")
    assert answer.status == 403
    assert (len(office.store.readers), office.events) == (2, [])
    assert "ada@" not in answer.text


def test_a_form_is_good_until_the_end_of_the_next_day() -> None:
    office = Office()
    token = office.admin.token()
    for days, status in ((1, 200), (1, 403)):
        office.clock.move(days=days)
        assert press(office, "/admin/search", token=token, text="ada").status == status


def test_a_form_needs_the_key_as_well() -> None:
    office = Office()
    body = form(token=office.admin.token())
    assert ask(office.app, "/admin/readers/ada/suppress", method="POST", body=body).status == 401
    assert office.status("ada") is SubscriberStatus.CONFIRMED


@pytest.mark.parametrize(
    "path", ["/admin/readers/nobody", "/admin/readers/ada/erase", "/admin/readers/nobody/suppress"]
)
def test_what_is_not_there_is_said_not_to_be(path: str) -> None:
    office = Office()
    answer = press(office, path) if path.count("/") == 4 else visit(office, path)
    assert answer.status == 404


def test_looking_changes_nothing() -> None:
    office = Office()
    for path in ("/admin", "/admin/readers/ada", "/admin/readers/ada?done=suppress"):
        visit(office, path)
    assert [visit(office, f"/admin/readers/ada/{action}").status for action in ACTIONS] == [405] * len(ACTIONS)
    assert office.events == []


def test_the_pages_run_nothing_are_kept_nowhere_and_let_forms_say_where_they_are_from() -> None:
    office = Office(resend=lambda _: "sent")
    for answer in (visit(office, "/admin"), visit(office, "/admin/readers/ada"), ask(office.app, "/admin")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "set-cookie" not in answer.headers
        assert not re.search(r"<(script|img|iframe)|https?://", answer.text)


def test_every_field_has_a_label_and_every_page_one_heading_of_the_first_order() -> None:
    office = Office(resend=lambda _: "sent")
    for path in ("/admin", "/admin/readers/ada"):
        page = visit(office, path).text
        fields = re.findall(r'<input id="(\w+)"', page)
        assert [name for name in fields if f'<label for="{name}">' not in page] == []
        assert len(set(fields)) == len(fields)
        assert page.count("<h1>") == 1
        assert '<html lang="en"' in page


def test_no_address_stands_in_a_log_or_in_a_url(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office = Office()
    added = press(office, "/admin/add", email="canary.bird@readers.example")
    pages = [added, press(office, "/admin/search", text="canary"), visit(office, added.headers["location"])]
    addresses = [a for page in pages for a in re.findall(r'(?:href|action)="([^"]*)"', page.text)]
    assert addresses
    assert "canary" not in "".join([*addresses, added.headers["location"], caplog.text]).casefold()
    assert not any(re.search(r"<title>[^<]*canary", page.text) for page in pages)

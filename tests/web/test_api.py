from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from briefing.errors import StoreError
from briefing.model.letter import Tally
from briefing.model.subscriber import SubscriberStatus
from tests.make import NOW
from tests.services.house import confirmed
from tests.web.browser import ask
from tests.web.office import EDITION, Office, json_of

pytestmark = pytest.mark.slow

CANARY = "canary.bird@readers.example"
EVERY_CALL = [
    ("GET", "/subscribers"),
    ("POST", "/subscribers"),
    ("POST", "/subscribers/search"),
    ("GET", "/subscribers/ada"),
    ("PATCH", "/subscribers/ada"),
    ("DELETE", "/subscribers/ada"),
    ("POST", "/subscribers/ada/suppress"),
    ("POST", "/subscribers/ada/release"),
    ("GET", "/subscribers/ada/deliveries"),
    ("GET", "/subscribers/ada/export"),
    ("POST", "/import"),
    ("GET", "/export"),
    ("POST", "/bounces"),
    ("GET", "/editions"),
    ("GET", "/openapi.json"),
    ("GET", "/nowhere"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_CALL, ids=str)
@pytest.mark.parametrize("key", [None, "", "correct horse battery stapl", "wrong", "schlüssel"])
def test_nothing_is_told_or_done_without_the_key(method: str, path: str, key: str | None) -> None:
    office = Office()
    answer = office.call(method, path, {"email": "new@readers.example", "text": "a"}, key=key)
    assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert json_of(answer).keys() == {"error", "field"}
    assert (len(office.store.readers), office.events) == (2, [])


@pytest.mark.parametrize("key", [None, ""], ids=["no key", "an empty one"])
def test_without_a_key_in_the_config_there_is_no_api(key: str | None) -> None:
    for given in (None, "", "None"):
        assert Office(key=key).call("GET", "/subscribers", key=given).status == 404


def test_a_basic_password_does_not_open_the_api() -> None:
    answer = Office().call("GET", "/editions", key=None, authorization="Basic Y29ycmVjdA==")
    assert answer.status == 401


def test_answers_are_kept_nowhere_and_run_nothing() -> None:
    for key in ("wrong", Office().key):
        headers = Office().call("GET", "/subscribers", key=key).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_the_list_comes_page_by_page_in_the_order_readers_came() -> None:
    office = Office()
    office.store.save_subscribers([confirmed(f"r{number:02}") for number in range(7)])
    seen, cursor = [], ""
    while True:
        page = json_of(office.call("GET", f"/subscribers?limit=2{cursor}"))
        assert len(page["subscribers"]) <= 2
        seen += [reader["id"] for reader in page["subscribers"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == list(office.store.readers)


def test_the_list_can_be_narrowed_to_a_status() -> None:
    office = Office()
    office.store.save_subscriber(replace(confirmed("cy"), status=SubscriberStatus.UNCONFIRMED))
    page = json_of(office.call("GET", "/subscribers?status=unconfirmed"))
    assert [reader["id"] for reader in page["subscribers"]] == ["cy"]
    assert office.call("GET", "/subscribers?status=happy").status == 422


def test_readers_are_found_by_a_part_of_address_or_name() -> None:
    office = Office()
    for text, found in (("BEN@", ["ben"]), ("ada", ["ada"]), ("readers.example", ["ada", "ben"]), ("nobody", [])):
        page = json_of(office.call("POST", "/subscribers/search", {"text": text}))
        assert [reader["id"] for reader in page["subscribers"]] == found


def test_a_new_reader_is_unconfirmed_and_is_asked() -> None:
    office = Office()
    answer = office.call("POST", "/subscribers", {"email": "Cy@Readers.Example", "topics": ["energy"], "at": "6:30"})
    reader = json_of(answer)
    assert (answer.status, reader["status"], reader["email"]) == (201, "unconfirmed", "Cy@readers.example")
    assert (reader["topics"], reader["at"], reader["days"]) == (["Energy"], "06:30", None)
    assert (office.invited, office.events) == ([reader["id"]], [("subscribed", reader["id"])])


@pytest.mark.parametrize(
    ("said", "status"),
    [({"confirmed": True}, "confirmed"), ({"invite": False}, "unconfirmed")],
    ids=["agreed elsewhere", "asked elsewhere"],
)
def test_who_need_not_be_asked_is_not(said: dict[str, bool], status: str) -> None:
    office = Office()
    answer = office.call("POST", "/subscribers", {"email": "cy@readers.example", **said})
    assert (json_of(answer)["status"], office.invited) == (status, [])


def test_adding_somebody_again_changes_what_was_said_and_says_so() -> None:
    office = Office()
    answer = office.call("POST", "/subscribers", {"email": "ADA@readers.example", "language": "fr"})
    assert (answer.status, json_of(answer)["id"], json_of(answer)["language"]) == (200, "ada", "fr")
    assert json_of(answer)["status"] == "confirmed"
    assert office.invited == []


@pytest.mark.parametrize("status", [SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.SUPPRESSED])
def test_who_stays_away_comes_back_by_their_own_word_only(status: SubscriberStatus) -> None:
    office = Office()
    office.store.save_subscriber(replace(confirmed("ada"), status=status))
    again = {"email": "ada@readers.example", "language": "fr"}
    refused = office.call("POST", "/subscribers", again)
    assert (refused.status, json_of(refused)["field"], office.reader("ada").language) == (409, "email", None)
    assert office.call("POST", "/subscribers", {**again, "confirmed": True}).status == 200
    assert office.status("ada") is SubscriberStatus.CONFIRMED


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "cy@readers.example", "timezone": "Europe/Pari"}, "timezone"),
        ({"email": "cy@readers.example", "topics": ["Enrgy"]}, "topics"),
        ({"email": "cy@readers.example", "sections": ["mars"]}, "sections"),
        ({"email": "cy@readers.example", "languages": ["fr", "french"]}, "languages"),
        ({"email": "cy@readers.example", "at": "25:00"}, "at"),
        ({"email": "cy@readers.example", "days": ["mon", "xyz"]}, "days.1"),
        ({"email": "cy@readers.example", "days": []}, "days"),
        ({"email": "cy@readers.example", "confirmed": "yes"}, "confirmed"),
        ({"email": "cy@readers.example", "topic": ["Energy"]}, "topic"),
        ({}, "email"),
        ([], "body"),
    ],
    ids=json.dumps,
)
def test_a_wrong_request_names_the_field_and_changes_nothing(said: Any, field: str) -> None:
    office = Office()
    answer = office.call("POST", "/subscribers", said)
    assert (answer.status, json_of(answer)["field"]) == (422, field)
    assert (len(office.store.readers), office.events) == (2, [])


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"email": "\\ud800@x.example"}'], ids=["cut", "no text", "half"])
def test_a_body_that_is_no_json_is_refused(body: bytes) -> None:
    answer = Office().call("POST", "/subscribers", body)
    assert answer.status in {400, 422}
    assert json_of(answer).keys() == {"error", "field"}


def test_a_patch_replaces_what_it_names_takes_back_what_is_null_and_leaves_the_rest() -> None:
    office = Office()
    office.store.save_subscriber(confirmed("ada", name="Ada", language="fr", topics=("Energy",), days=(0, 1)))
    said = {"language": None, "topics": [], "days": ["sun"], "sections": ["asia"]}
    reader = json_of(office.call("PATCH", "/subscribers/ada", said))
    assert {name: reader[name] for name in said} == {
        "language": None,
        "topics": [],
        "days": ["sun"],
        "sections": ["asia"],
    }
    assert (reader["name"], reader["status"], office.events) == ("Ada", "confirmed", [("changed", "ada")])


def test_a_pause_is_set_taken_back_and_exported() -> None:
    office = Office()
    for until in ("2026-12-01", None):
        assert json_of(office.call("PATCH", "/subscribers/ada", {"paused_until": until}))["paused_until"] == until
        assert json_of(office.call("GET", "/subscribers/ada/export"))["subscriber"]["paused_until"] == until
    told = [json.loads(row.event) for row in office.queue.waiting.values()]
    assert [event["subscriber"]["paused_until"] for event in told] == ["2026-12-01", None]


@pytest.mark.parametrize("until", ["soon", "2026-02-30", "2999-01-01", 1796083200, "2026-12-01T00:00:00Z", ""])
def test_a_pause_that_cannot_be_is_refused(until: object) -> None:
    answer = Office().call("PATCH", "/subscribers/ada", {"paused_until": until})
    assert (answer.status, json_of(answer)["field"]) == (422, "paused_until")


def test_an_empty_patch_changes_nothing_and_tells_nobody() -> None:
    office = Office()
    assert office.call("PATCH", "/subscribers/ada", {}).status == 200
    assert office.events == []


@pytest.mark.parametrize("said", [{"email": "x@readers.example"}, {"status": "confirmed"}, {"timezone": "Mars/Base"}])
def test_a_patch_changes_choices_only_and_only_to_what_there_is(said: dict[str, str]) -> None:
    office = Office()
    answer = office.call("PATCH", "/subscribers/ada", said)
    assert (answer.status, json_of(answer)["field"]) == (422, next(iter(said)))
    assert office.reader("ada") == confirmed("ada", name="Ada")


def test_deleting_unsubscribes_as_often_as_it_is_asked() -> None:
    office = Office()
    for _ in range(2):
        assert json_of(office.call("DELETE", "/subscribers/ada"))["status"] == "unsubscribed"
    assert (office.status("ada"), office.events) == (SubscriberStatus.UNSUBSCRIBED, [("unsubscribed", "ada")])


def test_erasing_leaves_no_trace_but_an_id_in_one_event() -> None:
    office = Office()
    office.call("PATCH", "/subscribers/ada", {"language": "fr"})
    answer = office.call("DELETE", "/subscribers/ada?erase=true")
    assert (answer.status, answer.content) == (204, b"")
    assert (office.store.find_by_id("ada"), office.events) == (None, [("erased", "ada")])
    (waiting,) = office.queue.waiting.values()
    assert json.loads(waiting.event)["subscriber"] == {"id": "ada"}
    assert office.call("GET", "/subscribers/ada").status == 404


def test_who_is_suppressed_gets_nothing_until_they_are_released() -> None:
    office = Office()
    reader = json_of(office.call("POST", "/subscribers/ada/suppress", {"reason": "wrote\r\n to us"}))
    assert (reader["status"], reader["reason"]) == ("suppressed", "wrote to us")
    office.tallies.kept["ada"] = Tally(subscriber="ada", soft=4, last_at=NOW, detail="full")
    reader = json_of(office.call("POST", "/subscribers/ada/release"))
    assert (reader["status"], reader["reason"], office.tallies.kept) == ("unconfirmed", None, {})


def test_the_operators_word_lets_a_released_reader_have_the_mail_at_once() -> None:
    office = Office()
    assert json_of(office.call("POST", "/subscribers/ada/suppress"))["reason"] == "manual"
    assert json_of(office.call("POST", "/subscribers/ada/release", {"confirmed": True}))["status"] == "confirmed"


def test_releasing_brings_nobody_back_who_said_no() -> None:
    office = Office()
    office.call("DELETE", "/subscribers/ada")
    assert json_of(office.call("POST", "/subscribers/ada/release", {"confirmed": True}))["status"] == "unsubscribed"


def test_what_a_reader_was_sent_can_be_asked() -> None:
    (row,) = json_of(Office().call("GET", "/subscribers/ada/deliveries"))["deliveries"]
    assert (row["edition"], row["status"], row["detail"]) == (str(EDITION), "sent", "250 ok")


def test_a_reader_can_be_given_everything_that_is_kept_about_them() -> None:
    office = Office()
    office.tallies.kept["ada"] = Tally(subscriber="ada", soft=2, last_at=NOW, detail="mailbox full")
    office.call("PATCH", "/subscribers/ada", {"language": "fr"})
    everything = json_of(office.call("GET", "/subscribers/ada/export"))
    assert everything["subscriber"]["email"] == "ada@readers.example"
    assert [row["edition"] for row in everything["deliveries"]] == [str(EDITION)]
    assert everything["bounces"] == {"soft": 2, "last_at": "2026-11-22T06:40:00Z", "detail": "mailbox full"}
    assert [event["event"] for event in everything["announcements"]] == ["changed"]


@pytest.mark.parametrize(("method", "path"), [call for call in EVERY_CALL if "/ada" in call[1]])
@pytest.mark.parametrize(("name", "status"), [("nobody", 404), ("a%00b", 422), ("ada@readers.example", 422)])
def test_who_is_not_there_is_said_not_to_be(method: str, path: str, name: str, status: int) -> None:
    answer = Office().call(method, path.replace("ada", name), {} if method != "GET" else None)
    assert (answer.status, json_of(answer).keys()) == (status, {"error", "field"})


def test_a_csv_is_rehearsed_without_a_change_and_then_taken() -> None:
    office = Office()
    csv = "email,language\nada@readers.example,fr\ncy@readers.example,\n"
    for dry_run in (True, False):
        report = json_of(office.call("POST", f"/import?dry_run={str(dry_run).lower()}", csv.encode()))
        assert report == {"added": 1, "changed": 1, "unchanged": 0, "kept_away": 0, "dry_run": dry_run}
        assert len(office.store.readers) == (2 if dry_run else 3)
        assert bool(office.events) is not dry_run


def test_wrong_lines_of_a_csv_are_named_and_none_is_taken() -> None:
    office = Office()
    answer = office.call("POST", "/import", b"email,timezone\ncy@readers.example,\nnobody,\ndee@readers.example,Mars\n")
    fault = json_of(answer)
    assert (answer.status, fault["field"], [line["line"] for line in fault["lines"]]) == (422, "body", [3, 4])
    assert len(office.store.readers) == 2


def test_a_csv_that_is_no_text_is_refused() -> None:
    assert json_of(Office().call("POST", "/import", b"email\n\xff\xfe\n"))["field"] == "body"


def test_the_export_is_a_csv_that_an_import_takes_back() -> None:
    office, other = Office(), Office()
    office.store.save_subscriber(confirmed("cy", name='Cy, "the third"', topics=("Energy",), days=(0, 4)))
    answer = office.call("GET", "/export")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text == "".join(office.desk.readers.csv_lines())
    assert json_of(other.call("POST", "/import?confirmed=true", answer.content))["added"] == 1


def test_a_providers_reports_are_acted_on() -> None:
    office = Office()
    reports = [
        {"type": "complaint", "email": "ada@readers.example"},
        {"type": "soft", "subscriber": "ben", "status": "4.2.2", "detail": "full"},
        {"type": "hard", "email": "stranger@readers.example"},
    ]
    outcomes = json_of(office.call("POST", "/bounces", reports))["outcomes"]
    assert outcomes[:2] == ["complaint", "soft"]
    assert (office.status("ada"), office.reader("ada").reason) == (SubscriberStatus.SUPPRESSED, "complaint")
    assert (office.status("ben"), office.tallies.kept["ben"].soft) == (SubscriberStatus.CONFIRMED, 1)


def test_one_wrong_report_has_none_acted_on() -> None:
    office = Office()
    reports = [{"type": "complaint", "email": "ada@readers.example"}, {"type": "hard"}]
    answer = office.call("POST", "/bounces", reports)
    assert (answer.status, json_of(answer)["field"]) == (422, "1")
    assert office.status("ada") is SubscriberStatus.CONFIRMED


def test_the_books_of_the_editions_can_be_asked() -> None:
    (books,) = json_of(Office().call("GET", "/editions"))["editions"]
    counts = {"pending": 1, "sent": 1}
    assert books == {"edition": str(EDITION), "audience": 2, "counts": counts, "balanced": True}


def test_a_database_that_fails_is_said_to() -> None:
    office = Office()

    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    object.__setattr__(office.desk.directory, "page", broken)
    answer = office.call("GET", "/subscribers")
    assert (answer.status, json_of(answer)["error"]) == (503, "the disk is full")


def test_a_body_without_end_or_too_long_is_not_read() -> None:
    office = Office()
    assert office.call("POST", "/import", b"", content_length="32000001").status == 413
    assert office.call("POST", "/import", b"", content_length="many").status == 413
    assert office.call("POST", "/import", b"", transfer_encoding="chunked").status == 411


def test_there_is_a_description_and_no_page_that_loads_scripts() -> None:
    office = Office()
    description = json_of(office.call("GET", "/openapi.json"))
    assert description["servers"] == [{"url": "/api"}]
    assert {scheme["scheme"] for scheme in description["components"]["securitySchemes"].values()} == {"bearer"}
    assert [office.call("GET", path).status for path in ("/docs", "/redoc")] == [404, 404]


def test_every_fault_has_one_shape() -> None:
    office = Office()
    for method, path in (("GET", "/nowhere"), ("PUT", "/subscribers"), ("GET", "/subscribers?limit=0")):
        assert json_of(office.call(method, path)).keys() == {"error", "field"}


def test_no_address_stands_in_a_log_or_in_a_url(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office = Office()
    reader = json_of(office.call("POST", "/subscribers", {"email": CANARY}))
    one = f"/subscribers/{reader['id']}"
    calls = [
        ("POST", "/subscribers", {"email": CANARY, "timezone": "nowhere"}),
        ("POST", "/subscribers/search", {"text": CANARY}),
        ("GET", "/subscribers", None),
        ("POST", "/import", f"email\n{CANARY}\n{CANARY}\n".encode()),
        ("POST", "/bounces", [{"type": "hard", "email": CANARY, "detail": f"<{CANARY}> unknown"}]),
        ("POST", f"{one}/suppress", {"reason": CANARY}),
        ("GET", f"{one}/export", None),
        ("DELETE", f"{one}?erase=true", None),
    ]
    answers = [office.call(method, path, body) for method, path, body in calls]
    assert "canary" not in caplog.text.casefold()
    assert "canary" not in "".join(f"{answer.headers}" for answer in answers)
    description = office.call("GET", "/openapi.json").text
    assert [path for path in json.loads(description)["paths"] if "email" in path] == []


def test_the_other_pages_are_not_behind_the_key() -> None:
    assert ask(Office().app, "/elsewhere").status == 404

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain
from starlette.applications import Starlette

from briefing.errors import TransportError
from briefing.services.bounces import Outcome
from briefing.web.health_pages import health_routes
from tests.fakes import FakeCollector, FakeTransport
from tests.make import NOW
from tests.services.house import NEWS, FakeHouse, collected, read
from tests.services.watch import Guard
from tests.web.browser import Answer, ask

KEY = "correct horse battery staple"
FORWARDED = {"x-forwarded-for": "203.0.113.9"}


def app_of(guard: Guard, key: str | None = KEY) -> Starlette:
    return Starlette(routes=health_routes(guard.lookout, key=key))


def after_a_morning() -> Guard:
    reports = (*(read(a.source or "?") for a in NEWS), read("Dead Post", 0, "did not answer"))
    guard = Guard(FakeHouse(collector=FakeCollector(collected(*NEWS, reports=reports))))
    guard.lookout.beat()
    guard.fake.morning.send_due()
    guard.lookout.look()
    return guard


def health(guard: Guard) -> tuple[int, Any]:
    answer = ask(app_of(guard), "/healthz", client="203.0.113.9")
    return answer.status, json.loads(answer.content)


def test_a_house_that_is_well_says_so_to_anybody() -> None:
    assert health(after_a_morning()) == (
        200,
        {"status": "ok", "last_edition": "2026-11-22", "next_due": "2026-11-23T06:00:00Z"},
    )


def test_a_house_that_has_just_started_is_well_and_knows_nothing() -> None:
    assert health(Guard()) == (200, {"status": "ok", "last_edition": None, "next_due": None})


def test_a_house_that_is_not_well_says_why_without_a_server_s_words() -> None:
    away = TransportError("relay.mail.example: 421 <ada@readers.example>", transient=True)
    guard = Guard(FakeHouse(transport=FakeTransport(closed=away)))
    for _ in range(32):
        guard.fake.clock.move(minutes=1)
        guard.fake.morning.send_due()
        guard.lookout.look()
    status, told = health(guard)
    assert (status, told["status"]) == (503, "failing")
    assert told["reasons"] == ["the edition of 2026-11-22 is late: readers have waited for it since 06:41 UTC"]


def test_health_is_in_nobody_s_cache_and_can_be_asked_for_by_head() -> None:
    answer = ask(app_of(Guard()), "/healthz", method="HEAD")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert ask(app_of(Guard()), "/healthz", method="POST").status == 405


def scrape(guard: Guard, **headers: str) -> Answer:
    return ask(app_of(guard), "/metrics", headers=headers)


def samples(guard: Guard) -> dict[tuple[str, str], float]:
    """Every sample: (name, its only label's value) → value."""
    families = plain(scrape(guard).text)
    return {(s.name, next(iter(s.labels.values()), "")): s.value for family in families for s in family.samples}


def test_a_scrape_tells_what_a_morning_was() -> None:
    guard = after_a_morning()
    guard.lookout.hear_letters({Outcome.HARD: 2})
    found = samples(guard)
    told = {
        ("briefing_edition_articles", ""): 4,
        ("briefing_edition_stories", ""): 4,
        ("briefing_edition_failed_sources", ""): 1,
        ("briefing_failing_sources", ""): 1,
        ("briefing_source_failing_since_timestamp_seconds", "Dead Post"): NOW.timestamp(),
        ("briefing_edition_messages", "sent"): 2,
        ("briefing_edition_messages", "deferred"): 0,
        ("briefing_edition_messages", "failed"): 0,
        ("briefing_edition_audience", ""): 2,
        ("briefing_sent_messages_total", ""): 2,
        ("briefing_returned_letters_total", "hard"): 2,
        ("briefing_returned_letters_total", "soft"): 0,
        ("briefing_queue_messages", ""): 0,
        ("briefing_queue_oldest_age_seconds", ""): 0,
        ("briefing_subscribers", "confirmed"): 2,
        ("briefing_subscribers", "suppressed"): 0,
        ("briefing_last_edition_timestamp_seconds", ""): NOW.timestamp(),
        ("briefing_last_tick_timestamp_seconds", ""): NOW.timestamp(),
        ("briefing_unbalanced_editions", ""): 0,
    }
    assert {key: found.get(key) for key in told} == told
    assert ("briefing_edition_stage_seconds", "deliver") in found


def test_the_queue_is_as_old_as_the_message_that_was_left_alone_longest() -> None:
    guard = Guard()
    guard.fake.ledger.plan(NOW.date(), ["ada", "ben"], now=NOW - timedelta(minutes=7))
    guard.gauges.jobs["deliver"] = 3
    guard.lookout.look()
    found = samples(guard)
    assert found["briefing_waiting_jobs", "deliver"] == 3
    assert found["briefing_queue_messages", ""] == 2
    assert found["briefing_queue_oldest_age_seconds", ""] == 420


def test_a_scrape_before_the_first_look_and_before_any_edition_is_whole() -> None:
    guard = Guard()
    assert ("briefing_info", "0.1.0") in samples(guard)
    guard.lookout.look()
    assert ("briefing_last_look_timestamp_seconds", "") in samples(guard)
    assert not any(name.startswith("briefing_edition") for name, _ in samples(guard))


def test_names_are_as_prometheus_wants_them() -> None:
    families = list(plain(scrape(after_a_morning()).text))
    assert all(family.name.startswith("briefing") for family in families)
    assert all(family.documentation.endswith(".") for family in families)
    for family in families:
        for sample in family.samples:
            assert sample.name.endswith("_total") == (family.type == "counter")
            if "timestamp" in sample.name or "_age_" in sample.name:
                assert sample.name.endswith("_seconds")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/plain;version=0.0.4", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text;version=1.0.0,text/plain", "application/openmetrics-text; version=1.0.0"),
    ],
)
def test_the_format_is_the_one_asked_for(accept: str, kind: str) -> None:
    answer = scrape(after_a_morning(), accept=accept)
    assert answer.headers["content-type"].startswith(kind)
    read_it = openmetrics if "openmetrics" in kind else plain
    assert len(list(read_it(answer.text))) > 20


def test_a_scrape_asks_the_database_nothing() -> None:
    guard = after_a_morning()
    guard.lookout.shelves = None  # type: ignore[assignment]  # whoever looked there would fall
    assert ("briefing_subscribers", "confirmed") in samples(guard)


@pytest.mark.parametrize(
    ("client", "headers", "key", "status"),
    [
        ("127.0.0.1", {}, None, 200),
        ("::1", {}, None, 200),
        ("203.0.113.9", {}, KEY, 403),
        ("127.0.0.1", FORWARDED, KEY, 403),
        ("203.0.113.9", {"authorization": f"Bearer {KEY}"}, KEY, 200),
        ("127.0.0.1", {**FORWARDED, "authorization": f"Bearer {KEY}"}, KEY, 200),
        ("203.0.113.9", {"authorization": "Bearer wrong"}, KEY, 403),
        ("203.0.113.9", {"authorization": "Bearer "}, None, 403),
    ],
    ids=["here", "here by IPv6", "elsewhere", "by a proxy", "with the key", "by a proxy with it", "wrong", "no key"],
)
def test_metrics_are_for_this_machine_and_for_whoever_has_the_key(
    client: str, headers: dict[str, str], key: str | None, status: int
) -> None:
    answer = ask(app_of(after_a_morning(), key), "/metrics", client=client, headers=headers)
    assert answer.status == status
    assert ("briefing_subscribers" in answer.text) == (status == 200)


def test_no_metric_names_a_reader() -> None:
    text = scrape(after_a_morning()).text
    assert "@" not in text
    assert "ada" not in text

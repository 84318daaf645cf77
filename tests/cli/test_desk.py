from __future__ import annotations

import json
from datetime import date

import pytest

from briefing.deliver.tokens import HmacSigner
from briefing.model.delivery import Delivery
from briefing.store.announcements import SqlAnnouncements
from briefing.store.bounces import SqlBounces
from briefing.store.database import open_database
from briefing.store.keys import SqlKeys
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.cli.conftest import CONFIG, Ran, Terminal
from tests.make import NOW

ADA, BEN = "ada@readers.example", "ben@readers.example"
DAY = date(2026, 11, 22)
WEB = "web: {api_key: {file: key}, webhooks: [https://crm.example/hook]}\n"


@pytest.fixture
def desk(briefing: Terminal) -> Terminal:
    """A terminal whose config has a key and a webhook, with two confirmed readers on the list."""
    key = briefing.folder / "key"
    key.write_text("correcthorsebatterystaple\n")
    key.chmod(0o600)
    (briefing.folder / "config.yaml").write_text(CONFIG + WEB)
    for email in (ADA, BEN):
        briefing("subscribers", "add", email, "--confirmed")
    return briefing


def test_a_suppressed_address_stays_so_until_it_is_released(desk: Terminal) -> None:
    ran = desk("subscribers", "suppress", ADA, "--reason", "asked by phone")
    assert ran == Ran(0, f"{ADA}: suppressed (asked by phone)\n", "")
    (desk.folder / "all.csv").write_text(f"email\n{ADA}\n")
    assert "1 stay away" in desk("subscribers", "import", "all.csv", "--confirmed").err
    assert desk("subscribers", "release", ADA) == Ran(0, f"{ADA}: unconfirmed\n", "")
    desk("subscribers", "suppress", ADA)
    assert desk("subscribers", "release", ADA, "--confirmed") == Ran(0, f"{ADA}: confirmed\n", "")


def test_an_import_can_be_rehearsed(desk: Terminal) -> None:
    (desk.folder / "more.csv").write_text(f"email,language\n{ADA},fr\ncy@readers.example,\n")
    ran = desk("subscribers", "import", "more.csv", "--dry-run")
    assert (ran.status, ran.err.splitlines()[0]) == (0, "1 reader added, 1 changed, 0 as before")
    assert "nothing was changed" in ran.err
    assert "cy@" not in desk("subscribers", "list").out


def test_everything_about_a_reader_can_be_shown_and_erased_and_the_books_still_balance(desk: Terminal) -> None:
    engine = open_database("sqlite:///briefing.db")
    ledger, queue = SqlLedger(engine), SqlAnnouncements(engine)
    ada = SqlSubscribers(engine).find_subscriber(ADA)
    assert ada is not None
    ledger.plan(DAY, [ada.id], now=NOW)
    ledger.record([Delivery(edition=DAY, subscriber=ada.id, detail=f"<{ADA}> is full", updated_at=NOW)])
    everything = json.loads(desk("subscribers", "show", ADA, "--json").out)
    assert everything["subscriber"]["email"] == ADA
    assert everything["deliveries"][0]["detail"] == f"<{ADA}> is full"
    assert [told["event"] for told in everything["announcements"]] == ["confirmed"]
    assert f"<{ADA}> is full" in desk("subscribers", "show", ADA).out
    assert f"<{ADA}> is full" in desk("subscribers", "show", ada.id).out

    assert desk("subscribers", "erase", ADA, "--yes").status == 0
    assert desk("subscribers", "show", ADA).status == 2
    assert (ledger.balance(DAY).audience, ledger.balance(DAY).is_balanced) == (1, True)
    assert (ledger.deliveries_of(ada.id, limit=9), SqlBounces(engine).find(ada.id)) == ((), None)
    assert [json.loads(row.event)["subscriber"] for row in queue.about(ada.id)] == [{"id": ada.id}]
    engine.dispose()


def test_nothing_is_erased_without_a_yes(desk: Terminal) -> None:
    ran = desk("subscribers", "erase", ADA)
    assert (ran.status, ran.err) == (2, "nothing was erased; --yes says that you mean it\n")
    assert desk("subscribers", "show", ADA).status == 0


@pytest.mark.parametrize("verb", ["suppress", "release", "erase"])
def test_a_stranger_is_said_to_be_one(desk: Terminal, verb: str) -> None:
    ran = desk("subscribers", verb, "nobody@readers.example")
    assert (ran.status, ran.out) == (2, "")
    assert "nobody@readers.example is not on the list" in ran.err


def test_sections_can_be_chosen_by_their_keys(desk: Terminal) -> None:
    assert desk("subscribers", "add", ADA, "--sections", "europe;asia").status == 0
    assert "europe, asia" in desk("subscribers", "show", ADA).out
    assert "did you mean 'europe'" in desk("subscribers", "add", ADA, "--sections", "europ").err


def test_links_of_an_older_key_work_until_it_is_forgotten(desk: Terminal) -> None:
    def opens(token: str) -> bool:
        keys = SqlKeys(open_database("sqlite:///briefing.db"))
        newest, *older = keys.signing_keys()
        return HmacSigner(newest, tuple(older)).read(token, "unsubscribe") == "ada"

    token = HmacSigner(SqlKeys(open_database("sqlite:///briefing.db")).signing_key()).sign("ada", "unsubscribe")
    assert "1 older key still open theirs" in desk("subscribers", "new-key").out
    assert opens(token)
    assert "1 older key forgotten" in desk("subscribers", "new-key", "--forget-old").out
    assert not opens(token)

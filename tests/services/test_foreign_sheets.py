from __future__ import annotations

import pytest

from briefing.model.subscriber import SubscriberStatus
from tests.services.test_subscribe import Front

Status = SubscriberStatus

LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at\n"
LISTMONK_ROW = (
    '3f0c,{email},{name},"{{""city"": ""Ghent""}}",{status},'
    "2024-05-01 10:00:00 +0000 UTC,2025-01-02 03:04:05 +0000 UTC\n"
)
#: As of its three files, with a field of one's own ("Club") among those that are always there.
ALWAYS = (
    "MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,"
    "LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)
PERSON = "Email Address,First Name,Last Name,Address,Phone Number,Birthday,Club"
GIVEN = 'ada@example.org,Ada,Marsh,"1, Quay Street",,,Rowers'
LIKELY = (
    "2,2024-05-01 10:00:00,,2024-05-01 10:00:00,192.0.2.4,51.05,3.72,1,2,{zone},BE,VLG,2025-01-02 03:04:05,17,a1b2,,"
    '"""vip"""'
)
UNSUBSCRIBED = "UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER"
CLEANED = "CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID"


def mailchimp(columns: str = "", cells: str = "", zone: str = "Europe/Brussels") -> str:
    header = ",".join(part for part in (PERSON, ALWAYS, columns) if part)
    row = ",".join(part for part in (GIVEN, LIKELY.format(zone=zone), cells) if part)
    return f"{header}\n{row}\n"


@pytest.fixture
def front() -> Front:
    return Front()


@pytest.mark.parametrize(
    ("status", "becomes", "reason"),
    [
        ("enabled", Status.CONFIRMED, None),
        ("disabled", Status.UNSUBSCRIBED, None),
        ("blocklisted", Status.SUPPRESSED, "blocklisted in listmonk"),
    ],
)
def test_an_export_of_listmonk_is_read_and_its_noes_are_kept(
    front: Front, status: str, becomes: Status, reason: str | None
) -> None:
    text = LISTMONK + LISTMONK_ROW.format(email="ada@example.org", name="Ada Marsh", status=status)
    assert front.readers.import_csv(text, confirmed=True).problems == ()
    (reader,) = front.store.list_subscribers()
    assert (reader.email, reader.name, reader.status, reader.reason) == (
        "ada@example.org",
        "Ada Marsh",
        becomes,
        reason,
    )


def test_a_status_that_listmonk_does_not_have_is_no_yes(front: Front) -> None:
    text = LISTMONK + LISTMONK_ROW.format(email="ada@example.org", name="", status="paused")
    (problem,) = front.readers.import_csv(text, confirmed=True).problems
    assert problem.line == 2
    assert "'paused'" in problem.message
    assert "enabled, disabled, blocklisted" in problem.message


@pytest.mark.parametrize(
    ("columns", "cells", "becomes", "reason"),
    [
        ("", "", Status.CONFIRMED, None),
        (UNSUBSCRIBED, '2025-03-04 05:06:07,May,c1,"NORMAL",', Status.UNSUBSCRIBED, None),
        (CLEANED, "2025-03-04 05:06:07,May,c1", Status.SUPPRESSED, "hard bounce"),
    ],
    ids=["subscribed", "unsubscribed", "cleaned"],
)
def test_the_three_files_of_mailchimp_are_read_each_for_what_it_says(
    front: Front, columns: str, cells: str, becomes: Status, reason: str | None
) -> None:
    assert front.readers.import_csv(mailchimp(columns, cells), confirmed=True).problems == ()
    (reader,) = front.store.list_subscribers()
    assert (reader.name, reader.timezone) == ("Ada Marsh", "Europe/Brussels")
    assert (reader.status, reader.reason) == (becomes, reason)


@pytest.mark.parametrize("zone", ["", "Somewhere/Else"])
def test_a_zone_that_mailchimp_guessed_wrong_keeps_nobody_out(front: Front, zone: str) -> None:
    assert front.readers.import_csv(mailchimp(zone=zone), confirmed=False).added == 1
    (reader,) = front.store.list_subscribers()
    assert (reader.timezone, reader.status) == (None, Status.UNCONFIRMED)


@pytest.mark.parametrize("text", [LISTMONK + LISTMONK_ROW.format(email="no", name="", status="enabled")])
def test_a_wrong_address_in_an_export_is_named_with_its_line(front: Front, text: str) -> None:
    (problem,) = front.readers.import_csv(text, confirmed=True).problems
    assert problem.line == 2


def test_a_sheet_with_some_of_their_columns_is_no_export(front: Front) -> None:
    (problem,) = front.readers.import_csv("uuid,email\n1,ada@example.org\n", confirmed=True).problems
    assert "unknown column 'uuid'" in problem.message

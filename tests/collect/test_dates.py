from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.dates import find_when, parse_when
from briefing.collect.written_dates import day_first_in
from briefing.model.article import Published

NOW = datetime(2025, 7, 14, 13, 30, tzinfo=UTC)
CASES = Path(__file__).parents[2].parent / "shared/eval/extraction/date_cases.json"


def hours(published: Published | None) -> tuple[float, float] | None:
    if published is None or published.after is None or published.before is None:
        return None
    ages = ((NOW - moment) / timedelta(hours=1) for moment in (published.before, published.after))
    least, most = (round(age, 3) for age in ages)
    return least, most


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("a minute ago", 0.012, 0.025),
        ("an hour ago", 0.742, 1.5),
        ("20 hours ago", 19.5, 20.5),
        ("a day ago", 21.5, 35.5),
        ("2 days ago", 35.5, 60),
        ("3 days ago", 60, 84),
        ("a month ago", 612, 1092),
        ("a few minutes ago", 0.033, 0.25),
        ("il y a 3 h", 2.5, 3.5),
        ("il y a environ une heure", 0.742, 1.5),
        ("à l'instant", 0, 0.033),
        ("vor 5 Minuten", 0.075, 0.092),
        ("vor einem Tag", 21.5, 35.5),
        ("hace 1 hora 33 mins", 1.542, 1.567),
        ("3 ore fa", 2.5, 3.5),
        ("há 2 dias", 35.5, 60),
        ("een uur geleden", 0.742, 1.5),
        ("godzinę temu", 0.742, 1.5),
        ("2 часа назад", 1.5, 2.5),
        ("för 2 timmar sedan", 1.5, 2.5),
        ("5分前", 0.075, 0.092),
        ("5h", 4.5, 5.5),
        ("3w ago", 420, 588),
        ("last week", 24, 336),
        ("45 days ago", 1068, 1092),
        ("Updated 2 hours ago", 1.5, 2.5),
        ("منذ 3 أيام", 60, 84),
        ("قبل يومين", 35.5, 60),
        ("منذ ساعة", 0.742, 1.5),
        ("לפני שעתיים", 1.5, 2.5),
        ("vor zwei Stunden", 1.5, 2.5),
        ("for en time siden", 0.742, 1.5),
        ("tunti sitten", 0.742, 1.5),
        ("před hodinou", 0.742, 1.5),
        ("3 napja", 60, 84),
        ("一小时前", 0.742, 1.5),
        ("두 시간 전", 1.5, 2.5),
        ("il y a une demi-heure", 0.492, 0.508),
        ("半小时前", 0.492, 0.508),
        ("il y a 2h30", 2.492, 2.517),
        ("Publié il y a 3 heures", 2.5, 3.5),
        ("la semaine dernière", 24, 336),
        ("il y a moins d’une minute", 0, 0.033),
    ],
)
def test_an_age_is_an_interval_with_the_bounds_of_the_site_that_rounded_it(
    text: str, least: float, most: float
) -> None:
    found = hours(parse_when(text, captured_at=NOW))
    assert found == pytest.approx((least, most), abs=0.002)


@pytest.mark.parametrize(
    ("text", "languages", "day"),
    [
        ("Publié le 14/07/2025 à 09:30", ["fr"], date(2025, 7, 14)),
        ("Stand: 14.07.2025 08:15 Uhr", ["de"], date(2025, 7, 14)),
        ("Mar, 30/09/2025 - 10:27", ["es"], date(2025, 9, 30)),
        ("le 1er août 2025", ["fr"], date(2025, 8, 1)),
        ("14 de julho de 2025 às 10h05", ["pt"], date(2025, 7, 14)),
        ("2025年7月14日 10時05分", ["ja"], date(2025, 7, 14)),
        ("14. heinäkuuta 2025", ["fi"], date(2025, 7, 14)),
        ("Jul. 14, 2025", ["en"], date(2025, 7, 14)),
        ("20250714", [], date(2025, 7, 14)),
        ("14/07/25", [], date(2025, 7, 14)),
        ("14 juil., 18:22", ["fr"], date(2025, 7, 14)),
        ("20 December", ["en"], date(2024, 12, 20)),
        ("21:09 Uhr, 03.02.2025", ["de"], date(2025, 2, 3)),
        ("hier à 18h22", ["fr"], date(2025, 7, 13)),
        ("Heute, 11:09 Uhr", ["de"], date(2025, 7, 14)),
        ("कल", ["hi"], date(2025, 7, 13)),
        ("2025-07-14 10:05", [], date(2025, 7, 14)),
        ("Mon, 14 Jul 2025 10:05:00 -0000", [], date(2025, 7, 14)),
        ("14. srpnja 2025", ["hr"], date(2025, 7, 14)),
        ("14 تموز 2025", ["ar"], date(2025, 7, 14)),
        ("입력 2025.07.14 10:05", ["ko"], date(2025, 7, 14)),
        ("发布时间：2025-07-14 10:05", ["zh"], date(2025, 7, 14)),
        ("Jul 14, 2025 at 10:05 p.m. ET", ["en"], date(2025, 7, 14)),
        ("hier soir", ["fr"], date(2025, 7, 13)),
        ("heute Morgen", ["de"], date(2025, 7, 14)),
        ("toissapäivänä", ["fi"], date(2025, 7, 12)),
    ],
)
def test_a_clock_without_a_zone_is_worth_its_date(text: str, languages: list[str], day: date) -> None:
    assert parse_when(text, captured_at=NOW, languages=languages) == Published(at=day)


@pytest.mark.parametrize(
    ("text", "instant", "offset"),
    [
        ("2025-07-14T10:05:00Z", "2025-07-14T10:05:00+00:00", 0),
        ("Mon, 14 Jul 2025 10:05:00 +0200", "2025-07-14T10:05:00+02:00", 2),
        ("July 14, 2025 10:05 PM EDT", "2025-07-14T22:05:00-04:00", -4),
        ("lundi 14 juillet 2025 à 10h05 UTC+2", "2025-07-14T10:05:00+02:00", 2),
        ("14.07.2025, 12:00 Uhr (MESZ)", "2025-07-14T12:00:00+02:00", 2),
    ],
)
def test_an_instant_keeps_the_publishers_offset(text: str, instant: str, offset: int) -> None:
    found = parse_when(text, captured_at=NOW)
    assert found is not None
    assert isinstance(found.at, datetime)
    assert found.at == datetime.fromisoformat(instant)
    assert found.at.utcoffset() == timedelta(hours=offset)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Publicité",
        "Read more",
        "In 2025 there were three cats",
        "May 2025",
        "2025",
        "10:05",
        "31.02.2025",
        "1.2.3",
        "x" * 500,
        "Tue, 99 Foo 2025 99:99:99",
        "14.07.2025 10:05 foo",
        "Horoscope du 14 juillet 2025 : Bélier",
        "0D0Z",
        "for 2 hours",
        "two days",
        "час",
        "vor Ort",
    ],
)
def test_what_is_no_time_is_unknown(text: str) -> None:
    assert parse_when(text, captured_at=NOW, languages=["en", "fr"]) is None


@pytest.mark.parametrize(
    ("text", "languages", "day"),
    [
        ("05/06/2025", ["en"], date(2025, 6, 5)),
        ("05/06/2025", ["en-US"], date(2025, 5, 6)),
        ("06-11-2025", ["en"], date(2025, 6, 11)),
        ("07/13/2025", ["fr"], date(2025, 7, 13)),
    ],
    ids=["day first", "american", "never in the future", "only one reading"],
)
def test_a_doubtful_order_of_day_and_month_is_decided_by_evidence(text: str, languages: list[str], day: date) -> None:
    assert parse_when(text, captured_at=NOW, languages=languages) == Published(at=day)


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["05/06/2025", "13/06/2025"], True),
        (["06/05/2025", "06/13/2025"], False),
        (["11/5/2024", "11/6/2024"], False),
        (["05/11/2024", "06/11/2024"], True),
        (["11/07/2025"], True),
        (["5/6/2025"], False),
        (["05/06/2025"], None),
        (["05.06.2025"], None),
        ([], None),
    ],
    ids=[
        "over twelve",
        "over twelve, american",
        "close together, american",
        "close together",
        "future",
        "bare",
        "padded",
        "points",
        "none",
    ],
)
def test_a_document_tells_how_it_writes_its_dates(dates: list[str], first: bool | None) -> None:
    assert day_first_in(dates, captured_at=NOW) is first


@pytest.mark.parametrize(
    ("line", "before", "after"),
    [
        ("Le Phare2 days ago", "Le Phare", ""),
        ("Quay Newsan hour ago", "Quay News", ""),
        ("France 242 days ago", "France 24", ""),
        ("Der Abendvor 5 Minuten", "Der Abend", ""),
        ("Quay News23-04-2025", "Quay News", ""),
        ("Quay NewsJul. 14, 2025", "Quay News", ""),
        ("2025-07-12 19:25:00 UTC The Post", "", " The Post"),
    ],
)
def test_a_time_is_found_although_a_name_is_glued_to_it(line: str, before: str, after: str) -> None:
    found = find_when(line, captured_at=NOW)
    assert found is not None
    assert (line[: found.start], line[found.end :]) == (before, after)


PIECES = [
    "1",
    "12",
    "99",
    "2025",
    "july",
    "juillet",
    "ago",
    "il",
    "y",
    "a",
    ":",
    "-",
    "/",
    ".",
    ",",
    "+25:00",
    "am",
    "Z",
    "UTC",
    "10:05",
    "years",
    "999999",
    "１２",
    "٣",
    "أيام",
    "日",
    "年",
    "前",
    "day",
]


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join)),
    st.sampled_from(["fr", "xx"]),
)
def test_any_text_is_read_or_refused_without_a_crash(text: str, language: str) -> None:
    find_when(text, captured_at=NOW)
    published = parse_when(text, captured_at=NOW, languages=[language])
    assert published is None or published.earliest is not None


@given(st.integers(0, 3_000_000_000), st.integers(-720, 840))
def test_iso_stamps_come_back_as_they_were(seconds: int, minutes_east: int) -> None:
    moment = datetime.fromtimestamp(seconds, tz=timezone(timedelta(minutes=minutes_east)))
    assert parse_when(moment.isoformat(), captured_at=NOW) == Published(at=moment)


@pytest.mark.skipif(not CASES.exists(), reason="needs the shared evaluation data beside the repository")
def test_the_shared_cases_are_read() -> None:
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    now = datetime.fromisoformat(cases["now"])
    relative = [parse_when(text, captured_at=now, languages=[code]) for text, code, _ in cases["relative"]]
    absolute = [
        found
        and found.at
        and (found.at.astimezone(UTC) if isinstance(found.at, datetime) else found.at).isoformat()[:10] == want[:10]
        for text, code, want in cases["absolute"]
        for found in [parse_when(text, captured_at=now, languages=[code])]
    ]
    assert None not in relative
    assert absolute.count(True) >= len(absolute) - 1

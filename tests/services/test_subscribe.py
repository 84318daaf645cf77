from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from itertools import count
from time import perf_counter
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import SubscriberError
from briefing.model.edition import SectionKind
from briefing.model.settings import BriefingRule, Config, MailRule, SectionPlan, Sender, Topic
from briefing.model.story import Area
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.services.choices import COLUMNS, read_choices, section_keys, tidy_email
from briefing.services.spelling import known_zone
from briefing.services.spreadsheet import read_sheet, sheet_lines
from briefing.services.subscribe import CONFIRM, UNSUBSCRIBE, ImportReport, LineProblem, ReaderList
from tests.fakes import FixedClock, MemorySubscribers, PlainSigner

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOPICS = ("Rivers", "Chess, mostly")
SECTIONS = ("europe", "asia", "other")
Status = SubscriberStatus


WITH_REASON = [
    (Status.UNCONFIRMED, "left"),
    *((Status.SUPPRESSED, reason) for reason in ("hard bounce", "left", "=1+1", 'asked, "by phone"')),
]


@dataclass
class Front:
    """A reader list with everything around it."""

    store: MemorySubscribers = field(default_factory=MemorySubscribers)
    signer: PlainSigner = field(default_factory=PlainSigner)
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = count(1)
        self.readers = ReaderList(
            store=self.store,
            signer=self.signer,
            clock=FixedClock(NOW),
            new_id=lambda: f"id{next(numbers)}",
            topics=TOPICS,
            sections=SECTIONS,
            told=lambda event, reader: self.told.append((event, reader.email)),
        )

    def put(self, email: str, status: Status) -> Subscriber:
        reader = Subscriber(id=f"old-{email}", email=email, status=status, language="de")
        self.store.save_subscriber(reader)
        return reader

    def status_of(self, email: str) -> Status:
        found = self.store.find_subscriber(email)
        assert found is not None
        return found.status


def exported(front: Front) -> str:
    return "".join(front.readers.csv_lines())


@pytest.fixture
def front() -> Front:
    return Front()


# Addresses and choices


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        (" rosa@example.org\n", "rosa@example.org"),
        ("Rosa.M+news@EXAMPLE.Org", "Rosa.M+news@example.org"),
        ("rosa@straße.example", "rosa@xn--strae-oqa.example"),
        ("rosa@BÜCHER.example", "rosa@xn--bcher-kva.example"),
        ("rose\u0301@example.org", "ros\u00e9@example.org"),
        ("post@localhost", "post@localhost"),
        ("o'neil_1@a-b.example", "o'neil_1@a-b.example"),
    ],
)
def test_an_address_has_one_spelling(written: str, tidy: str) -> None:
    assert tidy_email(written) == tidy
    assert tidy_email(tidy) == tidy


@pytest.mark.parametrize(
    "written",
    [
        "",
        "rosa",
        "@example.org",
        "rosa@",
        "rosa@example",
        "rosa@10.0.0.1",
        "rosa@[10.0.0.1]",
        "rosa@example..org",
        "rosa@-example.org",
        "rosa@exa mple.org",
        ".rosa@example.org",
        "rosa.@example.org",
        "ro..sa@example.org",
        "ro sa@example.org",
        '"rosa"@example.org',
        "Rosa <rosa@example.org>",
        "rosa@example.org, abel@example.org",
        "rosa@example.org\r\nBcc: x@example.org",
        "rosa\u202e@example.org",
        "rosa\0@example.org",
        "a" * 65 + "@example.org",
        "é" * 33 + "@example.org",
        "é‍@example.org",
        "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".example.org",
        "rosa@" + "b" * 100_000,
        "rosa@example.onion",
        "rosa@exämple..org",
        "a@" + ".".join(["b" * 60] * 5) + ".org",
    ],
)
def test_what_cannot_be_an_address_is_refused(written: str) -> None:
    with pytest.raises(SubscriberError, match="e-mail address"):
        tidy_email(written)


@given(st.text())
def test_any_text_is_an_address_or_refused_and_never_breaks_a_line(text: str) -> None:
    for written in (text, f"{text}@example.org", f"rosa@{text}"):
        try:
            tidy = tidy_email(written)
        except SubscriberError:
            continue
        assert tidy.isprintable()
        assert not set(tidy) & set(' <>,;:"\\')
        assert tidy_email(tidy) == tidy


def test_every_cell_is_read_into_its_choice() -> None:
    cells = {
        "email": "rosa@example.org",
        "name": "  Rosa \t Ölmez ",
        "language": "DE",
        "languages": "de; fr;",
        "timezone": "europe/vienna",
        "topics": "chess, mostly;Rivers",
        "sections": "Asia;europe",
        "at": "6:30",
        "days": "FRI;mon",
        "paused_until": " 2026-12-01 ",
        "status": "Confirmed",
    }
    choices = read_choices(cells, TOPICS, SECTIONS)
    assert choices.sections == ("asia", "europe")
    assert choices.name == "Rosa Ölmez"
    assert (choices.language, choices.languages) == ("de", ("de", "fr"))
    assert choices.timezone == "Europe/Vienna"
    assert choices.topics == ("Chess, mostly", "Rivers")
    assert (choices.at, choices.days, choices.status) == (time(6, 30), (0, 4), Status.CONFIRMED)
    assert choices.paused_until == date(2026, 12, 1)


@pytest.mark.parametrize("cell", ["mon;tue", "mon tue", "Mon, Tue", "tue,mon", " ; mon ;\ttue ", "mon mon tue"])
def test_days_are_understood_however_they_are_parted(cell: str) -> None:
    assert read_choices({"email": "rosa@example.org", "days": cell}, ()).days == (0, 1)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("language", "german", "unknown language 'german'; write the two letters"),
        ("languages", "de;xx", "unknown language 'xx'"),
        ("timezone", "Europe/Viena", "unknown time zone 'Europe/Viena'; did you mean 'Europe/Vienna'?"),
        ("timezone", "localtime", "unknown time zone"),
        ("timezone", "Paris", "unknown time zone 'Paris'; did you mean 'Europe/Paris'?"),
        ("timezone", "Europe/Zürich", "did you mean 'Europe/Zurich'?"),
        ("timezone", "Germany/Berlin", "did you mean 'Europe/Berlin'?"),
        ("timezone", "new york", "did you mean 'America/New_York'?"),
        ("timezone", "Viena", "did you mean 'Europe/Vienna'?"),
        ("timezone", "GMT+5", "'GMT+5'; write the largest city that keeps the same time: Europe/Paris"),
        ("timezone", "UTC+05:30", "write the largest city that keeps the same time: Europe/Paris"),
        ("timezone", "CEST", "'CEST'; write the largest city that keeps the same time: Europe/Paris"),
        ("timezone", "Eastern", "'Eastern'; write the largest city that keeps the same time: Europe/Paris"),
        ("timezone", "Mars/Base", "write the largest city that keeps the same time: Europe/Paris"),
        ("topics", "River", "unknown topic 'River'; did you mean 'Rivers'?"),
        ("topics", "Sailing ships", "known are Rivers, Chess, mostly"),
        ("sections", "Azia", "unknown section 'Azia'; did you mean 'asia'?"),
        ("at", "7", "not a time of day; write it as 07:00"),
        ("at", "24:00", "not a time of day"),
        ("at", "07:60", "not a time of day"),
        ("days", "mon;someday", "unknown day 'someday'"),
        ("days", "xx", "unknown day 'xx'; known are mon, tue, wed, thu, fri, sat, sun"),
        ("paused_until", "1/12/2026", "'1/12/2026' is not a date; write it as 2026-12-01"),
        ("paused_until", "2026-02-30", "'2026-02-30' is not a date"),
        ("paused_until", "20261201", "'20261201' is not a date"),
        ("paused_until", "2026-W49-2", "'2026-W49-2' is not a date"),
        ("status", "agreed", "unknown status 'agreed'"),
    ],
)
def test_a_wrong_cell_is_named_with_what_would_be_right(column: str, cell: str, words: str) -> None:
    with pytest.raises(SubscriberError) as caught:
        read_choices({"email": "rosa@example.org", column: cell}, TOPICS, SECTIONS)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("known", "named"),
    [(12, "known are topic 0, "), (13, "topic 11 and 1 more"), (40, "topic 11 and 28 more")],
)
def test_of_a_long_list_the_first_are_named_and_the_rest_counted(known: int, named: str) -> None:
    topics = [f"topic {number}" for number in range(known)]
    with pytest.raises(SubscriberError) as caught:
        read_choices({"email": "rosa@example.org", "topics": "zebras"}, topics)
    assert named in str(caught.value)
    assert str(caught.value).count("topic ") == 1 + 12


def test_every_zone_there_is_may_be_written_in_small_letters_and_with_spaces() -> None:
    for zone in available_timezones() - {"localtime", "Factory"}:
        assert known_zone(zone.lower().replace("_", " ")) == zone


@pytest.mark.parametrize(("until", "is_taken"), [("2026-11-01", True), ("2027-11-24", True), ("2027-11-25", False)])
def test_a_pause_lasts_a_year_at_most(front: Front, until: str, is_taken: bool) -> None:
    report = front.readers.import_csv(f"email,paused_until\nrosa@example.org,{until}\n")
    assert (report.added, len(report.problems)) == ((1, 0) if is_taken else (0, 1))


def test_a_pause_is_told_once_and_an_empty_cell_leaves_it(front: Front) -> None:
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    for _ in range(2):
        front.readers.import_csv("email,paused_until\nrosa@example.org,2026-12-01\n")
    front.readers.import_csv("email,paused_until\nrosa@example.org,\n")
    assert front.store.find_by_id(rosa.id) == replace(rosa, paused_until=date(2026, 12, 1))
    assert front.told == [("changed", rosa.email)]


def test_a_name_is_one_short_printable_line() -> None:
    def name(cell: str) -> str | None:
        return read_choices({"email": "rosa@example.org", "name": cell}, ()).name

    assert name("Rosa\r\nBcc: x@example.org\0\u2028\u202e") == "Rosa Bcc: x@example.org"
    assert name("x" * 1000) == "x" * 100


@given(
    st.builds(
        Subscriber,
        id=st.just("a"),
        email=st.sampled_from(["rosa@example.org", "=1+1@example.org", "'=1@example.org", "-@a.org", "o'neil@a.org"]),
        name=st.none() | st.sampled_from(["Rosa", "=1+1", "@rosa", "'=1", "''+1", "'t Hooft", 'a "b", c']),
        language=st.none() | st.sampled_from(["de", "fr"]),
        languages=st.sampled_from([(), ("de",), ("fr", "de")]),
        timezone=st.none() | st.just("Asia/Tokyo"),
        topics=st.sampled_from([(), TOPICS]),
        sections=st.sampled_from([(), SECTIONS[1:]]),
        at=st.none() | st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
        paused_until=st.none() | st.dates(),
        days=st.none() | st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    ),
    st.sampled_from([*((status, None) for status in Status if status is not Status.SUPPRESSED), *WITH_REASON]),
)
def test_what_is_written_of_a_reader_is_read_back_the_same_and_no_spreadsheet_runs_it(
    reader: Subscriber, standing: tuple[Status, str | None]
) -> None:
    reader = replace(reader, status=standing[0], reason=standing[1])
    text = "".join(sheet_lines([reader]))
    _, cells = csv.reader(text.splitlines())
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    found, problems = read_sheet(text, read=lambda cells: read_choices(cells, TOPICS, SECTIONS))
    (choices,) = found.values()
    assert problems == ()
    for column in COLUMNS:
        assert (getattr(choices, column) or None) == (getattr(reader, column) or None)


# One reader at a time


def test_a_new_reader_is_unconfirmed_unless_somebody_vouches_for_them(front: Front) -> None:
    rosa = front.readers.add({"email": "Rosa@example.org", "at": "06:00"})
    abel = front.readers.add({"email": "abel@example.org"}, confirmed=True)
    assert front.store.list_subscribers() == (rosa, abel)
    assert rosa == Subscriber(id="id1", email="Rosa@example.org", at=time(6), created_at=NOW)
    assert (abel.status, abel.id) == (Status.CONFIRMED, "id2")


def test_adding_a_known_reader_changes_what_was_said_and_nothing_else(front: Front) -> None:
    before = front.put("rosa@example.org", Status.CONFIRMED)
    after = front.readers.add({"email": "ROSA@example.org", "timezone": "Asia/Tokyo"})
    assert after == replace(before, timezone="Asia/Tokyo")
    assert len(front.store.list_subscribers()) == 1


@pytest.mark.parametrize(
    ("before", "confirmed", "after"),
    [
        (Status.UNCONFIRMED, False, Status.UNCONFIRMED),
        (Status.UNCONFIRMED, True, Status.CONFIRMED),
        (Status.UNSUBSCRIBED, False, Status.UNCONFIRMED),
        (Status.UNSUBSCRIBED, True, Status.CONFIRMED),
        (Status.SUPPRESSED, True, Status.CONFIRMED),
    ],
)
def test_adding_by_hand_brings_a_reader_back_only_as_far_as_they_agreed(
    front: Front, before: Status, confirmed: bool, after: Status
) -> None:
    front.put("rosa@example.org", before)
    assert front.readers.add({"email": "rosa@example.org"}, confirmed=confirmed).status is after


def test_who_left_and_is_added_by_hand_is_brought_back_by_no_file_either(front: Front) -> None:
    front.put("rosa@example.org", Status.UNSUBSCRIBED)
    front.readers.add({"email": "rosa@example.org"})
    assert front.readers.import_csv("email\nrosa@example.org\n", confirmed=True).kept_away == 1
    assert front.status_of("rosa@example.org") is Status.UNCONFIRMED


def test_a_suppressed_reader_does_not_come_back_unvouched(front: Front) -> None:
    front.put("rosa@example.org", Status.SUPPRESSED)
    with pytest.raises(SubscriberError, match="suppressed; --confirmed says"):
        front.readers.add({"email": "rosa@example.org"})
    assert front.status_of("rosa@example.org") is Status.SUPPRESSED


# Links


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.CONFIRMED, Status.UNSUBSCRIBED),
        (Status.UNCONFIRMED, Status.UNSUBSCRIBED),
        (Status.UNSUBSCRIBED, Status.UNSUBSCRIBED),
        (Status.SUPPRESSED, Status.SUPPRESSED),
    ],
)
def test_the_link_in_the_mail_unsubscribes_however_often_it_is_used(
    front: Front, before: Status, after: Status
) -> None:
    rosa = front.put("rosa@example.org", before)
    token = front.signer.sign(rosa.id, UNSUBSCRIBE)
    for _ in range(2):
        reader = front.readers.unsubscribe(token)
        assert reader is not None
        assert reader.status is front.status_of("rosa@example.org") is after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.UNCONFIRMED, Status.CONFIRMED),
        (Status.CONFIRMED, Status.CONFIRMED),
        (Status.UNSUBSCRIBED, Status.UNSUBSCRIBED),
        (Status.SUPPRESSED, Status.SUPPRESSED),
    ],
)
def test_the_link_of_the_confirmation_confirms_but_brings_nobody_back(
    front: Front, before: Status, after: Status
) -> None:
    rosa = front.put("rosa@example.org", before)
    reader = front.readers.confirm(front.readers.token(rosa, CONFIRM))
    assert reader is not None
    assert reader.status is front.status_of("rosa@example.org") is after


def test_a_bad_token_and_one_of_a_reader_who_is_gone_give_the_same_answer(front: Front) -> None:
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    for token in ("", "nonsense", front.signer.sign("gone", UNSUBSCRIBE), front.signer.sign(rosa.id, CONFIRM)):
        assert front.readers.unsubscribe(token) is None
    assert front.readers.confirm(front.signer.sign(rosa.id, UNSUBSCRIBE)) is None
    assert front.status_of("rosa@example.org") is Status.CONFIRMED


# CSV


def test_an_import_takes_every_line_and_only_the_address_is_needed(front: Front) -> None:
    report = front.readers.import_csv("email\nrosa@example.org\n\nabel@example.org\n")
    assert report == ImportReport(added=2)
    assert [reader.status for reader in front.store.list_subscribers()] == [Status.UNCONFIRMED] * 2


def test_an_import_reads_what_spreadsheets_write(front: Front) -> None:
    text = '\ufeffEmail, Name ,languages,AT\r\nrosa@example.org,"Ölmez, ""Rosa""\nM.",de;fr,06:15\r\n,,,\r\n'
    assert front.readers.import_csv(text, confirmed=True) == ImportReport(added=1)
    (rosa,) = front.store.list_subscribers()
    assert (rosa.name, rosa.languages, rosa.at) == ('Ölmez, "Rosa" M.', ("de", "fr"), time(6, 15))
    assert rosa.status is Status.CONFIRMED


def test_an_import_with_errors_names_each_line_and_imports_nothing(front: Front) -> None:
    text = (
        "email,timezone\n"
        "rosa@example.org,Europe/Vienna\n"
        "abel,\n"
        '"two\nlines@example.org",\n'
        "mina@example.org,Europe/Viena\n"
        "ROSA@example.org,\n"
        "a@example.org,,extra\n"
    )
    report = front.readers.import_csv(text)
    assert [problem.line for problem in report.problems] == [3, 5, 6, 7, 8]
    assert "'abel' is not an e-mail address" in report.problems[0].message
    assert "did you mean 'Europe/Vienna'" in report.problems[2].message
    assert report.problems[3].message == "ROSA@example.org is already in line 2; keep one of them"
    assert "3 cells for 2 columns" in report.problems[4].message
    assert (report.added, front.store.list_subscribers()) == (0, ())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "first line must name the columns, email among them"),
        ("name\nRosa\n", 1, "first line must name the columns"),
        ("email;name\nrosa@example.org;Rosa\n", 1, "separated by commas"),
        ("email,nmae\n", 1, "unknown column 'nmae'; known are email, name"),
        ("rosa@example.org\n", 1, "unknown column 'rosa@example.org'"),
        ('email\n"rosa@example.org', 2, "unexpected end of data"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(front: Front, text: str, line: int, words: str) -> None:
    (problem,) = front.readers.import_csv(text).problems
    assert problem.line == line
    assert words in problem.message


def test_importing_the_same_file_again_changes_nothing(front: Front) -> None:
    text = "email,language\nrosa@example.org,fr\n"
    front.readers.import_csv(text)
    before = front.store.list_subscribers()
    assert front.readers.import_csv(text) == ImportReport(unchanged=1)
    assert front.store.list_subscribers() == before


def test_an_import_changes_what_it_says_and_an_empty_cell_changes_nothing(front: Front) -> None:
    before = front.put("rosa@example.org", Status.CONFIRMED)
    report = front.readers.import_csv("email,language,timezone\nrosa@example.org,,Asia/Tokyo\n")
    assert report == ImportReport(changed=1)
    assert front.store.list_subscribers() == (replace(before, timezone="Asia/Tokyo"),)


@pytest.mark.parametrize("away", [Status.UNSUBSCRIBED, Status.SUPPRESSED])
@pytest.mark.parametrize("confirmed", [False, True])
def test_no_import_brings_back_who_is_away_in_whatever_spelling(front: Front, away: Status, confirmed: bool) -> None:
    before = front.put("rosa@example.org", away)
    text = "email,status,timezone\nROSA@Example.org,confirmed,Asia/Tokyo\n"
    assert front.readers.import_csv(text, confirmed=confirmed) == ImportReport(kept_away=1)
    assert front.store.list_subscribers() == (before,)


@pytest.mark.parametrize(
    ("cell", "confirmed", "status"),
    [
        ("", False, Status.UNCONFIRMED),
        ("", True, Status.CONFIRMED),
        ("confirmed", False, Status.UNCONFIRMED),
        ("confirmed", True, Status.CONFIRMED),
        ("unconfirmed", True, Status.UNCONFIRMED),
        ("unsubscribed", True, Status.UNSUBSCRIBED),
        ("suppressed", False, Status.SUPPRESSED),
    ],
)
def test_a_status_in_the_file_takes_away_but_never_gives(
    front: Front, cell: str, confirmed: bool, status: Status
) -> None:
    front.readers.import_csv(f"email,status\nrosa@example.org,{cell}\n", confirmed=confirmed)
    assert front.status_of("rosa@example.org") is status


def test_a_file_can_take_a_confirmed_reader_off_but_not_unconfirm_them(front: Front) -> None:
    front.put("rosa@example.org", Status.CONFIRMED)
    front.put("abel@example.org", Status.CONFIRMED)
    front.readers.import_csv("email,status\nrosa@example.org,unsubscribed\nabel@example.org,unconfirmed\n")
    assert front.status_of("rosa@example.org") is Status.UNSUBSCRIBED
    assert front.status_of("abel@example.org") is Status.CONFIRMED


def test_an_export_makes_the_same_list_elsewhere(front: Front) -> None:
    front.readers.add({"email": "rosa@example.org", "name": "=Rosa, M.", "days": "sat;sun"}, confirmed=True)
    front.readers.add({"email": "abel@example.org", "topics": "Chess, mostly;Rivers", "at": "00:00"})
    for email, status in (("mina", Status.CONFIRMED), ("lev", Status.UNSUBSCRIBED), ("noor", Status.UNSUBSCRIBED)):
        front.put(f"{email}@example.org", status)
    front.readers.suppress("old-mina@example.org", "hard bounce")
    front.readers.ask_for(read_choices({"email": "noor@example.org"}, ()))
    elsewhere = Front()
    assert elsewhere.readers.import_csv(exported(front), confirmed=True) == ImportReport(added=5)
    strip = [replace(reader, id="", created_at=None) for reader in front.store.list_subscribers()]
    assert [replace(reader, id="", created_at=None) for reader in elsewhere.store.list_subscribers()] == strip


def test_who_is_suppressed_is_so_for_the_same_reason_after_export_erasure_and_import(front: Front) -> None:
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    front.readers.suppress(rosa.id, "complaint")
    kept = exported(front)
    front.readers.erase(rosa.id)
    front.readers.import_csv(kept, confirmed=True)
    again = front.store.find_subscriber("rosa@example.org")
    assert again is not None
    assert (again.status, again.reason) == (Status.SUPPRESSED, "complaint")
    assert exported(front) == kept


def test_who_had_left_and_was_asked_for_is_away_after_export_erasure_and_import_too(front: Front) -> None:
    rosa = front.put("rosa@example.org", Status.UNSUBSCRIBED)
    front.readers.ask_for(read_choices({"email": "rosa@example.org"}, ()))
    kept = exported(front)
    front.readers.erase(rosa.id)
    front.readers.import_csv(kept)
    assert front.readers.import_csv("email\nrosa@example.org\n", confirmed=True).kept_away == 1


@pytest.mark.parametrize(
    ("status", "reason", "kept"),
    [
        ("suppressed", "", "manual"),
        ("suppressed", " asked\nby  phone ", "asked by phone"),
        ("Suppressed", "x" * 300, "x" * 200),
        ("unconfirmed", "left", "left"),
        ("unsubscribed", "", None),
    ],
)
def test_a_file_says_why_nothing_is_sent(front: Front, status: str, reason: str, kept: str | None) -> None:
    front.readers.import_csv(f'email,status,reason\nrosa@example.org,{status},"{reason}"\n')
    (rosa,) = front.store.list_subscribers()
    assert rosa.reason == kept


@pytest.mark.parametrize("status", ["", "confirmed", "unconfirmed", "unsubscribed"])
def test_a_reason_without_a_suppression_is_wrong(front: Front, status: str) -> None:
    report = front.readers.import_csv(f"email,status,reason\nrosa@example.org,{status},complaint\n")
    assert report.problems == (
        LineProblem(line=2, message="a reason belongs to the status suppressed; set that, or empty it"),
    )


def test_a_file_does_not_make_a_confirmed_reader_one_who_had_left(front: Front) -> None:
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    front.readers.import_csv("email,status,reason\nrosa@example.org,unconfirmed,left\n")
    assert front.store.list_subscribers() == (rosa,)


def test_an_empty_list_exports_the_column_names(front: Front) -> None:
    assert (
        exported(front) == "email,name,language,languages,timezone,topics,sections,at,days,paused_until,status,reason\n"
    )


@given(st.text(st.sampled_from('emailrosa@x.org,;"\n\r\0 ')))
def test_no_file_whatsoever_crashes_an_import(text: str) -> None:
    report = Front().readers.import_csv("email,name\n" + text)
    assert all(isinstance(problem, LineProblem) for problem in report.problems)


def test_a_dry_run_says_what_an_import_would_do_and_does_nothing(front: Front) -> None:
    front.put("rosa@example.org", Status.CONFIRMED)
    front.put("abel@example.org", Status.UNSUBSCRIBED)
    before = front.store.list_subscribers()
    text = "email,language\nrosa@example.org,fr\nabel@example.org,fr\nmina@example.org,fr\n"
    would = front.readers.import_csv(text, confirmed=True, dry_run=True)
    assert would == ImportReport(added=1, changed=1, kept_away=1)
    assert (front.store.list_subscribers(), front.told) == (before, [])
    assert front.readers.import_csv(text, confirmed=True) == would


def test_a_dry_run_names_wrong_lines_as_well(front: Front) -> None:
    assert front.readers.import_csv("email\nrosa\n", dry_run=True).problems[0].line == 2


def test_a_file_full_of_errors_is_given_up_after_two_hundred(front: Front) -> None:
    problems = front.readers.import_csv("email,timezone\n" + "a@example.org,Mars\n" * 5000).problems
    assert len(problems) == 201
    assert "correct these before the rest is read" in problems[-1].message


@pytest.mark.slow
def test_a_hundred_thousand_lines_take_seconds() -> None:
    front = Front()
    lines = (f"reader{n}@host{n % 50}.example,fr,Europe/Paris,Rivers,europe;asia,07:00,mon;tue" for n in range(100_000))
    text = "email,language,timezone,topics,sections,at,days\n" + "\n".join(lines)
    started = perf_counter()
    assert front.readers.import_csv(text, dry_run=True) == ImportReport(added=100_000)
    assert perf_counter() - started < 30  # 3 s on an idle core


def test_who_leaves_while_a_file_is_read_has_left() -> None:
    class Slow(MemorySubscribers):
        def change_subscribers(self, changes: Iterable[tuple[Subscriber | None, Subscriber]]) -> frozenset[str]:
            if not gone:
                gone.append(True)
                front.readers.leave(rosa.id)
            return super().change_subscribers(changes)

    gone: list[bool] = []
    front = Front(store=Slow())
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    report = front.readers.import_csv("email,at\nrosa@example.org,05:00\nmina@example.org,05:00\n", confirmed=True)
    assert report == ImportReport(added=1, kept_away=1)
    assert front.status_of("rosa@example.org") is Status.UNSUBSCRIBED


# What others hear


def test_each_change_is_told_once_it_is_kept_and_nothing_else_is(front: Front) -> None:
    rosa = front.readers.add({"email": "rosa@example.org"})
    front.readers.add({"email": "rosa@example.org"})
    front.readers.add({"email": "rosa@example.org", "at": "05:00"})
    for _ in range(2):
        front.readers.confirm(front.readers.token(rosa, CONFIRM))
        front.readers.unsubscribe(front.readers.token(rosa, UNSUBSCRIBE))
    front.readers.import_csv("email\nrosa@example.org\nabel@example.org\n", confirmed=True)
    for _ in range(2):
        front.readers.suppress(rosa.id, "complaint")
    for _ in range(2):
        front.readers.erase(rosa.id)
    events = ["subscribed", "changed", "confirmed", "unsubscribed", "confirmed", "suppressed", "erased"]
    assert [event for event, _ in front.told] == events
    assert front.told[4] == ("confirmed", "abel@example.org")


# Suppression


def test_a_suppressed_reader_keeps_the_first_reason_and_no_file_or_link_brings_them_back(front: Front) -> None:
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    assert front.readers.suppress(rosa.id, "hard bounce") == replace(
        rosa, status=Status.SUPPRESSED, reason="hard bounce"
    )
    front.readers.suppress(rosa.id, "manual")
    front.readers.confirm(front.readers.token(rosa, CONFIRM))
    front.readers.unsubscribe(front.readers.token(rosa, UNSUBSCRIBE))
    front.readers.come_back(front.readers.token(rosa, UNSUBSCRIBE))
    assert front.readers.ask_for(read_choices({"email": "rosa@example.org"}, ())) is None
    front.readers.import_csv("email\nrosa@example.org\n", confirmed=True)
    kept = front.store.find_by_id(rosa.id)
    assert kept == replace(rosa, status=Status.SUPPRESSED, reason="hard bounce")


@pytest.mark.parametrize(("confirmed", "after"), [(False, Status.UNCONFIRMED), (True, Status.CONFIRMED)])
def test_the_operator_releases_a_suppressed_reader_and_nobody_else(
    front: Front, confirmed: bool, after: Status
) -> None:
    rosa = front.put("rosa@example.org", Status.CONFIRMED)
    front.readers.suppress(rosa.id, "manual")
    assert front.readers.release(rosa.id, confirmed=confirmed) == replace(rosa, status=after)
    abel = front.put("abel@example.org", Status.UNSUBSCRIBED)
    assert front.readers.release(abel.id, confirmed=True) == abel


def test_a_reader_who_is_not_there_can_be_neither_suppressed_released_changed_nor_erased(front: Front) -> None:
    nobody = Subscriber(id="gone", email="gone@example.org")
    assert front.readers.suppress("gone", "manual") is None
    assert front.readers.release("gone") is None
    assert front.readers.choose("gone", nobody) is None
    assert front.readers.leave("gone") is None
    assert front.readers.erase("gone") is None
    assert front.told == []


def test_sections_of_a_briefing_are_those_its_editions_can_have() -> None:
    ours = Config(briefing=BriefingRule(name="x"), mail=MailRule(sender=Sender(address="x@example.org")))
    assert section_keys(ours) == (*(area.value for area in Area), "other")
    topical = replace(ours, topics=(Topic(name="Rivers"), Topic(name="Gossip", mute=True), Topic(name="Chess")))
    ordered = SectionPlan(by=SectionKind.TOPIC, order=("Chess", "nothing"))
    assert section_keys(replace(topical, sections=ordered)) == ("Chess", "Rivers", "other")
    assert len(section_keys(replace(ours, sections=SectionPlan(by=SectionKind.THEME)))) == 18

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from briefing.model.archived import ArchivedEdition
from briefing.model.run import Run
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.model.visit import Visit
from briefing.services.choices import read_choices
from briefing.services.slots import MOST_DAYS_BACK
from briefing.services.subscribe import CONFIRM, UNSUBSCRIBE, ReaderList
from briefing.services.upkeep import PAUSES_KEPT, Upkeep, UpkeepReport
from tests.fakes import (
    FixedClock,
    MemoryAlarms,
    MemoryArchive,
    MemoryArticles,
    MemoryLedger,
    MemoryPreparedEditions,
    MemoryRequestNotes,
    MemoryRuns,
    MemorySubscribers,
    MemoryVectors,
    MemoryVisits,
    PlainSigner,
)
from tests.make import NOW, article

KEEP = timedelta(days=30)
LAST_KEPT = NOW.date() - KEEP


def list_of(clock: FixedClock, *, told: list[tuple[str, str]] | None = None) -> ReaderList:
    """A list on which nobody stands."""
    heard = [] if told is None else told
    return ReaderList(
        store=MemorySubscribers(),
        signer=PlainSigner(),
        clock=clock,
        new_id=lambda: f"id{len(heard)}",
        told=lambda event, reader: heard.append((event, reader.email)),
    )


def upkeep(*days: date, told: list[tuple[str, str]] | None = None) -> Upkeep:
    ledger, archive, runs, alarms = MemoryLedger(), MemoryArchive(), MemoryRuns(), MemoryAlarms()
    for day in days:
        ledger.plan(day, ["ada", "ben"], now=NOW)
        page = ArchivedEdition(date=day, segment="default", title="News", preheader="", language="en", built_at=NOW)
        archive.keep(page, "<p>news</p>")
        runs.save_run(Run(edition=day, started_at=NOW, finished_at=NOW))
        alarms.claim("held", str(day), edition=day)
    asked = MemoryRequestNotes(asked=[NOW - timedelta(days=3), NOW - timedelta(hours=1)])
    clock = FixedClock(NOW)
    return Upkeep(
        ledger=ledger,
        archive=archive,
        prepared=MemoryPreparedEditions(),
        runs=runs,
        alarms=alarms,
        requests=asked,
        readers=list_of(clock, told=told),
        articles=MemoryArticles(),
        visits=MemoryVisits(),
        vectors=MemoryVectors(clock=clock),
        clock=clock,
        keep=KEEP,
        keep_articles=KEEP,
    )


def test_what_is_older_than_the_config_keeps_is_forgotten_and_counted() -> None:
    made = upkeep(LAST_KEPT - timedelta(days=1), LAST_KEPT, NOW.date())
    assert made.run() == UpkeepReport(deliveries=2, pages=1, requests=1, runs=1)
    assert made.run() == UpkeepReport()
    assert made.ledger.balance(LAST_KEPT).audience == 2
    assert made.archive.find_page(LAST_KEPT, "default") is not None
    assert [run.edition for run in made.runs.list_runs(limit=9)] == [NOW.date(), LAST_KEPT]


def test_articles_and_addresses_are_kept_as_long_as_the_config_says() -> None:
    made = upkeep()
    for age in (KEEP, KEEP + timedelta(seconds=1)):
        made.articles.save_articles("f", [article(str(age))], now=NOW - age)
        made.visits.save_visits([Visit(key=str(age), asked_at=NOW - age)])
    assert made.run().articles == 1
    assert made.articles.stock(["f"])["f"].articles == 1
    assert [*made.visits.load_visits([str(KEEP), str(KEEP + timedelta(seconds=1))])] == [str(KEEP)]


def test_vectors_are_kept_as_long_as_articles_since_they_were_last_used() -> None:
    made = upkeep()
    assert isinstance(made.vectors, MemoryVectors)
    for age in (KEEP, KEEP + timedelta(days=1)):
        replace(made.vectors, clock=FixedClock(NOW - age)).save_vectors({str(age): (1.0,)})
    assert made.run().vectors == 1
    assert [*made.vectors.load_vectors([str(KEEP), str(KEEP + timedelta(days=1))])] == [str(KEEP)]


def test_what_the_operator_was_told_is_forgotten_with_the_edition() -> None:
    made = upkeep(LAST_KEPT - timedelta(days=1), LAST_KEPT)
    made.run()
    told = [made.alarms.claim("held", str(day), edition=day) for day in (LAST_KEPT - timedelta(days=1), LAST_KEPT)]
    assert told == [True, False]


def test_a_pause_is_forgotten_when_nobody_looks_back_so_far_any_more() -> None:
    made = upkeep()
    for number, ago in enumerate((41, 40, 0, -1)):
        until = str(NOW.date() - timedelta(days=ago))
        made.readers.add({"email": f"r{number}@example.org", "paused_until": until})
    told = made.readers.store.last_change()
    assert (made.run().pauses, made.readers.store.last_change()) == (1, told + 1)
    assert [bool(reader.paused_until) for reader in made.readers.store.list_subscribers()] == [False, True, True, True]
    assert PAUSES_KEPT.days > MOST_DAYS_BACK


def test_it_is_done_once_a_day() -> None:
    made = upkeep(LAST_KEPT)
    assert [made.tick() is not None, made.tick() is not None] == [True, False]
    assert isinstance(made.clock, FixedClock)
    made.clock.move(days=1)
    assert made.tick() == UpkeepReport(deliveries=2, pages=1, runs=1)


def asks(made: Upkeep, email: str) -> Subscriber:
    reader = made.readers.ask_for(read_choices({"email": email}, ()))
    assert reader is not None
    return reader


def later(made: Upkeep, **by: float) -> None:
    assert isinstance(made.clock, FixedClock)
    made.clock.move(**by)


def addresses(made: Upkeep) -> list[str]:
    return [reader.email for reader in made.readers.store.list_subscribers()]


def test_who_asked_and_never_agreed_is_erased_when_their_link_is_over_and_others_hear_of_it() -> None:
    told: list[tuple[str, str]] = []
    made = upkeep(told=told)
    mina = asks(made, "mina@example.org")
    link = made.readers.token(mina, CONFIRM)
    later(made, days=7)
    assert (made.run().readers, made.readers.reader_behind(link, CONFIRM)) == (0, mina)
    later(made, seconds=1)
    assert (made.run().readers, addresses(made)) == (1, [])
    assert told == [("subscribed", "mina@example.org"), ("erased", "mina@example.org")]
    assert asks(made, "mina@example.org").status is SubscriberStatus.UNCONFIRMED


def test_who_asks_again_has_as_long_again() -> None:
    made = upkeep()
    asks(made, "mina@example.org")
    later(made, days=5)
    asks(made, "mina@example.org")
    later(made, days=5)
    assert made.run().readers == 0
    later(made, days=3)
    assert made.run().readers == 1


@pytest.mark.parametrize("first", [True, False], ids=["operator first", "stranger first"])
@pytest.mark.parametrize("by_file", [True, False], ids=["import", "add"])
def test_whom_the_operator_put_on_the_list_stays_whoever_else_asks(first: bool, by_file: bool) -> None:
    made = upkeep()

    def put() -> None:
        if by_file:
            made.readers.import_csv("email\nmina@example.org\n")
        else:
            made.readers.add({"email": "mina@example.org"})

    if first:
        put()
    asks(made, "mina@example.org")
    if not first:
        put()
    later(made, days=99)
    assert (made.run().readers, addresses(made)) == (0, ["mina@example.org"])


@pytest.mark.parametrize("answer", ["confirm", "unsubscribe", "suppress"])
def test_whoever_answered_stays(answer: str) -> None:
    made = upkeep()
    mina = asks(made, "mina@example.org")
    if answer == "confirm":
        made.readers.confirm(made.readers.token(mina, CONFIRM))
    elif answer == "unsubscribe":
        made.readers.unsubscribe(made.readers.token(mina, UNSUBSCRIBE))
    else:
        made.readers.suppress(mina.id, "hard bounce")
    (kept,) = made.readers.store.list_subscribers()
    assert kept.asked_at is None
    later(made, days=99)
    assert (made.run().readers, addresses(made)) == (0, ["mina@example.org"])


def test_a_no_is_remembered_when_a_stranger_asks_for_who_had_left() -> None:
    made = upkeep()
    mina = made.readers.add({"email": "mina@example.org"}, confirmed=True)
    made.readers.leave(mina.id)
    asks(made, mina.email)
    later(made, days=99)
    assert made.run().readers == 0
    assert made.readers.import_csv("email\nmina@example.org\n", confirmed=True).kept_away == 1

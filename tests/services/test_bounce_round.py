from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from briefing.errors import BounceError, StoreError
from briefing.model.letter import Bounce, Complaint, Letter, Meaning, Quiet, Request, Severity, Tally, Unclear, Whose
from briefing.model.subscriber import SubscriberStatus
from briefing.services.bounce_round import BounceRound, standings
from briefing.services.bounces import Outcome
from tests.fakes import MemoryBounces, MemoryMailbox, MemorySubscribers, PlainSigner
from tests.make import NOW
from tests.services.house import confirmed
from tests.services.test_bounces import HERS, PATH, SOFT, Desk, bounce

BENS = Whose(sent_to=(PATH.address_for("ben"),))
SUPPRESSED = SubscriberStatus.SUPPRESSED


@dataclass
class Round:
    """A round over letters whose meaning the test says."""

    at: Desk = field(default_factory=Desk)
    mailbox: MemoryMailbox = field(default_factory=MemoryMailbox)
    meanings: dict[bytes, Meaning] = field(default_factory=dict)

    def put(self, *meanings: Meaning) -> None:
        for meaning in meanings:
            key = f"{len(self.meanings):03}.eml"
            self.meanings[key.encode()] = meaning
            self.mailbox.letters[key] = Letter(
                key=key, content=key.encode(), received_at=NOW + timedelta(seconds=len(self.meanings))
            )

    @property
    def reading(self) -> BounceRound:
        understand = self.meanings.__getitem__
        return BounceRound(mailbox=self.mailbox, understand=understand, desk=self.at.desk)


@pytest.fixture
def post() -> Round:
    return Round()


def test_every_letter_is_acted_on_and_counted(post: Round) -> None:
    leaving = Request(purpose="unsubscribe", token=PlainSigner().sign("ben", "unsubscribe"))
    post.put(bounce(), leaving, Quiet(why="an automatic reply"), Complaint(whose=HERS))
    report = post.reading.run()
    assert report.counts == {
        Outcome.HARD: 1,
        Outcome.UNSUBSCRIBED: 1,
        Outcome.IGNORED: 1,
        Outcome.COMPLAINT: 1,
    }
    assert (report.problems, report.is_complete) == ((), True)
    assert len(post.mailbox.done) == 4


def test_nothing_is_done_twice(post: Round) -> None:
    post.put(SOFT)
    post.reading.run()
    assert post.reading.run().counts == {}
    assert post.at.soft() == 1


def test_a_letter_for_a_person_is_set_aside_and_stops_no_other(post: Round) -> None:
    post.put(Unclear(why="it is a poem"), bounce(whose=Whose()), Request(purpose="confirm", token="x.y"), bounce())
    report = post.reading.run()
    assert report.counts == {Outcome.UNKNOWN: 3, Outcome.HARD: 1}
    assert post.mailbox.aside == ["000.eml", "001.eml", "002.eml"]
    assert [(problem.file, problem.message) for problem in report.problems] == [
        ("000.eml", "a letter was not understood (it is a poem); it waits for you, unread"),
        ("001.eml", "a letter was not understood (it does not say whose mail came back); it waits for you, unread"),
        (
            "002.eml",
            "a letter was not understood (it wants to confirm with a token that is not ours, or too old); it waits for "
            "you, unread",
        ),
    ]


def test_a_round_ends_after_so_many_letters(post: Round) -> None:
    post.put(*[Quiet(why="an automatic reply")] * 5)
    rounds = replace(post.reading, most=3)
    reports = [rounds.run() for _ in range(3)]
    assert [sum(report.counts.values()) for report in reports] == [3, 2, 0]
    assert [report.has_more for report in reports] == [True, False, False]


def refused(status: str, host: str | None) -> Bounce:
    return replace(bounce(Severity.POLICY, status=status), host=host)


def test_refusals_on_policy_are_told_once_for_each_status_with_who_refuses(post: Round) -> None:
    post.put(*[refused("5.7.1", f"mx{number}.example") for number in (4, 2, 3, 1, 1)], refused("5.7.26", None))
    report = post.reading.run()
    assert report.counts == {Outcome.POLICY: 6}
    first, second = (problem.message for problem in report.problems)
    assert first.startswith("5 messages were refused by mx1.example, mx2.example, mx3.example and others with 5.7.1: ")
    assert second.startswith("1 message was refused with 5.7.26: that is about us or the message, so no reader was")


def test_problems_name_no_reader(post: Round) -> None:
    named = Whose(addresses=("nobody@readers.example",), sent_to=("ada@readers.example",))
    post.put(bounce(whose=named), refused("5.7.1", "mx.example"), Unclear(why="its form cannot be read"))
    assert "@" not in " ".join(problem.message for problem in post.reading.run().problems)


def test_a_mailbox_that_cannot_be_opened_is_a_problem_and_no_accident(post: Round) -> None:
    post.mailbox.broken = BounceError("imap.mail.example:993 cannot be reached: Connection refused")
    report = post.reading.run()
    assert not report.is_complete
    assert [problem.message for problem in report.problems] == [str(post.mailbox.broken)]


def test_what_was_done_before_the_line_went_dead_is_done(post: Round) -> None:
    post.put(bounce(), bounce(whose=BENS))
    post.mailbox.fails_after = 1
    report = post.reading.run()
    assert (report.counts, report.is_complete) == ({Outcome.HARD: 1}, False)
    post.mailbox.fails_after = None
    assert post.reading.run().counts == {Outcome.HARD: 1}
    assert post.at.status("ben")[0] is SUPPRESSED


@dataclass
class LockedBounces(MemoryBounces):
    """Cannot be written."""

    def change(self, subscriber: str, decide: object) -> Tally | None:
        raise StoreError("database is locked")


def test_a_letter_stays_when_the_database_cannot_be_written(post: Round) -> None:
    post.at.book = LockedBounces()
    post.put(bounce())
    report = post.reading.run()
    assert (report.is_complete, post.mailbox.done) == (False, [])
    post.at.book = MemoryBounces()
    assert post.reading.run().counts == {Outcome.HARD: 1}
    assert post.mailbox.done == ["000.eml"]


class KilledError(BaseException):
    """Ends the program in the middle of something."""


@dataclass
class DeadlyMailbox(MemoryMailbox):
    """Kills whoever marks its letters, so many times."""

    deaths: int = 1

    def mark_done(self, key: str) -> None:
        if self.deaths:
            self.deaths -= 1
            raise KilledError
        super().mark_done(key)


@pytest.mark.parametrize(
    "meaning",
    [
        bounce(),
        SOFT,
        Complaint(whose=HERS),
        Request(purpose="unsubscribe", token=PlainSigner().sign("ada", "unsubscribe")),
    ],
    ids=["hard", "soft", "complaint", "unsubscribe"],
)
def test_whoever_dies_between_act_and_mark_does_nothing_twice(meaning: Meaning) -> None:
    def end_of(deaths: int) -> tuple[MemorySubscribers, MemoryBounces, list[str]]:
        post = Round(mailbox=DeadlyMailbox(deaths=deaths))
        post.put(meaning)
        for _ in range(deaths):
            with pytest.raises(KilledError):
                post.reading.run()
            post.at.clock.move(days=2)
        assert sum(post.reading.run().counts.values()) == 1
        return post.at.store, post.at.book, post.mailbox.done

    assert end_of(3) == end_of(0)


def test_those_who_stand_badly_are_listed_with_what_is_known(post: Round) -> None:
    post.at.store.save_subscriber(confirmed("cleo"))
    post.at.store.save_subscriber(replace(confirmed("dan"), status=SUPPRESSED, reason="manual"))
    post.at.desk.act(bounce(), at=NOW)
    post.at.desk.act(replace(SOFT, whose=BENS), at=NOW)
    post.at.desk.act(replace(SOFT, whose=Whose(sent_to=(PATH.address_for("cleo"),))), at=NOW - timedelta(days=9))
    post.at.sent.add(NOW - timedelta(days=8), reader="cleo")
    post.at.book.kept["gone"] = replace(post.at.book.kept["ben"], subscriber="gone")
    listed = [(standing.reader.id, standing.tally and standing.tally.soft) for standing in standings(post.at.desk)]
    assert listed == [("ada", 0), ("dan", None), ("ben", 1)]

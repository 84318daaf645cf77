"""An edition that fails the outgoing check goes to nobody, and the books know nothing of it until it is mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from briefing.deliver.outbox import OutboxTransport
from briefing.errors import NothingToSendError, RenderError
from briefing.model.delivery import DeliveryStatus
from briefing.model.edition import Problem
from briefing.model.subscriber import Subscriber
from briefing.render.templates import Templates, load_templates
from briefing.services.editions import recipe_of
from briefing.services.morning import Morning
from briefing.services.newsroom import Newsroom
from briefing.services.segments import segment_of
from briefing.services.send import SendReport
from briefing.store.ledger import SqlLedger
from briefing.store.subscribers import SqlSubscribers
from tests.services.house import CONFIG, FakeHouse, confirmed, mailroom
from tests.sqlite import new_sqlite

TODAY = date(2026, 11, 22)
ADA, BEN = confirmed("ada"), confirmed("ben")
CLEO = confirmed("cleo", language="fr")
NO_WAY_OUT = ""
NOT_RENDERED = "{{ nothing_of_that_name }}"
FRENCH_ONLY = "{% if sheet.language == 'fr' %}{{ nothing_of_that_name }}{% endif %}"


#: Who waits for an edition that is held stands in the books, untouched.
WAITING = {"ada": DeliveryStatus.PENDING, "ben": DeliveryStatus.PENDING}


@dataclass
class Post:
    """A briefing with a real database, a real outbox and templates of its own; the rest is fakes."""

    folder: Path
    engine: Engine
    house: FakeHouse

    def write(self, name: str, text: str) -> None:
        (self.folder / "templates" / name).write_text(text, "utf-8")

    def mend(self) -> None:
        for file in (self.folder / "templates").iterdir():
            file.unlink()

    @property
    def templates(self) -> Templates:
        return load_templates(self.folder / "templates")

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self.engine)

    @property
    def morning(self) -> Morning:
        transport = OutboxTransport(self.folder / "outbox")
        room = mailroom(SqlSubscribers(self.engine), self.ledger, transport, self.house.clock)
        recipe = recipe_of(self.house.config, self.templates, None)
        editions = replace(self.house.morning.editions, maker=self.newsroom, recipe=recipe)
        return replace(self.house.morning, mailroom=room, editions=editions)

    @property
    def newsroom(self) -> Newsroom:
        return replace(self.house.newsroom, templates=self.templates)

    def send(self) -> SendReport:
        (report,) = self.morning.send_all()
        return report

    def add(self, *readers: Subscriber) -> None:
        SqlSubscribers(self.engine).save_subscribers(readers)

    @property
    def rows(self) -> dict[str, DeliveryStatus]:
        return {row.subscriber: row.status for row in self.ledger.rows(TODAY)}

    @property
    def mails(self) -> list[str]:
        heads = [file.read_bytes() for file in (self.folder / "outbox").glob("*.eml")]
        return sorted(re.findall(r"(?m)^To: (\S+)", b"".join(heads).decode()))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    (tmp_path / "templates").mkdir()
    engine = new_sqlite(tmp_path / "briefing.db")
    post = Post(tmp_path, engine, FakeHouse())
    post.add(ADA, BEN)
    yield post
    engine.dispose()


def told(report: SendReport) -> list[str]:
    return [problem.message for problem in report.problems if problem.stage == "render"]


@pytest.mark.parametrize(
    ("footer", "reason"),
    [
        (NO_WAY_OUT, "the HTML does not show the link that unsubscribes"),
        (NOT_RENDERED, "'nothing_of_that_name' is undefined"),
        ("{% if %}", "footer.mjml.j2:1: "),
        ("<mj-text>", "is not well-formed MJML"),
    ],
    ids=["a rule broken", "an unknown name", "a mistake in the template", "broken markup"],
)
def test_nobody_gets_an_edition_that_is_held_until_it_is_mended(post: Post, footer: str, reason: str) -> None:
    post.write("footer.mjml.j2", footer)
    report = post.send()
    assert (report.sent, report.balance.audience, post.mails, post.rows) == (0, 2, [], WAITING)
    (message,) = [problem.message for problem in report.problems]
    assert message.startswith("the edition for default is held: ")
    assert reason in message
    assert message.endswith("; nothing was sent to its 2 readers")
    assert post.house.memory.told == set()

    post.mend()
    assert (post.send().sent, post.send().sent) == (2, 0)
    assert post.mails == ["ada@readers.example", "ben@readers.example"]
    assert post.rows == {"ada": DeliveryStatus.SENT, "ben": DeliveryStatus.SENT}


def test_the_timer_tries_again_until_it_is_too_late(post: Post) -> None:
    post.write("footer.mjml.j2", NO_WAY_OUT)
    for _ in range(2):
        (report,) = post.morning.send_due()
        assert (report.sent, len(told(report)), post.rows) == (0, 1, WAITING)
        post.house.clock.move(hours=2)
    post.mend()
    (report,) = post.morning.send_due()
    assert (report.sent, told(report)) == (2, [])

    post.house.clock.move(days=1)
    post.write("footer.mjml.j2", NO_WAY_OUT)
    post.house.clock.move(hours=8)
    assert post.morning.send_due() == ()


def test_only_the_segment_that_fails_is_held(post: Post) -> None:
    post.add(CLEO)
    post.write("footer.mjml.j2", FRENCH_ONLY + dict(load_templates().sources)["footer.mjml.j2"])
    report = post.send()
    assert post.mails == ["ada@readers.example", "ben@readers.example"]
    assert post.rows == {"ada": DeliveryStatus.SENT, "ben": DeliveryStatus.SENT, "cleo": DeliveryStatus.PENDING}
    (message,) = told(report)
    assert message.startswith(f"the edition for {segment_of(CLEO, CONFIG).key} is held: ")
    assert message.endswith("nothing was sent to its 1 reader")
    assert {segment for _, segment, _ in post.house.memory.told} == {"default"}

    post.mend()
    assert post.send().sent == 1
    assert post.mails[-1] == "cleo@readers.example"


def test_a_row_that_an_earlier_run_planned_waits_as_it_is(post: Post) -> None:
    post.ledger.plan(TODAY, ["ada"], now=post.house.clock.now())
    (planned,) = post.ledger.rows(TODAY)
    post.write("footer.mjml.j2", NO_WAY_OUT)
    report = post.send()
    assert post.ledger.rows(TODAY)[0] == planned
    assert told(report) != []
    assert report.balance.is_balanced
    post.mend()
    assert post.send().sent == 2


def test_a_row_that_has_become_too_late_is_closed_all_the_same(post: Post) -> None:
    post.ledger.plan(TODAY, ["ada"], now=post.house.clock.now())
    post.write("footer.mjml.j2", NO_WAY_OUT)
    post.house.clock.move(hours=9)
    post.morning.send_due()
    assert post.rows == {"ada": DeliveryStatus.MISSED}


def test_an_edition_that_somebody_got_is_everybodys_whatever_became_of_the_templates(post: Post) -> None:
    post.send()
    post.write("footer.mjml.j2", NO_WAY_OUT)
    post.add(confirmed("dora"))
    assert told(post.send()) == []
    assert post.mails == ["ada@readers.example", "ben@readers.example", "dora@readers.example"]


def test_an_address_that_cannot_be_written_to_keeps_nobody_else_waiting(post: Post) -> None:
    post.add(replace(confirmed("eve"), email="eve"))
    report = post.send()
    assert post.mails == ["ada@readers.example", "ben@readers.example"]
    assert post.rows["eve"] is DeliveryStatus.DEFERRED
    assert [problem.source for problem in report.problems] == ["eve"]


def test_many_reasons_are_counted(post: Post) -> None:
    post.write("footer.mjml.j2", '<p onclick="x"><script></script><b id="a"></b><b id="a"></b><a href="#b">x</a></p>')
    (message,) = told(post.send())
    assert message.count("; ") == 4
    assert "; and 2 more; nothing was sent" in message


def test_a_build_shows_what_would_be_held(post: Post) -> None:
    post.write("footer.mjml.j2", NO_WAY_OUT)
    built = post.newsroom.build()
    (problem,) = built.problems
    assert problem.stage == "render"
    assert problem.message.startswith("the edition for default is held: ")
    assert problem.message.endswith("; it will not be sent")
    assert post.house.shelf.files["default"] == built.files
    assert b"Ferries return" in built.files["edition.html"]
    post.mend()
    assert post.newsroom.build().problems == ()


def test_a_build_that_cannot_be_set_says_where(post: Post) -> None:
    post.write("footer.mjml.j2", NOT_RENDERED)
    with pytest.raises(RenderError, match=r"footer\.mjml\.j2"):
        post.newsroom.build()
    assert post.house.shelf.files == {}


def test_an_edition_without_a_story_is_silent_rather_than_held(post: Post) -> None:
    post.write("footer.mjml.j2", NO_WAY_OUT)
    post.house.collector.collected = replace(post.house.collector.collected, articles=())
    assert post.newsroom.build().problems == ()
    with pytest.raises(NothingToSendError):
        post.send()


@pytest.mark.parametrize("footer", [NO_WAY_OUT, NOT_RENDERED])
def test_no_test_copy_is_sent_of_an_edition_that_is_held(post: Post, footer: str) -> None:
    post.write("footer.mjml.j2", footer)
    with pytest.raises(RenderError):
        post.morning.send_test("me@desk.example")
    assert post.mails == []


def test_the_files_of_a_held_edition_can_be_looked_at(post: Post) -> None:
    post.add(CLEO)
    post.write("footer.mjml.j2", NO_WAY_OUT)
    post.send()
    assert set(post.house.shelf.files) == {"default", segment_of(CLEO, CONFIG).key}


def test_a_held_edition_is_one_problem_for_all_its_readers(post: Post) -> None:
    post.write("footer.mjml.j2", NO_WAY_OUT)
    assert [type(problem) for problem in post.send().problems] == [Problem]

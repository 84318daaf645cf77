from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from benchmarks.delivery.recording import open_relay
from briefing.cli.living import LivingHouse
from briefing.config.load import load_config
from briefing.engines.clock import SystemClock
from briefing.services.clock_guard import ClockGuard
from briefing.services.filing import unwatched
from briefing.wiring import House, open_house
from tests.cli.test_serving import ask, read_until, started, stop
from tests.cli.test_serving import folder as folder  # noqa: PLC0414, a fixture
from tests.cli.test_serving import port as port  # noqa: PLC0414, likewise
from tests.fakes import FixedClock, MemoryLookLog
from tests.make import NOW

TEMPLATES = Path(__file__).parents[2] / "templates"


def edit(folder: Path, *pairs: tuple[str, str]) -> None:
    """Changes words of the config, as an editor would save it; the clock of the disk may be coarse."""
    file = folder / "config.yaml"
    before = file.stat().st_mtime_ns
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))


@pytest.fixture
def living(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LivingHouse]:
    monkeypatch.chdir(folder)
    house = open_house(load_config(folder / "config.yaml"), out=folder / "out", watch=unwatched, makes_apart=True)
    living = LivingHouse(path=folder / "config.yaml", out=folder / "out", house=house)
    yield living
    living.house.close()


def name_of(living: LivingHouse) -> str:
    return living.house.morning.config.briefing.name


def refused(living: LivingHouse) -> list[str]:
    """Looks once; gives why nothing was taken over, as it was said."""
    with capture_logs() as said:
        assert not living.refresh()
    return [str(one["reason"]) for one in said if one["event"] == "config not taken over"]


def test_while_nothing_is_edited_the_house_stays(living: LivingHouse) -> None:
    house = living.house
    assert [living.refresh() for _ in range(3)] == [False] * 3
    assert living.house is house


def test_an_edited_config_is_taken_over_once(living: LivingHouse, folder: Path) -> None:
    edit(folder, ("The Morning Post", "The Evening Post"))
    assert [living.refresh(), living.refresh()] == [True, False]
    assert name_of(living) == "The Evening Post"


def test_who_answers_hears_of_the_new_house_before_it_is_used_and_the_old_one_is_closed(
    living: LivingHouse, folder: Path
) -> None:
    told: list[str] = []
    old, close = living.house, living.house.close

    def hear(house: House) -> None:
        told.append(f"{house.morning.config.briefing.name} beside {name_of(living)}")

    living.on_change = hear

    def hear_close() -> None:
        told.append("closed")
        close()

    living.house = replace(old, close=hear_close)
    edit(folder, ("The Morning Post", "The Evening Post"))
    assert living.refresh()
    assert told == ["The Evening Post beside The Morning Post", "closed"]


def test_whoever_works_in_the_old_house_can_finish_there(living: LivingHouse, folder: Path) -> None:
    old = living.house
    edit(folder, ("The Morning Post", "The Evening Post"))
    assert living.refresh()
    assert old.morning.mailroom.store.last_change() == 0
    old.close()


def test_a_broken_edit_changes_nothing_and_is_said_once(living: LivingHouse, folder: Path) -> None:
    house = living.house
    edit(folder, ("vectors: none", "vectrs: none"))
    assert [len(refused(living)) for _ in range(3)] == [1, 0, 0]
    assert living.house is house
    edit(folder, ("vectrs: none", "vectors: none"), ("The Morning Post", "The Evening Post"))
    assert living.refresh()
    assert name_of(living) == "The Evening Post"


@pytest.mark.parametrize("content", ["", "briefing: [", "\x00", "briefing: {name: Half"])
def test_half_a_file_changes_nothing(living: LivingHouse, folder: Path, content: str) -> None:
    (folder / "config.yaml").write_text(content)
    (reason,) = refused(living)
    assert "config.yaml" in reason
    assert name_of(living) == "The Morning Post"


def test_a_config_that_is_gone_changes_nothing_until_it_is_back(living: LivingHouse, folder: Path) -> None:
    text = (folder / "config.yaml").read_text()
    (folder / "config.yaml").unlink()
    assert [len(refused(living)), len(refused(living))] == [1, 0]
    (folder / "config.yaml").write_text(text.replace("Morning", "Evening"))
    assert living.refresh()
    assert name_of(living) == "The Evening Post"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("sqlite:///briefing.db", "sqlite:///other.db", "database"),
        ('listen: "127.0.0.1:', 'listen: "127.0.0.2:', "web: listen"),
    ],
)
def test_what_only_a_restart_can_change_is_refused_with_a_line(
    living: LivingHouse, folder: Path, old: str, new: str, key: str
) -> None:
    edit(folder, (old, new), ("The Morning Post", "The Evening Post"))
    (reason,) = refused(living)
    assert reason.endswith(f"{key} cannot change while the program runs; restart it")
    assert name_of(living) == "The Morning Post"
    assert not (folder / "other.db").exists()


@pytest.fixture
def own_templates(folder: Path) -> Path:
    """Templates of the briefing's own, named in its config."""
    shutil.copytree(TEMPLATES, folder / "look")
    with (folder / "config.yaml").open("a") as config:
        config.write("templates: look/\n")
    return folder / "look"


def test_an_edited_template_is_taken_over_and_so_is_a_new_recipe(own_templates: Path, living: LivingHouse) -> None:
    before = living.house
    footer = own_templates / "footer.mjml.j2"
    footer.write_text(footer.read_text() + "{# a remark #}")
    assert [living.refresh(), living.refresh()] == [True, False]
    assert living.house.templates != before.templates
    assert living.house.morning.editions.recipe != before.morning.editions.recipe


def test_a_broken_template_changes_nothing_and_is_named(own_templates: Path, living: LivingHouse) -> None:
    house = living.house
    (own_templates / "footer.mjml.j2").write_text("{% if %}")
    (reason,) = refused(living)
    assert "footer.mjml.j2" in reason
    assert living.house is house


def test_a_config_that_names_a_folder_of_templates_is_taken_over_once(living: LivingHouse, folder: Path) -> None:
    shutil.copytree(TEMPLATES, folder / "look")
    edit(folder, ("vectors: none", "vectors: none\ntemplates: look/"))
    assert [living.refresh(), living.refresh()] == [True, False]
    (folder / "look/footer.mjml.j2").write_text("{% if %}")
    assert "footer.mjml.j2" in refused(living)[0]


def test_being_asked_takes_everything_over_that_no_look_can_see(living: LivingHouse) -> None:
    house = living.house
    assert living.refresh(asked=True)
    assert living.house is not house


def test_a_clock_in_doubt_stays_in_doubt(living: LivingHouse, folder: Path) -> None:
    clock = FixedClock(SystemClock().now())
    guard = ClockGuard(clock=clock, stopwatch=clock, log=MemoryLookLog())
    assert not guard.look()
    clock.leap(days=1)
    assert guard.look()
    living.house = replace(living.house, morning=replace(living.house.morning, guard=guard))
    edit(folder, ("The Morning Post", "The Evening Post"))
    assert living.refresh()
    fresh = living.house.morning.guard
    assert fresh is not None
    assert fresh is not guard
    successor = ClockGuard(clock=clock, stopwatch=clock, log=guard.log)
    successor.take_over(guard)
    assert successor.look() == guard.look() != ""
    clock.leap(days=-1)
    assert successor.look() == ""


def test_a_leap_that_comes_with_an_edit_is_seen() -> None:
    clock = FixedClock(NOW)
    guard = ClockGuard(clock=clock, stopwatch=clock, log=MemoryLookLog())
    assert not guard.look()
    clock.move(minutes=90)  # of sending
    successor = ClockGuard(clock=clock, stopwatch=clock, log=guard.log)
    successor.take_over(guard)
    clock.leap(hours=2)
    assert successor.look()


# A real `serve`


@pytest.mark.slow
def test_serve_takes_over_an_edit_on_the_pages_and_in_the_schedule(folder: Path, port: int) -> None:
    later = SystemClock().now() + timedelta(hours=2)
    edit(
        folder,
        (f"{SystemClock().now():%H}:", f"{later:%H}:"),
        ("import: readers.csv", "import: readers.csv, signup: open"),
    )
    with started(folder, "serve") as process:
        read_until(process, "event=serving")
        assert "The Morning Post" in ask(port, "GET", "/subscribe")[1]
        edit(folder, (f"{later:%H}:", f"{SystemClock().now():%H}:"), ("The Morning Post", "The Evening Post"))
        read_until(process, 'event="config taken over"')
        assert "The Evening Post" in ask(port, "GET", "/subscribe")[1]
        read_until(process, "handed_over=1 audience=1 sent=1")
        assert json.loads(ask(port, "GET", "/healthz")[1])["status"] == "ok"
        status, said, seconds = stop(process)
    assert (status, said.count("event=stopped"), seconds < 10) == (0, 1, True)
    (mail,) = (folder / "out/outbox").glob("*.eml")
    assert b"The Evening Post" in mail.read_bytes()


@pytest.mark.slow
def test_a_hangup_takes_over_and_does_not_end_the_program(folder: Path, port: int) -> None:
    with started(folder, "serve") as process:
        read_until(process, "event=edition ")
        for _ in range(2):
            process.send_signal(signal.SIGHUP)
            read_until(process, 'event="config taken over"')
        (folder / "config.yaml").write_text("briefing: [")
        process.send_signal(signal.SIGHUP)
        told = read_until(process, "config not taken over")[-1]
        assert "stays=" in told
        assert ask(port, "GET", "/healthz")[0] == 200
        status, said, _ = stop(process)
    assert (status, "event=edition" in said) == (0, False)


def wait_until(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.slow
def test_an_edit_while_mail_is_being_sent_loses_and_doubles_nothing(folder: Path) -> None:
    readers = [f"reader{number}@readers.example" for number in range(40)]
    (folder / "readers.csv").write_text("\n".join(["email", *readers]))
    with open_relay(delay_s=0.1) as relay:
        smtp = f"{{host: 127.0.0.1, port: {relay.port}, security: none, limits: {{connections: 1}}}}"
        edit(folder, ("post@mail.example>}", f"post@mail.example>, transport: smtp, smtp: {smtp}}}"))
        with started(folder, "serve") as process:
            wait_until(lambda: len(relay.accepted) > 3)
            edit(folder, ("The Morning Post", "The Evening Post"))
            process.send_signal(signal.SIGHUP)
            read_until(process, 'event="config taken over"')
            assert len(relay.accepted) < len(readers)
            read_until(process, "handed_over=40 audience=40 sent=40")
            time.sleep(0.5)
            status, said, _ = stop(process)
        with started(folder, "serve") as process:  # another start finds nothing left to do
            read_until(process, "event=serving")
            _, more, _ = stop(process)
        assert Counter(recipient for recipient, _ in relay.accepted) == Counter(readers)
    assert (status, "event=edition" in said + more) == (0, False)

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import typer

from briefing import __version__
from briefing.cli.commands import app
from briefing.cli.manual import manual_page, renew

PAGE = Path(__file__).parents[2] / "docs" / "briefing.1"
A_DAY, LATER = date(2026, 11, 22), date(2026, 11, 23)


def made() -> str:
    return manual_page(app, changed_on=A_DAY)


def test_the_page_of_the_manual_says_what_the_program_does_today() -> None:
    there = PAGE.read_text("utf-8")
    (day,) = re.findall(r"^\.TH BRIEFING 1 (\S+)", there)
    assert manual_page(app, changed_on=date.fromisoformat(day)) == there, "run `make docs`"


@pytest.mark.parametrize(
    "told",
    [
        rf'.TH BRIEFING 1 2026-11-22 "briefing {__version__}"',
        r'.SS "briefing build [OPTIONS]"',
        r'.SS "briefing config check [OPTIONS]"',
        r"\fB\-\-dry\-run\fR",
        r"Does what \fBbriefing serve\fR shares out",
        "briefing doctor\nbriefing doctor \\-\\-offline\nbriefing doctor \\-\\-json | jq .counts\n.fi",
        r"briefing extract page.html | briefing summarise",
    ],
    ids=["version", "command", "command of a group", "option", "bold", "examples", "a pipe is one example"],
)
def test_the_page_tells_of_it(told: str) -> None:
    assert told in made()


def test_the_page_has_every_command() -> None:
    def leaves(group: typer.core.TyperGroup, before: str) -> list[str]:
        found: list[str] = []
        for name, command in group.commands.items():
            is_group = isinstance(command, typer.core.TyperGroup)
            found += leaves(command, f"{before} {name}") if is_group else [f"{before} {name}"]  # type: ignore[arg-type]
        return found

    top = typer.main.get_command(app)
    assert isinstance(top, typer.core.TyperGroup)
    commands = leaves(top, "briefing")
    assert len(commands) > 30
    page = made().replace(r"\-", "-")
    assert [command for command in commands if f'.SS "{command} ' not in page] == []


def test_words_that_mean_something_to_the_typesetter_are_only_words() -> None:
    def nothing() -> None:
        pass

    odd = typer.Typer()

    odd.command("one", help='.so is no request, "\\" is a letter, and … is one too.', epilog="Example: .so x")(nothing)
    odd.command("two", help="'tis a text.")(nothing)

    page = manual_page(odd, changed_on=A_DAY)
    assert r"\&.so is no request, \(dq\e\(dq is a letter, and \[u2026] is one too." in page
    assert "\n\\&.so x\n" in page
    assert r"\&\(aqtis a text." in page


def test_the_page_keeps_its_date_until_it_says_something_else(tmp_path: Path) -> None:
    page = tmp_path / "briefing.1"
    renew(page, app, today=A_DAY)
    first = page.read_text("utf-8")
    renew(page, app, today=LATER)
    assert page.read_text("utf-8") == first == made()
    page.write_text(first.replace("backup", "back-up"), "utf-8")
    renew(page, app, today=LATER)
    assert page.read_text("utf-8") == manual_page(app, changed_on=LATER)


@pytest.mark.parametrize(
    "check",
    [("mandoc", "-T", "lint", "-W", "warning"), ("groff", "-man", "-Tutf8", "-ww", "-z")],
    ids=["mandoc", "groff"],
)
def test_typesetters_find_nothing_wrong_with_the_page(check: tuple[str, ...]) -> None:
    if shutil.which(check[0]) is None:
        pytest.skip(f"needs {check[0]}: sudo make system")
    run = subprocess.run([*check, str(PAGE)], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)

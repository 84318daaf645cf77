from __future__ import annotations

import re
from pathlib import Path

import pytest

from briefing.render.templates import load_templates
from tests.cli.conftest import CONFIG, NOW, Terminal

pytestmark = pytest.mark.slow

SHIPPED = dict(load_templates().sources)


def edition(terminal: Terminal, *, templates: str | None) -> dict[str, bytes]:
    """Builds with a folder of templates, or with none, and gives the files."""
    named = f"templates: {templates}\n" if templates else ""
    (terminal.folder / "config.yaml").write_text(CONFIG + named, "utf-8")
    ran = terminal("build", "--now", NOW)
    assert (ran.status, ran.err.count("!")) == (0, 0), ran.err
    return {path.name: path.read_bytes() for path in (terminal.folder / "out").glob("edition.*")}


def test_exported_templates_make_the_same_mail_to_the_byte(briefing: Terminal) -> None:
    ran = briefing("templates", "export")
    assert (ran.status, ran.err) == (0, "")
    assert "templates: my-templates/" in ran.out
    found = {path.name: path.read_text("utf-8") for path in (briefing.folder / "my-templates").iterdir()}
    assert found.pop("README.txt")
    assert found == SHIPPED
    assert edition(briefing, templates="my-templates/") == edition(briefing, templates=None)


def test_one_block_of_ones_own_is_enough(briefing: Terminal) -> None:
    briefing("templates", "export", "mine")
    mine = briefing.folder / "mine"
    for path in mine.iterdir():
        if path.name != "footer.mjml.j2":
            path.unlink()
    own = '<div class="mine" style="border-top:9px solid {{ light.bar }};font-size:0;line-height:0">&#160;</div>'
    (mine / "footer.mjml.j2").write_text(own + SHIPPED["footer.mjml.j2"], "utf-8")
    before, after = edition(briefing, templates=None), edition(briefing, templates="mine/")
    assert b"9px solid #8c1d2c" in after["edition.html"]
    assert b"9px solid" not in before["edition.html"]
    assert after["edition.txt"] == before["edition.txt"]


def test_the_guide_names_every_name_that_the_templates_use(briefing: Terminal) -> None:
    briefing("templates", "export")
    guide = (briefing.folder / "my-templates/README.txt").read_text("utf-8")
    assert [name for name in SHIPPED if name not in guide] == []
    told = set(re.findall(r"[a-z_]+", guide))
    code = re.sub(r"{#.*?#}", "", " ".join(SHIPPED.values()), flags=re.DOTALL)
    asked = {f"{root}.{name}" for root, name in re.findall(PARTS, code)}
    assert {name.partition(".")[0] for name in asked} >= {"sheet", "light", "dark", "look"}
    assert [name for name in sorted(asked) if name.partition(".")[2] not in told] == []
    assert max(map(len, guide.splitlines())) <= 120


#: What a template reads of the values it is given.
PARTS = r"\b(sheet|light|dark|look)\.([a-z_]+)"


@pytest.mark.parametrize("standing", ["footer.mjml.j2", "README.txt"])
def test_what_is_there_is_never_overwritten_unasked(terminal: Terminal, standing: str) -> None:
    folder = terminal.folder / "mine"
    folder.mkdir()
    (folder / standing).write_text("my work")
    ran = terminal("templates", "export", "mine")
    assert (ran.status, ran.out) == (2, "")
    assert f"nothing was written: mine/ has {standing} already; --force overwrites" in ran.err
    assert [path.read_text() for path in folder.iterdir()] == ["my work"]


def test_what_is_there_is_overwritten_when_asked(terminal: Terminal) -> None:
    folder = terminal.folder / "mine"
    folder.mkdir()
    (folder / "footer.mjml.j2").write_text("my work")
    (folder / "notes.txt").write_text("my notes")
    assert terminal("templates", "export", "mine", "--force").status == 0
    assert (folder / "footer.mjml.j2").read_text("utf-8") == SHIPPED["footer.mjml.j2"]
    assert (folder / "notes.txt").read_text() == "my notes"


def test_a_place_that_takes_no_files_is_named(terminal: Terminal) -> None:
    (terminal.folder / "mine").write_text("a file")
    ran = terminal("templates", "export", "mine/deeper")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("briefing: mine")
    assert "Traceback" not in ran.err


def test_what_the_guide_says_of_the_text_part_is_so(briefing: Terminal) -> None:
    briefing("templates", "export", "mine")
    footer = briefing.folder / "mine/footer.mjml.j2"
    footer.write_text('<p><a href="{{ unsubscribe_url }}">Leave us</a></p>', "utf-8")
    (briefing.folder / "config.yaml").write_text(CONFIG + "templates: mine/\n", "utf-8")
    assert "the text does not say 'Leave us'" in briefing("build", "--now", NOW).err
    text = briefing.folder / "mine/edition.txt.j2"
    text.write_text(text.read_text("utf-8") + "Leave us: {{ unsubscribe_url }}\n", "utf-8")
    assert "Leave us" not in briefing("build", "--now", NOW).err


@pytest.fixture
def own(briefing: Terminal) -> Path:
    """A folder of templates that the config names."""
    (briefing.folder / "mine").mkdir()
    (briefing.folder / "config.yaml").write_text(CONFIG + "templates: mine/\n", "utf-8")
    return briefing.folder / "mine"


def test_a_template_that_stands_in_for_none_is_told_by_check_and_build(briefing: Terminal, own: Path) -> None:
    (own / "foter.mjml.j2").write_text("<p>Mine</p>", "utf-8")
    told = (
        "templates: foter.mjml.j2 in mine/ stands in for no shipped template, and none includes it; "
        'did you mean "footer.mjml.j2"?'
    )
    checked, built = briefing("config", "check"), briefing("build", "--now", NOW)
    assert (checked.status, built.status) == (1, 0)
    assert told in checked.err
    assert told in built.err


def test_a_template_like_none_of_ours_is_told_without_a_guess(briefing: Terminal, own: Path) -> None:
    (own / "zzz.j2").write_text("", "utf-8")
    assert "delete it, or include it in one of the others" in briefing("config", "check").err


def test_a_slip_in_a_template_is_told_before_there_is_an_edition(briefing: Terminal, own: Path) -> None:
    (own / "footer.mjml.j2").write_text("<p>\n{% if %}", "utf-8")
    ran = briefing("config", "check")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("briefing: footer.mjml.j2:2: ")


def test_an_error_in_one_block_names_file_and_line(briefing: Terminal, own: Path) -> None:
    (own / "footer.mjml.j2").write_text("<p>\n\n{{ sheet.fooster.why }}</p>", "utf-8")
    ran = briefing("build", "--now", NOW)
    assert ran.status == 2
    assert "footer.mjml.j2:3: " in ran.err
    assert "fooster" in ran.err

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from briefing.cli.previewing import Looker, make_rehearsal
from briefing.services.rehearsal import Rehearsal
from briefing.wiring.preview import Studio
from tests.cli.conftest import CONFIG, FEED, NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/harbour.xml").write_text(FEED)
    (tmp_path / "mine").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG + "templates: mine/\n")
    return tmp_path


@pytest.fixture
def looker(folder: Path) -> Looker:
    studio = Studio(path=folder / "config.yaml", out=folder / "out", moment=datetime.fromisoformat(NOW))
    return Looker(studio, make_rehearsal(studio))


def html(rehearsal: Rehearsal) -> str:
    assert rehearsal.scene.proofs is not None
    return rehearsal.scene.proofs.proof().html.decode()


def edit(file: Path, text: str) -> None:
    """Writes a file so that its time has changed, however coarse the clock of the disk is."""
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text)
    os.utime(file, ns=(before + 1_000_000, before + 1_000_000))


def test_every_edit_of_config_and_templates_is_followed(looker: Looker, folder: Path) -> None:
    assert looker.look()
    assert "The Morning Post" in html(looker.rehearsal)
    assert not looker.look()
    edit(folder / "mine/masthead.mjml.j2", "<h1>Another head</h1>")
    assert looker.look()
    assert "Another head" in html(looker.rehearsal)
    edit(folder / "config.yaml", CONFIG.replace("The Morning Post", "The Evening Post"))
    assert looker.look()
    assert "The Evening Post" in html(looker.rehearsal)
    assert "Another head" not in html(looker.rehearsal)


@pytest.mark.parametrize(
    ("file", "broken", "fault"),
    [
        ("config.yaml", CONFIG + "sectoins: {}\n", ((7, 1), 'did you mean "sections"?')),
        ("config.yaml", CONFIG + "sections: {by: regoin}\n", ((7, 12), 'did you mean "region"?')),
        ("config.yaml", "briefing: [", ((1, 11), "never closed")),
        ("mine/footer.mjml.j2", "<mj-text>\n{% if %}</mj-text>", ((2, 0), "Expected an expression")),
        ("mine/footer.mjml.j2", "{{ nothing_of_ours.name }}", ((1, 0), "nothing_of_ours")),
    ],
    ids=["key", "value", "yaml", "syntax", "name"],
)
def test_a_broken_edit_is_placed_and_the_last_good_edition_stays(
    looker: Looker, folder: Path, file: str, broken: str, fault: tuple[tuple[int, int], str]
) -> None:
    place, words = fault
    looker.look()
    good, text = html(looker.rehearsal), (folder / file).read_text() if (folder / file).exists() else None
    edit(folder / file, broken)
    assert looker.look()
    (told, *_) = looker.rehearsal.scene.faults
    assert (Path(told.file).name, told.line, told.column) == (Path(file).name, *place)
    assert words in told.message
    assert place[0] in dict(told.excerpt)
    assert html(looker.rehearsal) == good
    assert not looker.look()
    if text is None:
        (folder / file).unlink()
    else:
        edit(folder / file, text)
    assert looker.look()
    assert looker.rehearsal.scene.faults == ()
    assert html(looker.rehearsal) == good


def test_sources_are_read_again_only_for_an_edit_of_the_sources(looker: Looker, folder: Path) -> None:
    looker.look()
    before = html(looker.rehearsal)
    (folder / "news/harbour.xml").unlink()
    edit(folder / "config.yaml", CONFIG + "summary: {max_chars: 400}\nsections: {by: region}\n")
    looker.look()
    assert html(looker.rehearsal) == before
    looker.read_again()
    looker.look()
    assert looker.rehearsal.scene.proofs is not None
    assert looker.rehearsal.scene.proofs.gathered.articles == 0


def test_nothing_is_written_but_the_database(looker: Looker, folder: Path) -> None:
    looker.look()
    html(looker.rehearsal)
    assert {file.name for file in folder.iterdir()} - {"briefing.db", "briefing.db-wal", "briefing.db-shm"} == {
        *("config.yaml", "mine", "news"),
    }

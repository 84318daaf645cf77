"""What is given to people: one version, a change log, archives that are the same wherever they are built, and work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML

import briefing
from briefing.cli.commands import app
from briefing.config.load import load_text

ROOT = Path(__file__).parents[1]
MADE_ANEW = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "out", "var", "dist", "build"
)
NOW = "2026-11-22T06:40:00+01:00"
#: Of no commit: what two builds have in common must come from here alone.
AN_INSTANT = "1790000000"


# --- one version --------------------------------------------------------------------------------------------------


def headings(change_log: str) -> list[str]:
    return re.findall(r"^## \[(.+?)\](?: - \d{4}-\d{2}-\d{2})?$", change_log, re.MULTILINE)


def test_the_change_log_ends_with_this_version_or_with_what_is_not_released_yet() -> None:
    told = headings((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert told[0] in {"Unreleased", briefing.__version__}
    assert len(set(told)) == len(told)
    assert "Unreleased" not in told[1:]


def test_every_heading_of_the_change_log_is_one_that_the_last_test_understands() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert len(headings(text)) == len(re.findall("^## ", text, re.MULTILINE))
    kinds = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_version_is_written_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert "version" in project["project"]["dynamic"]
    assert project["tool"]["hatch"]["version"]["path"] == "briefing/__init__.py"
    written = re.compile(rf"""(?:__version__|version)\b["']? ?[:=]+ ?["']?{re.escape(briefing.__version__)}\b""")
    files = [*(ROOT / "briefing").rglob("*.py"), *ROOT.glob("*.toml"), ROOT / "Makefile", ROOT / "Containerfile"]
    assert [file.name for file in files if written.search(file.read_text("utf-8"))] == ["__init__.py"]
    pages = [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")]
    assert [page.name for page in pages if f"briefing-{briefing.__version__}" in page.read_text("utf-8")] == []


# --- what the containers start --------------------------------------------------------------------------------------


def composed() -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load((ROOT / "compose.yaml").read_text("utf-8"))
    return read


@pytest.mark.parametrize("service", ["briefing", "worker"])
def test_compose_starts_a_command_with_options_that_it_has(service: str) -> None:
    name, *words = composed()["services"][service]["command"]
    top = typer.main.get_command(app)
    assert isinstance(top, typer.core.TyperGroup)
    command = top.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known
    assert f'"{name}"' in (ROOT / "Containerfile").read_text("utf-8") or service == "worker"


def test_compose_keeps_state_in_volumes_that_it_names() -> None:
    told = composed()
    used = {place.partition(":")[0] for one in told["services"].values() for place in one["volumes"]}
    assert {place for place in used if re.match(r"\w+$", place)} == set(told["volumes"])
    assert told["services"]["worker"]["profiles"] == ["workers"]
    assert all(port.startswith("127.0.0.1:") for port in told["services"]["briefing"]["ports"])


def test_the_config_that_the_page_on_containers_shows_is_good() -> None:
    page = (ROOT / "docs" / "container.md").read_text("utf-8")
    (shown,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    least = "briefing: {name: Morning Post}\nsources: [{feed: 'https://example.org/rss.xml'}]\n"
    config = load_text(least + shown, path=Path("/etc/briefing/config.yaml"), environ={})
    assert config.workers
    assert config.database.startswith("postgresql://briefing@postgres/")
    assert config.web.host == "0.0.0.0"


# --- the archives ---------------------------------------------------------------------------------------------------


def build(source: Path, *kinds: str) -> dict[str, bytes]:
    """Builds in a copy of the tree; gives each archive's name and bytes."""
    words = [word for kind in kinds for word in ("-t", kind)]
    environ = {**os.environ, "SOURCE_DATE_EPOCH": AN_INSTANT}
    command = [sys.executable, "-m", "hatchling", "build", *words]
    subprocess.run(command, cwd=source, check=True, capture_output=True, env=environ)
    return {path.name: path.read_bytes() for path in sorted((source / "dist").iterdir())}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    copy = tmp_path_factory.mktemp("one") / "briefing"
    shutil.copytree(ROOT, copy, ignore=MADE_ANEW)
    return build(copy, "wheel", "sdist")


@pytest.mark.slow
def test_another_folder_other_rights_and_times_build_the_same_bytes(archives: dict[str, bytes], tmp_path: Path) -> None:
    def careful(source: str, target: str) -> None:
        """Copies a file as another umask would have had it, and at another time."""
        shutil.copyfile(source, target)
        Path(target).chmod(0o700 if os.access(source, os.X_OK) else 0o600)

    copy = tmp_path / "elsewhere" / "another-name"
    shutil.copytree(ROOT, copy, ignore=MADE_ANEW, copy_function=careful)
    made = build(copy, "wheel", "sdist")
    assert [name for name in archives if archives[name] != made[name]] == []
    assert len(archives) == len(made) == 2


@pytest.mark.slow
def test_the_sdist_builds_the_same_wheel(archives: dict[str, bytes], tmp_path: Path) -> None:
    (name,) = (name for name in archives if name.endswith(".tar.gz"))
    (tmp_path / name).write_bytes(archives[name])
    with tarfile.open(tmp_path / name) as archive:
        archive.extractall(tmp_path, filter="data")
    ((wheel, made),) = build(tmp_path / name.removesuffix(".tar.gz"), "wheel").items()
    assert made == archives[wheel]


@pytest.mark.slow
def test_the_wheel_works_where_there_is_no_repository(archives: dict[str, bytes], tmp_path: Path) -> None:
    ((name, made),) = ((name, made) for name, made in archives.items() if name.endswith(".whl"))
    (tmp_path / name).write_bytes(made)
    place = tmp_path / "venv"
    venv.create(place, with_pip=False)
    pip = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-q", "--no-deps", "--no-index", str(tmp_path / name)], check=True)
    # The libraries come from where these tests have theirs; the program must not.
    (packages,) = place.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    home = tmp_path / "home"
    home.mkdir()
    environ = {"HOME": str(home), "PATH": f"{place / 'bin'}:/usr/bin:/bin", "LANG": "C.UTF-8"}

    def run(*words: str, may_end_with: int = 0) -> str:
        ended = subprocess.run(words, cwd=home, env=environ, capture_output=True, text=True, check=False)
        assert ended.returncode <= may_end_with, ended.stderr
        return ended.stdout

    assert Path(run("python", "-c", "import briefing; print(briefing.__file__)").strip()).is_relative_to(packages)
    assert run("briefing", "--version") == f"briefing {briefing.__version__}\n"
    run("briefing", "init", "--demo")
    run("briefing", "config", "check")
    run("briefing", "send", "--all", "--now", NOW, may_end_with=1)  # one file of the demo is broken on purpose
    assert {path.suffix for path in (home / "out").glob("edition.*")} == {".html", ".txt", ".eml", ".json"}
    assert "Le Matin" in (home / "out" / "edition.html").read_text("utf-8")
    assert len(list((home / "out" / "outbox").glob("*.eml"))) == 3
    assert (place / "share" / "man" / "man1" / "briefing.1").exists()

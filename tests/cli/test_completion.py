from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: What each shell does when TAB is pressed behind the words of a command line, printing what it would offer. Each has
#: the program's script once, as `briefing --install-completion` leaves it, and completes a command and an option.
TABS = {
    "bash": """
        eval "$(_BRIEFING_COMPLETE=source_bash briefing)"
        tab() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _briefing_completion briefing; echo "${COMPREPLY[@]}"; }
        tab briefing bui
        tab briefing send --dr
    """,
    "zsh": """
        compdef() { [[ "$*" == '_briefing_completion briefing' ]] }
        _arguments() { print -r -- "$@" | sed -E 's/":"[^"]*"/"/g' | grep -Eo '"[^"]+"' | tr -d '"' }
        tab() { words=("$@") CURRENT=$#; _briefing_completion }
        eval "$(_BRIEFING_COMPLETE=source_zsh briefing)" || exit 1
        tab briefing bui
        tab briefing send --dr
    """,
    "fish": """
        _BRIEFING_COMPLETE=source_fish briefing | source
        complete --do-complete 'briefing bui' | cut -f 1
        complete --do-complete 'briefing send --dr' | cut -f 1
    """,
}


@pytest.fixture
def path_with_briefing(tmp_path: Path) -> str:
    """A PATH with the program on it, as an installation puts it there."""
    program = tmp_path / "bin" / "briefing"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom briefing.cli import run\nrun()\n")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


@pytest.mark.parametrize("shell", TABS)
def test_tab_completes_a_command_and_an_option(shell: str, path_with_briefing: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}: sudo make system")
    home = {**os.environ, "PATH": path_with_briefing, "HOME": str(tmp_path)}
    home["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    run = subprocess.run([shell, "-c", TABS[shell]], env=home, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["build", "--dry-run"], run.stderr

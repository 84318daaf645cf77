"""Takes MJML, gives what npm's mjml says of it and how long it takes: the validator and the peer, in one warm process.

Next: benchmarks/email/speed.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.email.verdicts import NODE_MODULES

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_SCRIPT = Path(__file__).with_suffix(".mjs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """Carries what npm's mjml made of a source.

    Attributes:
        bytes: of the HTML; 0 when it refused.
        errors: why it refused, one line each.
        ms: of each round, in their order.
    """

    bytes: int
    errors: tuple[str, ...]
    ms: tuple[float, ...]


def has_npm_mjml() -> bool:
    """Whether `make system` has installed it."""
    return (NODE_MODULES / "mjml").is_dir() and shutil.which("node") is not None


class NpmMjml:
    """Keeps one node process with npm's mjml, for as long as the `with` block lasts."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            ["node", str(_SCRIPT), str(NODE_MODULES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._node.communicate()

    def render(self, source: str, *, level: str = "strict", rounds: int = 1) -> Rendering:
        """Renders a source so many times, one after the other.

        Args:
            level: strict refuses whatever is not MJML, soft passes over it, skip does not look.
            rounds: those that warm the process up included.
        """
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(json.dumps({"source": source, "level": level, "rounds": rounds}) + "\n")
        self._node.stdin.flush()
        answer = json.loads(self._node.stdout.readline())
        return Rendering(bytes=answer["bytes"], errors=tuple(answer["errors"]), ms=tuple(answer["ms"]))

"""Takes nothing, gives the files of the demo: a config with every key explained, sample news, and three readers.

An installed package has them in `briefing/demo/`, a checkout where they are edited.

Next: briefing/config/first.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from briefing.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE = Path(__file__).parent.parent
_NAMES = ("config.yaml", "docs/config.schema.json", "docs/sample-readers.csv")


def demo_files(*, news_only: bool = False) -> Iterator[tuple[str, Path]]:
    """Each file as its path beside the config, and where it lies now.

    Args:
        news_only: the sample news alone.

    Raises:
        ConfigError: the package has none; it was not installed as it was published.
    """
    packed = _PACKAGE / "demo"
    root = packed if packed.is_dir() else _PACKAGE.parent
    news = sorted(path for path in (root / "seeds").glob("*") if path.is_file())
    names = [] if news_only else [(name, root / name) for name in _NAMES]
    if not news or not all(path.is_file() for _, path in names):
        raise ConfigError("the demo", "this package does not hold it; install it again, or clone the repository")
    yield from names
    yield from ((f"seeds/{path.name}", path) for path in news)

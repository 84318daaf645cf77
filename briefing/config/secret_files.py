"""Takes the config a person named, gives the files its secrets are kept in, so that their rights can be looked at.

Next: briefing/services/doctor.py, which looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from briefing.config.yaml_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def secret_files(path: Path) -> tuple[Path, ...]:
    """Each file once, in the order of the config; `{env: NAME}` has none.

    Raises:
        ConfigError: the config is no YAML.
    """
    values = read_yaml(path.read_text(encoding="utf-8"), name=str(path)).values
    return tuple(dict.fromkeys(path.parent / file for file in _named(values)))


def _named(value: Any) -> Iterator[str]:
    """No other key of the config is a mapping of `file` alone."""
    if isinstance(value, dict):
        if value.keys() == {"file"} and isinstance(value["file"], str):
            yield value["file"]
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)

"""Takes the path of a config, gives the desk that changes it.

Next: briefing/wiring/house.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from briefing.services.rewriting import ConfigDesk


def open_config_desk(path: Path) -> ConfigDesk:
    """The desk of a file, which need not be right, nor there."""
    from functools import partial

    from briefing.config.load import check_text
    from briefing.services.rewriting import ConfigDesk
    from briefing.store.config_file import KeptConfig

    return ConfigDesk(file=KeptConfig(path), check=partial(check_text, path=path), name=path.name)

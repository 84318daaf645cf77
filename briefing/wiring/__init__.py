"""Takes a Config, gives ready services: the one place that knows which class stands behind which port.

Next: briefing/wiring/stages.py.
"""

from briefing.wiring.backups import make_backup_desk, make_restore_desk
from briefing.wiring.doctor import make_doctor
from briefing.wiring.editions import open_newsroom
from briefing.wiring.house import House, confirm_clock, open_comparison, open_forecast, open_house
from briefing.wiring.office import Office, open_office
from briefing.wiring.readers import make_bounce_round, open_bounce_desk, open_keys
from briefing.wiring.rewriting import open_config_desk, open_first_look, open_replay
from briefing.wiring.stages import (
    make_detector,
    make_encoder,
    make_generator,
    make_picture_desk,
    make_reader,
    open_source_desk,
    read_masthead,
)
from briefing.wiring.team import open_desks
from briefing.wiring.watch import open_runs

__all__ = [
    "House",
    "Office",
    "confirm_clock",
    "make_backup_desk",
    "make_bounce_round",
    "make_detector",
    "make_doctor",
    "make_encoder",
    "make_generator",
    "make_picture_desk",
    "make_reader",
    "make_restore_desk",
    "open_bounce_desk",
    "open_comparison",
    "open_config_desk",
    "open_desks",
    "open_first_look",
    "open_forecast",
    "open_house",
    "open_keys",
    "open_newsroom",
    "open_office",
    "open_replay",
    "open_runs",
    "open_source_desk",
    "read_masthead",
]

"""Takes the wish for a safety copy, or to have one back, gives a line for each thing that was done.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from briefing.cli.words import note, parse_moment, plural, say

if TYPE_CHECKING:
    from briefing.model.backup import Backup
    from briefing.services.restore import Restored

BACKUP_EXAMPLES = "Examples: briefing backup | briefing backup --keep 14 | briefing backup /mnt/usb/before-the-move.db"
RESTORE_EXAMPLE = "Example: briefing restore backups/briefing-2026-11-23-030000Z.db"
ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="Your config file.")]
NowOption = Annotated[str | None, typer.Option("--now", help="Pretend it is this moment.")]
_CONFIG = Path("config.yaml")


def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A new file, or a folder; backups/ beside the config.")
    ] = None,
    *,
    config: ConfigOption = _CONFIG,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="Delete all but the newest so many.")] = None,
    now: NowOption = None,
) -> int:
    """Writes a safety copy of the database, checked, also while `briefing serve` is sending."""
    from briefing.config.load import load_config
    from briefing.wiring import make_backup_desk

    desk = make_backup_desk(load_config(config), now=parse_moment(now, option="--now"))
    report = desk.make(file, keep=keep)
    say(f"{report.backup.file}: whole; {_contents(report.backup)}; {report.backup.size / 1e6:,.1f} MB")
    note(f"not in it: {', '.join(map(str, report.outside))}; keep copies of what you cannot write anew")
    for gone in report.pruned:
        note(f"deleted: {gone}")
    return 0


def restore(
    file: Annotated[Path, typer.Argument(help="What `briefing backup` wrote.")],
    *,
    config: ConfigOption = _CONFIG,
    now: NowOption = None,
) -> int:
    """Puts a backup in the place of the database; what may have been sent since is not sent again."""
    from briefing.config.load import load_config
    from briefing.wiring import make_restore_desk

    desk = make_restore_desk(load_config(config), now=parse_moment(now, option="--now"))
    return _tell(desk.restore(file))


def _contents(backup: Backup) -> str:
    newest = f", the newest of {backup.newest}" if backup.newest else ""
    readers = f"{plural(backup.readers, 'reader')} ({backup.confirmed:,} confirmed)"
    return f"schema {backup.schema}, {readers}, {plural(backup.editions, 'edition')}{newest}"


def _tell(restored: Restored) -> int:
    settled = restored.settled
    taken = f"{settled.taken_at:%Y-%m-%d %H:%M} UTC" if settled.taken_at else "an unknown hour"
    say(f"restored as of {taken}: {_contents(restored.backup)}")
    if restored.aside is not None:
        say(f"what it replaced is kept: {restored.aside}")
    if settled.earlier:
        earlier = plural(settled.earlier, "copy", "copies")
        say(f"{earlier} of editions before today may have been sent since then, and will not be sent")
    if settled.today:
        held = plural(settled.today, "copy", "copies")
        say(
            f"{held} of today's edition may have been sent since then and will not be; `briefing send --all` sends them"
        )
    if restored.knows_leavers:
        say(f"{plural(settled.kept_off, 'reader')} who said no since then, by the database that it replaced: kept off")
    else:
        note("no database could be asked who said no since then")
    note("whoever said no since then anywhere else gets mail again; so before you start `briefing serve`:")
    note("mark the letters since then in the mailbox of `mail: bounces` as unread, and run `briefing bounces read`")
    return 0 if restored.knows_leavers else 1

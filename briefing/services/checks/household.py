"""Takes the config and what lies around on this machine, gives findings on files, disk, sources and templates.

Next: briefing/services/checks/clock.py.
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING

from briefing.model.checkup import Finding, broken, fine, skipped, warning
from briefing.model.source import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from briefing.model.settings import Config
    from briefing.model.source import Source
    from briefing.ports import Premises

#: A morning writes some 5 MB to `out/`, and a database of 100,000 readers grows by 15 MB a day.
LOW_BYTES, FULL_BYTES = 500_000_000, 50_000_000

#: Docker and systemd put secrets there, readable for all who can get in at all: one service.
_SHUT_AWAY = ("/run/secrets", "/run/credentials")


def check_secrets(files: Sequence[PurePath], premises: Premises) -> Iterator[Finding]:
    """Whether everybody on this machine may read what should be ours alone."""
    seen = [(file, premises.place(file)) for file in files]
    bad = [file for file, place in seen if place.is_open_to_all and not any(map(file.is_relative_to, _SHUT_AWAY))]
    for file in bad:
        yield warning("secrets", f"everybody on this machine may read {file}", f"chmod 600 {file}")
    if bad:
        return
    number = sum(place.exists for _, place in seen)
    if number:
        yield fine("secrets", f"nobody else may read the files they are kept in: {number}")
    else:
        yield skipped("secrets", "none is kept in a file")


def check_disk(folders: Mapping[str, PurePath], premises: Premises) -> Iterator[Finding]:
    """Whether there is room, and whether we may use it.

    Args:
        folders: what is written there, and where; one that is not there yet is made by the first edition.
        premises: this machine.
    """
    for purpose, folder in folders.items():
        place, name = premises.place(folder), f"disk {purpose}"
        room = f"{place.free_bytes / 1e9:.1f} GB free"
        if not place.is_writable:
            yield broken(name, f"{folder} cannot be written", "make it writable for the user who runs briefing")
        elif place.free_bytes < FULL_BYTES:
            yield broken(name, f"{folder}: {room}", "free some space; what was written before is safe")
        elif place.free_bytes < LOW_BYTES:
            yield warning(name, f"{folder}: {room}", "free some space before it is needed")
        else:
            yield fine(name, f"{folder}: {room}, writable")


def check_sources(
    config: Config,
    *,
    failing: Mapping[str, datetime],
    told: Mapping[str, str | None],
    premises: Premises,
    now: datetime,
) -> Iterator[Finding]:
    """How each source that gives trouble is; no source is asked anything.

    Args:
        config: with the sources.
        failing: name → since when, by the source log.
        told: name → error, of the newest edition built; {} when nobody knows. One that is not there is no more read.
        premises: this machine.
        now: for "since".
    """
    if not config.sources:
        yield broken("sources", "there are none, so there is no edition", "name some under `sources:`")
        return
    local = [finding for source in config.sources for finding in _check_place(source, premises)]
    gone = [name for name in failing if not told or name in told]
    yield from local
    for name in gone:
        days = (now - failing[name]).days
        why = told.get(name) or "the next build says why"
        since = f"since {failing[name]:%Y-%m-%d %H:%M} UTC" + (f", {days} days" if days > 1 else "")
        yield warning("source", f"{name}: failing {since}: {why}", "open its address; correct it or take it out")
    if told and set(told) <= set(gone):
        yield broken("sources", "none of them could be read", "is this machine online? `briefing build` tries again")
    elif not local and not gone:
        yield fine("sources", f"{len(config.sources)} in the config, none failing")


def _check_place(source: Source, premises: Premises) -> Iterator[Finding]:
    is_file = source.kind is not SourceKind.FOLDER
    if is_file and "://" in source.location:
        return
    place = premises.place(PurePath(source.location))
    what, line = "file" if is_file else "folder", f"correct line {source.line} of the config"
    if not place.exists or place.is_folder is is_file:
        yield broken("source", f"there is no {what} {source.location}", line)
    elif not place.is_readable:
        yield broken("source", f"{source.location} cannot be read", "let the user who runs briefing read it")
    elif not is_file and not place.files:
        yield warning("source", f"{source.location} is empty", f"put pages or feeds there, or {line}")


def read_sources(edition: bytes | None) -> dict[str, str | None]:
    """Source → its error, out of an edition.json; {} for one that is not there or cannot be understood."""
    try:
        told = json.loads(edition or b"{}")
        return {str(one["name"]): one["error"] for one in told["sources"]}
    except (ValueError, KeyError, TypeError):
        return {}


def check_reader_file(config: Config, premises: Premises) -> Iterator[Finding]:
    """Whether the list that is brought in before each sending is there."""
    if config.readers is not None and not premises.place(config.readers).is_readable:
        cure = "correct `subscribers: import`; readers who are on the list already get their mail"
        yield broken("readers' file", f"{config.readers} cannot be read", cure)

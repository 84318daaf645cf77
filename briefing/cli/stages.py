"""Takes files or JSON lines, gives JSON lines: the stages of a build as Unix filters.

Next: briefing/cli/streams.py.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefing.cli.streams import STDIN, dumped, name_of, parse_line, put, text_lines, without_lone_surrogates
from briefing.cli.words import list_problems, note, parse_moment
from briefing.model.edition import Problem
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from briefing.model.settings import Config

    _Take = Callable[[dict[str, Any]], dict[str, Any] | None]

EXTRACT_EXAMPLES = """Examples: briefing extract page.html --url https://example.org/a
| briefing extract --captured-at 2025-07-14T12:00:00+02:00 dump.txt
| briefing extract --manifest pages.jsonl > articles.jsonl"""
SUMMARISE_EXAMPLES = "Example: briefing extract page.html | briefing summarise"
GROUP_EXAMPLES = "Example: briefing extract *.html | briefing group --timings"

FileArgument = Annotated[
    Path, typer.Argument(help="JSON lines; standard input when left out, or -.", show_default=False)
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help="Built-in settings when left out.")]
TimingsOption = Annotated[bool, typer.Option("--timings", help="Print seconds per stage to standard error.")]


def extract(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Pages, feeds, mails or dumps; - for one on standard input.")
    ] = None,
    *,
    url: Annotated[str | None, typer.Option("--url", help="The address the file was saved from.")] = None,
    captured_at: Annotated[str | None, typer.Option("--captured-at", help="When it was saved (RFC 3339).")] = None,
    manifest: Annotated[Path | None, typer.Option("--manifest", help="JSON lines of {file, url, captured_at}.")] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; one per core.")] = None,
    timings: TimingsOption = False,
) -> int:
    """Reads saved pages, feeds, mails and dumps; prints one article per line."""
    from briefing.services.extract import extract as extract_files
    from briefing.services.parallel import cores
    from briefing.wiring import make_detector, make_reader

    started, status = time.perf_counter(), 0
    wanted = _listed(manifest) if manifest else [(path, url, captured_at) for path in files or []]
    if not wanted or (manifest and files):
        raise typer.BadParameter("name files, or a list of them with --manifest; one of the two")
    reader, detector = make_reader(), make_detector()
    for found in extract_files(_saved(wanted), reader=reader, detector=detector, processes=jobs or cores()):
        if isinstance(found, dict):
            put(dumped(found))
        else:
            note(f"{found.file}: {found.message}")
            status = 1
    if timings:
        note(f"extract {time.perf_counter() - started:.3f} s")
    return status


def summarise(
    file: FileArgument = STDIN,
    *,
    config: ConfigOption = None,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", min=1, help="Processes; one per core.")] = None,
    timings: TimingsOption = False,
) -> int:
    """Adds a summary to each article line."""
    from briefing.services.parallel import cores
    from briefing.services.summarise import Summariser
    from briefing.wiring import make_detector, make_generator

    started, settings = time.perf_counter(), _settings(config)
    detector, generator = make_detector(), make_generator(settings, texts=None)
    take = Summariser(rule=settings.summary, detector=detector, generator=generator)
    # a generator counts its calls and its failures, so it must hear of all of them
    status = _each_line(file, take, processes=1 if generator else jobs or cores())
    if generator and (found := generator.problems_of()):
        list_problems(found)
        status = 1
    if timings:
        note(f"summarise {time.perf_counter() - started:.3f} s")
    return status


def group(file: FileArgument = STDIN, *, config: ConfigOption = None, timings: TimingsOption = False) -> int:
    """Adds story, duplicate_of, region, theme and topics to each article line."""
    from briefing.model.lines import parse_article
    from briefing.services.group import Grouping
    from briefing.wiring import make_detector, make_encoder

    settings, clock = _settings(config), _StageClock()
    grouping = Grouping(
        topics=settings.topics, detector=make_detector(), encoder=make_encoder(settings), watch=clock.hear
    )
    lines: list[dict[str, Any]] = []

    def take(line: dict[str, Any]) -> None:
        parse_article(line)  # a line that is none is named by its number, as in the other stages
        lines.append(line)

    status = _each_line(file, take)
    try:
        for line in grouping.run(lines):
            put(dumped(line))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if timings:
        note(clock.report())
    return status


class _StageClock:
    """Adds up the seconds between what the stages report."""

    def __init__(self) -> None:
        self._stage, self._since = "language", time.perf_counter()
        self._seconds: dict[str, float] = {}

    def hear(self, stage: str, done: int, total: int) -> None:
        """The stage that is heard first ends the one before it."""
        if stage != self._stage or done == total:
            now = time.perf_counter()
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
            self._stage, self._since = stage, now

    def report(self) -> str:
        """One line: stage and seconds."""
        return "  ".join(f"{stage} {seconds:.3f} s" for stage, seconds in self._seconds.items() if stage != "done")


def _settings(config: Path | None) -> Config:
    from briefing.config.load import default_config, load_config

    return load_config(config) if config else default_config()


def _listed(manifest: Path) -> list[tuple[Path, str | None, str | None]]:
    wanted = []
    for number, text in enumerate(text_lines(manifest), start=1):
        if not text.strip():
            continue
        try:
            line = parse_line(text)
            url, captured_at = line.get("url"), line.get("captured_at")
            if not isinstance(url, str | None) or not isinstance(captured_at, str | None):
                raise TypeError("url and captured_at are text")
            path = Path(os.fsdecode(os.fsencode(line["file"])))  # refuses what no file can be called
            wanted.append((path, url, captured_at))
        except (ValueError, KeyError, TypeError) as error:
            raise typer.BadParameter(f'{name_of(manifest)}:{number}: wants {{"file": …}}, not {text[:60]!r}') from error
    return wanted


def _saved(wanted: Iterable[tuple[Path, str | None, str | None]]) -> Iterator[SavedFile | Problem]:
    """Each file as it stands, or why it cannot be opened."""
    for path, url, captured_at in wanted:
        name = os.fsencode(name_of(path)).decode("utf-8", "replace")
        given = parse_moment(captured_at, option="--captured-at")
        try:
            content, moment = _content_of(path)
            moment = given or moment
            yield SavedFile(name=name, content=content, captured_at=moment, captured_assumed=not given, url=url)
        except (OSError, ValueError) as error:  # the latter where the name holds a NUL
            yield Problem(stage="collect", file=name, message=getattr(error, "strerror", None) or str(error))


def _content_of(path: Path) -> tuple[bytes, datetime]:
    """What a file holds, and when it was written; what comes through a pipe is written now."""
    from briefing.engines.clock import SystemClock

    if path == STDIN:
        return sys.stdin.buffer.read(), SystemClock().now()
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is no regular file")  # a pipe would be waited for for ever
    return path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def _each_line(file: Path, take: Callable[[dict[str, Any]], dict[str, Any] | None], *, processes: int = 1) -> int:
    """Hands each JSON line over and prints what comes back; a bad line is named and left out."""
    from briefing.services.parallel import answer_in_order

    status = 0
    for number, (line, wrong) in enumerate(
        answer_in_order(partial(_answer, take), text_lines(file), processes=processes), start=1
    ):
        if wrong:
            note(f"{name_of(file)}:{number}: {wrong}")
            status = 1
        elif line:
            put(line)
    return status


def _answer(take: _Take, text: str) -> tuple[bytes, str]:
    """The line to print, if any, and what is wrong with `text`, if anything."""
    if not text.strip():
        return b"", ""
    try:
        found = take(without_lone_surrogates(parse_line(text)))
    except (ValueError, TypeError) as error:
        return b"", str(error)
    return (b"" if found is None else dumped(found)), ""

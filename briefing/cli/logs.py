"""Takes what happens while `serve` runs, gives one line for each event on standard error: logfmt, or JSON.

Whatever is logged, by us or by a library, goes through the same door, and the last step before it blanks whatever
looks like an address or a reader's link.

Next: briefing/cli/serving.py.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from briefing.cli.words import note_through
from briefing.services.discretion import discreet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import EventDict, Processor

    from briefing.model.edition import Problem

#: First in each line, in this order.
_FIRST = ("timestamp", "level", "event")
#: Our loggers, and the handler that all others speak through as well.
_OURS, _DOOR = "briefing", "briefing"


class LogStyle(StrEnum):
    """How a line of the log is written."""

    #: key=value, for people and most collectors
    LOGFMT = "logfmt"
    #: one object a line
    JSON = "json"


def configure_logs(style: LogStyle, *, stream: TextIO | None = None) -> None:
    """Sends every log of the process through one door; for a process that runs for long.

    Args:
        style: of the lines.
        stream: standard error, unless a test reads along.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if style is LogStyle.LOGFMT:
        renderer = structlog.processors.LogfmtRenderer(bool_as_flag=False)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), _name_strangers, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            blank,
            renderer,
        ],
    )
    handler: logging.Handler = logging.StreamHandler(stream) if stream else _StandardError()
    handler.setFormatter(formatter)
    handler.name = _DOOR
    root = logging.getLogger()
    root.handlers[:] = [*(other for other in root.handlers if other.name != _DOOR), handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    log = structlog.get_logger("briefing.serve")
    note_through(lambda line: log.info(" ".join(line.split())))
    # Whatever ends the process says so in the log, and without the address that it stumbled over.
    sys.excepthook = lambda kind, error, trace: log.critical("crashed", exc_info=(kind, error, trace))
    threading.excepthook = lambda told: log.critical(
        "thread crashed", thread=told.thread.name if told.thread else None, exc_info=told[:3]
    )


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is now, not as it was when the log began."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there
        """Standard error."""
        return sys.stderr


def log_problems(problems: Iterable[Problem]) -> None:
    """Logs each problem; a reader is named by their id."""
    log = structlog.get_logger("briefing.serve")
    for problem in problems:
        fields = {"stage": problem.stage, "file": problem.file, "reader": problem.reader}
        if problem.reader is None:
            fields["source"] = problem.source
        log.warning("problem", **{key: value for key, value in fields.items() if value}, reason=problem.message)


def blank(_: object, __: str, event: EventDict) -> EventDict:
    """Takes addresses and tokens out of everything that a line would say, however it is called and nested."""
    in_order = {**{key: event[key] for key in _FIRST if key in event}, **event}
    return {_key(key): _blanked(value) for key, value in in_order.items()}


def _key(name: object) -> str:
    """A key is one word, or logfmt could not be read."""
    return "".join("_" if c <= " " or c in '="' or not c.isprintable() else c for c in discreet(str(name)))


def _blanked(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _blanked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_blanked(inner) for inner in value]
    # A terminal obeys some characters, and some tools break lines at others.
    return "".join(c if c.isprintable() or c == "\n" else " " for c in discreet(str(value)))


def _name_strangers(_: object, __: str, event: EventDict) -> EventDict:
    """Says who spoke when it was a library."""
    record = event["_record"]
    if not record.name.startswith(_OURS):
        event["logger"] = record.name
    return event

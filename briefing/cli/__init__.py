"""Takes a person's wish on a terminal, gives a service call and words. No decisions are made here.

Exit status: 0 done; 1 done, with problems worth a look (they are listed); 2 could not be done (one line says why).

Next: the end of the walk. README.md has the way from here to your own briefing.
"""

from __future__ import annotations

import gc
import os
import sys

import typer

from briefing.errors import BriefingError, ConfigError


class OutputError(BriefingError):
    """Says that standard output takes no more. No OSError: typer would end the program with 1 at a broken pipe.

    Attributes:
        is_unread: True when the reader has gone (`briefing summarise | head`), which is how pipes end.
    """

    def __init__(self, cause: OSError) -> None:
        self.is_unread = isinstance(cause, BrokenPipeError)
        super().__init__(f"standard output: {cause.strerror}")


def run() -> None:
    """Runs the program as the shell started it, and ends it with its exit status."""
    # A short-lived program with a million small objects: rarer sweeps save a tenth of a build (seeds: 5.1 → 4.7 s).
    gc.set_threshold(100_000, 50, 50)
    # Our matrices are small: more threads only cost memory, and a process that has some must not be forked.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from briefing.cli.commands import app

    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        # The command line itself is wrong. What comes without a command is the help, which names itself.
        line = error.format_message()
        _fail(line if line.startswith("Usage:") else f"briefing: {line}")
    except ConfigError as error:
        _fail(str(error))
    except OutputError as error:
        _drop_output()
        if error.is_unread:
            sys.exit(0)
        _fail(f"briefing: {error}")
    except BriefingError as error:
        _fail(f"briefing: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _drop_output() -> None:
    """Keeps Python, which flushes standard output as it ends, from failing once more at what is left in there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(line: str) -> None:
    print(line, file=sys.stderr)
    sys.exit(2)

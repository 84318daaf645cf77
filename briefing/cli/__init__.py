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
    except BriefingError as error:
        _fail(f"briefing: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`briefing summarise | head`); that is how pipes end.
        sys.stderr.close()
        sys.exit(0)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _fail(line: str) -> None:
    print(line, file=sys.stderr)
    sys.exit(2)

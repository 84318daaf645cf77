"""Takes a document that may be a trap, gives what a reader in another process makes of it, or gives up in time.

The process is started once and kept; when it does not answer within the deadline, or dies, the next document gets a
new one. What goes over the pipe is JSON, so that a hostile document which took the child over could still not run
anything here. A request is one line (the reader's name, the fields of the document, its length) and the raw bytes;
the answer is one line.

Next: briefing/collect/documents.py.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import weakref
from functools import partial
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Memory a reader of each kind may take: the largest honest document (15 MB of feed) needs 600 MB, the largest picture
#: (40 megapixels of WebP) 630 MB.
MAX_MEMORY_BYTES = {"documents": 3_000_000_000, "pictures": 1_500_000_000}


class WorkerLost(Exception):  # noqa: N818 - an outcome the caller puts into words, not an error of the house
    """Says that the reader took too long or died over the document."""


class Worker:
    """Keeps one child process that reads documents, and a hand on its collar.

    Args:
        deadline_s: seconds for one document, including the start of the process.
        reads: what its documents are, a key of `MAX_MEMORY_BYTES`.
    """

    def __init__(self, *, deadline_s: float, reads: str = "documents") -> None:
        self._deadline_s, self._reads = deadline_s, reads
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def ask(self, fields: Mapping[str, Any], content: bytes) -> dict[str, Any]:
        """Sends one document, waits for the answer.

        Raises:
            WorkerLost: no answer within the deadline, or the process died.
        """
        with self._lock:
            child = self._running_child()
            alarm = Timer(self._deadline_s, child.kill)
            alarm.start()
            try:
                return _exchange(child, fields, content)
            except (OSError, ValueError) as lost:
                in_time = alarm.is_alive()
                child.kill()
                child.wait()
                late = f"could not be read within {self._deadline_s:g} s and is left out"
                raise WorkerLost("broke the process that read it and is left out" if in_time else late) from lost
            finally:
                alarm.cancel()
                alarm.join()  # so that it cannot kill a child which the next document finds alive

    def _running_child(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # this process was forked: two that talk to one child get each other's answers
            self._leave()
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = _start(self._reads)
            self._finalizer = weakref.finalize(self, _stop, self._child)
        return self._child

    def __reduce__(self) -> tuple[Callable[[], Worker], tuple[()]]:
        """Travels to another process without its child."""
        return partial(Worker, deadline_s=self._deadline_s, reads=self._reads), ()

    def _leave(self) -> None:
        if self._child is not None:
            self._finalizer.detach()
            self._child.returncode = 0  # not ours to wait for
        self._child, self._owner = None, os.getpid()

    def close(self) -> None:
        """Ends the process; the next document would start another. Also happens when nobody needs the worker."""
        if self._child is not None:
            self._finalizer()
            self._child = None


def _start(reads: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "briefing.collect.worker", reads]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603 - our own module


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.communicate()


def _exchange(child: subprocess.Popen[bytes], fields: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps({**fields, "length": len(content)}).encode() + b"\n" + content)
    child.stdin.flush()
    answer: dict[str, Any] = json.loads(child.stdout.readline())
    return answer


def serve(
    read: Callable[[Mapping[str, Any], bytes], Mapping[str, Any]], *, incoming: BinaryIO, outgoing: BinaryIO
) -> None:
    """Answers requests until the other side hangs up."""
    while line := incoming.readline():
        fields = json.loads(line)
        answer = read(fields, incoming.read(fields["length"]))
        outgoing.write(json.dumps(answer).encode() + b"\n")
        outgoing.flush()


def main(reads: str) -> None:
    """Runs the child's side."""
    if reads == "pictures":
        from briefing.collect.shrinking import answer_request  # noqa: PLC0415 - readers of documents do without
    else:
        from briefing.collect.documents import answer_request  # noqa: PLC0415 - documents starts workers, so only here

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES[reads], resource.RLIM_INFINITY))
    serve(answer_request, incoming=sys.stdin.buffer, outgoing=sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])

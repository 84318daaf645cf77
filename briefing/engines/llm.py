"""Takes instructions and an article, gives what a language model answers: any server that speaks OpenAI's protocol.

Plain HTTP is enough for the one request we make, so Ollama, vLLM, llama.cpp and the hosted ones are all the same here.
The server is not trusted: its answer is read up to a size and a moment, and none of its words reach a report.

Next: briefing/services/generate.py.
"""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Timer
from typing import TYPE_CHECKING, Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

from briefing import __version__
from briefing.errors import WriterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from briefing.model.settings import LanguageModel

#: A first attempt and two more; the waits between them, in seconds, unless the server names its own.
WAITS = (1.0, 3.0)
#: Of a response: a long answer is 10 kB, with the thoughts of a reasoning model 100 kB.
MAX_BYTES = 1_000_000
#: Of the text in it, thoughts left out: longer is no summary, whatever it is.
MAX_CHARS = 10_000
#: Seconds until a server takes the connection; one that lives needs less than one.
CONNECT_SECONDS = 10.0
#: Room for a model that thinks aloud; a summary takes 150.
MAX_TOKENS = 2048

_LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Connection": "close",
    "User-Agent": f"briefing/{__version__}",
}
# Some servers send the end of the thoughts alone, as their beginning was part of the question.
_THOUGHTS = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL)
#: Statuses that every other question would get as well.
_LASTING = {
    401: "the model's server refused the key (401); see summary.llm.api_key",
    402: "the model's server wants to be paid (402)",
    403: "the model's server refused the key (403); see summary.llm.api_key",
    404: "the model's server knows no such model or address (404); see summary.llm.base_url, which often ends in /v1",
    405: "the model's server takes no question there (405); see summary.llm.base_url, which often ends in /v1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """What came back: status 0 when nobody answered, because of `failure`."""

    status: int
    body: bytes = b""
    kind: str = ""
    retry_after: float | None = None
    failure: str = ""


@dataclass(kw_only=True)
class ChatWriter:
    """Asks the server of one model; safe to share between threads.

    Each question has a connection of its own: what that costs is nothing beside an answer, and none goes stale.
    """

    model: LanguageModel
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    #: The server took no settings beside the question once (OpenAI's reasoning models answer 400 to a temperature).
    _plain: bool = field(default=False, init=False, repr=False)

    def write(self, instructions: str, material: str) -> str:
        """What the model answers, without its thoughts.

        Raises:
            WriterError: there is no answer, or none that could be read.
        """
        deadline = time.monotonic() + self.model.timeout
        reply = self._ask(instructions, material, deadline)
        if "json" not in reply.kind:
            raise WriterError("the model's server answered no JSON; see summary.llm.base_url, which often ends in /v1")
        said = _text_of(reply.body)
        if self.model.api_key and self.model.api_key in said:
            raise WriterError("the model's server sent the key back")  # answers are kept, keys never
        return said

    def _ask(self, instructions: str, material: str, deadline: float) -> _Reply:
        """Asks until there is an answer, the attempts are used up, or the next would come too late."""
        waits = iter(WAITS)
        while True:
            plain = self._plain
            reply = self._post(self._question(instructions, material, plain=plain), deadline)
            if reply.status == 200:
                return reply
            if reply.status in {400, 422} and not plain:
                self._plain = True
                continue
            if reply.status and reply.status not in _LATER:
                raise _turned_down(reply.status)
            wait = next(waits, None)
            if wait is None or reply.failure == "timeout":
                raise _unanswered(reply, self.model.timeout)
            wait = wait if reply.retry_after is None else reply.retry_after
            if time.monotonic() + wait >= deadline:
                raise _unanswered(reply, self.model.timeout)
            self.sleep(wait)

    def _question(self, instructions: str, material: str, *, plain: bool) -> bytes:
        asked: dict[str, Any] = {
            "model": self.model.model,
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": material}],
            "stream": False,
        }
        if not plain:
            asked |= {"temperature": 0, "max_tokens": MAX_TOKENS}
        return json.dumps(asked).encode()

    def _post(self, question: bytes, deadline: float) -> _Reply:
        left = max(0.001, deadline - time.monotonic())
        key = {"Authorization": f"Bearer {self.model.api_key}"} if self.model.api_key else {}
        try:
            with _connected(self.model.base_url, left) as connection:
                connection.request(
                    "POST",
                    parse_url(f"{self.model.base_url}/chat/completions").request_uri,
                    body=question,
                    headers={**_HEADERS, **key},
                    preload_content=False,
                    decode_content=False,
                )
                reply = _read(connection.getresponse(), deadline)
        except (urllib3.exceptions.HTTPError, HTTPException, OSError):
            reply = _Reply(status=0, failure="connection")
        return _Reply(status=0, failure="timeout") if time.monotonic() >= deadline else reply


@contextmanager
def _connected(base_url: str, seconds: float) -> Iterator[HTTPConnection]:
    """A connection that ends when its time is up.

    A socket's own timeout begins anew with every byte, so that headers that trickle in would hold us for days.
    """
    address = parse_url(base_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind((address.host or "").strip("[]"), address.port, timeout=min(CONNECT_SECONDS, seconds))
    watch = Timer(seconds, _hang_up, [connection])
    watch.daemon = True
    watch.start()
    try:
        connection.connect()
        connection.timeout = seconds
        connection.sock.settimeout(seconds)
        yield connection
    finally:
        watch.cancel()
        connection.close()


def _hang_up(connection: HTTPConnection) -> None:
    """Wakes whoever waits for the connection."""
    held = connection.sock
    if held is not None:  # else it is not open yet, or closed just now
        with suppress(OSError):
            socket.socket.shutdown(held, socket.SHUT_RDWR)


def _read(response: urllib3.BaseHTTPResponse, deadline: float) -> _Reply:
    """The whole body, unless it is too long or trickles in too slowly."""
    body = b""
    try:
        while response.status == 200 and (some := response.read1(65_536)):
            body += some
            if len(body) > MAX_BYTES:
                raise WriterError(f"the model's server sent more than {MAX_BYTES // 1_000_000} MB")
            if time.monotonic() > deadline:
                return _Reply(status=0, failure="timeout")
    finally:
        response.close()
    kind = response.headers.get("Content-Type", "").lower()
    return _Reply(status=response.status, body=body, kind=kind, retry_after=_retry_after(response))


def _retry_after(response: urllib3.BaseHTTPResponse) -> float | None:
    """Seconds the server asks us to wait, given as such or as a date; None when it does not say, or nothing legible."""
    try:
        return urllib3.Retry(0).get_retry_after(response)
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None


def _turned_down(status: int) -> WriterError:
    if status in _LASTING:
        return WriterError(_LASTING[status], lasting=True)
    if 300 <= status < 400:
        reason = f"the model's server sends us elsewhere ({status}); write the final address into summary.llm.base_url"
        return WriterError(reason, lasting=True)
    return WriterError(f"the model's server turned the question down ({status})")


def _unanswered(reply: _Reply, timeout: float) -> WriterError:
    if reply.status == 429:
        return WriterError("the model's server takes no more questions for now (429)", unreachable=True)
    if reply.status:
        return WriterError(f"the model's server is in trouble ({reply.status})", unreachable=True)
    if reply.failure == "timeout":
        reason = f"the model did not answer within {timeout:g} s (summary.llm.timeout)"
        return WriterError(reason, unreachable=True)
    return WriterError("the model's server could not be reached; see summary.llm.base_url", unreachable=True)


def _text_of(body: bytes) -> str:
    """The text of the first choice.

    Raises:
        WriterError: there is none, it is cut, or it is far too long.
    """
    try:
        choice = json.loads(body)["choices"][0]
        text, ended = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise WriterError("the model's server gave an answer of another form") from error
    if not isinstance(text, str) or not (said := _THOUGHTS.sub("", text, count=1).strip()):
        raise WriterError("the model answered nothing")
    if ended == "length" or len(said) > MAX_CHARS:
        raise WriterError("the model's answer was too long")
    # JSON may escape half a character or a NUL, which no database keeps; the check refuses what replaces them.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")

"""Takes what went wrong, gives an exception that names it. One tree for the whole house.

    BriefingError
    ├── ConfigError            a line and column of config.yaml
    ├── ConfigChangedError     somebody else changed config.yaml meanwhile
    ├── SourceError            a source or a saved file that could not be read
    │   ├── FetchError         …because its server did not give it
    │   └── ParseError         …because its bytes are not what they claim to be
    ├── WriterError            a language model that gave no usable text
    ├── RenderError            a template, with file and line
    ├── StoreError             the database
    ├── SubscriberError        an address or a reader's choice
    ├── ClockError             a clock that leapt
    ├── MakingError            editions that could not be made this time
    ├── NothingToSendError     an edition without a story
    ├── BounceError            a mailbox of mail that came back, or a report about it
    ├── LookupFailedError      a name server or a web server that gave no answer to go by
    └── DeliveryError          one message; `transient` tells whether to try again
        ├── ReaderRefusedError the server named this reader
        └── TransportError     the connection, so every reader

Raised at the spot, chained to their cause, caught in one loop per service, which turns them into
`model.edition.Problem`. Anything that is not a BriefingError is our own mistake and crashes loudly.

Next: briefing/config/load.py, which raises the first of them.
"""

from __future__ import annotations


class BriefingError(Exception):
    """Lets a caller catch everything the program expects to go wrong."""


class ConfigError(BriefingError):
    """Tells a person where their config is wrong and what would be right.

    Attributes:
        path: the file as the person named it.
        line, column: 1-based; 0 when the file as a whole is meant.
    """

    def __init__(self, path: str, message: str, *, line: int = 0, column: int = 0) -> None:
        self.path, self.message, self.line, self.column = path, message, line, column
        place = f"{path}:{line}:{column}" if line else path
        super().__init__(f"{place}: {message}")


class ConfigChangedError(BriefingError):
    """Says that the config is not what a change was made for, so the change was not made."""


class SourceError(BriefingError):
    """Names the source (as its reader knows it) and, for a saved file, the file that could not be read."""

    def __init__(self, source: str, reason: str, *, file: str | None = None) -> None:
        self.source, self.reason, self.file = source, reason, file
        super().__init__(f"{file or source}: {reason}")


class FetchError(SourceError):
    """Says why an address gave nothing; the reason never holds the address.

    Attributes:
        status: of the answer; None when there was none.
        wait_s: seconds that the server asked us to wait; None when it did not.
        was_asked: False when no request was made this time.
        is_passing: True when the same request may well succeed in a moment.
    """

    def __init__(
        self,
        source: str,
        reason: str,
        *,
        status: int | None = None,
        wait_s: int | None = None,
        was_asked: bool = True,
        is_passing: bool = False,
    ) -> None:
        self.status, self.wait_s, self.was_asked, self.is_passing = status, wait_s, was_asked, is_passing
        super().__init__(source, reason)


class ParseError(SourceError):
    """Says that bytes arrived but are not a readable document."""


class WriterError(BriefingError):
    """Says why a language model gave no usable text; never with the key, never with the server's own words.

    Attributes:
        reason: what stands after "because" in the report.
        unreachable: True when nobody answered; a few of those in a row mean that nobody will.
        lasting: True when every other question would be turned down the same way.
    """

    def __init__(self, reason: str, *, unreachable: bool = False, lasting: bool = False) -> None:
        self.reason, self.unreachable, self.lasting = reason, unreachable, lasting
        super().__init__(reason)


class RenderError(BriefingError):
    """Points at the template and line that would not render."""

    def __init__(self, template: str, reason: str, *, line: int | None = None) -> None:
        self.template, self.reason, self.line = template, reason, line
        super().__init__(f"{template}:{line}: {reason}" if line else f"{template}: {reason}")


class StoreError(BriefingError):
    """Says that the database could not be opened, read or written."""


class SubscriberError(BriefingError):
    """Says what is wrong with an address or with what its reader chose."""


class ClockError(BriefingError):
    """Says that the clock leapt, so nobody knows what is due."""


class MakingError(BriefingError):
    """Says that the editions could not be made this time; the next try may do it."""


class NothingToSendError(BriefingError):
    """Says that an edition has no story, so nobody gets a mail."""


class BounceError(BriefingError):
    """Says why mail that came back, or a report about it, cannot be read."""


class LookupFailedError(BriefingError):
    """Says why something on the network could not be looked up; whether it is there stays unknown."""


class DeliveryError(BriefingError):
    """Says why one message was not handed over.

    Attributes:
        code: the server's three-digit reply, None when it never answered.
        transient: True when a later attempt can succeed.
        uncertain: True when the server may have taken the message although it never said so.
    """

    def __init__(self, reason: str, *, code: int | None = None, transient: bool, uncertain: bool = False) -> None:
        self.reason, self.code, self.transient, self.uncertain = reason, code, transient, uncertain
        super().__init__(f"{code} {reason}" if code else reason)


class ReaderRefusedError(DeliveryError):
    """Says that the server refused this reader's address; the next reader may be tried at once."""


class TransportError(DeliveryError):
    """Says that the connection itself is of no use; the other readers must wait as well."""

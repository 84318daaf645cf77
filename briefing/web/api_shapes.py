"""Takes JSON, gives the shapes that the API reads and writes, and with them its OpenAPI description.

Next: briefing/web/api.py.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import SubscriberStatus
from briefing.services.desk import CHOICES

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
#: A name in a list; the list is kept as a cell of CSV is, where ";" stands between two of them.
Listed = Annotated[str, Field(min_length=1, max_length=200, pattern="^[^;]+$")]
Names = Annotated[list[Listed], Field(max_length=200)]
Line = Annotated[str, Field(max_length=200)]
#: Kept as text, because JSON has no dates: pydantic would take seconds since 1970 as well.
Date = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"})]


class _Asked(BaseModel):
    """Refuses what it does not know: a misspelt choice would else be lost in silence."""

    model_config = ConfigDict(extra="forbid")


class Choices(_Asked):
    """What a reader chose; null takes a choice back, so that the briefing's own counts."""

    name: Line | None = Field(default=None, description="How they are greeted.")
    language: Line | None = Field(default=None, description="Of the mail's frame: en, fr …")
    languages: Names | None = Field(default=None, description="Of the stories they read; none for all.")
    timezone: Line | None = Field(default=None, description="IANA name, such as Europe/Paris.")
    topics: Names | None = Field(default=None, description="Names of topics in the config; none for its own choice.")
    sections: Names | None = Field(default=None, description="Keys of sections; none for all.")
    at: Annotated[str, Field(pattern="^([01]?[0-9]|2[0-3]):[0-5][0-9]$")] | None = Field(
        default=None, description="Local time of day they want their mail: 07:00."
    )
    days: Annotated[list[Day], Field(min_length=1, max_length=7)] | None = None
    paused_until: Date | None = Field(
        default=None,
        description="The first date of an edition they want again, a year ahead at most; one that is over ends it.",
    )

    def cells(self) -> dict[str, str]:
        """What was said, as a line of CSV says it; an empty cell for what is to be taken back."""
        said = {name: getattr(self, name) for name in CHOICES if name in self.model_fields_set}
        return {name: ";".join(value) if isinstance(value, list) else value or "" for name, value in said.items()}


class NewReader(Choices):
    """A reader to put on the list."""

    email: Annotated[str, Field(min_length=3, max_length=320)]
    confirmed: StrictBool = Field(default=False, description="Your word that the owner of the address agreed.")
    invite: StrictBool = Field(default=True, description="Whether they are asked by mail, where they did not.")

    def cells(self) -> dict[str, str]:
        """The address and what was said, as a line of CSV says it."""
        return {"email": self.email, **super().cells()}


class Search(_Asked):
    """What to look for. It travels in a body because addresses in URLs end up in logs."""

    text: Annotated[str, Field(min_length=1, max_length=320)] = Field(description="In the address or the name.")
    status: SubscriberStatus | None = None
    limit: Annotated[int, Field(ge=1, le=500, strict=True)] = 50
    cursor: Annotated[str, Field(pattern="^[0-9]{1,18}$")] | None = None


class Suppression(_Asked):
    """Why nothing may be sent to a reader."""

    reason: Line = "manual"


class Release(_Asked):
    """Whether a reader who was suppressed is written to again."""

    confirmed: StrictBool = Field(
        default=False, description="Your word that they do want the mail; without it they are unconfirmed."
    )


class Report(_Asked):
    """A bounce or a complaint, as a mail provider heard of it."""

    type: Literal["hard", "soft", "complaint"]
    email: Line | None = Field(default=None, description="Whose mail came back; or name the subscriber.")
    subscriber: Line | None = Field(default=None, description="The id, as in subscribers.")
    status: Line | None = Field(default=None, description="Of RFC 3463, such as 5.1.1.")
    detail: Annotated[str, Field(max_length=2_000)] | None = None
    at: Line | None = Field(default=None, description="When, with an offset; now when it is not said.")


class Reader(BaseModel):
    """A reader as they stand on the list."""

    id: str
    email: str
    name: str | None
    status: SubscriberStatus
    language: str | None
    languages: list[str]
    timezone: str | None
    topics: list[str]
    sections: list[str]
    at: str | None
    days: list[Day] | None
    paused_until: date | None = Field(description="The first date of an edition they want again; perhaps over.")
    reason: str | None = Field(description="Why they are suppressed; left when they are asked anew after leaving.")
    created_at: datetime | None
    asked_at: datetime | None = Field(description="When they asked on our pages; null once they answered, and for you.")


class ReaderPage(BaseModel):
    """Readers in the order they came."""

    subscribers: list[Reader]
    next: str | None = Field(description="The cursor of the next page; null when this is the last.")


class Row(BaseModel):
    """What became of one message."""

    edition: date
    status: DeliveryStatus
    message_id: str | None
    attempts: int
    detail: str | None = Field(description="The last refusal in the server's words.")
    retry_at: datetime | None
    updated_at: datetime | None


class Rows(BaseModel):
    """What became of a reader's messages, newest edition first."""

    deliveries: list[Row]


class SoftBounces(BaseModel):
    """What came back from a reader's address."""

    soft: int = Field(description="Soft bounces in a row.")
    last_at: datetime
    detail: str


class Everything(BaseModel):
    """All that is kept about a reader."""

    subscriber: Reader
    deliveries: list[Row]
    bounces: SoftBounces | None
    announcements: list[dict[str, Any]] = Field(description="Events that webhooks have yet to hear of.")


class Books(BaseModel):
    """An edition's books; they balance when the counts sum to the audience."""

    edition: date
    audience: int
    counts: dict[DeliveryStatus, int]
    balanced: bool


class Editions(BaseModel):
    """The newest editions' books."""

    editions: list[Books]


class Imported(BaseModel):
    """What an import did, or would do."""

    added: int
    changed: int
    unchanged: int
    kept_away: int = Field(description="Readers who had said no, and stay away.")
    dry_run: bool


class Reported(BaseModel):
    """What was made of a provider's reports."""

    outcomes: list[str] = Field(description="Of each report: hard, soft, complaint, policy, ignored or unknown.")


class Fault(BaseModel):
    """Why something was not done."""

    error: str
    field: str | None = Field(description="What in the request is wrong, where it is one thing.")


class WrongLine(BaseModel):
    """What is wrong in a line of CSV."""

    line: int
    error: str


class ImportFault(Fault):
    """Why nothing was imported."""

    lines: list[WrongLine] = []

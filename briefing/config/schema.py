"""Takes nothing, gives the shape of config.yaml: every key, its type and its default, once.

The defaults stand in `briefing.model.settings`; what is None here is filled from there. `Field(description=…)` is what
an editor shows beside the key.

Next: briefing/config/load.py, which turns the shape into a `Config`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from briefing.config.mail_keys import MailKeys
from briefing.config.values import (
    ArticleDuration,
    Colour,
    DateSpan,
    Duration,
    Font,
    Language,
    LongDuration,
    Mailbox,
    ModelAddress,
    SafeAddress,
    Secret,
    Strict,
    TimeOfDay,
    WebAddress,
    Weekday,
    Zone,
    is_near,
)
from briefing.model.settings import EVERY_SUMMARY_METHOD


class BriefingKeys(Strict):
    """What the briefing is called, speaks and holds."""

    name: str = Field(min_length=1, description="In the masthead, the subject and the sender.")
    language: Language = Field("en", description="Of headings, dates and footer; stories keep their own.")
    timezone: Zone = Field("UTC", description="Decides the edition's date, and the zone of readers who chose none.")
    window: Duration | None = Field(None, description="How old an entry of a feed may be.")
    max_stories: int | None = Field(None, ge=1, le=200, description="Told in one edition, brief lines included.")


class TopicKeys(Strict):
    """One topic to follow or to mute."""

    name: str = Field(min_length=1)
    keywords: list[str] = Field(default_factory=list, description="Words or phrases; case, accents, plurals fold.")
    description: str | None = Field(None, description="A sentence; stories close to it in meaning match as well.")
    boost: float = Field(1.0, ge=0, le=10, description="Above 1 moves matching stories up, below 1 down.")
    mute: bool = Field(default=False, description="true leaves matching stories out.")

    @model_validator(mode="after")
    def _can_match(self) -> TopicKeys:
        if not self.keywords and not self.description:
            raise ValueError(f'topic "{self.name}" can never match; give it keywords or a description')
        return self


class SectionKeys(Strict):
    """How stories are arranged."""

    by: Literal["region", "theme", "topic"] = "region"
    order: list[str] = Field(default_factory=list, description="Sections that come first, by key.")
    stories_per_section: int | None = Field(None, ge=1, le=50)


class SourceKeys(Strict):
    """One place to collect from: exactly one of folder, feed, page, opml, mailbox."""

    folder: str | None = None
    feed: WebAddress | None = None
    page: WebAddress | None = None
    opml: str | None = None
    mailbox: str | None = Field(
        None,
        pattern=r"^imaps?://[^\s/@:]+@[^\s/@]+(/\S*)?$",
        description="Newsletters: imaps://user@host/Folder, read-only.",
    )
    name: str | None = Field(None, min_length=1, description="What readers see; else what the source calls itself.")
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="the outlet's home in two capitals, such as FR")
    weight: float = Field(1.0, ge=0, le=10, description="2 counts twice as much in the ranking.")
    captured_at: Literal["now"] | None = Field(None, description="Files of a folder count as saved at the build.")
    full_text: bool = Field(default=False, description="Entries with only an excerpt are read from their pages.")
    headers: dict[str, str | Secret] = Field(default_factory=dict)
    username: Secret | None = None
    password: Secret | None = None
    proxy: WebAddress | Secret | None = Field(None, description="The HTTP proxy that fetches it.")

    @model_validator(mode="after")
    def _names_one_place(self) -> SourceKeys:
        if sum(place is not None for place in (self.folder, self.feed, self.page, self.opml, self.mailbox)) != 1:
            raise ValueError("a source has exactly one of folder, feed, page, opml, mailbox")
        return self


class LlmKeys(Strict):
    """The language model that method llm asks."""

    base_url: ModelAddress = Field(description="Of an OpenAI-compatible server: http://localhost:11434/v1")
    model: str = Field(min_length=1, description="As that server calls it.")
    api_key: Secret | None = None
    timeout: float | None = Field(None, gt=0, le=600, description="Seconds for one article, retries included.")
    max_calls: int | None = Field(None, ge=1, le=1000, description="Articles asked about for one edition.")
    concurrency: int | None = Field(None, ge=1, le=16, description="Of those, how many at the same time.")

    @model_validator(mode="after")
    def _keeps_the_key_secret(self) -> LlmKeys:
        if self.api_key and self.base_url.startswith("http:") and not is_near(self.base_url):
            raise ValueError(
                "base_url with http:// would send api_key readable for everyone on the way; write https:// "
                "(http:// is for this machine and the local network)"
            )
        return self


class SummaryKeys(Strict):
    """How an article is condensed."""

    max_chars: int | None = Field(None, ge=80, le=2000)
    max_sentences: int | None = Field(None, ge=1, le=10)
    method: Literal[EVERY_SUMMARY_METHOD] | None = None  # type: ignore[valid-type]  # listed once, in the model
    llm: LlmKeys | None = None

    @model_validator(mode="after")
    def _has_a_model(self) -> SummaryKeys:
        if self.method == "llm" and self.llm is None:
            raise ValueError('method "llm" needs summary.llm with at least base_url and model')
        return self


class ScheduleKeys(Strict):
    """When the mail goes out."""

    at: TimeOfDay | None = None
    days: list[Weekday] | None = Field(None, min_length=1)
    late_window: Duration | None = None
    skip: list[DateSpan] | None = None


class SchemeKeys(Strict):
    """One scheme's colours; what is left out is fitted to what is not."""

    page: Colour = Field(None, description="Around the paper; nothing is written on it.")
    paper: Colour = None
    ink: Colour = Field(None, description="What is read.")
    soft: Colour = Field(None, description="Small print.")
    rule: Colour = Field(None, description="Lines, and what underlines a headline.")
    accent: Colour = Field(None, description="Section names, numbers, what is new.")
    bar: Colour = Field(None, description="The bars; their numbers stand beside them.")
    tint: Colour = Field(None, description="Behind what is new in a story.")


class ColoursKeys(Strict):
    """Every colour, for light and for dark."""

    light: SchemeKeys = SchemeKeys()
    dark: SchemeKeys = SchemeKeys()


class LookKeys(Strict):
    """What the mail looks like."""

    accent: Colour = Field(None, description="The one colour beside ink and paper; the night's is derived from it.")
    colours: ColoursKeys = ColoursKeys()
    font: Font | None = Field(None, description="Fonts in turn, a generic one last: Georgia, 'Source Serif 4', serif")
    logo: str | None = Field(None, description="The masthead: a text, or a picture beside the config.")
    density: Literal["comfortable", "compact"] | None = None
    images: Literal["none", "lead", "all"] | None = Field(None, description="Pictures of stories.")


class SubscriberKeys(Strict):
    """Where readers come from."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)

    signup: Literal["open", "closed"] | None = Field(None, description="Whether anybody may ask for the briefing.")
    import_: str | None = Field(None, alias="import", description="A CSV file of confirmed readers.")


class WebKeys(Strict):
    """Where the pages are."""

    listen: str | None = Field(None, pattern=r"^[^\s:/]+:\d{1,5}$", description="host and port, as 127.0.0.1:8025")
    public_url: WebAddress | None = Field(None, description="Where readers reach those pages from outside.")
    archive: Literal["private", "public"] | None = Field(None, description="Who may read earlier editions there.")
    api_key: Secret | None = Field(None, description="Opens the API and the admin page; without it they are closed.")
    webhooks: list[SafeAddress] = Field(default_factory=list, description="Told of every change of a reader.")
    trusted_proxy: bool = Field(default=False, description="X-Forwarded-For comes from a proxy of ours.")


class OperatorKeys(Strict):
    """Who looks after the briefing."""

    email: Mailbox | None = Field(None, description="Written to when something is wrong; never a reader.")
    ping: SafeAddress | None = Field(None, description="Asked for after each edition; cries when it was not.")


class KeepKeys(Strict):
    """How long things are kept."""

    ledger: LongDuration | None = Field(None, description="The books of an edition; at least 7d.")
    articles: ArticleDuration | None = Field(None, description="What sources gave; at least 10d.")


class FetchKeys(Strict):
    """How we behave on other people's servers."""

    contact: str | None = Field(None, description="Address in our User-Agent where a publisher can complain.")
    allow_private: bool = Field(default=False, description="Only for tests and intranets.")


class ConfigKeys(Strict):
    """config.yaml as a whole."""

    briefing: BriefingKeys
    topics: list[TopicKeys] = Field(default_factory=list)
    sections: SectionKeys = SectionKeys()
    sources: list[SourceKeys] = Field(min_length=1)
    summary: SummaryKeys = SummaryKeys()
    schedule: ScheduleKeys = ScheduleKeys()
    mail: MailKeys = MailKeys()
    look: LookKeys = LookKeys()
    subscribers: SubscriberKeys = SubscriberKeys()
    web: WebKeys = WebKeys()
    operator: OperatorKeys = OperatorKeys()
    keep: KeepKeys = KeepKeys()
    fetch: FetchKeys = FetchKeys()
    database: str | None = Field(
        None, pattern=r"^(sqlite|postgresql)(\+\w+)?://", description="sqlite:///var/briefing.db, or postgresql://…"
    )
    workers: bool = Field(default=False, description="Sending is left to `briefing worker` programs; on PostgreSQL.")
    vectors: Literal["use", "none"] | None = None
    templates: str | None = None

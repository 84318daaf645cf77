"""Takes nothing, gives the shape of config.yaml: every key, its type and its default, once.

The defaults stand in `briefing.model.settings`; what is None here is filled from there. What an editor shows beside a
key and the table in docs/config.md are made from the descriptions here.

Next: briefing/config/load.py, which turns the shape into a `Config`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field, model_validator

from briefing.config.keys import key, needed, part
from briefing.config.mail_keys import MailKeys
from briefing.config.values import (
    WEEKDAYS,
    ArticleDuration,
    Colour,
    DateSpan,
    Duration,
    Font,
    Language,
    Listen,
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
from briefing.model.colours import light_palette
from briefing.model.settings import EVERY_SUMMARY_METHOD, Look
from briefing.model.source import SourceKind

#: The keys of a source that say where it is; it has one of them.
PLACES = tuple(kind.value for kind in SourceKind)


class BriefingKeys(Strict):
    """What the briefing is called, speaks and holds."""

    name: str = needed("In the masthead, the subject and the sender.", min_length=1, examples=["Morning Post"])
    language: Language = key(
        "Of headings, dates and footer, two letters; stories keep their own.", default="en", usual="en"
    )
    timezone: Zone = key(
        "Decides the edition's date, and the zone of readers who chose none.", default="UTC", usual="UTC"
    )
    window: Duration | None = key("How old an entry of a feed may be: 90m, 36h, 7d.", usual="36h")
    max_stories: int | None = key("Told in one edition; a quarter of them in a single line.", usual=24, ge=1, le=200)


class TopicKeys(Strict):
    """One topic to follow or to mute."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        json_schema_extra={"anyOf": [{"required": ["keywords"]}, {"required": ["description"]}]},
    )

    name: str = needed("What readers see, and choose by.", min_length=1, examples=["Energy"])
    keywords: list[str] = Field(
        default_factory=list,
        description="Words or phrases; a story matches by one in a title, or several mentions in its texts. Case, "
        "accents and plural endings do not matter.",
    )
    description: str | None = key("A sentence; stories close to it in meaning match as well, in any language.")
    boost: float = key(
        "Above 1 moves matching stories up, below 1 down.", default=1.0, usual=1, ge=0, le=10, allow_inf_nan=False
    )
    mute: bool = key("true leaves matching stories out.", default=False, usual=False)

    @model_validator(mode="after")
    def _can_match(self) -> TopicKeys:
        if not self.keywords and not self.description:
            raise ValueError(f'topic "{self.name}" can never match; give it keywords or a description')
        return self


class SectionKeys(Strict):
    """How stories are arranged."""

    by: Literal["region", "theme", "topic"] = key(
        "What the sections of an edition are.", default="region", usual="region"
    )
    order: list[str] = Field(
        default_factory=list, description="Sections that come first; the others follow by their best story."
    )
    stories_per_section: int | None = key("Stories under one heading.", usual=6, ge=1, le=50)


class SourceKeys(Strict):
    """One place to collect from: exactly one of the keys that name a place."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in PLACES]})

    folder: str | None = key("Saved pages, feeds, mails and dumps: .html .mhtml .xml .json .eml .txt")
    feed: WebAddress | None = key("The address of an RSS, Atom or JSON feed.")
    page: WebAddress | None = key("A site; its feed is found, else its headlines are read.")
    opml: str | None = key("A list that a feed reader exported; a file or an address.")
    mailbox: str | None = key(
        "Newsletters in a folder of a mailbox, which is read and never changed.",
        pattern=r"^imaps?://[^\s/@:]+@[^\s/@]+(/\S*)?$",
        examples=["imaps://user@mail.example.org/Newsletters"],
    )
    name: str | None = key("What readers see; without it, what the source calls itself.", min_length=1)
    country: str | None = key("The outlet's home, in two capitals.", pattern="^[A-Z]{2}$", examples=["FR"])
    weight: float = key(
        "2 counts twice as much in the ranking.", default=1.0, usual=1, ge=0, le=10, allow_inf_nan=False
    )
    captured_at: Literal["now"] | None = key(
        "now counts ages in files of a folder from the build; without it, from each file's own date."
    )
    full_text: bool = key("Entries with only an excerpt are read from their pages.", default=False, usual=False)
    headers: dict[str, str | Secret] = Field(
        default_factory=dict, description="Sent along with every request, such as {X-Api-Key: {env: NAME}}."
    )
    username: Secret | None = key("For a source behind a login.")
    password: Secret | None = key("For a source behind a login, or of the mailbox.")
    proxy: WebAddress | Secret | None = key("The HTTP proxy that fetches it.", examples=["http://127.0.0.1:3128"])

    @model_validator(mode="after")
    def _names_one_place(self) -> SourceKeys:
        if sum(getattr(self, place) is not None for place in PLACES) != 1:
            raise ValueError(f"a source has exactly one of {', '.join(PLACES)}")
        return self


class LlmKeys(Strict):
    """The language model that method llm asks."""

    base_url: ModelAddress = needed(
        "Where an OpenAI-compatible server answers.", examples=["http://localhost:11434/v1"]
    )
    model: str = needed("The model, as that server calls it.", min_length=1, examples=["mistral-small"])
    api_key: Secret | None = key("Only if the server wants one.")
    timeout: float | None = key("Seconds for one article, retries included.", usual=60, gt=0, le=600)
    max_calls: int | None = key("Articles asked about for one edition.", usual=40, ge=1, le=1000)
    concurrency: int | None = key("Of those, how many at the same time.", usual=2, ge=1, le=16)

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

    max_chars: int | None = key("Letters of a summary, at most.", usual=400, ge=80, le=2000)
    max_sentences: int | None = key("Sentences of a summary, at most.", usual=3, ge=1, le=10)
    method: Literal[EVERY_SUMMARY_METHOD] | None = key(  # type: ignore[valid-type]  # listed once, in the model
        "Which sentences are taken: the best ones, the first ones, the publisher's own, or what a model writes.",
        usual="ranked",
    )
    llm: LlmKeys | None = key("What method llm asks (docs/llm.md).")

    @model_validator(mode="after")
    def _has_a_model(self) -> SummaryKeys:
        if self.method == "llm" and self.llm is None:
            raise ValueError('method "llm" needs summary.llm with at least base_url and model')
        return self


class ScheduleKeys(Strict):
    """When the mail goes out."""

    at: TimeOfDay | None = key("The hour, in each reader's own zone; in quotes.", usual="07:00")
    days: list[Weekday] | None = key("Days with an edition.", usual=[*WEEKDAYS], min_length=1)
    late_window: Duration | None = key("After an outage a mail may still come this much later.", usual="6h")
    skip: list[DateSpan] | None = key("Dates without an edition, for nobody: 2026-12-25, or 2026-12-24..2027-01-01.")


class SchemeKeys(Strict):
    """One scheme's colours; what is left out is fitted to what is not."""

    page: Colour = key("Around the paper; nothing is written on it.")
    paper: Colour = key("What is written on.")
    ink: Colour = key("What is read.")
    soft: Colour = key("Small print.")
    rule: Colour = key("Lines, and what underlines a headline.")
    accent: Colour = key("Section names, numbers, what is new.")
    bar: Colour = key("The bars; their numbers stand beside them.")
    tint: Colour = key("Behind what is new in a story.")


class ColoursKeys(Strict):
    """Every colour, for light and for dark."""

    light: SchemeKeys = part(SchemeKeys, "The scheme for the day.")
    dark: SchemeKeys = part(SchemeKeys, "The scheme for mail programs set to dark.")


class LookKeys(Strict):
    """What the mail looks like."""

    accent: Colour = key(
        "The one colour beside ink and paper; the night's is derived from it.", usual=light_palette().accent
    )
    colours: ColoursKeys = part(ColoursKeys, "Every colour of both schemes; what is left out is fitted to the others.")
    font: Font | None = key("Fonts in turn, one that every reader has last.", usual=Look().font)
    logo: str | None = key("The masthead: a text, or a picture beside the config; without it, the name.")
    density: Literal["comfortable", "compact"] | None = key("How much air there is.", usual="comfortable")
    images: Literal["none", "lead", "all"] | None = key("Pictures of stories: the best story's, or all.", usual="none")


class SubscriberKeys(Strict):
    """Where readers come from."""

    model_config = ConfigDict(populate_by_name=True)

    signup: Literal["open", "closed"] | None = key(
        "open lets anybody ask on a page of ours and confirm by mail (docs/signup.md).", usual="closed"
    )
    import_: str | None = key("A CSV file of confirmed readers, read before every sending.", alias="import")


class WebKeys(Strict):
    """Where the pages are."""

    listen: Listen | None = key("Host and port that `briefing serve` puts the pages on.", usual="127.0.0.1:8025")
    public_url: WebAddress | None = key(
        "Where readers reach those pages from outside.", examples=["https://news.example.org"]
    )
    archive: Literal["private", "public"] | None = key(
        "private keeps earlier editions for those who get the mail.", usual="private"
    )
    api_key: Secret | None = key("Opens the API and the admin page; without it both are closed.")
    webhooks: list[SafeAddress] = Field(default_factory=list, description="Told of every change of a reader.")
    trusted_proxy: bool = key(
        "true behind a proxy of yours that sets X-Forwarded-For: limits count by it.", default=False, usual=False
    )


class OperatorKeys(Strict):
    """Who looks after the briefing."""

    email: Mailbox | None = key("One mail for each thing that is wrong with an edition; never a reader.")
    ping: SafeAddress | None = key("Asked for after each edition; that service cries when it was not.")


class KeepKeys(Strict):
    """How long things are kept."""

    ledger: LongDuration | None = key("The books: who was sent which edition; at least 7d.", usual="400d")
    articles: ArticleDuration | None = key(
        "What sources gave, counted from when they last carried it; at least 10d.", usual="30d"
    )


class FetchKeys(Strict):
    """How we behave on other people's servers."""

    contact: str | None = key("In our User-Agent, so that a publisher can complain.")
    allow_private: bool = key("true only for tests and intranets.", default=False, usual=False)


class ConfigKeys(Strict):
    """config.yaml as a whole."""

    briefing: BriefingKeys = needed("What it is called, speaks and holds.", examples=["briefing: {name: Morning Post}"])
    topics: list[TopicKeys] = Field(default_factory=list, description="What you care about, and would not hear of.")
    sections: SectionKeys = part(SectionKeys, "How stories are arranged.")
    sources: list[SourceKeys] = needed(
        "Where articles come from.", min_length=1, examples=['sources: [{feed: "https://example.org/rss.xml"}]']
    )
    summary: SummaryKeys = part(SummaryKeys, "How an article is condensed.")
    schedule: ScheduleKeys = part(ScheduleKeys, "When the mail goes out (docs/schedule.md).")
    mail: MailKeys = part(MailKeys, "Who writes, and through what (docs/delivery.md).")
    look: LookKeys = part(LookKeys, "What the mail looks like (docs/email.md).")
    subscribers: SubscriberKeys = part(SubscriberKeys, "Where readers come from.")
    web: WebKeys = part(WebKeys, "Where the pages are (docs/serving.md).")
    operator: OperatorKeys = part(OperatorKeys, "Who hears of trouble first (docs/operating.md).")
    keep: KeepKeys = part(KeepKeys, "How long things are kept.")
    fetch: FetchKeys = part(FetchKeys, "How we behave on other people's servers.")
    database: str | None = key(
        "What must survive: a file, or PostgreSQL (docs/postgresql.md).",
        pattern=r"^(sqlite|postgresql)(\+\w+)?://",
        usual="sqlite:///var/briefing.db",
        examples=["sqlite:///var/briefing.db", "postgresql://…"],
    )
    workers: bool | None = key("Work is shared among `briefing worker` programs (docs/postgresql.md).", usual=False)
    vectors: Literal["use", "none"] | None = key(
        "use lets the sentence encoder find one story across languages.", usual="use"
    )
    templates: str | None = key("A folder that replaces the shipped templates, file by file.", examples=["templates/"])

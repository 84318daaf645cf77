"""Takes what a person wrote in config.yaml, gives the frozen settings each room is handed. Each knows its line.

Next: briefing/ports/__init__.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from briefing.model.colours import Palette, dark_palette, light_palette
from briefing.model.delivery import OnUncertain
from briefing.model.edition import SectionKind
from briefing.model.mail_rules import NO_LIMITS, NO_OPERATOR, BounceRule, DkimKey, OperatorRule, SmtpLimits
from briefing.model.subscriber import EVERY_DAY

if TYPE_CHECKING:
    from pathlib import PurePath

    from briefing.model.source import Source


#: sumy's ways to condense an article, by the names that a config has for them.
_SUMY = ("lex-rank", "text-rank", "lsa", "luhn", "edmundson", "kl", "sum-basic", "reduction")
#: Ways to condense an article in its publisher's words: ours, the article's beginning, the excerpt, and sumy's.
SUMMARY_METHODS = ("ranked", "lead", "publisher", *_SUMY)
#: What `Summary.method` may say: one of those, or that a language model wrote the text.
EVERY_SUMMARY_METHOD = (*SUMMARY_METHODS, "llm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Names something the reader cares about, or would rather not hear of.

    Attributes:
        keywords: words or phrases; letter case and accents do not matter, plural endings do not either.
        description: a sentence that vectors compare stories with.
        boost: added to the score of a matching story as `boost - 1`; 1 changes nothing.
        mute: matching stories are left out.
    """

    name: str
    keywords: tuple[str, ...] = ()
    description: str | None = None
    boost: float = 1.0
    mute: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionPlan:
    """Says how stories are arranged.

    Attributes:
        order: keys of sections that come first, in this order; the others follow by their best story.
    """

    by: SectionKind = SectionKind.REGION
    order: tuple[str, ...] = ()
    stories_per_section: int = 6
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """Says which model writes summaries, and how much of it an edition may use.

    Attributes:
        base_url: of an OpenAI-compatible server, up to and with its version: http://localhost:11434/v1.
        api_key: None for servers that want none.
        timeout: seconds for one article, attempts and waits included.
        max_calls: articles asked about for one edition, all its segments together.
        concurrency: of those, how many at the same time.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    max_calls: int = 40
    concurrency: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRule:
    """Says how an article is condensed; lengths in characters (code points) and whole sentences.

    Attributes:
        llm: the model that method "llm" asks.
    """

    max_chars: int = 400
    max_sentences: int = 3
    method: str = "ranked"
    llm: LanguageModel | None = None
    line: int = 0

    @property
    def extractive(self) -> SummaryRule:
        """The rule for summaries in the article's own words, which stand wherever no generated text may."""
        return replace(self, method="ranked") if self.method == "llm" else self


_LIGHT, _DARK = light_palette(), dark_palette()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Says what the mail looks like.

    Attributes:
        light, dark: the colours of both schemes.
        font: a CSS font stack of fonts that readers already have; nothing is loaded.
        logo: text of the masthead when it differs from the briefing's name.
        logo_file: a picture that stands there instead; absolute.
        density: comfortable or compact.
        images: none, lead (the best story's picture) or all (one for every story told in full).
    """

    light: Palette = _LIGHT
    dark: Palette = _DARK
    font: str = "Georgia, 'Iowan Old Style', 'Times New Roman', serif"
    logo: str | None = None
    logo_file: PurePath | None = None
    density: str = "comfortable"
    images: str = "none"
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Says which relay takes our mail, and how the connection is protected.

    Attributes:
        security: starttls, tls, or none (loopback only).
    """

    host: str
    port: int = 587
    security: str = "starttls"
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    limits: SmtpLimits = NO_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Says who writes and what stands in the headers that every message shares.

    Attributes:
        address: with or without a display name, as in `From`.
        imprint: who is responsible and how to reach them; printed in the footer.
        public_url: where readers reach our pages, without a slash at the end; None when nobody can.
    """

    address: str
    reply_to: str | None = None
    imprint: str | None = None
    public_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRule:
    """Says which transport carries the mail and what to do in doubt.

    Attributes:
        transport: outbox, smtp, lmtp (`smtp` says where as well), sendmail or maildir.
        sendmail: the command, with its options, that takes a message on its standard input.
        maildir: the folder that mail is put into; absolute.
        dkim: every key signs; none when the relay does.
        bounces: None when nobody reads what comes back.
    """

    sender: Sender
    transport: str = "outbox"
    smtp: SmtpServer | None = None
    sendmail: tuple[str, ...] = ("/usr/sbin/sendmail",)
    maildir: PurePath | None = None
    on_uncertain: OnUncertain = OnUncertain.RESEND
    dkim: tuple[DkimKey, ...] = ()
    bounces: BounceRule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Says when the mail goes out: local time of day and weekdays (Monday 0), in each reader's zone.

    Attributes:
        late_window: how long after that time a mail may still be sent; after it the slot is missed.
        skip: dates without an edition, each span from its first to its last: holidays, a printer's strike.
    """

    at: time = time(7, 0)
    days: tuple[int, ...] = EVERY_DAY
    late_window: timedelta = timedelta(hours=6)
    skip: tuple[tuple[date, date], ...] = ()

    def skips(self, day: date) -> bool:
        """Whether nobody gets an edition of that date."""
        return any(first <= day <= last for first, last in self.skip)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRule:
    """Says how we behave on other people's servers.

    Attributes:
        contact: address in our User-Agent where a publisher can complain.
        allow_private: lets addresses of this machine and the local network through; tests and intranets only.
        timeout: seconds for one whole request.
        max_bytes, gap: of one decoded body; seconds between two requests to a host.
    """

    contact: str | None = None
    allow_private: bool = False
    timeout: float = 20.0
    max_bytes: int = 15_000_000
    gap: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingRule:
    """Says what the briefing is: its name, its frame and how much goes in.

    Attributes:
        language: of the frame.
        timezone: IANA name; decides the edition's date and the zone of readers who chose none.
        window: how old an entry of a feed may be.
        max_stories: told in sections and brief together.
    """

    name: str
    language: str = "en"
    timezone: str = "UTC"
    window: timedelta = timedelta(hours=36)
    max_stories: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRule:
    """Says where `briefing serve` listens, and who may read past editions there.

    Attributes:
        archive: private (behind the links in readers' mails) or public.
        api_key: opens the API and the admin page; None closes them.
        webhooks: addresses that hear of every change of a reader.
        trusted_proxy: the last address in X-Forwarded-For is who asks; only behind a proxy of ours.
    """

    host: str = "127.0.0.1"
    port: int = 8025
    archive: str = "private"
    api_key: str | None = field(default=None, repr=False)
    webhooks: tuple[str, ...] = ()
    trusted_proxy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Carries everything a person decided, read once and never changed.

    Attributes:
        readers: CSV of readers brought in with each `send` and `serve`.
        signup: open (anybody may ask for the briefing on our page) or closed.
        keep_ledger, keep_articles: how long the books of an edition are kept, and what no source carries any more.
        templates, path: folder that replaces the shipped ones; file that all this came from (None: the defaults).
        vectors, workers: "use" the sentence encoder or "none"; sending is left to `briefing worker` programs.
    """

    briefing: BriefingRule
    topics: tuple[Topic, ...] = ()
    sections: SectionPlan = SectionPlan()
    sources: tuple[Source, ...] = ()
    summary: SummaryRule = SummaryRule()
    schedule: Schedule = Schedule()
    mail: MailRule
    look: Look = Look()
    readers: PurePath | None = None
    signup: str = "closed"
    keep_ledger: timedelta = timedelta(days=400)
    keep_articles: timedelta = timedelta(days=30)
    fetch: FetchRule = FetchRule()
    web: WebRule = WebRule()
    operator: OperatorRule = NO_OPERATOR
    database: str = "sqlite:///var/briefing.db"
    workers: bool = False
    templates: PurePath | None = None
    vectors: str = "use"
    path: PurePath | None = None

"""Takes sources, gives editions: the pipeline of the house, in the order it runs.

    sources | collect | language | window | file | follow                           → Gathered, once
    Gathered | memory | mute | rank | arrange | summarise, add, generate | illustrate | render   → per segment

Next: briefing/services/send.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from briefing.compose.addition import add_sentence
from briefing.compose.arrange import arrange
from briefing.compose.memory import in_languages, recall
from briefing.compose.rank import Preference, Ranked, rank
from briefing.compose.stories import vector_text
from briefing.compose.summarise import summarise
from briefing.compose.threads import follow
from briefing.compose.topics import match_topics
from briefing.compose.window import in_window, is_undated
from briefing.model.edition import Counts, Edition, Problem, Section, SourceReport
from briefing.model.source import as_read
from briefing.model.story import REMEMBERED
from briefing.services.extract import with_language
from briefing.services.filing import Filed, Filing, Watcher, unwatched
from briefing.services.illustrate import Album, find_emblems, illustrate
from briefing.services.results import Results

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import date, datetime

    from briefing.model.article import Article, Summary
    from briefing.model.picture import Picture, PictureSize
    from briefing.model.settings import Config, Topic
    from briefing.model.source import Collected
    from briefing.model.story import Story
    from briefing.model.subscriber import Segment
    from briefing.model.visit import Visit
    from briefing.ports import (
        Collector,
        EditionMemory,
        Encoder,
        LanguageDetector,
        PictureDesk,
        SourceLog,
        VectorCache,
    )
    from briefing.services.generate import Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Carries what every segment's edition is made from.

    Attributes:
        stories: filed, but neither ranked nor summarised yet.
        follows: story id → the articles told before, to anybody, that the story goes on with.
        articles: how many were read; `in_window` and `duplicates` are counts of those, `read` are their ids.
        visits: what came of each address; see `Collected`.
        vectors: see `Filed`.
    """

    stories: tuple[Story, ...] = ()
    follows: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)
    articles: int = 0
    in_window: int = 0
    duplicates: int = 0
    reports: tuple[SourceReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    visits: tuple[Visit, ...] = ()
    read: frozenset[str] = frozenset()
    vectors: Mapping[str, Sequence[float]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """Makes editions of one briefing. Everything outside comes in through ports.

    Attributes:
        encoder: None does without vectors: stories then meet within one language only.
        generator: None tells every story in its outlets' own sentences.
        pictures: None shows none, whatever the look wants.
        results: of stages; by default nothing is kept from one gathering to the next.
    """

    config: Config
    collector: Collector
    detector: LanguageDetector
    encoder: Encoder | None
    vectors: VectorCache
    memory: EditionMemory
    source_log: SourceLog
    watch: Watcher = field(default=unwatched)
    generator: Generator | None = None
    pictures: PictureDesk | None = None
    results: Results = field(default_factory=Results)
    _summaries: dict[str, Summary | None] = field(default_factory=dict)
    _additions: dict[tuple[str, ...], Summary] = field(default_factory=dict)
    _pictures: dict[tuple[str, PictureSize], Picture | None] = field(default_factory=dict)
    # Not to be shared with a builder of another config.
    _ranked: Ranked = field(default_factory=dict, init=False)
    _readable: dict[tuple[str, ...], tuple[Sequence[Story], tuple[Story, ...]]] = field(
        default_factory=dict, init=False
    )

    def gather(self, *, now: datetime) -> Gathered:
        """Reads every source and finds the stories in what they gave. A bad source becomes a problem."""
        self.begin()
        if self.encoder:
            self.encoder.prepare()
        reading = (now, tuple(map(as_read, self.config.sources)), self.config.fetch, self.config.briefing.window)
        collected = self.results.of("read", reading, lambda: self._read(now=now))
        fresh = in_window(collected.articles, now=now, window=self.config.briefing.window)
        made_of = (reading, self.encoder is None)
        found = self.results.of("find", made_of, lambda: self._filing.find(fresh))
        filed = self._filing.tag(found, made_of=made_of)
        return Gathered(
            stories=filed.stories,
            follows=self._follow(filed, made_of, now=now),
            articles=len(collected.articles),
            in_window=len(fresh),
            duplicates=len(filed.originals),
            reports=_since(collected.reports, self.source_log.failing_since()),
            problems=(*collected.problems, *_undated(collected.articles, fresh)),
            visits=collected.visits,
            read=frozenset(article.id for article in collected.articles),
            vectors=filed.vectors,
        )

    def begin(self) -> None:
        """Forgets what was found out of an earlier gathering; for whoever was given another that was made elsewhere."""
        if self.generator:
            self.generator.start()
        for known in (self._summaries, self._additions, self._pictures, self._ranked, self._readable):
            known.clear()

    def _read(self, *, now: datetime) -> Collected:
        """What the sources gave, each article with its language."""
        collected = self.collector.collect(self.config.sources, now=now)
        self.watch("language", 0, 0)
        self.source_log.log_sources(collected.reports, now=now)
        return replace(collected, articles=tuple(with_language(a, self.detector) for a in collected.articles))

    @property
    def _filing(self) -> Filing:
        return Filing(
            topics=self.config.topics,
            encoder=self.encoder,
            cache=self.vectors,
            watch=self.watch,
            results=self.results,
        )

    def catch(self, topic: Topic, gathered: Gathered) -> tuple[Story, ...]:
        """The stories that a topic would match."""
        described = self._filing.encode({topic.name: topic.description}) if topic.description else {}
        return tuple(
            story
            for story in gathered.stories
            if match_topics(story.articles, [topic], vectors=gathered.vectors, topic_vectors=described)
        )

    def described_topics(self) -> dict[str, Sequence[float]]:
        """The vectors of the topics' descriptions, by the topics' names."""
        return self._filing.encode({topic.name: topic.description for topic in self.config.topics if topic.description})

    def _follow(self, filed: Filed, made_of: Hashable, *, now: datetime) -> dict[str, tuple[Article, ...]]:
        """Finds what was told before of today's stories, once for all segments."""
        # A day more: somewhere it is still yesterday.
        told = self.memory.told_articles(since=now.date() - REMEMBERED - timedelta(days=1))
        texts = {text: text for text in map(vector_text, told) if text}

        def find() -> dict[str, tuple[Article, ...]]:
            return follow(filed.stories, told, vectors=filed.vectors, told_vectors=self._filing.encode(texts))

        return self.results.of("follow", (made_of, tuple(told)), find)

    def edition(self, gathered: Gathered, *, segment: Segment, today: date, now: datetime) -> Edition:
        """Makes one segment's edition of the day: remembered, ranked, arranged and told."""
        rule, plan = self.config.briefing, self.config.sections
        self.watch("edition", 0, 0)
        told = self.memory.told_before(today, segment.key)
        read = self._in_languages(gathered.stories, segment)
        recalled = recall(read, told, follows=gathered.follows, today=today, segment=segment)
        muted = {topic.name for topic in self.config.topics if topic.mute}
        wanted = [story for story in recalled if not muted.intersection(story.topics)]
        ranked = rank(wanted, now=now, preference=self._preference(segment), known=self._ranked)
        arrangement = arrange(ranked, plan=plan, limit=rule.max_stories, only=segment.sections)
        sections = self._illustrated(self._told(arrangement.sections), gathered, now=now)
        brief = tuple(replace(story, summary=self._summary_of(story.lead)) for story in arrangement.brief)
        counts = Counts(
            articles=gathered.articles,
            in_window=gathered.in_window,
            duplicates=gathered.duplicates,
            stories=len(read),
            told=_length(sections),
            brief=len(brief),
            muted=len(recalled) - len(wanted),
            remembered=len(read) - len(recalled),
            cut=len(arrangement.left_out),
        )
        return Edition(
            date=today,
            name=rule.name,
            language=segment.language,
            timezone=segment.timezone,
            built_at=now,
            window=rule.window,
            segment=segment.key,
            sections=sections,
            brief=brief,
            left_out=arrangement.left_out,
            sources=gathered.reports,
            counts=counts,
            problems=(*gathered.problems, *self._generation_problems(sections)),
        )

    def _in_languages(self, stories: Sequence[Story], segment: Segment) -> tuple[Story, ...]:
        """What the segment can read: the same objects for all who read the same languages."""
        languages = (segment.language, *segment.languages)
        known, readable = self._readable.get(languages, (None, ()))
        if known is not stories:
            readable = in_languages(stories, segment)
            self._readable[languages] = stories, readable
        return readable

    @property
    def generation_problems(self) -> tuple[Problem, ...]:
        """Why stories of any edition since the last reading are not told in generated text although they should be."""
        return self.generator.problems_of() if self.generator else ()

    def _told(self, sections: Sequence[Section]) -> tuple[Section, ...]:
        """Sections with a summary per story: a model's where one wrote it, else the outlets' own sentences."""
        written = self.generator.generate(_leads(sections), watch=self.watch) if self.generator else {}
        self.watch("edition", 0, 0)

        def tell(story: Story) -> Story:
            return replace(story, summary=written.get(story.lead.id) or self._summary_by_all(story))

        return tuple(replace(section, stories=tuple(map(tell, section.stories))) for section in sections)

    def _illustrated(self, sections: tuple[Section, ...], gathered: Gathered, *, now: datetime) -> tuple[Section, ...]:
        images = self.config.look.images
        if self.pictures is None or images == "none":
            return sections
        album, emblems = Album(desk=self.pictures, known=self._pictures), find_emblems(gathered.stories)
        return illustrate(sections, images=images, album=album, emblems=emblems, now=now)

    def _generation_problems(self, sections: Sequence[Section]) -> tuple[Problem, ...]:
        return self.generator.problems_of(_leads(sections)) if self.generator else ()

    def _preference(self, segment: Segment) -> Preference:
        return Preference(
            boosts={topic.name: topic.boost for topic in self.config.topics},
            weights={source.name: source.weight for source in self.config.sources if source.name},
            followed=frozenset(segment.topics),
        )

    def _summary_by_all(self, story: Story) -> Summary | None:
        """The lead's summary with what another outlet adds to it, found once for all segments told by the same."""
        told, key = self._summary_of(story.lead), tuple(article.id for article in story.articles)
        if told is None or len(key) == 1:
            return told
        if key not in self._additions:
            self._additions[key] = add_sentence(told, story.lead, story.articles[1:], self.config.summary.extractive)
        return self._additions[key]

    def _summary_of(self, article: Article) -> Summary | None:
        """Tells each article once, however many segments it is told to."""
        if article.id not in self._summaries:
            self._summaries[article.id] = summarise(article, self.config.summary.extractive)
        return self._summaries[article.id]


def _since(reports: Sequence[SourceReport], failing: Mapping[str, datetime]) -> tuple[SourceReport, ...]:
    """Since when each is failing; a source without an address does not know it itself."""
    return tuple(replace(r, since=r.since or failing.get(r.name)) if r.error else r for r in reports)


def _undated(articles: Sequence[Article], fresh: Sequence[Article]) -> tuple[Problem, ...]:
    """One problem per source whose entries were left out because they carry no date."""
    kept = {a.id for a in fresh}
    left = Counter(a.source or "a source without a name" for a in articles if a.id not in kept and is_undated(a))
    return tuple(
        Problem(stage="compose", source=name, message=f"{count} entries carry no date, so they cannot be told as news")
        for name, count in sorted(left.items())
    )


def _leads(sections: Sequence[Section]) -> tuple[Article, ...]:
    return tuple(story.lead for section in sections for story in section.stories)


def _length(sections: Sequence[Section]) -> int:
    return sum(len(section.stories) for section in sections)

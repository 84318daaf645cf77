"""Takes a story, gives `StoryBlock`: its lines in the mail, each clean and of bearable length.

Next: briefing/render/footer.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from briefing.model.story import StoryStatus
from briefing.render.clean import clean, cut, host_of, is_visible, safe_link
from briefing.render.words import capitalised, direction_of

if TYPE_CHECKING:
    from briefing.model.article import Article
    from briefing.model.edition import Edition
    from briefing.model.story import Story
    from briefing.render.words import Words

#: Far above what publishers and our own summaries write; only an accident or an attack is ever cut.
_HEADLINE_CHARS, _SUMMARY_CHARS, _NAME_CHARS = 240, 2000, 60
#: Outlets named with a link; the others are counted.
_OUTLETS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Sets one outlet: its name, its article, and the article's language when it is not the frame's ("" otherwise)."""

    name: str
    link: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Sets one sentence of a second outlet.

    Attributes:
        outlet: who says it; `colon` stands between the name and the sentence, with the space its language wants.
        language, direction: as in `StoryBlock`.
    """

    outlet: Outlet
    colon: str
    language: str
    direction: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Sets what is new in a story told before.

    Attributes:
        label: "day 3 · new:", "day 2 · correction:".
        language, direction: as in `StoryBlock`.
        text: a sentence or clause of an outlet, verbatim; "…" stands where it was cut out of its sentence.
        is_told: the summary holds it, so that a story told in full need not say it twice.
    """

    label: str
    language: str
    direction: str
    text: str
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBlock:
    """Sets one story, whether it is told in full or in a line.

    Attributes:
        anchor: id of its headline, "" when nothing points at it.
        link: None when the publisher gave no address that is safe to follow.
        language: what goes into a lang attribute, "" when unknown or the frame's own.
        direction: "rtl" or "ltr" when it is not the frame's, else "".
        label: says that a language model wrote the summary; "" when it is the outlet's own sentences.
        summary: the lead's own sentences, or what a model made of them; addition: what another outlet says beside them.
        news: what is new since the day before; None when the story was not told before.
        place: where; marks: theme, topics and, when nothing says what is new, "day 3"; each at most once.
        others: "+ 4 others"; age: "3 h ago"; both "" when there is nothing to say.
    """

    anchor: str
    headline: str
    link: str | None
    language: str
    direction: str
    place: str
    marks: tuple[str, ...]
    news: News | None
    summary: str
    label: str
    addition: Addition | None
    outlets: tuple[Outlet, ...]
    others: str
    age: str


def block_of(
    story: Story, edition: Edition, words: Words, *, anchor: str = "", known: tuple[str, ...] = ()
) -> StoryBlock:
    """Words one story. What `known` says (the heading above it) is not said again."""
    language, direction = _tongue(story.lead, words)
    place, marks = _kicker(story, words, known)
    outlets = _outlets(story, words)
    other = len(_names(story) - {outlet.name for outlet in outlets})
    return StoryBlock(
        anchor=anchor,
        headline=_headline(story) or words.say("Untitled"),
        link=safe_link(story.lead.url),
        language=language,
        direction=direction,
        place=place,
        marks=marks,
        news=_news(story, words),
        summary=cut(clean(story.summary.own), _SUMMARY_CHARS) if story.summary else "",
        label=words.say("Summary by a language model") if story.summary and story.summary.method == "llm" else "",
        addition=_addition(story, words),
        outlets=outlets,
        others=_unbroken(words.count("+ {n} other", "+ {n} others", other)) if outlets and other > 0 else "",
        age=_unbroken(words.age(story.lead.published, now=edition.built_at)),
    )


def _headline(story: Story) -> str:
    texts = (story.lead.title, story.summary.text if story.summary else "", story.lead.excerpt, story.lead.text)
    return next((cut(line, _HEADLINE_CHARS) for line in map(clean, texts) if is_visible(line)), "")


def _kicker(story: Story, words: Words, known: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    place = words.place(story.region) if story.region else ""
    theme = words.theme(story.theme) if story.theme else ""
    day = _day(story, words) if _news(story, words) is None else ""
    said = {text.casefold() for text in known} | {""}
    fresh: list[str] = []
    for text in (place, theme, *story.topics, day):
        line = cut(clean(text), _NAME_CHARS)
        fresh.append("" if line.casefold() in said else line)
        said.add(line.casefold())
    marks = tuple(mark for mark in fresh[1:] if mark)
    return fresh[0], marks if fresh[0] else (*map(capitalised, marks[:1]), *marks[1:])


def _day(story: Story, words: Words) -> str:
    return words.say("day {n}", n=words.number(story.day)) if story.day > 1 else ""


def _news(story: Story, words: Words) -> News | None:
    text = cut(clean(story.news.text), _SUMMARY_CHARS) if story.news else ""
    article = next((a for a in story.articles if story.news and a.id == story.news.article), None)
    if article is None or not is_visible(text):
        return None
    label = words.say("correction:") if story.status is StoryStatus.CORRECTED else words.say("new:")
    language, direction = _tongue(article, words)
    dated = " · ".join(part for part in (_day(story, words), label) if part)
    told = cut(clean(story.summary.own), _SUMMARY_CHARS) if story.summary and article is story.lead else ""
    return News(label=dated, language=language, direction=direction, text=_clause(text), is_told=text in told)


def _clause(text: str) -> str:
    """A run of words with dots where it begins or ends within a sentence."""
    begun = f"… {text}" if text[0].islower() else text
    return f"{begun.rstrip(',;:')}…" if text[-1].isalnum() or text[-1] in ",;:" else begun


def _addition(story: Story, words: Words) -> Addition | None:
    article, text = _added(story), clean(story.summary.added) if story.summary else ""
    if article is None or not _name(article) or not is_visible(text):
        return None
    language, direction = _tongue(article, words)
    return Addition(
        outlet=_outlet(article, _name(article), words),
        colon=words.say("{outlet}:", outlet=""),
        language=language,
        direction=direction,
        text=cut(text, _SUMMARY_CHARS),
    )


def _added(story: Story) -> Article | None:
    """The article that the summary's last sentence is from, when that is not the lead."""
    if story.summary is None or not story.summary.added:
        return None
    return next((a for a in story.articles[1:] if a.id == story.summary.spans[-1].article), None)


def _tongue(article: Article, words: Words) -> tuple[str, str]:
    """Language and direction of an article, each "" where the frame's own says as much."""
    language = _tag(article.language)
    direction = direction_of(language) if language else words.direction
    return "" if language == words.language else language, "" if direction == words.direction else direction


def _outlet(article: Article, name: str, words: Words) -> Outlet:
    tag = _tag(article.language)
    code = "" if tag.partition("-")[0] == words.language.partition("-")[0] else tag
    return Outlet(name=name, link=safe_link(article.url), language=code)


def _outlets(story: Story, words: Words) -> tuple[Outlet, ...]:
    """Who told the story, first the lead, then who added to it, whose link the text part shows here only."""
    named: dict[str, Outlet] = {}
    added = _added(story)
    for article in (story.lead, *((added,) if added else ()), *story.articles[1:]):
        # Whose words these are must never look as if they were another outlet's.
        name = _name(article) or (words.say("unknown source") if article is story.lead else "")
        if name and name not in named:
            named[name] = _outlet(article, name, words)
    # Never "+ 1 other": the name takes no more room.
    shown = _OUTLETS + 1 if len(_names(story) | named.keys()) == _OUTLETS + 1 else _OUTLETS
    return tuple(named.values())[:shown]


def _names(story: Story) -> frozenset[str]:
    return frozenset(name for article in story.printed if (name := _name(article)))


def _name(article: Article) -> str:
    name = cut(clean(article.source), _NAME_CHARS)
    return name if is_visible(name) else host_of(article.url)


def _unbroken(text: str) -> str:
    """Few words that belong together, on one line."""
    return text.replace(" ", "\u00a0")


def _tag(language: str | None) -> str:
    """The language as a lang attribute takes it (BCP 47), "" for anything else."""
    tag = (language or "").replace("_", "-")
    return tag if tag.isascii() and 2 <= len(tag) <= 12 and tag.replace("-", "").isalnum() else ""

"""Takes a story, gives its `StoryBlock`: its lines in the mail, each clean and of bearable length.

Next: briefing/render/footer.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING

from briefing.model.story import StoryStatus
from briefing.render.blocks import Addition, InlinePicture, News, Outlet, Sentence, StoryBlock
from briefing.render.clean import clean, cut, host_of, is_visible, safe_link, unbroken
from briefing.render.typography import typeset, typeset_headline
from briefing.render.words import capitalised, direction_of

if TYPE_CHECKING:
    from datetime import datetime

    from briefing.model.article import Article
    from briefing.model.picture import Picture
    from briefing.model.story import Story
    from briefing.render.words import Words

#: Far above what publishers and our own summaries write; only an accident or an attack is ever cut.
_HEADLINE_CHARS, _SUMMARY_CHARS, _NAME_CHARS = 240, 2000, 60
#: Languages that put no space between sentences.
_UNSPACED = frozenset({"ja", "zh", "th"})
#: Outlets named with a link; the others are counted.
_OUTLETS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words stories for one edition.

    Attributes:
        now: when the edition was built; ages count from it.
    """

    words: Words
    now: datetime

    def block(self, story: Story, *, anchor: str = "", known: tuple[str, ...] = ()) -> StoryBlock:
        """Words one story. What `known` says (the heading above it) is not said again."""
        words = self.words
        language, direction = _tongue(story.lead, words)
        place, marks = _kicker(story, words, known)
        outlets = _outlets(story, words)
        other = len(_names(story) - {outlet.name for outlet in outlets})
        news = _news(story, words)
        return StoryBlock(
            anchor=anchor,
            rank=story.score.total,
            headline=typeset_headline(_headline(story), story.lead.language) or words.say("Untitled"),
            link=safe_link(story.lead.url),
            language=language,
            direction=direction,
            place=place,
            area=story.region.area if story.region else None,
            marks=marks,
            news=news,
            sentences=_sentences(story),
            gap="" if (story.lead.language or "")[:2] in _UNSPACED else " ",
            label=words.say("Summary by a language model") if story.summary and story.summary.method == "llm" else "",
            addition=_addition(story, words),
            outlets=outlets,
            others=unbroken(words.count("+ {n} other", "+ {n} others", other)) if outlets and other > 0 else "",
            age=unbroken(words.age(story.lead.published, now=self.now)),
            picture=_picture(story, words),
        )


def _headline(story: Story) -> str:
    texts = (story.lead.title, story.summary.text if story.summary else "", story.lead.excerpt, story.lead.text)
    return next((cut(line, _HEADLINE_CHARS) for line in map(clean, texts) if is_visible(line)), "")


def _kicker(story: Story, words: Words, known: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    place = words.place(story.region) if story.region else ""
    theme = words.theme(story.theme) if story.theme else ""
    day = words.say("day {n}", n=words.number(story.day)) if story.day > 1 else ""
    said = {text.casefold() for text in known} | {""}
    fresh: list[str] = []
    for text in (place, theme, *story.topics, day):
        line = _short(text)
        fresh.append("" if line.casefold() in said else line)
        said.add(line.casefold())
    marks = tuple(unbroken(mark) for mark in fresh[1:] if mark)
    return fresh[0], marks if fresh[0] else (*map(capitalised, marks[:1]), *marks[1:])


def _sentences(story: Story) -> tuple[Sentence, ...]:
    """The summary's sentences; generated text has no known ones and is told as a whole."""
    if story.summary is None:
        return ()
    own, language, start = story.summary.own, story.lead.language, 0
    new = clean(story.news.text) if story.news and story.news.article == story.lead.id else ""
    new = new if is_visible(new) else ""  # else there is no `news` to name it by
    texts: list[str] = []
    for span in story.summary.spans:
        if span.article == story.lead.id and start < len(own):
            texts.append(own[start : start + span.end - span.start])
            start += len(texts[-1]) + 1
    if " ".join(texts) != own and "".join(texts).replace(" ", "") != own.replace(" ", ""):
        texts = [own]  # spans that do not add up to the text say nothing about its sentences
    room, sentences = _SUMMARY_CHARS, []
    for text in map(clean, texts):
        if text and room > 0:
            is_new = bool(new) and (new in text or text in new)
            sentences.append(Sentence(text=typeset(cut(text, room), language), is_new=is_new))
            room -= len(text) + 1
    return tuple(sentences)


def _news(story: Story, words: Words) -> News | None:
    text = cut(clean(story.news.text), _SUMMARY_CHARS) if story.news else ""
    article = next((a for a in story.articles if story.news and a.id == story.news.article), None)
    if article is None or not is_visible(text):
        return None
    label = words.say("correction:") if story.status is StoryStatus.CORRECTED else words.say("new:")
    language, direction = _tongue(article, words)
    clause = typeset(_clause(text), article.language)
    return News(label=capitalised(label), language=language, direction=direction, text=clause)


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
        text=typeset(cut(text, _SUMMARY_CHARS), article.language),
    )


def _added(story: Story) -> Article | None:
    """The article that the summary's last sentence is from, when that is not the lead."""
    if story.summary is None or not story.summary.added:
        return None
    return next((a for a in story.articles[1:] if a.id == story.summary.spans[-1].article), None)


def _picture(story: Story, words: Words) -> InlinePicture | None:
    if story.picture is None:
        return None
    outlet = _name(story.lead) or words.say("unknown source")
    return inline(story.picture, alt=words.say("Picture: {outlet}", outlet=outlet))


def inline(picture: Picture, *, alt: str) -> InlinePicture:
    """Names a picture, so that HTML can call for it."""
    # RFC 2392: a Content-ID has the form of an address. The hash makes one part of a picture that two stories share.
    return InlinePicture(name=f"{sha256(picture.content).hexdigest()[:16]}@pictures", alt=alt, picture=picture)


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
    named: dict[str, Article] = {}
    added = _added(story)
    for article in (story.lead, *((added,) if added else ()), *story.articles[1:]):
        # Whose words these are must never look as if they were another outlet's.
        name = _name(article) or (words.say("unknown source") if article is story.lead else "")
        if name:
            named.setdefault(name, article)
    # Never "+ 1 other": the name takes no more room.
    shown = _OUTLETS + 1 if len(_names(story) | named.keys()) == _OUTLETS + 1 else _OUTLETS
    return tuple(_outlet(article, name, words) for name, article in islice(named.items(), shown))


def _names(story: Story) -> frozenset[str]:
    return frozenset(name for article in story.printed if (name := _name(article)))


def _name(article: Article) -> str:
    return _visible_name(article.source) or host_of(article.url)


@lru_cache(maxsize=4096)  # the outlets are the same in every story, and are asked for half a dozen times in each
def _visible_name(source: str | None) -> str:
    name = _short(source)
    return name if is_visible(name) else ""


@lru_cache(maxsize=4096)  # nor are there many places, themes and topics
def _short(text: str | None) -> str:
    return cut(clean(text), _NAME_CHARS)


@lru_cache(maxsize=256)
def _tag(language: str | None) -> str:
    """The language as a lang attribute takes it (BCP 47), "" for anything else."""
    tag = (language or "").replace("_", "-")
    return tag if tag.isascii() and 2 <= len(tag) <= 12 and tag.replace("-", "").isalnum() else ""

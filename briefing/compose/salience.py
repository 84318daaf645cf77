"""Takes a story, gives the names it is about, as its outlets write them: the keywords of a topic that finds more of it.

Next: briefing/services/wishes.py, which makes the topic.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from briefing.compose.knowledge import gazetteer, news_words, spelt
from briefing.compose.sentences import split_sentences
from briefing.compose.words import STOP_WORDS, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.article import Article
    from briefing.model.story import Story

#: Of a story, and of each text: what it is about is said early, and often.
_MOST_ARTICLES, _MOST_CHARS = 8, 4000
#: A name in a headline counts as much as so many mentions.
_TITLED = 3
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W\d_]{2,})*")
#: One to three words that follow each other; more are a title or a list.
_MOST_WORDS = 3


def salient_names(story: Story, *, most: int = 3) -> tuple[str, ...]:
    """The names that its articles share and repeat, the most telling first; at least one.

    Countries and peoples only when there is nothing narrower; of a story without names (in a script without capitals,
    say) the longest words of its headline.
    """
    scores: Counter[str] = Counter()
    written: dict[str, str] = {}
    for article in story.articles[:_MOST_ARTICLES]:
        found = Counter(_names_in(article))
        for name, count in found.items():
            written.setdefault(fold(name), name)
            scores[fold(name)] += min(count, 5) + 2 + _TITLED * (fold(name) in fold(article.title))
    for name in [*scores]:
        # "Keller" speaks for "Ada Keller".
        longer = [other for other in scores if other != name and f" {name} " in f" {other} "]
        if longer:
            scores[max(longer, key=lambda other: scores[other])] += scores.pop(name)
    own = {fold(outlet) for outlet in story.outlets}
    ranked = sorted((name for name in scores if name not in own), key=lambda name: (_is_country(name), -scores[name]))
    narrow = [written[name] for name in ranked if not _is_country(name)]
    return tuple((narrow or [written[name] for name in ranked])[:most]) or longest_words(story.lead.title, most)


def _names_in(article: Article) -> Iterator[str]:
    """Runs of words with a capital that the text never writes small; what opens a sentence may just be a word."""
    text = f"{article.text or article.excerpt or ''}"[:_MOST_CHARS]
    small = {fold(word) for word in _WORD.findall(text) if word[0].islower()}
    openings = {start for start, _ in split_sentences(text, article.language)}
    run: list[re.Match[str]] = []
    for found in _WORD.finditer(text):
        if run and (text[run[-1].end() : found.start()] != " " or not _is_name(found[0], small)):
            yield from _named(run, openings)
            run = []
        if _is_name(found[0], small):
            run.append(found)
    yield from _named(run, openings)


def _named(run: list[re.Match[str]], openings: set[int]) -> Iterator[str]:
    if run and not (len(run) == 1 and run[0].start() in openings) and len(run) <= _MOST_WORDS:
        yield " ".join(found[0] for found in run)


def _is_name(word: str, small: set[str]) -> bool:
    folded = fold(word)
    common = folded in small or folded in STOP_WORDS or folded in _calendar()
    return word[0].isupper() and len(word) > 1 and not common


@cache
def _calendar() -> frozenset[str]:
    """Days and months, which English and German write like names."""
    listed = (cues.get(key, "") for cues in news_words().values() for key in ("days", "months"))
    return frozenset(fold(name) for names in listed for name in re.split(r"[\s,]+", names) if name)


def _is_country(name: str) -> bool:
    """Whether it is a country or its people, of which there is news every day."""
    book = gazetteer()
    meaning = book.capital.get(spelt(name)) or book.any_case.get(spelt(name))
    return meaning is not None and meaning.kind in {"names", "peoples", "adjectives"}


def longest_words(title: str, most: int) -> tuple[str, ...]:
    """The longest words of a headline, or all of it; at least one."""
    words = [word for word in dict.fromkeys(_WORD.findall(title)) if fold(word) not in STOP_WORDS]
    return tuple(sorted(words, key=len, reverse=True)[:most]) or (title.strip() or "?",)

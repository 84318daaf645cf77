from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from random import Random

import pytest

from briefing.collect.dumps import read_dump
from briefing.collect.unwrapping import unwrapped
from briefing.model.article import Article
from briefing.model.source import SavedFile
from tests.collect import dump_words as words
from tests.collect.dump_shapes import SHAPES
from tests.collect.samples import PARAGRAPHS

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
CHROME = re.compile(
    "|".join(
        re.escape(said)
        for told in (words.AD, words.READ_ALSO, words.RELATED, words.READ_ON, words.SHOW_RELATED)
        for said in told.values()
    )
    + "|app-?store|logo|show more|show less|hashtags|background|"
    + "|".join(re.escape(said) for told in (words.TOOLS, words.EXCERPT) for lines in told.values() for said in lines),
    re.IGNORECASE,
)
#: The lists of a digest belong to its main article, so that its text is more than its sentences.
LISTS = "front pages"


def found_in(text: str) -> tuple[Article, ...]:
    return read_dump(text, saved=SavedFile(name="page.txt", content=b"", captured_at=NOW))


def without(text: str, sentences: Iterable[str]) -> str:
    for sentence in sentences:
        text = text.replace(sentence, "", 1)
    return text.strip()


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_its_articles_whatever_they_say(shape: str, language: str) -> None:
    for seed in range(4):
        dump = SHAPES[shape](Random(f"{shape} {language} {seed}"), language)
        found = found_in(dump.text)
        titles = [told.title for told in dump.told]
        assert [a.title for a in found] == (titles if dump.has_main_title else ["", *titles[1:]])
        for number, (article, told) in enumerate(zip(found, dump.told, strict=True)):
            assert article.source == told.source or not (dump.has_source and article.title)
            assert not dump.has_body or without(article.text, told.sentences) == "" or (shape, number) == (LISTS, 0)
            assert not dump.has_body or all(sentence in article.text for sentence in told.sentences)
            assert CHROME.search(article.text) is None
            assert not told.is_dated or day_of(article) == told.day
            assert article.confidence is not None
            assert article.confidence > (0.7 if article.title and article.text else 0.3)


def day_of(article: Article) -> date | None:
    at = article.published.at
    return at.date() if isinstance(at, datetime) else at


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_page_that_lies_with_another_host_gives_the_same_articles(language: str) -> None:
    dump = SHAPES["article page"](Random(language), language)
    elsewhere = dump.text.replace("logo\n", "logo\npreview.aggregator.example\n", 1)
    assert [(a.id, a.title) for a in found_in(elsewhere)] == [(a.id, a.title) for a in found_in(dump.text)]


AWKWARD = {
    "ends with a full stop": "{}.",
    "mentions a day": "{}, 3 May 2025",
    "is all quotation": "“{}!”",
    "is shouted": "{}!",
    "is long": "{}: {}",
}


@pytest.mark.parametrize("shape", ["numbered with counters", "page-level outlet", "feed reader", "cut teasers"])
@pytest.mark.parametrize("form", AWKWARD.values(), ids=AWKWARD)
def test_a_title_is_known_by_its_place_when_it_does_not_look_like_one(shape: str, form: str) -> None:
    dump = SHAPES[shape](Random(3), "en")
    odd = dump.told[1].title
    changed = form.format(odd, odd.lower())
    found = found_in(dump.text.replace(odd, changed))
    assert [a.title for a in found] == [told.title.replace(odd, changed) for told in dump.told]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_sentences_of_a_dump_that_was_wrapped_are_whole(language: str) -> None:
    dump = SHAPES["hashtag page"](Random(1), language)
    lines = (wrapped(line, 76) if len(line) > 76 else line for line in dump.text.split("\n"))
    found = found_in("\n".join(lines))
    assert [a.title for a in found] == [told.title for told in dump.told]
    assert all(s in article.text for article, told in zip(found, dump.told, strict=True) for s in told.sentences)


def wrapped(text: str, width: int) -> str:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


TITLE = "The ferry to Lindholm sails again, eleven days after a storm had torn its ramp off the quay of the old harbour"


@pytest.mark.parametrize("width", [64, 72, 80])
def test_a_title_that_was_wrapped_is_one_title(width: int) -> None:
    text = "\n\n".join(wrapped(paragraph, width) for paragraph in (TITLE, *PARAGRAPHS))
    (article,) = read_dump(text, saved=SavedFile(name="page.txt", content=b"", captured_at=NOW))
    assert (article.title, article.text) == (TITLE, "\n".join(PARAGRAPHS))


@pytest.mark.parametrize("text", ["", "\n\n", "one\ntwo\nthree", "\n".join(["A line that ends here."] * 9), "x" * 90])
def test_a_text_that_nobody_wrapped_stays_as_it_is(text: str) -> None:
    assert unwrapped(text) == text

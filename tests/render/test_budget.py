from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from briefing.errors import RenderError
from briefing.model.article import Span, Summary
from briefing.model.edition import Counts
from briefing.model.settings import Look
from briefing.render.budget import HTML_BYTES, LINK_BYTES, fit
from briefing.render.links import UNSUBSCRIBE_URL
from briefing.render.mjml import render_edition
from tests.render.samples import SENDER, crowd

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.model.story import Story
    from briefing.render.templates import Templates


#: A story of `crowd` told in its first sentence.
ONE = 20 + len("The first sentence says what happened, where it happened, and who says that it did.")


def fitted(edition: Edition, limit: int) -> Edition:
    """What of an edition fits, when a story told weighs as much as its text and one in brief 10."""
    return fit(edition, render=lambda candidate: candidate, weigh=weight, limit=limit)


def weight(edition: Edition) -> int:
    told = [story.summary.text if story.summary else "" for section in edition.sections for story in section.stories]
    return sum(map(len, told)) + 20 * len(told) + 10 * len(edition.brief) + 100


def sentences(edition: Edition) -> int:
    return sum(len(s.summary.spans) for section in edition.sections for s in section.stories if s.summary)


def test_an_edition_that_fits_is_left_alone() -> None:
    edition = crowd(5)
    assert fitted(edition, 10_000) is edition


def test_third_sentences_go_first_and_then_second_ones() -> None:
    edition = crowd(30)
    whole = weight(edition)
    assert sentences(fitted(edition, whole - 1)) == 60
    assert sentences(fitted(edition, whole - 30 * 88)) == 30
    shorter = fitted(edition, whole - 1)
    for story, before in zip(shorter.stories, edition.stories, strict=True):
        assert story.summary is not None
        assert before.summary is not None
        assert before.summary.text.startswith(story.summary.text)
        assert story.summary.text.endswith(".")


def test_what_a_second_outlet_adds_goes_before_the_leads_second_sentence() -> None:
    def with_addition(story: Story) -> Story:
        assert story.summary is not None
        spans = (*story.summary.spans[:2], Span(article="other", start=7, end=12))
        return replace(story, summary=replace(story.summary, text=f"{text_of(story, 2)} More.", spans=spans))

    def text_of(story: Story, count: int) -> str:
        assert story.summary is not None
        return story.summary.text[: story.summary.spans[count - 1].end]

    edition = crowd(30)
    sections = tuple(replace(s, stories=tuple(map(with_addition, s.stories))) for s in edition.sections)
    edition = replace(edition, sections=sections)
    shorter = fitted(edition, weight(edition) - 1)
    for story, before in zip(shorter.stories, edition.stories, strict=True):
        assert story.summary is not None
        assert before.summary is not None
        assert (before.summary.added, story.summary.added) == ("More.", "")
        assert story.summary.text == before.summary.own == text_of(before, 2)


def test_the_least_important_stories_move_to_the_brief_next() -> None:
    edition = crowd(60)
    shorter = fitted(edition, 100 + 50 * ONE + 10 * 10)
    assert len(shorter.brief) == 10
    assert len(shorter.stories) == 60
    assert [story.id for story in shorter.brief] == [story.id for story in edition.stories[50:]]
    assert (shorter.counts.told, shorter.counts.brief, shorter.counts.cut) == (50, 10, 0)


def test_what_is_left_out_in_the_end_is_counted() -> None:
    edition = replace(crowd(60), counts=Counts(cut=7))
    shorter = fitted(edition, 100 + 24 * ONE + 10 * 10)
    assert (len(shorter.stories), len(shorter.brief)) == (34, 10)
    assert shorter.counts.cut == 7 + 26
    assert shorter.stories == fitted(edition, 100 + 24 * ONE + 10 * 10).stories


def test_at_the_worst_only_the_best_stories_are_left() -> None:
    edition = crowd(60)
    shorter = fitted(edition, 100 + 3 * ONE)
    assert [story.id for story in shorter.stories] == [story.id for story in edition.stories[:3]]
    assert shorter.counts.cut == 57


@pytest.mark.parametrize("count", [1, 23, 24, 25, 90])
def test_whatever_the_limit_the_mail_comes_as_close_to_it_as_it_can(count: int) -> None:
    edition = crowd(count)
    for limit in range(100, weight(edition), max(1, weight(edition) // 40)):
        shorter = fitted(edition, limit)
        assert weight(shorter) <= limit
        assert len(shorter.stories) + shorter.counts.cut == count


def test_generated_text_has_no_known_sentences_and_stays_whole() -> None:
    edition = crowd(30)
    generated = Summary(text="One. Two. Three.", method="llm")
    stories = tuple(replace(story, summary=generated) for story in edition.sections[0].stories)
    edition = replace(edition, sections=(replace(edition.sections[0], stories=stories), *edition.sections[1:]))
    shorter = fitted(edition, weight(edition) - 1)
    assert {s.summary.text for s in shorter.sections[0].stories if s.summary} == {"One. Two. Three."}


def test_a_frame_that_never_fits_is_the_templates_fault() -> None:
    with pytest.raises(RenderError, match="without a story"):
        fitted(crowd(3), 99)


@pytest.mark.parametrize("count", [1, 8, 40, 150, 500])
def test_the_mail_fits_and_can_be_left_whatever_the_day_brings(count: int, templates: Templates) -> None:
    rendered = render_edition(crowd(count), look=Look(), sender=SENDER, templates=templates)
    assert len(rendered.html.encode()) <= HTML_BYTES - LINK_BYTES
    assert UNSUBSCRIBE_URL in rendered.html
    assert ("did not fit in" in rendered.html) == ("did not fit in" in rendered.text) == (count == 500)

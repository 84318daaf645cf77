from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from briefing.errors import RenderError
from briefing.model.article import Span, Summary
from briefing.model.settings import Look
from briefing.model.story import Novelty, Story, StoryStatus
from briefing.render.budget import HTML_BYTES, LINK_BYTES, TOLD, Shortening
from briefing.render.links import UNSUBSCRIBE_URL
from briefing.render.mjml import render_edition
from briefing.render.sheet import Sheet, make_sheet, with_stories
from briefing.render.templates import load_templates
from briefing.render.words import words_in
from tests.render.samples import SENDER, crowd

if TYPE_CHECKING:
    from pathlib import Path

    from briefing.model.edition import Edition
    from briefing.render.blocks import StoryBlock
    from briefing.render.templates import Templates

FRAME, STORY, LINE = 100, 20, 10


class Letters:
    """Scales on which a story told weighs as much as its text and 20, and one in a line 10."""

    def weigh(self, story: StoryBlock) -> int:
        """Told in full."""
        return STORY + len(story.summary) + (len(story.addition.text) if story.addition else 0)

    def weigh_line(self, _: StoryBlock) -> int:
        """Told in a line."""
        return LINE


def weight(sheet: Sheet) -> int:
    return FRAME + sum(map(Letters().weigh, sheet.told)) + LINE * len(sheet.brief)


def sheet_of(edition: Edition, templates: Templates) -> Sheet:
    return make_sheet(edition, look=Look(), sender=SENDER, words=words_in("en", templates))


def fitted(whole: Sheet, limit: int, templates: Templates) -> Sheet:
    """What of a sheet fits, as `render_edition` finds it."""
    sheet, shortening = whole, Shortening(whole, Letters())
    while weight(sheet) > limit and shortening.save(weight(sheet) - limit):
        sheet = with_stories(whole, shortening.told, shortening.brief, words=words_in("en", templates))
    return sheet


def lengths(sheet: Sheet) -> list[int]:
    return [len(story.sentences) for story in sheet.told]


def anchors(stories: tuple[StoryBlock, ...]) -> list[str]:
    return [story.anchor for story in stories]


def test_the_lowest_story_gives_its_last_sentence_first(templates: Templates) -> None:
    whole = sheet_of(crowd(5), templates)
    assert lengths(fitted(whole, weight(whole) - 1, templates)) == [3, 3, 3, 3, 2]
    sentence = len(whole.told[0].sentences[2].text) + 1
    assert lengths(fitted(whole, weight(whole) - 3 * sentence, templates)) == [3, 3, 2, 2, 2]


def test_second_sentences_go_when_no_third_one_is_left(templates: Templates) -> None:
    whole = sheet_of(crowd(3), templates)
    third, second = (len(whole.told[0].sentences[n].text) + 1 for n in (2, 1))
    assert lengths(fitted(whole, weight(whole) - 3 * third - second, templates)) == [2, 2, 1]


def test_what_is_left_of_a_summary_is_its_beginning(templates: Templates) -> None:
    whole = sheet_of(crowd(30), templates)
    for shorter, before in zip(fitted(whole, weight(whole) // 2, templates).told, whole.told, strict=True):
        assert before.summary.startswith(shorter.summary)
        assert shorter.summary.endswith(".")


def test_what_a_second_outlet_adds_goes_before_the_leads_second_sentence(templates: Templates) -> None:
    def with_addition(story: Story) -> Story:
        assert story.summary is not None
        spans = (*story.summary.spans[:2], Span(article="other", start=7, end=12))
        text = story.summary.text.split(". ")
        summary = replace(story.summary, text=f"{text[0]}. {text[1]}. More.", spans=spans)
        return replace(story, articles=(story.lead, replace(story.lead, id="other", source="Other")), summary=summary)

    edition = crowd(4)
    sections = tuple(replace(s, stories=tuple(map(with_addition, s.stories))) for s in edition.sections)
    whole = sheet_of(replace(edition, sections=sections), templates)
    assert all(story.addition for story in whole.told)
    shorter = fitted(whole, weight(whole) - 4 * len("More."), templates)
    assert [(len(story.sentences), story.addition) for story in shorter.told] == [(2, None)] * 4


def test_what_is_new_is_said_by_itself_when_its_sentence_goes(templates: Templates) -> None:
    edition = crowd(1)
    story = edition.stories[0]
    assert story.summary is not None
    news = Novelty(text=story.summary.text.split(". ")[1], article=story.lead.id, start=0, end=1)
    told = replace(story, status=StoryStatus.DEVELOPING, day=2, news=news)
    sections = (replace(edition.sections[0], stories=(told,)),)
    whole = sheet_of(replace(edition, sections=sections), templates)
    assert whole.told[0].unsaid is None
    unsaid = fitted(whole, FRAME + 1, templates).told
    assert unsaid == ()
    assert whole.told[0].shortened(2).unsaid is None
    said = whole.told[0].shortened(1).unsaid
    assert said is not None
    assert news.text in said.text


def test_the_least_important_stories_move_to_the_brief_next(templates: Templates) -> None:
    whole = sheet_of(crowd(60), templates)
    one = STORY + len(whole.told[0].sentences[0].text)
    shorter = fitted(whole, FRAME + 50 * one + 10 * LINE, templates)
    assert anchors(shorter.told) == anchors(whole.told[:50])
    assert anchors(shorter.brief) == anchors(whole.told[50:])
    assert (shorter.count, shorter.left_out, shorter.more) == ("60 stories", 0, "")


def test_what_is_left_out_in_the_end_is_counted(templates: Templates) -> None:
    whole = sheet_of(replace(crowd(60), counts=replace(crowd(60).counts, cut=7)), templates)
    one = STORY + len(whole.told[0].sentences[0].text)
    shorter = fitted(whole, FRAME + TOLD * one + 10 * LINE, templates)
    assert (len(shorter.told), len(shorter.brief), shorter.left_out) == (TOLD, 10, 7 + 26)
    assert anchors(shorter.brief) == anchors(whole.told[TOLD : TOLD + 10])
    assert shorter.more == "Read 33 more stories in the browser"


def test_at_the_worst_only_the_best_stories_are_left(templates: Templates) -> None:
    whole = sheet_of(crowd(60), templates)
    one = STORY + len(whole.told[0].sentences[0].text)
    shorter = fitted(whole, FRAME + 3 * one, templates)
    assert anchors(shorter.told) == anchors(whole.told[:3])
    assert shorter.left_out == 57


@pytest.mark.parametrize("count", [1, 23, 24, 25, 90])
def test_whatever_the_limit_no_story_is_lost_without_being_counted(count: int, templates: Templates) -> None:
    whole = sheet_of(crowd(count), templates)
    sizes = []
    for limit in range(FRAME, weight(whole), max(1, weight(whole) // 40)):
        shorter = fitted(whole, limit, templates)
        assert weight(shorter) <= limit
        assert len(shorter.told) + len(shorter.brief) + shorter.left_out == count
        sizes.append(weight(shorter))
    assert sizes == sorted(sizes)


def test_generated_text_has_no_known_sentences_and_stays_whole(templates: Templates) -> None:
    edition = crowd(30)
    generated = Summary(text="One. Two. Three.", method="llm")
    stories = tuple(replace(story, summary=generated) for story in edition.sections[0].stories)
    sections = (replace(edition.sections[0], stories=stories), *edition.sections[1:])
    whole = sheet_of(replace(edition, sections=sections), templates)
    least = FRAME + sum(map(Letters().weigh, (story.shortened(1) for story in whole.told)))
    shorter = fitted(whole, least, templates)
    assert len(shorter.told) == 30
    assert {story.summary for story in shorter.sections[0].stories} == {"One. Two. Three."}


def test_a_frame_that_never_fits_is_the_templates_fault(tmp_path: Path) -> None:
    (tmp_path / "masthead.mjml.j2").write_text("<p>" + "A very long greeting. " * 5000 + "</p>")
    with pytest.raises(RenderError, match="without a story; shorten the templates"):
        render_edition(crowd(3), look=Look(), sender=SENDER, templates=load_templates(tmp_path))


@pytest.mark.parametrize("count", [1, 8, 40, 150, 500])
def test_the_mail_fits_and_can_be_left_whatever_the_day_brings(count: int, templates: Templates) -> None:
    rendered = render_edition(crowd(count), look=Look(), sender=SENDER, templates=templates)
    size = len(rendered.html.encode())
    assert size <= HTML_BYTES - LINK_BYTES
    assert size > 88_000 or count < 150, "room was given away"
    assert UNSUBSCRIBE_URL in rendered.html
    assert ("more stories in the browser" in rendered.html) == (count == 500)
    assert ("more stories" in rendered.text) == (count == 500)

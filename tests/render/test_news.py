"""A story that comes back says under its headline which day it is and what is new, in the frame's language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from briefing.model.article import Span, Summary
from briefing.model.settings import Look
from briefing.model.story import Novelty, Story, StoryStatus
from briefing.render.links import fill_html, fill_text
from briefing.render.mjml import render_edition
from briefing.render.sheet import make_sheet
from briefing.render.wording import Wording
from briefing.render.words import words_in
from tests.make import article, edition, story
from tests.render.samples import LINKS, SENDER

if TYPE_CHECKING:
    from briefing.model.edition import Edition
    from briefing.render.blocks import StoryBlock
    from briefing.render.templates import Templates

TEXT = "The toll rose to 23 <on Monday> & may rise."
LEAD = article("Ferry sinks off Marindel", text=f"A ferry sank. {TEXT}")


def back(status: StoryStatus = StoryStatus.DEVELOPING, **fields: object) -> Story:
    news = Novelty(text=TEXT, article=LEAD.id, start=14, end=14 + len(TEXT))
    return replace(story(LEAD), status=status, day=3, news=news, **fields)  # type: ignore[arg-type]


def block_of(one: Edition, language: str, templates: Templates) -> StoryBlock:
    return Wording(words=words_in(language, templates), now=one.built_at).block(one.stories[0])


def printed(one: Edition, templates: Templates) -> tuple[str, str]:
    rendered = render_edition(one, look=Look(), sender=SENDER, templates=templates)
    return fill_html(rendered.html, LINKS), fill_text(rendered.text, LINKS)


@pytest.mark.parametrize(
    ("language", "new", "corrected"),
    [
        ("en", "day 3 · New:", "day 3 · Correction:"),
        ("fr", "jour 3 · Du nouveau :", "jour 3 · Rectification :"),
        ("de", "Tag 3 · Neu:", "Tag 3 · Berichtigung:"),
        ("es", "día 3 · Novedad:", "día 3 · Rectificación:"),
        ("it", "giorno 3 · Novità:", "giorno 3 · Rettifica:"),
        ("nl", "dag 3 · Nieuw:", "dag 3 · Rectificatie:"),
        ("pt", "dia 3 · Novidade:", "dia 3 · Correção:"),
    ],
)
def test_every_frame_says_the_day_and_what_is_new(
    language: str, new: str, corrected: str, templates: Templates
) -> None:
    for status, label in ((StoryStatus.DEVELOPING, new), (StoryStatus.CORRECTED, corrected)):
        block = block_of(edition(back(status), language=language), language, templates)
        assert block.news is not None
        assert f"{block.marks[-1]} · {block.news.label}".replace("\u00a0", " ") == label
        assert block.news.text == TEXT


def test_both_parts_say_it_below_the_headline_and_escape_it(templates: Templates) -> None:
    html, text = printed(edition(back()), templates)
    assert f"\n  New: {TEXT}\n" in text
    assert "The toll rose to 23 &lt;on Monday&gt; &amp; may rise." in html
    assert html.index("<h3") < html.index(">New:</b>") < html.index("The toll rose")


def test_a_story_told_in_a_line_says_it_too(templates: Templates) -> None:
    html, text = printed(edition(story(), brief=(back(StoryStatus.CORRECTED),)), templates)
    assert f"Correction: {TEXT}" in " ".join(text.split())
    assert ">Correction:</b>" in html


def test_the_day_stands_beside_place_and_theme_whether_or_not_anything_is_new(templates: Templates) -> None:
    for one in (edition(back()), edition(replace(back(), news=None))):
        assert block_of(one, "en", templates).marks[-1] == "day\u00a03"


def test_a_phrase_in_another_language_says_which(templates: Templates) -> None:
    arabic = replace(LEAD, language="ar")
    one = edition(replace(back(), articles=(arabic,)))
    news = block_of(one, "en", templates).news
    assert news is not None
    assert (news.language, news.direction) == ("ar", "rtl")


@pytest.mark.parametrize("news", [{"text": " \u200b "}, {"article": "elsewhere"}], ids=["unseen", "of no article"])
def test_a_phrase_that_says_nothing_is_left_out(news: dict[str, str], templates: Templates) -> None:
    whole = back()
    assert whole.news is not None
    one = edition(replace(whole, news=replace(whole.news, **news)))  # type: ignore[arg-type]
    assert block_of(one, "en", templates).news is None


def test_a_correction_on_the_day_itself_needs_no_day(templates: Templates) -> None:
    block = block_of(edition(replace(back(), day=1)), "en", templates)
    assert block.news is not None
    assert (block.news.label, block.marks) == ("New:", ())


def test_reading_it_takes_time(templates: Templates) -> None:
    long = Novelty(text="word " * 300, article=LEAD.id, start=0, end=1)
    one = edition(replace(back(), news=long))
    sheet = make_sheet(one, look=Look(), sender=SENDER, words=words_in("en", templates))
    assert sheet.reading == "2 minutes"


def test_what_the_summary_holds_is_marked_there_and_not_said_twice(templates: Templates) -> None:
    spans = (Span(start=0, end=13, article=LEAD.id), Span(start=14, end=14 + len(TEXT), article=LEAD.id))
    summary = Summary(text=f"A ferry sank. {TEXT}", method="ranked", spans=spans)
    html, text = printed(edition(back(summary=summary)), templates)
    assert f"\n  A ferry sank. New: {TEXT}\n" in text
    assert text.count("The toll rose") == html.partition("<h3")[2].count("The toll rose") == 1
    marked = html.partition('class="tint"')[2].partition("</span>")[0]
    assert "New:</b> The toll rose" in marked
    assert "A ferry sank" not in marked


@pytest.mark.parametrize("language", [None, "ar"])
def test_the_label_of_a_marked_sentence_speaks_the_frames_language(language: str | None, templates: Templates) -> None:
    lead = replace(LEAD, language=language)
    summary = Summary(text=TEXT, method="ranked", spans=(Span(start=14, end=14 + len(TEXT), article=LEAD.id),))
    html, _ = printed(edition(replace(back(summary=summary), articles=(lead,))), templates)
    label = html.partition('class="tint"')[2].partition("New:")[0].rpartition("<b")[2]
    assert ('lang="en" dir="ltr"' in label) == (language == "ar")


@pytest.mark.parametrize(
    ("phrase", "set_as"),
    [
        ("cancelling 34 flights.", "… cancelling 34 flights."),
        ("The board rejected the offer,", "The board rejected the offer…"),
        ("Four were seized three days earlier in", "Four were seized three days earlier in…"),
        ("« C'est fini. »", "« C'est fini. »"),
    ],
)
def test_a_clause_shows_that_its_sentence_goes_on(phrase: str, set_as: str, templates: Templates) -> None:
    lead = article("Ferry sinks", text=phrase)
    news = Novelty(text=phrase, article=lead.id, start=0, end=len(phrase))
    one = edition(replace(story(lead), status=StoryStatus.DEVELOPING, day=2, news=news))
    block = block_of(one, "en", templates)
    assert block.news is not None
    assert block.news.text.replace("\u00a0", " ") == set_as

"""A reader can tell what a language model wrote from what an outlet wrote, in the language of the frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from briefing.model.article import Summary
from briefing.model.edition import Problem
from briefing.model.settings import Look
from briefing.render.mjml import RenderedEdition, render_edition
from tests import make
from tests.render.samples import SENDER

if TYPE_CHECKING:
    from briefing.render.templates import Templates

GENERATED = Summary(text="Ferries are back after nine days.", method="llm")
LABELS = {
    "en": "Summary by a language model",
    "fr": "Résumé par un modèle de langage",
    "de": "Zusammenfassung von einem Sprachmodell",
    "es": "Resumen de un modelo de lenguaje",
    "it": "Sintesi di un modello linguistico",
    "nl": "Samenvatting door een taalmodel",
    "pt": "Resumo de um modelo de linguagem",
}


def printed(templates: Templates, summary: Summary | None, language: str = "en", *problems: Problem) -> RenderedEdition:
    edition = replace(make.edition(make.story(summary=summary)), language=language, problems=problems)
    return render_edition(edition, look=Look(), sender=SENDER, templates=templates)


@pytest.mark.parametrize("language", LABELS)
def test_generated_text_is_labelled_in_both_parts(language: str, templates: Templates) -> None:
    rendered = printed(templates, GENERATED, language)
    assert GENERATED.text in rendered.html
    assert f">{LABELS[language]}</p>" in rendered.html
    assert f"  {GENERATED.text}\n  [{LABELS[language]}]\n" in rendered.text


@pytest.mark.parametrize("summary", [Summary(text="Ferries are back.", method="ranked"), None], ids=["own", "none"])
def test_an_outlets_own_sentences_bear_no_label(summary: Summary | None, templates: Templates) -> None:
    rendered = printed(templates, summary)
    assert LABELS["en"] not in rendered.html + rendered.text


def test_the_label_speaks_the_frames_language_not_the_articles(templates: Templates) -> None:
    rendered = printed(templates, GENERATED, "fr")
    label = next(line for line in rendered.html.replace("<p", "\n<p").splitlines() if LABELS["fr"] in line)
    assert 'class="soft"' in label
    assert "lang=" not in label


def test_the_footer_says_that_summaries_are_missing_and_blames_no_outlet(templates: Templates) -> None:
    refused = Problem(stage="summarise", source="The Harbour Post", message="(number)")
    broken = Problem(stage="collect", source="De Post", message="is empty")
    said = " ".join(printed(templates, None, "en", refused).text.split())
    assert "Not every summary could be written by a language model;" in said
    assert "Incomplete" not in said
    both = " ".join(printed(templates, None, "en", refused, broken).text.split())
    assert "Incomplete: De Post. Not every summary could be written" in both
    assert "Not every summary" not in printed(templates, None, "en", broken).text

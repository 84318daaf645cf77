"""What MRML lets through unseen, npm's mjml names: our filled templates must pass its strictest validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from benchmarks.email.cells import SENDER
from benchmarks.email.drawings import draw
from benchmarks.email.mornings import invent_morning
from benchmarks.email.npm_mjml import NpmMjml, has_npm_mjml
from benchmarks.email.verdicts import CURE
from briefing.model.edition import Edition
from briefing.model.picture import Picture, PictureSize
from briefing.model.settings import Look
from briefing.render.mjml import set_mjml
from briefing.render.setting import Setter
from briefing.render.sheet import make_sheet
from briefing.render.wording import inline
from briefing.render.words import words_in
from tests.render.samples import english_morning, french_morning

if TYPE_CHECKING:
    from briefing.render.templates import Templates

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not has_npm_mjml(), reason=f"needs npm's mjml: {CURE}"),
]
LOGO = draw(PictureSize.SMALL, 1)


@pytest.fixture(scope="module")
def npm() -> Iterator[NpmMjml]:
    with NpmMjml() as running:
        yield running


def mjml_of(
    edition: Edition, templates: Templates, look: Look, *, logo: Picture | None = None, is_page: bool = False
) -> str:
    words = words_in(edition.language, templates)
    sheet = make_sheet(edition, look=look, sender=SENDER, words=words)
    setter = Setter(look=look, words=words, templates=templates, logo=inline(logo, alt=sheet.name) if logo else None)
    return set_mjml(sheet, setter, is_page=is_page)


@pytest.mark.parametrize(
    ("edition", "look", "logo"),
    [
        pytest.param(french_morning(), Look(), None, id="fr"),
        pytest.param(english_morning(), Look(), None, id="en with every odd case"),
        pytest.param(replace(english_morning(), sections=(), sources=()), Look(), None, id="without a story"),
        pytest.param(french_morning(), Look(density="compact"), None, id="compact"),
        pytest.param(invent_morning(40, "fr", with_pictures=True), Look(images="all"), LOGO, id="fr with everything"),
        pytest.param(invent_morning(40, "ar"), Look(), None, id="ar from right to left"),
        pytest.param(
            invent_morning(40, "ar", with_pictures=True),
            Look(images="all", density="compact"),
            LOGO,
            id="ar with everything, compact",
        ),
        pytest.param(invent_morning(150, "hi"), Look(font="\"Noto Serif\", 'Georgia'"), None, id="hi, another font"),
    ],
)
def test_our_mjml_passes_the_strictest_validation(
    edition: Edition, look: Look, logo: Picture | None, npm: NpmMjml, templates: Templates
) -> None:
    said = npm.render(mjml_of(edition, templates, look, logo=logo))
    assert said.errors == ()
    assert said.bytes > 5_000


def test_the_page_of_the_archive_passes_too(npm: NpmMjml, templates: Templates) -> None:
    assert npm.render(mjml_of(french_morning(), templates, Look(), is_page=True)).errors == ()


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("<mj-nonsense>x</mj-nonsense>", "mj-nonsense"),
        ('<mj-text nonsense="1">x</mj-text>', "nonsense"),
        ('<mj-text color="not-a-colour">x</mj-text>', "not-a-colour"),
        ("<mj-section></mj-section>", "mj-section"),
    ],
    ids=["unknown tag", "unknown attribute", "no colour", "misplaced child"],
)
def test_it_is_a_validation_that_finds_what_mrml_lets_through(wrong: str, complaint: str, npm: NpmMjml) -> None:
    source = f"<mjml><mj-body><mj-section><mj-column>{wrong}</mj-column></mj-section></mj-body></mjml>"
    assert any(complaint in error for error in npm.render(source).errors)

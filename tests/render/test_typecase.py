"""Editions that are set together look as if each were set alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from briefing.model.edition import Edition
from briefing.model.settings import Look
from briefing.render.mjml import render_edition, set_edition
from briefing.render.page import set_page
from briefing.render.templates import Templates
from briefing.render.typecase import Typecase
from tests.render.front_pages import LOOK, front_page
from tests.render.samples import SENDER


def segments() -> list[Edition]:
    """Editions in three languages that share stories: in full, in the brief, and left out."""
    whole = front_page("en")
    first, *rest = whole.sections
    cut = replace(whole, segment="en-1", sections=(first,), left_out=tuple(s for one in rest for s in one.stories))
    later = replace(cut, segment="en-2", built_at=cut.built_at + timedelta(hours=5))
    return [whole, cut, later, *(replace(cut, segment=f"{tongue}-1", language=tongue) for tongue in ("fr", "ar")), cut]


def typecase(templates: Templates, look: Look = LOOK) -> Typecase:
    return Typecase(look=look, sender=SENDER, templates=templates)


def test_mails_and_pages_of_one_typecase_are_those_set_alone(templates: Templates) -> None:
    shared = typecase(templates)
    for edition in segments():
        alone = {"look": LOOK, "sender": SENDER, "templates": templates}
        assert edition.left_out or edition.segment == "default"
        assert set_edition(edition, shared) == render_edition(edition, **alone)  # type: ignore[arg-type]  # as above
        assert set_page(edition, shared) == set_page(edition, typecase(templates))


def test_a_line_is_worded_once_for_all_editions_of_a_language(templates: Templates) -> None:
    shared = typecase(templates)
    _, cut, later, french, *_ = segments()
    lines = shared.lines(cut.left_out, cut)
    again = shared.lines(cut.left_out, replace(cut, segment="en-9"))
    assert all(one is other for one, other in zip(lines, again, strict=True))
    assert shared.lines(cut.left_out, french) != lines
    assert shared.lines(cut.left_out, later) != lines

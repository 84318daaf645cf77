from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from briefing.errors import RenderError
from briefing.model.settings import Look
from briefing.render.mjml import render_edition
from briefing.render.templates import check_syntax, find_strangers, load_templates, variables_of
from tests.render.samples import SENDER, english_morning

if TYPE_CHECKING:
    from pathlib import Path

    from briefing.render.mjml import RenderedEdition


def render(folder: Path) -> RenderedEdition:
    return render_edition(english_morning(), look=Look(), sender=SENDER, templates=load_templates(folder))


def test_shipped_templates_are_the_same_value_every_time() -> None:
    assert load_templates() == load_templates()
    assert {"edition.mjml.j2", "edition.txt.j2"} <= dict(load_templates().sources).keys()


def test_a_catalogue_is_the_same_whenever_it_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    compiled = set()
    for day in (21, 22):
        with time_machine.travel(datetime(2026, 11, day, tzinfo=UTC), tick=False):
            # Another comment: what is known of one text is not asked twice.
            words = f'# On the {day}th.\nmsgid ""\nmsgstr ""\n\nmsgid "Unsubscribe"\nmsgstr "Afmeld"\n'
            (tmp_path / "locales" / "da.po").write_text(words)
            compiled.add(dict(load_templates(tmp_path).catalogues)["da"])
    assert len(compiled) == 1


def test_a_folder_replaces_templates_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "footer.mjml.j2").write_text('<p><a href="{{ unsubscribe_url }}">Leave {{ sheet.name }}</a></p>')
    rendered = render(tmp_path)
    assert "Leave The Morning" in rendered.html
    assert "At a glance" in rendered.html
    assert "At a glance" in rendered.text


def test_a_folder_may_bring_a_language(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "sv.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "At a glance"\nmsgstr "I korthet"\n',
        "utf-8",
    )
    shipped = dict(load_templates().catalogues)
    assert dict(load_templates(tmp_path).catalogues).keys() == {*shipped, "sv"}
    assert "sv" not in shipped


def test_a_frame_that_runs_from_right_to_left_has_nothing_running_the_other_way(tmp_path: Path) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / "locales" / "ar.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "At a glance"\nmsgstr "لمحة"\n', "utf-8"
    )
    edition = replace(english_morning(), language="ar")
    html = render_edition(edition, look=Look(), sender=SENDER, templates=load_templates(tmp_path)).html
    visible = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    assert '<html lang="ar" dir="rtl"' in html
    assert "لمحة" in html
    assert re.findall(r"direction:\s*ltr|text-align:\s*left|align=.left", visible) == []
    assert '<h3 id="s2" lang="ja" dir="ltr"' in html


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("edition.mjml.j2", "<mjml>\n{% if %}", r"^edition\.mjml\.j2:2: "),
        ("edition.mjml.j2", "<mjml>\n\n{{ sheet.nmae }}", r"^edition\.mjml\.j2:3: .*nmae"),
        ("footer.mjml.j2", "\n{{ 1 / 0 }}", r"^footer\.mjml\.j2:2: division by zero"),
        ("footer.mjml.j2", "{{ sheet.name|nofilter }}", r"^footer\.mjml\.j2:1: .*nofilter"),
        ("masthead.mjml.j2", "{% include 'lost.j2' %}", r"^lost\.j2: no such template"),
        ("footer.mjml.j2", "<p>unclosed", r"^edition\.mjml\.j2: is not well-formed MJML"),
        ("edition.txt.j2", "a\n{{ sheet.footer.nothing }}", r"^edition\.txt\.j2:2: "),
    ],
)
def test_an_error_in_a_template_names_file_and_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(RenderError, match=message):
        render(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("edition.mjml.j2", b"caf\xe9", "edition.mjml.j2: is not UTF-8 at byte 3"),
        ("locales/sv.po", b'msgid "x"\nmsgstr "y"\nhello\n', "sv.po:"),
        ("locales/not a language.po", b"", "not a language.po: is not named after a language"),
        ("locales/xx.po", b"", "xx.po: is not named after a language"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / "locales").mkdir()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RenderError, match=message):
        load_templates(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="no such folder"):
        load_templates(tmp_path / "lost")


@pytest.mark.parametrize(
    ("files", "strangers"),
    [
        ({}, ()),
        ({"footer.mjml.j2": "mine"}, ()),
        ({"foter.mjml.j2": "mine"}, (("foter.mjml.j2", "footer.mjml.j2"),)),
        ({"Footer.mjml.j2": "mine", "zzz.j2": ""}, (("Footer.mjml.j2", "footer.mjml.j2"), ("zzz.j2", None))),
        ({"footer.mjml.j2": "{% include 'mine.j2' %}", "mine.j2": "x"}, ()),
        ({"footer.mjml.j2": "{% from 'mine.j2' import x %}", "mine.j2": "{% macro x() %}{% endmacro %}"}, ()),
        ({"footer.mjml.j2": "{% include sheet.name %}", "mine.j2": "x"}, ()),
        ({"footer.mjml.j2": "{% include 'zzz.j2'", "zzz.j2": "x"}, (("zzz.j2", None),)),
        ({"notes.txt": "mine", "footer.mjml.j2.orig": "old"}, ()),
    ],
    ids=["none", "ours", "slip", "case", "included", "imported", "worked out", "unreadable", "not templates"],
)
def test_a_template_that_changes_nothing_is_found(
    tmp_path: Path, files: dict[str, str], strangers: tuple[tuple[str, str | None], ...]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert find_strangers(tmp_path) == strangers


def test_a_slip_in_a_template_is_found_before_it_is_filled(tmp_path: Path) -> None:
    check_syntax(load_templates())
    (tmp_path / "footer.mjml.j2").write_text("<p>\n{% endif %}", "utf-8")
    with pytest.raises(RenderError, match=r"^footer\.mjml\.j2:2: "):
        check_syntax(load_templates(tmp_path))


def test_the_names_that_a_template_expects_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text(
        "{% from 'b.j2' import one, two as three %}{% set x = sheet.y %}"
        "{% for z in look %}{{ loop.index }}{{ z|f }}{% endfor %}{{ one(x) }}{{ three() }}{{ range(3) }}",
        "utf-8",
    )
    (tmp_path / "b.j2").write_text(
        "{% macro one(block) %}{{ block }}{{ light.ink }}{% endmacro %}{{ one(1) }}", "utf-8"
    )
    found = variables_of(load_templates(tmp_path))
    assert (found["a.j2"], found["b.j2"]) == (("look", "sheet"), ("light",))

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.config.demo import demo_files
from briefing.config.first import Answers, first_config
from briefing.config.load import load_text
from briefing.config.machine import guess_language, guess_zone

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = Path("config.yaml")
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@pytest.mark.slow
@given(name=NAMES, topics=st.lists(NAMES))
def test_a_first_config_is_good_whatever_was_answered(name: str, topics: list[str]) -> None:
    source = {"feed": "https://a.example/f#x", "name": name}
    text = first_config(Answers(name=name, language="fr", zone="Asia/Tokyo", topics=tuple(topics), sources=(source,)))
    config = load_text(text, PATH, environ={})
    assert (config.briefing.name, config.briefing.language, config.briefing.timezone) == (name, "fr", "Asia/Tokyo")
    assert [topic.keywords for topic in config.topics] == [(topic,) for topic in dict.fromkeys(topics)]
    assert [(found.location, found.name) for found in config.sources] == [("https://a.example/f#x", name)]


def test_without_answers_it_is_good_as_well() -> None:
    config = load_text(first_config(Answers()), PATH, environ={})
    assert (config.briefing.name, config.topics, len(config.sources)) == ("Morning Briefing", (), 1)


@pytest.mark.parametrize(
    ("environ", "link", "named", "zone"),
    [
        ({"TZ": "Asia/Tokyo"}, "/usr/share/zoneinfo/Europe/Paris", None, "Asia/Tokyo"),
        ({"TZ": ":/usr/share/zoneinfo/Asia/Tokyo"}, None, None, "Asia/Tokyo"),
        ({"TZ": "CET-1CEST"}, "/usr/share/zoneinfo/Europe/Paris", None, "Europe/Paris"),
        ({}, "../usr/share/zoneinfo/posix/America/Argentina/Ushuaia", None, "America/Argentina/Ushuaia"),
        ({}, None, "Europe/Lisbon\n", "Europe/Lisbon"),
        ({}, "/somewhere/else", "\x00", "UTC"),
        ({}, None, None, "UTC"),
    ],
)
def test_the_zone_is_the_machines(
    tmp_path: Path, environ: Mapping[str, str], link: str | None, named: str | None, zone: str
) -> None:
    if link is not None:
        (tmp_path / "localtime").symlink_to(link)
    if named is not None:
        (tmp_path / "timezone").write_text(named)
    assert guess_zone(environ, etc=tmp_path) == zone


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LC_ALL": "de_DE", "LANG": "fr"}, "de"),
        ({"LC_ALL": "C", "LANG": "pt_BR"}, "pt"),
        ({"LANG": "sv_SE"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_the_owners_where_the_frame_speaks_it(environ: Mapping[str, str], language: str) -> None:
    assert guess_language(environ) == language


def test_the_demo_is_the_shipped_config_with_what_it_names() -> None:
    names = [name for name, _ in demo_files()]
    assert names[:3] == ["config.yaml", "docs/config.schema.json", "docs/sample-readers.csv"]
    assert [name for name, _ in demo_files(news_only=True)] == names[3:]
    assert len(names) > 20

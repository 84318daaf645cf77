from __future__ import annotations

import os
import pty
import shutil
import subprocess
import threading
import unicodedata
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from briefing.model.settings import Look
from briefing.model.story import Area
from briefing.render.links import fill_text
from briefing.render.mjml import render_edition
from briefing.render.text import WIDTH, columns
from tests.render.samples import (
    CONFLICT,
    HARBOUR,
    LINKS,
    MAIL_ONLY,
    SENDER,
    UKRAINE,
    Voice,
    crowd,
    english_morning,
    french_morning,
    placed,
    told,
    under,
)

if TYPE_CHECKING:
    from pathlib import Path

    from briefing.model.edition import Edition
    from briefing.render.links import ReaderLinks
    from briefing.render.templates import Templates


def asian_morning(language: str) -> Edition:
    """Three scripts with each their own way of breaking lines, in a frame of one's choice."""
    arabic = told(
        "إعادة فتح ثلاثة موانئ على البحر الأسود بعد اتفاق على تفتيش السفن عند مدخل المضيق",
        "غادرت أولى السفن ميناء بيفديني مساء السبت برفقة كاسحتي ألغام، والاتفاق صالح لستين يومًا.",
        by=(Voice(source="صحيفة الميناء", language="ar", host="mina.example"), HARBOUR),
        region=UKRAINE,
        theme=CONFLICT,
        rank=5,
        copies=4,
    )
    hindi = told(
        "काला सागर के तीन बंदरगाह फिर से खुल गए और पहले जहाज शनिवार की शाम को रवाना हो चुके हैं",
        "मुख्यमंत्री ने कहा कि समझौता साठ दिनों के लिए मान्य है और इसमें निरीक्षण का प्रावधान भी है।",
        by=(Voice(source="बंदरगाह समाचार", language="hi", host="bandar.example"),),
        region=UKRAINE,
        rank=4,
    )
    japanese = told(
        "北海道の漁港、十年ぶりに再開",
        "土曜の朝、最初の船が港を出た。漁協は「来年の水揚げを三割増」と見込み、冬のあいだに市場の建物と氷の倉庫を新しくする計画を立てている。",
        by=(Voice(source="北の海新聞", language="ja", host="kita.example"),),
        region=placed("JP", "Japan", Area.ASIA),
        rank=3,
    )
    sections = (under(Area.EUROPE, arabic, hindi), under(Area.ASIA, japanese))
    return replace(french_morning(), language=language, sections=sections)


MORNINGS = {
    "fr": french_morning(),
    "en": english_morning(),
    **{language: asian_morning(language) for language in ("ar", "hi", "ja")},
}


def text_of(edition: Edition, templates: Templates, links: ReaderLinks = LINKS) -> str:
    return fill_text(render_edition(edition, look=Look(), sender=SENDER, templates=templates).text, links)


def plainly_wide(line: str) -> int:
    """Columns from Unicode's own tables, without any rule of ours."""
    shown = [char for char in line if unicodedata.category(char) not in {"Mn", "Me", "Cf"}]
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown)


def squeezed(text: str) -> str:
    """Without spaces, and however it writes what can be written in two ways."""
    return "".join(unicodedata.normalize("NFD", text).split())


@pytest.mark.parametrize("language", MORNINGS)
def test_the_text_part_has_every_headline_summary_and_link(language: str, templates: Templates) -> None:
    text = text_of(MORNINGS[language], templates)
    flat = squeezed(text)
    for story in MORNINGS[language].stories:
        assert squeezed(story.lead.title) in flat
        for said in (story.summary.own, story.summary.added) if story.summary else ():
            assert squeezed(said) in flat
        if story.lead.url and not story.lead.url.startswith("javascript"):
            assert f"    {story.lead.url}" in text.splitlines()
    assert f"  {LINKS.unsubscribe}" in text.splitlines()
    assert "&#" not in text
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize("language", MORNINGS)
def test_no_line_but_an_address_is_wider_than_a_terminal(language: str, templates: Templates) -> None:
    for line in text_of(MORNINGS[language], templates).splitlines():
        assert max(columns(line), plainly_wide(line)) <= WIDTH or "://" in line
        assert line == line.rstrip()


def test_a_story_is_told_in_the_order_a_reader_asks(templates: Templates) -> None:
    lines = text_of(french_morning(), templates).replace("\u00a0", " ").splitlines()
    begun = [place for place, line in enumerate(lines) if line.startswith("Un vaccin contre la dengue")][-1]
    assert lines[begun + 1].startswith("  Thaïlande · santé · il y a 5 h")
    assert lines[begun + 2] == ""
    assert lines[begun + 3].startswith("  L’essai a suivi douze mille enfants")
    outlet = lines.index("  La Gazette du Nord", begun)
    assert lines[outlet + 1] == "    https://gazette-nord.example/2026/11/22/un-vaccin-contre-la"
    assert lines[outlet + 2 : outlet + 4] == ["  L’Écho", "    https://echo.example/2026/11/22/un-vaccin-contre-la"]


def test_an_address_is_said_once_in_a_story(templates: Templates) -> None:
    text = text_of(french_morning(), templates)
    for story in french_morning().stories:
        assert text.count(f"{story.lead.url}\n") == 1


def test_the_areas_are_counted_in_words(templates: Templates) -> None:
    text = text_of(french_morning(), templates).replace("\u00a0", " ")
    assert "Europe 3 · Asie 2 · Moyen-Orient 1 · Afrique 1 · Amérique latine 1" in text.splitlines()
    assert "▇" not in text


def test_what_did_not_fit_can_be_read_where_the_archive_is(templates: Templates) -> None:
    lines = text_of(french_morning(), templates).splitlines()
    more = next(place for place, line in enumerate(lines) if "11 autres" in line)
    assert lines[more + 1] == f"  {LINKS.archive}"


def test_what_needs_a_page_is_not_told_to_a_reader_without_one(templates: Templates) -> None:
    text = text_of(french_morning(), templates, MAIL_ONLY)
    assert "11 autres" not in text
    assert "https://news.example" not in text
    assert f"  {MAIL_ONLY.unsubscribe_mail}" in text.splitlines()
    assert "\n\n\n\n" not in text


def test_without_pages_it_is_still_said_that_stories_are_missing(templates: Templates) -> None:
    offline = replace(SENDER, public_url=None)
    rendered = render_edition(french_morning(), look=Look(), sender=offline, templates=templates)
    lines = fill_text(rendered.text, MAIL_ONLY).splitlines()
    assert any("11 autres" in line for line in lines)


def test_a_day_of_one_story_has_no_index_and_no_count_of_areas(templates: Templates) -> None:
    text = text_of(replace(crowd(1), brief=()), templates)
    assert "At a glance" not in text
    assert "Europe 1" not in text


@pytest.mark.system
@pytest.mark.skipif(shutil.which("w3m") is None, reason="needs w3m: sudo make system")
@pytest.mark.parametrize("language", MORNINGS)
def test_w3m_shows_every_line_as_it_is(language: str, templates: Templates) -> None:
    text = text_of(MORNINGS[language], templates)
    command = ["w3m", "-dump", "-cols", "80", "-T", "text/plain", "-I", "UTF-8", "-O", "UTF-8"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    shown = subprocess.run(command, input=text.encode(), env=environment, capture_output=True, check=True).stdout
    assert_shown(MORNINGS[language], shown.decode())
    assert [*map(squeezed, shown.decode().splitlines())] == [*map(squeezed, text.splitlines())]


@pytest.mark.system
@pytest.mark.skipif(shutil.which("mutt") is None, reason="needs mutt: sudo make system")
@pytest.mark.parametrize("language", MORNINGS)
def test_mutt_shows_every_headline(language: str, templates: Templates, tmp_path: Path) -> None:
    text = text_of(MORNINGS[language], templates)
    message = EmailMessage()
    message["From"], message["Subject"] = "matin@news.example", "Le Matin"
    message.set_content(text, cte="quoted-printable")
    (tmp_path / "box").write_bytes(b"From matin@news.example Sun Nov 22 05:40:00 2026\n" + bytes(message) + b"\n")
    shown = tmp_path / "shown"
    (tmp_path / "rc").write_text(f'set display_filter="tee {shown}"\nset folder={tmp_path}\n')
    in_a_terminal(["mutt", "-n", "-F", str(tmp_path / "rc"), "-R", "-f", str(tmp_path / "box")], tmp_path)
    assert_shown(MORNINGS[language], shown.read_text("utf-8"))


def assert_shown(edition: Edition, shown: str) -> None:
    flat = squeezed(shown)
    assert [story.lead.title for story in edition.stories if squeezed(story.lead.title) not in flat] == []


def in_a_terminal(command: list[str], home: Path) -> None:
    """Runs mutt, opens the first message, leaves again."""
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", "LC_ALL": "C.UTF-8", "HOME": str(home)}
    program = [*command, "-e", 'push "<display-message><exit><exit>"']
    run = subprocess.Popen(program, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True)
    os.close(theirs)

    def swallow() -> None:
        with suppress(OSError):  # the terminal is gone when mutt is
            while os.read(ours, 65536):
                pass

    reader = threading.Thread(target=swallow)
    reader.start()
    try:
        assert run.wait(timeout=20) == 0
    finally:
        run.kill()
        run.wait()
        reader.join(timeout=20)
        os.close(ours)

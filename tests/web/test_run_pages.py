from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from briefing.errors import StoreError
from briefing.model.colours import contrast
from briefing.model.delivery import DeliveryStatus
from briefing.model.run import Figures, Run
from briefing.web.charts import HEIGHT
from briefing.web.run_pages import COLOURS, MOST_RUNS, charts_of
from tests.fakes import MemoryRuns
from tests.render.browser import Screen, needs_chromium, open_browser
from tests.web.browser import Answer
from tests.web.stage import Workbench

Status = DeliveryStatus
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["Begun (UTC)", "Seconds", "Articles", "Stories", "Readers", "Sent", "Deferred", "Failed", "Other", "Problems"]
HOSTILE = "<script>alert(1)</script> \"&' </svg></table>"


def run(number: int = 0, **changes: object) -> Run:
    """A report on the edition of so many days later."""
    day = date(2026, 11, 1) + timedelta(days=number)
    began = datetime(2026, 11, 1, 6, 50, tzinfo=UTC) + timedelta(days=number)
    usual = Run(
        edition=day,
        started_at=began,
        finished_at=began + timedelta(minutes=20),
        seconds={"collect": 12.5 + number, "stories": 3.25, "deliver": 20.0},
        figures=Figures(sources=40, failed_sources=1, articles=1200 + number, duplicates=30, stories=310, segments=2),
        audience=1010,
        counts={Status.SENT: 1000, Status.DEFERRED: 3, Status.FAILED: 2, Status.SUPPRESSED: 4, Status.MISSED: 1},
        problems=("Example Post: timed out",),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # a test names fields that there are


def page_of(*runs: Run, broken: StoreError | None = None) -> Answer:
    return Workbench(runs=MemoryRuns({each.edition: each for each in runs}, broken)).get("/runs")


def cells(page: Answer) -> list[dict[str, str]]:
    """Each row of the table, by the names of its columns; what can be opened is open."""
    rows = re.findall(r'<tr role="row"><th scope="row" role="rowheader">(.*?)</th>(.*?)</tr>', page.text, re.DOTALL)
    found = []
    for edition, rest in rows:
        named = re.findall(r'<td role="cell"(?: class="\w+")? data-name="(.*?)">(.*?)</td>', rest, re.DOTALL)
        texts = {name: unescape(re.sub(r"<[^>]+>", "|", inner)) for name, inner in named}
        found.append({"Edition": edition, **{n: "|".join(filter(None, t.split("|"))) for n, t in texts.items()}})
    return found


def drawings(page: Answer) -> list[ET.Element]:
    """Every chart, read as strictly as XML is."""
    return [ET.fromstring(svg) for svg in re.findall(r"<svg .*?</svg>", page.text, re.DOTALL)]


def test_the_table_says_what_the_reports_say_the_newest_first() -> None:
    odd = run(1, seconds={}, figures=Figures(), audience=0, counts={}, problems=("nothing to send", "b"))
    page = page_of(run(0), odd)
    assert page.status == 200
    assert cells(page) == [
        {
            "Edition": "2026-11-02",
            "Begun (UTC)": "2026-11-02 06:50",
            "Seconds": "0.0",
            "Problems": "2|nothing to send|b",
        }
        | dict.fromkeys(NAMES[2:9], "0"),
        {
            "Edition": "2026-11-01",
            "Begun (UTC)": "2026-11-01 06:50",
            "Seconds": "35.8|collect 12.5, stories 3.2, deliver 20.0",
            "Articles": "1,200",
            "Stories": "310",
            "Readers": "1,010",
            "Sent": "1,000",
            "Deferred": "3",
            "Failed": "2",
            "Other": "5|4 suppressed, 1 missed",
            "Problems": "1|Example Post: timed out",
        },
    ]
    assert all(list(row) == ["Edition", *NAMES] for row in cells(page))


def test_a_month_of_editions_is_shown() -> None:
    page = page_of(*map(run, range(MOST_RUNS + 5)))
    assert [row["Edition"] for row in cells(page)] == [
        f"{date(2026, 11, 1) + timedelta(days=number)}" for number in range(MOST_RUNS + 4, 4, -1)
    ]


def test_the_beginning_is_told_in_utc() -> None:
    began = datetime(2026, 11, 1, 7, 50, tzinfo=timezone(timedelta(hours=1)))
    assert cells(page_of(run(started_at=began)))[0]["Begun (UTC)"] == "2026-11-01 06:50"


def test_each_chart_is_well_formed_named_and_described() -> None:
    seconds, news, mail = drawings(page_of(run(0), run(1)))
    for svg, title in ((seconds, "Seconds per stage"), (news, "Articles and stories"), (mail, "Messages sent, defer")):
        named = {element.get("id"): element.text or "" for element in svg if element.get("id")}
        label, description = (named[key] for key in (svg.get("aria-labelledby") or "").split())
        assert (svg.get("role"), label.startswith(title)) == ("img", True)
        assert "from 2026-11-01 to 2026-11-02" in description
    ids = [element.get("id") for svg in (seconds, news, mail) for element in svg.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 6


def test_the_bars_of_an_edition_add_up_to_what_its_row_says() -> None:
    reports = [run(number) for number in range(7)]
    svgs = drawings(page_of(*reports))
    charts = charts_of(reports[::-1])
    for report in reports:
        mail = sum(report.counts[status] for status in (Status.SENT, Status.DEFERRED, Status.FAILED))
        told = (sum(report.seconds.values()), report.figures.articles + report.figures.stories, mail)
        for svg, chart, total in zip(svgs, charts, told, strict=True):
            labelled = [(bar.findtext(f"{SVG}title") or "", bar) for bar in svg.iter(f"{SVG}rect")]
            bars = [bar for label, bar in labelled if label.startswith(f"{report.edition}, ")]
            heights = sum(float(bar.get("height") or "nan") for bar in bars)
            assert heights / HEIGHT * chart.top == pytest.approx(total, rel=1e-3)


def test_the_oldest_edition_is_on_the_left() -> None:
    (svg, *_) = drawings(page_of(run(0), run(1), run(2)))
    bars = sorted(svg.iter(f"{SVG}rect"), key=lambda bar: float(bar.get("x") or "nan"))
    assert [(bar.findtext(f"{SVG}title") or "")[:10] for bar in bars[::3]] == ["2026-11-01", "2026-11-02", "2026-11-03"]


def test_stages_keep_the_order_of_work_whichever_editions_had_them() -> None:
    reports = (run(2), run(1, seconds={"collect": 1.0, "generate": 9.0}), run(0, seconds={}))
    (seconds, *_) = charts_of(reports)
    assert [series.name for series in seconds.series] == ["collect", "stories", "deliver", "generate"]
    assert [series.values for series in seconds.series] == [
        *((0, 1.0, 14.5), (0, 0, 3.25), (0, 0, 20.0), (0, 9.0, 0)),
    ]


def test_more_stages_than_colours_are_still_drawn() -> None:
    many = {f"stage {number}": 1.0 for number in range(COLOURS + 3)}
    page = page_of(run(seconds=many))
    used = set(re.findall(r'<rect class="c(\d+)"', page.text))
    assert used <= set(map(str, range(COLOURS)))
    assert all(f"--c{number}:" in page.text for number in used)


def test_before_the_first_edition_that_is_said() -> None:
    page = page_of()
    assert (page.status, "No edition was sent yet." in page.text) == (200, True)
    assert ("<svg" in page.text, "<table" in page.text) == (False, False)


def test_a_database_that_cannot_be_read_is_said_to_be_so() -> None:
    page = page_of(run(), broken=StoreError("the disk is <full>"))
    assert (page.status, "the disk is &lt;full&gt;" in page.text) == (503, True)


def test_hostile_words_stay_words() -> None:
    page = page_of(run(problems=(HOSTILE,), seconds={HOSTILE: 2.0}))
    (row,) = cells(page)
    assert row["Problems"] == f"1|{HOSTILE}"
    assert "<script" not in page.text
    assert (page.text.count("</svg>"), page.text.count("</table>")) == (3, 1)
    assert any(HOSTILE in (bar.findtext(f"{SVG}title") or "") for bar in drawings(page)[0].iter(f"{SVG}rect"))


def test_the_page_loads_and_runs_nothing_and_the_preview_leads_to_it() -> None:
    page = page_of(run())
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", page.text) == ["/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_bars_and_small_print_can_be_told_from_the_ground(scheme: str) -> None:
    blocks = re.findall(r":root \{[^}]*\}", page_of(run()).text)
    found = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", blocks[scheme == "dark"]))
    assert len(found) == COLOURS + 4
    # WCAG 2.2 §1.4.11 asks 3 : 1 of graphics, §1.4.3 asks 4.5 : 1 of text.
    asked = {name: 3.0 for name in found if name.startswith("c")} | {"ink": 4.5, "soft": 4.5}
    assert [name for name, least in asked.items() if contrast(found[name], found["ground"]) < least] == []


@pytest.mark.slow
@pytest.mark.system
@needs_chromium
def test_nothing_leaves_the_window_and_every_figure_is_seen_at_any_width() -> None:
    many = [run(n, audience=1_000_000, counts={Status.SENT: 999_998, Status.FAILED: 2}) for n in range(MOST_RUNS)]
    html = page_of(*many, run(MOST_RUNS, problems=("x" * 400, HOSTILE))).text
    with open_browser() as browser:
        for width in (320, 600, 860, 1280):
            for scheme in ("light", "dark"):
                facts = browser.facts(html, Screen(width=width, scheme=scheme))
                assert (width, facts["scroll"]) == (width, 0)
                texts = facts["texts"]
                assert [text["said"] for text in texts if text["right"] > width or text["left"] < 0] == []
                assert sum("999,998" in text["said"] for text in texts) == MOST_RUNS - 1

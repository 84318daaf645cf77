"""Uses the preview as a person does: in a browser, with a mouse or with the keyboard alone."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from briefing.cli.lasting import answering
from briefing.cli.previewing import Looker, make_rehearsal, make_tuning, watching
from briefing.model.archived import ArchivedEdition
from briefing.web.preview import Backstage, preview_app
from briefing.wiring.preview import Studio
from tests.cli.conftest import CONFIG, FEED, NOW
from tests.render.browser import CHROMIUM, needs_chromium

AXE = Path(__file__).parents[2] / "var/email-tools/node_modules/axe-core/axe.min.js"
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: sudo make system")
pytestmark = [pytest.mark.slow, pytest.mark.system, needs_chromium]
TOPICS = (
    "topics:   # what people come to change\n  - {name: Ferries, keywords: [ferry], boost: 1.5}   # since the storm\n"
)
#: An edit is on the screen after this many seconds.
SOON_S = 1.0


@dataclass(frozen=True)
class Stage:
    """A preview on a port of this machine."""

    folder: Path
    url: str

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "news").mkdir()
    (tmp_path / "mine").mkdir()
    (tmp_path / "news/harbour.xml").write_text(FEED)
    (tmp_path / "config.yaml").write_text(CONFIG + "templates: mine/\n" + TOPICS)
    studio = Studio(path=tmp_path / "config.yaml", out=tmp_path / "out", moment=datetime.fromisoformat(NOW))
    rehearsal = make_rehearsal(studio)
    looker, over = Looker(studio, rehearsal), threading.Event()
    backstage = Backstage(
        rehearsal=rehearsal,
        archive=lambda: studio.archive,
        articles=lambda: studio.articles,
        runs=lambda: studio.runs,
        token="a token of this test",
        is_over=over.is_set,
        read_again=looker.read_again,
        tuning=make_tuning(studio, rehearsal),
    )
    kept = ArchivedEdition(
        date=datetime(2026, 11, 21, tzinfo=UTC).date(),
        title="A quay is mended",
        language="en",
        built_at=datetime(2026, 11, 21, 6, tzinfo=UTC),
    )
    studio.open_database()
    assert studio.archive is not None
    studio.archive.keep(kept, "<!doctype html><title>x</title><p>Mended</p>")
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        answering(preview_app(backstage), listening),
        watching(looker),
    ):
        # Made in that thread: in this one the browser has its event loop.
        while rehearsal.scene.proofs is None:
            time.sleep(0.02)
        yield Stage(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}")
        over.set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which no script may fail."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(10_000)
    yield opened
    context.close()
    assert faults == []


def colour_of_the_mail(page: Page) -> str:
    frame = page.frame_locator("#mail")
    found: str = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    return found


def test_every_toggle_changes_what_is_seen(page: Page, stage: Stage) -> None:
    page.goto(stage.url)
    mail = page.locator("#mail")
    for width in (320, 390, 600):
        page.click(f"#width-{width}")
        expect(page.locator(f"#width-{width}")).to_have_attribute("aria-current", "true")
        box = mail.bounding_box()
        assert box is not None
        assert box["width"] == width
    grounds = {}
    for scheme in ("light", "dark"):
        page.click(f"#scheme-{scheme}")
        expect(page.locator(f"#scheme-{scheme}")).to_have_attribute("aria-current", "true")
        grounds[scheme] = colour_of_the_mail(page)
    assert grounds["light"] != grounds["dark"]
    page.click("#images-off")
    page.click("#style-dropped")
    expect(page.locator("#style-dropped")).to_have_attribute("aria-current", "true")
    assert page.frame_locator("#mail").locator("style").count() == 0
    for show, words in (("text", "Ferries return"), ("headers", "List-Unsubscribe"), ("source", "quoted-printable")):
        page.click(f"#show-{show}")
        expect(page.locator("#mail")).to_contain_text(words)
    assert "show=source" in page.url
    page.go_back()
    expect(page.locator("#show-headers")).to_have_attribute("aria-current", "true")


def soon(page: Page, words: str) -> float:
    """Seconds until the page says it by itself."""
    began = time.monotonic()
    expect(page.locator("#main")).to_contain_text(words, timeout=10_000)
    return time.monotonic() - began


def test_an_edit_is_on_the_screen_within_a_second(page: Page, stage: Stage) -> None:
    page.goto(stage.url)
    page.click("details summary >> nth=0")
    page.mouse.wheel(0, 300)
    stage.config.write_text(stage.config.read_text().replace("The Morning Post", "The Evening Post"))
    assert soon(page, "The Evening Post") < SOON_S
    expect(page.locator("details[open]")).to_have_count(1)
    (stage.folder / "mine/masthead.mjml.j2").write_text("<h1>Another head</h1>")
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("Another head", timeout=SOON_S * 1000)


@pytest.mark.parametrize(
    ("name", "broken", "where", "cure"),
    [
        ("config.yaml", "sectoins: {by: theme}\n", "config.yaml:10:1", 'did you mean "sections"?'),
        ("mine/footer.mjml.j2", "{% if %}", "footer.mjml.j2:1", "Expected an expression"),
    ],
    ids=["config", "template"],
)
def test_a_broken_edit_stands_above_the_last_good_edition_until_it_is_repaired(  # noqa: PLR0917 - a case has four parts
    page: Page, stage: Stage, name: str, broken: str, where: str, cure: str
) -> None:
    page.goto(stage.url)
    file = stage.folder / name
    good = file.read_text() if file.exists() else ""
    file.write_text(good + broken)
    fault = page.locator(".fault")
    expect(fault).to_contain_text(cure)
    expect(fault).to_contain_text(where)
    expect(fault.locator("mark")).to_contain_text(broken.strip())
    expect(page.frame_locator("#mail").locator("body")).to_contain_text("Ferries return")
    file.write_text(good or "<mj-section><mj-column><mj-text>Foot</mj-text></mj-column></mj-section>")
    expect(page.locator(".fault")).to_have_count(0)


def test_a_story_is_muted_from_the_page_and_comes_back(page: Page, stage: Stage) -> None:
    before = stage.config.read_text()
    page.goto(stage.url)
    page.locator("li", has_text="Ferries return").get_by_role("button", name="Mute").click()
    expect(page.locator(".diff .new", has_text="mute: true")).to_have_count(1)
    expect(page.locator("#counts")).to_contain_text("1 dropped")
    assert stage.config.read_text() == before
    page.click("#write")
    expect(page.get_by_role("status").filter(has_text="Written")).to_have_count(1)
    assert {"# what people come to change", "# since the storm"} <= set(_comments(stage.config.read_text()))
    page.click("#way-edition")
    expect(page.locator("#main")).not_to_contain_text("Ferries return")
    page.click("#way-topics")
    page.click("#undo")
    expect(page.get_by_role("status").filter(has_text="Undone")).to_have_count(1)
    assert stage.config.read_text() == before
    page.click("#way-edition")
    expect(page.locator("#main")).to_contain_text("Ferries return")


def _comments(text: str) -> list[str]:
    return ["#" + line.partition("#")[2] for line in text.splitlines() if "#" in line]


def press(page: Page, key: str, until: str, most: int = 120) -> None:
    """Presses a key until the element is focused."""
    for _ in range(most):
        if page.evaluate("id => document.activeElement && document.activeElement.id === id", until):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{until} cannot be reached with {key}")


def test_a_topic_is_added_with_the_keyboard_alone(page: Page, stage: Stage) -> None:
    page.goto(stage.url)
    press(page, "Tab", "way-topics")
    page.keyboard.press("Enter")
    page.wait_for_url("**/topics")
    press(page, "Tab", "new-name")
    page.keyboard.type("Light")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("lighthouse, lens")
    expect(page.locator("#new-count")).to_contain_text("1 of today's stories")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/topics/save")
    press(page, "Tab", "write")
    page.keyboard.press("Enter")
    page.wait_for_url("**/topics?told=written")
    assert "keywords: [lighthouse, lens]" in stage.config.read_text()
    expect(page.locator("summary", has_text="Light")).to_contain_text("1 story today")


def test_toggles_and_drawers_work_with_the_keyboard_and_keep_the_focus(page: Page, stage: Stage) -> None:
    page.goto(stage.url)
    press(page, "Tab", "width-390")
    page.keyboard.press("Enter")
    expect(page.locator("#width-390")).to_have_attribute("aria-current", "true")
    expect(page.locator("#width-390")).to_be_focused()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("details[open]")).to_contain_text("voices")


def test_what_is_half_written_is_not_thrown_away(page: Page, stage: Stage) -> None:
    page.goto(stage.url + "/topics")
    page.fill("#new-name", "Half a na")
    stage.config.write_text(stage.config.read_text().replace("The Morning Post", "The Evening Post"))
    expect(page.locator("#progress")).to_contain_text("The edition has changed")
    assert page.input_value("#new-name") == "Half a na"


def test_a_page_from_elsewhere_can_write_nothing(page: Page, stage: Stage) -> None:
    before = stage.config.read_text()
    page.goto(stage.url)
    token = page.locator("input[name=token]").first.input_value()
    form = f'<form method=post action="{stage.url}/topics/remove"><input name=token value="{token}">'
    page.goto("data:text/html," + form + "<input name=topic value=Ferries><button>Win a prize</button></form>")
    with page.expect_response("**/topics/remove") as answer:
        page.click("button")
    assert answer.value.status == 403
    assert stage.config.read_text() == before


PAGES = ("/", "/?show=text", "/topics", "/sources", "/archive", "/runs", "/?as=nobody")


def violations(page: Page) -> list[Any]:
    page.add_script_tag(path=AXE)
    found: list[Any] = page.evaluate(
        """async () => (await axe.run(document, {iframes: false})).violations
        .filter(v => ['serious', 'critical'].includes(v.impact)).map(v => [v.id, v.nodes.map(n => n.html)])"""
    )
    return found


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody_and_fits_a_phone(browser: Browser, stage: Stage, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(10_000)
    for path in PAGES:
        page.goto(stage.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert (path, violations(page)) == (path, [])
        assert (path, page.evaluate("document.scrollingElement.scrollWidth - innerWidth")) == (path, 0)
    page.goto(stage.url)
    page.locator("button[value=less]").first.click()
    page.wait_for_selector("#write")
    assert violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") == 0
    page.goto(stage.url)
    stage.config.write_text("briefing: [")
    expect(page.locator(".fault")).to_have_count(1)
    assert violations(page) == []
    context.close()

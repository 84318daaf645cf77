from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from briefing.deliver.outbox import OutboxTransport
from briefing.errors import BriefingError, ConfigError, RenderError
from briefing.model.archived import ArchivedEdition
from briefing.model.edition import Problem
from briefing.model.mail_rules import OperatorRule
from briefing.model.source import Collected
from briefing.model.subscriber import SubscriberStatus
from briefing.model.visit import Visit
from briefing.services.proofs import taken_apart
from briefing.web.as_seen import View, as_seen
from tests.fakes import FakeCollector
from tests.services.house import (
    CONFIG,
    ENERGY,
    FERRY,
    NEWS,
    FakeHouse,
    collected,
    confirmed,
    read,
    with_topics,
    without_the_link,
)
from tests.web.stage import Workbench


def test_the_page_shows_the_mail_with_its_size_hashes_and_reasons() -> None:
    bench = Workbench()
    page = bench.get()
    message = bench.get("/part/eml").content
    text, html, _ = taken_apart(message)
    assert page.status == 200
    for part in (message, text, html):
        assert hashlib.sha256(part).hexdigest() in page.text
    assert f"{len(html) / 1000:,.1f} kB of HTML" in page.text
    assert "nothing to complain of" in page.text
    assert all(story.why in page.text for story in bench.rehearsal.scene.proofs.edition().stories)  # type: ignore[union-attr]


def test_the_parts_shown_are_those_that_the_transport_writes_for_that_reader(tmp_path: Path) -> None:
    reader = confirmed("cleo", language="fr", topics=("Energy",), timezone="Asia/Tokyo", name="Cléo")
    house = FakeHouse(config=with_topics(ENERGY), transport=OutboxTransport(tmp_path))  # type: ignore[arg-type]  # the real one
    house.store.save_subscriber(reader)
    bench = Workbench(house=house)
    shown = bench.get("/part/eml?as=cleo").content
    house.morning.send_all()
    (file,) = [file for file in tmp_path.glob("*.eml") if b"cleo@readers.example" in file.read_bytes()]
    sent = file.read_bytes()
    assert taken_apart(sent)[:2] == taken_apart(shown)[:2]
    assert sent == shown
    assert bench.get("/part/html?as=cleo").content == taken_apart(sent)[1]
    assert bench.get("/part/text?as=cleo").content == taken_apart(sent)[0]
    assert hashlib.sha256(sent).hexdigest() in bench.get("/?as=cleo").text


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("html", "text/html; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        ("headers", "text/plain; charset=utf-8"),
        ("source", "text/plain; charset=utf-8"),
        ("eml", "message/rfc822"),
        ("json", "application/json"),
    ],
)
def test_a_part_says_what_it_is_and_may_load_nothing(name: str, kind: str) -> None:
    answer = Workbench().get(f"/part/{name}")
    assert (answer.status, answer.headers["content-type"].startswith(kind)) == (200, True)
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


def test_what_is_shown_is_what_the_message_carries() -> None:
    bench = Workbench()
    mail = message_from_bytes(bench.get("/part/eml").content, policy=policy.default)
    parts = [part.get_payload(decode=True) for part in mail.iter_parts()]
    assert parts == [bench.get(f"/part/{name}").content for name in ("text", "html")]
    assert bench.get("/part/headers").text.startswith("From: ")


def test_edition_json_tells_the_edition() -> None:
    assert json.loads(Workbench().get("/part/json").content)["edition"]["name"] == "The Morning Post"


HTML = (
    "<style>@media (prefers-color-scheme: dark) { p { color: #fff } }</style><p>News</p>"
    '<img alt="A harbour" src="cid:harbour.jpg"><STYLE media="x">b</STYLE>'
)


@pytest.mark.parametrize(
    ("view", "there", "gone"),
    [
        (View(), "prefers-color-scheme: dark", "data:,"),
        (View(scheme="dark"), "@media (min-width:0px) {", "prefers"),
        (View(scheme="light"), "@media (max-width:0px) {", "prefers"),
        (View(images="off"), 'alt="A harbour" src="data:,"', "cid:"),
        (View(), 'src="data:image/jpeg;base64,AAE="', "cid:"),
        (View(style="dropped"), "<p>News</p>", "<style"),
        (View(style="dropped"), "<p>News</p>", "<STYLE"),
    ],
)
def test_a_view_changes_what_it_says_and_nothing_else(view: View, there: str, gone: str) -> None:
    seen = as_seen(HTML, view, [("harbour.jpg", "image/jpeg", b"\0\1")])
    assert (there in seen, gone in seen) == (True, False)


@pytest.mark.parametrize("asked", [{}, {"scheme": "<b>"}, {"width": "1", "show": "../etc"}])
def test_what_is_no_choice_is_the_usual_one(asked: dict[str, str]) -> None:
    assert View.of(asked) == View()


def test_every_choice_is_a_link_that_keeps_the_others() -> None:
    page = Workbench().get("/?width=390&scheme=dark&images=off&style=dropped&as=ada").text
    assert "--wide: 390px" in page
    links = re.findall(r'<a id="[\w-]+" data-view href="([^"]*)"', page)
    assert len(links) == 4 + 3 + 3 + 2 + 2
    assert all("as=ada" in link for link in links)
    assert sum("scheme=dark" in link for link in links) == len(links) - 2
    assert 'src="/part/html?as=ada&amp;scheme=dark&amp;images=off&amp;style=dropped"' in page


@pytest.mark.parametrize(
    ("show", "words"), [("text", "Ferries return"), ("headers", "List-Unsubscribe:"), ("source", "--=_")]
)
def test_text_headers_and_source_are_shown_in_place_of_the_html(show: str, words: str) -> None:
    page = Workbench().get(f"/?show={show}").text
    assert (words in page, "<iframe" in page) == (True, False)


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (ConfigError("config.yaml", 'sections.by: "regoin" is not one', line=12, column=3), "config.yaml:12:3"),
        (RenderError("footer.mjml.j2", "unexpected end of <template>", line=4), "footer.mjml.j2:4"),
        (BriefingError("the disk is full"), "The edition cannot be made"),
    ],
    ids=["config", "template", "other"],
)
def test_a_broken_edit_is_shown_above_the_last_good_edition(error: BriefingError, where: str) -> None:
    bench = Workbench()
    good = bench.get("/part/html").content
    version = bench.rehearsal.scene.version
    bench.break_with(error)
    page = bench.get()
    assert bench.rehearsal.scene.version > version
    assert where in page.text
    assert _escaped(str(error).rpartition(": ")[2]) in page.text
    assert "Below stands the last edition that could be made." in page.text
    assert bench.get("/part/html").content == good
    bench.break_with(None)
    assert 'role="alert"' not in bench.get().text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")


def test_a_broken_line_is_shown_with_its_neighbours() -> None:
    bench = Workbench()
    bench.rehearsal.read_lines = lambda _: ["one", "two", "sections: {by: regoin}", "four"]
    bench.break_with(ConfigError("config.yaml", "wrong", line=3, column=12))
    page = bench.get().text
    assert "<mark>   3  sections: {by: regoin}</mark>" in page
    assert "\n" + " " * 17 + "^\n" in page


def test_a_mistake_of_ours_is_shown_and_ends_nothing() -> None:
    bench = Workbench()
    bench.broken = ZeroDivisionError("1 / 0")
    assert bench.rehearsal.renew() is False
    assert "a mistake of the program, please report it: ZeroDivisionError: 1 / 0 (line " in bench.get().text


def test_a_config_that_was_never_good_is_shown_alone() -> None:
    bench = Workbench(broken=ConfigError("config.yaml", "mail: is missing", line=1, column=1))
    page = bench.get()
    assert ("config.yaml:1:1" in page.text, "mail: is missing" in page.text) == (True, True)
    assert "last edition" not in page.text
    assert bench.get("/part/html").status == 404


def kept_edition(day: int = 21, segment: str = "default") -> ArchivedEdition:
    built = datetime(2026, 11, day, 6, tzinfo=UTC)
    return ArchivedEdition(date=built.date(), segment=segment, title="Ferries <return>", language="en", built_at=built)


def test_before_the_first_edition_the_last_one_that_was_sent_is_shown() -> None:
    bench = Workbench(broken=BriefingError("slow"))
    bench.house.archive.keep(kept_edition(), "<p>yesterday</p>")
    bench.rehearsal.scene = replace(bench.rehearsal.scene, faults=(), stage="collect")
    page = bench.get().text
    assert ("reading the sources" in page, 'src="/archive/2026-11-21"' in page) == (True, True)


def test_past_editions_are_listed_and_shown_without_scripts() -> None:
    bench = Workbench()
    bench.house.archive.keep(kept_edition(), "<p>yesterday</p>")
    listed = bench.get("/archive").text
    assert "Ferries &lt;return&gt;" in listed
    page = bench.get("/archive/2026-11-21?segment=default")
    assert (page.status, page.text) == (200, "<p>yesterday</p>")
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("day", ["2026-11-20", "20261121", "..%2fconfig.yaml", "2026-11-21%00", "x", "2026-W47-6"])
def test_a_day_without_an_edition_is_not_found(day: str) -> None:
    bench = Workbench()
    bench.house.archive.keep(kept_edition(), "<p>yesterday</p>")
    assert bench.get(f"/archive/{day}").status == 404


def test_each_source_says_how_it_is_and_what_it_gave() -> None:
    found = Collected(
        articles=NEWS,
        reports=(read("The Harbour Post"), read("Dune Courier", 0, "timed out")),
        visits=(Visit(key="harbour", name="The Harbour Post", read_at=datetime(2026, 11, 22, 5, tzinfo=UTC)),),
    )
    bench = Workbench(house=FakeHouse(collector=FakeCollector(found)))
    bench.articles.save_articles("harbour", [FERRY], now=bench.house.clock.now())
    page = bench.get("/sources").text
    assert page.index("Dune Courier") < page.index("The Harbour Post")
    assert ("timed out" in page, "read 22 Nov 05:00 UTC" in page) == (True, True)
    assert page.count("<rect") == 1


def test_sources_are_read_again_when_a_person_says_so() -> None:
    bench = Workbench()
    assert bench.post("/sources/read").status == 303
    assert bench.read_again == [True]


def test_reasons_name_the_line_and_the_words_of_the_config() -> None:
    topic = replace(ENERGY, line=12)
    page = Workbench(house=FakeHouse(config=with_topics(topic))).get().text
    assert "line 12: topic <strong>Energy</strong>, boost 2.0, for “wind farm” ×" in page
    assert re.search(r"for “Nantes” \d", page) or re.search(r"for “Ostend” \d", page)


@contextmanager
def unchanged(bench: Workbench) -> Iterator[None]:
    """The books and the list of readers stay as they are."""
    before = repr((bench.house.ledger.__dict__, bench.house.store.list_subscribers()))
    yield
    assert repr((bench.house.ledger.__dict__, bench.house.store.list_subscribers())) == before


@pytest.mark.parametrize("address", ["ada@readers.example", "ADA@readers.example", "me@post.example"])
def test_a_copy_goes_to_a_reader_or_the_operator_and_the_ledger_stays(address: str) -> None:
    house = FakeHouse(config=replace(CONFIG, operator=OperatorRule(email="me@post.example")))
    bench = Workbench(house=house)
    with unchanged(bench):
        page = bench.post("/send", address=address, **{"as": "ben"})
    assert "One copy went to the fake relay; the ledger is untouched." in page.text
    (envelope,) = house.transport.taken
    assert (envelope.recipient, envelope.subscriber) == (address, "test")
    assert b"ben" not in envelope.message


@pytest.mark.parametrize(
    "address", ["stranger@elsewhere.example", "", "gone@readers.example", "ada@readers.example\nBcc: x"]
)
def test_nobody_else_gets_a_copy(address: str) -> None:
    bench = Workbench()
    bench.house.store.save_subscriber(replace(confirmed("gone"), status=SubscriberStatus.SUPPRESSED))
    page = bench.post("/send", address=address)
    assert "Not sent: test copies go to confirmed readers" in page.text
    assert bench.house.transport.taken == []


def test_a_held_mail_is_shown_and_not_sent() -> None:
    bench = Workbench(house=FakeHouse(templates=without_the_link(FakeHouse().templates)))
    assert "does not show the link that unsubscribes" in bench.get("/?as=ada").text
    assert "held back" in bench.post("/send", address="ada@readers.example").text
    assert bench.house.transport.taken == []


@pytest.mark.parametrize("text", ["ada", "ada@readers.example", "ADA@Readers.example"])
def test_a_reader_is_chosen_by_id_or_address_and_no_address_stands_in_ours(text: str) -> None:
    answer = Workbench().post("/reader", reader=text)
    assert (answer.status, answer.headers["location"]) == (303, "/?as=ada")


@pytest.mark.parametrize(("text", "words"), [("readers.example", "Several readers match"), ("zoe", "Nobody has that")])
def test_who_is_not_one_reader_is_told_apart(text: str, words: str) -> None:
    assert words in Workbench().post("/reader", reader=text).text


def test_a_reader_who_is_gone_is_said_to_be() -> None:
    page = Workbench().get("/?as=nobody")
    assert (page.status, "There is no such reader any more" in page.text) == (404, True)
    assert Workbench().get("/part/html?as=nobody").status == 404


def test_a_morning_without_news_says_so() -> None:
    bench = Workbench(house=FakeHouse(collector=FakeCollector(collected())))
    page = bench.get()
    assert (page.status, "nothing to send: no article was found" in page.text) == (200, True)


def test_problems_are_listed_and_everything_is_escaped() -> None:
    trouble = Problem(stage="collect", source="<b>Post</b>", message="answered <script>")
    page = Workbench(house=FakeHouse(collector=FakeCollector(collected(FERRY, problems=(trouble,))))).get()
    assert "&lt;b&gt;Post&lt;/b&gt;: answered &lt;script&gt;" in page.text
    assert page.text.count("<script") == 1


def test_pages_load_our_script_alone_and_are_never_kept() -> None:
    bench = Workbench()
    headers = bench.get().headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "script-src 'self'" in headers["content-security-policy"]
    assert (headers["referrer-policy"], headers["cache-control"]) == ("same-origin", "no-store")
    assert "set-cookie" not in headers
    script = bench.get("/preview.js")
    assert (script.status, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


@pytest.mark.parametrize(
    "path", ["/part/config.yaml", "/part/..%2f..%2fconfig.yaml", "/config.yaml", "/pages/preview.js"]
)
def test_a_file_nobody_made_is_not_found(path: str) -> None:
    assert Workbench().get(path).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_page_can_only_be_looked_at(method: str) -> None:
    assert Workbench().get(method=method).status == 405


def test_the_day_is_the_readers_own() -> None:
    house = FakeHouse()
    house.store.save_subscriber(confirmed("kiri", timezone="Pacific/Kiritimati"))
    house.clock.moment = datetime(2026, 11, 22, 20, tzinfo=UTC)
    proofs = Workbench(house=house).rehearsal.scene.proofs
    assert proofs is not None
    assert [proofs.edition(proofs.reader(key)).date for key in ("ada", "kiri")] == [
        date(2026, 11, 22),
        date(2026, 11, 23),
    ]

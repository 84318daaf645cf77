from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import feedparser
import html5lib
import pytest
from lxml import etree
from starlette.applications import Starlette

import briefing.web
from briefing.collect.documents import Documents
from briefing.deliver.tokens import HmacSigner
from briefing.model.archived import ArchivedEdition
from briefing.model.colours import dark_palette, light_palette
from briefing.model.settings import Config, Look, WebRule
from briefing.model.source import SavedFile
from briefing.model.subscriber import Subscriber, SubscriberStatus
from briefing.render.links import EDITIONS_URL
from briefing.render.templates import load_templates
from briefing.render.words import words_in
from briefing.services.archive import ARCHIVE, EDITIONS, MOST_IN_FEED, MOST_LISTED, ArchiveLinks, PastEditions
from briefing.services.segments import segment_of
from briefing.services.subscribe import CONFIRM, UNSUBSCRIBE, ReaderList
from briefing.store.archive import SqlArchive
from briefing.store.database import open_database
from briefing.store.subscribers import SqlSubscribers
from briefing.web.atom import ATOM
from briefing.web.site import reader_site
from tests.fakes import FixedClock
from tests.make import NOW
from tests.services.house import CONFIG, confirmed
from tests.web.browser import Answer, ask
from tests.web.site import shipped, sign_up_of

FRIDAY, SATURDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22)
BASE = "https://post.example"
SIGNER = HmacSigner(bytes(range(32)))
ADA, CLEO = confirmed("ada"), confirmed("cleo", language="fr", at=time(9, 0))


def page_of(words: str) -> str:
    """A page as it is kept: with a marker where the list's address goes."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        f"<title>{words}</title></head><body><main><h1>{words}</h1></main>"
        f'<p style="margin:0"><span><a href="{EDITIONS_URL}">Earlier editions</a></span></p></body></html>'
    )


@dataclass
class Library:
    """The pages of a briefing on a real database, with real tokens."""

    url: str
    config: Config = CONFIG
    look: Look = field(default_factory=Look)
    name: str = "The Morning Post"

    def __post_init__(self) -> None:
        self.engine = open_database(self.url)
        self.archive = SqlArchive(self.engine)
        self.store = SqlSubscribers(self.engine)
        self.store.save_subscribers([ADA, CLEO])

    @property
    def app(self) -> Starlette:
        links = ArchiveLinks(config=self.config, signer=SIGNER)
        readers = ReaderList(store=self.store, signer=SIGNER, clock=FixedClock(NOW), new_id=lambda: "new")
        past = PastEditions(archive=self.archive, store=self.store, links=links, list_id="post.mail.example")
        config = replace(self.config, look=self.look, briefing=replace(self.config.briefing, name=self.name))
        sign_up = sign_up_of(readers, config=config)
        return reader_site(config, templates=shipped(), readers=readers, sign_up=sign_up, past=past)

    def open_to_all(self) -> Library:
        self.config = replace(self.config, web=WebRule(archive="public"))
        return self

    def keep(self, day: date, segment: str = "default", **fields: str) -> None:
        edition = ArchivedEdition(
            date=day,
            segment=segment,
            title=fields.get("title", f"Ferries return on {day:%A}"),
            preheader=fields.get("preheader", "A wind farm begins · The strike ends"),
            language=fields.get("language", "en"),
            built_at=datetime(day.year, day.month, day.day, 6, 40, tzinfo=UTC),
        )
        self.archive.keep(edition, fields.get("html") or page_of(f"{day} {segment}"))

    def segment(self, reader: Subscriber) -> str:
        return segment_of(reader, self.config).key

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return ask(self.app, path, method=method, headers={n.replace("_", "-"): v for n, v in headers.items()})


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its tables are made once; each test has a copy."""
    file = tmp_path_factory.mktemp("empty") / "briefing.db"
    open_database(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture
def library(tmp_path: Path, empty_database: Path) -> Iterator[Library]:
    copy = shutil.copy(empty_database, tmp_path / "briefing.db")
    made = Library(f"sqlite:///{copy}")
    yield made
    made.engine.dispose()


def to_edition(reader: str = "ada", day: date | str = SUNDAY, segment: str = "default", purpose: str = ARCHIVE) -> str:
    return f"/e/{SIGNER.sign(f'{reader} {day} {segment}', purpose)}"


def to_list(reader: str = "ada", purpose: str = EDITIONS) -> str:
    return f"/editions/{SIGNER.sign(reader, purpose)}"


def links_in(answer: Answer) -> list[str]:
    """Paths that a page links to, in order."""
    return [link.removeprefix(BASE) for link in re.findall(r'<a [^>]*href="([^"]+)"', answer.text)]


# What a token opens.


def test_a_link_opens_the_edition_as_it_was_sent_without_a_link_to_the_list(library: Library) -> None:
    library.keep(SUNDAY)
    page = library.ask(to_edition())
    assert page.status == 200
    link = f'<p style="margin:0"><span><a href="{EDITIONS_URL}">Earlier editions</a></span></p>'
    assert page.text == page_of("2026-11-22 default").replace(link, "")


@pytest.mark.parametrize("status", list(SubscriberStatus))
def test_who_was_sent_an_edition_can_read_it_whatever_became_of_them(
    library: Library, status: SubscriberStatus
) -> None:
    library.keep(SUNDAY)
    library.store.save_subscriber(replace(ADA, status=status))
    assert library.ask(to_edition()).status == 200


GOOD = to_edition().removeprefix("/e/")
REFUSED = {
    "nonsense": "/e/forged",
    "empty": "/e/",
    "cut by a character": f"/e/{GOOD[:-1]}",
    "a character more": f"/e/{GOOD}A",
    "cut before the dot": f"/e/{GOOD.partition('.')[0]}",
    "no signature": f"/e/{GOOD.partition('.')[0]}.",
    "the signature of another": f"/e/{GOOD.partition('.')[0]}.{to_edition('ben').rpartition('.')[2]}",
    "spare bits of base64": f"/e/{GOOD[:-1]}{chr(ord(GOOD[-1]) + 1)}",
    "padded": f"/e/{GOOD}=",
    "another purpose": to_edition(purpose=EDITIONS),
    "the token for leaving": f"/e/{SIGNER.sign('ada', UNSUBSCRIBE)}",
    "the token of the list": f"/e/{SIGNER.sign('ada', EDITIONS)}",
    "another day": to_edition(day=SATURDAY),
    "another segment": to_edition(segment="fr-1"),
    "a stranger, or one who was erased": to_edition("nobody"),
    "path traversal": f"/e/../../{GOOD}",
    "encoded traversal": "/e/..%2F..%2Fetc%2Fpasswd",
    "non-ASCII": "/e/écran.字",
    "non-ASCII after a good start": f"/e/{GOOD}é",
    "a lone byte": "/e/\ufffd",
    "control characters": f"/e/{GOOD}\x00\r\n",
    "huge": f"/e/{'A' * 1_000_000}.{'B' * 22}",
    "a slash more": f"/e/{GOOD}/",
    "the list: nonsense": "/editions/forged",
    "the list: cut": to_list()[:-1],
    "the list: the token of an edition": f"/editions/{GOOD}",
    "the list: the token for leaving": to_list(purpose=UNSUBSCRIBE),
    "the list: the token for confirming": to_list(purpose=CONFIRM),
    "the list: a stranger": to_list("nobody"),
    "the list: non-ASCII": "/editions/écran.字",
    "the list: a slash more": f"{to_list()}/",
    "the feed: nonsense": "/editions/forged/feed.atom",
    "the feed: a stranger": f"{to_list('nobody')}/feed.atom",
    "the feed: another name": f"{to_list()}/feed.rss",
    "everybody's list": "/archive",
    "everybody's edition": "/archive/2026-11-22",
    "everybody's feed": "/archive/feed.atom",
    "no address of ours": "/wp-login.php",
}


@pytest.mark.parametrize("case", REFUSED)
def test_whatever_is_not_there_or_not_theirs_gets_the_same_answer(library: Library, case: str) -> None:
    library.keep(SUNDAY)
    refused = library.ask(REFUSED[case])
    assert refused.status == 404
    assert refused == library.ask("/nowhere")


@pytest.mark.parametrize("status", [s for s in SubscriberStatus if s is not SubscriberStatus.CONFIRMED])
def test_who_left_has_no_list_any_more_and_cannot_tell_why(library: Library, status: SubscriberStatus) -> None:
    library.keep(SUNDAY)
    library.store.save_subscriber(replace(ADA, status=status))
    for path in (to_list(), f"{to_list()}/feed.atom"):
        assert library.ask(path) == library.ask("/nowhere")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(library: Library, method: str) -> None:
    library.keep(SUNDAY)

    def everything() -> list[tuple[object, ...]]:
        with library.engine.connect() as connection:
            return [
                tuple(row)
                for table in ("archive", "subscribers", "deliveries", "told", "settings")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
            ]

    before = everything()
    for path in (to_edition(), to_list(), f"{to_list()}/feed.atom", "/nowhere"):
        library.ask(path, method)
    assert everything() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_past_editions_can_only_be_looked_at(library: Library, method: str) -> None:
    library.open_to_all().keep(SUNDAY)
    paths = (to_edition(), to_list(), f"{to_list()}/feed.atom", "/archive", "/archive/2026-11-22")
    assert [library.ask(path, method).status for path in paths] == [405] * 5


# The list of a reader.


def test_the_list_leads_to_every_edition_of_the_reader_newest_first(library: Library) -> None:
    for day in (SATURDAY, SUNDAY, FRIDAY):
        library.keep(day)
    page = library.ask(to_list())
    editions = [to_edition(day=day) for day in (SUNDAY, SATURDAY, FRIDAY)]
    assert links_in(page) == [*editions, f"{to_list()}/feed.atom"]
    assert [library.ask(link).status for link in editions] == [200] * 3
    assert "Sunday 22 November 2026" in page.text
    assert "Ferries return on Sunday" in page.text


def test_a_day_without_an_edition_of_ones_own_shows_everyones(library: Library) -> None:
    own = library.segment(CLEO)
    library.keep(FRIDAY)
    library.keep(SATURDAY)
    library.keep(SATURDAY, own)
    library.keep(SUNDAY, "de-0000")
    assert links_in(library.ask(to_list("cleo")))[:-1] == [
        to_edition("cleo", SATURDAY, own),
        to_edition("cleo", FRIDAY, "default"),
    ]
    assert links_in(library.ask(to_list("ada")))[:-1] == [to_edition("ada", day) for day in (SATURDAY, FRIDAY)]


@pytest.mark.parametrize(
    ("language", "heading", "first", "month"),
    [
        ("en", "<h1>Earlier editions</h1>", "Sunday 22 November 2026", "November 2026"),
        ("fr", 'lang="fr" dir="ltr"', "Dimanche 22 novembre 2026", "Novembre 2026"),
        ("de", 'lang="de" dir="ltr"', "Sonntag, 22. November 2026", "November 2026"),
    ],
)
def test_the_list_speaks_the_readers_language(
    library: Library, language: str, heading: str, first: str, month: str
) -> None:
    library.keep(SUNDAY)
    library.store.save_subscriber(replace(ADA, language=language))
    page = library.ask(to_list()).text
    assert heading in page
    assert f">{first}</time>" in page
    assert f"<h2>{month}</h2>" in page


def test_editions_stand_under_their_months(library: Library) -> None:
    for day in (date(2025, 11, 30), date(2026, 11, 1), date(2026, 11, 2), date(2026, 12, 1)):
        library.keep(day)
    months = re.findall(r"<h2>(.*?)</h2>", library.ask(to_list()).text)
    assert months == ["December 2026", "November 2026", "November 2025"]


def test_before_the_first_edition_the_list_says_so(library: Library) -> None:
    page = library.ask(to_list())
    assert (page.status, "<p>No edition has appeared yet.</p>" in page.text) == (200, True)


def test_the_list_goes_back_a_year(library: Library) -> None:
    for day in range(MOST_LISTED + 9):
        library.keep(SUNDAY - timedelta(days=day), html="<html></html>")
    assert len(links_in(library.ask(to_list()))) == MOST_LISTED + 1


def test_strangers_words_stay_words(library: Library) -> None:
    library.name = "<i>Post</i>"
    library.keep(SUNDAY, title="<script>alert(1)</script>", preheader='" onmouseover="x" \N{RIGHT-TO-LEFT MARK}&amp;')
    page = library.ask(to_list()).text
    assert "<script" not in page
    assert '" onmouseover="' not in page
    assert "<i>Post" not in page
    assert "&amp;amp;" in page


@pytest.mark.parametrize("path", ["list", "empty list", "missing", "public list", "public missing"])
def test_a_page_has_one_heading_and_landmarks_and_is_valid(library: Library, path: str) -> None:
    if path != "empty list":
        library.keep(SUNDAY)
    if path.startswith("public"):
        library.open_to_all()
    where = {"missing": "/nowhere", "public list": "/archive", "public missing": "/archive/x"}.get(path, to_list())
    text = library.ask(where).text
    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    counts = [len(document.findall(f".//{tag}")) for tag in ("h1", "main", "header", "title")]
    assert counts == [1, 1, 1, 1]
    assert document.get("lang") == "en"
    assert "<script" not in text
    assert not re.search(r"url\(|@import|<img|<iframe|<link(?! rel=\"alternate\")", text)


def test_every_sentence_of_the_pages_is_in_the_catalogues() -> None:
    web = Path(briefing.web.__file__).parent
    sources = [path.read_text("utf-8") for path in (*web.glob("*.py"), *web.glob("pages/*.j2"))]
    said = {text for source in sources for text in re.findall(r'\.say\(\s*"([^"]+)"', source)}
    assert len(said) > 35
    for language, _ in load_templates().catalogues:
        words = words_in(language, load_templates())
        assert [text for text in said if words.say(text) == text] == []


def test_pages_wear_the_looks_colours_and_font(library: Library) -> None:
    library.look = Look(light=light_palette("#004488"), dark=dark_palette("#004488"), font="'Times New Roman', serif")
    page = library.ask(to_list()).text
    assert f"--accent: {library.look.light.accent};" in page
    assert f"--accent: {library.look.dark.accent};" in page
    assert "font: 17px/1.5 'Times New Roman', serif;" in page


def test_a_font_cannot_end_the_style(library: Library) -> None:
    library.look = Look(font="x</style><script>alert(1)</script>;}")
    assert "<script" not in library.ask(to_list()).text


# Headers.


@pytest.mark.parametrize("path", [to_edition(), to_list(), f"{to_list()}/feed.atom", "/nowhere"])
@pytest.mark.parametrize("is_public", [False, True], ids=["private", "public"])
def test_what_is_one_readers_own_is_not_kept_found_or_told_to_others(
    library: Library, path: str, is_public: bool
) -> None:
    library.keep(SUNDAY)
    headers = (library.open_to_all() if is_public else library).ask(path).headers
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("private, no-cache" if path.endswith(".atom") else "private, no-store")
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "script" not in headers["content-security-policy"]
    assert "set-cookie" not in headers


# For everybody.


def test_everybody_may_read_the_default_edition_and_search_engines_may_find_it(library: Library) -> None:
    library.open_to_all().keep(SUNDAY)
    page = library.ask("/archive/2026-11-22")
    feed = f'<link rel="alternate" type="application/atom+xml" href="{BASE}/archive/feed.atom">'
    kept = page_of("2026-11-22 default").replace('<meta name="robots" content="noindex">', feed)
    assert page.text == kept.replace(EDITIONS_URL, f"{BASE}/archive")
    assert "x-robots-tag" not in page.headers


def test_everybodys_list_leads_to_the_default_editions_alone(library: Library) -> None:
    library.open_to_all().keep(SUNDAY)
    library.keep(SATURDAY)
    library.keep(SATURDAY, library.segment(CLEO))
    page = library.ask("/archive")
    assert links_in(page) == ["/archive/2026-11-22", "/archive/2026-11-21", "/archive/feed.atom"]
    assert "noindex" not in page.text
    assert [library.ask(link).status for link in links_in(page)] == [200] * 3


@pytest.mark.parametrize(
    "day", ["2026-11-23", "20261122", "2026-W47-7", "2026-11-22T00:00", "yesterday", "2026-13-01", "..", "٢٠٢٦-١١-٢٢"]
)
def test_a_day_has_one_address_and_others_lead_back_to_the_list(library: Library, day: str) -> None:
    library.open_to_all().keep(SUNDAY)
    missing = library.ask(f"/archive/{day}")
    assert missing.status == 404
    assert links_in(missing) == ["/archive"]


def test_with_everybodys_archive_readers_links_lead_there_unless_they_chose(library: Library) -> None:
    links = ArchiveLinks(config=library.open_to_all().config, signer=SIGNER)
    assert links.edition("ada", SUNDAY, "default") == f"{BASE}/archive/2026-11-22"
    assert links.editions("ada", "default") == f"{BASE}/archive"
    assert links.edition("cleo", SUNDAY, "fr-1") == f"{BASE}{to_edition('cleo', SUNDAY, 'fr-1')}"
    assert links.editions("cleo", "fr-1") == f"{BASE}{to_list('cleo')}"


def test_links_of_older_mails_work_when_the_archive_becomes_public(library: Library) -> None:
    library.open_to_all().keep(SUNDAY)
    assert (library.ask(to_edition()).status, library.ask(to_list()).status) == (200, 200)


@pytest.mark.parametrize(("host", "base"), [("127.0.0.1", "http://127.0.0.1:8025"), ("::1", "http://[::1]:8025")])
def test_without_a_public_address_links_lead_to_where_we_listen(host: str, base: str) -> None:
    sender = replace(CONFIG.mail.sender, public_url=None)
    config = replace(CONFIG, mail=replace(CONFIG.mail, sender=sender), web=WebRule(host=host))
    assert ArchiveLinks(config=config, signer=SIGNER).public_list == f"{base}/archive"


@pytest.mark.parametrize("path", ["/archive", "/archive/2026-11-22", "/archive/feed.atom"])
def test_what_everybody_may_read_is_kept_for_an_hour_and_asked_for_again_by_its_tag(
    library: Library, path: str
) -> None:
    library.open_to_all().keep(SUNDAY)
    first = library.ask(path)
    assert first.headers["cache-control"] == "public, max-age=3600"
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = library.ask(path, if_none_match=known)
        assert (again.status, again.content, again.headers["etag"]) == (304, b"", tag)
    library.keep(SATURDAY)
    assert library.ask(path, if_none_match='"other"').status == 200
    assert library.ask(path, if_none_match=tag).status == (304 if path == "/archive/2026-11-22" else 200)


def test_a_readers_feed_is_asked_for_again_by_its_tag(library: Library) -> None:
    library.keep(SUNDAY)
    tag = library.ask(f"{to_list()}/feed.atom").headers["etag"]
    assert library.ask(f"{to_list()}/feed.atom", if_none_match=tag).status == 304
    library.store.save_subscriber(replace(ADA, status=SubscriberStatus.UNSUBSCRIBED))
    assert library.ask(f"{to_list()}/feed.atom", if_none_match=tag).status == 404


# The feed.


def feed_of(library: Library, path: str) -> bytes:
    answer = library.ask(path)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/atom+xml")
    return answer.content


@pytest.mark.parametrize("path", [f"{to_list()}/feed.atom", "/archive/feed.atom"])
def test_a_feed_reader_finds_each_edition_with_its_headlines(library: Library, path: str) -> None:
    library.open_to_all().keep(SATURDAY, preheader="")
    library.keep(SUNDAY, language="fr")
    found = feedparser.parse(feed_of(library, path))
    assert (found.bozo, found.version, found.feed.title) == (False, "atom10", "The Morning Post")
    assert [(e.title, e.summary, e.updated) for e in found.entries] == [
        (
            "Ferries return on Sunday",
            "Ferries return on Sunday · A wind farm begins · The strike ends",
            "2026-11-22T06:40:00Z",
        ),
        ("Ferries return on Saturday", "Ferries return on Saturday", "2026-11-21T06:40:00Z"),
    ]
    assert [library.ask(entry.link.removeprefix(BASE)).status for entry in found.entries] == [200, 200]


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.findall(f"{{{ATOM}}}{name}"))


@pytest.mark.parametrize("path", [f"{to_list()}/feed.atom", "/archive/feed.atom"])
@pytest.mark.parametrize("editions", [0, 1, 40])
def test_a_feed_has_all_that_rfc_4287_asks_for(library: Library, path: str, editions: int) -> None:
    library.open_to_all()
    for day in range(editions):
        library.keep(SUNDAY - timedelta(days=day), html="<html></html>")
    root = etree.fromstring(feed_of(library, path))
    entries = children(root, "entry")
    assert root.tag == f"{{{ATOM}}}feed"
    assert len(entries) == min(editions, MOST_IN_FEED)
    for element in (root, *entries):  # §4.1.1, §4.1.2: exactly one of each
        assert [len(children(element, name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert children(element, "title")[0].text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(children(element, "updated")[0].text))
        assert str(children(element, "id")[0].text).startswith("urn:uuid:")
    assert children(children(root, "author")[0], "name")[0].text == "The Morning Post"  # for every entry without one
    links = {link.get("rel"): str(link.get("href")) for link in children(root, "link")}
    assert links == {"self": BASE + path, "alternate": BASE + path.removesuffix("/feed.atom")}
    assert all(len(children(e, "link")) == 1 and len(children(e, "summary")) == 1 for e in entries)
    ids = [children(element, "id")[0].text for element in (root, *entries)]
    assert len(set(ids)) == len(ids)


def test_an_edition_keeps_its_id_whoever_reads_it_and_wherever(library: Library) -> None:
    library.keep(SUNDAY)
    config = library.config
    ids = set()
    for base in (BASE, "https://new.example"):
        sender = replace(config.mail.sender, public_url=base)
        library.config = replace(config, mail=replace(config.mail, sender=sender), web=WebRule(archive="public"))
        for path in (f"{to_list()}/feed.atom", f"{to_list('cleo')}/feed.atom", "/archive/feed.atom"):
            ids.add(feedparser.parse(feed_of(library, path)).entries[0].id)
    assert len(ids) == 1


def test_a_readers_feed_stays_the_same_feed_when_they_choose_anew(library: Library) -> None:
    ids = []
    for language in (None, "fr"):
        library.store.save_subscriber(replace(ADA, language=language))
        ids.append(feedparser.parse(feed_of(library, f"{to_list()}/feed.atom")).feed.id)
    assert ids[0] == ids[1]
    assert ids[0] != feedparser.parse(feed_of(library, f"{to_list('cleo')}/feed.atom")).feed.id


def test_markup_and_invisible_characters_of_a_headline_do_not_break_the_feed(library: Library) -> None:
    library.name = "Post & <Co> \x0b"
    library.keep(SUNDAY, title="<b>1 < 2</b> \x00\x1b & \ufffe]]>", preheader="\x08ok \x9f")
    (entry,) = etree.fromstring(feed_of(library, f"{to_list()}/feed.atom")).findall(f"{{{ATOM}}}entry")
    assert children(entry, "title")[0].text == "<b>1 < 2</b> & ]]>"
    assert str(children(entry, "summary")[0].text).endswith("· ok")


def test_the_briefing_reads_its_own_feed(library: Library) -> None:
    library.open_to_all().keep(SATURDAY)
    library.keep(SUNDAY)
    content = feed_of(library, "/archive/feed.atom")
    saved = SavedFile(name="feed.atom", content=content, captured_at=NOW)
    articles = Documents().read(saved)
    assert [(a.title, a.url) for a in articles] == [
        ("Ferries return on Sunday", f"{BASE}/archive/2026-11-22"),
        ("Ferries return on Saturday", f"{BASE}/archive/2026-11-21"),
    ]
    assert {(a.source, a.language) for a in articles} == {("The Morning Post", "en")}
    assert [a.published.at for a in articles] == [datetime(2026, 11, day, 6, 40, tzinfo=UTC) for day in (22, 21)]

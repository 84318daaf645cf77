from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.addresses import shared_spelling
from briefing.collect.feeds import Feed, is_xml_feed, read_feed
from briefing.collect.names import feed_name, place_names
from briefing.collect.values import EARLIEST
from briefing.errors import ParseError
from briefing.model.article import Article
from tests.collect.samples import FEED_URL, NOW, PARAGRAPHS, item, rss, saved


def read(text: str, url: str | None = FEED_URL) -> Feed:
    feed = read_feed(text, saved=saved(text, url=url))
    assert feed is not None
    return feed


def only(text: str, url: str | None = FEED_URL) -> Article:
    (article,) = read(text, url).articles
    return article


def encoded(html: str) -> str:
    return f"<content:encoded><![CDATA[{html}]]></content:encoded>"


LONG_HTML = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>Talbote</title>
<link href="https://talbote.example/"/><entry><title type="html">Br&amp;uuml;cke &amp;amp; Zoll</title>
<id>tag:talbote.example,2026:7</id><link href="/b/7"/><published>2026-11-20T07:15:00+01:00</published>
<updated>2026-11-21T09:00:00+01:00</updated><author><name>Von Ilse Graber</name></author><summary>Kurz gesagt.</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Erster Absatz der Meldung.</p><p>Zweiter Absatz.</p>
</div></content></entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://rdf.example/"><title>Old Format Gazette</title>
<link>https://rdf.example/</link></channel><item rdf:about="https://rdf.example/1"><title>It still works</title>
<link>https://rdf.example/1</link><dc:date>2026-11-20</dc:date><dc:language>fr</dc:language></item></rdf:RDF>"""


class TestWhatAnEntryBecomes:
    def test_an_rss_entry_keeps_its_own_words_and_times(self) -> None:
        article = only(rss(item(), head="<language>en-gb</language>"))
        assert (article.title, article.text, article.language) == ("Ferry sails again", "", "en")
        assert article.excerpt == "A borrowed ramp ends eleven days of waiting."
        assert article.published.at == datetime(2026, 11, 19, 8, 30, tzinfo=timezone(timedelta(hours=1)))
        assert str(article.published.at).endswith("+01:00")
        assert (article.source, article.url) == ("Harbour Post", "https://harbour.example/1")
        assert article.captured_at == NOW
        assert article.confidence is None

    def test_an_atom_entry_reads_like_an_rss_entry(self) -> None:
        article = only(ATOM, "https://talbote.example/feed.atom")
        assert article.title == "Brücke & Zoll"
        assert article.text == "Erster Absatz der Meldung.\nZweiter Absatz."
        assert article.excerpt == "Kurz gesagt."
        assert article.url == "https://talbote.example/b/7"
        assert (article.language, article.authors) == ("de", ("Ilse Graber",))
        assert article.published.at == datetime(2026, 11, 20, 7, 15, tzinfo=timezone(timedelta(hours=1)))

    def test_an_rdf_entry_keeps_its_bare_date_and_language(self) -> None:
        article = only(RDF)
        assert (article.published.at, article.language) == (date(2026, 11, 20), "fr")

    def test_an_rdf_entry_keeps_its_full_content(self) -> None:
        spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc='
        full = RDF.replace("xmlns:dc=", spaces).replace("</item>", encoded(LONG_HTML) + "</item>")
        assert only(full).text == "\n".join(PARAGRAPHS)

    def test_full_content_becomes_paragraphs_and_the_description_the_excerpt(self) -> None:
        article = only(rss(item().replace("</item>", encoded(LONG_HTML) + "</item>")))
        assert article.text == "\n".join(PARAGRAPHS)
        assert article.excerpt == "A borrowed ramp ends eleven days of waiting."

    def test_a_description_as_long_as_an_article_is_the_article(self) -> None:
        article = only(rss(item(description=f"<![CDATA[{LONG_HTML * 4}]]>")))
        assert article.text.startswith(PARAGRAPHS[0])
        assert article.excerpt is None

    def test_a_content_of_one_short_paragraph_is_a_teaser(self) -> None:
        article = only(rss(item(description="").replace("</item>", encoded("<p>Only a taste.</p>") + "</item>")))
        assert (article.text, article.excerpt) == ("", "Only a taste.")

    def test_the_description_of_an_entry_without_a_title_is_its_text(self) -> None:
        article = only(rss(item(title="", description="A note of four words, or more.")))
        assert (article.title, article.text) == ("", "A note of four words, or more.")

    def test_an_entry_with_neither_title_nor_text_is_left_out(self) -> None:
        assert read(rss(item(title="", description=""))).articles == ()

    @pytest.mark.parametrize(
        ("printed", "excerpt"),
        [
            ("Comments", None),
            ("Ferry sails again!", None),
            ("&lt;a href='x'&gt;Comments&lt;/a&gt;", None),
            ("A b.", "A b."),
        ],
        ids=["link list", "title again", "link", "said something"],
    )
    def test_an_excerpt_that_says_nothing_is_none(self, printed: str, excerpt: str | None) -> None:
        assert only(rss(item(description=printed))).excerpt == excerpt

    @pytest.mark.parametrize(
        ("media", "image"),
        [
            ('<media:content url="https://i.example/a.jpg" medium="image"/>', "https://i.example/a.jpg"),
            ('<media:content url="https://i.example/film.mp4" type="video/mp4"/>', None),
            ('<enclosure url="/b.png" type="image/png" length="1"/>', "https://harbour.example/b.png"),
            ('<enclosure url="/talk.mp3" type="audio/mpeg" length="1"/>', None),
            ('<media:thumbnail url="https://i.example/t?7" width="240"/>', "https://i.example/t?7"),
            (
                '<media:content url="https://i.example/film.mp4" type="video/mp4">'
                '<media:thumbnail url="https://i.example/still.jpg"/></media:content>',
                "https://i.example/still.jpg",
            ),
            ('<media:content medium="image"/>', None),
            ('<media:content url="https://i.example/dot.gif" medium="image" width="1" height="1"/>', None),
            (
                '<media:content url="data:image/png;base64,AA" medium="image"/>'
                '<enclosure url="/b.png" type="image/png" length="1"/>',
                "https://harbour.example/b.png",
            ),
            (
                "".join(f'<media:content url="/{w}.jpg" width="{w}"/>' for w in (140, 460, 700)),
                "https://harbour.example/700.jpg",
            ),
            (
                "".join(f'<media:content url="/{w}.jpg" width="{w}"/>' for w in (5000, 1200, 140)),
                "https://harbour.example/1200.jpg",
            ),
        ],
        ids=[
            "media picture", "media film", "enclosed picture", "enclosed sound", "thumbnail", "still of a film",
            "no address", "counting pixel", "inline", "widths", "large widths",
        ],
    )  # fmt: skip
    def test_the_image_is_a_picture_and_nothing_else(self, media: str, image: str | None) -> None:
        assert only(rss(item().replace("</item>", media + "</item>"))).image == image

    @pytest.mark.parametrize(
        ("markup", "image"),
        [
            ("<p>A.</p><img alt='' src='/a.jpg'><img src='/b.jpg'>", "https://harbour.example/a.jpg"),
            ('<img src="/dot.gif" width="1" height="1"/><img src="/b.jpg"/>', "https://harbour.example/b.jpg"),
            ('<img src="data:image/gif;base64,R0" data-src="/late.jpg"/>', "https://harbour.example/late.jpg"),
            ('<img src="https://s.w.org/images/core/emoji/2/svg/1f642.svg"/>', None),
            ('<img src="javascript:x()"/>', None),
            ("<p>No <imgx src='/a.jpg'> here.</p>", None),
        ],
        ids=["first", "counting pixel", "loaded late", "smiley", "script", "none"],
    )
    def test_a_picture_in_the_text_is_the_image_of_an_entry_without_another(
        self, markup: str, image: str | None
    ) -> None:
        assert only(rss(item(description=f"<![CDATA[{markup}]]>"))).image == image
        assert only(rss(item().replace("</item>", encoded(markup) + "</item>"))).image == image
        escaped = markup.replace("&", "&amp;").replace("<", "&lt;")
        assert only(rss(item(description=escaped))).image == image

    def test_a_picture_the_publisher_names_goes_before_one_in_the_text(self) -> None:
        named = '<enclosure url="/b.png" type="image/png" length="1"/></item>'
        entry = item(description="<![CDATA[<img src='/a.jpg'>]]>").replace("</item>", named)
        assert only(rss(entry)).image == "https://harbour.example/b.png"

    @pytest.mark.parametrize("title", ["B", "B & C"], ids=["sound", "broken"])
    def test_an_atom_entry_encloses_its_picture_in_a_link(self, title: str) -> None:
        link = '<link rel="enclosure" type="image/jpeg" href="/i.jpg"/></entry>'
        atom = ATOM.replace("</entry>", link).replace("Br&amp;uuml;cke", title)
        assert only(atom).image == "https://talbote.example/i.jpg"

    def test_a_thumbnail_in_a_broken_feed_is_found(self) -> None:
        broken = rss(
            item(title="Soup & bread").replace("</item>", '<media:thumbnail url="https://i.example/t.jpg"/></item>')
        )
        assert only(broken).image == "https://i.example/t.jpg"

    @pytest.mark.parametrize(
        ("printed", "names"),
        [
            ("Mara Lind", ("Mara Lind",)),
            ("By Mara Lind and Tom Okafor", ("Mara Lind", "Tom Okafor")),
            ("desk@harbour.example (Mara Lind)", ("Mara Lind",)),
            ("desk@harbour.example", ()),
            ("Harbour Post", ()),
            ("admin", ()),
        ],
        ids=["name", "two names", "address and name", "address", "outlet", "nobody"],
    )
    def test_authors_are_people(self, printed: str, names: tuple[str, ...]) -> None:
        assert only(rss(item(**{"dc:creator": printed}))).authors == names

    def test_categories_are_listed_once_and_uncategorized_is_none(self) -> None:
        tags = "".join(f"<category>{name}</category>" for name in ("Ports", "ports", "Uncategorized", "Weather"))
        assert only(rss(item().replace("</item>", tags + "</item>"))).categories == ("Ports", "Weather")

    def test_one_category_with_commas_is_several(self) -> None:
        assert only(rss(item(category="Ports, Weather"))).categories == ("Ports", "Weather")


class TestTitles:
    @pytest.mark.parametrize(
        ("printed", "title"),
        [
            ("Sailors&amp;#8217; soup", "Sailors’ soup"),
            ("Sailors&amp;amp;#8217; soup", "Sailors’ soup"),
            ("<![CDATA[<b>Bold</b> words<br/>here]]>", "Bold words here"),
            ("std::vector&lt;int&gt; explained", "std::vector<int> explained"),
            ("  Two\n lines ", "Two lines"),
            ("Kaf\u0065\u0301 opens", "Kafé opens"),
            ("Soft\u00adware\u200b and \u202eback", "Software and back"),
        ],
        ids=["entity", "twice escaped", "tags", "angle brackets meant", "spaces", "composed", "unseen"],
    )
    def test_titles_are_plain_lines(self, printed: str, title: str) -> None:
        assert only(rss(item(title=printed))).title == title


class TestLinks:
    @pytest.mark.parametrize(
        ("link", "url"),
        [
            ("/a/b?c=1", "https://harbour.example/a/b?c=1"),
            (" https://harbour.example/a b ", "https://harbour.example/ab"),
            ("javascript:alert(1)", None),
            ("https://harbour.example/é", "https://harbour.example/%C3%A9"),
            ("https://[broken/", None),
        ],
        ids=["relative", "spaces", "script", "non-ascii", "broken"],
    )
    def test_links_are_resolved_and_only_web_addresses_stay(self, link: str, url: str | None) -> None:
        assert only(rss(item(link=link, guid=""))).url == url

    def test_an_address_as_id_stands_in_for_a_missing_link(self) -> None:
        assert only(rss(item(link="", guid="https://harbour.example/by-id"))).url == "https://harbour.example/by-id"

    @pytest.mark.parametrize(
        ("link", "other"),
        [
            ("http://harbour.example/a/", "https://harbour.example/a"),
            ("https://harbour.example/a?utm_source=rss&id=7#comments", "https://harbour.example/a?id=7&fbclid=x"),
            ("https://HARBOUR.example:443/a", "https://harbour.example/a"),
            ("https://harbour.example", "https://harbour.example/"),
        ],
        ids=["scheme and slash", "tracking", "host and port", "front page"],
    )
    def test_an_address_spelt_in_two_ways_is_one_article_whatever_its_id(self, link: str, other: str) -> None:
        twice = (
            item("A", link=link.replace("&", "&amp;"), guid="1"),
            item("B", link=other.replace("&", "&amp;"), guid="2"),
        )
        (article,) = read(rss(*twice)).articles
        assert article.title == "A"

    @pytest.mark.parametrize(
        ("link", "other"),
        [("/a?id=1", "/a?id=2"), ("/a", "/A"), ("/#!/a", "/#!/b"), ("/a?p=1&q=2", "/a?q=2&p=1")],
        ids=["parameter", "letter case", "route", "order"],
    )
    def test_addresses_that_may_mean_two_articles_stay_two(self, link: str, other: str) -> None:
        twice = (
            item("A", link=link.replace("&", "&amp;"), guid="1"),
            item("B", link=other.replace("&", "&amp;"), guid="2"),
        )
        assert len(read(rss(*twice)).articles) == 2

    @given(st.text(max_size=60))
    def test_any_address_has_one_spelling_that_stays(self, rest: str) -> None:
        for address in (rest, "https://harbour.example/" + rest):
            spelling = shared_spelling(address)
            assert shared_spelling(spelling) == spelling

    def test_the_same_entry_twice_is_one(self) -> None:
        assert len(read(rss(item(), item(), item("Same id", "2", guid="https://harbour.example/1"))).articles) == 1

    def test_ids_do_not_depend_on_the_order_of_entries(self) -> None:
        one, other = item("One", "1"), item("Other", "2")
        ids = {article.id for article in read(rss(one, other)).articles}
        assert ids == {article.id for article in read(rss(other, one)).articles}
        assert len(ids) == 2


class TestDates:
    @pytest.mark.parametrize(
        ("printed", "at"),
        [
            ("Thu, 19 Nov 2026 08:30:00 GMT", datetime(2026, 11, 19, 8, 30, tzinfo=UTC)),
            ("2026-11-19", date(2026, 11, 19)),
            ("19 Nov 2026 10:00", date(2026, 11, 19)),
            ("jeu., 19 nov. 2026 10:00:00 +0200", datetime(2026, 11, 19, 10, tzinfo=timezone(timedelta(hours=2)))),
            ("Thu, 32 Nov 2026 08:30:00 GMT", None),
            ("1970-01-01T00:00:00Z", None),
            ("2199-01-01T00:00:00Z", None),
            ("soon", None),
        ],
        ids=["zone", "bare", "no zone", "French", "impossible", "epoch", "far future", "no date"],
    )
    def test_a_date_is_as_precise_as_its_print_or_none(self, printed: str, at: datetime | date | None) -> None:
        assert only(rss(item(pubDate=printed))).published.at == at

    def test_an_unreadable_date_does_not_hide_a_readable_update(self) -> None:
        feed = ATOM.replace("2026-11-20T07:15:00+01:00", "yesterday-ish")
        assert only(feed).published.at == datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=1)))

    def test_the_first_plausible_day_is_in_1995(self) -> None:
        assert date(1995, 1, 1) == EARLIEST
        assert only(rss(item(pubDate="1995-01-01"))).published.at == EARLIEST


class TestBodies:
    @pytest.mark.parametrize(
        ("html", "text", "truncated"),
        [
            (
                "<p>A.</p><p>A tale.</p><p>The post <a>A tale</a> appeared first on <a>Harbour</a>.</p>",
                "A.\nA tale.",
                False,
            ),
            (
                "<p>Ein Satz. Der Beitrag Satz erschien zuerst auf Bote.</p><p>b</p>",
                "Ein Satz. Der Beitrag Satz erschien zuerst auf Bote.\nb",
                False,
            ),
            ("<p>Part one.</p><p>It goes on […]</p>", "Part one.\nIt goes on…", True),
            ("<p>Part one.</p><p>Two. <a href='/1'>Read more</a></p>", "Part one.\nTwo.", True),
            ("<p>Part.</p><p>One.</p><p>Continue reading Ferry sails →</p>", "Part.\nOne.", True),
            (
                "<p>Part.</p><p>The cook had been on duty and was Read more</p>",
                "Part.\nThe cook had been on duty and was",
                True,
            ),
            ("<p>Part.</p><p>She likes to read more</p>", "Part.\nShe likes to read more", False),
            ("<p>Part.</p><p>End.</p><p>Read also: Another ferry sinks</p>", "Part.\nEnd.", False),
            ("<p>One<br>line</p><p>Stop.<br>Go.</p>a<br><br>b", "One line\nStop.\nGo.\na\nb", False),
            (
                "<figure><figcaption>Photo: A. B.</figcaption></figure><p>Text.</p><script>x()</script><p>End.</p>",
                "Text.\nEnd.",
                False,
            ),
            ("&lt;p&gt;Escaped twice.&lt;/p&gt;&lt;p&gt;Still read.&lt;/p&gt;", "Escaped twice.\nStill read.", False),
            ("First paragraph\nwrapped.\n\nSecond &amp; last.", "First paragraph wrapped.\nSecond & last.", False),
        ],
        ids=[
            "wordpress",
            "mid-text stays",
            "brackets",
            "read more",
            "continue",
            "cut off",
            "a sentence",
            "pointer",
            "breaks",
            "caption",
            "escaped",
            "plain",
        ],
    )
    def test_the_body_is_the_articles_own_text(self, html: str, text: str, truncated: bool) -> None:
        article = only(rss(item(description="").replace("</item>", encoded(html) + "</item>")))
        assert (article.text, article.truncated) == (text, truncated)

    def test_a_teaser_that_breaks_off_says_so(self) -> None:
        article = only(rss(item(description="The ramp is borrowed and […]")))
        assert (article.excerpt, article.truncated) == ("The ramp is borrowed and…", True)


class TestNames:
    @pytest.mark.parametrize(
        ("title", "name"),
        [
            ("Harbour Post", "Harbour Post"),
            ("Harbour Post RSS Feed", "Harbour Post"),
            ("Harbour Post - World News", "Harbour Post"),
            ("World", "World (harbour.example)"),
            ("Top Stories | RSS", "Top Stories (harbour.example)"),
            ("Harbour Post – the only newspaper of the whole coast since eighteen seventy-two", "Harbour Post"),
            ("Tom &amp; Mara", "Tom & Mara"),
            ("", None),
            (None, None),
        ],
    )
    def test_a_feed_is_named_as_a_reader_would(self, title: str | None, name: str | None) -> None:
        assert feed_name(title, "https://www.harbour.example:8443/rss") == name

    def test_a_generic_title_without_an_address_stands_alone(self) -> None:
        assert feed_name("News", None) == "News"

    def test_addresses_of_one_host_get_names_of_their_own_that_hold_no_token(self) -> None:
        addresses = {
            "https://www.alone.example/feed": "alone.example",
            "https://h.example/rss/Sport.xml?key=a": "h.example/Sport",
            "https://h.example/feed/9f8e7d6c5b4a/world-news": "h.example/world-news",
            "https://h.example/feed?cat=1": "h.example",
            "https://h.example/feed?cat=2": "h.example (2)",
        }
        assert place_names([*addresses, "/a/folder"]) == addresses

    def test_articles_of_a_nameless_feed_carry_the_host(self) -> None:
        feed = read(rss(item(), title=""))
        assert feed.name is None
        assert feed.articles[0].source == "harbour.example"


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Plain Notes",
    "home_page_url": "https://notes.example/",
    "language": "en",
    "authors": [{"name": "Ada Brook"}],
    "items": [
        {
            "id": 1,
            "url": "/1",
            "title": "First",
            "content_html": LONG_HTML,
            "summary": "Short.",
            "date_published": "2026-11-20T10:00:00+02:00",
            "tags": ["sea", 7],
            "image": "/i.png",
        },
        {"id": "2", "content_text": "Just <text>, two\nlines of it.", "author": {"name": "Guest Writer"}},
        "nonsense",
    ],
}


class TestJsonFeed:
    def test_both_kinds_of_entries_are_read(self) -> None:
        first, second = read(json.dumps(JSON_FEED), "https://notes.example/feed.json").articles
        assert (first.title, first.url, first.image) == (
            "First",
            "https://notes.example/1",
            "https://notes.example/i.png",
        )
        assert (first.text, first.excerpt) == ("\n".join(PARAGRAPHS), "Short.")
        assert (first.authors, first.categories, first.language) == (("Ada Brook",), ("sea",), "en")
        assert first.published.at == datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=2)))
        assert (second.text, second.authors) == ("Just <text>, two\nlines of it.", ("Guest Writer",))

    @pytest.mark.parametrize(
        "text",
        ["{", "[]", '{"version": "2"}', "[" * 100_000, '"jsonfeed.org"'],
        ids=["broken", "list", "other", "deep", "string"],
    )
    def test_other_json_is_no_feed(self, text: str) -> None:
        assert read_feed(text, saved=saved(text)) is None

    def test_fields_of_the_wrong_type_count_as_missing(self) -> None:
        odd = {**JSON_FEED, "title": 7, "authors": "x", "items": [{"id": [1], "title": "T", "tags": 3, "url": {}}]}
        article = only(json.dumps(odd))
        assert (article.title, article.url, article.authors, article.categories) == ("T", None, (), ())

    def test_a_feed_without_items_is_empty(self) -> None:
        assert read(json.dumps({"version": "https://jsonfeed.org/version/1"})).articles == ()


class TestBrokenAndHostileFeeds:
    @pytest.mark.parametrize(
        "break_it",
        [
            lambda text: "<br />\nWarning: x in /y.php<br />\n" + text,
            lambda text: "\ufeff\n  " + text,
            lambda text: text.replace("Ferry", "Soup & ferry", 1),
            lambda text: text.replace("</item>", '<foo:bar url="x"/></item>', 1),
            lambda text: text.replace("Ferry", "Fer\x0b\x00ry", 1),
            lambda text: text[:-40],
            lambda text: '<?xml version="1.0"?>' + text,
            lambda text: text.replace("<rss", "<!DOCTYPE html><rss", 1),
            lambda text: text.replace("Ferry", "Ferry&nbsp;&eacute;", 1),
        ],
        ids=[
            "warning",
            "mark",
            "ampersand",
            "prefix",
            "control",
            "cut",
            "two declarations",
            "doctype",
            "html entity",
        ],
    )
    def test_a_broken_feed_still_gives_its_entry(self, break_it: object) -> None:
        assert callable(break_it)
        article = only(break_it(rss(item())))
        assert "erry" in article.title
        assert article.url == "https://harbour.example/1"
        assert article.published.at is not None

    @pytest.mark.parametrize("declared", ['a "ha"><!ENTITY b "&a;&a;&a;"', 'x SYSTEM "file:///etc/hostname"'])
    def test_entities_can_neither_expand_nor_read_files(self, declared: str) -> None:
        with pytest.raises(ParseError, match="declares entities of its own"):
            read(rss(item(title="[&b;&x;]")).replace("<rss", f"<!DOCTYPE r [<!ENTITY {declared}>]><rss"))

    @pytest.mark.parametrize(
        ("bomb", "reason"),
        [
            ("<item " + " ".join(f'a{n}="1"' for n in range(2_000)) + "><title>x</title></item>", "2000 attributes"),
            ("<item " + " ".join(f'a{n}="1"' for n in range(600)) + "><title>x</title></item>", "600 attributes"),
            ("<item><description>" + "<b>" * 5_000 + "</b>" * 5_000 + "</description></item>", "200 deep"),
        ],
        ids=["crowded tag", "less crowded", "nesting"],
    )
    def test_traps_are_refused_before_a_parser_sees_them(self, bomb: str, reason: str) -> None:
        with pytest.raises(ParseError, match=reason):
            read(rss(bomb))

    def test_a_date_that_swallowed_its_neighbour_costs_nothing_but_the_date(self) -> None:
        swallowed = item(pubDate="Thu, 19 Nov 2026<description>Inside.</description>")
        assert only(rss(swallowed)).title == "Ferry sails again"

    def test_a_feed_that_fast_reading_fails_on_is_read_slowly(self) -> None:
        nested = rss(item()).replace("<channel>", "<channel><channel>").replace("</channel>", "</channel></channel>")
        assert only(nested).title == "Ferry sails again"

    def test_a_page_that_links_a_feed_is_no_feed(self) -> None:
        assert not is_xml_feed('<html><head><link rel="alternate"></head><body><rss></rss></body></html>')

    @settings(deadline=None)  # the first odd date loads dateparser
    @given(st.text(max_size=300))
    def test_any_title_comes_out_as_one_clean_line(self, title: str) -> None:
        escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for article in read(rss(item(title=escaped))).articles:
            assert "\n" not in article.title
            assert article.title == article.title.strip()
            assert "\x00" not in article.title

    @settings(deadline=None)
    @given(st.integers(0, 1_500), st.integers(1, 60), st.text("<>&\"'/ab!-[]", max_size=40))
    def test_no_damage_makes_the_reader_crash(self, at: int, length: int, noise: str) -> None:
        whole = rss(item().replace("</item>", encoded(LONG_HTML) + "</item>"), item("Second", "2"))
        text = whole[:at] + noise + whole[at + length :]
        try:
            feed = read_feed(text, saved=saved(text))
        except ParseError:
            return
        assert feed is None or len(feed.articles) <= 3

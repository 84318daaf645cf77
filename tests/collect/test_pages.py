from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from briefing.collect.metadata import find_feed_link, without_site
from briefing.collect.pages import parse_page, read_page
from briefing.model.article import Article
from tests.collect.samples import PARAGRAPHS, page, saved

URL = "https://harbour.example/2026/ferry.html"


def read(html: str, url: str | None = URL) -> Article:
    article = read_page(html, saved=saved(html, name="ferry.html", url=url))
    assert article is not None
    return article


def json_ld(**said: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **said})}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


class TestText:
    @pytest.mark.parametrize(
        "body", [None, "<p>Too short.</p>", "<table><tr><td>" + PARAGRAPHS[1] + "</td></tr></table>"]
    )
    def test_a_tree_that_somebody_has_already_is_left_as_it_is(self, body: str | None) -> None:
        html = page(body=body, head=meta("og:title", "Ferry sails again"))
        tree = parse_page(html)
        assert tree is not None
        before = etree.tostring(tree)
        read_page(html, saved=saved(html, url=URL), tree=tree)
        assert etree.tostring(tree) == before

    def test_the_article_is_read_without_its_surroundings(self) -> None:
        article = read(page())
        assert article.text == "\n".join(PARAGRAPHS)
        assert (article.title, article.language, article.file) == ("Ferry sails again", "en", "ferry.html")
        assert (article.source, article.url) == ("harbour.example", URL)

    @pytest.mark.parametrize(
        "line",
        [
            "Advertisement",
            "Read also: A ferry sinks elsewhere",
            "À lire aussi : un autre bac",
            "Lesen Sie auch: Noch eine Fähre",
            "Photo: Mara Lind / Agency",
            "Share this article",
            "Sign up for our morning newsletter",
            "Abonnez-vous à notre lettre",
        ],
    )
    def test_lines_that_are_not_the_articles_go(self, line: str) -> None:
        body = "".join(f"<p>{text}</p>" for text in (PARAGRAPHS[0], line, *PARAGRAPHS[1:]))
        assert read(page(body=body)).text == "\n".join(PARAGRAPHS)

    def test_a_sentence_that_mentions_a_newsletter_stays(self) -> None:
        sentence = (
            "The newsletter of the sailing club, which nobody reads, had announced the soup in advance on Monday."
        )
        body = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, sentence))
        assert read(page(body=body)).text.endswith(sentence)

    @pytest.mark.parametrize(
        "html",
        [
            "",
            "no tags at all",
            "<!-- <p>nothing</p> -->",
            page(body="<p>Too short.</p>"),
            "<html><title>Just a moment</title><p>Checking</html>",
        ],
        ids=["empty", "plain", "comment", "short", "checking"],
    )
    def test_a_page_without_an_article_gives_none(self, html: str) -> None:
        assert read_page(html, saved=saved(html)) is None

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 900), st.text("<>&\"'/ab!-", max_size=30))
    def test_no_damage_makes_the_reader_crash(self, at: int, noise: str) -> None:
        html = page()
        broken = html[:at] + noise + html[at + len(noise) :]
        article = read_page(broken, saved=saved(broken))
        assert article is None or "<p>" not in article.text


class TestTitle:
    @pytest.mark.parametrize(
        ("head", "heading", "title"),
        [
            ("", "Ferry sails again", "Ferry sails again"),
            (meta("og:title", "A ferry, a ramp and a crane"), "Ferry sails again", "Ferry sails again"),
            (json_ld(headline="The ramp is borrowed"), "Menu of the day", "The ramp is borrowed"),
            (meta("og:title", "The ramp is borrowed | Harbour Post"), "Menu of the day", "The ramp is borrowed"),
        ],
        ids=["h1", "h1 beside og", "headline", "og without site"],
    )
    def test_the_witnesses_vote(self, head: str, heading: str, title: str) -> None:
        html = page(head=head).replace("<h1>Ferry sails again</h1>", f"<h1>{heading}</h1>")
        assert read(html).title == title

    def test_without_any_witness_the_first_heading_is_the_title(self) -> None:
        body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
        assert read(f"<html><body><article><h2>Only heading</h2>{body}</article></body></html>").title == "Only heading"

    def test_without_even_a_heading_the_text_begins_the_title(self) -> None:
        body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
        assert read(f"<html><body><article>{body}</article></body></html>").title == PARAGRAPHS[0][:120]

    def test_a_masthead_is_no_title_although_it_is_a_heading(self) -> None:
        html = page().replace("<nav>", "<h1>Harbour Post</h1><nav>")
        assert read(html).title == "Ferry sails again"

    @pytest.mark.parametrize(
        ("title", "site", "bare"),
        [
            ("Harbour Post: Ferry sails again", "Harbour Post", "Ferry sails again"),
            ("Ferry sails again - Harbour Post", "Harbour Post", "Ferry sails again"),
            (
                "Ferry sails again - after eleven long days of waiting",
                "",
                "Ferry sails again - after eleven long days of waiting",
            ),
            ("Ferry sails again", "Harbour Post", "Ferry sails again"),
        ],
    )
    def test_only_a_site_is_cut_off(self, title: str, site: str, bare: str) -> None:
        assert without_site(title, site) == bare


BERLIN = timezone(timedelta(hours=1))


class TestDate:
    @pytest.mark.parametrize(
        ("head", "body", "at"),
        [
            (json_ld(datePublished="2026-11-20T18:42:00+01:00"), "", datetime(2026, 11, 20, 18, 42, tzinfo=BERLIN)),
            (meta("article:published_time", "2026-11-19T10:00:00Z"), "", datetime(2026, 11, 19, 10, tzinfo=UTC)),
            ("", '<time datetime="2026-11-18">Wed</time>', date(2026, 11, 18)),
            (
                "",
                '<time datetime="2026-11-02">x</time><time class="entry-date published" datetime="2026-11-18">',
                date(2026, 11, 18),
            ),
            ("", '<span itemprop="datePublished" content="2026-11-17"></span>', date(2026, 11, 17)),
            (meta("article:published_time", "2097-01-01"), '<time datetime="2026-11-18">', date(2026, 11, 18)),
            ("", "", None),
        ],
        ids=["json-ld", "meta", "time", "the published time", "microdata", "implausible", "none"],
    )
    def test_the_best_witness_wins_and_none_is_invented(self, head: str, body: str, at: object) -> None:
        assert (
            read(page(head=head).replace("</h1>", f"</h1>{body}"), url="https://harbour.example/ferry").published.at
            == at
        )

    def test_json_ld_goes_before_meta(self) -> None:
        head = meta("article:published_time", "2026-11-19T10:00:00Z") + json_ld(datePublished="2026-11-18")
        assert read(page(head=head)).published.at == date(2026, 11, 18)

    def test_a_date_in_the_address_is_the_last_resort(self) -> None:
        assert read(page(), url="https://harbour.example/2026/11/16/ferry").published.at == date(2026, 11, 16)


class TestMetadata:
    def test_json_ld_tells_authors_outlet_sections_and_image(self) -> None:
        head = json_ld(
            author=[{"@type": "Person", "name": "Mara Lind"}, {"name": "Tom Okafor"}],
            publisher={"name": "Harbour Post"},
            articleSection=["Ports", "Coast"],
            image={"url": "/ramp.jpg"},
            description="A ramp, borrowed.",
            inLanguage="en-GB",
        )
        article = read(page(head=head, lang=""))
        assert article.authors == ("Mara Lind", "Tom Okafor")
        assert (article.source, article.categories) == ("Harbour Post", ("Ports", "Coast"))
        assert (article.image, article.excerpt) == ("https://harbour.example/ramp.jpg", "A ramp, borrowed.")
        assert article.language == "en"

    @pytest.mark.parametrize(
        "script",
        [
            '{"@graph":[{"@type":"WebSite"},{"@type":["Article"],"headline":"H","author":"Mara Lind"}]}',
            '[{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","author":"Mara Lind"}}]',
            '<!-- {"@type":"BlogPosting","author":["Mara Lind"]} -->',
        ],
        ids=["graph", "main entity", "in a comment"],
    )
    def test_the_article_is_found_wherever_it_is_nested(self, script: str) -> None:
        assert read(page(head=f'<script type="application/ld+json">{script}</script>')).authors == ("Mara Lind",)

    @pytest.mark.parametrize(
        "script", ["{broken", "[" * 50_000, '[[[[[[[[[[[[[[[{"@type":"Article"}]]]]]]]]]]]]]]]', "7"]
    )
    def test_broken_json_ld_says_nothing(self, script: str) -> None:
        assert read(page(head=f'<script type="application/ld+json">{script}</script>')).authors == ()

    def test_microdata_and_metas_stand_in_for_json_ld(self) -> None:
        head = meta("author", "By Mara Lind") + meta("og:site_name", "Harbour Post") + meta("og:locale", "de_AT")
        article = read(
            page(head=head + meta("og:image", "https://i.example/r.jpg") + meta("article:section", "Ports"), lang="")
        )
        assert (article.authors, article.source, article.language) == (("Mara Lind",), "Harbour Post", "de")
        assert (article.image, article.categories) == ("https://i.example/r.jpg", ("Ports",))

    @pytest.mark.parametrize(
        ("name", "image"),
        [
            ("og:image", "https://harbour.example/r.jpg"),
            ("og:image:url", "https://harbour.example/r.jpg"),
            ("og:image:secure_url", "https://harbour.example/r.jpg"),
            ("twitter:image", "https://harbour.example/r.jpg"),
            ("og:video", None),
        ],
    )
    def test_the_image_is_the_one_for_sharing_by_an_absolute_address(self, name: str, image: str | None) -> None:
        assert read(page(head=meta(name, "/r.jpg"))).image == image

    @pytest.mark.parametrize(
        "byline",
        ['<a rel="author">Mara Lind</a>', '<span itemprop="author"><span itemprop="name">Mara Lind</span></span>'],
        ids=["link", "microdata"],
    )
    def test_visible_bylines_with_a_mark_are_read(self, byline: str) -> None:
        assert read(page().replace("</h1>", f"</h1>{byline}")).authors == ("Mara Lind",)

    @pytest.mark.parametrize(
        ("href", "url"),
        [
            ("https://harbour.example/ferry", "https://harbour.example/ferry"),
            ("/ferry", "https://harbour.example/ferry"),
            ("https://harbour.example/", URL),
        ],
        ids=["absolute", "relative", "front page"],
    )
    def test_the_canonical_address_is_the_articles_own(self, href: str, url: str) -> None:
        assert read(page(head=f'<link rel="canonical" href="{href}">')).url == url

    @pytest.mark.parametrize(
        ("title", "source"),
        [("Ferry sails again | Harbour Post", "Harbour Post"), ("Harbour Post: Ferry sails again", "Harbour Post")],
        ids=["behind", "before"],
    )
    def test_an_outlet_that_only_its_masthead_names_is_found(self, title: str, source: str) -> None:
        html = (
            page().replace("Ferry sails again | Harbour Post", title).replace("<nav>", "<div>Harbour Post</div><nav>")
        )
        assert read(html, url=None).source == source

    def test_a_saved_page_without_an_address_has_no_outlet(self) -> None:
        article = read(page(), url=None)
        assert (article.source, article.url) == (None, None)

    def test_the_part_before_a_paywall_is_truncated(self) -> None:
        assert read(page(head=json_ld(isAccessibleForFree=False))).truncated
        assert not read(page(head=json_ld(isAccessibleForFree=True))).truncated


class TestFeedLinks:
    @pytest.mark.parametrize(
        ("link", "found"),
        [
            ('<link rel="alternate" type="application/rss+xml" href="/feed">', "https://harbour.example/feed"),
            (
                '<base href="https://cdn.example/x/"><link rel="alternate" type="application/atom+xml" href="a">',
                "https://cdn.example/x/a",
            ),
            ('<link rel="alternate" type="application/rss+xml" href="/comments/feed">', None),
            ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">', None),
            ('<link rel="stylesheet" type="application/rss+xml" href="/feed">', None),
            ('<link rel="alternate" type="text/html" hreflang="de" href="/de">', None),
        ],
        ids=["rss", "base", "comments", "wordpress api", "no alternate", "language"],
    )
    def test_an_announced_feed_is_found(self, link: str, found: str | None) -> None:
        tree = parse_page(page(head=link))
        assert tree is not None
        assert find_feed_link(tree, base=URL) == found

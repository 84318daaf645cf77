"""Holds the fast way and the forgiving way of reading feeds to one result, and both to hostile documents."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.documents import Documents
from briefing.collect.entries import ParsedFeed, article_of
from briefing.collect.survey import survey_feed
from briefing.collect.xmlfeed import parse_xml_feed, read_fast, read_slow
from briefing.errors import ParseError
from briefing.model.article import Article
from tests.collect.samples import FEED_URL, item, rss, saved

#: Letters that XML allows, with those that mean something in markup and those that break lines.
WORDS = st.text(st.sampled_from("abc Zürich&<>\"'’—日é\n]["), min_size=1, max_size=24).filter(str.strip)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)
STAMPS = st.sampled_from(["Thu, 19 Nov 2026 08:30:00 +0100", "2026-11-19T08:30:00Z", "19 Nov 2026 08:30:00 GMT"])
MARKUP = WORDS.map(lambda words: f"<p>{escape(words)}</p><p>More &amp; more.</p>")


def tag(name: str, words: str, *, as_section: bool = False) -> str:
    inner = f"<![CDATA[{words.replace(']]>', '')}]]>" if as_section else escape(words)
    return f"<{name}>{inner}</{name}>"


@st.composite
def rss_items(draw: st.DrawFn) -> str:
    fields = [tag("title", draw(WORDS), as_section=draw(st.booleans())), tag("link", f"/{draw(st.integers(0, 99))}")]
    if draw(st.booleans()):
        fields.append(tag("guid", f"tag:harbour.example,2026:{draw(st.integers(0, 99))}"))
    if draw(st.booleans()):
        fields.append(tag(draw(st.sampled_from(["pubDate", "dc:date"])), draw(STAMPS)))
    if draw(st.booleans()):
        fields.append(tag("description", draw(MARKUP | WORDS), as_section=draw(st.booleans())))
    if draw(st.booleans()):
        fields.append(tag("content:encoded", draw(MARKUP) * 3, as_section=draw(st.booleans())))
    if draw(st.booleans()):
        fields.append(tag(draw(st.sampled_from(["author", "dc:creator"])), draw(st.sampled_from(["Mara Lind", "Bo"]))))
    fields += [tag("category", draw(WORDS)) for _ in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        fields.append('<enclosure url="/e.jpg" type="image/jpeg" length="9"/>')
    if draw(st.booleans()):
        fields.append('<media:content url="https://i.example/m.jpg" medium="image" width="700"/>')
    return "".join(draw(st.permutations(fields)))


@st.composite
def atom_entries(draw: st.DrawFn) -> str:
    fields = [tag("title", draw(WORDS)), f'<link href="/{draw(st.integers(0, 99))}"/>']
    fields.append(tag("id", f"tag:harbour.example,2026:{draw(st.integers(0, 99))}"))
    stamps = st.sampled_from(["2026-11-19T08:30:00Z", "2026-11-19T09:30:00+01:00"])
    fields += [tag(name, draw(stamps)) for name in ("published", "updated") if draw(st.booleans())]
    if draw(st.booleans()):
        fields.append(f'<summary type="html">{escape(draw(MARKUP))}</summary>')
    if draw(st.booleans()):
        fields.append(f'<content type="html">{escape(draw(MARKUP) * 3)}</content>')
    if draw(st.booleans()):
        fields.append("<author><name>Mara Lind</name></author>")
    if draw(st.booleans()):
        fields.append('<category term="ports"/>')
    return f"<entry>{''.join(draw(st.permutations(fields)))}</entry>"


@st.composite
def feeds(draw: st.DrawFn) -> str:
    title, language = tag("title", draw(WORDS)), draw(st.sampled_from(["", "<language>fr</language>"]))
    count = range(draw(st.integers(1, 3)))
    match draw(st.sampled_from(["2.0", "0.91", "rdf", "atom"])):
        case "atom":
            entries = "".join(draw(atom_entries()) for _ in count)
            link = '<link href="https://harbour.example/"/><id>x</id><updated>2026-11-19T08:30:00Z</updated>'
            return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de">{title}{link}{entries}</feed>'
        case "rdf":
            items = "".join(f'<item rdf:about="https://harbour.example/{n}">{draw(rss_items())}</item>' for n in count)
            rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
            channel = (
                f'<channel rdf:about="https://harbour.example/">{title}<link>https://harbour.example/</link></channel>'
            )
            return f"<rdf:RDF {rdf} {SPACES}>{channel}{items}</rdf:RDF>"
        case version:
            items = "".join(f"<item>{draw(rss_items())}</item>" for _ in count)
            link = "<link>https://harbour.example/</link><description>All</description>"
            return f'<rss version="{version}" {SPACES}><channel>{title}{link}{language}{items}</channel></rss>'


def articles(feed: ParsedFeed, xml: str) -> list[Article | None]:
    document = saved(xml, url=FEED_URL)
    told = (article_of(entry, feed, source="Harbour Post", saved=document) for entry in feed.entries)
    return [article and replace(article, categories=tuple(sorted(article.categories))) for article in told]


@settings(deadline=None, max_examples=100)
@given(feeds())
def test_the_fast_way_gives_what_the_forgiving_way_gives(xml: str) -> None:
    survey = survey_feed(xml)
    assert survey.well_formed
    fast, slow = read_fast(xml, survey), read_slow(xml)
    assert articles(slow, xml)
    if fast is not None:
        for one, other in zip(articles(fast, xml), articles(slow, xml), strict=True):
            assert one
            assert other
            assert asdict(one) == asdict(other)
        assert (fast.title or "").split() == (slow.title or "").split()


def test_the_texts_and_pictures_of_a_media_group_are_found() -> None:
    media = "<media:title>Film</media:title><media:thumbnail url='https://i.example/t.jpg' width='480'/>"
    group = f"<media:group>{media}<media:description>What the film shows.</media:description></media:group></item>"
    xml = rss(item(description="").replace("</item>", group))
    (entry,) = parse_xml_feed(xml).entries
    assert (entry.excerpt, entry.image) == ("What the film shows.", "https://i.example/t.jpg")


def test_a_sound_feed_goes_the_fast_way() -> None:
    xml = rss(item(), item("Second", "2")).partition("?>")[2]
    assert read_fast(xml, survey_feed(xml)) == parse_xml_feed(xml)


THREE = item("A1", "1"), item("A2", "2"), item("A3", "3")
SOUND = rss(*THREE)
BARE = SOUND.partition("?>")[2]
TRAP = "declares entities of its own|neither a feed nor a page"
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def declared(encoding: str, text: str = BARE) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding, "ignore")


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        (b"\xef\xbb\xbf\n\n  " + SOUND.encode(), ["A1", "A2", "A3"]),
        (b"<br />\nWarning: foo in /x.php on line 3<br />\n" + SOUND.encode(), ["A1", "A2", "A3"]),
        (SOUND.replace("A1", "A & B").encode(), ["A & B", "A2", "A3"]),
        (SOUND.replace("A1", "A&nbsp;B&eacute;").encode(), ["A Bé", "A2", "A3"]),
        (SOUND.replace("</item>", '<x:thumbnail url="http://x/y.jpg"/></item>').encode(), ["A1", "A2", "A3"]),
        (SOUND.replace("A1", "A\x0b\x01\x00B").encode(), ["AB", "A2", "A3"]),
        (SOUND.encode()[:-150], ["A1", "A2", "A3"]),
        (SOUND.replace("A1", "Né").encode("latin-1"), ["Né", "A2", "A3"]),
        (declared("ISO-8859-1", BARE.replace("A1", "\x93q\x94")), ["“q”", "A2", "A3"]),
        (declared("UTF-16"), ["A1", "A2", "A3"]),
        (b'<?xml version="1.0" encoding="UTF-16"?>' + BARE.encode(), ["A1", "A2", "A3"]),
        (declared("gb2312", BARE.replace("A1", "中文标题")), ["中文标题", "A2", "A3"]),
        (declared("koi8-r", BARE.replace("A1", "Заголовок")), ["Заголовок", "A2", "A3"]),
        (b'<?xml version="1.0"?>' + SOUND.encode(), ["A1", "A2", "A3"]),
        (b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">' + BARE.encode(), ["A1", "A2", "A3"]),
        (SOUND.replace("Thu, 19 Nov 2026", "jeu., 19 nov. 2026").encode(), ["A1", "A2", "A3"]),
        (b"<feed><title>T</title><entry><title>A</title><id>1</id><link href='/1'/></entry></feed>", ["A"]),
        (
            b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>A</a:title><a:link href='/1'/></a:entry>"
            b"</a:feed>",
            ["A"],
        ),
    ],
    ids=[
        "blanks before it", "warning before it", "bare ampersand", "entities of HTML", "unknown prefix", "controls",
        "cut", "latin-1 as utf-8", "cp1252 as latin-1", "utf-16", "utf-16 only declared", "gb2312", "koi8-r",
        "declared twice", "foreign document type", "French dates", "no namespace", "prefixed",
    ],
)  # fmt: skip
def test_a_damaged_feed_gives_all_its_entries(content: bytes, titles: list[str]) -> None:
    reading = Documents().examine(saved(content, url=FEED_URL))
    assert [article.title.replace("\xa0", " ") for article in reading.articles] == titles


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>{BARE.replace("A1", "[&x;]")}', TRAP),
        (f'<!DOCTYPE r [<!ENTITY a0 "lol">{LAUGHS}]>{BARE.replace("A1", "&a9;")}', TRAP),
        (f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]>{BARE.replace("A1", "&a;" * 20_000)}', TRAP),
        (f'<!--{"x" * 9_000}--><!DOCTYPE r [<!ENTITY a "<rss >">]>{BARE.replace("A1", "&a;")}', TRAP),
        (f'<!DOCTYPE r [<!entity % a SYSTEM "http://127.0.0.1:9/{BARE[:9]}">%a;]>{BARE}', TRAP),
        (f'<!--<rss >--><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/hostname">]>{BARE.replace("A1", "&a;")}', TRAP),
        (rss("<item><description>" + "<b>" * 100_000 + "</b>" * 100_000 + "</description></item>"), "200 deep"),
        (rss("<item><title " + " ".join(f'a{n}="1"' for n in range(200_000)) + ">A1</title></item>"), "attributes"),
    ],
    ids=["file", "billion laughs", "quadratic", "far away", "parameter", "behind a root", "deep", "crowded"],
)
def test_a_hostile_feed_is_refused_in_time_and_shows_nothing_of_itself(content: str, reason: str) -> None:
    began = time.monotonic()
    with pytest.raises(ParseError, match=reason) as told:
        Documents().examine(saved('<?xml version="1.0"?>' + content, url=FEED_URL + "?token=s3cret"))
    assert time.monotonic() - began < 10
    assert "s3cret" not in str(told.value)
    assert "127.0.0.1" not in str(told.value)


@pytest.mark.parametrize(
    "content",
    [
        rss("<item><title>A1</title><description><![CDATA[" + "<div>" * 50_000 + "]]></description></item>"),
        rss("<item><title>A1</title><content>" + "x" * 5_000_000 + "</content></item>"),
        rss("<item><title>A1</title><description><![CDATA[" + "<a " * 300_000 + "]]></description></item>"),
        rss("<item><title>A1</title></item>" * 20_000),
    ],
    ids=["deep inside", "long", "unclosed", "many alike"],
)
def test_a_monstrous_feed_is_read_in_time(content: str) -> None:
    began = time.monotonic()
    assert Documents().examine(saved(content, url=FEED_URL)).articles[0].title == "A1"
    assert time.monotonic() - began < 10

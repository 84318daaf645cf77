"""Takes what strangers wrote, gives an edition that has it wherever a stranger has a say, and nowhere a kind word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count, cycle

from briefing.model.article import Article, Published, Span, Summary
from briefing.model.edition import Counts, Edition, Problem, Section, SectionKind, SourceReport, SourceState
from briefing.model.picture import Picture, PictureSize
from briefing.model.settings import Look, Sender
from briefing.model.story import Area, Coverage, Novelty, Region, Score, ScorePart, Story, StoryStatus, Theme
from tests.render.samples import BUILT, SENDER

#: The smallest JPEG there is (ISO 10918-1): one grey pixel. What it shows is of no concern here.
GREY = bytes.fromhex(
    "ffd8ffdb004300" + "01" * 64 + "ffc0000b080001000101011100ffc40014000100000000000000000000000000000009"
    "ffc40014100100000000000000000000000000000000ffda0008010100003f0054ffd9"
)

#: What strangers write, and by what name a test tells of it.
TEXTS = {
    "nothing": "",
    "spaces": " \t\r\n\u00a0 ",
    "only invisible": "\u200b\u200d\u00ad\u2060\ufeff\u180e",
    "only marks": "\u0301\u0489\u20dd",
    "Hangul filler and braille blank": "\u3164\uffa0\u2800",
    "double quote": '" onmouseover="alert(1)" x="',
    "single quote": "' onmouseover='alert(1)' x='",
    "backslash": '\\ \\" \\u{301} \\n \\',
    "less-than": "4 < 5 > 3 & 2 <",
    "tags": "<script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>",
    "closing tags": "</a></h3></p></td></tr></table></div></title></style></body></html>",
    "MJML": "</mj-text><mj-raw><b>x</b></mj-raw><mj-include path='/etc/passwd'/></mj-section></mjml>",
    "template": "{{ sheet.name }}{% for x in y %}{# #}{{ 7 * 7 }}{% endraw %}",
    "format": "{name}{0}{}{headlines!r:>99} %s %(x)s %n",
    "CDATA": "]]><![CDATA[x]]>",
    "comment": "<!-- --> --!> <!-- <!--[if mso]><b>x</b><![endif]-->",
    "entities": "&amp;&lt;b&gt;&quot;&#60;script&#62;&nbsp;&notanentity;&lt",
    "reference to nothing": "&#0;&#x0;&#128;&#xD800;&#xFFFF;&#x110000;&#99999999999999999999;",
    "reference bomb": "&lol9;" + "&#x26;amp;" * 3_000,
    "processing instruction": "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "nul": "a\x00b\x00",
    "controls": "".join(map(chr, range(0x20))) + "\x7f" + "".join(map(chr, range(0x80, 0xA0))),
    "escape sequence": "\x1b[31mred\x1b]0;title\x07\x9b2J",
    "not characters": "\ufdd0\ufffe\uffff\U0001fffe\U0010ffff",
    "half pairs": "\ud83d a \udc00\ud800",
    "last plane": "\U0010fffd\U000e0041\U000e0001\ue000",
    "variation and joiners": "\u2764\ufe0f\ufe0e\u200d\u200c 1\ufe0f\u20e3",
    "family": "👨\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 🇫🇷 👍🏽",
    "combining marks": "e\u0301 क्षि ที่ มี้ مَرْفَأ ﷽",
    "Zalgo": "H" + "\u0301\u0489\u035f" * 3_334 + "e comes",
    "override": "invoice\u202efdp.exe\u202c",
    "isolates never closed": "\u2066\u2067\u2068 name \u202b\u202a",
    "marks of direction": "\u200f\u200e\u061c abc",
    "right to left": "إعادة فتح «ثلاثة» موانئ (12 %) at 7:00, שלום",
    "both ways": "The שָׁלוֹם of عمان: 3 - 5 = 2 (ok)",
    "line ends": "a\nb\r\nc\rd\u2028e\u2029f\x85g\x0bh\x0ci",
    "header": "Harmless\r\nBcc: x@evil.example\r\nContent-Type: text/html\r\n\r\n<h1>x</h1>",
    "encoded header": "=?UTF-8?Q?=0D=0A?=Bcc: x@evil.example",
    "header in base64": "=?utf-8?b?DQpCY2M6IHhAZXZpbC5leGFtcGxl?= =?utf-8?q?=00?=",
    "word in a word": "=?utf-8?q?=3D=3Futf-8=3Fq=3F=3D0D=3D0ABcc:_x=3F=3D?=",
    "word without end": "=?utf-8?q?" + "=41" * 500,
    "unknown charset": "=?x-nobody-knows?q?abc?= =?utf-7?q?+AGE-?= =?idna?q?xn--?= =?rot13?q?a?= =?hex?b?AA==?=",
    "boundary": '--=_ \r\n--\r\n.\r\nFrom x\r\n"; boundary="x',
    "mailbox": '"A" <a@evil.example>, B <b@evil.example>;:,()<>[]@\\',
    "quoted-printable": "=\r\n=3D =20\t \r\n=",
    "our marker": "https://unsubscribe.briefing.invalid/ briefing.briefing.invalidinvalid https://ARCHIVE.BRIEFING.INVALID/",
    "address as text": "https://evil.example/?a=1&b=2#c javascript:alert(1) www.evil.example x@evil.example",
    "style": "}</style><style>*{display:none}url(https://evil.example)@import 'x';expression(1)",
    "long word": "x" * 20_000,
    "long address": "https://a.example/" + "long-" * 390,
    "long outlet": "The Very Reverend Gazette " * 12,
    "long outlet in one word": "字" * 300,
    "no spaces, wide": "漢字かなカナ" * 400,
    "20,000 tags": "<div>" * 20_000,
    "20,000 brackets": "([{<" * 5_000 + "\u2066" * 5_000,
    "upper case that grows": "ŉ ß ﬃ İ ǰ ΐ " * 30,
    "case without Latin": "ꭰ ა ა ⴀ 𐐨 ⓐ ⅷ",
    "numbers": "٣٤٥ ४५६ ½ ²³ ௧ 一二三 Ⅷ",
    "spaces of all kinds": "a\u1680b\u2000c\u2003d\u2009e\u200af\u202fg\u205fh\u3000i",
    "mathematical": "𝕳𝖊𝖆𝖉𝖑𝖎𝖓𝖊 ＜script＞ ﹤b﹥ ‹b›",
    "soft hyphens": "Donau\u00addampf\u00adschiff " * 20,
    "dots only": "…",
    "a dot": ".",
    "from": "From here\nFrom there",
    "signature": "-- ",
}


def picture(size: PictureSize, content: bytes = GREY) -> Picture:
    """A picture of that size in the mail."""
    width, height = size.value
    return Picture(content=content, kind="image/jpeg", width=width, height=height)


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """Writes every text of an edition.

    Attributes:
        write: gives the next text.
        language: of the frame, which is the owner's choice.
        numbers: tell articles apart.
    """

    write: Callable[[], str]
    language: str = "en"
    numbers: Iterator[int] = field(default_factory=count)

    def edition(self) -> Edition:
        """Each kind of story there is, in three sections, the brief and left over."""
        running = self.story(4, pictured=PictureSize.LEAD)
        text = running.summary.own if running.summary else ""
        known = replace(running, day=3, news=_news(running.lead, text), status=StoryStatus.DEVELOPING)
        generated = self.story(1, pictured=PictureSize.SMALL)
        generated = replace(generated, summary=Summary(text=self.write(), method="llm"))
        corrected = replace(self.story(2), day=2, news=_news(generated.lead, self.write()))
        corrected = replace(
            corrected, articles=(*corrected.articles, generated.lead), status=StoryStatus.CORRECTED, copied_by=()
        )
        bare = replace(self.story(1), summary=None, region=None, theme=None, topics=())
        return Edition(
            date=BUILT.date(),
            name=self.write(),
            language=self.language,
            timezone="Europe/Paris",
            built_at=BUILT,
            window=timedelta(hours=36),
            sections=(
                self.section(SectionKind.REGION, known, generated),
                self.section(SectionKind.THEME, corrected),
                self.section(SectionKind.TOPIC, bare, self.story(3)),
            ),
            brief=(replace(self.story(2), news=corrected.news, articles=corrected.articles), self.story(1)),
            left_out=(self.story(1), bare),
            sources=tuple(
                SourceReport(name=self.write(), state=state, error=self.write(), since=BUILT - timedelta(days=3))
                for state in SourceState
            ),
            counts=Counts(told=5, brief=2, cut=2),
            problems=(Problem(stage="collect", source=self.write(), file=self.write(), message=self.write()),),
        )

    def section(self, kind: SectionKind, *stories: Story) -> Section:
        """A section; its heading is a stranger's where it is a topic's."""
        return Section(key=self.write(), title=self.write(), kind=kind, stories=stories)

    def story(self, voices: int, *, pictured: PictureSize | None = None) -> Story:
        """A story whose last voice adds a sentence."""
        articles = tuple(self.article(place) for place in range(voices))
        first, added = self.write(), self.write()
        spans = [Span(article=articles[0].id, start=0, end=len(first))]
        if voices > 1:
            spans.append(Span(article=articles[-1].id, start=0, end=len(added)))
        return Story(
            id=self.write(),
            articles=articles,
            summary=Summary(text=f"{first} {added}" if voices > 1 else first, method="ranked", spans=tuple(spans)),
            copied_by=tuple(self.article(place) for place in range(2)),
            region=Region(code=self.write(), name=self.write(), area=Area.ASIA),
            theme=Theme(code=self.write(), name=self.write()),
            topics=(self.write(), self.write()),
            coverage=Coverage(first=self.write(), silent=(self.write(),)),
            score=Score(parts=(ScorePart(name=self.write(), value=1),)),
            thread=self.write(),
            why=self.write(),
            picture=picture(pictured) if pictured else None,
        )

    def article(self, place: int) -> Article:
        """An article; every second one has an address that looks like one."""
        return Article(
            id=f"{next(self.numbers)} {self.write()}",
            title=self.write(),
            text=self.write(),
            file=self.write(),
            excerpt=self.write(),
            language=self.write(),
            url=f"https://a.example/{place}/{self.write()}" if place % 2 == 0 else self.write(),
            source=self.write(),
            country=self.write(),
            categories=(self.write(),),
            published=Published(at=BUILT - timedelta(hours=place)),
            authors=(self.write(),),
            image=self.write(),
        )


def written(*texts: str, language: str = "en") -> Edition:
    """An edition in which strangers wrote these texts in turn, again and again."""
    return Stranger(write=cycle(texts).__next__, language=language).edition()


def signed(text: str) -> Sender:
    """A sender whose imprint is not kinder."""
    return replace(SENDER, imprint=f"{text}\n{text}")


def headed(text: str) -> Look:
    """A look with pictures and with that text in the masthead."""
    return Look(images="all", logo=text)


def _news(article: Article, text: str) -> Novelty:
    return Novelty(text=text, article=article.id, start=0, end=len(text))

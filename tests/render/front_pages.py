"""Takes nothing, gives the mornings that golden files and pictures are made of: everything the mail can show, twice.

The French one has all there is; the Arabic one runs from right to left around an English story, the Japanese one has
no spaces between words.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from briefing.model.article import Article
from briefing.model.edition import Counts, Edition, Section, SourceReport, SourceState
from briefing.model.picture import PictureSize
from briefing.model.settings import Look
from briefing.model.story import Area, Novelty, Story, StoryStatus
from tests.render.samples import (
    BUILT,
    CONFLICT,
    COURRIER,
    ECHO,
    ECONOMY,
    HARBOUR,
    UKRAINE,
    Voice,
    days_ago,
    english_morning,
    french_morning,
    placed,
    themed,
    told,
    under,
)
from tests.render.strangers import picture

LOOK = Look(images="all")


def front_page(language: str) -> Edition:
    """The morning of that language."""
    return {"fr": french_front_page, "en": english_morning, "ar": arabic_front_page, "ja": japanese_front_page}[
        language
    ]()


def again(story: Story, text: str, *, by: int = 0, status: StoryStatus = StoryStatus.DEVELOPING) -> Story:
    """The story as it is told a second time, with what one of its voices says anew."""
    article = replace(story.articles[by], text=story.articles[by].text or text)
    if text not in article.text:
        article = replace(article, text=f"{article.text} {text}")
    start = article.text.index(text)
    news = Novelty(text=text, article=article.id, start=start, end=start + len(text))
    articles = (*story.articles[:by], article, *story.articles[by + 1 :])
    return replace(story, articles=articles, news=news, status=status, day=max(story.day, 2))


def shown(story: Story, size: PictureSize) -> Story:
    """The story with a picture."""
    return replace(story, picture=picture(size))


def french_front_page() -> Edition:
    """A lead picture and small ones, a new sentence, two boxes, a second outlet's sentence, a brief with news."""
    morning = french_morning()
    europe, asia, americas, middle_east, africa = (section.stories for section in morning.sections)
    ports = again(europe[0], "L’accord, valable soixante jours, prévoit une inspection à l’entrée du Bosphore.")
    strike = again(americas[0], "une médiation s’ouvrira lundi à Mendoza", by=1)
    metro = again(
        middle_east[0],
        "Le billet est gratuit jusqu’à la fin de l’année, et non à un demi-dinar.",
        by=1,
        status=StoryStatus.CORRECTED,
    )
    stories = (
        (shown(ports, PictureSize.LEAD), shown(europe[1], PictureSize.SMALL), europe[2]),
        (shown(asia[0], PictureSize.SMALL), asia[1]),
        (strike,),
        (metro,),
        (shown(africa[0], PictureSize.SMALL),),
    )
    return replace(
        morning,
        sections=tuple(replace(s, stories=told) for s, told in zip(morning.sections, stories, strict=True)),
        brief=(again(morning.brief[0], "Le record a été homologué dimanche soir."), *morning.brief[1:]),
        left_out=(told("Les marchés ouvrent sans élan", by=(COURRIER,)), told("La neige à 900 mètres", by=(ECHO,))),
    )


MINA = Voice(source="صحيفة الميناء", language="ar", host="mina.example")
UFUQ = Voice(source="الأفق", language="ar", host="ufuq.example")


def arabic_front_page() -> Edition:
    """A frame that runs from right to left, and an English story in it."""
    ports = told(
        "إعادة فتح ثلاثة موانئ على البحر الأسود",
        "غادرت أولى السفن ميناء بيفديني مساء السبت.",
        "الاتفاق صالح لستين يومًا ويخضع للتفتيش عند مدخل البوسفور.",
        "خفّضت شركات التأمين أقساطها إلى النصف.",
        by=(MINA, HARBOUR),
        slug="mawani",
        region=UKRAINE,
        theme=CONFLICT,
        day=3,
        rank=9,
        copies=4,
    )
    europe = under(
        Area.EUROPE,
        shown(again(ports, "الاتفاق صالح لستين يومًا ويخضع للتفتيش عند مدخل البوسفور."), PictureSize.LEAD),
        told(
            "Night trains return to the Pennines",
            "The timetable adds four departures, with couchettes from £49.",
            by=(HARBOUR, UFUQ),
            region=placed("GB", "United Kingdom", Area.EUROPE),
            rank=4,
            added="تُفتح الحجوزات في الخامس من كانون الثاني.",
        ),
    )
    metro = told(
        "مترو عمّان ينقل أول ركّابه",
        "يربط الخط الأول الجامعة بالمدينة القديمة في تسع عشرة دقيقة.",
        "ثمن التذكرة نصف دينار حتى نهاية السنة.",
        by=(UFUQ, MINA),
        slug="metro",
        region=placed("JO", "Jordan", Area.MIDDLE_EAST),
        theme=ECONOMY,
        hours=7,
        rank=6,
    )
    vaccine = told(
        "لقاح ضد حمى الضنك فعّال بنسبة 86 % لدى الأطفال",
        "تابعت الدراسة اثني عشر ألف طفل في ست مقاطعات.",
        by=(UFUQ,),
        slug="liqah",
        region=placed("TH", "Thailand", Area.ASIA),
        theme=themed(7, "health"),
        hours=26,
        rank=5,
    )
    return _morning(
        "ar",
        "بريد الصباح",
        "Asia/Amman",
        europe,
        under(Area.MIDDLE_EAST, again(metro, "تبدأ الرحلات الليلية يوم الخميس.", by=1)),
        under(Area.ASIA, shown(vaccine, PictureSize.SMALL)),
        brief=(told("بحيرة تشاد تكسب أحد عشر كيلومترًا من الضفاف", by=(MINA,), slug="tchad"),),
    )


KITA = Voice(source="北の海新聞", language="ja", host="kita.example")
MINATO = Voice(source="みなと日報", language="ja", host="minato.example")


def japanese_front_page() -> Edition:
    """Text without spaces, in a frame of its own language."""
    fishing = told(
        "北海道の漁港、十年ぶりに再開",
        "土曜の朝、最初の船が港を出た。",
        "漁協は来年の水揚げを三割増と見込み、冬のあいだに市場の建物と氷の倉庫を新しくする計画を立てている。",
        by=(KITA, MINATO),
        slug="gyoko",
        region=placed("JP", "Japan", Area.ASIA),
        theme=ECONOMY,
        rank=8,
        copies=3,
    )
    market = told(
        "蔵前の夜市、七年ぶりに開く",
        "隅田川沿いに八十の屋台が並ぶ。",
        by=(MINATO,),
        slug="yoichi",
        region=placed("JP", "Japan", Area.ASIA),
        theme=themed(14, "society"),
        hours=14,
        rank=4,
    )
    ports = told(
        "黒海の三つの港、護衛つきで再開",
        "最初の貨物船は土曜の夜にピウデンヌイを出港した。",
        "協定は六十日間有効で、ボスポラス海峡の入り口で検査を受ける。",
        by=(MINATO, HARBOUR),
        slug="kokkai",
        region=UKRAINE,
        theme=CONFLICT,
        day=3,
        hours=5,
        rank=7,
    )
    train = told(
        "夜行列車、三月から週三便で運行",
        "予約は一月五日に始まる。",
        by=(KITA,),
        slug="yako",
        region=placed("AT", "Austria", Area.EUROPE),
        rank=5,
    )
    return _morning(
        "ja",
        "朝の便り",
        "Asia/Tokyo",
        under(Area.ASIA, shown(fishing, PictureSize.LEAD), shown(market, PictureSize.SMALL)),
        under(Area.EUROPE, again(ports, "最初の貨物船は土曜の夜にピウデンヌイを出港した。"), train),
        brief=(told("チャド湖の岸辺が十一キロ広がる", by=(KITA,), slug="chad"),),
    )


def _morning(language: str, name: str, timezone: str, *sections: Section, brief: tuple[Story, ...]) -> Edition:
    told_in_full = sum(len(section.stories) for section in sections)
    return Edition(
        date=date(2026, 11, 22),
        name=name,
        language=language,
        timezone=timezone,
        built_at=BUILT,
        window=timedelta(hours=36),
        sections=sections,
        brief=brief,
        left_out=(Story(id="left", articles=(Article(id="left", title="Harvest late", source="The Harbour Post"),)),),
        sources=(
            *(SourceReport(name=f"Source {n}", state=SourceState.READ, articles=9) for n in range(12)),
            SourceReport(name="Radio Sud", state=SourceState.FAILED, error="HTTP 503", since=days_ago(2)),
        ),
        counts=Counts(articles=90, stories=told_in_full + 2, told=told_in_full, brief=len(brief), cut=1),
    )

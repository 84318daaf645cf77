"""Takes nothing, gives two invented mornings to set: a full French one, and a short English one with every odd case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from briefing.model.article import Article, Published, Span, Summary
from briefing.model.edition import (
    Counts,
    Edition,
    Problem,
    Section,
    SectionKind,
    SourceReport,
    SourceState,
)
from briefing.model.settings import Sender
from briefing.model.story import Area, Region, Score, ScorePart, Story, Theme
from briefing.render.message import PreparedMessage, ReaderLinks, prepare_message
from briefing.render.mjml import RenderedEdition

BUILT = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
SENDER = Sender(
    address="Le Matin <matin@news.example>",
    reply_to="La rédaction <redaction@news.example>",
    imprint="Le Matin, 12 rue des Presses, 00000 Valbrune\nredaction@news.example",
    public_url="https://news.example",
)
LINKS = ReaderLinks(
    unsubscribe="https://news.example/unsubscribe/3f9c2a7d51e84b06",
    unsubscribe_mail="mailto:leave@news.example?subject=unsubscribe-3f9c2a7d51e84b06",
    archive="https://news.example/2026-11-22",
    preferences="https://news.example/preferences/3f9c2a7d51e84b06",
)
MAIL_ONLY = ReaderLinks(unsubscribe_mail="mailto:leave@news.example?subject=unsubscribe&body=3f9c2a7d51e84b06")


def prepared(
    rendered: RenderedEdition, edition: Edition, *, links: ReaderLinks = LINKS, sender: Sender = SENDER
) -> PreparedMessage:
    """What the readers of an edition share, sent a while after it was put together."""
    date = BUILT + timedelta(minutes=20)
    return prepare_message(
        rendered, edition=edition, sender=sender, links=links, date=date, list_id="matin.news.example"
    )


def addressed(
    rendered: RenderedEdition,
    edition: Edition,
    *,
    links: ReaderLinks = LINKS,
    sender: Sender = SENDER,
    name: str | None = "Léa Ørn",
) -> bytes:
    """One reader's copy."""
    message = prepared(rendered, edition, links=links, sender=sender)
    return message.copy_for(
        "lea@readers.example", name=name, links=links, message_id="<2026-11-22.3f9c2a7d@news.example>"
    )


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One outlet that tells a story."""

    source: str
    language: str
    host: str


DEPECHE = Voice(source="La Dépêche du Port", language="fr", host="depeche-port.example")
COURRIER = Voice(source="Le Courrier de Valbrune", language="fr", host="courrier-valbrune.example")
ECHO = Voice(source="L’Écho", language="fr", host="echo.example")
HARBOUR = Voice(source="The Harbour Post", language="en", host="harbourpost.example")
WERKBANK = Voice(source="Die Werkbank", language="de", host="werkbank.example")
ANDEN = Voice(source="El Andén", language="es", host="anden.example")
GAZETTE = Voice(source="La Gazette du Nord", language="fr", host="gazette-nord.example")
ESTADIO = Voice(source="O Estádio", language="pt", host="estadio.example")


def told(
    title: str,
    *sentences: str,
    by: tuple[Voice, ...],
    region: Region | None = None,
    theme: Theme | None = None,
    hours: float = 3,
    day: int = 1,
    rank: float = 1,
    topics: tuple[str, ...] = (),
    copies: int = 0,
    added: str = "",
    slug: str = "",
) -> Story:
    """A story told by some voices, the first one in the lead, and copied by some agencies.

    The last voice says what was `added`. A title without Latin letters needs a `slug`.
    """
    words = ("".join(c for c in word.lower() if c.isascii() and c.isalnum()) for word in title.split()[:4])
    slug = slug or "-".join(words)
    text = " ".join(sentences)
    articles = tuple(
        Article(
            id=f"{voice.host}-{slug}",
            title=title,
            text=text,
            source=voice.source,
            language=voice.language,
            url=f"https://{voice.host}/2026/11/22/{slug}",
            published=Published(at=BUILT - timedelta(hours=hours)),
        )
        for voice in by
    )
    summary = summed(articles[0].id, *sentences) if sentences else None
    if summary and added:
        articles = (*articles[:-1], replace(articles[-1], text=added))
        span = Span(article=articles[-1].id, start=0, end=len(added))
        summary = replace(summary, text=f"{summary.text} {added}", spans=(*summary.spans, span))
    return Story(
        id=articles[0].id,
        articles=articles,
        summary=summary,
        copied_by=tuple(Article(id=f"copy-{n}", source=f"Agence {n + 1}") for n in range(copies)),
        region=region,
        theme=theme,
        topics=topics,
        day=day,
        score=Score(parts=(ScorePart(name="voices", value=rank),)),
    )


def summed(article: str, *sentences: str) -> Summary:
    """A summary of whole sentences, each with its span."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(article=article, start=start, end=start + len(sentence)))
        start += len(sentence) + 1
    return Summary(text=" ".join(sentences), method="ranked", spans=tuple(spans))


def placed(code: str, name: str, area: Area) -> Region:
    return Region(code=code, name=name, area=area)


def themed(number: int, name: str) -> Theme:
    return Theme(code=f"medtop:{number:02}000000", name=name)


def under(area: Area, *stories: Story) -> Section:
    return Section(key=area.value, title=area.value.title(), kind=SectionKind.REGION, stories=stories)


UKRAINE = placed("UA", "Ukraine", Area.EUROPE)
EUROPE = placed("EU", "European Union", Area.EUROPE)
ECONOMY, CONFLICT = themed(4, "economy"), themed(16, "conflict")


def french_morning() -> Edition:
    """A whole edition as readers get it: five sections, a brief, four sources that failed."""
    europe = under(
        Area.EUROPE,
        told(
            "Trois ports de la mer Noire rouvrent sous escorte",
            "Les premiers cargos ont quitté Pivdenny samedi soir, encadrés par deux dragueurs roumains.",
            "L’accord, valable soixante jours, prévoit une inspection à l’entrée du Bosphore.",
            "Les assureurs ont divisé leurs primes par deux dès l’annonce.",
            by=(DEPECHE, HARBOUR),
            region=UKRAINE,
            theme=CONFLICT,
            day=3,
            rank=9,
            copies=4,
        ),
        told(
            "Bruxelles chiffre son plan pour les batteries à 14 milliards",
            "La Commission veut produire sur le continent 60 % des cellules d’ici à 2032.",
            "Les aides seraient réservées aux usines qui recyclent un tiers de leur lithium.",
            "Quatre États demandent déjà un étalement du calendrier.",
            by=(COURRIER, WERKBANK),
            region=EUROPE,
            theme=ECONOMY,
            topics=("Énergie",),
            hours=6,
            rank=8,
        ),
        told(
            "Le train de nuit Lyon–Vienne circulera dès mars",
            "Trois départs par semaine sont prévus, avec des places couchées à 49 €.",
            "La réservation ouvre le 5 janvier.",
            by=(ECHO,),
            region=placed("AT", "Austria", Area.EUROPE),
            theme=ECONOMY,
            hours=11,
            rank=4,
        ),
    )
    asia = under(
        Area.ASIA,
        told(
            "Un vaccin contre la dengue efficace à 86 % chez l’enfant",
            "L’essai a suivi douze mille enfants pendant trois ans dans six provinces.",
            "Le fabricant demandera une autorisation au printemps.",
            added="Le Laos et la Birmanie ont commandé ensemble neuf millions de doses.",
            by=(GAZETTE, HARBOUR, ANDEN, ECHO),
            region=placed("TH", "Thailand", Area.ASIA),
            theme=themed(7, "health"),
            hours=5,
            rank=7,
        ),
        told(
            "Tokyo rouvre le marché de nuit de Kuramae",
            "Fermé depuis 2019, il accueille quatre-vingts étals le long de la Sumida.",
            by=(COURRIER,),
            region=placed("JP", "Japan", Area.ASIA),
            theme=themed(14, "society"),
            hours=14,
            rank=3,
        ),
    )
    americas = under(
        Area.LATIN_AMERICA,
        told(
            "La grève des pilotes entre dans sa deuxième semaine",
            "Le syndicat a rejeté à 71 % une hausse en deux étapes.",
            "Neuf vols sur dix restent annulés au départ de Buenos Aires.",
            by=(ANDEN, ECHO),
            region=placed("AR", "Argentina", Area.LATIN_AMERICA),
            theme=themed(9, "labour"),
            hours=9,
            day=8,
            rank=6,
        ),
    )
    middle_east = under(
        Area.MIDDLE_EAST,
        told(
            "Le métro d’Amman transporte ses premiers voyageurs",
            "La ligne 1 relie l’université à la vieille ville en dix-neuf minutes.",
            "Le billet coûte un demi-dinar jusqu’à la fin de l’année.",
            by=(HARBOUR, DEPECHE),
            region=placed("JO", "Jordan", Area.MIDDLE_EAST),
            theme=ECONOMY,
            hours=7,
            rank=5,
        ),
    )
    africa = under(
        Area.AFRICA,
        told(
            "Le lac Tchad gagne onze kilomètres de rive",
            "Les pluies de l’automne ont rempli le bassin sud pour la première fois depuis 1998.",
            "Les pêcheurs de Bol reprennent leurs pirogues.",
            by=(GAZETTE,),
            region=placed("TD", "Chad", Area.AFRICA),
            theme=themed(6, "environment"),
            hours=26,
            rank=2,
        ),
    )
    brief = (
        told("Le marathon de Lisbonne battu de quatre secondes", by=(ESTADIO,), theme=themed(15, "sport")),
        told("La bibliothèque de Sarajevo rend ses premiers manuscrits", by=(ECHO,), theme=themed(1, "culture")),
        told("Deux mille cigognes de plus dans la vallée de l’Elbe", by=(WERKBANK,), theme=themed(6, "environment")),
    )
    return Edition(
        date=date(2026, 11, 22),
        name="Le Matin",
        language="fr",
        timezone="Europe/Paris",
        built_at=BUILT,
        window=timedelta(hours=36),
        sections=(europe, asia, americas, middle_east, africa),
        brief=brief,
        sources=(
            *(SourceReport(name=f"Source {n}", state=SourceState.READ, articles=9) for n in range(43)),
            SourceReport(name="La Lettre des Alpes", state=SourceState.FAILED, error="HTTP 503", since=days_ago(3)),
            SourceReport(name="Radio Sud", state=SourceState.FAILED, error="no answer within 20 s"),
        ),
        counts=Counts(articles=412, in_window=388, duplicates=61, stories=22, told=8, brief=3, cut=11),
        problems=(Problem(stage="collect", source="Radio Sud", message="no answer within 20 s"),),
    )


def english_morning() -> Edition:
    """A short edition with what is unusual: no link, no summary, no place, other scripts, unsure times."""
    arabic = told(
        "إعادة فتح ثلاثة موانئ على البحر الأسود",
        "غادرت أولى السفن ميناء بيفديني مساء السبت.",
        "الاتفاق صالح لستين يومًا.",
        by=(Voice(source="صحيفة الميناء", language="ar", host="mina.example"),),
        region=UKRAINE,
        theme=CONFLICT,
        rank=5,
    )
    japanese = told(
        "北海道の漁港、十年ぶりに再開",
        "土曜の朝、最初の船が港を出た。漁協は来年の水揚げを三割増と見込み、冬のあいだに市場の建物と氷の倉庫を新しくする計画を立てている。",
        by=(Voice(source="北の海新聞", language="ja", host="kita.example"),),
        region=placed("JP", "Japan", Area.ASIA),
        rank=4,
    )
    bare = Story(
        id="bare",
        articles=(
            Article(
                id="bare",
                title='Clerk\'s "list" of 4 < 5 & more',
                source="Fellside Courier",
                url="javascript:alert(1)",
                published=Published(at=date(2026, 11, 20)),
            ),
        ),
        score=Score(parts=(ScorePart(name="voices", value=3),)),
    )
    unsure = Story(
        id="unsure",
        articles=(
            Article(
                id="unsure",
                title="Night trains return to the Pennines",
                language="en",
                url="https://www.fellside.example/trains?from=Leeds&to=Carlisle",
                published=Published(after=BUILT - timedelta(days=3), before=BUILT - timedelta(days=2)),
            ),
        ),
        summary=summed("unsure", "The timetable adds four departures."),
        score=Score(parts=(ScorePart(name="voices", value=2),)),
    )
    return Edition(
        date=date(2026, 11, 22),
        name="The Morning",
        language="en",
        timezone="UTC",
        built_at=BUILT,
        window=timedelta(hours=36),
        sections=(
            under(Area.EUROPE, arabic),
            under(Area.ASIA, japanese),
            Section(key="other", title="Other", kind=SectionKind.REGION, stories=(bare, unsure)),
        ),
        sources=(SourceReport(name="Harbour", state=SourceState.READ), SourceReport(name="Q", state=SourceState.EMPTY)),
    )


def days_ago(days: int) -> datetime:
    return BUILT - timedelta(days=days)


def crowd(count: int) -> Edition:
    """Very many long stories, to see what gives way."""
    stories = tuple(
        told(
            f"Story number {n} of a crowded day, told at the usual length of a headline",
            "The first sentence says what happened, where it happened, and who says that it did.",
            "The second sentence adds what the first one left out, at about the same length again.",
            "The third one is the one that nobody misses when the day is too full for all of them.",
            by=(HARBOUR, WERKBANK, DEPECHE),
            region=UKRAINE,
            theme=CONFLICT,
            rank=count - n,
        )
        for n in range(count)
    )
    half = count // 2
    sections = (under(Area.EUROPE, *stories[:half]), under(Area.ASIA, *stories[half:]))
    return Edition(
        date=date(2026, 11, 22),
        name="The Morning",
        language="en",
        timezone="UTC",
        built_at=BUILT,
        window=timedelta(hours=36),
        sections=sections,
    )

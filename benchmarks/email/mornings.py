"""Takes a number of stories and a language of the frame, gives `Edition`: an invented morning, whole and odd enough.

Four stories in five are in the language of the frame, the others in one of the other five, so that each script meets
each direction. Some have no link, no summary, no place; some were told before; one source in eight could not be read.
The edition is arranged as `services/build.py` arranges it.

Next: benchmarks/email/matrix.py.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from urllib.parse import quote

from benchmarks.email.drawings import DRAWINGS, draw
from benchmarks.email.prose import LANGUAGES, headline, outlets, places, sentence, sentences
from briefing.compose.arrange import arrange
from briefing.model.article import Article, Published, Span, Summary
from briefing.model.edition import Counts, Edition, Problem, Section, SourceReport, SourceState
from briefing.model.picture import PictureSize
from briefing.model.settings import BriefingRule, SectionPlan
from briefing.model.story import Area, Novelty, Region, Score, ScorePart, Story, StoryStatus, Theme

BUILT = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
DEFAULT_LIMIT = BriefingRule(name="any").max_stories
FOREIGN = 0.2
SOURCES, FAILED = 50, 6
THEMES = {
    1: "culture",
    2: "justice",
    3: "disasters",
    4: "economy",
    5: "education",
    6: "environment",
    7: "health",
    8: "people",
    9: "labour",
    10: "leisure",
    11: "politics",
    12: "religion",
    13: "science",
    14: "society",
    15: "sport",
    16: "conflict",
    17: "weather",
}
REGIONS = tuple(
    Region(code=code, name=name, area=area)
    for area, named in {
        Area.EUROPE: {"FR": "France", "DE": "Germany", "UA": "Ukraine", "EU": "European Union", "BA": "Bosnia"},
        Area.MIDDLE_EAST: {"JO": "Jordan", "EG": "Egypt", "TR": "Turkey", "AE": "United Arab Emirates"},
        Area.AFRICA: {"TD": "Chad", "KE": "Kenya", "SN": "Senegal", "CD": "Congo"},
        Area.ASIA: {"IN": "India", "JP": "Japan", "TH": "Thailand", "KG": "Kyrgyzstan"},
        Area.NORTH_AMERICA: {"US": "United States", "CA": "Canada"},
        Area.LATIN_AMERICA: {"AR": "Argentina", "VC": "Saint Vincent", "MX": "Mexico"},
        Area.OCEANIA: {"AU": "Australia", "PG": "Papua New Guinea"},
        Area.WORLD: {"UN": "United Nations", "001": "World"},
    }.items()
    for code, name in named.items()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Names a briefing as its owner would, and says where its readers live."""

    name: str
    timezone: str


FRAMES = {
    "en": Frame(name="The Morning Tide", timezone="Europe/London"),
    "fr": Frame(name="Le Petit Jour", timezone="Europe/Paris"),
    "de": Frame(name="Der Morgenbogen", timezone="Europe/Berlin"),
    "ar": Frame(name="بريد الصباح", timezone="Asia/Amman"),
    "hi": Frame(name="सुबह की चिट्ठी", timezone="Asia/Kolkata"),
    "ja": Frame(name="朝の便り", timezone="Asia/Tokyo"),
}


def invent_morning(
    count: int, frame: str, *, limit: int | None = None, with_pictures: bool = False, seed: int = 1
) -> Edition:
    """Invents a morning of `count` stories, the same for the same arguments.

    Args:
        count: candidates.
        frame: a language of `FRAMES`.
        limit: `max_stories`; None wants every candidate in the mail, in one section each if need be, so that only the
            byte budget leaves anything out.
        with_pictures: one for each story told in full, the best one's across the column.
        seed: of everything that is drawn.
    """
    dice = random.Random(f"{seed} {frame} {count}")
    stories = tuple(_story(frame, place, count, dice) for place in range(count))
    plan = SectionPlan(stories_per_section=count) if limit is None else SectionPlan()
    arrangement = arrange(stories, plan=plan, limit=limit or count)
    sections = tuple(map(_illustrated, arrangement.sections)) if with_pictures else arrangement.sections
    told = sum(len(section.stories) for section in sections)
    return Edition(
        date=date(2026, 11, 22),
        name=FRAMES[frame].name,
        language=frame,
        timezone=FRAMES[frame].timezone,
        built_at=BUILT,
        window=timedelta(hours=36),
        sections=sections,
        brief=arrangement.brief,
        left_out=tuple(replace(story, summary=None) for story in arrangement.left_out),
        sources=_sources(frame),
        counts=Counts(
            articles=3 * count,
            in_window=2 * count,
            duplicates=count // 3,
            stories=count,
            told=told,
            brief=len(arrangement.brief),
            cut=len(arrangement.left_out),
        ),
        problems=(Problem(stage="collect", source=outlets(frame)[3], message="2 entries carry no date"),),
    )


def _story(frame: str, place: int, count: int, dice: random.Random) -> Story:
    others = tuple(language for language in LANGUAGES if language != frame)
    language = dice.choice(others) if dice.random() < FOREIGN else frame
    told = sentences(language, dice)
    lead = _article(f"a{place:04}", language, place, dice, title=headline(language, dice), text=" ".join(told))
    voices = [_article(f"a{place:04}-{n}", language, place + n, dice) for n in range(1, dice.randrange(1, 7))]
    story = Story(
        id=lead.id,
        articles=(lead, *voices),
        summary=_summary(lead, told, voices, dice),
        copied_by=tuple(Article(id=f"c{place}-{n}", source=f"Agence {n}") for n in range(dice.choice((0, 0, 0, 0, 3)))),
        region=dice.choice(REGIONS) if dice.random() > 0.08 else None,
        theme=_theme(dice) if dice.random() > 0.1 else None,
        topics=(dice.choice(places(frame)),) if dice.random() < 0.12 else (),
        score=Score(parts=(ScorePart(name="voices", value=float(count - place)),)),
    )
    return _told_before(story, told, dice) if dice.random() < 0.15 else story


def _article(name: str, language: str, place: int, dice: random.Random, *, title: str = "", text: str = "") -> Article:
    outlet = place % len(outlets(language))
    host = f"{language}-{outlet}.example"
    # Outlets of other scripts have addresses of up to 400 characters: nine for each letter of theirs.
    slug = quote(title.replace(" ", "-")[: 12 if dice.random() < 0.7 else 60])
    tail = dice.choice(("?rubrique=monde&page=2", "?part=100%", *("",) * 18))
    return Article(
        id=name,
        title=title or headline(language, dice),
        text=text or sentence(language, dice),
        language=language,
        url=f"https://{host}/2026/11/22/{slug or name}-{place}{tail}" if dice.random() > 0.05 else None,
        source=outlets(language)[outlet],
        published=_published(dice),
    )


def _published(dice: random.Random) -> Published:
    moment = BUILT - timedelta(minutes=dice.choice((7, 40, 130, 300, 700, 1500, 2100)))
    return dice.choice(
        (
            Published(at=moment),
            Published(at=moment),
            Published(at=moment),
            Published(at=moment.date()),
            Published(after=moment - timedelta(days=1), before=moment),
            Published(),
        )
    )


def _summary(lead: Article, told: tuple[str, ...], voices: list[Article], dice: random.Random) -> Summary | None:
    """None now and then, a model's text now and then, another outlet's sentence at the end of one in seven."""
    chance = dice.random()
    if chance < 0.06:
        return None
    if chance < 0.09:
        return Summary(text=" ".join(told), method="llm")
    ends = list(accumulate((len(text) + 1 for text in told), initial=0))
    spans = tuple(
        Span(article=lead.id, start=start, end=start + len(text)) for start, text in zip(ends, told, strict=False)
    )
    if voices and chance < 0.24:
        added = voices[0].text
        spans = (*spans, Span(article=voices[0].id, start=0, end=len(added)))
        return Summary(text=f"{' '.join(told)} {added}", method="ranked", spans=spans)
    return Summary(text=" ".join(told), method="ranked", spans=spans)


def _told_before(story: Story, told: tuple[str, ...], dice: random.Random) -> Story:
    text = told[dice.randrange(len(told))]
    start = story.lead.text.index(text)
    news = Novelty(text=text, article=story.lead.id, start=start, end=start + len(text))
    status = dice.choice((StoryStatus.DEVELOPING,) * 4 + (StoryStatus.CORRECTED,))
    return replace(story, status=status, day=dice.randrange(2, 10), news=news)


def _theme(dice: random.Random) -> Theme:
    number = dice.choice(tuple(THEMES))
    return Theme(code=f"medtop:{number:02}000000", name=THEMES[number])


def _illustrated(section: Section) -> Section:
    # The first candidate has the highest score, so its picture is the one across the column.
    pictured = tuple(
        replace(
            story,
            picture=draw(PictureSize.LEAD if story.id == "a0000" else PictureSize.SMALL, int(story.id[1:]) % DRAWINGS),
        )
        for story in section.stories
    )
    return replace(section, stories=pictured)


def _sources(frame: str) -> tuple[SourceReport, ...]:
    names = tuple(f"{name} {n}" for n in range(1, 8) for name in outlets(frame))[:SOURCES]
    read = tuple(SourceReport(name=name, state=SourceState.READ, articles=9) for name in names[FAILED:])
    failed = tuple(
        SourceReport(name=name, state=SourceState.FAILED, error="HTTP 503", since=BUILT - timedelta(days=n))
        for n, name in enumerate(names[:FAILED])
    )
    return read + failed

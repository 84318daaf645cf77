"""Invents dumps in the fourteen shapes that aggregators were seen to print, each with the articles it holds.

Each is there in five languages, with one to eight articles and everything varied that such pages vary.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.collect import dump_words as words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random


@dataclass(frozen=True, kw_only=True)
class Told:
    """An article as the page means it; `is_dated` when the page prints its day, else its age or nothing."""

    title: str
    sentences: tuple[str, ...]
    source: str
    rubric: str
    age: str
    day: date
    is_dated: bool = False

    @property
    def body(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True, kw_only=True)
class Dump:
    """A page's text, its articles in order, and which of their properties the text tells."""

    text: str
    told: tuple[Told, ...]
    has_source: bool = True
    has_body: bool = True
    has_main_title: bool = True


def invent(rng: Random, language: str, count: int, *, dated: bool = False) -> tuple[Told, ...]:
    titles = rng.sample(words.TITLES[language], len(words.TITLES[language]))
    pool = words.SENTENCES[language][: rng.choice([4, 8])]  # of few sentences the same come back in every article
    told = []
    for number in range(count):
        again = number >= len(titles) or rng.random() < 0.3
        told.append(
            Told(
                title=titles[number % len(titles)] + (f" ({number + 2})" if again else ""),
                sentences=tuple(rng.sample(pool, rng.randint(3, 4))),
                source=rng.choice(words.OUTLETS[language]),
                rubric=rng.choice(words.RUBRICS[language]),
                age=rng.choice(words.AGES),
                day=date(2025, 9, 1) + timedelta(days=rng.randint(0, 120)),
                is_dated=dated,
            )
        )
    return tuple(told)


def clock(rng: Random) -> str:
    return f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}"


def sometimes(rng: Random, text: str) -> str:
    return text if rng.random() < 0.7 else ""


def _paragraph(rng: Random, told: Told, language: str, others: Sequence[Told]) -> str:
    """The article in one line, with what a site puts into the middle of it."""
    parts = [*told.sentences]
    if rng.random() < 0.5:
        parts.insert(rng.randint(1, len(parts) - 1), words.AD[language])
    if others and rng.random() < 0.3:
        pointer = f"{words.READ_ALSO[language]} {rng.choice(others).title} {words.AD[language]}"
        parts.insert(rng.randint(1, len(parts) - 1), pointer)
    return " ".join(parts)


def _when(told: Told) -> str:
    return f"{told.day:%d-%m-%Y}" if told.is_dated else told.age


def _related(rng: Random, t: Told, language: str, others: Sequence[Told]) -> str:
    above = t.rubric if rng.random() < 0.5 else t.source
    return (
        f"{t.title}\n{t.title}\n\n{t.source}\n\ntime{_when(t)}\n\n  • {above}\n  • {t.source}\n\n{t.title}\n\n"
        f"{_paragraph(rng, t, language, others)}\n"
    )


def _foot(rng: Random, language: str) -> str:
    return sometimes(rng, f"\n{words.APP[language]}\napp-storeplay-store\n")


def article_page(rng: Random, language: str, *, dated: bool = False, is_list: bool = False) -> Dump:
    main, *others = told = invent(rng, language, rng.randint(2, 9), dated=dated)
    others = [replace(t, is_dated=dated and rng.random() < 0.6) for t in others]
    told = (main, *others)
    spare = [title for title in words.TITLES[language] if is_list and title not in {t.title for t in told}][:2]
    listed = [line for title in spare for line in (title, rng.choice(words.SENTENCES[language]))]
    lines = [main.sentences[0], *listed, words.AD[language], *main.sentences[1:]]
    blocks = "\n".join(_related(rng, t, language, others) for t in others)
    tools = "\n\n".join(("Orange background", *words.TOOLS[language]))
    head = f"logo\n{main.title}\n{sometimes(rng, chr(10))}{main.title}\n\n{main.source}{_when(main)}\n"
    text = f"{head}{chr(10).join(lines)}\n{tools}\n\n{words.RELATED[language]}\n\n{blocks}{_foot(rng, language)}"
    return Dump(text=text, told=told)


def dated_article_page(rng: Random, language: str) -> Dump:
    return article_page(rng, language, dated=True)


def front_pages(rng: Random, language: str) -> Dump:
    """The main article is itself a list of headlines and teasers."""
    return article_page(rng, language, is_list=True)


def hashtag_page(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(2, 8), dated=rng.random() < 0.3)
    blocks = "\n".join(_related(rng, t, language, ()) for t in told)
    return Dump(text=f"logo\n#\n\n{words.LATEST[language]}\n\n{blocks}{_foot(rng, language)}", told=told)


def other_extractor(rng: Random, language: str) -> Dump:
    main, *others = told = invent(rng, language, rng.randint(2, 9))
    named = rng.random() < 0.5
    head = f"{main.title}\n{main.source}\n{main.age}\n" if named else ""
    gap = rng.choice(["\n", "\n\n"])
    blocks = gap.join(
        f"{t.source}\n{t.age}\n- {t.source}\n{t.title}\n{_paragraph(rng, t, language, ())}\nShow more\nShow less"
        for t in others
    )
    tools = "\n\n".join(words.TOOLS[language])
    text = f"{head}{chr(10).join(main.sentences)}\n{tools}\n{words.RELATED[language]}\n{blocks}\n"
    return Dump(text=text + sometimes(rng, "Hashtags\n#valley\n"), told=told, has_main_title=named)


def numbered(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(2, 8), dated=True)
    blocks = (
        f"{n}. {t.title}\n     {words.PUBLISHED_BY[language].format(t.source, t.day, clock(rng) + ':05')}\n\n"
        f"{t.body}\n\n"
        f"{rng.randint(1, 900)}  | 1  | {rng.randint(100, 30000)}  | 32 \n{words.SHOW_RELATED[language]}\n"
        for n, t in enumerate(told, 1)
    )
    return Dump(text="\n".join(blocks), told=told)


def page_source(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(2, 8), dated=True)
    outlet = told[0].source
    blocks = (
        f"{t.title}\n\n{words.DAYS[language][t.day.weekday()]}, {t.day:%d/%m/%Y} - {clock(rng)}\n\n{t.body}\n\n"
        f"{words.READ_ON[language]}\n"
        for t in told
    )
    head = f"{words.SIGN_IN[language]}\n\n{words.NEWS[language]} {outlet}\n\n{words.UPDATED[language]}\n\n"
    return Dump(text=head + "\n".join(blocks), told=tuple(replace(t, source=outlet) for t in told))


def mirror(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(2, 8), dated=True)
    gap = rng.choice(["\n", "\n\n"])
    blocks = (gap.join((words.STAMP[language].format(t.day, clock(rng)), t.title, t.body)) for t in told)
    return Dump(text=sometimes(rng, "RSS\n\n") + "\n\n".join(blocks) + "\n", told=told, has_source=False)


def reader(rng: Random, language: str) -> Dump:
    told = list(invent(rng, language, rng.randint(2, 8), dated=True))
    cut = rng.randint(1, len(told))
    text = ""
    for n, t in enumerate(told):
        is_today = n < cut
        told[n] = replace(t, day=date(2026, 2, 3 if is_today else 2))
        heading = f"{words.TODAY[language][not is_today]}\n\n" if n in (0, cut) else ""
        foot = "\n".join(words.EXCERPT[language])
        text += f"{heading}{t.title}\n{t.source} {words.AT[language]} {clock(rng)}\n{t.body}\n{foot}\n\n"
    return Dump(text=text, told=tuple(told))


def date_below(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(2, 8))
    is_american, is_filed = rng.random() < 0.5, rng.random() < 0.5
    blocks = (
        f"{t.title}\n\n{t.body}\n\n" + (f"{words.CATEGORY[language]}: {t.rubric}\n" if is_filed else "")
        + f"{words.SOURCE[language]}: {t.source}\n{words.PUBLISHED[language]}: "
        + (f"{t.day.month}/{t.day.day}/{t.day.year}" if is_american else f"{t.day:%d.%m.%Y}") + "\n"
        for t in told
    )  # fmt: skip
    head = rng.choice(["", "KI-Nachrichten\n\nAutomatisch erstellt\n\n", "AI News\n\n"])
    return Dump(text=head + "\n".join(blocks), told=told)


def archive(rng: Random, language: str) -> Dump:
    told = tuple(replace(t, day=date(2025, 9, 16)) for t in invent(rng, language, rng.randint(2, 8), dated=True))
    gap = rng.choice(["\n", "\n\n"])
    blocks = (gap.join((t.title, t.rubric, t.title, t.body)) for t in told)
    return Dump(text=f"{words.ARCHIVE[language]}\n\n" + "\n\n".join(blocks), told=told, has_source=False)


def headlines(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(2, 8), dated=True)
    blocks = (
        f"0 | {rng.randint(0, 9)} | 0 |\n{t.title} ({t.source})\n{t.day} {clock(rng)}:00 UTC {t.source}\n" for t in told
    )
    return Dump(text=f"{words.SIGN_IN[language]}\n\n" + "\n".join(blocks), told=told, has_body=False)


def cut_teasers(rng: Random, language: str) -> Dump:
    told = invent(rng, language, rng.randint(3, 8))
    gap, end = rng.choice(["\n", "\n\n"]), rng.choice(["...", "…", " [...]"])
    blocks = (f"{t.title}{gap}{t.body[:147].rsplit(maxsplit=1)[0]}{end}\n" for t in told)
    return Dump(text="\n".join(blocks), told=told, has_source=False, has_body=False)


SHAPES: dict[str, Callable[[Random, str], Dump]] = {
    "article page": article_page,
    "article page with dates": dated_article_page,
    "hashtag page": hashtag_page,
    "another extractor's article page": other_extractor,
    "front pages": front_pages,
    "numbered with counters": numbered,
    "page-level outlet": page_source,
    "mirror with the time first": mirror,
    "feed reader": reader,
    "date below": date_below,
    "archive of a day": archive,
    "headlines alone": headlines,
    "cut teasers": cut_teasers,
}

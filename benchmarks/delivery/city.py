"""Takes a folder, gives a city's morning in it: invented articles by the thousand; and readers with their choices.

Next: benchmarks/delivery/segments.py.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from benchmarks.delivery.house import NOW, invented_rows
from benchmarks.email.prose import outlets, places, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: Languages of the frame, for a fifth of the readers each; the outlets write in the first three.
FRAMES = ("en", "fr", "de", "ar", "ja")
#: Sentences of an article, words of its headline, and the share of words that are replaced, so that few articles tell
#: of the same thing: of 1,000 there are 700 stories.
_SENTENCES, _TITLE_WORDS, _FRESH_WORDS = 14, 8, 0.6
#: Where it happened, as the gazetteer knows it.
_COUNTRIES = {
    "en": ("France", "Kenya", "Japan", "Brazil", "Canada", "Egypt", "Australia", "Germany"),
    "fr": ("France", "Kenya", "Japon", "Brésil", "Canada", "Égypte", "Australie", "Allemagne"),
    "de": ("Frankreich", "Kenia", "Japan", "Brasilien", "Kanada", "Ägypten", "Australien", "Deutschland"),
}
_AREAS = ("europe", "africa", "asia", "latin-america", "north-america", "middle-east", "oceania")


def topics() -> list[str]:
    """Ten things that readers may follow: places of the invented world."""
    return places("en")


def write_feeds(folder: Path, articles: int, *, per_feed: int = 10) -> None:
    """Writes so many articles of the last day and a half as feeds, in three languages turn by turn."""
    folder.mkdir(parents=True, exist_ok=True)
    for feed in range(-(-articles // per_feed)):
        language = FRAMES[feed % len(_COUNTRIES)]
        dice = random.Random(f"city {feed}")
        outlet = f"{outlets(language)[feed % len(outlets(language))]} {feed}"
        count = min(per_feed, articles - feed * per_feed)
        written = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": outlet,
            "home_page_url": f"https://outlet-{feed}.example/",
            "language": language,
            "items": [_item(feed, place, language, dice) for place in range(count)],
        }
        (folder / f"feed-{feed:04}.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")


def _item(feed: int, place: int, language: str, dice: random.Random) -> dict[str, Any]:
    where, words = dice.choice(_COUNTRIES[language]), _words(language)
    told = [_reworded(sentence(language, dice), words, dice) for _ in range(_SENTENCES)]
    address = f"https://outlet-{feed}.example/{place}"
    return {
        "id": address,
        "url": address,
        "title": f"{where}: {' '.join(dice.sample(words, _TITLE_WORDS))}",
        "content_text": "\n".join(" ".join(told[start : start + 2]) for start in range(0, _SENTENCES, 2)),
        "date_published": (NOW - timedelta(minutes=dice.randrange(5, 2000))).isoformat(),
    }


@lru_cache
def _words(language: str) -> list[str]:
    dice = random.Random(language)
    told = " ".join(sentence(language, dice) for _ in range(400))
    return sorted({word for word in told.split() if word.isalpha()})


def _reworded(text: str, words: Sequence[str], dice: random.Random) -> str:
    first, *others = text.split()
    return " ".join((first, *(dice.choice(words) if dice.random() < _FRESH_WORDS else word for word in others))) + "."


def choices(count: int) -> list[dict[str, object]]:
    """So many different choices of readers, at most 500: a language, up to two topics, up to three sections."""
    chosen: list[Sequence[str]] = [(), *zip(topics(), topics()[1:], strict=False)]
    wanted: list[Sequence[str]] = [(), *zip(_AREAS, _AREAS[1:], _AREAS[2:], strict=False)]
    wanted += [(area, "other") for area in _AREAS[:4]]
    every = product(chosen, wanted, FRAMES)
    return [
        {"language": language, "topics": json.dumps(list(some)), "sections": json.dumps(list(others))}
        for some, others, language in islice(every, count)
    ]


def city_rows(names: Sequence[str], count: int, *, segments: int) -> Iterator[dict[str, object]]:
    """Rows of so many readers, who chose so many different things; neighbours on the list chose different ones."""
    known = choices(segments)
    for number, row in enumerate(invented_rows(names, count)):
        yield {**row, **known[number % len(known)]}

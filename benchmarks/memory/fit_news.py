"""Takes the labelled weeks of `tests/compose/replay/`, gives the weights of briefing/compose/news_worth.py.

    python -m benchmarks.memory.fit_news            # each week by the weights of the others, then weights of all
    python -m benchmarks.memory.fit_news a b        # of these weeks only

A logistic regression on the smooth maximum of an article's sentences, with the labelled sentence drawn to the front.
The day a report names is such a good cue that nothing else would be learned; so every article is shown a second time
as if nobody had named a day. Prints, for dated and undated articles, the stories that come back without news, the
developments left out and the phrases that say the labelled fact. No order of lines or random number plays a part.

Next: briefing/compose/news_worth.py.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from briefing.compose.news_worth import SMOOTHNESS, Weights, measures
from briefing.compose.novelty import candidates_of
from briefing.compose.told_facts import known_of
from briefing.model.lines import parse_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from briefing.model.article import Article

    Floats = NDArray[np.float64]

#: The fourth week, d, is kept to judge by.
FITTED = "abc"
FOLDER = Path(__file__).parents[2] / "tests/compose/replay"
NAMES = tuple(field.name for field in fields(Weights))
#: What a lost development costs, where a repeat costs 1; how much finding the labelled sentence counts; the penalty.
COST, PHRASE, PENALTY = 1.5, 0.5, 0.5
#: Taken off the fitted constant: with 0 the weeks left out in turn have 5 repeats instead of 3, and lose none either.
CAUTION = 0.3
ROUNDS, STEP = 1_200, 0.05


@dataclass(frozen=True)
class Report:
    """One article that goes on with a told story: its sentences as numbers, those with the labelled fact marked."""

    story: tuple[str, str, str]
    is_news: bool
    rows: Floats
    hits: NDArray[np.bool_]
    headline_event: bool


def reports(weeks: str) -> dict[str, list[Report]]:
    """By week, in the order of its days."""
    found: dict[str, list[Report]] = {week: [] for week in weeks}
    told: dict[tuple[str, str], list[Article]] = defaultdict(list)
    for file in sorted(FOLDER.glob("day*.jsonl")):
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        for line in lines:
            thread = (line["id"][0], line["story"])
            if thread[0] in found and told[thread]:
                found[thread[0]] += _report((*thread, file.stem), line, told[thread])
        for line in lines:
            if line["news"] != "same":
                told[line["id"][0], line["story"]].append(parse_article(line))
    return found


def _report(story: tuple[str, str, str], line: dict[str, str], told: Sequence[Article]) -> Iterator[Report]:
    article = parse_article(line)
    rows, hits, headline_event = [], [], False
    known = known_of(tuple(told))
    for sentence, traits, headline in candidates_of(article, known):
        headline_event = headline is not None and bool(headline.events)
        rows.append([float(value) for value in measures(traits, headline, number=sentence.number).values()])
        hits.append(bool(line["fact"]) and shares_half(sentence.text, line["fact"]))
    if rows and line["news"] != "correction":
        yield Report(
            story=story,
            is_news=line["news"] != "same",
            rows=np.array(rows),
            hits=np.array(hits),
            headline_event=headline_event,
        )


def shares_half(phrase: str, fact: str) -> bool:
    """Whether half of the shorter one's words are in the other."""
    one, other = ({*text.casefold().split()} for text in (phrase, fact))
    return 2 * len(one & other) >= min(len(one), len(other))


def undated(report: Report) -> Report:
    """The same as if the article named no day."""
    rows = report.rows.copy()
    rows[:, NAMES.index("later")] = rows[:, NAMES.index("fresh")] = 0.0
    stating = [NAMES.index(name) for name in ("figure", "name", "event", "headline_figure", "headline_name")]
    rows[:, NAMES.index("undated")] = report.headline_event | (rows[:, stating] > 0).any(axis=1)
    return replace(report, rows=rows)


def fit(of: Sequence[Report]) -> Floats:
    """The weights, by gradient descent (Adam)."""
    both = [*of, *map(undated, of)]
    rows = np.vstack([report.rows for report in both])
    owner = np.repeat(np.arange(len(both)), [len(report.rows) for report in both])
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    news = np.array([float(report.is_news) for report in both])
    hits = np.concatenate([report.hits for report in both]).astype(np.float64)
    taught = np.array([report.is_news and report.hits.any() and not report.hits.all() for report in both])
    spread = np.maximum(rows.std(axis=0), 0.05)
    spread[0] = 1.0
    rows = rows / spread

    def soft(scores: Floats, smoothness: float) -> tuple[Floats, Floats]:
        best = np.maximum.reduceat(scores, starts)
        parts = np.exp((scores - best[owner]) / smoothness)
        sums = np.add.reduceat(parts, starts)
        return best + smoothness * np.log(sums), parts / sums[owner]

    weights, first, second = (np.zeros(rows.shape[1]) for _ in range(3))
    for turn in range(1, ROUNDS + 1):
        worth, share = soft(rows @ weights, SMOOTHNESS)
        wrong = np.where(news > 0, COST, 1.0) * (1 / (1 + np.exp(-worth)) - news)
        _, drawn = soft(rows @ weights, 1.0)
        right = drawn * hits
        right = right / np.maximum(np.add.reduceat(right, starts), 1e-12)[owner]
        slope = rows.T @ (share * wrong[owner] + PHRASE * (drawn - right) * taught[owner])
        slope[1:] += PENALTY * weights[1:]
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        pace = STEP * (1 - turn / (ROUNDS + 100))
        weights = weights - pace * (first / (1 - 0.9**turn)) / (np.sqrt(second / (1 - 0.99**turn)) + 1e-8)
    fitted: Floats = weights / spread
    fitted[0] -= CAUTION
    return fitted


def judge(of: Sequence[Report], weights: Floats) -> Floats:
    """Stories told again, repeats among them, developments left out, phrases that say the fact, phrases."""
    stories = defaultdict(list)
    for report in of:
        stories[report.story].append(report)
    counts = np.zeros(5)
    for voices in stories.values():
        wanted = any(report.is_news for report in voices)
        best = max(voices, key=lambda report: _worth(report, weights))
        told = _worth(best, weights) > 0
        hit = best.hits[int(np.argmax(best.rows @ weights))]
        counts += [told, told and not wanted, wanted and not told, told and best.is_news and hit, told and best.is_news]
    return counts


def _worth(report: Report, weights: Floats) -> float:
    scores = report.rows @ weights / SMOOTHNESS
    return float(SMOOTHNESS * (scores.max() + np.log(np.exp(scores - scores.max()).sum())))


def main(weeks: str) -> None:
    """Prints the figures and the weights."""
    found = reports(weeks)
    print("week      again  repeats  left out  phrases")
    for week in weeks:
        weights = fit([report for other in weeks if other != week for report in found[other]])
        for name, seen in ((week, found[week]), (f"{week} undated", [undated(r) for r in found[week]])):
            again, repeats, lost, hits, phrases = judge(seen, weights)
            print(f"{name:9} {again:5.0f} {repeats:8.0f} {lost:9.0f}  {hits:.0f} of {phrases:.0f}")
    weights = fit([report for week in weeks for report in found[week]])
    for week in weeks:
        again, repeats, lost, hits, phrases = judge(found[week], np.round(weights, 1))
        print(f"{week} within {again:5.0f} {repeats:8.0f} {lost:9.0f}  {hits:.0f} of {phrases:.0f}")
    for name, weight in zip(NAMES, np.round(weights, 1), strict=True):
        print(f"    {name}: float = {weight:.1f}")


if __name__ == "__main__":
    main("".join(sys.argv[1:]) or FITTED)

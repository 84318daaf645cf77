"""Takes news texts with summaries by people, gives `briefing/compose/knowledge_files/summary_weights.json`.

    python -m benchmarks.summaries.fit_weights --data ../shared/eval/summaries [--write]

French weights maximise the expected ROUGE of the set that is chosen (gradient ascent on OrangeSum's training split),
less a price for what a reader minds: a sentence in the air, an odd quotation mark, a summary under 70 % of the budget.
English has too few texts for that (233 of Inshorts): ridge regression on the same reward, pulled to the French weights.
Other languages take the mean of both and a bonus for the article's first sentence.

Prints the figures on the development sets; English by 4 folds, in the file's order and shuffled.

Next: briefing/compose/ranking.py, which uses the numbers.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.summaries.cases import cases_of, load, term_tables
from briefing.compose.sets import SET_TRAITS
from briefing.compose.traits import SENTENCE_TRAITS, TERM_TRAITS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from benchmarks.summaries.cases import Case, Text
    from briefing.compose.likeness import Matrix

WEIGHTS = Path(__file__).parents[2] / "briefing/compose/knowledge_files/summary_weights.json"
_UNDER, _HANGING, _UNBALANCED = (SET_TRAITS.index(trait) for trait in ("under_70", "hanging", "unbalanced"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Says what makes a summary good: how much ROUGE-1, -2 and -L count, and what a defect costs, in ROUGE (0..1).

    Attributes:
        short: for a summary under 70 % of the budget. English references are long enough to teach that by themselves.
        hanging: for each sentence that points back at one left out.
        odd_mark: for each quotation mark without a partner in a text of damaged marks.
    """

    rouge: tuple[float, float, float]
    short: float
    hanging: float
    odd_mark: float = 0.01


FRENCH = Aim(rouge=(0.5, 0.2, 0.3), short=0.0135, hanging=0.01)
ENGLISH = Aim(rouge=(1 / 3, 1 / 3, 1 / 3), short=0.0, hanging=0.02)


def reward_of(case: Case, aim: Aim) -> Matrix:
    """What each set of a text is worth to a reader."""
    own = case.traits[:, -len(SET_TRAITS) :]
    price = aim.short * own[:, _UNDER] + aim.hanging * own[:, _HANGING] + aim.odd_mark * own[:, _UNBALANCED]
    reward: Matrix = case.rouge @ np.array(aim.rouge) - price
    return reward


# ------------------------------------------------------------------ fitting


def fit_terms(texts: Sequence[Text], *, pull: float = 1.0, towards: Matrix | None = None) -> Matrix:
    """Logistic regression by Newton's method: how likely a person's summary says a term."""
    traits, said = term_tables(texts)
    scale = _scale(traits)
    traits = traits / scale
    home = np.zeros(len(scale)) if towards is None else towards * scale
    weights = home
    for _ in range(12):
        chance = 1 / (1 + np.exp(-traits @ weights))
        spread = chance * (1 - chance)
        curvature = traits.T @ (traits * spread[:, None]) + pull * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, traits.T @ (said - chance) - pull * (weights - home))
    found: Matrix = weights / scale
    return found


class Table:
    """Holds the sets of many texts in one matrix; `starts` says where each text's begin."""

    def __init__(self, cases: Sequence[Case], aim: Aim) -> None:
        self.traits = np.concatenate([case.traits for case in cases]).astype(np.float64)
        self.reward = np.concatenate([reward_of(case, aim) for case in cases])
        self.sizes = np.array([len(case.traits) for case in cases])
        self.starts = np.append(0, np.cumsum(self.sizes)[:-1])
        self.scale = _scale(self.centred(self.traits))

    def per_text(self, values: Matrix) -> Matrix:
        """Sums what belongs to one text."""
        summed: Matrix = np.add.reduceat(values, self.starts)
        return summed

    def spread(self, values: Matrix) -> Matrix:
        """Gives each set what belongs to its text."""
        return np.repeat(values, self.sizes, axis=0)

    def centred(self, values: Matrix) -> Matrix:
        """The values less the mean of their text."""
        sizes = self.sizes if values.ndim == 1 else self.sizes[:, None]
        centred: Matrix = values - self.spread(self.per_text(values) / sizes)
        return centred

    def softmax(self, scores: Matrix) -> Matrix:
        """How likely each set of a text is drawn."""
        raised = np.exp(scores - self.spread(np.maximum.reduceat(scores, self.starts)))
        chances: Matrix = raised / self.spread(self.per_text(raised))
        return chances


def fit_ridge(table: Table, *, pull: float, towards: Matrix | None = None) -> Matrix:
    """Regresses the reward within each text, every text counting alike; weights are pulled to `towards`, or to 0."""
    traits, reward = table.centred(table.traits) / table.scale, table.centred(table.reward)
    weigh = table.spread(30 / table.sizes)
    home = np.zeros(len(table.scale))
    if towards is not None:
        guess = table.centred(table.traits @ towards)
        home = towards * ((weigh * guess) @ reward) / ((weigh * guess) @ guess) * table.scale
    curvature = traits.T @ (traits * weigh[:, None]) + pull * np.eye(len(home))
    weights: Matrix = np.linalg.solve(curvature, traits.T @ (weigh * reward) + pull * home) / table.scale
    return weights


def fit_expected(table: Table, start: Matrix, *, steps: int = 100, sharpness: float = 50.0) -> Matrix:
    """Climbs the reward that is expected when sets are drawn by the softmax of their scores (Adam, step 0.03)."""
    traits = table.traits / table.scale
    weights = start * table.scale * 30
    drift, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        chances = table.softmax(traits @ weights)
        expected = table.per_text(chances * table.reward)
        pushed = chances * (table.reward - table.spread(expected))
        gradient = (weights - sharpness * (traits.T @ pushed)) / len(table.sizes)
        drift = 0.9 * drift + 0.1 * gradient
        spread = 0.99 * spread + 0.01 * gradient**2
        pace = 0.03 * (1 - step / (steps + 1)) ** 0.5
        weights = weights - pace * (drift / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    found: Matrix = weights / table.scale
    return found


def _scale(traits: Matrix) -> Matrix:
    spread: Matrix = traits.std(axis=0)
    return np.where(spread > 1e-6, spread, 1.0)


# ------------------------------------------------------------------ figures


def choose(cases: Sequence[Case], weights: Matrix) -> Matrix:
    """One row per text: ROUGE-1, -2, -L in percent, length, sentences in the air, odd marks."""
    rows = []
    for case in cases:
        best = int(np.argmax(case.traits @ weights))
        own = case.traits[best, -len(SET_TRAITS) :]
        rows.append([*(100 * case.rouge[best]), case.chars[best], own[_HANGING] > 0, own[_UNBALANCED] > 0])
    return np.array(rows, dtype=np.float64)


def show(label: str, found: Matrix) -> None:
    """Prints one line of means."""
    rouge = "/".join(f"{value:.2f}" for value in found[:, :3].mean(axis=0))
    chars = found[:, 3]
    print(
        f"{label:34s} {rouge}  {100 * np.mean(chars >= 280):.0f} % of 280-400, {chars.mean():.0f} characters,"
        f" {100 * found[:, 4].mean():.1f} % with a sentence in the air, {100 * found[:, 5].mean():.1f} % odd marks",
        flush=True,
    )


def by_folds(
    texts: Sequence[Text], fit: Callable[[Sequence[Text]], tuple[Matrix, Matrix]], order: NDArray[np.intp]
) -> Matrix:
    """Each quarter of the texts as told with weights fitted on the other three."""
    found = []
    for fold in range(4):
        held = [texts[at] for at in order[fold::4]]
        seen = [texts[at] for place, at in enumerate(order) if place % 4 != fold]
        term_weights, weights = fit(seen)
        found.append(choose(cases_of(held, term_weights), weights))
    return np.concatenate(found)


# ------------------------------------------------------------------ the whole run

#: What a set with the article's first sentence is worth more in a language without data, in standard deviations of the
#: scores of one text's sets.
FIRST_BONUS = 0.75


def fit_french(texts: Sequence[Text]) -> tuple[Matrix, Matrix]:
    """Weights of terms and of sets from many texts."""
    term_weights = fit_terms(texts)
    table = Table(cases_of(texts, term_weights), FRENCH)
    return term_weights, fit_expected(table, fit_ridge(table, pull=3000))


def fit_english(texts: Sequence[Text], french: tuple[Matrix, Matrix]) -> tuple[Matrix, Matrix]:
    """Weights of terms and of sets from few texts, pulled to those from many."""
    term_weights = fit_terms(texts, pull=30, towards=french[0])
    return term_weights, fit_ridge(Table(cases_of(texts, term_weights), ENGLISH), pull=1000, towards=french[1])


def fit_others(fitted: Sequence[tuple[Matrix, Matrix]], texts: Sequence[Sequence[Text]]) -> tuple[Matrix, Matrix]:
    """The mean of all fitted languages, in comparable units, with a bonus for the first sentence."""
    term_weights = np.mean([terms for terms, _ in fitted], axis=0)
    units = []
    for (_, weights), own in zip(fitted, texts, strict=True):
        table = Table(cases_of(own[:200], term_weights), ENGLISH)
        units.append(weights / table.centred(table.traits @ weights).std())
    weights = np.mean(units, axis=0)
    weights[SENTENCE_TRAITS.index("first")] += FIRST_BONUS
    return term_weights, weights


def named(fitted: tuple[Matrix, Matrix]) -> dict[str, dict[str, float]]:
    """The weights by the names of their traits, rounded, those of nothing left out."""
    terms, weights = fitted
    size = len(SENTENCE_TRAITS)
    parts = {
        "terms": zip(TERM_TRAITS, terms, strict=True),
        "total": zip(SENTENCE_TRAITS, weights[:size], strict=True),
        "mean": zip(SENTENCE_TRAITS, weights[size : 2 * size], strict=True),
        "sets": zip(SET_TRAITS, weights[2 * size :], strict=True),
    }
    return {
        part: {name: float(f"{value:.3g}") for name, value in pairs if abs(value) > 1e-9}
        for part, pairs in parts.items()
    }


def main() -> None:
    """Fits, prints and, when told to, writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the development sets")
    parser.add_argument("--train", type=int, default=5000, help="how many training texts to use")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    chosen = parser.parse_args()
    train, orangesum, inshorts, cnn = (
        load(chosen.data / f"{name}.jsonl")
        for name in ("fr_orangesum.train", "fr_orangesum.dev", "en_inshorts.dev", "en_cnndm.dev")
    )
    french = fit_french(train[: chosen.train])
    show("OrangeSum (not trained on)", choose(cases_of(orangesum, french[0]), french[1]))
    every = np.arange(len(inshorts))
    fit = partial(fit_english, french=french)
    show("Inshorts, 4 folds", by_folds(inshorts, fit, every))
    shuffled = [by_folds(inshorts, fit, np.random.default_rng(seed).permutation(every)) for seed in range(3)]
    show("Inshorts, 3 times 4 shuffled folds", np.concatenate(shuffled))
    english = fit_english(inshorts, french)
    show("CNN/DM with English weights", choose(cases_of(cnn, english[0]), english[1]))
    other = fit_others([french, english], [orangesum, inshorts])
    for label, texts in (("OrangeSum", orangesum), ("Inshorts", inshorts), ("CNN/DM", cnn)):
        show(f"{label} as a language without data", choose(cases_of(texts, other[0]), other[1]))
    tables = {"fr": named(french), "en": named(english), "other": named(other)}
    print(sum(len(part) for table in tables.values() for part in table.values()), "numbers")
    if chosen.write:
        WEIGHTS.write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

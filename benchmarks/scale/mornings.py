"""Takes the plan, gives the mornings that check it, and what came of them: docs/scale.json.

Next: benchmarks/scale/drawing.py.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale.crowds import clock_of, crowds_of_the_world
from benchmarks.scale.plan import costs, ends, sending
from benchmarks.scale.scenario import SENDING, Domain, Scenario, most_in_a_minute
from benchmarks.scale.simulation import simulate

if TYPE_CHECKING:
    from benchmarks.scale.plan import Assumed
    from benchmarks.scale.scenario import Outcome
    from benchmarks.scale.units import Units

FILE = Path(__file__).parents[2] / "docs/scale.json"
CALM, TROUBLED = "nothing goes wrong", "a bad morning"
#: Seconds of one step of the chart; the hours it begins and ends, after the first minute of the day.
STEP_S, FROM_H, UNTIL_H = 600, 6, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Carries what a scenario came to.

    Attributes:
        planned_min: minutes from seven until the largest crowd is served, by arithmetic; `largest_min` by simulation.
        late, very_late: shares of the mails sent, more than 15 and 60 minutes after seven.
        most_waiting: jobs.
        rate: mails of the busiest minute, a second.
        use: share of the day that the workers are busy with mails.
        ends: minutes after seven at which each crowd was served, all but one of a hundred.
        rates: mails a second by step of the chart.
    """

    name: str
    workers: int
    planned_min: float
    largest_min: float
    late: float
    very_late: float
    refused: int
    missed: int
    perhaps_twice: int
    most_waiting: int
    rate: int
    use: float
    bottleneck: str
    ends: tuple[float, ...]
    rates: tuple[int, ...]


def scenarios(units: Units, assumed: Assumed) -> dict[str, Scenario]:
    """The mornings, by name."""
    workers = sending(units, assumed).workers
    crowds = crowds_of_the_world(assumed.readers)
    calm = Scenario(crowds=crowds, workers=workers, costs=costs(units, assumed))
    eleven = max(crowds, key=lambda crowd: crowd.readers).due_s
    return {
        CALM: calm,
        "half as many workers": replace(calm, workers=max(1, workers // 2)),
        "the relay takes 60,000 a minute": replace(calm, per_minute=60_000),
        "three in ten readers at a domain that takes 20,000 a minute": replace(
            calm, domains=(Domain(share=0.3, per_minute=20_000),)
        ),
        TROUBLED: replace(
            calm,
            put_off=0.03,
            again=0.3,
            refused=0.002,
            outage=(eleven + 300, eleven + 3_900),
            deaths=(eleven + 120, eleven + 9_300),
        ),
    }


def see(name: str, scenario: Scenario) -> Seen:
    """Lets it happen."""
    outcome = simulate(scenario)
    largest = max(range(len(scenario.crowds)), key=lambda n: scenario.crowds[n].readers)
    planned = ends(scenario.crowds, scenario.costs, workers=scenario.workers, per_minute=scenario.per_minute)
    return Seen(
        name=name,
        workers=scenario.workers,
        planned_min=round((planned[largest] - scenario.crowds[largest].due_s) / 60, 1),
        largest_min=round((outcome.tallies[largest].mostly_at - scenario.crowds[largest].due_s) / 60, 1),
        late=round(outcome.share_late(), 4),
        very_late=round(outcome.share_late(very=True), 4),
        refused=sum(tally.refused for tally in outcome.tallies),
        missed=outcome.missed,
        perhaps_twice=outcome.perhaps_twice,
        most_waiting=outcome.most_waiting,
        rate=most_in_a_minute(outcome.handed) // 60,
        use=round(_use(outcome, scenario), 2),
        bottleneck=outcome.bottleneck,
        ends=tuple(round((tally.mostly_at - tally.crowd.due_s) / 60, 1) for tally in outcome.tallies),
        rates=_rates(outcome),
    )


def _use(outcome: Outcome, scenario: Scenario) -> float:
    """Of a whole day, the share of the workers' time that went to mails."""
    return outcome.spent[SENDING] / scenario.workers / 86_400


def _rates(outcome: Outcome) -> tuple[int, ...]:
    begin, end = FROM_H * 3600, UNTIL_H * 3600
    steps = [0] * ((end - begin) // STEP_S)
    for second, number in outcome.handed.items():
        if begin <= second < end:
            steps[(second - begin) // STEP_S] += number
    return tuple(round(number / STEP_S) for number in steps)


def load_seen(path: Path = FILE) -> tuple[Seen, ...]:
    """What was simulated the last time."""
    return tuple(
        Seen(**{**each, "ends": tuple(each["ends"]), "rates": tuple(each["rates"])})
        for each in json.loads(path.read_text("utf-8"))
    )


def told(seen: tuple[Seen, ...]) -> str:
    """The file's text."""
    return "[\n" + ",\n".join(json.dumps(asdict(each), ensure_ascii=False) for each in seen) + "\n]\n"


def hours() -> tuple[tuple[int, str], ...]:
    """Every third hour of the chart, by its step."""
    return tuple(((hour - FROM_H) * 3600 // STEP_S, clock_of(hour * 3600)) for hour in range(FROM_H, UNTIL_H, 3))

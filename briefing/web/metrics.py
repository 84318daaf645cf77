"""Takes how the house stands, gives it as metrics, named as Prometheus wants names.

Nothing is counted here: each family is made from what the last look saw, so a scrape costs the writing of a page.

Next: briefing/web/health_pages.py, which answers with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from briefing import __version__
from briefing.model.delivery import DeliveryStatus
from briefing.model.subscriber import SubscriberStatus
from briefing.services.bounces import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from prometheus_client.metrics_core import Metric

    from briefing.model.run import Run, Vitals
    from briefing.services.lookout import Lookout


class HouseCollector(Collector):
    """Says what the lookout knows, each time it is asked."""

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout

    def collect(self) -> Iterator[Metric]:
        """Every family; those of an edition are left out until there was one."""
        yield from _of_program(self._lookout)
        vitals = self._lookout.vitals()
        if vitals is not None:
            yield from _of_house(vitals)
            yield from _of_books(vitals)
            if vitals.last_run is not None:
                yield from _of_edition(vitals.last_run)


def registry_of(lookout: Lookout) -> CollectorRegistry:
    """A registry of this house alone: nothing of the process, nothing that other libraries count."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(HouseCollector(lookout))
    return registry


def _of_program(lookout: Lookout) -> Iterator[Metric]:
    yield InfoMetricFamily("briefing", "The program.", value={"version": __version__})
    yield _moment("started", "When this process began.", lookout.started_at)
    yield _moment("last_tick", "Last sign of life of the timer.", lookout.beat_at())
    yield CounterMetricFamily("briefing_sent_messages", "Messages handed over by this process.", value=lookout.sent)
    letters = CounterMetricFamily(
        "briefing_returned_letters", "Letters that came back, by what was done about them.", labels=["outcome"]
    )
    for outcome in Outcome:
        letters.add_metric([outcome.value], lookout.letters[outcome])
    yield letters


def _of_house(vitals: Vitals) -> Iterator[Metric]:
    yield _moment("last_look", "When these figures were counted.", vitals.looked_at)
    yield _moment("next_due", "When the next slot of any reader opens.", vitals.next_due_at)
    yield _by("subscribers", "status", "Readers by status.", ((s, vitals.readers.get(s, 0)) for s in SubscriberStatus))
    yield _gauge("bouncing_subscribers", "Readers whose mail came back of late, not for good.", vitals.bouncing)
    yield _gauge("failing_sources", "Sources that cannot be read.", len(vitals.failing))
    since = ((name, moment.timestamp()) for name, moment in sorted(vitals.failing.items()))
    about = "Since when a source cannot be read."
    yield _by("source_failing_since_timestamp_seconds", "source", about, since)


def _of_books(vitals: Vitals) -> Iterator[Metric]:
    queue = vitals.queue
    age = max(0.0, (vitals.looked_at - queue.oldest_at).total_seconds()) if queue.oldest_at else 0.0
    yield _gauge("queue_messages", "Messages of any edition that still have to go out.", queue.length)
    yield _gauge("queue_oldest_age_seconds", "How long the one that was left alone longest was left alone.", age)
    yield _by("waiting_jobs", "queue", "Jobs that no worker has begun yet.", sorted(vitals.jobs.items()))
    unbalanced = sum(not balance.is_balanced for balance in vitals.balances)
    yield _gauge("unbalanced_editions", "Editions whose books do not add up.", unbalanced)
    if vitals.balances:
        newest = vitals.balances[-1]
        counts = ((status, newest.counts.get(status, 0)) for status in DeliveryStatus)
        yield _gauge("edition_audience", "Readers the newest edition was planned for.", newest.audience)
        yield _by("edition_messages", "status", "Messages of the newest edition by status.", counts)


def _of_edition(run: Run) -> Iterator[Metric]:
    figures = run.figures
    yield _moment("last_edition", "When the newest edition was last worked on.", run.finished_at)
    yield _gauge("edition_sources", "Sources that were asked for the newest edition.", figures.sources)
    yield _gauge("edition_failed_sources", "Those of them that could not be read.", figures.failed_sources)
    yield _gauge("edition_articles", "Articles that were read for it.", figures.articles)
    yield _gauge("edition_duplicates", "Those of them that repeat another one.", figures.duplicates)
    yield _gauge("edition_stories", "Stories that were found in them.", figures.stories)
    yield _gauge("edition_segments", "Editions that were made of them.", figures.segments)
    yield _gauge("edition_problems", "Lines of problems in its run report.", len(run.problems))
    yield _by("edition_stage_seconds", "stage", "How long each stage of it took.", run.seconds.items())


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"briefing_{name}", about, value=value)


def _by(name: str, label: str, about: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(f"briefing_{name}", about, labels=[label])
    for key, value in values:
        family.add_metric([str(key)], value)
    return family


def _moment(name: str, about: str, moment: datetime | None) -> Metric:
    """In seconds since 1970; without a sample where there is no such moment."""
    family = GaugeMetricFamily(f"briefing_{name}_timestamp_seconds", about)
    if moment is not None:
        family.add_metric([], moment.timestamp())
    return family

"""Sources in shards: each in one, all of a host in the same, wherever it is reckoned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.model.article import Published
from briefing.model.job import Batch, JobQueue, Shard
from briefing.model.source import Collected, Source, SourceKind
from briefing.model.visit import visit_key
from briefing.services.filing import Filing
from briefing.services.shards import SOURCES_AT_ONCE, ShardDesk, SharedCollector, addresses, shard_of
from briefing.services.teamwork import Team
from tests.fakes import FakeCollector, FakeEncoder, FixedClock, MemoryArticles, MemoryVectors, MemoryWorkforce
from tests.make import NOW, article
from tests.services.house import collected

WINDOW = timedelta(hours=36)


def feed(number: int, host: str = "") -> Source:
    return Source(kind=SourceKind.FEED, location=f"https://{host or f'p{number}.example'}/{number}.xml")


FOLDER = Source(kind=SourceKind.FOLDER, location="/news")
MAILBOX = Source(kind=SourceKind.MAILBOX, location="imaps://post@mail.example/")
LIST = Source(kind=SourceKind.OPML, location="/feeds.opml")


@given(
    numbers=st.lists(st.integers(0, 500), max_size=60),
    hosts=st.lists(
        st.sampled_from(["a.example", "b.example", "[::1]", "[broken", "ümläut.example", "\ud800"]), max_size=9
    ),
    of=st.integers(1, 9),
)
def test_every_source_is_in_one_shard_and_all_of_a_host_in_the_same(
    numbers: list[int], hosts: list[str], of: int
) -> None:
    sources = [feed(n) for n in numbers] + [feed(n, host) for n, host in enumerate(hosts * 2)]
    numbers_by_host = defaultdict(set)
    for source in sources:
        number = shard_of(source, of)
        assert 0 <= number < of
        numbers_by_host[source.location.split("/")[2]].add(number)
    numbers_by_host.pop("[broken", None)  # nobody can ask there
    assert all(len(found) == 1 for found in numbers_by_host.values())


def test_workers_read_what_has_an_address_lists_included_and_each_once() -> None:
    listed = (feed(3), feed(4))
    assert addresses([FOLDER, feed(1), LIST, MAILBOX, feed(3), feed(1)], {LIST: listed}) == (feed(1), feed(3), feed(4))


def shared(
    workforce: MemoryWorkforce, reads: FakeCollector, *, works: bool, makes_vectors: bool = True
) -> SharedCollector:
    """A collector whose workers do everything at the first look, or nothing ever."""
    clock = FixedClock(NOW)

    def sleep(seconds: float) -> None:
        clock.move(seconds=seconds)
        while works and workforce.jobs:
            done.append(workforce.begin())
            workforce.finish()

    done: list[object] = []
    team = Team(workforce=workforce, stopwatch=clock, sleep=sleep, new_name=lambda: "tide")
    return SharedCollector(reads=reads, team=team, lists=dict, makes_vectors=makes_vectors)


def sources(count: int) -> list[Source]:
    return [FOLDER, *(feed(number) for number in range(count))]


@pytest.mark.parametrize(
    ("count", "works", "makes_vectors", "queues"),
    [
        (2 * SOURCES_AT_ONCE - 1, True, True, []),
        (2 * SOURCES_AT_ONCE, True, True, [JobQueue.FETCH, JobQueue.VECTORS]),
        (2 * SOURCES_AT_ONCE, True, False, [JobQueue.FETCH]),
        (2 * SOURCES_AT_ONCE, False, True, [JobQueue.FETCH]),
    ],
    ids=["too few to share", "shared", "without vectors", "nobody works"],
)
def test_many_sources_are_shared_and_the_articles_come_from_the_collector_in_any_case(
    count: int, works: bool, makes_vectors: bool, queues: list[JobQueue]
) -> None:
    handed_out: list[JobQueue] = []

    class Noted(MemoryWorkforce):
        def hand_out(self, queue: JobQueue, parts: Sequence[Shard | Batch], *, work: str) -> None:
            handed_out.append(queue)
            super().hand_out(queue, parts, work=work)

    reads = FakeCollector(collected(article()))
    found = shared(Noted(), reads, works=works, makes_vectors=makes_vectors).collect(sources(count), now=NOW)
    assert (found, reads.asked, handed_out) == (collected(article()), [NOW], queues)


def test_a_worker_makes_the_vectors_of_its_own_shards_young_articles_and_of_no_others() -> None:
    mine = feed(1)
    of = next(of for of in range(2, 9) if shard_of(feed(2), of) != shard_of(mine, of))
    young, old = article("Young"), article("Old", published=Published(at=NOW - timedelta(days=3)))
    articles, cache = MemoryArticles(), MemoryVectors()
    articles.save_articles(visit_key(mine), [young, old], now=NOW - timedelta(hours=1))
    articles.save_articles(visit_key(feed(2)), [article("Another's")], now=NOW - timedelta(hours=1))
    desk = ShardDesk(
        sources=[mine, feed(2)],
        lists=dict,
        collector=FakeCollector(),
        articles=articles,
        filing=Filing(topics=(), encoder=FakeEncoder(), cache=cache),
        window=WINDOW,
    )
    assert desk.make_vectors(Shard(number=shard_of(mine, of), of=of, now=NOW)) == 1
    assert len(cache.vectors) == 1


def test_a_worker_asks_for_its_shard_and_at_the_moment_of_the_reading() -> None:
    asked: list[tuple[Source, ...]] = []

    class Noted(FakeCollector):
        def collect(self, sources: Sequence[Source], *, now: datetime) -> Collected:
            asked.append(tuple(sources))
            return super().collect(sources, now=now)

    collector, every = Noted(), [feed(number) for number in range(40)]
    desk = ShardDesk(
        sources=[*every, FOLDER],
        lists=dict,
        collector=collector,
        articles=MemoryArticles(),
        filing=Filing(topics=(), encoder=None),
        window=WINDOW,
    )
    for number in range(3):
        desk.fetch(Shard(number=number, of=3, now=NOW))
    assert sorted(source.location for some in asked for source in some) == sorted(source.location for source in every)
    assert collector.asked == [NOW] * 3


@pytest.mark.parametrize(("number", "of"), [(-1, 2), (2, 2), (0, 0)])
def test_there_is_no_part_that_is_none(number: int, of: int) -> None:
    with pytest.raises(ValueError, match="there is no part"):
        Shard(number=number, of=of, now=NOW)


def test_a_shard_survives_the_queue() -> None:
    shard = Shard(number=3, of=20, now=NOW + timedelta(microseconds=7))
    assert Shard.parse(shard.fields) == shard

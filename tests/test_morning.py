"""Reads a real, labelled morning as a build does, and holds what comes out to the labels."""

from __future__ import annotations

import gc
import re
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import active_children

import pytest

from benchmarks.grouping.labels import Label, bcubed, judge, read_labels, share, told_twice
from benchmarks.grouping.morning import LABELS, SERVER, SHARED, Report, measure, misses
from tests.make import article, story

needs_the_morning = pytest.mark.skipif(
    not (SHARED / SERVER).exists(), reason="needs the shared evaluation data beside the repository"
)
#: What a reader may expect of any morning; this one does better on each.
LEAST_F1, LEAST_REGIONS, LEAST_THEMES = 0.90, 0.90, 0.85


@dataclass(frozen=True)
class Morning:
    """What was measured, and the processes that were still running a moment later."""

    report: Report
    left: tuple[str, ...]


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Morning:
    before = set(active_children())
    report = measure(SHARED, tmp_path_factory.mktemp("morning"))
    gc.collect()  # the encoder's process ends when nobody holds its pipe
    started = set(active_children()) - before
    for process in started:
        process.join(timeout=10)
    return Morning(report=report, left=tuple(process.name for process in started if process.is_alive()))


@pytest.mark.slow
@needs_the_morning
def test_every_entry_of_the_window_is_labelled(morning: Morning) -> None:
    assert morning.report.entries == morning.report.labelled == 228


@pytest.mark.slow
@needs_the_morning
def test_stories_are_found_as_people_find_them(morning: Morning) -> None:
    assert morning.report.agreement.f1 >= LEAST_F1, list(misses(morning.report))


@pytest.mark.slow
@needs_the_morning
def test_nothing_is_told_twice(morning: Morning) -> None:
    assert morning.report.twice == {}


@pytest.mark.slow
@needs_the_morning
def test_stories_told_stand_under_their_region(morning: Morning) -> None:
    assert share(morning.report.told, "region") >= LEAST_REGIONS, list(misses(morning.report))


@pytest.mark.slow
@needs_the_morning
def test_stories_told_stand_under_their_theme(morning: Morning) -> None:
    assert share(morning.report.told, "theme") >= LEAST_THEMES, list(misses(morning.report))


@pytest.mark.slow
@needs_the_morning
def test_as_many_stories_are_told_as_the_config_says(morning: Morning) -> None:
    assert len(morning.report.told) == 24


@pytest.mark.slow
@needs_the_morning
def test_reading_the_morning_leaves_no_process_behind(morning: Morning) -> None:
    assert morning.left == ()


@pytest.mark.slow
@needs_the_morning
def test_what_is_wrong_is_named_by_id_and_code_alone(morning: Morning) -> None:
    words = ("region", "theme", "told", "window", "merged", "split", "for", "no", "answer", "shared", "by", "half", "|")
    named = re.compile(rf"[0-9a-f]{{16}}|[0-9]{{2,3}}:?|[A-Z0-9/-]+|{'|'.join(map(re.escape, words))}")
    said = [word for line in misses(morning.report) for word in line.split()]
    assert [word for word in said if not named.fullmatch(word)] == []


def test_the_labels_are_ids_and_codes_alone() -> None:
    labels = read_labels(LABELS)
    assert len(labels) == 248
    assert list(labels) == sorted(labels)
    for entry, label in labels.items():
        assert len(entry) == 16
        assert int(entry, 16) >= 0
        assert label.story.isdigit()
        assert all(code == "-" or (code.isupper() and len(code) == 2) or code == "001" for code in label.regions)
        assert all("01" <= key <= "17" for key in label.themes)


@pytest.mark.parametrize(
    ("found", "precision", "recall"),
    [
        ([["a", "b"], ["c"]], 1.0, 1.0),
        ([["a", "b", "c"]], 5 / 9, 1.0),
        ([["a"], ["b"], ["c"]], 1.0, 2 / 3),
        ([["a", "b", "unlabelled"]], 1.0, 1.0),
        ([], 1.0, 2 / 3),
    ],
    ids=["right", "merged", "split", "what has no label does not count", "what was not found is alone"],
)
def test_each_entry_counts_alike(found: Sequence[Sequence[str]], precision: float, recall: float) -> None:
    agreement = bcubed(found, {"a": "1", "b": "1", "c": "2"})
    assert agreement.precision == pytest.approx(precision)
    assert agreement.recall == pytest.approx(recall)


def label(number: str, regions: str) -> Label:
    return Label(story=number, regions=frozenset(regions.split("/")), themes=frozenset({"11"}))


def test_an_answer_is_right_when_half_of_the_entries_accept_it() -> None:
    one, two, three = article("One"), article("Two"), article("Three")
    found = story(one, two, three)  # in Romania, without a theme
    labels = {one.id: label("1", "RO"), two.id: label("1", "MD"), three.id: label("2", "MD")}
    verdict = judge(found, labels)
    assert verdict is not None
    assert (verdict.is_right("region"), verdict.is_right("region", generously=True)) == (False, True)
    assert not verdict.is_right("theme", generously=True)
    assert verdict.stories == {"1": (one.id, two.id), "2": (three.id,)}


def test_a_happening_in_two_stories_is_told_twice() -> None:
    one, two, three = article("One"), article("Two"), article("Three")
    labels = {one.id: label("1", "RO"), two.id: label("1", "RO"), three.id: label("2", "RO")}
    verdicts = [
        verdict for one_story in (story(one), story(two), story(three)) if (verdict := judge(one_story, labels))
    ]
    assert told_twice(verdicts) == {"1": (one.id, two.id)}


def test_a_story_without_labels_is_not_judged() -> None:
    assert judge(story(article("Nobody read this")), {}) is None

"""Takes the labels of a morning's entries and the stories found in them, gives how well the two agree.

Next: benchmarks/grouping/morning.py, which finds the stories.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from briefing.model.story import Story

#: Stands for "no region" in the labels.
NOWHERE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Carries what a person says of one entry.

    Attributes:
        story: a number; the same for all entries on one happening.
        regions, themes: every acceptable answer.
    """

    story: str
    regions: frozenset[str]
    themes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Says how two groupings of the same entries agree, 0..1, each entry counting alike (BCubed).

    Attributes:
        precision: of the entries an entry was put with, the share that belongs there.
        recall: of the entries it belongs with, the share it was put with.
    """

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Says whether one story is filed where a person would file it.

    Attributes:
        lead: id of the entry it is told from.
        stories: what its labelled entries are on, by their number; more than one where happenings were merged.
        found: by "region" and "theme", the answer.
        accepted: likewise, the answers acceptable for at least half of its labelled entries.
        allowed: likewise, the answers acceptable for any of them.
    """

    lead: str
    stories: Mapping[str, tuple[str, ...]]
    found: Mapping[str, str]
    accepted: Mapping[str, frozenset[str]]
    allowed: Mapping[str, frozenset[str]]

    def is_right(self, key: str, *, generously: bool = False) -> bool:
        """Whether the answer is acceptable for half of the entries; generously, for one of them."""
        return self.found[key] in (self.allowed if generously else self.accepted)[key]


def read_labels(path: Path) -> dict[str, Label]:
    """Entry id → label, from lines of id, story, regions and themes between tabs."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {
        entry: Label(story=story, regions=frozenset(regions.split("/")), themes=frozenset(themes.split("/")))
        for entry, story, regions, themes in rows
    }


def bcubed(found: Iterable[Iterable[str]], wanted: Mapping[str, str]) -> Agreement:
    """Compares groups of entries with the story of each; entries that `wanted` lacks do not count.

    Source: Bagga and Baldwin 1998. An entry that stands in no group is alone.
    """
    belonging: defaultdict[str, set[str]] = defaultdict(set)
    for entry, story in wanted.items():
        belonging[story].add(entry)
    put: dict[str, frozenset[str]] = {entry: frozenset({entry}) for entry in wanted}
    for group in found:
        known = frozenset(entry for entry in group if entry in wanted)
        put |= dict.fromkeys(known, known)
    shared = {entry: len(put[entry] & belonging[story]) for entry, story in wanted.items()}
    return Agreement(
        precision=sum(count / len(put[entry]) for entry, count in shared.items()) / len(shared),
        recall=sum(count / len(belonging[wanted[entry]]) for entry, count in shared.items()) / len(shared),
    )


def entries_of(story: Story) -> tuple[str, ...]:
    """Ids of everything a story was made of, copies included."""
    return tuple(article.id for article in story.articles + story.copied_by)


def judge(story: Story, labels: Mapping[str, Label]) -> Verdict | None:
    """Compares where a story is filed with the labels of its entries; None when none of them has one."""
    known = {entry: labels[entry] for entry in entries_of(story) if entry in labels}
    if not known:
        return None
    stories: defaultdict[str, list[str]] = defaultdict(list)
    for entry, label in known.items():
        stories[label.story].append(entry)
    answers = {"region": [one.regions for one in known.values()], "theme": [one.themes for one in known.values()]}
    return Verdict(
        lead=story.lead.id,
        stories={number: tuple(entries) for number, entries in stories.items()},
        found={
            "region": story.region.code if story.region else NOWHERE,
            "theme": story.theme.code.removeprefix("medtop:")[:2] if story.theme else NOWHERE,
        },
        accepted={key: _said_by(sets, least=len(sets) / 2) for key, sets in answers.items()},
        allowed={key: _said_by(sets, least=1) for key, sets in answers.items()},
    )


def told_twice(verdicts: Iterable[Verdict]) -> dict[str, tuple[str, ...]]:
    """Happening → leads of the stories that hold an entry on it, where they are several."""
    tellers: defaultdict[str, list[str]] = defaultdict(list)
    for verdict in verdicts:
        for number in verdict.stories:
            tellers[number].append(verdict.lead)
    return {number: tuple(leads) for number, leads in sorted(tellers.items()) if len(leads) > 1}


def share(verdicts: Sequence[Verdict], key: str, *, generously: bool = False) -> float:
    """The share of stories that are filed right by "region" or "theme"."""
    return sum(verdict.is_right(key, generously=generously) for verdict in verdicts) / len(verdicts)


def _said_by(answers: Sequence[frozenset[str]], *, least: float) -> frozenset[str]:
    counts = Counter(code for codes in answers for code in codes)
    return frozenset(code for code, count in counts.items() if count >= least)

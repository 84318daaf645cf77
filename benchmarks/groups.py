"""Takes nothing, gives the groups of benchmarks in the order of a build: what each measures, and the module that does.

A group's module is imported when it runs, so that one can be measured without what the others need.

Next: benchmarks/collect/feeds.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.rows import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Names a group.

    Attributes:
        key: as `--only` and the chart's file name it.
        about: what is measured, for whoever reads the page.
        module: has `measure(*, quick: bool) -> Found`.
    """

    key: str
    title: str
    about: str
    module: str

    def measure(self, *, quick: bool) -> Found:
        """Runs it."""
        found: Found = import_module(self.module).measure(quick=quick)
        return found


GROUPS = (
    Group(
        key="feeds",
        title="Feeds",
        about="From the bytes of a feed to its entries. Ours also looks for what would hang a parser, and checks that"
        " nothing was lost; sound feeds go through fastfeedparser then, others through feedparser.",
        module="benchmarks.collect.feeds",
    ),
    Group(
        key="pages",
        title="Pages",
        about="From the HTML of a news page to its text, title, date and authors. Ours asks trafilatura, resiliparse"
        " and readability-lxml where they are needed, and reads the metadata itself.",
        module="benchmarks.collect.pages",
    ),
    Group(
        key="sentences",
        title="Sentences",
        about="Splitting a text into sentences.",
        module="benchmarks.summaries.sentences",
    ),
    Group(
        key="summaries",
        title="Summaries",
        about="An article in at most three of its own sentences and 400 characters. ROUGE F1 in percent, against"
        " summaries by people; everybody is given the same sentences.",
        module="benchmarks.summaries.beside",
    ),
    Group(
        key="grouping",
        title="Grouping",
        about="Which articles are on one happening. BCubed F1 against labels, 0 to 1.",
        module="benchmarks.grouping.beside",
    ),
    Group(
        key="render",
        title="Rendering",
        about="From MJML to the HTML of a mail. Our templates hold the stories in one `mj-text`, as HTML already; ours"
        " has MRML set the frame and puts them in afterwards. MRML alone and npm's mjml are given the whole.",
        module="benchmarks.email.speed",
    ),
    Group(
        key="delivery",
        title="Delivery",
        about="One edition to many readers, at a sink on the same machine that discards it, so that the client is what"
        " is measured. Figures of a longer run, and what a crash costs: [delivery.md](delivery.md).",
        module="benchmarks.delivery.speed",
    ),
    Group(
        key="whole",
        title="End to end",
        about="From feeds on the web to mail at the relay, each contender a program that starts from nothing.",
        module="benchmarks.whole.beside",
    ),
)

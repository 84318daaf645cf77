"""Takes texts, gives milliseconds of splitting them into sentences: ours beside sentencex.

    python -m benchmarks.summaries.sentences [--quick]

Articles, and two texts that are none: there the claim is that time grows with the text and not with its square.

Next: benchmarks/summaries/beside.py.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries

from benchmarks.page import table
from benchmarks.rows import MS, Found, Row, compare, medians
from benchmarks.summaries.beside import sample_articles
from briefing.compose.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: list[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summaries.sentences")
    parser.add_argument("--quick", action="store_true")
    print(table(measure(quick=parser.parse_args(words).quick)))
    return 0


def measure(*, quick: bool) -> Found:
    """Medians of a few rounds."""
    articles = [(case.article.text, case.article.language or "fr") for case in sample_articles(100)]
    texts = {
        "the sentences of 100 sample articles": articles,
        # sentencex takes 85 s for ten times as much.
        "100 kB of « Mot. over and over": [("« Mot. " * 14_300, "fr")],
        "1 MB of A. b? over and over": [("A. b? " * 167_000, "en")],
    }
    rows: tuple[Row, ...] = ()
    for what, given in texts.items():
        rows += _beside(what, given, rounds=1 if quick else 5)
    return Found(rows=rows)


def _beside(what: str, texts: Sequence[tuple[str, str]], *, rounds: int) -> tuple[Row, ...]:
    works = {
        "ours": lambda: [split_sentences(text, language) for text, language in texts],
        "sentencex": lambda: [list(get_sentence_boundaries(language, text)) for text, language in texts],
    }
    return compare(what, {name: 1000 * seconds for name, seconds in medians(works, rounds=rounds).items()}, MS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

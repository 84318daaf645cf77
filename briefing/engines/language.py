"""Takes a text, gives its language, or None when it cannot be told. Offline; the model ships in py3langid's wheel.

A script only some languages use narrows the choice first; the model decides among the rest: the configured
languages for Latin letters (98.7 % of 1,786 headlines right with seven allowed), the users of the script otherwise.

Next: briefing/compose/summarise.py.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from py3langid.langid import LanguageIdentifier

_LETTER = re.compile(r"[^\W\d_]")
#: Scripts a newspaper may come in and the languages that write it, as ranges of Unicode's block list. Japanese
#: stands before Chinese because a Japanese sentence holds Chinese characters, never the other way round.
_SCRIPTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(f"[{letters}]"), tuple(languages.split()))
    for letters, languages in (
        ("\u3041-\u30ff\uff66-\uff9d", "ja"),
        ("\u3400-\u9fff\uf900-\ufaff", "zh"),
        ("\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", "ko"),
        ("\u0400-\u052f", "ru uk be bg sr mk kk ky mn tg"),
        ("\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", "ar fa ur ps ug"),
        ("\u0900-\u097f", "hi mr ne"),
        ("\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("\u0590-\u05ff", "he"),
        ("\u0e00-\u0e7f", "th"),
        ("\u0980-\u09ff", "bn as"),
        ("\u0a00-\u0a7f", "pa"),
        ("\u0a80-\u0aff", "gu"),
        ("\u0b80-\u0bff", "ta"),
        ("\u0c00-\u0c7f", "te"),
        ("\u0c80-\u0cff", "kn"),
        ("\u0d00-\u0d7f", "ml"),
        ("\u10a0-\u10ff", "ka"),
        ("\u0530-\u058f", "hy"),
        ("\u1200-\u137f", "am"),
    )
)
#: Letters needed when several languages are possible, and when the script alone gives the answer.
_MIN_LETTERS = 12
_MIN_LETTERS_OF_ONE = 4
#: An ordinary newspaper letter of Western Europe; spares nearly every text the table.
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
#: So many of a text's letters in a script make it the script's; of kana fewer do, as Japanese headlines are mostly
#: Chinese characters while no Chinese text has more kana than a quoted name.
_MIN_SHARE, _MIN_KANA = 0.5, 0.1
#: The language must be at least this likely among the allowed ones (on 3,500 headlines 0.5 leaves 3.5 % open and errs
#: in 0.5 %; 0.7 leaves 8 % open and errs in 0.1 %), and one that is not allowed must not be `_FOREIGN` among all.
_SURE = 0.5
_FOREIGN = 0.9
#: More text changes no answer and costs about 4 µs a character.
_MAX_CHARS = 600


class Langid:
    """Names the language of headlines and texts; the model is loaded at the first text in Latin letters.

    Loading takes 0.7 s and is done once in a process. `languages` are the ISO 639-1 codes to choose from in Latin
    script; codes the model does not know are of no effect, and no known code at all means that every one is allowed.
    """

    def __init__(self, languages: Sequence[str] = ()) -> None:
        self._languages = frozenset(languages)

    def detect(self, text: str) -> str | None:
        """The ISO 639-1 code; None when it is a toss-up, or under 12 letters (4 where the script gives the answer)."""
        text = text[:_MAX_CHARS]
        users = _users_of_script(text)
        letters = len(_LETTER.findall(text))
        if letters < (_MIN_LETTERS_OF_ONE if len(users) == 1 else _MIN_LETTERS):
            return None
        if len(users) == 1:
            return users[0]
        return self._most_likely(text, users)

    def _most_likely(self, text: str, users: Iterable[str]) -> str | None:
        ranking = _identifier().rank(text)
        known = {language for language, _ in ranking}
        allowed = frozenset(users) or (self._languages & known) or known
        first, likelihood = ranking[0]
        if first not in allowed and likelihood >= _FOREIGN:
            return None
        within = [(language, p) for language, p in ranking if language in allowed]
        total = sum(p for _, p in within)
        best, likelihood = within[0]
        return best if total and likelihood / total >= _SURE and len(best) == 2 else None


@cache
def _identifier() -> LanguageIdentifier:
    """Ranks all languages it knows; one for the whole process, as nobody changes it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - 0.7 s most commands never need

    # An identifier of our own: the module's functions share one whose languages any caller may change.
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _users_of_script(text: str) -> tuple[str, ...]:
    """The languages that write the script most letters are in; none for Latin and scripts not in the table."""
    letters = max(len(_LETTER.findall(text)), 1)
    if len(_LATIN.findall(text)) > (1 - _MIN_KANA) * letters:
        return ()
    for script, users in _SCRIPTS:
        share = len(script.findall(text)) / letters
        if share > (_MIN_KANA if users == ("ja",) else _MIN_SHARE):
            return users
    return ()

"""Takes any text that is written down for long, gives it without addresses of readers and without links of theirs.

The last line of defence of logs, run reports and alarms: what is written there names readers by their id to begin with.

Next: briefing/services/runs.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from briefing.model.edition import Problem

#: What stands in their place.
ADDRESS, TOKEN = "[address]", "[token]"

#: A local part may be a quoted string with spaces in it (RFC 5321 §4.1.2); the word after it tells that it is one.
_QUOTED = re.compile(r'"[^"\n]{0,200}"(?=@)')
_WORD = re.compile(r"\S+")
#: The sign as it is, full-width (which mail programs fold), and as it stands in a link.
_SIGNS = ("@", "\uff20", "%40")
#: An id in base64, a dot, and an HMAC of 16 bytes: `deliver/tokens.py`.
_TOKEN = re.compile(r"(?<![\w-])[\w-]+\.[\w-]{22}(?![\w-])")


def discreet(text: str) -> str:
    """The text with every word blanked that may be an e-mail address, and every token that opens a reader's page.

    Rather too much than too little: whatever stands around an @ goes with it.
    """
    if any(sign in text for sign in _SIGNS):
        text = _WORD.sub(_without_address, _QUOTED.sub("", text))
    return _TOKEN.sub(TOKEN, text)


def told_of(problem: Problem) -> str:
    """A problem in one line that may be kept: what it concerns first, unless that is a reader."""
    subject = problem.file or ("" if problem.reader else problem.source) or problem.stage
    return discreet(" ".join(f"{subject}: {problem.message}".split()))


def _without_address(word: re.Match[str]) -> str:
    return ADDRESS if len(word[0]) > 1 and any(sign in word[0] for sign in _SIGNS) else word[0]

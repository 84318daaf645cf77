"""Takes what an article says of itself, gives the id it keeps: the same article from the same place has the same id.

Next: briefing/collect/folder.py.
"""

from __future__ import annotations

import hashlib

from briefing.collect.addresses import shared_spelling

#: Characters of the text that tell two articles with one headline apart; later corrections further down keep the id.
START_CHARS = 200


def article_id(*, url: str | None, source: str | None, title: str, text: str) -> str:
    """Gives 16 hexadecimal digits that are the same on every run, every machine and every day.

    They come from the address when there is one, whatever parameters of tracking, scheme or final slash it was
    published with; else from source, title and the start of the text.
    """
    identity = shared_spelling(url) if url else "\0".join((source or "", title, text[:START_CHARS]))
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]

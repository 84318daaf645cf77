"""Takes what a language model answered by the hash of the question, gives it back, so that nothing is asked twice.

Answers that were refused are kept as well: asking the same again would cost the same and bring the same.

Next: briefing/store/keys.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from briefing.store.database import insert_into, portions, reading, writing
from briefing.store.schema import generated as table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class SqlGeneratedTexts:
    """Keeps answers in the database."""

    engine: Engine

    def load_texts(self, keys: Iterable[str]) -> Mapping[str, str]:
        """The answers that are known, by key, in the order asked for."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, str] = {}
        with reading(self.engine) as connection:
            for some in portions(wanted):
                found.update(connection.execute(select(table.c.key, table.c.text).where(table.c.key.in_(some))).all())
        return {key: found[key] for key in wanted if key in found}

    def save_texts(self, texts: Mapping[str, str]) -> None:
        """Remembers each; saving one again changes nothing."""
        # In order, so that two who remember the same do not wait for each other.
        rows = [{"key": key, "text": text} for key, text in sorted(texts.items())]
        if rows:
            with writing(self.engine) as connection:
                connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)

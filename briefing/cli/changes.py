"""Takes two configs and a moment, gives what an edit changes in today's edition: in words, or as one JSON object.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefing.cli.words import list_problems, parse_moment, plural, progress, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from briefing.compose.changes import Absence, Added, Changes, Dropped, Kept, Place
    from briefing.model.story import Story
    from briefing.services.compare import Compared

DIFF_EXAMPLES = (
    "Examples: briefing config diff edited.yaml | briefing config diff /tmp/new.yaml --config config.yaml --json"
)

#: Why the edition in use does not tell what the edited one does.
_WAS = {
    "muted": "it was muted by {topics}",
    "merged": "it was part of “{headline}”",
    "no-room": "there was no room for it",
    "told-before": "it had nothing new",
    "outside-window": "it was outside the window",
    "not-read": "its source is new",
}
#: Why the edited one does not tell what the one in use does.
_IS = {
    "muted": "muted by {topics}",
    "merged": "now part of “{headline}”",
    "no-room": "no room for it",
    "told-before": "nothing new since an earlier edition",
    "outside-window": "outside the window",
    "not-read": "its source is gone ({source})",
}
_LONGEST_HEADLINE = 72


def diff(
    edited: Annotated[Path, typer.Argument(help="The edited config file.", show_default=False)],
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="The config in use.")] = Path("config.yaml"),
    now: Annotated[
        str | None, typer.Option("--now", help="Pretend it is this moment (RFC 3339 with an offset).")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Says which stories an edit of the config adds to today's edition, drops and moves, and why.

    Both editions are made from the same articles and with the database of the config in use, whatever the edited one
    names. Nothing is sent, recorded or written to out/.
    """
    from briefing.config.load import load_config
    from briefing.wiring import open_comparison

    used, other = load_config(config), load_config(edited)
    with progress() as watch:
        compared = open_comparison(used, other, now=parse_moment(now, option="--now"), watch=watch).run()
    for line in [json_text.dumps(_fields(compared), ensure_ascii=False, indent=1)] if json else _lines(compared):
        say(line)
    list_problems(compared.problems)
    return 1 if compared.problems else 0


def _lines(compared: Compared) -> Iterator[str]:
    changes = compared.changes
    keys = [*_about_keys(compared)]
    if changes.is_empty:
        told = plural(len(changes.unchanged), "story", "stories")
        same = f"nothing changes in the edition of {compared.date} ({told}, each in its place)"
        yield f"{same}: {'; '.join(keys) or 'the two files say the same'}"
        return
    yield _counts(changes)
    if consequences := [*_consequences(compared)]:
        yield "; ".join(consequences)
    yield ""
    yield from map(_added_line, changes.added)
    yield from map(_dropped_line, changes.dropped)
    yield from map(_moved_line, changes.moved)
    for section in changes.sections:
        yield f"~ section {section.title} — from {_nth(section.before)} to {_nth(section.after)}"
    if keys := [*_about_keys(compared, only_silent=True)]:
        yield ""
        yield "; ".join(keys)


def _consequences(compared: Compared) -> Iterator[str]:
    """What an edit means beyond single stories."""
    if compared.emptied:
        yield f"{' / '.join(compared.emptied)} now empty"
    reach = compared.reach
    if reach.readers:
        least = "at least " if reach.is_least else ""
        gets = "gets" if reach.changed == 1 else "get"
        yield f"{least}{reach.changed:,} of {plural(reach.readers, 'reader')} {gets} a different edition"


def _counts(changes: Changes) -> str:
    """The line to read first."""
    in_place = sum(not kept.has_moved for kept in changes.moved)
    moved = f"{len(changes.moved)} moved" + (f" ({in_place} only in topics)" if in_place else "")
    added = plural(len(changes.added), "story", "stories")
    return f"{added} added, {len(changes.dropped)} dropped, {moved}, {len(changes.unchanged)} unchanged"


def _added_line(added: Added) -> str:
    new = f" (new: {', '.join(added.gained)})" if added.gained else ""
    return f"+ {_headline(added.story)} — {_where(added.place)}. {added.story.why}{new}; {_why(_WAS, added.absence)}"


def _dropped_line(dropped: Dropped) -> str:
    story = dropped.story
    reason = _why(_IS, dropped.absence, source=story.lead.source or "no name")
    return f"- {_headline(story)} — {_where(dropped.place)}: {'; '.join([*_lost(dropped.lost), reason])}"


def _moved_line(kept: Kept) -> str:
    where = f"from {_where(kept.before)} to {_where(kept.after)}" if kept.has_moved else f"stays {_where(kept.after)}"
    gained = [f"now matches {', '.join(kept.gained)}"] if kept.gained else []
    return f"~ {_headline(kept.story)} — {'; '.join([where, *gained, *_lost(kept.lost)])}"


def _lost(topics: Sequence[str]) -> list[str]:
    return [f"no longer matches {', '.join(topics)}"] if topics else []


def _why(words: dict[str, str], absence: Absence, *, source: str = "") -> str:
    topics = ", ".join(f"“{topic}”" for topic in absence.topics)
    return words[absence.reason].format(topics=topics, headline=headline_on_a_line(absence.headline), source=source)


def _where(place: Place) -> str:
    return f"{place.title}, {_nth(place.number)}" if place.section else "in brief"


def _nth(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _headline(story: Story) -> str:
    return headline_on_a_line(story.lead.title)


def headline_on_a_line(headline: str) -> str:
    """On one line of a terminal, whatever the outlet put in."""
    line = " ".join("".join(c if c.isprintable() else " " for c in headline).split()) or "(no headline)"
    return line if len(line) <= _LONGEST_HEADLINE else line[: _LONGEST_HEADLINE - 1].rstrip() + "…"


def _about_keys(compared: Compared, *, only_silent: bool = False) -> Iterator[str]:
    """What differs in the files without moving a story."""
    if compared.choosing and not only_silent:
        yield f"{_differ(compared.choosing)}, but not for today's stories"
    if compared.telling:
        yield f"{_differ(compared.telling)}: how the mail looks and reads, not which stories it tells"
    if compared.other:
        yield f"{_differ(compared.other)}, which the edition does not depend on"


def _differ(keys: Sequence[str]) -> str:
    return f"{', '.join(keys)} {'differs' if len(keys) == 1 else 'differ'}"


def _fields(compared: Compared) -> dict[str, Any]:
    changes = compared.changes
    names = ("added", "dropped", "moved", "unchanged")
    return {
        "date": compared.date.isoformat(),
        "counts": {name: len(getattr(changes, name)) for name in names},
        "added": [
            {**_story(a.story), "place": _place(a.place), "gained": list(a.gained), "before": _absent(a.absence)}
            for a in changes.added
        ],
        "dropped": [
            {**_story(d.story), "place": _place(d.place), "lost": list(d.lost), "reason": _absent(d.absence)}
            for d in changes.dropped
        ],
        "moved": [{**_kept(k), "has_moved": k.has_moved} for k in changes.moved],
        "unchanged": [_kept(k) for k in changes.unchanged],
        "sections": [{"title": s.title, "before": s.before, "after": s.after} for s in changes.sections],
        "emptied": list(compared.emptied),
        "readers": {
            "changed": compared.reach.changed,
            "all": compared.reach.readers,
            "is_least": compared.reach.is_least,
        },
        "keys": {
            "choosing": list(compared.choosing),
            "telling": list(compared.telling),
            "other": list(compared.other),
        },
        "problems": [
            {"stage": p.stage, "source": p.source, "file": p.file, "message": p.message} for p in compared.problems
        ],
    }


def _story(story: Story) -> dict[str, Any]:
    articles = [article.id for article in story.printed]
    return {
        "id": story.id,
        "headline": story.lead.title,
        "source": story.lead.source,
        "articles": articles,
        "topics": list(story.topics),
        "why": story.why,
    }


def _kept(kept: Kept) -> dict[str, Any]:
    places = {"from": _place(kept.before), "to": _place(kept.after)}
    return {**_story(kept.story), **places, "gained": list(kept.gained), "lost": list(kept.lost)}


def _place(place: Place) -> dict[str, Any]:
    return {"section": place.section or None, "title": place.title or None, "number": place.number}


def _absent(absence: Absence) -> dict[str, Any]:
    return {"kind": absence.reason, "topics": list(absence.topics), "part_of": absence.headline or None}

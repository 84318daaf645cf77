"""Takes a date, gives that day's articles through today's config, beside what was sent: in words or as JSON.

Next: briefing/cli/words.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefing.cli.changes import headline_on_a_line
from briefing.cli.words import list_problems, parse_day, plural, progress, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from briefing.model.story import Story
    from briefing.services.replay import Replayed, Sent

EXAMPLES = "Examples: briefing replay 2026-11-22 | briefing replay 2026-11-22 --config edited.yaml --json"


def replay(
    day: Annotated[str, typer.Argument(metavar="DATE", help="A date such as 2026-11-22.", show_default=False)],
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="Your config file.")] = Path("config.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Makes an earlier day's edition again, with the config as it is now, and lists it beside what was sent.

    From the articles that the database keeps; nothing is sent, recorded or asked for. 1 when nobody got an edition.
    """
    from briefing.config.load import load_config
    from briefing.wiring import open_replay

    loaded = load_config(config)
    with progress() as watch:
        found = open_replay(loaded, watch=watch).run(parse_day(day))
    for line in [json.dumps(_fields(found), ensure_ascii=False, indent=1)] if as_json else _lines(found):
        say(line)
    list_problems(found.edition.problems)
    return 0 if found.was_sent and not found.edition.problems else 1


def _lines(found: Replayed) -> Iterator[str]:
    both = [sent for sent in found.sent if sent.now is not None]
    gone = [sent for sent in found.sent if sent.now is None]
    told = plural(len(found.edition.stories), "story", "stories")
    if not found.was_sent:
        yield f"{found.date}: nobody was sent an edition; today's config would tell {told}"
    else:
        sent = plural(len(found.sent), "story", "stories")
        yield f"{found.date}: {sent} sent, {told} now: {len(both)} the same, +{len(found.new)}, -{len(gone)}"
    yield ""
    yield from (f"= {headline_on_a_line(_headline(one))}" for one in both)
    yield from (f"+ {headline_on_a_line(story.lead.title)} — {story.why}" for story in found.new)
    yield from (f"- {headline_on_a_line(_headline(one))}" for one in gone)


def _headline(sent: Sent) -> str:
    return sent.headline or "a story whose articles are no longer kept"


def _fields(found: Replayed) -> dict[str, Any]:
    return {
        "date": found.date.isoformat(),
        "at": found.at.isoformat(),
        "was_sent": found.was_sent,
        "sent": [
            {
                "headline": one.headline or None,
                "articles": [article.id for article in one.articles],
                "now": one.now.id if one.now else None,
            }
            for one in found.sent
        ],
        "now": [_story(story) for story in found.edition.stories],
        "new": [story.id for story in found.new],
    }


def _story(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "headline": story.lead.title,
        "source": story.lead.source,
        "topics": list(story.topics),
        "why": story.why,
    }

"""Takes five answers, gives the text of a first config.yaml, every part with a remark on what else it can say.

Next: briefing/config/schema.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from briefing.config.yaml_form import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = """\
# yaml-language-server: $schema=config.schema.json
# Your briefing. `briefing config check` says what is wrong with it, `briefing config diff edited.yaml` what an edit
# changes in today's edition. There are more keys: `briefing init --demo` explains each. Paths count from this file.

briefing:
  name: {name}
  language: {language}                    # of headings and dates: ar de en es fr hi it ja nl pl pt zh
  timezone: {zone}

# What you care about, and would rather not hear of. A topic matches by its keywords, or by what its description means:
#   description: Energy supply, batteries, and the industry that builds them.
#   boost: 1.5                      # above 1 moves matching stories up, below 1 down
#   mute: true                      # leaves them out
topics:{topics}

sections:
  by: region                        # region, theme or topic

# Exactly one of feed, page (a site without a feed), folder (saved pages), opml (a feed reader's list), mailbox each.
# `briefing sources check` says how each is.
sources:{sources}
  # - {{feed: "https://example.org/rss.xml", name: Example Post, weight: 1.5}}   # counts more in the ranking

schedule:
  at: "07:00"                       # in each reader's own zone; `briefing serve` sends

mail:
  from: {sender}
  transport: outbox                 # writes .eml files into out/outbox/; smtp sends: docs/delivery.md
  # transport: smtp
  # smtp: {{host: smtp.example.org, username: {{env: SMTP_USER}}, password: {{env: SMTP_PASSWORD}}}}
  # imprint: Who answers for this, and where

# Readers: `briefing subscribers add you@example.org --confirmed`. Look at the mail first: `briefing preview`.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Carries what somebody said when asked.

    Attributes:
        topics: names; each is its own keyword.
        sources: each as its keys, the place first: {"feed": "https://…", "name": …}.
    """

    name: str = "Morning Briefing"
    language: str = "en"
    zone: str = "UTC"
    topics: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ({"folder": "seeds/"},)


def first_config(answers: Answers) -> str:
    """The text of the file; it is read without complaint whatever the answers hold, if zone and language are known."""
    topics = [{"name": name, "keywords": [name]} for name in dict.fromkeys(answers.topics)]
    return _TEXT.format(
        name=scalar(answers.name),
        language=scalar(answers.language),
        zone=scalar(answers.zone),
        topics=_listed(topics) if topics else " []",
        sources=_listed([dict(source) for source in answers.sources]),
        sender=scalar(f"{_display(answers.name)} <briefing@localhost.localdomain>", quote='"'),
    )


def _listed(items: list[dict[str, Any]]) -> str:
    return "".join(f"\n  - {flow(item)}" for item in items)


def _display(name: str) -> str:
    """A name as it may stand before an address."""
    return " ".join("".join(c for c in name if c not in '<>@"\\' and c.isprintable()).split()) or "Briefing"

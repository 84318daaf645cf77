"""Takes forms about topics and sources, gives what they would change in the config and in the edition, and writes it.

Next: briefing/web/run_pages.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, RedirectResponse, Response

from briefing.config.edit import TopicFields, add_source, add_topic, change_topic, remove_topic
from briefing.errors import BriefingError, ConfigError, SourceError
from briefing.model.settings import Topic
from briefing.services.wishes import Wish, wish_edit
from briefing.web.frame import framed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from briefing.model.story import Story
    from briefing.services.proofs import ProofDesk
    from briefing.services.rewriting import Edit
    from briefing.services.tuning import Tuning
    from briefing.web.preview import Backstage

#: Titles shown of a first look, and headlines of what a topic catches.
MOST_TITLES = 8
#: A topic of more words than this was not written by hand.
_MOST_CHARS, _MOST_KEYWORDS = 4_000, 200
#: What became of a form, for the page that is gone on to.
_TOLD = {
    "written": "Written; config.yaml as it was stands beside it.",
    "undone": "Undone; config.yaml is as it was before.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPages:
    """Serves `/topics` and the forms that change the config."""

    backstage: Backstage
    tuning: Tuning

    async def show(self, request: Request) -> Response:
        """Every topic with the number of today's stories that it catches, and a form for each."""
        told = _TOLD.get(request.query_params.get("told", ""), "")
        return await run_in_threadpool(self._page, told=told)

    async def count(self, request: Request) -> Response:
        """How many of today's stories a topic would catch, and the first few; changes nothing."""
        return await run_in_threadpool(self._count, dict(request.query_params))

    async def save(self, _: Request, fields: Mapping[str, str]) -> Response:
        """What a topic that is new or changed would change."""
        return await self._proposed(lambda _: _topic_edit(fields))

    async def remove(self, _: Request, fields: Mapping[str, str]) -> Response:
        """What the edition would be without a topic."""
        return await self._proposed(lambda _: partial(remove_topic, name=fields.get("topic", "")))

    async def wish(self, _: Request, fields: Mapping[str, str]) -> Response:
        """What more, less or none of stories like this one would change."""
        return await self._proposed(lambda proofs: _wished(proofs, fields))

    async def look(self, _: Request, fields: Mapping[str, str]) -> Response:
        """What an address gives that is no source yet."""
        return await run_in_threadpool(self._look, fields.get("address", "").strip())

    async def add(self, _: Request, fields: Mapping[str, str]) -> Response:
        """What a source that was looked at would change."""
        return await self._proposed(lambda proofs: self._sourced(proofs, fields.get("key", "")))

    async def write(self, _: Request, fields: Mapping[str, str]) -> Response:
        """Makes a change that was shown."""
        return await run_in_threadpool(self._do, lambda: self.tuning.write(fields.get("key", "")), "written")

    async def undo(self, _: Request, _fields: Mapping[str, str]) -> Response:
        """Takes the last change back."""
        return await run_in_threadpool(self._do, self.tuning.undo, "undone")

    def _page(self, *, told: str = "", wrong: str = "", status: int = 200) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        caught = Counter(name for story in proofs.gathered.stories for name in story.topics) if proofs else {}
        return framed(
            "preview_topics",
            self.backstage,
            here="/topics",
            heading="Topics",
            status=status,
            topics=proofs.config.topics if proofs else (),
            caught=caught,
            told=told,
            wrong=wrong,
            can_undo=self.tuning.can_undo(),
        )

    def _count(self, asked: Mapping[str, str]) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        if proofs is None:
            return JSONResponse({"count": None, "headlines": []})
        keywords, description = _keywords(asked.get("keywords", "")), asked.get("description", "").strip()
        topic = Topic(name="asked", keywords=keywords, description=description[:_MOST_CHARS] or None)
        found: tuple[Story, ...] = ()
        if keywords or description:
            found = self.backstage.rehearsal.try_out(lambda: proofs.builder.catch(topic, proofs.gathered))
        titles = [story.lead.title for story in found[:MOST_TITLES]]
        return JSONResponse({"count": len(found), "headlines": titles}, headers={"Cache-Control": "no-store"})

    async def _proposed(self, edit_of: Callable[[ProofDesk], Edit]) -> Response:
        return await run_in_threadpool(self._propose, edit_of)

    def _propose(self, edit_of: Callable[[ProofDesk], Edit]) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        if proofs is None:
            return self._page(wrong="There is no edition yet to show the change in.", status=409)
        try:
            tuned = self.tuning.propose(edit_of(proofs), proofs)
        except BriefingError as error:
            return self._page(wrong=str(error), status=400)
        status = 400 if tuned.proposal.problems else 200
        return framed(
            "preview_change",
            self.backstage,
            here="/topics",
            heading="What would change",
            status=status,
            tuned=tuned,
            lines=[(_kind(line), line) for line in tuned.proposal.diff.splitlines()[2:]],
        )

    def _do(self, act: Callable[[], object], told: str) -> Response:
        try:
            act()
        except BriefingError as error:
            return self._page(wrong=f"Nothing was changed: {error}", status=409)
        return RedirectResponse(f"/topics?told={told}", status_code=303)

    def _look(self, address: str) -> Response:
        proofs = self.backstage.rehearsal.scene.proofs
        found: dict[str, Any] = {"address": address, "key": "", "seen": None, "titles": ()}
        status, wrong = 200, ""
        try:
            if proofs is None or not re.match("https?://[^/]", address):
                raise SourceError("the address", "give one that begins with https:// or http://")
            found["key"], seen = self.tuning.look(address, proofs)
            found |= {"seen": seen, "titles": seen.articles[:MOST_TITLES]}
        except BriefingError as error:
            status, wrong = 400, str(error)
            structlog.get_logger("briefing.preview").warning("source refused", reason=wrong)
        return framed(
            "preview_look", self.backstage, here="/sources", heading="A new source", status=status, wrong=wrong, **found
        )

    def _sourced(self, proofs: ProofDesk, key: str) -> Edit:
        seen = self.tuning.source(key, proofs)
        keys = {seen.source.kind.value: seen.source.location} | ({"name": seen.name} if seen.name else {})
        return partial(add_source, source=keys)


def _wished(proofs: ProofDesk, fields: Mapping[str, str]) -> Edit:
    """The edit of a wish; "mute", "less" or "more".

    Raises:
        ConfigError: there is no such story, or no such wish.
    """
    story = next((story for story in proofs.gathered.stories if story.id == fields.get("story")), None)
    if story is None or fields.get("wish") not in {*Wish}:
        raise ConfigError("config.yaml", "the story is not there any more; load the page again")
    return wish_edit(story, Wish(fields["wish"]), proofs.config.topics)


def _topic_edit(fields: Mapping[str, str]) -> Edit:
    name, keywords = " ".join(fields.get("name", "").split()), _keywords(fields.get("keywords", ""))
    description, mute = " ".join(fields.get("description", "").split())[:_MOST_CHARS], fields.get("mute") == "yes"
    boost = _number(fields.get("boost") or "1")
    if not name or not (keywords or description):
        raise ConfigError("config.yaml", "a topic has a name, and keywords or a description")
    if not fields.get("topic"):
        told = {"keywords": keywords, "description": description or None, "boost": boost, "mute": mute}
        return partial(add_topic, name=name, **told)  # type: ignore[arg-type]  # the keys are its own
    changed = TopicFields(name=name, keywords=keywords, description=description, boost=boost, mute=mute)
    return partial(change_topic, name=fields["topic"], fields=changed)


def _number(text: str) -> float:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text):
        raise ConfigError("config.yaml", "boost is a number; 1 changes nothing, 1.5 moves stories up")
    return float(text)


def _keywords(text: str) -> tuple[str, ...]:
    """Between commas or on lines of their own."""
    words = (" ".join(word.split()) for word in re.split(r"[,\n]", text[:_MOST_CHARS]))
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_KEYWORDS]


def _kind(line: str) -> str:
    """How a line of a diff is set."""
    return {"+": "new", "-": "old", "@": "at"}.get(line[:1], "")

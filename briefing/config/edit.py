"""Takes the text of a config and what a person wants changed, gives the text with it; the rest stays to the letter.

Every function reads the text first and gives a new one; nothing is written. What is wrong with the text, or cannot be
changed in it, is a `ConfigError` with its line.

Next: briefing/config/schema.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from briefing.config.draft import Draft
from briefing.config.schema import PLACES
from briefing.config.values import suggest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from briefing.config.yaml_form import Scalar

#: What a config is called where nobody says.
FILE = "config.yaml"
#: The topic that holds what was muted word by word.
MUTED = "Muted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFields:
    """Carries what a topic is changed to.

    Attributes:
        name, keywords, description, boost, mute: None leaves what is there. An empty description, a boost of 1 and a
            mute of False take the key away when it is there: they are what it means to leave it out.
    """

    name: str | None = None
    keywords: Sequence[str] | None = None
    description: str | None = None
    boost: float | None = None
    mute: bool | None = None


def add_feeds(text: str, feeds: Iterable[tuple[str, str | None]], *, name: str, key: str = "feed") -> str:
    """Puts feeds at the end of the list under `sources:`, one line each.

    Args:
        text: the config's; it may be wrong in anything but its syntax.
        feeds: address and name; None leaves it to the feed.
        name: what errors call the file.
        key: what they are: feed, or page.

    Raises:
        ConfigError: not YAML, or its sources are written in a way that only a person can add to.
    """
    sources = [{key: address, **({"name": label} if label else {})} for address, label in feeds]
    return Draft(text, name).append(("sources",), *sources, inline=True).text


def add_source(text: str, source: Mapping[str, Scalar], *, file: str = FILE) -> str:
    """Puts a source below the others, on one line.

    Args:
        source: its keys as the config names them, the place first: {"feed": "https://…", "name": …}.
    """
    draft = Draft(text, file)
    place = _place_of(source)
    for number, other in enumerate(_items(draft, "sources")):
        if _place_of(other) == place:
            raise draft.refuse(f'sources.{number}: "{place}" is a source already', ("sources", number))
    return draft.append(("sources",), dict(source), inline=True).text


def remove_source(text: str, place: str, *, file: str = FILE) -> str:
    """Takes a source away.

    Args:
        place: its folder, address, list or mailbox, as the config writes it.
    """
    draft = Draft(text, file)
    places = [_place_of(source) for source in _items(draft, "sources")]
    if place not in places:
        raise draft.refuse(f'sources: there is no "{place}"{suggest(place, filter(None, places))}', ("sources",))
    return draft.drop(("sources", places.index(place))).text


def add_topic(
    text: str,
    name: str,
    *,
    keywords: Iterable[str] = (),
    description: str | None = None,
    boost: float = 1,
    mute: bool = False,
    file: str = FILE,
) -> str:
    """Puts a topic below the others; keys that would say what is so without them are left out."""
    draft = Draft(text, file)
    known = _topic_names(draft)
    if name in known:
        at = known.index(name)
        raise draft.refuse(f'topics.{at}.name: "{name}" is a topic already; change that one', ("topics", at, "name"))
    topic: dict[str, Any] = {"name": name}
    if words := list(dict.fromkeys(keywords)):
        topic["keywords"] = words
    if description:
        topic["description"] = description
    if boost != 1:
        topic["boost"] = _number(boost)
    if mute:
        topic["mute"] = True
    return draft.append(("topics",), topic).text


def change_topic(text: str, name: str, fields: TopicFields, *, file: str = FILE) -> str:
    """Changes what is given of a topic; another name is also changed in the order of the sections."""
    draft = Draft(text, file)
    here = ("topics", _topic_number(draft, name))
    if fields.keywords is not None:
        draft = _with_words(draft, (*here, "keywords"), list(dict.fromkeys(fields.keywords)))
    draft = _with_key(draft, (*here, "description"), fields.description, usual="")
    draft = _with_key(draft, (*here, "boost"), None if fields.boost is None else _number(fields.boost), usual=1)
    draft = _with_key(draft, (*here, "mute"), fields.mute, usual=False)
    if fields.name is not None and fields.name != name:
        if fields.name in _topic_names(draft):
            raise draft.refuse(f'topics: "{fields.name}" is a topic already; take another name', here)
        draft = draft.put((*here, "name"), fields.name)
        if (place := _place_in_order(draft, name)) is not None:
            draft = draft.put(("sections", "order", place), fields.name)
    return draft.text


def remove_topic(text: str, name: str, *, file: str = FILE) -> str:
    """Takes a topic away, and out of the order of the sections."""
    draft = Draft(text, file)
    draft = draft.drop(("topics", _topic_number(draft, name)))
    if (place := _place_in_order(draft, name)) is not None:
        draft = draft.drop(("sections", "order", place))
    return draft.text


def mute_topic(text: str, name: str, *, file: str = FILE) -> str:
    """Leaves the stories of a topic out."""
    return change_topic(text, name, TopicFields(mute=True), file=file)


def mute_phrase(text: str, phrase: str, *, file: str = FILE) -> str:
    """Leaves out the stories that speak of a phrase: it becomes a keyword of the muted topic `MUTED`."""
    draft = Draft(text, file)
    known = _topic_names(draft)
    if MUTED not in known:
        return add_topic(text, MUTED, keywords=[phrase], mute=True, file=file)
    here = ("topics", known.index(MUTED))
    if not draft.yaml.values["topics"][here[1]].get("mute"):
        raise draft.refuse(f'topics.{here[1]}.mute: "{MUTED}" is not muted; mute it, or give it another name', here)
    words = _words(draft, (*here, "keywords"))
    return text if phrase in words else draft.append((*here, "keywords"), phrase).text


def _items(draft: Draft, key: str) -> list[dict[str, Any]]:
    """What is listed under a key; what is no mapping counts as an empty one."""
    listed = draft.yaml.values.get(key)
    if listed is not None and not isinstance(listed, list):
        raise draft.refuse(f"{key}: is not a list; begin each line with a dash", (key,))
    return [item if isinstance(item, dict) else {} for item in listed or []]


def _place_of(source: Mapping[str, Any]) -> str | None:
    return next((str(source[key]) for key in PLACES if key in source), None)


def _topic_names(draft: Draft) -> list[str]:
    return [str(topic.get("name")) for topic in _items(draft, "topics")]


def _topic_number(draft: Draft, name: str) -> int:
    known = _topic_names(draft)
    if name not in known:
        raise draft.refuse(f'topics: there is no "{name}"{suggest(name, known)}', ("topics",))
    return known.index(name)


def _place_in_order(draft: Draft, name: str) -> int | None:
    """Of the topic's section among those that come first."""
    sections = draft.yaml.values.get("sections")
    order = sections.get("order") if isinstance(sections, dict) and sections.get("by") == "topic" else None
    return order.index(name) if isinstance(order, list) and name in order else None


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 4)


def _with_key(draft: Draft, path: tuple[str | int, ...], value: Scalar | None, *, usual: Scalar) -> Draft:
    """None leaves the key; the usual value takes it away where another stands."""
    is_there = draft.tree.find(path) is not None
    if value is None or (value == usual and not is_there):
        return draft
    return draft.drop(path) if value == usual else draft.put(path, value)


def _words(draft: Draft, path: tuple[str | int, ...]) -> list[str]:
    topic = draft.yaml.values["topics"][path[1]]
    return [str(word) for word in topic.get("keywords") or []]


def _with_words(draft: Draft, path: tuple[str | int, ...], words: Sequence[str]) -> Draft:
    """Word by word, so that the others keep their lines and comments; in another order, all at once."""
    here = _words(draft, path)
    kept = [word for word in here if word in words]
    if not kept or kept != [*words][: len(kept)]:
        return draft if here == [*words] else draft.put(path, [*words]) if words or here else draft
    for number in reversed([n for n, word in enumerate(here) if word not in words]):
        draft = draft.drop((*path, number))
    for word in words[len(kept) :]:
        draft = draft.append(path, word)
    return draft

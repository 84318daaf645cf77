"""Takes the text of config.yaml, gives a frozen `Config`, or an error with line, column and a suggestion.

Relative paths count from the config's own folder. Secrets are fetched from where the config says they are kept.

Next: briefing/config/look.py.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from briefing.config.explain import explain_errors
from briefing.config.faults import find_swallowed, read_utf8
from briefing.config.keyring import Keyring, complaint
from briefing.config.look import check_look, make_look
from briefing.config.mail import check_mail, chosen, make_mail
from briefing.config.schema import BriefingKeys, ConfigKeys, SourceKeys, SummaryKeys, TopicKeys, WebKeys
from briefing.config.values import Secret, suggest
from briefing.config.yaml_text import YamlText, read_yaml
from briefing.errors import ConfigError
from briefing.model import settings as s
from briefing.model.edition import SectionKind
from briefing.model.mail_rules import OperatorRule
from briefing.model.source import Source, SourceKind
from briefing.model.story import Area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Section keys a person may put first in `sections.order`, for each way of arranging.
THEME_NAMES = (
    *("culture", "crime", "disaster", "economy", "education", "environment", "health", "people", "labour"),
    *("lifestyle", "politics", "religion", "science", "society", "sport", "conflict", "weather"),
)


def default_config() -> s.Config:
    """The built-in settings that stages use on their own when no config is named."""
    return _build(
        ConfigKeys(briefing=BriefingKeys(name="Briefing"), sources=[SourceKeys(folder=".")]), _NOWHERE, Path(), {}
    )


_NOWHERE = YamlText(values={}, places={})


def load_config(path: Path, *, environ: Mapping[str, str] | None = None) -> s.Config:
    """Reads the file a person named.

    Args:
        environ: where `{env: NAME}` is looked up; the process's own environment by default.

    Raises:
        ConfigError: for the first thing that is wrong; `check_config` gives all of them.
    """
    config, errors = _read(path, os.environ if environ is None else environ)
    if errors or config is None:
        raise errors[0]
    return config


def check_config(path: Path, *, environ: Mapping[str, str] | None = None) -> tuple[ConfigError, ...]:
    """Everything that is wrong with the file, in the order of its lines; empty when nothing is."""
    return _read(path, os.environ if environ is None else environ)[1]


def check_text(text: str, path: Path, *, environ: Mapping[str, str] | None = None) -> tuple[ConfigError, ...]:
    """The same of a text that may stand in the file one day; its paths count from there."""
    return _read_text(text, path, os.environ if environ is None else environ)[1]


def load_text(text: str, path: Path, *, environ: Mapping[str, str] | None = None) -> s.Config:
    """What `load_config` would give if the file held this text.

    Raises:
        ConfigError: for the first thing that is wrong.
    """
    config, errors = _read_text(text, path, os.environ if environ is None else environ)
    if errors or config is None:
        raise errors[0]
    return config


def _read(path: Path, environ: Mapping[str, str]) -> tuple[s.Config | None, tuple[ConfigError, ...]]:
    try:
        text = _text_of(path)
    except ConfigError as error:
        return None, (error,)
    return _read_text(text, path, environ)


def _read_text(text: str, path: Path, environ: Mapping[str, str]) -> tuple[s.Config | None, tuple[ConfigError, ...]]:
    name = str(path)
    try:
        yaml = read_yaml(text, name=name)
        keys = ConfigKeys.model_validate(yaml.values)
        errors = (
            *_check_order(keys, yaml, name),
            *_check_topics(keys, yaml, name),
            *_check_templates(keys, yaml, path),
            *check_look(keys.look, yaml, path),
            *check_mail(keys, yaml, path),
        )
        return (None, _in_order(errors)) if errors else (_build(keys, yaml, path, environ), ())
    except ValidationError as error:
        swallowed = find_swallowed(text, name=name)
        return None, (swallowed,) if swallowed else explain_errors(error, yaml, name=name, schema=ConfigKeys)
    except ConfigError as error:
        return None, (error,)


def _in_order(errors: Sequence[ConfigError]) -> tuple[ConfigError, ...]:
    return tuple(sorted(errors, key=lambda error: (error.line, error.column)))


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(
            str(path), "no such file; name one that is there, or make one with `briefing init`"
        ) from error
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read ({error.strerror})") from error
    return read_utf8(content, name=str(path))


def _check_order(keys: ConfigKeys, yaml: YamlText, name: str) -> tuple[ConfigError, ...]:
    known: Sequence[str] = {
        "region": [*Area, "other"],
        "theme": [*THEME_NAMES, "other"],
        "topic": [*(topic.name for topic in keys.topics), "other"],
    }[keys.sections.by]
    errors = []
    for index, key in enumerate(keys.sections.order):
        if key not in known:
            place = yaml.place_of(("sections", "order", index))
            message = f'sections.order: "{key}" is not a section by {keys.sections.by}; there are {", ".join(known)}'
            errors.append(ConfigError(name, message + suggest(key, known), line=place.line, column=place.column))
    return tuple(errors)


def _check_topics(keys: ConfigKeys, yaml: YamlText, name: str) -> tuple[ConfigError, ...]:
    seen: set[str] = set()
    errors = []
    for index, topic in enumerate(keys.topics):
        if topic.name in seen:
            place = yaml.place_of(("topics", index, "name"))
            message = f'topics.{index}.name: "{topic.name}" is already a topic; put the keywords of both together'
            errors.append(ConfigError(name, message, line=place.line, column=place.column))
        seen.add(topic.name)
    return tuple(errors)


def _check_templates(keys: ConfigKeys, yaml: YamlText, path: Path) -> tuple[ConfigError, ...]:
    """No mail can be made without them; a source or a list of readers that is missing stops nothing else."""
    if keys.templates is None or (path.parent / keys.templates).is_dir():
        return ()
    message = f'there is no folder "{keys.templates}" beside {path.name}; leave it out for the shipped ones'
    return (complaint(message, "templates", yaml=yaml, path=path),)


def _build(keys: ConfigKeys, yaml: YamlText, path: Path, environ: Mapping[str, str]) -> s.Config:
    folder, keyring = path.parent, Keyring(yaml, path, environ)
    plan = {**chosen(keys.sections), "by": SectionKind(keys.sections.by), "order": tuple(keys.sections.order)}
    schedule = chosen(keys.schedule)
    if keys.schedule.days:
        schedule["days"] = tuple(sorted(set(keys.schedule.days)))
    if keys.schedule.skip:
        schedule["skip"] = tuple(sorted(set(keys.schedule.skip)))
    return s.Config(
        briefing=s.BriefingRule(**chosen(keys.briefing)),  # type: ignore[arg-type]  # validated above
        topics=tuple(_topic(topic, yaml, index) for index, topic in enumerate(keys.topics)),
        sections=s.SectionPlan(**plan, line=yaml.place_of(("sections",)).line),  # type: ignore[arg-type]  # validated
        sources=tuple(_source(source, index, keyring) for index, source in enumerate(keys.sources)),
        summary=_summary(keys.summary, keyring),
        schedule=s.Schedule(**schedule),  # type: ignore[arg-type]  # validated above
        mail=make_mail(keys.mail, public_url=keys.web.public_url, keyring=keyring),
        look=make_look(keys.look, yaml, folder),
        readers=folder / keys.subscribers.import_ if keys.subscribers.import_ else None,
        signup=keys.subscribers.signup or "closed",
        **{f"keep_{name}": span for name, span in chosen(keys.keep).items()},  # type: ignore[arg-type]  # validated above
        fetch=s.FetchRule(**chosen(keys.fetch)),  # type: ignore[arg-type]  # validated above
        web=_web(keys.web, keyring),
        operator=OperatorRule(**chosen(keys.operator)),  # type: ignore[arg-type]  # validated above
        database=_database(keys.database or s.Config.__dataclass_fields__["database"].default, folder),
        workers=keys.workers or False,
        templates=folder / keys.templates if keys.templates else None,
        vectors=keys.vectors or "use",
        path=path if yaml.places else None,
    )


def _topic(keys: TopicKeys, yaml: YamlText, index: int) -> s.Topic:
    return s.Topic(
        name=keys.name,
        keywords=tuple(keys.keywords),
        description=keys.description,
        boost=keys.boost,
        mute=keys.mute,
        line=yaml.place_of(("topics", index)).line,
    )


def _source(keys: SourceKeys, index: int, keyring: Keyring) -> Source:
    kind = next(kind for kind in SourceKind if getattr(keys, kind.value) is not None)
    location = str(getattr(keys, kind.value))
    if kind is SourceKind.FOLDER or "://" not in location:
        location = str((keyring.path.parent / location).absolute())
    here = ("sources", index)
    headers = {
        name: keyring.fetch(value, *here, "headers", name) if isinstance(value, Secret) else value
        for name, value in keys.headers.items()
    }
    return Source(
        kind=kind,
        location=location,
        name=keys.name,
        country=keys.country,
        weight=keys.weight,
        captured_now=keys.captured_at == "now",
        full_text=keys.full_text,
        headers=tuple(headers.items()),
        username=keyring.find(keys.username, *here, "username"),
        password=keyring.find(keys.password, *here, "password"),
        proxy=keyring.find(keys.proxy, *here, "proxy") if isinstance(keys.proxy, Secret) else keys.proxy,
        line=keyring.yaml.place_of(here).line,
    )


def _summary(keys: SummaryKeys, keyring: Keyring) -> s.SummaryRule:
    """The key of a model that is not asked is not looked for."""
    rule = s.SummaryRule(
        **{**chosen(keys), "llm": None},  # type: ignore[arg-type]  # validated above
        line=keyring.yaml.place_of(("summary",)).line,
    )
    if keys.llm is None or keys.method != "llm":
        return rule
    here = ("summary", "llm", "api_key")
    key = keyring.find(keys.llm.api_key, *here)
    if key is not None and not re.fullmatch("[!-~]+", key):
        message = "what is kept there is no key: it is empty, or has spaces or odd characters"
        raise keyring.complaint(message, *here)
    told = {**chosen(keys.llm), "api_key": key}
    return replace(rule, llm=s.LanguageModel(**told))  # type: ignore[arg-type]  # validated above


def _web(keys: WebKeys, keyring: Keyring) -> s.WebRule:
    api_key = keyring.find(keys.api_key, "web", "api_key")
    if api_key is not None and not re.fullmatch("[!-~]{16,}", api_key):
        message = "what is kept there is no key of 16 letters and digits or more; openssl rand -hex 24 makes one"
        raise keyring.complaint(message, "web", "api_key")
    rule = s.WebRule(
        archive=keys.archive or "private",
        api_key=api_key,
        webhooks=tuple(dict.fromkeys(keys.webhooks)),
        trusted_proxy=keys.trusted_proxy,
    )
    if keys.listen is None:
        return rule
    host, port = keys.listen.rsplit(":", 1)
    return replace(rule, host=host, port=int(port))


def _database(url: object, folder: Path) -> str:
    """A relative SQLite path counts from the config's folder, as every other path does."""
    text = str(url)
    scheme, _, rest = text.partition(":///")
    if scheme.startswith("sqlite") and rest and not rest.startswith(("/", ":memory:")):
        return f"{scheme}:///{(folder / rest).absolute()}"
    return text

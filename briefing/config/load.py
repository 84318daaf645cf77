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
from briefing.config.look import check_look, make_look
from briefing.config.schema import BriefingKeys, ConfigKeys, MailKeys, SmtpKeys, SourceKeys, SummaryKeys, TopicKeys
from briefing.config.values import Secret, suggest
from briefing.config.yaml_text import YamlText, read_yaml
from briefing.errors import ConfigError
from briefing.model import settings as s
from briefing.model.delivery import OnUncertain
from briefing.model.edition import SectionKind
from briefing.model.source import Source, SourceKind
from briefing.model.story import Area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

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


def _read(path: Path, environ: Mapping[str, str]) -> tuple[s.Config | None, tuple[ConfigError, ...]]:
    name = str(path)
    try:
        yaml = read_yaml(_text_of(path), name=name)
        keys = ConfigKeys.model_validate(yaml.values)
        errors = (
            *_check_order(keys, yaml, name),
            *_check_topics(keys, yaml, name),
            *_check_templates(keys, yaml, path),
            *check_look(keys.look, yaml, path),
        )
        return (None, _in_order(errors)) if errors else (_build(keys, yaml, path, environ), ())
    except ValidationError as error:
        return None, explain_errors(error, yaml, name=name, schema=ConfigKeys)
    except ConfigError as error:
        return None, (error,)


def _in_order(errors: Sequence[ConfigError]) -> tuple[ConfigError, ...]:
    return tuple(sorted(errors, key=lambda error: (error.line, error.column)))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(str(path), "no such file; --config FILE names another") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"cannot be read as UTF-8 text: {error}") from error


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
    place = yaml.place_of(("templates",))
    message = f'templates: there is no folder "{keys.templates}" beside {path.name}; leave it out for the shipped ones'
    return (ConfigError(str(path), message, line=place.line, column=place.column),)


def _chosen(keys: BaseModel) -> dict[str, object]:
    """The keys a person set; what they left out keeps the default of the model."""
    return {name: value for name in type(keys).model_fields if (value := getattr(keys, name)) is not None}


def _build(keys: ConfigKeys, yaml: YamlText, path: Path, environ: Mapping[str, str]) -> s.Config:
    folder = path.parent
    plan = {**_chosen(keys.sections), "by": SectionKind(keys.sections.by), "order": tuple(keys.sections.order)}
    schedule = _chosen(keys.schedule)
    if keys.schedule.days:
        schedule["days"] = tuple(sorted(set(keys.schedule.days)))
    return s.Config(
        briefing=s.BriefingRule(**_chosen(keys.briefing)),  # type: ignore[arg-type]  # validated above
        topics=tuple(_topic(topic, yaml, index) for index, topic in enumerate(keys.topics)),
        sections=s.SectionPlan(**plan, line=yaml.place_of(("sections",)).line),  # type: ignore[arg-type]  # validated
        sources=tuple(_source(source, yaml, index, path, environ) for index, source in enumerate(keys.sources)),
        summary=_summary(keys.summary, yaml, path, environ),
        schedule=s.Schedule(**schedule),  # type: ignore[arg-type]  # validated above
        mail=_mail(keys, yaml, path, environ),
        look=make_look(keys.look, yaml, folder),
        readers=folder / keys.subscribers.import_ if keys.subscribers.import_ else None,
        fetch=s.FetchRule(**_chosen(keys.fetch)),  # type: ignore[arg-type]  # validated above
        web=_web(keys),
        database=_database(keys.database or s.Config.__dataclass_fields__["database"].default, folder),
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


def _source(keys: SourceKeys, yaml: YamlText, index: int, path: Path, environ: Mapping[str, str]) -> Source:
    kind = next(kind for kind in SourceKind if getattr(keys, kind.value) is not None)
    location = str(getattr(keys, kind.value))
    if kind is SourceKind.FOLDER or (kind is SourceKind.OPML and "://" not in location):
        location = str((path.parent / location).absolute())
    here = ("sources", index)
    headers = {
        name: _secret(value, yaml, (*here, "headers", name), path, environ) if isinstance(value, Secret) else value
        for name, value in keys.headers.items()
    }
    return Source(
        kind=kind,
        location=location,
        name=keys.name,
        country=keys.country,
        weight=keys.weight,
        captured_now=keys.captured_at == "now",
        headers=tuple(headers.items()),
        username=_optional(keys.username, yaml, (*here, "username"), path, environ),
        password=_optional(keys.password, yaml, (*here, "password"), path, environ),
        line=yaml.place_of(here).line,
    )


def _summary(keys: SummaryKeys, yaml: YamlText, path: Path, environ: Mapping[str, str]) -> s.SummaryRule:
    """The key of a model that is not asked is not looked for."""
    rule = s.SummaryRule(
        **{**_chosen(keys), "llm": None},  # type: ignore[arg-type]  # validated above
        line=yaml.place_of(("summary",)).line,
    )
    if keys.llm is None or keys.method != "llm":
        return rule
    here = ("summary", "llm", "api_key")
    key = _optional(keys.llm.api_key, yaml, here, path, environ)
    if key is not None and not re.fullmatch("[!-~]+", key):
        place = yaml.place_of(here)
        message = "summary.llm.api_key: what is kept there is no key: it is empty, or has spaces or odd characters"
        raise ConfigError(str(path), message, line=place.line, column=place.column)
    chosen = {**_chosen(keys.llm), "api_key": key}
    return replace(rule, llm=s.LanguageModel(**chosen))  # type: ignore[arg-type]  # validated above


def _mail(keys: ConfigKeys, yaml: YamlText, path: Path, environ: Mapping[str, str]) -> s.MailRule:
    mail: MailKeys = keys.mail
    public_url = keys.web.public_url.rstrip("/") if keys.web.public_url else None
    sender = s.Sender(address=mail.sender, reply_to=mail.reply_to, imprint=mail.imprint, public_url=public_url)
    smtp = _smtp(mail.smtp, yaml, path, environ)
    on_uncertain = OnUncertain(mail.on_uncertain)
    return s.MailRule(sender=sender, transport=mail.transport, smtp=smtp, on_uncertain=on_uncertain)


def _smtp(keys: SmtpKeys | None, yaml: YamlText, path: Path, environ: Mapping[str, str]) -> s.SmtpServer | None:
    if keys is None:
        return None
    return s.SmtpServer(
        host=keys.host,
        port=keys.port,
        security=keys.security,
        username=_optional(keys.username, yaml, ("mail", "smtp", "username"), path, environ),
        password=_optional(keys.password, yaml, ("mail", "smtp", "password"), path, environ),
    )


def _web(keys: ConfigKeys) -> s.WebRule:
    rule = s.WebRule(archive=keys.web.archive or "private")
    if keys.web.listen is None:
        return rule
    host, port = keys.web.listen.rsplit(":", 1)
    return replace(rule, host=host, port=int(port))


def _database(url: object, folder: Path) -> str:
    """A relative SQLite path counts from the config's folder, as every other path does."""
    text = str(url)
    scheme, _, rest = text.partition(":///")
    if scheme.startswith("sqlite") and rest and not rest.startswith(("/", ":memory:")):
        return f"{scheme}:///{(folder / rest).absolute()}"
    return text


def _optional(
    secret: Secret | None, yaml: YamlText, path: tuple[str | int, ...], config: Path, environ: Mapping[str, str]
) -> str | None:
    return None if secret is None else _secret(secret, yaml, path, config, environ)


def _secret(
    secret: Secret, yaml: YamlText, path: tuple[str | int, ...], config: Path, environ: Mapping[str, str]
) -> str:
    """Fetches a secret from its place.

    Raises:
        ConfigError: nothing is kept there.
    """
    place, dotted = yaml.place_of(path), ".".join(map(str, path))
    try:
        value = environ[secret.env] if secret.env else (config.parent / str(secret.file)).read_text().strip()
    except KeyError as error:
        message = f"{dotted}: the environment has no {secret.env}; set it before the program starts"
        raise ConfigError(str(config), message, line=place.line, column=place.column) from error
    except OSError as error:
        message = f"{dotted}: {secret.file} cannot be read ({error.strerror})"
        raise ConfigError(str(config), message, line=place.line, column=place.column) from error
    return value

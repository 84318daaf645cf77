"""What a person writes in config.yaml becomes a Config, or a message with line, column and cure."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import get_args

import pytest

from briefing.config.load import THEME_NAMES, check_config, default_config, load_config
from briefing.config.schema import ConfigKeys
from briefing.config.values import Strict
from briefing.errors import ConfigError
from briefing.model.delivery import OnUncertain
from briefing.model.edition import SectionKind
from briefing.model.source import SourceKind

SHIPPED = Path(__file__).parents[2] / "config.yaml"
LEAST = "briefing:\n  name: Post\nsources:\n  - folder: saved/\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def complaints(folder: Path, text: str) -> list[str]:
    path = written(folder, text)
    return [str(error).removeprefix(f"{path}:") for error in check_config(path, environ={})]


def test_the_shipped_config_is_good() -> None:
    assert check_config(SHIPPED) == ()


def keys_of(annotation: object) -> set[str]:
    """The keys of a part of the schema and of all parts of it."""
    found = set().union(*map(keys_of, get_args(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        for name, field in annotation.model_fields.items():
            found |= {field.alias or name} | keys_of(field.annotation)
    return found


def test_the_shipped_config_shows_every_key() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert [key for key in sorted(keys_of(ConfigKeys)) if f"{key}:" not in text] == []


def test_two_lines_are_enough(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, LEAST))
    assert config.briefing.name == "Post"
    assert config.briefing.window == timedelta(hours=36)
    assert config.sections.by is SectionKind.REGION
    assert config.schedule.at == time(7, 0)
    assert config.mail.on_uncertain is OnUncertain.RESEND
    assert config.sources[0].kind is SourceKind.FOLDER


def test_dates_without_an_edition_are_read_one_by_one_or_as_spans_and_the_same_however_they_are_listed(
    tmp_path: Path,
) -> None:
    text = "schedule: {skip: [2026-12-31 .. 2027-01-01, 2026-12-25, '2026-12-25', 2026-12-31..2027-01-01]}\n"
    schedule = load_config(written(tmp_path, LEAST + text)).schedule
    assert schedule.skip == ((date(2026, 12, 25),) * 2, (date(2026, 12, 31), date(2027, 1, 1)))
    skipped = [day for number in range(20) if schedule.skips(day := date(2026, 12, 20) + timedelta(days=number))]
    assert [f"{day:%m-%d}" for day in skipped] == ["12-25", "12-31", "01-01"]


def test_paths_count_from_the_config_not_from_where_the_program_runs(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    config = load_config(written(tmp_path, LEAST + "database: sqlite:///data/b.db\ntemplates: mine/\n"))
    assert config.sources[0].location == str(tmp_path / "saved")
    assert config.database == f"sqlite:///{tmp_path / 'data/b.db'}"
    assert config.templates == tmp_path / "mine"


def test_an_absolute_database_stays_where_it_is(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, LEAST + "database: sqlite:////srv/b.db\n")).database == "sqlite:////srv/b.db"


def test_every_part_knows_its_line(tmp_path: Path) -> None:
    text = (
        LEAST + "topics:\n  - {name: Sea, keywords: [sea]}\n  - {name: Sky, keywords: [sky]}\nsections: {by: theme}\n"
    )
    config = load_config(written(tmp_path, text))
    assert [topic.line for topic in config.topics] == [6, 7]
    assert config.sources[0].line == 4
    assert config.sections.line == 8


def test_secrets_are_fetched_from_where_they_are_kept(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2\n")
    text = LEAST.replace(
        "  - folder: saved/\n",
        "  - feed: https://example.org/f\n    username: {env: WHO}\n    password: {file: key}\n"
        "    headers: {X-A: {env: WHO}}\n    proxy: {file: key}\n",
    )
    source = load_config(written(tmp_path, text), environ={"WHO": "ada"}).sources[0]
    assert (source.username, source.password, source.headers) == ("ada", "hunter2", (("X-A", "ada"),))
    assert source.proxy == "hunter2"
    assert "hunter2" not in repr(source)
    assert "ada" not in repr(source)


def test_an_smtp_relay_is_read_with_its_credentials(tmp_path: Path) -> None:
    mail = "mail:\n  from: Post <post@example.org>\n  transport: smtp\n"
    text = LEAST + mail + "  smtp: {host: mx.example.org, password: {env: P}}\n"
    smtp = load_config(written(tmp_path, text), environ={"P": "s3cret"}).mail.smtp
    assert smtp is not None
    assert (smtp.host, smtp.port, smtp.security, smtp.password) == ("mx.example.org", 587, "starttls", "s3cret")


LLM = "summary:\n  method: llm\n  llm: {base_url: http://localhost:11434/v1/, model: small"


def test_a_language_model_is_read_with_its_key_and_its_limits(tmp_path: Path) -> None:
    text = LEAST + LLM + ", api_key: {env: K}, timeout: 9, max_calls: 5, concurrency: 3}\n"
    rule = load_config(written(tmp_path, text), environ={"K": "hush-1"}).summary
    assert rule.method == "llm"
    assert rule.llm is not None
    assert (rule.llm.base_url, rule.llm.model, rule.llm.api_key) == ("http://localhost:11434/v1", "small", "hush-1")
    assert (rule.llm.timeout, rule.llm.max_calls, rule.llm.concurrency) == (9, 5, 3)
    assert "hush-1" not in repr(rule)
    assert rule.extractive.method == "ranked"


def test_a_language_model_needs_no_more_than_its_address_and_name(tmp_path: Path) -> None:
    rule = load_config(written(tmp_path, LEAST + LLM + "}\n"), environ={}).summary
    assert rule.llm is not None
    assert (rule.llm.api_key, rule.llm.timeout, rule.llm.max_calls, rule.llm.concurrency) == (None, 60, 40, 2)


def test_the_key_of_a_model_that_is_not_asked_is_not_looked_for(tmp_path: Path) -> None:
    text = LEAST + LLM.replace("method: llm", "method: lead") + ", api_key: {env: NOWHERE}}\n"
    rule = load_config(written(tmp_path, text), environ={}).summary
    assert (rule.method, rule.llm) == ("lead", None)
    assert rule.extractive is rule


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "clé", "\x00"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(tmp_path: Path, key: str) -> None:
    path = written(tmp_path, LEAST + LLM + ", api_key: {env: K}}\n")
    (error,) = check_config(path, environ={"K": key})
    assert (error.line, "summary.llm.api_key: what is kept there is no key" in str(error)) == (7, True)
    assert not key or key not in str(error)


@pytest.mark.parametrize(
    "address",
    [
        *("http://127.0.0.1:8080/v1", "http://[::1]/v1", "http://192.168.1.9/v1", "http://ollama:11434/v1"),
        *("http://gpu.lan/v1", "http://box.local./v1", "https://models.example.org/v1"),
    ],
)
def test_a_key_may_travel_encrypted_or_within_the_house(tmp_path: Path, address: str) -> None:
    text = LEAST + LLM.replace("http://localhost:11434/v1/", f'"{address}"') + ", api_key: {env: K}}\n"
    assert check_config(written(tmp_path, text), environ={"K": "hush-1"}) == ()


def test_the_example_of_a_language_model_is_good(tmp_path: Path) -> None:
    shipped = SHIPPED.read_text(encoding="utf-8").replace("method: ranked ", "method: llm ")
    before, summary, after = shipped.partition("\nsummary:\n")
    example = summary + re.sub(r"(?m)^  # (llm:|  )", r"  \1", after.partition("\nschedule:\n")[0])
    config = load_config(written(tmp_path, before + example), environ={"LLM_API_KEY": "hush-1"})
    assert config.summary.llm is not None
    assert (config.summary.llm.timeout, config.summary.llm.max_calls, config.summary.llm.concurrency) == (60, 40, 2)


def test_where_pages_are_is_split_into_host_and_port(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, LEAST + "web: {listen: 0.0.0.0:80, public_url: https://post.example/}\n"))
    assert (config.web.host, config.web.port) == ("0.0.0.0", 80)
    assert config.mail.sender.public_url == "https://post.example"


def test_stages_run_without_any_config() -> None:
    assert default_config().path is None
    assert default_config().summary.max_chars == 400


MISTAKES = {
    "unknown key, near one": (
        "sections:\n  colour: red\n",
        "6:3: sections.colour: unknown key; there are by, order, stories_per_section",
    ),
    "unknown top key": ("sumary: {}\n", '5:1: sumary: unknown key; did you mean "summary"?'),
    "choice": (
        "sections:\n  by: regoin\n",
        '6:3: sections.by: "regoin" is not one of region, theme, topic; did you mean "region"?',
    ),
    "wrong type": (
        "look:\n  logo: [1]\n",
        "6:3: look.logo: [1] is not text; put it in quotes",
    ),
    "number wanted": ("summary: {max_chars: many}\n", '5:11: summary.max_chars: "many" is not a whole number'),
    "number out of range": (
        "summary: {max_chars: 5}\n",
        "5:11: summary.max_chars: 5 is too small; write 80 or more",
    ),
    "list wanted": ("topics: sea\n", '5:1: topics: "sea" is not a list; begin each line with a dash'),
    "mapping wanted": ("schedule: often\n", '5:1: schedule: "often" is not a mapping of keys'),
    "truth wanted": (
        "topics:\n  - {name: Sea, keywords: [a], mute: maybe}\n",
        '6:32: topics.0.mute: "maybe" is not true or false',
    ),
    "hour": (
        "schedule: {at: 7}\n",
        '5:12: schedule.at: "7" is not a time of day; write it in quotes as "07:00", from "00:00" to "23:59"',
    ),
    "weekday": (
        "schedule:\n  days:\n    - mon\n    - tues\n",
        '8:7: schedule.days.1: "tues" is not one of mon, tue, wed, thu, fri, sat, sun; did you mean "tue"?',
    ),
    "date": (
        "schedule: {skip: [christmas]}\n",
        '5:19: schedule.skip.0: "christmas" is not a date; write it as 2026-12-25, or several as '
        "2026-12-24..2027-01-01",
    ),
    "date that never was": (
        "schedule: {skip: [2026-12-24, 2027-02-29..2027-03-01]}\n",
        '5:31: schedule.skip.1: "2027-02-29..2027-03-01" is not a date; write it as 2026-12-25, or several as '
        "2026-12-24..2027-01-01",
    ),
    "dates the wrong way round": (
        "schedule:\n  skip:\n    - 2027-01-01..2026-12-31\n",
        '7:7: schedule.skip.0: "2027-01-01..2026-12-31" ends before it begins; write the earlier date first',
    ),
    "dates without a list": (
        "schedule: {skip: 2026-12-25}\n",
        '5:12: schedule.skip: "2026-12-25" is not a list; begin each line with a dash',
    ),
    "database": (
        "database: var/x.db\n",
        '5:1: database: "var/x.db" is not written as wanted: sqlite:///var/briefing.db or postgresql://…',
    ),
    "templates that are not there": (
        "templates: mine/\n",
        '5:1: templates: there is no folder "mine/" beside config.yaml; leave it out for the shipped ones',
    ),
    "colour": ("look: {accent: red}\n", '5:8: look.accent: "red" is not a colour; write it in quotes as "#8c1d2c"'),
    "mailbox": (
        "mail: {from: nobody}\n",
        '5:8: mail.from: "nobody" is not a mail address; write it as Morning Post <news@example.org>',
    ),
    "secret in the open": (
        "mail: {smtp: {host: x, password: hunter2}}\n",
        "5:24: mail.smtp.password: a secret is never written here; name where it is kept: {env: NAME} or {file: PATH}",
    ),
    "secret in two places": (
        "mail: {smtp: {host: x, password: {env: A, file: B}}}\n",
        "5:24: mail.smtp.password: name one place for the secret: {env: NAME} or {file: PATH}",
    ),
    "secret not there": (
        "mail: {smtp: {host: x, password: {env: NOWHERE}}}\n",
        "5:24: mail.smtp.password: the environment has no NOWHERE; set it before the program starts",
    ),
    "secret file not there": (
        "mail: {smtp: {host: x, password: {file: nope}}}\n",
        "5:24: mail.smtp.password: nope cannot be read (No such file or directory)",
    ),
    "transport without its server": (
        "mail: {transport: smtp}\n",
        '5:1: mail: transport "smtp" needs mail.smtp with at least a host',
    ),
    "model without its address": (
        "summary: {method: llm}\n",
        '5:1: summary: method "llm" needs summary.llm with at least base_url and model',
    ),
    "model without its name": ("summary: {llm: {base_url: http://a/v1}}\n", "5:11: summary.llm.model: is missing"),
    "model at no address": (
        "summary: {llm: {base_url: localhost, model: m}}\n",
        '5:17: summary.llm.base_url: "localhost" is not a web address; it must begin with https:// (or http://)',
    ),
    "model at half an address": (
        "summary: {llm: {base_url: 'http://a:x/v1', model: m}}\n",
        '5:17: summary.llm.base_url: "http://a:x/v1" is not the address of a model server; write it as',
    ),
    "model at an address with a question": (
        "summary: {llm: {base_url: 'https://a.example/v1?key=1', model: m}}\n",
        "5:17: summary.llm.base_url: leave everything but host and path out of base_url; api_key names where",
    ),
    "model with a password in its address": (
        "summary: {llm: {base_url: 'https://me:hush@a.example/v1', model: m}}\n",
        "5:17: summary.llm.base_url: leave everything but host and path out of base_url; api_key names where",
    ),
    "model's key in the open": (
        "summary: {llm: {base_url: http://a/v1, model: m, api_key: hush}}\n",
        "5:50: summary.llm.api_key: a secret is never written here; name where it is kept",
    ),
    "model's key readable on the way": (
        "summary: {llm: {base_url: http://a.example/v1, model: m, api_key: {env: K}}}\n",
        "5:11: summary.llm: base_url with http:// would send api_key readable for everyone on the way; write https://",
    ),
    "model asked for nothing": (
        "summary: {llm: {base_url: http://a/v1, model: m, max_calls: 0}}\n",
        "5:50: summary.llm.max_calls: 0 is too small; write 1 or more",
    ),
    "topic that never matches": (
        "topics:\n  - name: Sea\n",
        '6:5: topics.0: topic "Sea" can never match; give it keywords or a description',
    ),
    "topic twice": (
        "topics:\n  - {name: Sea, keywords: [a]}\n  - {name: Sea, keywords: [b]}\n",
        '7:6: topics.1.name: "Sea" is already a topic; put the keywords of both together',
    ),
    "section that is none": (
        "sections:\n  order:\n    - urope\n",
        '7:7: sections.order: "urope" is not a section by region; there are europe, middle-east, africa, asia, '
        'north-america, latin-america, oceania, world, other; did you mean "europe"?',
    ),
    "same key twice": (
        "look: {}\nlook: {}\n",
        '6:1: "look" stands here a second time; put what belongs to it in one place',
    ),
    "not YAML": ("look: {accent\n", "5:7: this { is never closed; end it with }"),
}


@pytest.mark.parametrize(("added", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_line_column_and_cure(tmp_path: Path, added: str, message: str) -> None:
    found = complaints(tmp_path, LEAST + added)
    assert len(found) == 1
    assert message in found[0]


HEADS = {
    "zone": (
        "  timezone: Europe/Pari\n",
        '3:3: briefing.timezone: "Europe/Pari" is not a time zone; did you mean "Europe/Paris"?',
    ),
    "duration": (
        "  window: 36 hours\n",
        '3:3: briefing.window: "36 hours" is not a duration; write a number and m, h or d, such as 90m, 36h or 30d',
    ),
    "no duration at all": ("  window: 0h\n", "3:3: briefing.window:"),
    "language": ("  language: french\n", '3:3: briefing.language: "french" is not a language'),
}


@pytest.mark.parametrize(("line", "message"), HEADS.values(), ids=HEADS)
def test_a_mistake_in_the_head_is_named(tmp_path: Path, line: str, message: str) -> None:
    found = complaints(tmp_path, LEAST.replace("sources:", f"{line}sources:"))
    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_missing_name_is_pointed_at_where_it_belongs(tmp_path: Path) -> None:
    assert complaints(tmp_path, "briefing: {language: fr}\nsources: [{folder: x}]\n") == [
        "1:1: briefing.name: is missing; write it as Morning Post"
    ]


def test_a_source_is_one_place(tmp_path: Path) -> None:
    text = LEAST + "  - {feed: https://a.example, page: https://b.example}\n"
    assert complaints(tmp_path, text) == [f"5:5: sources.1: a source has exactly one of {', '.join(SourceKind)}"]


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    found = complaints(tmp_path, LEAST + "sumary: {}\nlook: {accent: red}\nsections: {by: x}\n")
    assert [int(line.split(":")[0]) for line in found] == [5, 6, 7]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_config(tmp_path / "config.yaml")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="1:1: is UTF-16 text; save it as UTF-8"):
        load_config(path)


def test_a_list_at_the_top_is_refused(tmp_path: Path) -> None:
    assert complaints(tmp_path, "- a\n- b\n") == [
        "1:1: the file must be a mapping of keys such as briefing:, sources: and mail:"
    ]


def test_an_empty_file_lacks_what_is_needed(tmp_path: Path) -> None:
    assert complaints(tmp_path, "") == [
        "1:1: briefing: is missing; write it as briefing: {name: Morning Post}",
        '1:1: sources: is missing; write it as sources: [{feed: "https://example.org/rss.xml"}]',
    ]


def test_section_names_by_theme_are_the_themes_the_composer_gives() -> None:
    from briefing.compose.themes import theme_named  # noqa: PLC0415  # only this test crosses rooms

    given = {theme_named(f"medtop:{n:02d}000000").name for n in range(1, 18)}
    assert given == set(THEME_NAMES)

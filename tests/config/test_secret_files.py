"""Every file that a secret is kept in is found, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefing.config.load import load_config
from briefing.config.secret_files import secret_files
from briefing.errors import ConfigError

CONFIG = """\
briefing: {name: Post}
sources:
  - {feed: "https://harbour.example/feed", username: {file: user}, password: {file: word}, headers: {X: {file: word}}}
  - {folder: file}
mail:
  from: post@mail.example
  transport: smtp
  smtp: {host: smtp.mail.example, username: {env: HOME}, password: {file: secrets/smtp}}
subscribers: {import: readers.csv}
web: {api_key: {file: /etc/key}}
"""


def test_each_is_named_once_and_counts_from_the_config(tmp_path: Path) -> None:
    config = tmp_path / "my.yaml"
    config.write_text(CONFIG)
    assert secret_files(config) == (
        *(tmp_path / name for name in ("user", "word", "secrets/smtp")),
        Path("/etc/key"),
    )


def test_they_are_those_that_the_config_is_read_with(tmp_path: Path) -> None:
    config = tmp_path / "my.yaml"
    config.write_text(CONFIG.replace("/etc/key", "key"))
    for file in secret_files(config):
        file.parent.mkdir(exist_ok=True)
        file.write_text("0123456789abcdef")
    assert load_config(config).web.api_key == "0123456789abcdef"


def test_one_without_secrets_names_none(tmp_path: Path) -> None:
    config = tmp_path / "my.yaml"
    config.write_text("briefing: {name: Post}\nsources: [{folder: file}]\n")
    assert secret_files(config) == ()


def test_what_is_no_yaml_is_an_error_of_the_config(tmp_path: Path) -> None:
    config = tmp_path / "my.yaml"
    config.write_text("a: [")
    with pytest.raises(ConfigError):
        secret_files(config)

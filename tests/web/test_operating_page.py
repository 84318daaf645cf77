from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from briefing.config.schema import OperatorKeys
from tests.make import NOW
from tests.web.test_health_pages import after_a_morning, scrape

PAGE = (Path(__file__).parents[2] / "docs/operating.md").read_text("utf-8")


def snippets() -> list[Any]:
    return [YAML(typ="safe").load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def test_every_metric_that_the_page_names_can_be_scraped() -> None:
    guard = after_a_morning()
    guard.fake.source_log.since["Poste disparue"] = NOW - timedelta(days=1)
    guard.lookout.look()
    text = scrape(guard).text
    known = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    named = set(re.findall(r"briefing_[a-z_]+", PAGE))
    assert len(named) > 15
    assert named - known == set()


def test_every_line_of_the_shown_scrape_is_of_the_format() -> None:
    shown = "".join(re.findall(r"^(briefing_.*\n)", PAGE, re.MULTILINE))
    assert sum(len(family.samples) for family in text_string_to_metric_families(shown)) == shown.count("\n")


def test_the_snippets_are_yaml_with_the_keys_they_should_have() -> None:
    config, scrapes, rules = snippets()
    assert OperatorKeys.model_validate(config["operator"]).email == "you@example.org"
    assert scrapes["scrape_configs"][0]["job_name"] == "briefing"
    alerts = rules["groups"][0]["rules"]
    assert all({"alert", "expr", "annotations"} <= set(alert) for alert in alerts)
    assert len({alert["alert"] for alert in alerts}) == len(alerts) == 6

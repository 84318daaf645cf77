from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.applications import Starlette

from briefing.model.settings import WebRule
from briefing.web.doors import operator_routes
from tests.services.house import CONFIG
from tests.web.browser import ask
from tests.web.office import KEY, TEMPLATES, Office
from tests.web.test_admin import basic


def site(key: str | None) -> Starlette:
    office = Office()
    config = replace(CONFIG, web=WebRule(api_key=key))
    routes = operator_routes(
        config,
        templates=TEMPLATES,
        clock=office.clock,
        desk=office.desk,
        personal=office.personal,
        requests=office.requests,
    )
    return Starlette(routes=routes)


def test_both_doors_open_with_the_key_of_the_config() -> None:
    assert ask(site(KEY), "/api/editions", headers={"authorization": f"Bearer {KEY}"}).status == 200
    assert ask(site(KEY), "/admin", headers=basic(KEY)).status == 200


@pytest.mark.parametrize("path", ["/api/editions", "/admin"])
def test_both_are_walls_without_one(path: str) -> None:
    assert ask(site(None), path, headers=basic("")).status == 404


def test_reports_of_bounces_are_refused_where_nobody_counts_them() -> None:
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
    assert ask(site(KEY), "/api/bounces", method="POST", body=b"[]", headers=headers).status == 404

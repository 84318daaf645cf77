"""Has a stranger read the API's own description and try everything that it promises, and much that it forbids."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from unittest import SkipTest

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.office import KEY, Office

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
AUTHORISED = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The API on a real server."""
    server = uvicorn.Server(uvicorn.Config(Office().app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/api"
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def schema(address: str) -> Any:
    return schemathesis.openapi.from_url(f"{address}/openapi.json", headers=AUTHORISED)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "forbidden"])
def test_every_answer_is_one_that_the_description_promises(schema: Any, mode: GenerationMode) -> None:
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 14
    tried = {operation.label: try_out(operation, mode) for operation in operations}
    # An operation without a parameter or body has nothing that could be wrong.
    assert mode is GenerationMode.NEGATIVE or min(tried.values()) > 0


def try_out(operation: Any, mode: GenerationMode) -> int:
    """How many requests were made; each has an answer that the description promises."""
    made = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=8,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        # A line break in a path leads out of every mount: the answer is then that of the pages around the API.
        assume("\n" not in str((case.path_parameters or {}).get("subscriber", "")))
        made.append(case)
        case.call_and_validate(headers=AUTHORISED, checks=CHECKS)

    with suppress(Unsatisfiable, SkipTest):
        ask()
    return len(made)

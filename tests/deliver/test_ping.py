from __future__ import annotations

import time

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from briefing.deliver.ping import MOST_BYTES, HttpPinger
from briefing.deliver.webhooks import HttpMessenger
from briefing.errors import DeliveryError

LOCAL = HttpPinger(messenger=HttpMessenger(allow_private=True))


def heard(server: HTTPServer, path: str = "/uuid") -> list[Request]:
    """Answers every request to the path, and keeps it."""
    requests: list[Request] = []

    def take(request: Request) -> Response:
        request.get_data()
        requests.append(request)
        return Response("OK")

    server.expect_request(path).respond_with_handler(take)
    return requests


def test_a_sign_of_life_is_a_get_and_a_reason_is_posted(httpserver: HTTPServer) -> None:
    requests = heard(httpserver)
    LOCAL.ping(httpserver.url_for("/uuid"))
    LOCAL.ping(httpserver.url_for("/uuid"), reason="l’édition est tenue")
    assert [(one.method, one.get_data().decode()) for one in requests] == [("GET", ""), ("POST", "l’édition est tenue")]
    assert requests[1].headers["Content-Type"] == "text/plain; charset=utf-8"
    assert requests[0].headers["User-Agent"].startswith("briefing/")


def test_a_long_reason_is_cut(httpserver: HTTPServer) -> None:
    requests = heard(httpserver)
    LOCAL.ping(httpserver.url_for("/uuid"), reason="é" * MOST_BYTES)
    assert len(requests[0].get_data()) == MOST_BYTES


def test_an_answer_that_is_no_yes_is_an_error_without_the_address(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/uuid").respond_with_data(status=404)
    with pytest.raises(DeliveryError) as caught:
        LOCAL.ping(httpserver.url_for("/uuid"))
    assert str(caught.value) == "404 answered 404"


def test_this_machine_is_not_asked_unless_the_config_allows_it(httpserver: HTTPServer) -> None:
    requests = heard(httpserver)
    with pytest.raises(DeliveryError, match="leads to a private address"):
        HttpPinger().ping(httpserver.url_for("/uuid"))
    assert requests == []


def test_a_watch_that_does_not_answer_is_not_waited_for(httpserver: HTTPServer) -> None:
    def sleep(_: Request) -> Response:
        time.sleep(1)
        return Response("OK")

    httpserver.expect_request("/uuid").respond_with_handler(sleep)
    hasty = HttpPinger(messenger=HttpMessenger(allow_private=True, timeout_s=0.2))
    began = time.monotonic()
    with pytest.raises(DeliveryError, match="no answer in time"):
        hasty.ping(httpserver.url_for("/uuid"))
    assert time.monotonic() - began < 1

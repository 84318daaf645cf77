"""The desk of pictures: what every desk promises, and what the real one does with hostile servers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from briefing.collect.fetch import AT_ONCE
from briefing.collect.picture_sizes import LIMITS
from briefing.collect.pictures import ACCEPT, MAX_BYTES, PublishersPictures
from briefing.collect.shrinking import FORMATS
from briefing.collect.worker import Worker, WorkerLost
from briefing.model.picture import PICTURE_BYTES, Picture, PictureSize
from briefing.model.settings import FetchRule
from briefing.ports import PictureDesk
from tests.collect.photos import SCRIPTED_SVG, bomb, decoded, encoded, halves, noise, photo
from tests.collect.samples import NOW
from tests.fakes import FakePictureDesk

LEAD, SMALL, LOGO = PictureSize.LEAD, PictureSize.SMALL, PictureSize.LOGO
RULE = FetchRule(allow_private=True, timeout=2.0)
PHOTO = encoded(photo())


def find(desk: PictureDesk, address: str, size: PictureSize = LEAD) -> Picture | None:
    return desk.find_pictures({address: size}, now=NOW).get(address)


def serve(server: HTTPServer, path: str, content: bytes, kind: str = "image/jpeg") -> str:
    server.expect_request(path).respond_with_data(content, content_type=kind)
    return server.url_for(path)


Furnished = tuple[PictureDesk, Callable[[str], str]]


@contextmanager
def furnished(kind: str, server: HTTPServer) -> Iterator[Furnished]:
    """A desk that can have one picture, and the address of it or of nothing."""
    if kind == "fake":
        yield FakePictureDesk(bytes_by_address={"https://press.example/a": 900}), "https://press.example{}".format
    else:
        serve(server, "/a", PHOTO)
        yield PublishersPictures(rule=RULE), server.url_for


@pytest.mark.parametrize("kind", ["fake", "real"])
class TestEveryDesk:
    @pytest.mark.parametrize("size", PictureSize)
    def test_a_picture_comes_in_the_size_wanted(self, kind: str, size: PictureSize, httpserver: HTTPServer) -> None:
        with furnished(kind, httpserver) as (desk, address):
            picture = find(desk, address("/a"), size)
        assert picture is not None
        assert 0 < len(picture.content) <= PICTURE_BYTES
        assert picture.kind in {"image/jpeg", "image/png"}
        assert 0 < picture.width <= size.value[0]
        assert 0 < picture.height <= size.value[1]

    def test_what_cannot_be_had_is_not_there_and_costs_no_other(self, kind: str, httpserver: HTTPServer) -> None:
        with furnished(kind, httpserver) as (desk, address):
            wanted = {address("/none"): LEAD, address("/a"): SMALL, "nonsense": LEAD, "ftp://press.example/a": SMALL}
            found = desk.find_pictures(wanted, now=NOW)
        assert list(found) == [address("/a")]

    def test_the_same_question_has_the_same_answer(self, kind: str, httpserver: HTTPServer) -> None:
        with furnished(kind, httpserver) as (desk, address):
            assert find(desk, address("/a")) == find(desk, address("/a")) is not None

    def test_nothing_wanted_nothing_found(self, kind: str, httpserver: HTTPServer) -> None:
        with furnished(kind, httpserver) as (desk, _):
            assert dict(desk.find_pictures({}, now=NOW)) == {}


@pytest.fixture
def desk() -> PublishersPictures:
    return PublishersPictures(rule=RULE)


class TestTheRealDesk:
    def test_many_pictures_of_one_host_come_in_the_order_wanted(
        self, desk: PublishersPictures, httpserver: HTTPServer
    ) -> None:
        addresses = [serve(httpserver, f"/{n}", encoded(photo(300, 225, seed=n))) for n in range(AT_ONCE + 4)]
        found = desk.find_pictures(dict.fromkeys(addresses, SMALL), now=NOW)
        assert list(found) == addresses
        assert len({picture.content for picture in found.values()}) == len(addresses)

    def test_servers_are_told_what_can_be_read_and_nothing_of_the_reader(
        self, desk: PublishersPictures, httpserver: HTTPServer
    ) -> None:
        serve(httpserver, "/to", PHOTO)
        httpserver.expect_request("/from").respond_with_response(Response(status=302, headers={"Location": "/to"}))
        assert find(desk, httpserver.url_for("/from"))
        for request, _ in httpserver.log:
            assert request.headers["Accept"] == ACCEPT
            assert not {"Cookie", "Referer", "Authorization"} & set(request.headers.keys())
        assert [kind for kind in ("jpeg", "png", "webp", "gif") if f"image/{kind}" not in ACCEPT] == []
        assert ("image/avif" in ACCEPT) is ("AVIF" in FORMATS)
        assert "*" not in ACCEPT

    def test_nothing_of_the_original_is_passed_on(self, desk: PublishersPictures, httpserver: HTTPServer) -> None:
        original = encoded(halves(544, 306), quality=60)
        picture = find(desk, serve(httpserver, "/a", original))
        assert picture is not None
        assert picture.content != original
        assert decoded(picture.content).size == (544, 306)

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"", "image/jpeg"),
            (b"<!doctype html><title>Please sign in</title>", "image/jpeg"),
            (SCRIPTED_SVG, "image/svg+xml"),
            (bomb(), "image/png"),
            (PHOTO[: len(PHOTO) // 2], "image/jpeg"),
            (encoded(photo(1, 1), "GIF"), "image/gif"),
        ],
        ids=["empty", "html", "svg", "bomb", "truncated", "one dot"],
    )
    def test_what_is_no_picture_is_not_there(
        self, content: bytes, kind: str, desk: PublishersPictures, httpserver: HTTPServer
    ) -> None:
        good = serve(httpserver, "/good", PHOTO)
        bad = serve(httpserver, "/bad", content, kind)
        assert list(desk.find_pictures({bad: LEAD, good: LEAD}, now=NOW)) == [good]

    def test_a_picture_under_a_false_name_is_a_picture(self, desk: PublishersPictures, httpserver: HTTPServer) -> None:
        assert find(desk, serve(httpserver, "/a", PHOTO, "text/html"))

    def test_a_body_of_thirty_megabytes_is_cut_off(self, desk: PublishersPictures, httpserver: HTTPServer) -> None:
        address = serve(httpserver, "/a", PHOTO + bytes(30_000_000))
        assert len(PHOTO) < MAX_BYTES
        assert find(desk, address) is None

    def test_a_body_without_an_end_is_given_up(self, httpserver: HTTPServer) -> None:
        def drip(_: Request) -> Response:
            def drops() -> Iterator[bytes]:
                yield PHOTO[:100]
                for _ in range(200):
                    time.sleep(0.05)
                    yield b"x"

            return Response(drops(), content_type="image/jpeg")

        httpserver.expect_request("/a").respond_with_handler(drip)
        begun = time.monotonic()
        desk = PublishersPictures(rule=FetchRule(allow_private=True, timeout=0.5))
        assert find(desk, httpserver.url_for("/a")) is None
        assert time.monotonic() - begun < 5

    @pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://press.example/a", "//press.invalid/a"])
    def test_a_redirect_leads_to_no_other_kind_of_place(
        self, target: str, desk: PublishersPictures, httpserver: HTTPServer
    ) -> None:
        httpserver.expect_request("/a").respond_with_response(Response(status=302, headers={"Location": target}))
        assert find(desk, httpserver.url_for("/a")) is None

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "10.0.0.7", "[::1]"])
    def test_nothing_inside_our_own_network_is_asked(self, host: str, httpserver: HTTPServer) -> None:
        serve(httpserver, "/a", PHOTO)
        desk = PublishersPictures(rule=FetchRule())
        assert find(desk, f"http://{host}:{httpserver.port}/a") is None
        assert httpserver.log == []

    def test_a_picture_that_takes_too_long_is_given_up(self, httpserver: HTTPServer) -> None:
        address = serve(httpserver, "/a", PHOTO)
        assert find(PublishersPictures(rule=RULE, deadline_s=0.001), address) is None

    def test_what_the_time_no_longer_covers_is_left_out(self, httpserver: HTTPServer) -> None:
        address = serve(httpserver, "/a", PHOTO)
        assert find(PublishersPictures(rule=RULE, fetching_s=2.0, decoding_s=-2.0), address) is None
        assert find(PublishersPictures(rule=RULE, fetching_s=0.0), address) is None

    def test_the_log_names_the_host_and_not_the_address(
        self, desk: PublishersPictures, httpserver: HTTPServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG, "briefing.collect.pictures"):
            find(desk, serve(httpserver, "/t0ken", b"no picture"))
        (said,) = [record.getMessage() for record in caplog.records if record.name == "briefing.collect.pictures"]
        assert said.startswith("picture.left_out host=localhost reason=is no picture")
        assert "t0ken" not in said


class TestWorker:
    def test_a_decoder_that_dies_takes_nobody_along(self) -> None:
        worker = Worker(deadline_s=30, reads="pictures")
        with pytest.raises(WorkerLost, match="broke the process"):
            worker.ask({"size": "no such size", "name": "x"}, PHOTO)
        assert worker.ask({"size": "LEAD", "name": "x"}, PHOTO)["kind"] == "image/jpeg"
        worker.close()

    def test_the_largest_picture_allowed_is_read_in_the_memory_allowed(self) -> None:
        worker = Worker(deadline_s=60, reads="pictures")
        largest = encoded(
            halves(8_000, 5_000, left=(9, 9, 9, 0), right=(200, 30, 30, 200), mode="RGBA"), "PNG", compress_level=1
        )
        assert worker.ask({"size": "LEAD", "name": "x"}, largest)["width"] == 544
        worker.close()


def test_a_small_picture_leaves_room_for_the_others() -> None:
    assert LIMITS[SMALL] * 23 + LIMITS[LEAD] <= 300_000
    assert len(encoded(noise(192, 144), "PNG")) > LIMITS[SMALL]

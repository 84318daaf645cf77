from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.documents import SMALL_BYTES, DocumentKind, Documents, answer_request, read_document
from briefing.collect.encoding import decode
from briefing.collect.worker import Worker, WorkerLost, serve
from briefing.errors import ParseError
from briefing.services.parallel import answer_in_order
from tests.collect.samples import FEED_URL, NOW, PARAGRAPHS, item, page, rss, saved


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        opened.writestr("a.txt", "x")
    return target.getvalue()


def padded(text: str) -> str:
    """A feed too large to be read in this process."""
    return text.replace("<channel>", f"<channel><!--{'x' * SMALL_BYTES}-->")


class TestSniffing:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (rss(item()), DocumentKind.FEED),
            (json.dumps({"version": "https://jsonfeed.org/version/1", "items": []}), DocumentKind.FEED),
            (page(), DocumentKind.PAGE),
            ("<p>A piece of a page.</p>", DocumentKind.PAGE),
            ('<?xml version="1.0"?>' + page(), DocumentKind.PAGE),
            ("Ferry sails again\n\n" + "\n".join(PARAGRAPHS), DocumentKind.DUMP),
        ],
        ids=["rss", "json feed", "page", "fragment", "xhtml", "plain"],
    )
    def test_content_decides_and_the_name_never(self, content: str, kind: DocumentKind) -> None:
        assert Documents().examine(saved(content, name="wrong.pdf")).kind is kind

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "is empty"),
            (b" \n\t ", "is empty"),
            (b"\x89PNG\r\n\x1a\n\x00\x00", "is a PNG image, not a page"),
            (b"%PDF-1.7", "is a PDF"),
            (archive(), "is a ZIP archive"),
            (gzip.compress(b"x"), "is a gzip archive"),
            (bytes(range(256)) + b"\x00\x00\x07" * 90, "is a binary file"),
            (b"{}", "is JSON, but not a JSON Feed"),
            (b'<?xml version="1.0"?><opml version="2.0"><body/></opml>', "is a list of feeds"),
            (b'<?xml version="1.0"?><note><to/></note>', "is XML, but neither a feed nor a page"),
        ],
        ids=["empty", "blank", "png", "pdf", "zip", "gzip", "binary", "json", "opml", "xml"],
    )
    def test_what_cannot_be_read_is_named_with_its_cure(self, content: bytes, reason: str) -> None:
        with pytest.raises(ParseError, match=reason) as caught:
            Documents().read(saved(content, name="sub/file.bin"))
        assert caught.value.file == "sub/file.bin"

    @pytest.mark.parametrize("content", [page(body=""), rss()], ids=["page", "feed"])
    def test_a_document_without_an_article_is_refused(self, content: str) -> None:
        with pytest.raises(ParseError, match="holds no article"):
            Documents().read(saved(content))

    def test_a_parser_that_stumbles_costs_one_document(self) -> None:
        broken = saved(page(), url=7)  # type: ignore[arg-type]
        with pytest.raises(ParseError, match=r"could not be read \(\w+\); please report it"):
            read_document(broken)

    def test_a_page_says_which_feed_it_announces(self) -> None:
        link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
        reading = Documents().examine(saved(page(head=link), url="https://harbour.example/"))
        assert reading.feed_link == "https://harbour.example/feed"


class TestEncodings:
    TEXT = "Zürich – „Fähre“ naïve"

    @pytest.mark.parametrize(
        ("content", "declared"),
        [
            (TEXT.encode(), None),
            (TEXT.encode("utf-8-sig"), None),
            (TEXT.encode("utf-16"), None),
            (TEXT.encode("utf-16-le"), None),
            (TEXT.encode("utf-16-be"), None),
            (TEXT.encode("cp1252"), None),
            (TEXT.encode("cp1252"), "iso-8859-1"),
            (TEXT.encode("cp1252"), "no-such-charset"),
            (TEXT.encode("cp1252"), "base64"),
            (TEXT.encode(), "iso-8859-1"),
            (TEXT.encode(), "utf-16"),
            (('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode(), None),
        ],
        ids=[
            "utf-8",
            "marked",
            "utf-16",
            "le",
            "be",
            "cp1252",
            "latin",
            "unknown",
            "no charset",
            "lie",
            "lie16",
            "xml lie",
        ],
    )
    def test_every_disguise_gives_the_same_text(self, content: bytes, declared: str | None) -> None:
        assert decode(content, declared=declared).endswith(self.TEXT)

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Москва сегодня", "koi8-r"),
            ("今日の天気", "shift_jis"),
            ("今日の天気", "iso-2022-jp"),
            ("中文标题", "gb2312"),
        ],
    )
    def test_a_documents_own_claim_is_used(self, text: str, name: str) -> None:
        assert text in decode(f'<meta charset="{name}">{text}'.encode(name))

    def test_a_cut_character_does_not_cost_the_whole_text(self) -> None:
        assert decode(("ü" * 30).encode()[:-1]) == "ü" * 29 + "\ufffd"

    def test_bytes_that_fit_nothing_are_guessed(self) -> None:
        assert decode("Привет, это проверка кодировки для новостей".encode("cp1251") + b"\x98\x81")

    @settings(deadline=None)
    @given(st.binary(max_size=400))
    def test_decoding_never_fails(self, content: bytes) -> None:
        assert content or decode(content) == ""
        assert isinstance(decode(content), str)


class TestWorker:
    def test_a_large_document_reads_like_a_small_one(self) -> None:
        small, large = saved(rss(item()), url=FEED_URL), saved(padded(rss(item())), url=FEED_URL)
        documents = Documents()
        assert documents.examine(large) == documents.examine(small)
        assert documents.examine(large) == read_document(large)

    def test_a_refusal_comes_back_from_the_worker(self) -> None:
        trap = rss("<item " + " ".join(f'a{n}="1"' for n in range(30_000)) + "><title>x</title></item>")
        with pytest.raises(ParseError, match="30000 attributes"):
            Documents().examine(saved(trap))

    def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_read(self) -> None:
        documents = Documents(deadline_s=0.001)
        large = saved(padded(rss(item())))
        with pytest.raises(ParseError, match="could not be read within"):
            documents.examine(large)
        assert documents.examine(saved(rss(item()))).articles
        with pytest.raises(ParseError, match="could not be read within"):
            documents.examine(large)

    def test_a_worker_that_died_is_replaced(self) -> None:
        worker = Worker(deadline_s=30)
        request = {"name": "x", "url": None, "captured_at": NOW.isoformat(), "captured_assumed": True}
        content = rss(item()).encode()
        assert worker.ask(request, content)["kind"] == "feed"
        with pytest.raises(WorkerLost, match="broke the process"):
            worker.ask({"name": "a request without the rest"}, content)
        assert worker.ask(request, content)["kind"] == "feed"
        worker.close()
        worker.close()

    def test_a_reader_that_was_forked_asks_a_child_of_its_own(self) -> None:
        documents, large = Documents(), saved(padded(rss(item())))
        expected = documents.examine(large)
        files = [large] * 12
        assert list(answer_in_order(documents.examine, files, processes=2, alone=1, parcel=1)) == [expected] * 12
        assert documents.examine(large) == expected

    def test_a_reader_travels_to_another_process(self) -> None:
        documents, large = Documents(), saved(padded(rss(item())))
        expected = documents.examine(large)
        assert pickle.loads(pickle.dumps(documents)).examine(large) == expected

    def test_the_childs_side_answers_until_the_pipe_closes(self) -> None:
        fields = {"name": "x", "url": None, "captured_at": NOW.isoformat(), "captured_assumed": True}
        asked = b"".join(
            json.dumps({**fields, "length": len(body)}).encode() + b"\n" + body for body in (page().encode(), b"{}")
        )
        answers = io.BytesIO()
        serve(answer_request, incoming=io.BytesIO(asked), outgoing=answers)
        first, second = map(json.loads, answers.getvalue().splitlines())
        assert first["articles"][0]["title"] == "Ferry sails again"
        assert second["reason"].startswith("is JSON")

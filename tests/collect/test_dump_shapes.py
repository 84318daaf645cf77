from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random

import pytest

from briefing.collect.dumps import read_dump
from briefing.collect.unwrapping import unwrapped
from briefing.model.source import SavedFile
from tests.collect.dump_shapes import SHAPES
from tests.collect.samples import PARAGRAPHS

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
CHROME = re.compile(
    r"publicité|advertisement|anzeige|publicidad|app-?store|related articles|articles connexes|seguir leyendo|logo"
    r"|vorschau ansehen|show related|show more|show less|no comments|aucun commentaire|hashtags",
    re.IGNORECASE,
)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_its_articles_whatever_they_say(shape: str, seed: int) -> None:
    dump = SHAPES[shape](Random(seed))
    found = read_dump(dump.text, saved=SavedFile(name="page.txt", content=b"", captured_at=NOW))
    titles = [told.title for told in dump.told]
    assert [a.title for a in found] == (titles if dump.has_main_title else ["", *titles[1:]])
    for article, told in zip(found, dump.told, strict=True):
        assert article.source == told.source or not (dump.has_source and article.title)
        assert not dump.has_body or all(sentence in article.text for sentence in told.sentences)
        assert CHROME.search(article.text) is None
        assert article.confidence is not None
        assert article.confidence > (0.7 if article.title and article.text else 0.3)


def wrapped(text: str, width: int) -> str:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


TITLE = "The ferry to Lindholm sails again, eleven days after a storm had torn its ramp off the quay of the old harbour"


@pytest.mark.parametrize("width", [64, 72, 80])
def test_a_title_that_was_wrapped_is_one_title(width: int) -> None:
    text = "\n\n".join(wrapped(paragraph, width) for paragraph in (TITLE, *PARAGRAPHS))
    (article,) = read_dump(text, saved=SavedFile(name="page.txt", content=b"", captured_at=NOW))
    assert (article.title, article.text) == (TITLE, "\n".join(PARAGRAPHS))


@pytest.mark.parametrize("text", ["", "\n\n", "one\ntwo\nthree", "\n".join(["A line that ends here."] * 9), "x" * 90])
def test_a_text_that_nobody_wrapped_stays_as_it_is(text: str) -> None:
    assert unwrapped(text) == text

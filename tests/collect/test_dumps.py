from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.collect.dump_phrases import talk_of, without_inline_talk
from briefing.collect.dumps import read_dump
from briefing.collect.identity import article_id
from briefing.model.source import SavedFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from briefing.model.article import Article

NOW = datetime(2025, 11, 14, 12, tzinfo=UTC)
SHARED = Path(__file__).parents[2].parent / "shared"


def read(text: str, *, now: datetime = NOW) -> tuple[Article, ...]:
    return read_dump(text, saved=SavedFile(name="page.txt", content=text.encode("utf-8", "replace"), captured_at=now))


@dataclass(frozen=True)
class Told:
    """An invented article as a dump shows it."""

    title: str
    body: tuple[str, ...]
    source: str
    rubric: str = "Business"


ENGLISH = (
    Told(
        "Harbour tunnel to close for eleven nights in March (3)",
        ("Engineers found damp in two shafts.", "Buses run every ten minutes."),
        "The Quay Post",
    ),
    Told(
        "Will the orchards of Hexley pay this year?",
        ("Warm nights in May helped the blossom.", "Nobody was hurt.", "Prices may fall."),
        "Channel 4",
    ),
    Told(
        "Town library lends out telescopes after record demand",
        ('"It is now or never," one reader said.', "A second batch is ordered."),
        "The Quay Post",
    ),
    Told(
        "Ferry crews vote to end their nine-day stoppage",
        ("Members backed the deal by 412 votes to 96.", "Sailings resume on Thursday."),
        "a Dispatch",
    ),
)
GERMAN = (
    Told(
        "Brücke über die Erle bleibt bis Ostern gesperrt",
        ("Gutachter fanden Risse an zwei Pfeilern.", "Verletzt wurde niemand."),
        "Murnbacher Bote",
        "Wirtschaft",
    ),
    Told(
        "„Wir schaffen das nicht“: Bürgermeister schlägt Alarm",
        ("Die Grundgebühr bleibt unverändert.", "Das sagte er am Abend."),
        "taz am Fluss",
        "Politik",
    ),
    Told(
        "Forscher züchten Gerste, die mit weniger Regen auskommt",
        ("Die Sorte wurde auf Sandböden erprobt.", "Saatgut gibt es später."),
        "Murnbacher Bote",
        "Wissenschaft",
    ),
    Told(
        "Chor aus Velden gewinnt Wettbewerb in Tallinn",
        ("Die Sänger setzten sich durch.", "Im Juni treten sie auf."),
        "heise am Berg",
        "Kultur",
    ),
)
FRENCH = (
    Told(
        "Le viaduc de Brémont fermé trois semaines pour travaux",
        ("Des fissures courent sous le tablier.", "La circulation sera déviée."),
        "L'Écho",
        "Société",
    ),
    Told(
        "Faut-il fermer le vieux port ?",
        ("Vingt-deux fermes se sont associées.", "« On verra bien », souffle un riverain."),
        "Le Phare de l'Ouest",
        "Économie",
    ),
    Told(
        "« Nous tiendrons », promet la maire de Lanvic",
        ("Le chantier, lui, continue.", "Elle a salué un collectif solide."),
        "L'Écho",
        "Politique",
    ),
)
AGES = (("an hour ago", 0.742), ("7 minutes ago", 0.108), ("a day ago", 21.5), ("2 days ago", 35.5))


@dataclass(frozen=True)
class Shape:
    """How one kind of page prints its articles.

    `block` knows {n}umber, {t}itle, {b}ody in one line or in {lines}, {s}ource, {r}ubric and {w}hen.
    """

    block: str
    told: Sequence[Told]
    when: Sequence[str] = ()
    published: Sequence[date | float | None] = ()
    head: str = ""
    foot: str = ""
    source: str = "own"
    has_body: bool = True
    categories: bool = False
    truncated: bool = False


OCTOBER = [date(2025, 10, 4 - i) for i in range(4)]
AGO, HOURS = [words for words, _ in AGES], [least for _, least in AGES]
GAP = "\n"

SHAPES = {
    "title twice, glued age, bullets": Shape(
        "{t}\n{t}\n\n{s}\n\ntime{w}\n\n  • {r}\n  • {s}\n\n{t}\n\n{b}\n",
        ENGLISH,
        AGO,
        HOURS,
        "logo\n#\n\nLatest news with #sea\n",
        "DOWNLOAD THE APP\n\nReady to read on? Get it today.",
        categories=True,
    ),
    "outlet and age before the title": Shape(
        "{s}\n{w}\n- {r}\n- {s}\n{t}\n{b}\nShow more\nShow less",
        ENGLISH,
        AGO,
        HOURS,
        categories=True,
        foot="Hashtags\n#sea\n#port",
    ),
    "outlet and age before the title, no rubric": Shape("{s}\n{w}\n- {s}\n{t}\n{lines}", ENGLISH, AGO, HOURS),
    "numbered with counters": Shape(
        "{n}. {t}\n     Published by {s} on {w} at 11:28:05\n\n{b}\n\n66{n}  | 1  | 32 \nShow related stories\n",
        ENGLISH,
        [str(d) for d in OCTOBER],
        OCTOBER,
    ),
    "page-level outlet": Shape(
        "{t}\n\nMar, {w} - 10:27\n\n{b}\n\nSeguir leyendo\n",
        ENGLISH,
        [f"{d:%d/%m/%Y}" for d in OCTOBER],
        OCTOBER,
        "Ingresar\n\nNoticias El Faro\n\nActualizado: hace 1 hora 33 mins\n",
        source="El Faro",
        truncated=True,
    ),
    "time before the title": Shape(
        "{w}\n{t}\n{b}\n",
        GERMAN,
        [f"{d:%d.%m.%Y} - 23:18 Uhr" for d in OCTOBER],
        OCTOBER,
        "Regionalnachrichten im Überblick\n",
        source="none",
    ),
    "time and rubric before the title": Shape(
        "{w}\n{r}\n{t}\n{b}\nmehr »",
        GERMAN,
        [f"{d:%d.%m.%Y} - 23:18 Uhr" for d in OCTOBER],
        OCTOBER,
        source="none",
        categories=True,
    ),
    "time before the title, source below": Shape(
        "{w}\n{t}\n{lines}\nQuelle: {s}\n",
        GERMAN,
        [f"{d:%d.%m.%Y} - 23:18 Uhr" for d in OCTOBER],
        OCTOBER,
        "Alle Meldungen",
    ),
    "clock under a day heading": Shape(
        "{t}\n{s} um 2{n}:09\n{b}\n(Auszug von RSS-Feed)\nVorschau ansehen\n",
        GERMAN[:3],
        ["", "", ""],
        [date(2025, 11, 3)] * 3,
        "Heute — 03. November 2025\n",
        truncated=True,
    ),
    "full date under a day heading": Shape(
        "{t}\n{w} um 2{n}:09\n{b}\n(Auszug von RSS-Feed)\nVorschau ansehen\n",
        GERMAN,
        [f"0{4 - i}. Oktober 2025" for i in range(4)],
        OCTOBER,
        "Heute — 04. Oktober 2025\n",
        source="none",
        truncated=True,
    ),
    "source and american date below": Shape(
        "{t}\n\n{lines}\n\nQuelle: {s}\nVeröffentlicht: {w}\n",
        GERMAN,
        ["11/5/2025", "11/5/2025", "11/4/2025", "11/4/2025"],
        [date(2025, 11, 5)] * 2 + [date(2025, 11, 4)] * 2,
        "KI-Nachrichten\n\nAutomatisch erstellt\n",
    ),
    "source and date below in one line": Shape(
        "{t}\n{lines}\nQuelle: {s} | Veröffentlicht: {w}\n", GERMAN, ["11/5/2025"] * 4, [date(2025, 11, 5)] * 4
    ),
    "date, then a bare name below": Shape(
        "{t}\n{b}\n{w}\n{s}\n", ENGLISH, ["11/5/2025"] * 4, [date(2025, 11, 5)] * 4, "AI News\n"
    ),
    "archive of a day": Shape(
        "{t}\n{r}\n{t}\n{b}\n",
        FRENCH,
        ["", "", ""],
        [date(2025, 7, 14)] * 3,
        "Archives du lundi 14 juillet 2025\n",
        source="none",
        categories=True,
    ),
    "headlines without text": Shape(
        "0 | 0 | 0 |\n{t} ({s})\n{w} 19:25:00 UTC {s}\n",
        ENGLISH,
        [str(d) for d in OCTOBER],
        OCTOBER,
        "Sign in\n",
        has_body=False,
    ),
    "headlines without text, counters below": Shape(
        "{t} ({s})\n{w} 19:25:00 UTC\n0 | 0 | 0 |\n", ENGLISH, [str(d) for d in OCTOBER], OCTOBER, has_body=False
    ),
    "titles and cut teasers": Shape(
        "{t}\n{b} The council will decide at its next sitting, before the...\n", ENGLISH, source="none", truncated=True
    ),
    "titles and teasers cut without a mark": Shape(
        "{t}\n\n{b} The council will decide on all of this at its next sitting in the old town hall, before the\n",
        ENGLISH,
        source="none",
    ),
    "separated by read on": Shape(
        "{t}\n{lines}\nLire la suite\n", FRENCH, head="Accueil", source="none", truncated=True
    ),
    "outlet beside a short age": Shape(
        "{t}\n{s} · {w}\n{b}\n", ENGLISH, ["3h", "1d", "5h ago", "2d"], [2.5, 21.5, 4.5, 35.5]
    ),
    "outlet behind the date": Shape(
        "{t}\nPublié le {w} à 09:30 par {s}\n{b}\n",
        FRENCH,
        [f"{d:%d/%m/%Y}" for d in OCTOBER],
        OCTOBER,
        foot="Mentions légales",
    ),
}


def page_of(shape: Shape) -> str:
    whens = shape.when or [""] * len(shape.told)
    blocks = (
        shape.block.format(n=n, t=a.title, b=" ".join(a.body), lines=GAP.join(a.body), s=a.source, r=a.rubric, w=when)
        for n, (a, when) in enumerate(zip(shape.told, whens, strict=False), 1)
    )
    return GAP.join([shape.head, *blocks, shape.foot])


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_of_list_gives_its_articles(shape: Shape) -> None:
    found = read(page_of(shape))
    assert [article.title for article in found] == [told.title for told in shape.told]
    for i, (article, told) in enumerate(zip(found, shape.told, strict=True)):
        assert article.source == {"own": told.source, "none": None}.get(shape.source, shape.source)
        assert not shape.has_body or all(sentence in article.text for sentence in told.body)
        assert shape.has_body or not article.text
        assert told.title not in article.text
        assert article.categories == ((told.rubric,) if shape.categories else ())
        assert article.truncated is shape.truncated
        assert_published(article, shape.published[i] if shape.published else None)


def assert_published(article: Article, want: date | float | None) -> None:
    known = article.published
    if isinstance(want, float):
        assert known.at is None
        assert known.before is not None
        assert (NOW - known.before) / timedelta(hours=1) == pytest.approx(want, abs=0.01)
    else:
        assert (known.at.date() if isinstance(known.at, datetime) else known.at) == want


MAIN = """logo
La trêve tient au large de Brémont

La trêve tient au large de Brémont

Le Phare 242 days ago
Le chapeau résume l'affaire en une phrase.
Publicité
Le maire l'a dit dans les colonnes du
Phare
, avant de quitter la salle.
Une nuit calme
Les bateaux sont repartis à l'aube. À lire aussi Faut-il fermer le vieux port ? Publicité Personne n'a protesté.
Orange background

Essayez nos fonctionnalités IA

Commentaires

Aucun commentaire pour le moment...

Articles connexes

Faut-il fermer le vieux port ?
Faut-il fermer le vieux port ?

L'Écho

timean hour ago

  • L'Écho
  • L'Écho

Faut-il fermer le vieux port ?

La question divise. Publicité Publicité Le conseil tranchera lundi. À lire aussi La trêve tient au large de Brémont

TÉLÉCHARGER L'APPLICATION

Prêt à lire ? Téléchargez-la dès aujourd'hui et commencez.
app-storeplay-store
"""


def test_the_pages_own_article_stands_before_the_related_ones() -> None:
    main, related = read(MAIN)
    assert (main.title, main.source) == ("La trêve tient au large de Brémont", "Le Phare 24")
    assert main.text.split("\n") == [
        "Le chapeau résume l'affaire en une phrase.",
        "Le maire l'a dit dans les colonnes du Phare, avant de quitter la salle.",
        "Une nuit calme",
        "Les bateaux sont repartis à l'aube. Personne n'a protesté.",
    ]
    assert (related.title, related.source, related.categories) == ("Faut-il fermer le vieux port ?", "L'Écho", ())
    assert related.text == "La question divise. Le conseil tranchera lundi."
    assert main.confidence is not None
    assert main.confidence > 0.9


def test_an_article_knows_its_file_and_that_the_time_of_capture_was_assumed() -> None:
    main, related = read(MAIN)
    assert {a.file for a in (main, related)} == {"page.txt"}
    assert {a.captured_at for a in (main, related)} == {NOW}
    assert main.captured_assumed
    assert main.id != related.id
    assert (main.language, main.url, main.published.at) == (None, None, None)


def test_a_main_article_without_title_and_outlet_is_kept() -> None:
    text = (
        "logo\nEngineers found damp in two shafts.\nBuses run every ten minutes.\nComments\nRelated Articles\n"
        "The Post\nan hour ago\n- The Post\nFerry crews vote\nThe deal was backed by 412 votes.\n"
    )
    main, related = read(text)
    assert (main.title, main.source, main.text) == (
        "",
        None,
        "Engineers found damp in two shafts.\nBuses run every ten minutes.",
    )
    assert (related.title, related.source) == ("Ferry crews vote", "The Post")


def test_a_text_without_a_list_is_one_article() -> None:
    text = (
        "Harbour tunnel to close\nBy Nora Whitfield\n14 July 2025, 10:05\n\nEngineers found damp in two shafts.\n\n"
        "What comes next\n\n"
        '- the east lane shuts first\n- buses run more often\n\n"It is now or never," the director said.\n\nShare\n'
    )
    (article,) = read(text)
    assert (article.title, article.source, article.authors) == ("Harbour tunnel to close", None, ("Nora Whitfield",))
    assert article.published.at == date(2025, 7, 14)
    assert article.text.split("\n")[1:4] == ["What comes next", "- the east lane shuts first", "- buses run more often"]


@pytest.mark.parametrize(
    "text", ["", "\n \n", "hello", "logo\nmenu\n", "A title\n\nAnd one lonely sentence here.\n", "12:00\n13:00\n"]
)
def test_a_text_without_an_article_gives_none(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("paragraph", "clean"),
    [
        ("It rained. Advertisement Then it stopped.", "It rained. Then it stopped."),
        ("Er erstattete Anzeige gegen den Fahrer.", "Er erstattete Anzeige gegen den Fahrer."),
        ("Es regnete. Anzeige Dann nicht mehr.", "Es regnete. Dann nicht mehr."),
        ("La publicité rapporte peu.", "La publicité rapporte peu."),
        ("Il pleut. À lire aussi Le viaduc «fermé» Publicité Puis non.", "Il pleut. Puis non."),
        ("Llueve. Publicidad «Mucho», dijo.", "Llueve. «Mucho», dijo."),
        ("It rained. Read more Ferry crews vote at last Then it stopped.", "It rained. Then it stopped."),
        ("It rained. Show less", "It rained."),
        ("Es regnete. (Auszug von RSS-Feed) Vorschau ansehen", "Es regnete."),
    ],
)
def test_only_the_sites_own_words_leave_a_paragraph(paragraph: str, clean: str) -> None:
    assert without_inline_talk(paragraph, headlines={"Ferry crews vote": ["Ferry crews vote at last"]}) == clean


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert_sound(read(text))


PIECES = [line for shape in SHAPES.values() for line in page_of(shape).split("\n")] + MAIN.split("\n")


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_mixture_of_lines_gives_sound_articles(lines: list[str]) -> None:
    assert_sound(read("\n".join(lines)))
    assert read("\n".join(lines)) == read("\r\n".join(lines))


def assert_sound(articles: tuple[Article, ...]) -> None:
    for article in articles:
        assert article.title or article.text
        assert "\n" not in article.title
        assert article.confidence is not None
        assert 0 <= article.confidence <= 1
        for line in article.text.split("\n"):
            assert talk_of(line) is None or not line
            assert re.search(r"[.!?] (?:Advertisement|Publicité) [A-Z]", line) is None


def test_a_dump_three_hundred_times_as_long_gives_as_many_more_articles() -> None:
    shape = SHAPES["numbered with counters"]
    once, often = read(page_of(shape)), read(page_of(shape) * 300)
    assert [a.title for a in often] == [a.title for a in once] * 300


@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared evaluation data beside the repository")
def test_the_shared_dumps_are_read_exactly() -> None:
    for path in sorted((SHARED / "eval/extraction/dumps").glob("*.json")):
        want = json.loads(path.read_text(encoding="utf-8"))["articles"]
        found = read(path.with_suffix(".txt").read_text(encoding="utf-8"))
        assert [a.title for a in found] == [w["title"] for w in want], path.name
        assert [a.source for a in found] == [w["source"] for w in want], path.name
        for article, wanted in zip(found, want, strict=True):
            assert re.split(r"(?<=\.)\s", article.text) == wanted["paragraphs"], path.name


@pytest.mark.parametrize("other", [{"url": "https://a.example/2"}, {"source": "B"}, {"title": "B"}, {"text": "B"}])
def test_an_id_names_one_article_from_one_place(other: dict[str, str]) -> None:
    known: dict[str, str | None] = {"url": None, "source": "A", "title": "A", "text": "A"}
    assert len(make_id(known)) == 16
    assert make_id(known) == make_id(known)
    assert make_id(known) != make_id({**known, **other})
    assert make_id({**known, "url": "https://a.example/1"}) == make_id(
        {**known, "url": "https://a.example/1", "title": "B"}
    )


def make_id(fields: dict[str, str | None]) -> str:
    return article_id(
        url=fields["url"], source=fields["source"], title=fields["title"] or "", text=fields["text"] or ""
    )

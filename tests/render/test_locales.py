from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache, lru_cache
from gettext import c2py
from pathlib import Path
from unicodedata import is_normalized

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from briefing.config.languages import FRAMES
from briefing.model.article import Article, Published, Span, Summary
from briefing.model.edition import Counts, Edition, Problem, Section, SectionKind, SourceReport, SourceState
from briefing.model.settings import Look, Sender
from briefing.model.story import Area, Novelty, Region, Story, StoryStatus, Theme
from briefing.render.mjml import RenderedEdition, render_edition
from briefing.render.templates import Templates
from briefing.render.words import words_in
from tests import make

ROOT = Path(__file__).parents[2]
LANGUAGES = tuple(sorted({*FRAMES} - {"en"}))
COUNTS = (0, 1, 2, 3, 5, 11, 21, 22, 100, 101)
Key = tuple[str, tuple[str, ...]]


@lru_cache
def catalogue(language: str) -> Catalog:
    with (ROOT / f"briefing/render/locales/{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def sentences(language: str) -> list[tuple[Key, tuple[str, ...]]]:
    """Every entry: its context and English, and what the language says, one string for each plural form."""
    return [
        (
            (message.context or "", (message.id,) if isinstance(message.id, str) else tuple(message.id)),
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ()),
        )
        for message in catalogue(language)
        if message.id
    ]


def strings(language: str) -> list[str]:
    return [text for (context, _), texts in sentences(language) if context != "time pattern" for text in texts]


# --- what the program says ---------------------------------------------------------------------------------------


def said_in_python(path: Path) -> Iterator[Key]:
    tree = ast.parse(path.read_text("utf-8"))
    tables = {
        target.id: node.value
        for node in (*tree.body, *ast.parse((ROOT / "briefing/render/terms.py").read_text("utf-8")).body)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Name)
    }

    def texts(node: ast.expr) -> list[str]:
        if isinstance(node, ast.Constant):
            return [str(node.value)]
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return [text for value in tables[node.value.id].values for text in texts(value)]
        raise AssertionError(f"{path.name}:{node.lineno}: nobody can translate {ast.unparse(node)}")

    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        contexts = [text for word in node.keywords if word.arg == "context" for text in texts(word.value)]
        if node.func.attr == "say":
            yield from (((contexts or [""])[0], (text,)) for text in texts(node.args[0]))
        elif node.func.attr == "count" and len(node.args) == 3:
            yield "", (*texts(node.args[0]), *texts(node.args[1]))


def said_in_template(path: Path) -> Iterator[Key]:
    for call in Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(nodes.Call):
        asked = call.node.name if isinstance(call.node, nodes.Name) else getattr(call.node, "attr", "")
        if asked in {"say", "count"}:
            texts = tuple(argument.as_const() for argument in call.args[: 1 if asked == "say" else 2])
            contexts = [word.value.as_const() for word in call.kwargs if word.key == "context"]
            yield (contexts or [""])[0], texts


@lru_cache
def everything_said() -> set[Key]:
    pages = said_in((ROOT / "briefing/web").glob("*.py")) | said_in((ROOT / "briefing/web/pages").glob("*.j2"))
    return (
        pages | said_in((ROOT / "briefing/services").glob("*.py")) | said_in(of_mail(is_notice=True)) | said_in_mail()
    )


def said_in(paths: Iterable[Path]) -> set[Key]:
    ways = {".py": said_in_python, ".j2": said_in_template}
    return {key for path in paths for key in ways[path.suffix](path)}


def said_in_mail() -> set[Key]:
    """What an edition says, but not the pages and the small mails around it."""
    return said_in(of_mail(is_notice=False))


def of_mail(*, is_notice: bool) -> list[Path]:
    found = [*(ROOT / "briefing/render").glob("*.py"), *(ROOT / "templates").glob("*.j2")]
    return [path for path in found if path.name.startswith("notice.") is is_notice]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_what_code_and_templates_say_and_nothing_else(language: str) -> None:
    said, known = everything_said(), {key for key, _ in sentences(language)}
    assert len(said) > 60
    assert (said - known, known - said) == (set(), set())


def test_every_catalogue_is_tested() -> None:
    assert sorted(path.stem for path in (ROOT / "briefing/render/locales").glob("*.po")) == sorted(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_written_as_every_checker_expects_them(language: str) -> None:
    text = (ROOT / f"briefing/render/locales/{language}.po").read_text("utf-8")
    assert is_normalized("NFC", text)


def test_the_shipped_config_names_every_language_of_the_frame() -> None:
    (comment,) = re.findall(r"language: fr +#(.*)", (ROOT / "config.yaml").read_text("utf-8"))
    named = re.findall(r"\b[a-z]{2}\b", comment.partition(":")[2].partition(";")[0])
    assert sorted(named) == sorted(("en", *LANGUAGES))


def test_the_catalogues_hold_their_entries_in_one_order_with_one_comment_each() -> None:
    first = [(m.context, m.id, tuple(m.auto_comments)) for m in catalogue("fr") if m.id]
    for language in LANGUAGES:
        assert [(m.context, m.id, tuple(m.auto_comments)) for m in catalogue(language) if m.id] == first


# --- forms and values --------------------------------------------------------------------------------------------


@cache
def form(language: str, n: int) -> int:
    """Which msgstr a count takes, by the catalogue's own header."""
    rule: str = catalogue(language).plural_expr
    return c2py(rule)(n)


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_fall_into_the_forms_that_cldr_has(language: str) -> None:
    # CLDR's "many" of a million (fr, es, it, pt) is left out: no edition has that many of anything.
    rule = Locale.parse(language).plural_form
    pairs = {(form(language, n), rule(n)) for n in range(1001)}
    assert len(pairs) == len({ours for ours, _ in pairs}) == len({theirs for _, theirs in pairs})
    assert len(pairs) == catalogue(language).num_plurals


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_filled_and_keeps_the_values_of_the_english(language: str) -> None:
    for (context, english), texts in sentences(language):
        assert len(texts) == (catalogue(language).num_plurals if len(english) == 2 else 1)
        for number, text in enumerate(texts):
            assert text.strip() == text != "", english
            # A form that only one number takes may say it in a word: "two minutes" is one word in Arabic.
            takers = [n for n in range(1001) if len(english) == 2 and form(language, n) == number]
            spare = {"{n}"} if len(takers) == 1 else set()
            given, wanted = (set(re.findall(r"\{\w*\}", line)) for line in (text, english[0]))
            assert wanted - spare <= given <= wanted, (context, text)


#: n → what is said of that many stories, and of that many that did not fit.
POLISH = {
    0: ("0 wiadomości", "Nie zmieściło się jeszcze 0 wiadomości."),
    1: ("1 wiadomość", "Nie zmieściła się jeszcze 1 wiadomość."),
    2: ("2 wiadomości", "Nie zmieściły się jeszcze 2 wiadomości."),
    3: ("3 wiadomości", "Nie zmieściły się jeszcze 3 wiadomości."),
    5: ("5 wiadomości", "Nie zmieściło się jeszcze 5 wiadomości."),
    11: ("11 wiadomości", "Nie zmieściło się jeszcze 11 wiadomości."),
    12: ("12 wiadomości", "Nie zmieściło się jeszcze 12 wiadomości."),
    21: ("21 wiadomości", "Nie zmieściło się jeszcze 21 wiadomości."),
    22: ("22 wiadomości", "Nie zmieściły się jeszcze 22 wiadomości."),
    100: ("100 wiadomości", "Nie zmieściło się jeszcze 100 wiadomości."),
    101: ("101 wiadomości", "Nie zmieściło się jeszcze 101 wiadomości."),
    112: ("112 wiadomości", "Nie zmieściło się jeszcze 112 wiadomości."),
}
ARABIC = {
    0: ("لا أخبار", "اتسع المكان لكل الأخبار."),
    1: ("خبر واحد", "لم يتسع المكان لخبر آخر."),
    2: ("خبران", "لم يتسع المكان لخبرين آخرين."),
    3: ("3 أخبار", "لم يتسع المكان لـ3 أخبار أخرى."),
    5: ("5 أخبار", "لم يتسع المكان لـ5 أخبار أخرى."),
    11: ("11 خبرًا", "لم يتسع المكان لـ11 خبرًا آخر."),
    21: ("21 خبرًا", "لم يتسع المكان لـ21 خبرًا آخر."),
    22: ("22 خبرًا", "لم يتسع المكان لـ22 خبرًا آخر."),
    100: ("100 خبر", "لم يتسع المكان لـ100 خبر آخر."),
    101: ("101 خبر", "لم يتسع المكان لـ101 خبر آخر."),
    103: ("103 أخبار", "لم يتسع المكان لـ103 أخبار أخرى."),
    111: ("111 خبرًا", "لم يتسع المكان لـ111 خبرًا آخر."),
}
STORY = ("{n} story", "{n} stories")
MORE = ("{n} more story did not fit in.", "{n} more stories did not fit in.")


@pytest.mark.parametrize(
    ("language", "table"), [("pl", POLISH), ("ar", ARABIC)], ids=["three forms", "six forms, some without a digit"]
)
def test_any_number_of_stories_is_said_grammatically(
    language: str, table: dict[int, tuple[str, str]], templates: Templates
) -> None:
    words = words_in(language, templates)
    for n, said in table.items():
        assert tuple(words.count(*pair, n).replace("\u00a0", " ") for pair in (STORY, MORE)) == said


@pytest.mark.parametrize(("n", "noun"), [(1, "minuta"), (2, "minuty"), (5, "minut"), (21, "minut"), (22, "minuty")])
def test_polish_minutes_agree_with_their_number(n: int, noun: str, templates: Templates) -> None:
    said = words_in("pl", templates).count("{n} minute", "{n} minutes", n)
    assert said.replace("\u00a0", " ") == f"{n} {noun} czytania"


#: What follows the number 1, and every other one; French, Portuguese and Hindi count nought with one.
TWO_FORMS = {
    "de": ("Meldung", "Meldungen"),
    "es": ("noticia", "noticias"),
    "fr": ("sujet", "sujets"),
    "hi": ("ख़बर", "ख़बरें"),
    "it": ("notizia", "notizie"),
    "nl": ("bericht", "berichten"),
    "pt": ("notícia", "notícias"),
}


@pytest.mark.parametrize("language", TWO_FORMS)
@pytest.mark.parametrize("n", COUNTS)
def test_two_forms_are_told_apart_where_the_language_does(language: str, n: int, templates: Templates) -> None:
    one, many = TWO_FORMS[language]
    noun = one if n == 1 or (n == 0 and language in {"fr", "hi", "pt"}) else many
    assert words_in(language, templates).count(*STORY, n) == f"{n}\u00a0{noun}"


@pytest.mark.parametrize("n", COUNTS)
def test_chinese_and_japanese_have_one_form_and_no_space(n: int, templates: Templates) -> None:
    assert words_in("zh", templates).count(*STORY, n) == f"{n}条新闻"
    assert words_in("ja", templates).count(*STORY, n) == f"ニュース{n}本"


# --- typography --------------------------------------------------------------------------------------------------

#: Words that a language shares with English, letter by letter.
SHARED = {
    "ar": {"HH:mm"},
    "de": {"{n}\u00a0Minute", "Religion", "Sport", "NATO"},
    "es": {"Asia", "Hong Kong", "Macao"},
    "fr": {"{n}\u00a0minute", "{n}\u00a0minutes", "Europe", "Hong Kong", "Macao"}
    | {"culture", "justice", "religion", "science", "sport"},
    "hi": {"HH:mm"},
    "it": {"Asia", "Africa", "Oceania", "sport", "NATO", "Hong Kong", "Macao"},
    "ja": {"NATO"},
    "nl": {"conflict", "sport"},
    "pl": {"Oceania", "sport", "NATO"},
    "pt": {"Oceania", "Hong Kong"},
    "zh": {"HH:mm"},
}
PATTERNS = {"{outlet}:", "{name}: {headlines}", "{first}, {next}", "{sentence} {next}"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_english_but_what_the_languages_share(language: str) -> None:
    def folded(texts: Iterable[str]) -> set[str]:
        return {text.replace("\u00a0", " ").casefold() for text in texts}

    same = set[str]().union(*(folded(texts) & folded(english) for (_, english), texts in sentences(language)))
    assert same - folded(PATTERNS) == folded(SHARED[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_typewriter_quotation_mark_or_apostrophe_is_left(language: str) -> None:
    assert [text for text in strings(language) if re.search(r"['\"`]|\.\.\.| {2}", text)] == []


#: What must not stand in a language: another one's punctuation, or its own with the wrong space.
FOREIGN = {
    "ar": r"[,;?%](?!\w)|[،؛؟.]\S*\s+[،؛؟]|\s[،؛؟.:]",
    "hi": r"\.$|\w\.\s|\s[।?:]",
    "ja": r"[,.:;?!()]|[。、：（）「」]\s|\s[。、：（）「」]|[぀-ヿ一-鿿] |\u00a0",
    "zh": r"[,.:;?!()]|[一-鿿] | [一-鿿]|\u00a0|[、。，：] ",
    "fr": r"(?<![\u00a0])[:](?!\w)|(?<![\u202f])[;?!]",
} | dict.fromkeys(("de", "es", "it", "nl", "pl", "pt"), r"\s[,.;:?!]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_punctuation_is_the_languages_own(language: str) -> None:
    assert [text for text in strings(language) if re.search(FOREIGN[language], text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_ends_as_its_english_does(language: str) -> None:
    ends = {"hi": {".": "।"}, "ja": {".": "。", "?": "？", ":": "："}, "zh": {".": "。", "?": "？", ":": "："}}
    ends["ar"] = {"?": "؟"}
    for (context, english), texts in sentences(language):
        for text in texts:
            if context not in {"list", "paragraph"} and english[0][-1] in ".?:":
                assert text[-1] == ends.get(language, {}).get(english[0][-1], english[0][-1]), text


#: German writes nouns large wherever they stand; scripts without large letters are neither.
@pytest.mark.parametrize("language", sorted({*LANGUAGES} - {"ar", "hi", "ja", "zh"}))
def test_a_theme_is_written_as_in_a_kicker_and_an_area_as_a_heading(language: str) -> None:
    known = sentences(language)
    themes = [texts[0] for (context, _), texts in known if context == "theme"]
    areas = [texts[0] for (context, _), texts in known if context == "area"]
    assert (len(themes), len(areas)) == (17, 8)
    assert all(theme[0].isupper() if language == "de" else theme.islower() for theme in themes)
    assert all(area[0].isupper() for area in areas)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_world_has_one_name_as_heading_and_as_place(language: str, templates: Templates) -> None:
    # A kicker does not repeat what its heading says; with two names for the world it would.
    words = words_in(language, templates)
    assert words.place(Region(code="001", name="World", area=Area.WORLD)) == words.area(Area.WORLD)


# --- a whole edition ---------------------------------------------------------------------------------------------

SENDER = Sender(address="Naves <post@news.example>", public_url="https://news.example")


def told(slug: str, area: Area, code: str, theme: int, *outlets: str, **fields: object) -> Story:
    articles = tuple(
        Article(
            id=f"{slug}-{n}",
            title=f"Naves ad {slug} redeunt",
            text=f"Tres naves ad {slug} redierunt.",
            source=outlet,
            language="la",
            url=f"https://{outlet.lower()}.example/{slug}",
            published=Published(at=make.NOW - timedelta(hours=theme + 1)),
        )
        for n, outlet in enumerate(outlets)
    )
    own = articles[0].text or ""
    span = Span(article=articles[0].id, start=0, end=len(own))
    method = "llm" if theme == 4 else "ranked"
    summary = Summary(text=own, method=method, spans=(span,)) if theme != 9 else None
    region = Region(code=code, name=code, area=area)
    fields = {"summary": summary, "region": region, "theme": Theme(code=f"medtop:{theme:02}000000", name="x"), **fields}
    return Story(id=slug, articles=articles, **fields)  # type: ignore[arg-type]


def morning(language: str) -> Edition:
    """An edition that says everything a frame can say; its news is Latin."""
    news = Novelty(article="Romam-0", text="Quarta navis exspectatur.", start=0, end=25)
    stories = {
        Area.EUROPE: told(
            "Romam", Area.EUROPE, "IT", 4, "Aquila", "Buteo", "Corvus", "Falco", "Gallus", news=news, day=3
        ),
        Area.ASIA: told("Tyrum", Area.ASIA, "JP", 7, "Aquila", "Buteo", day=2, news=replace(news, article="Tyrum-0")),
        Area.WORLD: told("Ostiam", Area.WORLD, "UN", 16, "Aquila", day=4),
    }
    stories[Area.ASIA] = replace(stories[Area.ASIA], status=StoryStatus.CORRECTED)
    sections = tuple(
        Section(key=area.value, title=area.value.title(), kind=SectionKind.REGION, stories=(story,))
        for area, story in stories.items()
    )
    untitled = Story(id="untitled", articles=(Article(id="untitled"),))
    other = Section(key="other", title="Other", kind=SectionKind.REGION, stories=(untitled,))
    failed = (
        SourceReport(name=f"Fons {n}", state=SourceState.FAILED, since=make.NOW - timedelta(days=n)) for n in range(42)
    )
    return Edition(
        date=make.NOW.date(),
        name="Naves",
        language=language,
        timezone="UTC",
        built_at=make.NOW,
        window=timedelta(hours=36),
        sections=(*sections, other),
        brief=(told("Athenas", Area.EUROPE, "US", 9, "Corvus"), told("Massiliam", Area.EUROPE, "GB", 9, "Falco")),
        sources=(*failed, SourceReport(name="Lector", state=SourceState.READ)),
        counts=Counts(articles=20, stories=17, told=4, brief=2, cut=11),
        problems=(
            Problem(stage="collect", source="Lector", message="x"),
            Problem(stage="summarise", source="Lector", message="x"),
        ),
    )


def rendered(language: str, templates: Templates) -> RenderedEdition:
    return render_edition(morning(language), look=Look(), sender=SENDER, templates=templates)


def english_pieces(language: str, keys: Iterable[Key] | None = None) -> set[str]:
    """The words between the values of every English sentence, but those that the language shares."""
    shared = {text.replace("\u00a0", " ").casefold() for text in SHARED[language]}
    keys = [key for key, _ in sentences("fr")] if keys is None else keys
    texts = {line for context, english in keys for line in english if context != "time pattern"}
    texts = {line for line in texts if line.casefold() not in shared}
    pieces = {piece.strip(" .:,()+") for line in texts for piece in re.split(r"\{\w+\}", line)}
    return {piece for piece in pieces if len(piece) > 3} - {"NATO", "Hong Kong", "Macao"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_edition_holds_no_english_word_of_the_frame(language: str, templates: Templates) -> None:
    both = rendered(language, templates)
    seen = re.sub(r"<style.*?</style>|<!--.*?-->|<[^>]+>", " ", both.html, flags=re.DOTALL) + both.text + both.subject
    seen = re.sub(r"https?://\S+|\s+", " ", seen)
    assert [piece for piece in english_pieces(language) if re.search(rf"\b{re.escape(piece)}\b", seen, re.I)] == []


def test_that_edition_says_most_of_what_a_frame_can_say_so_the_last_test_proves_something(templates: Templates) -> None:
    both = rendered("en", templates)
    said = re.sub(r"\s+", " ", both.text + re.sub(r"<[^>]+>", " ", both.html)).casefold()
    pieces = english_pieces("zh", said_in_mail())
    missing = {piece for piece in pieces if piece.casefold() not in said}
    assert len(missing) < len(pieces) / 2, missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_edition_says_its_language_and_runs_its_way(language: str, templates: Templates) -> None:
    html = rendered(language, templates).html
    ours, other = ("rtl", "ltr") if language == "ar" else ("ltr", "rtl")
    assert f'<html lang="{language}" dir="{ours}"' in html
    # The news is Latin: only in an Arabic frame it runs against the rest.
    assert (f'lang="la" dir="{other}"' in html) is (language == "ar")
    assert 'lang="la"' in html

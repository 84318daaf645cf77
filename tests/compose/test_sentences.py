"""Every case is a list of sentences; joined by a space they must fall apart again at the same places.

`sentences_gold/` holds cases by people who had not seen the rules: a blank line between cases, `# ` names the trap, one
sentence a line; a `+` before a sentence stands for the space that is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.knowledge import sentence_words
from briefing.compose.sentence_rules import sentence_rules
from briefing.compose.sentences import is_balanced, split_sentences

GOLD = Path(__file__).parent / "sentences_gold"
#: Boundary F1 that the rules must reach. The rules were written with the even cases in sight; on the odd ones they then
#: had fr .994, en .954, de 1.00, es .988, it 1.00, pt 1.00, before those were looked at too. All six stand at 1.00 now,
#: which says how well the rules fit these cases and less about new ones.
FLOORS = {"fr": 0.98, "en": 0.98, "de": 0.95, "es": 0.95, "it": 0.95, "pt": 0.95}

FRENCH = [
    ["M. Berthier a reçu Mme Ollivier à 14 h 30.", "Le Dr Kessler était absent."],
    ["MM. Rey et Blin ont signé.", "Mgr. Aubry les a bénis."],
    ["Le taux passe à 3,5 % en mars.", "C'est 1.200 euros de plus par foyer."],
    ["« Nous sommes prêts », a dit M. Valin.", "Le port rouvre lundi."],
    ["«\u202fLe pont tiendra.\u202f»", "La préfète l'a répété."],
    ["«\u00a0Quelle nuit\u00a0!\u00a0» a soufflé le gardien.", "Personne n'a dormi."],
    ["« On attend. On espère. Rien ne vient », raconte Luce.", "Le village se vide."],
    ["Il hésite... puis renonce.", "La suite au printemps…", "On verra bien."],
    ["L'article 12 al. 3 reste en vigueur.", "Le juge l'a confirmé."],
    ["Voir p. 14 et fig. 2 du rapport.", "La carte est fausse."],
    ["J. K. Morvan vit à Brest.", "P.-Y. Lannec aussi."],
    ["L'O.N.U. et l'U.E. négocient.", "La trêve dure."],
    ["La fouille date du IIe siècle av. J.-C.", "Le mur est plus récent."],
    ["La coopérative (env. 80 salariés) embauche.", "Elle vise 2030."],
    ["Le site velo.example.fr est en panne.", "Il rouvrira demain."],
    ["Pourquoi partir ?", "Pour respirer !", "Voilà tout."],
    ["« Attention : verglas ! »", "Le panneau clignote."],
    ["Elle a gagné (6-4, 6-3).", "Sa rivale boite."],
    ["La Sté. Morel ferme.", "Deux cents emplois disparaissent."],
    ["Il n'y a pas de plan B.", "Il faudra tenir."],
    ["Le vin (12,5 % vol.) se vend bien.", "Les caves sont vides."],
    ["« La route (…) reste fermée », dit le maire.", "Il neige."],
    ["Le no. 7 a marqué.", "Le stade exulte."],
    ["M. Le Goff préside.", "J. Le Bihan le seconde."],
    ["iMer lève dix millions.", "eBord ferme."],
    ["Il est 20 h.", "Les rues sont vides."],
    ["1. Le vote aura lieu mardi.", "2. Le décompte suivra."],
    ["St. Malo attend la marée.", "Les bateaux aussi."],
    ["Hugo B. est mis en examen.", "Le complice de Hugo B. reste libre."],
    ["Il a franchi le col.", "Le peloton suivait."],
    ["La loi du 29 juill. 1881 demeure.", "Elle est ancienne."],
    ["Paris, 3 oct. (Agence Aube) – Le port rouvre.", "Le maire s'en félicite."],
    ["« Non ? » demande Léa.", "“Si”, répond Luc."],
    ["— Tu viens ?", "— Non."],
    ["Quoi ? !", "Il a osé ?"],
    ["La commune compte 2 400 hab.", "Le médecin part."],
    ["Réf. : lot B.", "Prix libre."],
]
ENGLISH = [
    ["Mr. Hale met Dr. Osei at 5 p.m. on Monday.", "They talked for an hour."],
    ["The U.S. economy grew 2.5 percent.", "Rates were held."],
    ["She moved to the U.S.", "The visa took a year."],
    ['"We are ready," said Sen. Ruiz.', "The vote is on Tuesday."],
    ["“I don't know,” he said.", "“Maybe… maybe not.”"],
    ["J. T. Marlow and R. Iyer agreed.", "No. 10 declined to comment."],
    ["Harbour Inc. bought the yard for $1.2bn.", "Shares rose."],
    ["Is it over?", "Yes!", "The sirens stopped."],
    ["The St. Agnes ferry is late.", "It rained all night."],
    ["He works for Tidal Corp. in Cork.", "She does not."],
    ["The bill (S. 88) passed 51-49.", "Gov. Lindqvist signed it."],
    ["It opened in Jan. 2024.", "Nobody came."],
    ['"Stop!" he shouted.', "Nobody did."],
    ["Prof. A. B. Ngata, Ph.D., spoke first.", "Lt. Col. Rae followed."],
    ["It costs approx. 5.00 dollars vs. 4.50 before.", "Prices keep rising."],
    ["The sea rose 3.4 mm a year.", "That is twice the old rate."],
    ["“Go home. Stay there. Lock the door,” the radio said.", "The storm came at nine."],
    ["They sell rope, lamps, etc. to sailors.", "The shop is old."],
    ["See harbour.example.org for times.", "Boats leave hourly."],
    ["Was it “the end”?", "Not quite."],
    ["The Rev. Ama Boateng wept.", "The choir sang."],
    ["He asked: why now?", "No one replied."],
    ["The road closed at 6 a.m.", "The bridge followed."],
    ["Fish (cod, hake, etc.) vanished.", "The nets came up empty."],
    ["The mayor (pictured) smiled.", "Her rival did not."],
    ["Wait...", "Then the lights went out."],
    ["“It was dark.”", "“It was cold.”"],
    ["The train leaves from Platform 9.", "10 people missed it."],
    ["“Will you resign?” harbour reporter Ann Lee asked.", "He laughed."],
    ["“Are we safe?” I asked.", "She nodded."],
    ["“Who knew?” Labour leader Una Hale asked Dr. Roy.", "He left."],
    ["“Who knew?”", "Rowers on the quay saw it.", "She asked why."],
    ["The man — was he mad? — Tom Roe, ran off.", "We gave chase."],
    ["Lt.-Col. Hay and Sgt. Maj. Poe met.", "Nobody spoke."],
    ["It closes at 9 p.m. EST.", "Bring a coat."],
    ["It closes at 9 p.m. Monday.", "Bring a coat."],
    ["At 9 p.m. Harbour Road closed.", "It rained."],
    ["The mast hit 40 ft. 2 in. in May.", "Then it fell."],
    ["Roads melted at 104 F.", "Trains stopped."],
    ["The Wm. Tarn chain grew.", "Sales rose."],
    ["NO. 10 AND DR. HALE AGREED.", "IT IS OVER."],
    ["In Tarn v. Pike the court sided with the crew.", "They wept."],
    ["Yahoo! Harbour closed.", "It was old."],
    ["He works for Yahoo!", "It is big."],
    ["'We want work. We want it now,' said one docker.", "The port is shut."],
    ["‘The nurses’ pay was cut. The cooks’ was not,’ she said.", "Talks resume."],
    ["He paused . . . and ran.", "The dog ran too."],
    ["a) Open the lock.", "b) Close it."],
    ["He promised more (no surprise!) Hale said.", "They left."],
    ["He promised more (see p. 3.) Hale said.", "They left."],
    ["It runs on macOS.", "macOS is old."],
    ["The fare will be… $9.", "It was $2."],
    ["Vitamin D.", "Hale wrote it."],
]
GERMAN = [
    ["Am 5. März wählt Bremen.", "Die Prognose ist offen."],
    ["Hr. Dr. Lohse kam z. B. aus Kiel.", "Er blieb."],
    ["Das kostet ca. 3,5 Mio. Euro.", "Niemand zahlt."],
    ["„Wir sind bereit“, sagte Prof. Ahrens.", "Der Hafen öffnet."],
    ["„Es ist kalt. Wir gehen heim.“", "Die Kinder lachten."],
    ["Ludwig XIV. Statue fiel um.", "Das Museum schweigt."],
    ["Im 19. Jahrhundert stand hier ein Turm.", "Er brannte ab."],
    ["Äpfel, Birnen usw. Obst ist teuer.", "Der Markt leert sich."],
    ["Art. 5 GG gilt, d. h. die Presse ist frei.", "So steht es da."],
    ["»Komm her.«", "Er winkte.", "Sie ging."],
    ["Sie wohnt Hauptstr. 5 in Bonn.", "Er nicht."],
    ["Prof. Dr. med. h. c. Karl Frey lehrt.", "Er ist 80."],
    ["Verfahren dauern i. d. R. Monate.", "Dieses nicht."],
    ["Er lief auf Rang 17.", "Reporter warteten."],
    ["So endete Nr. 5.", "Nr. 6 folgt."],
    ["Das kostet 5 Mio. Euro.", "Das ist viel."],
    ["Er rief: »Halt!« und floh.", "Der Dieb rannte."],
    ["‚Nein‘, sagte er.", "Dann ging er."],
]
SPANISH = [
    ["El Sr. Pardo llegó a las 8 p.m. con su perro.", "Nadie lo esperaba."],
    ["EE.UU. negocia con Quito.", "La tregua sigue."],
    ["¿Quién viene?", "¡Nadie!", "La plaza está vacía."],
    ["La Dra. Ríos firmó el acta.", "El art. 14 sigue vigente."],
    ["«No hay agua», dijo el alcalde.", "Faltan camiones."],
    ["El déficit sube al 3,5 %.", "Son 1.200 euros más."],
    ["Vive en la Avda. Sol núm. 4.", "Su casa es azul."],
    ["Dijo que no.", "12 personas salieron."],
    ["El prof. Lara y la profa. Gil dan clase.", "Hay huelga."],
    ["El gol fue en el min. 90.", "Ganó el Atlético Serrano."],
    ["Nació en el 120 a. C.", "Nadie lo recuerda."],
    ["Vota Pedro S., de 40 años.", "Su mujer no."],
    ["Firmó el Tte. Cnel. Ortiz.", "La tropa escuchó."],
]
ITALIAN = [
    ["Il sig. Neri è partito.", "La dott.ssa Riva resta."],
    ["La Marea S.p.A. chiude.", "Gli operai protestano."],
    ["«Siamo pronti», ha detto l'on. Ferri.", "Il porto riapre."],
    ["L'art. 3 resta.", "La Corte tace."],
    ["Chi paga?", "Nessuno!", "Così va."],
    ["Il prezzo sale del 3,5 %.", "Sono 1.200 euro in più."],
    ["Mele, pere ecc. costano di più.", "I banchi sono vuoti."],
    ["“Basta. Torniamo a casa”, dice Ada.", "La piazza si svuota."],
    ["Il ten. col. Riva comanda.", "La nave parte."],
    ["Nel III sec. a.C. Tarno crebbe.", "Poi cadde."],
    ["Costa 3 mln.", "È caro."],
    ["Vive in p.zza S. Marco.", "È bella."],
]
PORTUGUESE = [
    ["O Sr. Lemos chegou às 8 h.", "A Dra. Pires saiu."],
    ["«Estamos prontos», disse o eng. Vaz.", "O porto reabre."],
    ["O art. 5 mantém-se.", "O tribunal calou-se."],
    ["Quem paga?", "Ninguém!", "Assim vai."],
    ["A taxa sobe para 3,5 %.", "São 1.200 euros a mais."],
    ["Mora na Av. do Mar n.º 4.", "A casa é azul."],
    ["A Vela Ltda. fechou.", "Os operários protestam."],
    ["“Chega. Vamos embora”, diz Rui.", "A praça esvazia-se."],
    ["A Profª. Ana ri.", "O gov. Leite cala."],
    ["O Ten.-Cel. Paz e o Brig. Luz vão.", "A tropa fica."],
    ["Foi no séc. XIX.", "Hoje não."],
    ["Paulo M. foi preso.", "O juiz mandou."],
]
OTHERS = [
    ("ja", ["今日は雨です。", "明日は晴れます！", "傘は要りますか？"]),
    ("zh", ["港口今天重开。", "渔民回来了。"]),
    ("ru", ["Порт открыт.", "Рыбаки вернулись."]),
    ("ar", ["أُعيد فتح الميناء.", "هل عاد الصيادون؟", "نعم."]),
    (None, ["Mr. Hale met Mme Roy.", "They talked."]),
    ("ja", ["「行く。」と彼は言った。", "雨です。"]),
    ("ru", ["«Да!» — сказал он.", "Дождь."]),
    (None, ["港口今天重开。", "渔民回来了。"]),
    (None, ["港口今天重开！", "“渔民回来了。”", "天晴了。"]),
    (None, ["「行く。」と彼は言った。", "港は静かだ。"]),
    ("fr", ["أُعيد فتح الميناء.", "هل عاد الصيادون؟", "نعم."]),
    (None, ["بندرگاہ کھل گئی۔", "کیا ماہی گیر واپس آئے؟", "ہاں۔"]),
    ("en", ["बंदरगाह खुल गया।", "मछुआरे लौट आए।"]),
    (None, ["ወደቡ ተከፍቷል።", "ዓሣ አጥማጆች ተመልሰዋል።"]),
    (None, ["הנמל נפתח.", "הדייגים חזרו?", "כן."]),
    (None, ["პორტი გაიხსნა.", "მეთევზეები დაბრუნდნენ."]),
    ("th", ["ท่าเรือเปิดแล้ว ชาวประมงกลับมา"]),
    ("fr-CH", ["M. Rey vote.", "Il pleut."]),
]
CASES = [
    *(("fr", case) for case in FRENCH),
    *(("en", case) for case in ENGLISH),
    *(("de", case) for case in GERMAN),
    *(("es", case) for case in SPANISH),
    *(("it", case) for case in ITALIAN),
    *(("pt", case) for case in PORTUGUESE),
    *OTHERS,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """One case: the text, and the offsets where its sentences end, the last one left out."""

    trap: str
    sentences: tuple[str, ...]
    text: str
    ends: frozenset[int]


def gold(name: str) -> Iterator[Gold]:
    for block in (GOLD / f"{name}.txt").read_text("utf-8").rstrip("\n").split("\n\n"):
        lines = block.split("\n")
        text, ends = "", []
        for line in (line for line in lines if not line.startswith("# ")):
            text += line[1:] if line.startswith("+") else f" {line}" if text else line
            ends.append(len(text))
        yield Gold(
            trap="; ".join(line[2:] for line in lines if line.startswith("# ")),
            sentences=tuple(text[start:end].strip() for start, end in pairwise((0, *ends))),
            text=text,
            ends=frozenset(ends[:-1]),
        )


def sentences(text: str, language: str | None) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


@pytest.mark.parametrize(("language", "expected"), CASES, ids=[f"{code}-{case[0][:28]}" for code, case in CASES])
def test_sentences_end_where_a_reader_ends_them(language: str | None, expected: list[str]) -> None:
    unspaced = language in ("ja", "zh") or "港" in expected[0]
    assert sentences(("" if unspaced else " ").join(expected), language) == expected


@pytest.mark.parametrize("language", FLOORS)
@pytest.mark.parametrize("folder", ["", "blind/"])
def test_cases_by_others_fall_apart_where_they_say(language: str, folder: str) -> None:
    right = extra = missed = 0
    wrong = []
    for case in gold(folder + language):
        spans = split_sentences(case.text, language)
        found = {end for _, end in spans[:-1]}
        right, extra = right + len(found & case.ends), extra + len(found - case.ends)
        missed += len(case.ends - found)
        if found != case.ends:
            wrong.append(f"[{case.trap}] " + " | ".join(case.text[start:end] for start, end in spans))
    measure = 2 * right / (2 * right + extra + missed)
    assert measure >= FLOORS[language], f"F1 {measure:.4f}, {len(wrong)} cases wrong:\n" + "\n".join(wrong)


@pytest.mark.parametrize("language", FLOORS)
def test_a_sentence_split_again_stays_whole(language: str) -> None:
    alone = [sentence for case in gold(language) for sentence in case.sentences]
    assert [sentence for sentence in alone if sentences(sentence, language) != [sentence]] == []


@pytest.mark.parametrize("text", ["Une ligne\nUne autre", "Une ligne\r\nUne autre", "Une ligne\u2028Une autre"])
def test_no_sentence_crosses_a_line_break(text: str) -> None:
    assert sentences(text, "fr") == ["Une ligne", "Une autre"]


def test_a_lost_space_does_not_glue_two_sentences() -> None:
    assert sentences("Le calme revient.Les écoles rouvrent.", "fr") == ["Le calme revient.", "Les écoles rouvrent."]
    assert sentences('La mairie attend."Nous partons", dit Luc.', "fr") == [
        "La mairie attend.",
        '"Nous partons", dit Luc.',
    ]
    assert sentences("La mairie attend.«Nous partons», dit Luc.", "fr")[1] == "«Nous partons», dit Luc."
    assert sentences("Visit rail.Example or booking.Com today.", "en")[-1].endswith("booking.Com today.")


def test_a_long_quotation_is_split_after_all() -> None:
    inside = " ".join(f"La phrase numéro {n} parle longuement de la mer et des bateaux." for n in range(12))
    assert len(sentences(f"« {inside} »", "fr")) == 12
    endless = "Une phrase " + "très, " * 40 + "longue."
    assert sentences(f"« {endless} {endless} »", "fr") == [f"« {endless}", f"{endless} »"]


def test_space_at_the_end_of_a_line_belongs_to_no_sentence() -> None:
    assert sentences("Порт открыт.  \nДа. \u200b", "ru")[0] == "Порт открыт."
    assert sentences("La mer.  \n  Oui. ", "fr") == ["La mer.", "Oui."]


def test_a_line_too_long_for_the_library_is_split_by_our_own_rules() -> None:
    assert len(sentences("Порт открыт. " * 2000, "ru")) == 2000


@pytest.mark.parametrize(
    ("text", "balanced"),
    [
        ("« ouvert », dit-il", True),
        ("« ouvert, dit-il", False),
        ("„zu“ und „auf”", True),
        ("„zu", False),
        ("“open” said", True),
        ("“open", False),
        ("”svenska”", True),
        ('"so', False),
        ("「はい」", True),
        ("「はい", False),
        ("‘open’ said", True),
        ("‘open, she said", False),
        ("open,’ she said", False),
        ("the nurses’ pay in the ’90s", True),
        ("‘tis the season", True),
        ("‚zu‘ sagt er", True),
        ("‚zu, sagt er", False),
    ],
)
def test_open_quotations_are_seen(text: str, balanced: bool) -> None:
    assert is_balanced(text) is balanced


_PIECES = st.lists(
    st.sampled_from(
        [
            "M.",
            "Le",
            "U.S.",
            "«",
            "»",
            '"',
            "“",
            "”",
            "„",
            " ",
            "\n",
            "\u00a0",
            "…",
            "...",
            "3,5",
            "12.",
            "(",
            ")",
            "A.",
            "mot",
            "Mot",
            "!",
            "?",
            "。",
            "雨",
            "שלום",
            "مرحبا",
            "😀",
            "e\u0301",
            "al.",
            "’",
            "-",
            "\u2028",
            "\x1c",
            "ß",
        ]
    ),
    max_size=60,
).map("".join)


_LANGUAGES = st.sampled_from(["fr", "en", "de", "es", "it", "pt", "ja", "ar", "th", "xx", None])


@given(text=st.one_of(_PIECES, st.text(max_size=200)), language=_LANGUAGES)
def test_any_text_gives_trimmed_spans_in_order_that_miss_no_word(text: str, language: str | None) -> None:
    check_spans(text, split_sentences(text, language))


@pytest.mark.parametrize(
    "piece",
    [
        ".",
        "A. ",
        ". A",
        '"',
        "« ",
        "»",
        "([{",
        "a. b. c. ",
        "mot ",
        "Oui.\n",
        "a  \n",
        "...",
        "... ",
        "? ! ",
        " ",
        ".\u00a0»",
        "😀. ",
        "\u200b.",
        "港口。",
        "「。",
        "ไทย ",
        "مرحبا؟ ",
        "abc. שלום. ",
        "e\u0301. ",
        "“Mot. ",
        '"Mot. ',
        "‘Mot. ",
        "1. ",
        "U.S. ",
        "\r\n",
        "\ud800. ",
    ],
)
@pytest.mark.parametrize("language", ["fr", "th", None])
def test_a_text_that_is_no_article_loses_nothing(piece: str, language: str | None) -> None:
    """Long enough for more marks than are thought about."""
    text = piece * 11_000
    check_spans(text, split_sentences(text, language))


def test_the_rest_of_an_endless_text_is_still_cut() -> None:
    spans = split_sentences("La mer est calme. " * 20_000 + "\nUne ligne  \nUne autre", "fr")
    assert len(spans) == 20_002


def check_spans(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    end_before = 0
    for start, end in spans:
        assert end_before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert len(text[start:end].splitlines()) == 1
        assert not text[end_before:start].strip()
        end_before = end
    assert not text[end_before:].strip()


@pytest.mark.parametrize("language", FLOORS)
def test_no_list_of_words_contradicts_another(language: str) -> None:
    own = sentence_words()[language]
    assert [word for words in own.values() for word in words if word.endswith(".")] == []
    assert own["bound"] & own["ending"] == frozenset()
    assert [word for word in own["starters"] if word != word.lower()] == []
    rules = sentence_rules(language)
    assert rules.particles <= rules.starters

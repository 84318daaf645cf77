"""Every case is a list of sentences; joined by a space they must fall apart again at the same places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.compose.sentences import is_balanced, split_sentences

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
]
OTHERS = [
    ("ja", ["今日は雨です。", "明日は晴れます！", "傘は要りますか？"]),
    ("zh", ["港口今天重开。", "渔民回来了。"]),
    ("ru", ["Порт открыт.", "Рыбаки вернулись."]),
    ("ar", ["أُعيد فتح الميناء.", "هل عاد الصيادون؟", "نعم."]),
    (None, ["Mr. Hale met Mme Roy.", "They talked."]),
    (None, ["港口今天重开。", "渔民回来了。"]),
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


def sentences(text: str, language: str | None) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, language)]


@pytest.mark.parametrize(("language", "expected"), CASES, ids=[f"{code}-{case[0][:28]}" for code, case in CASES])
def test_sentences_end_where_a_reader_ends_them(language: str | None, expected: list[str]) -> None:
    unspaced = language in ("ja", "zh") or "港" in expected[0]
    assert sentences(("" if unspaced else " ").join(expected), language) == expected


@pytest.mark.parametrize("text", ["Une ligne\nUne autre", "Une ligne\r\nUne autre", "Une ligne\u2028Une autre"])
def test_no_sentence_crosses_a_line_break(text: str) -> None:
    assert sentences(text, "fr") == ["Une ligne", "Une autre"]


def test_a_lost_space_does_not_glue_two_sentences() -> None:
    assert sentences("Le calme revient.Les écoles rouvrent.", "fr") == ["Le calme revient.", "Les écoles rouvrent."]
    assert sentences('La mairie attend."Nous partons", dit Luc.', "fr") == [
        "La mairie attend.",
        '"Nous partons", dit Luc.',
    ]
    assert sentences("Visit rail.Example or booking.Com today.", "en")[-1].endswith("booking.Com today.")


def test_a_long_quotation_is_split_after_all() -> None:
    inside = " ".join(f"La phrase numéro {n} parle longuement de la mer et des bateaux." for n in range(12))
    assert len(sentences(f"« {inside} »", "fr")) == 12


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


@given(text=st.one_of(_PIECES, st.text(max_size=200)), language=st.sampled_from(["fr", "en", "de", "ja", "ar", None]))
def test_any_text_gives_trimmed_spans_in_order_that_miss_no_word(text: str, language: str | None) -> None:
    spans = split_sentences(text, language)
    end_before = 0
    for start, end in spans:
        assert end_before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]
        assert not text[end_before:start].strip()
        end_before = end
    assert not text[end_before:].strip()

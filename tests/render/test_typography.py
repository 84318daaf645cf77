from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.render.customs import APART, CUSTOMS
from briefing.render.typography import typeset, typeset_headline

#: In the tables "~" is a no-break space, "_" a narrow one: what follows from the text with ordinary spaces.
FRENCH = """
Qui paiera_?
Enfin_!
Le pont tient_; la digue aussi.
Trois pays ont signé~: la liste.
Qui paiera_?!
«~Rien n’est joué~», dit-elle.
«~Qui_?~» Personne.
Une hausse de 60_% en un an.
Des billets à 49~€ et à 1_250~€.
Une aide de 14~milliards d’euros.
Il y a 14_000 inspections.
Plus de 1_250_000 voyageurs.
Réveil à 6~h~40 précises.
À 120~km/h sur 14~km.
Le 22~novembre 2026 à Lyon.
Le 1er~janvier prochain.
Au XXe~siècle déjà.
Louis~XIV et Charles~III.
M.~Dupont et Mme~Durand.
MM.~Petit et Grand, le Dr~Roux.
Le n°~5 de la rue.
Voir p.~12 et art.~7.
Selon J.~K.~Rowling hier.
Un an après~– déjà~– le port rouvre.
Il a 12~ans et 3~mois.
Qui? Personne! Rien: voilà.
En 2026 300 ports.
Elle dit que 5 personnes dorment.
Il dort 3 l’été.
"""
GERMAN = """
Ein Plus von 5~% im Jahr.
Rund 300~Mio.~Euro fehlen.
Etwa 14~Milliarden Euro.
Am 22.~November kommt er.
Im 19.~Jahrhundert war das so.
Um 6~Uhr geht es los.
Nach §~5 Abs.~2 erlaubt.
Siehe §§~12 und 13.
Etwa z.~B.~Brot.
Das heißt d.~h.~nichts.
Seite S.~12 zeigt es.
Mit Nr.~5 am Start.
Mit Dr.~Müller und Prof.~Weber.
In St.~Gallen schneit es.
Die Behörde~– sagt sie~– prüft.
Auf 14_000~Metern Höhe.
Bei 20~km/h auf 3~km Strecke.
Es sind minus 5~°C heute.
Kosten von 49~€ im Monat.
Sie ist 12~Jahre alt.
Mit 5~Prozent der Stimmen.
Nach Johann S.~Bach benannt.
Ludwig~II und Ludwig~XIV waren da.
Er sagte »ja« und ging.
Der Satz endet hier. Dann 5 neue.
Am 9. Mann lag es nicht.
"""
TABLES = {
    "fr": FRENCH,
    "de": GERMAN,
    "en": """
On 22~November it rained.
On November~22 it rained.
It cost $5~million to build.
A rise of 5~per cent was seen.
No.~10 said nothing.
Mr~Smith met Dr.~Jones today.
See p.~12 for more.
By J.~K.~Rowling herself.
The port~– closed since 2019~– reopens.
At 10~a.m. it began.
World War~II ended.
The U.S. President spoke.
It has 12~km of road.
""",
    "es": """
El 22~de noviembre llovió.
Una subida del 5~% anual.
Unos 14~millones de euros.
Los EE.~UU. firmaron.
El Sr.~García y la Dra.~Ruiz.
El n.º~5 y la pág.~12.
Dijo «~nada~» y salió.
Hay 14_000 personas.
En 12~años nada cambió.
Felipe~VI habló.
""",
    "it": """
Il 22~novembre piove.
Un aumento del 5~% annuo.
Circa 14~miliardi di euro.
Il dott.~Rossi e il prof.~Bianchi.
Vedi pag.~12 e art.~5.
Disse «~niente~» e uscì.
Sono 14_000 persone.
Ha 12~anni di vita.
Papa Giovanni~XXIII parlò.
Il porto~– chiuso~– riapre.
""",
    "pt": """
A 22~de novembro choveu.
Uma subida de 5~% ao ano.
Cerca de 14~milhões de euros.
O Sr.~Silva e a Dra.~Costa.
O n.º~5 e a pág.~12.
Custa R$~50 por dia.
Disse «~nada~» e saiu.
São 14_000 pessoas.
Em 12~anos nada mudou.
Dom João~VI voltou.
""",
    "nl": """
Op 22~november regent het.
Een stijging van 5~procent.
Zo’n 14~miljard euro.
Zie blz.~12 en art.~5.
De dhr.~Jansen en mevr.~De Vries.
Om 6~uur begint het.
Er zijn 14_000 mensen.
De haven~– dicht~– gaat open.
Na 12~jaar is het klaar.
Willem~II won.
""",
    "pl": """
W~domu i~w~pracy.
Mówi o~Europie i~o~Azji.
Dnia 22~listopada padało.
W~2026~r. będzie lepiej.
Około 14~mld zł rocznie.
O~godz.~7 rano.
Na ul.~Długiej stoi dom.
Wzrost o~5~proc. rocznie.
Jest 14_000 osób.
Jan Paweł~II mówił.
Dobro tego świata.
""",
    "": """
Was ist los~?
A rise of 5~% again.
Some 14_000 people came.
By J.~K.~Rowling herself.
The port~– closed~– reopens.
""",
    "ja": """
港まで 5~km ある。
Mr Smith と 22 November
値段は €~5 だ ？
""",
    "ar": """
ارتفع 5~% اليوم
نحو 14 000 شخص
""",
}
CASES = [(language, line) for language, table in TABLES.items() for line in table.strip().splitlines()]
TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(st.sampled_from(" \u00a0\u202f\u2009012hkmMIVXaAeriz.°§«»‹;:!?%€–-()é字م\ud800\n"), max_size=80),
    st.lists(st.sampled_from(["14", "000", "M.", "«", "?", "z.", "B.", "–", "km", "22", "novembre", "w"])).map(
        " ".join
    ),
)
LANGUAGES = st.one_of(st.none(), st.sampled_from([*CUSTOMS, *APART, "fr-CA", "pt_BR", "DE"]), st.text(max_size=6))
SPACES = {" ", "\u00a0", "\u202f", "\u2009"}


@pytest.mark.parametrize(("language", "line"), CASES, ids=[f"{language}-{line[:24]}" for language, line in CASES])
def test_each_language_keeps_together_what_its_printers_do(language: str, line: str) -> None:
    written = line.replace("~", " ").replace("_", " ")
    assert typeset(written, language).replace("\u00a0", "~").replace("\u202f", "_") == line


@pytest.mark.parametrize("setting", [typeset, typeset_headline])
@given(text=TEXTS, language=LANGUAGES)
def test_only_spaces_change_and_only_into_no_break_ones(setting: object, text: str, language: str | None) -> None:
    assert callable(setting)
    line = setting(text, language)
    assert len(line) == len(text)
    changed = {(old, new) for old, new in zip(text, line, strict=True) if old != new}
    assert {old for old, _ in changed} <= {" ", "\u2009"}
    assert {new for _, new in changed} <= {"\u00a0", "\u202f"}
    assert setting(line, language) == line


@given(TEXTS, LANGUAGES)
def test_a_space_that_was_set_already_is_seen_as_any_other(text: str, language: str | None) -> None:
    set_once = typeset(text, language)
    for known in "\u00a0", "\u202f":
        again = typeset(text.replace(" ", known, 1), language)
        assert {i for i, c in enumerate(set_once) if c in SPACES} == {i for i, c in enumerate(again) if c in SPACES}


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("fr", "Le port est déjà ouvert", "Le port est déjà~ouvert"),
        ("fr", "Le port est enfin ouvert ?", "Le port est enfin~ouvert_?"),
        ("fr", "Un plan à 14 milliards", "Un plan à 14~milliards"),
        ("fr", "Trois ports rouverts", "Trois ports rouverts"),
        ("en", "Night trains return to the Pennines", "Night trains return to the~Pennines"),
        ("de", "Der Bundesrat berät die Aufenthaltsgenehmigungen", "Der Bundesrat berät die Aufenthaltsgenehmigungen"),
        ("en", "Salt & pepper: rock & roll", "Salt & pepper: rock~&~roll"),
        ("en", "It goes on like this ", "It goes on like this "),
        ("en", "It goes on  like", "It goes on  like"),
        (None, "Uno dos tres cuatro", "Uno dos tres~cuatro"),
        ("ja", "東 京 の 港", "東 京 の 港"),
    ],
)
def test_a_headline_never_leaves_a_short_word_alone(language: str | None, text: str, line: str) -> None:
    assert typeset_headline(text, language).replace("\u00a0", "~").replace("\u202f", "_") == line


def test_a_thin_space_no_longer_breaks_a_number() -> None:
    assert typeset("14\u2009000 ports, 5\u2009km", "fr") == "14\u202f000 ports, 5\u202fkm"
    assert typeset("à 5\u2009pas, à 6 h", "fr") == "à 5\u2009pas, à 6\u00a0h"


def test_no_run_becomes_too_long_to_break() -> None:
    listed = "a. b. " * 20
    assert typeset(listed, "fr") == listed
    assert typeset(f"{listed}voilà 5 km", "fr") == f"{listed}voilà 5\u00a0km"
    word = "x" * 60
    assert typeset(f"{word} ; 5 km", "fr") == f"{word} ; 5\u00a0km"


@pytest.mark.parametrize("unit", [" ", "1 ", "a. ", "« ", "1 000 ", "I ", "\u2009"])
def test_it_takes_a_time_that_grows_with_the_text_alone(unit: str) -> None:
    def measured(size: int) -> float:
        text, begun = unit * (size // len(unit)), time.process_time()
        typeset_headline(text, "fr")
        return time.process_time() - begun

    measured(1000)
    assert measured(1_000_000) < 6
    short, long = min(measured(100_000) for _ in range(3)), measured(800_000)
    assert long < 8 * 4 * max(short, 0.001)

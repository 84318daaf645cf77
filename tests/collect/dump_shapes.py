"""Invents dumps in the fourteen shapes that aggregators were seen to print, each with the articles it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

TITLES = {
    "en": (
        "The county orchestra plays its first concert on the ice",
        "Why are the storks of Ellerby not flying south?",
        "Two brothers rebuild the lighthouse their grandfather kept (2)",
        "Bakers of Old Town raise the price of rye bread by a third",
        "Marsh railway to run every half hour from June",
        '"We never saw so much snow": a village digs itself out',
        "A lost map of the salt roads turns up in a school attic",
        "Divers find a second hull below the harbour wall",
    ),
    "fr": (
        "La fanfare de Cressy jouera sur la glace pour la première fois",
        "Pourquoi les cigognes de Lauve ne partent-elles plus ?",
        "Deux frères rebâtissent le phare de leur grand-père (2)",
        "Le pain de seigle augmente d'un tiers chez les boulangers",
        "« Jamais autant de neige » : un village se dégage à la pelle",
        "Une carte perdue des routes du sel retrouvée dans un grenier",
        "Le train des marais passera toutes les demi-heures dès juin",
        "Des plongeurs découvrent une seconde épave sous la jetée",
    ),
    "de": (
        "Das Kreisorchester spielt zum ersten Mal auf dem Eis",
        "Warum fliegen die Störche von Ellern nicht mehr nach Süden?",
        "Zwei Brüder bauen den Leuchtturm ihres Großvaters wieder auf",
        "Roggenbrot wird in der Altstadt um ein Drittel teurer",
        "„So viel Schnee gab es nie“: Ein Dorf gräbt sich aus",
        "Verschollene Karte der Salzstraßen auf Dachboden gefunden",
        "Marschbahn fährt von Juni an im Halbstundentakt",
        "Taucher finden zweites Wrack unter der Hafenmauer",
    ),
    "es": (
        "La orquesta comarcal toca por primera vez sobre el hielo",
        "¿Por qué no emigran las cigüeñas de Valdoro?",
        "Dos hermanos reconstruyen el faro de su abuelo",
        "El pan de centeno sube un tercio en el casco viejo",
        "Aparece en un desván un mapa perdido de las rutas de la sal",
        "El tren de la marisma pasará cada media hora desde junio",
        "Unos buzos hallan un segundo casco bajo el muelle",
        "Un pueblo se abre paso entre la nieve con palas",
    ),
}
SENTENCES = {
    "en": (
        "The mayor called it a good day for the valley.",
        "Nobody could say how much it would cost in the end.",
        "Work begins as soon as the frost leaves the ground, probably in the second half of March.",
        "Some had waited for eleven years, others had long moved away.",
        "A first attempt failed in autumn because the pumps were too weak.",
        "The school choir sang, and there was pea soup for everyone who had helped.",
        "The owner did not answer our questions by Thursday evening.",
        "Similar plans exist in three neighbouring towns along the river.",
    ),
    "fr": (
        "Le maire y voit une bonne journée pour la vallée.",
        "Personne n'a pu dire combien cela coûterait au bout du compte.",
        "Les travaux débuteront dès la fin du gel, sans doute dans la seconde moitié de mars.",
        "Certains attendaient depuis onze ans, d'autres avaient déménagé depuis longtemps.",
        "Un premier essai avait échoué à l'automne, faute de pompes assez fortes.",
        "La chorale de l'école a chanté et l'on a servi la soupe à tous ceux qui avaient aidé.",
        "Le propriétaire n'avait pas répondu à nos questions jeudi soir.",
        "Des projets semblables existent dans trois villes voisines au bord du fleuve.",
    ),
    "de": (
        "Der Bürgermeister sprach von einem guten Tag für das Tal.",
        "Niemand konnte sagen, was es am Ende kosten wird.",
        "Die Arbeiten beginnen nach dem Frost, wohl in der zweiten Märzhälfte.",
        "Manche hatten elf Jahre gewartet, andere waren längst fortgezogen.",
        "Ein erster Versuch war im Herbst gescheitert, weil die Pumpen zu schwach waren.",
        "Der Schulchor sang, und für alle Helfer gab es Erbsensuppe.",
        "Der Eigentümer antwortete bis Donnerstagabend nicht auf unsere Fragen.",
        "Ähnliche Pläne gibt es in drei Nachbarstädten am Fluss.",
    ),
    "es": (
        "El alcalde habló de un buen día para el valle.",
        "Nadie supo decir cuánto costará al final.",
        "Las obras empiezan en cuanto acabe la helada, quizá en la segunda mitad de marzo.",
        "Algunos llevaban once años esperando, otros se habían marchado hacía tiempo.",
        "Un primer intento fracasó en otoño porque las bombas eran débiles.",
        "Cantó el coro de la escuela y hubo sopa para todos los que ayudaron.",
        "El propietario no respondió a nuestras preguntas hasta el jueves.",
        "Hay planes parecidos en tres pueblos vecinos junto al río.",
    ),
}
OUTLETS = {
    "en": ("Vale Courier", "Channel 9 News", "The Tidewater Post"),
    "fr": ("Le Courrier du Val", "Ouest Matin", "La Dépêche des Marais"),
    "de": ("Talkurier", "Marschbote Online", "Der Anzeiger"),
    "es": ("El Correo del Valle", "Diario Marisma", "La Voz del Norte"),
}
RUBRICS = {"en": ("Business", "Health"), "fr": ("Économie", "Culture"), "de": ("Politik", "Kultur"), "es": ("Cultura",)}
AGES = ("a minute ago", "7 minutes ago", "an hour ago", "20 hours ago", "a day ago", "2 days ago")
AD = {"en": "Advertisement", "fr": "Publicité", "de": "Anzeige", "es": "Publicidad"}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An article as the page means it."""

    title: str
    sentences: tuple[str, ...]
    source: str
    rubric: str
    age: str
    day: date

    @property
    def body(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True, kw_only=True)
class Dump:
    """A page's text, its articles in order, and which of their properties the text tells."""

    text: str
    told: tuple[Told, ...]
    has_source: bool = True
    has_body: bool = True
    has_main_title: bool = True


def invent(rng: Random, language: str, count: int) -> tuple[Told, ...]:
    titles = rng.sample(TITLES[language], count)
    return tuple(
        Told(
            title=title,
            sentences=tuple(rng.sample(SENTENCES[language], rng.randint(3, 5))),
            source=rng.choice(OUTLETS[language]),
            rubric=rng.choice(RUBRICS[language]),
            age=rng.choice(AGES),
            day=date(2025, 9, 14) + timedelta(days=rng.randint(0, 40)),
        )
        for title in titles
    )


def _with_ad(rng: Random, told: Told, language: str) -> str:
    at = rng.randint(1, len(told.sentences) - 1)
    return " ".join((*told.sentences[:at], AD[language], *told.sentences[at:])) if rng.random() < 0.5 else told.body


_APP = {
    "en": "DOWNLOAD THE APP\n\nGet started now: Download the App\n\nReady to read on? Get it"
    " today.\napp-storeplay-store",
    "fr": "TÉLÉCHARGER L'APPLICATION\n\nPrêt à lire ? Téléchargez-la dès aujourd'hui.\napp-storeplay-store",
}
_TOOLS = {
    "en": "Orange background\n\nTry Our AI Features\n\nExplore what this AI can do for"
    " you:\n\nComments\n\nNo comments yet...",
    "fr": "Orange background\n\nEssayez nos fonctionnalités IA\n\nDécouvrez ce que cette IA peut faire pour vous :\n\n"
    "Commentaires\n\nAucun commentaire pour le moment...",
}
_RELATED = {"en": "Related Articles", "fr": "Articles connexes"}


def _related(rng: Random, t: Told, language: str, *, when: str) -> str:
    above = t.rubric if rng.random() < 0.5 else t.source
    return (
        f"{t.title}\n{t.title}\n\n{t.source}\n\ntime{when}\n\n  • {above}\n  • {t.source}\n\n{t.title}\n\n"
        f"{_with_ad(rng, t, language)}\n"
    )


def article_page(rng: Random, language: str = "fr", *, dated: bool = False) -> Dump:
    main, *others = told = invent(rng, language, rng.randint(3, 5))
    when = f"{main.day:%d-%m-%Y}" if dated else main.age
    lines = [*main.sentences[:1], AD[language], *main.sentences[1:]]
    blocks = [
        _related(rng, t, language, when=f"{t.day:%d-%m-%Y}" if dated and rng.random() < 0.5 else t.age) for t in others
    ]
    text = (
        f"logo\n{main.title}\n\n{main.title}\n\n{main.source}{when}\n" + "\n".join(lines) + f"\n{_TOOLS[language]}\n\n"
        f"{_RELATED[language]}\n\n" + "\n".join(blocks) + f"\n{_APP[language]}\n"
    )
    return Dump(text=text, told=told)


def dated_article_page(rng: Random) -> Dump:
    return article_page(rng, "en", dated=True)


def hashtag_page(rng: Random) -> Dump:
    told = invent(rng, "en", rng.randint(3, 6))
    blocks = "\n".join(_related(rng, t, "en", when=t.age) for t in told)
    return Dump(text=f"logo\n#\n\nLatest news with #valley\n\n{blocks}\n{_APP['en']}\n", told=told)


def other_extractor(rng: Random, language: str = "fr") -> Dump:
    main, *others = told = invent(rng, language, rng.randint(3, 5))
    named = rng.random() < 0.5
    head = f"{main.title}\n{main.source}\n{main.age}\n" if named else ""
    blocks = "\n".join(f"{t.source}\n{t.age}\n- {t.source}\n{t.title}\n{t.body}\nShow more\nShow less" for t in others)
    comments = _TOOLS[language].partition("\n\n")[2]
    text = f"{head}" + "\n".join(main.sentences) + f"\n{comments}\n{_RELATED[language]}\n{blocks}\nHashtags\n#valley\n"
    return Dump(text=text, told=told, has_main_title=named)


def other_extractor_english(rng: Random) -> Dump:
    return other_extractor(rng, "en")


def front_pages(rng: Random) -> Dump:
    """The main article is itself a list of headlines and teasers."""
    page = article_page(rng, "en")
    main = page.told[0]
    spare = [title for title in TITLES["en"] if title not in {t.title for t in page.told}][:2]
    first = main.sentences[0]
    listed = "\n".join(f"{title}\n{rng.choice(SENTENCES['en'])}" for title in spare)
    return Dump(text=page.text.replace(f"{first}\n", f"{first}\n{listed}\n", 1), told=page.told)


def numbered(rng: Random) -> Dump:
    told = invent(rng, "en", rng.randint(3, 7))
    blocks = (
        f"{n}. {t.title}\n     Published by {t.source} on {t.day} at {rng.randint(10, 23)}:28:05\n\n{t.body}\n\n"
        f"{rng.randint(1, 900)}  | 1  | {rng.randint(100, 30000)}  | 32 \nShow related stories\n"
        for n, t in enumerate(told, 1)
    )
    return Dump(text="\n".join(blocks), told=told)


def page_source(rng: Random) -> Dump:
    told = invent(rng, "es", rng.randint(3, 6))
    outlet = told[0].source
    blocks = (f"{t.title}\n\nMar, {t.day:%d/%m/%Y} - 10:27\n\n{t.body}\n\nSeguir leyendo\n" for t in told)
    head = f"Ingresar\n\nNoticias {outlet}\n\nActualizado: hace 1 hora 33 mins\n\n"
    return Dump(text=head + "\n".join(blocks), told=tuple(_from(t, outlet) for t in told))


def _from(told: Told, outlet: str) -> Told:
    return Told(
        title=told.title, sentences=told.sentences, source=outlet, rubric=told.rubric, age=told.age, day=told.day
    )


def mirror(rng: Random) -> Dump:
    told = invent(rng, "de", rng.randint(3, 6))
    blocks = (f"{t.day:%d.%m.%Y} - 23:18 Uhr\n{t.title}\n{t.body}\n" for t in told)
    return Dump(text="Nachrichten im Überblick\n\n" + "\n".join(blocks), told=told, has_source=False)


def reader(rng: Random) -> Dump:
    told = invent(rng, "de", rng.randint(3, 6))
    blocks = (
        f"{t.title}\n{t.source} um {rng.randint(10, 23)}:09\n{t.body}\n(Auszug von RSS-Feed)\nVorschau ansehen\n"
        for t in told
    )
    return Dump(text="Heute — 03. Februar 2026\n\n" + "\n".join(blocks), told=told)


def date_below(rng: Random) -> Dump:
    told = invent(rng, "de", rng.randint(3, 6))
    blocks = (
        f"{t.title}\n\n{t.body}\n\nQuelle: {t.source}\nVeröffentlicht: {t.day.month}/{t.day.day}/{t.day.year}\n"
        for t in told
    )
    return Dump(text="KI-Nachrichten\n\nAutomatisch erstellt\n\n" + "\n".join(blocks), told=told)


def archive(rng: Random) -> Dump:
    told = invent(rng, "fr", rng.randint(3, 6))
    blocks = (f"{t.title}\n{t.rubric}\n{t.title}\n{t.body}\n" for t in told)
    return Dump(text="Archives du mardi 16 septembre 2025\n\n" + "\n".join(blocks), told=told, has_source=False)


def headlines(rng: Random) -> Dump:
    told = invent(rng, "en", rng.randint(3, 7))
    blocks = (f"0 | 0 | 0 |\n{t.title} ({t.source})\n{t.day} 19:25:00 UTC {t.source}\n" for t in told)
    return Dump(text="Sign in\n\n" + "\n".join(blocks), told=told, has_body=False)


def cut_teasers(rng: Random) -> Dump:
    told = invent(rng, "en", rng.randint(3, 7))
    blocks = (f"{t.title}\n{t.body[:147]}...\n" for t in told)
    return Dump(text="\n".join(blocks), told=told, has_source=False, has_body=False)


SHAPES: dict[str, Callable[[Random], Dump]] = {
    "article page": article_page,
    "article page with dates": dated_article_page,
    "hashtag page": hashtag_page,
    "another extractor's article page": other_extractor,
    "another extractor's article page, English": other_extractor_english,
    "front pages": front_pages,
    "numbered with counters": numbered,
    "page-level outlet": page_source,
    "mirror with the time first": mirror,
    "feed reader": reader,
    "date below": date_below,
    "archive of a day": archive,
    "headlines alone": headlines,
    "cut teasers": cut_teasers,
}

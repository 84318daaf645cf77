"""Invented words of dumps in five languages: titles, sentences, outlets, and what sites say of themselves."""

from __future__ import annotations

LANGUAGES = ("fr", "en", "de", "es", "nl")
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
    "nl": (
        "Streekorkest speelt voor het eerst op het ijs",
        "Waarom trekken de ooievaars van Elderveen niet meer weg?",
        "Twee broers herbouwen de vuurtoren van hun grootvader",
        "Roggebrood in de binnenstad een derde duurder",
        "Verdwenen kaart van de zoutwegen gevonden op zolder",
        "Moerastrein rijdt vanaf juni elk halfuur",
        "Duikers vinden tweede wrak onder de havenmuur",
        "‘Nooit zoveel sneeuw gezien’: een dorp graaft zich uit",
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
    "nl": (
        "De burgemeester sprak van een goede dag voor de vallei.",
        "Niemand kon zeggen wat het uiteindelijk gaat kosten.",
        "Het werk begint zodra de vorst uit de grond is, waarschijnlijk in de tweede helft van maart.",
        "Sommigen wachtten al elf jaar, anderen waren allang verhuisd.",
        "Een eerste poging mislukte in het najaar omdat de pompen te zwak waren.",
        "Het schoolkoor zong en er was erwtensoep voor iedereen die had geholpen.",
        "De eigenaar beantwoordde onze vragen donderdagavond nog niet.",
        "Vergelijkbare plannen bestaan in drie buursteden langs de rivier.",
    ),
}
OUTLETS = {
    "en": ("Vale Courier", "Channel 9 News", "The Tidewater Post"),
    "fr": ("Le Courrier du Val", "Ouest-Matin.fr", "La Dépêche des Marais"),
    "de": ("Talkurier", "Marschbote Online", "tal-bote.de"),
    "es": ("El Correo del Valle", "Diario Marisma", "elVigia.es"),
    "nl": ("De Dalbode", "Havenkrant Online", "Kust24"),
}
RUBRICS = {
    "en": ("Business", "Health"),
    "fr": ("Économie", "Culture"),
    "de": ("Politik", "Kultur"),
    "es": ("Cultura", "Economía"),
    "nl": ("Economie", "Cultuur"),
}
AGES = ("a minute ago", "7 minutes ago", "an hour ago", "2 hours ago", "20 hours ago", "a day ago", "2 days ago")
AD = {"en": "Advertisement", "fr": "Publicité", "de": "Anzeige", "es": "Publicidad", "nl": "Advertentie"}
READ_ALSO = {"en": "Read more", "fr": "À lire aussi", "de": "Lesen Sie auch", "es": "Lea también", "nl": "Lees ook"}
RELATED = {
    "en": "Related Articles",
    "fr": "Articles connexes",
    "de": "Verwandte Artikel",
    "es": "Artículos relacionados",
    "nl": "Gerelateerde artikelen",
}
#: What stands between an article and its list.
TOOLS = {
    "en": ("Try Our AI Features", "Explore what this AI can do for you:", "Comments", "No comments yet..."),
    "fr": (
        "Essayez nos fonctionnalités IA",
        "Découvrez ce que cette IA peut faire pour vous :",
        "Commentaires",
        "Aucun commentaire pour le moment...",
    ),
    "de": (
        "Testen Sie unsere KI-Funktionen",
        "Entdecken Sie, was diese KI für Sie tun kann:",
        "Kommentare",
        "Noch keine Kommentare...",
    ),
    "es": (
        "Prueba nuestras funciones de IA",
        "Descubre lo que esta IA puede hacer por ti:",
        "Comentarios",
        "Aún no hay comentarios...",
    ),
    "nl": (
        "Probeer onze AI-functies",
        "Ontdek wat deze AI voor u kan doen:",
        "Reacties",
        "Nog geen reacties...",
    ),
}
APP = {
    "en": "DOWNLOAD THE APP\n\nGet started now: Download the App\n\nReady to read on? Get it today.",
    "fr": "TÉLÉCHARGER L'APPLICATION\n\nPrêt à lire ? Téléchargez-la dès aujourd'hui.",
    "de": "APP HERUNTERLADEN\n\nBereit zum Lesen? Holen Sie sie sich noch heute.",
    "es": "DESCARGAR LA APLICACIÓN\n\n¿Listo para leer? Descárgala hoy.",
    "nl": "DOWNLOAD DE APP\n\nKlaar om te lezen? Download hem vandaag.",
}
LATEST = {
    "en": "Latest news with #valley",
    "fr": "Dernières actualités avec #vallée",
    "de": "Neueste Nachrichten mit #tal",
    "es": "Últimas noticias con #valle",
    "nl": "Laatste nieuws met #dal",
}
READ_ON = {"en": "Read more", "fr": "Lire la suite", "de": "Weiterlesen", "es": "Seguir leyendo", "nl": "Lees verder"}
SHOW_RELATED = {
    "en": "Show related stories",
    "fr": "Voir les articles liés",
    "de": "Mehr anzeigen",
    "es": "Mostrar más",
    "nl": "Toon meer",
}
PUBLISHED_BY = {
    "en": "Published by {} on {} at {}",
    "fr": "Publié par {} le {} à {}",
    "de": "Veröffentlicht von {} am {} um {}",
    "es": "Publicado por {} el {} a las {}",
    "nl": "Gepubliceerd door {} op {} om {}",
}
SIGN_IN = {"en": "Sign in", "fr": "Connexion", "de": "Anmelden", "es": "Iniciar sesión", "nl": "Inloggen"}
NEWS = {"en": "News", "fr": "Actualités", "de": "Nachrichten", "es": "Noticias", "nl": "Nieuws"}
UPDATED = {
    "en": "Updated: 1 hour 33 mins ago",
    "fr": "Mis à jour : il y a 1 heure 33 min",
    "de": "Aktualisiert: vor 1 Stunde 33 Min.",
    "es": "Actualizado: hace 1 hora 33 mins",
    "nl": "Bijgewerkt: 1 uur 33 min geleden",
}
DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("Lun", "Mar", "Mer", "Jeu", "Ven", "Sam", "Dim"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "es": ("Lun", "Mar", "Mié", "Jue", "Vie", "Sáb", "Dom"),
    "nl": ("Ma", "Di", "Wo", "Do", "Vr", "Za", "Zo"),
}
#: A day and a clock in front of a title.
STAMP = {
    "en": "{:%d/%m/%Y} - {}",
    "fr": "{:%d/%m/%Y} - {}",
    "de": "{:%d.%m.%Y} - {} Uhr",
    "es": "{:%d/%m/%Y} - {} h",
    "nl": "{:%d-%m-%Y} - {} uur",
}
TODAY = {
    "en": ("Today — February 3, 2026", "Yesterday — February 2, 2026"),
    "fr": ("Aujourd’hui — 3 février 2026", "Hier — 2 février 2026"),
    "de": ("Heute — 03. Februar 2026", "Gestern — 02. Februar 2026"),
    "es": ("Hoy — 3 de febrero de 2026", "Ayer — 2 de febrero de 2026"),
    "nl": ("Vandaag — 3 februari 2026", "Gisteren — 2 februari 2026"),
}
AT = {"en": "at", "fr": "à", "de": "um", "es": "a las", "nl": "om"}
EXCERPT = {
    "en": ("(Excerpt from RSS feed)", "View preview"),
    "fr": ("(Extrait du flux RSS)", "Voir l’aperçu"),
    "de": ("(Auszug von RSS-Feed)", "Vorschau ansehen"),
    "es": ("(Extracto de la fuente RSS)", "Ver vista previa"),
    "nl": ("(Uittreksel van RSS-feed)", "Voorbeeld bekijken"),
}
SOURCE = {"en": "Source", "fr": "Source", "de": "Quelle", "es": "Fuente", "nl": "Bron"}
CATEGORY = {"en": "Category", "fr": "Catégorie", "de": "Kategorie", "es": "Categoría", "nl": "Categorie"}
PUBLISHED = {"en": "Published", "fr": "Publié", "de": "Veröffentlicht", "es": "Publicado", "nl": "Gepubliceerd"}
ARCHIVE = {
    "en": "Archive of Tuesday, September 16, 2025",
    "fr": "Archives du mardi 16 septembre 2025",
    "de": "Archiv vom Dienstag, 16. September 2025",
    "es": "Archivo del martes 16 de septiembre de 2025",
    "nl": "Archief van dinsdag 16 september 2025",
}

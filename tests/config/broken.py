"""Configs as people break them: what is written, and what is said of it, with line and column."""

from __future__ import annotations

LEAST = "briefing:\n  name: Post\nsources:\n  - folder: saved/\n"
HEAD = "briefing:\n  name: Post\n"
_TAIL = "sources:\n  - folder: saved/\n"
_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefg", "bcdefgh", strict=True)
)

#: Name of the mistake → the file, and what the message says behind the name of the file.
BROKEN: dict[str, tuple[str | bytes, str]] = {
    # What is no YAML.
    "a tab for indentation": (f"briefing:\n\tname: Post\n{_TAIL}", "2:1: a tab stands here; YAML wants spaces"),
    "a tab before a remark": (f"briefing:\n  name: Post\t# x\n{_TAIL}", "2:13: a tab stands here"),
    "indented too little": (f"{HEAD} language: fr\n{_TAIL}", "3:2: this line begins between two levels"),
    "indented too much": (f"{HEAD}    language: fr\n{_TAIL}", "3:5: this line begins too far right"),
    "a dash out of line": (f"{LEAST} - folder: x/\n", "5:2: this line begins between two levels"),
    "a colon in a value": (f"briefing:\n  name: Post: early\n{_TAIL}", "2:13: a colon with a space makes a key"),
    "a double quote left open": (
        f'briefing:\n  name: "Post\n{_TAIL}',
        '2:9: this quote is never closed; end the text with "',
    ),
    "a quote left open before others": (
        f'briefing:\n  name: "Post\n{_TAIL}look: {{accent: "#8c1d2c"}}\n',
        "2:9: this quote is never closed",
    ),
    "a single quote left open": (
        f"briefing:\n  name: 'Post\n{_TAIL}",
        "2:9: this quote is never closed; end the text with '",
    ),
    "an apostrophe in quotes": (
        f"{LEAST}topics:\n  - {{name: 'L'eau', keywords: [a]}}\n",
        "6:15: the quote before this ended the text; put all of it in double quotes",
    ),
    "a value that goes on behind its quotes": (
        f'briefing:\n  name: "Post" of Paris\n{_TAIL}',
        "2:16: the value ended before this; put all of it in one pair of quotes",
    ),
    "a bracket left open": (
        f"{LEAST}topics:\n  - name: Sea\n    keywords: [sea, tide\n    boost: 2\n",
        "7:15: this [ is never closed; end it with ]",
    ),
    "a brace left open": (
        f"{LEAST}look: {{density: compact\nvectors: use\n",
        "5:7: this { is never closed; end it with }",
    ),
    "a brace left open at the end": (f"{LEAST}look: {{density: compact", "5:7: this { is never closed"),
    "a comma forgotten": (f'{LEAST}schedule: {{at: "07:00" late_window: 6h}}\n', "5:24: a comma or } is missing here"),
    "a comma forgotten in a list": (
        f"{LEAST}schedule: {{days: [mon, [tue] wed]}}\n",
        "5:30: a comma or ] is missing here",
    ),
    "a key twice": (f"{LEAST}look: {{}}\nlook: {{}}\n", '6:1: "look" stands here a second time'),
    "a deeper key twice": (
        f"{LEAST}look:\n  density: compact\n  density: compact\n",
        '7:3: "density" stands here a second',
    ),
    "a value that begins with @": (
        f"briefing:\n  name: @Post\n{_TAIL}",
        "2:9: a value cannot begin with @; put it in quotes",
    ),
    "a value that begins with %": (f"briefing:\n  name: %Post\n{_TAIL}", "2:9: a value cannot begin with %"),
    "a value that begins with *": (
        f"{LEAST}topics: [{{name: A, keywords: [*.fr]}}]\n",
        "5:31: * begins the name of an alias",
    ),
    "a backslash in double quotes": (
        f'briefing:\n  name: "C:\\Morgen"\n{_TAIL}',
        "2:13: \\M means nothing between double quotes",
    ),
    "a remark as in a program": (f"{LEAST}// mine\nvectors: use\n", '5:1: there is no ": " in this line'),
    "two documents": (f"{LEAST}---\n{LEAST}", "5:1: --- begins a second document"),
    "a merge left undone": (
        f"{LEAST}<<<<<<< HEAD\nlook: {{}}\n=======\n",
        "5:1: two versions of the file stand in each other",
    ),
    "a NUL byte": (
        f"briefing:\n  name: Po\x00st\n{_TAIL}",
        "2:11: a character stands here that nobody can see (U+0000)",
    ),
    "a bell": (
        f"briefing:\n  name: Post\n  language: \x07fr\n{_TAIL}",
        "3:13: a character stands here that nobody can see",
    ),
    "spaces that do not break": (f"briefing:\n\u00a0 name: Post\n{_TAIL}", "2:1: a space stands here that is none of"),
    "UTF-16": (LEAST.encode("utf-16"), "1:1: is UTF-16 text; save it as UTF-8"),
    "Latin-1": (
        "briefing: {name: Café}\n".encode("latin-1"),
        "1:21: byte 0xe9 is no UTF-8 text; save the file as UTF-8",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n", "1:1: byte 0x89 is no UTF-8 text"),
    "far too much": ("# " + "x" * 1_000_000, "1:1: 1,000,002 characters are no config"),
    "aliases that multiply": (_BOMB + LEAST, "6:1: aliases (*name) repeat each other here without end"),
    "an alias within itself": (f"{LEAST}topics: &t [*t]\n", "topics.0: nothing stands here"),
    "two hundred brackets": (f"{LEAST}look: {'[' * 200}{']' * 200}\n", "5:7: brackets stand in brackets"),
    "a tag": (
        f"briefing:\n  name: !!python/object:os.system x\n{_TAIL}",
        "2:9: a tag (!name) means nothing here; leave it out",
    ),
    # What is no config.
    "nothing": ("", "1:1: briefing: is missing; write it as briefing: {name: Morning Post}"),
    "nothing but remarks": ("# all of it\n# to come\n", "1:1: briefing: is missing"),
    "a list for the file": ("- briefing\n- sources\n", "1:1: the file must be a mapping of keys such as briefing:"),
    "a word for the file": ("hello\n", "1:1: the file must be a mapping of keys"),
    "a list for a key": (f"{LEAST}? [a, b]\n: 1\n", "5:3: a key is a word, no list and no mapping"),
    "an unknown key": (f"{LEAST}sumary: {{}}\n", '5:1: sumary: unknown key; did you mean "summary"?'),
    "an unknown key one level down": (
        f"{HEAD}  langage: fr\n{_TAIL}",
        '3:3: briefing.langage: unknown key; did you mean "language"?',
    ),
    "an unknown key in a list": (
        f"{HEAD}sources:\n  - {{folder: x, nme: y}}\n",
        '4:17: sources.0.nme: unknown key; did you mean "name"?',
    ),
    "an unknown key three levels down": (
        f"{LEAST}mail: {{smtp: {{host: x, limits: {{per_hours: 5}}}}}}\n",
        '5:33: mail.smtp.limits.per_hours: unknown key; did you mean "per_hour"?',
    ),
    "on: for a key": (f"{LEAST}on: true\n", "5:1: on: unknown key; there are briefing, topics, sections"),
    "true: for a key": (f"{LEAST}true: 1\n", "5:1: true: unknown key"),
    "a colon without its space": (
        f"briefing:\n  name:Post\n{_TAIL}",
        '2:3: briefing: "name:Post" is not a mapping of keys; write each as',
    ),
    "a dash without its space": (
        f"{HEAD}sources:\n  -folder: saved/\n",
        '4:3: sources: {"-folder": "saved/"} is not a list; a dash wants',
    ),
    "a source without its kind": (
        f"{HEAD}sources:\n  - saved/\n",
        '4:5: sources.0: "saved/" is not a mapping of keys; write each as',
    ),
    "a source of two kinds": (
        f"{HEAD}sources:\n  - {{feed: 'https://a.example', folder: x}}\n",
        "4:5: sources.0: a source has exactly one of",
    ),
    "keys where a list is wanted": (
        f"{HEAD}sources:\n  folder: saved/\n",
        '4:3: sources: {"folder": "saved/"} is not a list; begin each line with a dash',
    ),
    "a word where a list is wanted": (
        f"{LEAST}topics: [{{name: A, keywords: sea}}]\n",
        '5:20: topics.0.keywords: "sea" is not a list',
    ),
    "a key with nothing behind it": (
        f"{LEAST}look:\n",
        "5:1: look: nothing stands here; add its keys below, or leave it out",
    ),
    "a list with nothing in it": (f"{LEAST}topics:\n", "5:1: topics: nothing stands here; write [] for none"),
    "a number for a name": (f"briefing:\n  name: 5\n{_TAIL}", "2:3: briefing.name: 5 is not text; put it in quotes"),
    "a year for a keyword": (
        f"{LEAST}topics: [{{name: A, keywords: [2026]}}]\n",
        "5:31: topics.0.keywords.0: 2026 is not text; put it",
    ),
    "text for a number": (
        f'{LEAST}summary: {{max_chars: "400"}}\n',
        '5:11: summary.max_chars: "400" is not a whole number',
    ),
    "a negative number": (
        f"{LEAST}summary: {{max_chars: -5}}\n",
        "5:11: summary.max_chars: -5 is too small; write 80 or more",
    ),
    "far too large a number": (f"{LEAST}summary: {{max_chars: {'9' * 30}}}\n", "is too large; write 2000 or less"),
    "no number at all": (
        f"{LEAST}topics: [{{name: A, keywords: [b], boost: .nan}}]\n",
        "5:35: topics.0.boost: NaN does not fit",
    ),
    "yes for true": (f"{LEAST}fetch: {{allow_private: yes}}\n", '5:9: fetch.allow_private: "yes" is not true or false'),
    "an hour without quotes, read by the minute": (
        f"{LEAST}schedule: {{at: 700}}\n",
        '5:12: schedule.at: "700" is not a time of day; write it in quotes as "07:00"',
    ),
    "an hour that YAML 1.1 reads by the minute": (
        f"%YAML 1.1\n---\n{LEAST}schedule: {{at: 17:00}}\n",
        '7:12: schedule.at: "1020" is not a time of day; write it in quotes as "07:00"',
    ),
    "Norway that YAML 1.1 reads as no": (
        f"%YAML 1.1\n---\n{HEAD}sources:\n  - {{folder: x, country: NO}}\n",
        "6:17: sources.0.country: false is not text; put it in quotes",
    ),
    "a zone that is none": (
        f"{HEAD}  timezone: Europe/Pari\n{_TAIL}",
        '3:3: briefing.timezone: "Europe/Pari" is not a time zone; did you',
    ),
    "a language that is none": (
        f"{HEAD}  language: xx\n{_TAIL}",
        '3:3: briefing.language: "xx" is not a language; write two letters',
    ),
    "a language by its name": (
        f"{HEAD}  language: French\n{_TAIL}",
        '3:3: briefing.language: "French" is not a language; did you mean "fr"?',
    ),
    "a country by its name": (
        f"{HEAD}sources:\n  - {{folder: x, country: France}}\n",
        '4:17: sources.0.country: "France" is not written as wanted: FR',
    ),
    "a colour that is none": (
        f"{LEAST}look:\n  accent: red\n",
        '6:3: look.accent: "red" is not a colour; write it in quotes as "#8c1d2c"',
    ),
    "a colour without quotes": (
        f"{LEAST}look:\n  accent: #8c1d2c\n",
        "6:3: look.accent: nothing stands here: # begins a comment",
    ),
    "a colour nobody can read": (
        f'{LEAST}look: {{accent: "#eeeeee"}}\n',
        '5:8: look.accent: "#eeeeee" has a contrast of',
    ),
    "a duration in words": (
        f"{HEAD}  window: 36 hours\n{_TAIL}",
        '3:3: briefing.window: "36 hours" is not a duration; write a number and',
    ),
    "a word that is no choice": (
        f"{LEAST}sections: {{by: regoin}}\n",
        '5:12: sections.by: "regoin" is not one of region, theme, topic; did',
    ),
    "an address without https": (
        f"{HEAD}sources:\n  - feed: example.org/rss\n",
        '4:5: sources.0.feed: "example.org/rss" is not a web address',
    ),
    "a port that is none": (
        f'{LEAST}web: {{listen: "127.0.0.1:99999"}}\n',
        '5:7: web.listen: "127.0.0.1:99999" is no host and port',
    ),
    "a database of another kind": (
        f"{LEAST}database: mysql://x\n",
        '5:1: database: "mysql://x" is not written as wanted: sqlite:///var/',
    ),
    "a mailbox without its server": (
        f"{HEAD}sources:\n  - mailbox: me\n",
        '4:5: sources.0.mailbox: "me" is not written as wanted: imaps://',
    ),
    "a secret in the open": (
        f"{LEAST}web: {{api_key: hunter2hunter2hunter2}}\n",
        "5:7: web.api_key: a secret is never written here; name",
    ),
    "a secret that the environment lacks": (
        f"{LEAST}web: {{api_key: {{env: NO_SUCH}}}}\n",
        "5:7: web.api_key: the environment has no NO_SUCH; set it",
    ),
    "a secret in a file that is not there": (
        f"{LEAST}web: {{api_key: {{file: nope}}}}\n",
        "5:7: web.api_key: nope cannot be read (No such file",
    ),
    "templates that are not there": (
        f"{LEAST}templates: mine/\n",
        '5:1: templates: there is no folder "mine/" beside config.yaml; leave it',
    ),
    "a topic without keywords": (
        f"{LEAST}topics:\n  - name: Sea\n",
        '6:5: topics.0: topic "Sea" can never match; give it keywords or a',
    ),
    "a topic twice": (
        f"{LEAST}topics:\n  - {{name: Sea, keywords: [a]}}\n  - {{name: Sea, keywords: [b]}}\n",
        '7:6: topics.1.name: "Sea" is already a topic; put the keywords of both together',
    ),
    "a section that is none": (
        f"{LEAST}sections: {{order: [urope]}}\n",
        '5:20: sections.order: "urope" is not a section by region',
    ),
    "a transport without its server": (
        f"{LEAST}mail: {{transport: smtp}}\n",
        '5:1: mail: transport "smtp" needs mail.smtp with at least',
    ),
}

"""One small config, written in as many ways as people write YAML. All of them say `VALUES`."""

from __future__ import annotations

VALUES = {
    "briefing": {"name": "Post"},
    "topics": [
        {"name": "Sea", "keywords": ["sea", "tide"], "boost": 1.5},
        {"name": "Sky", "keywords": ["sky"], "mute": True},
    ],
    "sources": [{"folder": "saved/"}, {"feed": "https://a.example/f"}],
}

BLOCK = """\
briefing:
  name: Post  # the name

topics:  # what I care about
  # the first
  - name: Sea
    keywords: [sea, tide]  # and more
    boost: 1.5  # a lot
  # the second
  - name: Sky
    keywords: [sky]
    mute: true
  # more to come

sources:
  - folder: saved/
  # - {page: "https://off.example"}
  - feed: https://a.example/f  # the best
"""

STYLES = {
    "block": BLOCK,
    "windows line breaks": BLOCK.replace("\n", "\r\n"),
    "no last line break": BLOCK.rstrip("\n"),
    "a marked beginning and end": f"---\n{BLOCK}...\n",
    "a mark of its encoding": f"\ufeff{BLOCK}",
    "flush lists": """\
topics:
- name: Sea
  keywords:
  - sea  # salt water
  - tide
  boost: 1.5
- name: Sky
  keywords:
  - sky
  mute: true
briefing:
  name: Post
sources:
- folder: saved/
- feed: https://a.example/f
""",
    "a topic on a line": """\
briefing: {name: Post}
topics:
  - {name: Sea, keywords: [sea, tide], boost: 1.5}  # mine
  - {name: Sky, keywords: [sky], mute: true}
sources:
  - {folder: saved/}
  - {feed: "https://a.example/f"}
""",
    "everything in braces": (
        "{briefing: {name: Post}, topics: [{name: Sea, keywords: [sea, tide], boost: 1.5}, "
        "{name: Sky, keywords: [sky], mute: true}], sources: [{folder: saved/}, {feed: 'https://a.example/f'}]}\n"
    ),
    "json": """\
{
  "briefing": {"name": "Post"},
  "topics": [
    {"name": "Sea", "keywords": ["sea", "tide"], "boost": 1.5},
    {"name": "Sky", "keywords": ["sky"], "mute": true}
  ],
  "sources": [
    {"folder": "saved/"},
    {"feed": "https://a.example/f"}
  ]
}
""",
    "brackets over lines, commas last": """\
briefing: {name: Post}
topics: [
  {name: Sea, keywords: [
    sea,  # salt water
    tide,  # twice a day
  ], boost: 1.5},
  {name: Sky, keywords: [sky], mute: true},  # no weather
]
sources: [
  {folder: saved/},
  {feed: "https://a.example/f"},  # the best
]
""",
    "double quotes": """\
"briefing":
  "name": "Post"
"topics":
  - "name": "Sea"
    "keywords": ["sea", "tide"]
    "boost": 1.5
  - "name": "Sky"
    "keywords": ["sky"]
    "mute": true
"sources":
  - "folder": "saved/"
  - "feed": "https://a.example/f"
""",
    "single quotes": """\
briefing:
    name: 'Post'
topics:
    -   name: 'Sea'
        keywords: ['sea', 'tide']
        boost: 1.5
    -   name: 'Sky'
        keywords: ['sky']
        mute: true
sources:
    -   folder: 'saved/'
    -   feed: 'https://a.example/f'
""",
    "empty lines between": """\
briefing:

  name: Post


topics:

  - name: Sea

    keywords: [sea, tide]

    boost: 1.5

  - name: Sky

    keywords: [sky]

    mute: true


sources:

  - folder: saved/

  - feed: https://a.example/f
""",
    "keys in another order": """\
sources:
  - feed: x
    folder: y
""".replace("  - feed: x\n    folder: y\n", "  - folder: saved/\n  - feed: https://a.example/f\n")
    + """\
topics:
  - boost: 1.5
    keywords: [sea, tide]
    name: Sea
  - mute: true
    name: Sky
    keywords: [sky]
briefing:
  name: Post
""",
    "values below their keys": """\
briefing:
  name:
    Post
topics:
  -
    name: Sea
    keywords:
      [sea, tide]
    boost:
      1.5
  -
    name: Sky
    keywords:
      - sky
    mute: true
sources:
  -
    folder: saved/
  -
    feed: https://a.example/f
""",
    "wide indentation": """\
briefing:
        name:   Post
topics:
        -       name:   Sea
                keywords:       [ sea, tide ]
                boost:  1.5
        -       name:   Sky
                keywords:       [ sky ]
                mute:   true
sources:
        -       folder: saved/
        -       feed:   https://a.example/f
""",
    "long words": """\
briefing:
  name: >-
    Post
topics:
  - name: |-
      Sea
    keywords:
      - >-
        sea
      - tide
    boost: 1.5
    # not yet: description
  - name: Sky
    keywords: [sky]
    mute: true

# what is read
sources:
  - folder: saved/
  - feed: >-
      https://a.example/f

# the end
""",
    "comments everywhere": """\
# top
briefing:  # a
  # b
  name: Post  # c
  # d
# e
topics:  # f
  # g
  - name: Sea  # h
    # i
    keywords:  # j
      # k
      - sea  # l
      # m
      - tide  # n
      # o
    boost: 1.5  # p
    # q
  # r
  - name: Sky  # s
    keywords: [sky]  # t
    mute: true  # u
    # v
  # w
# x
sources:  # y
  # z
  - folder: saved/  # aa
    # bb
  - feed: https://a.example/f  # cc
  # dd
# ee
""",
    "names and repeats": """\
briefing:
  name: &name Post
topics: &all
  - &sea
    name: Sea
    keywords: [sea, tide]
    boost: 1.5
  - name: Sky
    keywords: !!seq [sky]
    mute: !!bool true
sources:
  - folder: saved/
  - feed: https://a.example/f
""",
    "brackets in a block": """\
briefing:
  name: Post
topics: [{name: Sea, keywords: [sea, tide], boost: 1.5}, {name: Sky, keywords: [sky], mute: true}]  # both
sources: [{folder: saved/}, {feed: "https://a.example/f"}]
""",
    "brackets that hang": """\
briefing: {name: Post}
topics: [{name: Sea, keywords: [sea,
                                tide],
          boost: 1.5},
         {name: Sky, keywords: [sky],
          mute: true}]
sources: [{folder: saved/},
          {feed: "https://a.example/f"}]
""",
    "comments behind dashes": BLOCK.replace("  - name", "  -  # one\n    name"),
}

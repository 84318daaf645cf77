"""briefing: a self-hosted daily news briefing. Sources in, one good email every morning out.

Data walks through the house left to right, once:

    sources → collect → compose → render → deliver → inbox

To read the whole program, follow one article in this order:

    config.yaml
    briefing/config/load.py
    briefing/collect/folder.py
    briefing/collect/feeds.py
    briefing/collect/pages.py
    briefing/collect/dumps.py
    briefing/engines/language.py
    briefing/compose/summarise.py
    briefing/compose/stories.py
    briefing/compose/arrange.py
    briefing/render/mjml.py
    templates/
    briefing/render/message.py
    briefing/deliver/smtp.py
    briefing/services/build.py
    briefing/services/send.py
    briefing/services/schedule.py
    briefing/cli/__init__.py

The words of the house: a *source* is a configured place we collect from; a *feed* has *entries*; an *article* is
cleaned text with metadata; its *excerpt* is the publisher's short text, its *summary* is ours; a *story* is one
happening told by one or more articles; a story is filed under a *region* and a *theme*, may match *topics* of the
config, and stands in a *section* of an *edition*, the dated issue of a *briefing*. A *subscriber* receives *messages*;
a *segment* is the readers who get the same edition; a *delivery* records what became of one message.
"""

from __future__ import annotations

__version__ = "0.1.0"

"""Takes addresses of feeds and of readers, gives each reader a mail: what one writes in an evening instead of all this.

    python -m benchmarks.whole.plain_script PORT READERS < addresses

feedparser reads one feed after the other, sumy's LexRank tells each entry in three sentences, and smtplib sends one
mail of everything, entry by entry in the order of the feeds, over one connection. Nothing is found twice, grouped,
ranked, signed or remembered, and whoever runs it again sends it again. It imports nothing of the program.

Next: benchmarks/whole/morning.py.
"""

from __future__ import annotations

import re
import smtplib
import sys
from email.message import EmailMessage
from html import escape

import feedparser
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.utils import get_stop_words

_FROM = "post@tide.example"


class Words:
    """Splits words for sumy, whose own Tokenizer wants a download."""

    def to_words(self, text: str) -> list[str]:
        """As sumy asks for them."""
        return re.findall(r"\w+", text)


def main(words: list[str]) -> int:
    """Does it all."""
    port, readers = map(int, words)
    summariser = LexRankSummarizer(Stemmer("english"))
    summariser.stop_words = get_stop_words("english")
    told = []
    for address in sys.stdin.read().split():
        for entry in feedparser.parse(address).entries:
            text = re.sub(r"<[^>]+>", " ", entry.summary)
            split = [Sentence(one, Words()) for one in re.split(r"(?<=[.!?])\s+", text) if one.strip()]
            summary = " ".join(map(str, summariser(ObjectDocumentModel([Paragraph(split)]), 3)))
            told.append((entry.title, entry.link, summary))
    message = _message(told)
    with smtplib.SMTP("127.0.0.1", port) as client:
        for number in range(1, readers + 1):
            message.replace_header("To", f"reader{number}@readers.example")
            client.send_message(message)
    return 0


def _message(told: list[tuple[str, str, str]]) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = _FROM, "nobody@readers.example", "The news"
    message.set_content("\n\n".join(f"{title}\n{summary}\n{link}" for title, link, summary in told))
    blocks = (f'<h2><a href="{link}">{escape(title)}</a></h2><p>{escape(text)}</p>' for title, link, text in told)
    message.add_alternative("".join(blocks), subtype="html")
    return message


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

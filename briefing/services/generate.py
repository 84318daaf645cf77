"""Takes articles, gives what a language model wrote about them, as far as it passes the check, and why not the rest.

Whatever goes wrong, an article keeps its extractive summary and the edition its hour: questions are counted, answers
kept, a server that does not answer is left alone after three failures, and everything of that is said in the report.

Next: briefing/services/build.py.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from briefing.compose.faithful import Refusal, can_be_checked, find_fault, tidy
from briefing.compose.prompt import PROMPT_VERSION, Prompt, is_addressed_to_a_model, make_prompt
from briefing.compose.sentences import split_sentences
from briefing.errors import WriterError
from briefing.model.article import Summary
from briefing.model.edition import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from briefing.model.article import Article
    from briefing.model.settings import LanguageModel, SummaryRule
    from briefing.ports import GeneratedTexts, LanguageDetector, Writer

#: So many questions in a row without an answer, and the rest of the edition is not asked about.
FAILURES_IN_A_ROW = 3
#: Of an article's text, enough to tell its language.
_SAMPLE_CHARS = 1000
#: A sentence from this length on tells its language: of 697 in the seeds one was taken for another language's.
_TELLING_CHARS = 40
_TITLE_CHARS, _NAMES = 80, 5

_WHY_REFUSED = {
    Refusal.INSTRUCTIONS: "the article holds instructions to a language model",
    Refusal.SHORT: "the model wrote next to nothing",
    Refusal.LONG: "the model wrote more than summary.max_chars or max_sentences allow",
    Refusal.UNFINISHED: "the model's last sentence was not finished",
    Refusal.LANGUAGE: "the model wrote in another language than the article's",
    Refusal.MARKUP: "the model wrote markup, a link or hidden characters",
    Refusal.META: "the model wrote about itself or its task",
    Refusal.ECHO: "the model repeated what it was asked",
    Refusal.QUOTATION: "the model quoted what nobody in the article says",
    Refusal.NUMBER: "the model stated a number that the article does not",
    Refusal.NAME: "the model named somebody or something that the article does not",
    Refusal.UNRELATED: "the model wrote about something else",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of one question: a summary, or `reason`, which stands after "because" in the report."""

    summary: Summary | None = None
    reason: str = ""


@dataclass(slots=True)
class _Tally:
    """Counts the questions of one edition, and says when to ask no more. Shared by the threads that ask."""

    model: LanguageModel
    calls: int = 0
    failures: int = 0
    stopped: str = ""
    lock: Lock = field(default_factory=Lock)

    def begin(self) -> None:
        """Counts a question that is about to be asked.

        Raises:
            WriterError: it had better not be.
        """
        with self.lock:
            if self.stopped:
                raise WriterError(self.stopped)
            if self.calls >= self.model.max_calls:
                raise WriterError(f"summary.llm.max_calls ({self.model.max_calls}) is used up")
            self.calls += 1

    def end(self, error: WriterError | None) -> None:
        """Counts an answer, or its absence."""
        with self.lock:
            self.failures = self.failures + 1 if error and error.unreachable else 0
            if error and error.lasting:
                self.stopped = error.reason
            elif self.failures >= FAILURES_IN_A_ROW and not self.stopped:
                self.stopped = f"the model was left alone after {FAILURES_IN_A_ROW} questions without an answer"


@dataclass(slots=True, kw_only=True)
class Generator:
    """Has summaries written, and lets no unchecked one through.

    Attributes:
        texts: None keeps no answer beyond this object.
        rule: with its `llm`.
    """

    writer: Writer
    texts: GeneratedTexts | None
    detector: LanguageDetector
    rule: SummaryRule
    model: LanguageModel
    _tally: _Tally = field(init=False)
    _outcomes: dict[str, _Outcome] = field(default_factory=dict, init=False)
    #: By article id: the article, and the key of its outcome, which it may share.
    _told: dict[str, tuple[Article, str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begins another edition: everything is counted anew."""
        self._tally = _Tally(self.model)
        self._outcomes.clear()
        self._told.clear()

    def generate(
        self, articles: Iterable[Article], *, watch: Callable[[str, int, int], None] | None = None
    ) -> Mapping[str, Summary]:
        """Article id → summary, for those about which the model wrote something that may be told.

        Not asked about are articles that need no summary because they are as short as one, and those that could not
        be checked: of a language nobody can tell, or in a script without capital letters. An article is asked about
        once per edition.
        """
        prompts = {a.id: (a, make_prompt(a, self.rule)) for a in articles if self._is_worth_asking(a)}
        keys = {name: self._key(prompt) for name, (_, prompt) in prompts.items()}
        fresh = {keys[name]: asked for name, asked in prompts.items() if keys[name] not in self._outcomes}
        known = dict(self.texts.load_texts(fresh)) if self.texts else {}
        self._outcomes |= {key: self._judged(fresh[key][0], answer) for key, answer in known.items()}
        missing = {key: asked for key, asked in fresh.items() if key not in known}
        for done, (key, outcome) in enumerate(self._ask_all(missing), start=1):
            self._outcomes[key] = outcome
            if watch:
                watch("generate", done, len(missing))
        self._told |= {name: (article, keys[name]) for name, (article, _) in prompts.items()}
        found = {name: self._outcomes[key].summary for name, key in keys.items()}
        return {name: summary for name, summary in found.items() if summary}

    def problems_of(self, articles: Iterable[Article] | None = None) -> tuple[Problem, ...]:
        """Why articles are told in their own sentences all the same, one problem per reason; of all by default."""
        # In the order of the articles, not of the answers: a second edition, from answers kept, is the same.
        wanted = self._told if articles is None else dict.fromkeys(article.id for article in articles)
        reasons: dict[str, list[Article]] = {}
        for article, key in (self._told[name] for name in wanted if name in self._told):
            if reason := self._outcomes[key].reason:
                reasons.setdefault(reason, []).append(article)
        return tuple(_problem(reason, of) for reason, of in reasons.items())

    def _is_worth_asking(self, article: Article) -> bool:
        text = article.text or article.excerpt or ""
        if len(text) <= self.rule.max_chars or not article.language or not can_be_checked(article):
            return False
        return self.detector.detect(text[:_SAMPLE_CHARS]) == article.language

    def _key(self, prompt: Prompt) -> str:
        """The same for the same question to the same model; article, language and limits are all in the prompt."""
        asked = (self.model.model, str(PROMPT_VERSION), prompt.instructions, prompt.material)
        return hashlib.sha256("\0".join(asked).encode(errors="surrogatepass")).hexdigest()

    def _ask_all(self, questions: Mapping[str, tuple[Article, Prompt]]) -> Iterator[tuple[str, _Outcome]]:
        """Asks as many at a time as the config allows; keeps each answer as soon as it is there."""
        with ThreadPoolExecutor(max_workers=self.model.concurrency) as pool:
            answers = pool.map(self._ask, questions.values())
            for (key, (article, _)), answer in zip(questions.items(), answers, strict=True):
                if isinstance(answer, WriterError):
                    yield key, _Outcome(reason=answer.reason)
                    continue
                if answer is not None and self.texts:
                    self.texts.save_texts({key: answer})
                yield key, self._judged(article, answer)

    def _ask(self, question: tuple[Article, Prompt]) -> str | WriterError | None:
        """The answer, why there is none, or None for an article that is not shown to a model."""
        article, prompt = question
        if is_addressed_to_a_model(article):
            return None
        try:
            self._tally.begin()
        except WriterError as error:
            return error
        try:
            answer = self.writer.write(prompt.instructions, prompt.material)
        except WriterError as error:
            self._tally.end(error)
            return error
        self._tally.end(None)
        return answer

    def _judged(self, article: Article, answer: str | None) -> _Outcome:
        if answer is None:
            return _Outcome(reason=_because(Refusal.INSTRUCTIONS))
        fault = find_fault(answer, article=article, language=self._language_of(tidy(answer), article), rule=self.rule)
        if fault:
            return _Outcome(reason=_because(fault))
        return _Outcome(summary=Summary(text=tidy(answer), method="llm"))

    def _language_of(self, text: str, article: Article) -> str | None:
        """What the text is written in; of a text in two languages the one that is not the article's."""
        every = detected = self.detector.detect(text)
        for start, end in split_sentences(text, article.language):
            if end - start >= _TELLING_CHARS:
                detected = self.detector.detect(text[start:end]) or every
            if detected != article.language:
                return detected
        return every


def _because(fault: Refusal) -> str:
    return f"{_WHY_REFUSED[fault]} ({fault})"


def _problem(reason: str, articles: list[Article]) -> Problem:
    """One line, however many articles it is about."""
    if len(articles) == 1:
        title = "".join(char for char in " ".join(articles[0].title.split()) if char.isprintable())
        subject = f"“{title[:_TITLE_CHARS]}”" if title else "a story"
        message = f"{subject} is told in the article's own sentences because {reason}"
        return Problem(stage="summarise", source=articles[0].source, message=message)
    outlets = list(dict.fromkeys(article.source for article in articles if article.source))
    names = ", ".join(outlets[:_NAMES]) + ("…" if len(outlets) > _NAMES else "")
    message = f"{len(articles)} stories are told in the articles' own sentences because {reason}"
    return Problem(stage="summarise", message=f"{message}: {names}" if names else message)

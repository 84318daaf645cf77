"""Takes five answers, or none, gives a first config.yaml that works, and sample news where no source was named.

Next: briefing/cli/commands.py.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from briefing.cli.words import note, plural, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from briefing.config.first import Answers

EXAMPLES = "Examples: briefing init | briefing init --yes | briefing init --demo --config demo/config.yaml"


def init(
    *,
    config: Annotated[Path, typer.Option("--config", "-c", help="The file to write.")] = Path("config.yaml"),
    demo: Annotated[bool, typer.Option("--demo", help="The demo: every key explained, sample news, readers.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take what is likely.")] = False,
) -> int:
    """Writes a first config: asks for name, language, zone, topics and sources. Nothing is ever overwritten."""
    from briefing.config.first import Answers, first_config
    from briefing.config.machine import guess_language, guess_zone

    if config.exists():
        note(f"briefing: {config} is there already, and stays as it is; --config names another file")
        return 2
    if demo:
        return _write_demo(config)
    guess = Answers(language=guess_language(os.environ), zone=guess_zone(os.environ))
    try:
        answers = guess if yes else _ask(guess)
    except typer.Abort:
        note("\nbriefing: nothing is written; --yes asks nothing")
        return 2
    texts = {config.name: first_config(answers), "config.schema.json": _schema()}
    return _finish(config, texts, with_news=answers.sources == Answers().sources)


def _ask(guess: Answers) -> Answers:
    """Five questions; Enter takes what stands in brackets."""
    from briefing.config.languages import FRAMES
    from briefing.config.values import check_zone

    name = _prompt("What is your briefing called?", guess.name)
    language = _prompt_until(f"Which language does it speak ({' '.join(FRAMES)})?", guess.language, _check_language)
    zone = _prompt_until("Where is it seven in the morning?", guess.zone, check_zone)
    topics = _split(_prompt("What do you care about? Names with commas between them", ""), ",")
    asked = _split(_prompt("What do you read? Addresses of sites or feeds, with spaces between them", ""), None)
    found = tuple(_look(asked))
    answers = replace(guess, name=name, language=language, zone=zone, topics=tuple(topics))
    return replace(answers, sources=found) if found else answers


def _prompt(question: str, usual: str) -> str:
    answer: str = typer.prompt(question, default=usual, show_default=bool(usual))
    return answer.strip() or usual


def _prompt_until(question: str, usual: str, check: Any) -> str:
    while True:
        answer = _prompt(question, usual)
        try:
            check(answer)
        except ValueError as error:
            note(f"  {error}")
        else:
            return answer


def _check_language(code: str) -> None:
    from briefing.config.languages import check_language

    check_language(code)


def _split(answer: str, separator: str | None) -> list[str]:
    return [part for part in (piece.strip() for piece in answer.split(separator)) if part]


def _look(addresses: Iterable[str]) -> Iterable[dict[str, Any]]:
    from briefing.wiring import open_first_look

    for address in dict.fromkeys(addresses):
        with open_first_look() as look:
            found = look(address)
        if found.error is not None:
            note(f"  ! {address}: {found.error}; it is written down as it is")
        else:
            note(f"  {found.name or address}: {plural(found.articles, 'article')} from {found.location}")
        yield {found.kind.value: found.location, **({"name": found.name} if found.name else {})}


def _write_demo(config: Path) -> int:
    from briefing.config.demo import demo_files

    files = dict(demo_files())
    text = files.pop("config.yaml").read_bytes().decode()
    return _finish(config, {config.name: text}, beside=files)


def _schema() -> str:
    from briefing.config.published import schema_text

    return schema_text()


def _finish(
    config: Path, texts: dict[str, str], *, with_news: bool = False, beside: dict[str, Path] | None = None
) -> int:
    """Writes what is not there yet, the config last, and says how to go on."""
    from briefing.config.demo import demo_files
    from briefing.config.load import load_text

    load_text(texts[config.name], config)
    files = dict(demo_files(news_only=True)) if with_news else beside or {}
    try:
        for name, source in files.items():
            _copy(source, config.parent / name)
        for name, text in reversed(texts.items()):
            path = config.parent / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                path.write_bytes(text.encode())
    except OSError as error:
        note(f"briefing: {error.filename} cannot be written: {error.strerror}")
        return 2
    option = "" if config == Path("config.yaml") else f" --config {config}"
    news = " with sample news in seeds/" if files else ""
    say(f"{config} is written{news}; change what you like, then look:")
    for command in ("config check", "build", "preview"):
        say(f"    briefing {command}{option}")
    return 0


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        shutil.copyfile(source, target)

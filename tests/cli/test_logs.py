from __future__ import annotations

import io
import json
import logging
import re
import sys
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from briefing.cli.logs import LogStyle, blank, configure_logs, log_problems
from briefing.cli.words import note
from briefing.deliver.tokens import HmacSigner
from briefing.model.edition import Problem

SIGNER = HmacSigner(bytes(range(32)))
ID = "9f86d081884c7d659a2feaa0c55ad015"
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.fixture(params=list(LogStyle))
def read(request: pytest.FixtureRequest) -> io.StringIO:
    """What the log says, in either style."""
    stream = io.StringIO()
    configure_logs(request.param, stream=stream)
    return stream


@pytest.fixture
def lines() -> io.StringIO:
    """What the log says in JSON."""
    stream = io.StringIO()
    configure_logs(LogStyle.JSON, stream=stream)
    return stream


def test_a_line_says_when_how_bad_and_what_in_logfmt() -> None:
    stream = io.StringIO()
    configure_logs(LogStyle.LOGFMT, stream=stream)
    structlog.get_logger("briefing.serve").info("edition", edition="2026-11-22", sent=2, held=True, why="a b")
    line = stream.getvalue()
    assert re.fullmatch(
        r'timestamp=\d{4}-\d\d-\d\dT[\d:.]+Z level=info event=edition edition=2026-11-22 sent=2 held=true why="a b"\n',
        line,
    )


def test_a_line_of_json_is_an_object(lines: io.StringIO) -> None:
    structlog.get_logger("briefing.serve").warning("problem", segment="fr-abc", count=3, why="« là »")
    told = json.loads(lines.getvalue())
    assert {key: told[key] for key in ("level", "event", "segment", "count", "why")} == {
        "level": "warning",
        "event": "problem",
        "segment": "fr-abc",
        "count": 3,
        "why": "« là »",
    }


def test_what_a_library_logs_goes_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("somebodys.library").error("ada@readers.example asked for %s", "too much")
    logging.getLogger("somebodys.library").info("nobody wants to know")
    logging.getLogger("briefing.services.schedule").warning("tick failed", extra={"reason": "disk is full"})
    one, other = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (one["event"], one["logger"]) == ("[address] asked for too much", "somebodys.library")
    assert (other["event"], other["reason"]) == ("tick failed", "disk is full")


def test_notes_of_commands_go_the_same_way(lines: io.StringIO) -> None:
    note("readers.csv:3: ada@readers.example stands there twice")
    assert json.loads(lines.getvalue())["event"] == "readers.csv:3: [address] stands there twice"


def test_a_problem_names_a_reader_by_id(lines: io.StringIO) -> None:
    log_problems(
        [
            Problem(
                stage="deliver", source="ada@readers.example", reader=ID, message="refused: 550 <ada@readers.example>"
            ),
            Problem(stage="collect", source="Dead Post", message="did not answer"),
        ]
    )
    one, other = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (one["reader"], one["reason"]) == (ID, "refused: 550 [address]")
    assert "source" not in one
    assert (other["source"], other["stage"]) == ("Dead Post", "collect")


def test_a_crash_is_told_without_the_address_it_stumbled_over(read: io.StringIO) -> None:
    try:
        raise LookupError("ada@readers.example is nowhere")
    except LookupError:
        sys.excepthook(*sys.exc_info())
    line = read.getvalue()
    assert "LookupError" in line
    assert "crashed" in line
    assert "ada@" not in line
    assert line.count("\n") == 1


def spread(secret: str, other: str) -> Any:
    """Ways in which a value can hold a secret."""
    return st.sampled_from(
        [
            secret,
            f"{other} {secret}",
            [secret],
            (other, {"inner": secret}),
            {secret: other},
            ValueError(secret),
            {other, secret},
        ]
    )


@given(st.data(), st.emails(), PLAIN, st.sampled_from(list(LogStyle)))
def test_no_line_ever_holds_an_address(data: st.DataObject, address: str, other: str, style: LogStyle) -> None:
    stream = io.StringIO()
    configure_logs(style, stream=stream)
    value = data.draw(spread(address, other))
    structlog.get_logger("briefing.serve").info(f"{other} {address}", **{"value": value, address: other})
    logging.getLogger("briefing.x").warning("%s", value, extra={"value": value})
    said = stream.getvalue()
    assert address not in said
    assert json.dumps(address)[1:-1] not in said
    assert len(said.splitlines()) == 2


@given(st.data(), st.uuids(), PLAIN, st.sampled_from(["unsubscribe", "confirm", "preferences"]))
def test_no_line_ever_holds_a_token(data: st.DataObject, reader: Any, other: str, purpose: str) -> None:
    token = SIGNER.sign(reader.hex, purpose)
    said = str(blank(None, "info", {"event": token, "value": data.draw(spread(f"/u/{token}", other))}))
    assert token not in said
    assert token.rpartition(".")[2] not in said


def test_ids_of_readers_and_numbers_stay_as_they_are() -> None:
    event = {"event": "refused", "reader": ID, "count": 3, "share": 0.5, "held": True, "edition": None}
    assert blank(None, "info", dict(event)) == event

from __future__ import annotations

from tests.cli.conftest import NOW, Terminal


def test_before_the_first_edition_there_is_no_report(briefing: Terminal) -> None:
    assert briefing("runs").err == "0 editions\n"
    ran = briefing("runs", "2026-11-22")
    assert (ran.status, ran.out) == (1, "")
    assert "nothing is known of an edition of 2026-11-22" in ran.err


def test_what_was_sent_is_told_edition_by_edition(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    assert briefing("send", "--all", "--now", NOW).status == 0
    ran = briefing("runs")
    assert ran.out == "2026-11-22  1 of 1 sent, 2 articles, 2 stories, 0 of 1 sources failed, 0 problems\n"
    told = briefing("runs", "2026-11-22").out.splitlines()
    assert told[0] == "edition    2026-11-22"
    assert told[3].startswith("stages     collect ")
    assert told[4:] == [
        "sources    1 read, 0 failed",
        "articles   2, of which 0 repeat another one",
        "stories    2, in 1 segment",
        "mail       1 sent; planned for 1 reader",
    ]


def test_an_edition_without_news_says_why(briefing: Terminal) -> None:
    briefing("subscribers", "add", "ada@readers.example", "--confirmed")
    briefing("send", "--all", "--now", NOW)
    briefing("send", "--all", "--now", NOW.replace("-22T", "-23T"))
    told = briefing("runs", "2026-11-23").out.splitlines()
    assert told[-2:] == [
        "mail       nothing; planned for 0 readers",
        "problem    nothing to send: all 2 stories are muted or were told before",
    ]


def test_a_date_that_is_none_is_named(briefing: Terminal) -> None:
    ran = briefing("runs", "yesterday")
    assert (ran.status, ran.out) == (2, "")
    assert '"yesterday" is no date; write it as 2026-11-22' in ran.err


def test_a_build_or_a_test_copy_is_no_run(briefing: Terminal) -> None:
    briefing("build", "--now", NOW)
    briefing("send", "--test", "me@post.example", "--now", NOW)
    assert briefing("runs").out == ""

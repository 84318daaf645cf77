from __future__ import annotations

import json

from tests.cli.conftest import CONFIG, FEED, NOW, Terminal
from tests.collect.servers import CannedServer, answer

AN_HOUR_LATER = NOW.replace("T06:40", "T09:40")
QUAY = FEED.replace("The Harbour Post", "The Quay").replace("harbour.example", "quay.example")
FOLDER = "  - {folder: news/, name: Saved News, captured_at: now}\n"


def read_feeds(briefing: Terminal, *addresses: str) -> None:
    """Names these feeds in the config, beside its folder."""
    feeds = "".join(f'  - {{feed: "{address}"}}\n' for address in addresses)
    told = CONFIG.replace(FOLDER, FOLDER + feeds) + "fetch: {allow_private: true}\n"
    (briefing.folder / "config.yaml").write_text(told, "utf-8")


def test_sources_that_are_well_are_told_with_their_times(briefing: Terminal) -> None:
    with CannedServer({"/f": answer(QUAY)}) as server:
        read_feeds(briefing, server.url + "/f")
        ran = briefing("sources", "check", "--now", NOW)
    assert ran.status == 0
    feed, folder = ran.out.splitlines()
    assert feed.startswith(
        "well      The Quay: 2 articles, newest 9 h old, read 2026-11-22 05:40 UTC, next 2026-11-22 06:4"
    )
    assert folder == "well      The Harbour Post: 2 articles"


def test_a_source_that_fails_is_told_since_when_and_why_and_ends_with_1(briefing: Terminal) -> None:
    with CannedServer({"/f?key=hush": answer(QUAY)}) as server:
        read_feeds(briefing, server.url + "/f?key=hush")
        briefing("sources", "check", "--now", NOW)
        server.answers["/f?key=hush"] = answer(status="403 Forbidden")
        assert briefing("sources", "check", "--now", NOW).status == 0
        briefing("sources", "check", "--now", AN_HOUR_LATER)
        ran = briefing("sources", "check", "--now", AN_HOUR_LATER)
    assert ran.status == 1
    assert ran.out.startswith("failing   The Quay: ")
    assert ran.out.splitlines()[0].endswith("; failing since 2026-11-22 08:40 UTC: answered 403 Forbidden")
    assert "hush" not in ran.out + ran.err


def test_the_same_is_given_to_programs(briefing: Terminal) -> None:
    with CannedServer({"/f": answer(QUAY)}) as server:
        read_feeds(briefing, server.url + "/f")
        feed, folder = json.loads(briefing("sources", "check", "--json", "--now", NOW).out)
    assert (feed["name"], feed["articles"], feed["read_at"]) == ("The Quay", 2, "2026-11-22T05:40:00Z")
    assert (folder["name"], folder["read_at"], folder["error"]) == ("The Harbour Post", None, None)


class TestAdd:
    def added(self, briefing: Terminal) -> list[str]:
        lines = (briefing.folder / "config.yaml").read_text("utf-8").splitlines()
        return [line for line in lines if "127.0.0.1" in line]

    def test_a_feed_is_shown_and_put_below_the_sources_and_the_comments_stay(self, briefing: Terminal) -> None:
        read_feeds(briefing)
        path = briefing.folder / "config.yaml"
        before = path.read_text("utf-8").replace(FOLDER, f"{FOLDER}  # my own\n")
        path.write_text(before, "utf-8")
        with CannedServer({"/f": answer(QUAY)}) as server:
            ran = briefing("sources", "add", server.url + "/f", "--name", "Quay")
            again = briefing("sources", "add", server.url + "/f/")
            checked = briefing("sources", "check")
            assert len(server.requests) == 1
        assert (ran.status, ran.err) == (0, "")
        head, place, *titles, last = ran.out.splitlines()
        assert head.startswith("The Quay: 2 articles, newest ")
        assert place == f"  feed {server.url}/f"
        assert len(titles) == 2
        assert all(title.startswith("  - ") for title in titles)
        assert last == "config.yaml: added; the next edition tells of it"
        line = f'  - {{feed: "{server.url}/f", name: "Quay"}}'
        assert path.read_text("utf-8").replace(line + "\n", "") == before
        assert self.added(briefing) == [line]
        assert (again.status, again.out) == (2, "")
        assert "reads this address already" in again.err
        assert "well      Quay: 2 articles" in checked.out

    def test_a_first_look_alone_changes_nothing(self, briefing: Terminal) -> None:
        read_feeds(briefing)
        with CannedServer({"/f": answer(QUAY)}) as server:
            ran = briefing("sources", "add", server.url + "/f", "--dry-run")
        assert ran.status == 0
        assert ran.out.startswith("The Quay: 2 articles")
        assert self.added(briefing) == []

    def test_what_a_feed_says_cannot_write_to_the_terminal(self, briefing: Terminal) -> None:
        read_feeds(briefing)
        with CannedServer({"/f": answer(QUAY.replace("<title>", "<title>&#x9b;31m\u202e"))}) as server:
            ran = briefing("sources", "add", server.url + "/f", "--dry-run")
        assert all(c.isprintable() or c == "\n" for c in ran.out)

    def test_what_cannot_be_read_and_what_holds_a_password_is_refused(self, briefing: Terminal) -> None:
        read_feeds(briefing)
        with CannedServer({"/f": answer(status="404 Not Found")}) as server:
            gone = briefing("sources", "add", server.url + "/f")
            secret = briefing("sources", "add", server.url.replace("//", "//me:hush@") + "/f")
        assert (gone.status, secret.status) == (2, 2)
        assert "answered 404 Not Found" in gone.err
        assert "with username: and password:" in secret.err
        assert "hush" not in secret.err
        assert self.added(briefing) == []

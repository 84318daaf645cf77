"""Takes readers of an invented list, gives the processor seconds and bytes of a mail, and of each row it leaves behind.

A real worker sends over real SMTP to the sink in C; the books are PostgreSQL's with its own settings, so that what was
committed survives a power cut. Processor seconds, of the worker and of the server, because a rate depends on whatever
else the machine does.

Next: benchmarks/scale/grouped.py.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from benchmarks.collect.feeds import make_feed
from benchmarks.delivery.house import NOW, new_key
from benchmarks.delivery.sink import open_sink
from benchmarks.delivery.workers import Post, taken, wait
from benchmarks.email.message_speed import LINKS, median, prepare
from benchmarks.email.message_speed import SENDER as FROM
from benchmarks.email.mornings import invent_morning
from benchmarks.grouping.invented import read_headlines
from briefing.collect.documents import Documents
from briefing.config.load import load_config
from briefing.deliver.dkim import DkimSigner
from briefing.engines.clock import StoppedClock
from briefing.model.settings import Look
from briefing.model.source import SavedFile
from briefing.model.subscriber import Habit
from briefing.render.mjml import render_edition
from briefing.render.templates import load_templates
from briefing.store.articles import SqlArticles
from briefing.store.database import open_database
from briefing.store.jobs import DELIVER, QueuedDispatcher, make_app
from briefing.store.source_tables import metadata
from briefing.store.vectors import SqlVectors
from tests.postgres import postgres_server

if TYPE_CHECKING:
    from procrastinate.types import JSONDict

    from briefing.ports import MessageSigner
    from tests.postgres import Postgres

#: As PostgreSQL comes, but on no port.
CAREFUL = ("listen_addresses=", "max_connections=50")
#: Stories of an edition of 61 kB, and numbers of a vector.
STORIES, VECTOR = 19, 512
EMPTY_JOBS, VECTORS, FEEDS, WORDS = 200, 2_000, 40, 400
#: Fewer rows lie on pages that are mostly empty.
_ENOUGH = 1_000
_TICKS = os.sysconf("SC_CLK_TCK")


def copy_seconds() -> tuple[dict[str, float], int]:
    """Seconds of writing one reader's copy, unsigned and signed, and its bytes."""
    morning = invent_morning(STORIES, "en")
    prepared = prepare(render_edition(morning, look=Look(), sender=FROM, templates=load_templates()), morning)
    name = "<2026-11-22.3f9c2a7d51e84b063f9c2a7d@tide.example>"

    def copy(signer: MessageSigner | None) -> bytes:
        sign = signer.sign if signer else None
        return prepared.copy_for("lea@readers.example", name="Léa Ørn", links=LINKS, message_id=name, sign=sign)

    def spent(signer: MessageSigner | None) -> float:
        return median(lambda: copy(signer), times=50, looks=9)

    plain = spent(None)
    signers = {kind: DkimSigner((new_key(kind),), clock=StoppedClock(NOW)) for kind in ("rsa", "ed25519")}
    signed = {f"signature {kind}": spent(signer) - plain for kind, signer in signers.items()}
    return {"copy": plain, **signed}, len(copy(None))


def mail_seconds_sqlite(readers: int) -> float:
    """Of one sender with its books in a file."""
    with open_sink() as sink:
        command = [sys.executable, "-m", "benchmarks.delivery.ours", "unsigned", str(sink.port), str(readers)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return float(json.loads(ended.stdout.splitlines()[-1])["cpu"]) / readers


def mails_on_postgresql(readers: int) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Seconds of a mail by who spends them, what the books write for it, and the bytes of a row by table."""
    with (
        postgres_server(settings=CAREFUL) as server,
        open_sink(records=True) as sink,
        tempfile.TemporaryDirectory() as folder,
    ):
        address = server.new()
        post = Post.make(Path(folder), address, sink.port, readers)
        post.plan()
        fresh = _row_bytes(server, address)["deliveries"]
        database = _Books(server, address)
        with post.workers(1) as (worker,):
            wait(sink, 1, most_s=60)
            began, at_begin = (_spent(worker.pid), *database.figures()), taken(sink)
            wait(sink, readers, most_s=300)
            time.sleep(0.5)  # the last answers are being written
            ended, mails = (_spent(worker.pid), *database.figures()), readers - at_begin
            each = [(after - before) / mails for before, after in zip(began, ended, strict=True)]
            job_s = _empty_jobs(worker.pid, address)
        found = {"worker": each[0], "books of server": each[1], "job": job_s}
        found["planning"] = _planning(post, server, address, readers)
        _fill(address)
        rows = {**_row_bytes(server, address), "deliveries, planned": fresh}
        return found, {"log bytes": each[2], "commits": each[3]}, rows


class _Books:
    """Reads what a server has done so far."""

    def __init__(self, server: Postgres, address: str) -> None:
        self._server, self._name = server, make_url(address).database
        self._pid = int((server.folder / "cluster/postmaster.pid").read_text().split()[0])

    def figures(self) -> tuple[float, float, float]:
        """Seconds of its processors, bytes of its log, commits."""
        ((log,),) = self._server.run("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float")
        ((commits,),) = self._server.run(
            f"SELECT xact_commit::float FROM pg_stat_database WHERE datname = '{self._name}'"
        )
        return self.seconds(), log, commits

    def seconds(self) -> float:
        """Of its processors, backends that have ended included."""
        children = [
            int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _parent(path) == self._pid
        ]
        return sum(map(_spent, (self._pid, *children)))


def _stat(folder: Path) -> list[str]:
    """The fields after the program's name; none once the process is gone."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(folder: Path) -> int:
    fields = _stat(folder)
    return int(fields[1]) if fields else 0


def _spent(pid: int) -> float:
    """Seconds of the processor that a process and its children that have ended took."""
    return sum(map(int, _stat(Path(f"/proc/{pid}"))[11:15])) / _TICKS


def _empty_jobs(pid: int, address: str) -> float:
    """Seconds of a worker for a job that finds nothing left to do."""
    app, before = make_app(address, works=False), _spent(pid)
    engine = open_database(address)
    with app.open():
        empty: JSONDict = {"edition": "2020-01-01", "after": "", "last": "0", "on_time": False}
        app.configure_task(DELIVER, queue=DELIVER).batch_defer(*[empty] * EMPTY_JOBS)
    waiting = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    with engine.connect() as connection:
        while connection.exec_driver_sql(waiting).scalar():
            connection.rollback()
            time.sleep(0.05)
    engine.dispose()
    return (_spent(pid) - before) / EMPTY_JOBS


def _planning(post: Post, server: Postgres, address: str, readers: int) -> float:
    """Seconds of planning a reader and writing their part of a job, the server's and ours together."""
    engine, database = open_database(load_config(post.config).database), _Books(server, address)
    dispatcher = QueuedDispatcher(engine, make_app(address, works=False))
    later = NOW.date() + timedelta(days=400)
    theirs, own = database.seconds(), time.process_time()
    added = dispatcher.plan(later, [Habit()], on_time=True, now=NOW)
    spent = database.seconds() - theirs + time.process_time() - own
    engine.dispose()
    assert added == readers, added
    return spent / readers


def _fill(address: str) -> None:
    """Puts articles and vectors into the database, as a morning does. Texts of few words would be packed too well."""
    engine, dice = open_database(address), random.Random(1)
    words = sorted({word for _, text in read_headlines() for word in text.split()})
    feed = Documents().read(SavedFile(name="feed", content=make_feed(), captured_at=NOW))
    for number in range(FEEDS):
        articles = [replace(article, text=" ".join(dice.choices(words, k=WORDS))) for article in feed]
        SqlArticles(engine).save_articles(f"{number:064x}", articles, now=NOW)
    vector = [dice.random() for _ in range(VECTOR)]
    SqlVectors(engine, StoppedClock(NOW)).save_vectors(
        {f"{n * 0x9E3779B97F4A7C15 % 2**64:064x}": vector for n in range(VECTORS)}
    )
    engine.dispose()


#: With the tables of months under it, where there are some.
_SIZE = (
    "coalesce((SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree('{table}')),"
    " pg_total_relation_size('{table}'))"
)


def _row_bytes(server: Postgres, address: str) -> dict[str, float]:
    """By table: with indexes and the room that rows leave, where there are many; of the rows alone, where few."""
    name, found = str(make_url(address).database), dict[str, float]()
    for table in metadata.tables:
        ((rows, row, whole),) = _ask(
            server,
            name,
            f"SELECT count(*), avg(pg_column_size(t.*))::float, {_SIZE.format(table=table)} FROM {table} t",
        )
        if rows:
            found[table] = whole / rows if rows >= _ENOUGH else row
    return found


def _ask(server: Postgres, database: str, question: str) -> Any:
    return server.run(question, database)

"""The store in a SQLite file: for any number of processes of one machine.

A thread of its own holds the connection. Each transaction that writes is IMMEDIATE: one that began by reading would
be refused where another process wrote meanwhile. In WAL mode with `synchronous=NORMAL` nothing is lost when a process
is killed; when the power fails, the last moments may be, and the file stays whole.
"""

import sqlite3
from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import monotonic, time
from typing import Any, TypeVar

from .. import metrics
from ..runs.errors import BusyError, LeaseLostError, StoreDownError, StoreFullError, UnknownRunError
from .protocol import Head, Lease, Limits, Update, Usage
from .record import StoredRun

T = TypeVar("T")
VERSION = 1  # of the tables below
LONGEST_LEASE = 600.0  # seconds; a lease that ends later was written before this machine started anew
PATIENCE = 5.0  # seconds that a transaction waits for one of another process

SCHEMA = """
CREATE TABLE runs (
  id TEXT PRIMARY KEY, fixed BLOB NOT NULL, moving BLOB NOT NULL, on_table TEXT, bytes INTEGER NOT NULL,
  version INTEGER NOT NULL, used REAL NOT NULL,
  token INTEGER NOT NULL, holder TEXT NOT NULL, expires REAL NOT NULL, promised INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE checkpoints (run TEXT NOT NULL, step INTEGER NOT NULL, state BLOB NOT NULL, PRIMARY KEY (run, step));
CREATE TABLE tables (name TEXT PRIMARY KEY, content BLOB NOT NULL, used REAL NOT NULL, listed INTEGER NOT NULL);
CREATE INDEX runs_by_use ON runs (used);
CREATE INDEX runs_by_table ON runs (on_table);
"""


class SqliteStore:
    """Opens or makes the file: StoreDownError where it can't be had, or is damaged; it is left alone then."""

    def __init__(self, path: Path, limits: Limits, clock: Callable[[], float] = monotonic) -> None:
        self._path, self._limits, self._clock = path, limits, clock
        self._thread = ThreadPoolExecutor(1, "sqlite")
        try:
            self._connection = self._thread.submit(self._open).result()
        except (sqlite3.Error, OSError) as error:
            self._thread.shutdown()
            raise StoreDownError(f"{path}: {error}") from error

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise sqlite3.DatabaseError(f"the file is damaged: {found.splitlines()[-1]}")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise sqlite3.DatabaseError("a newer version of Backprop Playground wrote the file")
            if version == 0:
                for statement in SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={VERSION}")
            latest = connection.execute("SELECT max(used) FROM runs").fetchone()[0]
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        # Time off counts at most half of the idle time, and time never goes back: a clock that jumped forgets no run.
        wall = time()
        self._began = wall if latest is None else latest + min(max(wall - latest, 0.0), self._limits.idle / 2)
        self._origin = self._latest = monotonic()
        return connection

    def _now(self) -> float:
        """Seconds, later each time."""
        self._latest = max(monotonic(), self._latest + 1e-5)
        return self._began + self._latest - self._origin

    async def _ask(self, work: Callable[[sqlite3.Connection], T], writes: bool = True) -> T:
        return await get_running_loop().run_in_executor(self._thread, self._transaction, work, writes)

    def _transaction(self, work: Callable[[sqlite3.Connection], T], writes: bool) -> T:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            try:
                found = work(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            metrics.STORE_ERRORS.inc()
            raise StoreDownError(str(error)) from error
        return found

    async def create(self, run: str, fixed: bytes, moving: bytes, table: str | None) -> str:
        def work(connection: sqlite3.Connection) -> str:
            self._make_room(connection, len(fixed) + len(moving), 1)
            row = (run, fixed, moving, table, len(fixed) + len(moving), self._now())
            connection.execute("INSERT INTO runs VALUES (?, ?, ?, ?, ?, 0, ?, 0, '', 0.0, 0)", row)
            return "0"

        return await self._ask(work)

    async def head(self, run: str) -> Head:
        return await self._ask(lambda connection: self._head(connection, run), writes=False)

    async def load(self, run: str) -> tuple[StoredRun, Head]:
        def work(connection: sqlite3.Connection) -> tuple[StoredRun, Head]:
            head = self._head(connection, run)
            fixed, moving = connection.execute("SELECT fixed, moving FROM runs WHERE id = ?", (run,)).fetchone()
            rows = connection.execute("SELECT step, state FROM checkpoints WHERE run = ?", (run,))
            return StoredRun(fixed, moving, dict(rows.fetchall())), head

        return await self._ask(work, writes=False)

    async def take(self, run: str, holder: str, seconds: float, promised: int = 0) -> Lease:
        def work(connection: sqlite3.Connection) -> Lease:
            head = self._head(connection, run)
            if head.held and holder != self._holder(connection, run):
                raise BusyError
            connection.execute(
                "UPDATE runs SET token = token + 1, holder = ?, expires = ?, promised = max(promised, ?), used = ?"
                " WHERE id = ?",
                (holder, self._clock() + seconds, promised, self._now(), run),
            )
            token = connection.execute("SELECT token FROM runs WHERE id = ?", (run,)).fetchone()[0]
            return Lease(run, holder, token, head)

        return await self._ask(work)

    async def write(self, lease: Lease, update: Update, seconds: float) -> str:
        def work(connection: sqlite3.Connection) -> str:
            run = lease.run
            expires = self._clock() + seconds if seconds else 0.0
            changed = connection.execute(
                "UPDATE runs SET expires = ?, used = ?, promised = iif(?, promised, 0),"
                " version = version + ?, moving = coalesce(?, moving) WHERE id = ? AND token = ? AND holder = ?",
                (
                    expires,
                    self._now(),
                    update.moving is None and seconds > 0,
                    update.moving is not None,
                    update.moving,
                    run,
                    lease.token,
                    lease.holder,
                ),
            )
            if changed.rowcount == 0:
                self._head(connection, run)
                raise LeaseLostError(run)
            if update.added or update.dropped:
                added = [(run, step, state) for step, state in update.added.items()]
                connection.executemany("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)", added)
                dropped = [(run, step) for step in update.dropped]
                connection.executemany("DELETE FROM checkpoints WHERE run = ? AND step = ?", dropped)
                connection.execute(
                    "UPDATE runs SET bytes = length(fixed) + length(moving) + coalesce("
                    "(SELECT sum(length(state)) FROM checkpoints WHERE run = id), 0) WHERE id = ?",
                    (run,),
                )
            version: int = connection.execute("SELECT version FROM runs WHERE id = ?", (run,)).fetchone()[0]
            return str(version)

        return await self._ask(work)

    async def touch(self, run: str) -> None:
        await self._ask(
            lambda connection: connection.execute("UPDATE runs SET used = ? WHERE id = ?", (self._now(), run))
        )

    async def remove(self, run: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            self._head(connection, run)
            self._delete_run(connection, run)
            self._let_idle_go(connection)

        await self._ask(work)

    async def add_table(self, name: str, content: bytes) -> None:
        def work(connection: sqlite3.Connection) -> None:
            self._make_room(connection, len(content), 0)
            connection.execute("INSERT INTO tables VALUES (?, ?, ?, 1)", (name, content, self._now()))

        await self._ask(work)

    async def has_table(self, name: str) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            row = (self._now(), name)
            return connection.execute("UPDATE tables SET used = ? WHERE name = ? AND listed", row).rowcount > 0

        return await self._ask(work)

    async def table(self, name: str) -> bytes | None:
        def work(connection: sqlite3.Connection) -> bytes | None:
            row = connection.execute("SELECT content FROM tables WHERE name = ?", (name,)).fetchone()
            return None if row is None else row[0]

        return await self._ask(work, writes=False)

    async def remove_table(self, name: str) -> bool:
        def work(connection: sqlite3.Connection) -> bool:
            found = connection.execute("UPDATE tables SET listed = 0 WHERE name = ? AND listed", (name,)).rowcount > 0
            self._let_idle_go(connection)
            return found

        return await self._ask(work)

    async def usage(self) -> Usage:
        def work(connection: sqlite3.Connection) -> Usage:
            return Usage(connection.execute("SELECT count(*) FROM runs").fetchone()[0], self._bytes(connection))

        return await self._ask(work, writes=False)

    async def close(self) -> None:
        await get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()

    def _head(self, connection: sqlite3.Connection, run: str) -> Head:
        row = connection.execute("SELECT version, expires, promised FROM runs WHERE id = ?", (run,)).fetchone()
        if row is None:
            raise UnknownRunError(run)
        version, expires, promised = row
        return Head(str(version), self._is_held(expires), promised)

    def _holder(self, connection: sqlite3.Connection, run: str) -> str:
        holder: str = connection.execute("SELECT holder FROM runs WHERE id = ?", (run,)).fetchone()[0]
        return holder

    def _is_held(self, expires: float) -> bool:
        return self._clock() < expires < self._clock() + LONGEST_LEASE

    def _bytes(self, connection: sqlite3.Connection) -> int:
        found: int = connection.execute(
            "SELECT (SELECT coalesce(sum(bytes), 0) FROM runs) + (SELECT coalesce(sum(length(content)), 0) FROM tables)"
        ).fetchone()[0]
        return found

    def _delete_run(self, connection: sqlite3.Connection, run: str) -> None:
        connection.execute("DELETE FROM runs WHERE id = ?", (run,))
        connection.execute("DELETE FROM checkpoints WHERE run = ?", (run,))

    def _let_idle_go(self, connection: sqlite3.Connection) -> None:
        """Runs that were not used for long, then tables that are of no use to any."""
        oldest = self._now() - self._limits.idle
        idle = connection.execute("SELECT id, expires FROM runs WHERE used < ?", (oldest,)).fetchall()
        for run, expires in idle:
            if not self._is_held(expires):
                self._delete_run(connection, run)
        connection.execute(
            "DELETE FROM tables WHERE (used < ? OR NOT listed)"
            " AND NOT EXISTS (SELECT 1 FROM runs WHERE on_table = name)",
            (oldest,),
        )

    def _make_room(self, connection: sqlite3.Connection, bytes_more: int, runs_more: int) -> None:
        self._let_idle_go(connection)
        runs = connection.execute("SELECT count(*) FROM runs").fetchone()[0] + runs_more
        excess = self._bytes(connection) + bytes_more - self._limits.bytes
        if excess > 0:
            for name, size in self._rows(connection, FREE_TABLES):
                connection.execute("DELETE FROM tables WHERE name = ?", (name,))
                excess -= size
                if excess <= 0:
                    break
        if excess > 0 or runs > self._limits.runs:
            for run, size, expires in self._rows(connection, "SELECT id, bytes, expires FROM runs ORDER BY used"):
                if runs <= self._limits.runs and excess <= 0:
                    break
                if not self._is_held(expires):
                    self._delete_run(connection, run)
                    runs, excess = runs - 1, excess - size
        if runs > self._limits.runs:
            raise StoreFullError(self._limits.runs)

    def _rows(self, connection: sqlite3.Connection, query: str) -> list[Any]:
        return connection.execute(query).fetchall()


FREE_TABLES = (
    "SELECT name, length(content) FROM tables WHERE NOT EXISTS (SELECT 1 FROM runs WHERE on_table = name) ORDER BY used"
)

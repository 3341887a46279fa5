"""Every kind of store, opened for a test, with a clock that the test moves where the store has one."""

import asyncio
import atexit
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redis.asyncio import Redis

from app.store.live import LiveRuns
from app.store.memory import MemoryStore
from app.store.protocol import Limits, Store
from app.store.redis import RedisStore
from app.store.sqlite import SqliteStore
from app.store.tables import LiveTables

LIMITS = Limits(1000, 10**9, 10**6)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Shelf:
    """What is kept, to be opened by any number of servers; `expire` lets the lease of a run run out."""

    open: Callable[[], Awaitable[Store]]
    expire: Callable[[str], Awaitable[None]]


@asynccontextmanager
async def memory(limits: Limits = LIMITS) -> AsyncIterator[Shelf]:
    clock = Clock()
    store = MemoryStore(limits, clock)

    async def opened() -> Store:
        return store

    async def expire(_: str) -> None:
        clock.now += 60

    yield Shelf(opened, expire)


@asynccontextmanager
async def sqlite(limits: Limits = LIMITS) -> AsyncIterator[Shelf]:
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:

        async def opened() -> Store:
            return SqliteStore(Path(folder) / "runs.sqlite", limits, clock)

        async def expire(_: str) -> None:
            clock.now += 60

        yield Shelf(opened, expire)


def answers(path: str) -> bool:
    """Whether somebody listens on a socket: for a moment it is there, and refuses everybody."""
    with socket.socket(socket.AF_UNIX) as tried, suppress(OSError):
        tried.connect(path)
        return True
    return False


@cache
def redis_server() -> str:
    """The address of a Redis of this process's tests, which ends with them."""
    folder = tempfile.mkdtemp()
    command = ["redis-server", "--port", "0", "--unixsocket", f"{folder}/socket", "--save", "", "--dir", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    atexit.register(shutil.rmtree, folder)
    atexit.register(process.kill)
    while not answers(f"{folder}/socket"):
        assert process.poll() is None, "redis-server did not start"
    return f"unix://{folder}/socket"


@asynccontextmanager
async def redis(limits: Limits = LIMITS) -> AsyncIterator[Shelf]:
    client = Redis.from_url(redis_server())
    await client.flushdb()

    async def opened() -> Store:
        return RedisStore(redis_server(), limits)

    async def expire(run: str) -> None:
        await client.delete(f"backprop:lease:{run}")

    yield Shelf(opened, expire)
    await client.aclose()


KINDS = {"memory": memory, "sqlite": sqlite, "redis": redis}


class Server:
    """One server over a store, as far as runs go."""

    def __init__(self, store: Store, memory: int = 10**9) -> None:
        self.store = store
        self.tables = LiveTables(store, 10**6)
        self.runs = LiveRuns(store, self.tables, memory)

    async def die(self) -> None:
        """As by kill -9: nothing more is written, and no lease is given back."""
        for beat in self.runs._beats.values():
            beat.cancel()
        await asyncio.sleep(0)
        await self.store.close()

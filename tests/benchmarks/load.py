"""Learners who play at the same time: how evenly their frames come, and what becomes of other requests meanwhile.

The server has the first core, all readers the others. Each learner holds one stream of ten frames a second, as in
`frame`. `rows()` gives the measurements as in `engine`; `python -m tests.benchmarks load` prints them, and takes some
minutes of a machine that does nothing else.
"""

import asyncio
import json
import socket
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from tests.processes import ServerProcess, server

from .cpu import CORES, OTHERS, on, on_first_core, processor_time
from .frame import ASKED, STEPS
from .row import Row

A_SECOND = 10  # frames
SECONDS = 8.0
WARM = 2.0  # seconds, not counted
GAP, HEALTH = 120.0, 50.0  # ms, at the 99th percentile
FRAME_MARK = b'{"type":"evaluation"'


@dataclass(frozen=True)
class Seen:
    """Gaps and waits for /healthz in ms, at the 99th percentile; frames a second of all; cores that the server took."""

    gap: float
    health: float
    frames: float
    taken: float

    @property
    def note(self) -> str:
        rate, share = f"{self.frames:.0f} frames a second in all", f"{100 * self.taken:.0f} % of a core"
        return f"{rate}; {share}; /healthz {self.health:.0f} ms"


Reader = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def asked(port: int, method: str, path: str, body: Any = None) -> Reader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    text = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    writer.write(head.encode() + text)
    return reader, writer


async def answered(port: int, method: str, path: str, body: Any = None) -> bytes:
    reader, writer = await asked(port, method, path, body)
    content = await reader.read(-1)
    writer.close()
    return content.partition(b"\r\n\r\n")[2]


async def learn(port: int, run: str, gaps: list[float], until: float, delay: float) -> None:
    """One stream: in `gaps` the ms between its frames, once it is warm."""
    await asyncio.sleep(delay)
    began = perf_counter()
    frames = int((until - began) * A_SECOND) + 10 * A_SECOND
    body = {"steps": STEPS * frames, **ASKED, "per_second": 2 * A_SECOND}  # two lines a frame
    reader, writer = await asked(port, "POST", f"/api/runs/{run}/train", body)
    last = None
    while (now := perf_counter()) < until:
        piece = await reader.read(1 << 20)
        if not piece:
            raise RuntimeError("a stream ended early")
        if FRAME_MARK in piece:
            now = perf_counter()
            if last is not None and now > began + WARM:
                gaps.append(1000 * (now - last))
            last = now
    writer.close()


def look(port: int, seconds: float) -> list[float]:
    """How many ms /healthz takes, twenty times a second, once the streams are warm.

    In a process of its own, as the readers' loop keeps one waiting.
    """
    request = f"GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()
    sleep(WARM)
    waits, until = [], perf_counter() + seconds
    while perf_counter() < until:
        began = perf_counter()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(request)
            while connection.recv(1 << 16):
                pass
        waits.append(1000 * (perf_counter() - began))
        sleep(0.05)
    return waits


async def time_taken(pid: int, until: float) -> float:
    """Seconds of processor time that the server takes once the streams are warm."""
    await asyncio.sleep(WARM)
    began = processor_time(pid)
    await asyncio.sleep(until - perf_counter())
    return processor_time(pid) - began


async def a_class(there: ServerProcess, learners: int) -> Seen:
    made = [await answered(there.port, "POST", "/api/runs", {"seed": k}) for k in range(learners)]
    runs = [json.loads(each)["id"] for each in made]
    gaps: list[float] = []
    until = perf_counter() + WARM + SECONDS
    streams = [learn(there.port, run, gaps, until, k / learners / A_SECOND) for k, run in enumerate(runs)]
    with ProcessPoolExecutor(1, get_context("spawn")) as aside:
        looking = asyncio.get_running_loop().run_in_executor(aside, look, there.port, SECONDS)
        waits, taken, *_ = await asyncio.gather(looking, time_taken(there.process.pid, until), *streams)
    for run in runs:
        with suppress(OSError):
            await answered(there.port, "DELETE", f"/api/runs/{run}")
    return Seen(at(0.99, gaps), at(0.99, waits), len(gaps) / SECONDS, taken / SECONDS)


def at(share: float, values: Sequence[float]) -> float:
    found = sorted(values)
    return found[min(len(found) - 1, int(share * len(found)))] if found else float("inf")


def measured(there: ServerProcess, learners: int) -> Seen:
    with on(OTHERS):
        return asyncio.run(a_class(there, learners))


async def steps_a_second(port: int, streams: int, seconds: float) -> float:
    """Of so many streams as fast as they go, which show hardly anything: the readers take next to no time."""
    runs = [json.loads(await answered(port, "POST", "/api/runs", {"seed": k}))["id"] for k in range(streams)]

    async def train(run: str) -> int:
        body = {"steps": 100_000, "every": LINE, "detail": "summary", "evaluate_every": 0}
        reader, writer = await asked(port, "POST", f"/api/runs/{run}/train", body)
        lines, until = 0, perf_counter() + seconds
        while perf_counter() < until and (piece := await reader.read(1 << 20)):
            lines += piece.count(b'"type":"step"')
        writer.close()
        return lines * LINE

    return sum(await asyncio.gather(*(train(run) for run in runs))) / seconds


def of_workers(workers: int) -> float:
    """Steps a second of some streams together, with so many worker processes on one file of runs."""
    with TemporaryDirectory() as folder:
        store = (Path(folder) / "runs.sqlite").as_uri().replace("file:", "sqlite:")
        with server(store, "--workers", str(workers), OPENBLAS_NUM_THREADS="1") as there:
            return asyncio.run(steps_a_second(there.port, STREAMS, SECONDS / 2))  # so that no stream comes to its end


LINE = 500  # steps
STREAMS = 8  # the system deals connections out by chance: of few, one process may get most
LEARNERS = (10, 25, 50, 75, 100)


def rows(learners: Sequence[int] = LEARNERS) -> list[Row]:
    found = []
    with on_first_core() as there:
        for count in learners:
            seen = measured(there, count)
            found.append(Row(f"load: {count} learners, p99 gap", seen.gap, GAP if count == 100 else None, seen.note))
            if count == 100:
                found.append(Row("load: 100 learners, p99 /healthz", seen.health, HEALTH, "ms"))
    one, two = of_workers(1), of_workers(2)
    note = f"{one:,.0f} and {two:,.0f} steps a second of {STREAMS} streams, {len(CORES)} cores"
    return [*found, Row("load: two processes ÷ one", two / one, None, note)]

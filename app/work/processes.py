"""Processes for what can't be computed in slices: a few, started when they are needed, ended when nobody waits."""

import os
import sys
from asyncio import (
    AbstractEventLoop,
    IncompleteReadError,
    StreamReader,
    TimerHandle,
    create_subprocess_exec,
    get_running_loop,
    sleep,
    subprocess,
)
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from . import messages

T = TypeVar("T")
PIECE = 1 << 20  # bytes that are sent or read before others have their turn
IDLE = 60.0  # seconds after which a process that has nothing to do is ended: it holds some 60 MB
PACKAGE = __name__.rpartition(".work.")[0]
ABOVE = str(Path(__file__).resolve().parents[2])  # the folder that the package lies in


class ProcessEndedError(Exception):
    """A process ended before it answered."""


class Processes:
    """Calls functions in processes of their own, of one event loop. How many there are at once is left to the caller.

    A call that is cancelled ends its process at once, so nothing is computed for nobody. Not concurrent.futures: its
    pool is broken once one of its processes is ended. Not anyio.to_process: it runs the main module by its path, and
    the one of `python -m` can't be run so. multiprocessing would import the whole server into each process.
    """

    def __init__(self) -> None:
        self._idle: list[tuple[subprocess.Process, TimerHandle]] = []
        self._all: set[subprocess.Process] = set()
        self._loop: AbstractEventLoop | None = None

    async def call(self, function: Callable[[], T]) -> T:
        """What the function returns or raises; it and that go by way of pickle. What the function holds must not change
        meanwhile."""
        sent = messages.packed(function)
        process = await self._taken()
        try:
            finished, value = await _unpacked(await _exchange(process, sent))
        except BaseException:
            self._end(process)
            raise
        self._idle.append((process, get_running_loop().call_later(IDLE, self._end_idle, process)))
        if not finished:
            raise value
        result: T = value
        return result

    async def close(self) -> None:
        """Ends all of them, and waits until they have."""
        for _, timer in self._idle:
            timer.cancel()
        self._idle.clear()
        while self._all:
            process = self._all.pop()
            self._end(process)
            await process.wait()
            await sleep(0)  # its pipes are closed

    async def _taken(self) -> subprocess.Process:
        if self._loop is not (loop := get_running_loop()):  # of a program that begins another, they can't be reached
            self._loop, self._idle, self._all = loop, [], set()
        while self._idle:
            process, timer = self._idle.pop()
            timer.cancel()
            if process.returncode is None:
                return process
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([ABOVE, *_paths()])}
        process = await create_subprocess_exec(
            *(sys.executable, "-m", f"{PACKAGE}.work.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            limit=PIECE,
            env=environment,
        )
        self._all = {each for each in self._all if each.returncode is None} | {process}
        return process

    def _end_idle(self, process: subprocess.Process) -> None:
        self._idle = [(each, timer) for each, timer in self._idle if each is not process]
        self._end(process)

    def _end(self, process: subprocess.Process) -> None:
        assert process.stdin is not None
        process.stdin.close()
        with suppress(ProcessLookupError):
            process.kill()


def _paths() -> list[str]:
    found = os.environ.get("PYTHONPATH", "")
    return [found] if found else []


async def _exchange(process: subprocess.Process, sent: Iterable[memoryview]) -> list[bytes]:
    """Sends a message and waits for the other, piece by piece: between two, others have their turn."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for part in sent:
            for start in range(0, len(part), PIECE):
                process.stdin.write(part[start : start + PIECE])
                await process.stdin.drain()
        count = messages.number(await process.stdout.readexactly(messages.NUMBER))
        return [await _part(process.stdout) for _ in range(count)]
    except (IncompleteReadError, BrokenPipeError, ConnectionResetError) as error:
        raise ProcessEndedError("a process that computes ended by itself") from error


async def _part(source: StreamReader) -> bytes:
    missing, pieces = messages.number(await source.readexactly(messages.NUMBER)), []
    while missing:
        pieces.append(await source.readexactly(min(missing, PIECE)))
        missing -= len(pieces[-1])
    return b"".join(pieces)


async def _unpacked(parts: Sequence[bytes]) -> Any:
    """The value that a message carries; others have their turn between two pieces of it."""
    unpacking = messages.unpacking(parts)
    while True:
        try:
            next(unpacking)
        except StopIteration as done:
            return done.value
        await sleep(0)

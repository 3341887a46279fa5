"""Processor time of a server, to the microsecond: other work on the machine counts little in it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.processes import ServerProcess, server

CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0]
FIRST, OTHERS = {CORES[0]}, set(CORES[1:]) or set(CORES)


@contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """This process on some cores alone, where the system can do that."""
    if sys.platform != "linux":
        yield
        return
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


@contextmanager
def on_first_core(*arguments: str, **environment: str) -> Iterator[ServerProcess]:
    """A server as the command starts it, with one BLAS thread, on one core."""
    with on(FIRST):
        starting = server("memory:", *arguments, OPENBLAS_NUM_THREADS="1", **environment)
        there = starting.__enter__()
    try:
        yield there
    finally:
        starting.__exit__(None, None, None)


def processor_time(pid: int) -> float:
    """Of a process and its children, all their threads together, in seconds."""
    found = 0.0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # it has just ended
            found += int((thread / "schedstat").read_text().split()[0]) / 1e9
            found += sum(processor_time(int(child)) for child in (thread / "children").read_text().split())
    return found

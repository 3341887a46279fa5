"""Lines a second of a training stream, from one uvicorn process to one reader over a loopback socket.

`rows()` gives the measurements as in `engine`; `python -m tests.benchmarks stream` prints them.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Any

import httpx

from .row import Row

PROMISED = 5000.0  # lines a second of about 7 KB

# About 7 KB a full line: 2-4-1 with a batch of 8; and the default network (2-6-4-1, batch 16).
SMALL: dict[str, Any] = {"hidden": [{"units": 4, "activation": "tanh"}], "batch_size": 8}
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "full, 7 KB": (SMALL, {"detail": "full"}),
    "full, default": ({}, {"detail": "full"}),
    "full and spotlight": (SMALL, {"detail": "full", "spotlight": 0}),
    "summary": ({}, {"detail": "summary"}),
}


@contextmanager
def served() -> Iterator[str]:
    """The app in a process of its own, as a user runs it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port), "--log-level", "error"]
    server = subprocess.Popen(command, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"})
    try:
        _wait_for(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def lines_a_second(
    client: httpx.Client, config: dict[str, Any], asked: dict[str, Any], steps: int
) -> tuple[float, int]:
    """Lines a second, and bytes a line."""
    run = client.post("/api/runs", json=config).json()["id"]
    began, lines, size = perf_counter(), 0, 0
    with client.stream("POST", f"/api/runs/{run}/train", json={"steps": steps, **asked}) as answer:
        for chunk in answer.iter_raw():
            lines += chunk.count(b"\n")
            size += len(chunk)
    client.delete(f"/api/runs/{run}")
    return lines / (perf_counter() - began), size // lines


def unrecorded_steps_a_second(client: httpx.Client, steps: int) -> float:
    """Steps a second of a stream that shows the last one only."""
    run = client.post("/api/runs", json={}).json()["id"]
    began = perf_counter()
    client.post(f"/api/runs/{run}/train", json={"steps": steps, "every": steps})
    return steps / (perf_counter() - began)


def rows(rounds: int = 10, steps: int = 2000) -> list[Row]:
    """One row a case, in lines a second: the best of some rounds, so that other work on the machine counts little."""
    found: list[Row] = []
    with served() as url, httpx.Client(base_url=url, timeout=60) as client:
        for name, (config, asked) in CASES.items():
            best, size = max(lines_a_second(client, config, asked, steps) for _ in range(rounds))
            limit = PROMISED if name == "full, 7 KB" else None
            found.append(Row(f"stream: {name}", best, limit, f"lines a second of {size} bytes", at_least=True))
        best = max(unrecorded_steps_a_second(client, 20_000) for _ in range(rounds))
        found.append(Row("stream: nothing shown", best, None, "steps a second", at_least=True))
    return found

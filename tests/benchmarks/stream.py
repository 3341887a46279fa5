"""Lines a second of a training stream, from one uvicorn process to one reader over a loopback socket."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, sleep
from typing import Any

import httpx

# About 7 KB a full line: 2-6-4-1 with a batch of 4, and the default network for comparison.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "full, batch 4": ({"batch_size": 4}, {"detail": "full"}),
    "full, default": ({}, {"detail": "full"}),
    "full and spotlight": ({"batch_size": 4}, {"detail": "full", "spotlight": 0}),
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
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
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


def rows(rounds: int = 5, steps: int = 2000) -> list[dict[str, Any]]:
    """One row a case: the best of some rounds, so that other work on the machine counts little."""
    found: list[dict[str, Any]] = []
    with served() as url, httpx.Client(base_url=url, timeout=60) as client:
        for name, (config, asked) in CASES.items():
            measured = [lines_a_second(client, config, asked, steps) for _ in range(rounds)]
            best, size = max(measured)
            found.append({"case": name, "bytes a line": size, "lines a second": round(best)})
        best = max(unrecorded_steps_a_second(client, 20_000) for _ in range(rounds))
        found.append({"case": "not recorded", "bytes a line": 0, "lines a second": round(best)})
    return found


if __name__ == "__main__":
    for row in rows():
        print(row)

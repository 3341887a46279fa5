"""What the page asks for again and again while it plays, a *frame*: five steps, the last of them in full with a sample
under the spotlight, the evaluation after it, and every unit's heat map on 24 by 24 points.

In processor time, in updates of the same network; and over HTTP beside the same in this process.
`rows()` gives the measurements as in `engine`; `python -m tests.benchmarks frame` prints them.
"""

import json
import socket
import statistics
from collections.abc import Callable, Mapping
from functools import partial
from time import process_time
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.api import wire
from app.runs.build import plan
from app.runs.config import RunConfig
from app.runs.cursor import TrainingCursor
from app.runs.requests import TrainRequest
from app.runs.run import Run
from app.runs.slices import finish

from .cpu import FIRST, OTHERS, on, on_first_core, processor_time
from .row import Row

FRAMES = 40  # a block
STEPS = 5
ASKED: dict[str, Any] = {
    "every": STEPS,
    "evaluate_every": STEPS,
    "surfaces": 24,
    "surface_format": "uint8",
    "beeswarms": True,
    "spotlight": 0,
}
CHANGES, REPLAYED = 1500, 16


def in_process(run: Run) -> None:
    """So many frames, encoded as they are sent."""
    request = TrainRequest(steps=STEPS * FRAMES, **ASKED)
    run.begin(request)
    for line in run.train(request):
        if line is not None:
            wire.steps.line(line)
    run.end()


def stream(url: str, run: str, **pace: float) -> None:
    """The same over one stream, to a reader that only counts: a slow one would be measured with it."""
    address, body = urlsplit(url), json.dumps({"steps": STEPS * FRAMES, **ASKED, **pace})
    head = f"POST /api/runs/{run}/train HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall((head + body).encode())
        lines, taken = 0, bytearray(1 << 20)
        while size := connection.recv_into(taken):
            lines += taken.count(b'{"type":"evaluation"', 0, size)
    assert lines == FRAMES


def requests(client: httpx.Client, run: str) -> None:
    """The same by a request a frame."""
    for _ in range(FRAMES):
        client.post(f"/api/runs/{run}/train", json={"steps": STEPS, **ASKED}).raise_for_status()


Peer = tuple[Callable[[Callable[[], object]], float], Callable[[], object], int]  # a clock, what to do, how often


def fastest(peers: Mapping[str, Peer], rounds: int) -> dict[str, float]:
    """Seconds of each, taken in turns on one core: the median of the faster half of rounds."""
    times: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, (clock, work, count) in peers.items():
            times[name].append(clock(work) / count)
    return {name: statistics.median(sorted(found)[: rounds // 2 + 1]) for name, found in times.items()}


def own_time(work: Callable[[], object]) -> float:
    with on(FIRST):
        began = process_time()
        work()
        return process_time() - began


def rows(rounds: int = 25) -> list[Row]:
    return _frames(rounds) + _curves(rounds) + _replays(rounds)


def _frames(rounds: int) -> list[Row]:
    run = Run(plan(RunConfig()))
    updates = TrainingCursor(run.plan, run.plan.start)
    with on_first_core() as there, on(OTHERS):
        url, ours, client, server = there.url, there.create(), there.client, there.process.pid

        def server_time(work: Callable[[], object]) -> float:
            began = processor_time(server)
            with on(OTHERS):
                work()
            return processor_time(server) - began

        took = fastest(
            {
                "update": (own_time, lambda: [updates.step() for _ in range(1000)], 1000),
                "frame": (own_time, lambda: in_process(run), FRAMES),
                "stream": (server_time, lambda: stream(url, ours), FRAMES),
                "paced": (server_time, lambda: stream(url, ours, per_second=80), FRAMES),
                "requests": (server_time, lambda: requests(client, ours), FRAMES),
            },
            rounds,
        )
    note = {name: f"{seconds * 1e6:.0f} µs" for name, seconds in took.items()}
    return [
        Row("frame: in process ÷ update", took["frame"] / took["update"], 60, note["frame"]),
        Row("frame: in one stream ÷ in process", took["stream"] / took["frame"], 1.5, note["stream"]),
        Row("frame: at 40 a second ÷ in process", took["paced"] / took["frame"], None, note["paced"]),
        Row("frame: a request each ÷ in process", took["requests"] / took["frame"], None, note["requests"]),
    ]


def layers(count: int, units: int = 8) -> dict[str, Any]:
    return {"hidden": [{"units": units, "activation": "tanh"}] * count}


CURVES: dict[str, list[dict[str, Any]]] = {
    "1, 2, 4, 6, 10 layers of 8": [layers(n) for n in (1, 2, 4, 6, 10)],
    "4, 8, 16 units in each of two layers": [layers(2, n) for n in (4, 8, 16)],
    "1, 16, 64, 256 samples a batch": [{"batch_size": n} for n in (1, 16, 64, 256)],
    "100, 300, 1000, 5000 rows": [{"samples": n} for n in (100, 300, 1000, 5000)],
}


def _curves(rounds: int) -> list[Row]:
    """The last point of each curve, and all of them in the note: how a frame grows with what it is of."""
    runs = {name: [Run(plan(RunConfig.model_validate(each))) for each in points] for name, points in CURVES.items()}
    peers: dict[str, Peer] = {"default": (own_time, partial(in_process, Run(plan(RunConfig()))), FRAMES)}
    for name, points in runs.items():
        peers |= {f"{name} {k}": (own_time, partial(in_process, run), FRAMES) for k, run in enumerate(points)}
    took = fastest(peers, rounds)
    found = []
    for name, points in runs.items():
        ratios = [took[f"{name} {k}"] / took["default"] for k in range(len(points))]
        note = f"{', '.join(f'{ratio:.2f}' for ratio in ratios)} of the default's"
        found.append(Row(f"frame: {name}", ratios[-1], None, note))
    return found


def _replays(rounds: int) -> list[Row]:
    """A run that was changed after each of its steps, looked back at, beside the same steps without a change."""
    run, plain = Run(plan(RunConfig())), Run(plan(RunConfig()))
    for k in range(CHANGES):
        one_step(run, 1)
        run.patch({"learning_rate": 0.01 + (k % 97) / 1000})
    one_step(plain, CHANGES)
    at = max(step for step in run._checkpoints.steps if step + REPLAYED < CHANGES)

    def replay(of: Run) -> None:
        cursor = TrainingCursor(of.plan, of._checkpoints.before(at), of.changes)
        assert cursor.at == at
        finish(cursor.train_to(at + REPLAYED))

    took = fastest(
        {"changed": (own_time, lambda: replay(run), 1), "plain": (own_time, lambda: replay(plain), 1)}, 10 * rounds
    )
    size = len(wire.runs.run(run, run.evaluation()))
    return [
        Row(
            f"replay: {REPLAYED} steps among {CHANGES} changes ÷ without",
            took["changed"] / took["plain"],
            2,
            f"{took['changed'] * 1e6:.0f} µs; the Run has {size} bytes",
        )
    ]


def one_step(run: Run, steps: int) -> None:
    request = TrainRequest(steps=steps, every=100_000, detail="summary")
    run.begin(request)
    for _ in run.train(request):
        pass
    run.end()

"""What keeping runs costs: lines of a stream, and requests, with each store beside memory alone.

Of servers that are asked in turns, in the seconds of processor time that each takes, all its threads together: other
work on the machine counts little then. What Redis itself takes is not in it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.processes import ServerProcess, server
from tests.store.kinds import redis_server

from .row import Row

LINES = 3000  # a round: about two seconds, so that it is written on the way as well
REQUESTS = 100  # a round
STORES = {"memory": 1.0, "sqlite": 0.95, "redis": 0.9}  # share of the lines a second that is promised


@contextmanager
def servers() -> Iterator[dict[str, ServerProcess]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stores = {
            "memory": "memory:",
            "sqlite": (folder / "runs.sqlite").as_uri().replace("file:", "sqlite:"),
            "redis": redis_server(),
        }
        yield {name: stack.enter_context(server(store)) for name, store in stores.items()}


def seconds_taken(there: ServerProcess, work: Callable[[], None]) -> float:
    """Processor time of the server."""
    began = _processor_time(there)
    work()
    return _processor_time(there) - began


def _processor_time(there: ServerProcess) -> float:
    fields = Path(f"/proc/{there.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stream(there: ServerProcess) -> None:
    run = there.create()
    with there.client.stream("POST", f"/api/runs/{run}/train", json={"steps": LINES}) as answer:
        assert sum(piece.count(b"\n") for piece in answer.iter_raw()) == LINES + 1


def train(there: ServerProcess) -> None:
    run = there.create()
    for step in range(REQUESTS):
        there.client.post(f"/api/runs/{run}/train", json={"from_step": step}).raise_for_status()


def look(there: ServerProcess) -> None:
    run = there.create()
    for _ in range(REQUESTS):
        there.client.get(f"/api/runs/{run}/evaluations/0").raise_for_status()


def rows(rounds: int = 6) -> list[Row]:
    taken: dict[tuple[str, str], float] = {}
    with servers() as there:
        for _ in range(rounds):
            for name, each in there.items():
                for work in (stream, train, look):
                    found = seconds_taken(each, lambda work=work, each=each: work(each))
                    taken[name, work.__name__] = min(found, taken.get((name, work.__name__), 99.0))
    lines = {name: LINES / taken[name, "stream"] for name in STORES}
    streams = [
        Row(f"store: {name}, stream", lines[name] / lines["memory"], share, "of the lines with memory", at_least=True)
        for name, share in STORES.items()
        if name != "memory"
    ]
    requests = [
        Row(f"store: {name}, {what}", 1000 * taken[name, work] / REQUESTS, None, "ms of processor time a request")
        for work, what in (("train", "a stream of one step"), ("look", "a look at a live run"))
        for name in STORES
    ]
    return streams + requests

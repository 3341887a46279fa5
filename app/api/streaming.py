"""The training stream, and the driver of work in slices: others have a turn between two slices."""

from asyncio import sleep
from collections.abc import AsyncIterator
from contextlib import closing
from typing import TypeVar

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api import wire
from app.runs.config import TrainRequest
from app.runs.run import Run
from app.runs.slices import Slices

T = TypeVar("T")
LINES_A_TURN = 4  # a reader who has hung up is noticed between turns; asyncio complains from the fifth write on


async def in_slices(work: Slices[T]) -> T:
    """What a piece of work returns, done slice by slice."""
    with closing(work):
        while True:
            try:
                next(work)
            except StopIteration as done:
                result: T = done.value
                return result
            await sleep(0)


class StepStream(StreamingResponse):
    """Trains a run and sends its lines. Takes the run at once, so that a refusal comes before the first line.

    Sending waits for a slow reader, and so training does. Hanging up cancels between two steps; then the run is free.
    """

    media_type = "application/jsonl"

    def __init__(self, run: Run, request: TrainRequest) -> None:
        run.begin(request)
        self.run = run
        super().__init__(_lines(run, request), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.run.end()


async def _lines(run: Run, request: TrainRequest) -> AsyncIterator[bytes]:
    sent = 0
    for item in run.train(request):
        if item is not None:
            yield wire.steps.line(item)
            sent += 1
        if item is None or sent % LINES_A_TURN == 0:
            await sleep(0)

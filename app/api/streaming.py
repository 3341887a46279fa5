"""The training stream: others have a turn between two slices of it."""

from asyncio import get_running_loop, sleep, timeout
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from itertools import islice
from time import monotonic, perf_counter

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from .. import metrics
from ..runs import costs
from ..runs.errors import LeaseLostError, RunError, StoreDownError
from ..runs.requests import TrainRequest
from ..runs.run import Line, Run, StepLine
from ..runs.slices import SliceTimer
from ..store.exclusive import exclusively
from ..store.held import Held
from ..store.live import LiveRuns
from . import wire
from .work import Work

LONGEST_NAP = 0.25  # seconds after which a stream that is paced looks whether it is to end
LINES_A_TURN = 4  # a reader who has hung up is noticed between turns; asyncio complains from the fifth write on


class StepStream(StreamingResponse):
    """Trains a run and sends its lines. The run is taken before, so that a refusal comes before the first line.

    Sending waits for a slow reader, and so training does. Hanging up cancels between two steps; then the run is free.
    """

    media_type = "application/jsonl"

    def __init__(
        self, runs: LiveRuns, held: Held, request: TrainRequest, work: Work, releasing: AsyncExitStack
    ) -> None:
        self._held, self._releasing = held, releasing
        lines = _lines(runs, held, request, work)
        super().__init__(lines, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    @classmethod
    async def begin(cls, runs: LiveRuns, name: str, request: TrainRequest, work: Work) -> "StepStream":
        """Takes the run, or says why it can't be trained. ClientLimitError, OverloadedError."""
        async with AsyncExitStack() as releasing:
            await releasing.enter_async_context(work.streaming.place(work.client))
            held = await releasing.enter_async_context(runs.hold(name, request.steps))
            if request.from_step is not None:
                await work.slices(held.run, held.run.catch_up(request.from_step))
            held.run.begin(request)
            return cls(runs, held, request, work, releasing.pop_all())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held = self._held

        async def send_noted(message: Message) -> None:
            held.sending_since = monotonic()
            await send(message)
            held.sending_since = None

        try:
            with suppress(TimeoutError):
                async with timeout(None) as ending:
                    held.cut = lambda: ending.reschedule(get_running_loop().time())
                    await super().__call__(scope, receive, send_noted)
        finally:
            held.cut = None
            with suppress(RunError):
                await self._releasing.aclose()


async def _stand_until(due: float, runs: LiveRuns, run: Run) -> None:
    """Trains nothing before it is due, so that a change made meanwhile is in force in the very next line."""
    while (left := due - monotonic()) > 0 and not (runs.stopping or run.deleted):
        await sleep(min(left, LONGEST_NAP))


async def _lines(runs: LiveRuns, held: Held, request: TrainRequest, work: Work) -> AsyncIterator[bytes]:
    """The lines of a stream; none is followed by the Evaluation at its end before what was trained is kept.

    Where that can't be done, or the server is about to stop, the stream ends without one.
    """
    run, sent, began = held.run, 0, perf_counter()
    interval = 0.0 if request.per_second is None else 1 / request.per_second
    due = monotonic()
    timer = SliceTimer()
    with metrics.STREAMS.track_inprogress(), suppress(StoreDownError, LeaseLostError):
        lines, cost = _Lines(run, request), costs.evaluation(run.plan, request.surfaces)
        while (written := await exclusively([run], lines.next, cost)) is not None:
            if written:
                if run.finished and not run.deleted:
                    await runs.give_back(held)
                now = monotonic()  # a line that is a little late does not delay the next; a slow reader gets no burst
                due = (due if now < due + interval else now) + interval * len(written)
                yield b"".join(written)
                sent += len(written)
                await _stand_until(due, runs, run)
            if not written or interval or sent >= LINES_A_TURN or timer.is_over():  # many may be due at once
                await work.turns.next(work.client)
                timer.restart()
                if sent >= LINES_A_TURN:
                    began, sent = _noted(began, sent, interval), 0
            if held.must_wait:
                await held.turn()
            if runs.stopping and not run.finished:
                return
        if sent:
            _noted(began, sent, interval)


class _Lines:
    """The lines of a run in training, as they are sent: a step together with its evaluation."""

    def __init__(self, run: Run, request: TrainRequest) -> None:
        self._run, self._evaluate_every = run, request.evaluate_every
        self._last = run.step + request.steps
        self._lines = run.train(request)

    def next(self) -> list[bytes] | None:
        """The next lines, written; none where a slice of time is over without one; None after the last."""
        for line in self._lines:
            if line is None:
                return []
            written = [wire.steps.line(line)]
            if self._is_evaluated_next(line):
                written += [wire.steps.line(each) for each in islice(self._lines, 1) if each is not None]
            return written
        return None

    def _is_evaluated_next(self, line: Line) -> bool:
        """Whether this step's evaluation comes next; the one at the end is sent by itself, once the run is kept."""
        return (
            isinstance(line, StepLine)
            and self._evaluate_every > 0
            and line.step.step % self._evaluate_every == 0
            and line.step.step != self._last
            and not self._run.stopped
        )


def _noted(began: float, lines: int, interval: float) -> float:
    """Notes how long so many lines took, where nobody asked for a pace, and says the time."""
    now = perf_counter()
    metrics.LINES.inc(lines)
    if not interval:
        metrics.LINE_SECONDS.observe((now - began) / lines)
    return now

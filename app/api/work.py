"""What takes long, for one request: a bound, a place in a queue, and an end when its client hangs up."""

from asyncio import FIRST_COMPLETED, CancelledError, create_task, wait
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from functools import partial
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from .. import metrics
from ..runs import costs
from ..runs.costs import Costed
from ..runs.run import Run, of_copy
from ..runs.slices import Slices
from ..settings import Settings
from ..store.exclusive import exclusively, to_the_end
from ..work.clients import client_of
from ..work.processes import ProcessEndedError, Processes
from ..work.queue import FairQueue
from ..work.turns import Turns
from .gone import ClientGoneError

T = TypeVar("T")


READERS = 2  # of large bodies, each in a process
WRITERS = 2  # of large answers
DRAWERS = 1  # of pages and pictures
MANY = 5  # times as many answers and pages as other work may wait: they are short, and a class asks for them at once
PATIENCE = 1.0  # seconds that a process which reads or writes has when nobody waits any more: another takes a second
MAKERS = 2  # runs made at once, in threads
REPLAYS = 4  # at once; they take turns, so that a short one need not wait for the end of a long one


class Desk:
    """The queues of a server, the turns of its event loop, and its processes."""

    def __init__(self, settings: Settings) -> None:
        waiting, each = settings.queue, settings.client_work
        self.turns = Turns()
        self.processes = Processes()
        self.measuring = FairQueue("measuring", "measurements", settings.processes, waiting, each)
        self.reading = FairQueue("reading", "large bodies", READERS, waiting, each)
        self.writing = FairQueue("writing", "large answers", WRITERS, MANY * waiting, MANY * each)
        self.drawing = FairQueue("drawing", "pages to be drawn", DRAWERS, MANY * waiting, MANY * each)
        self.making = FairQueue("making", "runs to be made", MAKERS, waiting, each)
        self.replaying = FairQueue("replaying", "looks back", REPLAYS, waiting, each)
        self.streaming = FairQueue("streaming", "training streams", settings.streams, 0, settings.client_streams)

    async def close(self) -> None:
        await self.processes.close()


class TakeTurns:
    """Lets requests begin one after the other, a client's after another client's.

    Else a hundred that come at once would be parsed, looked up and refused in one go, before the loop comes round.
    /healthz is let through: it is what tells whether the server is alive, and takes less than its turn would.
    """

    def __init__(self, app: ASGIApp, turns: Turns) -> None:
        self.app, self.turns = app, turns

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].endswith("/healthz"):
            await self.turns.next(client_of(scope))
        await self.app(scope, receive, send)


class Work:
    """What one request computes."""

    def __init__(self, request: Request, desk: Desk) -> None:
        self._request, self._desk = request, desk
        self.turns, self.streaming = desk.turns, desk.streaming
        self.client = client_of(request.scope)

    async def slices(self, run: Run, work: Slices[T]) -> T:
        """What a piece of work on a run returns, done slice by slice."""
        return await self._placed(self._desk.replaying, self._in_slices(work, run))

    async def replay(self, run: Run, step: int, work: Slices[T]) -> T:
        """The same, for work that trains a run again up to a step. UnsuitedRunError where that would take too long."""
        costs.replay(run.plan, run.cursor.controls.batch_size, run.steps_to(step))
        return await self.slices(run, work)

    async def measure(self, encode: Callable[[Any], bytes], work: Slices[Costed], run: Run, *others: Run) -> bytes:
        """A measurement of some runs, prepared in slices, as JSON."""
        return await self._placed(self._desk.measuring, self._measured(encode, work, run, *others))

    async def in_thread(self, function: Callable[[], T]) -> T:
        """What a function of some tens of milliseconds returns."""
        return await self._placed(self._desk.making, run_in_threadpool(function))

    async def read(self, function: Callable[[], T]) -> T:
        """Calls a function that reads a large body, in a process: it would hold the interpreter all the while."""
        return await self._placed(self._desk.reading, self._in_process(function))

    async def write(self, function: Callable[[], T], cost: float) -> T:
        """Calls a function that writes an answer from what does not change: at once, in a thread, or in a process."""
        if cost <= costs.BRIEF:
            return function()
        written = run_in_threadpool(function) if cost <= costs.QUICK else self._in_process(function)
        return await self._placed(self._desk.writing, written)

    async def write_run(self, run: Run, function: Callable[[Run], T], cost: float) -> T:
        """Calls a function that writes an answer from a run as it stands now: like `write`, but of a copy of the run
        where it is not done at once."""
        if cost <= costs.BRIEF:
            return function(run)
        return await self.write(partial(of_copy, function, run.plan, run.present), cost)

    async def _in_process(self, function: Callable[[], T]) -> T:
        """Where the process is lost, it is tried once more: nothing was changed."""
        try:
            return await to_the_end(self._desk.processes.call(function), PATIENCE)
        except ProcessEndedError:
            return await to_the_end(self._desk.processes.call(function), PATIENCE)

    async def _measured(self, encode: Callable[[Any], bytes], work: Slices[Costed], *runs: Run) -> bytes:
        measurement = await self._in_slices(work, *runs)
        return await self._computed(partial(_encoded, encode, measurement.call), measurement.cost)

    async def _in_slices(self, work: Slices[T], *runs: Run) -> T:
        """What a piece of work returns; others have their turn between two slices."""
        with closing(work):
            done, result = False, None
            while not done:
                await self.turns.next(self.client)
                done, result = await exclusively(runs, partial(_next, work))
            return cast(T, result)

    async def _computed(self, function: Callable[[], T], cost: float) -> T:
        if cost <= costs.QUICK:
            return await run_in_threadpool(function)
        return await self._desk.processes.call(function)

    async def _placed(self, queue: FairQueue, work: Coroutine[Any, Any, T]) -> T:
        """Does the work once there is a place for it; ClientGoneError where its client has not waited so long."""

        async def in_place() -> T:
            with closing(work):
                async with queue.place(self.client):
                    return await work

        working, gone = create_task(in_place()), create_task(self._until_gone())
        try:
            await wait({working, gone}, return_when=FIRST_COMPLETED)
            if working.done():
                return working.result()
            metrics.WORK_CANCELLED.labels(queue.kind).inc()
            raise ClientGoneError
        finally:
            gone.cancel()
            working.cancel()
            with suppress(CancelledError, Exception):
                await working
            del working  # its error's traceback refers to this frame: a cycle

    async def _until_gone(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass


def _encoded(encode: Callable[[Any], bytes], measure: Callable[[], Any]) -> bytes:
    return encode(measure())


def _next(work: Slices[T]) -> tuple[bool, T | None]:
    """Whether the work is done, and what it returned."""
    try:
        next(work)
    except StopIteration as done:
        return True, done.value
    return False, None


async def work_of(request: Request) -> Work:
    return Work(request, request.app.state.desk)


WorkOfRequest = Annotated[Work, Depends(work_of)]

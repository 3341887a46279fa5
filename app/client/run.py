"""A run as an object: `Run` waits for each answer, `AsyncRun` is awaited."""

from asyncio import Task
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx

from .binding import awaited, blocking
from .calls import RunCalls
from .exchange import Work
from .experiment import AsyncExperiment, Experiment
from .notebook import Frame
from .picture import POINTS, Picture, picture_of
from .steps import AsyncSteps, Steps
from .transport import AsyncChannel, Channel

T = TypeVar("T")


class RunFacts:
    """What a run knows of itself without asking."""

    def __init__(self, calls: RunCalls) -> None:
        self._calls = calls

    @property
    def id(self) -> str:
        """Its name on the server."""
        return self._calls.id

    @property
    def config(self) -> Mapping[str, Any]:
        """Its RunConfig, every default filled in, as it was made."""
        return self._calls.config

    @property
    def at_step(self) -> int:
        """Where it stood when the server last said so."""
        return self._calls.at_step

    @property
    def url(self) -> str:
        """The address of the page that shows it."""
        return self._calls.url

    def show(self, height: int = 520) -> Frame:
        """The live page in a frame of a notebook, `height` pixels high: graph and transport of this run.

        The server has to allow it: one that a Playground started does, others by BACKPROP_EMBED.
        """
        return Frame(f"{self.url}&embed=1", height)

    def __repr__(self) -> str:
        return repr(self._calls)


TRAIN = """Trains, and yields each Step as it is computed: nothing is trained until it is read.

        `every`: a Step only for each that it divides, and always for the last. `detail`: "full" has every value,
        "summary" mean, std, norm and histogram instead. `evaluate_every`: an Evaluation after each such step too, in
        `evaluations`; the one at the end is `evaluation`. `surfaces` N: evaluations hold every unit on an N × N grid.
        `spotlight`: the index of a sample whose own values each Step holds as well. `per_second`: at most so many
        steps a second. `progress` writes a line on standard error. Where the connection breaks off, it is made again,
        and each step is yielded once. Conflict where another client trains the run, or where it has
        overflowed; Invalid where a field can't be; Disconnected where the server stays away."""


class Run(RunFacts):
    """A run on a server; every call waits for its answer.

    Each may raise NotFound where the run is gone, Busy where the server can't do more, and Disconnected where it can't
    be reached, after it was tried again for half a minute.
    """

    def __init__(self, client: httpx.Client, calls: RunCalls) -> None:
        super().__init__(calls)
        self._client = client

    def _do(self, work: Work[T]) -> T:
        return Channel(self._client).run(work)

    def train(
        self,
        steps: int = 1,
        *,
        every: int = 1,
        detail: str = "full",
        evaluate_every: int = 0,
        surfaces: int = 0,
        spotlight: int | None = None,
        per_second: float | None = None,
        progress: bool = False,
    ) -> Steps:
        fields = {"every": every, "detail": detail, "evaluate_every": evaluate_every, "surfaces": surfaces}
        training = self._calls.training(steps, **fields, spotlight=spotlight, per_second=per_second)
        return Steps(Channel(self._client), training, progress)

    train.__doc__ = TRAIN

    def fork(self, step: int | None = None, *, activation: str = "tanh", **changes: Any) -> "Run":
        """A new run that starts in the exact state after `step` (default: where this one stands), with some fields of
        its config changed; layers and units can't be. Invalid, Conflict."""
        return Run(self._client, RunCalls(self._calls.root, self._do(self._calls.forked(step, changes, activation))))

    def experiment(self, name: str) -> Experiment:
        """This run before the claim of an experiment: `run.experiment("vanishing").verdict()`."""
        return Experiment(self, name)

    def picture(self) -> Picture:
        """The graph with its weights, and the loss so far, as SVG."""
        return picture_of(*self._do(self._calls.curve(POINTS)))

    def _repr_svg_(self) -> str:
        return self.picture().svg

    def _repr_html_(self) -> str:
        return self.picture().html

    refresh = blocking(RunCalls.refresh)
    evaluate = blocking(RunCalls.evaluate)
    step = blocking(RunCalls.step)
    state = blocking(RunCalls.state)
    patch = blocking(RunCalls.patch)
    rewind = blocking(RunCalls.rewind)
    predict = blocking(RunCalls.predict)
    gradcheck = blocking(RunCalls.gradcheck)
    samples = blocking(RunCalls.samples)
    samples_csv = blocking(RunCalls.samples_csv)
    export = blocking(RunCalls.export)
    save = blocking(RunCalls.save)
    verdict = blocking(RunCalls.verdict)
    answer = blocking(RunCalls.answer)
    instrument = blocking(RunCalls.instrument)
    delete = blocking(RunCalls.delete)


class AsyncRun(RunFacts):
    """The same as Run; every call is awaited."""

    def __init__(self, client: httpx.AsyncClient, calls: RunCalls) -> None:
        super().__init__(calls)
        self._client = client
        self._leaving: Task[None] | None = None  # a training whose loop was left early

    def _leave(self, leaving: Task[None]) -> None:
        self._leaving = leaving

    async def _do(self, work: Work[T]) -> T:
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            await leaving
        return await AsyncChannel(self._client).run(work)

    def train(
        self,
        steps: int = 1,
        *,
        every: int = 1,
        detail: str = "full",
        evaluate_every: int = 0,
        surfaces: int = 0,
        spotlight: int | None = None,
        per_second: float | None = None,
        progress: bool = False,
    ) -> AsyncSteps:
        fields = {"every": every, "detail": detail, "evaluate_every": evaluate_every, "surfaces": surfaces}
        training = self._calls.training(steps, **fields, spotlight=spotlight, per_second=per_second)
        return AsyncSteps(AsyncChannel(self._client), training, progress, self._leave)

    train.__doc__ = TRAIN

    async def fork(self, step: int | None = None, *, activation: str = "tanh", **changes: Any) -> "AsyncRun":
        """A new run that starts in the exact state after `step` (default: where this one stands), with some fields of
        its config changed; layers and units can't be. Invalid, Conflict."""
        found = await self._do(self._calls.forked(step, changes, activation))
        return AsyncRun(self._client, RunCalls(self._calls.root, found))

    def experiment(self, name: str) -> AsyncExperiment:
        """This run before the claim of an experiment: `await run.experiment("vanishing").verdict()`."""
        return AsyncExperiment(self, name)

    async def picture(self) -> Picture:
        """The graph with its weights, and the loss so far, as SVG; a notebook shows it."""
        return picture_of(*await self._do(self._calls.curve(POINTS)))

    refresh = awaited(RunCalls.refresh)
    evaluate = awaited(RunCalls.evaluate)
    step = awaited(RunCalls.step)
    state = awaited(RunCalls.state)
    patch = awaited(RunCalls.patch)
    rewind = awaited(RunCalls.rewind)
    predict = awaited(RunCalls.predict)
    gradcheck = awaited(RunCalls.gradcheck)
    samples = awaited(RunCalls.samples)
    samples_csv = awaited(RunCalls.samples_csv)
    export = awaited(RunCalls.export)
    save = awaited(RunCalls.save)
    verdict = awaited(RunCalls.verdict)
    answer = awaited(RunCalls.answer)
    instrument = awaited(RunCalls.instrument)
    delete = awaited(RunCalls.delete)

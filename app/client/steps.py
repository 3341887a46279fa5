"""The steps of a training as a program reads them: in a loop, or in an `async for`."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress

from ..progress import Progress
from .records import Evaluation, Step
from .training import Training
from .transport import AsyncChannel, Channel


class TrainingSteps:
    """The evaluations of a training so far, and its progress bar."""

    def __init__(self, training: Training, progress: bool) -> None:
        self._training = training
        self._progress = Progress(training.first, training.steps) if progress else None

    @property
    def evaluations(self) -> list[Evaluation]:
        """Those asked for by `evaluate_every`, so far."""
        return self._training.evaluations

    @property
    def evaluation(self) -> Evaluation | None:
        """The one after the last step; None until then."""
        return self._training.evaluation

    def _show(self, step: Step) -> None:
        if self._progress:
            self._progress.show(step.step, step.loss)

    def _end(self) -> None:
        if self._progress and self.evaluation:
            self._progress.end(self.evaluation.step, f"training loss {self.evaluation.train_loss:.4g}")


class Steps(TrainingSteps):
    """The steps of a training, each as it is computed. Iterate over them, or `wait` for the end.

    Leaving the loop early ends the training on a whole step.
    """

    def __init__(self, channel: Channel, training: Training, progress: bool) -> None:
        super().__init__(training, progress)
        self._channel = channel

    def __iter__(self) -> Iterator[Step]:
        try:
            while (step := self._channel.run(self._training.next_step())) is not None:
                self._show(step)
                yield step
        finally:
            self._channel.run(self._training.abandon())
            self._end()

    def wait(self) -> Evaluation:
        """Trains to the end. The evaluation there."""
        for _ in self:
            pass
        assert self.evaluation is not None
        return self.evaluation


class AsyncSteps(TrainingSteps):
    """The steps of a training, each as it is computed: `async for`, or `await steps.wait()`.

    Leaving the loop early ends the training on a whole step.
    """

    def __init__(
        self,
        channel: AsyncChannel,
        training: Training,
        progress: bool,
        on_leaving: Callable[[asyncio.Task[None]], None],
    ) -> None:
        super().__init__(training, progress)
        self._channel, self._on_leaving = channel, on_leaving

    def __aiter__(self) -> AsyncIterator[Step]:
        return Reading(self)

    async def next_step(self) -> Step | None:
        """The next step, or None at the end."""
        step = await self._channel.run(self._training.next_step())
        if step is None:
            self._end()
        else:
            self._show(step)
        return step

    def leave(self) -> None:
        """Begins to end the training, where it has not come to its end; the run's next call waits for that."""
        with suppress(RuntimeError):  # no loop runs any more
            loop = asyncio.get_running_loop()
            if self._training.is_reading:
                self._on_leaving(loop.create_task(self._channel.run(self._training.abandon())))

    async def wait(self) -> Evaluation:
        """Trains to the end. The evaluation there."""
        async for _ in self:
            pass
        assert self.evaluation is not None
        return self.evaluation


class Reading(AsyncIterator[Step]):
    """One loop over the steps. It is no generator, as `break` does not end those in asyncio before their time comes."""

    def __init__(self, steps: AsyncSteps) -> None:
        self._steps = steps

    async def __anext__(self) -> Step:
        step = await self._steps.next_step()
        if step is None:
            raise StopAsyncIteration
        return step

    def __del__(self) -> None:
        self._steps.leave()

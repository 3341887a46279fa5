"""One run: a network, its place in the data, what was changed when, and the way back to any of its steps.

A Run has one owner at a time and never waits. What takes long is a generator that yields None after each slice of at
most 2 ms, so that whoever drives it can let others have a turn.
"""

import secrets
from collections.abc import Callable, Generator, Iterator
from functools import partial
from time import perf_counter
from typing import Any, TypeAlias, TypeVar

import numpy as np

from app.engine.arrays import Array
from app.engine.evaluation import Evaluation
from app.engine.gradcheck import GradientCheck, gradcheck
from app.engine.inference import predict
from app.engine.surfaces import LayerBytes
from app.engine.swarms import Swarms
from app.engine.tape import Record, Step
from app.engine.training import State
from app.runs.build import Controls, Plan, Start
from app.runs.config import MAX_LINE_NUMBERS, PATCHABLE, OwnSample, TrainRequest
from app.runs.errors import (
    BusyError,
    ElsewhereError,
    FieldError,
    FieldsError,
    NoSuchStepError,
    NotFiniteError,
    OutOfReachError,
)
from app.runs.judge import Judge
from app.runs.lines import PLAIN, EvaluationLine, Line, StepLine, View, line_numbers, view_of
from app.runs.marks import Marks, state_bytes
from app.runs.spot import Spot, spot_of
from app.runs.walker import Change, Walker

__all__ = [
    "Evaluation",
    "EvaluationLine",
    "LayerBytes",
    "Line",
    "Record",
    "Run",
    "Slices",
    "State",
    "Step",
    "StepLine",
    "Swarms",
    "View",
]

SLICE = 0.002  # seconds that a run may hold the only thread

T = TypeVar("T")
Slices: TypeAlias = Generator[None, None, T]


class Run:
    """The one owner of a network in training."""

    def __init__(self, plan: Plan) -> None:
        self.id = secrets.token_urlsafe(16)
        self.plan = plan
        self.changes: dict[int, list[Change]] = {}
        self.walker = Walker(plan, plan.start, self.changes)
        self.first = self.furthest = self.walker.at
        self.busy = False  # somebody is training or rewinding
        self.deleted = False
        self._streaming = self._sends_full = False
        self._marks = Marks.at(plan.start)
        self._judge = Judge(plan)

    @property
    def step(self) -> int:
        return self.walker.at

    @property
    def stopped(self) -> str | None:
        """ "not_finite" once a step overflowed: then only a rewind helps."""
        return None if self.walker.trainer.finite else "not_finite"

    @property
    def memory(self) -> int:
        """Bytes that the run takes, near enough."""
        samples = self.plan.samples
        data = 2 * (samples.inputs.nbytes + samples.values.nbytes + samples.targets.nbytes)
        return 200_000 + data + self._judge.memory + len(self._marks.order) * state_bytes(self.plan.start.state)

    def changes_in_order(self) -> list[Change]:
        """Every change, also those that a rewind has put into the future."""
        return [change for step in sorted(self.changes) for change in self.changes[step]]

    def evaluation(self, view: View = PLAIN) -> EvaluationLine:
        """The network as it stands."""
        self._judge.check_view(view)
        return self._judged(self.walker, view)

    # Training

    def begin(self, request: TrainRequest) -> None:
        """Takes the run for a stream of steps, or says why it can't be; `end` gives it back."""
        if self.busy:
            raise BusyError
        if request.from_step is not None and request.from_step != self.step:
            raise ElsewhereError(request.from_step, self.step)
        if self.stopped:
            raise NotFiniteError(self.step)
        self.spot(request.spotlight)
        self._judge.check_view(view_of(request))
        if request.detail == "full":
            self._check_size(self.walker.controls, "detail", request.detail)
        self.busy = self._streaming = True
        self._sends_full = request.detail == "full"

    def end(self) -> None:
        self.busy = self._streaming = self._sends_full = False

    def train(self, request: TrainRequest) -> Iterator[Line | None]:
        """The lines of a stream as they are computed, between `begin` and `end`; None where a slice of time is over."""
        walker, last = self.walker, self.walker.at + request.steps
        view, spot = view_of(request), self.spot(request.spotlight)
        deadline = perf_counter() + SLICE
        while walker.at < last and not self.deleted:
            number = walker.at + 1
            shown = number % request.every == 0 or number == last
            step = walker.record() if shown else None
            if step is None:
                walker.step()
            self._came_to(number)
            if step is not None:
                yield self._line(step, walker.epoch, request.detail, spot)
            if not walker.trainer.finite:
                if step is None:
                    yield (yield from self.recorded(number, request.detail, spot))
                break
            if request.evaluate_every and number % request.evaluate_every == 0 and number != last:
                yield self.evaluation(view)
            if perf_counter() > deadline:
                yield None
                deadline = perf_counter() + SLICE
        yield self.evaluation(view)

    def _came_to(self, step: int) -> None:
        walker = self.walker
        self.furthest = max(self.furthest, step)
        if self._marks.due(step):
            self._marks.add(walker.here())

    # Changing

    def patch(self, values: dict[str, Any]) -> None:
        """Changes controls from the next step on; later changes and steps are dropped, as they will not happen."""
        if self.busy and not self._streaming:
            raise BusyError
        at, controls = self.step, self.walker.controls
        for name, value in values.items():
            controls = controls.changed(name, value)
        later = [step for step in self.changes if step > at]
        if not values or (controls == self.walker.controls and not later):
            return
        if self._sends_full:
            self._check_size(controls, "batch_size", controls.batch_size)
        self._note(at, controls)
        for step in later:
            del self.changes[step]
        self.furthest = at
        self._marks.forget_after(at)
        self.walker.control(controls)

    def _note(self, at: int, controls: Controls) -> None:
        """Writes down what differs from the controls that were in force before any change at this step."""
        self.changes.pop(at, None)
        before = self.walker.controls_at(at)
        values = [(name, before.value(name), controls.value(name)) for name in PATCHABLE]
        noted = [Change(at, name, old, new) for name, old, new in values if old != new]
        if noted:
            self.changes[at] = noted

    def rewind(self, step: int) -> Slices[None]:
        """Back or forward to the exact state after `step`; changes made later come into force again at their steps."""
        if self.busy:
            raise BusyError
        if not self.first <= step <= self.furthest:
            raise OutOfReachError(step, self.first, self.furthest)
        self.busy = True
        try:
            self.walker.go_to((yield from self._walked_to(step)).here())
        finally:
            self.busy = False

    # Looking back

    def recorded(self, step: int, detail: str, spot: Spot | None) -> Slices[StepLine]:
        """The line of a step again, exactly as it was streamed."""
        if not self.first < step <= self.furthest:
            raise NoSuchStepError(step, self.first + 1, self.furthest)
        walker = yield from self._walked_to(step - 1)
        if detail == "full":
            self._check_size(walker.controls, "detail", detail)
        return self._line(walker.record(), walker.epoch, detail, spot)

    def evaluation_at(self, step: int, view: View) -> Slices[EvaluationLine]:
        """The evaluation after a step, as it was or would have been."""
        self._judge.check_view(view)
        return self._judged((yield from self._walked_to(step)), view)

    def state_at(self, step: int) -> Slices[State]:
        """Parameters, running averages and moments after a step."""
        return (yield from self._walked_to(step)).here().state

    def fork_at(self, step: int) -> Slices[tuple[Controls, Start]]:
        """What is in force in the step after `step`, and the exact state to start it from."""
        if not self.first <= step <= self.furthest:
            raise OutOfReachError(step, self.first, self.furthest)
        walker = yield from self._walked_to(step)
        return walker.controls, walker.here()

    def _walked_to(self, step: int) -> Slices[Walker]:
        """A walker of its own that stands at `step`, replayed from the nearest mark."""
        if not self.first <= step <= self.furthest:
            raise NoSuchStepError(step, self.first, self.furthest)
        walker = Walker(self.plan, self._marks.before(step), self.changes)
        deadline = perf_counter() + SLICE
        while walker.at < step:
            walker.step()
            if perf_counter() > deadline:
                yield None
                deadline = perf_counter() + SLICE
        if step > self.furthest:  # a PATCH came in between
            raise NoSuchStepError(step, self.first, self.furthest)
        return walker

    # Looking closer

    def predict(self, inputs: list[list[float | None]]) -> Array:
        """Raw rows (samples, columns) -> outputs (samples, outputs), as an evaluation computes them."""
        columns = self.plan.samples.columns
        for number, row in enumerate(inputs):
            if len(row) != len(columns):
                message = f"{len(row)} values for {len(columns)} columns ({', '.join(columns)})"
                raise FieldsError(FieldError(f"inputs[{number}]", row, message, f"{len(columns)} numbers"))
        if not inputs:
            return np.empty((0, self.plan.network.spec.outputs))
        raw = np.array(inputs, dtype=np.float64)  # None becomes NaN
        state, rates = self.walker.trainer.state(), self.walker.controls.settings.dropout
        return predict(self.plan.network, state.parameters, state.running, rates, self.plan.samples.transform(raw))

    def gradient_check(self) -> Callable[[], GradientCheck]:
        """Analytic against numerical gradients, on the next step's batch and mask; a call that any thread may make."""
        walker = self.walker
        state, settings, batch = walker.trainer.state(), walker.controls.settings, walker.batch()
        return partial(gradcheck, self.plan.network, state, settings, self.plan.config.seed, batch)

    def spot(self, asked: int | OwnSample | None) -> Spot | None:
        """The sample that a spotlight asks for; FieldsError where there is none such."""
        return spot_of(self.plan.samples, asked)

    def _line(self, step: Step, epoch: float, detail: str, spot: Spot | None) -> StepLine:
        if spot is None:
            return StepLine(step, epoch, detail)
        rows = np.flatnonzero(step.batch.indices == (-1 if spot.index is None else spot.index))
        row = int(rows[0]) if len(rows) else None
        return StepLine(step, epoch, detail, step.spotlight(spot.inputs, spot.target, row))

    def _judged(self, walker: Walker, view: View) -> EvaluationLine:
        return self._judge.judged(walker.trainer.state(), walker.controls.settings.dropout, view)

    def _check_size(self, controls: Controls, path: str, value: Any) -> None:
        """Refuses full lines that would hold too many numbers."""
        numbers = line_numbers(self.plan, controls)
        if numbers > MAX_LINE_NUMBERS:
            message = (
                f"a full line would hold {numbers} numbers, more than {MAX_LINE_NUMBERS}: smaller batch, or summary"
            )
            raise FieldsError(FieldError(path, value, message, "summary" if path == "detail" else None))

"""A run: trained in a stream of steps, patched, rewound, forked, and replayed to any of its steps.

A Run has one owner at a time and never waits. What takes long is a generator that yields None after each slice of at
most 2 ms, so that its driver can let others have a turn.
"""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from app.engine.arrays import Array
from app.engine.evaluation import Evaluation
from app.engine.gradcheck import GradientCheck, gradcheck
from app.engine.inference import predict
from app.engine.surfaces import LayerBytes
from app.engine.swarms import Swarms
from app.engine.tape import Record, Step, Summary
from app.engine.training import State
from app.runs.build import Controls, Plan, Start
from app.runs.checkpoints import Checkpoints, state_bytes
from app.runs.config import MAX_LINE_NUMBERS, PATCHABLE, CustomSample, TrainRequest
from app.runs.cursor import Change, TrainingCursor
from app.runs.errors import (
    BusyError,
    FieldError,
    FieldsError,
    NotFiniteError,
    StateNotKeptError,
    StepConflictError,
    UnknownStepError,
)
from app.runs.evaluator import RunEvaluator
from app.runs.lines import NO_VIEW, EvaluationLine, Line, StepLine, View, line_numbers, view_of
from app.runs.slices import Slices, SliceTimer
from app.runs.spotlight import SpotlightSample, resolve_spotlight

__all__ = [
    "Evaluation",
    "EvaluationLine",
    "GradientCheck",
    "LayerBytes",
    "Line",
    "Record",
    "Run",
    "State",
    "Step",
    "StepLine",
    "Summary",
    "Swarms",
    "View",
]


class Run:
    """The one owner of a network in training."""

    def __init__(self, plan: Plan) -> None:
        self.id = secrets.token_urlsafe(16)
        self.plan = plan
        self.changes: dict[int, list[Change]] = {}
        self.cursor = TrainingCursor(plan, plan.start, self.changes)
        self.first = self.furthest = self.cursor.at
        self.busy = False  # while it is being trained or rewound
        self.deleted = False
        self._streaming = self._sends_full = False
        self._checkpoints = Checkpoints.of(plan.start)
        self._evaluator = RunEvaluator(plan)

    @property
    def step(self) -> int:
        return self.cursor.at

    @property
    def stopped(self) -> str | None:
        """ "not_finite" once a step overflowed: then only a rewind helps."""
        return None if self.cursor.trainer.finite else "not_finite"

    @property
    def memory(self) -> int:
        """Bytes that the run takes, near enough."""
        samples = self.plan.samples
        data = 2 * (samples.inputs.nbytes + samples.values.nbytes + samples.targets.nbytes)
        states = len(self._checkpoints.steps) * state_bytes(self.plan.start.state)
        return 200_000 + data + self._evaluator.memory + states

    def changes_in_order(self) -> list[Change]:
        """Every change, also those that a rewind has put into the future."""
        return [change for step in sorted(self.changes) for change in self.changes[step]]

    def evaluation(self, view: View = NO_VIEW) -> EvaluationLine:
        """The network as it stands."""
        self._evaluator.check_view(view)
        return self._evaluate(self.cursor, view)

    # Training

    def begin(self, request: TrainRequest) -> None:
        """Takes the run for a stream of steps, or says why it can't be; `end` gives it back."""
        if self.busy:
            raise BusyError
        if request.from_step is not None and request.from_step != self.step:
            raise StepConflictError(request.from_step, self.step)
        if self.stopped:
            raise NotFiniteError(self.step)
        self.resolve_spotlight(request.spotlight)
        self._evaluator.check_view(view_of(request))
        if request.detail == "full":
            self._check_size(self.cursor.controls, "detail", request.detail)
        self.busy = self._streaming = True
        self._sends_full = request.detail == "full"

    def end(self) -> None:
        self.busy = self._streaming = self._sends_full = False

    def train(self, request: TrainRequest) -> Iterator[Line | None]:
        """The lines of a stream as they are computed, between `begin` and `end`; None where a slice of time is over."""
        cursor, last = self.cursor, self.cursor.at + request.steps
        view, spotlight = view_of(request), self.resolve_spotlight(request.spotlight)
        timer = SliceTimer()
        while cursor.at < last and not self.deleted:
            number = cursor.at + 1
            shown = number % request.every == 0 or number == last
            step = cursor.record() if shown else None
            if step is None:
                cursor.step()
            self._on_step(number)
            if step is not None:
                yield self._line(step, cursor.epoch, request.detail, spotlight)
            if not cursor.trainer.finite:
                if step is None:
                    yield (yield from self.recorded(number, request.detail, spotlight))
                break
            if request.evaluate_every and number % request.evaluate_every == 0 and number != last:
                yield self.evaluation(view)
            if timer.is_over():
                yield None
                timer.restart()
        yield self.evaluation(view)

    def _on_step(self, step: int) -> None:
        cursor = self.cursor
        self.furthest = max(self.furthest, step)
        if self._checkpoints.is_due(step):
            self._checkpoints.add(cursor.snapshot())

    # Changing

    def patch(self, values: dict[str, Any]) -> None:
        """Changes controls from the next step on; later changes and steps are dropped, as they will not happen."""
        if self.busy and not self._streaming:
            raise BusyError
        at, controls = self.step, self.cursor.controls
        for name, value in values.items():
            controls = controls.changed(name, value)
        later = [step for step in self.changes if step > at]
        if not values or (controls == self.cursor.controls and not later):
            return
        if self._sends_full:
            self._check_size(controls, "batch_size", controls.batch_size)
        self._note(at, controls)
        for step in later:
            del self.changes[step]
        self.furthest = at
        self._checkpoints.discard_after(at)
        self.cursor.set_controls(controls)

    def _note(self, at: int, controls: Controls) -> None:
        """Writes down what differs from the controls that were in force before any change at this step."""
        self.changes.pop(at, None)
        before = self.cursor.controls_at(at)
        values = [(name, before.value(name), controls.value(name)) for name in PATCHABLE]
        noted = [Change(at, name, old, new) for name, old, new in values if old != new]
        if noted:
            self.changes[at] = noted

    def rewind(self, step: int) -> Slices[None]:
        """Back or forward to the exact state after `step`; changes made later come into force again at their steps."""
        if self.busy:
            raise BusyError
        if not self.first <= step <= self.furthest:
            raise StateNotKeptError(step, self.first, self.furthest)
        self.busy = True
        try:
            self.cursor.restore((yield from self._replayed_to(step)).snapshot())
        finally:
            self.busy = False

    # Looking back

    def recorded(self, step: int, detail: str, spotlight: SpotlightSample | None) -> Slices[StepLine]:
        """The line of a step again, exactly as it was streamed."""
        if not self.first < step <= self.furthest:
            raise UnknownStepError(step, self.first + 1, self.furthest)
        cursor = yield from self._replayed_to(step - 1)
        if detail == "full":
            self._check_size(cursor.controls, "detail", detail)
        return self._line(cursor.record(), cursor.epoch, detail, spotlight)

    def evaluation_at(self, step: int, view: View) -> Slices[EvaluationLine]:
        """The evaluation after a step, as it was or would have been."""
        self._evaluator.check_view(view)
        return self._evaluate((yield from self._replayed_to(step)), view)

    def state_at(self, step: int) -> Slices[State]:
        """Parameters, running averages and moments after a step."""
        return (yield from self._replayed_to(step)).snapshot().state

    def fork_at(self, step: int) -> Slices[tuple[Controls, Start]]:
        """What is in force in the step after `step`, and the exact state to start it from."""
        if not self.first <= step <= self.furthest:
            raise StateNotKeptError(step, self.first, self.furthest)
        cursor = yield from self._replayed_to(step)
        return cursor.controls, cursor.snapshot()

    def _replayed_to(self, step: int) -> Slices[TrainingCursor]:
        """A cursor of its own that stands at `step`, replayed from the nearest checkpoint."""
        if not self.first <= step <= self.furthest:
            raise UnknownStepError(step, self.first, self.furthest)
        cursor = TrainingCursor(self.plan, self._checkpoints.before(step), self.changes)
        yield from cursor.train_to(step)
        if step > self.furthest:  # a PATCH came in between
            raise UnknownStepError(step, self.first, self.furthest)
        return cursor

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
        state, rates = self.cursor.trainer.state(), self.cursor.controls.settings.dropout
        return predict(self.plan.network, state.parameters, state.running, rates, self.plan.samples.transform(raw))

    def gradient_check(self) -> Callable[[], GradientCheck]:
        """Analytic against numerical gradients, on the next step's batch and mask; a call that any thread may make."""
        cursor = self.cursor
        state, settings, batch = cursor.trainer.state(), cursor.controls.settings, cursor.batch()
        return partial(gradcheck, self.plan.network, state, settings, self.plan.config.seed, batch)

    def resolve_spotlight(self, requested: int | CustomSample | None) -> SpotlightSample | None:
        """The sample that a spotlight asks for; FieldsError where there is none such."""
        return resolve_spotlight(self.plan.samples, requested)

    def _line(self, step: Step, epoch: float, detail: str, spotlight: SpotlightSample | None) -> StepLine:
        if spotlight is None:
            return StepLine(step, epoch, detail)
        row = step.batch.row_of(spotlight.index)
        return StepLine(step, epoch, detail, step.spotlight(spotlight.inputs, spotlight.target, row))

    def _evaluate(self, cursor: TrainingCursor, view: View) -> EvaluationLine:
        return self._evaluator.evaluate(cursor.snapshot(), cursor.controls, view)

    def _check_size(self, controls: Controls, path: str, value: Any) -> None:
        """Refuses full lines that would hold too many numbers."""
        numbers = line_numbers(self.plan, controls)
        if numbers > MAX_LINE_NUMBERS:
            message = (
                f"a full line would hold {numbers} numbers, more than {MAX_LINE_NUMBERS}: smaller batch, or summary"
            )
            raise FieldsError(FieldError(path, value, message, "summary" if path == "detail" else None))

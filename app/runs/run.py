"""A run: trained in a stream of steps, patched, rewound, forked, and replayed to any of its steps.

A Run has one owner at a time and never waits. What takes long is a generator that yields None after each slice of at
most 2 ms, so that its driver can let others have a turn.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np

from ..engine.arrays import Array
from ..engine.beeswarms import Beeswarms
from ..engine.evaluation import Evaluation
from ..engine.gradcheck import GradientCheck, gradcheck
from ..engine.inference import predict
from ..engine.surfaces import LayerBytes
from ..engine.tape import Record, Step, Summary
from ..engine.training import State
from .build import Controls, Plan, Start
from .changes import Change, Changes
from .checkpoints import Checkpoints
from .cursor import TrainingCursor
from .errors import (
    BusyError,
    FieldError,
    FieldsError,
    NotFiniteError,
    NotReplayableError,
    RunError,
    StateNotKeptError,
    StepConflictError,
    UnknownStepError,
    UnsuitedRunError,
)
from .evaluator import RunEvaluator
from .limits import MAX_CHANGES, MAX_LINE_NUMBERS
from .lines import NO_VIEW, EvaluationLine, Line, StepLine, View, line_numbers, view_of
from .requests import CustomSample, TrainRequest
from .rows import Listed, listed
from .slices import Slices, SliceTimer
from .spotlight import SpotlightSample, resolve_spotlight

__all__ = [
    "Beeswarms",
    "Evaluation",
    "EvaluationLine",
    "GradientCheck",
    "LayerBytes",
    "Line",
    "Progress",
    "Record",
    "Run",
    "State",
    "Step",
    "StepLine",
    "Summary",
    "View",
]

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """How far a run has come: with its plan, all that it takes to make the run again, to the last bit.

    `reachable` is where the stream under way will end, and where it stands when none is: had the stream broken off, it
    may have sent steps up to there. Steps up to `exact_from` can't be replayed where that is beyond the run's first
    state: a machine that computes differently in the last bit went on from there.
    """

    now: Start
    furthest: int
    reachable: int
    exact_from: int
    changes: Sequence[Change] = ()
    checkpoints: Sequence[Start] = ()


class Run:
    """The one owner of a network in training."""

    def __init__(
        self, plan: Plan, name: str | None = None, progress: Progress | None = None, like: "Run | None" = None
    ) -> None:
        """A new run; or, by its name and its progress, one that was kept. `like` is the same run as it was before."""
        first = plan.start.state.step
        progress = progress or Progress(plan.start, first, first, first)
        self.id = name or secrets.token_urlsafe(16)
        self.plan = plan
        self.cursor = TrainingCursor(plan, progress.now, Changes.of(plan.controls, progress.changes))
        self.first, self.furthest = first, progress.furthest
        self.exact_from = progress.exact_from
        self._reachable = progress.reachable
        self.promised = 0  # steps that a stream of another server may have sent beyond where this one stands
        self.busy = False  # while it is being trained or rewound
        self.busy_elsewhere = False  # by another server
        self.deleted = False
        self.finished = False  # once the stream under way has come to its end
        self._streaming = self._sends_full = False
        kept = [start for start in progress.checkpoints if start.state.step >= self.exact_from] or [progress.now]
        if self.exact_from > first:
            self.exact_from = kept[0].state.step
        self._checkpoints = Checkpoints.of(kept[0] if self.exact_from > first else plan.start, kept)
        self._evaluator: RunEvaluator = like._evaluator if like else RunEvaluator(plan)
        self.written: dict[str, Any] = like.written if like else {}  # what never changes in its JSON
        self.kept: dict[str, Any] = {}  # what others keep with it

    @property
    def step(self) -> int:
        return self.cursor.at

    @property
    def changes(self) -> Changes:
        """Every change, also those that a rewind has put into the future."""
        return self.cursor.changes

    @property
    def stopped(self) -> str | None:
        """ "not_finite" once a step overflowed: then only a rewind helps."""
        return None if self.cursor.trainer.finite else "not_finite"

    @property
    def progress(self) -> Progress:
        """As it stands between two steps."""
        return replace(self.present, checkpoints=self.checkpoints())

    @property
    def present(self) -> Progress:
        """The same without the checkpoints: enough to look at the run as it stands, from anywhere."""
        return Progress(self.cursor.snapshot(), self.furthest, self.reachable, self.exact_from, list(self.changes))

    def checkpoints(self) -> list[Start]:
        """What it can be replayed from, its first state included."""
        return self._checkpoints.in_order()

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
        self.finished = False
        self._moves_to(self.step + request.steps)

    def end(self) -> None:
        if self._streaming:
            self._moves_to(self.step)
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
        self.finished = True
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
        if not values or (controls == self.cursor.controls and self.changes.next_after(at) is None):
            return
        if self._sends_full:
            self._check_size(controls, "batch_size", controls.batch_size, UnsuitedRunError)
        changes = self.changes.with_controls(at, controls)
        if len(changes) > MAX_CHANGES:
            message = f"this run was changed {MAX_CHANGES} times, and no more are kept; a fork of it can be changed"
            raise UnsuitedRunError(FieldError(next(iter(values)), at, message, MAX_CHANGES))
        self.furthest = at
        if not self._streaming:
            self._moves_to(at)
        self._checkpoints.discard_after(at)
        self.cursor.set_changes(changes)

    def rewind(self, step: int) -> Slices[None]:
        """Back or forward to the exact state after `step`; changes made later come into force again at their steps."""
        if self.busy:
            raise BusyError
        self._check_state(step, StateNotKeptError)
        self.busy = True
        try:
            self.cursor.restore((yield from self._replayed_to(step)).snapshot())
            self._moves_to(step)
        finally:
            self.busy = False

    def catch_up(self, step: int) -> Slices[None]:
        """After a stream that broke off: on to a step that its reader may have seen. Elsewhere nothing happens."""
        if not self.busy and self.step < step <= self.reachable:
            yield from self.rewind(step)

    def _moves_to(self, step: int) -> None:
        self._reachable, self.promised = step, 0

    # Looking back

    @property
    def reachable(self) -> int:
        """Where the stream under way will end; had it broken off, it may have sent steps up to there."""
        return max(self._reachable, self.step + self.promised)

    @property
    def last(self) -> int:
        """The last step that it can show: the furthest, or one that a stream may have sent before it broke off."""
        return self.furthest if self._streaming else max(self.furthest, self.reachable)

    def recorded(self, step: int, detail: str, spotlight: SpotlightSample | None) -> Slices[StepLine]:
        """The line of a step again, exactly as it was streamed."""
        cursor = yield from self._replayed_to(step - 1, lambda: self._check_trained(step))
        if detail == "full":
            self._check_size(cursor.controls, "detail", detail)
        return self._line(cursor.record(), cursor.epoch, detail, spotlight)

    def evaluation_at(self, step: int, view: View) -> Slices[EvaluationLine]:
        """The evaluation after a step, as it was or would have been."""
        self._evaluator.check_view(view)
        return self._evaluate((yield from self._replayed_to(step)), view)

    def predictions_at(self, step: int) -> Slices[Array]:
        """What it predicts for all samples after a step (samples, outputs), in the target's units."""
        cursor = yield from self._replayed_to(step)
        return self._predicted(cursor, self.plan.samples.values)

    def state_at(self, step: int) -> Slices[State]:
        """Parameters, running averages and moments after a step."""
        return (yield from self._replayed_to(step)).snapshot().state

    def fork_at(self, step: int) -> Slices[tuple[Controls, Start]]:
        """What is in force in the step after `step`, and the exact state to start it from."""
        cursor = yield from self._replayed_to(step, lambda: self._check_state(step, StateNotKeptError))
        return cursor.controls, cursor.snapshot()

    def steps_to(self, step: int) -> int:
        """How many steps are trained again to come there; 0 where it has not been."""
        return 0 if not self.first <= step <= self.last else step - self._checkpoints.before(step).state.step

    def cursor_before(self, step: int) -> TrainingCursor:
        """A cursor of its own to replay up to `step` with, from the nearest checkpoint, under the changes as they are
        now: what happens to the run meanwhile doesn't reach it."""
        if step < self.exact_from:
            raise NotReplayableError(step, self.exact_from)
        return TrainingCursor(self.plan, self._checkpoints.before(step), self.changes)

    def _replayed_to(self, step: int, check: Callable[[], None] | None = None) -> Slices[TrainingCursor]:
        """A cursor of its own that stands at `step` of the run as it is in the end: where a PATCH has made another run
        of what was replayed, it is replayed again. `check` refuses what the run doesn't hold."""
        check = check or (lambda: self._check_state(step))
        same = False
        while not same:
            check()
            cursor = self.cursor_before(step)
            yield from cursor.train_to(step)
            same = self.changes.is_same_until(step, cursor.changes)
        check()
        if cursor.at < step:  # not finite on the way: no stream came as far as that
            raise UnknownStepError(step, self.first, cursor.at)
        self.furthest = max(self.furthest, step)
        return cursor

    def _check_trained(self, step: int) -> None:
        if not self.first < step <= self.last:
            raise UnknownStepError(step, self.first + 1, self.last)

    def _check_state(self, step: int, error: Callable[[int, int, int], RunError] = UnknownStepError) -> None:
        if not self.first <= step <= self.last:
            raise error(step, self.first, self.last)

    # Looking closer

    def predict(self, inputs: Array | Listed) -> Array:
        """Raw rows (samples, columns) -> (samples, outputs): probabilities, or numbers in the target's units."""
        columns = self.plan.samples.columns
        for number, row in enumerate(inputs):
            if len(row) != len(columns):
                message, sent = f"{len(row)} values for {len(columns)} columns ({', '.join(columns)})", listed(inputs)
                raise FieldsError(FieldError(f"inputs[{number}]", sent[number], message, f"{len(columns)} numbers"))
        if not len(inputs):
            return np.empty((0, self.plan.network.spec.outputs))
        raw = np.array(inputs, dtype=np.float64)  # None becomes NaN
        return self._predicted(self.cursor, self.plan.samples.transform(raw))

    def _predicted(self, cursor: TrainingCursor, values: Array) -> Array:
        """What the network sees (samples, features) -> (samples, outputs), in the target's units."""
        state, rates = cursor.trainer.state(), cursor.controls.settings.dropout
        return self.plan.samples.real_outputs(
            predict(self.plan.network, state.parameters, state.running, rates, values)
        )

    def gradient_check(self) -> Callable[[], GradientCheck]:
        """Analytic against numerical gradients, on the next step's batch and mask; a call that any thread may make."""
        cursor = self.cursor
        state, settings, batch = cursor.trainer.state(), cursor.controls.settings, cursor.batch()
        return partial(gradcheck, self.plan.network, state, settings, self.plan.config.seed, batch)

    def resolve_spotlight(
        self, requested: int | CustomSample | None, field: str = "spotlight"
    ) -> SpotlightSample | None:
        """The sample that a field asks for; FieldsError where there is none such."""
        return resolve_spotlight(self.plan.samples, requested, field)

    def _line(self, step: Step, epoch: float, detail: str, spotlight: SpotlightSample | None) -> StepLine:
        if spotlight is None:
            return StepLine(step, epoch, detail)
        row = step.batch.row_of(spotlight.index)
        return StepLine(step, epoch, detail, step.spotlight(spotlight.inputs, spotlight.target, row))

    def _evaluate(self, cursor: TrainingCursor, view: View) -> EvaluationLine:
        return self._evaluator.evaluate(cursor.snapshot(), cursor.controls, view)

    def _check_size(self, controls: Controls, path: str, value: Any, error: type[FieldsError] = FieldsError) -> None:
        """Refuses full lines that would hold too many numbers."""
        numbers = line_numbers(self.plan, controls)
        if numbers > MAX_LINE_NUMBERS:
            message = (
                f"a full line would hold {numbers} numbers, more than {MAX_LINE_NUMBERS}: smaller batch, or summary"
            )
            raise error(FieldError(path, value, message, "summary" if path == "detail" else None))


def of_copy(function: Callable[[Run], T], plan: Plan, present: Progress) -> T:
    """What a function of a run returns, in whatever process."""
    return function(Run(plan, None, present))

"""Snapshots of a run to measure: where it started, where it stands, and what its losses were on the way.

A snapshot is a copy. It is taken in slices, as replaying a run takes a while; measuring it may then be left to any
thread.
"""

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from threading import RLock
from typing import Any

import numpy as np

from ..engine.arrays import Array
from ..engine.batch import Batch, make_batch
from ..engine.evaluation import Evaluation, Evaluator
from ..engine.health import Baseline
from . import costs
from .build import Controls, Plan, Start, plan
from .changes import Change, Changes
from .config import RunConfig
from .cursor import TrainingCursor
from .errors import FieldsError, NotReplayableError
from .evaluator import split_evaluator
from .run import Run
from .slices import Slices
from .tables import UploadedTable

HISTORY_STEPS = 10_000
"""Losses are followed for so many steps from the start: what explodes does so early."""

CONTROL_RUN_STEPS = 5_000
KEPT_CONTROL_RUNS = 16


@dataclass
class RunSnapshot:
    """A run's start and its present. `losses` are L of each step's batch, first step first, as far as followed.

    `cure_start` is the state in which a cure began that came in during training, else None. `changes` are the fields
    PATCHed so far, in order, without those that no step has met yet.
    """

    plan: Plan
    now: Start
    controls: Controls
    losses: Sequence[float] = ()
    cure_start: Start | None = None
    changes: Sequence[Change] = ()
    lock: RLock = field(default_factory=RLock)
    values: dict[str, float | None] = field(default_factory=dict)  # measures that were taken already
    cache: dict[str, Any] = field(default_factory=dict)  # what several measures read

    def __getstate__(self) -> dict[str, Any]:
        """For another process: without what can't go there, or is made again."""
        left = {name: value for name, value in self.__dict__.items() if name != "_evaluator"}
        return {**left, "lock": None, "cache": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, lock=RLock())

    @property
    def start(self) -> Start:
        return self.plan.start

    @property
    def step(self) -> int:
        return self.now.state.step

    @cached_property
    def configs(self) -> list[RunConfig]:
        """The config in force from the first step on, and after each change since."""
        found = [self.plan.config]
        for step, changes in groupby(self.changes, lambda change: change.step):
            changed = found[-1].model_copy(update={change.field: change.value for change in changes})
            found = [*found, changed] if step > self.start.state.step else [changed]
        return found

    @property
    def finite(self) -> bool:
        return self.now.state.finite

    @cached_property
    def training_batch(self) -> Batch:
        """The training split as one batch."""
        samples = self.plan.samples
        return make_batch(
            np.arange(samples.train), samples.values[: samples.train], samples.scaled_targets[: samples.train]
        )

    @cached_property
    def test_split(self) -> tuple[Array, Array]:
        """Inputs and targets of the test split; of the training split where there is none."""
        samples = self.plan.samples
        cut = samples.train if samples.train < len(samples.values) else 0
        return samples.values[cut:], samples.scaled_targets[cut:]

    @cached_property
    def start_evaluation(self) -> Evaluation:
        return self._evaluate(self.start, self.plan.controls, None)

    @cached_property
    def evaluation(self) -> Evaluation:
        return self._evaluate(self.now, self.controls, self.start_evaluation.baseline)

    @cached_property
    def cure_start_evaluation(self) -> Evaluation | None:
        if self.cure_start is None:
            return None
        return self._evaluate(self.cure_start, self.controls, self.start_evaluation.baseline)

    def parameters_of(self, start: Start) -> Mapping[str, Array]:
        return self.plan.network.unpack(start.state.parameters)

    def _evaluate(self, position: Start, controls: Controls, baseline: Baseline | None) -> Evaluation:
        epoch = position.used / self.plan.samples.train
        return self._evaluator.evaluate(position.state, controls.settings.dropout, baseline, epoch=epoch)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return split_evaluator(self.plan)


@dataclass
class _LossReplay:
    """A replay of a run that notes the losses."""

    cursor: TrainingCursor
    losses: "array[float]"


_control_runs: OrderedDict[tuple[str, int], RunSnapshot] = OrderedDict()


def take_snapshot(run: Run, replay: bool = False, cure_step: int | None = None) -> Slices[RunSnapshot]:
    """A run as it stands; its losses too, with `replay`, and the state after step `cure_step`.

    All of one moment, the one at which this begins, whatever happens to the run meanwhile.
    """
    now, controls, changes = run.cursor.snapshot(), run.cursor.controls, run.changes
    step = now.state.step
    cured = cure_step is not None and run.first <= cure_step <= min(run.furthest, step)
    cure = run.cursor_before(cure_step) if cured and cure_step is not None else None
    losses: Sequence[float] = (yield from _losses(run, step, changes)) if replay else ()
    if cure is not None and cure_step is not None:
        yield from cure.train_to(cure_step)
    met = [change for change in changes if change.step < max(step, run.first + 1)]
    return RunSnapshot(run.plan, now, controls, losses, None if cure is None else cure.snapshot(), met)


def _losses(run: Run, step: int, changes: Changes) -> Slices[Sequence[float]]:
    last = min(step, run.first + HISTORY_STEPS)
    if run.exact_from > run.first and last > run.first:
        raise NotReplayableError(run.first + 1, run.exact_from)
    costs.replay(run.plan, run.cursor.controls.batch_size, last - run.first)
    replay: _LossReplay | None = run.kept.pop("losses", None)  # taken out: no two calls share it
    if replay is None or not changes.is_same_until(replay.cursor.at - 1, replay.cursor.changes):
        replay = _LossReplay(TrainingCursor(run.plan, run.plan.start, changes), array("d"))
    cursor = replay.cursor
    cursor.set_changes(changes)
    replay.losses.extend((yield from cursor.train_to(last)))
    run.kept["losses"] = replay
    return replay.losses[: last - run.first]


def trained_snapshot(config: RunConfig, steps: int, table: UploadedTable | None = None) -> Slices[RunSnapshot]:
    """A run beside all others: made, trained so many steps, and kept for a while as it then stands."""
    key = (config.model_dump_json(), steps)
    if key in _control_runs:
        _control_runs.move_to_end(key)
        return _control_runs[key]
    run_plan = plan(config, table)
    costs.replay(run_plan, run_plan.controls.batch_size, steps)
    cursor = TrainingCursor(run_plan, run_plan.start)
    losses = yield from cursor.train_to(steps)
    snapshot = RunSnapshot(run_plan, cursor.snapshot(), cursor.controls, losses)
    _control_runs[key] = snapshot
    while len(_control_runs) > KEPT_CONTROL_RUNS:
        _control_runs.popitem(last=False)
    return snapshot


def control_run(snapshot: RunSnapshot, undone: Mapping[str, object]) -> Slices[RunSnapshot | None]:
    """The same run with some fields as they would have been without a cure, trained just as long; None if none fits."""
    if snapshot.start.state.step > 0 or snapshot.step > CONTROL_RUN_STEPS:
        return None
    config = snapshot.plan.config.model_copy(update=dict(undone))
    try:
        return (yield from trained_snapshot(config, snapshot.step, snapshot.plan.table))
    except FieldsError:
        return None

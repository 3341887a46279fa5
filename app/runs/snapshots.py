"""Snapshots of a run to measure: where it started, where it stands, and what its losses were on the way.

A snapshot is a copy. It is taken in slices, as replaying a run takes a while; measuring it may then be left to any
thread.
"""

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from app.engine.arrays import Array
from app.engine.batch import Batch, make_batch
from app.engine.evaluation import Evaluation, Evaluator
from app.engine.health import Baseline
from app.runs.build import Controls, Plan, Start, plan
from app.runs.config import RunConfig
from app.runs.cursor import Change, TrainingCursor
from app.runs.errors import FieldsError
from app.runs.evaluator import split_evaluator
from app.runs.run import Run
from app.runs.slices import Slices
from app.runs.tables import UploadedTable

HISTORY_STEPS = 10_000
"""Losses are followed for so many steps from the start: what explodes does so early."""

CONTROL_RUN_STEPS = 5_000
KEPT_CONTROL_RUNS = 16


@dataclass
class RunSnapshot:
    """A run's start and its present. `losses` are L of each step's batch, first step first, as far as followed.

    `cure_start` is the state in which a cure began that came in during training, else None.
    """

    plan: Plan
    now: Start
    controls: Controls
    losses: Sequence[float] = ()
    cure_start: Start | None = None
    lock: RLock = field(default_factory=RLock)
    values: dict[str, float | None] = field(default_factory=dict)  # measures that were taken already
    cache: dict[str, Any] = field(default_factory=dict)  # what several measures read

    @property
    def start(self) -> Start:
        return self.plan.start

    @property
    def step(self) -> int:
        return self.now.state.step

    @property
    def finite(self) -> bool:
        return self.now.state.finite

    @cached_property
    def training_batch(self) -> Batch:
        """The training split as one batch."""
        samples = self.plan.samples
        return make_batch(np.arange(samples.train), samples.values[: samples.train], samples.targets[: samples.train])

    @cached_property
    def test_split(self) -> tuple[Array, Array]:
        """Inputs and targets of the test split; of the training split where there is none."""
        samples = self.plan.samples
        cut = samples.train if samples.train < len(samples.values) else 0
        return samples.values[cut:], samples.targets[cut:]

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
    """A replay of a run that notes the losses, and what had been changed on its way."""

    cursor: TrainingCursor
    losses: "array[float]"
    changes: list[Change]


_loss_replays: WeakKeyDictionary[Run, _LossReplay] = WeakKeyDictionary()
_control_runs: OrderedDict[tuple[str, int], RunSnapshot] = OrderedDict()


def take_snapshot(run: Run, replay: bool = False, cure_step: int | None = None) -> Slices[RunSnapshot]:
    """A run as it stands; its losses too, with `replay`, and the state after step `cure_step`."""
    now, controls = run.cursor.snapshot(), run.cursor.controls
    losses: Sequence[float] = (yield from _losses(run, now.state.step)) if replay else ()
    cure_start: Start | None = None
    if cure_step is not None and run.first <= cure_step <= min(run.furthest, now.state.step):
        _, cure_start = yield from run.fork_at(cure_step)
    return RunSnapshot(run.plan, now, controls, losses, cure_start)


def _losses(run: Run, step: int) -> Slices[Sequence[float]]:
    last = min(step, run.first + HISTORY_STEPS)
    replay = _loss_replays.pop(run, None)  # taken out: no two calls share it
    if replay is None or replay.changes != _before(run, replay.cursor.at):
        replay = _LossReplay(TrainingCursor(run.plan, run.plan.start, run.changes), array("d"), [])
    cursor = replay.cursor
    cursor.set_controls(cursor.controls_at(cursor.at))
    replay.losses.extend((yield from cursor.train_to(last)))
    replay.changes = _before(run, cursor.at)
    _loss_replays[run] = replay
    return replay.losses[: last - run.first]


def _before(run: Run, step: int) -> list[Change]:
    return [change for change in run.changes_in_order() if change.step < step]


def trained_snapshot(config: RunConfig, steps: int, table: UploadedTable | None = None) -> Slices[RunSnapshot]:
    """A run beside all others: made, trained so many steps, and kept for a while as it then stands."""
    key = (config.model_dump_json(), steps)
    if key in _control_runs:
        _control_runs.move_to_end(key)
        return _control_runs[key]
    run_plan = plan(config, table)
    cursor = TrainingCursor(run_plan, run_plan.start, {})
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
    config = snapshot.plan.config.model_copy(update={**undone, "from_": None})
    try:
        return (yield from trained_snapshot(config, snapshot.step, snapshot.plan.table))
    except FieldsError:
        return None

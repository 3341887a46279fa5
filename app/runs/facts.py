"""What there is to measure in a run: where it started, where it stands, and what its losses were on the way.

Facts are copies. They are gathered in slices, as walking a run again takes a while; measuring them may then be left to
any thread.
"""

from array import array
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from app.engine.arrays import Array
from app.engine.batch import Batch, make_batch
from app.engine.evaluation import Evaluation, Evaluator
from app.runs.build import Controls, Plan, Start, plan
from app.runs.config import RunConfig
from app.runs.errors import FieldsError
from app.runs.judge import evaluator_of
from app.runs.run import SLICE, Run, Slices
from app.runs.tables import OwnTable
from app.runs.walker import Change, Walker

HISTORY_STEPS = 10_000
"""Losses are followed for so many steps from the start: what explodes does so early."""

TWIN_STEPS = 5_000
KEPT_TWINS = 16


@dataclass
class Facts:
    """A run's start and its present. `losses` are L of each step's batch, first step first, as far as followed.

    `since` is where a cure began that came in during training: the state then, else None.
    """

    plan: Plan
    now: Start
    controls: Controls
    losses: Sequence[float] = ()
    since: Start | None = None
    lock: RLock = field(default_factory=RLock)
    values: dict[str, float | None] = field(default_factory=dict)  # measures that were taken already
    kept: dict[str, Any] = field(default_factory=dict)  # what several measures read

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
    def whole(self) -> Batch:
        """The training split as one batch."""
        samples = self.plan.samples
        return make_batch(np.arange(samples.train), samples.values[: samples.train], samples.targets[: samples.train])

    @cached_property
    def test(self) -> tuple[Array, Array]:
        """Inputs and targets of the test split; of the training split where there is none."""
        samples = self.plan.samples
        cut = samples.train if samples.train < len(samples.values) else 0
        return samples.values[cut:], samples.targets[cut:]

    @cached_property
    def at_start(self) -> Evaluation:
        return self._evaluator.evaluate(self.start.state, self.plan.controls.settings.dropout)

    @cached_property
    def evaluation(self) -> Evaluation:
        baseline = self.at_start.baseline
        return self._evaluator.evaluate(self.now.state, self.controls.settings.dropout, baseline)

    @cached_property
    def at_since(self) -> Evaluation | None:
        if self.since is None:
            return None
        return self._evaluator.evaluate(self.since.state, self.controls.settings.dropout, self.at_start.baseline)

    def named(self, start: Start) -> Mapping[str, Array]:
        return self.plan.network.unpack(start.state.parameters)

    @cached_property
    def _evaluator(self) -> Evaluator:
        return evaluator_of(self.plan)


@dataclass
class _Watch:
    """A walk along a run that notes the losses, and what had been changed on its way."""

    walker: Walker
    losses: "array[float]"
    changes: list[Change]


_watches: WeakKeyDictionary[Run, _Watch] = WeakKeyDictionary()
_twins: OrderedDict[tuple[str, int], Facts] = OrderedDict()


def gather(run: Run, replay: bool = False, since: int | None = None) -> Slices[Facts]:
    """The facts of a run as it stands; its losses too, with `replay`, and the state after step `since`."""
    now, controls = run.walker.here(), run.walker.controls
    losses: Sequence[float] = (yield from _losses(run, now.state.step)) if replay else ()
    began: Start | None = None
    if since is not None and run.first <= since <= min(run.furthest, now.state.step):
        _, began = yield from run.fork_at(since)
    return Facts(run.plan, now, controls, losses, began)


def _losses(run: Run, step: int) -> Slices[Sequence[float]]:
    last = min(step, run.first + HISTORY_STEPS)
    watch = _watches.pop(run, None)  # whoever has it, has it alone
    if watch is None or watch.changes != _before(run, watch.walker.at):
        watch = _Watch(Walker(run.plan, run.plan.start, run.changes), array("d"), [])
    walker = watch.walker
    walker.control(walker.controls_at(walker.at))
    yield from _walk(walker, last, watch.losses)
    watch.changes = _before(run, walker.at)
    _watches[run] = watch
    return watch.losses[: last - run.first]


def _before(run: Run, step: int) -> list[Change]:
    return [change for change in run.changes_in_order() if change.step < step]


def _walk(walker: Walker, last: int, losses: "array[float]") -> Slices[None]:
    """Steps to `last`, or to the first that is not finite, noting each one's loss."""
    deadline = perf_counter() + SLICE
    while walker.at < last and walker.trainer.finite:
        batch = walker.batch()
        losses.append(walker.trainer.step(batch))
        walker.at += 1
        walker.used += batch.size
        if walker.at in walker.changes:
            walker.control(walker.controls_at(walker.at))
        if perf_counter() > deadline:
            yield None
            deadline = perf_counter() + SLICE


def trained(config: RunConfig, steps: int, table: OwnTable | None = None) -> Slices[Facts]:
    """The facts of a run that nobody owns: made, trained so many steps, measured and forgotten."""
    key = (config.model_dump_json(), steps)
    if key in _twins:
        _twins.move_to_end(key)
        return _twins[key]
    made = plan(config, table)
    walker, losses = Walker(made, made.start, {}), array("d")
    yield from _walk(walker, steps, losses)
    facts = Facts(made, walker.here(), walker.controls, losses)
    _twins[key] = facts
    while len(_twins) > KEPT_TWINS:
        _twins.popitem(last=False)
    return facts


def twin(facts: Facts, undone: Mapping[str, object]) -> Slices[Facts | None]:
    """The same run with some fields as they would have been without a cure, trained just as long; None if none fits."""
    if facts.start.state.step > 0 or facts.step > TWIN_STEPS:
        return None
    changes = {**undone, "from_": None}
    given = facts.plan.config.model_fields_set | set(undone)
    config = RunConfig.model_construct(given, **_fields(facts.plan.config, changes))
    try:
        return (yield from trained(config, facts.step, facts.plan.table))
    except FieldsError:
        return None


def _fields(config: RunConfig, changes: Mapping[str, object]) -> dict[str, object]:
    return {name: getattr(config, name) for name in RunConfig.model_fields} | dict(changes)

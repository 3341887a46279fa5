"""The training cursor: takes a run's steps one by one, from any of its states, under the changes made to it."""

from array import array
from dataclasses import dataclass
from typing import Any

from app.data.sampling import Sampler
from app.engine.tape import Step
from app.engine.training import Batch, Trainer, make_batches
from app.runs.build import Controls, Plan, Start
from app.runs.slices import Slices, SliceTimer

PREPARED_BATCHES = 32  # at once: a few calls for all of them


@dataclass(frozen=True)
class Change:
    """One field PATCHed when the run stood at `step`: in force from the next step on."""

    step: int
    field: str
    before: Any
    value: Any


class TrainingCursor:
    """One owner at a time. Between two steps it stands at `at`, after `used` samples, under `controls`."""

    def __init__(self, plan: Plan, start: Start, changes: dict[int, list[Change]]) -> None:
        self.plan = plan
        self.changes = changes  # the run's own, by step: they may grow while this trains
        self.at, self.used = start.state.step, start.used
        self.controls = self.controls_at(self.at)
        self.trainer = Trainer(plan.network, plan.optimizer, self.controls.settings, start.state, plan.config.seed)
        self._sampler = Sampler(plan.config.seed, plan.samples.train)
        self._prepared: dict[int, Batch] = {}  # by the position it starts at
        self._prepared_size = 0

    def controls_at(self, step: int) -> Controls:
        """What is in force in the step after `step`."""
        controls = self.plan.controls
        for at in sorted(self.changes):
            if at <= step:
                for change in self.changes[at]:
                    controls = controls.changed(change.field, change.value)
        return controls

    def set_controls(self, controls: Controls) -> None:
        """Puts controls into force from the next step on."""
        self.controls = controls
        self.trainer.settings = controls.settings

    def restore(self, start: Start) -> None:
        """Goes to another state of the same run."""
        self.trainer.restore(start.state)
        self.at, self.used = start.state.step, start.used
        self.set_controls(self.controls_at(self.at))

    def snapshot(self) -> Start:
        return Start(self.trainer.state(), self.used)

    @property
    def epoch(self) -> float:
        """Samples used so far, as a share of the training split."""
        return self.used / self.plan.samples.train

    def step(self) -> float:
        """One step, nothing recorded; the loss of its batch."""
        batch = self.batch()
        loss = self.trainer.step(batch)
        self._advance(batch.size)
        return loss

    def train_to(self, step: int) -> Slices["array[float]"]:
        """Every step up to `step`, or to the first that is not finite; the losses of their batches."""
        losses = array("d")
        timer = SliceTimer()
        while self.at < step and self.trainer.finite:
            losses.append(self.step())
            if timer.is_over():
                yield None
                timer.restart()
        return losses

    def record(self) -> Step:
        """The same step, and its record."""
        batch = self.batch()
        step = self.trainer.recorded_step(batch)
        self._advance(batch.size)
        return step

    def batch(self) -> Batch:
        """The next step's batch."""
        size = self.controls.batch_size
        if self._prepared_size != size or self.used not in self._prepared:
            self._prepare_batches(size)
        return self._prepared[self.used]

    def _prepare_batches(self, size: int) -> None:
        samples = self.plan.samples
        indices = self._sampler.batch(self.used, size * PREPARED_BATCHES)
        batches = make_batches(indices, samples.values[indices], samples.targets[indices], size)
        self._prepared = {self.used + number * size: batch for number, batch in enumerate(batches)}
        self._prepared_size = size

    def _advance(self, samples: int) -> None:
        self.at += 1
        self.used += samples
        if self.at in self.changes:
            self.set_controls(self.controls_at(self.at))

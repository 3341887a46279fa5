"""A trainer and its place in the data: takes a run's steps one by one, under the changes that were made to it."""

from dataclasses import dataclass
from typing import Any

from app.data.sampling import Sampler
from app.engine.tape import Step
from app.engine.training import Batch, Trainer, make_batches
from app.runs.build import Controls, Plan, Start

AHEAD = 32  # batches that are laid out at once: a few calls for all of them


@dataclass(frozen=True)
class Change:
    """One field PATCHed when the run stood at `step`: in force from the next step on."""

    step: int
    field: str
    before: Any
    value: Any


class Walker:
    """One owner at a time. Between two steps it stands at `at`, after `used` samples, under `controls`."""

    def __init__(self, plan: Plan, start: Start, changes: dict[int, list[Change]]) -> None:
        self.plan = plan
        self.changes = changes  # the run's own, by step: they may grow while this walks
        self.at, self.used = start.state.step, start.used
        self.controls = self.controls_at(self.at)
        self.trainer = Trainer(plan.network, plan.optimizer, self.controls.settings, start.state, plan.config.seed)
        self._sampler = Sampler(plan.config.seed, plan.samples.train)
        self._ahead: dict[int, Batch] = {}  # by the position it starts at
        self._ahead_size = 0

    def controls_at(self, step: int) -> Controls:
        """What is in force in the step after `step`."""
        controls = self.plan.controls
        for at in sorted(self.changes):
            if at <= step:
                for change in self.changes[at]:
                    controls = controls.changed(change.field, change.value)
        return controls

    def control(self, controls: Controls) -> None:
        """Puts controls into force from the next step on."""
        self.controls = controls
        self.trainer.settings = controls.settings

    def go_to(self, start: Start) -> None:
        """Stands at another state of the same run."""
        self.trainer.restore(start.state)
        self.at, self.used = start.state.step, start.used
        self.control(self.controls_at(self.at))

    def here(self) -> Start:
        return Start(self.trainer.state(), self.used)

    @property
    def epoch(self) -> float:
        """Samples used so far, as a share of the training split."""
        return self.used / self.plan.samples.train

    def step(self) -> None:
        """One step, nothing recorded."""
        batch = self.batch()
        self.trainer.step(batch)
        self._moved(batch.size)

    def record(self) -> Step:
        """The same step, and its record."""
        batch = self.batch()
        step = self.trainer.recorded_step(batch)
        self._moved(batch.size)
        return step

    def batch(self) -> Batch:
        """The next step's batch."""
        size = self.controls.batch_size
        if self._ahead_size != size or self.used not in self._ahead:
            self._lay_out(size)
        return self._ahead[self.used]

    def _lay_out(self, size: int) -> None:
        samples = self.plan.samples
        indices = self._sampler.batch(self.used, size * AHEAD)
        batches = make_batches(indices, samples.values[indices], samples.targets[indices], size)
        self._ahead = {self.used + number * size: batch for number, batch in enumerate(batches)}
        self._ahead_size = size

    def _moved(self, samples: int) -> None:
        self.at += 1
        self.used += samples
        if self.at in self.changes:
            self.control(self.controls_at(self.at))

"""The training cursor: takes a run's steps one by one, from any of its states, under the changes made to it."""

from array import array

from ..data.sampling import Sampler
from ..engine.tape import Step
from ..engine.training import Batch, Trainer, make_batches
from .build import Controls, Plan, Start
from .changes import Changes
from .slices import Slices, SliceTimer

PREPARED_BATCHES = 32  # at once: a few calls for all of them


class TrainingCursor:
    """One owner at a time. Between two steps it stands at `at`, after `used` samples, under `controls`."""

    def __init__(self, plan: Plan, start: Start, changes: Changes | None = None) -> None:
        self.plan = plan
        self.changes = Changes(plan.controls) if changes is None else changes
        self.at, self.used = start.state.step, start.used
        self.controls = self.changes.controls_at(self.at)
        self._next_change = self.changes.next_after(self.at)
        self.trainer = Trainer(plan.network, plan.optimizer, self.controls.settings, start.state, plan.config.seed)
        self._sampler = Sampler(plan.config.seed, plan.samples.train)
        self._prepared: dict[int, Batch] = {}  # by the position it starts at
        self._prepared_size = 0

    def set_changes(self, changes: Changes) -> None:
        """Puts into force from the next step on what was changed up to here; what comes later, at its step."""
        self.changes, self._next_change = changes, changes.next_after(self.at)
        self._set_controls(changes.controls_at(self.at))

    def _set_controls(self, controls: Controls) -> None:
        if controls is not self.controls:
            self.controls = controls
            self.trainer.settings = controls.settings

    def restore(self, start: Start) -> None:
        """Goes to another state of the same run."""
        self.trainer.restore(start.state)
        self.at, self.used = start.state.step, start.used
        self.set_changes(self.changes)

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
        samples, ahead = self.plan.samples, PREPARED_BATCHES
        if self._next_change is not None:  # none for steps that will have another size
            ahead = min(ahead, self._next_change - self.at)
        indices = self._sampler.batch(self.used, size * ahead)
        batches = make_batches(indices, samples.values[indices], samples.scaled_targets[indices], size)
        self._prepared = {self.used + number * size: batch for number, batch in enumerate(batches)}
        self._prepared_size = size

    def _advance(self, samples: int) -> None:
        self.at += 1
        self.used += samples
        if self.at == self._next_change:
            self.set_changes(self.changes)

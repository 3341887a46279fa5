"""The tape: one training step, recorded, with every operation in the order in which it was computed.

A Step keeps the copy that the trainer made, and splits it into records on first access. What is derived from a step
(the loss after it, one sample's own pass) is computed then, by the same code, from what was recorded.
"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from . import paths
from .activations import slope
from .arrays import Array, read_only
from .batch import Batch, single_sample
from .health import dead_units
from .network import Network
from .operations import operations
from .records import Record, StepRecords, record_reader
from .spec import Settings
from .summary import Histogram, Summary, histogram, summary
from .workspace import Layout

__all__ = ["Histogram", "Record", "Step", "Summary", "histogram"]


class Step:
    """One training step: from the state after step − 1 to the state after `step`. Immutable, but for `epoch`.

    `epoch` is left to the run, which knows how many samples an epoch has.
    """

    __slots__ = (
        "__dict__",
        "_data",
        "_parameters",
        "_settings",
        "batch",
        "clip_scale",
        "epoch",
        "finite",
        "layout",
        "loss",
        "optimizer",
        "step",
    )

    def __init__(
        self,
        step: int,
        batch: Batch,
        layout: Layout,
        parameters: bytes,
        data: bytes,
        settings: Settings,
        optimizer: str,
        loss: float,
        clip_scale: float,
        finite: bool,
    ) -> None:
        self.step, self.batch, self.layout = step, batch, layout
        self._parameters, self._data, self._settings = parameters, data, settings
        self.optimizer, self.loss, self.clip_scale, self.finite = optimizer, loss, clip_scale, finite
        self.epoch: float | None = None

    @property
    def network(self) -> Network:
        return self.layout.network

    @property
    def settings(self) -> Settings:
        """What was in force at this step."""
        return self._settings

    @property
    def learning_rate(self) -> float:
        return self._settings.learning_rate

    @property
    def dropout(self) -> float:
        """The hidden layers' rate; the largest where they differ, 0 without hidden layers."""
        return max(self._settings.dropout, default=0.0)

    @property
    def flat(self) -> Array:
        """The parameters before the step (size,)."""
        return np.frombuffer(self._parameters)

    @property
    def gradients(self) -> Array:
        """dL of every parameter (size,)."""
        return self._area("gradients")

    @property
    def update(self) -> Array:
        """What is added to every parameter (size,)."""
        return self._area("update")

    @property
    def parameters(self) -> dict[str, Array]:
        """The parameters before the step by name; W as (inputs, units)."""
        return self._step_records.parameters

    @cached_property
    def penalty(self) -> float:
        """l1·Σ|W| + l2/2·ΣW², weights only, before the step; not part of L."""
        settings = self._settings
        if not (settings.l1 or settings.l2):
            return 0.0
        with np.errstate(all="ignore"):
            weights = self.flat[self.network.weights > 0]
            return settings.l1 * float(np.abs(weights).sum()) + settings.l2 / 2 * float(np.square(weights).sum())

    @cached_property
    def loss_after(self) -> float:
        """L of the same batch under the same mask with the parameters after the step; batch norm by the batch."""
        with np.errstate(all="ignore"), self.layout.spare_workspace() as workspace:
            np.add(self.flat, self.update, workspace.parameters)
            if workspace.keep is not None:
                workspace.keep[:] = self._area("keep")
            return workspace.forward(self.batch)

    @property
    def loss_predicted(self) -> float:
        """L + Σ gradient · update: what the slope alone promised."""
        with np.errstate(all="ignore"):
            return self.loss + float(self.gradients.dot(self.update))

    @property
    def paths(self) -> int:
        """How many ways lead from an input to an output."""
        return paths.paths(self.network.spec)

    @property
    def path_multiplications(self) -> int:
        """What all weights' gradients would take, path by path, for one sample."""
        return self.layout.path_multiplications

    @property
    def tape_multiplications(self) -> int:
        """What the backward pass took for one sample, every result recorded. A sum over paths needs the forward pass
        as well, so it isn't counted on either side."""
        return sum(record.multiplications for record in self.tape if record.phase == "backward")

    @cached_property
    def tape(self) -> tuple[Record, ...]:
        """Every operation in the order in which it was computed."""
        return (*self._step_records.records, self._update())

    @property
    def finite_values(self) -> bool:
        """Whether every recorded value is surely finite; where it is false, the records say which are not."""
        return self._step_records.finite

    def __getitem__(self, name: str) -> Record:
        """The record of that name."""
        return self._by_name[name]

    def spotlight(self, inputs: ArrayLike, target: ArrayLike, row: int | None = None) -> dict[str, Array | float]:
        """One sample's own forward and backward values, by record name and not divided by n.

        inputs (inputs,), target (outputs,): the sample. It goes alone through the step's parameters and mask (its own,
        that of its `row` in the batch; a sample without one keeps every unit where each sample has its own mask), and
        through the batch's means and variances held constant. Values are (units,), dW (inputs, units), L a float.

        One is in no tape, as no weight needs it: dx (inputs,), of the sample's loss with respect to its own inputs,
        dL/dx = W1 · dL/dz1.
        """
        layout = self.layout.single_sample
        batch = single_sample(inputs, target)
        with np.errstate(all="ignore"), layout.spare_workspace(fixed_statistics=True) as workspace:
            workspace.parameters[:] = self.flat
            workspace.statistics[:] = self._area("statistics")
            if workspace.keep is not None:
                workspace.keep[:, 0] = self._keep(row)
            loss = workspace.forward(batch)
            workspace.backward(batch)
            memory = read_only(workspace.memory.copy())
            gradients = self.network.unpack(workspace.gradients)
            dx = workspace.parameter_views[0].W[:, :-1].T @ workspace.errors()[0][:, 0]
        values: dict[str, Array | float] = {"x": batch.inputs[0]}
        for operation in operations(layout):
            if operation.slot is not None:
                values[operation.name] = memory[operation.slot.start : operation.slot.stop]
            elif operation.outputs is not None:
                values["L"], values["outputs"] = loss, memory[operation.outputs.start : operation.outputs.stop]
            elif operation.phase == "backward":
                values[operation.name] = read_only(gradients[operation.name[1:]])
        values["dx"] = read_only(dx)
        return values

    def summaries(self) -> dict[str, Summary]:
        """Each record in a few numbers, by name."""
        with np.errstate(all="ignore"):
            return {record.name: self._summary(record) for record in self.tape}

    @cached_property
    def _by_name(self) -> Mapping[str, Record]:
        return {record.name: record for record in self.tape}

    @cached_property
    def _step_records(self) -> StepRecords:
        """Everything that a workspace held after the step."""
        with np.errstate(all="ignore"), self.layout.spare_workspace() as workspace:
            workspace.parameters[:] = self.flat
            workspace.restore(self._data)
            return record_reader(workspace).read(self.batch, self.loss)

    def _area(self, name: str) -> Array:
        """A recorded area, read-only."""
        return self.layout.slots[name].view(np.frombuffer(self._data))

    def _keep(self, row: int | None) -> Array:
        keep = self._area("keep")
        if row is not None or self.network.spec.dropout_mask == "per_step":
            return keep[:, row or 0]
        kept = np.ones(len(keep))
        for k, rate in enumerate(self._settings.dropout, 1):
            kept[self.layout.units(k)] = float(rate < 1)
        return kept

    def _update(self) -> Record:
        reads = tuple(f"d{name}" for name in self.network.names)
        if self._settings.l1 or self._settings.l2:
            reads += self.network.weight_names
        size, value = self.network.size, self._step_records.update
        return Record("update", self.optimizer, "update", None, reads, size, value, clip_scale=self.clip_scale)

    def _summary(self, record: Record) -> Summary:
        value = record.value
        parts = list(value.values()) if isinstance(value, dict) else [np.asarray(value)]
        numbers = np.concatenate([part.reshape(-1) for part in parts])
        dead = None
        if record.phase == "forward" and record.name.startswith("a"):
            slopes = slope(record.kind, np.asarray(self[record.reads[0]].value), np.asarray(value))
            dead = float(np.mean(dead_units(record.kind, slopes.T)))
        return summary(numbers, dead)

"""The records of a step, read from its workspace: what each operation made, by name.

Where each number lies is known once a workspace exists. So the views are made once for each, and reading a step is
one copy a record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, read_only
from .batch import Batch
from .operations import Operation, operations
from .summary import norm
from .workspace import Slot, Workspace

Value = Array | float | dict[str, Array]


class Record(NamedTuple):
    """One operation: what it made (`value`), and of which records, parameters and targets y (`reads`).

    Values are (batch, units), a float for L, the gradient of one parameter in its own shape, or for the update what is
    added to each parameter by name. `multiplications` are for one sample. `mask` (0 or 1, batch × units) belongs to
    dropout, `outputs` (batch × outputs) to L, `norm` to parameters' gradients, `clip_scale` to the update.
    """

    name: str
    kind: str
    phase: str
    layer: int | None
    reads: tuple[str, ...]
    multiplications: int
    value: Value
    mask: NDArray[np.uint8] | None = None
    outputs: Array | None = None
    norm: float | None = None
    clip_scale: float | None = None

    @property
    def finite(self) -> bool:
        """Whether every number of value and outputs is finite."""
        return all(bool(np.isfinite(array).all()) for array in self._arrays())

    @property
    def not_finite(self) -> dict[str, int] | None:
        """How many numbers of value and outputs are nan, +inf and -inf; None where all are finite."""
        if self.finite:
            return None
        numbers = np.concatenate([array.reshape(-1) for array in self._arrays()])
        counts = {"nan": np.isnan(numbers), "+inf": np.isposinf(numbers), "-inf": np.isneginf(numbers)}
        return {name: int(found.sum()) for name, found in counts.items()}

    def _arrays(self) -> list[Array]:
        values = list(self.value.values()) if isinstance(self.value, dict) else [np.asarray(self.value)]
        return values if self.outputs is None else [*values, self.outputs]


@dataclass(frozen=True, slots=True)
class StepRecords:
    """All of a step but the update: its records in order, and parameters and updates by name; read-only copies.

    `finite`: every number is; where it is false, one that isn't may also be left over from an earlier step.
    """

    records: tuple[Record, ...]
    parameters: dict[str, Array]
    update: dict[str, Array]
    finite: bool


@dataclass(frozen=True, slots=True)
class _RecordView:
    """An operation, and views of where its numbers lie, batch first: (batch, units)."""

    operation: Operation
    value: Array | None
    mask: Array | None
    outputs: Array | None


class RecordReader:
    """The views of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        network, memory = workspace.network, workspace.memory
        self._memory = memory
        self._parameters = network.parts(workspace.parameters)
        self._update = network.parts(workspace.update)
        gradients = network.parts(workspace.gradients)
        self._views: list[_RecordView] = []
        for operation in operations(workspace.layout):
            value, mask, outputs = (
                _batch_first(slot, memory) for slot in (operation.slot, operation.mask, operation.outputs)
            )
            if operation.phase == "backward" and value is None:
                value = gradients[operation.name[1:]]
            self._views.append(_RecordView(operation, value, mask, outputs))

    def read(self, batch: Batch, loss: float) -> StepRecords:
        """What the workspace holds of a forward and a backward pass over `batch`."""
        return StepRecords(
            tuple(_record(view, batch, loss) for view in self._views),
            _copies(self._parameters),
            _copies(self._update),
            isfinite(loss) and bool(np.logical_and.reduce(np.isfinite(self._memory))),
        )


_READERS: WeakKeyDictionary[Workspace, RecordReader] = WeakKeyDictionary()


def record_reader(workspace: Workspace) -> RecordReader:
    """The reader of a workspace, made when first asked for."""
    found = _READERS.get(workspace)
    if found is None:
        found = _READERS[workspace] = RecordReader(workspace)
    return found


def _record(view: _RecordView, batch: Batch, loss: float) -> Record:
    operation = view.operation
    mask = outputs = size = None
    if view.value is not None:
        array = view.value.copy()
        if view.mask is not None:
            mask = read_only((view.mask != 0).astype(np.uint8, order="C"))
        elif operation.slot is None:
            size = norm(array.reshape(-1))
        value: Value = read_only(array)
    elif view.outputs is not None:
        value, outputs = loss, read_only(view.outputs.copy())
    else:
        value = batch.inputs
    return Record(
        operation.name,
        operation.kind,
        operation.phase,
        operation.layer,
        operation.reads,
        operation.multiplications,
        value,
        mask,
        outputs,
        size,
    )


def _batch_first(slot: Slot | None, memory: Array) -> Array | None:
    return None if slot is None else slot.view(memory).T


def _copies(parts: Mapping[str, Array]) -> dict[str, Array]:
    return {name: read_only(part.copy()) for name, part in parts.items()}

"""The list of a training step's operations, in order: name, reads, cost, and where the value lies.

All of it is known from the layout, so it is worked out once; a step only adds its numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from .activations import activation
from .workspace import Layout, Slot


@dataclass(frozen=True, slots=True)
class Operation:
    """What a record says besides its numbers. `slot` is where a value (units, batch) lies in the memory."""

    name: str
    kind: str
    phase: str
    layer: int
    reads: tuple[str, ...]
    multiplications: int
    slot: Slot | None = None  # None for x, L and parameters' gradients
    mask: Slot | None = None
    outputs: Slot | None = None


_OPERATIONS: WeakKeyDictionary[Layout, tuple[Operation, ...]] = WeakKeyDictionary()


def operations(layout: Layout) -> tuple[Operation, ...]:
    """The forward pass, the loss and the backward pass of a layout; the update is the trainer's."""
    found = _OPERATIONS.get(layout)
    if found is None:
        found = _OPERATIONS[layout] = tuple(_OperationList(layout).all())
    return found


class _OperationList:
    """Lists the operations of one layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.spec = layout, layout.network.spec
        self.last = len(self.spec.hidden) + 1
        self.activated = self.spec.output_activation != "linear"

    def all(self) -> Iterator[Operation]:
        yield Operation("x", "input", "forward", 0, (), 0)
        for k in range(1, self.last):
            yield from self.hidden_forward(k)
        yield from self.output_forward()
        yield self.loss()
        yield from self.output_backward()
        for k in range(self.last, 0, -1):
            yield from self.dense_backward(k)
            if k > 1:
                yield from self.hidden_backward(k - 1)

    def hidden_forward(self, k: int) -> Iterator[Operation]:
        layer = self.spec.hidden[k - 1]
        yield self.dense(k)
        if layer.batch_norm:
            yield self.value(f"n{k}", "batch_norm", k, (f"z{k}", f"gamma{k}", f"beta{k}"), layer.units)
        yield self.value(f"a{k}", layer.activation, k, (self.pre_activation(k),), 0)
        if self.layout.dropping[k - 1]:
            mask = self.slot("keep", k)
            yield self.value(f"d{k}", "dropout", k, (f"a{k}",), layer.units, mask)

    def output_forward(self) -> Iterator[Operation]:
        yield self.dense(self.last)
        if self.activated:
            yield self.value(f"a{self.last}", self.spec.output_activation, self.last, (f"z{self.last}",), 0)

    def loss(self) -> Operation:
        slots = self.layout.slots
        outputs = slots["outputs"] if "outputs" in slots else self.slot(self.loss_input[0], self.last)
        return Operation("L", self.spec.loss, "loss", self.last, (self.loss_input, "y"), 0, outputs=outputs)

    def output_backward(self) -> Iterator[Operation]:
        last, units = self.last, self.spec.outputs
        reads = ("L", self.loss_input, "y")
        if not self.activated:
            yield self.value(f"dz{last}", self.spec.loss, last, reads, units)
            return
        yield self.value(f"da{last}", self.spec.loss, last, reads, 0)
        yield self.value(f"dz{last}", self.spec.output_activation, last, (f"da{last}", f"a{last}"), units)

    def dense_backward(self, k: int) -> Iterator[Operation]:
        """dW, db, and the gradient of the layer's input unless that is x."""
        yield self.gradient(f"W{k}", "dense", k, (f"dz{k}", self.layer_output(k - 1)), self.products(k))
        yield self.gradient(f"b{k}", "dense", k, (f"dz{k}",), 0)
        if k > 1:
            yield self.value(f"d{self.layer_output(k - 1)}", "dense", k - 1, (f"dz{k}", f"W{k}"), self.products(k))

    def hidden_backward(self, k: int) -> Iterator[Operation]:
        layer, pre_activation = self.spec.hidden[k - 1], self.pre_activation(k)
        if self.layout.dropping[k - 1]:
            yield self.value(f"da{k}", "dropout", k, (f"dd{k}", f"d{k}"), layer.units)
        slope_reads = {"a": (f"a{k}",), "z": (pre_activation,), "": ()}[activation(layer.activation).slope_reads]
        yield self.value(f"d{pre_activation}", layer.activation, k, (f"da{k}", *slope_reads), layer.units)
        if layer.batch_norm:
            yield self.gradient(f"gamma{k}", "batch_norm", k, (f"dn{k}", f"z{k}"), layer.units)
            yield self.gradient(f"beta{k}", "batch_norm", k, (f"dn{k}",), 0)
            reads = (f"dn{k}", f"z{k}", f"gamma{k}", f"dgamma{k}", f"dbeta{k}")
            yield self.value(f"dz{k}", "batch_norm", k, reads, layer.units)

    def dense(self, k: int) -> Operation:
        return self.value(f"z{k}", "dense", k, (self.layer_output(k - 1), f"W{k}", f"b{k}"), self.products(k))

    def products(self, k: int) -> int:
        return self.spec.widths[k - 1] * self.spec.widths[k]

    def pre_activation(self, k: int) -> str:
        """What layer k's activation reads."""
        return f"n{k}" if self.spec.hidden[k - 1].batch_norm else f"z{k}"

    def layer_output(self, k: int) -> str:
        """What layer k passes to the next; x for k = 0."""
        if k == 0:
            return "x"
        return f"d{k}" if self.layout.dropping[k - 1] else f"a{k}"

    @cached_property
    def loss_input(self) -> str:
        """What the loss reads."""
        return f"a{self.last}" if self.activated else f"z{self.last}"

    def value(
        self, name: str, kind: str, k: int, reads: tuple[str, ...], multiplications: int, mask: Slot | None = None
    ) -> Operation:
        """An operation that makes a value (batch, units): its area is the name without the layer's number."""
        area = name.rstrip("0123456789")
        phase = "forward" if len(area) == 1 else "backward"
        return Operation(name, kind, phase, k, reads, multiplications, self.slot(area, k), mask)

    def gradient(self, of: str, kind: str, k: int, reads: tuple[str, ...], multiplications: int) -> Operation:
        return Operation(f"d{of}", kind, "backward", k, reads, multiplications)

    def slot(self, area: str, k: int) -> Slot:
        """The units of layer k in an area's plane; the output layer has an area of its own."""
        if k == self.last:
            return self.layout.slots[f"{area}_last"]
        plane, units, samples = self.layout.slots[area], self.layout.units(k), self.layout.samples
        start, stop = plane.start + units.start * samples, plane.start + units.stop * samples
        return Slot(start, stop, (units.stop - units.start, samples))

"""The workspace of a forward and a backward pass: one stretch of memory, laid out once, reused by every pass.

A value of all hidden layers is one plane (rows, batch): for each layer its units and one row more, which holds ones in
`a` and `d`. So a layer's output with its row of ones is a block of the plane, and the slopes of neighbouring layers
with the same activation are one call. What a training step records lies together at the front: a record is one copy.

Recorded are the results of matrix products and of the loss, and the mask. The rest, unit by unit, follows from them by
the same code on the same layout, to the last bit: `restore` does it on reading, so recording stays cheap.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from . import paths
from .activations import KINKED, Slope, activation
from .arrays import CACHE_LINE, Array, aligned
from .batch import Batch
from .layers import BatchNorm, HiddenLayer
from .losses import Loss, make_loss
from .network import Network


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an area lies, in numbers from the start of the memory."""

    start: int
    stop: int
    shape: tuple[int, ...]

    def view(self, memory: Array) -> Array:
        return memory[self.start : self.stop].reshape(self.shape)


class Layout:
    """The areas of a workspace: for one network, one batch size, and which hidden layers drop units."""

    def __init__(self, network: Network, samples: int, dropping: tuple[bool, ...]) -> None:
        if len(dropping) != len(network.spec.hidden):
            raise ValueError(f"{len(network.spec.hidden)} hidden layers got {len(dropping)} dropout rates")
        self.network, self.samples, self.dropping = network, samples, dropping
        self.first_rows: list[int] = []
        self.rows = 0
        for layer in network.spec.hidden:
            self.first_rows.append(self.rows)
            self.rows += layer.units + 1
        self.slots: dict[str, Slot] = {}
        self.numbers = 0
        self.spare_workspaces: dict[bool, Workspace] = {}
        self._add_all_slots()

    def units(self, k: int) -> slice:
        """The rows of hidden layer k (from 1) in a plane."""
        first = self.first_rows[k - 1]
        return slice(first, first + self.network.spec.hidden[k - 1].units)

    def block(self, k: int) -> slice:
        """The same, and the row of ones."""
        units = self.units(k)
        return slice(units.start, units.stop + 1)

    def norm_units(self, k: int) -> slice:
        """Layer k's part of the vectors with one number for each batch-norm unit."""
        block = self.network.blocks[k - 1]
        if block.norm is None:
            raise ValueError(f"layer {k} has no batch norm")
        return slice(block.norm, block.norm + block.units)

    @cached_property
    def path_multiplications(self) -> int:
        """What all weights' gradients would take, path by path, for one sample."""
        return paths.path_multiplications(self.network.spec, self.dropping)

    @cached_property
    def single_sample(self) -> "Layout":
        """The layout for one sample."""
        return Layout(self.network, 1, self.dropping)

    @contextmanager
    def spare_workspace(self, fixed_statistics: bool = False) -> Iterator["Workspace"]:
        """A workspace with parameters of its own for a computation beside the training; built once, then used again.

        What it holds is left over from its last use. Taking it out is atomic: two threads never share one.
        """
        workspace = self.spare_workspaces.pop(fixed_statistics, None) or Workspace(
            Layout(self.network, self.samples, self.dropping), aligned(self.network.size), fixed_statistics
        )  # over a layout of its own: two that hold each other would wait for the garbage collector with their memory
        try:
            yield workspace
        finally:
            self.spare_workspaces[fixed_statistics] = workspace

    def _add_all_slots(self) -> None:
        spec, network = self.network.spec, self.network
        last, plane = (spec.outputs, self.samples), (self.rows, self.samples)
        activated = spec.output_activation != "linear"
        crossed = spec.loss != "squared_error"
        normed = network.normalised > 0
        products = ["da"] * (not all(self.dropping)) + ["dd", "keep"] * any(self.dropping)
        follow = ["a", "dz"] + ["n", "dn", "x_hat"] * normed + ["da"] * all(self.dropping) + ["d"] * any(self.dropping)
        self._add_slots(network.size, "gradients", "update")
        self._add_slots(2 * network.normalised, "statistics")
        self._add_slots(last, "z_last", "dz_last", *(["a_last", "da_last"] if activated else []))
        self._add_slots(last, *(["outputs"] if crossed else []))
        self._add_slots(plane, "z", *products)
        self.recorded = self.numbers
        self._add_slots(plane, *follow, "slope", "scratch")
        self._add_slots(last, "slope_last", "scratch_last")
        self._add_slots(network.normalised, "root")

    def _add_slots(self, shape: int | tuple[int, ...], *names: str) -> None:
        shape = (shape,) if isinstance(shape, int) else shape
        for name in names:
            stop = self.numbers + int(np.prod(shape))
            self.slots[name] = Slot(self.numbers, stop, shape)
            self.numbers = -(-stop // CACHE_LINE) * CACHE_LINE


class Workspace:
    """A network's forward and backward pass over batches of one size. It has one owner at a time.

    `parameters` is the flat vector it reads: a view, so a change of the parameters is a change here. With
    `fixed_statistics`, batch norm uses the `statistics` (means, then variances) that it finds, instead of the batch's.
    """

    def __init__(self, layout: Layout, parameters: Array, fixed_statistics: bool = False) -> None:
        self.layout, self.network, self.parameters = layout, layout.network, parameters
        self.fixed_statistics = fixed_statistics
        self.samples = layout.samples
        self.memory = aligned(layout.numbers)
        self.gradients, self.update = self.area("gradients"), self.area("update")
        self.statistics = self.area("statistics")
        self.mean, self.variance = np.split(self.statistics, 2)
        self.keep = self.area("keep") if "keep" in layout.slots else None
        self._recorded = self.memory[: layout.recorded]
        self._write_ones()
        spec = self.network.spec
        self.hidden = tuple(self._hidden(k) for k in range(1, len(spec.hidden) + 1))
        self._loss: Loss = make_loss(spec.loss, spec.output_activation, self.area, self.samples)
        self.parameter_views = self.network.views(parameters)
        self.gradient_views = self.network.views(self.gradients)
        W = [view.W for view in self.parameter_views]
        self._forward_order = [(w, layer.z, layer) for w, layer in zip(W, self.hidden, strict=False)]
        self._z, self._W = self.area("z_last"), W[-1]
        dz = [*(self.area("dz")[layout.units(k)] for k in range(1, len(W))), self.area("dz_last")]
        gW = [view.W for view in self.gradient_views]
        # last layer first: what a dense layer reads and writes backward, and the hidden layer before it
        self._backward_order = [
            (dz[k], self.hidden[k - 1].out.T, gW[k], W[k].T, self.hidden[k - 1].dout, self.hidden[k - 1])
            for k in range(len(W) - 1, 0, -1)
        ]
        self._first_dz, self._first_gW = dz[0], gW[0]
        self._slopes = self._slope_runs()

    def area(self, name: str) -> Array:
        """The area of that name: a plane (rows, batch), an output (outputs, batch) or a vector."""
        return self.layout.slots[name].view(self.memory)

    def forward(self, batch: Batch) -> float:
        """The batch's mean loss L; leaves every forward value in its area."""
        x = batch.x
        for W, z, layer in self._forward_order:
            W.dot(x, z)
            x = layer.forward()
        self._W.dot(x, self._z)
        return self._loss.forward(batch.y)

    def backward(self, batch: Batch) -> None:
        """After forward with the same batch: every gradient in its area, those of the parameters in `gradients`."""
        self._loss.backward(batch.y)
        for slope, z, a, out, scratch in self._slopes:
            slope(z, a, out, scratch)
        for dz, xT, gW, WT, dout, layer in self._backward_order:
            dz.dot(xT, gW)
            WT.dot(dz, dout)
            layer.backward()
        self._first_dz.dot(batch.xT, self._first_gW)

    def hold_sides(self) -> None:
        """After forward and backward: from now on each unit stays on the side of its kink on which it is.

        A ReLU becomes a line, or 0. So the gradient is smooth around here, and may itself be differentiated.
        """
        for layer, spec in zip(self.hidden, self.network.spec.hidden, strict=True):
            if spec.activation == "step":
                layer.activate = partial(_copy, layer.a.copy())
            elif spec.activation in KINKED:
                layer.activate = partial(_multiply, layer.slope.copy())
        self._slopes = self._slope_runs(held=KINKED)

    def errors(self) -> list[Array]:
        """After backward: dL/dz of every layer, first to last, each (units, batch); views."""
        plane = self.area("dz")
        hidden = [plane[self.layout.units(k)] for k in range(1, len(self.hidden) + 1)]
        return [*hidden, self.area("dz_last")]

    def record(self) -> bytes:
        """A copy of what `restore` needs to have everything again."""
        return self._recorded.tobytes()

    def restore(self, record: bytes) -> None:
        """All areas as they were when `record` was taken, given the same parameters."""
        self._recorded[:] = np.frombuffer(record)
        for layer in self.hidden:
            layer.forward()
        for slope, z, a, out, scratch in self._slopes:
            slope(z, a, out, scratch)
        for layer in self.hidden:
            layer.backward()

    def _write_ones(self) -> None:
        for name in ("a", "d", "keep"):
            if name in self.layout.slots:
                self.area(name)[...] = 1.0

    def _hidden(self, k: int) -> HiddenLayer:
        layout, spec = self.layout, self.network.spec.hidden[k - 1]
        units, block = layout.units(k), layout.block(k)
        dropping = layout.dropping[k - 1]
        before = "n" if spec.batch_norm else "z"
        out = "d" if dropping else "a"
        return HiddenLayer(
            z=self.area("z")[units],
            norm=self._batch_norm(k) if spec.batch_norm else None,
            activate=activation(spec.activation).forward,
            pre_activation=self.area(before)[units],
            dpre_activation=self.area(f"d{before}")[units],
            a=self.area("a")[units],
            da=self.area("da")[units],
            slope=self.area("slope")[units],
            scratch=self.area("scratch")[units],
            keep=self.area("keep")[units] if dropping else None,
            d=self.area(out)[units],
            dd=self.area(f"d{out}")[units],
            out=self.area(out)[block],
            dout=self.area(f"d{out}")[block],
        )

    def _batch_norm(self, k: int) -> BatchNorm:
        units, norm_units = self.layout.units(k), self.layout.norm_units(k)
        layer, gradient = self.network.views(self.parameters)[k - 1], self.network.views(self.gradients)[k - 1]
        mean, variance, root = self.mean[norm_units], self.variance[norm_units], self.area("root")[norm_units]
        assert layer.gamma is not None
        assert layer.beta is not None
        assert gradient.gamma is not None
        assert gradient.beta is not None
        factor = np.empty(len(mean))
        return BatchNorm(
            fixed_statistics=self.fixed_statistics,
            z=self.area("z")[units],
            n=self.area("n")[units],
            dn=self.area("dn")[units],
            dz=self.area("dz")[units],
            x_hat=self.area("x_hat")[units],
            scratch=self.area("scratch")[units],
            mean=mean,
            variance=variance,
            root=root,
            gamma=layer.gamma,
            beta=layer.beta,
            dgamma=gradient.gamma,
            dbeta=gradient.beta,
            ones=_full(self.samples, 1.0),
            shares=_full(self.samples, 1 / self.samples),
            share=np.array(1 / self.samples),
            mean_column=_column(mean),
            root_column=_column(root),
            gamma_column=_column(layer.gamma),
            beta_column=_column(layer.beta),
            factor=factor,
            factor_column=_column(factor),
        )

    def _slope_runs(self, held: Sequence[str] = ()) -> list[tuple[Slope, Array, Array, Array, Array]]:
        """Neighbouring layers whose activation is the same, and reads the same plane, as one flat span each.

        Those of the activations `held` are left out: their slopes stay as they are.
        """
        runs: list[tuple[str, str, int, int]] = []
        for k, spec in enumerate(self.network.spec.hidden, 1):
            before, block = "n" if spec.batch_norm else "z", self.layout.block(k)
            if runs and runs[-1][:2] == (spec.activation, before):
                runs[-1] = (*runs[-1][:2], runs[-1][2], block.stop)
            else:
                runs.append((spec.activation, before, block.start, block.stop))
        return [
            (
                activation(name).slope,
                self._span(before, start, stop),
                self._span("a", start, stop),
                self._span("slope", start, stop),
                self._span("scratch", start, stop),
            )
            for name, before, start, stop in runs
            if name not in held
        ]

    def _span(self, area: str, start: int, stop: int) -> Array:
        return self.area(area)[start:stop].reshape(-1)


def _full(numbers: int, value: float) -> Array:
    vector = aligned(numbers)
    vector[:] = value
    return vector


def _copy(values: Array, _z: Array, out: Array, _scratch: Array) -> None:
    np.copyto(out, values)


def _multiply(slopes: Array, z: Array, out: Array, _scratch: Array) -> None:
    np.multiply(z, slopes, out)


def _column(vector: Array) -> Array:
    return vector.reshape(-1, 1)

"""Slopes and gradients of every unit over the input plane."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from ...engine.arrays import Array
from ...engine.slopes import LayerSlopes, layer_slopes
from ...engine.surfaces import LayerBytes, quantised
from .. import costs
from ..build import Controls, Plan, Start
from ..run import Run
from ..slices import Slices
from .lookup import Measurement, state_after


@dataclass(frozen=True)
class Slopes:
    """One layer after the other, the outputs last; `layers` is None where the input is no plane.

    `means`: of slopes, over the training split. A gradient is of a loss at `target` everywhere, that of `sample`.
    `zeros`: the units that are exactly 0 at every place.
    """

    step: int
    show: str
    sample: int
    target: Array
    extent: tuple[float, float, float, float] | None
    size: int
    layers: tuple[LayerBytes, ...] | None
    means: tuple[Array | None, ...]
    zeros: tuple[list[int], ...]


def slopes(run: Run, step: int | None, show: str, size: int, sample: int) -> Slices[Measurement]:
    """Slopes or gradients over the input plane after a step, as evaluation sees the network."""
    controls, start = yield from state_after(run, step)
    spotlight = run.resolve_spotlight(sample, "sample")
    assert spotlight is not None
    measure = partial(_slopes, run.plan, controls, start, show, size, sample, spotlight.target)
    return Measurement(measure, costs.slopes(run.plan, size))


def _slopes(plan: Plan, controls: Controls, start: Start, show: str, size: int, sample: int, target: Array) -> Slopes:
    samples, state = plan.samples, start.state
    grid = samples.grid(size)

    def slopes_at(inputs: Array) -> LayerSlopes:
        network, rates = plan.network, controls.settings.dropout
        return layer_slopes(network, state.parameters, state.running, rates, inputs, target)

    def quantise(layer: Array) -> LayerBytes:
        return quantised(layer.reshape(len(layer), size, size))

    trained_snapshot = slopes_at(samples.values[: samples.train]).slopes if show == "slope" else None
    on_grid = None if grid is None else slopes_at(grid)
    chosen = None if on_grid is None else on_grid.slopes if show == "slope" else on_grid.gradients
    return Slopes(
        step=state.step,
        show=show,
        sample=sample,
        target=target,
        extent=samples.extent,
        size=size,
        layers=None if chosen is None else tuple(quantise(layer) for layer in chosen),
        zeros=() if chosen is None else tuple(np.flatnonzero(~layer.any(axis=1)).tolist() for layer in chosen),
        means=tuple(
            [None] * (len(plan.network.spec.hidden) + 1)
            if trained_snapshot is None
            else (s.mean(axis=1) for s in trained_snapshot)
        ),
    )

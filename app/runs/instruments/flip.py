"""Tiles, flipped: slopes and gradients over the input plane."""

from dataclasses import dataclass

import numpy as np

from app.engine.arrays import Array
from app.engine.flipped import Flipped, flipped
from app.engine.surfaces import LayerBytes, quantised
from app.runs.build import Controls, Start
from app.runs.instruments.place import Work, state_after
from app.runs.run import Run, Slices


@dataclass(frozen=True)
class Flip:
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


def flip(run: Run, step: int | None, show: str, size: int, sample: int) -> Slices[Work]:
    """Slopes or gradients over the input plane after a step, as evaluation sees the network."""
    controls, start = yield from state_after(run, step)
    spot = run.spot(sample)
    assert spot is not None
    return lambda: _flip(run, controls, start, show, size, sample, spot.target)


def _flip(run: Run, controls: Controls, start: Start, show: str, size: int, sample: int, target: Array) -> Flip:
    samples, state = run.plan.samples, start.state
    grid = samples.grid(size)

    def look(inputs: Array) -> Flipped:
        network, rates = run.plan.network, controls.settings.dropout
        return flipped(network, state.parameters, state.running, rates, inputs, target)

    def picture(layer: Array) -> LayerBytes:
        return quantised(layer.reshape(len(layer), size, size))

    trained = look(samples.values[: samples.train]).slopes if show == "slope" else None
    over = None if grid is None else look(grid)
    chosen = None if over is None else over.slopes if show == "slope" else over.gradients
    return Flip(
        step=state.step,
        show=show,
        sample=sample,
        target=target,
        extent=samples.extent,
        size=size,
        layers=None if chosen is None else tuple(picture(layer) for layer in chosen),
        zeros=() if chosen is None else tuple(np.flatnonzero(~layer.any(axis=1)).tolist() for layer in chosen),
        means=tuple(
            [None] * (len(run.plan.network.spec.hidden) + 1) if trained is None else (s.mean(axis=1) for s in trained)
        ),
    )

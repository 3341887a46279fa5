"""Gradients of one weight, or of all, against central differences, on a step's batch and under its mask."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ...engine import weight_check
from ...engine.gradcheck import H
from ...engine.weight_check import FrozenStep
from .. import costs
from ..cursor import TrainingCursor
from ..errors import FieldError, UnknownPairError
from ..run import Run
from ..slices import Slices
from .lookup import Measurement, before_step, sample_of

LINE_LOSSES = 60
"""Losses that are computed along the line, and beside the weight."""


@dataclass(frozen=True)
class Perturbation:
    """Which number to move, how far, and how far to draw the loss along it."""

    parameter: str
    index: Sequence[int]
    h: float = H
    reach: float = 1.0


def check_weight(run: Run, perturbation: Perturbation, step: int | None, spotlight: int | None) -> Slices[Measurement]:
    """The loss at w ± h on a step's batch, its mask held; UnknownPairError where there is no such parameter."""
    name, index, shapes = perturbation.parameter, perturbation.index, run.plan.network.shapes
    try:
        weight_check.flat_index(run.plan.network, name, index)
    except ValueError as error:
        known = name in shapes
        path, got = ("index", ",".join(map(str, index))) if known else ("parameter", name)
        allowed = list(shapes[name] if known else shapes)
        raise UnknownPairError(FieldError(path, got, str(error), allowed)) from error
    cursor = yield from before_step(run, step)
    sample = None if spotlight is None else sample_of(run, cursor, spotlight)
    frozen = _freeze(run, cursor)
    check = partial(weight_check.check_weight, frozen, name, index, perturbation.h, perturbation.reach, sample)
    return Measurement(check, LINE_LOSSES * costs.step(run.plan.network, cursor.batch().size))


def check_all_weights(run: Run, step: int | None) -> Slices[Measurement]:
    """Each parameter's own relative error against central differences; UnsuitedRunError where that takes too long."""
    cursor = yield from before_step(run, step)
    cost = costs.gradient_check(run.plan.network, cursor.batch().size)
    return Measurement(partial(weight_check.check_all_weights, _freeze(run, cursor)), cost)


def check_gradients(run: Run) -> Slices[Measurement]:
    """Each parameter's gradient, as a whole, against central differences, on the next step's batch."""
    cost = costs.gradient_check(run.plan.network, run.cursor.batch().size)
    yield from ()
    return Measurement(run.gradient_check(), cost)


def _freeze(run: Run, cursor: TrainingCursor) -> FrozenStep:
    state, settings = cursor.trainer.state(), cursor.controls.settings
    return weight_check.freeze_step(run.plan.network, state, settings, run.plan.config.seed, cursor.batch())

"""Gradients of one weight, or of all, against central differences, on a step's batch and under its mask."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine import weight_check
from app.engine.gradcheck import H
from app.engine.weight_check import FrozenStep
from app.runs.cursor import TrainingCursor
from app.runs.errors import FieldError, FieldsError
from app.runs.instruments.lookup import Measurement, before_step, sample_of
from app.runs.run import Run
from app.runs.slices import Slices

MAX_PRODUCTS = 1_000_000_000
"""Products in a check of every parameter: about ten seconds."""


@dataclass(frozen=True)
class Perturbation:
    """Which number to move, how far, and how far to draw the loss along it."""

    parameter: str
    index: Sequence[int]
    h: float = H
    reach: float = 1.0


def check_weight(run: Run, perturbation: Perturbation, step: int | None, spotlight: int | None) -> Slices[Measurement]:
    """The loss at w ± h on a step's batch, its mask held; FieldsError where there is no such parameter."""
    name, index, shapes = perturbation.parameter, perturbation.index, run.plan.network.shapes
    try:
        weight_check.flat_index(run.plan.network, name, index)
    except ValueError as error:
        known = name in shapes
        path, got = ("index", ",".join(map(str, index))) if known else ("parameter", name)
        allowed = list(shapes[name] if known else shapes)
        raise FieldsError(FieldError(path, got, str(error), allowed)) from error
    cursor = yield from before_step(run, step)
    sample = None if spotlight is None else sample_of(run, cursor, spotlight)
    return lambda: weight_check.check_weight(
        _freeze(run, cursor), name, index, perturbation.h, perturbation.reach, sample
    )


def check_all_weights(run: Run, step: int | None) -> Slices[Measurement]:
    """Each parameter's own relative error against central differences; FieldsError where that would take too long."""
    cursor = yield from before_step(run, step)
    size, samples = run.plan.network.size, cursor.batch().size
    if 2 * size**2 * samples > MAX_PRODUCTS:
        message = f"two losses for each of {size} parameters, over {samples} samples, would take too long"
        raise FieldsError(FieldError("batch_size", samples, message, f"at most {MAX_PRODUCTS // (2 * size**2)}"))
    return lambda: weight_check.check_all_weights(_freeze(run, cursor))


def _freeze(run: Run, cursor: TrainingCursor) -> FrozenStep:
    state, settings = cursor.trainer.state(), cursor.controls.settings
    return weight_check.freeze_step(run.plan.network, state, settings, run.plan.config.seed, cursor.batch())

"""Hold one edge, or every edge, of a step: gradients against central differences, on its batch and under its mask."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from app.engine import probe
from app.engine.gradcheck import H
from app.runs.errors import FieldError, FieldsError
from app.runs.instruments.place import Work, before_step, sample_of
from app.runs.run import Run, Slices
from app.runs.walker import Walker

MOST_CHECKED = 1_000_000_000
"""Products in a check of every parameter: about ten seconds."""


@dataclass(frozen=True)
class Edge:
    """Which number to move, how far, and how far to draw the loss along it."""

    parameter: str
    index: Sequence[int]
    h: float = H
    reach: float = 1.0


def hold_edge(run: Run, edge: Edge, step: int | None, spotlight: int | None) -> Slices[Work]:
    """The loss at w ± h on a step's batch, its mask held; FieldsError where there is no such parameter."""
    try:
        probe.place(run.plan.network, edge.parameter, edge.index)
    except ValueError as error:
        known = edge.parameter in run.plan.network.shapes
        path, got = ("index", ",".join(map(str, edge.index))) if known else ("parameter", edge.parameter)
        allowed = list(run.plan.network.shapes[edge.parameter]) if known else list(run.plan.network.names)
        raise FieldsError(FieldError(path, got, str(error), allowed)) from error
    walker = yield from before_step(run, step)
    sample = None if spotlight is None else sample_of(run, walker, spotlight)
    held = partial(_held, run, walker)
    return lambda: probe.probe(held(), edge.parameter, edge.index, edge.h, edge.reach, sample)


def check_every_edge(run: Run, step: int | None) -> Slices[Work]:
    """Each parameter's own relative error against central differences; FieldsError where that would take too long."""
    walker = yield from before_step(run, step)
    size, samples = run.plan.network.size, walker.batch().size
    if 2 * size**2 * samples > MOST_CHECKED:
        message = f"two losses for each of {size} parameters, over {samples} samples, would take too long"
        raise FieldsError(FieldError("batch_size", samples, message, f"at most {MOST_CHECKED // (2 * size**2)}"))
    return lambda: probe.check_all(_held(run, walker))


def _held(run: Run, walker: Walker) -> probe.Held:
    state, settings = walker.trainer.state(), walker.controls.settings
    return probe.hold(run.plan.network, state, settings, run.plan.config.seed, walker.batch())

"""Measures of paths: how many, and what a gradient costs along each of them or with the tape."""

from ...engine import paths, pathsum
from ...engine.tape import Step
from ..cursor import TrainingCursor
from ..slices import finish
from ..snapshots import RunSnapshot
from .measure import Measure

SUM_LIMIT = 3_000_000
"""Multiplications that a verdict spends on a sum over paths: about half a second."""


def _path_multiplications(snapshot: RunSnapshot) -> float:
    return paths.path_multiplications(snapshot.plan.network.spec, snapshot.controls.settings.dropout)


def _next_step(snapshot: RunSnapshot) -> Step:
    """The step that would come now, recorded; nothing moves."""
    return TrainingCursor(snapshot.plan, snapshot.now).record()


def _tape_multiplications(snapshot: RunSnapshot) -> float:
    return _next_step(snapshot).tape_multiplications


def _path_sum(snapshot: RunSnapshot) -> pathsum.PathSum | None:
    """The sum of the next step's first sample, path by path; None where that would take too long here."""
    if _path_multiplications(snapshot) > SUM_LIMIT:
        return None
    if "paths" not in snapshot.cache:
        step = _next_step(snapshot)
        snapshot.cache["paths"] = finish(
            pathsum.path_sum(step, snapshot.plan.network, (step.batch.inputs[0], step.batch.targets[0], 0))
        )
    found: pathsum.PathSum = snapshot.cache["paths"]
    return found


def _path_seconds(snapshot: RunSnapshot) -> float | None:
    found = _path_sum(snapshot)
    return None if found is None else found.seconds


def _path_difference(snapshot: RunSnapshot) -> float | None:
    found = _path_sum(snapshot)
    return None if found is None else found.largest_difference / max(found.largest_gradient, 1e-300)


MEASURES = (
    Measure("paths", "paths from input to output", "", "integer", lambda f: paths.paths(f.plan.network.spec)),
    Measure("path_multiplications", "multiplications path by path", "", "integer", _path_multiplications),
    Measure(
        "tape_multiplications",
        "multiplications of the backward pass with the tape",
        "",
        "integer",
        _tape_multiplications,
    ),
    Measure(
        "multiplication_ratio",
        "path by path ÷ with the tape",
        "×",
        "number",
        lambda f: _path_multiplications(f) / _tape_multiplications(f),
    ),
    Measure("path_seconds", "time of the sum over paths, here", "s", "seconds", _path_seconds),
    Measure("path_difference", "sum over paths − tape, relatively", "", "number", _path_difference),
)

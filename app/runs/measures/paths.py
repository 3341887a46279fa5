"""Paths from input to output: how many, and what a gradient costs along each of them or with the tape."""

from collections.abc import Generator

from app.engine import paths, pathsum
from app.engine.tape import Step
from app.runs.facts import Facts
from app.runs.measures.measure import Measure
from app.runs.walker import Walker

SUM_LIMIT = 3_000_000
"""Multiplications that a verdict spends on a sum over paths: about half a second."""


def _path_multiplications(facts: Facts) -> float:
    return paths.path_multiplications(facts.plan.network.spec, facts.controls.settings.dropout)


def _next_step(facts: Facts) -> Step:
    """The step that would come now, recorded; nothing moves."""
    return Walker(facts.plan, facts.now, {}).record()


def _tape_multiplications(facts: Facts) -> float:
    return sum(record.multiplications for record in _next_step(facts).tape if record.phase != "update")


def _path_sum(facts: Facts) -> pathsum.PathSum | None:
    """The sum of the next step's first sample, path by path; None where that would take too long here."""
    if _path_multiplications(facts) > SUM_LIMIT:
        return None
    if "paths" not in facts.kept:
        step = _next_step(facts)
        facts.kept["paths"] = _done(
            pathsum.path_sum(step, facts.plan.network, (step.batch.inputs[0], step.batch.targets[0], 0))
        )
    found: pathsum.PathSum = facts.kept["paths"]
    return found


def _done(work: Generator[None, None, pathsum.PathSum]) -> pathsum.PathSum:
    """What slices of work return, done at once: a measure is taken where nobody waits."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: pathsum.PathSum = done.value
            return found


def _path_seconds(facts: Facts) -> float | None:
    found = _path_sum(facts)
    return None if found is None else found.seconds


def _path_difference(facts: Facts) -> float | None:
    found = _path_sum(facts)
    return None if found is None else found.largest_difference / max(found.largest_gradient, 1e-300)


MEASURES = (
    Measure("paths", "paths from input to output", "", "integer", lambda f: paths.paths(f.plan.network.spec)),
    Measure("path_multiplications", "multiplications path by path", "", "integer", _path_multiplications),
    Measure("tape_multiplications", "multiplications with the tape", "", "integer", _tape_multiplications),
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

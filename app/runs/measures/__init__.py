"""The measures of a run by name: one number each, or None where there is none."""

from app.runs.measures import data, ensembles, explosions, gradients, losses, paths, progress, units, weights
from app.runs.measures.measure import Measure
from app.runs.snapshots import RunSnapshot

__all__ = ["MEASURES", "value"]

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for module in (progress, losses, weights, gradients, explosions, units, data, ensembles, paths)
    for measure in module.MEASURES
}


def value(snapshot: RunSnapshot, name: str) -> float | None:
    """The measure of that name."""
    return MEASURES[name].of(snapshot)

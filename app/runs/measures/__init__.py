"""The measures of a run by name: one number each, or None where there is none."""

from ..snapshots import RunSnapshot
from . import data, ensembles, explosions, gradients, losses, paths, progress, units, weights
from .measure import Measure

__all__ = ["MEASURES", "value"]

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for module in (progress, losses, weights, gradients, explosions, units, data, ensembles, paths)
    for measure in module.MEASURES
}


def value(snapshot: RunSnapshot, name: str) -> float | None:
    """The measure of that name."""
    return MEASURES[name].of(snapshot)

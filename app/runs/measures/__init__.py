"""Everything an experiment can measure in a run, by name: one number each, or None where there is none."""

from app.runs.facts import Facts
from app.runs.measures import answers, data, ensembles, explosions, gradients, paths, progress, units, weights
from app.runs.measures.measure import Measure

__all__ = ["MEASURES", "value"]

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for room in (progress, answers, weights, gradients, explosions, units, data, ensembles, paths)
    for measure in room.MEASURES
}


def value(facts: Facts, name: str) -> float | None:
    """The measure of that name."""
    return MEASURES[name].of(facts)

"""What each scaling would make of a run's data: how badly conditioned the training split is under it."""

from app.data import features, scaling
from app.data.prepare import Samples
from app.engine.curvature import kappa


def conditions(samples: Samples) -> dict[str, float | None]:
    """κ of the training features and a column of ones, by scaling; None where a cell is missing."""
    raw = features.apply(samples.features, samples.columns, samples.inputs[: samples.train])
    return {kind: kappa(scaling.fit(kind, raw).apply(raw)) for kind in scaling.SCALINGS}

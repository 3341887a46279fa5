"""How well conditioned a run's training split would be under each scaling."""

import numpy as np

from ..data import features, scaling
from ..data.prepare import Samples
from ..engine.curvature import kappa


def condition_numbers(samples: Samples) -> dict[str, float | None]:
    """κ of the training features and a column of ones, by scaling, over the rows where no cell is missing."""
    raw = features.apply(samples.features, samples.columns, samples.inputs[: samples.train])
    whole = raw[np.isfinite(raw).all(axis=1)]
    if not len(whole):
        return dict.fromkeys(scaling.SCALINGS)
    return {kind: kappa(scaling.fit(kind, raw).apply(whole)) for kind in scaling.SCALINGS}

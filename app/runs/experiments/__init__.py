"""The experiments: each a claim, a run that shows it, the words for it, and the cures.

An experiment is data. Its RunConfig reproduces the phenomenon, its conditions tell from a run's own numbers whether it
showed, and each of its variants is a change to the config with conditions of its own. Common advice that the
measurements contradict is here too, with helps = "no". Numbers in the prose are filled in from the run at hand.
"""

from functools import cache

from .batch_norm import batch_norm
from .centring import centring
from .data_problems import missing, outlier, overflow
from .differentiable import differentiable
from .dropout import dropout, ensemble
from .dying import dying
from .exploding import exploding, exploding_rate
from .model import Experiment, Question, Variant, config_of
from .paths import paths
from .scaling import limit, scaling
from .symmetry import symmetry
from .vanishing import vanishing

__all__ = ["Experiment", "Question", "Variant", "config_of", "experiments"]


@cache
def experiments() -> dict[str, Experiment]:
    """All of them by id, in the order of the page."""
    every = (
        differentiable(),
        vanishing(),
        exploding(),
        exploding_rate(),
        batch_norm(),
        dying(),
        scaling(),
        limit(),
        overflow(),
        missing(),
        outlier(),
        centring(),
        dropout(),
        ensemble(),
        paths(),
        symmetry(),
    )
    return {item.id: item for item in every}

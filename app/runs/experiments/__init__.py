"""The experiments: each a claim, a run that shows it, the words for it, and the cures.

An experiment is data. Its RunConfig reproduces the phenomenon, its conditions tell from a run's own numbers whether it
showed, and each of its variants is a change to the config with conditions of its own. Common advice that the
measurements contradict is here too, with helps = "no". Numbers in the prose are filled in from the run at hand.
"""

from functools import cache

from app.runs.experiments.data_problems import missing, outlier, overflow
from app.runs.experiments.differentiable import differentiable
from app.runs.experiments.dropout import dropout, ensemble
from app.runs.experiments.dying import dying
from app.runs.experiments.exploding import exploding, exploding_rate
from app.runs.experiments.model import Experiment, Question, Variant, config_of
from app.runs.experiments.paths import paths
from app.runs.experiments.scaling import limit, scaling
from app.runs.experiments.symmetry import symmetry
from app.runs.experiments.vanishing import vanishing

__all__ = ["Experiment", "Question", "Variant", "config_of", "experiments"]


@cache
def experiments() -> dict[str, Experiment]:
    """All of them by id, in the order of the page."""
    made = (
        differentiable(),
        vanishing(),
        exploding(),
        exploding_rate(),
        dying(),
        scaling(),
        limit(),
        overflow(),
        missing(),
        outlier(),
        dropout(),
        ensemble(),
        paths(),
        symmetry(),
    )
    return {item.id: item for item in made}

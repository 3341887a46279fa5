"""Measurements of a run on request; none of them moves it.

Each gathers copies in slices, then hands back a function that measures, which any thread or process may call, and
what it costs. UnsuitedRunError where it would take too long.
"""

from ...engine.weight_check import GradientErrors, WeightCheck
from .ensemble import EnsembleResult, measure_ensemble
from .gradient_check import Perturbation, check_all_weights, check_gradients, check_weight
from .layer_profile import LayerProfile, layer_profile
from .lookup import Measurement
from .paths import Estimate, PathSumResult, sum_paths
from .scalings import ScalingComparison, compare_scalings
from .slopes import Slopes, slopes
from .stability import StabilityLimit, stability_limit

__all__ = [
    "EnsembleResult",
    "Estimate",
    "GradientErrors",
    "LayerProfile",
    "Measurement",
    "PathSumResult",
    "Perturbation",
    "ScalingComparison",
    "Slopes",
    "StabilityLimit",
    "WeightCheck",
    "check_all_weights",
    "check_gradients",
    "check_weight",
    "compare_scalings",
    "layer_profile",
    "measure_ensemble",
    "slopes",
    "stability_limit",
    "sum_paths",
]

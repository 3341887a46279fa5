"""Measurements of a run on request; none of them moves it.

Each gathers copies in slices, then hands back a function that measures, which any thread may call.
"""

from app.engine.weight_check import GradientErrors, WeightCheck
from app.runs.instruments.ensemble import EnsembleResult, measure_ensemble
from app.runs.instruments.gradient_check import Perturbation, check_all_weights, check_weight
from app.runs.instruments.layer_profile import LayerProfile, layer_profile
from app.runs.instruments.lookup import Measurement
from app.runs.instruments.paths import Estimate, PathSumResult, sum_paths
from app.runs.instruments.scalings import ScalingComparison, compare_scalings
from app.runs.instruments.slopes import Slopes, slopes
from app.runs.instruments.stability import StabilityLimit, stability_limit

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
    "check_weight",
    "compare_scalings",
    "layer_profile",
    "measure_ensemble",
    "slopes",
    "stability_limit",
    "sum_paths",
]

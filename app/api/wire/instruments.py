"""The results of instruments as JSON."""

from typing import Any

import numpy as np

from ...runs.instruments import (
    EnsembleResult,
    Estimate,
    GradientErrors,
    LayerProfile,
    PathSumResult,
    ScalingComparison,
    Slopes,
    StabilityLimit,
    WeightCheck,
)
from .encoding import base64, dumps, integer, layer_bytes, not_finite


def weight_check(found: WeightCheck) -> bytes:
    losses = [[found.loss, found.loss_below, found.loss_above, found.secant, found.gradient], found.line["losses"]]
    return dumps({**vars(found), **not_finite(losses)})


def gradient_errors(found: GradientErrors) -> bytes:
    """Errors are null at a kink, too: there they are counted as `at_kink`, not as what is not finite."""
    errors, (name, index, error) = found.parameters, found.worst
    return dumps(
        {
            "step": found.step,
            "h": found.h,
            "parameters": {key: np.where(found.at_kink[key], np.nan, errors[key]) for key in errors},
            "at_kink": {key: int(np.count_nonzero(found.at_kink[key])) for key in errors},
            "worst": {"parameter": name, "index": index, "relative_error": error},
            **not_finite([errors[key][~found.at_kink[key]] for key in errors]),
        }
    )


def layer_profile(found: LayerProfile) -> bytes:
    return dumps({**vars(found), **not_finite([[layer.rms for layer in found.layers]])})


def stability_limit(found: StabilityLimit) -> bytes:
    return dumps({**vars(found), **not_finite([found.curvature])})


def slopes(found: Slopes) -> bytes:
    layers = [
        {**layer_bytes(layer), "means": means, "zeros": zeros}
        for layer, means, zeros in zip(found.layers or (), found.means, found.zeros, strict=False)
    ]
    return dumps(
        {
            "step": found.step,
            "show": found.show,
            "sample": found.sample,
            "target": found.target,
            "extent": found.extent,
            "size": found.size,
            "layers": None if found.layers is None else layers,
        }
    )


def scaling_comparison(found: ScalingComparison) -> bytes:
    return dumps(found)


def ensemble(found: EnsembleResult) -> bytes:
    inner = {**vars(found.found), "subnetworks": integer(found.found.subnetworks)}
    answer = {"step": found.step, "where": found.where, **inner}
    losses = [found.found.member_losses, [found.found.used_loss]]
    return dumps(answer | {"surfaces": _surfaces(found)} | not_finite(losses))


def _surfaces(found: EnsembleResult) -> dict[str, Any] | None:
    """Bytes a point, all on one scale from lo to hi, rows from x2max down; one base64 text for each output."""
    surfaces = found.surfaces
    if surfaces is None:
        return None
    everything = np.concatenate([np.ravel(item) for item in (*surfaces.members, surfaces.average, surfaces.used)])
    known = everything[np.isfinite(everything)]
    lo, hi = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)

    def packed(values: Any) -> list[str]:
        share = (np.nan_to_num(values, nan=lo, posinf=hi, neginf=lo) - lo) / ((hi - lo) or 1.0)
        return [base64(np.rint(255 * output).astype(np.uint8)) for output in share]

    return {
        "extent": surfaces.extent,
        "size": surfaces.average.shape[-1],
        "lo": lo,
        "hi": hi,
        "masks": surfaces.masks,
        "members": [packed(member) for member in surfaces.members],
        "average": packed(surfaces.average),
        "used": packed(surfaces.used),
    }


def path_sum(found: PathSumResult) -> bytes:
    """Integers above 2^53 as strings."""
    answer: dict[str, Any] = _exact(found.estimate)
    answer["deeper"] = [_exact(item) for item in found.estimate.deeper]
    answer |= {"sample": found.sample, "executed": found.executed is not None}
    done = found.executed
    if done is not None:
        answer["measured"] = {
            "paths": done.paths,
            "multiplications": done.multiplications,
            "seconds": done.seconds,
            "largest_difference": done.largest_difference,
            "largest_gradient": done.largest_gradient,
            "gradients": done.gradients,
            "factors": done.factors,
            **not_finite(list(done.gradients.values())),
        }
    return dumps(answer)


def _exact(item: Estimate | Any) -> dict[str, Any]:
    return {name: integer(each) if isinstance(each, int) else each for name, each in vars(item).items()}

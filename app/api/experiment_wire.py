"""Experiments, verdicts and instruments as JSON."""

from base64 import b64encode
from typing import Any

import numpy as np

from app.api.wire import config, dumps, integer, layer_bytes, not_finite
from app.runs.conditions import Checked, Condition
from app.runs.experiments import Experiment, Question, Variant, config_of, experiments
from app.runs.formatting import format_value
from app.runs.instruments import (
    EnsembleResult,
    Estimate,
    LayerProfile,
    PathSumResult,
    ScalingComparison,
    Slopes,
    StabilityLimit,
)
from app.runs.measures import MEASURES
from app.runs.seed_results import SEED_RESULTS
from app.runs.verdicts import Answer, Verdict

# Experiments


def listed() -> bytes:
    """Every experiment, whole."""
    return dumps([experiment(item) for item in experiments().values()])


def experiment(item: Experiment) -> dict[str, Any]:
    return {
        "id": item.id,
        "number": item.number,
        "title": item.title,
        "claim": item.claim,
        "watch": item.watch,
        "instrument": item.instrument,
        "config": config(config_of(item)),
        "train": {"steps": item.steps, "evaluate_every": item.evaluate_every, "detail": "summary"},
        "measure": measure(item.headline),
        "conditions": [condition(each) for each in item.conditions],
        "evidence": SEED_RESULTS.get((item.id, "")),
        "cures": [variant(item, each) for each in item.cures],
        "beside": [variant(item, each) for each in item.beside],
        "questions": [question(each) for each in item.questions],
    }


def variant(item: Experiment, each: Variant) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": each.title,
        "why": each.why,
        "helps": each.helps,
        "changes": each.changes,
        "from_step": each.from_step,
        "steps": each.steps or item.steps,
        "measure": measure(each.headline),
        "conditions": [condition(found) for found in each.conditions],
        "evidence": SEED_RESULTS.get((item.id, each.id)),
    }


def question(each: Question) -> dict[str, Any]:
    runs = {name for found in each.conditions for name in (found.run, found.of) if name == "other"}
    return {
        "id": each.id,
        "text": each.text,
        "runs": 2 if runs else 1,
        "conditions": [condition(found) for found in each.conditions],
    }


def measure(name: str) -> dict[str, Any]:
    found = MEASURES[name]
    return {"name": found.name, "title": found.title, "unit": found.unit, "kind": found.kind}


def condition(each: Condition) -> dict[str, Any]:
    """A measure with its title, or a field of the config; compared with `bound`, or with `times` that of run `of`."""
    found: dict[str, Any] = {"run": each.run}
    if each.field is not None:
        found["field"] = each.field
    else:
        found |= {"measure": each.measure, "title": MEASURES[each.measure or ""].title}
    found["is"] = each.relation
    return found | ({"bound": each.bound} if each.of is None else {"of": each.of, "times": each.times})


def checked(item: Checked) -> dict[str, Any]:
    return condition(item.condition) | {"value": item.value, "bound": item.bound, "held": item.held}


# Verdicts


def verdict(found: Verdict, run: str) -> bytes:
    case = found.case
    return dumps(
        {
            "run": run,
            "experiment": case.experiment.id,
            "cure": case.variant.id if case.variant else None,
            "claim": case.variant.why if case.variant else case.experiment.claim,
            "step": case.this.step,
            "steps": case.steps,
            "status": found.status,
            "held": found.held,
            "measure": _numbers(found, case.about.headline),
            "conditions": [checked(item) for item in found.conditions],
            "measures": [_numbers(found, name) for name in found.measures],
            "words": found.words,
            "changed": found.changed,
            "confidence": found.confidence,
            "evidence": found.evidence,
            "why": found.why,
        }
    )


def _numbers(found: Verdict, name: str) -> dict[str, Any]:
    """A measure, its value in this run, the same as it is printed, and, for a cure, what it was without."""
    shown = measure(name) | {
        "value": found.measures[name],
        "text": format_value(MEASURES[name].kind, found.measures[name]),
    }
    if found.before is not None:
        shown |= {"before": found.before[name], "before_text": format_value(MEASURES[name].kind, found.before[name])}
    return shown


def answer(found: Answer, run: str) -> bytes:
    return dumps(
        {
            "run": run,
            "experiment": found.experiment.id,
            "question": found.question.id,
            "text": found.question.text,
            "answered": found.answered,
            "conditions": [checked(item) for item in found.conditions],
            "words": found.words,
        }
    )


# Instruments


def weight_check(found: Any) -> bytes:
    losses = [[found.loss, found.loss_below, found.loss_above, found.secant, found.gradient], found.line["losses"]]
    return dumps({**vars(found), **not_finite(losses)})


def gradient_errors(found: Any) -> bytes:
    name, index, error = found.worst
    return dumps(
        {
            "step": found.step,
            "h": found.h,
            "parameters": found.parameters,
            "worst": {"parameter": name, "index": index, "relative_error": error},
            **not_finite(list(found.parameters.values())),
        }
    )


def layer_profile(found: LayerProfile) -> bytes:
    return dumps({**vars(found), **not_finite([[layer.rms for layer in found.layers]])})


def stability_limit(found: StabilityLimit) -> bytes:
    return dumps(found)


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
        return [b64encode(np.rint(255 * output).astype(np.uint8).tobytes()).decode() for output in share]

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

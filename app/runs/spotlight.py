"""The sample under the spotlight: one of the run's own, or a custom one."""

from dataclasses import dataclass

import numpy as np

from ..data.prepare import Samples
from ..engine.arrays import Array
from .errors import FieldError, FieldsError
from .requests import CustomSample


@dataclass(frozen=True)
class SpotlightSample:
    """A sample under the spotlight: what the network sees of it, what is wanted, and its number where it has one."""

    inputs: Array
    target: Array
    index: int | None


def resolve_spotlight(
    samples: Samples, requested: int | CustomSample | None, field: str = "spotlight"
) -> SpotlightSample | None:
    """The sample that a field asks for; FieldsError where there is none such."""
    if requested is None:
        return None
    if isinstance(requested, int):
        if requested >= len(samples.inputs):
            message = f"samples are numbered 0 to {len(samples.inputs) - 1}"
            raise FieldsError(FieldError(field, requested, message))
        return SpotlightSample(samples.values[requested], samples.scaled_targets[requested], requested)
    if len(requested.inputs) != len(samples.columns):
        message = f"{len(requested.inputs)} values for {len(samples.columns)} columns"
        raise FieldsError(FieldError("spotlight.input", requested.inputs, message, list(samples.columns)))
    raw = np.array([requested.inputs], dtype=np.float64)
    return SpotlightSample(samples.transform(raw)[0], _target(samples, requested.target), None)


def _target(samples: Samples, target: float | str | list[float]) -> Array:
    """A target as on the wire, from a class number or label, or from the numbers of a regression."""
    if samples.task == "regression" or isinstance(target, list):
        row = target if isinstance(target, list) else [target]
        if len(row) != samples.outputs or any(isinstance(value, str) for value in row):
            raise FieldsError(FieldError("spotlight.target", target, f"{samples.outputs} numbers are wanted"))
        wanted: Array = np.array([row], dtype=np.float64)
        found: Array = samples.target_scaler.apply(wanted)[0]
        return found
    number = samples.classes.index(target) if target in samples.classes else target
    if number not in range(len(samples.classes)):
        raise FieldsError(FieldError("spotlight.target", target, "no such class", list(samples.classes)))
    return np.eye(samples.outputs)[int(number)] if samples.outputs > 1 else np.array([float(number)])

"""The story's setting: the input, the target, the learning rate, and the thirteen numbers of the small network."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from ..runs.config import RunConfig

Matrix = list[list[float]]

X_LIMITS, Y_LIMITS, ETA_LIMITS = (-3.0, 3.0), (0.0, 1.0), (0.0, 40.0)
WEIGHT_LIMITS = (-2.0, 2.0)  # of what may be chosen by hand
STEP_LIMITS = (-10.0, 10.0)  # of what a long step may lead to
SHAPES: dict[str, tuple[int, ...]] = {"W1": (1, 2), "b1": (2,), "W2": (2, 2), "b2": (2,), "W3": (2, 1), "b3": (1,)}


@dataclass(frozen=True)
class Setting:
    """One place for every number the story starts from.

    The network is that of the verified recipes. The target is not: theirs, 1, lies where the output's sigmoid levels
    out, so no step is ever too long. Between 0 and 1 a long step overshoots.
    """

    x: float = 1.0
    y: float = 0.3
    eta: float = 0.5
    weights: tuple[float, ...] = (0.5, -0.4, 0.1, 0.1, 0.3, 0.8, -0.6, 0.2, 0.0, 0.0, 0.7, -0.5, 0.2)

    @property
    def parameters(self) -> dict[str, Any]:
        """By name, in the shapes of the wire."""
        left, found = list(self.weights), dict[str, Any]()
        for name, shape in SHAPES.items():
            rows = [[left.pop(0) for _ in range(shape[-1])] for _ in range(shape[0] if len(shape) == 2 else 1)]
            found[name] = rows if len(shape) == 2 else rows[0]
        return found

    def config(self, *more: tuple[float, float]) -> RunConfig:
        """The run that anyone may POST to /api/runs to get the same numbers; `more` samples, (x, y), join the batch."""
        samples = [(self.x, self.y), *more]
        return RunConfig.model_validate(
            {
                "dataset": {
                    "inputs": [[x] for x, _ in samples],
                    "targets": [[y] for _, y in samples],
                    "task": "regression",
                },
                "hidden": [{"units": 2, "activation": "sigmoid"}, {"units": 2, "activation": "sigmoid"}],
                "loss": "squared_error",
                "output_activation": "sigmoid",
                "learning_rate": self.eta,
                "batch_size": len(samples),
                "test_fraction": 0,
                "parameters": self.parameters,
            }
        )


FIXED = Setting()


def from_query(query: Mapping[str, str]) -> Setting:
    """The setting that an address asks for: x, y, eta, w (thirteen numbers). What can't be read stays as it was."""
    texts = query.get("w", "").split(",")
    weights = [_read(text, start, STEP_LIMITS) for text, start in zip(texts, FIXED.weights, strict=False)]
    return Setting(
        _read(query.get("x", ""), FIXED.x, X_LIMITS),
        _read(query.get("y", ""), FIXED.y, Y_LIMITS),
        _read(query.get("eta", ""), FIXED.eta, ETA_LIMITS),
        tuple(weights) if len(texts) == len(FIXED.weights) else FIXED.weights,
    )


def _read(text: str, otherwise: float, limits: tuple[float, float]) -> float:
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return min(limits[1], max(limits[0], value)) if isfinite(value) else otherwise

"""The last chapter's network before a reader's own: the playground's 2-6-4-1 with dropout ¼, during a step."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.tape import Step
from ..runs.build import plan
from ..runs.config import RunConfig
from ..runs.cursor import TrainingCursor
from ..runs.slices import finish
from .svg import circle, gradient_hue, path, picture, rect, text

FIELDS = {"dropout": 0.25}
STEP = 40
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
RATE = FIELDS["dropout"]
LAYER, UNIT = 2, 3  # the unit that the formula follows through dropout and tanh


@lru_cache(maxsize=1)
def step() -> Step:
    """Step 40 of the run that `POST /api/runs {"dropout": 0.25}` makes."""
    run_plan = plan(RunConfig.model_validate(FIELDS))
    cursor = TrainingCursor(run_plan, run_plan.start)
    finish(cursor.train_to(STEP - 1))
    return cursor.record()


@lru_cache(maxsize=1)
def describe_run() -> dict[str, Any]:
    """What the text says of it; static/js/story/userrun.js says the same of the reader's own."""
    recorded, samples = step(), plan(RunConfig.model_validate(FIELDS)).samples
    values = recorded.spotlight(samples.values[0], samples.scaled_targets[0], recorded.batch.row_of(0))

    def of_unit(name: str) -> float:
        return float(np.asarray(values[f"{name}{LAYER}"])[UNIT])

    dropping = [k for k, layer in enumerate(recorded.network.spec.hidden, 1) if layer.dropout]
    return {
        "own": 0,
        "shape": shape(recorded.network.spec.widths),
        "masks": len(dropping),
        "out": sum(int((~_kept(recorded, k)).sum()) for k in dropping),
        "unit": {"error": of_unit("dd"), "rate": RATE, "activation": of_unit("a"), "slope": of_unit("dz")},
    }


def shape(widths: Sequence[int]) -> str:
    """two inputs, six units, four, one"""
    inputs, first, *rest = widths
    unit = f"{'unit' if rest else 'output'}{'s' * (first != 1)}"
    begin = f"{_number_word(inputs)} input{'s' * (inputs != 1)}, {_number_word(first)} {unit}"
    return ", ".join([begin, *map(_number_word, rest)])


def _number_word(number: int) -> str:
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else str(number)


@lru_cache(maxsize=1)
def drawing() -> str:
    """The network as it stands when its backward pass has passed the second layer."""
    recorded = step()
    widths = recorded.network.spec.widths
    kept = [np.ones(widths[0], bool), *(_kept(recorded, k) for k in (1, 2)), np.ones(1, bool)]
    columns = (80.0, 280.0, 480.0, 640.0)

    def position(k: int, u: int) -> tuple[float, float]:
        return columns[k], 155 + (u - (widths[k] - 1) / 2) * (48 if k < 3 else 0)

    marks = []
    for k in (1, 2, 3):
        weights, gradients = np.asarray(recorded.parameters[f"W{k}"]), np.asarray(recorded[f"dW{k}"].value)
        turned = k > 2
        format_number = gradients if turned else weights
        largest = float(np.abs(format_number).max()) or 1.0
        for i in range(widths[k - 1]):
            for j in range(widths[k]):
                (x1, y1), (x2, y2) = position(k - 1, i), position(k, j)
                x1, x2 = x1 + 26, x2 - 26
                out = not (kept[k - 1][i] and kept[k][j])
                value = float(format_number[i, j])
                hue = gradient_hue(value) if turned else ("value-negative" if value < 0 else "value-positive")
                wide = "0.8" if out else f"{0.5 + 4 * abs(value) / largest:.1f}"
                d = f"M{x1:.0f} {y1:.0f}C{(x1 + x2) / 2:.0f} {y1:.0f} {(x1 + x2) / 2:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
                marks.append(
                    path(d, "edge out" if out else f"edge {hue}", stroke_width=wide, opacity="1" if out else ".6")
                )
    for k, width in enumerate(widths):
        for u in range(width):
            x, y = position(k, u)
            marks.append(rect(x - 17, y - 17, 34, 34, "frame" if kept[k][u] else "frame out", 6))
            if not kept[k][u]:
                marks.append(path(f"M{x - 11} {y + 11}l22 -22", "axis"))
            elif k == 0:
                marks.append(text(x, y + 5, f"_x_{'₁₂'[u]}", "", "middle"))
    marks += [
        circle(720, 155, 22, "loss"),
        text(720, 161, "_L_", "big", "middle"),
        path("M667 155H694", "edge value-positive", stroke_width="2"),
    ]
    left_out = sum(int((~row).sum()) for row in kept)
    title = f"A network of 2, 6, 4 and 1 units, {left_out} of them left out at random"
    return picture(780, 310, title, *marks, kind="network")


def _kept(recorded: Step, k: int) -> NDArray[np.bool_]:
    mask = recorded[f"d{k}"].mask
    assert mask is not None
    return np.asarray(mask[0], dtype=bool)

"""The values that the story's text names, all from the engine: a recorded step, trials around it, exact counts."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from ..engine import paths, pathsum
from ..engine.arrays import Array
from ..engine.batch import make_batch
from ..engine.inference import Inference
from ..engine.network import Network
from ..engine.operations import operations
from ..engine.spec import LayerSpec, NetworkSpec
from ..engine.tape import Step
from ..engine.training import Trainer
from ..engine.workspace import Layout
from ..runs.build import Plan, plan
from .setting import SHAPES, X_LIMITS, Setting

TRIAL_SIZE, FINE_TRIAL_SIZE = 0.1, 0.001
CURVE_POINTS, ETA_POINTS = 61, 41
SECOND_SAMPLE = (-1.0, 0.8)  # x and y of the sample that makes a batch of two
LARGE_RATE = 40.0  # the learning rate that the text tries: too large


def recorded(run_plan: Plan) -> Step:
    """The first step of a run, recorded. The batch is the first `batch_size` training samples in their own order."""
    samples, controls = run_plan.samples, run_plan.controls
    trainer = Trainer(
        run_plan.network, run_plan.optimizer, controls.settings, run_plan.start.state, run_plan.config.seed
    )
    chosen = slice(0, min(controls.batch_size, samples.train))
    return trainer.recorded_step(
        make_batch(range(samples.train)[chosen], samples.values[chosen], samples.scaled_targets[chosen])
    )


def values_of(setting: Setting) -> dict[str, Any]:
    """Everything: what was recorded, what was tried, what was counted."""
    run_plan = plan(setting.config())
    step = recorded(run_plan)
    return records_of(step) | {"trials": trials(setting, run_plan, step)} | counts()


def records_of(step: Step) -> dict[str, Any]:
    """A step's values by record name, of its one sample; `next` are the parameters after it."""
    inputs, targets = step.batch.inputs, step.batch.targets
    found: dict[str, Any] = _plain({**step.spotlight(inputs[0], targets[0], 0), **step.parameters})
    update = step["update"].value
    assert isinstance(update, dict)
    found["next"] = _plain({name: value + update[name] for name, value in step.parameters.items()})
    found |= {"y": targets[0].tolist(), "eta": step.learning_rate}
    return found | {"after": step.loss_after, "promised": step.loss_predicted}


def trials(setting: Setting, run_plan: Plan, step: Step) -> dict[str, Any]:
    """What the network says when one number is changed: each parameter, the learning rate, the input, the target."""
    network, start = run_plan.network, run_plan.start.state.parameters
    one = Inference(network, run_plan.samples.values, run_plan.samples.scaled_targets)

    def loss(parameters: Array) -> float:
        return one.forward(parameters, run_plan.start.state.running, (0.0, 0.0))

    before, gradient = step.loss, step.gradients
    every = [_trial(network, start, loss, before, name, index) for name, index in parameter_indices()]
    guess = np.ravel(step.spotlight([setting.x], [setting.y])["outputs"])
    at_guess = Inference(network, run_plan.samples.values, [guess])

    def loss_at_rate(eta: float) -> dict[str, float]:
        return {
            "eta": eta,
            "after": loss(start - eta * gradient),
            "promised": before - eta * float(gradient @ gradient),
        }

    etas = [loss_at_rate(float(eta)) for eta in np.linspace(0.0, LARGE_RATE, ETA_POINTS)]
    return {
        "size": TRIAL_SIZE,
        "all": every,
        "w": next(trial for trial in every if trial["of"] == "W3[0][0]"),
        "helps": sum(trial["slope"] < 0 for trial in every),
        "hurts": sum(trial["slope"] > 0 for trial in every),
        "second": second_sample(setting),
        "at_guess": at_guess.forward(start, run_plan.start.state.running, (0.0, 0.0)),
        "far": loss_at_rate(LARGE_RATE),
        "best": min(etas, key=lambda entry: entry["after"]),
        "etas": etas,
        "squares": float(gradient @ gradient),
        "curves": curves(run_plan),
    }


def second_sample(setting: Setting) -> dict[str, float]:
    """The gradient of one weight, of a second sample alone and of the batch of both."""
    x, y = SECOND_SAMPLE
    alone, both = (recorded(plan(made)) for made in (replace(setting, x=x, y=y).config(), setting.config((x, y))))
    slope, mean = (float(np.asarray(step["dW3"].value)[0, 0]) for step in (alone, both))
    return {"x": x, "y": y, "slope": slope, "mean": mean}


def parameter_indices() -> list[tuple[str, tuple[int, ...]]]:
    """The thirteen numbers, as the network is read from left to right."""
    return [(name, index) for name, shape in SHAPES.items() for index in np.ndindex(shape)]


def _trial(
    network: Network, start: Array, loss: Any, before: float, name: str, index: tuple[int, ...]
) -> dict[str, Any]:
    def after(by: float) -> float:
        changed = network.unpack(start)
        changed[name][index] += by
        return float(loss(network.pack(changed)))

    coarse = after(TRIAL_SIZE)
    return {
        "of": name + "".join(f"[{i}]" for i in index),
        "L": coarse,
        "slope": (coarse - before) / TRIAL_SIZE,
        "fine": (after(FINE_TRIAL_SIZE) - before) / FINE_TRIAL_SIZE,
    }


def curves(run_plan: Plan) -> dict[str, Any]:
    """Every unit's answer over the inputs that may be chosen: {"x": […], "a": per layer, per unit, […]}."""
    across = np.linspace(*X_LIMITS, CURVE_POINTS)
    inference = Inference(run_plan.network, across[:, None])
    inference.forward(run_plan.start.state.parameters, run_plan.start.state.running, (0.0, 0.0))
    answers = [area.round(5).tolist() for area in [*inference.activations(), inference.outputs]]
    return {"x": across.round(5).tolist(), "a": answers}


@lru_cache(maxsize=1)
def counts() -> dict[str, Any]:
    """What the chain rule costs by path and with the tape: in this network, in growing ones, in the playground's."""
    own = count(sigmoids(1, 2, 2, 1))
    grow = [count(sigmoids(1, *[2] * k, 1)) for k in range(1, 13)]
    wide = [count(sigmoids(2, *[8] * k, 1)) for k in range(1, 11)]
    mine = NetworkSpec(2, (LayerSpec(6, "tanh", 0.25), LayerSpec(4, "tanh", 0.25)), 1, "binary_cross_entropy")
    return {"count": own, "grow": grow, "wide": wide, "big": wide[-1], "mine": count(mine)}


def sigmoids(inputs: int, *rest: int) -> NetworkSpec:
    """A network like the story's, of these widths."""
    hidden = tuple(LayerSpec(units, "sigmoid") for units in rest[:-1])
    return NetworkSpec(inputs, hidden, rest[-1], "squared_error", "sigmoid")


def count(spec: NetworkSpec) -> dict[str, int]:
    """Exact integers, for one sample. `all` are the paths from every weight to the loss, one by one."""
    network, rates = Network(spec), [layer.dropout for layer in spec.hidden]
    found = operations(Layout(network, 1, tuple(rate > 0 for rate in rates)))
    widths = spec.widths
    return {
        "layers": len(spec.hidden),
        "weights": sum(a * b for a, b in pairwise(widths)),
        "biases": sum(widths[1:]),
        "paths": paths.paths(spec),
        "all": pathsum.summed_paths(widths),
        "naive": paths.path_multiplications(spec, rates),
        "tape": sum(operation.multiplications for operation in found if operation.phase == "backward"),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}

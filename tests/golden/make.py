"""Writes steps.json: one recorded step for each kind of network, as JSON, with a spotlight.

The engine makes them; tests/test_golden.py says when they are out of date, tests/js/*/*.test.js multiply them out.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from app.engine.batch import make_batch
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, Settings
from app.engine.tape import Record, Step
from app.engine.training import Trainer, initial_state

FILE = Path(__file__).with_name("steps.json")
SEED = 11
Layer = LayerSpec

# name: (network, optimizer, settings, spotlight's row in the batch or None for a sample outside it)
Case = tuple[NetworkSpec, OptimizerSpec, Settings, int | None]
CASES: dict[str, Case] = {
    "tanh and sigmoid, dropout": (
        NetworkSpec(2, (Layer(4, "tanh"), Layer(3, "sigmoid")), 1, "binary_cross_entropy"),
        OptimizerSpec("sgd"),
        Settings(0.3, dropout=(0.25, 0.25)),
        1,
    ),
    "relu and leaky, batch norm, softmax": (
        NetworkSpec(2, (Layer(3, "relu", batch_norm=True), Layer(3, "leaky_relu")), 3, "softmax_cross_entropy"),
        OptimizerSpec("momentum"),
        Settings(0.1, dropout=(0.0, 0.0), momentum=0.9),
        2,
    ),
    "elu and gelu, sigmoid answer, a mask for each sample": (
        NetworkSpec(2, (Layer(3, "elu"), Layer(3, "gelu")), 1, "squared_error", "sigmoid", dropout_mask="per_sample"),
        OptimizerSpec("adam"),
        Settings(0.05, dropout=(0.5, 0.0)),
        0,
    ),
    "linear and step, two answers, clipped": (
        NetworkSpec(2, (Layer(2, "linear"), Layer(2, "step")), 2, "squared_error"),
        OptimizerSpec("sgd"),
        Settings(0.2, dropout=(0.0, 0.0), l1=0.01, l2=0.1, clip_norm=0.05),
        3,
    ),
    "batch norm and dropout, tanh answer, sample outside the batch": (
        NetworkSpec(2, (Layer(4, "tanh", batch_norm=True),), 1, "squared_error", "tanh"),
        OptimizerSpec("nesterov"),
        Settings(0.1, dropout=(0.4,)),
        None,
    ),
    "everything dropped": (
        NetworkSpec(2, (Layer(2, "relu"),), 1, "binary_cross_entropy"),
        OptimizerSpec("rmsprop"),
        Settings(0.1, dropout=(1.0,)),
        0,
    ),
    "no hidden layer": (
        NetworkSpec(2, (), 1, "binary_cross_entropy"),
        OptimizerSpec("sgd"),
        Settings(0.3, dropout=()),
        0,
    ),
    "overflow": (
        NetworkSpec(2, (Layer(2, "linear"),), 1, "squared_error"),
        OptimizerSpec("sgd"),
        Settings(3.0, dropout=(0.0,)),
        0,
    ),
    "missing input": (
        NetworkSpec(2, (Layer(2, "tanh"),), 1, "binary_cross_entropy"),
        OptimizerSpec("sgd"),
        Settings(0.3, dropout=(0.0,)),
        2,
    ),
}


def steps() -> dict[str, Any]:
    """One step as JSON for each case, the third of its run so that optimizers have something to remember."""
    return {name: recorded(name, *case) for name, case in CASES.items()}


def recorded(name: str, spec: NetworkSpec, optimizer: OptimizerSpec, settings: Settings, row: int | None) -> Any:
    rng = np.random.default_rng(len(name))
    inputs = rng.uniform(-1, 1, (5, spec.inputs))
    targets = answers(spec, inputs)
    if name == "missing input":
        inputs[2, 1] = math.nan
    network = Network(spec)
    parameters = network.initial("glorot_uniform", 1e80 if name == "overflow" else 1.0, SEED)
    trainer = Trainer(network, optimizer, settings, initial_state(network, parameters), SEED)
    batch = make_batch([3, 0, 2, 4], inputs[[3, 0, 2, 4]], targets[[3, 0, 2, 4]])
    for _ in range(0 if name == "missing input" else 2):
        if trainer.finite:
            trainer.step(batch)
    if name == "overflow":
        trainer = Trainer(network, optimizer, settings, initial_state(network, parameters), SEED)
    step = trainer.recorded_step(batch)
    index = 1 if row is None else int(batch.indices[row])
    return line(step, index, row, inputs[index], targets[index])


def answers(spec: NetworkSpec, inputs: Any) -> Any:
    if spec.loss == "softmax_cross_entropy":
        return np.eye(spec.outputs)[(np.arange(len(inputs)) * 2) % spec.outputs]
    if spec.loss == "binary_cross_entropy":
        return (inputs[:, :1] * inputs[:, 1:] > 0).astype(float)
    return np.stack([inputs.sum(axis=1) / (j + 2) for j in range(spec.outputs)], axis=1)


def line(step: Step, index: int, row: int | None, inputs: Any, target: Any) -> Any:
    """The step as the contract writes it, its spotlight's index and target, and what was in force; null: not finite."""
    settings = step.settings
    controls = {"l1": settings.l1, "l2": settings.l2, "clip_norm": settings.clip_norm}
    return wire({"index": index, "target": target, "controls": controls, "step": fields(step, inputs, target, row)})


def fields(step: Step, inputs: Any, target: Any, row: int | None) -> dict[str, Any]:
    return {
        "type": "step",
        "step": step.step,
        "epoch": 1.0,
        "finite": step.finite,
        "learning_rate": step.learning_rate,
        "dropout": step.dropout,
        "batch": {
            "indices": step.batch.indices,
            "inputs": step.batch.inputs,
            "targets": step.batch.targets,
        },
        "parameters": step.parameters,
        "tape": [record(r) for r in step.tape],
        "spotlight": step.spotlight(inputs, target, row),
    }


def record(r: Record) -> dict[str, Any]:
    fields = {
        name: getattr(r, name) for name in ("name", "kind", "phase", "layer", "reads", "multiplications", "value")
    }
    extra = {name: getattr(r, name) for name in ("mask", "outputs", "clip_scale")}
    fields |= {name: value for name, value in extra.items() if value is not None}
    return fields if r.finite else fields | {"finite": False, "not_finite": r.not_finite}


def wire(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: wire(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [wire(part) for part in value]
    if isinstance(value, np.ndarray):
        return wire(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    FILE.write_text(json.dumps(steps(), separators=(",", ":"), ensure_ascii=False) + "\n")

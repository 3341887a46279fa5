"""Networks for the tests: a spec, a trainer and a batch in one line, at random where asked for."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from app.engine.batch import Batch, make_batch
from app.engine.network import Network
from app.engine.spec import (
    ACTIVATION_NAMES,
    LOSS_NAMES,
    OPTIMIZER_NAMES,
    OUTPUT_ACTIVATION_NAMES,
    LayerSpec,
    NetworkSpec,
    OptimizerSpec,
    Settings,
)
from app.engine.training import Trainer, initial_state


def spec(
    *hidden: LayerSpec, inputs: int = 3, outputs: int = 2, loss: str = "squared_error", **more: Any
) -> NetworkSpec:
    return NetworkSpec(inputs, hidden, outputs, loss, **more)


def batch_for(network: NetworkSpec, samples: int = 5, seed: int = 0) -> Batch:
    """Random inputs, and targets as the loss wants them."""
    rng = np.random.default_rng([seed, samples])
    inputs = rng.normal(size=(samples, network.inputs))
    if network.loss == "softmax_cross_entropy":
        targets = np.eye(network.outputs)[rng.integers(0, network.outputs, samples)]
    elif network.loss == "binary_cross_entropy":
        targets = rng.integers(0, 2, (samples, network.outputs)).astype(float)
    else:
        targets = rng.normal(size=(samples, network.outputs))
    return make_batch(np.arange(samples), inputs, targets)


def start(network: Network, seed: int = 0) -> Any:
    """Parameters that are all at work: biases and beta not 0, gamma not 1."""
    rng = np.random.default_rng([seed, 99])
    return network.initial("glorot_normal", 1.0, seed) + 0.3 * rng.normal(size=network.size)


def settings_for(network: NetworkSpec, learning_rate: float = 0.1, **more: Any) -> Settings:
    return Settings(learning_rate, more.pop("dropout", tuple(layer.dropout for layer in network.hidden)), **more)


def trainer_for(
    network: NetworkSpec, seed: int = 0, optimizer: str = "sgd", learning_rate: float = 0.1, **more: Any
) -> Trainer:
    built = Network(network)
    settings = settings_for(network, learning_rate, **more)
    return Trainer(built, OptimizerSpec(optimizer), settings, initial_state(built, start(built, seed)), seed)


RATES = st.sampled_from((0.0, 0.0, 0.2, 0.5, 1.0))


@st.composite
def layers(draw: st.DrawFn) -> LayerSpec:
    return LayerSpec(draw(st.integers(1, 4)), draw(st.sampled_from(ACTIVATION_NAMES)), draw(RATES), draw(st.booleans()))


@st.composite
def specs(draw: st.DrawFn) -> NetworkSpec:
    loss = draw(st.sampled_from(LOSS_NAMES))
    return NetworkSpec(
        draw(st.integers(1, 3)),
        tuple(draw(st.lists(layers(), max_size=3))),
        draw(st.integers(2 if loss == "softmax_cross_entropy" else 1, 3)),
        loss,
        draw(st.sampled_from(OUTPUT_ACTIVATION_NAMES)) if loss == "squared_error" else "linear",
        draw(st.sampled_from(("per_step", "per_sample"))),
    )


@st.composite
def trainers(draw: st.DrawFn) -> Trainer:
    network = draw(specs())
    return trainer_for(
        network,
        draw(st.integers(0, 1000)),
        draw(st.sampled_from(OPTIMIZER_NAMES)),
        draw(st.sampled_from((0.0, 0.01, 0.5, 1000.0))),
        l1=draw(st.sampled_from((0.0, 0.01))),
        l2=draw(st.sampled_from((0.0, 0.1))),
        clip_norm=draw(st.sampled_from((None, 0.01, 10.0))),
    )

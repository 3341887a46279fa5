"""Two worked examples from the literature, number by number."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engine.batch import Batch, make_batch
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec, OptimizerSpec
from app.engine.tape import Step
from app.engine.training import Trainer, initial_state

from .networks import settings_for


def fixture(name: str) -> Any:
    return json.loads((Path(__file__).parent / name).read_text())


def step_of(network: NetworkSpec, parameters: dict[str, Any], rate: float, batch: Batch) -> tuple[Trainer, Step]:
    built = Network(network)
    state = initial_state(built, built.pack(parameters))
    trainer = Trainer(built, OptimizerSpec(), settings_for(network, rate), state, 0)
    return trainer, trainer.recorded_step(batch)


def google() -> tuple[Any, Step]:
    """1-2-2-1, sigmoid throughout, squared error: the example of Google's backpropagation page."""
    published = fixture("google_1221.json")
    sigmoid = LayerSpec(2, "sigmoid")
    network = NetworkSpec(1, (sigmoid, sigmoid), 1, "squared_error", "sigmoid")
    parameters = {f"W{k}": w for k, w in enumerate(published["W"], 1)} | {
        f"b{k}": b for k, b in enumerate(published["b"], 1)
    }
    batch = make_batch([0], [published["x_input"]], [published["y_target"]])
    return published, step_of(network, parameters, published["lr"], batch)[1]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_googles_network_has_the_pages_numbers_at_every_node(k: int) -> None:
    published, step = google()
    wanted = {
        f"z{k}": published["x"][k],
        f"a{k}": published["y"][k],
        f"da{k}": published["dEdy"][k],
        f"dz{k}": published["dEdx"][k],
    }
    for name, numbers in wanted.items():
        np.testing.assert_allclose(np.asarray(step[name].value)[0], numbers, rtol=1e-13)
    np.testing.assert_allclose(np.asarray(step[f"dW{k}"].value), published["dEdw"][k - 1], rtol=1e-13)


def test_googles_network_learns_as_the_page_says() -> None:
    published, step = google()
    assert step.loss == pytest.approx(published["E"], rel=1e-14)
    assert step.loss_after == pytest.approx(published["E_after"], rel=1e-14)
    update = step["update"].value
    assert isinstance(update, dict)
    for k in (1, 2, 3):
        np.testing.assert_allclose(step.parameters[f"W{k}"] + update[f"W{k}"], published["W2"][k - 1], rtol=1e-14)
        np.testing.assert_allclose(step.parameters[f"b{k}"] + update[f"b{k}"], published["B2"][k - 1], rtol=1e-13)


def test_mazurs_network_has_the_articles_numbers() -> None:
    published = fixture("mazur_222.json")
    network = NetworkSpec(2, (LayerSpec(2, "sigmoid"),), 2, "squared_error", "sigmoid")
    batch = make_batch([0], [published["inputs"]], [published["targets"]])
    trainer, step = step_of(network, published["parameters"], published["learning_rate"], batch)
    assert step.loss == pytest.approx(published["loss"], abs=1e-9)
    assert step["L"].outputs is not None
    np.testing.assert_allclose(step["L"].outputs[0], published["outputs"], atol=1e-8)
    after = trainer.network.unpack(trainer.state().parameters)
    np.testing.assert_allclose(after["W1"], published["W1_after"], atol=1e-8)
    np.testing.assert_allclose(after["W2"], published["W2_after"], atol=1e-8)

    frozen = trainer.network.pack(after | {name: published["parameters"][name] for name in ("b1", "b2")})
    trainer.restore(replace(trainer.state(), parameters=frozen))
    assert trainer.step(batch) == pytest.approx(published["loss_after_with_biases_frozen"], rel=1e-14)

"""Beeswarms: every unit over the training samples, as the evaluation computes it, a byte a sample."""

import numpy as np
import pytest

from app.engine.beeswarms import MAX_SAMPLES, BeeswarmEvaluator, evenly_spaced
from app.engine.inference import Inference
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec

INPUTS = np.random.default_rng(0).normal(size=(50, 4))


def network() -> Network:
    return Network(
        NetworkSpec(4, (LayerSpec(5, "tanh"), LayerSpec(3, "relu", batch_norm=True)), 3, "softmax_cross_entropy")
    )


def test_the_bytes_are_the_evaluations_outputs() -> None:
    net = network()
    flat, running = net.initial("glorot_uniform", 1.0, 0), net.initial_running()
    beeswarms = BeeswarmEvaluator(net, INPUTS).bytes(flat, running, (0.0, 0.0))
    inference = Inference(net, INPUTS)
    inference.forward(flat, running, (0.0, 0.0))
    exact = [*inference.activations(), inference.outputs]
    assert [layer.units.shape for layer in beeswarms.layers] == [(5, 50), (3, 50), (3, 50)]
    for layer, values in zip(beeswarms.layers, exact, strict=True):
        assert layer.lo is not None
        assert layer.hi is not None
        drawn = layer.lo + layer.units / 255 * (layer.hi - layer.lo)
        assert np.abs(drawn - values).max() <= 0.51 * (layer.hi - layer.lo) / 255


def test_a_missing_input_does_not_hide_the_others() -> None:
    net = network()
    inputs = INPUTS.copy()
    inputs[7, 2] = np.nan
    first = (
        BeeswarmEvaluator(net, inputs)
        .bytes(net.initial("glorot_uniform", 1.0, 0), net.initial_running(), (0.0, 0.0))
        .layers[0]
    )
    assert first.lo is not None
    assert first.units.shape == (5, 50)


@pytest.mark.parametrize("samples", [1, 2, MAX_SAMPLES - 1, MAX_SAMPLES, MAX_SAMPLES + 1, 5000])
def test_rows_are_all_or_evenly_chosen(samples: int) -> None:
    rows = evenly_spaced(samples)
    assert len(rows) == min(samples, MAX_SAMPLES)
    assert (rows[0], rows[-1]) == (0, samples - 1)
    assert np.ptp(np.diff(rows)) <= 1 if len(rows) > 1 else True

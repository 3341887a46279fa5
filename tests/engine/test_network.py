"""Parameters by name and as one flat vector; start values by the published rules."""

from typing import Any

import numpy as np
import pytest

from app.engine import initializers
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, Settings

from .networks import spec, start


def network() -> Network:
    return Network(spec(LayerSpec(4, "tanh", 0.0, True), LayerSpec(5, "relu")))


def test_parameters_are_named_layer_by_layer() -> None:
    assert network().names == ("W1", "b1", "gamma1", "beta1", "W2", "b2", "W3", "b3")
    assert network().shapes["W2"] == (4, 5)
    assert network().shapes["gamma1"] == (4,)
    assert network().size == 3 * 4 + 4 + 4 + 4 + 4 * 5 + 5 + 5 * 2 + 2


def test_unpacking_inverts_packing() -> None:
    net = network()
    named = {name: np.random.default_rng(k).normal(size=net.shapes[name]) for k, name in enumerate(net.names)}
    found = net.unpack(net.pack({name: value.tolist() for name, value in named.items()}))
    for name, value in named.items():
        np.testing.assert_array_equal(found[name], value)
        assert found[name].flags.c_contiguous


def test_unpacked_parameters_are_copies() -> None:
    net = network()
    flat = start(net)
    before = flat.copy()
    for value in net.unpack(flat).values():
        value[...] = 0
    np.testing.assert_array_equal(flat, before)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"W2": [[1.0]]}, r"W2 has shape \(1, 1\), wanted \(4, 5\)"),
        ({"W9": [[1.0]]}, "unknown parameter 'W9'"),
        ({"b1": "many"}, r"b1 must be numbers of shape \(4,\)"),
        ({"W1": [[1.0], [1.0, 2.0]]}, "W1 must be numbers"),
    ],
)
def test_a_bad_parameter_is_named(changed: dict[str, Any], said: str) -> None:
    net = network()
    with pytest.raises(ValueError, match=said):
        net.pack(net.unpack(start(net)) | changed)


def test_a_missing_parameter_is_named() -> None:
    net = network()
    named = net.unpack(start(net))
    del named["beta1"]
    with pytest.raises(ValueError, match="beta1 is missing"):
        net.pack(named)


def test_running_averages_go_by_name_too() -> None:
    net = network()
    named = net.unpack_running(net.initial_running())
    np.testing.assert_array_equal(named["running_mean1"], np.zeros(4))
    np.testing.assert_array_equal(named["running_variance1"], np.ones(4))
    named["running_mean1"][:] = 3.0
    np.testing.assert_array_equal(net.pack_running(named), [3.0] * 4 + [1.0] * 4)
    with pytest.raises(ValueError, match="running_variance1 is missing"):
        net.pack_running({"running_mean1": [0.0] * 4})


def test_a_start_has_no_bias_and_a_neutral_batch_norm() -> None:
    named = network().unpack(network().initial("he_normal", 1.0, 7))
    for name in ("b1", "b2", "b3", "beta1"):
        assert not named[name].any()
    np.testing.assert_array_equal(named["gamma1"], np.ones(4))
    assert named["W1"].all()


def test_the_same_seed_gives_the_same_start() -> None:
    net = network()
    assert net.initial("normal", 1.0, 7).tobytes() == net.initial("normal", 1.0, 7).tobytes()
    assert net.initial("normal", 1.0, 7).tobytes() != net.initial("normal", 1.0, 8).tobytes()
    named = Network(spec(LayerSpec(3, "tanh"), LayerSpec(3, "tanh"))).unpack(
        Network(spec(LayerSpec(3, "tanh"), LayerSpec(3, "tanh"))).initial("normal", 1.0, 0)
    )
    assert named["W1"].tobytes() != named["W2"].tobytes()


@pytest.mark.parametrize(
    ("name", "deviation", "limit"),
    [
        ("glorot_uniform", np.sqrt(2 / 500), np.sqrt(6 / 500)),
        ("glorot_normal", np.sqrt(2 / 500), None),
        ("he_normal", np.sqrt(2 / 200), None),
        ("lecun_normal", np.sqrt(1 / 200), None),
        ("normal", 1.0, None),
        ("uniform", 1 / np.sqrt(3), 1.0),
    ],
)
def test_weights_are_spread_as_published(name: str, deviation: float, limit: float | None) -> None:
    for scale in (1.0, 2.0):
        drawn = initializers.weights(name, np.random.default_rng(0), 200, 300, scale)
        assert drawn.shape == (200, 300)
        assert drawn.std() == pytest.approx(scale * deviation, rel=0.02)
        assert abs(drawn.mean()) < 0.02 * scale * deviation
        if limit is None:
            assert np.abs(drawn).max() > 3.5 * scale * deviation  # not truncated
        else:
            assert 0.999 * scale * limit < np.abs(drawn).max() <= scale * limit


def test_constant_is_the_scale_and_zeros_are_zeros() -> None:
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(initializers.weights("constant", rng, 2, 3, 0.5), np.full((2, 3), 0.5))
    np.testing.assert_array_equal(initializers.weights("zeros", rng, 2, 3, 0.5), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="unknown initializer 'magic'"):
        initializers.weights("magic", rng, 2, 3)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: LayerSpec(0, "tanh"), "at least one unit"),
        (lambda: LayerSpec(1, "swish"), "unknown activation 'swish'"),
        (lambda: LayerSpec(1, "tanh", 1.5), "got 1.5"),
        (lambda: NetworkSpec(0, (), 1, "squared_error"), "needs inputs"),
        (lambda: NetworkSpec(1, (), 1, "hinge"), "unknown loss 'hinge'"),
        (lambda: NetworkSpec(1, (), 1, "squared_error", "relu"), "unknown output activation 'relu'"),
        (lambda: NetworkSpec(1, (), 1, "binary_cross_entropy", "sigmoid"), "reads logits"),
        (lambda: NetworkSpec(1, (), 1, "squared_error", dropout_mask="per_day"), "unknown dropout mask"),
        (lambda: OptimizerSpec("lion"), "unknown optimizer 'lion'"),
        (lambda: OptimizerSpec("adam", beta1=1.0), "beta1"),
        (lambda: OptimizerSpec("rmsprop", alpha=1.5), "alpha"),
        (lambda: OptimizerSpec("adam", epsilon=-1.0), "epsilon"),
        (lambda: Settings(-1.0, ()), "learning_rate"),
        (lambda: Settings(float("nan"), ()), "learning_rate"),
        (lambda: Settings(0.1, (2.0,)), "got 2.0"),
        (lambda: Settings(0.1, (), clip_norm=0.0), "clip_norm"),
    ],
)
def test_a_bad_spec_names_what_is_wrong(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()

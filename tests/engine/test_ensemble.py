"""Dropout as an ensemble: every sub-network written out with itertools, and what Jensen's inequality must give."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.engine.ensemble import Ensemble, SubNetworks, evaluate_ensemble
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec

from .networks import start

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(30, 2))
BINARY = NetworkSpec(2, (LayerSpec(5, "relu"),), 1, "binary_cross_entropy")
CLASSES = NetworkSpec(2, (LayerSpec(5, "tanh"),), 3, "softmax_cross_entropy")
NUMBERS = NetworkSpec(2, (LayerSpec(3, "tanh"), LayerSpec(4, "relu")), 1, "squared_error")


def targets_of(network: NetworkSpec) -> Any:
    if network.loss == "softmax_cross_entropy":
        return np.eye(3)[np.arange(30) % 3]
    return (INPUTS[:, :1] > 0).astype(float)


def members_of(network: NetworkSpec, *rates: float) -> SubNetworks:
    built = Network(network)
    return SubNetworks(built, start(built), built.initial_running(), rates, 0)


def ensemble_of(network: NetworkSpec, *rates: float, count: int = 64) -> Ensemble:
    return evaluate_ensemble(members_of(network, *rates), INPUTS, targets_of(network), count)


def written_out(network: NetworkSpec, rates: tuple[float, ...]) -> list[tuple[float, Any]]:
    """(chance, last z) of every sub-network, one after the other."""
    built = Network(network)
    named = built.unpack(start(built))
    functions = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
    found = []
    for kept in product(*(product((0, 1), repeat=layer.units) for layer in network.hidden)):
        probability, x = 1.0, INPUTS
        for k, (layer, bits, rate) in enumerate(zip(network.hidden, kept, rates, strict=True), 1):
            a = functions[layer.activation](x @ named[f"W{k}"] + named[f"b{k}"])
            x = a * np.array(bits) / (1 - rate)
            probability *= math.prod(1 - rate if bit else rate for bit in bits)
        last = len(network.hidden) + 1
        found.append((probability, x @ named[f"W{last}"] + named[f"b{last}"]))
    return found


def test_few_units_are_enumerated_in_every_combination() -> None:
    found, rates = ensemble_of(NUMBERS, 0.5, 0.2), (0.5, 0.2)
    every, y = written_out(NUMBERS, rates), targets_of(NUMBERS)
    assert (found.subnetworks, found.enumerated, found.units) == (len(every), True, 7) == (128, True, 7)
    assert sum(probability for probability, _ in every) == pytest.approx(1)
    mean = sum(probability * z for probability, z in every)
    assert found.average_loss == pytest.approx(float(np.mean((mean - y) ** 2) / 2), rel=1e-12)
    single = sum(probability * float(np.mean((z - y) ** 2) / 2) for probability, z in every)
    assert found.member_loss == pytest.approx(single, rel=1e-12)
    assert found.geometric_difference is None


@pytest.mark.parametrize("network", [BINARY, CLASSES])
@pytest.mark.parametrize("rate", [0.5, 0.3])
def test_the_losses_of_classes_are_those_of_averaged_probabilities(network: NetworkSpec, rate: float) -> None:
    found, y = ensemble_of(network, rate), targets_of(network)
    shares = []
    for probability, z in written_out(network, (rate,)):
        raised = np.exp(z) if network is CLASSES else np.hstack([np.exp(z), np.ones_like(z)])
        own = (raised / raised.sum(axis=1, keepdims=True))[:, : z.shape[1]]
        shares.append((probability, own))
    mean = sum(probability * share for probability, share in shares)
    true = (mean * y).sum(axis=1) if network is CLASSES else np.where(y == 1, mean, 1 - mean)[:, 0]
    assert found.average_loss == pytest.approx(float(-np.log(true).mean()), rel=1e-10)


@pytest.mark.parametrize("network", [BINARY, CLASSES])
@pytest.mark.parametrize("rate", [0.5, 0.3])
def test_with_one_hidden_layer_the_network_in_use_is_the_geometric_mean_of_all(
    network: NetworkSpec, rate: float
) -> None:
    difference = ensemble_of(network, rate).geometric_difference
    assert difference is not None
    assert difference < 1e-14


def test_with_two_it_is_not() -> None:
    two = NetworkSpec(2, (LayerSpec(4, "relu"), LayerSpec(4, "relu")), 1, "binary_cross_entropy")
    difference = ensemble_of(two, 0.5, 0.5).geometric_difference
    assert difference is not None
    assert difference > 1e-4


@pytest.mark.parametrize(("network", "rates"), [(BINARY, (0.5,)), (CLASSES, (0.4,)), (NUMBERS, (0.5, 0.5))])
def test_an_average_is_never_worse_than_its_members_on_average(network: NetworkSpec, rates: tuple[float, ...]) -> None:
    found = ensemble_of(network, *rates)
    assert found.average_loss < found.member_loss
    assert len(found.member_losses) == 64
    of_64 = np.mean(np.array(found.member_losses) < found.average_loss)
    assert found.better_than_average == pytest.approx(of_64, abs=0.2)


def test_the_distance_to_the_average_falls_with_the_root_of_the_members() -> None:
    wide = NetworkSpec(2, (LayerSpec(16, "tanh"),), 1, "binary_cross_entropy")
    found = ensemble_of(wide, 0.5, count=256)
    assert not found.enumerated
    assert found.geometric_difference is None
    assert found.reference == 4096
    assert [average.members for average in found.averages] == [2**k for k in range(9)]
    assert found.slope == pytest.approx(-0.5, abs=0.04)


def test_of_many_draws_the_median_and_eight_tenths_are_reported() -> None:
    found = ensemble_of(BINARY, 0.5)
    assert all(one.low < one.distance < one.high for one in found.averages)
    every = [(probability, 1 / (1 + np.exp(-z))) for probability, z in written_out(BINARY, (0.5,))]
    mean = sum(probability * p for probability, p in every)
    away = sum(probability * float(np.mean((p - mean) ** 2)) for probability, p in every)
    assert found.averages[0].root == pytest.approx(math.sqrt(away), rel=0.1)  # 300 draws of a single one


@pytest.mark.parametrize(("network", "rates"), [(BINARY, (0.5,)), (CLASSES, (0.4,)), (NUMBERS, (0.5, 0.5))])
def test_this_draw_is_averaged_member_by_member(network: NetworkSpec, rates: tuple[float, ...]) -> None:
    found, members, y = ensemble_of(network, *rates, count=9), members_of(network, *rates), targets_of(network)
    z = members.logits(INPUTS, members.drawn_masks(9))
    assert len(found.draw.distances) == len(found.draw.losses) == 9
    assert found.draw.losses[0] == pytest.approx(found.member_losses[0])
    if network.loss == "squared_error":
        wanted = [float(np.mean((z[:k].mean(axis=0) - y) ** 2) / 2) for k in range(1, 10)]
    else:
        raised = np.exp(z) if network is CLASSES else np.concatenate([np.exp(z), np.ones_like(z)], axis=-1)
        shares = raised / raised.sum(axis=-1, keepdims=True)
        of_true = (
            (shares * y).sum(axis=-1) if network is CLASSES else np.where(y[:, 0] == 1, *np.moveaxis(shares, -1, 0))
        )
        wanted = [float(-np.log(of_true[:k].mean(axis=0)).mean()) for k in range(1, 10)]
    assert found.draw.losses == pytest.approx(wanted)


def test_members_are_drawn_by_their_seed_and_their_rates() -> None:
    members = members_of(NUMBERS, 0.25, 1.0)
    first, second = members.drawn_masks(4000)
    assert set(np.unique(first)) == {0.0, 1 / 0.75}
    assert (first > 0).mean() == pytest.approx(0.75, abs=0.02)
    assert not second.any()
    np.testing.assert_array_equal(first, members_of(NUMBERS, 0.25, 1.0).drawn_masks(4000)[0])
    assert members.units == 3  # a layer of rate 1 makes no difference between members


def test_a_layer_of_rate_one_is_out_in_every_member_and_in_use() -> None:
    found = ensemble_of(NUMBERS, 0.5, 1.0)
    bias = Network(NUMBERS).unpack(start(Network(NUMBERS)))["b3"]
    wanted = float(np.mean((bias - targets_of(NUMBERS)) ** 2) / 2)
    assert (found.used_loss, found.average_loss, found.member_loss) == pytest.approx((wanted,) * 3)


def test_of_many_samples_only_as_many_as_memory_allows_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.ensemble._NUMBERS", 32 * 25)
    some = evaluate_ensemble(members_of(BINARY, 0.5), INPUTS[:25], targets_of(BINARY)[:25], 8)
    assert ensemble_of(BINARY, 0.5, count=8) == some

"""Counts of paths and multiplications: by formula, by enumerating every path, and by the tape."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.engine.paths import path_multiplications, paths
from app.engine.spec import LayerSpec, NetworkSpec
from app.engine.tape import Step

from .networks import batch_for, spec, trainer_for


def net(*widths: int, activation: str = "tanh") -> NetworkSpec:
    hidden = tuple(LayerSpec(units, activation) for units in widths[1:-1])
    return NetworkSpec(widths[0], hidden, widths[-1], "squared_error")


TABLE = [
    ((1, 2, 2, 1), 4, 44),
    ((2, 8, 8, 1), 128, 1_040),
    ((2, 8, 8, 8, 1), 1_024, 11_536),
    ((2, *(8,) * 6, 1), 524_288, 10_849_552),
    ((2, *(8,) * 10, 1), 2_147_483_648, 71_436_700_944),
]


@pytest.mark.parametrize(("widths", "path_count", "products"), TABLE)
def test_the_counts_are_those_of_the_table(widths: tuple[int, ...], path_count: int, products: int) -> None:
    network = net(*widths)
    assert paths(network) == path_count
    assert path_multiplications(network, (0.0,) * (len(widths) - 2)) == products


def test_counts_are_exact_where_floats_are_not() -> None:
    network = net(*(10,) * 30, 7)
    assert paths(network) == 7 * 10**30
    assert path_multiplications(network, (0.0,) * 29) > 2**100


@pytest.mark.parametrize(("widths", "products"), [((1, 2, 2, 1), 19), ((2, 8, 8, 1), 177), ((2, *(8,) * 6, 1), 721)])
def test_the_tape_takes_the_multiplications_of_the_table(widths: tuple[int, ...], products: int) -> None:
    network = net(*widths)
    step = trainer_for(network).recorded_step(batch_for(network))
    assert step.tape_multiplications == products
    assert step["update"].multiplications == step.network.size


def test_googles_network_takes_as_many_with_its_output_activation() -> None:
    network = NetworkSpec(1, (LayerSpec(2, "sigmoid"),) * 2, 1, "squared_error", "sigmoid")
    step = trainer_for(network).recorded_step(batch_for(network))
    assert step.tape_multiplications == 19


def paths_from(widths: tuple[int, ...], layer: int) -> Iterator[tuple[int, ...]]:
    """Every path from a unit of `layer` to an output."""
    return product(*(range(units) for units in widths[layer:]))


def enumerated(step: Step) -> tuple[int, int, dict[str, Any]]:
    """Paths, multiplications and every dW of a batch of one, each path multiplied out alone."""
    network = step.network.spec
    widths, last = network.widths, len(network.hidden) + 1
    dy = np.asarray(step[f"dz{last}"].value)[0]
    factors: list[list[Any]] = [[]]  # of each layer: what a path multiplies there, besides its weight
    for k, layer in enumerate(network.hidden, 1):
        here = [1 - np.asarray(step[f"a{k}"].value)[0] ** 2]
        if network.hidden[k - 1].dropout > 0:
            mask = step[f"d{k}"].mask
            assert mask is not None
            here.append(mask[0] / (1 - layer.dropout))
        factors.append(here)
    factors.append([dy])
    products, gradients = 0, {}
    for k in range(1, last + 1):
        dW = np.zeros((widths[k - 1], widths[k]))
        inputs = "x" if k == 1 else f"d{k - 1}" if network.hidden[k - 2].dropout > 0 else f"a{k - 1}"
        source = np.asarray(step[inputs].value)[0]
        for path in paths_from(widths, k - 1):
            term = source[path[0]]
            products += 1  # at the first weight the input is multiplied instead
            for at in range(k, last + 1):
                if at > k:
                    term *= step.parameters[f"W{at}"][path[at - k], path[at - k + 1]]
                    products += 1
                for factor in factors[at]:
                    term *= factor[path[at - k + 1]]
                    products += 1
            dW[path[0], path[1]] += term
        gradients[f"dW{k}"] = dW
    return sum(1 for _ in paths_from(widths, 0)), products, gradients


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("widths", [(1, 2, 2, 1), (2, 3, 2), (3, 2, 4, 3, 2), (2, 1)])
def test_enumerating_every_path_gives_the_tapes_gradients_at_the_counted_cost(
    widths: tuple[int, ...], dropout: float
) -> None:
    hidden = tuple(LayerSpec(units, "tanh", dropout) for units in widths[1:-1])
    network = spec(*hidden, inputs=widths[0], outputs=widths[-1])
    step = trainer_for(network, 3).recorded_step(batch_for(network, 1))
    path_count, products, gradients = enumerated(step)
    assert step.paths == path_count
    assert step.path_multiplications == products
    for name, dW in gradients.items():
        np.testing.assert_allclose(step[name].value, dW, rtol=1e-12, atol=1e-15)


def test_dropout_and_batch_norm_each_add_a_factor_to_their_layer() -> None:
    plain = spec(LayerSpec(3, "tanh"), LayerSpec(2, "tanh"), inputs=2, outputs=1)
    normed = spec(LayerSpec(3, "tanh", 0.0, True), LayerSpec(2, "tanh"), inputs=2, outputs=1)
    base = path_multiplications(plain, (0.0, 0.0))
    assert base == 6 * 12 + 4 * 6 + 2 * 2
    assert path_multiplications(plain, (0.5, 0.0)) == base + 12
    assert path_multiplications(plain, (0.0, 0.5)) == base + 12 + 6
    assert path_multiplications(normed, (0.5, 0.0)) == base + 2 * 12

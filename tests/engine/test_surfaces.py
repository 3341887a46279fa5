"""Heat maps: the bytes are the exact numbers rounded, whatever the network."""

import numpy as np
import pytest

from app.engine.network import Network
from app.engine.spec import ACTIVATION_NAMES, LayerSpec, NetworkSpec
from app.engine.surfaces import LayerBytes, Surfaces

SIZE = 9
AXIS = np.linspace(-1.5, 1.5, SIZE)
GRID = np.column_stack([np.tile(AXIS, SIZE), np.repeat(AXIS[::-1], SIZE)])


def network_of(*activations: str, loss: str = "binary_cross_entropy", outputs: int = 1, **layer: object) -> Network:
    hidden = tuple(LayerSpec(5, name, **layer) for name in activations)  # type: ignore[arg-type]
    return Network(NetworkSpec(2, hidden, outputs, loss))


def parameters_of(network: Network) -> np.ndarray:
    return network.initial("he_normal", 1.0, 0) + 0.1 * np.random.default_rng(0).normal(size=network.size)


def running_of(network: Network) -> np.ndarray:
    means = np.random.default_rng(1).normal(size=network.normalised)
    return np.concatenate([means, 0.5 + np.abs(means)])


def both(network: Network, dropout: tuple[float, ...] | None = None) -> list[tuple[np.ndarray, LayerBytes]]:
    surfaces = Surfaces(network, GRID, SIZE)
    rates = dropout or (0.0,) * len(network.spec.hidden)
    arguments = parameters_of(network), running_of(network), rates
    return list(zip(surfaces.numbers(*arguments), surfaces.bytes(*arguments), strict=True))


def assert_alike(numbers: np.ndarray, layer: LayerBytes) -> None:
    assert layer.lo is not None
    assert layer.hi is not None
    assert layer.units.shape == numbers.shape
    assert layer.lo == pytest.approx(numbers.min(), abs=1e-5)
    assert layer.hi == pytest.approx(numbers.max(), abs=1e-5)
    drawn = layer.lo + layer.units / 255 * (layer.hi - layer.lo)
    assert np.abs(drawn - numbers).max() <= 0.51 * (layer.hi - layer.lo) / 255 + 1e-5


@pytest.mark.parametrize("activation", [name for name in ACTIVATION_NAMES if name != "step"])
def test_the_bytes_are_the_exact_numbers_rounded(activation: str) -> None:
    for numbers, layer in both(network_of(activation, activation)):
        assert_alike(numbers, layer)


@pytest.mark.parametrize(
    ("loss", "outputs"), [("binary_cross_entropy", 1), ("softmax_cross_entropy", 3), ("squared_error", 2)]
)
def test_the_last_layer_shows_the_networks_output(loss: str, outputs: int) -> None:
    numbers, layer = both(network_of("tanh", loss=loss, outputs=outputs))[-1]
    assert_alike(numbers, layer)
    if loss == "softmax_cross_entropy":
        assert np.allclose(numbers.sum(axis=0), 1)
    assert (numbers.min() >= 0) == (loss != "squared_error")


def test_batch_norm_uses_its_running_averages_in_both() -> None:
    for numbers, layer in both(network_of("tanh", "relu", batch_norm=True)):
        assert_alike(numbers, layer)


def test_a_layer_that_drops_everything_leaves_a_constant_output_in_both() -> None:
    layers = both(network_of("tanh", "tanh"), (0.0, 1.0))
    assert np.ptp(layers[1][0]) > 0
    for numbers, layer in layers[:2]:
        assert_alike(numbers, layer)
    numbers, answer = layers[2]
    assert np.ptp(numbers) == 0
    assert answer.lo == answer.hi == pytest.approx(numbers.flat[0])
    assert not answer.units.any()


@pytest.mark.parametrize("bias", [0.0, -7.0, 7.0, 1e4, -1e6])
def test_the_least_is_drawn_as_0_and_the_largest_as_255_however_far_from_zero(bias: float) -> None:
    network = Network(NetworkSpec(2, (), 1, "squared_error"))
    flat = network.pack({"W1": [[0.3], [0.1]], "b1": [bias]})
    (layer,) = Surfaces(network, GRID, SIZE).bytes(flat, np.zeros(0), ())
    drawn = layer.units[0].astype(int)
    assert (drawn.min(), drawn.max()) == (0, 255)
    assert drawn[0, -1] == 255
    assert drawn[-1, 0] == 0


def test_rows_go_from_the_top_down_and_columns_from_left_to_right() -> None:
    network = Network(NetworkSpec(2, (), 1, "squared_error"))
    flat = network.pack({"W1": [[1], [10]], "b1": [0]})
    surfaces = Surfaces(network, GRID, SIZE)
    (numbers,) = surfaces.numbers(flat, np.zeros(0), ())
    assert (numbers[0, 0, 0], numbers[0, 0, -1], numbers[0, -1, 0]) == (13.5, 16.5, -16.5)
    (layer,) = surfaces.bytes(flat, np.zeros(0), ())
    assert (layer.units[0, 0, -1], layer.units[0, -1, 0]) == (255, 0)


def test_a_returned_surface_is_not_overwritten() -> None:
    network = network_of("tanh")
    surfaces = Surfaces(network, GRID, SIZE)
    first = surfaces.bytes(parameters_of(network), np.zeros(0), (0.0,))[0].units
    kept = first.copy()
    surfaces.bytes(-parameters_of(network), np.zeros(0), (0.0,))
    assert (first == kept).all()


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf, 1e300, 1e38, 1e-44])
def test_huge_values_still_make_a_surface(poison: float) -> None:
    network = network_of("relu", "linear", loss="squared_error")
    flat = parameters_of(network)
    flat[:4] = poison
    for layer in Surfaces(network, GRID, SIZE).bytes(flat, np.zeros(0), (0.0, 0.0)):
        assert layer.units.shape[1:] == (SIZE, SIZE)
        assert (layer.lo is None) == (layer.hi is None)
        assert layer.lo is None or np.isfinite([layer.lo, layer.hi or 0.0]).all()


@pytest.mark.parametrize("grown", [1e20, 1e41, 1e150])
def test_a_run_that_explodes_is_drawn_as_long_as_its_numbers_are_finite(grown: float) -> None:
    network = network_of("linear", "linear", loss="squared_error")
    flat = parameters_of(network)
    flat *= grown ** (1 / 3)
    surfaces = Surfaces(network, GRID, SIZE)
    arguments = flat, np.zeros(0), (0.0, 0.0)
    for numbers, layer in zip(surfaces.numbers(*arguments), surfaces.bytes(*arguments), strict=True):
        assert layer.lo == pytest.approx(numbers.min(), rel=1e-5)
        assert layer.hi == pytest.approx(numbers.max(), rel=1e-5)
        assert layer.units.min() == 0
        assert layer.units.max() == 255


def test_a_layer_without_any_finite_number_says_so() -> None:
    network = network_of("linear", loss="squared_error")
    layer = Surfaces(network, GRID, SIZE).bytes(np.full(network.size, np.nan), np.zeros(0), (0.0,))[0]
    assert (layer.lo, layer.hi) == (None, None)


def test_a_grid_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="4 × 4"):
        Surfaces(network_of("tanh"), GRID, 4)

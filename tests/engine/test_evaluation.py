"""Evaluations, checked against plain formulas, and what they leave alone."""

import numpy as np
import pytest

from app.engine.evaluation import Evaluation, Evaluator
from app.engine.inference import predict
from app.engine.network import Network
from app.engine.spec import LayerSpec, NetworkSpec, OptimizerSpec, settings_of
from app.engine.training import State, Trainer, initial_state, make_batch

RNG = np.random.default_rng(5)
INPUTS = RNG.normal(size=(40, 2))
BINARY = (INPUTS[:, :1] * INPUTS[:, 1:] < 0).astype(np.float64)
TRAIN = (INPUTS[:30], BINARY[:30])
TEST = (INPUTS[30:], BINARY[30:])


def network_of(*activations: str, units: int = 6, loss: str = "binary_cross_entropy", **layer: object) -> Network:
    hidden = tuple(LayerSpec(units, name, **layer) for name in activations)  # type: ignore[arg-type]
    return Network(NetworkSpec(2, hidden, 3 if loss == "softmax_cross_entropy" else 1, loss))


def start_of(network: Network, initializer: str = "glorot_normal", scale: float = 1.0, seed: int = 0) -> State:
    return initial_state(network, network.initial(initializer, scale, seed))


def evaluated(network: Network, state: State, dropout: float = 0.0) -> Evaluation:
    return Evaluator(network, "binary", TRAIN, TEST).evaluate(state, (dropout,) * len(network.spec.hidden))


def trained(network: Network, state: State, inputs: np.ndarray, targets: np.ndarray, **how: float) -> State:
    """Steps of 16 samples drawn in order, around and around."""
    trainer = Trainer(network, OptimizerSpec(), settings_of(network.spec, how["rate"]), state, 0)
    for k in range(int(how["steps"])):
        indices = np.arange(16 * k, 16 * k + 16) % len(inputs)
        trainer.step(make_batch(indices, inputs[indices], targets[indices]))
    return trainer.state()


def test_losses_and_accuracies_are_those_of_the_plain_formulas() -> None:
    network = network_of("tanh")
    state = start_of(network)
    named = network.unpack(state.parameters)
    z = np.tanh(INPUTS @ named["W1"] + named["b1"]) @ named["W2"] + named["b2"]
    each = np.logaddexp(0, z) - z * BINARY
    right = (z >= 0) == (BINARY == 1)
    found = evaluated(network, state)
    assert found.train_loss == pytest.approx(each[:30].mean(), rel=1e-14)
    assert found.test_loss == pytest.approx(each[30:].mean(), rel=1e-14)
    assert (found.train_accuracy, found.test_accuracy) == (right[:30].mean(), right[30:].mean())


def test_confusion_has_the_truth_in_rows() -> None:
    network = Network(NetworkSpec(2, (), 1, "binary_cross_entropy"))
    state = initial_state(network, network.pack({"W1": [[0], [0]], "b1": [5]}))  # always answers 1
    confusion = evaluated(network, state).confusion
    assert confusion is not None
    assert confusion.train == ((0, int((BINARY[:30] == 0).sum())), (0, int(BINARY[:30].sum())))


def test_three_classes_are_predicted_by_the_largest_output() -> None:
    network = Network(NetworkSpec(2, (), 3, "softmax_cross_entropy"))
    state = initial_state(network, network.pack({"W1": np.zeros((2, 3)), "b1": [0, 2, 1]}))
    targets = np.eye(3)[np.arange(9) % 3]
    found = Evaluator(network, "multiclass", (INPUTS[:9], targets)).evaluate(state, ())
    assert found.train_accuracy == 1 / 3
    assert found.confusion is not None
    assert found.confusion.train == ((0, 3, 0), (0, 3, 0), (0, 3, 0))
    assert (found.test_loss, found.test_accuracy, found.confusion.test) == (None, None, None)


def test_a_regression_has_no_accuracy_and_no_confusion() -> None:
    network = network_of("tanh", loss="squared_error")
    found = Evaluator(network, "regression", (INPUTS, INPUTS[:, :1])).evaluate(start_of(network), (0.0,))
    assert (found.train_accuracy, found.confusion) == (None, None)


def test_an_output_that_is_not_a_number_is_wrong_and_in_no_column() -> None:
    network = network_of("relu")
    found = evaluated(network, initial_state(network, np.full(network.size, np.nan)))
    assert found.train_accuracy == 0
    assert found.confusion is not None
    assert found.confusion.train == ((0, 0), (0, 0))
    assert found.health.status == "not_finite"
    assert {layer.status for layer in found.health.layers} == {"not_finite"}
    assert found.histograms[0].activation.counts == (0,) * 25


def test_dropout_below_one_does_not_show_in_an_evaluation() -> None:
    network = network_of("tanh", "tanh")
    assert evaluated(network, start_of(network), 0.5) == evaluated(network, start_of(network))


def test_a_layer_that_drops_everything_is_left_out() -> None:
    network = network_of("tanh")
    flat = network.initial("glorot_normal", 1.0, 0)
    named = network.unpack(flat) | {"b2": np.array([0.3])}
    state = initial_state(network, network.pack(named))
    found = evaluated(network, state, 1.0)
    assert found.train_loss == pytest.approx((np.logaddexp(0, 0.3) - 0.3 * BINARY[:30]).mean(), rel=1e-14)
    assert found.health.layers[0].norm == 0
    predictions = predict(network, state.parameters, state.running, (1.0,), INPUTS)
    assert np.ptp(predictions) == 0


def test_a_layer_is_left_out_only_while_its_rate_is_one() -> None:
    network = network_of("tanh")
    evaluator, state = Evaluator(network, "binary", TRAIN, TEST), start_of(network)
    first = evaluator.evaluate(state, (0.0,))
    evaluator.evaluate(state, (1.0,))
    assert evaluator.evaluate(state, (0.0,)) == first


def test_batch_norm_is_evaluated_with_its_running_averages() -> None:
    network = network_of("tanh", batch_norm=True)
    mean, variance = np.linspace(-1, 1, 6), np.linspace(0.5, 2, 6)
    start = start_of(network)
    state = State(1, start.parameters, np.concatenate([mean, variance]))
    named = network.unpack(state.parameters)
    z = (INPUTS @ named["W1"] + named["b1"] - mean) / np.sqrt(variance + 1e-5)
    outputs = 1 / (1 + np.exp(-(np.tanh(z) @ named["W2"] + named["b2"])))
    assert np.allclose(predict(network, state.parameters, state.running, (0.0,), INPUTS), outputs, rtol=1e-13)


@pytest.mark.parametrize("batch_norm", [False, True])
def test_gradients_are_those_of_the_loss_over_the_whole_training_split(batch_norm: bool) -> None:
    network = network_of("tanh", "elu", batch_norm=batch_norm)
    evaluator, state = Evaluator(network, "binary", TRAIN), start_of(network)
    found = evaluator.evaluate(state, (0.0, 0.0))
    for k in (1, 2, 3):
        named = network.unpack(state.parameters)
        slopes = np.zeros_like(named[f"W{k}"])
        for at in np.ndindex(slopes.shape):
            for sign in (1, -1):
                moved = {name: value.copy() for name, value in named.items()}
                moved[f"W{k}"][at] += sign * 1e-6
                there = State(0, network.pack(moved), state.running)
                slopes[at] += sign * evaluator.evaluate(there, (0.0, 0.0)).train_loss / 2e-6
        assert found.health.layers[k - 1].norm == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


def test_evaluating_changes_neither_state_nor_training() -> None:
    network = network_of("tanh", batch_norm=True)
    state, batch = start_of(network), make_batch(np.arange(8), INPUTS[:8], BINARY[:8])
    alone, watched = (Trainer(network, OptimizerSpec(), settings_of(network.spec, 0.1), state, 0) for _ in range(2))
    evaluator = Evaluator(network, "binary", TRAIN, TEST)
    for _ in range(5):
        alone.step(batch)
        watched.step(batch)
        evaluator.evaluate(watched.state(), (0.0,))
    assert (alone.state().parameters == watched.state().parameters).all()
    assert (alone.state().running == watched.state().running).all()


def test_a_run_that_stopped_reports_the_cause() -> None:
    network = network_of("relu")
    start = start_of(network)
    found = evaluated(network, State(4, start.parameters, start.running, finite=False))
    assert (found.stopped, found.health.status) == ("not_finite", "not_finite")
    assert evaluated(network, start).stopped is None


@pytest.mark.parametrize(
    ("activation", "initializer", "scale", "lower", "upper", "called"),
    [
        ("sigmoid", "glorot_normal", 1.0, 0.45, 0.85, "vanishing"),
        ("tanh", "glorot_normal", 1.0, -0.1, 0.25, "healthy"),
        ("relu", "he_normal", 2.5, -0.6, -0.2, "exploding"),
    ],
)
def test_five_layers_have_the_slope_that_theory_says(
    activation: str, initializer: str, scale: float, lower: float, upper: float, called: str
) -> None:
    network = network_of(*[activation] * 5, units=16)
    for seed in range(5):
        found = evaluated(network, start_of(network, initializer, scale, seed)).health
        assert found.slope is not None
        assert lower < found.slope < upper
        assert found.status == called


def test_a_step_layer_has_no_gradient_but_no_dead_units_and_is_reported_as_flat() -> None:
    network = network_of("tanh", "step", "tanh")
    found = evaluated(network, start_of(network)).health
    assert [layer.status for layer in found.layers] == ["no_gradient", "no_gradient", "healthy", "healthy"]
    assert [layer.flat for layer in found.layers] == [False, True, False, False]
    assert [layer.dead for layer in found.layers] == [0, 0, 0, 0]
    assert [layer.norm for layer in found.layers[:2]] == [0.0, 0.0]
    assert found.status == "no_gradient"


@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_weights_that_start_at_zero_get_no_gradient(activation: str) -> None:
    network = network_of(activation, activation)
    found = evaluated(network, start_of(network, "zeros")).health
    assert {found.status, *(layer.status for layer in found.layers)} == {"no_gradient"}


def test_at_a_dropout_of_one_no_weight_gets_a_gradient() -> None:
    network = network_of("tanh", "tanh")
    found = evaluated(network, start_of(network), 1.0).health
    assert {found.status, *(layer.status for layer in found.layers)} == {"no_gradient"}


def test_below_a_dead_layer_a_living_one_has_no_gradient() -> None:
    network = network_of("tanh", "relu")
    named = network.unpack(network.initial("glorot_normal", 1.0, 0)) | {"b2": np.full(6, -100.0)}
    found = evaluated(network, initial_state(network, network.pack(named))).health
    assert [layer.status for layer in found.layers] == ["no_gradient", "dead", "no_gradient"]
    assert found.status == "dead"


def test_a_batch_of_one_stops_the_gradient_before_the_last_batch_norm() -> None:
    hidden = (LayerSpec(4, "tanh"), LayerSpec(4, "tanh", batch_norm=True), LayerSpec(4, "tanh"))
    spec = NetworkSpec(2, hidden, 1, "binary_cross_entropy")
    network = Network(spec)
    trainer = Trainer(network, OptimizerSpec(), settings_of(spec, 0.1), start_of(network), 0)
    trainer.step(make_batch(np.arange(4), INPUTS[:4], BINARY[:4]))  # moves beta off 0
    statuses = {}
    for size in (1, 2):
        batch = make_batch(np.arange(size), INPUTS[:size], BINARY[:size])
        step = trainer.recorded_step(batch)
        assert [np.any(np.asarray(step[f"dW{k}"].value)) for k in (1, 2, 3, 4)] == [size > 1, size > 1, True, True]
        statuses[size] = [layer.status for layer in evaluated(network, trainer.state()).health.layers]
    assert statuses[1] == ["no_gradient", "no_gradient", "healthy", "healthy"]
    assert statuses[2] == ["healthy"] * 4


def test_a_network_that_fits_exactly_needs_no_gradient() -> None:
    network = network_of("tanh", loss="squared_error")
    state = start_of(network)
    outputs = predict(network, state.parameters, state.running, (0.0,), INPUTS)
    found = Evaluator(network, "regression", (INPUTS, outputs)).evaluate(state, (0.0,), epoch=2.0).health
    assert {layer.norm for layer in found.layers} == {0.0}
    assert (found.status, found.learning) == ("healthy", None)


def test_a_network_that_answers_alike_for_all_is_guessing_after_an_epoch() -> None:
    network = Network(NetworkSpec(2, (), 1, "binary_cross_entropy"))
    share = float(BINARY[:30].mean())
    state = initial_state(network, network.pack({"W1": [[0], [0]], "b1": [np.log(share / (1 - share))]}))
    evaluator = Evaluator(network, "binary", TRAIN, TEST)
    found = evaluator.evaluate(state, (), epoch=1.0)
    assert found.health.constant_loss == pytest.approx(found.train_loss, rel=1e-14)
    assert found.health.learning == "guessing"
    assert evaluator.evaluate(state, (), epoch=0.9).health.learning is None


def test_dead_and_saturated_units_are_found_by_number() -> None:
    network = network_of("relu", "tanh", units=4)
    named = network.unpack(network.initial("glorot_normal", 0.1, 0))
    named["b1"][[1, 3]] = -100
    named["b2"][2] = 9
    layers = evaluated(network, initial_state(network, network.pack(named))).health.layers
    assert layers[0].dead_units == (1, 3)
    assert layers[1].saturated_units == (2,)


def test_raw_housing_sizes_saturate_tanh() -> None:
    network = network_of("tanh", units=8)
    sizes = np.abs(INPUTS[:30]) * [2, 1500]
    found = Evaluator(network, "binary", (sizes, BINARY[:30])).evaluate(start_of(network), (0.0,))
    assert found.health.layers[0].status == "saturated"
    assert found.health.layers[0].dead == 0


def test_too_large_a_learning_rate_makes_a_relu_layer_die_and_those_dead_from_the_start_stay_counted_apart() -> None:
    angle = np.linspace(0, 40, 200)
    radius = np.where(np.arange(200) % 2 == 0, 0.45, 1.0)
    inputs = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    targets = (radius == 1)[:, None].astype(np.float64)
    network = network_of("relu", "relu", units=8)
    start = start_of(network, "he_normal")
    evaluator = Evaluator(network, "binary", (inputs, targets))
    baseline = evaluator.evaluate(start, (0.0, 0.0)).baseline
    found = evaluator.evaluate(trained(network, start, inputs, targets, rate=4.0, steps=300), (0.0, 0.0), baseline)
    ill = [layer for layer in found.health.layers if layer.status == "dead"]
    assert ill
    assert ill[0].dead > ill[0].dead_at_start == len(set(baseline.dead[ill[0].layer - 1]))


def test_histograms_count_every_activation_and_gradient_of_the_training_split() -> None:
    network = network_of("tanh", "relu")
    state = start_of(network)
    named = network.unpack(state.parameters)
    first = np.tanh(TRAIN[0] @ named["W1"] + named["b1"])
    counts, edges = np.histogram(first, 25)
    layers = evaluated(network, state).histograms
    assert [layer.layer for layer in layers] == [1, 2, 3]
    assert layers[0].activation.counts == tuple(counts.tolist())
    assert (layers[0].activation.lo, layers[0].activation.hi) == pytest.approx((edges[0], edges[-1]))
    assert [sum(layer.gradient.counts) for layer in layers] == [180, 180, 30]


def test_the_gradient_histogram_of_the_last_layer_is_that_of_probability_minus_target() -> None:
    network = network_of("tanh")
    state = start_of(network)
    errors = (predict(network, state.parameters, state.running, (0.0,), TRAIN[0]) - TRAIN[1]) / 30
    found = evaluated(network, state).histograms[-1].gradient
    assert (found.lo, found.hi) == pytest.approx((errors.min(), errors.max()))

"""Training steps: repeatable to the last bit, recorded or not, and without warnings whatever the numbers do."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.batch import make_batch, make_batches
from app.engine.network import Network
from app.engine.spec import ACTIVATION_NAMES, LOSS_NAMES, LayerSpec, OptimizerSpec
from app.engine.training import State, Trainer, initial_state

from .networks import batch_for, settings_for, spec, start, trainer_for, trainers

SAMPLES = st.lists(st.integers(1, 6), min_size=2, max_size=8)


def bits(state: State) -> tuple[Any, ...]:
    moments = {name: moment.tobytes() for name, moment in state.moments.items()}
    return state.step, state.parameters.tobytes(), state.running.tobytes(), moments, state.updates, state.finite


@settings(max_examples=60, deadline=None)
@given(trainers(), SAMPLES, st.integers(0, 100))
def test_recording_changes_no_bit(trainer: Trainer, sizes: list[int], seed: int) -> None:
    silent = Trainer(trainer.network, trainer.optimizer, trainer.settings, trainer.state(), trainer.seed)
    for k, samples in enumerate(sizes):
        batch = batch_for(trainer.network.spec, samples, seed + k)
        loss, step = silent.step(batch), trainer.recorded_step(batch)
        assert np.float64(loss).tobytes() == np.float64(step.loss).tobytes()
        assert bits(silent.state()) == bits(trainer.state())


@settings(max_examples=60, deadline=None)
@given(trainers(), SAMPLES, st.integers(0, 100))
def test_training_on_from_a_saved_state_repeats_every_bit(trainer: Trainer, sizes: list[int], seed: int) -> None:
    batches = [batch_for(trainer.network.spec, samples, seed + k) for k, samples in enumerate(sizes)]
    middle = len(sizes) // 2
    for batch in batches[:middle]:
        trainer.step(batch)
    kept = trainer.state()
    first = [trainer.recorded_step(batch)._data for batch in batches[middle:]]
    end = trainer.state()

    trainer.restore(kept)
    assert [trainer.recorded_step(batch)._data for batch in batches[middle:]] == first
    assert bits(trainer.state()) == bits(end)
    other = Trainer(trainer.network, trainer.optimizer, trainer.settings, kept, trainer.seed)
    for batch in batches[middle:]:
        other.step(batch)
    assert bits(other.state()) == bits(end)


@settings(max_examples=60, deadline=None)
@given(trainers(), st.integers(1, 6), st.integers(0, 100))
def test_the_next_parameters_are_those_before_plus_the_update(trainer: Trainer, samples: int, seed: int) -> None:
    step = trainer.recorded_step(batch_for(trainer.network.spec, samples, seed))
    with np.errstate(all="ignore"):
        assert (step.flat + step.update).tobytes() == trainer.state().parameters.tobytes()
        value = step["update"].value
        assert isinstance(value, dict)
        after = trainer.network.unpack(trainer.state().parameters)
        for name, before in step.parameters.items():
            np.testing.assert_array_equal(before + value[name], after[name])


def test_later_steps_do_not_change_a_state() -> None:
    network = spec(LayerSpec(4, "tanh", 0.5, True))
    trainer = trainer_for(network, optimizer="adam")
    trainer.step(batch_for(network))
    state = trainer.state()
    before = bits(state)
    trainer.step(batch_for(network))
    assert bits(state) == before
    for array in (state.parameters, state.running, *state.moments.values()):
        assert not array.flags.writeable


def test_a_state_of_another_network_is_refused() -> None:
    small, large = trainer_for(spec(LayerSpec(3, "tanh"))), trainer_for(spec(LayerSpec(4, "tanh")))
    with pytest.raises(ValueError, match=r"parameters have shape \(23,\)|parameters have shape \(20,\)"):
        large.restore(small.state())
    with pytest.raises(ValueError, match="do not fit"):
        large.restore(replace(large.state(), moments={"velocity": large.state().parameters}))
    with pytest.raises(ValueError, match="2 dropout rates"):
        large.settings = settings_for(large.network.spec, dropout=(0.1, 0.2))


def test_a_fork_may_change_its_optimizer() -> None:
    network = spec(LayerSpec(3, "tanh"))
    trainer = trainer_for(network)
    for _ in range(5):
        trainer.step(batch_for(network))
    state = replace(trainer.state(), moments={}, updates=0)
    fork = Trainer(trainer.network, OptimizerSpec("adam"), settings_for(network, 0.1), state, 0)
    step = fork.recorded_step(batch_for(network))
    assert step.step == 6
    np.testing.assert_allclose(np.abs(step.update), 0.1, rtol=1e-3)  # Adam's first update is η in every direction


def test_more_batch_sizes_than_workspaces_are_kept_change_nothing() -> None:
    network = spec(LayerSpec(3, "tanh", 0.3, True))
    trainer, fresh = trainer_for(network), trainer_for(network)
    for samples in (1, 2, 3, 4, 5, 6, 7, 1, 2):
        trainer.step(batch_for(network, samples))
        fresh.restore(replace(fresh.state()))
        fresh.step(batch_for(network, samples))
    assert bits(trainer.state()) == bits(fresh.state())
    assert len(trainer._workspaces) <= 4


def test_steps_count_from_one() -> None:
    network = spec()
    trainer = trainer_for(network)
    assert trainer.steps == 0
    assert trainer.recorded_step(batch_for(network)).step == 1
    assert trainer.steps == trainer.state().step == 1


# --- batch norm ---------------------------------------------------------------------------------------------------


def test_running_averages_take_a_tenth_of_each_batch_with_its_unbiased_variance() -> None:
    network = spec(LayerSpec(4, "tanh", 0.0, True), LayerSpec(2, "relu"), LayerSpec(3, "tanh", 0.0, True))
    trainer = trainer_for(network)
    wanted = {"running_mean1": 0.0, "running_variance1": 1.0, "running_mean3": 0.0, "running_variance3": 1.0}
    for k in range(3):
        step = trainer.recorded_step(batch_for(network, 5, k))
        for layer in (1, 3):
            z = np.asarray(step[f"z{layer}"].value)
            for name, batch in (("mean", z.mean(axis=0)), ("variance", z.var(axis=0, ddof=1))):
                wanted[f"running_{name}{layer}"] = 0.9 * wanted[f"running_{name}{layer}"] + 0.1 * batch
    found = trainer.network.unpack_running(trainer.state().running)
    assert set(found) == set(wanted)
    for name, numbers in wanted.items():
        np.testing.assert_allclose(found[name], numbers, rtol=1e-13)


def test_a_batch_of_one_is_normalised_to_beta() -> None:
    network = spec(LayerSpec(4, "tanh", 0.0, True))
    trainer = trainer_for(network)
    step = trainer.recorded_step(batch_for(network, 1))
    np.testing.assert_array_equal(np.asarray(step["n1"].value)[0], step.parameters["beta1"])
    np.testing.assert_array_equal(step["dW1"].value, np.zeros((3, 4)))
    running = trainer.network.unpack_running(trainer.state().running)
    np.testing.assert_allclose(running["running_mean1"], 0.1 * np.asarray(step["z1"].value)[0], rtol=1e-14)
    np.testing.assert_array_equal(running["running_variance1"], np.ones(4))


def test_batch_norm_uses_the_biased_variance() -> None:
    network = spec(LayerSpec(4, "tanh", 0.0, True))
    step = trainer_for(network).recorded_step(batch_for(network, 5))
    z = np.asarray(step["z1"].value)
    normal = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
    wanted = normal * step.parameters["gamma1"] + step.parameters["beta1"]
    np.testing.assert_allclose(step["n1"].value, wanted, rtol=1e-12, atol=1e-15)


# --- dropout at its ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
def test_dropping_everything_leaves_only_the_output_bias_to_learn(mask: str) -> None:
    network = spec(LayerSpec(4, "relu", 1.0), LayerSpec(4, "tanh", 1.0), dropout_mask=mask, loss="binary_cross_entropy")
    trainer = trainer_for(network, learning_rate=0.5)
    before = trainer.network.unpack(trainer.state().parameters)
    for k in range(20):
        step = trainer.recorded_step(batch_for(network, 6, k))
        np.testing.assert_array_equal(np.asarray(step["d2"].value), 0.0)
        np.testing.assert_array_equal(step["z3"].value, np.tile(step.parameters["b3"], (6, 1)))
        assert step.finite
    after = trainer.network.unpack(trainer.state().parameters)
    for name in before:
        assert (before[name].tobytes() == after[name].tobytes()) == (name != "b3"), name


def test_a_rate_of_zero_is_no_dropout() -> None:
    dropped, plain = spec(LayerSpec(4, "tanh", 0.5)), spec(LayerSpec(4, "tanh"))
    patched = trainer_for(dropped)
    patched.settings = settings_for(dropped, dropout=(0.0,))
    other = trainer_for(plain)
    for k in range(3):
        assert patched.step(batch_for(plain, 5, k)) == other.step(batch_for(plain, 5, k))
    assert bits(patched.state()) == bits(other.state())


def test_a_changed_rate_is_in_force_at_the_next_step() -> None:
    network = spec(LayerSpec(50, "tanh"), LayerSpec(50, "tanh"))
    trainer = trainer_for(network)
    trainer.step(batch_for(network))
    trainer.settings = replace(trainer.settings, dropout=(0.9, 0.9))
    step = trainer.recorded_step(batch_for(network))
    for name in ("d1", "d2"):
        mask = step[name].mask
        assert mask is not None
        assert mask.mean() < 0.4
    assert step.dropout == 0.9


# --- numbers that are none ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize("loss", LOSS_NAMES)
@pytest.mark.parametrize("name", ACTIVATION_NAMES)
def test_overflowing_numbers_neither_raise_nor_warn(name: str, loss: str, batch_norm: bool) -> None:
    network = spec(LayerSpec(4, name, 0.2, batch_norm), LayerSpec(3, name, 0.0, batch_norm), loss=loss)
    for scale in (1e3, 1e160, 1e308, np.nan, np.inf):
        trainer = trainer_for(network, optimizer="adam", learning_rate=1000.0, l1=0.1, l2=0.1, clip_norm=1.0)
        rows = batch_for(network, 4)
        with np.errstate(all="ignore"):
            batch = make_batch(rows.indices, rows.inputs * scale, rows.targets)
        for _ in range(3):
            step = trainer.recorded_step(batch)
        assert len(step.tape) == len(step.summaries())
        step.spotlight(batch.inputs[0], batch.targets[0], 0)
        _ = (step.loss_after, step.loss_predicted, step.penalty)


@pytest.mark.parametrize("kind", ["sgd", "momentum", "nesterov", "rmsprop", "adam"])
@pytest.mark.parametrize("clip", [None, 0.1])
def test_one_missing_input_spreads_through_the_network_and_is_reported(kind: str, clip: float | None) -> None:
    network = spec(LayerSpec(4, "relu"), LayerSpec(4, "relu"))
    trainer = trainer_for(network, optimizer=kind, clip_norm=clip)
    rows = batch_for(network, 4)
    inputs = rows.inputs.copy()
    inputs[2, 1] = np.nan
    trainer.step(rows)
    assert trainer.finite
    step = trainer.recorded_step(make_batch(rows.indices, inputs, rows.targets))
    assert not step.finite
    assert not trainer.finite
    assert not trainer.state().finite
    assert np.isnan(trainer.state().parameters).all()


def test_a_loss_that_overflows_alone_is_reported() -> None:
    """The gradient is still finite when the squares are not."""
    network = spec(outputs=1)
    rows = batch_for(network, 2)
    trainer = trainer_for(network, learning_rate=0.0)
    step = trainer.recorded_step(make_batch(rows.indices, rows.inputs, rows.targets * 1e200))
    assert step.loss == np.inf
    assert np.isfinite(step.gradients).all()
    assert not step.finite
    assert step["L"].not_finite == {"nan": 0, "+inf": 1, "-inf": 0}


def test_rewinding_a_run_that_is_not_finite_makes_it_finite() -> None:
    network = spec(LayerSpec(4, "relu"))
    trainer = trainer_for(network)
    finite_state = trainer.state()
    rows = batch_for(network, 2)
    trainer.step(make_batch(rows.indices, rows.inputs * np.nan, rows.targets))
    assert not trainer.finite
    trainer.restore(finite_state)
    assert trainer.finite
    assert np.isfinite(trainer.step(rows))
    assert trainer.finite


def test_a_gradient_that_overflows_alone_is_reported_also_where_it_is_clipped() -> None:
    network = Network(spec(LayerSpec(1, "linear"), inputs=1, outputs=1))
    parameters = network.pack({"W1": [[1e-200]], "b1": [0.0], "W2": [[1.0]], "b2": [0.0]})
    for clip in (None, 1.0):
        settings = settings_for(network.spec, 0.0, clip_norm=clip)
        trainer = Trainer(network, OptimizerSpec(), settings, initial_state(network, parameters), 0)
        step = trainer.recorded_step(make_batch([0], [[1e200]], [[-1e150]]))
        assert np.isinf(np.asarray(step["dW1"].value)).all()
        assert not step.finite


# --- batches ------------------------------------------------------------------------------------------------------


def test_an_epoch_cut_at_once_is_the_same_as_batch_by_batch() -> None:
    rng = np.random.default_rng(0)
    indices, inputs, targets = rng.permutation(17), rng.normal(size=(17, 3)), rng.normal(size=(17, 2))
    batches = make_batches(indices, inputs, targets, 5)
    assert [batch.size for batch in batches] == [5, 5, 5, 2]
    for k, batch in enumerate(batches):
        rows = slice(5 * k, 5 * k + 5)
        np.testing.assert_array_equal(batch.indices, indices[rows])
        np.testing.assert_array_equal(batch.inputs, inputs[rows])
        np.testing.assert_array_equal(batch.targets, targets[rows])
        for array in (batch.indices, batch.x, batch.xT, batch.y):
            assert not array.flags.writeable
    assert [batch.size for batch in make_batches(indices, inputs, targets, 100)] == [17]


def test_a_batch_is_a_copy() -> None:
    indices, inputs, targets = np.arange(2), np.ones((2, 3)), np.ones((2, 1))
    batch = make_batch(indices, inputs, targets)
    indices[:], inputs[:], targets[:] = 9, 9, 9
    np.testing.assert_array_equal(batch.indices, [0, 1])
    np.testing.assert_array_equal(batch.inputs, np.ones((2, 3)))
    np.testing.assert_array_equal(batch.targets, np.ones((2, 1)))


@pytest.mark.parametrize(
    ("indices", "inputs", "targets"),
    [([], [], []), ([0], [[1.0], [2.0]], [[1.0]]), ([0], [1.0], [[1.0]]), ([0], [[1.0]], [1.0])],
)
def test_samples_that_do_not_belong_together_make_no_batch(indices: Any, inputs: Any, targets: Any) -> None:
    with pytest.raises(ValueError, match="samples"):
        make_batch(indices, inputs, targets)


def test_a_start_of_the_wrong_size_is_refused() -> None:
    network = Network(spec())
    with pytest.raises(ValueError, match="wanted"):
        initial_state(network, start(network)[:-1])

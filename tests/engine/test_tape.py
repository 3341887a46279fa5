"""Recorded steps: names, order, what each operation read, and what it cost."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.spec import LayerSpec
from app.engine.tape import Step
from app.engine.training import Trainer

from .networks import batch_for, spec, trainer_for, trainers

PHASES = ("forward", "loss", "backward", "update")
SAMPLES, SEEDS = st.integers(1, 6), st.integers(0, 100)


def operations_of(step: Step) -> list[tuple[Any, ...]]:
    return [(r.name, r.kind, r.phase, r.layer, r.reads, r.multiplications) for r in step.tape]


def test_the_tape_of_a_plain_network() -> None:
    network = spec(LayerSpec(4, "tanh"), LayerSpec(5, "gelu"), loss="softmax_cross_entropy")
    cross, step = "softmax_cross_entropy", trainer_for(network).recorded_step(batch_for(network))
    assert operations_of(step) == [
        ("x", "input", "forward", 0, (), 0),
        ("z1", "dense", "forward", 1, ("x", "W1", "b1"), 12),
        ("a1", "tanh", "forward", 1, ("z1",), 0),
        ("z2", "dense", "forward", 2, ("a1", "W2", "b2"), 20),
        ("a2", "gelu", "forward", 2, ("z2",), 0),
        ("z3", "dense", "forward", 3, ("a2", "W3", "b3"), 10),
        ("L", cross, "loss", 3, ("z3", "y"), 0),
        ("dz3", cross, "backward", 3, ("L", "z3", "y"), 2),
        ("dW3", "dense", "backward", 3, ("dz3", "a2"), 10),
        ("db3", "dense", "backward", 3, ("dz3",), 0),
        ("da2", "dense", "backward", 2, ("dz3", "W3"), 10),
        ("dz2", "gelu", "backward", 2, ("da2", "z2"), 5),
        ("dW2", "dense", "backward", 2, ("dz2", "a1"), 20),
        ("db2", "dense", "backward", 2, ("dz2",), 0),
        ("da1", "dense", "backward", 1, ("dz2", "W2"), 20),
        ("dz1", "tanh", "backward", 1, ("da1", "a1"), 4),
        ("dW1", "dense", "backward", 1, ("dz1", "x"), 12),
        ("db1", "dense", "backward", 1, ("dz1",), 0),
        ("update", "sgd", "update", None, ("dW1", "db1", "dW2", "db2", "dW3", "db3"), step.network.size),
    ]


def test_the_tape_with_batch_norm_and_dropout() -> None:
    network = spec(LayerSpec(4, "sigmoid", 0.5, True), loss="binary_cross_entropy", outputs=1)
    cross = "binary_cross_entropy"
    step = trainer_for(network, optimizer="adam", l2=0.1).recorded_step(batch_for(network))
    gradients = ("dW1", "db1", "dgamma1", "dbeta1", "dW2", "db2")
    assert operations_of(step) == [
        ("x", "input", "forward", 0, (), 0),
        ("z1", "dense", "forward", 1, ("x", "W1", "b1"), 12),
        ("n1", "batch_norm", "forward", 1, ("z1", "gamma1", "beta1"), 4),
        ("a1", "sigmoid", "forward", 1, ("n1",), 0),
        ("d1", "dropout", "forward", 1, ("a1",), 4),
        ("z2", "dense", "forward", 2, ("d1", "W2", "b2"), 4),
        ("L", cross, "loss", 2, ("z2", "y"), 0),
        ("dz2", cross, "backward", 2, ("L", "z2", "y"), 1),
        ("dW2", "dense", "backward", 2, ("dz2", "d1"), 4),
        ("db2", "dense", "backward", 2, ("dz2",), 0),
        ("dd1", "dense", "backward", 1, ("dz2", "W2"), 4),
        ("da1", "dropout", "backward", 1, ("dd1", "d1"), 4),
        ("dn1", "sigmoid", "backward", 1, ("da1", "a1"), 4),
        ("dgamma1", "batch_norm", "backward", 1, ("dn1", "z1"), 4),
        ("dbeta1", "batch_norm", "backward", 1, ("dn1",), 0),
        ("dz1", "batch_norm", "backward", 1, ("dn1", "z1", "gamma1", "dgamma1", "dbeta1"), 4),
        ("dW1", "dense", "backward", 1, ("dz1", "x"), 12),
        ("db1", "dense", "backward", 1, ("dz1",), 0),
        ("update", "adam", "update", None, (*gradients, "W1", "W2"), step.network.size),
    ]


def test_an_output_activation_is_recorded_with_its_gradient() -> None:
    network = spec(output_activation="tanh", outputs=1)
    step = trainer_for(network).recorded_step(batch_for(network))
    assert operations_of(step)[1:7] == [
        ("z1", "dense", "forward", 1, ("x", "W1", "b1"), 3),
        ("a1", "tanh", "forward", 1, ("z1",), 0),
        ("L", "squared_error", "loss", 1, ("a1", "y"), 0),
        ("da1", "squared_error", "backward", 1, ("L", "a1", "y"), 0),
        ("dz1", "tanh", "backward", 1, ("da1", "a1"), 1),
        ("dW1", "dense", "backward", 1, ("dz1", "x"), 3),
    ]
    np.testing.assert_array_equal(step["L"].outputs, step["a1"].value)


@settings(max_examples=60, deadline=None)
@given(trainers(), SAMPLES, SEEDS)
def test_a_record_reads_only_earlier_records(trainer: Trainer, samples: int, seed: int) -> None:
    step = trainer.recorded_step(batch_for(trainer.network.spec, samples, seed))
    known = {"y", *step.parameters}
    for record in step.tape:
        assert set(record.reads) <= known, record.name
        known.add(record.name)
    phases = [PHASES.index(record.phase) for record in step.tape]
    assert phases == sorted(phases)
    assert len({record.name for record in step.tape}) == len(step.tape)


@settings(max_examples=60, deadline=None)
@given(trainers(), SAMPLES, SEEDS)
def test_what_is_restored_on_reading_is_what_was_computed(trainer: Trainer, samples: int, seed: int) -> None:
    """Only products, mask and loss are copied at the time; the rest must follow to the last bit."""
    for k in range(2):
        step = trainer.recorded_step(batch_for(trainer.network.spec, samples, seed + k))
        workspace = trainer._workspaces[samples]
        with np.errstate(all="ignore"), step.layout.spare_workspace() as spare:
            spare.parameters[:] = step.flat
            spare.restore(step._data)
            memory = spare.memory.copy()
        for name, slot in step.layout.slots.items():
            if name.startswith(("scratch", "slope_last")):
                continue
            computed, restored = workspace.area(name), slot.view(memory)
            if name in ("da", "dd", "dz", "dn", "slope", "x_hat"):  # rows of ones hold nothing here
                rows = [layer for k in range(len(workspace.hidden)) for layer in _rows(workspace.layout.units(k + 1))]
                computed, restored = computed[rows], restored[rows]
            assert computed.tobytes() == restored.tobytes(), name


def _rows(units: slice) -> range:
    return range(units.start, units.stop)


@settings(max_examples=60, deadline=None)
@given(trainers(), SAMPLES, SEEDS)
def test_a_step_is_finite_or_names_what_is_not(trainer: Trainer, samples: int, seed: int) -> None:
    for k in range(4):
        step = trainer.recorded_step(batch_for(trainer.network.spec, samples, seed + k))
        with np.errstate(all="ignore"):
            after = step.flat + step.update
        finite = bool(np.isfinite(step.loss) and np.isfinite(step.gradients).all() and np.isfinite(after).all())
        assert step.finite == finite
        assert trainer.finite == finite
        for record in step.tape:
            assert record.finite == (record.not_finite is None)
            assert record.not_finite is None or sum(record.not_finite.values()) > 0
        assert {s.name for s in step.tape} == set(step.summaries())
        step.spotlight(step.batch.inputs[0], step.batch.targets[0], 0)
        assert isinstance(step.loss_after + step.loss_predicted + step.penalty, float)
        if not finite:
            break


def test_records_are_batch_by_units_contiguous_and_closed() -> None:
    network = spec(LayerSpec(4, "sigmoid", 0.5, True), loss="binary_cross_entropy")
    step = trainer_for(network).recorded_step(batch_for(network, 6))
    assert np.shape(step["x"].value) == (6, 3)
    assert np.shape(step["z1"].value) == np.shape(step["dd1"].value) == (6, 4)
    assert np.shape(step["dW1"].value) == (3, 4)
    assert np.shape(step["L"].outputs) == (6, 2)
    arrays: list[Any] = [*step.parameters.values(), step.batch.inputs, step.batch.targets, step.flat, step.gradients]
    for record in step.tape:
        values = record.value.values() if isinstance(record.value, dict) else [record.value]
        arrays += [*values, record.mask, record.outputs]
    for array in arrays:
        if isinstance(array, np.ndarray):
            assert array.flags.c_contiguous
            assert not array.flags.writeable


def test_a_returned_step_never_changes() -> None:
    network = spec(LayerSpec(4, "tanh", 0.5, True))
    trainer = trainer_for(network)
    early, late = (trainer_for(network).recorded_step(batch_for(network)) for _ in range(2))
    before = {record.name: np.array(record.value).tobytes() for record in early.tape if record.name != "update"}
    step = trainer.recorded_step(batch_for(network))
    for k in range(5):
        trainer.recorded_step(batch_for(network, 5, k))
    for looked_at in (early, late, step):
        after = {record.name: np.array(record.value).tobytes() for record in looked_at.tape if record.name != "update"}
        assert after == before


def test_the_mask_is_what_was_dropped() -> None:
    network = spec(LayerSpec(40, "tanh", 0.25), dropout_mask="per_sample")
    step = trainer_for(network).recorded_step(batch_for(network, 6))
    mask = step["d1"].mask
    assert mask is not None
    assert set(np.unique(mask)) == {0, 1}
    np.testing.assert_allclose(step["d1"].value, np.asarray(step["a1"].value) * mask / 0.75, rtol=1e-14)


def test_a_layer_that_drops_nothing_has_no_record_of_it() -> None:
    network = spec(LayerSpec(4, "tanh", 0.5), LayerSpec(4, "tanh", 0.0))
    names = [record.name for record in trainer_for(network).recorded_step(batch_for(network)).tape]
    assert "d1" in names
    assert "d2" not in names


def test_parameter_gradients_report_their_norm() -> None:
    network = spec(LayerSpec(4, "tanh", 0.0, True))
    step = trainer_for(network).recorded_step(batch_for(network))
    with_norm = {record.name for record in step.tape if record.norm is not None}
    assert with_norm == {f"d{name}" for name in step.network.names}
    for name in step.network.names:
        assert step[f"d{name}"].norm == pytest.approx(np.linalg.norm(np.asarray(step[f"d{name}"].value)), rel=1e-14)


def test_the_loss_after_a_step_is_near_its_prediction() -> None:
    network = spec(LayerSpec(4, "tanh", 0.5), dropout_mask="per_sample")
    trainer = trainer_for(network, learning_rate=1e-4)
    step = trainer.recorded_step(batch_for(network))
    assert step.loss_after < step.loss
    slope = -1e-4 * float(step.gradients @ step.gradients)
    assert step.loss_predicted == pytest.approx(step.loss + slope, rel=1e-14)
    assert step.loss_after == pytest.approx(step.loss_predicted, abs=1e-2 * abs(slope))


def test_the_loss_after_is_the_next_steps_loss_where_nothing_is_dropped() -> None:
    network = spec(LayerSpec(4, "tanh", 0.0, True), loss="binary_cross_entropy")
    trainer, batch = trainer_for(network), batch_for(network)
    step = trainer.recorded_step(batch)
    assert step.loss_after == trainer.step(batch)


def test_not_finite_numbers_are_counted() -> None:
    network = spec(LayerSpec(3, "relu"), inputs=1)
    batch = batch_for(network, 2)
    trainer = trainer_for(network)
    trainer.restore(_with(trainer, W1=[[np.inf, np.nan, 1.0]]))
    z1 = trainer.recorded_step(batch)["z1"]
    assert z1.not_finite is not None
    assert z1.not_finite["nan"] == 2
    assert z1.not_finite["+inf"] + z1.not_finite["-inf"] == 2
    assert not z1.finite


def _with(trainer: Trainer, **parameters: Any) -> Any:
    state = trainer.state()
    named = trainer.network.unpack(state.parameters) | parameters
    return replace(state, parameters=trainer.network.pack(named))


def test_a_summary_reports_the_share_of_dead_units() -> None:
    network = spec(LayerSpec(4, "relu"), inputs=1)
    trainer = trainer_for(network)
    trainer.restore(_with(trainer, W1=[[0.0] * 4], b1=[-1.0, 1.0, -1.0, -1.0]))
    summary = trainer.recorded_step(batch_for(network)).summaries()["a1"]
    assert summary.dead == 0.75
    assert summary.mean == pytest.approx(0.25)
    assert summary.histogram.counts[0] == 15
    assert summary.histogram.counts[-1] == 5
    assert trainer.recorded_step(batch_for(network)).summaries()["z1"].dead is None

"""The sum over paths: autograd's gradients of one sample, and the counts of the published table."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.engine.pathsum import PathSum, path_sum, summed_paths, tape_multiplications
from app.engine.spec import LayerSpec, NetworkSpec
from app.engine.tape import Step

from .gradient_references import by_autograd
from .networks import batch_for, spec, trainer_for


def summed(step: Step, row: int | None = 0, sample: tuple[Any, Any] | None = None) -> PathSum:
    inputs, target = sample or (step.batch.inputs[row or 0], step.batch.targets[row or 0])
    work = path_sum(step, step.network, (inputs, target, row))
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]


def layers(*widths: int) -> NetworkSpec:
    return spec(*(LayerSpec(n, "tanh") for n in widths[1:-1]), inputs=widths[0], outputs=widths[-1])


@pytest.mark.parametrize(
    ("widths", "paths", "naive", "tape"),
    [((1, 2, 2, 1), 10, 44, 19), ((2, 8, 8, 1), 200, 1040, 177), ((2, 8, 8, 8, 1), 1608, 11536, 313)],
)
def test_its_operation_counts_are_those_of_the_table(
    widths: tuple[int, ...], paths: int, naive: int, tape: int
) -> None:
    network = layers(*widths)
    step = trainer_for(network).recorded_step(batch_for(network, 1))
    found = summed(step)
    assert (found.paths, found.multiplications) == (paths, naive)
    assert summed_paths(widths) == paths
    assert step.path_multiplications == naive
    assert tape_multiplications(widths) == tape
    assert found.seconds > 0


@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy", "softmax_cross_entropy"])
@pytest.mark.parametrize("output", ["linear", "sigmoid"])
def test_it_is_the_gradient_that_autograd_finds(loss: str, output: str) -> None:
    if output != "linear" and loss != "squared_error":
        return
    network = spec(LayerSpec(3, "gelu"), LayerSpec(4, "sigmoid", 0.5), LayerSpec(2, "tanh"), loss=loss)
    network = replace(network, output_activation=output)
    step = trainer_for(network, seed=3).recorded_step(batch_for(network, 1))
    _, gradients = by_autograd(step)
    found = summed(step)
    for name, values in found.gradients.items():
        np.testing.assert_allclose(values, gradients[name], rtol=1e-9, atol=1e-15, err_msg=name)
    assert found.largest_difference < 1e-15
    assert found.largest_gradient == pytest.approx(max(np.abs(gradients[name]).max() for name in found.gradients))


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
def test_the_mean_over_a_batchs_samples_is_its_gradient(mask: str) -> None:
    network = spec(LayerSpec(4, "tanh", 0.5), LayerSpec(3, "relu", 0.25), dropout_mask=mask)
    step = trainer_for(network).recorded_step(batch_for(network, 5))
    parts = [summed(step, row) for row in range(5)]
    for name in ("W1", "W2", "W3"):
        mean = np.mean([part.gradients[name] for part in parts], axis=0)
        np.testing.assert_allclose(mean, step[f"d{name}"].value, rtol=1e-9, atol=1e-15)


def test_a_sample_from_outside_and_batch_norm_agree_with_the_spotlight() -> None:
    network = spec(LayerSpec(4, "tanh", 0.5, True), LayerSpec(3, "elu", 0.0, True), dropout_mask="per_sample")
    step = trainer_for(network).recorded_step(batch_for(network, 5))
    found = summed(step, None, (np.array([0.3, -1.0, 2.0]), np.array([1.0, -1.0])))
    assert found.largest_difference < 1e-14
    assert found.multiplications == step.path_multiplications


def test_dropping_everything_leaves_the_last_layer_without_a_path() -> None:
    network = spec(LayerSpec(3, "tanh", 1.0))
    found = summed(trainer_for(network).recorded_step(batch_for(network, 2)))
    assert not any(values.any() for values in found.gradients.values())


def test_its_factors_multiplied_by_hand_give_the_same_sum() -> None:
    network = spec(LayerSpec(3, "tanh", 0.5), LayerSpec(2, "sigmoid"), outputs=1, inputs=2)
    step = trainer_for(network, seed=1).recorded_step(batch_for(network, 1))
    found, W3 = summed(step), step.parameters["W3"]
    factors, i, j = found.factors, 1, 2
    total = 0.0
    for middle, last in product(range(2), range(1)):
        first = np.prod([factor[j] for factor in factors.slopes[0]])
        second = np.prod([factor[middle] for factor in factors.slopes[1]])
        third = np.prod([factor[last] for factor in factors.slopes[2]])
        weights = step.parameters["W2"][j, middle] * W3[middle, last]
        total += factors.below[0][i] * first * second * third * weights * factors.top[last]
    assert found.gradients["W1"][i, j] == pytest.approx(total, rel=1e-12)


def test_it_yields_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.pathsum.SLICE", -1.0)
    network = layers(2, 8, 8, 1)
    step = trainer_for(network).recorded_step(batch_for(network, 1))
    monkeypatch.setattr("app.engine.pathsum._PATHS_PER_CLOCK_CHECK", 10)
    assert len(list(path_sum(step, step.network, (step.batch.inputs[0], step.batch.targets[0], 0)))) == 20

"""Instruments: they agree with a run's records, and move nothing."""

from typing import Any

import numpy as np
import pytest

from app.engine.batch import make_batch
from app.engine.gradcheck import losses
from app.engine.workspace import Layout, Workspace
from app.runs import instruments
from app.runs.build import plan
from app.runs.config import LayerConfig, RunConfig
from app.runs.errors import FieldsError, UnknownStepError
from app.runs.run import Run
from app.runs.slices import finish
from tests.runs.trained import changed_run, layers, train


def small(**more: Any) -> Run:
    hidden = [LayerConfig(units=4, activation="tanh", batch_norm=True), LayerConfig(units=3, activation="relu")]
    return train(Run(plan(RunConfig(hidden=hidden, dropout=0.3, dataset="spirals3", **more))), 12)


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
@pytest.mark.parametrize("step", [1, 7, 12, 13])
def test_the_slope_between_both_sides_is_the_recorded_gradient(mask: str, step: int) -> None:
    run = small(dropout_mask=mask)
    edge = instruments.Perturbation("W2", (3, 1))
    found = finish(instruments.check_weight(run, edge, step, None))()
    assert found.step == step
    if step <= 12:
        line = finish(run.recorded(step, "full", None)).step
        assert found.gradient == np.asarray(line["dW2"].value)[3, 1]
        assert found.loss == pytest.approx(line.loss, rel=1e-12)
        assert found.weight == line.parameters["W2"][3, 1]
    assert found.secant == pytest.approx(found.gradient, rel=1e-6, abs=1e-9)
    assert len(found.curve) == 29


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
def test_the_values_on_both_sides_lie_around_those_of_the_spotlight(mask: str) -> None:
    run = small(dropout_mask=mask)
    inside = int(finish(run.recorded(12, "full", None)).step.batch.indices[2])
    found = finish(instruments.check_weight(run, instruments.Perturbation("W1", (0, 2), h=1e-7), None, inside))()
    spot = finish(run.recorded(12, "full", run.resolve_spotlight(inside))).spotlight
    assert spot is not None
    for name, low in found.spotlight["below"].items():
        assert low == pytest.approx(spot[name], abs=1e-5), name
        assert found.spotlight["above"][name] == pytest.approx(spot[name], abs=1e-5), name


def test_every_weight_can_be_checked_at_once() -> None:
    found = finish(instruments.check_all_weights(small(), None))()
    assert found.parameters["W1"].shape == (2, 4)
    assert found.worst[2] < 1e-4
    assert max(float(errors.max()) for errors in found.parameters.values()) == found.worst[2]


def test_an_unknown_weight_or_step_is_refused() -> None:
    with pytest.raises(FieldsError, match="W9"):
        finish(instruments.check_weight(small(), instruments.Perturbation("W9", (0, 0)), None, None))
    with pytest.raises(FieldsError, match=r"0\.\.1,0\.\.3"):
        finish(instruments.check_weight(small(), instruments.Perturbation("W1", (2, 0)), None, None))
    with pytest.raises(UnknownStepError):
        finish(instruments.check_weight(small(), instruments.Perturbation("W1", (0, 0)), 14, None))


def test_the_profile_of_sigmoid_layers_falls_as_theory_says_and_that_of_relu_layers_does_not() -> None:
    sigmoid = finish(instruments.layer_profile(changed_run("vanishing", {}, 0), None))()
    assert sigmoid.status == "vanishing"
    assert sigmoid.slope > sigmoid.theory_slope - 0.1
    assert sigmoid.noise_slope == pytest.approx(sigmoid.theory_noise_slope, abs=4)
    relu = {"hidden": layers(8, "relu", 5), "initializer": "he_normal"}
    healthy = finish(instruments.layer_profile(changed_run("vanishing", relu, 0), None))()
    assert healthy.status == "healthy"
    assert healthy.theory_slope is None
    assert healthy.noise_slope > -8


def test_a_linear_unit_has_an_exact_limit_and_any_other_an_estimate_of_it() -> None:
    run = changed_run("limit", {}, 0)
    exact = finish(instruments.stability_limit(run, None))()
    assert exact.exact
    samples = run.plan.samples
    table = np.column_stack([samples.values[: samples.train], np.ones(samples.train)])
    assert exact.limit == pytest.approx(2 / np.linalg.eigvalsh(table.T @ table / samples.train)[-1])
    small_batch = finish(instruments.stability_limit(changed_run("limit", {"batch_size": 10}, 0), None))()
    assert small_batch.limit == exact.limit
    assert not small_batch.exact
    net = finish(instruments.stability_limit(changed_run("limit", {"hidden": layers(3, "linear")}, 0), None))()
    assert not net.exact
    assert net.settled


def test_power_iteration_finds_the_largest_curvature_of_a_small_net() -> None:
    run = changed_run("symmetry", {"hidden": layers(2, "tanh"), "initializer": "glorot_normal"}, 50)
    found = finish(instruments.stability_limit(run, None))()
    network, state = run.plan.network, run.cursor.trainer.state()
    samples = run.plan.samples

    def loss(points: Any) -> Any:
        return losses(network, points, samples.values[: samples.train], samples.targets[: samples.train], [None])

    size, h = network.size, 1e-3
    unit = h * np.eye(size)
    pairs = (unit[:, None] + unit[None]).reshape(-1, size)
    apart = (unit[:, None] - unit[None]).reshape(-1, size)
    here = state.parameters
    hessian = (loss(here + pairs) + loss(here - pairs) - loss(here + apart) - loss(here - apart)) / (4 * h * h)
    largest = np.linalg.eigvalsh(hessian.reshape(size, size))[-1]
    assert found.curvature == pytest.approx(largest, rel=1e-2)


def test_five_scalings_are_compared_after_the_same_steps() -> None:
    run = changed_run("scaling", {}, 50)
    found = finish(instruments.compare_scalings(run, None))()
    assert [item.scaling for item in found.scalings] == ["none", "linear", "standard", "clip", "log"]
    assert {item.step for item in found.scalings} == {50}
    raw = found.scalings[0]
    assert raw.in_force
    assert raw.train_loss == run.evaluation().evaluation.train_loss
    assert raw.kappa > 1e5 > 1e3 > found.scalings[1].kappa > found.scalings[2].kappa


def test_the_error_of_an_average_falls_with_the_root_of_its_members() -> None:
    run = changed_run("ensemble", {}, 1500)
    found = finish(instruments.measure_ensemble(run, 64, 6, None))()
    ensemble = found.found
    assert ensemble.subnetworks == 1024
    assert ensemble.geometric_difference < 1e-12
    assert ensemble.slope == pytest.approx(-0.5, abs=0.06)
    assert ensemble.average_loss < ensemble.member_loss
    assert [item.members for item in ensemble.averages] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert found.surfaces.used.shape == (1, 6, 6)
    assert len(found.surfaces.members) == len(found.surfaces.masks) == 24
    view = finish(run.evaluation_at(1500, type(run.evaluation().view)(6, "numbers"))).surfaces
    assert found.surfaces.used[0] == pytest.approx(np.asarray(view[-1])[0])


def test_a_network_that_drops_nothing_has_no_members() -> None:
    with pytest.raises(FieldsError, match="only one sub-network"):
        finish(instruments.measure_ensemble(changed_run("paths", {}, 0), 8, 0, None))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"dropout": 0.4},
        {"dropout": 0.4, "dropout_mask": "per_sample"},
        {"batch_norm": True},
        {"dropout": 1.0},
        {"dataset": "hills", "output_activation": "tanh"},
        {"dataset": "spirals3", "hidden": layers(5, "gelu", 2)},
        {"hidden": []},
    ],
    ids=str,
)
def test_the_sum_over_paths_is_the_gradient_and_costs_what_the_formula_says(more: dict[str, Any]) -> None:
    run = changed_run("paths", more, 2)
    found = finish(instruments.sum_paths(run, None, None, True))()
    step = finish(run.recorded(2, "full", None)).step
    assert found.executed is not None
    assert found.executed.multiplications == step.path_multiplications == found.estimate.multiplications
    assert found.executed.largest_difference <= 1e-15 + 1e-12 * found.executed.largest_gradient
    assert found.executed.paths == found.estimate.summed_paths
    elsewhere = finish(instruments.sum_paths(run, 1, 299 - 150, True))().executed
    assert elsewhere is not None
    assert elsewhere.largest_difference <= 1e-15 + 1e-12 * elsewhere.largest_gradient


def test_a_sum_over_too_many_paths_is_refused_with_its_number() -> None:
    run = changed_run("paths", {"hidden": layers(8, "sigmoid", 10)}, 0)
    with pytest.raises(FieldsError, match="71\u202f436\u202f700\u202f944"):
        finish(instruments.sum_paths(run, None, None, True))
    estimated = finish(instruments.sum_paths(run, None, None, False))()
    assert estimated.executed is None
    assert estimated.estimate.seconds > 30
    assert estimated.estimate.tape_multiplications == 1265
    assert estimated.estimate.deeper[9].multiplications == estimated.estimate.multiplications


def test_no_edge_is_called_wrong_for_lying_at_a_kink() -> None:
    """2-4-4-1 ReLUs with He's weights: in some layers every unit is off, and z of the next is 0 exactly."""
    relu = {"hidden": layers(4, "relu", 2), "initializer": "he_normal"}
    marked = 0
    for seed in range(40):
        run = Run(plan(RunConfig.model_validate(relu | {"seed": seed})))
        whole, each = run.gradient_check()(), finish(instruments.check_all_weights(run, None))()
        assert whole.max_relative_error < 1e-7
        assert each.worst[2] < 1e-4
        assert {item.name: item.at_kink for item in whole.parameters} == {
            name: int(flags.sum()) for name, flags in each.at_kink.items()
        }
        marked += sum(item.at_kink for item in whole.parameters) > 0
    assert marked >= 10


@pytest.mark.parametrize(
    "setup",
    [
        {"dataset": "moons", "hidden": layers(8, "relu", 2), "initializer": "he_normal"},
        {"dataset": "housing"},
        {"dataset": "penguins"},
        {"dataset": "moons", "hidden": layers(8, "relu", 2), "batch_norm": True},
    ],
    ids=["kinks", "raw and saturated", "raw, bends down most", "batch norm"],
)
def test_an_estimate_that_says_it_is_settled_is_within_five_percent(setup: dict[str, Any]) -> None:
    settled = 0
    for seed in range(12):
        run = Run(plan(RunConfig.model_validate(setup | {"seed": seed})))
        found = finish(instruments.stability_limit(run, None))()
        settled += found.settled
        if found.settled:
            assert found.curvature == pytest.approx(largest_curvature(run), rel=0.05)
    assert settled >= 11


@pytest.mark.parametrize("steps", [2, 8, 20])
def test_after_an_explosion_an_estimate_is_right_or_not_settled(steps: int) -> None:
    """Weights of 10^10 and more beside small ones: no distance suits a difference of gradients in all directions."""
    hot = {"dataset": "plane", "hidden": layers(8, "tanh", 2), "learning_rate": 3.0}
    exploded = 0
    for seed in range(12):
        run = train(Run(plan(RunConfig.model_validate(hot | {"seed": seed}))), steps)
        found = finish(instruments.stability_limit(run, None))()
        exploded += not found.settled
        if found.settled:
            assert found.curvature == pytest.approx(largest_curvature(run), rel=0.05)
    assert exploded >= (8 if steps == 20 else 0)


def largest_curvature(run: Run) -> float:
    """Of the whole Hessian, by central differences of the gradient in each parameter, at its own size."""
    network, state, samples = run.plan.network, run.cursor.trainer.state(), run.plan.samples
    batch = make_batch(np.arange(samples.train), samples.values[: samples.train], samples.targets[: samples.train])
    workspace = Workspace(Layout(network, batch.size, (False,) * len(network.spec.hidden)), state.parameters.copy())

    def gradient(point: Any) -> Any:
        workspace.parameters[:] = point
        workspace.forward(batch)
        workspace.backward(batch)
        return workspace.gradients.copy()

    gradient(state.parameters)
    workspace.hold_sides()
    rows = []
    for number, size in enumerate(np.maximum(1.0, np.abs(state.parameters))):
        move = np.zeros(network.size)
        move[number] = 1e-6 * size
        difference = gradient(state.parameters + move) - gradient(state.parameters - move)
        rows.append(difference / (2e-6 * size))
    hessian = np.array(rows)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])

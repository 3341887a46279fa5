"""A regression's target is scaled for training and told in its own units; linear regression is the outside judge."""

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from app.data.scaling import TARGET_SCALINGS
from app.runs.build import fork, plan
from app.runs.catalog import catalog
from app.runs.config import RunConfig
from app.runs.errors import FieldsError
from app.runs.filerequest import FileRequest
from app.runs.lines import EvaluationLine, StepLine
from app.runs.measures import value
from app.runs.requests import CustomSample, ForkRequest, TrainRequest
from app.runs.run import Run
from app.runs.slices import finish
from app.runs.snapshots import trained_snapshot
from app.runs.tables import UploadedTable, make

NOISE = np.random.default_rng(7).normal(0, 900, 30)
SIZES = 40 + 3 * np.arange(30)
PRICES = "size,price\n" + "".join(
    f"{size},{40_000 + 2_000 * size + error:.0f}\n" for size, error in zip(SIZES, NOISE, strict=True)
)


def prices() -> UploadedTable:
    return make(PRICES.encode(), FileRequest())


def started(**config: Any) -> Run:
    table = prices()
    return Run(plan(RunConfig.model_validate({"dataset": table.name} | config), table))


def trained(run: Run, steps: int = 300) -> tuple[list[StepLine], EvaluationLine]:
    *steps_found, last = [line for line in run.train(TrainRequest(steps=steps, every=1)) if line is not None]
    assert isinstance(last, EvaluationLine)
    return [line for line in steps_found if isinstance(line, StepLine)], last


def test_a_goal_on_r2_is_judged_by_the_evaluation_s_own() -> None:
    snapshot = finish(trained_snapshot(RunConfig(dataset="house_prices", scaling="standard"), 60))
    metrics = snapshot.evaluation.metrics
    assert value(snapshot, "train_r2") == metrics.train.r2 > 0.5  # type: ignore[union-attr,operator]
    assert value(snapshot, "test_r2") == metrics.test.r2  # type: ignore[union-attr]
    assert value(finish(trained_snapshot(RunConfig(dataset="moons"), 1)), "test_r2") is None


def ridge_r2(run: Run) -> float:
    samples, cut = run.plan.samples, run.plan.samples.train
    judge = Ridge(alpha=1e-3).fit(samples.values[:cut], samples.targets[:cut, 0])
    return float(judge.score(samples.values[cut:], samples.targets[cut:, 0]))


def test_prices_on_a_line_are_learned_at_the_proposed_defaults() -> None:
    run = started()
    assert run.plan.config.scaling == "standard", "the table's own proposal"
    metrics = trained(run)[1].evaluation.metrics.test
    assert metrics.r2 > 0.95  # type: ignore[union-attr]
    assert metrics.r2 == pytest.approx(ridge_r2(run), abs=0.05)  # type: ignore[union-attr]


@pytest.mark.parametrize("scaling", ["none", "standard"])
def test_house_prices_are_learned_as_well_as_by_ridge_regression(scaling: str) -> None:
    run = Run(plan(RunConfig(dataset="house_prices", scaling="standard", target_scaling=scaling)))
    metrics = trained(run)[1].evaluation.metrics.test
    assert metrics.r2 > 0.95  # type: ignore[union-attr]
    assert metrics.r2 == pytest.approx(ridge_r2(run), abs=0.05)  # type: ignore[union-attr]


def test_loss_and_tape_are_in_scaled_units_and_metrics_and_predictions_in_real_ones() -> None:
    run = started()
    samples, cut = run.plan.samples, run.plan.samples.train
    steps, last = trained(run, 40)
    real = samples.targets[:cut]
    assert samples.target_scaler.offset == pytest.approx(real.mean(axis=0))
    assert samples.target_scaler.scale == pytest.approx(real.std(axis=0))
    batch = steps[0].step.batch
    assert batch.targets.ravel() == pytest.approx(((real - real.mean()) / real.std())[batch.indices].ravel())
    answers = run.predict(samples.inputs.tolist())
    rmse = np.sqrt(np.mean((answers[:cut] - real) ** 2))
    assert last.evaluation.metrics.train.rmse == pytest.approx(rmse)  # type: ignore[union-attr]
    assert last.evaluation.train_loss == pytest.approx(0.5 * (rmse / real.std()) ** 2)


def test_the_scaling_is_fitted_to_the_training_split_alone() -> None:
    run = started(test_fraction=0.5, seed=3)
    samples = run.plan.samples
    assert samples.target_scaler.offset != pytest.approx(samples.targets.mean(axis=0), rel=1e-6)
    assert samples.scaled_targets[: samples.train].mean() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("dataset", ["plane", "hills", "point"])
def test_auto_leaves_the_shapes_as_they_are(dataset: str) -> None:
    samples = plan(RunConfig(dataset=dataset)).samples
    assert samples.target_scaler.kind == "none"
    assert samples.scaled_targets is samples.targets


def test_auto_leaves_targets_as_they_are_that_an_output_is_bounded_for() -> None:
    table = {"inputs": [[0], [1], [2]], "targets": [0.01, 0.5, 0.99], "task": "regression"}
    config = {"dataset": table, "test_fraction": 0, "output_activation": "sigmoid"}
    assert plan(RunConfig.model_validate(config)).samples.target_scaler.kind == "none"
    config["target_scaling"] = "standard"
    assert plan(RunConfig.model_validate(config)).samples.target_scaler.kind == "standard"


def test_targets_that_are_all_alike_stay_finite() -> None:
    table = {"inputs": [[0], [1]], "targets": [7, 7], "task": "regression"}
    for scaling, wanted in (("auto", 7.0), ("standard", 0.0)):
        config = {"dataset": table, "test_fraction": 0, "target_scaling": scaling}
        samples = plan(RunConfig.model_validate(config)).samples
        assert samples.scaled_targets.tolist() == [[wanted], [wanted]]
        assert samples.real_outputs(samples.scaled_targets).tolist() == [[7], [7]]


def test_classes_are_not_scaled_and_the_problem_says_so() -> None:
    assert plan(RunConfig(dataset="circles")).samples.target_scaler.kind == "none"
    with pytest.raises(FieldsError, match="classes") as caught:
        plan(RunConfig(dataset="penguins", target_scaling="standard"))
    assert caught.value.errors[0].path == "target_scaling"
    assert caught.value.errors[0].allowed == ["auto", "none"]


def test_a_sample_of_ones_own_has_its_target_in_real_units() -> None:
    run = started()
    spot = run.resolve_spotlight(CustomSample.model_validate({"input": [70.0], "target": 180_000.0}))
    own = run.resolve_spotlight(0)
    assert spot is not None
    assert own is not None
    assert run.plan.samples.real_outputs(spot.target[None]) == pytest.approx(180_000)
    assert run.plan.samples.real_outputs(own.target[None])[0] == pytest.approx(run.plan.samples.targets[0])


def test_forks_and_replays_keep_the_scaling() -> None:
    run = started()
    steps, _ = trained(run, 30)
    forked = Run(fork(ForkRequest(), run.plan, *finish(run.fork_at(20))))
    again, _ = trained(forked, 10)
    assert [line.step.batch.targets.tolist() for line in again] == [
        line.step.batch.targets.tolist() for line in steps[20:]
    ]
    replayed = finish(run.recorded(7, "full", None))
    assert replayed.step.batch.targets.tolist() == steps[6].step.batch.targets.tolist()


def test_a_table_in_place_keeps_the_scaling_it_is_given() -> None:
    assert plan(RunConfig.model_validate({"dataset": "penguins"})).config.scaling == "none"
    assert started(scaling="none").plan.config.scaling == "none"


def test_the_catalog_says_what_each_target_scaling_is() -> None:
    assert (
        [item["name"] for item in catalog()["target_scalings"]] == list(TARGET_SCALINGS) == ["auto", "none", "standard"]
    )
    assert catalog()["fields"]["target_scaling"]["default"] == "auto"

"""Verdicts on claims, from a run's own numbers."""

from typing import Any

import pytest

from app.runs.build import plan
from app.runs.experiments import config_of, experiments
from app.runs.measures import value
from app.runs.run import Run
from app.runs.slices import finish
from app.runs.snapshots import take_snapshot
from tests.runs.trained import changed_run, experiment_run, forked_run, layers, train, verdict


def test_a_run_with_too_few_steps_has_no_verdict() -> None:
    found = verdict(changed_run("vanishing", {}, 10), experiments()["vanishing"])
    assert (found.status, found.held) == ("measuring", None)
    assert "10 of 600" in found.words
    assert found.conditions[0].held is True  # what shows at the start is reported at once


def test_a_run_that_contradicts_the_claim_is_reported_with_possible_reasons() -> None:
    learned = changed_run("vanishing", {"hidden": layers(8, "relu", 5), "initializer": "he_normal"}, 600)
    found = verdict(learned, experiments()["vanishing"])
    assert (found.status, found.held) == ("contradicted", False)
    assert found.changed == ("hidden", "initializer")
    assert found.why is not None
    assert "hidden, initializer" in found.why
    assert "your own version" in found.confidence


@pytest.mark.parametrize("width", [5, 7, 11])
def test_equal_units_may_differ_by_rounding(width: int) -> None:
    for seed in range(2):
        run = changed_run("symmetry", {"hidden": layers(width, "tanh", 2)}, 500, seed)
        found = verdict(run, experiments()["symmetry"])
        assert found.status == "held", found.words


def test_the_bound_of_the_least_loss_follows_the_noise() -> None:
    limit = experiments()["limit"]
    under = next(item for item in limit.cures if item.id == "under")
    for noise in (0.2, 0.4):
        found = verdict(changed_run("limit", {"learning_rate": 1.0, "noise": noise}, 300), limit, under)
        assert found.held is True, found.words
    slow = verdict(changed_run("limit", {"learning_rate": 0.001}, 300), limit, under)
    assert slow.held is False


@pytest.mark.parametrize("batch_size", [7, 16, 50])
def test_a_missing_value_is_met_within_an_epoch_whatever_the_batch(batch_size: int) -> None:
    found = verdict(changed_run("missing", {"batch_size": batch_size}, 60), experiments()["missing"])
    assert found.status == "held", found.words


@pytest.mark.parametrize(
    ("experiment", "changes", "told"),
    [
        ("missing", {"features": ["x2"]}, "missing values that training meets must be at least 1, and is 0"),
        ("limit", {"batch_size": 10}, "batch size ÷ training samples must be at least 100"),
        ("vanishing", {"hidden": layers(8, "sigmoid", 3)}, "hidden layers must be at least 5, and is 3"),
        ("exploding", {"hidden": layers(8, "relu", 5)}, "hidden[*].units must be at least 16"),
        ("overflow", {"optimizer": "adam"}, "optimizer must be exactly sgd"),
        ("symmetry", {"initializer": "glorot_normal"}, "initializer must be exactly constant"),
    ],
)
def test_a_setting_that_the_claim_is_not_about_is_told_so(experiment: str, changes: dict[str, Any], told: str) -> None:
    found = verdict(changed_run(experiment, changes, 5), experiments()[experiment])
    assert (found.status, found.held, found.why) == ("outside", None, None)
    assert told in found.words


def test_another_seed_does_not_count_as_a_change() -> None:
    found = verdict(changed_run("exploding_rate", {}, 300, seed=7), experiments()["exploding_rate"])
    assert found.changed == ()
    assert "20 of 20 seeds" in found.confidence


def test_a_remedy_is_compared_with_the_same_run_without_it() -> None:
    dropout = experiments()["dropout"]
    half = next(item for item in dropout.cures if item.id == "rate_50")
    found = verdict(experiment_run(dropout, half, 3), dropout, half)
    unchanged = verdict(experiment_run(dropout, None, 3), dropout)
    assert found.before is not None
    assert found.before["gap"] == unchanged.measures["gap"]


def test_the_weights_of_dead_units_do_not_change_by_a_bit_also_in_a_fork() -> None:
    dying = experiments()["dying"]
    later = next(item for item in dying.cures if item.id == "later")
    parent = train(Run(plan(config_of(dying, None, 1))), 400)
    found = verdict(train(forked_run(parent, 400, later.changes), 2000), dying, later)
    assert found.measures["dead_weights_moved"] == 0
    assert found.measures["dead_then"] == found.measures["dead_share"]


def test_the_remedy_for_an_empty_cell_starts_from_the_last_finite_step() -> None:
    missing = experiments()["missing"]
    drop = next(item for item in missing.cures if item.id == "drop")
    unchanged = experiment_run(missing, None, 0)
    changed = experiment_run(missing, drop, 0)
    assert changed.first == unchanged.step - 1
    found = verdict(changed, missing, drop)
    assert found.before is not None
    before, after = found.before["train_loss"], found.measures["train_loss"]
    assert before is not None
    assert after is not None
    assert before > after
    assert found.case.this.step == missing.steps
    assert f"from step {changed.first} on" in found.words
    assert found.changed == ()


def test_losses_are_replayed_from_where_they_stopped_and_from_the_start_after_a_change() -> None:
    run = changed_run("exploding_rate", {"learning_rate": 0.1}, 20)
    first = list(finish(take_snapshot(run, replay=True)).losses)
    train(run, 20)
    assert list(finish(take_snapshot(run, replay=True)).losses)[:20] == first
    run.patch({"learning_rate": 3.0})
    train(run, 60)
    after = finish(take_snapshot(run, replay=True))
    assert len(after.losses) == 100
    assert value(after, "exploded") == 1
    finish(run.rewind(20))
    run.patch({"learning_rate": 0.1})
    train(run, 80)
    again = finish(take_snapshot(run, replay=True))
    assert list(again.losses)[:20] == first
    assert value(again, "exploded") == 0


def test_measuring_a_run_does_not_change_it() -> None:
    run = changed_run("paths", {}, 3)
    before = run.cursor.trainer.state().parameters.copy()
    for item in experiments().values():
        verdict(run, item)
    assert run.step == 3
    assert (run.cursor.trainer.state().parameters == before).all()

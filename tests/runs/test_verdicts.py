"""Verdicts on claims, from a run's own numbers."""

from dataclasses import replace
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
    assert verdict(learned, experiments()["vanishing"]).status == "outside"
    found = verdict(learned, replace(experiments()["vanishing"], scope=()))
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
    assert slow.conditions[-1].held is False


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
        ("symmetry", {"initializer": "glorot_normal"}, "before the first step must be exactly 0"),
        ("vanishing", {"hidden": layers(8, "tanh", 5)}, "hidden[*].activation must be exactly sigmoid"),
        ("vanishing", {"initializer": "he_normal"}, "initializer must be one of glorot_normal, glorot_uniform"),
        ("dying", {"learning_rate": 0.1}, "learning_rate must be at least 3"),
        ("exploding_rate", {"clip_norm": 1.0}, "clip_norm must not be set"),
        ("scaling", {"scaling": "standard"}, "root mean square must be at least 300"),
        ("outlier", {"scaling": "standard"}, "scaling must be exactly linear"),
        ("differentiable", {"hidden": layers(8, "tanh")}, "with a step activation must be at least 1, and is 0"),
        ("dropout", {"dropout": 0.5}, "dropout must be exactly 0"),
        ("ensemble", {"hidden": layers(4, "relu", 2)}, "hidden layers must be exactly 1, and is 2"),
        ("paths", {"hidden": layers(8, "sigmoid", 10)}, "multiplications path by path must be at most 3"),
    ],
)
def test_a_setting_that_the_claim_is_not_about_is_told_so(experiment: str, changes: dict[str, Any], told: str) -> None:
    found = verdict(changed_run(experiment, changes, 5), experiments()[experiment])
    assert (found.status, found.held, found.why) == ("outside", None, None)
    assert told in found.words


def test_a_rate_below_the_limit_is_no_contradiction_of_the_limit() -> None:
    found = verdict(changed_run("limit", {"learning_rate": 1.0}, 300), experiments()["limit"])
    assert found.status == "held"
    assert "A rate of 1.00 is below it: the loss falls from" in found.words
    close = verdict(changed_run("limit", {"learning_rate": 1.0523}, 300), experiments()["limit"])
    assert close.status == "outside", close.words


def test_words_about_amounts_are_chosen_by_the_numbers() -> None:
    dying = experiments()["dying"]
    for changes in ({}, {"hidden": layers(8, "relu", 8)}):
        found = verdict(changed_run("dying", changes, dying.steps), dying)
        share = found.measures["dead_share"]
        assert share is not None
        assert found.words.startswith("Most of the hidden units" if share > 0.5 else "Many of the hidden units")


def test_a_cure_that_fails_in_another_setting_is_no_contradiction() -> None:
    dying = experiments()["dying"]
    rate = next(item for item in dying.cures if item.id == "rate")
    run = changed_run("dying", {**rate.changes, "noise": 1.5}, dying.steps)
    found = verdict(run, dying, rate)
    assert (found.status, found.held, found.why) == ("outside", None, None)
    assert "noise changed: training loss must be less than 0.35" in found.words


def test_a_value_that_was_patched_counts_from_the_step_that_met_it() -> None:
    run = Run(plan(config_of(experiments()["dying"])))
    run.patch({"learning_rate": 0.1})
    found = verdict(train(run, 400), experiments()["dying"])
    assert (found.status, found.changed) == ("outside", ("learning_rate",))
    run = train(Run(plan(config_of(experiments()["symmetry"]))), 250)
    run.patch({"dropout": 0.2})
    assert verdict(run, experiments()["symmetry"]).changed == ()
    found = verdict(train(run, 250), experiments()["symmetry"])
    assert (found.status, found.changed) == ("outside", ("dropout",))


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


def test_what_could_not_be_measured_is_not_said_as_if_it_held() -> None:
    experiment = experiments()["centring"]
    cure = next(item for item in experiment.cures if item.id == "centred")
    found = verdict(changed_run("centring", {**cure.changes, "batch_size": 7}, 1000), experiment, cure)
    assert (found.status, found.measures["steps_to_fit"]) == ("unknown", None)
    assert "—" not in found.words
    assert "still to go" in found.words


def test_a_cure_s_words_follow_the_reader_s_own_settings() -> None:
    for name, cure, changes, told in [
        ("exploding_rate", "clip", {"learning_rate": 4.0}, "The rate is still 4.00"),
        ("vanishing", "batch_norm", {"hidden": layers(8, "sigmoid", 4)}, "Still 4 hidden layers"),
        ("scaling", "penguins", {"batch_size": 7}, "36\xa0% of the penguins are classified correctly"),
    ]:
        experiment = experiments()[name]
        variant = next(item for item in experiment.variants if item.id == cure)
        run = changed_run(name, {**variant.changes, **changes}, experiment.steps)
        assert told in verdict(run, experiment, variant).words

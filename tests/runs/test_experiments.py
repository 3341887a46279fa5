"""Experiments: every phenomenon shows, every cure does what it says, and every question has an answer."""

from typing import Any

import pytest

from app.runs.experiments import Experiment, Variant, experiments
from app.runs.formatting import template_names
from app.runs.measures import MEASURES
from app.runs.seed_results import SEED_RESULTS
from tests.runs.trained import answer, changed_run, experiment_run, layers, verdict

SEEDS = range(5)
ALL = [(item, variant) for item in experiments().values() for variant in (None, *item.variants)]
NAMES = [f"{item.id}-{variant.id}" if variant else item.id for item, variant in ALL]


@pytest.mark.parametrize(("experiment", "variant"), ALL, ids=NAMES)
def test_what_is_claimed_is_measured_over_five_seeds(experiment: Experiment, variant: Variant | None) -> None:
    for seed in SEEDS:
        found = verdict(experiment_run(experiment, variant, seed), experiment, variant)
        failed = [(item.condition.measure, item.value, item.bound) for item in found.conditions if not item.held]
        assert found.held is True, f"seed {seed}: {failed}"
        assert found.status == "held"
        assert found.why is None
        assert found.changed == ()
        assert "{" not in found.words
        assert "—" not in found.words, found.words


@pytest.mark.parametrize(("experiment", "variant"), ALL, ids=NAMES)
def test_every_claim_comes_with_results_of_twenty_seeds(experiment: Experiment, variant: Variant | None) -> None:
    found = SEED_RESULTS[experiment.id, variant.id if variant else ""]
    assert found.seeds == 20
    assert found.held >= 18


def test_there_are_results_for_nothing_else() -> None:
    assert set(SEED_RESULTS) == {(item.id, variant.id if variant else "") for item, variant in ALL}


@pytest.mark.parametrize("experiment", experiments().values(), ids=list(experiments()))
def test_an_experiment_says_nothing_that_it_does_not_measure(experiment: Experiment) -> None:
    for about in (experiment, *experiment.variants):
        said = [
            name.removeprefix("before.") for name in [*template_names(about.words), *template_names(about.otherwise)]
        ]
        compared = [item.measure for item in about.conditions if item.measure]
        assert {about.headline, *said, *compared} <= set(MEASURES)
    assert len(experiment.questions) == 2
    for question in experiment.questions:
        assert {name.removeprefix("other.") for name in template_names(question.answer)} <= set(MEASURES)
        assert template_names(question.answer)
    ids = [item.id for item in experiment.variants]
    assert len(set(ids)) == len(ids)


def test_each_of_the_eight_topics_has_an_experiment() -> None:
    assert [item.number.rstrip("abcde") for item in experiments().values()] == sorted(
        item.number.rstrip("abcde") for item in experiments().values()
    )
    assert {item.number[0] for item in experiments().values()} == set("12345678")


BILLS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]

# What a learner may try: experiment, question, changes, steps, and the second run where it takes two.
TRIED: list[tuple[str, str, dict[str, Any], int, tuple[dict[str, Any], int] | None]] = [
    ("differentiable", "below", {"hidden": layers(8, "sigmoid") + layers(8, "step")}, 200, None),
    ("differentiable", "anyway", {"hidden": layers(16, "step"), "dataset": "gaussians"}, 1000, None),
    ("vanishing", "depth", {"hidden": layers(8, "sigmoid", 2)}, 600, None),
    ("vanishing", "tanh", {"hidden": layers(8, "tanh", 5)}, 1, None),
    ("exploding", "fewer", {"hidden": layers(16, "relu")}, 500, None),
    ("exploding", "tanh", {"hidden": layers(16, "tanh", 5)}, 300, None),
    ("exploding_rate", "edge", {"learning_rate": 1.9}, 300, ({"learning_rate": 2.2}, 300)),
    ("exploding_rate", "fast", {"learning_rate": 1.0}, 300, None),
    ("dying", "bearable", {"learning_rate": 1.0}, 400, None),
    ("dying", "smooth", {"learning_rate": 0.3, "hidden": layers(8, "elu", 2)}, 400, None),
    ("scaling", "best", {"scaling": "log"}, 500, None),
    (
        "scaling",
        "otherwise",
        {"dataset": "penguins", "features": BILLS, "hidden": [], "optimizer": "adam", "learning_rate": 0.03},
        3000,
        None,
    ),
    ("limit", "percent", {"learning_rate": 1.045}, 600, ({"learning_rate": 1.066}, 1500)),
    ("limit", "wide", {"learning_rate": 1.6, "scaling": "linear"}, 300, None),
    ("overflow", "double", {"learning_rate": 10.0}, 60, None),
    ("overflow", "adam", {"optimizer": "adam"}, 300, None),
    ("missing", "spared", {"features": ["x2"]}, 100, None),
    ("missing", "late", {"batch_size": 1}, 26, None),
    ("outlier", "patience", {"optimizer": "adam", "learning_rate": 0.03}, 5000, None),
    ("outlier", "best", {"scaling": "log"}, 3000, None),
    ("dropout", "smaller", {"l2": 0.03}, 1500, None),
    ("dropout", "honest", {"dropout": 0.5}, 1500, None),
    ("ensemble", "linear", {"dropout": 0.02}, 500, None),
    ("ensemble", "worse", {"dropout": 0.5}, 300, None),
    ("paths", "wide", {"hidden": layers(16, "tanh") + layers(8, "tanh")}, 0, None),
    ("paths", "million", {"hidden": layers(4, "tanh", 10)}, 0, None),
    ("symmetry", "batch", {"batch_size": 16}, 200, None),
    (
        "symmetry",
        "tiny",
        {"initializer": "glorot_normal", "initializer_scale": 0.1, "optimizer": "adam", "learning_rate": 0.03},
        3000,
        None,
    ),
]


@pytest.mark.parametrize(
    ("experiment", "question", "changes", "steps", "second"), TRIED, ids=[f"{tried[0]}-{tried[1]}" for tried in TRIED]
)
def test_a_question_is_not_answered_by_the_unchanged_experiment(
    experiment: str, question: str, changes: dict[str, Any], steps: int, second: tuple[dict[str, Any], int] | None
) -> None:
    other = None if second is None else changed_run(experiment, *second)
    found = answer(experiment, question, changed_run(experiment, changes, steps), other)
    assert found.answered is True, found.words
    assert found.words == found.answer
    assert "{" not in found.words
    assert "—" not in found.words, found.words
    untried = experiment_run(experiments()[experiment], None, 0)
    unmet = answer(experiment, question, untried, untried)
    assert (unmet.answered is not True, unmet.answer) == (True, None)


def test_a_question_whose_truth_is_no_is_answered_no_with_the_number() -> None:
    blocked = changed_run("differentiable", {"hidden": layers(8, "sigmoid") + layers(8, "step")}, 200)
    words = answer("differentiable", "below", blocked).words
    assert words.startswith("No: after 200 steps W1 has moved by exactly 0.")
    assert answer("symmetry", "batch", changed_run("symmetry", {"batch_size": 16}, 200)).words.startswith("No: ")


def test_an_answer_about_two_runs_says_the_numbers_of_both() -> None:
    held, exploded = (changed_run("exploding_rate", {"learning_rate": rate}, 300) for rate in (1.9, 2.2))
    words = answer("exploding_rate", "edge", held, exploded).words
    assert "1.90 holds for 300 steps; a rate of 2.20 explodes in step " in words


def test_a_question_without_clipping_is_not_answered_by_a_clipped_run() -> None:
    found = answer("exploding_rate", "fast", changed_run("exploding_rate", {"learning_rate": 1.0, "clip_norm": 1.0}, 9))
    assert found.answered is False
    assert "clip_norm must not be set" in found.words


def test_every_question_was_tried() -> None:
    questions = {(item.id, question.id) for item in experiments().values() for question in item.questions}
    assert {tried[:2] for tried in TRIED} == questions


def test_a_question_about_two_runs_says_so_when_it_sees_one() -> None:
    found = answer("limit", "percent", changed_run("limit", {"learning_rate": 1.0}, 300))
    assert found.answered is not True
    assert "two runs" in found.words


@pytest.mark.parametrize("width", [5, 7, 9, 11])
def test_units_that_start_alike_stay_alike_up_to_rounding_at_any_width(width: int) -> None:
    """Sums of five terms or more differ in their last bit from unit to unit: that does not contradict the claim."""
    for seed in range(3):
        run = changed_run("symmetry", {"hidden": layers(width, "tanh", 2)}, experiments()["symmetry"].steps, seed)
        assert verdict(run, experiments()["symmetry"]).status == "held", seed


def test_units_that_differ_by_more_than_rounding_are_not_alike() -> None:
    """One weight a millionth larger than its twins."""
    start = {"W1": [[0.5 + 1e-6, 0.5, 0.5], [0.5] * 3]}
    run = changed_run("symmetry", {"hidden": layers(3, "tanh"), "parameters": start}, experiments()["symmetry"].steps)
    assert verdict(run, experiments()["symmetry"]).status == "contradicted"

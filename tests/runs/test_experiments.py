"""Experiments: every phenomenon shows, every cure does what it says, and every question has an answer."""

import json
from dataclasses import replace

import pytest

from app.runs.experiments import Experiment, Variant, experiments
from app.runs.formatting import template_names
from app.runs.measures import MEASURES
from app.runs.seed_results import SEED_RESULTS
from tests.runs.measure_settings import PATH, answered, status
from tests.runs.questions import QUESTIONS
from tests.runs.settings import settings
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
    parts: tuple[Experiment | Variant, ...] = (experiment, *experiment.variants)
    phrases = {phrase.name: phrase for phrase in experiment.phrases}
    told = [text for about in parts for text in (about.words, about.otherwise)]
    assert set(phrases) <= {name for text in told for name in template_names(text)}
    for about in parts:
        texts = [about.words, about.otherwise, *(text for phrase in experiment.phrases for text in phrase.texts)]
        said = [name.removeprefix("before.") for text in texts for name in template_names(text) if name not in phrases]
        compared = [item.measure for item in about.conditions if item.measure]
        assert {about.headline, *said, *compared} <= set(MEASURES)
    assert len(experiment.questions) == 2
    for question in experiment.questions:
        assert {name.removeprefix("other.") for name in template_names(question.answer)} <= set(MEASURES)
        assert template_names(question.answer)
    ids = [item.id for item in experiment.variants]
    assert len(set(ids)) == len(ids)


def test_each_of_the_eight_topics_has_an_experiment() -> None:
    assert [item.number.rstrip("abcdef") for item in experiments().values()] == sorted(
        item.number.rstrip("abcdef") for item in experiments().values()
    )
    assert {item.number[0] for item in experiments().values()} == set("12345678")


@pytest.mark.parametrize(("experiment", "question"), QUESTIONS, ids=[" ".join(names) for names in QUESTIONS])
def test_a_question_is_answered_by_a_try_that_meets_it_and_by_no_other(experiment: str, question: str) -> None:
    tries = QUESTIONS[experiment, question]
    tried = next(item for item in tries.yes if answered(experiment, question, item, 0))
    other = None if tried.second is None else changed_run(experiment, *tried.second)
    found = answer(experiment, question, changed_run(experiment, tried.changes, tried.steps), other)
    assert found.words == found.answer
    assert "{" not in found.words
    assert "—" not in found.words, found.words
    quick = [item for item in tries.no if item.steps <= 300]
    assert not [item.changes for item in quick if answered(experiment, question, item, 0)]
    untried = experiment_run(experiments()[experiment], None, 0)
    unmet = answer(experiment, question, untried, untried)
    assert (unmet.answered is not True, unmet.answer) == (True, None)


@pytest.mark.parametrize("experiment", experiments().values(), ids=list(experiments()))
def test_no_setting_makes_a_claim_falsely_held_or_contradicted(experiment: Experiment) -> None:
    """The checked-in table of all settings over seeds, and two settings of it measured again."""
    found = json.loads(PATH.read_text())["settings"][experiment.id]
    assert list(found) == list(settings(experiment))
    assert set("".join(found.values())) <= set("ho-")
    again = ["as it is", *[name for name in found if "h" in found[name]][7::16]]
    for name in again:
        assert status(experiment, settings(experiment)[name], 0) == found[name][0], name


def test_every_question_is_answered_over_twenty_seeds_by_its_tries_alone() -> None:
    found = json.loads(PATH.read_text())["questions"]
    for (experiment, question), tries in QUESTIONS.items():
        rows = found[f"{experiment} {question}"]
        assert len(rows["no"]) == len(tries.no)
        assert set("".join(rows["no"])) == {"n"}, (experiment, question)
        by_chance = (experiment, question) == ("missing", "late")  # by where the batch of the missing value falls
        assert rows["yes"].count("y") >= (15 if by_chance else 20), (experiment, question)


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
    assert set(QUESTIONS) == questions


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
    """One weight a millionth larger than its twins: the claim is about equal ones, and would be wrong about these."""
    start = {"W1": [[0.5 + 1e-6, 0.5, 0.5], [0.5] * 3]}
    symmetry = experiments()["symmetry"]
    run = changed_run("symmetry", {"hidden": layers(3, "tanh"), "parameters": start}, symmetry.steps)
    assert verdict(run, symmetry).status == "outside"
    assert verdict(run, replace(symmetry, scope=())).status == "contradicted"

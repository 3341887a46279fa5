"""Every phenomenon shows in a run's own numbers, every cure does what it says, and every question has an answer."""

from typing import Any

import numpy as np
import pytest

from app.runs import instruments
from app.runs.build import fork, plan
from app.runs.config import ForkConfig, LayerConfig, RunConfig
from app.runs.errors import FieldsError, NoSuchStepError
from app.runs.evidence import EVIDENCE
from app.runs.experiments import Experiment, Variant, config_of, experiments
from app.runs.facts import gather
from app.runs.measures import MEASURES, value
from app.runs.run import Run
from app.runs.words import integer, number, percent, places, seconds
from tests.runs.laboratory import answer, done, made, performed, train, verdict

SEEDS = range(5)
ALL = [(item, variant) for item in experiments().values() for variant in (None, *item.variants)]
NAMES = [f"{item.id}-{variant.id}" if variant else item.id for item, variant in ALL]


@pytest.mark.parametrize(("experiment", "variant"), ALL, ids=NAMES)
def test_what_is_claimed_is_measured_over_five_seeds(experiment: Experiment, variant: Variant | None) -> None:
    for seed in SEEDS:
        found = verdict(performed(experiment, variant, seed), experiment, variant)
        failed = [(item.condition.measure, item.value, item.bound) for item in found.conditions if not item.held]
        assert found.held is True, f"seed {seed}: {failed}"
        assert found.status == "held"
        assert found.why is None
        assert found.changed == ()
        assert "{" not in found.words
        assert "—" not in found.words, found.words


@pytest.mark.parametrize(("experiment", "variant"), ALL, ids=NAMES)
def test_every_claim_comes_with_evidence_from_twenty_seeds(experiment: Experiment, variant: Variant | None) -> None:
    found = EVIDENCE[experiment.id, variant.id if variant else ""]
    assert found.seeds == 20
    assert found.held >= 18


def test_there_is_evidence_for_nothing_else() -> None:
    assert set(EVIDENCE) == {(item.id, variant.id if variant else "") for item, variant in ALL}


@pytest.mark.parametrize("experiment", experiments().values(), ids=list(experiments()))
def test_an_experiment_says_nothing_that_it_does_not_measure(experiment: Experiment) -> None:
    for about in (experiment, *experiment.variants):
        said = [name.removeprefix("before.") for name in [*places(about.words), *places(about.otherwise)]]
        compared = [item.measure for item in about.conditions if item.measure]
        assert {about.headline, *said, *compared} <= set(MEASURES)
    assert len(experiment.questions) == 2
    ids = [item.id for item in experiment.variants]
    assert len(set(ids)) == len(ids)


def test_each_of_the_eight_topics_has_an_experiment() -> None:
    assert [item.number.rstrip("abcde") for item in experiments().values()] == sorted(
        item.number.rstrip("abcde") for item in experiments().values()
    )
    assert {item.number[0] for item in experiments().values()} == set("12345678")


def layers(units: int, activation: str, count: int = 1) -> list[dict[str, Any]]:
    return [{"units": units, "activation": activation}] * count


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
def test_a_question_is_answered_by_trying_and_not_by_the_experiment_itself(
    experiment: str, question: str, changes: dict[str, Any], steps: int, second: tuple[dict[str, Any], int] | None
) -> None:
    other = None if second is None else made(experiment, *second)
    found = answer(experiment, question, made(experiment, changes, steps), other)
    assert found.answered is True, found.words
    untried = performed(experiments()[experiment], None, 0)
    assert answer(experiment, question, untried, untried).answered is not True


def test_every_question_was_tried() -> None:
    asked = {(item.id, question.id) for item in experiments().values() for question in item.questions}
    assert {tried[:2] for tried in TRIED} == asked


def test_a_question_about_two_runs_says_so_when_it_sees_one() -> None:
    found = answer("limit", "percent", made("limit", {"learning_rate": 1.0}, 300))
    assert found.answered is not True
    assert "two runs" in found.words


# Verdicts


def test_a_run_that_has_not_come_far_enough_is_not_judged() -> None:
    found = verdict(made("vanishing", {}, 10), experiments()["vanishing"])
    assert (found.status, found.held) == ("measuring", None)
    assert "10 of 600" in found.words
    assert found.conditions[0].held is True  # what shows at the start is told at once


def test_a_run_that_denies_the_claim_is_told_so_and_why_that_may_be() -> None:
    learned = made("vanishing", {"hidden": layers(8, "relu", 5), "initializer": "he_normal"}, 600)
    found = verdict(learned, experiments()["vanishing"])
    assert (found.status, found.held) == ("contradicted", False)
    assert found.changed == ("hidden", "initializer")
    assert found.why is not None
    assert "hidden, initializer" in found.why
    assert "your own version" in found.confidence


def test_another_seed_is_no_change() -> None:
    found = verdict(made("exploding_rate", {}, 300, seed=7), experiments()["exploding_rate"])
    assert found.changed == ()
    assert "20 of 20 seeds" in found.confidence


def test_a_cure_is_compared_with_the_same_run_without_it() -> None:
    dropout = experiments()["dropout"]
    half = next(item for item in dropout.cures if item.id == "rate_50")
    found = verdict(performed(dropout, half, 3), dropout, half)
    sick = verdict(performed(dropout, None, 3), dropout)
    assert found.before is not None
    assert found.before["gap"] == sick.measures["gap"]


def test_dead_units_stay_as_they_are_to_the_last_bit_also_in_a_fork() -> None:
    dying = experiments()["dying"]
    later = next(item for item in dying.cures if item.id == "later")
    parent = train(Run(plan(config_of(dying, None, 1))), 400)
    changed = RunConfig.model_validate({"from": ForkConfig(run=parent.id, step=400), **later.changes})
    forked = train(Run(fork(changed, parent.plan, *done(parent.fork_at(400)))), 2000)
    found = verdict(forked, dying, later)
    assert found.measures["dead_weights_moved"] == 0
    assert found.measures["dead_then"] == found.measures["dead_share"]


def test_losses_are_followed_from_where_they_were_left_off_and_from_anew_after_a_change() -> None:
    run = made("exploding_rate", {"learning_rate": 0.1}, 20)
    first = list(done(gather(run, replay=True)).losses)
    train(run, 20)
    assert list(done(gather(run, replay=True)).losses)[:20] == first
    run.patch({"learning_rate": 3.0})
    train(run, 60)
    after = done(gather(run, replay=True))
    assert len(after.losses) == 100
    assert value(after, "exploded") == 1
    done(run.rewind(20))
    run.patch({"learning_rate": 0.1})
    train(run, 80)
    again = done(gather(run, replay=True))
    assert list(again.losses)[:20] == first
    assert value(again, "exploded") == 0


def test_a_measure_of_a_run_moves_nothing() -> None:
    run = made("paths", {}, 3)
    before = run.walker.trainer.state().parameters.copy()
    for item in experiments().values():
        verdict(run, item)
    assert run.step == 3
    assert (run.walker.trainer.state().parameters == before).all()


# Instruments


def small(**more: Any) -> Run:
    hidden = [LayerConfig(units=4, activation="tanh", batch_norm=True), LayerConfig(units=3, activation="relu")]
    return train(Run(plan(RunConfig(hidden=hidden, dropout=0.3, dataset="spirals3", **more))), 12)


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
@pytest.mark.parametrize("step", [1, 7, 12, 13])
def test_the_slope_between_both_sides_is_the_recorded_gradient(mask: str, step: int) -> None:
    run = small(dropout_mask=mask)
    edge = instruments.Edge("W2", (3, 1))
    found = done(instruments.hold_edge(run, edge, step, None))()
    assert found.step == step
    if step <= 12:
        line = done(run.recorded(step, "full", None)).step
        assert found.gradient == np.asarray(line["dW2"].value)[3, 1]
        assert found.loss == pytest.approx(line.loss, rel=1e-12)
        assert found.weight == line.parameters["W2"][3, 1]
    assert found.secant == pytest.approx(found.gradient, rel=1e-6, abs=1e-9)
    assert len(found.curve) == 29


@pytest.mark.parametrize("mask", ["per_step", "per_sample"])
def test_the_values_on_both_sides_lie_around_those_of_the_spotlight(mask: str) -> None:
    run = small(dropout_mask=mask)
    inside = int(done(run.recorded(12, "full", None)).step.batch.indices[2])
    found = done(instruments.hold_edge(run, instruments.Edge("W1", (0, 2), h=1e-7), None, inside))()
    spot = done(run.recorded(12, "full", run.spot(inside))).spotlight
    assert spot is not None
    for name, low in found.spotlight["below"].items():
        assert low == pytest.approx(spot[name], abs=1e-5), name
        assert found.spotlight["above"][name] == pytest.approx(spot[name], abs=1e-5), name


def test_every_edge_can_be_checked_at_once() -> None:
    found = done(instruments.check_every_edge(small(), None))()
    assert found.parameters["W1"].shape == (2, 4)
    assert found.worst[2] < 1e-4
    assert max(float(errors.max()) for errors in found.parameters.values()) == found.worst[2]


def test_a_wrong_edge_is_named() -> None:
    with pytest.raises(FieldsError, match="W9"):
        done(instruments.hold_edge(small(), instruments.Edge("W9", (0, 0)), None, None))
    with pytest.raises(FieldsError, match=r"0\.\.1,0\.\.3"):
        done(instruments.hold_edge(small(), instruments.Edge("W1", (2, 0)), None, None))
    with pytest.raises(NoSuchStepError):
        done(instruments.hold_edge(small(), instruments.Edge("W1", (0, 0)), 14, None))


def test_the_ladder_of_sigmoids_leans_as_theory_says_and_that_of_relus_does_not() -> None:
    sigmoid = done(instruments.ladder(made("vanishing", {}, 0), None))()
    assert sigmoid.status == "vanishing"
    assert sigmoid.slope > sigmoid.theory_slope - 0.1
    assert sigmoid.noise_slope == pytest.approx(sigmoid.theory_noise_slope, abs=4)
    relu = {"hidden": layers(8, "relu", 5), "initializer": "he_normal"}
    healthy = done(instruments.ladder(made("vanishing", relu, 0), None))()
    assert healthy.status == "healthy"
    assert healthy.theory_slope is None
    assert healthy.noise_slope > -8


def test_a_linear_unit_has_an_exact_limit_and_any_other_an_estimate_of_it() -> None:
    run = made("limit", {}, 0)
    exact = done(instruments.limit(run, None))()
    assert exact.exact
    samples = run.plan.samples
    table = np.column_stack([samples.values[: samples.train], np.ones(samples.train)])
    assert exact.limit == pytest.approx(2 / np.linalg.eigvalsh(table.T @ table / samples.train)[-1])
    small_batch = done(instruments.limit(made("limit", {"batch_size": 10}, 0), None))()
    assert small_batch.limit == exact.limit
    assert not small_batch.exact
    net = done(instruments.limit(made("limit", {"hidden": layers(3, "linear")}, 0), None))()
    assert not net.exact
    assert net.settled


def test_power_iteration_finds_the_largest_curvature_of_a_small_net() -> None:
    run = made("symmetry", {"hidden": layers(2, "tanh"), "initializer": "glorot_normal"}, 50)
    found = done(instruments.limit(run, None))()
    held = done(instruments.hold_edge(run, instruments.Edge("b1", (0,)), None, None))
    assert held is not None
    network, state = run.plan.network, run.walker.trainer.state()
    samples = run.plan.samples
    from app.engine.gradcheck import losses

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


def test_five_scalings_lie_side_by_side_after_the_same_steps() -> None:
    run = made("scaling", {}, 50)
    found = done(instruments.scalings(run, None))()
    assert [item.scaling for item in found.scalings] == ["none", "linear", "standard", "clip", "log"]
    assert {item.step for item in found.scalings} == {50}
    raw = found.scalings[0]
    assert raw.in_force
    assert raw.train_loss == run.evaluation().evaluation.train_loss
    assert raw.kappa > 1e5 > 1e3 > found.scalings[1].kappa > found.scalings[2].kappa


def test_an_average_of_members_comes_closer_with_the_root_of_their_number() -> None:
    run = made("ensemble", {}, 1500)
    found = done(instruments.ask_members(run, 64, 6, None))()
    asked = found.found
    assert asked.subnetworks == 1024
    assert asked.geometric_difference < 1e-12
    assert asked.slope == pytest.approx(-0.5, abs=0.06)
    assert asked.average_loss < asked.member_loss
    assert [item.members for item in asked.averages] == [1, 2, 4, 8, 16, 32, 64]
    assert found.pictures.used.shape == (1, 6, 6)
    assert len(found.pictures.members) == 12
    view = done(run.evaluation_at(1500, type(run.evaluation().view)(6, "numbers"))).surfaces
    assert found.pictures.used[0] == pytest.approx(np.asarray(view[-1])[0])


def test_a_network_that_drops_nothing_has_no_members() -> None:
    with pytest.raises(FieldsError, match="only one sub-network"):
        done(instruments.ask_members(made("paths", {}, 0), 8, 0, None))


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
def test_the_sum_over_paths_is_the_gradient_and_takes_what_the_formula_says(more: dict[str, Any]) -> None:
    run = made("paths", more, 2)
    found = done(instruments.sum_paths(run, None, None, True))
    step = done(run.recorded(2, "full", None)).step
    assert found.executed is not None
    assert found.executed.multiplications == step.path_multiplications == found.estimate.multiplications
    assert found.executed.largest_difference <= 1e-15 + 1e-12 * found.executed.largest_gradient
    assert found.executed.paths == found.estimate.summed_paths
    elsewhere = done(instruments.sum_paths(run, 1, 299 - 150, True)).executed
    assert elsewhere is not None
    assert elsewhere.largest_difference <= 1e-15 + 1e-12 * elsewhere.largest_gradient


def test_a_sum_over_too_many_paths_is_refused_with_its_number() -> None:
    run = made("paths", {"hidden": layers(8, "sigmoid", 10)}, 0)
    with pytest.raises(FieldsError, match="71\u202f436\u202f700\u202f944"):
        done(instruments.sum_paths(run, None, None, True))
    told = done(instruments.sum_paths(run, None, None, False))
    assert told.executed is None
    assert told.estimate.seconds > 30
    assert told.estimate.tape_multiplications == 1865
    assert told.estimate.deeper[9].multiplications == told.estimate.multiplications


# Words


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (0.69314718, "0.6931"),
        (0.000439, "0.000439"),
        (6.98e-5, "7.0·10⁻⁵"),
        (9.96e-5, "1.0·10⁻⁴"),
        (1834.4, "1\u202f834"),
        (-1.5e9, "−1.5·10⁹"),
        (1.0, "1.00"),
        (45.67, "45.7"),
        (3e-310, "3.0·10⁻³¹⁰"),
    ],
)
def test_numbers_are_written_as_people_do(value: float, written: str) -> None:
    assert number(value) == written


def test_times_and_shares_have_units() -> None:
    assert [seconds(value) for value in (8e-5, 0.012, 2.4, 600, 9400, 1e6, 1e10)] == [
        "80 µs",
        "12 ms",
        "2.4 s",
        "10 minutes",
        "2.6 hours",
        "12 days",
        "320 years",
    ]
    assert [percent(value) for value in (0, 0.004, 0.69, 0.995, 1)] == ["0 %", "0.4 %", "69 %", "99.5 %", "100 %"]
    assert integer(71_436_700_944) == "71\u202f436\u202f700\u202f944"

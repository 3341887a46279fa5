"""Experiment 5f: what subtracting the mean does, apart from dividing by the spread."""

from typing import Any

import numpy as np

from ...engine.arrays import Array
from .. import conditions as when
from .model import LINEAR_UNIT, Experiment, Question, Variant

SAMPLES, NOISE = 200, 0.1
MEAN = 5.0
"""In standard deviations; for two columns κ is then about 4·5⁴."""


def _columns() -> tuple[Array, list[float]]:
    """Two uncorrelated columns of mean 0 and standard deviation 1, and a target that is nearly linear in them."""
    rng = np.random.default_rng(5)
    drawn = rng.standard_normal((SAMPLES, 2))
    columns = np.linalg.qr(drawn - drawn.mean(axis=0))[0] * np.sqrt(SAMPLES)
    targets = columns @ [0.8, 0.6] + NOISE * rng.standard_normal(SAMPLES)
    return columns, [round(float(value), 4) for value in targets]


def _table(means: tuple[float, float], spreads: tuple[float, float] = (1.0, 1.0)) -> dict[str, Any]:
    columns, targets = _columns()
    rows = [[round(float(cell), 4) for cell in row] for row in columns * spreads + means]
    return {"inputs": rows, "targets": targets, "task": "regression"}


def centring() -> Experiment:
    centred = _table((0.0, 0.0))
    return Experiment(
        id="centring",
        number="5f",
        title="Feature scaling: zero-centring alone",
        subtitle="Off to one side",
        topic="data",
        claim="A z-score does two things: it subtracts the mean and divides by the standard deviation. A mean far from "
        "0 is harmful by itself: where every column has a standard deviation of 1 and a mean of 5, the bias and the "
        "weights pull at the same sum, and κ is in the thousands.",
        watch="κ, and the steps until 1 % of the excess loss is left. The cures subtract the mean and leave the spread "
        "as it is.",
        instrument="loss",
        config={
            "dataset": _table((MEAN, MEAN)),
            "features": ["x1", "x2"],
            "test_fraction": 0.0,
            "hidden": [],
            "initializer": "glorot_normal",
            "learning_rate": 0.019,
            "batch_size": SAMPLES,
        },
        scope=(
            *LINEAR_UNIT,
            when.at_least("off_centre", 4),
            when.at_most("spread_ratio", 1.1),
            when.above("learning_rate", 0),
            when.below("rate_over_limit", 1),
        ),
        steps=1000,
        evaluate_every=10,
        conditions=(when.above("kappa", 200), when.above("excess_share", 0.1)),
        headline="kappa",
        words="κ = {kappa}, though both columns have the same standard deviation. After {step} steps at "
        "{rate_over_limit} "
        "of the largest stable rate, {excess_share} of the way from the best constant prediction's loss to the least "
        "possible "
        "one is still to go.",
        otherwise="κ = {kappa}; {excess_share} of the way is still to go after {step} steps.",
        cures=(
            Variant(
                id="centred",
                title="Subtract the mean, keep the spread",
                why="The same table with each column's mean subtracted, and nothing else. The learning rate stays.",
                changes={"dataset": centred},
                conditions=(when.below("kappa", 1.1), when.at_most("steps_to_fit", 200)),
                headline="kappa",
                words="κ falls to {kappa}: the bias no longer does the weights' work. At the same learning rate 1 % of "
                "the excess loss is left after {steps_to_fit} steps.",
                otherwise="κ = {kappa}; {excess_share} of the way is still to go after {step} steps.",
            ),
            Variant(
                id="larger_rate",
                title="Subtract the mean, and take the rate that this allows",
                why="Without the means the largest stable rate is about 50 times larger.",
                changes={"dataset": centred, "learning_rate": 0.5},
                conditions=(when.below("rate_over_limit", 1), when.at_most("steps_to_fit", 10)),
                headline="steps_to_fit",
                words="2/λmax is {rate_limit} now. At a rate of {learning_rate} 1 % of the excess loss is left after "
                "{steps_to_fit} steps.",
                otherwise="{excess_share} of the way is still to go after {step} steps.",
            ),
            Variant(
                id="standard",
                title="z-score",
                why="It also divides by the standard deviation, which is 1 here already.",
                changes={"scaling": "standard"},
                conditions=(when.below("kappa", 1.1), when.at_most("steps_to_fit", 200)),
                headline="kappa",
                words="κ = {kappa}, and 1 % of the excess loss is left after {steps_to_fit} steps: all of it is the "
                "work of the zero-centring.",
                otherwise="κ = {kappa}; {excess_share} of the way is still to go after {step} steps.",
            ),
            Variant(
                id="rate",
                title="A rate just below the limit",
                why="Twice as large; the flat direction needs far more.",
                changes={"learning_rate": 0.037},
                conditions=(when.below("rate_over_limit", 1), when.above("excess_share", 0.1)),
                headline="excess_share",
                words="At {rate_over_limit} of the largest stable rate {excess_share} of the way is still to go after "
                "{step} steps.",
                otherwise="{excess_share} of the way is still to go after {step} steps.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                id="unequal",
                title="One column ten times as large",
                why="Means of 5 and 50, standard deviations of 1 and 10: what raw tables look like.",
                changes={"dataset": _table((MEAN, 10 * MEAN), (1.0, 10.0)), "learning_rate": 0.00038},
                conditions=(when.above("kappa", 1e5), when.above("excess_share", 0.1)),
                headline="kappa",
                words="κ = {kappa}. After {step} steps the loss is {train_loss}; the best constant prediction "
                "has a loss of {base_rate}.",
                otherwise="κ = {kappa}; the loss is {train_loss} after {step} steps.",
                helps="",
            ),
            Variant(
                id="unequal_centred",
                title="The same, with the means subtracted",
                why="Zero-centring takes the means away and leaves standard deviations of 1 and 10.",
                changes={"dataset": _table((0.0, 0.0), (1.0, 10.0)), "learning_rate": 0.01},
                conditions=(when.at_least("kappa", 90), when.at_most("kappa", 110), when.at_most("steps_to_fit", 500)),
                headline="kappa",
                words="κ = {kappa}, the square of the ratio of the spreads, {spread_ratio}: what is left for dividing "
                "by the standard deviation. 1 % of the excess loss is left after {steps_to_fit} steps.",
                otherwise="κ = {kappa}; {excess_share} of the way is still to go.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "gap",
                "Leave the columns where they are. Which optimizer fits the line all the same, within 1000 steps?",
                (
                    when.equals("linear_unit", 1),
                    when.at_least("off_centre", 4),
                    when.field_is_not("optimizer", "sgd"),
                    when.at_most("steps_to_fit", 1000),
                ),
                "This one: 1 % of the excess loss is left after {steps_to_fit} steps, at κ = {kappa}.",
            ),
            Question(
                "linear",
                "Does linear scaling, smallest to −1 and largest to 1, centre the columns well enough to fit the line "
                "within 1000 steps?",
                (
                    *LINEAR_UNIT,
                    when.field_is("scaling", "linear"),
                    when.at_least("farthest_mean", 4),
                    when.at_most("steps_to_fit", 1000),
                ),
                "Yes: the means are at most {off_centre} standard deviations from 0, κ = {kappa}, and 1 % of the "
                "excess "
                "loss is left after {steps_to_fit} steps.",
            ),
        ),
        measures=("rate_limit", "off_centre", "spread_ratio", "train_loss"),
    )

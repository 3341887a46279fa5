"""Experiments 5c to 5e: overflow, a missing value and an outlier."""

from collections.abc import Mapping
from typing import Any

from ...data.datasets import load
from .. import conditions as when
from .model import LINEAR_UNIT, Experiment, Question, Variant, columns, layers

MISSING_ROW, OUTLIER_ROW = 7, 0


def overflow() -> Experiment:
    return Experiment(
        id="overflow",
        number="5c",
        title="NaN trap: overflow",
        subtitle="Where numbers end",
        topic="data",
        claim="On raw columns an ordinary learning rate is more than a thousand times too large. The step at which "
        "the loss "
        "overflows can be predicted from the data.",
        watch="The exponent of the loss: seven more digits in every step, until float64 has no more.",
        instrument="loss",
        config={
            "dataset": "house_prices",
            "features": columns("house_prices"),
            "target_scaling": "none",
            "hidden": [],
            "initializer": "zeros",
            "learning_rate": 0.1,
            "batch_size": 300,
        },
        scope=(*LINEAR_UNIT, when.above("error_growth", 1), when.at_most("predicted_stop", 60)),
        steps=60,
        evaluate_every=1,
        conditions=(when.at_most("prediction_error", 2),),
        headline="stopped_at",
        words="The error is multiplied by {error_growth} in each step. Predicted overflow: step {predicted_stop}; the "
        "loss overflowed in step {stopped_at}.",
        otherwise="Predicted was step {predicted_stop}; the run stands at {step}, with a loss of {train_loss}.",
        cures=(
            Variant(
                id="standard",
                title="z-score",
                why="The loss curves about equally in every direction; 0.1 is an ordinary rate again.",
                changes={"scaling": "standard"},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.1)),
                headline="train_loss",
                words="Same rate: the loss is {train_loss} after {step} steps.",
            ),
            Variant(
                id="linear",
                title="Smallest to −1, largest to 1",
                why="There are no outliers in these two columns, so this is enough.",
                changes={"scaling": "linear"},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.1)),
                headline="train_loss",
                words="Same rate: the loss is {train_loss} after {step} steps.",
            ),
            Variant(
                id="rate",
                title="A rate below the limit: 0.00005",
                why="No overflow; but along the flat direction the weights hardly move.",
                changes={"learning_rate": 0.00005},
                conditions=(when.NOT_EXPLODED, when.above("train_loss", 0.1)),
                headline="train_loss",
                words="No overflow, and slow learning: the loss is {train_loss} after {step} steps, κ = {kappa}.",
                helps="partly",
            ),
            Variant(
                id="clip",
                title="Clip the gradient at 1",
                why="The step is short, and still far too long for a size that multiplies 300 m².",
                changes={"clip_norm": 1.0},
                conditions=(when.NOT_EXPLODED, when.above("train_loss", 0.1)),
                headline="train_loss",
                words="No overflow, but it only jumps from side to side: the loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "double",
                "Make it overflow sooner: before step 35.",
                (when.field_is("dataset", "house_prices"), *LINEAR_UNIT, when.below("stopped_at", 35)),
                "The numbers overflow in step {stopped_at}: the error is multiplied by {error_growth} in each step.",
            ),
            Question(
                "adam",
                "Keep the raw columns and the rate of 0.1. Which optimizer does not overflow?",
                (
                    when.field_is("dataset", "house_prices"),
                    when.field_is("scaling", "none"),
                    when.field_is("learning_rate", 0.1),
                    when.equals("linear_unit", 1),
                    when.field_is_not("optimizer", "sgd"),
                    when.field_is("clip_norm", None),
                    when.at_least("step", 60),
                    when.NOT_EXPLODED,
                    when.below("train_loss", 0.3),
                ),
                "This one: the loss is {train_loss} after {step} steps, at {rate_over_limit} times the largest rate "
                "that plain gradient descent would bear.",
            ),
        ),
        measures=("rate_limit", "rate_over_limit", "kappa", "train_loss"),
    )


def _moons() -> tuple[list[list[float | None]], list[int]]:
    table = load("moons", 200, 0.1, 0)
    rows: list[list[float | None]] = [[round(float(cell), 3) for cell in row] for row in table.inputs]
    return rows, [int(label) for label in table.targets[:, 0]]


def _table(row: int, values: Mapping[int, float | None]) -> dict[str, Any]:
    """The points, with some cells of one row replaced."""
    rows, labels = _moons()
    for column, value in values.items():
        rows[row][column] = value
    return {"inputs": rows, "targets": labels, "task": "binary"}


def _without(row: int) -> dict[str, Any]:
    rows, labels = _moons()
    return {"inputs": rows[:row] + rows[row + 1 :], "targets": labels[:row] + labels[row + 1 :], "task": "binary"}


def missing() -> Experiment:
    healthy = {
        "hidden": layers(8, "relu", 2),
        "initializer": "he_normal",
        "learning_rate": 0.1,
        "batch_size": 16,
        "test_fraction": 0.0,
    }
    return Experiment(
        id="missing",
        number="5d",
        title="NaN trap: a missing value",
        subtitle="One empty cell",
        topic="data",
        claim="One missing value among 400 cells (200 samples of two features) is enough: the first batch with it "
        "turns every weight of the network into NaN.",
        watch="One backward pass: NaN spreads from the loss to the first layer, and into every gradient.",
        instrument="tape",
        config={"dataset": _table(MISSING_ROW, {0: None}), "features": ["x1", "x2"], **healthy},
        scope=(
            when.at_least("missing_in_training", 1),
            when.above("learning_rate", 0),
            when.equals("step_layers", 0),
        ),
        steps=400,
        evaluate_every=1,
        conditions=(when.equals("nan_share", 1), when.at_most("stopped_epochs", 1)),
        headline="nan_share",
        words="The batch of step {stopped_at} held the missing value. After it {nan_share} of the parameters are NaN.",
        otherwise="{nan_share} of the parameters are NaN after {step} steps.",
        cures=(
            Variant(
                id="drop",
                title="Leave the row out",
                why="One sample of 200 is easily spared.",
                changes={"dataset": _without(MISSING_ROW)},
                conditions=(when.equals("nan_share", 0), when.below("train_loss", 0.4)),
                headline="train_loss",
                words="{training_samples} training samples from step {began_at} on, all of them complete, and the "
                "loss is {train_loss}.",
                from_step="well",
            ),
            Variant(
                id="fill",
                title="Impute the column's mean",
                why="An estimate, but a finite number.",
                changes={"dataset": _table(MISSING_ROW, {0: 0.0})},
                conditions=(when.equals("nan_share", 0), when.below("train_loss", 0.4)),
                headline="train_loss",
                words="{training_samples} training samples from step {began_at} on, none of them left out, and the "
                "loss is "
                "{train_loss}.",
                from_step="well",
            ),
            Variant(
                id="standard",
                title="Scaling",
                why="The mean and the spread are taken from the cells that are there; the missing one stays missing.",
                changes={"scaling": "standard"},
                conditions=(when.equals("nan_share", 1),),
                headline="nan_share",
                words="It does not help: {nan_share} of the parameters are NaN.",
                otherwise="{nan_share} of the parameters are NaN.",
                helps="no",
                from_step="well",
            ),
            Variant(
                id="clip",
                title="Clip the gradient at 1",
                why="The norm of a gradient with NaN in it is NaN.",
                changes={"clip_norm": 1.0},
                conditions=(when.equals("nan_share", 1),),
                headline="nan_share",
                words="It does not help: {nan_share} of the parameters are NaN.",
                otherwise="{nan_share} of the parameters are NaN.",
                helps="no",
                from_step="well",
            ),
        ),
        questions=(
            Question(
                "spared",
                "Keep the table with its missing value. Find a run that never meets it: train 100 steps without NaN.",
                (
                    when.at_least("empty_cells", 1),
                    when.equals("missing_in_training", 0),
                    when.above("learning_rate", 0),
                    when.at_least("step", 100),
                    when.equals("nan_share", 0),
                ),
                "{step} steps, and {nan_share} of the parameters are NaN: the missing value is in no batch that this "
                "run trains on.",
            ),
            Question(
                "late",
                "Keep the table and every row in training. Find a run without NaN for at least 25 steps.",
                (
                    when.at_least("missing_in_training", 1),
                    when.field_is("test_fraction", 0.0),
                    when.above("learning_rate", 0),
                    when.at_least("step", 25),
                    when.equals("nan_share", 0),
                ),
                "{step} steps, and {nan_share} of the parameters are NaN: no gradient has met the missing value yet.",
            ),
        ),
        measures=("train_loss",),
    )


def outlier() -> Experiment:
    return Experiment(
        id="outlier",
        number="5e",
        title="Feature scaling: an outlier",
        subtitle="One point far away",
        topic="data",
        claim="Scaling by the smallest and the largest value depends on a single outlier: all other points end up in a "
        "small part of the range.",
        watch="The plane, edge to edge: 199 points in one corner, and one in the other.",
        instrument="scaling",
        config={
            "dataset": _table(OUTLIER_ROW, {0: 1000.0, 1: 1000.0}),
            "features": ["x1", "x2"],
            "test_fraction": 0.0,
            "scaling": "linear",
            "hidden": layers(8, "tanh", 1),
            "initializer": "glorot_normal",
            "learning_rate": 0.3,
            "batch_size": 200,
        },
        scope=(when.field_is("scaling", "linear"), when.at_least("farthest_cell", 50)),
        steps=1000,
        evaluate_every=20,
        conditions=(when.above("lowest_tenth", 0.95),),
        headline="lowest_tenth",
        words="{lowest_tenth} of the points share a tenth of the axis. After {step} steps the accuracy is "
        "{train_accuracy}.",
        otherwise="{lowest_tenth} of the points share a tenth of the axis; the accuracy is {train_accuracy}.",
        cures=(
            Variant(
                id="clip",
                title="Cut off below 1 % and above 95 %",
                why="The outlier becomes an ordinary point at the edge, and linear scaling then fills the range. One "
                "value in "
                "100 is cut off below and five above, as long tails of incomes, sizes and counts lie above.",
                changes={"scaling": "clip"},
                conditions=(when.below("lowest_tenth", 0.5), when.above("train_accuracy", 0.8)),
                headline="train_accuracy",
                words="Accuracy {train_accuracy}.",
                otherwise="Accuracy {train_accuracy}.",
            ),
            Variant(
                id="log",
                title="Logarithm, then z-score",
                why="In factors, a thousand is not so far from two. Logarithms are not centred at 0, so a z-score "
                "follows.",
                changes={"scaling": "log"},
                conditions=(when.above("train_accuracy", 0.8),),
                headline="train_accuracy",
                words="Accuracy {train_accuracy}.",
                otherwise="Accuracy {train_accuracy}.",
            ),
            Variant(
                id="none",
                title="No scaling at all",
                why="The other 199 points need no scaling, and a tanh is bounded, however large its input.",
                changes={"scaling": "none"},
                conditions=(when.above("train_accuracy", 0.8),),
                headline="train_accuracy",
                words="Accuracy {train_accuracy}: here the scaling did the harm.",
                otherwise="Accuracy {train_accuracy}.",
            ),
            Variant(
                id="standard",
                title="z-score",
                why="The outlier increases the standard deviation too, only less.",
                changes={"scaling": "standard"},
                conditions=(when.above("train_loss", 0.4), when.at_most("train_accuracy", 0.9)),
                headline="train_accuracy",
                words="Accuracy {train_accuracy}, loss {train_loss}.",
                otherwise="Accuracy {train_accuracy}, loss {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "patience",
                "Keep the linear scaling. Can another optimizer, a larger rate or more steps get it above 75 %?",
                (
                    when.field_is("scaling", "linear"),
                    when.at_least("farthest_cell", 50),
                    when.above("lowest_tenth", 0.95),
                    when.above("train_accuracy", 0.75),
                ),
                "Yes: {train_accuracy} after {step} steps at a rate of {learning_rate}, though {lowest_tenth} of the "
                "points share a tenth of the axis.",
            ),
            Question(
                "best",
                "Get the loss below 0.1, outlier included.",
                (when.at_least("farthest_cell", 50), when.below("train_loss", 0.1)),
                "The loss is {train_loss} after {step} steps, with the outlier in the data.",
            ),
        ),
        measures=("kappa", "train_loss"),
    )

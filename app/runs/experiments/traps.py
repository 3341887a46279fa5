"""5, too. Three ways to lose everything by one number: overflow, an empty cell, an outlier."""

from collections.abc import Mapping
from typing import Any

from app.data.datasets import load
from app.runs.experiments.model import (
    WHOLE,
    Experiment,
    Question,
    Variant,
    above,
    at_least,
    at_most,
    below,
    chosen,
    columns,
    equals,
    layers,
    not_chosen,
)

MISSING_ROW, OUTLIER_ROW = 7, 0


def overflow() -> Experiment:
    return Experiment(
        id="overflow",
        number="5c",
        title="Where numbers end",
        claim="On raw columns an ordinary learning rate is a thousand times too large. When the numbers end can be "
        "told beforehand, to the step.",
        watch="The exponent of the loss: seven more digits in every step, until float64 has no more.",
        instrument="loss",
        config={
            "dataset": "house_prices",
            "features": columns("house_prices"),
            "hidden": [],
            "initializer": "zeros",
            "learning_rate": 0.1,
            "batch_size": 300,
        },
        steps=60,
        evaluate_every=1,
        conditions=(at_most("prediction_error", 2),),
        headline="stopped_at",
        words="The error is multiplied by {error_growth} in each step. Predicted end: step {predicted_stop}; the loss "
        "was no number in step {stopped_at}.",
        otherwise="Predicted was step {predicted_stop}; the run stands at {step}, with a loss of {train_loss}.",
        cures=(
            Variant(
                "standard",
                "z-score",
                "The columns curve alike; 0.1 is an ordinary rate again.",
                {"scaling": "standard"},
                (WHOLE, below("train_loss", 0.1)),
                "train_loss",
                "Same rate: the loss is {train_loss} after {step} steps.",
            ),
            Variant(
                "linear",
                "Smallest to −1, largest to 1",
                "There are no outliers in these two columns, so this is enough.",
                {"scaling": "linear"},
                (WHOLE, below("train_loss", 0.1)),
                "train_loss",
                "Same rate: the loss is {train_loss} after {step} steps.",
            ),
            Variant(
                "rate",
                "A rate below the limit: 0.00005",
                "Then the numbers do not end. But the flat direction has hardly been walked.",
                {"learning_rate": 0.00005},
                (WHOLE, above("train_loss", 0.1)),
                "train_loss",
                "No overflow, and no lesson: the loss is {train_loss} after {step} steps, κ = {kappa}.",
                helps="partly",
            ),
            Variant(
                "clip",
                "Clip the gradient at 1",
                "The step is short, and still far too long for a size that multiplies 300 m².",
                {"clip_norm": 1.0},
                (WHOLE, above("train_loss", 0.1)),
                "train_loss",
                "No overflow, but it only jumps from side to side: the loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "double",
                "Make the end come sooner: reach it before step 35.",
                (chosen("dataset", "house_prices"), below("stopped_at", 35)),
            ),
            Question(
                "adam",
                "Keep the raw columns and the rate of 0.1. Which optimizer does not overflow?",
                (
                    chosen("dataset", "house_prices"),
                    chosen("scaling", "none"),
                    chosen("learning_rate", 0.1),
                    not_chosen("optimizer", "sgd"),
                    at_least("step", 60),
                    WHOLE,
                    below("train_loss", 0.3),
                ),
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
        title="One empty cell",
        claim="One missing cell in a table of 400 is enough: the first batch that holds it turns every weight of the "
        "network into no number.",
        watch="One backward pass: the front runs from the loss to the first layer and leaves nothing behind it.",
        instrument="tape",
        config={"dataset": _table(MISSING_ROW, {0: None}), "features": ["x1", "x2"], **healthy},
        steps=400,
        evaluate_every=1,
        conditions=(equals("nan_share", 1), at_most("stopped_at", 13)),
        headline="nan_share",
        words="The batch of step {stopped_at} held the empty cell. After it {nan_share} of the parameters are no "
        "number.",
        otherwise="{nan_share} of the parameters are no number after {step} steps.",
        cures=(
            Variant(
                "drop",
                "Leave the row out",
                "One sample of 200 is soon forgone.",
                {"dataset": _without(MISSING_ROW)},
                (equals("nan_share", 0), below("train_loss", 0.4)),
                "train_loss",
                "199 samples from step {began_at} on, and the loss is {train_loss}.",
                from_step="well",
            ),
            Variant(
                "fill",
                "Fill the cell with the column's mean",
                "Not the truth, but a number.",
                {"dataset": _table(MISSING_ROW, {0: 0.0})},
                (equals("nan_share", 0), below("train_loss", 0.4)),
                "train_loss",
                "All 200 samples from step {began_at} on, and the loss is {train_loss}.",
                from_step="well",
            ),
            Variant(
                "standard",
                "Scaling",
                "The mean and the spread are taken from the cells that are there; the empty one stays empty.",
                {"scaling": "standard"},
                (equals("nan_share", 1),),
                "nan_share",
                "It does not help: {nan_share} of the parameters are no number.",
                "{nan_share} of the parameters are no number.",
                helps="no",
                from_step="well",
            ),
            Variant(
                "clip",
                "Clip the gradient at 1",
                "The norm of what is no number is no number.",
                {"clip_norm": 1.0},
                (equals("nan_share", 1),),
                "nan_share",
                "It does not help: {nan_share} of the parameters are no number.",
                "{nan_share} of the parameters are no number.",
                helps="no",
                from_step="well",
            ),
        ),
        questions=(
            Question(
                "spared",
                "Keep the table, empty cell and all. Find a run that trains on it for 100 steps, unharmed.",
                (
                    at_least("empty_cells", 1),
                    above("learning_rate", 0),
                    at_least("step", 100),
                    equals("nan_share", 0),
                ),
            ),
            Question(
                "late",
                "Keep the table and every row in training. Put the end off: hold out for at least 25 steps.",
                (
                    at_least("empty_cells", 1),
                    chosen("test_fraction", 0.0),
                    above("learning_rate", 0),
                    at_least("step", 25),
                    equals("nan_share", 0),
                ),
            ),
        ),
        measures=("train_loss",),
    )


def outlier() -> Experiment:
    return Experiment(
        id="outlier",
        number="5e",
        title="One point far away",
        claim="A scaling that trusts the smallest and the largest value is at the mercy of a single one: all other "
        "points end up on a dot.",
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
        steps=1000,
        evaluate_every=20,
        conditions=(above("lowest_tenth", 0.95), below("train_accuracy", 0.6)),
        headline="lowest_tenth",
        words="{lowest_tenth} of the points share a tenth of the axis. After {step} steps the accuracy is "
        "{train_accuracy}: a coin.",
        otherwise="{lowest_tenth} of the points share a tenth of the axis; the accuracy is {train_accuracy}.",
        cures=(
            Variant(
                "clip",
                "Cut off below 1 % and above 95 %",
                "The far point becomes an ordinary one at the edge.",
                {"scaling": "clip"},
                (below("lowest_tenth", 0.5), above("train_accuracy", 0.8)),
                "train_accuracy",
                "Accuracy {train_accuracy}.",
                "Accuracy {train_accuracy}.",
            ),
            Variant(
                "log",
                "Logarithm, then z-score",
                "A thousand is not so far from two, counted in factors.",
                {"scaling": "log"},
                (above("train_accuracy", 0.8),),
                "train_accuracy",
                "Accuracy {train_accuracy}.",
                "Accuracy {train_accuracy}.",
            ),
            Variant(
                "none",
                "No scaling at all",
                "The other 199 points were fine as they were, and a tanh shrugs at a thousand.",
                {"scaling": "none"},
                (above("train_accuracy", 0.8),),
                "train_accuracy",
                "Accuracy {train_accuracy}: here the medicine was the illness.",
                "Accuracy {train_accuracy}.",
            ),
            Variant(
                "standard",
                "z-score",
                "The far point stretches the spread too, only less.",
                {"scaling": "standard"},
                (above("train_loss", 0.4), at_most("train_accuracy", 0.9)),
                "train_accuracy",
                "Half a cure: accuracy {train_accuracy}, loss {train_loss}.",
                "Accuracy {train_accuracy}, loss {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "patience",
                "Keep the linear scaling. Does a larger rate or more steps get it above 75 %?",
                (chosen("scaling", "linear"), above("lowest_tenth", 0.95), above("train_accuracy", 0.75)),
            ),
            Question(
                "best",
                "Get the loss below 0.1, outlier included.",
                (above("lowest_tenth", 0), below("train_loss", 0.1)),
            ),
        ),
        measures=("kappa", "train_loss"),
    )

"""5. Columns of very different size, and the exact limit that they set."""

from app.runs.conditions import Condition
from app.runs.experiments.model import (
    EXPLODED,
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
    layers,
)


def scaling() -> Experiment:
    return Experiment(
        id="scaling",
        number="5a",
        title="Rooms and people",
        claim="Columns of very different size make a valley that is steep one way and flat the other: no single "
        "learning rate fits both.",
        watch="κ, the ratio of the steepest to the flattest curve, and the hidden units: every tanh sits at its end "
        "before the first step.",
        instrument="scaling",
        config={
            "dataset": "housing",
            "samples": 600,
            "features": columns("housing"),
            "hidden": layers(8, "tanh", 1),
            "initializer": "glorot_normal",
            "learning_rate": 0.1,
            "batch_size": 600,
        },
        steps=500,
        evaluate_every=10,
        conditions=(above("kappa", 1e5), above("train_loss", 0.6)),
        headline="kappa",
        words="κ = {kappa}. {saturated_at_start} of the hidden units were stuck at an end before the first step, and "
        "after {step} steps the accuracy is {train_accuracy}.",
        otherwise="κ = {kappa}, and the loss is {train_loss}.",
        cures=(
            Variant(
                "log",
                "Logarithm, then z-score",
                "Incomes, crowds and prices grow by factors; the logarithm counts factors.",
                {"scaling": "log"},
                (below("kappa", 100), below("train_loss", 0.5), above("train_accuracy", 0.8)),
                "train_accuracy",
                "κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                "clip",
                "Cut off the tail, then linear",
                "A handful of outliers no longer decides the scale.",
                {"scaling": "clip"},
                (below("kappa", 100), below("train_loss", 0.5), above("train_accuracy", 0.8)),
                "train_accuracy",
                "κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                "standard",
                "z-score",
                "Mean 0, spread 1: the columns weigh the same.",
                {"scaling": "standard"},
                (below("kappa", 100), below("train_loss", 0.55), above("train_accuracy", 0.8)),
                "train_accuracy",
                "κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                "linear",
                "Smallest to −1, largest to 1",
                "The usual first idea. The largest is an outlier.",
                {"scaling": "linear"},
                (below("kappa", 1e4), above("train_loss", 0.5)),
                "train_accuracy",
                "Half a cure: κ falls to {kappa}, but {lowest_tenth} of the points crowd into a tenth of an axis. "
                "Accuracy {train_accuracy}, loss {train_loss}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
                helps="partly",
            ),
            Variant(
                "slower",
                "A smaller learning rate instead",
                "Small enough for the steep way is nothing at all for the flat one.",
                {"learning_rate": 0.001},
                (above("kappa", 1e5), above("train_loss", 0.6)),
                "train_loss",
                "It does not help: the loss is {train_loss}.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                "penguins",
                "Real penguins, in millimetres and grams",
                "Bills of 44 mm, bodies of 4200 g.",
                {"dataset": "penguins", "features": columns("penguins"), "hidden": layers(6, "tanh", 1)},
                (above("kappa", 1e8), below("train_accuracy", 0.6)),
                "train_accuracy",
                "κ = {kappa}: the network calls every penguin an Adelie, which is right for {train_accuracy}.",
                "κ = {kappa}, accuracy {train_accuracy}.",
                helps="",
            ),
            Variant(
                "penguins_standard",
                "The same penguins, z-scored",
                "Nothing else changed.",
                {
                    "dataset": "penguins",
                    "features": columns("penguins"),
                    "hidden": layers(6, "tanh", 1),
                    "scaling": "standard",
                },
                (below("kappa", 100), above("train_accuracy", 0.95)),
                "train_accuracy",
                "κ = {kappa}, and {train_accuracy} of the penguins are told apart.",
                "κ = {kappa}, accuracy {train_accuracy}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "best",
                "Which scaling tells the most houses apart in 500 steps? Reach 91 %.",
                (
                    chosen("dataset", "housing"),
                    chosen("learning_rate", 0.1),
                    at_most("step", 500),
                    at_least("train_accuracy", 0.91),
                ),
            ),
            Question(
                "otherwise",
                "Can anything but scaling save the penguins? Reach 90 % on all four columns in millimetres and grams.",
                (
                    chosen("dataset", "penguins"),
                    chosen("scaling", "none"),
                    chosen("features[-1]", "body_mass_g"),
                    at_least("train_accuracy", 0.9),
                ),
            ),
        ),
        measures=("saturated_at_start", "lowest_tenth", "train_accuracy", "test_accuracy"),
    )


def limit() -> Experiment:
    return Experiment(
        id="limit",
        number="5b",
        title="The edge, to the percent",
        claim="For a linear unit with squared error the largest stable learning rate is 2/λmax, and λmax comes from "
        "the data alone.",
        watch="The tick on the learning rate's slider. Just past it the error grows with every step; just below it "
        "comes down.",
        instrument="limit",
        config={
            "dataset": "house_prices",
            "features": columns("house_prices"),
            "scaling": "standard",
            "hidden": [],
            "initializer": "zeros",
            "learning_rate": 1.1,
            "batch_size": 300,
        },
        steps=300,
        evaluate_every=5,
        conditions=(above("rate_over_limit", 1), EXPLODED),
        headline="rate_limit",
        words="2/λmax = {rate_limit}. At a rate of {learning_rate} the error is multiplied by {error_growth} in each "
        "step; step {exploded_at} passed a million times the first loss.",
        otherwise="2/λmax = {rate_limit}, the rate is {learning_rate}, and the loss is {train_loss}.",
        cures=(
            Variant(
                "under",
                "Learning rate 1.0",
                "Five percent below the limit.",
                {"learning_rate": 1.0},
                (below("rate_over_limit", 1), WHOLE, below("train_loss", 0.02)),
                "train_loss",
                "2/λmax = {rate_limit}: just below it, the loss comes down to {train_loss}.",
                "2/λmax = {rate_limit}, and the loss is {train_loss}.",
            ),
            Variant(
                "linear",
                "Another scaling: linear",
                "A smaller spread curves less, so the same rate is no longer too large.",
                {"scaling": "linear"},
                (below("rate_over_limit", 1), WHOLE, below("train_loss", 0.02)),
                "rate_limit",
                "The limit is {rate_limit} now. The rate stayed at {learning_rate}, and the loss is {train_loss}.",
                "The limit is {rate_limit}, the loss {train_loss}.",
            ),
        ),
        questions=(
            Question(
                "percent",
                "Find two rates less than two percent apart, of which one comes down and the other explodes.",
                (
                    chosen("dataset", "house_prices"),
                    WHOLE,
                    at_least("step", 300),
                    Condition("equal", 1, "exploded", run="other"),
                    Condition("at_least", None, "learning_rate", of="other", times=0.98),
                    Condition("below", None, "learning_rate", of="other"),
                ),
            ),
            Question(
                "wide",
                "Which scaling allows the largest rate? Learn at 1.5 or more.",
                (
                    chosen("dataset", "house_prices"),
                    at_least("learning_rate", 1.5),
                    at_least("step", 100),
                    WHOLE,
                    below("train_loss", 0.02),
                ),
            ),
        ),
        measures=("rate_over_limit", "kappa", "train_loss"),
    )

"""Experiments 5a and 5b: columns of very different size, and the stability limit that they set."""

from .. import conditions as when
from .model import LINEAR_UNIT, Experiment, Phrase, Question, Variant, columns, layers


def scaling() -> Experiment:
    return Experiment(
        id="scaling",
        number="5a",
        title="Feature scaling",
        subtitle="Rooms and people",
        topic="data",
        claim="Columns of very different size make a valley that is steep in one direction and flat in another: no "
        "single learning rate fits both.",
        watch="κ, the ratio of the steepest to the flattest curve, and the hidden units: nearly every tanh is "
        "saturated before the first step.",
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
        scope=(
            when.at_least("size_ratio", 300),
            when.at_least("hidden_layers", 1),
            when.field_is_one_of("hidden[*].activation", "tanh", "sigmoid"),
            when.field_is("optimizer", "sgd"),
            when.equals("normalized_layers", 0),
        ),
        steps=500,
        evaluate_every=10,
        conditions=(when.above("kappa", 1e5), when.above("share_of_base_rate", 0.85)),
        headline="kappa",
        words="κ = {kappa}. {saturated_at_start} of the hidden units were saturated before the first step, and "
        "after {step} steps the accuracy is {train_accuracy}.",
        otherwise="κ = {kappa}, and the loss is {train_loss}.",
        cures=(
            Variant(
                id="log",
                title="Logarithm, then z-score",
                why="Incomes, populations and prices differ by factors; the logarithm turns factors into differences.",
                changes={"scaling": "log"},
                conditions=(when.below("kappa", 100), when.below("train_loss", 0.5), when.above("train_accuracy", 0.8)),
                headline="train_accuracy",
                words="κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                otherwise="κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                id="clip",
                title="Cut off the tail, then linear",
                why="A handful of outliers no longer decides the scale.",
                changes={"scaling": "clip"},
                conditions=(when.below("kappa", 100), when.below("train_loss", 0.5), when.above("train_accuracy", 0.8)),
                headline="train_accuracy",
                words="κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                otherwise="κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                id="standard",
                title="z-score",
                why="Mean 0, spread 1: the columns weigh the same.",
                changes={"scaling": "standard"},
                conditions=(
                    when.below("kappa", 100),
                    when.below("train_loss", 0.55),
                    when.above("train_accuracy", 0.8),
                ),
                headline="train_accuracy",
                words="κ = {kappa}, accuracy {train_accuracy}, loss {train_loss}.",
                otherwise="κ = {kappa}, accuracy {train_accuracy}.",
            ),
            Variant(
                id="linear",
                title="Smallest to −1, largest to 1",
                why="The usual first idea. The largest is an outlier.",
                changes={"scaling": "linear"},
                conditions=(when.below("kappa", 1e4), when.above("train_loss", 0.5)),
                headline="train_accuracy",
                words="κ falls to {kappa}, but {lowest_tenth} of the points crowd into a tenth of an "
                "axis. Accuracy {train_accuracy}, loss {train_loss}.",
                otherwise="κ = {kappa}, accuracy {train_accuracy}.",
                helps="partly",
            ),
            Variant(
                id="slower",
                title="A smaller learning rate instead",
                why="A rate small enough for the steep direction hardly moves along the flat one.",
                changes={"learning_rate": 0.001},
                conditions=(when.above("kappa", 1e5), when.above("train_loss", 0.6)),
                headline="train_loss",
                words="It does not help: the loss is {train_loss}.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                id="penguins",
                title="Real penguins, in millimetres and grams",
                why="Bills of 44 mm, bodies of 4200 g.",
                changes={"dataset": "penguins", "features": columns("penguins"), "hidden": layers(6, "tanh", 1)},
                conditions=(when.above("kappa", 1e8), when.below("train_accuracy", 0.6)),
                headline="train_accuracy",
                words="κ = {kappa}, and only {train_accuracy} of the penguins are classified correctly.",
                otherwise="κ = {kappa}, accuracy {train_accuracy}.",
                helps="",
            ),
            Variant(
                id="penguins_standard",
                title="The same penguins, z-scored",
                why="Nothing else changed.",
                changes={
                    "dataset": "penguins",
                    "features": columns("penguins"),
                    "hidden": layers(6, "tanh", 1),
                    "scaling": "standard",
                },
                conditions=(when.below("kappa", 100), when.above("train_accuracy", 0.95)),
                headline="train_accuracy",
                words="κ = {kappa}, and {train_accuracy} of the penguins are classified correctly.",
                otherwise="κ = {kappa}, accuracy {train_accuracy}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "best",
                "Which scaling tells 90 % of the houses apart within 500 steps?",
                (
                    when.field_is("dataset", "housing"),
                    when.field_is("learning_rate", 0.1),
                    when.field_is("optimizer", "sgd"),
                    when.at_most("step", 500),
                    when.at_least("train_accuracy", 0.9),
                ),
                "This one does: {train_accuracy} after {step} steps, with κ = {kappa}.",
            ),
            Question(
                "otherwise",
                "Can anything but scaling save the penguins? Reach 90 % on all four columns in millimetres and grams.",
                (
                    when.field_is("dataset", "penguins"),
                    when.field_is("scaling", "none"),
                    *(when.field_is(f"features[{k}]", name) for k, name in enumerate(columns("penguins"))),
                    when.at_least("train_accuracy", 0.9),
                ),
                "Yes: {train_accuracy} after {step} steps, without scaling and with κ = {kappa}.",
            ),
        ),
        measures=("saturated_at_start", "lowest_tenth", "train_accuracy", "test_accuracy"),
    )


def limit() -> Experiment:
    return Experiment(
        id="limit",
        number="5b",
        title="The largest stable learning rate",
        subtitle="The edge, to the percent",
        topic="data",
        claim="For a linear unit with squared error the largest stable learning rate is 2/λmax, and λmax comes from "
        "the data alone.",
        watch="The tick on the learning rate's slider. Just past it the error grows with every step; just below it, "
        "it falls.",
        instrument="limit",
        config={
            "dataset": "house_prices",
            "features": columns("house_prices"),
            "scaling": "standard",
            "target_scaling": "none",
            "hidden": [],
            "initializer": "zeros",
            "learning_rate": 1.1,
            "batch_size": 300,
        },
        scope=(*LINEAR_UNIT, when.above("learning_rate", 0), when.at_least("rate_from_limit", 0.01)),
        steps=300,
        evaluate_every=5,
        conditions=(when.equals("limit_predicts", 1),),
        headline="rate_limit",
        words="2/λmax = {rate_limit}. {side}",
        otherwise="2/λmax = {rate_limit}, the rate is {learning_rate}, and the loss is {train_loss}.",
        phrases=(
            Phrase(
                "side",
                (
                    (
                        when.below("rate_over_limit", 1),
                        "A rate of {learning_rate} is below it: the loss falls from {first_loss} to {train_loss}.",
                    ),
                    (
                        when.EXPLODED,
                        "A rate of {learning_rate} is above it: the error is multiplied by {error_growth} in each "
                        "step, and step {exploded_at} passed a million times the first loss.",
                    ),
                ),
                "A rate of {learning_rate} is above it: the error is multiplied by {error_growth} in each step, and "
                "the loss grows, to {train_loss} so far.",
            ),
        ),
        cures=(
            Variant(
                id="under",
                title="Learning rate 1.0",
                why="Just below the limit that the z-scored columns have.",
                changes={"learning_rate": 1.0},
                conditions=(when.below("rate_over_limit", 1), when.NOT_EXPLODED, when.below("excess_share", 0.01)),
                headline="train_loss",
                words="2/λmax = {rate_limit}: just below it, the loss falls to {train_loss}.",
                otherwise="2/λmax = {rate_limit}, and the loss is {train_loss}.",
            ),
            Variant(
                id="linear",
                title="Another scaling: linear",
                why="A smaller spread curves less, so the same rate is no longer too large.",
                changes={"scaling": "linear"},
                conditions=(when.below("rate_over_limit", 1), when.NOT_EXPLODED, when.below("excess_share", 0.01)),
                headline="rate_limit",
                words="The limit is {rate_limit} now. The rate stayed at {learning_rate}, and the loss is "
                "{train_loss}.",
                otherwise="The limit is {rate_limit}, the loss {train_loss}.",
            ),
        ),
        questions=(
            Question(
                "percent",
                "Find two rates less than two percent apart: with one the loss falls, with the other it explodes.",
                (
                    when.field_is("dataset", "house_prices"),
                    *LINEAR_UNIT,
                    when.below("rate_over_limit", 1),
                    when.NOT_EXPLODED,
                    when.at_least("step", 300),
                    when.other(when.equals("exploded", 1)),
                    when.same_but("learning_rate"),
                    when.equals("patched", 0),
                    when.other(when.equals("patched", 0)),
                    when.compared("learning_rate", "at_least", to="other", times=0.98),
                    when.compared("learning_rate", "below", to="other"),
                ),
                "At a rate of {learning_rate} the loss falls to {train_loss}; at {other.learning_rate} it explodes in "
                "step {other.exploded_at}. 2/λmax is {rate_limit}.",
            ),
            Question(
                "wide",
                "Which scaling allows a larger rate? Learn at 1.5 or more.",
                (
                    when.field_is("dataset", "house_prices"),
                    *LINEAR_UNIT,
                    when.field("learning_rate", "at_least", 1.5),
                    when.below("rate_over_limit", 1),
                    when.at_least("step", 100),
                    when.NOT_EXPLODED,
                    when.below("excess_share", 0.01),
                ),
                "At a rate of {learning_rate} the loss falls to {train_loss}: with this scaling 2/λmax is "
                "{rate_limit}.",
            ),
        ),
        measures=("rate_over_limit", "kappa", "train_loss"),
    )

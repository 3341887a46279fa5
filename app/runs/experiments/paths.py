"""Experiment 7: the cost of the gradient path by path."""

from .. import conditions as when
from ..measures.paths import SUM_LIMIT
from .model import Experiment, Question, Variant, layers


def paths() -> Experiment:
    return Experiment(
        id="paths",
        number="7",
        title="Path by path or with the tape",
        subtitle="Count the paths",
        topic="how it works",
        claim="Every weight's gradient is a sum over all paths from it to the loss. Their number multiplies with each "
        "layer; with every result recorded, each layer only adds to the work.",
        watch="The counter: path by path against the tape, and the time that the sum really takes here.",
        instrument="pathsum",
        config={"dataset": "moons", "hidden": layers(8, "sigmoid", 3), "learning_rate": 0.3, "batch_size": 16},
        scope=(
            when.at_least("hidden_layers", 3),
            when.field("hidden[*].units", "at_least", 3),
            when.at_most("path_multiplications", SUM_LIMIT),
        ),
        steps=1,
        evaluate_every=0,
        conditions=(when.at_most("path_difference", 1e-12), when.above("multiplication_ratio", 10)),
        headline="multiplication_ratio",
        words="{paths} paths. Path by path, all gradients of one sample took {path_multiplications} multiplications "
        "and {path_seconds}; with the tape {tape_multiplications}. Both use the forward pass's values, which "
        "are not counted. They agree to {path_difference}.",
        otherwise="{paths} paths, {path_multiplications} multiplications path by path and {tape_multiplications} with "
        "the tape.",
        cures=(
            Variant(
                id="shallow",
                title="One hidden layer",
                why="With one hidden layer little is computed twice. The cure for many layers is the tape itself.",
                changes={"hidden": layers(8, "sigmoid", 1)},
                conditions=(when.at_most("path_difference", 1e-12), when.below("multiplication_ratio", 2)),
                headline="multiplication_ratio",
                words="{paths} paths: {path_multiplications} multiplications, with the tape {tape_multiplications}.",
                otherwise="{paths} paths: {path_multiplications} multiplications.",
            ),
        ),
        beside=(
            Variant(
                id="five",
                title="Five layers of 8",
                why="Each layer of 8 units more makes eight times as many paths.",
                changes={"hidden": layers(8, "sigmoid", 5)},
                conditions=(when.at_most("path_difference", 1e-12), when.above("multiplication_ratio", 1000)),
                headline="multiplication_ratio",
                words="{paths} paths, {path_multiplications} multiplications, {path_seconds}. With the tape: "
                "{tape_multiplications}.",
                otherwise="{paths} paths, {path_multiplications} multiplications.",
                helps="",
            ),
            Variant(
                id="ten",
                title="Ten layers of 8",
                why="The sum over paths would take far too long, so it is only counted.",
                changes={"hidden": layers(8, "sigmoid", 10)},
                conditions=(when.above("multiplication_ratio", 1e7),),
                headline="multiplication_ratio",
                words="{paths} paths, {path_multiplications} multiplications. With the tape: {tape_multiplications}.",
                otherwise="{paths} paths.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "wide",
                "Same number of hidden units, fewer paths: find a network with 24 hidden units and fewer than 500 "
                "paths.",
                (when.equals("hidden_units", 24), when.below("paths", 500)),
                "{paths} paths with {hidden_units} hidden units.",
            ),
            Question(
                "million",
                "With how few hidden units do you get more than a million paths? Stay below 50.",
                (when.above("paths", 1e6), when.below("hidden_units", 50)),
                "{paths} paths with {hidden_units} hidden units in {hidden_layers} layers.",
            ),
        ),
        measures=("paths", "path_multiplications", "tape_multiplications", "path_seconds"),
    )

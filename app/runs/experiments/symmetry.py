"""Experiment 8: equal initial weights never become different."""

from .. import conditions as when
from ..measures.weights import ROUNDING
from .model import Experiment, Question, Variant, layers


def symmetry() -> Experiment:
    return Experiment(
        id="symmetry",
        number="8",
        title="Random initialization breaks symmetry",
        subtitle="Twins stay twins",
        topic="how it works",
        claim="Units with equal weights receive equal gradients, so they stay equal for ever. That is why weights are "
        "initialized at random.",
        watch="The tiles of a layer: all its units show the same picture, however long it trains.",
        instrument="units",
        config={
            "dataset": "moons",
            "hidden": layers(8, "tanh", 2),
            "initializer": "constant",
            "initializer_scale": 0.5,
            "learning_rate": 0.3,
            "batch_size": 300,
        },
        scope=(when.equals("unit_spread_at_start", 0), when.equals("dropout", 0)),
        steps=500,
        evaluate_every=10,
        conditions=(when.at_most("relative_unit_spread", ROUNDING),),
        headline="unit_spread",
        words="After {step} steps the largest difference between two units of a layer is {unit_spread}: apart from "
        "rounding, all units of a layer do the work of one. The loss is {train_loss}.",
        otherwise="The largest difference between two units of a layer is {unit_spread}; the loss is {train_loss}.",
        cures=(
            Variant(
                id="random",
                title="Random initialization",
                why="Different from the first step on.",
                changes={"initializer": "glorot_normal", "initializer_scale": 1.0},
                conditions=(when.above("unit_spread", 0.5), when.below("train_loss", 0.35)),
                headline="train_loss",
                words="They differ by up to {unit_spread}, and the loss is {train_loss}.",
                otherwise="They differ by up to {unit_spread}; the loss is {train_loss}.",
            ),
            Variant(
                id="zeros",
                title="All zeros",
                why="Equal again, and worse: an error multiplied by weights of 0 is 0.",
                changes={"initializer": "zeros", "initializer_scale": 1.0},
                conditions=(
                    when.at_most("relative_unit_spread", ROUNDING),
                    when.equals("first_weights_moved", 0),
                    when.above("train_loss", 0.69),
                ),
                headline="train_loss",
                words="It does not help: W1 moved by exactly {first_weights_moved}, and the loss stays at "
                "{train_loss}.",
                helps="no",
            ),
            Variant(
                id="dropout",
                title="Dropout",
                why="Each step leaves other units out, so no two of them get the same sequence of gradients.",
                changes={"dropout": 0.2},
                conditions=(when.above("unit_spread", 0.01), when.above("train_loss", 0.1)),
                headline="unit_spread",
                words="They differ by {unit_spread} now. After {step} steps the loss is {train_loss}.",
                otherwise="They differ by {unit_spread}; the loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "batch",
                "Do smaller batches make equal units differ? Use fewer than 100 samples, and train at least 100 steps.",
                (
                    when.equals("unit_spread_at_start", 0),
                    when.equals("dropout", 0),
                    when.at_least("hidden_layers", 1),
                    when.above("learning_rate", 0),
                    when.at_least("step", 100),
                    when.at_most("relative_unit_spread", ROUNDING),
                    when.field("batch_size", "below", 100),
                ),
                "No: after {step} steps the largest difference between two units of a layer is {unit_spread}. "
                "Whatever the batch, all units of a layer receive the same gradient.",
            ),
            Question(
                "tiny",
                "How little randomness is enough? Learn to a loss below 0.1 from weights a tenth of the usual size.",
                (
                    when.field_is_not("initializer", "constant"),
                    when.field_is_not("initializer", "zeros"),
                    when.field_is("dataset", "moons"),
                    when.field_is("parameters", None),
                    when.field("initializer_scale", "at_most", 0.1),
                    when.below("train_loss", 0.1),
                ),
                "Random weights a tenth of the usual size or less suffice: after {step} steps the units differ by up "
                "to {unit_spread}, and the loss is {train_loss}.",
            ),
        ),
        measures=("first_weights_moved", "train_accuracy"),
    )

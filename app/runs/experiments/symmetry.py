"""Experiment 8: equal initial weights never become different."""

from app.runs import conditions as when
from app.runs.experiments.model import Experiment, Question, Variant, layers


def symmetry() -> Experiment:
    return Experiment(
        id="symmetry",
        number="8",
        title="Random initialization breaks symmetry",
        subtitle="Twins stay twins",
        topic="how it works",
        claim="Units that start alike are told the same and do the same, for ever. So weights start at random.",
        watch="The tiles of a layer: eight pictures, all the same, however long it trains.",
        instrument="units",
        config={
            "dataset": "moons",
            "hidden": layers(8, "tanh", 2),
            "initializer": "constant",
            "initializer_scale": 0.5,
            "learning_rate": 0.3,
            "batch_size": 300,
        },
        steps=500,
        evaluate_every=10,
        conditions=(when.equals("unit_spread", 0), when.above("train_loss", 0.1)),
        headline="unit_spread",
        words="After {step} steps the largest difference between two units of a layer is exactly {unit_spread}: eight "
        "units do the work of one. The loss is stuck at {train_loss}.",
        otherwise="The largest difference between two units of a layer is {unit_spread}; the loss is {train_loss}.",
        cures=(
            Variant(
                id="random",
                title="Start at random",
                why="Different from the first step on.",
                changes={"initializer": "glorot_normal", "initializer_scale": 1.0},
                conditions=(when.above("unit_spread", 0.5), when.below("train_loss", 0.35)),
                headline="train_loss",
                words="They differ by up to {unit_spread}, and the loss is {train_loss}.",
                otherwise="They differ by up to {unit_spread}; the loss is {train_loss}, still on its way.",
            ),
            Variant(
                id="zeros",
                title="All zeros",
                why="Alike again, and worse: what is multiplied by zero hears nothing either.",
                changes={"initializer": "zeros", "initializer_scale": 1.0},
                conditions=(
                    when.equals("unit_spread", 0),
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
                title="Dropout breaks the tie",
                why="Each step leaves other units out, so no two of them have the same story.",
                changes={"dropout": 0.2},
                conditions=(when.above("unit_spread", 0.01), when.above("train_loss", 0.1)),
                headline="unit_spread",
                words="They differ by {unit_spread} now. In {step} steps that is not yet worth much: the loss is "
                "{train_loss}.",
                otherwise="They differ by {unit_spread}; the loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "batch",
                "Do smaller batches, and with them a different path, make the twins differ? Train at least 100 steps.",
                (
                    when.field_is("initializer", "constant"),
                    when.field_is("dropout", 0.0),
                    when.at_least("hidden_layers", 1),
                    when.at_least("step", 100),
                    when.at_most("unit_spread", 1e-9),
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
                    when.field("initializer_scale", "at_most", 0.1),
                    when.below("train_loss", 0.1),
                ),
                "Random weights a tenth of the usual size or less suffice: after {step} steps the units differ by up "
                "to {unit_spread}, and the loss is {train_loss}.",
            ),
        ),
        measures=("first_weights_moved", "train_accuracy"),
    )

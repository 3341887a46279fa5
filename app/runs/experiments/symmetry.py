"""8. Why weights start at random."""

from app.runs.conditions import Condition
from app.runs.experiments.model import (
    Experiment,
    Question,
    Variant,
    above,
    at_least,
    at_most,
    below,
    chosen,
    equals,
    layers,
    not_chosen,
)


def symmetry() -> Experiment:
    return Experiment(
        id="symmetry",
        number="8",
        title="Twins stay twins",
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
        conditions=(equals("unit_spread", 0), above("train_loss", 0.1)),
        headline="unit_spread",
        words="After {step} steps the largest difference between two units of a layer is exactly {unit_spread}: eight "
        "units do the work of one. The loss is stuck at {train_loss}.",
        otherwise="The largest difference between two units of a layer is {unit_spread}; the loss is {train_loss}.",
        cures=(
            Variant(
                "random",
                "Start at random",
                "Different from the first step on.",
                {"initializer": "glorot_normal", "initializer_scale": 1.0},
                (above("unit_spread", 0.5), below("train_loss", 0.35)),
                "train_loss",
                "They differ by up to {unit_spread}, and the loss is {train_loss}.",
                "They differ by up to {unit_spread}; the loss is {train_loss}, still on its way.",
            ),
            Variant(
                "zeros",
                "All zeros",
                "Alike again, and worse: what is multiplied by zero hears nothing either.",
                {"initializer": "zeros", "initializer_scale": 1.0},
                (equals("unit_spread", 0), equals("first_weights_moved", 0), above("train_loss", 0.69)),
                "train_loss",
                "It does not help: W1 moved by exactly {first_weights_moved}, and the loss stays at {train_loss}.",
                helps="no",
            ),
            Variant(
                "dropout",
                "Dropout breaks the tie",
                "Each step leaves other units out, so no two of them have the same story.",
                {"dropout": 0.2},
                (above("unit_spread", 0.01), above("train_loss", 0.1)),
                "unit_spread",
                "They differ by {unit_spread} now. In {step} steps that is not yet worth much: the loss is "
                "{train_loss}.",
                "They differ by {unit_spread}; the loss is {train_loss}.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "batch",
                "Do smaller batches, and with them a different path, make the twins differ? Train at least 100 steps.",
                (
                    chosen("initializer", "constant"),
                    chosen("dropout", 0.0),
                    at_least("hidden_layers", 1),
                    at_least("step", 100),
                    at_most("unit_spread", 1e-9),
                    Condition("below", 100, field="batch_size"),
                ),
            ),
            Question(
                "tiny",
                "How little randomness is enough? Learn to a loss below 0.1 from weights a tenth of the usual size.",
                (
                    not_chosen("initializer", "constant"),
                    not_chosen("initializer", "zeros"),
                    Condition("at_most", 0.1, field="initializer_scale"),
                    below("train_loss", 0.1),
                ),
            ),
        ),
        measures=("first_weights_moved", "train_accuracy"),
    )

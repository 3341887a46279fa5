"""4. ReLUs that die."""

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


def dying() -> Experiment:
    return Experiment(
        id="dying",
        number="4",
        title="Units that went silent",
        claim="A ReLU that answers 0 to every sample has slope 0 for every sample: nothing can wake it. A few too long "
        "strides are enough to kill most of a network.",
        watch="The dashed rings: units that answer 0 to every sample of the training set, counted over time.",
        instrument="health",
        config={
            "dataset": "circles",
            "hidden": layers(8, "relu", 2),
            "initializer": "he_normal",
            "learning_rate": 3.0,
            "batch_size": 10,
        },
        steps=400,
        evaluate_every=5,
        conditions=(at_least("dead_share", 0.4), above("train_loss", 0.5)),
        headline="dead_share",
        words="{dead_share} of the hidden units are dead ({dead_at_start} were before the first step). The loss is "
        "{train_loss}; knowing nothing costs {base_rate}.",
        otherwise="{dead_share} of the hidden units are dead, and the loss is {train_loss}: the survivors manage.",
        cures=(
            Variant(
                "rate",
                "Learning rate 0.3, from the start",
                "Nobody is thrown so far that no sample reaches it any more.",
                {"learning_rate": 0.3},
                (at_most("dead_share", 0.3), below("train_loss", 0.35)),
                "dead_share",
                "{dead_share} are dead, and the loss is {train_loss}. Keep calm and lower your learning rate.",
                "{dead_share} are dead, the loss is {train_loss}.",
            ),
            Variant(
                "clip",
                "Clip the gradient at 0.1",
                "The rate stays at 3, but no step is longer than 0.3.",
                {"clip_norm": 0.1},
                (at_most("dead_share", 0.3), below("train_loss", 0.35)),
                "dead_share",
                "{dead_share} are dead, and the loss is {train_loss}.",
                "{dead_share} are dead, the loss is {train_loss}.",
            ),
            Variant(
                "leaky",
                "Leaky ReLU",
                "It lets a hundredth through where a ReLU blocks, so its slope is never 0.",
                {"hidden": layers(8, "leaky_relu", 2)},
                (equals("dead_share", 0), above("train_loss", 0.2)),
                "train_loss",
                "Nobody dies, and yet nothing is learned: the loss is {train_loss}. The rate was the illness; the "
                "dead units were its mark.",
                "Nobody dies, and here it learned something: the loss is {train_loss}.",
                helps="partly",
            ),
            Variant(
                "leaky_calm",
                "Leaky ReLU and a rate of 0.3",
                "Both together: no unit can die, and no step is too long.",
                {"hidden": layers(8, "leaky_relu", 2), "learning_rate": 0.3},
                (equals("dead_share", 0), below("train_loss", 0.35)),
                "train_loss",
                "Nobody dies, and the loss is {train_loss}.",
                "Nobody dies; the loss is {train_loss}.",
            ),
            Variant(
                "batch_norm",
                "Batch norm",
                "Often advised. Its own scale and shift can be thrown just as far.",
                {"batch_norm": True},
                (at_least("dead_share", 0.25), above("train_loss", 0.5)),
                "dead_share",
                "It does not help: {dead_share} are dead, the loss is {train_loss}.",
                "Here it did: {dead_share} are dead, and the loss is {train_loss}.",
                helps="no",
            ),
            Variant(
                "later",
                "Lower the rate afterwards",
                "The same medicine, after the harm is done.",
                {"learning_rate": 0.1},
                (
                    Condition("at_least", None, "dead_share", of="before", times=0.8),
                    equals("dead_weights_moved", 0),
                    above("train_loss", 0.4),
                ),
                "dead_share",
                "{dead_then} were dead, {dead_share} are now. The weights into the dead units of layer 1 moved by "
                "exactly {dead_weights_moved}. It prevents; it does not revive.",
                "{dead_then} were dead, {dead_share} are now; the loss is {train_loss}. Units of a later layer can "
                "come back when the layer below them moves.",
                helps="no",
                steps=2000,
                from_step=400,
            ),
        ),
        questions=(
            Question(
                "bearable",
                "How high can the rate go before more than a third of the units die? Find a rate of at least 0.8 that "
                "still learns.",
                (
                    chosen("hidden[*].activation", "relu"),
                    at_least("learning_rate", 0.8),
                    at_least("step", 400),
                    at_most("dead_share", 0.34),
                    below("train_loss", 0.2),
                ),
            ),
            Question(
                "smooth",
                "Find an activation other than leaky ReLU that never dies, and learns at a rate of 0.3.",
                (
                    not_chosen("hidden[*].activation", "relu"),
                    not_chosen("hidden[*].activation", "leaky_relu"),
                    chosen("learning_rate", 0.3),
                    at_least("hidden_layers", 2),
                    equals("dead_share", 0),
                    below("train_loss", 0.3),
                ),
            ),
        ),
        measures=("dead_at_start", "train_accuracy", "base_rate"),
    )

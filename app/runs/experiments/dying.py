"""Experiment 4: dying ReLUs."""

from .. import conditions as when
from .model import Experiment, Phrase, Question, Variant, layers


def dying() -> Experiment:
    return Experiment(
        id="dying",
        number="4",
        title="Dying ReLUs",
        subtitle="Units that went silent",
        topic="gradients",
        claim="A ReLU whose output is 0 for every sample has slope 0 for every sample, so its own weights get no "
        "gradient: it is dead. A few steps at too high a learning rate are enough to kill a quarter of the units or "
        "more. Under plain gradient descent such a unit of layer 1 never comes back; in a later layer it does only if "
        "the "
        "layers before it move its inputs.",
        watch="The dashed rings: units whose output is 0 for every sample of the training set, counted over time.",
        instrument="health",
        config={
            "dataset": "circles",
            "hidden": layers(8, "relu", 2),
            "initializer": "he_normal",
            "learning_rate": 3.0,
            "batch_size": 10,
        },
        scope=(
            when.field_is("hidden[*].activation", "relu"),
            when.field_is_one_of("dataset", "circles", "moons", "xor"),
            when.field("learning_rate", "at_least", 3.0),
            when.field("batch_size", "at_most", 10),
            when.at_least("hidden_layers", 2),
            when.field("hidden[*].units", "at_least", 5),
            when.field_is("optimizer", "sgd"),
            when.field_is("clip_norm", None),
            when.equals("normalized_layers", 0),
        ),
        steps=400,
        evaluate_every=5,
        conditions=(when.at_least("dead_share", 0.25),),
        headline="dead_share",
        words="{amount} hidden units are dead: {dead_share} ({dead_at_start} were before the first step). The loss is "
        "{train_loss}; the best constant prediction has a loss of {base_rate}.",
        otherwise="{dead_share} of the hidden units are dead, and the loss is {train_loss}.",
        cures=(
            Variant(
                id="rate",
                title="Learning rate 0.3, from the start",
                why="Shorter steps move fewer units so far that their output is 0 for every sample.",
                changes={"learning_rate": 0.3},
                conditions=(when.at_most("dead_share", 0.3), when.below("train_loss", 0.35)),
                headline="dead_share",
                words="{dead_share} are dead, and the loss is {train_loss}.",
                otherwise="{dead_share} are dead, the loss is {train_loss}.",
            ),
            Variant(
                id="clip",
                title="Clip the gradient at 0.1",
                why="The rate stays, but no step is longer than a tenth of it.",
                changes={"clip_norm": 0.1},
                conditions=(when.at_most("dead_share", 0.3), when.below("train_loss", 0.35)),
                headline="dead_share",
                words="{dead_share} are dead, and the loss is {train_loss}.",
                otherwise="{dead_share} are dead, the loss is {train_loss}.",
            ),
            Variant(
                id="leaky",
                title="Leaky ReLU",
                why="It lets a hundredth through where a ReLU blocks, so its slope is never 0.",
                changes={"hidden": layers(8, "leaky_relu", 2)},
                conditions=(when.equals("dead_share", 0), when.above("train_loss", 0.2)),
                headline="train_loss",
                words="No unit is dead, and still the loss is {train_loss}, with an accuracy of {train_accuracy}: the "
                "learning rate is too high with or without dead units.",
                otherwise="{dead_share} are dead, and the loss is {train_loss}.",
                helps="partly",
            ),
            Variant(
                id="leaky_calm",
                title="Leaky ReLU and a rate of 0.3",
                why="Both together: no slope is 0, and the steps are shorter.",
                changes={"hidden": layers(8, "leaky_relu", 2), "learning_rate": 0.3},
                conditions=(when.equals("dead_share", 0), when.below("train_loss", 0.35)),
                headline="train_loss",
                words="No unit is dead, and the loss is {train_loss}.",
                otherwise="{dead_share} are dead; the loss is {train_loss}.",
            ),
            Variant(
                id="batch_norm",
                title="Batch norm",
                why="Often advised. Its own scale and shift can move just as far.",
                changes={"batch_norm": True},
                conditions=(when.at_least("dead_share", 0.25), when.above("train_loss", 0.5)),
                headline="dead_share",
                words="It does not help: {dead_share} are dead, the loss is {train_loss}.",
                otherwise="Here it did: {dead_share} are dead, and the loss is {train_loss}.",
                helps="no",
            ),
            Variant(
                id="later",
                title="Lower the rate afterwards",
                why="The same remedy, after the units have died.",
                changes={"learning_rate": 0.1},
                conditions=(
                    when.compared("dead_share", "at_least", to="before", times=0.8),
                    when.equals("dead_weights_moved", 0),
                    when.above("train_loss", 0.4),
                ),
                headline="dead_share",
                words="{dead_then} were dead, {dead_share} are now. The weights into the dead units of layer 1 moved "
                "by exactly {dead_weights_moved}. It prevents dead units and does not revive them.",
                otherwise="{dead_then} were dead, {dead_share} are now; the loss is {train_loss}. Units of a later "
                "layer can come back when the layer below them moves.",
                helps="no",
                steps=2000,
                from_step=400,
            ),
        ),
        phrases=(Phrase("amount", ((when.above("dead_share", 0.5), "Most of the"),), "Many of the"),),
        questions=(
            Question(
                "bearable",
                "How high can the rate go before more than a third of the units die? Find a rate of at least 0.8 that "
                "still learns.",
                (
                    when.field_is("dataset", "circles"),
                    when.field_is("hidden[*].activation", "relu"),
                    when.at_least("hidden_layers", 2),
                    when.field_is("optimizer", "sgd"),
                    when.field_is("clip_norm", None),
                    when.equals("normalized_layers", 0),
                    when.field("learning_rate", "at_least", 0.8),
                    when.at_least("step", 400),
                    when.at_most("dead_share", 0.34),
                    when.below("train_loss", 0.2),
                ),
                "At a rate of {learning_rate}, {dead_share} of the hidden units are dead after {step} steps, and the "
                "loss is {train_loss}.",
            ),
            Question(
                "smooth",
                "Find an activation other than leaky ReLU that never dies, and learns at a rate of 0.3.",
                (
                    when.field_is("dataset", "circles"),
                    when.field_is_not("hidden[*].activation", "relu"),
                    when.field_is_not("hidden[*].activation", "leaky_relu"),
                    when.equals("step_layers", 0),
                    when.field_is("learning_rate", 0.3),
                    when.at_least("hidden_layers", 2),
                    when.equals("dead_share", 0),
                    when.below("train_loss", 0.3),
                ),
                "This one: {dead_share} of the hidden units are dead after {step} steps, and the loss is {train_loss}.",
            ),
        ),
        measures=("dead_at_start", "train_accuracy", "base_rate"),
    )

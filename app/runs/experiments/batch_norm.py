"""Experiment 3c: batch norm layer by layer, as a knob between off and on."""

from typing import Any

from .. import conditions as when
from .exploding import PLAIN_RELUS
from .model import Experiment, Question, Variant

LAYERS = 5


def _normalized(layers: range) -> list[dict[str, Any]]:
    """Five layers of 16 ReLUs, these of them with batch norm."""
    return [{"units": 16, "activation": "relu", "batch_norm": k in layers} for k in range(LAYERS)]


def batch_norm() -> Experiment:
    return Experiment(
        id="batch_norm",
        number="3c",
        title="Batch norm, layer by layer",
        subtitle="A useful knob",
        topic="gradients",
        claim="Batch norm brings each weighted sum of a layer to mean 0 and variance 1 over the batch. Switched "
        "on in one layer after another, it is a knob with six positions here, from none to all five. At none, weights "
        "twice too large make the "
        "squared error diverge at an ordinary learning rate.",
        watch="The loss, and the layers' batch-norm switches: switch on one layer more at a time. How large a learning "
        "rate can be used with each number of layers?",
        instrument="layer_profile",
        config={
            "dataset": "plane",
            "samples": 150,
            "noise": 0.0,
            "hidden": _normalized(range(0)),
            "initializer": "he_normal",
            "initializer_scale": 2.0,
            "learning_rate": 0.1,
            "batch_size": 150,
        },
        scope=(
            *PLAIN_RELUS,
            when.at_least("hidden_layers", LAYERS),
            when.field("hidden[*].units", "at_least", 16),
            when.field_is("initializer", "he_normal"),
            when.field_is("initializer_scale", 2.0),
            when.field_is("parameters", None),
            when.field("learning_rate", "at_least", 0.1),
        ),
        steps=300,
        evaluate_every=1,
        conditions=(when.EXPLODED,),
        headline="exploded_at",
        words="Layers with batch norm: {normalized_layers}. In step {exploded_at} the loss passed a million times "
        "what it "
        "began with.",
        otherwise="It held for {step} steps; the loss is {train_loss}.",
        cures=(
            Variant(
                id="first",
                title="Layer 1",
                why="The four layers behind it still double the signal, each of them.",
                changes={"hidden": _normalized(range(1))},
                conditions=(when.EXPLODED,),
                headline="exploded_at",
                words="It does not help: it explodes in step {exploded_at}.",
                otherwise="Here it held, at a loss of {train_loss}.",
                helps="no",
            ),
            Variant(
                id="four",
                title="Layers 1 to 4",
                why="Only the last hidden layer doubles the signal now.",
                changes={"hidden": _normalized(range(4))},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.05)),
                headline="train_loss",
                words="It does not explode at a rate of {learning_rate}: the loss is {train_loss}.",
                otherwise="The loss is {train_loss} after {step} steps.",
            ),
            Variant(
                id="all",
                title="All five layers",
                why="No layer passes on a doubled signal.",
                changes={"hidden": _normalized(range(LAYERS))},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.05)),
                headline="train_loss",
                words="It does not explode at a rate of {learning_rate}: the loss is {train_loss}.",
                otherwise="The loss is {train_loss} after {step} steps.",
            ),
            Variant(
                id="last",
                title="Layer 5 alone",
                why="Whatever comes from the layers before it, its sums have variance 1: the output sees an ordinary "
                "signal.",
                changes={"hidden": _normalized(range(4, LAYERS))},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.05)),
                headline="train_loss",
                words="One layer is enough, if it is the last one: the loss is {train_loss}.",
                otherwise="The loss is {train_loss} after {step} steps.",
            ),
            Variant(
                id="five_fold",
                title="All five layers, at a rate of 0.5",
                why="How large a rate can be used is what the knob sets.",
                changes={"hidden": _normalized(range(LAYERS)), "learning_rate": 0.5},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.05)),
                headline="train_loss",
                words="A rate of {learning_rate} does not make it explode: the loss is {train_loss}.",
                otherwise="The loss is {train_loss} after {step} steps.",
            ),
        ),
        questions=(
            Question(
                "two",
                "With batch norm in which two of the five layers does it learn, at a rate of 0.1 or more?",
                (
                    when.field_is("dataset", "plane"),
                    *(condition for condition in PLAIN_RELUS if condition.measure != "normalized_layers"),
                    when.field_is("initializer_scale", 2.0),
                    when.field("learning_rate", "at_least", 0.1),
                    when.equals("hidden_layers", LAYERS),
                    when.equals("normalized_layers", 2),
                    when.at_least("step", 300),
                    when.NOT_EXPLODED,
                    when.below("train_loss", 0.05),
                ),
                "These two: it does not explode in {step} steps at a rate of {learning_rate}, and the loss is "
                "{train_loss}.",
            ),
            Question(
                "rate",
                "How large a learning rate can be used with batch norm in all five layers? Learn at 0.5 or more.",
                (
                    when.field_is("dataset", "plane"),
                    *(condition for condition in PLAIN_RELUS if condition.measure != "normalized_layers"),
                    when.field_is("initializer_scale", 2.0),
                    when.field("learning_rate", "at_least", 0.5),
                    when.equals("hidden_layers", LAYERS),
                    when.equals("normalized_layers", LAYERS),
                    when.at_least("step", 300),
                    when.NOT_EXPLODED,
                    when.below("train_loss", 0.1),
                ),
                "At least {learning_rate}: it does not explode in {step} steps, and the loss is {train_loss}.",
            ),
        ),
        measures=("normalized_layers", "gradient_slope", "first_loss", "train_loss"),
    )

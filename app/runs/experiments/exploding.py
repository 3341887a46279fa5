"""Experiments 3a and 3b: gradients that explode by weights and by the learning rate."""

from .. import conditions as when
from .model import Experiment, Question, Variant, layers

PLAIN_RELUS = (
    when.field_is("hidden[*].activation", "relu"),
    when.equals("squared_error", 1),
    when.field_is("optimizer", "sgd"),
    when.field_is("clip_norm", None),
    when.equals("dropout", 0),
    when.equals("normalized_layers", 0),
)
"""ReLUs, squared error and plain gradient descent, with nothing that limits a signal or a step."""


def exploding() -> Experiment:
    return Experiment(
        id="exploding",
        number="3a",
        title="Exploding gradients: the weights",
        subtitle="Too large a start",
        topic="gradients",
        claim="With weights twice too large the gradient about doubles with every layer on the way back, and at an "
        "ordinary learning rate the squared error diverges.",
        watch="The gradient by layer leans the other way: the first layer has the largest. Then the loss, in a step or "
        "two.",
        instrument="layer_profile",
        config={
            "dataset": "plane",
            "samples": 150,
            "noise": 0.0,
            "hidden": layers(16, "relu", 5),
            "initializer": "he_normal",
            "initializer_scale": 2.0,
            "learning_rate": 0.1,
            "batch_size": 150,
        },
        scope=(
            *PLAIN_RELUS,
            when.at_least("hidden_layers", 5),
            when.field("hidden[*].units", "at_least", 16),
            when.field_is("initializer", "he_normal"),
            when.field_is("initializer_scale", 2.0),
            when.field_is("parameters", None),
            when.field("learning_rate", "at_least", 0.1),
        ),
        steps=500,
        evaluate_every=1,
        conditions=(
            when.at_most("gradient_slope", -0.15),
            when.at_least("gradient_slope", -0.45),
            when.EXPLODED,
        ),
        headline="exploded_at",
        words="{gradient_slope} decades a layer: the first layer's gradient is the largest, not the smallest. In step "
        "{exploded_at} the loss passed a million times what it began with.",
        otherwise="The slope at the start is {gradient_slope} decades a layer, and the run did not explode within "
        "{step} steps. The loss is {train_loss}.",
        cures=(
            Variant(
                id="scale",
                title="He initialization",
                why="He initialization keeps the size of a signal from layer to layer; these weights are twice that.",
                changes={"initializer_scale": 1.0},
                conditions=(when.above("gradient_slope", -0.15), when.NOT_EXPLODED, when.below("train_loss", 0.02)),
                headline="train_loss",
                words="{gradient_slope} decades a layer instead of {before.gradient_slope}; the loss is {train_loss}.",
            ),
            Variant(
                id="clip",
                title="Clip the gradient at 1",
                why="The gradient keeps its direction, and its norm is limited to 1.",
                changes={"clip_norm": 1.0},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.2)),
                headline="train_loss",
                words="The gradient grows by as much as before, the steps are limited: the loss is {train_loss}.",
                otherwise="The loss is {train_loss} after {step} steps.",
            ),
            Variant(
                id="batch_norm",
                title="Batch norm",
                why="Whatever the weights do to a sum, it is brought back to a spread of 1.",
                changes={"batch_norm": True},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.02)),
                headline="train_loss",
                words="Same weights, and the loss is {train_loss}.",
            ),
            Variant(
                id="rate",
                title="Learning rate 0.0001",
                why="Where the gradient is a thousand times larger, a rate a thousand times smaller makes the step "
                "the same.",
                changes={"learning_rate": 0.0001},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 2.0)),
                headline="train_loss",
                words="It works, slowly: from {first_loss} to {train_loss} in {step} steps.",
                otherwise="The loss is {train_loss} after {step} steps.",
                helps="partly",
            ),
        ),
        questions=(
            Question(
                "fewer",
                "Leave the weights too large and the rate at 0.1. Can you save it by taking layers away?",
                (
                    *PLAIN_RELUS,
                    when.field_is("dataset", "plane"),
                    when.field_is("initializer", "he_normal"),
                    when.field_is("initializer_scale", 2.0),
                    when.field_is("learning_rate", 0.1),
                    when.field("hidden[*].units", "at_least", 16),
                    when.at_least("hidden_layers", 1),
                    when.at_most("hidden_layers", 4),
                    when.at_least("step", 300),
                    when.NOT_EXPLODED,
                    when.below("train_loss", 0.05),
                ),
                "Yes, with few enough layers. Hidden layers: {hidden_layers}. It does not explode, and after {step} "
                "steps "
                "the loss is {train_loss}.",
            ),
            Question(
                "tanh",
                "With which activation does a network of five layers survive weights twice too large?",
                (
                    when.field_is("dataset", "plane"),
                    when.field_is("initializer", "he_normal"),
                    when.field_is("initializer_scale", 2.0),
                    when.field("learning_rate", "at_least", 0.1),
                    when.field_is("optimizer", "sgd"),
                    when.field_is("clip_norm", None),
                    when.equals("normalized_layers", 0),
                    when.field_is_not("hidden[*].activation", "relu"),
                    when.at_least("hidden_layers", 5),
                    when.at_least("step", 300),
                    when.NOT_EXPLODED,
                ),
                "This one: it does not explode in {step} steps. The gradient changes by {gradient_slope} decades a "
                "layer, and the loss is {train_loss}.",
            ),
        ),
        measures=("first_loss", "first_over_last", "train_loss", "stopped_at"),
    )


def exploding_rate() -> Experiment:
    return Experiment(
        id="exploding_rate",
        number="3b",
        title="Exploding gradients: the learning rate",
        subtitle="Too long a stride",
        topic="gradients",
        claim="A learning rate can be too large for the loss: the steps overshoot the minimum, and the squared error "
        "grows instead of falling.",
        watch="The loss: within a few steps it is off the chart, with or without going down first.",
        instrument="loss",
        config={
            "dataset": "plane",
            "noise": 0.0,
            "hidden": layers(8, "relu", 2),
            "initializer": "he_normal",
            "learning_rate": 3.0,
            "batch_size": 10,
        },
        scope=(*PLAIN_RELUS, when.field("learning_rate", "at_least", 3.0)),
        steps=300,
        evaluate_every=1,
        conditions=(when.EXPLODED,),
        headline="exploded_at",
        words="In step {exploded_at} the loss passed a million times what it began with.",
        otherwise="It held for {step} steps at a rate of {learning_rate}; the loss is {train_loss}.",
        cures=(
            Variant(
                id="rate",
                title="Learning rate 0.1",
                why="Shorter steps do not overshoot.",
                changes={"learning_rate": 0.1},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.05)),
                headline="train_loss",
                words="The loss is {train_loss} after {step} steps.",
                otherwise="It did not explode; the loss is {train_loss}.",
            ),
            Variant(
                id="clip",
                title="Clip the gradient at 0.1",
                why="No step is longer than a tenth of the learning rate, however steep the loss is.",
                changes={"clip_norm": 0.1},
                conditions=(when.NOT_EXPLODED, when.below("train_loss", 0.1)),
                headline="train_loss",
                words="The rate is still {learning_rate}, and the loss is {train_loss}.",
                otherwise="It did not explode; the loss is {train_loss}.",
            ),
            Variant(
                id="clip_1",
                title="Clip the gradient at 1",
                why="No step is longer than the learning rate: the loss cannot run away, but it cannot settle either.",
                changes={"clip_norm": 1.0},
                conditions=(when.NOT_EXPLODED, when.above("train_loss", 0.2)),
                headline="train_loss",
                words="It does not explode, but the loss is {train_loss} after {step} steps: at this rate the limit "
                "is still too high.",
                otherwise="The loss is {train_loss} after {step} steps.",
                helps="partly",
            ),
            Variant(
                id="batch_norm",
                title="Batch norm",
                why="It normalizes the hidden layers; the output layer's weights still overshoot.",
                changes={"batch_norm": True},
                conditions=(when.EXPLODED,),
                headline="exploded_at",
                words="It does not help: it explodes all the same, in step {exploded_at}.",
                otherwise="Here it held, at a loss of {train_loss}.",
                helps="no",
            ),
            Variant(
                id="smaller",
                title="Half the weights",
                why="Smaller weights to begin with do not make the steps shorter.",
                changes={"initializer_scale": 0.5},
                conditions=(when.EXPLODED,),
                headline="exploded_at",
                words="It does not help: it explodes in step {exploded_at}.",
                otherwise="Here it held, at a loss of {train_loss}.",
                helps="no",
            ),
        ),
        questions=(
            Question(
                "edge",
                "Find the edge: two runs of at least 300 steps, one that holds and one that explodes, with rates less "
                "than a fifth apart.",
                (
                    when.NOT_EXPLODED,
                    when.at_least("step", 300),
                    when.other(when.equals("exploded", 1)),
                    when.same_but("learning_rate"),
                    when.equals("patched", 0),
                    when.other(when.equals("patched", 0)),
                    when.compared("learning_rate", "at_least", to="other", times=1 / 1.2),
                    when.compared("learning_rate", "below", to="other"),
                ),
                "A rate of {learning_rate} holds for {step} steps; a rate of {other.learning_rate} explodes in step "
                "{other.exploded_at}. The edge lies between them.",
            ),
            Question(
                "fast",
                "Without clipping, find a learning rate that brings the loss below 0.002 in 300 steps.",
                (
                    when.field_is("dataset", "plane"),
                    when.field_is("clip_norm", None),
                    when.at_most("step", 300),
                    when.below("train_loss", 0.002),
                    when.NOT_EXPLODED,
                ),
                "At a rate of {learning_rate} the loss falls to {train_loss} in {step} steps.",
            ),
        ),
        measures=("first_loss", "train_loss", "stopped_at", "rate_limit"),
    )

"""Experiment 1: a step activation has slope 0 and can't learn."""

from .. import conditions as when
from .model import Experiment, Question, Variant, layers


def differentiable() -> Experiment:
    return Experiment(
        id="differentiable",
        number="1",
        title="Step activation: no gradient",
        subtitle="No slope, no lesson",
        topic="gradients",
        claim="Gradient descent needs a slope. A step activation has slope 0 on both sides of its jump, so no gradient "
        "passes it, and the weights before it never move.",
        watch="∂W1, the gradients left of the hidden layer: every one is exactly 0. The loss changes all the same, "
        "because the output layer's own weights still learn.",
        instrument="gradients",
        config={
            "dataset": "circles",
            "hidden": layers(8, "step", 1),
            "initializer": "glorot_normal",
            "learning_rate": 1.0,
            "batch_size": 300,
        },
        scope=(
            when.at_least("step_layers", 1),
            when.above("learning_rate", 0),
            when.field_is("l1", 0.0),
            when.field_is("l2", 0.0),
        ),
        steps=1000,
        evaluate_every=20,
        conditions=(when.equals("first_weights_moved", 0),),
        headline="first_weights_moved",
        words="After {step} steps W1 has moved by exactly {first_weights_moved}. The loss stands at {train_loss}; "
        "the best constant prediction has a loss of {base_rate}.",
        otherwise="W1 moved by {first_weights_moved}; the loss is {train_loss}.",
        cures=(
            Variant(
                id="sigmoid",
                title="Sigmoid",
                why="A smooth step: it has a slope everywhere.",
                changes={"hidden": layers(8, "sigmoid", 1)},
                conditions=(when.above("first_weights_moved", 0.1), when.below("train_loss", 0.45)),
                headline="train_loss",
                words="Same data and seed: the loss is {train_loss}, and W1 moved by {first_weights_moved}.",
                otherwise="The loss is {train_loss}. It has a slope to follow now; give it more steps.",
            ),
            Variant(
                id="tanh",
                title="tanh",
                why="Its slope is up to 1, four times the sigmoid's.",
                changes={"hidden": layers(8, "tanh", 1)},
                conditions=(when.above("first_weights_moved", 0.1), when.below("train_loss", 0.2)),
                headline="train_loss",
                words="The loss is {train_loss}.",
                otherwise="The loss is {train_loss}. It has a slope to follow now; give it more steps.",
            ),
        ),
        questions=(
            Question(
                "below",
                "Put a sigmoid layer before the step layer. Does the first layer learn now?",
                (
                    when.field_is("hidden[0].activation", "sigmoid"),
                    when.field_is("hidden[-1].activation", "step"),
                    when.at_least("hidden_layers", 2),
                    when.at_least("step", 100),
                    when.above("learning_rate", 0),
                    when.field_is("l1", 0.0),
                    when.field_is("l2", 0.0),
                    when.equals("first_weights_moved", 0),
                ),
                "No: after {step} steps W1 has moved by exactly {first_weights_moved}. A step layer further on blocks "
                "the gradient too.",
            ),
            Question(
                "anyway",
                "Find data that a step layer, frozen as it is, solves all the same.",
                (
                    when.field_is("hidden[*].activation", "step"),
                    when.at_least("hidden_layers", 1),
                    when.equals("squared_error", 0),
                    when.equals("first_weights_moved", 0),
                    when.below("share_of_base_rate", 0.15),
                ),
                "The loss is {train_loss}, where the best constant prediction has {base_rate}, though W1 moved by "
                "exactly {first_weights_moved}: the hidden layer's random activations already "
                "separate these classes, and the output layer learns from them.",
            ),
        ),
        measures=("train_accuracy", "base_rate"),
    )

"""Experiment 2: vanishing gradients."""

from .. import conditions as when
from .model import Experiment, Phrase, Question, Variant, layers

GUESSING = (
    "the network is still guessing: its loss is {train_loss}, and the best constant prediction has a loss of "
    "{base_rate}."
)


def vanishing() -> Experiment:
    sigmoids = layers(8, "sigmoid", 5)
    return Experiment(
        id="vanishing",
        number="2",
        title="Vanishing gradients",
        subtitle="The gradient that fades",
        topic="gradients",
        claim="Through sigmoid layers with Glorot (Xavier) initialization the gradient shrinks about fourfold with "
        "every layer, "
        "so the first layers receive almost no gradient.",
        watch="The gradient by layer: rms(∂L/∂z) of each layer on a logarithmic scale. Each layer multiplies the "
        "error by weight "
        "times σ′, and σ′ is at most ¼: if the weights neither stretch nor shrink the error, that is log₁₀ 4 = 0.60 "
        "decades a layer or more. The second picture shows signal against noise on the way forward.",
        instrument="layer_profile",
        config={
            "dataset": "moons",
            "hidden": sigmoids,
            "initializer": "glorot_normal",
            "learning_rate": 0.3,
            "batch_size": 300,
        },
        scope=(
            when.field_is("hidden[*].activation", "sigmoid"),
            when.field_is_one_of("initializer", "glorot_normal", "glorot_uniform"),
            when.field_is("initializer_scale", 1.0),
            when.field_is("parameters", None),
            when.equals("normalized_layers", 0),
            when.equals("saturated_at_start", 0),
            when.at_least("hidden_layers", 5),
            when.field("hidden[*].units", "at_least", 4),
        ),
        steps=600,
        evaluate_every=20,
        conditions=(
            when.at_least("gradient_slope", 0.4),
            when.at_most("gradient_slope", 0.8),
            when.below("first_over_last", 0.05),
        ),
        headline="shrink_per_layer",
        words="Each layer on the way back leaves 1/{shrink_per_layer} of the gradient: {gradient_slope} decades a "
        "layer. After {step} steps {learned}",
        otherwise="The gradient changes by {gradient_slope} decades a layer and the loss is {train_loss}.",
        cures=(
            Variant(
                id="relu",
                title="ReLU with He initialization",
                why="A ReLU's slope is 1 where it lets anything through.",
                changes={"hidden": layers(8, "relu", 5), "initializer": "he_normal"},
                conditions=(when.below("gradient_slope", 0.4), when.below("train_loss", 0.1)),
                headline="train_loss",
                words="{gradient_slope} decades a layer instead of {before.gradient_slope}, and the loss comes down to "
                "{train_loss}.",
                otherwise="The slope is {gradient_slope} decades a layer, the loss {train_loss}. With eight units a "
                "layer, most of a layer can be blocked by chance. Try another seed.",
            ),
            Variant(
                id="shallow",
                title="One hidden layer",
                why="A single layer has no chain of factors below ¼.",
                changes={"hidden": layers(8, "sigmoid", 1)},
                conditions=(when.below("train_loss", 0.45),),
                headline="train_loss",
                words="One sigmoid layer learns: the loss is {train_loss}.",
                otherwise="The loss is {train_loss}: one layer learns slowly at this rate.",
            ),
            Variant(
                id="batch_norm",
                title="Batch norm",
                why="It brings every layer's weighted sums back to a standard deviation of 1, whatever the "
                "layers before it do.",
                changes={"batch_norm": True},
                conditions=(when.below("gradient_slope", 0.4), when.below("train_loss", 0.3)),
                headline="train_loss",
                words="Still {hidden_layers} hidden layers: {gradient_slope} decades a layer, and the loss is "
                "{train_loss}.",
                otherwise="The loss is {train_loss}. Evaluation uses running averages, which lag behind in the first "
                "steps.",
            ),
            Variant(
                id="larger",
                title="Six times larger weights",
                why="What shrinks is the product of weight and slope; a larger weight makes up for a small slope.",
                changes={"initializer_scale": 6.0},
                conditions=(when.below("gradient_slope", 0.4), when.below("train_loss", 0.45)),
                headline="train_loss",
                words="{gradient_slope} decades a layer, loss {train_loss}.",
                otherwise="The slope is {gradient_slope} decades a layer, the loss {train_loss}: how much it helps "
                "depends on the initial weights.",
            ),
            Variant(
                id="adam",
                title="Adam",
                why="It divides every step by the gradient's own recent size, so a small gradient still makes a full "
                "step.",
                changes={"optimizer": "adam", "learning_rate": 0.01},
                conditions=(when.above("gradient_slope", 0.4), when.below("share_of_base_rate", 0.5)),
                headline="train_loss",
                words="The gradient vanishes as before ({gradient_slope} decades a layer), and yet the loss is "
                "{train_loss}: its steps do not shrink with the gradient.",
                otherwise="The loss is {train_loss}. Adam rescales the step; the gradient vanishes all the same.",
            ),
            Variant(
                id="he",
                title="He initialization alone",
                why="Often advised. It is made for ReLU: between layers of equal width its weights are 1.4 times "
                "larger.",
                changes={"initializer": "he_normal"},
                conditions=(when.above("gradient_slope", 0.3), when.below("first_over_last", 0.05)),
                headline="gradient_slope",
                words="The gradient vanishes all the same: {gradient_slope} decades a layer; {learned}",
                otherwise="{gradient_slope} decades a layer; {learned}",
                helps="no",
            ),
            Variant(
                id="rate",
                title="Learning rate 10",
                why="Often advised. It scales up the last layers' steps, which were not too small, just as much.",
                changes={"learning_rate": 10.0},
                conditions=(when.above("train_loss", 0.5),),
                headline="train_loss",
                words="It does not help: the loss is {train_loss}. At any rate the gradient of the first hidden layer "
                "is "
                "{first_over_last} of the last one's, before the first step.",
                otherwise="Here it got through: the loss is {train_loss}. At rates between 0.01 and 10 that is the "
                "exception.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                id="ten",
                title="Ten layers",
                why="Twice as deep: how small does the gradient get?",
                changes={"hidden": layers(8, "sigmoid", 10)},
                conditions=(
                    when.above("gradient_slope", 0.4),
                    when.below("first_over_last", 1e-4),
                    when.above("train_loss", 0.69),
                ),
                headline="first_over_last",
                words="The first hidden layer's gradient is {first_over_last} of the last one's. In {step} steps W1 "
                "moved by {first_weights_moved_share} of its size. The loss is {train_loss}.",
                otherwise="The first hidden layer's gradient is {first_over_last} of the last one's; the loss is "
                "{train_loss}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "depth",
                "How many sigmoid layers can be stacked so that the loss still falls below 0.4 in 600 steps? Find a "
                "network of at least two.",
                (
                    when.field_is("dataset", "moons"),
                    when.field_is("hidden[*].activation", "sigmoid"),
                    when.field_is("initializer", "glorot_normal"),
                    when.field_is("initializer_scale", 1.0),
                    when.field_is("optimizer", "sgd"),
                    when.equals("normalized_layers", 0),
                    when.at_least("hidden_layers", 2),
                    when.at_most("step", 600),
                    when.below("train_loss", 0.4),
                ),
                "{hidden_layers} sigmoid layers: the loss is {train_loss} after {step} steps.",
            ),
            Question(
                "tanh",
                "With which activation does the gradient keep its size, at five layers and with this initialization?",
                (
                    when.field_is_not("hidden[*].activation", "sigmoid"),
                    when.field_is("initializer", "glorot_normal"),
                    when.field_is("initializer_scale", 1.0),
                    when.equals("normalized_layers", 0),
                    when.at_least("hidden_layers", 5),
                    when.below("gradient_slope", 0.2),
                    when.above("gradient_slope", -0.15),
                ),
                "In this network the gradient changes by {gradient_slope} decades a layer across {hidden_layers} "
                "hidden "
                "layers. At 0 it would keep its size.",
            ),
        ),
        phrases=(
            Phrase(
                "learned",
                (
                    (when.at_least("share_of_base_rate", 0.95), GUESSING),
                    (when.at_least("share_of_base_rate", 0.5), "the loss has begun to fall, to {train_loss}."),
                ),
                "in spite of it the loss falls to {train_loss} in this run.",
            ),
        ),
        measures=("first_over_last", "noise_slope", "first_weights_moved_share", "train_accuracy", "base_rate"),
    )

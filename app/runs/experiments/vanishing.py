"""2. Gradients that vanish."""

from app.runs.experiments.model import (
    Experiment,
    Question,
    Variant,
    above,
    at_least,
    at_most,
    below,
    chosen,
    layers,
    not_chosen,
)


def vanishing() -> Experiment:
    sigmoids = layers(8, "sigmoid", 5)
    return Experiment(
        id="vanishing",
        number="2",
        title="The gradient that fades",
        claim="Through sigmoid layers the gradient shrinks fourfold or so with every layer, so the first layers are "
        "told almost nothing. On the way up, each layer drowns a little more of the signal in noise.",
        watch="The ladder: rms(∂L/∂z) of each layer on a logarithmic scale, beside theory's line of log₁₀ 4 = 0.602 "
        "decades a layer. On the way up, signal against noise falls by about 12 dB a layer.",
        instrument="ladder",
        config={
            "dataset": "moons",
            "hidden": sigmoids,
            "initializer": "glorot_normal",
            "learning_rate": 0.3,
            "batch_size": 300,
        },
        steps=600,
        evaluate_every=20,
        conditions=(above("gradient_slope", 0.4), above("train_loss", 0.68)),
        headline="shrink_per_layer",
        words="Each layer on the way back leaves 1/{shrink_per_layer} of the gradient: {gradient_slope} decades a "
        "layer. After {step} steps the loss is {train_loss}, and guessing has {base_rate}.",
        otherwise="The gradient changes by {gradient_slope} decades a layer and the loss is {train_loss}.",
        cures=(
            Variant(
                "relu",
                "ReLU with He's start",
                "A ReLU's slope is 1 where it lets anything through.",
                {"hidden": layers(8, "relu", 5), "initializer": "he_normal"},
                (below("gradient_slope", 0.4), below("train_loss", 0.1)),
                "train_loss",
                "{gradient_slope} decades a layer instead of {before.gradient_slope}, and the loss comes down to "
                "{train_loss}.",
                "The slope is {gradient_slope} decades a layer, the loss {train_loss}. With eight units a layer, a "
                "start can be unlucky: most of a layer blocked. Try another seed.",
            ),
            Variant(
                "shallow",
                "One hidden layer",
                "What is not there shrinks nothing.",
                {"hidden": layers(8, "sigmoid", 1)},
                (below("train_loss", 0.45),),
                "train_loss",
                "One sigmoid layer learns: the loss is {train_loss}.",
                "The loss is {train_loss}: one layer learns slowly at this rate, but watch it go.",
            ),
            Variant(
                "batch_norm",
                "Batch norm",
                "It lifts every layer's sums back to a spread of 1, on the way up and on the way back.",
                {"batch_norm": True},
                (below("gradient_slope", 0.4), below("train_loss", 0.3)),
                "train_loss",
                "Still five sigmoid layers: {gradient_slope} decades a layer, and the loss is {train_loss}.",
                "The loss is {train_loss}. Evaluation uses running averages, which lag behind in the first steps.",
            ),
            Variant(
                "larger",
                "Six times larger weights",
                "The product of weight and slope is what shrinks; a larger weight pays for a small slope.",
                {"initializer_scale": 6.0},
                (below("gradient_slope", 0.4), below("train_loss", 0.45)),
                "train_loss",
                "{gradient_slope} decades a layer, loss {train_loss}.",
                "The slope is {gradient_slope} decades a layer, the loss {train_loss}: how much it helps depends on "
                "the start.",
            ),
            Variant(
                "adam",
                "Adam",
                "It divides every step by the gradient's own recent size, so a faint gradient still makes a full step.",
                {"optimizer": "adam", "learning_rate": 0.01},
                (above("gradient_slope", 0.4), below("train_loss", 0.1)),
                "train_loss",
                "The gradient vanishes as before ({gradient_slope} decades a layer), and yet the loss is {train_loss}: "
                "with exact arithmetic and full batches, faint is not lost.",
                "The loss is {train_loss}. Adam does not mend the gradient, it only turns it up.",
            ),
            Variant(
                "he",
                "He's start alone",
                "Often advised. Made for ReLU, it makes these weights 1.2 times larger.",
                {"initializer": "he_normal"},
                (above("gradient_slope", 0.4), above("train_loss", 0.6)),
                "train_loss",
                "It does not help: {gradient_slope} decades a layer, loss {train_loss}.",
                "Here it did more than it does as a rule: the loss is {train_loss}.",
                helps="no",
            ),
            Variant(
                "rate",
                "Learning rate 10",
                "Often advised. It turns up the last layers, which were not faint, just as much.",
                {"learning_rate": 10.0},
                (above("train_loss", 0.5),),
                "train_loss",
                "It does not help: the loss is {train_loss}. The last layer overshoots, the first still hears nothing.",
                "Here it got through: the loss is {train_loss}. At rates between 0.01 and 10 that is the exception.",
                helps="no",
            ),
        ),
        beside=(
            Variant(
                "ten",
                "Ten layers",
                "Twice as deep: how faint can a gradient be?",
                {"hidden": layers(8, "sigmoid", 10)},
                (above("gradient_slope", 0.4), below("first_over_last", 1e-4), above("train_loss", 0.69)),
                "first_over_last",
                "The first hidden layer's gradient is {first_over_last} of the last one's. In {step} steps W1 moved "
                "by {first_weights_moved_share} of its size. The loss is {train_loss}.",
                "The first hidden layer's gradient is {first_over_last} of the last one's; the loss is {train_loss}.",
                helps="",
            ),
        ),
        questions=(
            Question(
                "depth",
                "How many sigmoid layers can be stacked so that the loss still falls below 0.4 in 600 steps? Find a "
                "network of at least two.",
                (
                    chosen("hidden[*].activation", "sigmoid"),
                    chosen("optimizer", "sgd"),
                    chosen("batch_norm", False),
                    at_least("hidden_layers", 2),
                    at_most("step", 600),
                    below("train_loss", 0.4),
                ),
            ),
            Question(
                "tanh",
                "Which other activation has no fading, at five layers and with the same start?",
                (
                    not_chosen("hidden[*].activation", "sigmoid"),
                    chosen("initializer", "glorot_normal"),
                    at_least("hidden_layers", 5),
                    below("gradient_slope", 0.2),
                    above("gradient_slope", -0.15),
                ),
            ),
        ),
        measures=("first_over_last", "noise_slope", "first_weights_moved_share", "train_accuracy", "base_rate"),
    )

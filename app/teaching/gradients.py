"""Notes for teachers: gradients."""

from .note import Answered, Note, Stage, Task


def gradients() -> Note:
    return Note(
        id="gradients",
        topic="gradients",
        title="Gradients: what travels back, and what becomes of it",
        aim="Students can say what a weight's gradient is made of, predict from the activation and the weights whether"
        " the gradient grows or shrinks from layer to layer, and choose a cure by its reason.",
        before="They know what a weighted sum, an activation and a loss are. Nothing of calculus beyond the slope of a"
        " curve.",
        path=(
            Stage(
                "0–2",
                "One step, forward and back",
                "Press Play and let one training step go by, an operation at a time. Ask what the colours and the "
                "widths of the lines stand for before you open the legend. Stop at the first gradient and read the "
                "caption aloud.",
                {"dataset": "moons"},
            ),
            Stage(
                "2–4",
                "A weight's gradient is a product",
                "Click a line of the first layer: its chain rule stands beside it, with the numbers of this step. "
                "Cover the result and let the class multiply the factors. Every layer on the way back is one more "
                "factor of each kind: a weight and a slope.",
                {"dataset": "moons", "step": "1"},
            ),
            Stage(
                "4–8",
                "Five sigmoid layers",
                "Ask first: a sigmoid's slope is at most ¼, so how large is the gradient five layers back? Collect "
                "guesses, then run the lesson. Compare the verdict with the guesses. Try two cures that the class "
                "votes for, one of which must be “Learning rate 10”: it does not help, because it scales all layers "
                "alike.",
                {"lesson": "vanishing"},
            ),
            Stage(
                "8–10",
                "The same product, too large",
                "With weights twice too large the gradient about doubles with every layer, and the loss overflows. "
                "Ask which of the cures for vanishing gradients would help here as well: "
                "batch norm does.",
                {"lesson": "exploding"},
            ),
        ),
        questions=(
            Answered(
                "Why does the first layer suffer more than the last one?",
                "Its gradient is a product over all layers behind it. Each sigmoid layer contributes a slope of at "
                "most ¼, so unless the weights make up for it, the product shrinks with every layer.",
            ),
            Answered(
                "The loss does not fall. How do you tell a vanishing gradient from a learning rate that is too small?",
                "By the gradient by layer, not by the loss. With a rate that is too small all layers have gradients of"
                " a similar size; with a vanishing gradient the first layers' are far smaller than the last layer's.",
            ),
            Answered(
                "Why does a ReLU not have this problem, and which one does it have instead?",
                "Its slope is 1 wherever it lets anything through. Where its weighted sum is negative for every "
                "sample, its slope is 0 for every sample: the unit is dead and gets no gradient.",
            ),
            Answered(
                "Clipping limits the gradient's norm. Does it cure the large weights?",
                "No. It keeps a single step from being too long, so that training survives; the weights are as large "
                "as before, and the gradient that they make is.",
            ),
            Answered(
                "Why must an activation have a slope at all?",
                "The chain rule multiplies with it. A step activation has slope 0 beside its jump, so no gradient "
                "passes it, and the weights before it never move.",
            ),
        ),
        misconceptions=(
            Answered(
                "“A vanishing gradient means that the network has finished learning.”",
                "A gradient is also 0 at a minimum, but here the loss is still that of guessing. Look at both numbers.",
            ),
            Answered(
                "“A higher learning rate makes up for a small gradient.”",
                "It multiplies the steps of all layers by the same factor. The last layers, whose gradients were "
                "right, then overshoot while the first ones still hardly move.",
            ),
            Answered(
                "“Backpropagation is the learning rule.”",
                "Backpropagation computes the gradient. What is done with it is up to the optimizer: gradient descent,"
                " momentum and Adam all take the same gradient.",
            ),
            Answered(
                "“He initialization is always better.”",
                "It makes up for the half of the values that a ReLU sets to 0. Between sigmoid layers the gradient "
                "vanishes all the same.",
            ),
        ),
        tasks=(
            Task(
                "Five sigmoid layers that learn",
                "Keep the five hidden layers. Make this network learn: find the setting that lets the gradient reach "
                "the first layer.",
                "train_loss<0.3,step<=600,hidden_layers=5",
                {
                    "dataset": "moons",
                    "hidden": "8sigmoid,8sigmoid,8sigmoid,8sigmoid,8sigmoid",
                    "initializer": "glorot_normal",
                    "batch_size": "300",
                    "hide": "hidden,lessons",
                },
                (
                    {"batch_norm": True},
                    {"initializer_scale": 6},
                    {"optimizer": "adam", "learning_rate": 0.01},
                    {"hidden": [{"units": 8, "activation": "tanh"}] * 5},
                ),
                600,
                "Batch norm, six times larger initial weights, Adam with a learning rate of 0.01, or tanh instead of "
                "sigmoid.",
            ),
            Task(
                "A learning rate for ReLUs",
                "Units die within a few steps. Change nothing but the learning rate, so that the network learns in 400"
                " steps. Which rates are too small?",
                "train_accuracy>=0.95,step<=400",
                {
                    "dataset": "circles",
                    "hidden": "8relu,8relu",
                    "initializer": "he_normal",
                    "learning_rate": "3",
                    "batch_size": "10",
                    "hide": "controls,lessons",
                    "show": "learning_rate",
                },
                ({"learning_rate": 0.05}, {"learning_rate": 0.3}, {"learning_rate": 1}),
                400,
                "A rate between about 0.05 and 1. At 0.01 400 steps are too few.",
                ({"learning_rate": 0.01},),
            ),
            Task(
                "Saved from diverging",
                "The loss of this regression explodes. Bring it below 0.002 within 300 steps, without clipping the "
                "gradient.",
                "train_loss<0.002,step<=300",
                {
                    "dataset": "plane",
                    "noise": "0",
                    "hidden": "8relu,8relu",
                    "initializer": "he_normal",
                    "learning_rate": "3",
                    "batch_size": "10",
                    "hide": "clip_norm,lessons",
                },
                ({"learning_rate": 0.1}, {"learning_rate": 1}),
                300,
                "A learning rate between about 0.05 and 1.",
            ),
        ),
    )

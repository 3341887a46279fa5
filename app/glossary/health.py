"""Terms of what can go wrong in a network."""

from .term import Term

TOPIC = "What can go wrong"

TERMS = (
    Term(
        "health",
        "Health",
        TOPIC,
        "Health is what the numbers of a layer’s gradients and activations, over the whole training set, say about "
        "whether it can learn.",
        "Layers, below the graph",
    ),
    Term(
        "vanishing",
        "Vanishing gradients",
        TOPIC,
        "Gradients vanish when each layer makes the error smaller on its way back, so that the first layers receive "
        "almost none and hardly learn.",
        "▾ in Layers, below the graph; the lesson of that name",
        also=("vanishing gradient", "vanishing"),
    ),
    Term(
        "exploding",
        "Exploding gradients",
        TOPIC,
        "Gradients explode when each layer makes the error larger on its way back, or each step makes the loss larger, "
        "until the numbers overflow.",
        "▴ in Layers, below the graph; the lessons of that name",
        also=("exploding gradient", "exploding"),
    ),
    Term(
        "dead-unit",
        "Dead unit",
        TOPIC,
        "A unit is dead when its slope is 0 on every training sample: its own weights get no gradient, and it comes "
        "back only if the layers before it move its inputs.",
        "◌ in Layers, below the graph; the lesson on dying ReLUs",
        also=("dead", "dead units", "dying ReLUs"),
    ),
    Term(
        "saturated-unit",
        "Saturated unit",
        TOPIC,
        "A sigmoid or tanh unit is saturated when it sits at an end of its range on most samples, where its slope is "
        "almost 0 and so is the error that passes back.",
        "◐ in Layers, below the graph",
        also=("saturated",),
    ),
    Term(
        "no-gradient",
        "No gradient",
        TOPIC,
        "A layer has no gradient when every entry of ∂W is exactly 0: plain gradient descent leaves its weights as "
        "they are, whatever the learning rate.",
        "○ in Layers, below the graph",
    ),
    Term(
        "guessing",
        "Guessing",
        TOPIC,
        "A network is guessing when, after an epoch or more, its loss is not clearly below that of the best constant "
        "prediction: the classes’ shares, or the targets’ mean.",
        "The line below the graph",
    ),
    Term(
        "nan",
        "NaN",
        TOPIC,
        "NaN (not a number) is the result of an undefined operation such as ∞ − ∞ or a missing value, and whatever is "
        "computed from it is NaN as well.",
        "✕ in Layers, below the graph; the NaN traps among the lessons",
        also=("not finite", "not a number"),
    ),
    Term(
        "stability-limit",
        "Stability limit",
        TOPIC,
        "Where λmax is the curvature of the loss along its steepest direction, gradient descent gets further away with "
        "every step once the learning rate is above 2/λmax.",
        "The mark on the slider of the learning rate",
        ("λ",),
    ),
)

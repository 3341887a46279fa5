"""Terms of training: loss, gradients, steps and optimizers."""

from .term import Term

TOPIC = "Training"

TERMS = (
    Term(
        "loss",
        "Loss",
        TOPIC,
        "The loss is one number for how far the predictions are from the targets, the mean over the samples; training "
        "tries to make it small.",
        "The circle at the right of the graph; the loss curve",
        ("L",),
        fields=("loss",),
    ),
    Term(
        "cross-entropy",
        "Cross-entropy",
        TOPIC,
        "The cross-entropy of a sample is −ln of the probability that was given to its true class: 0 for a right and "
        "certain prediction, and without limit for a wrong and certain one.",
        "The loss of every classification",
    ),
    Term(
        "squared-error",
        "Squared error",
        TOPIC,
        "The squared error of a sample is ½(ŷ − y)²; the ½ cancels the 2 of its derivative, which is ŷ − y.",
        "The loss of every regression",
    ),
    Term(
        "forward-pass",
        "Forward pass",
        TOPIC,
        "The forward pass computes the network from the inputs to the loss, layer by layer, and records each result.",
        "Play: what travels to the right; the left half of the tape",
        also=("forward",),
    ),
    Term(
        "backpropagation",
        "Backpropagation",
        TOPIC,
        "Backpropagation (the backward pass, or reverse-mode differentiation) computes the gradient of every weight "
        "in one pass from the loss back to the inputs, reusing what the forward pass recorded.",
        "Play: what travels to the left; the right half of the tape",
        also=("backward pass", "backward"),
    ),
    Term(
        "chain-rule",
        "Chain rule",
        TOPIC,
        "The chain rule says that the derivative of a function of a function is the product of their derivatives, and "
        "that where several paths lead from a weight to the loss the products are added up.",
        "The inspector of a weight: click a line of the graph",
    ),
    Term(
        "gradient",
        "Gradient",
        TOPIC,
        "The gradient of a weight, ∂L/∂w, says how fast the loss rises when that weight alone is raised; all of them "
        "together point where the loss rises fastest.",
        "What travels to the left, green or purple by its sign; the cells ∂W of the tape",
        ("∂L/∂w", "∂W", "∂b"),
        also=("gradients",),
    ),
    Term(
        "error",
        "Error",
        TOPIC,
        "The error of a unit, δ = ∂L/∂z, is the derivative of the loss with respect to its weighted sum; it is sent "
        "back through the weights, from layer to layer.",
        "At the right edge of a tile; the cells δ of the tape; the right histograms of Layers, below the graph",
        ("δ",),
        also=("errors",),
    ),
    Term(
        "slope",
        "Slope",
        TOPIC,
        "The slope of an activation function, its derivative f′, is the factor by which an error is multiplied as it "
        "passes back through a unit.",
        "The tiles, switched to slopes; the inspector of a unit",
        ("f′",),
        also=("derivative", "slopes"),
    ),
    Term(
        "gradient-norm",
        "Gradient norm",
        TOPIC,
        "The norm of a layer’s gradient is the square root of the sum of the squares of all its entries: one number "
        "for how large it is.",
        "The tab Gradients, beside the graph; the bars of Layers, below the graph",
        ("‖∂W‖",),
    ),
    Term(
        "tape",
        "Tape",
        TOPIC,
        "The tape is the list of a step’s operations with their results, in the order in which they were computed; "
        "the backward pass reads from it instead of computing anything twice.",
        "The band at the bottom",
    ),
    Term(
        "gradient-descent",
        "Gradient descent",
        TOPIC,
        "Gradient descent subtracts from every weight a small multiple of its gradient, so that the loss falls, and "
        "repeats this; with a mini-batch at a time it is called stochastic (SGD).",
        "The last operation of every step, the update",
        also=("SGD", "update"),
    ),
    Term(
        "learning-rate",
        "Learning rate",
        TOPIC,
        "The learning rate is the factor by which the gradient is multiplied to make a step: too small and learning "
        "takes long, too large and each step overshoots.",
        "A slider at the top",
        ("η",),
        fields=("learning_rate",),
    ),
    Term(
        "mini-batch",
        "Mini-batch",
        TOPIC,
        "A mini-batch is the group of N training samples whose mean gradient makes one step.",
        "The setting of the batch size; the first cell of the tape",
        ("N",),
        also=("batch size", "mini-batches"),
        fields=("batch_size",),
    ),
    Term(
        "epoch",
        "Epoch",
        TOPIC,
        "An epoch is over when every training sample has been used once.",
        "A button beside play",
        also=("epochs",),
    ),
    Term(
        "gradient-check",
        "Gradient check",
        TOPIC,
        "A gradient check compares the gradient with a central difference: the change of the loss from a weight a "
        "little smaller, w − h, to a little larger, w + h, divided by 2h.",
        "Hold a line of the graph; the button that checks all gradients",
        ("h",),
        also=("central difference", "central differences"),
    ),
    Term(
        "initialization",
        "Initialization",
        TOPIC,
        "The initialization draws the weights at random before the first step, so that units differ, and of such a "
        "size (Glorot, He) that values and gradients neither fade nor grow from layer to layer.",
        "The setting of the initializer",
        also=("He initialization", "Glorot initialization"),
        fields=("initializer", "initializer_scale"),
    ),
)

"""Terms of the network: its parts, and what they compute."""

from .term import Term

TOPIC = "The network"

TERMS = (
    Term(
        "unit",
        "Unit",
        TOPIC,
        "A unit (or neuron) adds up its weighted inputs and its bias, applies its activation function, and hands the "
        "result to the units of the next layer.",
        "A tile of the graph",
        also=("neuron", "neurons", "units"),
    ),
    Term(
        "layer",
        "Layer",
        TOPIC,
        "Units that read the same inputs and are computed together are a layer; layers are counted from 1, and the "
        "last one, number K, is the output.",
        "A column of the graph; the small number above a letter, as in a²",
        ("k", "K"),
        also=("layers", "hidden layer", "hidden layers"),
        fields=("hidden",),
    ),
    Term(
        "input",
        "Input",
        TOPIC,
        "The inputs are the numbers that describe one sample, and the first thing the network reads.",
        "The left column of the graph; the first cell of the tape",
        ("x",),
        also=("inputs",),
    ),
    Term(
        "weight",
        "Weight",
        TOPIC,
        "A weight is the number that one unit’s value is multiplied by on its way to another; all weights into a layer "
        "are the matrix W, and learning is changing them.",
        "A line of the graph: its colour is the sign, its width the size",
        ("w", "W"),
        also=("weights",),
    ),
    Term(
        "bias",
        "Bias",
        TOPIC,
        "A bias is a number of each unit’s own that is added to its weighted sum whatever the inputs are, and is "
        "learned as the weights are.",
        "The small bar above a tile; the inspector of a unit",
        ("b",),
        also=("biases",),
    ),
    Term(
        "weighted-sum",
        "Weighted sum",
        TOPIC,
        "The weighted sum of a unit (its pre-activation) is each input times its weight, added up, plus the bias; at "
        "the output of a classifier it is called the logit.",
        "The cells z of the tape",
        ("z",),
        also=("weighted sums", "pre-activation", "logit", "logits"),
    ),
    Term(
        "activation",
        "Activation",
        TOPIC,
        "A unit’s activation is its output: the activation function f, applied to the weighted sum; without a curved f "
        "all layers together could compute no more than one layer.",
        "The colours of a tile; the cells a of the tape; the histograms of Layers, below the graph",
        ("a", "f"),
        also=("activations", "activation function", "activation functions"),
        fields=("activation",),
    ),
    Term(
        "sigmoid",
        "Sigmoid",
        TOPIC,
        "The sigmoid, σ(z) = 1 / (1 + exp(−z)), bends any number into the range from 0 to 1; its slope is at most ¼.",
        "An activation to choose; it makes the probability at the output of a two-class network",
        ("σ",),
    ),
    Term(
        "relu",
        "ReLU",
        TOPIC,
        "The rectified linear unit passes a positive sum on as it is and gives 0 for every other, so its slope is "
        "either 1 or 0.",
        "An activation to choose",
        also=("ReLUs",),
    ),
    Term(
        "softmax",
        "Softmax",
        TOPIC,
        "Softmax turns the outputs of several classes into probabilities that add up to 1: e to the power of each, "
        "divided by the sum of all.",
        "The output of data with three or more classes",
    ),
    Term(
        "prediction",
        "Prediction",
        TOPIC,
        "The prediction is the network’s output for a sample: a class’s probability, or, in a regression, a number.",
        "The output’s tile, and the background of the output plane",
        ("ŷ",),
        also=("predictions",),
    ),
    Term(
        "target",
        "Target",
        TOPIC,
        "The target is the true answer that comes with a sample: 0 or 1 for its class, or, in a regression, a number.",
        "Above the loss in the graph",
        ("y",),
        also=("targets",),
    ),
)

"""Terms of the data: samples, features and their scaling."""

from .term import Term

TOPIC = "Data"

TERMS = (
    Term(
        "split",
        "Training and test split",
        TOPIC,
        "The samples are split: the network learns from the training samples alone, and the others, the test samples, "
        "show how well it does on what it has never seen.",
        "Filled and hollow points of the output plane; two lines of the loss curve",
        also=("training set", "test set"),
        fields=("test_fraction",),
    ),
    Term(
        "features",
        "Features",
        TOPIC,
        "Features are the inputs as the network is given them: columns of the data, or products and powers of them.",
        "Inputs and scaling, beside the graph",
        fields=("features",),
    ),
    Term(
        "scaling",
        "Feature scaling",
        TOPIC,
        "Feature scaling brings all inputs to a similar range, for example to mean 0 and standard deviation 1 "
        "(z-score); otherwise the input with the largest numbers governs the gradient.",
        "Inputs and scaling, beside the graph",
        also=("z-score",),
        fields=("scaling",),
    ),
    Term(
        "target-scaling",
        "Target scaling",
        TOPIC,
        "Target scaling trains a regression on targets with mean 0 and standard deviation 1, as large as the outputs "
        "of a fresh network; loss and gradients are then in these units, predictions, RMSE and R² in the target’s own.",
        "The settings of a regression, and beside its loss curve",
        fields=("target_scaling",),
    ),
    Term(
        "condition-number",
        "Condition number",
        TOPIC,
        "The condition number compares the direction in which the inputs spread most with the one in which they spread "
        "least; the larger it is, the more steps gradient descent needs along the flattest direction.",
        "Below each scaling, beside the graph; the lesson on feature scaling",
        ("κ",),
    ),
)

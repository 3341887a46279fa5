"""Terms of what helps a network learn: initialization, batch norm, dropout, penalties."""

from .term import Term

TOPIC = "What helps it learn"

TERMS = (
    Term(
        "optimizer",
        "Optimizer",
        TOPIC,
        "The optimizer is the rule that makes a step from the gradient; all but plain gradient descent remember "
        "earlier gradients, as a mean m and a mean of their squares v.",
        "The setting of the optimizer; the inspector at the update",
        ("m", "v", "β₁", "β₂", "ε"),
        also=("optimizers",),
        fields=("optimizer", "beta1", "beta2", "epsilon"),
    ),
    Term(
        "momentum",
        "Momentum",
        TOPIC,
        "Momentum adds to each gradient the share μ of the step before, so that what keeps pointing the same way gets "
        "faster and what alternates cancels out.",
        "All settings",
        ("μ",),
        fields=("momentum",),
    ),
    Term(
        "dropout",
        "Dropout",
        TOPIC,
        "Dropout leaves each hidden unit out of a training step with probability p and divides the others’ outputs by "
        "1 − p, which makes d, so that no unit can rely on another; when the network is tested it is off.",
        "A slider at the top; the cells d of the tape",
        ("p", "d"),
        fields=("dropout", "dropout_mask"),
    ),
    Term(
        "batch-norm",
        "Batch norm",
        TOPIC,
        "Batch normalization subtracts from each weighted sum its mean over the batch, divides by its standard "
        "deviation to give x̂, and hands on n = γ x̂ + β with a learned scale γ and shift β.",
        "A switch among the settings; the cells n of the tape",
        ("n", "x̂", "γ", "β", "E[z]", "√Var[z]"),
        also=("batch normalization",),
        fields=("batch_norm",),
    ),
    Term(
        "clipping",
        "Gradient clipping",
        TOPIC,
        "Gradient clipping shortens the gradient of all parameters together to a largest norm wherever it is longer, "
        "and leaves its direction as it is.",
        "All settings",
        also=("clipped", "clipping"),
        fields=("clip_norm",),
    ),
    Term(
        "regularization",
        "Regularization",
        TOPIC,
        "Regularization is whatever keeps a network from fitting the training samples too closely: dropout, a penalty "
        "on the weights, a smaller network, more samples.",
        "The setting of the penalty; the lessons on regularization",
        fields=("penalty",),
    ),
    Term(
        "l1",
        "L1 penalty",
        TOPIC,
        "The L1 penalty adds α₁ times the sum of all |w| to the loss: every step moves every weight the same length "
        "towards 0, past it and back, so that it gets small but is never exactly 0.",
        "All settings",
        ("α₁",),
        fields=("l1",),
    ),
    Term(
        "l2",
        "L2 penalty",
        TOPIC,
        "The L2 penalty adds half of α₂ times the sum of all w² to the loss, which shrinks every weight by the same "
        "share in each step; with plain gradient descent this is weight decay.",
        "All settings",
        ("α₂",),
        also=("weight decay",),
        fields=("l2",),
    ),
)
